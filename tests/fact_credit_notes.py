"""Credit notes of random orders: posted, drafts, cancelled, in any currency."""

from datetime import date, timedelta

from odoo import Command

from .fact_world import World


class CreditNotes(World):
    """Takes back what the orders of :class:`Histories` sold, on some later day."""

    def _make_credit_notes(self, number):
        """Return credit notes for the orders: posted ones, drafts, cancelled ones."""
        lines = self.env["sale.order.line"].search(
            [
                ("order_id", "in", self._refundable()),
                ("order_id.state", "in", ("sale", "cancel")),
                ("display_type", "=", False),
            ]
        )
        orders = self.rng.sample(list(lines.order_id.sorted("id")), number)
        moves = self.env["account.move"]
        for order in orders:
            moves |= self.add_credit_note(order)
        for client in self.refunded:
            self.add_credit_note(self.orders[client], "posted", date(2023, 5, 20))
        self.env.flush_all()
        for move in moves.filtered(lambda move: move.state == "posted"):
            self._age_credit_note(move)
        self.env.invalidate_all()
        return moves

    def _refundable(self):
        return [
            order.id
            for client, orders in self.orders.items()
            if client not in self.refunded
            for order in orders
        ]

    def add_credit_note(self, order, state=None, whole_day=None):
        """Return a credit note that takes back some or all lines of the order.

        :param whole_day: all of the order is taken back on this day
        """
        rng, company = self.rng, order.company_id
        state = state or rng.choice(["posted"] * 6 + ["draft", "cancel"])
        ordered = company._client_date(order.date_order)
        day = self.random_day()
        if ordered <= self.day:  # else it takes back what is not counted yet
            day = max(day, ordered)
        day = whole_day or day
        foreign = rng.random() < 0.3 and not whole_day
        currency = rng.choice(self.currencies) if foreign else order.currency_id
        lines = order.order_line.filtered(lambda line: not line.display_type)
        whole = rng.random() < 0.5 or bool(whole_day)
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_refund",
                    "company_id": company.id,
                    "journal_id": self.journals[company].id,
                    "partner_id": order.partner_id.id,
                    "currency_id": currency.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create(self._credit_line_vals(line, whole))
                        for line in (lines if whole else lines[:1])
                    ]
                    + [Command.create(self._loose_line_vals(company))],
                }
            )
        )
        if state == "posted":
            move._post(soft=False)
        elif state == "cancel":
            move.button_cancel()
        return move

    def _credit_line_vals(self, line, whole):
        """Take back the line, or another quantity of it: even with another sign."""
        quantity = line.product_uom_qty
        if not whole:
            quantity = self.rng.choice([1.0, 2.0, -1.0, abs(quantity)])
        return {
            "product_id": line.product_id.id,
            "name": line.name,
            "quantity": quantity,
            "price_unit": line.price_unit,
            "tax_ids": [Command.clear()],
            "account_id": self.accounts[line.company_id].id,
            "sale_line_ids": [Command.link(line.id)],
        }

    def _loose_line_vals(self, company):
        """Return a line that belongs to no order."""
        return {
            "name": "For the trouble",
            "quantity": 1.0,
            "price_unit": 100000.0,
            "tax_ids": [Command.clear()],
            "account_id": self.accounts[company].id,
        }

    def _age_credit_note(self, move):
        """Some have another accounting date than day, some no invoice date."""
        days = self.rng.choice([0, 0, 35, None])
        if days is None:
            query = "UPDATE account_move SET invoice_date = NULL WHERE id = %s"
            self.env.cr.execute(query, [move.id])
        elif days and (move.date + timedelta(days=days)).year == move.date.year:
            query = "UPDATE account_move SET date = date + %s WHERE id = %s"
            self.env.cr.execute(query, [days, move.id])
