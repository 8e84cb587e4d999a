from odoo import api, models
from odoo.tools import SQL

from .client_fact_figures import RATIOS
from .client_fact_period import FactPeriod
from .client_fact_tables import BUCKETS, STAGE, TODO

# The lifecycle stages that follow from facts.
STAGES = ("attraction", "sale", "service", "retention", "development")
# Clients of whom something like this comes out are left as they are and reported.
NO_NUMBERS = ("NaN", "Infinity", "-Infinity")


class ClientFact(models.Model):
    """From the SQL family to one row per client, ready to be stored or read."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    @api.model
    def _stage(self, company, date, partner_ids=None):
        """Work out the facts of ``date`` for some clients, or all, without classes.

        They are put into the temporary table ``client_fact_stage``, whose columns are
        named like the fields of this model.

        :param partner_ids: ids of commercial partners; ``None`` means all clients
        :return: the :class:`FactPeriod`
        """
        self._prepare_session()
        only = SQL()
        if partner_ids is None:
            # Joins as they are written: the lines are to meet the clients last.
            self.env.cr.execute("SET LOCAL join_collapse_limit = 1")
        else:
            self._create_temporary(
                TODO, SQL("SELECT unnest(%s::int[]) AS client_id", list(partner_ids))
            )
            only = SQL(
                "AND p.commercial_partner_id IN (SELECT client_id FROM %s)", TODO
            )
        period = self._get_period(company, date)
        self._create_temporary(BUCKETS, self._sql_buckets(period, only))
        self._create_temporary(STAGE, self._sql_stage(period, only), "partner_id")
        self.env.cr.execute("SET LOCAL join_collapse_limit TO DEFAULT")
        return period

    @api.model
    def _prepare_session(self):
        """Room for the sorts, until the transaction ends.

        Compiling the statements costs more than it gains.
        """
        self.env.cr.execute(
            "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off;"
            " SET LOCAL client_min_messages = error"
        )

    @api.model
    def _create_temporary(self, name, query, key=None):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", name))
        self.env.cr.execute(SQL("CREATE TEMP TABLE %s AS %s", name, query))
        if not key:
            self.env.cr.execute(SQL("ANALYZE %s", name))
            return
        column = SQL.identifier(key)
        self.env.cr.execute(SQL("CREATE UNIQUE INDEX ON %s (%s)", name, column))
        self.env.cr.execute(SQL("ANALYZE %s (%s)", name, column))

    @api.model
    def _get_period(self, company, date):
        """Return the :class:`FactPeriod` of ``date``, as far back as sales go."""
        [(first,)] = self.env.execute_query(
            SQL(
                """SELECT MIN(date_order) FROM sale_order
                    WHERE company_id = %s AND state = 'sale'""",
                company.id,
            )
        )
        return FactPeriod(company, date, first)

    @api.model
    def _sql_stage(self, period, only):
        """One row per client with all that does not depend on the other clients."""
        ratios = [self._sql_ratio(name, period) for name in RATIOS]

        def minor(amount):
            # Whole cents, halves up: far cheaper than decimal numbers.
            return SQL(
                "trunc(%(amount)s * %(unit)s + sign(%(amount)s) * 0.500001)::bigint",
                amount=SQL(amount),
                unit=float(10**period.digits),
            )

        return SQL(
            """
            WITH quotations AS MATERIALIZED (%(quotations)s),
            sums AS MATERIALIZED (%(sums)s),
            clients AS MATERIALIZED (%(clients)s),
            wallets AS MATERIALIZED (%(wallets)s),
            assortment AS (
                SELECT client_id,
                       SUM(products_0)::int AS products_0,
                       SUM(products_1)::int AS products_1,
                       COUNT(*) FILTER (WHERE products_0 > 0 AND categ_id > 0)::int
                           AS categories_0,
                       COUNT(*) FILTER (WHERE products_1 > 0 AND categ_id > 0)::int
                           AS categories_1,
                       string_agg(concat(
                           categ_id, ' ',
                           %(minor_0)s, ' ', orders_0, ' ', products_0, ' ',
                           %(minor_1)s, ' ', orders_1, ' ', products_1
                       ), ';') AS figures,
                       SUM(amount_0) FILTER (WHERE wallet_0 IS NOT NULL) AS wallet_0,
                       SUM(amount_1) FILTER (WHERE wallet_1 IS NOT NULL) AS wallet_1
                  FROM (SELECT *
                          FROM (%(categories)s) c
                          LEFT JOIN wallets USING (client_id, categ_id)
                         ORDER BY client_id, categ_id) c
                 GROUP BY client_id),
            figures AS (
                SELECT %(columns)s
                  FROM clients c
                  LEFT JOIN sums s ON s.client_id = c.client_id
                  LEFT JOIN assortment a ON a.client_id = c.client_id
                  LEFT JOIN (SELECT client_id, SUM(wallet_0) AS wallet_0,
                                    SUM(wallet_1) AS wallet_1
                               FROM wallets
                              GROUP BY 1) w ON w.client_id = c.client_id
                  LEFT JOIN (%(surveys)s) v ON v.client_id = c.client_id
                  LEFT JOIN (%(raises)s) m ON m.client_id = c.client_id
                  LEFT JOIN (%(responsible)s) u ON u.client_id = c.client_id
                  LEFT JOIN (%(stages)s) st ON st.client_id = c.client_id)
            SELECT *, previous_amount > 0 AND amount > previous_amount AS is_growing,
                   amount - previous_amount AS growth_amount,
                   %(xyz_class)s AS xyz_class,
                   %(ratios)s
              FROM figures
            """,
            categories=self._sql_categories(period, only),
            minor_0=minor("amount_0"),
            minor_1=minor("amount_1"),
            wallets=self._sql_wallets(period, only),
            columns=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in self._sql_columns(period).items()
            ),
            quotations=self._sql_quotations(period, only),
            clients=self._sql_clients(period.company, only),
            sums=self._sql_sums(period, BUCKETS),
            surveys=self._sql_surveys(period, only),
            raises=self._sql_raises(period, only),
            responsible=self._sql_responsible(
                period.company, SQL("SELECT client_id FROM clients")
            ),
            stages=self._sql_stages(period, only),
            xyz_class=self._sql_xyz_class(period.company),
            ratios=SQL(", ").join(ratios),
        )

    @api.model
    def _sql_columns(self, period):
        """The figures of a client by field, in terms of the parts that are joined."""
        digits = period.digits

        def money(value):
            # Most are 0, and turning a float into a decimal number is dear.
            return SQL(
                "COALESCE(round(round(NULLIF(%s, 0)::numeric, 6), %s), 0)",
                SQL(value),
                digits,
            )

        def number(value):
            return SQL("COALESCE(%s, 0)::int", SQL(value))

        def day(moment):
            return self._sql_day(period, moment)

        months = SQL("make_interval(months => %s)", period.months)
        years = f"{period.months} / 12.0"

        def activity(orders, orders_before, first, last_before):
            return SQL(
                """
                CASE WHEN %(orders)s > 0 THEN
                          CASE WHEN %(last)s IS NULL THEN 'new'
                               WHEN %(first_day)s - %(months)s >= %(last_day)s
                               THEN 'returned' ELSE 'steady' END
                     WHEN %(before)s > 0 THEN 'lost'
                     WHEN %(last)s IS NOT NULL THEN 'dormant'
                     ELSE 'prospect' END
                """,
                orders=SQL(orders),
                before=SQL(orders_before),
                last=SQL(last_before),
                first_day=day(first),
                last_day=day(last_before),
                months=months,
            )

        return {
            "partner_id": SQL("c.client_id"),
            "reference_date": SQL("%s::date", period.date),
            "user_id": SQL("u.user_id"),
            "team_id": SQL("u.team_id"),
            "stage_id": SQL("st.stage_id"),
            "order_count": number("s.orders_0"),
            "previous_order_count": number("s.orders_1"),
            "amount": money("s.amount_0"),
            "previous_amount": money("s.amount_1"),
            "margin": money("s.margin_0"),
            "previous_margin": money("s.margin_1"),
            "first_order_date": day("s.first_ever"),
            "last_order_date": day("s.last_ever"),
            "activity": activity(
                "s.orders_0", "s.orders_1", "s.first_0", "s.last_before_0"
            ),
            "previous_activity": activity(
                "s.orders_1", "s.orders_2", "s.first_1", "s.last_before_1"
            ),
            "product_count": number("a.products_0"),
            "previous_product_count": number("a.products_1"),
            "category_count": number("a.categories_0"),
            "previous_category_count": number("a.categories_1"),
            "category_figures": SQL("a.figures"),
            "xyz_month_count": number("GREATEST(s.months, 0)"),
            "xyz_variation": SQL(
                """
                CASE WHEN s.months >= 6 AND s.month_sum > 0.000001 THEN round((
                     sqrt(GREATEST(s.square_sum / s.months
                                   - (s.month_sum / s.months) ^ 2, 0))
                     / (s.month_sum / s.months))::numeric, 4) END
                """
            ),
            "rating_count": number("v.ratings_0"),
            "previous_rating_count": number("v.ratings_1"),
            "rating_sum": number("v.rating_sum_0"),
            "previous_rating_sum": number("v.rating_sum_1"),
            "rating_good_count": number("v.good_0"),
            "previous_rating_good_count": number("v.good_1"),
            "survey_count": number("v.surveys_0"),
            "previous_survey_count": number("v.surveys_1"),
            "survey_done_count": number("v.done_0"),
            "previous_survey_done_count": number("v.done_1"),
            "wallet_amount": money("w.wallet_0"),
            "previous_wallet_amount": money("w.wallet_1"),
            "wallet_period_amount": money(f"(w.wallet_0 * {years})"),
            "previous_wallet_period_amount": money(f"(w.wallet_1 * {years})"),
            "wallet_sales": money("a.wallet_0"),
            "previous_wallet_sales": money("a.wallet_1"),
            "is_raised": SQL("COALESCE(m.raised_0, FALSE)"),
            "previous_is_raised": SQL("COALESCE(m.raised_1, FALSE)"),
        }

    @api.model
    def _sql_xyz_class(self, company):
        """The XYZ class of a row with ``xyz_variation``."""
        return SQL(
            """
            CASE WHEN xyz_variation < %s THEN 'X'
                 WHEN xyz_variation < %s THEN 'Y'
                 WHEN xyz_variation IS NOT NULL THEN 'Z' END
            """,
            company.client_xyz_x,
            company.client_xyz_y,
        )

    @api.model
    def _sql_ratio(self, name, period):
        """Quotient ``name`` of :data:`RATIOS`; NULL where nothing divides it."""
        numerator, denominator, factor = RATIOS[name]
        if name == "growth":
            numerator = "amount - previous_amount"
        monetary = self._fields[name].type == "monetary"
        return SQL(
            "round((%(factor)s * %(numerator)s)::numeric"
            " / NULLIF(GREATEST(%(denominator)s, 0), 0), %(digits)s) AS %(name)s",
            factor=factor,
            numerator=SQL(f"({numerator})"),
            denominator=SQL.identifier(denominator),
            digits=period.digits if monetary else 4,
            name=SQL.identifier(name),
        )

    @api.model
    def _sql_stages(self, period, only):
        """The lifecycle stage of each client as facts have it.

        Reads ``clients``, ``sums`` and ``quotations`` of the statement around it.
        """
        company = period.company
        # Whoever bought has a completed order, where confirming completes it.
        completed = SQL("SELECT client_id FROM sums WHERE orders_ever > 0")
        if company.client_survey_condition != "confirmed":
            completed = self._sql_completed(period, only)
        stages = self.env["client.stage"].sudo().search([("code", "!=", False)])
        ids = {stage.code: stage.id for stage in stages}
        return SQL(
            """
            SELECT c.client_id,
                   CASE WHEN d.client_id IS NOT NULL THEN %(development)s
                        WHEN o.client_id IS NOT NULL THEN %(retention)s
                        WHEN s.orders_ever > 0 THEN %(service)s
                        WHEN q.client_id IS NOT NULL THEN %(sale)s
                        ELSE %(attraction)s END AS stage_id
              FROM clients c
              LEFT JOIN (SELECT DISTINCT client_id FROM (%(developed)s) x) d
                     ON d.client_id = c.client_id
              LEFT JOIN (%(completed)s) o ON o.client_id = c.client_id
              LEFT JOIN sums s ON s.client_id = c.client_id
              LEFT JOIN quotations q ON q.client_id = c.client_id
            """,
            **{code: ids.get(code) for code in STAGES},
            developed=self._sql_developed(period, only),
            completed=completed,
        )
