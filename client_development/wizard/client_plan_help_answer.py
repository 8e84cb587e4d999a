from odoo import fields, models


class ClientPlanHelpAnswer(models.TransientModel):
    """Answer a call for help, and join in if that helps."""

    _name = "client.plan.help.answer"
    _description = "Answer a Call for Help"
    _inherit = ["client.plan.dialog"]
    _dialog_subject = "help_id"

    help_id = fields.Many2one(
        comodel_name="client.plan.help",
        string="Call for Help",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The call that is answered.",
    )
    asker_id = fields.Many2one(
        related="help_id.asker_id",
        help="Who needs help.",
    )
    question = fields.Text(
        related="help_id.question",
        help="What is in the way, and what would help.",
    )
    answer = fields.Text(
        required=True,
        help="What helps, or what you have done.",
    )
    join = fields.Boolean(
        string="I Join In",
        help="You become a participant of the action: it appears among yours, and you"
        " may enter hours and results.",
    )

    def action_answer(self):
        """Answer; the asker finds it in his tasks."""
        self.ensure_one()
        self.help_id._answer(self.answer, join=self.join)
        return {"type": "ir.actions.act_window_close"}
