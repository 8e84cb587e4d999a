from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .client_fact_query import RATE


class ClientFact(models.Model):
    """The assortment a client buys, and his wallet: figures from order lines.

    Everything is worked out per period, whose number is 0 for the period and 1 for the
    previous one.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _sql_products(self, company):
        """Products that are positions of the assortment, with today's category.

        Left out: the company's discount product, and combo products themselves.
        """
        return SQL(
            """
            SELECT pp.id, COALESCE(pt.categ_id, 0) AS categ_id
              FROM product_product pp
              JOIN product_template pt ON pt.id = pp.product_tmpl_id
             WHERE pt.type IS DISTINCT FROM 'combo' AND pp.id != %s
            """,
            company.sale_discount_product_id.id or 0,
        )

    @api.model
    def _sql_position_line(self):
        """Condition: line ``l`` is neither delivery nor reward nor down payment."""
        line_fields = self.env["sale.order.line"]._fields
        return SQL(" AND ").join(
            SQL("l.%s IS NOT TRUE", SQL.identifier(name))
            for name in ("is_downpayment", "is_delivery", "is_reward_line")
            if name in line_fields and line_fields[name].store
        )

    @api.model
    def _sql_both_assortments(self, period, only):
        """Per client and ``number`` of the period: see :meth:`_sql_assortment`."""
        return SQL(
            "%s UNION ALL %s",
            self._sql_assortment(period, 0, only),
            self._sql_assortment(period, 1, only),
        )

    @api.model
    def _sql_assortment(self, period, number, only):
        """Per client: positions, categories, the figures of each category as text, and
        what was sold in the categories of which the wallet is known."""
        return SQL(
            """
            SELECT client_id, %(number)s AS number,
                   SUM(products)::int AS products,
                   COUNT(*) FILTER (WHERE products > 0 AND categ_id > 0)::int
                       AS categories,
                   string_agg(
                       concat(categ_id, ' ', %(minor)s, ' ', orders, ' ', products),
                       ';') AS figures,
                   SUM(amount) FILTER (WHERE wallet IS NOT NULL) AS wallet_sales
              FROM (SELECT *
                      FROM (%(categories)s) c
                      LEFT JOIN (%(wallets)s) w USING (client_id, categ_id)
                     ORDER BY client_id, categ_id) c
             GROUP BY client_id
            """,
            number=number,
            minor=self._sql_minor(period, SQL("amount")),
            categories=self._sql_categories(period, number, only),
            wallets=self._sql_wallets(period, number, only),
        )

    @api.model
    def _sql_minor(self, period, amount):
        """``amount`` (SQL of a float) in whole cents, halves up.

        Far cheaper than decimal numbers.
        """
        return SQL(
            "trunc(%(amount)s * %(unit)s + sign(%(amount)s) * 0.500001)::bigint",
            amount=amount,
            unit=float(10**period.digits),
        )

    @api.model
    def _sql_categories(self, period, number, only):
        """Per client and product category: orders, positions, amount.

        One sort of a packed key serves them all (docs/facts.md).
        """
        first = period.first_buckets
        start = period.bounds[first[number] - 1]
        end = period.bounds[first[number - 1] - 1] if number else period.end
        return SQL(
            """
            SELECT (key >> 32)::int AS client_id, (key & 4294967295)::int AS categ_id,
                   COUNT(DISTINCT order_id) AS orders,
                   COUNT(DISTINCT product_id) AS products,
                   SUM(amount) AS amount
              FROM (
                SELECT p.commercial_partner_id::bigint << 32 | pr.categ_id AS key,
                       CASE WHEN l.product_uom_qty > 0 THEN so.id END AS order_id,
                       CASE WHEN l.product_uom_qty > 0 THEN pr.id END AS product_id,
                       l.price_subtotal::float8 / %(rate)s AS amount
                  FROM (sale_order so JOIN res_partner p ON p.id = so.partner_id)
                  JOIN sale_order_line l ON l.order_id = so.id
                  JOIN (%(products)s) pr ON pr.id = l.product_id
                 WHERE so.company_id = %(company)s
                   AND so.state = 'sale'
                   AND so.date_order >= %(start)s
                   AND so.date_order < %(end)s
                   AND l.display_type IS NULL
                   AND %(position)s %(only)s
                 UNION ALL
                SELECT r.client_id::bigint << 32 | pr.categ_id, NULL, NULL, r.amount
                  FROM (%(refunds)s) r
                  JOIN (%(products)s) pr ON pr.id = r.product_id
                 WHERE r.bucket >= %(first)s
                   AND r.bucket < %(after)s AND r.is_position
                 ORDER BY 1) x
             GROUP BY key
            """,
            products=self._sql_products(period.company),
            first=first[number],
            after=first[number - 1] if number else len(period.bounds) + 1,
            start=start,
            end=end,
            rate=RATE,
            company=period.company.id,
            only=only,
            position=self._sql_position_line(),
            refunds=self._sql_refunds(period, only),
        )

    @api.model
    def _sql_wallets(self, period, number, only):
        """Per client and category: the yearly wallet known at the period's end."""
        return SQL(
            """
            SELECT DISTINCT ON (p.commercial_partner_id, w.category_id)
                   p.commercial_partner_id AS client_id,
                   w.category_id AS categ_id, w.amount::float8 AS wallet
              FROM client_wallet w
              JOIN res_partner p ON p.id = w.partner_id
             WHERE w.company_id = %(company)s AND w.date <= %(day)s %(only)s
             ORDER BY p.commercial_partner_id, w.category_id, w.date DESC, w.id DESC
            """,
            company=period.company.id,
            day=period.days[0] - timedelta(days=1) if number else period.date,
            only=only,
        )

    @api.model
    def _sql_wallet(self, period, number, only):
        """Per client: his yearly wallet in all categories together."""
        return SQL(
            "SELECT client_id, SUM(wallet) AS wallet FROM (%s) w GROUP BY 1",
            self._sql_wallets(period, number, only),
        )
