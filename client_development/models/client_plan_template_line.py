from odoo import fields, models

ROLES = [
    ("owner", "Owner of the plan"),
    ("salesperson", "Salesperson"),
    ("developer", "Client developer"),
    ("leader", "Team leader"),
    ("controller", "Controller"),
    ("function", "Named function"),
]
GATES = [
    ("talks", "Remote talks"),
    ("headquarters", "Headquarters in the region"),
    ("office", "Sales office"),
]


class ClientPlanTemplateLine(models.Model):
    """An action of a playbook: what, which role, how long after the start.

    Days are working days of the company's calendar.
    """

    _name = "client.plan.template.line"
    _description = "Action of a Playbook"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        comodel_name="client.plan.template",
        required=True,
        ondelete="cascade",
        index=True,
        help="The playbook to which it belongs.",
    )
    sequence = fields.Integer(
        default=10,
        help="Order of the actions.",
    )
    name = fields.Char(
        string="Action",
        required=True,
        translate=True,
        help="What is to be done.",
    )
    section_kind_id = fields.Many2one(
        comodel_name="client.plan.section.kind",
        string="Section",
        ondelete="set null",
        index="btree_not_null",
        help="The section of the plan to which the action belongs.",
    )
    objective_id = fields.Many2one(
        comodel_name="client.plan.template.objective",
        string="Serves",
        domain="[('template_id', '=', template_id)]",
        ondelete="set null",
        index="btree_not_null",
        help="The objective that the action helps to reach.",
    )
    action_type = fields.Selection(
        selection=lambda self: (
            self.env["client.plan.line"]
            ._fields["action_type"]
            ._description_selection(self.env)
        ),
        string="Type",
        help="What kind of work this is.",
    )
    gate = fields.Selection(
        selection=GATES,
        help="For a new region: the gate that the facts must have reached before the"
        " action is proposed. Empty: at once.",
    )
    role = fields.Selection(
        selection=ROLES,
        required=True,
        default="owner",
        help="Who does it, resolved for each plan.",
    )
    function_id = fields.Many2one(
        comodel_name="client.plan.function",
        ondelete="restrict",
        index="btree_not_null",
        help="The function that does it; whoever holds it in the company.",
    )
    start_days = fields.Integer(
        string="Starts after",
        help="Working days from the start of the plan to the start of the action.",
    )
    deadline_days = fields.Integer(
        string="Done after",
        required=True,
        help="Working days from the start of the plan to the deadline of the action.",
    )
    planned_hours = fields.Float(
        help="Working time that the action is expected to take.",
    )
    result = fields.Text(
        string="Checkable Result",
        translate=True,
        help="How anyone can see that it is done.",
    )
