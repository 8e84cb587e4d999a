from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_plan_section_kind import SCOPES

# Which states may follow; a closed plan stays closed.
TRANSITIONS = {
    "draft": ("discussion", "running", "cancelled"),
    "discussion": ("draft", "running", "cancelled"),
    "signoff": ("discussion", "running", "cancelled"),
    "running": ("closed", "cancelled"),
    "closed": (),
    "cancelled": ("draft",),
}
EDITABLE_STATES = ("draft", "discussion")
SUBJECT_FIELDS = {"scope", "partner_id", "segment_id", "company_id"}
# Kept by the system; nobody enters them.
STAMP_FIELDS = {"date_closed", "closed_uid"}


class ClientPlan(models.Model):
    """A development plan of one scope; most often of one client.

    Nothing on the plan is stored from its actions: each edit of an action would
    otherwise rewrite the plan and collide with the edits of others (design decision
    6). A running plan always has a next review date; the database enforces it.
    """

    _name = "client.plan"
    _description = "Development Plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    member_ids = fields.Many2many(
        comodel_name="res.users",
        string="Members",
        compute="_compute_member_ids",
        search="_search_member_ids",
        help="Everyone who is responsible for an action of the plan or takes part in"
        " one.",
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
        "CHECK(close_reason <> '' OR NOT (state = 'cancelled'"
        " OR (state = 'closed' AND close_result <> 'reached')))",
        "Reason: say why the plan was reached only partly, missed or cancelled.",
    )

    # -- defaults ------------------------------------------------------------------

    def _default_company_id(self):
        return self.env.company

    def _default_date_start(self):
        return self.env.company._client_today()

    # -- computed fields -----------------------------------------------------------

    @api.depends("scope", "partner_id", "segment_id", "team_id", "company_id")
    def _compute_name(self):
        """Follow the subject as long as nobody has given another name."""
        bare = self.env._("Development plan")
        for plan in self:
            own = plan.name and plan.name != bare
            if own and plan._origin:
                own = plan.name != plan._origin._get_default_name()
            elif own:
                own = not plan.name.startswith(f"{bare} · ")
            if not own:
                plan.name = plan._get_default_name()

    @api.depends("partner_id")
    def _compute_user_id(self):
        """Default to the client's salesperson, or to whoever makes the plan.

        A salesperson makes plans for himself: he could not even see one of others.
        """
        assigns = self.env.su or self.env.user.has_group(
            "client_development.group_client_leader"
        )
        for plan in self:
            if not plan.user_id:
                salesperson = plan.partner_id.user_id if assigns else False
                plan.user_id = salesperson or self.env.user

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        """Take the owner's team; keep the old one when the owner has none."""
        for plan in self:
            if plan.scope == "team" and plan.team_id:
                continue
            user = plan.user_id.sudo()
            teams = (user.sale_team_id | user.crm_team_ids).filtered(
                lambda team, plan=plan: team.company_id <= plan.company_id
            )
            if plan.team_id not in teams:
                plan.team_id = teams[:1] or plan.team_id

    @api.depends("scope", "date_start")
    def _compute_date_end(self):
        for plan in self:
            if not plan.date_end and plan.date_start:
                months = 12 if plan.scope == "client" else 3
                plan.date_end = plan.date_start + relativedelta(months=months, days=-1)

    @api.depends("state")
    def _compute_next_review_date(self):
        for plan in self:
            today = plan.company_id._client_today()
            date = plan.next_review_date
            if plan.state == "running" and (not date or date < today):
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

    @api.depends("line_ids.user_id", "line_ids.participant_ids")
    def _compute_member_ids(self):
        """Read them past the rules: the rules themselves ask for the members.

        A path through ``line_ids`` would do in a rule, too, but checking it leaves
        actions in the cache that the user may not see, and takes more queries.
        """
        members = {}
        rows = (
            self.env.execute_query(self._get_members_sql(self.ids)) if self.ids else ()
        )
        for plan_id, user_id in rows:
            members.setdefault(plan_id, []).append(user_id)
        for plan in self:
            plan.member_ids = members.get(plan._origin.id, ())

    def _search_member_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        sql = self._get_members_sql()
        return Domain(
            "id",
            "in",
            SQL(
                "(SELECT plan_id FROM (%s) AS member WHERE user_id IN %s)",
                sql,
                tuple(value) or (None,),
            ),
        )

    @api.model
    def _get_members_sql(self, plan_ids=None):
        """Return the query for (plan, user) of all members, or of these plans'."""
        line_fields = self.env["client.plan.line"]._fields
        these = SQL()
        if plan_ids is not None:
            these = SQL("WHERE line.plan_id IN %s", tuple(plan_ids))
        return SQL(
            "SELECT line.plan_id, line.user_id FROM client_plan_line line %(these)s"
            " UNION SELECT line.plan_id, part.user_id FROM client_plan_line line"
            " JOIN client_plan_line_participant_rel part ON part.line_id = line.id"
            " %(these)s",
            these=these,
            to_flush=line_fields["user_id"],
        )

    @api.model
    def _group_expand_state(self, states, domain):
        """Always show the columns of a plan's way, the others when needed."""
        shown = {"draft", "discussion", "running", *states}
        return [
            state for state, _label in self._fields["state"].selection if state in shown
        ]

    # -- rules ---------------------------------------------------------------------

    @api.constrains("scope", "partner_id", "segment_id", "team_id")
    def _check_subject(self):
        for plan in self:
            if plan.scope == "client" and not plan.partner_id:
                raise ValidationError(
                    self.env._(
                        "Client: the development plan of a client needs a client."
                        " Choose one in the field “Client”."
                    )
                )
            if plan.scope == "segment" and not plan.segment_id:
                raise ValidationError(
                    self.env._(
                        "Segment: the development plan of a segment needs a segment."
                        " Choose one in the field “Segment”."
                    )
                )
            if plan.scope == "team" and not plan.team_id:
                raise ValidationError(
                    self.env._(
                        "Sales Team: the development plan of a sales team needs a team."
                        " Choose one in the field “Sales Team”."
                    )
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """A plan develops the company, whichever of its contacts was picked."""
        self.partner_id = self.partner_id.commercial_partner_id

    def _check_transition(self, new):
        """Refuse a change of state that the life of a plan does not know."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for plan in self:
            if new not in TRANSITIONS[plan.state]:
                raise UserError(
                    self.env._(
                        "Status: “%(plan)s” is “%(old)s” and cannot become “%(new)s”.",
                        plan=plan.name,
                        old=labels[plan.state],
                        new=labels[new],
                    )
                )

    def _check_write(self, vals):
        """Refuse what nobody enters, and another subject for a started plan."""
        if self.env.su:
            return
        stamped = STAMP_FIELDS & set(vals)
        if stamped:
            labels = self.fields_get(sorted(stamped), ["string"])
            raise UserError(
                self.env._(
                    "%(fields)s: kept by the system and cannot be entered.",
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )
        for name in SUBJECT_FIELDS & set(vals):
            for plan in self:
                if plan.state not in EDITABLE_STATES and plan[name] != plan._fields[
                    name
                ].convert_to_record(
                    plan._fields[name].convert_to_cache(vals[name], plan), plan
                ):
                    raise UserError(
                        self.env._(
                            "%(field)s: “%(plan)s” has started and keeps its subject."
                            " Cancel it and make a new plan instead.",
                            field=self._fields[name]._description_string(self.env),
                            plan=plan.name,
                        )
                    )

    # -- create, write, delete -----------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
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
                changing._check_transition(vals["state"])
        for plans, plan_vals in self._split_by_state_vals(vals):
            super(ClientPlan, plans).write(plan_vals)
        if "next_review_date" in vals:
            self._move_due_reviews()
        if vals.get("state") in ("closed", "cancelled"):
            self._drop_due_reviews()
        if "scope" in vals:
            self._create_sections()
        return True

    def _split_by_state_vals(self, vals):
        """Return ``[(plans, vals)]`` with what a plan's new state brings along.

        A running plan gets a review date in the same write, as the database checks
        each of them; the end of a plan is stamped with who and when.
        """
        given = {k: v for k, v in vals.items() if v or k != "next_review_date"}
        batches = {}
        for plan in self:
            today = plan.company_id._client_today()
            state = vals.get("state", plan.state)
            extra = {}
            if state == "running" and plan._needs_review_date(vals, today):
                extra["next_review_date"] = plan._get_next_review_date()
            elif "next_review_date" in vals:
                extra["next_review_date"] = vals["next_review_date"]
            if state != plan.state and state in ("closed", "cancelled"):
                extra.update(date_closed=today, closed_uid=self.env.uid)
            elif state != plan.state:
                extra.update(date_closed=False, closed_uid=False)
            batches.setdefault(tuple(extra.items()), []).append(plan.id)
        return [
            (self.browse(plan_ids), {**dict(extra), **given})
            for extra, plan_ids in batches.items()
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_live(self):
        for plan in self:
            if plan.state not in ("draft", "discussion", "cancelled"):
                raise UserError(
                    self.env._(
                        "“%(plan)s” has started: cancel it with a reason instead of"
                        " deleting it.",
                        plan=plan.name,
                    )
                )

    @api.model
    def _normalise_partner(self, vals, companies):
        """Replace a contact by its company in the values; refuse foreign clients."""
        if not vals.get("partner_id"):
            return
        client = self.env["res.partner"].browse(vals["partner_id"]).sudo()
        client = client.commercial_partner_id
        vals["partner_id"] = client.id
        foreign = companies.filtered(
            lambda company: (
                client.company_id and client.company_id not in company.sudo().parent_ids
            )
        )
        if foreign:
            raise ValidationError(
                self.env._(
                    "Client: the chosen client belongs to another company than the plan"
                    " (%(company)s). Choose one of its own clients, or make the plan in"
                    " the client's company.",
                    company=foreign[0].name,
                )
            )

    def _create_sections(self):
        """Give each plan the sections of its scope that it does not have yet."""
        kinds = self.env["client.plan.section.kind"].sudo()
        kinds = kinds.search([("scope", "in", self.mapped("scope"))])
        by_scope = kinds.grouped("scope")
        self.env["client.plan.section"].sudo().create(
            [
                {"plan_id": plan.id, "kind_id": kind.id}
                for plan in self.sudo()
                for kind in by_scope.get(plan.scope, kinds.browse())
                - plan.section_ids.kind_id
            ]
        )

    # -- buttons -------------------------------------------------------------------

    def action_discuss(self):
        """Show the draft to those who will carry it out."""
        return self._set_state("discussion")

    def action_start(self):
        """Start the plan; the first review date follows from the cadence."""
        return self._set_state("running")

    def action_draft(self):
        """Set a cancelled or discussed plan back to draft."""
        return self._set_state(
            "draft",
            next_review_date=False,
            close_reason=False,
        )

    def action_close(self):
        """Ask for result and lessons, then close."""
        return self._open_close_wizard("close")

    def action_cancel(self):
        """Ask for the reason, then cancel."""
        return self._open_close_wizard("cancel")

    def _open_close_wizard(self, mode):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_plan_close_action"
            ),
            "context": {"default_plan_id": self.id, "default_mode": mode},
        }

    def _set_state(self, state, **vals):
        """Lock the plans, check the transition again, then take it."""
        self.check_access("write")
        self._lock_records(self, "state")
        self._check_transition(state)
        return self.write({**vals, "state": state})

    # -- business ------------------------------------------------------------------

    def _get_default_name(self):
        self.ensure_one()
        subjects = {
            "client": self.partner_id.name,
            "segment": self.segment_id.name,
            "team": self.team_id.name,
            "company": self.company_id.name,
        }
        subject = subjects.get(self.scope)
        if not subject:
            return self.env._("Development plan")
        return self.env._("Development plan · %(subject)s", subject=subject)

    def _get_signers(self):
        """Return ``[(name, role)]`` of everyone who signs the printed plan."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state != "cancelled")
        roles = {self.user_id: self.env._("Owner")}
        roles.setdefault(self.controller_id, self.env._("Controller"))
        roles.setdefault(self.sudo().team_id.user_id, self.env._("Team leader"))
        for user in lines.user_id | lines.participant_ids:
            roles.setdefault(user, self.env._("Takes part"))
        return [(user.sudo().name, role) for user, role in roles.items() if user]

    # -- shared by the models of the wing --------------------------------------------

    @api.model
    def _lock_records(self, records, field_name):
        """Lock the rows for this transaction and forget the field's cached values."""
        records.flush_recordset([field_name])
        try:
            records.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing “%(record)s” right now. Try again in a"
                    " moment.",
                    record=records[:1].display_name,
                )
            ) from error
        records.invalidate_recordset([field_name], flush=False)

    @api.model
    def _get_context_without_defaults(self, names):
        """Return the context without defaults for the given, guarded fields."""
        guarded = {f"default_{name}" for name in names}
        return {k: v for k, v in self.env.context.items() if k not in guarded}

    @api.model
    def _get_day_by_company(self, get_shift=None):
        """Return ``{company: today + shift}``, each in the company's own time zone."""
        companies = self.env.companies
        if self.env.su:
            companies = companies.search_fetch([], ["resource_calendar_id"])
        return {
            company: company._client_today()
            + timedelta(days=get_shift(company) if get_shift else 0)
            for company in companies
        }

    @api.model
    def _get_day_domain(self, field_name, operator, get_shift=None):
        """Return a domain comparing a date with each company's own today."""
        companies_by_day = {}
        for company, day in self._get_day_by_company(get_shift).items():
            companies_by_day.setdefault(day, []).append(company.id)
        return Domain.OR(
            Domain("company_id", "in", company_ids) & Domain(field_name, operator, day)
            for day, company_ids in companies_by_day.items()
        )

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """The owner follows, but no message per assignment (product.md G)."""
        return [
            (partner_id, subtype_ids, False)
            for partner_id, subtype_ids, _template in (
                super()._message_auto_subscribe_followers(
                    updated_values, default_subtype_ids
                )
            )
        ]
