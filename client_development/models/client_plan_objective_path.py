from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, float_compare, float_is_zero
from odoo.tools.misc import format_date, formatLang

GREEN_SHARE = 0.9
AMBER_SHARE = 0.7
STATUSES = ("green", "amber", "red")
# Progress closer than this to a limit has reached it.
TOLERANCE = 1e-6
DIGITS = 6


def expected_progress(date_start, date_deadline, today, points=()):
    """Return the progress in percent that is due on ``today``.

    It is linear from (baseline date, 0 %) through the control points to
    (deadline, 100 %). The database says the same in ``_get_expected_sql``.

    :param points: ``(date, share of the way in percent)`` of the control points
    """
    if not date_start or not date_deadline or today >= date_deadline:
        return 100.0
    if today <= date_start:
        return 0.0
    points = list(points)
    before, share = max(
        point for point in [(date_start, 0.0), *points] if point[0] <= today
    )
    after, next_share = min(
        point for point in [(date_deadline, 100.0), *points] if point[0] > today
    )
    return share + (next_share - share) * (today - before).days / (after - before).days


def progress_status(progress, expected):
    """Return green, amber or red for a progress against the expected one.

    The database says the same in ``_get_status_sql``.
    """
    if progress >= GREEN_SHARE * expected - TOLERANCE:
        return "green"
    if progress >= AMBER_SHARE * expected - TOLERANCE:
        return "amber"
    return "red"


