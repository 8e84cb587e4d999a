from odoo import fields, models


class ClientSurveyAnnul(models.TransientModel):
    """Annul the finished answer to a survey, with the reason."""

    _name = "client.survey.annul"
    _description = "Annul a Survey Answer"

    survey_id = fields.Many2one(
        comodel_name="client.survey",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The survey whose answer does not count. Its client is asked again.",
    )
    operator_id = fields.Many2one(
        related="survey_id.operator_id",
        related_sudo=False,
        help="Who recorded the answer.",
    )
    rating = fields.Integer(
        related="survey_id.rating",
        related_sudo=False,
        help="The rating that will be annulled.",
    )
    reason = fields.Text(
        required=True,
        help="Why the answer does not count. The salesperson reads it, and it is kept.",
    )

    def action_annul(self):
        """Annul the answer; the rules of annulling apply."""
        self.ensure_one()
        self.survey_id._annul(self.reason)
        return {"type": "ir.actions.act_window_close"}
