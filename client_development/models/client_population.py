"""Populations: the clients and the people that a figure is counted over."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL


class Population(NamedTuple):
    """Whom an indicator is read for (product.md E, populations).

    ``scope`` says what ``ids`` are: the client of scope *client* (or the clients of a
    holding), the segment, the team, the salesperson of scope *user*; for a *territory*
    ``ids`` are its countries and ``state_ids`` its states; *company* needs none.
    ``list_id`` is a client list that was frozen (:class:`ClientPopulation`), 0 without;
    with ``joiners`` whoever belongs to the scope today and does not stand on the list.
    """

    company_id: int
    scope: str
    ids: tuple = ()
    state_ids: tuple = ()
    list_id: int = 0
    joiners: bool = False

    @property
    def live(self):
        """The population as it is today, whatever was frozen."""
        return self._replace(list_id=0, joiners=False)


class ClientPopulation(models.Model):
    """The clients who belonged to a scope on one day, kept for objectives.

    A plan that starts freezes the clients of its objectives: whoever leaves "2–3
    positions" by growing stays counted, and those who join are shown apart (product.md
    E). Plans that start on the same day over the same scope share one list. A plan of
    one client needs none.
    """

    _name = "client.population"
    _description = "Frozen Client List"
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="The company whose clients these are.",
    )
    key = fields.Char(
        required=True,
        readonly=True,
        help="Technical: the scope and what it refers to.",
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="The day on which the list was frozen.",
    )
    client_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="client_population_client_rel",
        column1="population_id",
        column2="partner_id",
        string="Clients",
        readonly=True,
        help="The clients on the list.",
    )

    _key_unique = models.UniqueIndex(
        "(company_id, key, date)", "A scope has one client list a day."
    )

    # -- freezing ------------------------------------------------------------------

    @api.model
    def _freeze(self, populations, date):
        """Return ``{population: the same with its list}``, made where missing.

        :param populations: live populations of ``env.company``; those of one client
            come back as they are
        :param date: the day of the lists
        """
        frozen = {}
        for population in {p for p in populations if p.scope != "client"}:
            scope, ids, state_ids = population[1:4]
            key = f"{scope}:{','.join(map(str, ids))}:{','.join(map(str, state_ids))}"
            frozen[population] = population._replace(
                list_id=self._ensure(population, key, date)
            )
        return {p: frozen.get(p, p) for p in populations}

    @api.model
    def _ensure(self, population, key, date):
        """Return the id of the list of one population and day."""
        domain = [
            ("company_id", "=", population.company_id),
            ("key", "=", key),
            ("date", "=", date),
        ]
        found = self.sudo().search(domain)
        if found:
            return found.id
        new = self.sudo().create(
            {"company_id": population.company_id, "key": key, "date": date}
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO client_population_client_rel (population_id, partner_id)"
                " SELECT %s, client_id FROM (%s) m",
                new.id,
                self._sql_live([(0, population)]),
            )
        )
        new.invalidate_recordset(["client_ids"])
        return new.id

    @api.model
    def _count(self, populations):
        """Return ``{population: (clients counted, of them left since, joined since)}``.

        One query, whatever the number of populations.
        """
        if not populations:
            return {}
        live = [population.live for population in populations]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(m.no, l.no), COUNT(m.client_id),
                       COUNT(*) FILTER (WHERE l.client_id IS NULL),
                       COUNT(*) FILTER (WHERE m.client_id IS NULL)
                  FROM (%s) m
                  FULL JOIN (%s) l ON l.no = m.no AND l.client_id = m.client_id
                 GROUP BY 1
                """,
                self._sql_members(populations),
                self._sql_members(live),
            )
        )
        counts = {no: tuple(numbers) for no, *numbers in rows}
        return {p: counts.get(no, (0, 0, 0)) for no, p in enumerate(populations)}

    # -- members -------------------------------------------------------------------

    @api.model
    def _sql_members(self, populations):
        """SQL of the clients of ``populations``: their place ``no``, ``client_id``.

        Each distinct population should be asked for once.
        """
        live, listed, joiners = [], [], []
        for no, population in enumerate(populations):
            if population.joiners:
                joiners.append((no, population))
            elif population.list_id:
                listed.append((no, population))
            else:
                live.append((no, population))
        kinds = (
            (self._sql_live, live),
            (self._sql_listed, listed),
            (self._sql_joiners, joiners),
        )
        return SQL(" UNION ALL ").join(
            to_sql(found) for to_sql, found in kinds if found
        )

    @api.model
    def _sql_listed(self, found):
        """The clients on the frozen lists of numbered populations."""
        return SQL(
            """
            SELECT v.no, r.partner_id AS client_id
              FROM unnest(%s::int[], %s::int[]) AS v(no, list_id)
              JOIN client_population_client_rel r ON r.population_id = v.list_id
            """,
            [no for no, _population in found],
            [population.list_id for _no, population in found],
        )

    @api.model
    def _sql_joiners(self, found):
        """Who belongs to the scopes of numbered populations, but is not on the list."""
        return SQL(
            """
            SELECT l.no, l.client_id
              FROM (%s) l
             WHERE NOT EXISTS (SELECT 1 FROM (%s) m
                                WHERE m.no = l.no AND m.client_id = l.client_id)
            """,
            self._sql_live([(no, population.live) for no, population in found]),
            self._sql_listed(found),
        )

    @api.model
    def _sql_live(self, found):
        """The clients who belong to numbered populations today."""
        by_scope = {}
        for no, population in found:
            by_scope.setdefault(population.scope, []).append((no, population))
        parts = [
            getattr(self, f"_sql_{scope}")(same) for scope, same in by_scope.items()
        ]
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _sql_keys(self, found, get_ids=lambda population: population.ids):
        """One row ``v(no, company_id, id)`` per numbered population and id of it."""
        rows = [(no, p.company_id, id_) for no, p in found for id_ in get_ids(p)]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        return SQL(
            "unnest(%s::int[], %s::int[], %s::int[]) AS v(no, company_id, id)", *columns
        )

    @api.model
    def _sql_client(self, found):
        return SQL("SELECT v.no, v.id AS client_id FROM %s", self._sql_keys(found))

    @api.model
    def _sql_segment(self, found):
        return SQL(
            """
            SELECT v.no, f.partner_id AS client_id
              FROM %s
              JOIN client_fact_client_segment_rel r ON r.segment_id = v.id
              JOIN client_fact f
                ON f.id = r.fact_id AND f.company_id = v.company_id AND f.active
            """,
            self._sql_keys(found),
        )

    @api.model
    def _sql_team(self, found):
        return self._sql_column(found, SQL("team_id"))

    @api.model
    def _sql_user(self, found):
        return self._sql_column(found, SQL("user_id"))

    @api.model
    def _sql_company(self, found):
        return self._sql_column(found, SQL("company_id"), lambda p: (p.company_id,))

    @api.model
    def _sql_column(self, found, column, get_ids=lambda population: population.ids):
        return SQL(
            """
            SELECT v.no, f.partner_id AS client_id
              FROM %s
              JOIN client_fact f
                ON f.%s = v.id AND f.company_id = v.company_id AND f.active
            """,
            self._sql_keys(found, get_ids),
            column,
        )

    @api.model
    def _sql_territory(self, found):
        """By the client's address: in one of the countries or in one of the states, and
        once only if in both."""
        return SQL(" UNION ").join(
            SQL(
                """
                SELECT v.no, f.partner_id AS client_id
                  FROM %(keys)s
                  JOIN res_partner p ON p.%(column)s = v.id
                  JOIN client_fact f
                    ON f.partner_id = p.id AND f.company_id = v.company_id AND f.active
                """,
                keys=self._sql_keys(found, get_ids),
                column=SQL.identifier(column),
            )
            for column, get_ids in (
                ("country_id", lambda population: population.ids),
                ("state_id", lambda population: population.state_ids),
            )
        )
