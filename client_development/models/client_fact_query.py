from odoo import api, models
from odoo.tools import SQL

# Sums are made in double precision and rounded once, to the company's currency.
# Most orders are in the company's currency: a constant is cheaper than a conversion.
RATE = SQL(
    "CASE WHEN COALESCE(so.currency_rate, 0) IN (0, 1) THEN 1"
    " ELSE so.currency_rate::float8 END"
)


class ClientFact(models.Model):
    """The one SQL family from which all facts come (design decision 1, docs/facts.md).

    Every method returns SQL with one row per client (``client_id``, the commercial
    partner) for the ``period``, a :class:`FactPeriod`. ``only`` is SQL that restricts
    the contacts ``p`` to those of some clients, or empty for all.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _sql_day(self, period, moment):
        """The company's calendar day of ``moment`` (SQL of a UTC timestamp).

        Four times as fast as converting between time zones in the database.
        """
        moments, offsets = period.clock_changes
        if not moments:
            return SQL("(%s + %s::interval)::date", moment, offsets[0])
        return SQL(
            "(%(moment)s + (%(offsets)s::interval[])["
            "1 + width_bucket(%(moment)s, %(moments)s::timestamp[])])::date",
            moment=moment,
            moments=moments,
            offsets=offsets,
        )

    # -- sales and credit notes ----------------------------------------------------

    @api.model
    def _has_margins(self):
        """Whether orders keep their margin: the app for it is installed."""
        margin = self.env["sale.order"]._fields.get("margin")
        return bool(margin and margin.store)

    @api.model
    def _sql_sales(self, period, only):
        """One row per sale up to D: moment, bucket, amount and margin.

        Down payments are still in the amount (:meth:`_sql_down_payments`).
        """
        margin = SQL("0::float8")
        if self._has_margins():
            margin = SQL("so.margin::float8 / %s", RATE)
        return SQL(
            """
            SELECT p.commercial_partner_id AS client_id, so.date_order AS moment,
                   width_bucket(so.date_order, %(bounds)s::timestamp[]) AS bucket,
                   so.amount_untaxed::float8 / %(rate)s AS amount,
                   %(margin)s AS margin
              FROM sale_order so
              JOIN res_partner p ON p.id = so.partner_id
             WHERE so.company_id = %(company)s
               AND so.state = 'sale'
               AND so.date_order < %(end)s %(only)s
            """,
            bounds=period.bounds,
            rate=RATE,
            margin=margin,
            company=period.company.id,
            end=period.end,
            only=only,
        )

    @api.model
    def _sql_down_payments(self, period, only):
        """One row per down-payment line of a sale: it is in the order's amount, but
        nothing that was sold."""
        return SQL(
            """
            SELECT p.commercial_partner_id AS client_id,
                   width_bucket(so.date_order, %(bounds)s::timestamp[]) AS bucket,
                   l.price_subtotal::float8 / %(rate)s AS amount
              FROM sale_order_line l
              JOIN sale_order so ON so.id = l.order_id
              JOIN res_partner p ON p.id = so.partner_id
             WHERE l.is_downpayment
               AND l.price_subtotal != 0
               AND so.company_id = %(company)s
               AND so.state = 'sale'
               AND so.date_order < %(end)s %(only)s
            """,
            bounds=period.bounds,
            rate=RATE,
            company=period.company.id,
            end=period.end,
            only=only,
        )

    @api.model
    def _sql_refunds(self, period, only):
        """One row per line of a posted credit note that takes back something sold.

        ``early``: dated before the order whose goods it takes back.
        """
        line_margin = self.env["sale.order.line"]._fields.get("margin")
        margin = SQL("0::float8")
        if line_margin and line_margin.store:
            margin = SQL("COALESCE(l.margin / NULLIF(l.price_subtotal, 0), 0)::float8")
        return SQL(
            """
            SELECT r.client_id, r.product_id, r.is_position,
                   width_bucket(r.day, %(bound_days)s::date[]) AS bucket,
                   -r.amount AS amount,
                   -r.amount * r.margin_share AS margin,
                   r.day < r.order_day AS early
              FROM (
                SELECT DISTINCT ON (aml.id)
                       p.commercial_partner_id AS client_id,
                       l.product_id, %(position)s AS is_position,
                       COALESCE(am.invoice_date, am.date) AS day,
                       %(order_day)s AS order_day,
                       CASE WHEN aml.currency_id = so.currency_id
                            THEN aml.price_subtotal::float8 / %(rate)s
                            ELSE aml.balance::float8 END AS amount,
                       %(margin)s AS margin_share
                  FROM account_move am
                  JOIN account_move_line aml ON aml.move_id = am.id
                  JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = aml.id
                  JOIN sale_order_line l ON l.id = rel.order_line_id
                  JOIN sale_order so ON so.id = l.order_id
                  JOIN res_partner p ON p.id = so.partner_id
                 WHERE am.company_id = %(company)s
                   AND am.move_type = 'out_refund'
                   AND am.state = 'posted'
                   AND COALESCE(am.invoice_date, am.date) <= %(date)s
                   AND aml.display_type = 'product'
                   AND so.company_id = %(company)s
                   AND so.state = 'sale'
                   AND so.date_order < %(end)s
                   AND l.is_downpayment IS NOT TRUE
                   AND aml.quantity * l.product_uom_qty > 0 %(only)s
                 ORDER BY aml.id, l.id) r
            """,
            bound_days=period.bound_days,
            position=self._sql_position_line(),
            company=period.company.id,
            order_day=self._sql_day(period, SQL("so.date_order")),
            rate=RATE,
            margin=margin,
            date=period.date,
            end=period.end,
            only=only,
        )

    @api.model
    def _sql_buckets(self, period, only):
        """Sales and credit notes of each client and bucket, all history up to D.

        All are brought into one sorted stream of a packed key: measured faster than
        hashing or sorting two columns (docs/facts.md). ``month_amount`` leaves out
        credit notes of months before the client's first order, over which XYZ is not
        counted.
        """
        return SQL(
            """
            SELECT (key >> 32)::int AS client_id, (key & 4294967295)::int AS bucket,
                   SUM(orders)::int AS orders,
                   SUM(amount) AS amount,
                   SUM(margin) AS margin,
                   COALESCE(SUM(amount) FILTER (WHERE NOT early), 0)
                   + CASE WHEN NOT BOOL_OR(early) OR %(before_first)s THEN 0
                          ELSE SUM(amount) FILTER (WHERE early) END AS month_amount,
                   MIN(moment) AS first, MAX(moment) AS last
              FROM (
                SELECT client_id::bigint << 32 | bucket AS key, 1 AS orders,
                       amount, margin, FALSE AS early, moment
                  FROM (%(sales)s) s
                 UNION ALL
                SELECT client_id::bigint << 32 | bucket,
                       0, -amount, 0::float8, FALSE, NULL
                  FROM (%(down_payments)s) d
                 UNION ALL
                SELECT client_id::bigint << 32 | bucket,
                       0, amount, margin, early, NULL
                  FROM (%(refunds)s) r
                 ORDER BY 1) x
             GROUP BY key
            """,
            before_first=self._sql_before_first_order(period),
            sales=self._sql_sales(period, only),
            down_payments=self._sql_down_payments(period, only),
            refunds=self._sql_refunds(period, only),
        )

    @api.model
    def _sql_before_first_order(self, period):
        """Condition: the bucket of ``key`` is in a month before the first order."""
        return SQL(
            """
            COALESCE((%(month_days)s::date[])[(%(months)s::int[])[
                         (key & 4294967295)::int]], '-infinity')
            < (SELECT date_trunc('month', %(first_day)s)
                 FROM res_partner p
                 JOIN sale_order so ON so.partner_id = p.id
                WHERE p.commercial_partner_id = (key >> 32)::int
                  AND so.company_id = %(company)s
                  AND so.state = 'sale')
            """,
            month_days=period.month_days,
            months=period.bucket_months,
            first_day=self._sql_day(period, SQL("MIN(so.date_order)")),
            company=period.company.id,
        )

    @api.model
    def _sql_sums(self, period, buckets):
        """Per client: what follows from ``buckets``, the table of his buckets.

        The numbers 0, 1, 2 stand for the period, the previous one and the one before.
        """
        first = period.first_buckets
        split = SQL(" + ").join(
            SQL(
                "2 * COALESCE(SUM(month_amount) FILTER (WHERE bucket = %s), 0)"
                " * COALESCE(SUM(month_amount) FILTER (WHERE bucket = %s), 0)",
                bucket,
                bucket + 1,
            )
            for bucket in period.split_buckets
        )
        return SQL(
            """
            SELECT client_id,
                   SUM(orders)::int AS orders_ever,
                   COALESCE(SUM(orders) FILTER (WHERE %(in0)s), 0)::int AS orders_0,
                   COALESCE(SUM(orders) FILTER (WHERE %(in1)s), 0)::int AS orders_1,
                   COALESCE(SUM(orders) FILTER (WHERE %(in2)s), 0)::int AS orders_2,
                   SUM(amount) FILTER (WHERE %(in0)s) AS amount_0,
                   SUM(amount) FILTER (WHERE %(in1)s) AS amount_1,
                   SUM(margin) FILTER (WHERE %(in0)s) AS margin_0,
                   SUM(margin) FILTER (WHERE %(in1)s) AS margin_1,
                   %(years)s,
                   MIN(first) AS first_ever,
                   MAX(last) AS last_ever,
                   MIN(first) FILTER (WHERE %(in0)s) AS first_0,
                   MAX(last) FILTER (WHERE bucket < %(b0)s) AS last_before_0,
                   MIN(first) FILTER (WHERE %(in1)s) AS first_1,
                   MAX(last) FILTER (WHERE bucket < %(b1)s) AS last_before_1,
                   %(closed)s - (%(months)s::int[])[
                       MIN(bucket) FILTER (WHERE orders > 0)] + 1 AS months,
                   SUM(month_amount) FILTER (WHERE bucket <= %(last)s) AS month_sum,
                   SUM(month_amount ^ 2) FILTER (WHERE bucket <= %(last)s)
                       + %(split)s AS square_sum
              FROM %(buckets)s
             GROUP BY client_id
            """,
            years=self._sql_years(period),
            in0=SQL("bucket >= %s", first[0]),
            in1=SQL("bucket >= %s AND bucket < %s", first[1], first[0]),
            in2=SQL("bucket >= %s AND bucket < %s", first[2], first[1]),
            b0=first[0],
            b1=first[1],
            closed=period.closed_month,
            months=period.bucket_months,
            last=period.last_closed_bucket,
            split=split or SQL("0"),
            buckets=buckets,
        )

    @api.model
    def _sql_years(self, period):
        """Columns of :meth:`_sql_sums`: this year so far, and the last one's same days.

        Margins are nothing but zeros where orders keep none.
        """
        this, last, after = period.year_buckets
        spans = {
            "year": SQL("bucket >= %s", this),
            "last_year": SQL("bucket >= %s AND bucket < %s", last, after),
        }
        return SQL(", ").join(
            SQL(
                "SUM(%s) FILTER (WHERE %s) AS %s",
                SQL.identifier(column),
                span,
                SQL.identifier(f"{column}_{name}"),
            )
            for name, span in spans.items()
            for column in ("orders", "amount", "margin")
            if column != "margin" or self._has_margins()
        )
