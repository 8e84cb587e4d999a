from odoo import fields, models
from odoo.exceptions import UserError


class ClientPlanLineRework(models.TransientModel):
    """Return one or many done actions, saying what is still missing."""

    _name = "client.plan.line.rework"
    _description = "Return Actions for Rework"

    line_ids = fields.Many2many(
        comodel_name="client.plan.line",
        string="Actions",
        required=True,
        default=lambda self: self._default_line_ids(),
        help="The actions that are not good enough yet.",
    )
    remark = fields.Text(
        string="To Do Again",
        required=True,
        help="What is still missing. The responsible sees it until the action is done"
        " again.",
    )

    def _default_line_ids(self):
        if self.env.context.get("active_model") == "client.plan.line":
            return self.env.context.get("active_ids")
        return None

    def action_return(self):
        """Return the actions; the rules of a change of state apply to each."""
        self.ensure_one()
        lines, remark = self.line_ids, (self.remark or "").strip()
        lines.check_access("write")
        self.env["client.plan"]._lock_records(lines, "state")
        for line in lines:
            if line.state == "rework":
                raise UserError(
                    self.env._(
                        "“%(line)s” has already been returned. Nothing was changed.",
                        line=line.name,
                    )
                )
        lines.write({"state": "rework", "rework_remark": remark})
        for line in lines:
            line.message_post(
                body=self.env._("Returned for rework: %(remark)s", remark=remark)
            )
        return {"type": "ir.actions.act_window_close"}
