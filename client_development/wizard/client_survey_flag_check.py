from odoo import fields, models


class ClientSurveyFlagCheck(models.TransientModel):
    """Mark answers as checked and all right, with a note."""

    _name = "client.survey.flag.check"
    _description = "Answers Checked"

    flag_ids = fields.Many2many(
        comodel_name="client.survey.flag",
        string="Answers",
        required=True,
        default=lambda self: self._default_flag_ids(),
        help="What was checked.",
    )
    note = fields.Text(
        required=True,
        help="What you found out. Only leaders read it.",
    )

    def _default_flag_ids(self):
        if self.env.context.get("active_model") == "client.survey.flag":
            return self.env.context.get("active_ids")
        return None

    def action_mark_fine(self):
        """Mark all of them as all right."""
        self.ensure_one()
        self.flag_ids._mark_fine(self.note)
        return {"type": "ir.actions.act_window_close"}
