from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_plan_section_kind import SCOPES

# Kept by the system; nobody enters them.
STAMP_FIELDS = {
    "close_result",
    "close_reason_id",
    "close_reason",
    "date_closed",
    "closed_uid",
}


class ClientPlan(models.Model):
    """A development plan of one scope; most often of one client.

    Nothing on the plan is stored from its actions: each edit of an action would
    otherwise rewrite the plan and collide with the edits of others (design decision
    6). A running plan always has a next review date; the database enforces it.
    """

    _name = "client.plan"
    _description = "Development Plan"
    _inherit = ["client.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Plan",
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index="trigram",
        tracking=True,
        help="Title of the plan. Default: “Development plan” and the client.",
    )
    scope = fields.Selection(
        selection=SCOPES,
        required=True,
        default="client",
        index=True,
        help="Whom the plan develops: one client, a segment, a sales team, a territory"
        " or the whole company.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The client to develop, always the company and never one of its contacts.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The segment that a plan of the scope “Segment” develops.",
    )
    primary_segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Client's Segment",
        compute="_compute_primary_segment_id",
        help="The client's primary segment in the company of the plan; it decides how"
        " often the plan is reviewed.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        help="The company that develops the client.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="Currency of the company.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="set null",
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
        help="Who is responsible for the plan and holds its reviews.",
    )
    controller_id = fields.Many2one(
        comodel_name="res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
        help="The employee who controls the plan: holds its reviews and accepts its"
        " actions, never his own.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="set null",
        check_company=True,
        tracking=True,
        help="The responsible team; its leader sees and steers the plan. For the scope"
        " “Sales Team” the team to develop.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("discussion", "Discussion"),
            ("signoff", "Sign-off"),
            ("running", "Running"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
        help="A draft may be discussed with those who carry it out; a running plan is"
        " reviewed regularly until it is closed.",
    )
    date_start = fields.Date(
        string="Start",
        required=True,
        default=lambda self: self._default_date_start(),
        help="First day of the plan.",
    )
    date_end = fields.Date(
        string="End",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        tracking=True,
        help="Last day of the plan. Default: twelve months for a client, as purchases"
        " and potential are compared per year; three for the other scopes.",
    )
    next_review_date = fields.Date(
        string="Next Review",
        compute="_compute_next_review_date",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index=True,
        tracking=True,
        help="A running plan always has one: by the cadence of the client's segment,"
        " or of the company, on a working day.",
    )
    probability = fields.Float(
        string="Probability of Cooperation",
        help="How likely we and the client will work together for long, in percent.",
    )
    information_gaps = fields.Text(
        string="Still to Find Out",
        help="What we do not know about the client yet, and need to know.",
    )
    client_strategy = fields.Text(
        string="Client's Strategy and Goals",
        help="Where the client wants to go.",
    )
    client_tasks = fields.Text(
        string="Client's Current Tasks",
        help="What the client is busy with right now.",
    )
    value_proposition = fields.Text(
        help="Why this client should buy from us.",
    )
    note = fields.Text(
        string="Goal in Words",
        help="What the plan is to achieve, in one or two sentences.",
    )
    section_ids = fields.One2many(
        comodel_name="client.plan.section",
        inverse_name="plan_id",
        string="Sections",
        help="The sections of the plan with what was found out.",
    )
    objective_ids = fields.One2many(
        comodel_name="client.plan.objective",
        inverse_name="plan_id",
        string="Objectives",
        help="What the plan is to achieve, in figures.",
    )
    line_ids = fields.One2many(
        comodel_name="client.plan.line",
        inverse_name="plan_id",
        string="Actions",
        help="What is done, by whom and until when.",
    )
    review_ids = fields.One2many(
        comodel_name="client.plan.review",
        inverse_name="plan_id",
        string="Reviews",
        help="The checks of the plan, held and due.",
    )
    close_result = fields.Selection(
        selection=[
            ("reached", "Reached"),
            ("partly", "Partly Reached"),
            ("missed", "Missed"),
        ],
        string="Result",
        readonly=True,
        copy=False,
        tracking=True,
        help="Reached at 100 % fulfilment, partly from 50 %, else missed.",
    )
    close_reason = fields.Text(
        string="Reason",
        readonly=True,
        copy=False,
        help="Why the plan was reached only partly, missed or cancelled.",
    )
    lessons = fields.Text(
        string="Lessons Learned",
        copy=False,
        help="What to do the same way, or differently, next time.",
    )
    date_closed = fields.Date(
        string="Closed on",
        readonly=True,
        copy=False,
        help="The day on which the plan was closed or cancelled.",
    )
    closed_uid = fields.Many2one(
        comodel_name="res.users",
        string="Closed by",
        readonly=True,
        copy=False,
        help="Who closed or cancelled the plan.",
    )

    _end_after_start = models.Constraint(
        "CHECK(date_end >= date_start)",
        "End: the plan ends before it starts. Choose an end on or after the start.",
    )
    _probability_range = models.Constraint(
        "CHECK(probability >= 0 AND probability <= 100)",
        "Probability of Cooperation: a percentage lies between 0 and 100.",
    )
    _running_has_review = models.Constraint(
        "CHECK(state <> 'running' OR next_review_date IS NOT NULL)",
        "Next Review: a running plan always has a review date. Enter one.",
    )
    _closed_has_result = models.Constraint(
        "CHECK(state <> 'closed' OR close_result IS NOT NULL)",
        "Result: a closed plan is reached, partly reached or missed. Use the button"
        " “Close”.",
    )
    _closed_has_reason = models.Constraint(
        r"CHECK(COALESCE(close_reason, '') ~ '\S' OR NOT (state = 'cancelled'"
        " OR (state = 'closed' AND close_result <> 'reached'"
        " AND close_reason_id IS NULL)))",
        "Reason: say why the plan was reached only partly, missed or cancelled.",
    )

    # -- defaults ------------------------------------------------------------------

    def _default_company_id(self):
        return self.env.company

    def _default_date_start(self):
        return self.env.company._client_today()

    # -- computed fields -----------------------------------------------------------

    @api.depends("partner_id")
    def _compute_user_id(self):
        """Default to the client's salesperson, or to whoever makes the plan.

        A salesperson makes plans for himself: he could not even see one of others.
        """
        for plan in self:
            if not plan.user_id:
                salesperson = plan.sudo().partner_id.user_id
                may_assign = self._may_assign_to(salesperson)
                plan.user_id = salesperson if may_assign else self.env.user

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        """Take the owner's team, or else the one that he leads without being a member.

        The old one is kept when he has none.
        """
        led = self.env["crm.team"].sudo()
        led = led.search([("user_id", "in", self.user_id.ids)]).grouped("user_id")
        for plan in self:
            if plan.scope == "team" and plan.team_id:
                continue
            user = plan.user_id.sudo()
            teams = user.sale_team_id | user.crm_team_ids
            teams = (teams | led.get(user, teams.browse())).filtered(
                lambda team, plan=plan: team.company_id <= plan.company_id
            )
            if plan.team_id not in teams:
                plan.team_id = teams[:1] or plan.team_id

    @api.depends("scope", "date_start")
    def _compute_date_end(self):
        for plan in self:
            if not plan.date_end and plan.date_start:
                plan.date_end = plan._get_usual_end(plan.scope)

    def _get_usual_end(self, scope):
        """Return the last day of a plan of a scope that begins when this one does."""
        self.ensure_one()
        months = 12 if scope == "client" else 3
        return self.date_start + relativedelta(months=months, days=-1)

    @api.depends("state")
    def _compute_next_review_date(self):
        for plan in self:
            if plan.state == "running" and not plan.next_review_date:
                plan.next_review_date = plan._get_next_review_date()

    @api.depends("partner_id", "company_id")
    def _compute_primary_segment_id(self):
        facts = (
            self.env["client.fact"]
            .sudo()
            .search_fetch(
                [
                    ("partner_id", "in", self.partner_id.ids),
                    ("company_id", "in", self.company_id.ids),
                ],
                ["partner_id", "company_id", "segment_id"],
            )
        )
        segments = {(f.partner_id, f.company_id): f.segment_id for f in facts}
        for plan in self:
            plan.primary_segment_id = segments.get(
                (plan.partner_id._origin, plan.company_id._origin)
            )

    # -- hooks of its life ---------------------------------------------------------

    def _check_signoff(self):
        """Refuse to freeze a plan for signing that is not ready for it."""

    def _check_start(self):
        """Refuse to start a plan that is not ready."""

    def _check_close(self):
        """Refuse to close a plan that nobody has accepted."""

    # -- create and write ----------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            self._normalise_partner(vals, company or self.env.company)
            self._check_write(dict.fromkeys(STAMP_FIELDS & set(vals)))
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise UserError(
                    self.env._(
                        "Status: a new plan is a draft. Save it first, then start it."
                    )
                )
        context = self._get_context_without_defaults(STAMP_FIELDS | {"state"})
        guarded = self.with_env(self.env(context=context))
        plans = super(ClientPlan, guarded).create(vals_list)
        plans._create_sections()
        plans._ensure_clients()
        return plans.with_env(self.env)

    def write(self, vals):
        vals = dict(vals)
        company = self.env["res.company"].browse(vals.get("company_id"))
        self._normalise_partner(vals, company or self.company_id)
        self._check_write(vals)
        if "state" in vals:
            self._lock_records(self, "state")
            changing = self.filtered(lambda plan: plan.state != vals["state"])
            if not self.env.su:
                changing._check_plain_transition(vals["state"])
        for plans, plan_vals in self._split_by_state_vals(vals):
            super(ClientPlan, plans).write(plan_vals)
        if "state" in vals:
            self.env["client.fact.queue"]._add_partners(self.partner_id)
        if "next_review_date" in vals:
            self._move_due_reviews()
        if vals.get("state") in ("closed", "cancelled"):
            self._drop_due_reviews()
        if vals.get("partner_id"):
            self._ensure_clients()
        return True
