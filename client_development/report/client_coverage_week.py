from odoo import api, fields, models
from odoo.tools import SQL, format_date


class ClientCoverageWeek(models.Model):
    """Coverage of each salesperson and week as things stand now, also of this week.

    Counted from the surveys by the rules of the recorded weeks (``client.coverage``):
    Monday to Sunday of the original due date, that day's assignee. Late answers,
    annulments and orders cancelled since show here at once (product.md F).
    """

    _name = "client.coverage.week"
    _description = "Live Survey Coverage"
    _auto = False
    _order = "week_start desc, coverage, id"
    _rec_name = "week_start"
    _depends = {
        "client.survey": [
            "attempt_count",
            "company_id",
            "coverage_team_id",
            "coverage_user_id",
            "date_due",
            "state",
        ],
        "res.company": ["client_coverage_target"],
    }

    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that sold.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="Who was responsible on the due dates. Empty: nobody.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The salesperson's team in that week.",
    )
    week_start = fields.Date(
        string="Week",
        readonly=True,
        help="The Monday with which the week begins.",
    )
    completed_count = fields.Integer(
        string="Completed Orders",
        readonly=True,
        help="Completed orders whose surveys are due in this week, without those"
        " cancelled or left out.",
    )
    answered_count = fields.Integer(
        string="Answered",
        readonly=True,
        help="Surveys answered with a rating until now.",
    )
    open_count = fields.Integer(
        string="Not Answered",
        readonly=True,
        help="Surveys that nobody has answered until now.",
    )
    attempts3_count = fields.Integer(
        string="Three Attempts Made",
        readonly=True,
        help="Of the surveys not answered: the client was called at least three times.",
    )
    refused_count = fields.Integer(
        string="Refused",
        readonly=True,
        help="Of the surveys not answered: the client did not want to.",
    )
    unreachable_count = fields.Integer(
        string="Unreachable",
        readonly=True,
        help="Of the surveys not answered: given up after several calls.",
    )
    excluded_count = fields.Integer(
        string="Left Out",
        readonly=True,
        help="Orders cancelled, or left out by a rule: they do not count.",
    )
    coverage = fields.Float(
        string="Coverage, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="Answered surveys / completed orders, in percent. Without orders there is"
        " no value.",
    )
    target = fields.Float(
        string="Target, %",
        readonly=True,
        aggregator="avg",
        digits=(5, 1),
        help="The company's coverage target.",
    )

    @api.depends("user_id.name", "week_start")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            name = row.user_id.sudo().name or self.env._("Nobody")
            row.display_name = f"{name} · {format_date(row.env, row.week_start)}"

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT MIN(cs.id) AS id, cs.company_id, cs.coverage_user_id AS user_id,
                   (ARRAY_AGG(cs.coverage_team_id
                              ORDER BY cs.date_due DESC, cs.id DESC))[1] AS team_id,
                   date_trunc('week', cs.date_due)::date AS week_start,
                   COUNT(*) FILTER (WHERE cs.state != 'cancelled')::int
                       AS completed_count,
                   COUNT(*) FILTER (WHERE cs.state = 'done')::int AS answered_count,
                   COUNT(*) FILTER (WHERE cs.state NOT IN ('done', 'cancelled'))::int
                       AS open_count,
                   COUNT(*) FILTER (WHERE cs.state NOT IN ('done', 'cancelled')
                                      AND cs.attempt_count >= 3)::int
                       AS attempts3_count,
                   COUNT(*) FILTER (WHERE cs.state = 'refused')::int AS refused_count,
                   COUNT(*) FILTER (WHERE cs.state = 'unreachable')::int
                       AS unreachable_count,
                   COUNT(*) FILTER (WHERE cs.state = 'cancelled')::int
                       AS excluded_count,
                   100.0 * COUNT(*) FILTER (WHERE cs.state = 'done')
                       / NULLIF(COUNT(*) FILTER (WHERE cs.state != 'cancelled'), 0)
                       AS coverage,
                   MIN(rc.client_coverage_target) AS target
              FROM client_survey cs
              JOIN res_company rc ON rc.id = cs.company_id
             GROUP BY cs.company_id, cs.coverage_user_id,
                      date_trunc('week', cs.date_due)::date
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """The coverage of a team or month: all answered by all completed orders."""
        if aggregate_spec != "coverage:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100.0 * SUM(%(answered)s) / NULLIF(SUM(%(completed)s), 0)",
            answered=self._field_to_sql(self._table, "answered_count", query),
            completed=self._field_to_sql(self._table, "completed_count", query),
        )

    # -- actions -------------------------------------------------------------------

    def action_view_open(self):
        """Open the surveys that nobody has answered."""
        return self._open_surveys([("state", "in", ("due", "refused", "unreachable"))])

    def action_view_surveys(self):
        """Open all surveys that count in this week."""
        return self._open_surveys([("state", "!=", "cancelled")])

    def _open_surveys(self, domain):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_survey_action"
        )
        week = self.env["client.coverage"]._get_week_domain(self)
        return {**action, "context": {}, "domain": [*week, *domain]}
