import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL, float_compare, format_date

_logger = logging.getLogger(__name__)

COVERAGE_LOCK = "client_development.client_coverage"


class ClientCoverage(models.Model):
    """Survey coverage of one salesperson in one week, as it was recorded.

    A survey belongs to the Monday–Sunday week, in the company's time zone, of its
    original due date and to that day's assignee. Refused and unreachable clients stay
    in the denominator, cancelled orders leave it. The record never changes; what was
    answered later shows in the live figures only (product.md F).
    """

    _name = "client.coverage"
    _description = "Survey Coverage"
    _inherit = ["client.thread"]
    _mail_post_access = "read"
    _order = "week_start desc, coverage, id"
    _rec_names_search = ["user_id.name"]

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company that sold.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        index=True,
        help="Who was responsible for these surveys on their due dates. Empty: nobody.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        index=True,
        help="The salesperson's team in that week.",
    )
    week_start = fields.Date(
        string="Week",
        required=True,
        readonly=True,
        index=True,
        help="The Monday with which the week begins.",
    )
    completed_count = fields.Integer(
        string="Completed Orders",
        readonly=True,
        help="Completed orders whose surveys were due in this week.",
    )
    answered_count = fields.Integer(
        string="Answered",
        readonly=True,
        help="Surveys answered with a rating when the week was recorded.",
    )
    skipped_count = fields.Integer(
        string="Skipped",
        readonly=True,
        help="Surveys not answered when the week was recorded.",
    )
    coverage = fields.Float(
        string="Coverage, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Answered surveys / completed orders, in percent.",
    )
    target = fields.Float(
        string="Target, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="The company's coverage target when the week was recorded.",
    )
    is_below_target = fields.Boolean(
        string="Below Target",
        readonly=True,
        help="The coverage missed the target of that week.",
    )
    attempts3_count = fields.Integer(
        string="Three Attempts Made",
        readonly=True,
        help="Of the skipped: the client was called at least three times.",
    )
    refused_count = fields.Integer(
        string="Refused",
        readonly=True,
        help="Of the skipped: the client did not want to answer.",
    )
    unreachable_count = fields.Integer(
        string="Unreachable",
        readonly=True,
        help="Of the skipped: given up after several calls without an answer.",
    )
    skipped_order_ids = fields.Many2many(
        comodel_name="sale.order",
        relation="client_coverage_skipped_order_rel",
        column1="coverage_id",
        column2="order_id",
        string="Skipped Orders",
        readonly=True,
        help="Orders whose clients had not been surveyed when the week was recorded.",
    )
    completed_live = fields.Integer(
        string="Completed Orders Today",
        compute="_compute_live",
        help="Completed orders of this week as things stand now: without those"
        " cancelled since.",
    )
    answered_live = fields.Integer(
        string="Answered until Today",
        compute="_compute_live",
        help="Surveys of this week answered until now.",
    )
    coverage_live = fields.Float(
        string="Coverage until Today, %",
        compute="_compute_live",
        digits=(5, 1),
        help="The coverage of this week as things stand now, in percent.",
    )

    _company_user_week_unique = models.UniqueIndex(
        "(company_id, COALESCE(user_id, 0), week_start)",
        "The coverage of a week is recorded once per salesperson.",
    )

    @api.depends("user_id.name", "week_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            name = row.user_id.sudo().name or self.env._("Nobody")
            row.display_name = f"{name} · {format_date(row.env, row.week_start)}"

    @api.depends("company_id", "user_id", "week_start")
    def _compute_live(self):
        live = self._get_live_counts()
        for row in self:
            completed, answered = live.get(row.id, (0, 0))
            row.completed_live = completed
            row.answered_live = answered
            row.coverage_live = completed and 100.0 * answered / completed

    def _get_live_counts(self):
        """Return {id: (completed, answered)} as things stand now, in one query."""
        if not self.ids:
            return {}
        self.env["client.survey"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT cc.id,
                       COUNT(*),
                       COUNT(*) FILTER (WHERE cs.state = 'done')
                  FROM client_coverage cc
                  JOIN client_survey cs
                    ON cs.company_id = cc.company_id
                   AND cs.coverage_user_id IS NOT DISTINCT FROM cc.user_id
                   AND cs.date_due >= cc.week_start
                   AND cs.date_due < cc.week_start + 7
                   AND cs.state != 'cancelled'
                 WHERE cc.id IN %s
                 GROUP BY cc.id
                """,
                tuple(self.ids),
            )
        )
        return {coverage_id: (total, answered) for coverage_id, total, answered in rows}

    def _read_group_select(self, aggregate_spec, query):
        """The coverage of a team or month: all answered by all completed orders."""
        if aggregate_spec != "coverage:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%(answered)s) / NULLIF(SUM(%(completed)s), 0)",
            answered=self._field_to_sql(self._table, "answered_count", query),
            completed=self._field_to_sql(self._table, "completed_count", query),
        )

    # -- recording -----------------------------------------------------------------

    @api.model
    def _cron_record_coverage(self):
        """Record the ended weeks of all companies; one commit per company.

        Runs daily, and catches up whatever an outage left unrecorded.
        """
        companies = self.env["res.company"]._get_client_companies()
        for number, company in enumerate(companies, start=1):
            # Nobody may gain by an order that was completed but not yet queued.
            self.env["client.survey"]._queue_surveys(company)
            self._record_coverage(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - number)

    @api.model
    def _record_coverage(self, company=None):
        """Record every ended, unrecorded week of ``company``. Never commits.

        :return: the rows made
        """
        company = company or self.env.company
        recorder = self.sudo().with_company(company).with_context(tracking_disable=True)
        if not self._lock_recording(company):
            return self.browse()  # another process is at it
        try:
            with self.env.cr.savepoint():
                rows = recorder.create(recorder._prepare_coverage_vals(company))
        except psycopg2.errors.UniqueViolation:
            _logger.info("Coverage of %s: recorded by another process", company.name)
            return self.browse()
        rows._notify_skipped()
        return self.browse(rows.ids)

    @api.model
    def _lock_recording(self, company):
        [(taken,)] = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)",
                COVERAGE_LOCK,
                company.id,
            )
        )
        return taken

    @api.model
    def _prepare_coverage_vals(self, company):
        """Return the values of the rows to record, counted by one query."""
        this_week = company._client_week_start(company._client_today())
        target = company.client_coverage_target
        self.env.flush_all()
        counted = self.env.execute_query(
            SQL(
                """
                SELECT cs.coverage_user_id,
                       date_trunc('week', cs.date_due)::date AS week_start,
                       (ARRAY_AGG(cs.coverage_team_id
                                  ORDER BY cs.date_due DESC, cs.id DESC)
                           FILTER (WHERE own.counts))[1],
                       COUNT(*) FILTER (WHERE own.counts),
                       COUNT(*) FILTER (WHERE cs.state = 'done' AND own.counts),
                       COUNT(*) FILTER (WHERE cs.state != 'done' AND own.counts
                                          AND cs.attempt_count >= 3),
                       COUNT(*) FILTER (WHERE cs.state = 'refused' AND own.counts),
                       COUNT(*) FILTER (WHERE cs.state = 'unreachable' AND own.counts),
                       COUNT(*) FILTER (WHERE NOT own.counts),
                       ARRAY_AGG(cs.order_id ORDER BY cs.date_due, cs.id)
                           FILTER (WHERE cs.state != 'done' AND own.counts)
                  FROM client_survey cs
                  JOIN sale_order so ON so.id = cs.order_id
                 CROSS JOIN LATERAL (
                       SELECT cs.state != 'cancelled' AND so.state != 'cancel'
                              AS counts) own
                 WHERE cs.company_id = %(company)s
                   AND cs.date_due < %(this_week)s
                   AND NOT EXISTS (
                       SELECT 1
                         FROM client_coverage cc
                        WHERE cc.company_id = cs.company_id
                          AND cc.user_id IS NOT DISTINCT FROM cs.coverage_user_id
                          AND cc.week_start = date_trunc('week', cs.date_due)::date)
                 GROUP BY 1, 2
                HAVING BOOL_OR(own.counts)
                 ORDER BY 2, 1
                """,
                company=company.id,
                this_week=this_week,
            )
        )
        return [
            {
                "company_id": company.id,
                "user_id": user_id,
                "team_id": team_id,
                "week_start": week_start,
                "completed_count": completed,
                "answered_count": answered,
                "skipped_count": completed - answered,
                "coverage": 100.0 * answered / completed,
                "target": target,
                "is_below_target": float_compare(
                    100.0 * answered / completed, target, precision_digits=6
                )
                < 0,
                "attempts3_count": attempts3,
                "refused_count": refused,
                "unreachable_count": unreachable,
                "excluded_count": excluded,
                "skipped_order_ids": [Command.set(skipped or [])],
            }
            for (
                user_id,
                week_start,
                team_id,
                completed,
                answered,
                attempts3,
                refused,
                unreachable,
                excluded,
                skipped,
            ) in counted
        ]

    # -- actions -------------------------------------------------------------------

    def action_view_skipped(self):
        """Open the surveys of the orders that were skipped in this week."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self._get_survey_action(),
            "name": self.env._("Skipped: %(row)s", row=self.display_name),
            "domain": [("order_id", "in", self.sudo().skipped_order_ids.ids)],
        }

    def action_view_surveys(self):
        """Open all surveys that count in this week."""
        self.ensure_one()
        return {**self._get_survey_action(), "domain": self._get_week_domain(self)}

    @api.model
    def _get_week_domain(self, row):
        """Return the surveys of the salesperson and week of ``row``."""
        return [
            ("company_id", "=", row.company_id.id),
            ("coverage_user_id", "=", row.user_id.id),
            ("date_due", ">=", row.week_start),
            ("date_due", "<", row.week_start + timedelta(days=7)),
        ]

    def _get_survey_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_survey_action"
        )
        return {**action, "context": {}}
