"""The correctness gate: random clients counted again in plain Python.

Written from the definitions (docs/facts.md), not from the engine: it reads orders
through the ORM, client by client, and does every sum, class and month by itself.
"""

import random
import statistics
from collections import Counter
from itertools import groupby

from .support import END, PERIODS, REFERENCE_DATE, facts, progress

COUNTS = (
    "order_count",
    "previous_order_count",
    "product_count",
    "category_count",
)
AMOUNTS = ("amount", "previous_amount", "average_order")
OTHERS = ("first_order_date", "last_order_date", "abc_class", "xyz_class")
#: The stored amounts are rounded to cents; the rest is the error of binary fractions.
TOLERANCE = 0.005 + 1e-6


def gate(env, sample=200, seed=19):
    """Compare the rows of ``sample`` random clients; list every difference."""
    partners = pick(env, sample, seed)
    classes = abc_classes(all_amounts(env))
    found = stored(env, partners)
    differences = []
    for number, partner in enumerate(partners, start=1):
        if number % 20 == 0:
            progress(f"{number} of {len(partners)} clients recounted")
        wanted = recount(env, partner, classes)
        differences += compare(partner.id, found.get(partner.id), wanted)
        env.invalidate_all()
    return {"checked": len(partners), "differences": differences}


def pick(env, sample, seed):
    """Random clients, the same ones for the same seed."""
    env.cr.execute(
        "SELECT id FROM res_partner WHERE customer_rank > 0"
        "   AND commercial_partner_id = id ORDER BY id"
    )
    ids = [row[0] for row in env.cr.fetchall()]
    chosen = random.Random(seed).sample(ids, min(sample, len(ids)))
    return env["res.partner"].browse(sorted(chosen))


def stored(env, partners):
    """What the engine has stored for these clients: partner id → column → value."""
    rows = facts(env).search_read(
        [("partner_id", "in", partners.ids), ("company_id", "=", env.company.id)],
        ["partner_id", *COUNTS, *AMOUNTS, *OTHERS],
        load=None,
    )
    return {row["partner_id"]: row for row in rows}


def recount(env, partner, classes):
    """The figures of one client, from his orders and their lines."""
    orders = env["sale.order"].search(
        [
            ("partner_id.commercial_partner_id", "=", partner.id),
            ("company_id", "=", env.company.id),
            ("state", "=", "sale"),
            ("date_order", "<", END),
        ],
        order="date_order, id",
    )
    current, previous = (
        orders.filtered(lambda o, a=start, b=end: a <= o.date_order < b)
        for start, end in PERIODS
    )
    bought = current.order_line.filtered(
        lambda line: line.product_id and line.product_uom_qty > 0
    )
    amount = round(sum(map(order_amount, current)), 2)
    return {
        "order_count": len(current),
        "previous_order_count": len(previous),
        "product_count": len(set(bought.product_id.ids)),
        "category_count": len(set(bought.product_id.categ_id.ids)),
        "amount": sum(map(order_amount, current)),
        "previous_amount": sum(map(order_amount, previous)),
        "average_order": amount / len(current) if current else 0.0,
        "first_order_date": orders[0].date_order.date() if orders else False,
        "last_order_date": orders[-1].date_order.date() if orders else False,
        "abc_class": classes.get(partner.id, False),
        "xyz_class": xyz_class(
            [(order.date_order.date(), order_amount(order)) for order in orders]
        ),
    }


def order_amount(order):
    """Untaxed, in the company's currency at the order's own rate (0: 1)."""
    return order.amount_untaxed / (order.currency_rate or 1.0)


def all_amounts(env):
    """The period's amount of every client: partner id → amount, rounded."""
    env.cr.execute(
        """
        SELECT p.commercial_partner_id,
               sum(so.amount_untaxed / coalesce(nullif(so.currency_rate, 0), 1))
          FROM sale_order so
          JOIN res_partner p ON p.id = so.partner_id
         WHERE so.state = 'sale' AND so.company_id = %s
           AND so.date_order >= %s AND so.date_order < %s
         GROUP BY 1
        """,
        [env.company.id, *PERIODS[0]],
    )
    return {partner: round(float(amount), 2) for partner, amount in env.cr.fetchall()}


def abc_classes(amounts, a=0.80, b=0.95):
    """Partner id → class, by the share of all clients who bought for *more*."""
    buyers = sorted(
        ((amount, partner) for partner, amount in amounts.items() if amount > 0),
        reverse=True,
    )
    total = sum(amount for amount, _partner in buyers)
    before, classes = 0.0, {}
    for amount, equals in groupby(buyers, key=lambda pair: pair[0]):
        letter = "A" if before < a * total else "B" if before < b * total else "C"
        for _amount, partner in equals:
            classes[partner] = letter
            before += amount
    return classes


def xyz_class(sales, last=REFERENCE_DATE):
    """The class by variation of the closed months since the first order.

    :param sales: pairs (day, amount)
    """
    if not sales:
        return False
    amounts = Counter()
    for day, amount in sales:
        amounts[day.year * 12 + day.month - 1] += amount
    months = range(min(amounts), last_closed_month(last) + 1)
    if len(months) < 6:
        return False
    values = [amounts[month] for month in months]
    mean = statistics.fmean(values)
    if mean <= 0:
        return False
    variation = statistics.pstdev(values) / mean
    return "X" if variation < 0.5 else "Y" if variation < 1 else "Z"


def last_closed_month(day):
    """Number (year × 12 + month − 1) of the last month whose last day is not after."""
    following = day.toordinal() + 1
    tomorrow = type(day).fromordinal(following)
    return tomorrow.year * 12 + tomorrow.month - 2


def compare(partner_id, found, wanted):
    """One line per figure that differs; a client without sales may have no row."""
    if found is None:
        if wanted["first_order_date"]:
            return [f"client {partner_id}: no row"]
        return []
    lines = []
    for name, value in wanted.items():
        other = found[name]
        same = (
            abs((other or 0.0) - value) <= TOLERANCE
            if name in AMOUNTS
            else (other or False) == (value or False)
        )
        if not same:
            lines.append(
                f"client {partner_id}: {name} is {other!r}, counted again {value!r}"
            )
    return lines
