from odoo import fields, models
from odoo.tools import SQL

# What is unknown as long as no wallet has been entered: empty, not zero.
UNKNOWN_FIELDS = ("potential", "wallet_period_amount", "wallet_sales", "share", "gap")


class ClientWalletGrid(models.Model):
    """The white space: one row per client and product category (product.md E).

    Shown are the categories of the company's grid, and those that the client buys, has
    a wallet of or is being developed in. The figures come from the client's row, the
    potential from the wallet row that counts: the latest one dated until today. Both
    are read, nothing is stored; what is edited here becomes a row of
    ``client.wallet`` (``client_wallet_grid_edit.py``).
    """

    _name = "client.wallet.grid"
    _description = "Wallet Grid"
    _auto = False
    _order = "gap desc, amount desc, id"
    _rec_name = "category_id"
    _depends = {
        "client.fact": ["active", "category_figures", "developer_id", "segment_ids"],
        "client.wallet": ["amount", "category_id", "company_id", "date", "partner_id"],
        "client.plan": ["state"],
        "client.plan.line": ["category_id", "company_id", "lead_id", "state"],
        "crm.lead": ["active", "won_status"],
        "product.template": ["active", "categ_id", "sale_ok"],
        "res.company": ["client_period_months", "currency_id"],
    }

    fact_id = fields.Many2one(
        comodel_name="client.fact",
        string="Client Row",
        readonly=True,
        help="The client in this company.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        readonly=True,
        help="The company to whose assortment the row refers.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company.",
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
    developer_id = fields.Many2one(
        comodel_name="res.users",
        string="Client Developer",
        readonly=True,
        help="Who develops the client, if that is not the salesperson.",
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
        help="What the client buys, or could buy.",
    )
    wallet_id = fields.Many2one(
        comodel_name="client.wallet",
        readonly=True,
        help="The entry that counts: the latest one of this category.",
    )
    potential = fields.Monetary(
        string="Potential per Year",
        help="What the client spends per year with everybody on this category, untaxed."
        " Empty: nobody has found out yet; 0: he buys nothing of it.",
    )
    date = fields.Date(
        string="Known since",
        help="When the potential was found out. A new potential is dated today.",
    )
    source = fields.Selection(
        selection=lambda self: self._get_wallet_selection("source"),
        help="Where we know it from.",
    )
    confidence = fields.Selection(
        selection=lambda self: self._get_wallet_selection("confidence"),
        help="How sure we are.",
    )
    supplier = fields.Char(
        string="Present Supplier",
        help="From whom the client buys this category now.",
    )
    amount = fields.Monetary(
        string="Our Sales",
        readonly=True,
        help="Our sales of the category in the period, less credit notes.",
    )
    wallet_period_amount = fields.Monetary(
        string="Potential in the Period",
        readonly=True,
        help="The yearly potential brought to the length of the period.",
    )
    wallet_sales = fields.Monetary(
        string="Our Part of the Potential",
        readonly=True,
        help="Our sales of the period where the potential is known.",
    )
    share = fields.Float(
        string="Share of Wallet, %",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Our part of what the client spends in the period, in percent. Above 100 %"
        " the potential is out of date.",
    )
    gap = fields.Monetary(
        readonly=True,
        help="What the client buys from others: the potential in the period less our"
        " sales, never below zero.",
    )
    status = fields.Selection(
        selection=[
            ("unknown", "Unknown"),
            ("gap", "Gap"),
            ("full", "No Gap"),
            ("over", "Above 100 %"),
        ],
        readonly=True,
        help="Unknown: nobody has entered the potential. Above 100 %: we sell more than"
        " the potential, so it is out of date.",
    )
    is_developed = fields.Boolean(
        string="Being Developed",
        readonly=True,
        help="An open opportunity or an open action works on this category.",
    )

    def _get_wallet_selection(self, name):
        return self.env["client.wallet"]._fields[name]._description_selection(self.env)

    # -- reading -------------------------------------------------------------------

    def read(self, fields=None, load="_classic_read"):
        """An unknown potential is empty: zero means that the client buys nothing."""
        rows = super().read(fields, load)
        for row in rows:
            names = row.keys() & self.browse(row["id"])._get_empty_fields()
            row.update(dict.fromkeys(names, False))
        return rows

    def _get_empty_fields(self):
        """Return the figures that are no zero, but unknown."""
        if not self.wallet_id:
            return {*UNKNOWN_FIELDS}
        return set() if self.wallet_period_amount else {"share"}

    def export_data(self, fields_to_export):
        """Likewise in an export, or it could not be imported again."""
        result = super().export_data(fields_to_export)
        if len(result["datas"]) == len(self):
            for grid, row in zip(self, result["datas"], strict=True):
                empty = grid._get_empty_fields()
                for place, name in enumerate(fields_to_export):
                    if name in empty:
                        row[place] = ""
        return result

    def _read_group_select(self, aggregate_spec, query):
        """The share of a group is the quotient of the sums."""
        if aggregate_spec != "share:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "100 * SUM(%s) / NULLIF(SUM(%s), 0)::float8",
            self._field_to_sql(self._table, "wallet_sales", query),
            self._field_to_sql(self._table, "wallet_period_amount", query),
        )

    # -- SQL -----------------------------------------------------------------------

    @property
    def _table_query(self):
        """One lateral join per client: whatever asks for one reads only his rows."""
        return SQL(
            """
            SELECT (f.id::bigint << 24) | x.category_id AS id,
                   f.id AS fact_id, f.company_id, f.partner_id, f.user_id,
                   f.developer_id, f.team_id, f.segment_id, f.abc_class, x.category_id,
                   w.id AS wallet_id, w.amount AS potential, w.date, w.source,
                   w.confidence, w.supplier,
                   ours.amount,
                   period.amount AS wallet_period_amount,
                   CASE WHEN w.id IS NOT NULL THEN ours.amount END AS wallet_sales,
                   100 * ours.amount / NULLIF(period.amount, 0) AS share,
                   COALESCE(GREATEST(period.amount - ours.amount, 0), 0) AS gap,
                   CASE WHEN w.id IS NULL THEN 'unknown'
                        WHEN ours.amount > period.amount THEN 'over'
                        WHEN ours.amount < period.amount THEN 'gap'
                        ELSE 'full' END AS status,
                   x.line_id IS NOT NULL AS is_developed
              FROM client_fact f
              JOIN res_company c ON c.id = f.company_id
              JOIN res_currency cur ON cur.id = c.currency_id
             CROSS JOIN LATERAL (
                   SELECT category_id, SUM(part.minor) AS minor,
                          MAX(wallet_id) AS wallet_id, MAX(line_id) AS line_id
                     FROM (SELECT unnest(%(shown)s) AS category_id,
                                  NULL::numeric AS minor,
                                  NULL::int AS wallet_id, NULL::int AS line_id
                            UNION ALL
                           SELECT e[1]::int, e[2], NULL, NULL
                             FROM string_to_table(f.category_figures, ';') AS row
                            CROSS JOIN LATERAL (
                                  SELECT string_to_array(row, ' ')::numeric[] AS e) n
                            UNION ALL
                           (%(wallets)s)
                            UNION ALL
                           (%(lines)s)) part
                    GROUP BY category_id) x
              JOIN product_category pc ON pc.id = x.category_id
              LEFT JOIN client_wallet w ON w.id = x.wallet_id
             CROSS JOIN LATERAL (
                   SELECT COALESCE(x.minor / 10 ^ cur.decimal_places, 0)
                          AS amount) ours
             CROSS JOIN LATERAL (
                   SELECT round(
                       w.amount * c.client_period_months / 12, cur.decimal_places)
                          AS amount) period
             WHERE f.active
            """,
            shown=self._sql_shown_categories(),
            wallets=self._sql_wallets(),
            lines=self._sql_lines(),
        )

    def _sql_by_company(self, values):
        """Return the value that belongs to the company of row ``f``.

        :param values: ``{company id: SQL}``, each worked out once per query
        """
        cases = [SQL("WHEN %s THEN %s", id_, value) for id_, value in values.items()]
        return SQL("CASE f.company_id %s END", SQL(" ").join(cases))

    def _sql_shown_categories(self):
        """The categories of every client's grid, as an array.

        Those that the company has chosen; without any choice all that it sells.
        """
        return self._sql_by_company(
            {
                company.id: SQL(
                    """
                    (SELECT COALESCE(
                         (SELECT array_agg(category_id)
                            FROM client_wallet_category_rel
                           WHERE company_id = %(company)s),
                         (SELECT array_agg(DISTINCT categ_id)
                            FROM product_template
                           WHERE active AND sale_ok AND type != 'combo'
                             AND categ_id IS NOT NULL
                             AND (company_id IS NULL OR company_id = %(company)s))))
                    """,
                    company=company.id,
                )
                for company in self._get_days()
            }
        )

    def _get_days(self):
        """Return ``{company: its today}`` of the companies that may be shown."""
        return self.env["client.plan"]._get_day_by_company()

    def _sql_wallets(self):
        """Per category the wallet row of client ``f`` that counts today."""
        days = {
            company.id: SQL("%s::date", day)
            for company, day in self._get_days().items()
        }
        return SQL(
            """
            SELECT DISTINCT ON (cw.category_id) cw.category_id, NULL, cw.id, NULL
              FROM client_wallet cw
              JOIN res_partner p ON p.id = cw.partner_id
             WHERE p.commercial_partner_id = f.partner_id
               AND cw.company_id = f.company_id
               AND cw.date <= %s
             ORDER BY cw.category_id, cw.date DESC, cw.id DESC
            """,
            self._sql_by_company(days),
        )

    def _sql_lines(self):
        """Actions that develop a category of client ``f`` (``client.plan.line``)."""
        return SQL(
            """
            SELECT l.category_id, NULL, NULL, l.id
              FROM client_plan_line l
              JOIN client_plan pl ON pl.id = l.plan_id
              LEFT JOIN crm_lead cl ON cl.id = l.lead_id
             WHERE l.partner_id = f.partner_id
               AND l.company_id = f.company_id
               AND l.category_id IS NOT NULL
               AND (cl.active AND COALESCE(cl.won_status, 'pending') = 'pending'
                    OR l.state IN ('planned', 'progress', 'rework')
                       AND pl.state NOT IN ('closed', 'cancelled'))
            """
        )
