"""The engine itself: full refreshes, the queue, and what a saved order pays for it."""

from unittest.mock import patch

from .support import (
    END,
    REFERENCE_DATE,
    START,
    TABLES,
    exists,
    facts,
    memory_growth,
    progress,
    rows_since,
    rows_written,
    server_memory,
    stopwatch,
    transaction,
    vacuum,
    warm,
)

#: The same orders as in the yardstick (limit.sql, table todo).
CHANGED_ORDERS = """
    SELECT id FROM sale_order
     WHERE state = 'sale' AND date_order >= %s AND date_order < %s
     ORDER BY hashint8extended(id, 9) LIMIT 1000
"""
ROUNDS = 3
MONTH_KEY = "client_fact_month_fact_id_fkey"  # as Odoo names it
WRITTEN = ("client_fact", "client_fact_month")
CLOSED_FIELDS = ("client_month_first", "client_month_closed")


# -- full refreshes -------------------------------------------------------------------


def first(env):
    """The very first refresh: it also closes the months of both periods."""
    for table in reversed(TABLES):
        env.cr.execute(f'DELETE FROM "{table}"')
    _attach_months(env)  # which an interrupted run may have left without it
    env.company.client_month_closed = False
    env.flush_all()
    vacuum(env)
    seconds, rows = _refresh(env)
    env.cr.execute("SELECT count(*), count(DISTINCT month) FROM client_fact_month")
    month_rows, months = env.cr.fetchone()
    return {
        "seconds": seconds,
        "rows": rows,
        "months": months,
        "month_rows": month_rows,
        "bytes": _sizes(env),
    }


def empty(env):
    """Refresh into an empty table, in a company that has no closed months.

    Closing them is left out, it has its own line (:func:`first`). Those that are closed
    stay beside, and have their clients again afterwards.
    """
    closed = _put_months_aside(env)
    with patch.object(
        env.registry["client.fact"], "_close_months", lambda *arguments: None
    ):
        answer = _measured_refresh(env)
    _bring_months_back(env, closed)
    return answer


def rewritten(env):
    """Refresh when every row is out of date."""
    env.cr.execute(
        "UPDATE client_fact SET amount = coalesce(amount, 0) + 1,"
        " previous_amount = coalesce(previous_amount, 0) + 1"
    )
    vacuum(env)
    return _measured_refresh(env)


def unchanged(env):
    """Refresh when nothing has changed: no row may be written."""
    _refresh(env)
    vacuum(env)
    return _measured_refresh(env)


def _measured_refresh(env):
    """One refresh: seconds, rows it says and rows the database counts, memory."""
    warm(env)
    written = 0

    def work():
        nonlocal written
        before = rows_written(env, *WRITTEN)
        rows = facts(env)._refresh()
        env.flush_all()
        written = rows_written(env, *WRITTEN) - before
        env.cr.commit()
        return rows

    growth, (seconds, rows) = memory_growth(lambda: stopwatch(work))
    return {
        "seconds": seconds,
        "rows": rows,
        "written": written,
        "kib": growth,
        "server_kib": server_memory(env),
    }


def _refresh(env):
    def work():
        rows = facts(env)._refresh()
        env.cr.commit()
        return rows

    return stopwatch(work)


def _put_months_aside(env):
    """Empty the table of clients but not that of months, and let none be closed.

    Whatever an interruption leaves, the next run's :func:`first` begins anew.

    :return: the company's fields that say which months are closed
    """
    company = env.company.sudo()
    closed = {name: company[name] for name in CLOSED_FIELDS}
    company.write(dict.fromkeys(CLOSED_FIELDS, False))
    # A client's end would be that of his months.
    env.cr.execute(
        f"ALTER TABLE client_fact_month DROP CONSTRAINT IF EXISTS {MONTH_KEY}"
    )
    env.cr.execute(
        "CREATE TEMP TABLE bench_check AS"
        " SELECT company_id, partner_id, month_check FROM client_fact"
    )
    env.cr.execute("SELECT min(id) FROM client_fact")
    start = env.cr.fetchone()[0]
    env.cr.execute("DELETE FROM client_fact")
    # The same ids again, so that the months find their rows.
    env.cr.execute("SELECT setval('client_fact_id_seq', %s, false)", [start or 1])
    env.flush_all()
    vacuum(env)
    return closed


def _bring_months_back(env, closed):
    """Everything about closed months as it was before :func:`_put_months_aside`."""
    env.company.sudo().write(closed)
    env.cr.execute(
        "UPDATE client_fact f SET month_check = c.month_check FROM bench_check c"
        " WHERE c.company_id = f.company_id AND c.partner_id = f.partner_id"
    )
    env.cr.execute(
        "UPDATE client_fact_month m SET fact_id = f.id FROM client_fact f"
        " WHERE f.company_id = m.company_id AND f.partner_id = m.partner_id"
        "   AND f.id != m.fact_id"
    )
    _attach_months(env)
    env.flush_all()
    env.cr.commit()


