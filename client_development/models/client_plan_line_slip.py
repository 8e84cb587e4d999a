from odoo import fields, models


class ClientPlanLine(models.Model):
    """The deadlines that an action did not keep, its hours, its calls for help."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.line"

    slip_ids = fields.One2many(
        comodel_name="client.plan.slip",
        inverse_name="line_id",
        string="Slips",
        help="The deadlines of this action that were moved or missed, and why.",
    )
    effort_ids = fields.One2many(
        comodel_name="client.plan.effort",
        inverse_name="line_id",
        string="Working Time",
        help="Who spent how many hours on the action, and when.",
    )
    help_ids = fields.One2many(
        comodel_name="client.plan.help",
        inverse_name="line_id",
        string="Calls for Help",
        help="Questions to the team leader or others, and their answers.",
    )
