from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .client_indicator_history_count import NUMBERS

# The rows of a month that follow from what the sources have counted.
WANTED = SQL.identifier("client_indicator_wanted")
KEYS = ("user_id", "team_id", "segment_id", "category_id")
FIGURES = ("numerator", "denominator", "value", "sequence", "unit", "currency_id")
# How many past months the first recording of a company works out.
MONTHS_BACK = 12
# A median is no sum: stage passages report it from their own records.
NOT_ADDITIVE = ("stage_days",)


class ClientIndicatorValue(models.Model):
    """Recording a month of all indicators, set-based: one query per source."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator.value"

    @api.model
    def _record(self, company, date):
        """Make the rows of the month of ``date`` what the indicators are on that day.

        On a past day figures are as known now, salespeople and segments those of
        today. Rows that are right already are not written.

        :return: number of rows made, changed or removed
        """
        self.env.flush_all()
        indicators = self._get_indicators()
        codes = {*indicators.mapped("numerator"), *indicators.mapped("denominator")}
        self._count_sources(company, date, sorted(codes - {False}))
        self._want_rows(company, indicators)
        written = self._write_rows(company, date.replace(day=1))
        self.env.cr.execute(SQL("DROP TABLE %s, %s", NUMBERS, WANTED))
        self.env["client.fact"]._drop_temporary()
        company.sudo().client_indicator_date = self._get_next_day(company, date)
        self.env.invalidate_all()
        return written

    @api.model
    def _get_indicators(self):
        """Return the indicators that are computed, and add up; margin if it is kept."""
        left_out = {*NOT_ADDITIVE}
        if not self.env["client.fact"]._has_margins():
            left_out.add("margin")
        return (
            self.env["client.indicator"]
            .sudo()
            .search([("numerator", "!=", False)])
            .filtered(lambda i: not left_out & {i.numerator, i.denominator})
        )

    @api.model
    def _get_next_day(self, company, date):
        """Return the day from which the recording goes on: a past month is done."""
        if date < company._client_today():
            return date + timedelta(days=1)
        return date

    @api.model
    def _get_days(self, company):
        """Return the days to record: the last ones of the months that have ended since
        the last time (at first of a year), and today."""
        today = company._client_today()
        month = today.replace(day=1)
        first = month - relativedelta(months=MONTHS_BACK)
        if company.client_indicator_date:
            first = max(first, company.client_indicator_date.replace(day=1))
        days = []
        while first < month:
            first += relativedelta(months=1)
            days.append(first - timedelta(days=1))
        return [*days, today]

    # -- writing -------------------------------------------------------------------

    @api.model
    def _want_rows(self, company, indicators):
        """Work out the rows of the month: an indicator divides one number by another.

        A quotient of nothing by nothing has no row.
        """
        self.env.cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS %(wanted)s;
                CREATE TEMP TABLE %(wanted)s AS
                SELECT x.*, CASE WHEN x.denominator IS NULL THEN x.numerator
                                 WHEN x.denominator > 0
                                 THEN round(x.factor * x.numerator / x.denominator, 4)
                            END AS value
                  FROM (SELECT i.id AS indicator_id, i.sequence, i.unit,
                               %(currency)s AS currency_id,
                               CASE i.unit WHEN 'percent' THEN 100 ELSE 1 END AS factor,
                               n.user_id, n.team_id, n.segment_id, n.category_id,
                               SUM(n.number) FILTER (WHERE n.code = i.numerator)
                                   AS numerator,
                               CASE WHEN i.denominator IS NOT NULL THEN
                                    COALESCE(SUM(n.number) FILTER (
                                        WHERE n.code = i.denominator), 0) END
                                   AS denominator
                          FROM client_indicator i
                          JOIN %(numbers)s n ON n.code IN (i.numerator, i.denominator)
                         WHERE i.id = ANY(%(indicators)s)
                         GROUP BY i.id, n.user_id, n.team_id, n.segment_id,
                                  n.category_id) x
                 WHERE x.denominator IS NULL OR x.denominator != 0
                    OR x.numerator != 0
                """,
                wanted=WANTED,
                numbers=NUMBERS,
                currency=company.currency_id.id,
                indicators=indicators.ids,
            )
        )
        self.env.cr.execute(SQL("ANALYZE %s", WANTED))

    @api.model
    def _write_rows(self, company, month):
        """Remove, change and make only the rows that differ; return how many."""
        values = {
            "table": SQL.identifier(self._table),
            "wanted": WANTED,
            "company": company.id,
            "month": month,
            "same": SQL(" AND ").join(
                SQL("COALESCE(v.%(key)s, 0) = COALESCE(w.%(key)s, 0)", key=key)
                for key in map(SQL.identifier, ("indicator_id", *KEYS))
            ),
            "names": SQL(", ").join(map(SQL.identifier, FIGURES)),
            "stored": _columns("v", FIGURES),
            "found": _columns("w", FIGURES),
            "keys": SQL(", ").join(map(SQL.identifier, KEYS)),
            "found_keys": _columns("w", KEYS),
            "uid": self.env.uid,
            "now": self.env.cr.now(),
        }
        written = 0
        # Two rows become one where a team or segment that parted them is deleted.
        for statement in (
            """
            DELETE FROM %(table)s v
             WHERE v.company_id = %(company)s AND v.month = %(month)s
               AND v.id NOT IN (
                   SELECT MIN(v.id)
                     FROM %(table)s v JOIN %(wanted)s w ON %(same)s
                    WHERE v.company_id = %(company)s AND v.month = %(month)s
                    GROUP BY v.indicator_id, v.user_id, v.team_id, v.segment_id,
                             v.category_id)
            """,
            """
            UPDATE %(table)s v
               SET (%(names)s) = ROW(%(found)s),
                   write_uid = %(uid)s, write_date = %(now)s
              FROM %(wanted)s w
             WHERE v.company_id = %(company)s AND v.month = %(month)s AND %(same)s
               AND (%(stored)s) IS DISTINCT FROM (%(found)s)
            """,
            """
            INSERT INTO %(table)s
                   (company_id, month, indicator_id, %(keys)s, %(names)s,
                    create_uid, create_date, write_uid, write_date)
            SELECT %(company)s, %(month)s, w.indicator_id, %(found_keys)s, %(found)s,
                   %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM %(wanted)s w
             WHERE NOT EXISTS (
                   SELECT 1 FROM %(table)s v
                    WHERE v.company_id = %(company)s AND v.month = %(month)s
                      AND %(same)s)
             ORDER BY w.sequence, w.indicator_id
            """,
        ):
            self.env.cr.execute(SQL(statement, **values))
            written += self.env.cr.rowcount
        return written


class ClientFact(models.Model):
    """Indicators are recorded once a day, after everybody's facts."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _record_indicators(self, everybody=True, commit=None):
        """Record the indicators of ``env.company`` for each day that is due.

        :param everybody: all clients were refreshed; otherwise it is done once a day
        :param commit: called after each month
        """
        company = self.env.company.sudo()
        done = company.client_indicator_date == company._client_today()
        if (done and not everybody) or not self.sudo().search_count(
            [("company_id", "=", company.id)], limit=1
        ):
            return
        values = self.env["client.indicator.value"]
        for date in values._get_days(company):
            self._attempt(commit, values._record, company, date)


def _columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)
