from odoo import api, fields, models
from odoo.tools import SQL


class ClientFactCategory(models.Model):
    """A client's figures of one product category, read from his row (design, names).

    A category without any amount, order or position in both periods has no row.
    """

    _name = "client.fact.category"
    _description = "Client Facts by Product Category"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "category_id"

    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company that sold.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Client",
        readonly=True,
        help="The client.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Salesperson",
        readonly=True,
        help="The client's salesperson.",
    )
    team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sales Team",
        readonly=True,
        help="The salesperson's team.",
    )
    segment_id = fields.Many2one(
        comodel_name="client.segment",
        string="Primary Segment",
        readonly=True,
        help="The client's primary segment.",
    )
    abc_class = fields.Selection(
        selection=[("A", "A"), ("B", "B"), ("C", "C")],
        string="ABC Class",
        readonly=True,
        help="The client's ABC class.",
    )
    category_id = fields.Many2one(
        comodel_name="product.category",
        string="Product Category",
        readonly=True,
        help="The category that the products have today.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="Sales of the category in the period, less credit notes.",
    )
    previous_amount = fields.Monetary(
        string="Sales Before",
        readonly=True,
        help="Sales of the category in the previous period.",
    )
    order_count = fields.Integer(
        string="Orders",
        readonly=True,
        help="Orders of the period that contain the category.",
    )
    previous_order_count = fields.Integer(
        string="Orders Before",
        readonly=True,
        help="Orders of the previous period that contain the category.",
    )
    product_count = fields.Integer(
        string="Positions",
        readonly=True,
        help="Different products of the category bought in the period.",
    )
    previous_product_count = fields.Integer(
        string="Positions Before",
        readonly=True,
        help="Different products of the category bought in the previous period.",
    )
    average_order = fields.Monetary(
        string="Average Order Value",
        readonly=True,
        aggregator="avg",
        help="Sales of the category divided by the orders that contain it.",
    )
    previous_average_order = fields.Monetary(
        string="Average Order Value Before",
        readonly=True,
        aggregator="avg",
        help="The same of the previous period.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """An average is the sum of the sales by the sum of the orders."""
        prefix = {
            "average_order:avg": "",
            "previous_average_order:avg": "previous_",
        }.get(aggregate_spec)
        if prefix is None:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, f"{prefix}amount", query),
            self._field_to_sql(self._table, f"{prefix}order_count", query),
        )

    @property
    def _table_query(self):
        return self._sql_rows(SQL("client_fact"))

    @api.model
    def _sql_rows(self, facts):
        """The parts of both ``category_figures``: category, amount in the smallest
        unit of the currency, orders, positions.

        :param facts: table or sub-select with the columns of ``client_fact``
        """
        return SQL(
            """
            SELECT (f.id::bigint << 24) | COALESCE(x.category_id, 0) AS id,
                   f.id AS fact_id, f.company_id, f.partner_id, f.user_id, f.team_id,
                   f.segment_id, f.abc_class,
                   x.category_id, x.amount, x.order_count, x.product_count,
                   x.amount / NULLIF(x.order_count, 0) AS average_order,
                   x.previous_amount, x.previous_order_count, x.previous_product_count,
                   x.previous_amount / NULLIF(x.previous_order_count, 0)
                       AS previous_average_order
              FROM %(facts)s f
              JOIN res_company c ON c.id = f.company_id
              JOIN res_currency cur ON cur.id = c.currency_id
             CROSS JOIN LATERAL (SELECT 10 ^ cur.decimal_places AS minor) unit
             CROSS JOIN LATERAL (
                   SELECT NULLIF(e[1], 0)::int AS category_id,
                          %(figures)s
                     FROM (SELECT TRUE AS current, row
                             FROM string_to_table(f.category_figures, ';') AS row
                            UNION ALL
                           SELECT FALSE, row
                             FROM string_to_table(f.previous_category_figures, ';')
                                  AS row) r
                    CROSS JOIN LATERAL (
                          SELECT string_to_array(row, ' ')::numeric[] AS e) n
                    GROUP BY 1) x
             WHERE f.active
            """,
            facts=facts,
            figures=SQL(", ").join(
                SQL(
                    "COALESCE(SUM(e[%s]%s) FILTER (WHERE %s), 0)%s AS %s",
                    place,
                    SQL("/ unit.minor" if name == "amount" else ""),
                    SQL("NOT current" if prefix else "current"),
                    SQL("" if name == "amount" else "::int"),
                    SQL.identifier(f"{prefix}{name}"),
                )
                for prefix in ("", "previous_")
                for place, name in enumerate(
                    ("amount", "order_count", "product_count"), start=2
                )
            ),
        )
