"""Random small histories of clients, full of what counting gets wrong."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import Command

from .fact_credit_notes import CreditNotes

# How many orders a client has, and how often.
ORDER_COUNTS = {0: 2, 1: 4, 2: 4, 3: 4, 4: 3, 5: 2, 6: 2, 7: 1, 8: 1}
STATES = {"sale": 15, "draft": 2, "sent": 1, "cancel": 2}
LINE_KINDS = {
    "plain": 30,
    "back": 4,
    "free": 2,
    "none": 1,
    "section": 2,
    "note": 2,
    "advance": 2,
    "discount": 2,
    "combo": 1,
}


class Histories(CreditNotes):
    """Orders, credit notes, surveys, wallets and plans around the day ``day``."""

    def __init__(self, env, companies, day, rng, number=500):
        super().__init__(env, companies, rng, number)
        self.day = day
        self.orders = {}  # client → his orders
        self.refunded = []  # clients whose only order was taken back
        self._edges = self._find_edges()
        self._make_orders()
        self.age_products()
        self.credit_notes = self._make_credit_notes(70)
        self.surveys = self._make_surveys(170)
        self.wallets = self._make_wallets(150)
        self._make_plans()
        self._make_raises(60)
        self._age_changes()

    def pick(self, weights):
        """Return one of the keys, as often as its weight says."""
        return self.rng.choices(list(weights), list(weights.values()))[0]

    # -- days and moments ------------------------------------------------------------

    def _find_edges(self):
        """Return the days on which a period, a month or a year can be miscounted."""
        edges = {date(2024, 2, 29), date(2024, 3, 1), date(2023, 2, 28)}
        for months in (6, 12, 18, 24, 30, 36):
            edge = self.day - relativedelta(months=months)
            edges |= {edge + timedelta(days=shift) for shift in (-1, 0, 1)}
        for months in range(30):
            day = self.day - relativedelta(months=months)
            edges |= {day.replace(day=1)}
            edges |= {day.replace(day=monthrange(day.year, day.month)[1])}
        edges |= {self.day + timedelta(days=shift) for shift in (-1, 0, 1)}
        return sorted(edges)

    def random_day(self):
        """Return a day from 40 months before to 20 days after the reference date."""
        if self.rng.random() < 0.4:
            return self.rng.choice(self._edges)
        first = self.day - relativedelta(months=40)
        span = (self.day + timedelta(days=20) - first).days
        return first + timedelta(days=self.rng.randint(0, span))

    def moment(self, company, day):
        """Return a naive UTC moment of the company's day, often its very edge."""
        clock = self.rng.choice(
            [time(0), time(23, 59, 59), time(12), time(self.rng.randrange(24), 30)]
        )
        zone = pytz.timezone(company.resource_calendar_id.tz)
        local = zone.localize(datetime.combine(day, clock))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # -- orders ----------------------------------------------------------------------

    def _make_orders(self):
        plans = []
        for number, client in enumerate(self.clients):
            kind = {0: "twin", 1: "regular"}.get(number % 12, "random")
            kind = "refunded" if number % 96 == 2 else kind
            plans.extend(self._plan_orders(client, number, kind))
        vals_list = [vals for vals, _extra in plans]
        orders = self.env["sale.order"].create(vals_list)
        self.env.flush_all()
        for order, (_vals, extra) in zip(orders, plans, strict=True):
            self._age_order(order, extra)
        self.env.invalidate_all()
        self.orders = {client: self.env["sale.order"] for client in self.clients}
        for order in orders:
            self.orders[order.partner_id.commercial_partner_id] |= order

    def _plan_orders(self, client, number, kind):
        """Return [(vals, what is written past the ORM)] of one client."""
        rng, companies = self.rng, self.companies
        company = companies[number // 12 % 3 % 2]  # two thirds in the first company
        if kind == "twin":
            return [self._plan_even_order(client, company, 40, 1)]
        if kind == "regular":  # every month, or with a month left out now and then
            gaps = number % 24 > 12
            return [
                self._plan_even_order(client, company, 31 * back, rng.randint(3, 9))
                for back in range(8)
                if not gaps or rng.random() < 0.7
            ]
        if kind == "refunded":  # bought once at an odd rate, taken back altogether
            return [self._plan_refunded_order(client, company)]
        planned = []
        for _index in range(self.pick(ORDER_COUNTS)):
            if number % 10 == 7:
                company = rng.choice(list(companies))
            day, state = self.random_day(), self.pick(STATES)
            planned.append(self._plan_order(client, company, day, state))
        return planned

    def _plan_even_order(self, client, company, days, quantity):
        """Plan a sale of one product at 100 in the company's currency, as others do."""
        day = self.day - timedelta(days=days)
        vals, extra = self._plan_order(client, company, day, "sale")
        line = {
            **self._line_vals(company, "plain"),
            "product_id": self.products[0].id,
            "product_uom_qty": float(quantity),
            "price_unit": 100.0,
        }
        vals["order_line"] = [Command.create(line)]
        return vals, {
            **extra,
            "currency_id": company.currency_id.id,
            "currency_rate": 1.0,
        }

    def _plan_refunded_order(self, client, company):
        vals, extra = self._plan_order(client, company, date(2023, 5, 10), "sale")
        lines = [self._line_vals(company, "plain") for _number in range(3)]
        vals["order_line"] = [Command.create(line) for line in lines]
        self.refunded.append(client)
        usd = self.env.ref("base.USD")
        return vals, {**extra, "currency_id": usd.id, "currency_rate": 0.3333}

    def _plan_order(self, client, company, day, state):
        rng = self.rng
        kinds = [self.pick(LINE_KINDS) for _n in range(rng.choice([0, 1, 1, 2, 4]))]
        lines = [self._line_vals(company, kind) for kind in kinds]
        vals = {
            "partner_id": rng.choice(self.addresses[client]).id,
            "company_id": company.id,
            "user_id": False,
            "order_line": [Command.create(line) for line in lines],
        }
        currency, rate = company.currency_id, 1.0
        if rng.random() < 0.3:
            currency = rng.choice(self.currencies)
            rate = rng.choice([0.0, None, 2.0, 1.0837, 161.234567, 0.9, 0.3333])
        extra = {
            "state": state,
            "date_order": self.moment(company, day),
            "currency_id": currency.id,
            "currency_rate": rate,
            "locked": state == "sale" and rng.random() < 0.3,
        }
        return vals, extra

    def _line_vals(self, company, kind):
        rng = self.rng
        if kind in ("section", "note"):
            return {"display_type": f"line_{kind}", "name": kind.title()}
        vals = {
            "product_id": rng.choice(self.products).id,
            "name": kind,
            "product_uom_qty": float(rng.randint(1, 9)),
            "price_unit": rng.choice([10.0, 12.35, 99.99, 0.07, 1250.0]),
            "tax_ids": [Command.clear()],
            "analytic_distribution": {},  # given, so that none is looked for
        }
        if kind == "back":
            vals["product_uom_qty"] = -float(rng.randint(1, 3))
        elif kind == "free":
            vals["price_unit"] = 0.0
        elif kind == "none":
            vals["product_uom_qty"] = 0.0
        elif kind == "advance":
            vals["is_downpayment"] = True
        elif kind == "discount":
            vals["product_id"] = self.discounts[company].id
            vals["price_unit"] = -5.0
        elif kind == "combo":
            vals["product_id"] = self.combo_product.id
        return vals

    def _age_order(self, order, extra):
        """Give a new order its past: what people would have done over years."""
        self.env.cr.execute(
            """UPDATE sale_order
                  SET state = %(state)s, date_order = %(date_order)s,
                      currency_id = %(currency_id)s, locked = %(locked)s,
                      currency_rate = %(currency_rate)s
                WHERE id = %(id)s""",
            {**extra, "id": order.id},
        )
        self.env.cr.execute(
            """UPDATE sale_order_line
                  SET state = %(state)s, currency_id = %(currency_id)s,
                      qty_delivered = CASE WHEN id %% 3 > 0 THEN product_uom_qty
                                           ELSE 0 END
                WHERE order_id = %(id)s""",
            {**extra, "id": order.id},
        )

    def _age_changes(self):
        """Orders were last changed ten days later: that can make them complete."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = date_order + interval '10 days'"
        )
        self.env.cr.execute(
            """UPDATE sale_order_line l SET write_date = o.write_date
                 FROM sale_order o WHERE o.id = l.order_id"""
        )
        self.env.invalidate_all()

    # -- surveys, wallets, plans -----------------------------------------------------

    def _make_surveys(self, number):
        orders = [
            order
            for orders in self.orders.values()
            for order in orders
            if order.state in ("sale", "cancel")
        ]
        picked = self.rng.sample(orders, number)
        return (
            self.env["client.survey"]
            .sudo()
            .create([self._survey_vals(order) for order in picked])
        )

    def _survey_vals(self, order):
        rng, company = self.rng, order.company_id
        state = rng.choice(["done"] * 5 + ["due", "refused", "unreachable"])
        if order.state == "cancel":
            state = "cancelled"
        vals = {
            "order_id": order.id,
            "partner_id": order.partner_id.commercial_partner_id.id,
            "contact_id": order.partner_id.id,
            "company_id": company.id,
            "date_completed": order.date_order,
            "date_due": self.random_day(),
            "state": state,
        }
        if state == "done":
            # often just after the due date, so that the two fall into two periods
            day = rng.choice([self.random_day(), vals["date_due"] + timedelta(days=2)])
            vals["rating"] = rng.randint(1, 5)
            vals["date_done"] = self.moment(company, min(day, self.day))
        return vals

    def _make_wallets(self, number):
        vals_list = [self.wallet_vals() for _index in range(number)]
        vals_list += [
            {**vals, "amount": vals["amount"] + 111.0} for vals in vals_list[::5]
        ]
        return self.env["client.wallet"].create(vals_list)

    def wallet_vals(self):
        """Return the values of a wallet row, sometimes of a contact."""
        client = self.rng.choice(self.clients[: len(self.clients) // 3])
        return {
            "company_id": self.rng.choice(list(self.companies)).id,
            "partner_id": self.rng.choice(self.addresses[client]).id,
            "category_id": self.rng.choice(list(self.categories)).id,
            "amount": self.rng.choice([0.0, 100.0, 1000.0, 12345.67]),
            "date": self.random_day(),
        }

    def _make_plans(self):
        """Some clients have a plan that was started, some only a draft."""
        company = self.companies[0]
        plans = self.env["client.plan"].create(
            [
                {
                    "partner_id": client.id,
                    "company_id": company.id,
                    "date_start": self.day - timedelta(days=self.rng.randint(0, 400)),
                }
                for client in self.rng.sample(self.clients, 20)
                if client.active
            ]
        )
        plans[:8].action_start()

    def _make_raises(self, number):
        """People gave clients better segments, and some took them back."""
        moves = self.env["client.segment.move"].sudo()
        for company in self.companies:
            clients = self.env["res.partner"].concat(
                *self.rng.sample(self.clients, number // 2)
            )
            facts = self.env["client.fact"].with_company(company)._ensure(clients)
            moves.create([self._raise_vals(fact) for fact in facts.sorted("id")])

    def _raise_vals(self, fact):
        day = self.random_day()
        kind = self.rng.choice(["kept", "kept", "undone", "lowered"])
        return {
            "company_id": fact.company_id.id,
            "fact_id": fact.id,
            "partner_id": fact.partner_id.id,
            "from_rank": 1 if kind == "lowered" else 2,
            "to_rank": 2 if kind == "lowered" else 1,
            "date": self.moment(fact.company_id, day),
            "day": day,
            "user_id": self.env.uid,
            "cause": "person",
            "is_raise": kind != "lowered",
            "undone_on": kind == "undone" and day + timedelta(days=9),
        }
