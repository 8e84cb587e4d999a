from odoo import fields, models


class ClientPlan(models.Model):
    """What the planning engine adds to a plan: SWOT, versions, signatures, playbook."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan"

    point_a = fields.Text(
        help="What is: where we stand today.",
    )
    point_b = fields.Text(
        help="What shall be: where we want to stand at the end of the plan.",
    )
    swot_ids = fields.One2many(
        comodel_name="client.plan.swot",
        inverse_name="plan_id",
        string="SWOT",
        help="Strengths, weaknesses, opportunities and risks.",
    )
    version_ids = fields.One2many(
        comodel_name="client.plan.version",
        inverse_name="plan_id",
        string="Versions",
        help="The plan as it was frozen for signing.",
    )
    signoff_ids = fields.One2many(
        comodel_name="client.plan.signoff",
        inverse_name="plan_id",
        string="Sign-off",
        help="Objections and signatures.",
    )
    template_ids = fields.Many2many(
        comodel_name="client.plan.template",
        string="Playbooks",
        readonly=True,
        copy=False,
        help="The playbooks that were applied to the plan.",
    )
    slip_ids = fields.One2many(
        comodel_name="client.plan.slip",
        inverse_name="plan_id",
        string="Slips",
        help="Deadlines of this plan that were moved or missed.",
    )
