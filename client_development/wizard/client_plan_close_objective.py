from odoo import fields, models


class ClientPlanCloseObjective(models.TransientModel):
    """One objective that is far behind when its plan is closed: why?"""

    _name = "client.plan.close.objective"
    _description = "Objective Far Behind at Closing"
    _order = "wizard_id, id"

    wizard_id = fields.Many2one(
        comodel_name="client.plan.close",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The closing of the plan.",
    )
    objective_id = fields.Many2one(
        comodel_name="client.plan.objective",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The objective that is far behind.",
    )
    progress = fields.Float(
        related="objective_id.progress",
        aggregator=None,
        help="How much of the way to the target was gone, in percent.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        help="What was most in the way.",
    )
    note = fields.Text(
        string="Remark",
        help="What exactly was in the way.",
    )
