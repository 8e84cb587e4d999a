from odoo import api, models
from odoo.tools import SQL

from .client_fact_tables import STAGE
from .client_indicator_measures import MEASURES

# What the sources have counted: one row per measure and group.
NUMBERS = SQL.identifier("client_indicator_numbers")


class ClientIndicatorValue(models.Model):
    """Counting all measures of one day by group, on any day: one query per source."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator.value"

    @api.model
    def _count_sources(self, company, date, codes):
        """Put the number of each measure and group into a temporary table."""
        self.env.cr.execute(
            SQL(
                "DROP TABLE IF EXISTS %(table)s; CREATE TEMP TABLE %(table)s (code"
                " varchar, user_id int, team_id int, segment_id int, category_id int,"
                " number numeric)",
                table=NUMBERS,
            )
        )
        span = self.env["client.indicator"]._get_spans(company, date)["period"]
        past = date < company._client_today()
        by_source = {}
        for code in codes:
            by_source.setdefault(MEASURES[code].source, []).append(code)
        if past and {"fact", "category"} & by_source.keys():
            self.env["client.fact"]._stage(company, date)
        for source, measures in by_source.items():
            if source == "time":
                self._count_time(company, span, measures)
            else:
                rows = self._sql_past(company, source) if past else None
                self._count_source(company, source, span, measures, rows)

    @api.model
    def _sql_past(self, company, source):
        """Rows of a past day from ``client_fact_stage``; ``None`` for dated records."""
        if source == "fact":
            return self._sql_past_facts(
                company, SQL("s.*, f.segment_id, f.company_id, f.active")
            )
        if source != "category":
            return None
        facts = self._sql_past_facts(
            company,
            SQL(
                "f.id, f.active, f.company_id, f.segment_id, f.abc_class, s.partner_id,"
                " s.user_id, s.team_id, s.category_figures, s.previous_category_figures"
            ),
        )
        return self.env["client.fact.category"]._sql_rows(SQL("(%s)", facts))

    @api.model
    def _sql_past_facts(self, company, columns):
        return SQL(
            """
            SELECT %(columns)s
              FROM %(stage)s s
              JOIN client_fact f
                ON f.partner_id = s.partner_id
               AND f.company_id = %(company)s
               AND f.active
            """,
            columns=columns,
            stage=STAGE,
            company=company.id,
        )

    @api.model
    def _count_source(self, company, source, span, codes, rows=None):
        """Count the measures ``codes`` of one source per group, in one query."""
        indicators = self.env["client.indicator"]
        if rows is None:
            rows = getattr(indicators, f"_sql_rows_{source}")(company, [span])
        category = SQL("e.category_id" if source == "category" else "NULL::int")
        names = [SQL.identifier(f"n{number}") for number in range(len(codes))]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %(numbers)s
                WITH e AS (%(rows)s), g AS (
                    SELECT e.user_id, e.team_id, e.segment_id,
                           %(category)s AS category_id, %(columns)s
                      FROM e
                     GROUP BY 1, 2, 3, 4)
                SELECT x.code, g.user_id, g.team_id, g.segment_id, g.category_id,
                       round(COALESCE(x.number, 0), 4)
                  FROM g
                 CROSS JOIN LATERAL (VALUES %(values)s) x(code, number)
                """,
                numbers=NUMBERS,
                rows=rows,
                category=category,
                columns=SQL(", ").join(
                    SQL("%s AS %s", MEASURES[code].sql(span), name)
                    for code, name in zip(codes, names, strict=True)
                ),
                values=SQL(", ").join(
                    SQL("(%s, g.%s::numeric)", code, name)
                    for code, name in zip(codes, names, strict=True)
                ),
            )
        )

    @api.model
    def _count_time(self, company, span, codes):
        """Hours go by person: whoever looks after clients or belongs to a team."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id FROM client_fact
                 WHERE company_id = %(company)s AND active AND user_id IS NOT NULL
                 UNION
                SELECT m.user_id
                  FROM crm_team_member m
                  JOIN crm_team t ON t.id = m.crm_team_id
                 WHERE m.active AND t.active AND t.company_id = %(company)s
                """,
                company=company.id,
            )
        )
        users = self.env["res.users"].sudo().browse(user_id for (user_id,) in rows)
        shares = (
            self.env["client.development.time"]
            .sudo()
            ._get_share(users, span.first, span.last, company)
        )
        places = {"development_hours": 0, "working_hours": 1}
        found = [
            (code, user.id, user.sale_team_id.id or None, hours[places[code]])
            for user, hours in shares.items()
            for code in codes
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO %s (code, user_id, team_id, number)
                SELECT code, user_id, team_id, round(number, 4)
                  FROM unnest(%s::varchar[], %s::int[], %s::int[], %s::numeric[])
                       AS x(code, user_id, team_id, number)
                """,
                NUMBERS,
                *([row[place] for row in found] for place in range(4)),
            )
        )
