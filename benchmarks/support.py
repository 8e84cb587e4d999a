"""What the measurements share: the reference date, time, memory, rows and queries.

The modules of this folder run inside ``odoo shell``, one process per measurement:
each public function takes ``env`` and returns what JSON can hold. Times are seconds
of the clock, memory is KiB.
"""

import contextlib
import datetime
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

#: The generated history ends with this day; one company, whose days are those of UTC.
REFERENCE_DATE = datetime.date(2026, 9, 30)
END = datetime.datetime(2026, 10, 1)
START = datetime.datetime(2025, 10, 1)
PREVIOUS_START = datetime.datetime(2024, 10, 1)
PERIODS = ((START, END), (PREVIOUS_START, START))

TABLES = ("client_fact", "client_fact_month", "client_fact_move", "client_fact_queue")


def progress(text):
    """Tell ``./dev bench`` how far it is."""
    print(f"… {text}", flush=True)


def facts(env):
    """The model under test, on the day with which the history ends."""
    return env["client.fact"].with_context(client_today=REFERENCE_DATE)


def stopwatch(work):
    """Run ``work``; return its seconds and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def median(values):
    return statistics.median(values)


def memory_growth(work):
    """Run ``work``; return by how many KiB the process grew, and the result.

    Linux forgets the peak so far on request; elsewhere the growth is that of
    the peak since the process began.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS") or _peak()
    result = work()
    return max(0, (_memory("VmHWM") or _peak()) - before), result


def server_memory(env):
    """KiB at the peak of PostgreSQL's process; 0 when it runs on another machine."""
    env.cr.execute("SELECT pg_backend_pid()")
    process = env.cr.fetchone()[0]
    with contextlib.suppress(OSError):
        name = Path(f"/proc/{process}/comm").read_text()
        return _memory("VmHWM", process) if name.startswith("postgres") else 0
    return 0


def _memory(name, process="self"):
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def rows_written(env, *tables):
    """Rows of these tables inserted, updated or deleted by this session, as counted.

    Only the difference within one transaction means something: the counter starts
    anew whenever PostgreSQL publishes it, which it does between transactions.
    """
    env.cr.execute(
        "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint"
        "  FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)",
        [list(tables)],
    )
    return env.cr.fetchone()[0]


def transaction(env):
    """The number of a transaction of its own, which ends here."""
    env.cr.commit()
    env.cr.execute("SELECT txid_current()")
    number = env.cr.fetchone()[0]
    env.cr.commit()
    return number


def rows_since(env, number, table):
    """Rows of a table written after the transaction with this number."""
    env.cr.execute("SELECT txid_current() - %s", [number])
    passed = env.cr.fetchone()[0]
    env.cr.execute(f'SELECT count(*) FROM "{table}" WHERE age(xmin) < %s', [passed])
    return env.cr.fetchone()[0]


def queries(env, work):
    """Run ``work`` with an empty cache; return how many queries it made."""
    env.flush_all()
    env.invalidate_all()
    before = env.cr.sql_log_count
    work()
    return env.cr.sql_log_count - before


def vacuum(env, *tables):
    """Commit, then leave the tables as autovacuum does; it cannot run in a cursor."""
    env.cr.commit()
    present = [table for table in tables or TABLES if exists(env, table)]
    env.cr.commit()
    command = f"VACUUM (ANALYZE) {', '.join(present)}"
    subprocess.run(
        ["psql", "-Xqw", "-v", "ON_ERROR_STOP=1", "-d", env.cr.dbname, "-c", command],
        check=True,
        stdout=sys.stderr,
    )


def warm(env):
    """Read what a refresh reads, as the yardstick's earlier statements have done.

    Otherwise the time depends on how much of it the system has kept in memory.
    """
    for table in ("sale_order_line", "sale_order", "res_partner"):
        env.cr.execute(f'SELECT count(*) FROM "{table}"')
    env.cr.commit()


def exists(env, table):
    env.cr.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
    return env.cr.fetchone()[0]
