from odoo import fields, models


class ClientPlanHelp(models.Model):
    """A call for help on an action: who was asked what, and the answer.

    It stands out on the action until it is answered (product.md B).
    """

    _name = "client.plan.help"
    _description = "Call for Help"
    _inherit = ["client.plan.child"]
    _order = "date_answered desc nulls first, id desc"
    _rec_name = "question"
    _plan_parent = "line_id"

    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        required=True,
        ondelete="cascade",
        index=True,
        help="The action that needs help.",
    )
    plan_id = fields.Many2one(
        related="line_id.plan_id",
        store=True,
        precompute=True,
        index=True,
        help="The plan of the action.",
    )
    partner_id = fields.Many2one(
        related="line_id.partner_id",
        store=True,
        precompute=True,
        index=True,
        help="The client of the plan.",
    )
    company_id = fields.Many2one(
        related="line_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Company of the plan.",
    )
    team_id = fields.Many2one(
        related="line_id.team_id",
        store=True,
        precompute=True,
        index=True,
        help="Sales team of the plan.",
    )
    question = fields.Text(
        required=True,
        help="What is in the way, and what would help.",
    )
    asker_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.uid,
        index=True,
        ondelete="restrict",
        help="Who needs help.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who is to help: the team leader, or any other employee.",
    )
    date = fields.Date(
        string="Asked on",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._client_today(),
        help="The day on which help was asked for.",
    )
    answer = fields.Text(
        help="What was answered or done.",
    )
    answered_uid = fields.Many2one(
        comodel_name="res.users",
        string="Answered by",
        readonly=True,
        ondelete="set null",
        help="Who answered.",
    )
    date_answered = fields.Date(
        string="Answered on",
        readonly=True,
        index=True,
        help="The day of the answer; empty as long as help is awaited.",
    )
