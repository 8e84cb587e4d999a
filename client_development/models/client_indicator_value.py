from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL, float_round

from .client_fact_period import FactPeriod
from .client_indicator_measures import BEFORE, MEASURES, Span
from .client_population import Population


class Request(NamedTuple):
    """One question: an indicator (its id) of a population.

    ``span`` is *period* (the last N months) or *year* (1 January to D). ``chosen_id``
    is the product category or the lifecycle stage, where the indicator takes one.
    """

    indicator_id: int
    population: Population
    span: str = "period"
    chosen_id: int = 0


class Figure(NamedTuple):
    """The answer. ``None`` means there is no value: nothing divides it.

    ``value`` is in the indicator's unit (percent from 0 to 100), ``before`` the same of
    the previous period or of the last year's same days; ``numerator`` and
    ``denominator`` are what ``value`` was made of.
    """

    value: float | None
    numerator: float | None
    denominator: float | None
    before: float | None


class ClientIndicator(models.Model):
    """Reading any indicator for any population, all at once."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.indicator"

    @api.model
    def _measure(self, requests):
        """Answer ``requests``, with one query per source and company.

        Reads past the record rules: callers decide who may ask for which population.
        D is today in each company (or the context's ``client_today``).

        :param requests: list of :class:`Request`; indicators must be computed ones
        :return: list of :class:`Figure`, in the order of the requests
        """
        figures = {}
        by_company = {}
        for request in dict.fromkeys(requests):
            company_id = request.population.company_id
            by_company.setdefault(company_id, []).append(request)
        for company_id, asked in by_company.items():
            company = self.env["res.company"].sudo().browse(company_id)
            figures.update(self._measure_company(company, asked))
        return [figures[request] for request in requests]

    @api.model
    def _measure_company(self, company, requests):
        spans = self._get_spans(company)
        cells = {}
        for request in requests:
            for code in self._get_measures(request):
                wanted = cells.setdefault(MEASURES[code].source, {})
                cell = (request.population, request.chosen_id)
                wanted.setdefault(cell, set()).update(
                    (code, name)
                    for name in (request.span, BEFORE[request.span])
                    if name in MEASURES[code].spans
                )
        self._flush_sources()
        numbers = {}
        for source, wanted in cells.items():
            numbers.update(self._read_source(source, company, wanted, spans))
        digits = company.currency_id.decimal_places
        return {
            request: self._combine(request, numbers, digits) for request in requests
        }

    @api.model
    def _flush_sources(self):
        """What the queries read must be in the database."""
        self.env.flush_all()

    @api.model
    def _get_spans(self, company, date=None):
        """Return ``{name: Span}`` of the company's D and N (product.md E).

        :param date: D, default today in the company
        """
        today = date or company._client_today()
        day = timedelta(days=1)
        period = FactPeriod(company, today)
        new_year = today.replace(month=1, day=1)
        same_day = today - relativedelta(years=1)
        days = {
            "period": (period.days[0], today),
            "previous": (period.days[1], period.days[0] - day),
            "year": (new_year, today),
            "last_year": (new_year - relativedelta(years=1), same_day),
        }
        return {
            name: Span(name, first, last, company._client_midnight(last + day))
            for name, (first, last) in days.items()
        }

    @api.model
    def _get_measures(self, request):
        """Return the codes of numerator and denominator of a request."""
        indicator = self.sudo().browse(request.indicator_id)
        return [c for c in (indicator.numerator, indicator.denominator) if c]

    @api.model
    def _read_source(self, source, company, wanted, spans):
        """Return ``{(code, population, chosen id, span): number}``.

        :param wanted: ``{(population, chosen id): {(code, name of the span)}}``
        """
        if source == "time":
            return self._read_time(company, wanted, spans)
        columns = sorted(set().union(*wanted.values()))
        cells = list(wanted)
        matched = self._sql_matched(source, cells)
        if not columns or not matched:
            return {}
        rows = self.env.execute_query(
            SQL(
                "WITH e AS (%(rows)s)"
                " SELECT no, %(columns)s FROM (%(matched)s) e GROUP BY 1",
                rows=getattr(self, f"_sql_rows_{source}")(
                    company, [spans[name] for name in {name for _c, name in columns}]
                ),
                columns=SQL(", ").join(
                    MEASURES[code].sql(spans[name]) for code, name in columns
                ),
                matched=matched,
            )
        )
        return {
            (code, *cells[no], name): number
            for no, *values in rows
            for (code, name), number in zip(columns, values, strict=True)
        }

    @api.model
    def _combine(self, request, numbers, digits):
        """Make the figure of one request from the numbers of all sources."""
        indicator = self.sudo().browse(request.indicator_id)

        def number(code, name):
            if not code:
                return None
            value = numbers.get((code, request.population, request.chosen_id, name))
            return None if value is None else float(value)

        def value(name):
            return indicator._divide(
                number(indicator.numerator, name),
                number(indicator.denominator, name),
                digits,
                known=self._is_known(indicator.numerator, request.population, name)
                and self._is_known(indicator.denominator, request.population, name),
            )

        return Figure(
            value=value(request.span),
            numerator=number(indicator.numerator, request.span),
            denominator=number(indicator.denominator, request.span),
            before=value(BEFORE[request.span]),
        )

    @api.model
    def _is_known(self, code, population, span_name):
        """Whether a measure exists for the span; money spent on winning clients is
        entered for teams and the company only."""
        if not code:
            return True
        if span_name not in MEASURES[code].spans:
            return False
        if code == "margin" and not self.env["client.fact"]._has_margins():
            return False
        return MEASURES[code].source != "cost" or (
            population.scope in ("team", "company") and not population.joiners
        )

    def _divide(self, numerator, denominator, digits, known=True):
        """Return the value of this indicator; ``None`` where there is none.

        A sum or a number over nobody is 0, a quotient or a median has no value.
        """
        self.ensure_one()
        if not known:
            return None
        if not self.denominator:
            if numerator is None:
                return None if self.numerator == "stage_days" else 0.0
            value = numerator
        elif not denominator or denominator < 0:
            return None
        else:
            factor = 100.0 if self.unit == "percent" else 1.0
            value = factor * (numerator or 0.0) / denominator
        return float_round(value, digits) if self.unit == "money" else value

    # -- time ----------------------------------------------------------------------

    @api.model
    def _read_time(self, company, wanted, spans):
        """Hours of development and working hours of the people of each population."""
        span = spans["period"]
        people = self._get_people([population for population, _chosen in wanted])
        users = self.env["res.users"].sudo().union(*people.values())
        shares = (
            self.env["client.development.time"]
            .sudo()
            ._get_share(users, span.first, span.last, company)
        )
        numbers = {}
        for population, chosen in wanted:
            hours = [shares.get(user, (0.0, 0.0)) for user in people[population]]
            for place, code in enumerate(("development_hours", "working_hours")):
                key = (code, population, chosen, "period")
                numbers[key] = sum(pair[place] for pair in hours)
        return numbers

    @api.model
    def _get_people(self, populations):
        """Return ``{population: its salespeople}`` (product.md A, scopes).

        Of a team its members, elsewhere whoever looks after its clients.
        """
        users = self.env["res.users"].sudo()
        populations = list(dict.fromkeys(populations))
        teams = {p for p in populations if p.scope == "team"}
        members = dict(
            self.env["crm.team.member"]
            .sudo()
            ._read_group(
                [("crm_team_id", "in", [id_ for p in teams for id_ in p.ids])],
                ["crm_team_id"],
                ["user_id:recordset"],
            )
        )
        by_team = {team.id: found for team, found in members.items()}
        others = [p for p in populations if p.scope not in ("team", "user")]
        looked_after = self._get_salespeople(others)
        people = {}
        for p in populations:
            if p.scope == "user":
                people[p] = users.browse(p.ids)
            elif p.scope == "team":
                people[p] = users.union(*(by_team.get(id_, users) for id_ in p.ids))
            else:
                people[p] = looked_after.get(p, users)
        return people

    @api.model
    def _get_salespeople(self, populations):
        """Return ``{population: the salespeople of its clients}``, by one query."""
        if not populations:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.no, array_agg(DISTINCT f.user_id)
                  FROM (%s) m
                  JOIN client_fact f ON f.partner_id = m.client_id AND f.company_id = %s
                 WHERE f.active AND f.user_id IS NOT NULL
                 GROUP BY 1
                """,
                self.env["client.population"]._sql_members(populations),
                populations[0].company_id,
            )
        )
        users = self.env["res.users"].sudo()
        return {populations[no]: users.browse(ids) for no, ids in rows}
