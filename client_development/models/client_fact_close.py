from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from .client_fact_tables import BUCKETS, RANKS, STAGE, SUSPECTS


class ClientFact(models.Model):
    """Closing months, and finding what has changed in closed ones."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _close_months(self, period, commit=None):
        """Freeze the months that have ended and are not frozen yet, the oldest first.

        Needs the sums of all clients (``client_fact_buckets``). The first time, the
        months of both periods are frozen as they are known now, so that there is a
        history from the first day on. Classes are those at the end of the month, over
        the N whole months that end with it.
        """
        company = period.company.sudo()
        today = company._client_today()
        known = company.client_month_closed
        begin = (
            known + relativedelta(months=1) if known else period.days[1].replace(day=1)
        )
        closed = False
        for number, month in enumerate(period.month_days, start=1):
            ended = month + relativedelta(months=1) <= today
            if month < begin or number > period.closed_month or not ended:
                continue
            self._attempt(commit, self._close_month, period, number)
            closed = True
        if closed:
            self._attempt(commit, self._check_all_months, period)
        if closed and not known:
            self._attempt(commit, self._date_classes, company)

    @api.model
    def _date_classes(self, company):
        """Date each client's classes back to the month since which he has had them.

        Once, with the first history: until then all are dated from the first refresh.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact f
                   SET abc_date = COALESCE(since.abc, f.abc_date),
                       xyz_date = COALESCE(since.xyz, f.xyz_date)
                  FROM (SELECT fact_id,
                               MIN(last_day) FILTER (WHERE abc_before = back) AS abc,
                               MIN(last_day) FILTER (WHERE xyz_before = back) AS xyz
                          FROM (%s) months
                         GROUP BY fact_id) since
                 WHERE f.id = since.fact_id AND (since.abc < f.abc_date
                                                 OR since.xyz < f.xyz_date)
                """,
                self._sql_class_runs(company),
            )
        )

    @api.model
    def _sql_class_runs(self, company):
        """Per closed month: its last day, how many months ago it was, and how many
        later months had the class of today; the two are equal since the class began."""

        def before(kind):
            same = SQL("m.%(class)s = f.%(class)s", **{"class": SQL.identifier(kind)})
            return SQL(
                "CASE WHEN %(same)s THEN row_number() OVER ("
                "PARTITION BY m.fact_id, %(same)s ORDER BY m.month DESC) - 1 END",
                same=same,
            )

        return SQL(
            """
            SELECT m.fact_id,
                   (m.month + interval '1 month' - interval '1 day')::date AS last_day,
                   (date_part('year', age(%(closed)s, m.month)) * 12
                    + date_part('month', age(%(closed)s, m.month)))::int AS back,
                   %(abc)s AS abc_before, %(xyz)s AS xyz_before
              FROM client_fact_month m
              JOIN client_fact f ON f.id = m.fact_id
             WHERE m.company_id = %(company)s
            """,
            closed=company.client_month_closed,
            company=company.id,
            abc=before("abc_class"),
            xyz=before("xyz_class"),
        )

    @api.model
    def _close_month(self, known, number):
        """Freeze the month ``number`` of period ``known``."""
        period, month = known.at_end_of_month(number), known.month_days[number - 1]
        company = period.company.sudo()
        company.client_month_closed = month
        company.client_month_first = company.client_month_first or month
        columns = self._sql_columns(period)
        names = ("amount", "margin", "order_count", "last_order_date", "xyz_variation")
        self._create_temporary(
            STAGE,
            SQL(
                """
                SELECT s.*, %(xyz_class)s AS xyz_class
                  FROM (SELECT client_id AS partner_id, %(columns)s
                          FROM (%(sums)s) s) s
                """,
                xyz_class=self._sql_xyz_class(period.company),
                columns=SQL(", ").join(
                    SQL("%s AS %s", columns[name], SQL.identifier(name))
                    for name in names
                ),
                sums=self._sql_sums(
                    period,
                    SQL(
                        "(SELECT * FROM %s WHERE bucket <= %s) b",
                        BUCKETS,
                        period.last_closed_bucket,
                    ),
                ),
            ),
            "partner_id",
        )
        self._rank(period.company, partial=False)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_fact_month
                       (company_id, fact_id, partner_id, month,
                        amount, margin, order_count,
                        current_amount, current_order_count, correction,
                        abc_class, xyz_class,
                        recency_score, frequency_score, monetary_score,
                        segment_id, user_id, team_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT f.company_id, f.id, f.partner_id, %(month)s,
                       COALESCE(t.amount, 0), COALESCE(t.margin, 0),
                       COALESCE(t.orders, 0),
                       COALESCE(t.amount, 0), COALESCE(t.orders, 0), 0,
                       r.abc_class, s.xyz_class,
                       r.recency_score, r.frequency_score, r.monetary_score,
                       f.segment_id, f.user_id, f.team_id,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM %(stage)s s
                  JOIN client_fact f
                    ON f.partner_id = s.partner_id AND f.company_id = %(company)s
                  LEFT JOIN %(ranks)s r ON r.partner_id = s.partner_id
                  LEFT JOIN (%(totals)s) t
                         ON t.client_id = s.partner_id AND t.month = %(month)s
                 WHERE t.client_id IS NOT NULL OR r.abc_class IS NOT NULL
                 ORDER BY f.id
                    ON CONFLICT (company_id, month, partner_id) DO NOTHING
                """,
                month=month,
                company=period.company.id,
                stage=STAGE,
                ranks=RANKS,
                totals=self._sql_month_totals(period, month, month),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )

    @api.model
    def _get_month_buckets(self, period, first, last):
        """Return the numbers of the buckets in the months ``first`` to ``last``."""
        return [
            bucket
            for bucket, month in enumerate(period.bucket_months, start=1)
            if first <= period.month_days[month - 1] <= last
        ]

    @api.model
    def _sql_month_totals(self, period, first, last):
        """Sales per client and month, for months from ``first`` to ``last``."""
        numbers = self._get_month_buckets(period, first, last)
        return SQL(
            """
            SELECT client_id,
                   (%(days)s::date[])[(%(months)s::int[])[bucket]] AS month,
                   SUM(orders)::int AS orders,
                   round(SUM(amount)::numeric, %(digits)s) AS amount,
                   round(SUM(margin)::numeric, %(digits)s) AS margin
              FROM %(buckets)s
             WHERE bucket BETWEEN %(low)s AND %(high)s
             GROUP BY 1, 2
            """,
            days=period.month_days,
            months=period.bucket_months,
            digits=period.digits,
            buckets=BUCKETS,
            low=min(numbers, default=0),
            high=max(numbers, default=-1),
        )

    @api.model
    def _correct_months(self, period):
        """Put what is known now of the staged clients' closed months beside the frozen.

        :return: number of months corrected
        """
        company = period.company
        first, last = company.client_month_first, company.client_month_closed
        if not first or not last or not period.closed_month:
            return 0
        last = min(last, period.month_days[period.closed_month - 1])
        if not self._find_changed_months(period, first, last):
            return 0
        values = {
            "company": company.id,
            "suspects": SUSPECTS,
            "totals": self._sql_month_totals(period, first, last),
            "first": first,
            "last": last,
            "date": period.date,
            "uid": self.env.uid,
            "now": self.env.cr.now(),
        }
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact_month m
                   SET current_amount = x.amount,
                       current_order_count = x.orders,
                       correction = x.amount - m.amount,
                       corrected_on = %(date)s,
                       write_uid = %(uid)s,
                       write_date = %(now)s
                  FROM (SELECT m.id, COALESCE(t.amount, 0) AS amount,
                               COALESCE(t.orders, 0) AS orders
                          FROM client_fact_month m
                          JOIN %(suspects)s s ON s.fact_id = m.fact_id
                          LEFT JOIN (%(totals)s) t
                                 ON t.client_id = m.partner_id AND t.month = m.month
                         WHERE m.month BETWEEN %(first)s AND %(last)s
                           AND (m.current_amount, m.current_order_count)
                               IS DISTINCT FROM
                               (COALESCE(t.amount, 0), COALESCE(t.orders, 0))) x
                 WHERE m.id = x.id
                """,
                **values,
            )
        )
        corrected = self.env.cr.rowcount
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO client_fact_month
                       (company_id, fact_id, partner_id, month,
                        amount, margin, order_count,
                        current_amount, current_order_count, correction, corrected_on,
                        segment_id, user_id, team_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT f.company_id, f.id, f.partner_id, t.month, 0, 0, 0,
                       t.amount, t.orders, t.amount, %(date)s,
                       f.segment_id, f.user_id, f.team_id,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(totals)s) t
                  JOIN %(suspects)s s ON s.partner_id = t.client_id
                  JOIN client_fact f ON f.id = s.fact_id
                 WHERE (t.amount != 0 OR t.orders != 0)
                   AND NOT EXISTS (SELECT 1 FROM client_fact_month m
                                    WHERE m.company_id = %(company)s
                                      AND m.month = t.month
                                      AND m.partner_id = t.client_id)
                """,
                **values,
            )
        )
        corrected += self.env.cr.rowcount
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact f SET month_check = s.month_check
                  FROM %s s WHERE f.id = s.fact_id
                """,
                SUSPECTS,
            )
        )
        return corrected

    @api.model
    def _find_changed_months(self, period, first, last):
        """List the staged clients whose closed months may have changed; how many.

        Months are compared one by one only where their check sum is another one: two
        million months of 100,000 clients would take longer than all the rest.
        """
        self._create_temporary(
            SUSPECTS,
            SQL(
                """
                SELECT f.id AS fact_id, f.partner_id,
                       COALESCE(x.month_check, '0') AS month_check
                  FROM %(stage)s s
                  JOIN client_fact f
                    ON f.partner_id = s.partner_id AND f.company_id = %(company)s
                  LEFT JOIN (%(checks)s) x ON x.client_id = s.partner_id
                 WHERE f.month_check IS DISTINCT FROM COALESCE(x.month_check, '0')
                """,
                stage=STAGE,
                company=period.company.id,
                checks=self._sql_month_checks(period, first, last),
            ),
            "fact_id",
        )
        [(count,)] = self.env.execute_query(SQL("SELECT COUNT(*) FROM %s", SUSPECTS))
        return count

    @api.model
    def _sql_month_checks(self, period, first, last):
        """A check sum of each client's sales in the months from ``first`` to ``last``:
        cents and orders, weighted by the number of the month."""
        numbers = self._get_month_buckets(period, first, last)
        return SQL(
            """
            SELECT client_id,
                   SUM((round(amount * 100)::bigint + 7919 * orders)
                       * (%(months)s::int[])[bucket - %(before)s])::text AS month_check
              FROM %(buckets)s
             WHERE bucket BETWEEN %(low)s AND %(high)s
             GROUP BY 1
            """,
            months=[
                (day.year * 12 + day.month) - (first.year * 12 + first.month) + 1
                for number in numbers
                for day in [period.month_days[period.bucket_months[number - 1] - 1]]
            ],
            before=min(numbers, default=1) - 1,
            buckets=BUCKETS,
            low=min(numbers, default=0),
            high=max(numbers, default=-1),
        )

    @api.model
    def _check_all_months(self, period):
        """Remember the check sums of all clients after months were closed."""
        company = period.company
        self.env.cr.execute(
            SQL(
                """
                UPDATE client_fact f SET month_check = x.month_check
                  FROM (SELECT f.id, COALESCE(c.month_check, '0') AS month_check
                          FROM client_fact f
                          LEFT JOIN (%(checks)s) c ON c.client_id = f.partner_id
                         WHERE f.company_id = %(company)s) x
                 WHERE f.id = x.id AND f.month_check IS DISTINCT FROM x.month_check
                """,
                checks=self._sql_month_checks(
                    period, company.client_month_first, company.client_month_closed
                ),
                company=company.id,
            )
        )
