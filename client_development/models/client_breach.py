from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import format_date, formatLang

STANDARDS = [
    ("contact", "Contact"),
    ("plan", "Plan"),
    ("review", "Review"),
    ("positions", "Positions"),
    ("coverage", "Survey Coverage"),
]


class ClientBreach(models.Model):
    """One standard of the primary segment that is not kept for one client.

    Opened and closed by the check alone (``client_breach_check.py``). Nothing in a row
    changes from day to day: limits and dates are kept, "so many days late" is not.
    """

    _name = "client.breach"
    _description = "Standard Breached"
    _order = "date_opened desc, id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The company in which the client is owed something.",
    )
    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client in this company.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The client who is owed something.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The client's primary segment, which sets the standard.",
    )
    standard = fields.Selection(
        selection=STANDARDS,
        required=True,
        readonly=True,
        help="Which standard is not kept: contacted in time, a running plan, its"
        " review, enough different products, enough surveys answered.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The client's salesperson; after closing, the one of that time.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The client's sales team; after closing, the one of that time.",
    )
    responsible_id = fields.Many2one(
        comodel_name="res.users",
        string="Named to",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who finds the breach in his list: the client's salesperson; without one,"
        " the leader of the client's team. Empty: only administrators see it.",
    )
    date_opened = fields.Date(
        string="Opened on",
        required=True,
        readonly=True,
        help="The day on which the check found the standard not kept.",
    )
    date_closed = fields.Date(
        string="Closed on",
        readonly=True,
        help="The day on which the check found it kept again, or no longer owed."
        " Empty: still open.",
    )
    days_open = fields.Integer(
        compute="_compute_days_open",
        help="Days from opening to closing, or to today in the company's time zone.",
    )
    limit_value = fields.Float(
        string="Owed",
        readonly=True,
        aggregator=None,
        help="What the standard asks for: days, positions or percent.",
    )
    actual_value = fields.Float(
        string="Actual",
        readonly=True,
        aggregator=None,
        help="What there is instead: positions bought, or percent of surveys answered.",
    )
    date_last = fields.Date(
        string="Last Contact",
        readonly=True,
        help="When the client was last contacted. Empty: never yet, or another"
        " standard.",
    )
    date_due = fields.Date(
        string="Owed by",
        readonly=True,
        help="The day by which the contact or the review was owed.",
    )
    explanation = fields.Char(
        string="Why",
        compute="_compute_explanation",
        help="The standard and what there is instead, in words.",
    )

    # Unique *index*: contact merge would delete rows under a unique constraint.
    _one_open = models.UniqueIndex(
        "(fact_id, standard) WHERE date_closed IS NULL",
        "Each standard is breached once at a time for a client.",
    )
    _closed_after_opened = models.Constraint(
        "CHECK(date_closed >= date_opened)",
        "Closed on: a breach cannot be closed before it was opened.",
    )

    @api.depends("standard", "partner_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["standard"]._description_selection(self.env))
        for breach in self.sudo():
            breach.display_name = (
                f"{labels.get(breach.standard, '')} · {breach.partner_id.name}"
            )

    @api.depends("date_opened", "date_closed", "company_id")
    @api.depends_context("client_today")
    def _compute_days_open(self):
        for company, breaches in self.grouped("company_id").items():
            today = company._client_today()
            for breach in breaches:
                end = breach.date_closed or max(today, breach.date_opened)
                breach.days_open = (end - breach.date_opened).days

    @api.depends("standard", "limit_value", "actual_value", "date_last", "date_due")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for breach in self:
            explain = getattr(breach, f"_explain_{breach.standard}", None)
            breach.explanation = explain() if explain else False

    def _explain_contact(self):
        days = int(self.limit_value)
        since = self.date_due - timedelta(days=days)
        if self.date_last and self.date_last >= since:
            return self.env._(
                "Last contact on %(date)s, owed every %(days)s days",
                date=self._format_day(self.date_last),
                days=days,
            )
        if self.date_last:
            return self.env._(
                "Not contacted since entering the segment on %(since)s (last on"
                " %(date)s), owed every %(days)s days",
                since=self._format_day(since),
                date=self._format_day(self.date_last),
                days=days,
            )
        return self.env._(
            "Not contacted since entering the segment on %(since)s, owed every %(days)s"
            " days",
            since=self._format_day(since),
            days=days,
        )

    def _explain_plan(self):
        return self.env._("No running development plan")

    def _explain_review(self):
        return self.env._(
            "Review of the plan was due on %(date)s, owed every %(days)s days",
            date=self._format_day(self.date_due),
            days=int(self.limit_value),
        )

    def _explain_positions(self):
        return self.env._(
            "Different products bought: %(count)s, at least %(minimum)s expected",
            count=int(self.actual_value),
            minimum=int(self.limit_value),
        )

    def _explain_coverage(self):
        return self.env._(
            "Surveys answered: %(share)s %%, at least %(target)s %% expected",
            share=formatLang(self.env, self.actual_value, digits=1),
            target=formatLang(self.env, self.limit_value, digits=1),
        )

    def _format_day(self, day):
        return format_date(self.env, day, date_format="d MMMM y")

    # -- what to do about it ----------------------------------------------------------

    def action_open_client(self):
        """Open the client's contact card."""
        self.ensure_one()
        return self.fact_id.action_open_client()

    def action_open_plan(self):
        """Open the client's plan; without one, a new plan for him."""
        self.ensure_one()
        return self._in_company().fact_id.action_open_plan()

    def action_plan_action(self):
        """Open a new action that mends this, in the client's plan; without a plan, a
        new plan."""
        self.ensure_one()
        breach = self._in_company()
        plan = breach.fact_id.plan_id
        if not plan:
            return breach.action_open_plan()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Action"),
            "res_model": "client.plan.line",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_plan_id": plan.id,
                "default_name": breach._get_action_name(),
            },
        }

    def _get_action_name(self):
        """Return what the action that mends this breach is called."""
        names = {
            "contact": self.env._("Contact the client"),
            "plan": self.env._("Complete and start the plan"),
            "review": self.env._("Hold the review of the plan"),
            "positions": self.env._("Offer further products"),
            "coverage": self.env._("Survey the completed orders"),
        }
        return names[self.standard]

    def action_check(self):
        """Check this client again, at once."""
        self.ensure_one()
        return self.fact_id.action_check_standards()

    def _in_company(self):
        """Return this breach in the company in which the client is owed something."""
        return self.with_company(self.company_id)

    @api.model
    def _get_open_action(self, domain):
        """Return the action that opens the open breaches of ``domain``."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "client_development.client_breach_action"
            ),
            "domain": domain,
            "context": {"search_default_open": 1},
        }