def _attach_months(env):
    """Give the months their foreign key, if they have not got it."""
    env.cr.execute(
        "ALTER TABLE client_fact_month"
        f" DROP CONSTRAINT IF EXISTS {MONTH_KEY},"
        f" ADD CONSTRAINT {MONTH_KEY}"
        " FOREIGN KEY (fact_id) REFERENCES client_fact (id) ON DELETE CASCADE"
    )


def _sizes(env):
    """Bytes on disk, indexes included, per table."""
    sizes = {}
    for table in TABLES:
        if exists(env, table):
            env.cr.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
            sizes[table] = env.cr.fetchone()[0]
    return sizes


# -- the queue ------------------------------------------------------------------------


def incremental(env, amount=0):
    """The scheduled refresh after 1,000 changed orders, several times over.

    :param amount: by how much each order's untaxed amount changes; 0: only its date
        moves, by one minute
    """
    env.cr.execute(CHANGED_ORDERS, [START, END])
    orders = [order for (order,) in env.cr.fetchall()]
    env.company.sudo().client_fact_date = REFERENCE_DATE
    env.cr.execute("DELETE FROM client_fact_queue")
    seconds, finding, written, months = [], [], [], []
    try:
        for number in range(1, ROUNDS + 1):
            progress(f"round {number} of {ROUNDS}")
            clients = _change(env, orders, 1, amount)
            finding.append(_find(env))
            before = transaction(env)
            seconds.append(stopwatch(facts(env)._cron_refresh)[0])
            env.cr.commit()
            written.append(rows_since(env, before, "client_fact"))
            months.append(rows_since(env, before, "client_fact_month"))
            _check_empty_queue(env)
    finally:
        _change(env, orders, -ROUNDS, -ROUNDS * amount)
        facts(env)._cron_refresh()
        env.cr.commit()
    return {
        "orders": len(orders),
        "clients": clients,
        "seconds": seconds,
        "finding_ms": finding,
        "written": written,
        "months_written": months,
    }


def _change(env, orders, minutes, amount):
    """Change the orders behind the ORM and queue their contacts, as it would have."""
    env.cr.execute(
        "UPDATE sale_order SET date_order = date_order + %s * interval '1 minute',"
        " amount_untaxed = amount_untaxed + %s WHERE id = ANY(%s)",
        [minutes, amount, orders],
    )
    env.cr.execute(
        "INSERT INTO client_fact_queue (partner_id)"
        " SELECT DISTINCT partner_id FROM sale_order WHERE id = ANY(%s)",
        [orders],
    )
    env.cr.commit()
    env.cr.execute(
        "SELECT count(DISTINCT p.commercial_partner_id) FROM client_fact_queue q"
        "  JOIN res_partner p ON p.id = q.partner_id"
    )
    clients = env.cr.fetchone()[0]
    env.cr.commit()
    return clients


def _find(env):
    """Milliseconds of reading the queue with the clients it stands for."""

    def work():
        env.cr.execute(
            "SELECT q.id, p.commercial_partner_id FROM client_fact_queue q"
            "  JOIN res_partner p ON p.id = q.partner_id"
        )
        return env.cr.fetchall()

    seconds, _rows = stopwatch(work)
    env.cr.commit()
    return seconds * 1000


def _check_empty_queue(env):
    env.cr.execute("SELECT count(*) FROM client_fact_queue")
    left = env.cr.fetchone()[0]
    if left:
        raise RuntimeError(f"{left} clients still wait after the refresh")


def queue_cost(env):
    """Queries of saving one order, with a line, and confirming it.

    Once as it is, once with the collecting of changed clients switched off.
    """
    env = env(user=env.ref("base.user_admin").id)
    queue = env.registry["client.fact.queue"]
    _save_order(env)  # fills the caches that last longer than a request
    with_queue = _save_order(env)
    with patch.object(queue, "_collect", lambda self, kind, ids: None):
        without = _save_order(env)
    return {"with": with_queue, "without": without}


def _save_order(env):
    """Queries per request: create with a line, confirm; then forget it all."""
    partner = env["res.partner"].search([("customer_rank", ">", 0)], limit=1)
    product = env["product.product"].search([("sale_ok", "=", True)], limit=1)
    line = {"product_id": product.id, "product_uom_qty": 2}
    values = {"partner_id": partner.id, "order_line": [(0, 0, line)]}
    counts, orders = [], env["sale.order"]

    def create():
        nonlocal orders
        orders = env["sale.order"].create(values)

    for request in (create, lambda: orders.action_confirm()):
        env.invalidate_all()
        before = env.cr.sql_log_count
        request()
        env.flush_all()
        env.cr.precommit.run()
        counts.append(env.cr.sql_log_count - before)
    env.cr.rollback()
    env.invalidate_all()
    return counts
