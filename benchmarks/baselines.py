"""What the same figures cost without the engine: a loop, and Odoo's own sales report.

Both sides of each comparison run with the yardstick's session settings.
"""

from .recount import order_amount, pick
from .support import PERIODS, progress, stopwatch

SALES = [("state", "=", "sale")]


def loop(env, sample, seed=7):
    """A loop over clients with search() and mapped(), as add-ons commonly do it.

    Orders, positions, categories, average per order and per category, sales; both
    periods; nothing is written. Measured for ``sample`` clients.
    """
    _settings(env)
    partners = pick(env, sample, seed)
    start = env.cr.sql_log_count

    def work():
        for number, partner in enumerate(partners, start=1):
            if number % 100 == 0:
                progress(f"{number} of {len(partners)} clients")
            for period in PERIODS:
                _figures(env, partner, period)

    seconds, _none = stopwatch(work)
    used = env.cr.sql_log_count - start
    count = len(partners)
    return {"clients": count, "seconds": seconds, "queries": used / count}


def _figures(env, partner, period):
    start, end = period
    orders = env["sale.order"].search(
        [
            ("partner_id", "child_of", partner.id),
            ("date_order", ">=", start),
            ("date_order", "<", end),
            *SALES,
        ]
    )
    lines = orders.mapped("order_line")
    products = lines.filtered(lambda li: li.product_uom_qty > 0).mapped("product_id")
    categories = products.mapped("categ_id")
    amount = sum(order_amount(order) for order in orders)
    averages = {}
    for category in categories:
        own = lines.filtered(lambda li, c=category: li.product_id.categ_id == c)
        total = sum(li.price_subtotal / (li.order_id.currency_rate or 1) for li in own)
        averages[category.id] = total / len(own.mapped("order_id"))
    return {
        "orders": len(orders),
        "products": len(products),
        "categories": len(categories),
        "amount": amount,
        "average": amount / len(orders) if orders else 0.0,
        "averages": averages,
    }


def report(env):
    """Odoo's sales report in the fewest groupings for these figures; read only.

    For both periods by client, by client and product (positions), by client and
    category (averages), by client and month (variation). The groups are left as they
    come: nothing is folded, classed or written, which favours the report.
    """
    _settings(env)
    parts = []
    groupings = _groupings()
    for number, (more, aggregates, start, end) in enumerate(groupings, start=1):
        progress(f"grouping {number} of {len(groupings)}")
        domain = [*SALES, ("date", ">=", start), ("date", "<", end)]
        groupby = ["commercial_partner_id", *more]
        env.invalidate_all()
        seconds, groups = stopwatch(
            lambda d=domain, g=groupby, a=aggregates: env["sale.report"]._read_group(
                d, g, a
            )
        )
        parts.append({"by": groupby, "seconds": seconds, "groups": len(groups)})
        del groups
    return {"seconds": sum(part["seconds"] for part in parts), "parts": parts}


def _groupings():
    """More group-by fields, aggregates, start and end of each query."""
    orders, sales = "order_reference:count_distinct", "price_subtotal:sum"
    kinds = [
        ([], [orders, sales]),
        (["product_id"], []),
        (["categ_id"], [orders, sales]),
        (["date:month"], [sales]),
    ]
    return [(*kind, *period) for kind in kinds for period in PERIODS]


def _settings(env):
    """The session settings of the yardstick (limit.sql)."""
    env.cr.execute("SET LOCAL work_mem = '256MB'")
    env.cr.execute("SET LOCAL jit = off")
