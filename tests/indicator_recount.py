"""An independent count of every indicator, straight from product.md E.

Plain Python over records that the ORM reads and over :class:`Recount`, which counts
each client's facts; nothing is taken from the code that it checks. Each figure is
counted once per client, and added up over the clients of a population.
"""

from datetime import timedelta
from math import fsum
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from .fact_recount import Recount
from .indicator_rows import SOURCES, YEARS, RowSources
from .indicator_time import TimeRecount

# What a span is set beside.
BEFORE = {"period": "previous", "year": "last_year"}


class Definition(NamedTuple):
    """``numerator / denominator``, both names of figures; percent times 100."""

    numerator: str
    denominator: str = ""
    factor: float = 1.0
    spans: tuple = ("period", "previous")


DEFINITIONS = {
    "sales_amount": Definition("amount", spans=YEARS),
    "sales_margin": Definition("margin", spans=YEARS),
    "active_clients": Definition("buying", spans=YEARS),
    "new_clients": Definition("new", spans=YEARS),
    "returned_clients": Definition("returned"),
    # Lost this year is who bought on the last year's same days; before, nobody knows.
    "lost_clients": Definition("lost", spans=("period", "previous", "year")),
    "average_sales": Definition("amount", "buying", spans=YEARS),
    "positions": Definition("products", "buying"),
    "categories": Definition("categories", "buying"),
    "average_order": Definition("amount", "orders", spans=YEARS),
    "category_average_order": Definition("category_amount", "category_orders"),
    "wallet_share": Definition("wallet_sales", "wallet", 100.0),
    "growing_clients": Definition(
        "growing", "bought_before", 100.0, spans=("period", "year")
    ),
    "priority_raised": Definition("raised"),
    "satisfaction_rating": Definition("rating_sum", "ratings"),
    "satisfaction_share": Definition("good_ratings", "ratings", 100.0),
    "survey_coverage": Definition("answered", "duties", 100.0, spans=YEARS),
    "referred_clients": Definition("referred", spans=YEARS),
    "conversion": Definition("converted", "enquiries", 100.0, spans=YEARS),
    **{
        f"conversion_{source}": Definition(
            f"converted_{source}", f"enquiries_{source}", 100.0, spans=YEARS
        )
        for source in SOURCES
    },
    "regular_clients": Definition("regular", "enquiries", 100.0, spans=YEARS),
    "acquisition_cost": Definition("cost", "new", spans=YEARS),
    "stage_entered": Definition("entered", spans=YEARS),
    "stage_moved": Definition("moved_on", spans=YEARS),
    "stage_days": Definition("stage_days", spans=YEARS),
    "development_time": Definition(
        "development_hours", "working_hours", 100.0, spans=("period",)
    ),
}


class Members:
    """Who belongs to which population of a company today, read from the records.

    :param earlier: the same of an earlier day: a client whose salesperson has no team,
        or who has none any more, stays in his team
    """

    def __init__(self, company, earlier=None):
        env = company.env(su=True)
        self.env = env(context={**env.context, "active_test": False})
        self.company = company
        facts = self.env["client.fact"].search([("company_id", "=", company.id)])
        # Whoever got a parent company is a client no more.
        facts = facts.filtered(
            lambda f: f.partner_id.commercial_partner_id == f.partner_id
        )
        self.partners = facts.partner_id
        self.tags = {fact.partner_id.id: set(fact.segment_ids.ids) for fact in facts}
        self.users = self._read_salespeople()
        members = self.env["crm.team.member"].search([("active", "=", True)])
        teams = {member.user_id: member.crm_team_id.id for member in members}
        self.teams = dict(earlier.teams) if earlier else {}
        for partner in self.partners:
            if team := teams.get(self.users[partner.id]):
                self.teams[partner.id] = team

    def _read_salespeople(self):
        """Return {client id: salesperson of the card, else of the last dealing}."""
        orders = self.env["sale.order"].search(
            [("company_id", "=", self.company.id), ("state", "!=", "cancel")]
        )
        users = {}
        for lead in self._read_opportunities():
            users[lead.partner_id.commercial_partner_id.id] = lead.user_id
        # Sales come last, the latest at the end.
        for order in orders.sorted(lambda o: (o.state == "sale", o.date_order, o.id)):
            users[order.partner_id.commercial_partner_id.id] = order.user_id
        for partner in self.partners:
            users.setdefault(partner.id, self.env["res.users"])
            if self.company in partner.user_id.company_ids:
                users[partner.id] = partner.user_id
        return users

    def _read_opportunities(self):
        """Return the open opportunities of the company, oldest first."""
        leads = self.env["crm.lead"].search(
            [("type", "=", "opportunity"), ("active", "=", True)]
        )
        leads = leads.filtered(
            lambda lead: (lead.company_id or lead.user_id.company_id) == self.company
        )
        return leads.sorted(lambda lead: (lead.create_date, lead.id))

    def team(self, partner):
        return self.teams.get(partner.id, 0)

    def clients(self, population):
        """Return the ids of the clients who belong to a population without a list."""
        ids, states = set(population.ids), set(population.state_ids)
        if population.scope == "client":
            return ids
        belongs = getattr(self, f"_in_{population.scope}")
        return {p.id for p in self.partners if belongs(p, ids, states)}

    def _in_segment(self, partner, ids, states):
        return bool(self.tags[partner.id] & ids)

    def _in_team(self, partner, ids, states):
        return self.team(partner) in ids

    def _in_user(self, partner, ids, states):
        return self.users[partner.id].id in ids

    def _in_territory(self, partner, ids, states):
        return partner.country_id.id in ids or partner.state_id.id in states

    def _in_company(self, partner, ids, states):
        return True


