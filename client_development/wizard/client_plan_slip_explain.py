from odoo import fields, models


class ClientPlanSlipExplain(models.TransientModel):
    """Say why one or many deadlines were missed."""

    _name = "client.plan.slip.explain"
    _description = "Reason for a Missed Deadline"

    slip_ids = fields.Many2many(
        comodel_name="client.plan.slip",
        string="Missed",
        required=True,
        default=lambda self: self._default_slip_ids(),
        help="The missed deadlines that are explained.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        string="Reason",
        required=True,
        help="What was in the way.",
    )
    reason_help = fields.Text(
        related="reason_id.description",
        string="What Helps",
        help="What usually helps against it.",
    )
    note = fields.Text(
        string="Remark",
        help="What exactly was in the way.",
    )

    def _default_slip_ids(self):
        """Take the chosen slips that have no reason yet."""
        if self.env.context.get("active_model") != "client.plan.slip":
            return None
        slips = self.env["client.plan.slip"].browse(self.env.context.get("active_ids"))
        return slips.filtered(lambda slip: not slip.reason_id)

    def action_explain(self):
        """Give the reason to each."""
        self.ensure_one()
        self.slip_ids._give_reason(self.reason_id, self.note)
        return {"type": "ir.actions.act_window_close"}
