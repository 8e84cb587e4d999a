"""An independent count of what has its own day: surveys, enquiries, costs, passages.

Each row belongs to a client, a salesperson and a team, and says in which spans it
counts for which figure.
"""

from collections import defaultdict
from datetime import timedelta
from statistics import median
from typing import NamedTuple

YEARS = ("period", "previous", "year", "last_year")
SOURCES = ("repeat", "referral", "other")


class Row(NamedTuple):
    """``numbers`` is ``{(figure, span): number}``."""

    client: int
    user: int
    team: int
    numbers: dict


class Passage(NamedTuple):
    """A client's way through a lifecycle stage; ``left`` is empty while he is there."""

    client: int
    stage: int
    entered: object
    left: object
    is_moved: bool
    days: int


class RowSources:
    """The rows of one company on one day.

    The class that extends it has ``env``, ``company``, ``day``, ``duties`` and
    ``members``, and ``days(span)`` and ``within(day, span)``.
    """

    def read_rows(self):
        self.rows = {
            "duties": list(self._read_duties()),
            "enquiries": list(self._read_enquiries()),
            "costs": list(self._read_costs()),
        }
        self.passages = list(self._read_passages())

    def _search(self, model):
        return self.env[model].search([("company_id", "=", self.company.id)])

    def _is_past(self, moment, span):
        """Whether a moment lies before the end of a span's last day."""
        day = moment and self.company._client_date(moment)
        return bool(day) and day <= self.days(span)[1]

    # -- surveys ---------------------------------------------------------------------

    def _read_duties(self):
        """Surveys by due date and by whoever was responsible on it; those of cancelled
        orders do not count."""
        for survey in self._search("client.survey"):
            if survey.state == "cancelled":
                continue
            user, team = self.duties[survey]
            done = survey.state == "done" and survey.date_done
            numbers = {}
            for span in YEARS:
                if self.within(survey.date_due, span):
                    numbers["duties", span] = 1
                    numbers["answered", span] = self._is_past(done, span)
            client = survey.partner_id.commercial_partner_id.id
            yield Row(client, user.id, team.id, numbers)

    # -- enquiries -------------------------------------------------------------------

    def _read_enquiries(self):
        """Leads, and quotations without one; by client's salesperson, or their own."""
        sales = defaultdict(list)
        by_lead = defaultdict(list)
        orders = self._search("sale.order")
        for order in orders.sorted(lambda o: (o.date_order, o.id)):
            if order.state == "sale":
                sales[order.partner_id.commercial_partner_id].append(order)
                by_lead[order.opportunity_id].append(order)
        for lead in self.env["crm.lead"].search([]):
            company = lead.company_id or lead.user_id.company_id
            company = company or lead.team_id.company_id or lead.create_uid.company_id
            if company == self.company:
                won = by_lead[lead][:1]
                yield self._enquiry(lead, lead.create_date, won, sales)
        for order in orders.filtered(lambda o: not o.opportunity_id):
            moment = min(order.create_date, order.date_order)
            won = [order] if order.state == "sale" else []
            yield self._enquiry(order, moment, won, sales)

    def _enquiry(self, record, moment, won, sales):
        client = record.partner_id.commercial_partner_id
        bought = sales[client] if client else []
        source = self._source(record, client, moment, bought)
        regular = None
        if won and len(bought) > 1:
            regular = max(won[0].date_order, bought[1].date_order)
        numbers = {}
        for span in YEARS:
            if self.within(self.company._client_date(moment), span):
                converted = bool(won) and self._is_past(won[0].date_order, span)
                numbers["enquiries", span] = numbers[f"enquiries_{source}", span] = 1
                numbers["converted", span] = converted
                numbers[f"converted_{source}", span] = converted
                numbers["regular", span] = self._is_past(regular, span)
        if client in self.members.partners:
            user, team = self.members.users[client.id], self.members.team(client)
        else:
            user, team = record.user_id, record.team_id.id
        return Row(client.id, user.id, team, numbers)

    def _source(self, record, client, moment, bought):
        """A client who had bought before, else a recommended one, else another."""
        for order in bought:
            own = record._name == "crm.lead" and order.opportunity_id == record
            if order.date_order < moment and not own:
                return "repeat"
        lead = record._name == "crm.lead" and record.client_referrer_id
        return "referral" if lead or client.client_referrer_id else "other"

    # -- costs -----------------------------------------------------------------------

    def _read_costs(self):
        for cost in self._search("client.acquisition.cost"):
            numbers = {
                ("cost", span): cost.amount
                for span in YEARS
                if self.within(cost.month, span)
            }
            yield Row(0, 0, cost.team_id.id, numbers)

    # -- passages --------------------------------------------------------------------

    def _read_passages(self):
        """Finished passages from the moves that ended them, open ones from the client's
        stage."""
        partners = self.members.partners
        for move in self._search("client.fact.move"):
            old, new = move.old_stage_id, move.new_stage_id
            if move.kind == "stage" and old and move.fact_id.partner_id in partners:
                moved = new.sequence > old.sequence
                client, days = move.fact_id.partner_id.id, max(move.days, 0)
                entered = move.date - timedelta(days=days)
                yield Passage(client, old.id, entered, move.date, moved, days)
        for fact in self._search("client.fact"):
            if fact.partner_id in partners and fact.stage_id:
                yield Passage(
                    fact.partner_id.id,
                    fact.stage_id.id,
                    fact.stage_date or fact.create_date.date(),
                    None,
                    False,
                    0,
                )

    def _total_passages(self, name, span, clients, stage):
        """Return how many entered or moved on, or the median of the days."""
        passages = [
            passage
            for passage in self.passages
            if passage.client in clients and stage in (0, passage.stage)
        ]
        if name == "entered":
            return sum(self.within(p.entered, span) for p in passages)
        passages = [p for p in passages if self.within(p.left, span)]
        if name == "moved_on":
            return sum(p.is_moved for p in passages)
        return median(p.days for p in passages) if passages else None

    # -- sums ------------------------------------------------------------------------

    def _total_rows(self, source, name, population, span, clients):
        """Coverage goes by person for teams, salespeople and the company, and so do
        enquiries unless a list of clients was frozen; else both go by client."""
        ids, scope = population.ids, population.scope
        if population.joiners or (source == "enquiries" and population.list_id):
            scope = "client"
        belongs = {
            "user": lambda row: row.user in ids,
            "team": lambda row: row.team in ids,
            "company": lambda row: True,
        }.get(scope, lambda row: row.client in clients)
        rows = self.rows[source]
        return sum(row.numbers.get((name, span), 0) for row in rows if belongs(row))