class ClientPlanObjective(models.Model):
    """The way to the target: control points, the progress due today, the status.

    Expected progress and status change with the day, so they are never stored. Python
    computes them for the form, also while it is edited; the database says the same in
    SQL, so that lists filter, sort and group by them.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.plan.objective"

    point_ids = fields.One2many(
        comodel_name="client.plan.objective.point",
        inverse_name="objective_id",
        string="Control Points",
        help="What must be reached by certain days on the way. Without them the"
        " expected progress grows evenly from the baseline date to the deadline.",
    )
    point_count = fields.Integer(
        string="Number of Control Points",
        compute="_compute_point_count",
        help="How many control points lie between the baseline and the target.",
    )
    expected_progress = fields.Float(
        compute="_compute_status",
        aggregator="avg",
        help="The progress that is due today, in percent: it grows evenly from the"
        " baseline date through the control points to the deadline.",
    )
    status = fields.Selection(
        selection=[
            ("green", "On Track"),
            ("amber", "Behind"),
            ("red", "Far Behind"),
        ],
        compute="_compute_status",
        search="_search_status",
        help="On track from 90 % of the progress expected today, behind from 70 %,"
        " else far behind.",
    )

    # -- computed fields -----------------------------------------------------------

    @api.depends("point_ids")
    def _compute_point_count(self):
        for objective in self:
            objective.point_count = len(objective.point_ids)

    @api.depends(
        "progress",
        "date_start",
        "date_deadline",
        "company_id",
        "point_ids.date",
        "point_ids.share",
    )
    @api.depends_context("client_today")
    def _compute_status(self):
        for company, objectives in self.grouped("company_id").items():
            today = company._client_today()
            for objective in objectives:
                # whoever sees the objective may see its points: no need to ask again
                points = objective.sudo().point_ids
                expected = expected_progress(
                    objective.date_start,
                    objective.date_deadline,
                    today,
                    [(p.date, p.share) for p in points if p.date],
                )
                objective.expected_progress = expected
                objective.status = progress_status(objective.progress, expected)

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = tuple(set(value) & set(STATUSES)) or (None,)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s) IN %s", model._field_to_sql(alias, "status", query), wanted
            ),
            predicate=lambda objective: objective.status in wanted,
        )

    # -- the same in SQL -----------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let searches order and group by what changes with the day, too."""
        if field_expr == "expected_progress":
            return self._get_expected_sql(alias, query)
        if field_expr == "status":
            return self._get_status_sql(alias, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _get_status_sql(self, alias, query):
        """Return the SQL of :func:`progress_status`."""
        return SQL(
            "(SELECT CASE WHEN %(progress)s >= %(green)s * due.share - %(tolerance)s"
            " THEN 'green'"
            " WHEN %(progress)s >= %(amber)s * due.share - %(tolerance)s"
            " THEN 'amber' ELSE 'red' END FROM (SELECT %(expected)s AS share) due)",
            progress=self._field_to_sql(alias, "progress", query),
            expected=self._get_expected_sql(alias, query),
            green=GREEN_SHARE,
            amber=AMBER_SHARE,
            tolerance=TOLERANCE,
        )

    def _get_expected_sql(self, alias, query):
        """Return the SQL of :func:`expected_progress`."""
        column = lambda name: self._field_to_sql(alias, name, query)  # noqa: E731
        Point = self.env["client.plan.objective.point"]
        points = SQL(
            "SELECT %(date)s, %(share)s FROM %(table)s point"
            " WHERE %(objective)s = %(id)s",
            date=Point._field_to_sql("point", "date"),
            share=Point._field_to_sql("point", "share"),
            table=SQL.identifier(Point._table),
            objective=Point._field_to_sql("point", "objective_id"),
            id=column("id"),
        )
        day = SQL(
            "CASE %s %s END",
            column("company_id"),
            SQL(" ").join(
                SQL("WHEN %s THEN %s::date", company.id, date)
                for company, date in self.env["client.plan"]
                ._get_day_by_company()
                .items()
            ),
        )
        return SQL(
            """(
            SELECT CASE WHEN today.day >= %(deadline)s THEN 100.0
                        WHEN today.day <= %(start)s THEN 0.0
                        ELSE gone.share + (ahead.share - gone.share)
                             * (today.day - gone.date) / (ahead.date - gone.date)
                   END::float8
              FROM (SELECT %(day)s AS day) today
              LEFT JOIN LATERAL (
                   SELECT node.date, node.share
                     FROM (SELECT %(start)s, 0.0::float8
                           UNION ALL %(points)s) node (date, share)
                    WHERE node.date <= today.day
                    ORDER BY node.date DESC, node.share DESC LIMIT 1) gone ON TRUE
              LEFT JOIN LATERAL (
                   SELECT node.date, node.share
                     FROM (SELECT %(deadline)s, 100.0::float8
                           UNION ALL %(points)s) node (date, share)
                    WHERE node.date > today.day
                    ORDER BY node.date, node.share LIMIT 1) ahead ON TRUE
            )""",
            day=day,
            start=column("date_start"),
            deadline=column("date_deadline"),
            points=points,
        )

    # -- rules ---------------------------------------------------------------------

    @api.constrains("date_start", "date_deadline", "baseline", "target", "point_ids")
    def _check_points(self):
        """Refuse control points that do not lead from the baseline to the target.

        Also when the baseline, the target or the dates move below them.
        """
        for objective in self.sudo():
            if objective.target != objective.baseline:
                objective._check_point_days()
                objective._check_point_order()

    def _check_point_days(self):
        """Refuse points outside the objective's days, and two on one day."""
        self.ensure_one()
        days = set()
        for point in self.point_ids:
            if not self.date_start <= point.date <= self.date_deadline:
                raise ValidationError(
                    self.env._(
                        "Control Points: the one of %(date)s lies outside the objective"
                        " “%(objective)s”, which runs from %(start)s to %(end)s. Choose"
                        " a day in between, or move the dates of the objective.",
                        date=format_date(self.env, point.date),
                        objective=self.name,
                        start=format_date(self.env, self.date_start),
                        end=format_date(self.env, self.date_deadline),
                    )
                )
            if point.date in days:
                raise ValidationError(
                    self.env._(
                        "Control Points: “%(objective)s” has two of them on %(date)s."
                        " Keep one, or choose another day for the other.",
                        objective=self.name,
                        date=format_date(self.env, point.date),
                    )
                )
            days.add(point.date)

    def _check_point_order(self):
        """Refuse points that ask for less than before, or for more than the target.

        The baseline and the target are the first and the last point of the way: on
        their days nothing else can be due.
        """
        self.ensure_one()
        date, value, share = self.date_start, self.baseline, 0.0
        for point in self.point_ids.sorted("date"):
            if float_compare(point.share, 100.0, precision_digits=DIGITS) > 0:
                raise ValidationError(
                    self.env._(
                        "Control Points: the one of %(date)s asks “%(objective)s” for"
                        " %(value)s, which is beyond the target of %(target)s. Enter a"
                        " value on the way, or set another target.",
                        date=format_date(self.env, point.date),
                        objective=self.name,
                        value=self._format_value(point.value),
                        target=self._format_value(self.target),
                    )
                )
            order = float_compare(point.share, share, precision_digits=DIGITS)
            if order < 0 or (order and point.date == date):
                raise ValidationError(
                    self.env._(
                        "Control Points: the one of %(date)s asks “%(objective)s” for"
                        " %(value)s, but %(before)s are due already on %(day)s. Each"
                        " one asks for at least as much progress as the one before.",
                        date=format_date(self.env, point.date),
                        objective=self.name,
                        value=self._format_value(point.value),
                        before=self._format_value(value),
                        day=format_date(self.env, date),
                    )
                )
            date, value, share = point.date, point.value, point.share
        missing = float_compare(share, 100.0, precision_digits=DIGITS) < 0
        if self.point_ids and missing and date == self.date_deadline:
            raise ValidationError(
                self.env._(
                    "Control Points: the one of %(date)s asks “%(objective)s” for"
                    " %(value)s, but on that day, the deadline, the target of"
                    " %(target)s is due. Choose an earlier day, or delete it.",
                    date=format_date(self.env, date),
                    objective=self.name,
                    value=self._format_value(value),
                    target=self._format_value(self.target),
                )
            )

    # -- in words ------------------------------------------------------------------

    def _format_value(self, value):
        """Return a value of the indicator with its unit, for people."""
        self.ensure_one()
        if self.unit == "money":
            return formatLang(self.env, value, currency_obj=self.currency_id)
        whole = float_is_zero(value - round(value), precision_digits=2)
        text = formatLang(self.env, value, digits=0 if whole else 2)
        return self.env._("%s %%", text) if self.unit == "percent" else text

    def _get_counted_progress(self):
        """Return the progress as it counts for the plan: from 0 to 100 %."""
        self.ensure_one()
        return min(max(self.progress, 0.0), 100.0)

    def _explain_progress(self):
        """Return the progress with the numbers it comes from."""
        self.ensure_one()
        if self.target == self.baseline:
            return self.env._("no way to go: the target equals the baseline")
        current, baseline, target = (
            self._format_value(value)
            for value in (self.current, self.baseline, self.target)
        )
        return f"({current} − {baseline}) / ({target} − {baseline})"
