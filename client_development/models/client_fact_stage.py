from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from .client_fact_figures import RATIOS
from .client_fact_period import FactPeriod
from .client_fact_tables import ASSORTMENT, BUCKETS, STAGE, TODO

# The lifecycle stages that follow from facts.
STAGES = ("attraction", "sale", "service", "retention", "development")


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
        if partner_ids is not None:
            self._create_temporary(
                TODO,
                SQL("SELECT unnest(%s::int[]) AS client_id", list(partner_ids)),
                "client_id",
            )
            only = SQL(
                "AND p.commercial_partner_id IN (SELECT client_id FROM %s)", TODO
            )
        period = self._get_period(company, date)
        self._create_temporary(BUCKETS, self._sql_buckets(period, only))
        if partner_ids is None:
            # Joins as they are written: the lines are to meet the clients last.
            self.env.cr.execute("SET LOCAL join_collapse_limit = 1")
        # Each period in a process of its own, which hands over clients, not lines.
        self._create_temporary(
            ASSORTMENT, self._sql_both_assortments(period, only), hand_over_cost=1
        )
        self.env.cr.execute("SET LOCAL join_collapse_limit TO DEFAULT")
        self._create_temporary(STAGE, self._sql_stage(period, only), "partner_id")
        return period

    @api.model
    def _prepare_session(self):
        """Room for the sorts, until the transaction ends.

        Compiling the statements costs more than it gains, and of the temporary tables
        the planner needs to know hardly more than how large they are.
        """
        self.env.cr.execute(
            "SET LOCAL work_mem = '256MB'; SET LOCAL jit = off;"
            " SET LOCAL default_statistics_target = 10;"
            " SET LOCAL client_min_messages = error"
        )

    @api.model
    def _create_temporary(self, name, query, key=None, hand_over_cost=0.02):
        """Put the rows of ``query`` into the temporary table ``name``.

        :param key: the column that identifies a row, for an index
        :param hand_over_cost: what the planner is to believe a row costs that one
            process hands over to another; its own 0.1 keeps it from reading orders side
            by side, which takes a third less time
        """
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", name))
        self.env.cr.execute(SQL("SET LOCAL parallel_tuple_cost = %s", hand_over_cost))
        self.env.cr.execute(SQL("CREATE TEMP TABLE %s AS %s", name, query))
        self.env.cr.execute("SET LOCAL parallel_tuple_cost TO DEFAULT")
        if not key:
            self.env.cr.execute(SQL("ANALYZE %s (client_id)", name))
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
        return SQL(
            """
            WITH quotations AS MATERIALIZED (%(quotations)s),
            sums AS MATERIALIZED (%(sums)s),
            clients AS MATERIALIZED (%(clients)s),
            figures AS (
                SELECT %(columns)s
                  FROM clients c
                  LEFT JOIN sums s ON s.client_id = c.client_id
                  LEFT JOIN %(assortment)s a0
                         ON a0.client_id = c.client_id AND a0.number = 0
                  LEFT JOIN %(assortment)s a1
                         ON a1.client_id = c.client_id AND a1.number = 1
                  LEFT JOIN (%(wallet_0)s) w0 ON w0.client_id = c.client_id
                  LEFT JOIN (%(wallet_1)s) w1 ON w1.client_id = c.client_id
                  LEFT JOIN (%(surveys)s) v ON v.client_id = c.client_id
                  LEFT JOIN (%(raises)s) m ON m.client_id = c.client_id
                  LEFT JOIN (%(responsible)s) u ON u.client_id = c.client_id
                  %(stage_joins)s)
            SELECT *, previous_amount > 0 AND amount > previous_amount AS is_growing,
                   amount - previous_amount AS growth_amount,
                   %(xyz_class)s AS xyz_class,
                   %(ratios)s
              FROM figures
            """,
            columns=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in self._sql_columns(period).items()
            ),
            quotations=self._sql_quotations(period, only),
            clients=self._sql_clients(period.company, only),
            sums=self._sql_sums(period, BUCKETS),
            assortment=ASSORTMENT,
            wallet_0=self._sql_wallet(period, 0, only),
            wallet_1=self._sql_wallet(period, 1, only),
            surveys=self._sql_surveys(period, only),
            raises=self._sql_raises(period, only),
            responsible=self._sql_responsible(
                period.company, SQL("SELECT client_id FROM clients")
            ),
            stage_joins=self._sql_stage_joins(period, only),
            xyz_class=self._sql_xyz_class(period.company),
            ratios=SQL(", ").join(self._sql_ratio(name, period) for name in RATIOS),
        )

    @api.model
    def _sql_columns(self, period):
        """The figures of a client by field, in terms of the parts that are joined."""
        cent = SQL("%s::numeric", str(Decimal(10) ** -period.digits))

        def money(value):
            # Most are 0, and decimal numbers are dear.
            cents = self._sql_minor(period, SQL("NULLIF(%s, 0)", value))
            return SQL("COALESCE(%s * %s, 0)", cents, cent)

        def number(value):
            return SQL("COALESCE(%s, 0)::int", value)

        def day(moment):
            return self._sql_day(period, moment)

        months = SQL("make_interval(months => %s)", period.months)
        years = period.months / 12

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
                orders=orders,
                before=orders_before,
                last=last_before,
                first_day=day(first),
                last_day=day(last_before),
                months=months,
            )

        return {
            "partner_id": SQL("c.client_id"),
            "reference_date": SQL("%s::date", period.date),
            "user_id": SQL("u.user_id"),
            "team_id": SQL("u.team_id"),
            "stage_id": self._sql_stage_id(),
            "order_count": number(SQL("s.orders_0")),
            "previous_order_count": number(SQL("s.orders_1")),
            "amount": money(SQL("s.amount_0")),
            "previous_amount": money(SQL("s.amount_1")),
            "margin": money(SQL("s.margin_0")),
            "previous_margin": money(SQL("s.margin_1")),
            "year_order_count": number(SQL("s.orders_year")),
            "last_year_order_count": number(SQL("s.orders_last_year")),
            "year_amount": money(SQL("s.amount_year")),
            "last_year_amount": money(SQL("s.amount_last_year")),
            **(
                {
                    "year_margin": money(SQL("s.margin_year")),
                    "last_year_margin": money(SQL("s.margin_last_year")),
                }
                if self._has_margins()
                else {}
            ),
            "first_order_date": day(SQL("s.first_ever")),
            "last_order_date": day(SQL("s.last_ever")),
            "activity": activity(
                SQL("s.orders_0"),
                SQL("s.orders_1"),
                SQL("s.first_0"),
                SQL("s.last_before_0"),
            ),
            "previous_activity": activity(
                SQL("s.orders_1"),
                SQL("s.orders_2"),
                SQL("s.first_1"),
                SQL("s.last_before_1"),
            ),
            "product_count": number(SQL("a0.products")),
            "previous_product_count": number(SQL("a1.products")),
            "category_count": number(SQL("a0.categories")),
            "previous_category_count": number(SQL("a1.categories")),
            "category_figures": SQL("a0.figures"),
            "previous_category_figures": SQL("a1.figures"),
            "xyz_month_count": number(SQL("GREATEST(s.months, 0)")),
            "xyz_variation": SQL(
                """
                CASE WHEN s.months >= 6 AND s.month_sum > 0.000001 THEN
                     round(sqrt(GREATEST(s.square_sum / s.months
                                         - (s.month_sum / s.months) ^ 2, 0))
                           / (s.month_sum / s.months) * 10000) / 10000 END
                """
            ),
            "rating_count": number(SQL("v.ratings_0")),
            "previous_rating_count": number(SQL("v.ratings_1")),
            "rating_sum": number(SQL("v.rating_sum_0")),
            "previous_rating_sum": number(SQL("v.rating_sum_1")),
            "rating_good_count": number(SQL("v.good_0")),
            "previous_rating_good_count": number(SQL("v.good_1")),
            "survey_count": number(SQL("v.surveys_0")),
            "previous_survey_count": number(SQL("v.surveys_1")),
            "survey_done_count": number(SQL("v.done_0")),
            "previous_survey_done_count": number(SQL("v.done_1")),
            "wallet_amount": money(SQL("w0.wallet")),
            "previous_wallet_amount": money(SQL("w1.wallet")),
            "wallet_period_amount": money(SQL("w0.wallet * %s", years)),
            "previous_wallet_period_amount": money(SQL("w1.wallet * %s", years)),
            "wallet_sales": money(SQL("a0.wallet_sales")),
            "previous_wallet_sales": money(SQL("a1.wallet_sales")),
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
            "CASE WHEN %(denominator)s > 0 THEN round((%(factor)s * %(numerator)s)"
            "::numeric / %(denominator)s, %(digits)s) END AS %(name)s",
            factor=factor,
            numerator=SQL(f"({numerator})"),
            denominator=SQL.identifier(denominator),
            digits=period.digits if monetary else 4,
            name=SQL.identifier(name),
        )

    @api.model
    def _sql_stage_id(self):
        """The lifecycle stage as facts have it, of a client with the joins of
        :meth:`_sql_stage_joins` and his sums ``s``."""
        stages = self.env["client.stage"].sudo().search([("code", "!=", False)])
        ids = {stage.code: stage.id for stage in stages}
        return SQL(
            """
            CASE WHEN d.client_id IS NOT NULL THEN %(development)s
                 WHEN o.client_id IS NOT NULL THEN %(retention)s
                 WHEN s.orders_ever > 0 THEN %(service)s
                 WHEN q.client_id IS NOT NULL THEN %(sale)s
                 ELSE %(attraction)s END
            """,
            **{code: ids.get(code) for code in STAGES},
        )

    @api.model
    def _sql_stage_joins(self, period, only):
        """What decides on the stage of client ``c``: started plans, completed orders,
        and ``quotations`` of the statement around it."""
        # Whoever bought has a completed order, where confirming completes it.
        completed = SQL("SELECT client_id FROM sums WHERE orders_ever > 0")
        if period.company.client_survey_condition != "confirmed":
            completed = self._sql_completed(period, only)
        return SQL(
            """
            LEFT JOIN (SELECT DISTINCT client_id FROM (%(developed)s) x) d
                   ON d.client_id = c.client_id
            LEFT JOIN (%(completed)s) o ON o.client_id = c.client_id
            LEFT JOIN quotations q ON q.client_id = c.client_id
            """,
            developed=self._sql_developed(period, only),
            completed=completed,
        )