class IndicatorRecount(RowSources, TimeRecount):
    """All indicators of one company on one day.

    :param members: who belongs where, as :class:`Members`
    :param duties: ``{survey: (salesperson, team)}`` of each survey's due date
    """

    def __init__(self, company, day, members, duties):
        self.recount = Recount(company, day)
        self.env, self.company = self.recount.env, self.recount.company
        self.day, self.members, self.duties = day, members, duties
        self.facts = self.recount.count()
        self.figures = {
            "period": {c: self._count_period(c, "") for c in self.facts},
            "previous": {c: self._count_period(c, "previous_") for c in self.facts},
            "year": {c: self._count_year(c, 0) for c in self.facts},
            "last_year": {c: self._count_year(c, 1) for c in self.facts},
        }
        self._count_growth()
        self._count_referred()
        self.read_rows()
        self.read_time()

    # -- days ------------------------------------------------------------------------

    def days(self, span):
        """Return the first and the last day of a span."""
        months = relativedelta(months=self.recount.months)
        year = relativedelta(years=1)
        new_year = self.day.replace(month=1, day=1)
        return {
            "period": (self.day - months + timedelta(days=1), self.day),
            "previous": (
                self.recount.ends[2] + timedelta(days=1),
                self.recount.ends[1],
            ),
            "year": (new_year, self.day),
            "last_year": (new_year - year, self.day - year),
        }[span]

    def within(self, day, span):
        first, last = self.days(span)
        return bool(day) and first <= day <= last

    # -- figures of a client ---------------------------------------------------------

    def _count_period(self, client, prefix):
        """Return {figure: number} of the period, or of the one before it."""
        facts = self.facts[client]
        names = {
            "amount": "amount",
            "margin": "margin",
            "orders": "order_count",
            "products": "product_count",
            "categories": "category_count",
            "wallet_sales": "wallet_sales",
            "wallet": "wallet_period_amount",
            "ratings": "rating_count",
            "rating_sum": "rating_sum",
            "good_ratings": "rating_good_count",
        }
        figures = {
            name: float(facts[prefix + field] or 0) for name, field in names.items()
        }
        activity = facts[f"{prefix}activity"]
        for category, numbers in facts[f"{prefix}categories"].items():
            figures["category_amount", category] = float(numbers[0])
            figures["category_orders", category] = numbers[1]
        return figures | {
            "buying": figures["orders"] > 0,
            "new": activity == "new",
            "returned": activity == "returned",
            "lost": activity == "lost",
            "raised": facts[f"{prefix}is_raised"],
        }

    def _count_year(self, client, years):
        """Return {figure: number} from 1 January, or of the last year's same days."""
        span = "last_year" if years else "year"
        events = self.recount.events[client]
        events = [event for event in events if self.within(event.day, span)]
        sales = [e.day for e in self.recount.orders_of(client)]
        orders = [day for day in sales if self.within(day, span)]
        before = any(self.within(day, "last_year") for day in sales)
        return {
            "amount": float(self.recount.round(sum(e.amount for e in events))),
            "margin": float(self.recount.round(sum(e.margin for e in events))),
            "orders": len(orders),
            "buying": bool(orders),
            "new": bool(sales) and self.within(sales[0], span),
            "lost": before and not orders,
        }

    def _count_growth(self):
        """Who bought before (previous > 0), and who of them buys more now."""
        for span in ("period", "year"):
            before = self.figures[BEFORE[span]]
            for client, figures in self.figures[span].items():
                was = before[client]["amount"]
                figures["bought_before"] = was > 0
                figures["growing"] = was > 0 and figures["amount"] > was

    def _count_referred(self):
        """Which of the new clients somebody recommended us to."""
        partners = self.env["res.partner"].browse(list(self.facts)).exists()
        referred = {p.id for p in partners if p.client_referrer_id}
        for by_client in self.figures.values():
            for client, figures in by_client.items():
                figures["referred"] = figures["new"] and client in referred

    # -- indicators ------------------------------------------------------------------

    def measure(self, code, population, span, clients, chosen=0):
        """Return the value over ``clients``; ``None`` where there is none."""
        definition = DEFINITIONS[code]
        spent_for = population.scope in ("team", "company") and not population.joiners
        if span not in definition.spans or (
            code == "acquisition_cost" and not spent_for
        ):
            return None
        total, divisor = (
            name and self._total(name, population, span, clients, chosen)
            for name in definition[:2]
        )
        if not definition.denominator:
            return total
        return definition.factor * total / divisor if divisor > 0 else None

    def _total(self, name, population, span, clients, chosen):
        """Return the sum of one figure, or the median."""
        if name in ("entered", "moved_on", "stage_days"):
            return self._total_passages(name, span, clients, chosen)
        if name in ("development_hours", "working_hours"):
            return self._total_time(name, population, clients)
        for source, names in (
            ("duties", ("duties", "answered")),
            ("enquiries", ("enquiries", "converted", "regular")),
            ("costs", ("cost",)),
        ):
            if name.startswith(names):
                return self._total_rows(source, name, population, span, clients)
        if name.startswith("category_"):
            name = name, chosen
        figures = self.figures[span]
        return fsum(figures[c].get(name, 0) for c in clients if c in figures)
