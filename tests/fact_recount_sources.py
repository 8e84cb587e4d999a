"""What happened to one company's clients: the sources of the independent count.

Sales and credit notes become events on their own day, with exact amounts (fractions) in
the currency of the company, as docs/facts.md says under "What counts as a sale".
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from dateutil.relativedelta import relativedelta

# How an event counts: a sale is an order, what takes it back is not.
ORDER, CREDIT = "order", "credit"


def exact(number):
    """Return a stored number as the exact value of the decimal that it shows."""
    return Fraction(repr(number))


def own_rate(order):
    """Return units of the order's currency per unit of the company's."""
    return exact(order.currency_rate or 1.0)


@dataclass(frozen=True)
class Part:
    """What one order line, or its refund, adds to a product category."""

    category: int
    product: int
    amount: Fraction
    is_bought: bool  # ordered with a positive quantity


@dataclass
class Event:
    """One order, or one line of a credit note, on its own day."""

    client: int
    day: object
    kind: str
    order: int
    amount: Fraction
    margin: Fraction = Fraction()
    parts: list = field(default_factory=list)


class Sources:
    """Everything known of one company's clients on the reference date ``day``."""

    def __init__(self, company, day):
        env = company.env(su=True)
        self.env = env(context={**env.context, "active_test": False})
        self.company = company.with_env(self.env)
        self.day = day
        self.months = self.company.client_period_months
        # The last days of the period, of the previous one, and so on backwards.
        self.ends = [
            day - relativedelta(months=self.months * number) for number in range(4)
        ]
        self.has_margin = "margin" in self.env["sale.order"]._fields
        self.events = defaultdict(list)  # client id → events up to the day
        self.quoted, self.completed = set(), set()
        self._read_orders()
        self._read_credit_notes()
        self.surveys = self._by_client("client.survey")
        self.wallets = self._by_client("client.wallet")
        self.segment_moves = self._by_client("client.segment.move")

    # -- sources ---------------------------------------------------------------------

    def _by_client(self, model):
        """Return {client id: records of the company}."""
        found = defaultdict(self.env[model].browse)
        for record in self.env[model].search([("company_id", "=", self.company.id)]):
            found[record.partner_id.commercial_partner_id.id] |= record
        return found

    def _read_orders(self):
        """Sort the company's orders into sales, quotations and completed ones."""
        orders = self.env["sale.order"].search([("company_id", "=", self.company.id)])
        for order in orders:
            client = order.partner_id.commercial_partner_id.id
            if self._is_sale(order):
                self.events[client].append(self._order_event(client, order))
                if self._is_completed(order):
                    self.completed.add(client)
            elif order.state != "cancel":
                self.quoted.add(client)

    def _is_sale(self, order):
        return (
            order.state == "sale"
            and self.company._client_date(order.date_order) <= self.day
        )

    def _order_event(self, client, order):
        rate = own_rate(order)
        lines = order.order_line
        advance = sum(
            exact(line.price_subtotal) for line in lines if line.is_downpayment
        )
        return Event(
            client=client,
            day=self.company._client_date(order.date_order),
            kind=ORDER,
            order=order.id,
            amount=(exact(order.amount_untaxed) - advance) / rate,
            margin=exact(order.margin) / rate if self.has_margin else Fraction(),
            parts=[
                self._part(line, exact(line.price_subtotal) / rate)
                for line in lines
                if self._is_position(line)
            ],
        )

    def _is_position(self, line):
        """Whether the line can be one of the client's positions."""
        return (
            line.product_id
            and not line.display_type
            and not line.is_downpayment
            and line.product_id.type != "combo"
            and line.product_id != self.company.sale_discount_product_id
            and not any(
                name in line._fields and line[name]
                for name in ("is_delivery", "is_reward_line")
            )
        )

    def _part(self, line, amount, is_credit=False):
        return Part(
            category=line.product_id.categ_id.id,
            product=line.product_id.id,
            amount=amount,
            is_bought=not is_credit and line.product_uom_qty > 0,
        )

    def _read_credit_notes(self):
        """Add what credit notes take back, line by line, on their own date."""
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
            ]
        )
        for move in moves:
            if (move.invoice_date or move.date) > self.day:
                continue
            for line in move.invoice_line_ids.filtered("sale_line_ids"):
                self._read_credit_line(move, line, line.sale_line_ids[0])

    def _read_credit_line(self, move, line, ordered):
        order = ordered.order_id
        if (
            order.company_id != self.company
            or not self._is_sale(order)
            or ordered.is_downpayment
            or line.quantity * ordered.product_uom_qty <= 0
        ):
            return
        if move.currency_id == order.currency_id:
            amount = -exact(line.price_subtotal) / own_rate(order)
        else:
            amount = -exact(line.balance)
        client = order.partner_id.commercial_partner_id.id
        parts = (
            [self._part(ordered, amount, is_credit=True)]
            if self._is_position(ordered)
            else []
        )
        self.events[client].append(
            Event(
                client=client,
                day=move.invoice_date or move.date,
                kind=CREDIT,
                order=order.id,
                amount=amount,
                margin=self._credit_margin(line, ordered),
                parts=parts,
            )
        )

    def _credit_margin(self, line, ordered):
        """Return the share of the order line's margin that is taken back."""
        if not self.has_margin:
            return Fraction()
        share = exact(line.quantity) / exact(ordered.product_uom_qty)
        return -exact(ordered.margin) * share / own_rate(ordered.order_id)

    def _is_completed(self, order):
        """Whether the sale was completed by the day, as surveys define it."""
        moment = getattr(self, f"_{self.company.client_survey_condition}_at")(order)
        return moment and self.company._client_date(moment) <= self.day

    def _confirmed_at(self, order):
        return order.date_order

    def _locked_at(self, order):
        return order.locked and order.write_date

    def _delivered_at(self, order):
        lines = [line for line in order.order_line if self._is_position(line)]
        if all(line.qty_delivered >= line.product_uom_qty for line in lines):
            return max((line.write_date for line in lines), default=None)
        return None
