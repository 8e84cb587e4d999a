from odoo import api, fields, models
from odoo.exceptions import ValidationError

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
        copy=False,
        domain="[('template_id', '=', template_id)]",
        ondelete="set null",
        index="btree_not_null",
        help="The objective that the action helps to reach.",
    )
    finds_out = fields.Boolean(
        string="Closes an Information Gap",
        help="The action finds out something that we still have to know.",
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

    _days_in_order = models.Constraint(
        "CHECK(start_days >= 0 AND deadline_days >= start_days)",
        "Done after: an action starts at the earliest with the plan and ends at the"
        " earliest when it starts. Enter zero or more working days, not fewer than in"
        " “Starts after”.",
    )
    _days_limit = models.Constraint(
        "CHECK(deadline_days <= 2000)",
        "Done after: no action is due more than 2,000 working days after the start of"
        " the plan. Enter fewer.",
    )
    _planned_hours_range = models.Constraint(
        "CHECK(planned_hours BETWEEN 0 AND 10000)",
        "Planned Hours: no action takes less than nothing or more than 10,000 hours."
        " Enter another number.",
    )
    _function_named = models.Constraint(
        "CHECK(role <> 'function' OR function_id IS NOT NULL)",
        "Function: choose the function that does the action, or another role.",
    )

    # -- rules ---------------------------------------------------------------------

    @api.constrains("name")
    def _check_name(self):
        for line in self:
            if not line.name.strip():
                raise ValidationError(
                    self.env._("Action: say what is to be done. Enter at least a word.")
                )

    @api.constrains("template_id", "section_kind_id", "objective_id", "gate")
    def _check_same_template(self):
        for line in self:
            kind = line.section_kind_id
            if kind and not kind.swot_kind and kind.scope != line.template_id.scope:
                raise ValidationError(
                    self.env._(
                        "Section: “%(section)s” belongs to plans of another scope than"
                        " the playbook “%(template)s”. Choose another section for"
                        " “%(line)s”.",
                        section=kind.name,
                        template=line.template_id.name,
                        line=line.name,
                    )
                )
            if line.objective_id and line.objective_id.template_id != line.template_id:
                raise ValidationError(
                    self.env._(
                        "Serves: the objective “%(objective)s” belongs to another"
                        " playbook. Choose one of “%(template)s” for “%(line)s”.",
                        objective=line.objective_id.display_name,
                        template=line.template_id.name,
                        line=line.name,
                    )
                )
            if line.gate and line.template_id.scope != "territory":
                raise ValidationError(
                    self.env._(
                        "Gate: only playbooks for a territory have gates. Take the gate"
                        " off “%(line)s”, or give the playbook the scope “Territory”.",
                        line=line.name,
                    )
                )
