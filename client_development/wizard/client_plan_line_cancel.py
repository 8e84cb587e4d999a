from odoo import fields, models


class ClientPlanLineCancel(models.TransientModel):
    """Cancel one or many actions, with the reason."""

    _name = "client.plan.line.cancel"
    _description = "Cancel Actions"

    line_ids = fields.Many2many(
        comodel_name="client.plan.line",
        string="Actions",
        required=True,
        default=lambda self: self._default_line_ids(),
        help="The actions that will not be done.",
    )
    reason = fields.Text(
        required=True,
        help="Why not. The reason stays on the actions.",
    )

    def _default_line_ids(self):
        if self.env.context.get("active_model") == "client.plan.line":
            return self.env.context.get("active_ids")
        return None

    def action_cancel_lines(self):
        """Cancel the actions; the rules of a change of state apply to each."""
        self.ensure_one()
        self.line_ids.write({"state": "cancelled", "cancel_reason": self.reason})
        return {"type": "ir.actions.act_window_close"}
