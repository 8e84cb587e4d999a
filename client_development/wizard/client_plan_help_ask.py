from odoo import api, fields, models


class ClientPlanHelpAsk(models.TransientModel):
    """Ask for help on an action: what is in the way, and whom to ask."""

    _name = "client.plan.help.ask"
    _description = "Ask for Help"
    _inherit = ["client.plan.dialog"]
    _dialog_subject = "line_id"

    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The action that needs help.",
    )
    question = fields.Text(
        required=True,
        help="What is in the way, and what would help.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Whom to Ask",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        domain="[('share', '=', False), ('id', '!=', uid)]",
        help="Default: the team leader of the plan. Any other employee may be asked,"
        " too; he then sees the action.",
    )

    @api.depends("line_id")
    def _compute_user_id(self):
        for wizard in self:
            plan = wizard.line_id.sudo().plan_id
            others = [plan.team_id.user_id, plan.controller_id, plan.user_id]
            wizard.user_id = next(
                (user for user in others if user and user != self.env.user), False
            )

    def action_ask(self):
        """Make the call; the person asked finds it in his tasks."""
        self.ensure_one()
        self.env["client.plan.help"].create(
            {
                "line_id": self.line_id.id,
                "question": self.question.strip(),
                "user_id": self.user_id.id,
            }
        )
        return {"type": "ir.actions.act_window_close"}
