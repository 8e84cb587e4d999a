from odoo import api, fields, models


class ClientPlanSlip(models.Model):
    """One deadline of a running plan that was moved or missed, and why.

    Missing a deadline opens a slip without a new date; re-dating the action completes
    it. Moving one in time makes a slip that is complete at once (product.md B). Rows
    are made by the system only and never change afterwards.
    """

    _name = "client.plan.slip"
    _description = "Moved or Missed Deadline"
    _order = "date desc, id desc"
    _rec_name = "line_id"

    line_id = fields.Many2one(
        comodel_name="client.plan.line",
        string="Action",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The action whose deadline was moved or missed.",
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
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        readonly=True,
        index=True,
        ondelete="set null",
        help="Who was responsible for the action at that time.",
    )
    kind = fields.Selection(
        selection=[
            ("moved", "Moved"),
            ("missed", "Missed"),
        ],
        required=True,
        readonly=True,
        help="Moved in time, or only after the deadline had passed.",
    )
    date = fields.Date(
        string="Recorded on",
        required=True,
        readonly=True,
        index=True,
        help="The day on which the deadline was moved or found missed.",
    )
    date_old = fields.Date(
        string="Old Deadline",
        required=True,
        readonly=True,
        help="The deadline that was not kept.",
    )
    date_new = fields.Date(
        string="New Deadline",
        readonly=True,
        help="The deadline set instead; empty as long as a missed one is not re-dated.",
    )
    days = fields.Integer(
        string="Days Lost",
        compute="_compute_days",
        store=True,
        aggregator="sum",
        help="By how many days the deadline moved to a later day; zero as long as a"
        " missed one has no new date.",
    )
    reason_id = fields.Many2one(
        comodel_name="client.plan.slip.reason",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Why; empty as long as nobody has said it.",
    )
    note = fields.Text(
        string="Remark",
        readonly=True,
        help="What exactly was in the way.",
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        string="Reason Given by",
        readonly=True,
        ondelete="set null",
        help="Who gave the reason.",
    )

    _one_open = models.UniqueIndex(
        "(line_id) WHERE kind = 'missed' AND date_new IS NULL",
        "Action: this missed deadline has been recorded already. Move the deadline, or"
        " give the reason.",
    )

    @api.depends("date_old", "date_new")
    def _compute_days(self):
        for slip in self:
            new = slip.date_new
            slip.days = (new - slip.date_old).days if new else 0
