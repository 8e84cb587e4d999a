from odoo import fields, models


class ClientPlanObjective(models.Model):
    """Why an objective was far behind when its plan was closed."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    close_reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        string="Reason for Missing",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What was in the way of an objective that was far behind when the plan was"
        " closed.",
    )
    close_note = fields.Text(
        string="Remark on Missing",
        readonly=True,
        copy=False,
        help="What exactly was in the way.",
    )
