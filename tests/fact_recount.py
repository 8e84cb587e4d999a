"""An independent count of the facts, straight from docs/facts.md.

Plain Python over records that the ORM reads: no SQL, no grouping by the database, and
nothing taken from the code that it checks. Slow, and meant to be read. Amounts are
exact fractions in the currency of the company; they are rounded once, at the end.
"""

from collections import defaultdict
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from .fact_recount_classes import add_abc, add_rfm, add_xyz
from .fact_recount_sources import ORDER, Sources, exact


def quotient(numerator, denominator, factor=1):
    """Return a quotient as float; ``None`` where it cannot be computed."""
    return float(factor * numerator / denominator) if denominator else None


class Recount(Sources):
    """The figures and classes of all clients of one company on one day."""

    # -- figures ---------------------------------------------------------------------

    def round(self, amount):
        """Round half away from zero to the currency of the company."""
        unit = exact(self.company.currency_id.rounding)
        units = int(abs(amount) / unit + Fraction(1, 2))
        return units * unit * (1 if amount > 0 else -1)

    def within(self, day, number):
        """Whether the day lies in the period ``number`` back (0: the period)."""
        end = self.ends[number]
        start = self.day - relativedelta(months=self.months * (number + 1))
        return bool(day) and start < day <= end

    def orders_of(self, client):
        """Return the client's sales, oldest first."""
        orders = [event for event in self.events[client] if event.kind == ORDER]
        return sorted(orders, key=lambda event: event.day)

    def sales(self, client, number):
        """Return the sales figures of one period."""
        events = [e for e in self.events[client] if self.within(e.day, number)]
        count = sum(event.kind == ORDER for event in events)
        amount = self.round(sum((e.amount for e in events), Fraction()))
        margin = self.round(sum((e.margin for e in events), Fraction()))
        bought = [part for e in events for part in e.parts if part.is_bought]
        categories = {part.category for part in bought if part.category}
        return {
            "order_count": count,
            "amount": amount,
            "margin": margin if self.has_margin else None,
            "average_order": self.round(amount / count) if count else None,
            "product_count": len({part.product for part in bought}),
            "category_count": len(categories),
        }

    def years(self, client):
        """Return the sales of this year so far, and of the last one's same days."""
        figures = {}
        for name, years in (("year", 0), ("last_year", 1)):
            last = self.day - relativedelta(years=years)
            events = [
                event
                for event in self.events[client]
                if last.replace(month=1, day=1) <= event.day <= last
            ]
            amount = sum((event.amount for event in events), Fraction())
            figures[f"{name}_amount"] = self.round(amount)
            figures[f"{name}_order_count"] = sum(e.kind == ORDER for e in events)
        return figures

    def category_amounts(self, client, number):
        """Return {category id: exact amount} of one period."""
        amounts = defaultdict(Fraction)
        for event in self.events[client]:
            if self.within(event.day, number):
                for part in event.parts:
                    amounts[part.category] += part.amount
        return amounts

    def categories(self, client, number):
        """Return {category id: (amount, orders, positions)} of one period."""
        orders, products = defaultdict(set), defaultdict(set)
        for event in self.events[client]:
            if self.within(event.day, number):
                for part in event.parts:
                    if part.is_bought:
                        orders[part.category].add(event.order)
                        products[part.category].add(part.product)
        return {
            category: (
                self.round(amount),
                len(orders[category]),
                len(products[category]),
            )
            for category, amount in self.category_amounts(client, number).items()
            if category
        }

    def activity(self, client, number):
        """Return what the end of the period ``number`` back saw of the client."""
        days = [e.day for e in self.orders_of(client) if e.day <= self.ends[number]]
        if not days:
            return "prospect"
        inside = [day for day in days if self.within(day, number)]
        if not inside:
            before = any(self.within(day, number + 1) for day in days)
            return "lost" if before else "dormant"
        if inside[0] == days[0]:
            return "new"
        last_before = [day for day in days if not self.within(day, number)][-1]
        pause_over = last_before + relativedelta(months=self.months)
        return "returned" if inside[0] >= pause_over else "steady"

    def survey_figures(self, client, number):
        """Return satisfaction and coverage of one period."""
        end = self.ends[number]
        ratings, due, done = [], 0, 0
        for survey in self.surveys[client]:
            day = survey.date_done and self.company._client_date(survey.date_done)
            answered = survey.state == "done" and day and day <= end
            if answered and self.within(day, number):
                ratings.append(survey.rating)
            if survey.state != "cancelled" and self.within(survey.date_due, number):
                due += 1
                done += bool(answered)
        good = sum(rating >= 4 for rating in ratings)
        return {
            "rating_count": len(ratings),
            "rating_sum": sum(ratings),
            "rating_good_count": good,
            "rating_average": quotient(sum(ratings), len(ratings)),
            "rating_good_share": quotient(good, len(ratings), 100),
            "survey_count": due,
            "survey_done_count": done,
            "survey_coverage": quotient(done, due, 100),
        }

    def wallet_figures(self, client, number):
        """Return wallet and share of wallet as known at the end of one period."""
        latest = {}
        for row in self.wallets[client].sorted(lambda row: (row.date, row.id)):
            if row.date <= self.ends[number]:
                latest[row.category_id.id] = exact(row.amount)
        sold = self.category_amounts(client, number)
        yearly = self.round(sum(latest.values(), Fraction()))
        wallet = self.round(yearly * self.months / 12)
        sales = self.round(sum((sold[name] for name in latest), Fraction()))
        return {
            "wallet_amount": yearly,
            "wallet_period_amount": wallet,
            "wallet_sales": sales,
            "wallet_share": quotient(sales, wallet, 100),
        }

    def is_raised(self, client, number):
        """Whether a person gave the client a better segment, and it was kept.

        The ledger marks what was undone within 30 days; on the day it may not be yet.
        """
        return any(
            move.is_raise
            and self.within(move.day, number)
            and not (move.undone_on and move.undone_on <= self.day)
            for move in self.segment_moves[client]
        )

    def stage(self, client, plans):
        """Return the code of the stage that the facts show."""
        if client in plans:
            return "development"
        if client in self.completed:
            return "retention"
        if self.orders_of(client):
            return "service"
        return "sale" if client in self.quoted else "attraction"

    def clients(self):
        """Return the ids of all clients: those with facts and those of the list."""
        rows = self.env["client.fact"].search([("company_id", "=", self.company.id)])
        known = {*rows.partner_id.ids, *self.events, *self.quoted}
        return known | set(self.wallets)

    def count(self):
        """Return {client id: {field: value}}, the classes included."""
        plans = self.env["client.plan"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "in", ("running", "closed")),
                ("date_start", "<=", self.day),
                ("partner_id", "!=", False),
            ]
        )
        developed = set(plans.partner_id.ids)
        facts = {}
        for client in sorted(self.clients()):
            facts[client] = self._count_client(client)
            facts[client]["stage_id"] = self.stage(client, developed)
        add_abc(facts, self.company)
        add_rfm(facts, self.company)
        add_xyz(facts, self)
        return facts

    def _count_client(self, client):
        values = {}
        for number, prefix in enumerate(("", "previous_")):
            figures = {
                **self.sales(client, number),
                **self.survey_figures(client, number),
                **self.wallet_figures(client, number),
                "activity": self.activity(client, number),
                "is_raised": self.is_raised(client, number),
                "categories": self.categories(client, number),
            }
            values.update((prefix + name, value) for name, value in figures.items())
        values.update(self.years(client))
        growth = values["amount"] - values["previous_amount"]
        positive = values["previous_amount"] > 0
        days = [event.day for event in self.orders_of(client)]
        return {
            **values,
            "growth_amount": growth,
            "growth": (
                quotient(growth, values["previous_amount"], 100) if positive else None
            ),
            "is_growing": positive and growth > 0,
            "first_order_date": days[0] if days else None,
            "last_order_date": days[-1] if days else None,
        }

    def monthly(self, client):
        """Return {first day of a month: (exact amount, orders)} of the client."""
        months = defaultdict(lambda: (Fraction(), 0))
        for event in self.events[client]:
            first = event.day.replace(day=1)
            amount, orders = months[first]
            months[first] = amount + event.amount, orders + (event.kind == ORDER)
        return months

    def last_closed_month(self):
        """Return the first day of the latest month that is over on the day."""
        return (self.day + relativedelta(days=1)).replace(day=1) - relativedelta(
            months=1
        )

    def count_months(self):
        """Return {(client id, first day): (amount, orders)} of all closed months."""
        last = self.last_closed_month()
        return {
            (client, month): (self.round(amount), orders)
            for client in list(self.events)
            for month, (amount, orders) in self.monthly(client).items()
            if month <= last
        }
