"""What people do to a client's history after it was counted, through the ORM only."""

from datetime import timedelta

from odoo import Command


class Changes:
    """Changes of random histories; each public method changes one client's."""

    def __init__(self, histories):
        self.histories = histories
        self.env = histories.env
        self.rng = histories.rng

    def _sales(self, client, states=("sale",)):
        """Return the client's orders of these states in random order."""
        orders = self.histories.orders[client].exists()
        picked = [order for order in orders if order.state in states]
        self.rng.shuffle(picked)
        return picked

    def _unlocked(self, client):
        return [order for order in self._sales(client) if not order.locked]

    def apply_all(self, clients):
        """Change each of the clients in one of the ways, every way being used."""
        ways = [
            self.cancel,
            self.date_back,
            self.give_away,
            self.change_line,
            self.add_line,
            self.confirm_new,
            self.delete_quotation,
            self.credit,
            self.undo_credit,
            self.answer,
            self.value_wallet,
            self.forget_wallet,
            self.hand_over_contact,
            self.start_plan,
            self.revive,
        ]
        for number, client in enumerate(clients):
            ways[number % len(ways)](client)

    def cancel(self, client):
        for order in self._sales(client)[:1]:
            order._action_cancel()

    def revive(self, client):
        """A cancelled order is confirmed after all, on its old day."""
        for order in self._sales(client, ("cancel",))[:1]:
            day = order.date_order
            order.action_draft()
            order.action_confirm()
            order.date_order = day

    def date_back(self, client):
        for order in self._sales(client)[:2]:
            order.date_order -= timedelta(days=self.rng.randint(1, 500))

    def give_away(self, client):
        for order in self._sales(client)[:1]:
            order.partner_id = self.rng.choice(self.histories.clients)

    def change_line(self, client):
        for order in self._unlocked(client):
            for line in order.order_line.filtered("product_id")[:1]:
                line.write({"price_unit": 33.33, "product_uom_qty": 7.0})
                return

    def add_line(self, client):
        for order in self._unlocked(client)[:1]:
            vals = self.histories._line_vals(order.company_id, "plain")
            order.write({"order_line": [Command.create(vals)]})

    def confirm_new(self, client):
        """A new sale, dated back; and a new quotation for the next client."""
        histories = self.histories
        company = histories.companies[0]
        vals, extra = histories._plan_order(
            client, company, histories.random_day(), "sale"
        )
        order = self.env["sale.order"].with_company(company).create(vals)
        order.write({"state": "sale", "date_order": extra["date_order"]})
        self.env["sale.order"].with_company(company).create(
            {"partner_id": self.rng.choice(histories.clients).id}
        )

    def delete_quotation(self, client):
        for order in self._sales(client, ("draft", "cancel"))[:1]:
            order.unlink()

    def credit(self, client):
        for order in self._sales(client):
            if order.order_line.filtered("product_id"):
                self.histories.add_credit_note(order, "posted")
                return

    def undo_credit(self, client):
        """Any posted credit note is set back to draft: it is not of this client."""
        posted = self.histories.credit_notes.filtered(lambda m: m.state == "posted")
        self.rng.choice(posted).button_draft()

    def answer(self, client):
        """Any open survey is answered."""
        surveys = self.histories.surveys.exists().filtered(lambda s: s.state == "due")
        if surveys:
            survey = self.rng.choice(surveys)
            moment = self.histories.moment(survey.company_id, self.histories.day)
            survey.write({"state": "done", "rating": 2, "date_done": moment})

    def value_wallet(self, client):
        vals = {**self.histories.wallet_vals(), "partner_id": client.id}
        self.env["client.wallet"].create(vals)
        self.rng.choice(self.histories.wallets.exists()).amount = 7.0

    def forget_wallet(self, client):
        self.rng.choice(self.histories.wallets.exists()).unlink()

    def hand_over_contact(self, client):
        """A contact goes to another company, and his orders with him."""
        contacts = self.histories.addresses[client][1:2]
        firms = [c for c in self.histories.clients if c.is_company and c != client]
        for contact in contacts:
            contact.parent_id = self.rng.choice(firms)

    def start_plan(self, client):
        plan = self.env["client.plan"].create(
            {"partner_id": client.id, "company_id": self.histories.companies[0].id}
        )
        plan.action_start()

    def merge(self, client, into):
        """Merge two contact cards, as a person would."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((client | into).ids, into)
        self.histories.clients.remove(client)
