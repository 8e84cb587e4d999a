from odoo import fields, models


class ClientPlanReviewPostpone(models.TransientModel):
    """Postpone a due review, with the reason."""

    _name = "client.plan.review.postpone"
    _description = "Postpone a Review"

    review_id = fields.Many2one(
        comodel_name="client.plan.review",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The review that is not held now.",
    )
    date_old = fields.Date(
        related="review_id.date",
        string="Planned for",
        help="The day on which the review was to be held.",
    )
    date = fields.Date(
        string="New Day",
        required=True,
        help="When it is held instead: within twice the plan's review cadence; the team"
        " leader may choose a later day.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        required=True,
        help="Why the review cannot be held as planned.",
    )
    reason_help = fields.Text(
        related="reason_id.description",
        help="What usually helps against this reason.",
    )
    note = fields.Text(
        string="Remark",
        help="What exactly is in the way.",
    )

    def action_confirm(self):
        """Postpone the review."""
        self.ensure_one()
        self.review_id._postpone(self.date, self.reason_id, self.note)
        return {"type": "ir.actions.act_window_close"}
