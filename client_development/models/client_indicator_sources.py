from odoo import api, models
from odoo.tools import SQL


class ClientIndicator(models.Model):
    """The rows of each source, and how they belong to populations.

    Every source gives rows ``e`` with ``partner_id`` (the client), ``user_id``,
    ``team_id`` and ``segment_id``, beside what its measures add up. A source answers in
    one query, however many populations are asked for (design decision 5).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator"

    # -- rows ----------------------------------------------------------------------

    @api.model
    def _sql_rows_fact(self, company, spans):
        """One row per client."""
        return SQL(
            "SELECT * FROM client_fact f WHERE f.company_id = %s AND f.active",
            company.id,
        )

    @api.model
    def _sql_rows_category(self, company, spans):
        """One row per client and product category that he buys."""
        return SQL(
            "SELECT * FROM (%s) c WHERE c.company_id = %s",
            self.env["client.fact.category"]._table_query,
            company.id,
        )

    @api.model
    def _sql_rows_survey(self, company, spans):
        """One row per duty; it belongs to whoever was responsible on its due date, and
        those of cancelled orders do not count (product.md F)."""
        return SQL(
            """
            SELECT p.commercial_partner_id AS partner_id,
                   s.coverage_user_id AS user_id, s.coverage_team_id AS team_id,
                   s.company_id, f.segment_id, s.date_due AS day,
                   CASE WHEN s.state = 'done' THEN s.date_done END AS answered_moment
              FROM client_survey s
              JOIN res_partner p ON p.id = s.partner_id
              LEFT JOIN client_fact f
                     ON f.partner_id = p.commercial_partner_id
                    AND f.company_id = s.company_id
             WHERE s.company_id = %s
               AND s.state != 'cancelled'
               AND s.date_due BETWEEN %s AND %s
            """,
            company.id,
            min(span.first for span in spans),
            max(span.last for span in spans),
        )

    @api.model
    def _sql_rows_enquiry(self, company, spans):
        """One row per enquiry."""
        return SQL(
            "SELECT * FROM (%s) q WHERE q.company_id = %s AND q.day BETWEEN %s AND %s",
            self.env["client.enquiry"]._table_query,
            company.id,
            min(span.first for span in spans),
            max(span.last for span in spans),
        )

    @api.model
    def _sql_rows_stage(self, company, spans):
        """One row per passage of a client through a lifecycle stage."""
        return SQL(
            "SELECT * FROM (%s) g WHERE g.company_id = %s",
            self.env["client.stage.passage"]._table_query,
            company.id,
        )

    @api.model
    def _sql_rows_cost(self, company, spans):
        """One row per cost, which belongs to the days of its month."""
        return SQL(
            """
            SELECT NULL::int AS partner_id, NULL::int AS user_id, c.team_id,
                   c.company_id, NULL::int AS segment_id, c.month AS day, c.amount
              FROM client_acquisition_cost c
             WHERE c.company_id = %s
            """,
            company.id,
        )

    # -- rows of populations -------------------------------------------------------

    #: Sources whose rows belong to a team or salesperson by their own columns
    #: (product.md E: coverage goes by person; an enquiry may have no client yet):
    #: always, or unless a list of clients was frozen.
    _BY_PERSON = {"survey": "always", "enquiry": "unfrozen", "cost": "always"}
    #: Sources of which one chosen record is counted, and the column that names it.
    _CHOSEN = {"category": "category_id", "stage": "stage_id"}

    @api.model
    def _sql_matched(self, source, cells):
        """``SELECT`` of ``no`` and the columns of rows ``e``.

        :param cells: ``[(population, id of the chosen category or stage, or 0)]``;
            their places are the numbers ``no``
        """
        by_scope = {}
        for no, (population, chosen) in enumerate(cells):
            scope = population.scope
            if not self._goes_by_person(source, population):
                scope = "client"
            by_scope.setdefault(scope, []).append((no, population, chosen))
        parts = [
            self._match_column(found, scope)
            for scope, found in by_scope.items()
            if scope in ("team", "user", "company")
        ]
        if source != "cost" and "client" in by_scope:
            parts.append(self._match_clients(source, by_scope["client"]))
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _goes_by_person(self, source, population):
        when = self._BY_PERSON.get(source)
        if population.joiners:
            return False
        return population.scope in ("team", "user", "company") and (
            when == "always" or (when == "unfrozen" and not population.list_id)
        )

    @api.model
    def _match_column(self, found, scope):
        """Rows that belong to a team, salesperson or company by their own columns."""
        rows = [
            (no, id_)
            for no, population, _chosen in found
            for id_ in (
                [population.company_id] if scope == "company" else population.ids
            )
        ]
        return SQL(
            "SELECT v.no, e.*"
            " FROM unnest(%s::int[], %s::int[]) AS v(no, id)"
            " JOIN e ON e.%s = v.id",
            [no for no, _id in rows],
            [id_ for _no, id_ in rows],
            SQL.identifier(f"{scope}_id"),
        )

    @api.model
    def _match_clients(self, source, found):
        """Rows that belong to the clients of a population."""
        populations = list(dict.fromkeys(population for _no, population, _c in found))
        chosen = SQL("TRUE")
        if source in self._CHOSEN:
            column = SQL.identifier(self._CHOSEN[source])
            chosen = SQL("v.chosen IN (0, e.%s)", column)
        return SQL(
            """
            SELECT v.no, e.*
              FROM unnest(%(no)s::int[], %(place)s::int[], %(ids)s::int[])
                   AS v(no, place, chosen)
              JOIN (%(members)s) m ON m.no = v.place
              JOIN e ON e.partner_id = m.client_id AND %(chosen)s
            """,
            no=[no for no, _p, _c in found],
            place=[populations.index(population) for _no, population, _c in found],
            ids=[chosen or 0 for _no, _p, chosen in found],
            members=self.env["client.population"]._sql_members(populations),
            chosen=chosen,
        )
