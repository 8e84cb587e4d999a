"""./dev bench: is the facts engine as fast as it must be, and are its figures right?

Every size is one run: the correctness gate first, then the yardstick, the engine and
other ways side by side. What is measured: benchmarks/README.md.
"""

import argparse
import datetime
import os
import re

from . import bench_child, bench_databases, bench_goals, bench_report, odoo, setup
from .console import Problem, Step, say
from .settings import ROOT
from .shell import lock

SIZES = (10_000, 100_000)
ROUNDS = 3
MOST = 1_000_000
#: What each round measures after the yardstick: name → title and function.
TIMED = {
    "empty": ("full refresh, empty table", "engine.empty"),
    "rewritten": ("full refresh, every row rewritten", "engine.rewritten"),
    "unchanged": ("full refresh, nothing changed", "engine.unchanged"),
    "incremental": ("1,000 changed orders", "engine.incremental"),
    "report": ("another way: sales report", "baselines.report"),
    "loop": ("another way: loop over clients", "baselines.loop"),
}


def main(arguments):
    options = _parse(arguments)
    with lock("bench"):
        with lock():
            setup.ensure()
        return _run(sorted(set(options.clients)), options.keep)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument(
        "--clients",
        type=int,
        nargs="+",
        default=SIZES,
        metavar="N",
        help="sizes; default 10000 100000, of which the growth is taken",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="keep the databases that this run makes (2 GB) for the next one",
    )
    options = parser.parse_args(arguments)
    for clients in options.clients:
        if not 1000 <= clients <= MOST:
            raise Problem(f"--clients {clients}: choose 1000 to {MOST:,} clients.")
    return options


def _run(sizes, keep):
    made = []
    try:
        missed, smaller = 0, None
        for clients in sizes:
            if not bench_databases.is_filled(clients):
                made.append(clients)
            found = measure_size(clients)
            if found is None:
                return 1
            lines = bench_goals.lines(found, smaller)
            bench_report.show(found, lines)
            name = bench_report.store(found, lines)
            where = bench_report.RESULTS.relative_to(ROOT)
            say(f"  stored in {where}/{name}.json and .md")
            missed += sum(line.missed for line in lines)
            smaller = smaller or found
        bench_report.update_readme(found)
    finally:
        if not keep:
            bench_databases.drop(made)
    if missed:
        say(f"\n{missed} line{'s' if missed > 1 else ''} MISSED.")
        return 1
    say("\nAll lines that decide are met.")
    return 0


def measure_size(clients):
    """Everything about one size; None, the differences said, when figures are wrong."""
    database = bench_databases.ensure(clients)

    def child(title, task, **parameters):
        return bench_child.measure(title, database, task, **parameters)

    found = {
        "clients": clients,
        "date": str(datetime.date.today()),
        "machine": _machine(database),
        "first": child("First refresh, closing months", "engine.first"),
    }
    found["gate"] = child("Correctness: 200 clients counted again", "recount.gate")
    if found["gate"]["differences"]:
        say("\nThe figures are wrong, so no time counts:")
        for difference in found["gate"]["differences"]:
            print(f"  {difference}")
        return None
    found |= _rounds(clients, database, child)
    found["incremental_amount"] = child(
        "1,000 changed orders, other amounts", "engine.incremental", amount=1
    )
    found["queue"] = child("Queries of saving an order", "engine.queue_cost")
    found["objectives"] = child("Objectives of 100 plans", "steering.objectives")
    found["standards"] = child("Standards of all clients", "steering.standards")
    found["pages"] = child("Queries of lists and forms", "reads.pages")
    found["duties"] = child(
        f"Surveys of {clients:,} completed orders", "surveys.duties", orders=clients
    )
    return found


def _rounds(clients, database, child):
    """All that is compared, in turn, so that a busy minute hits everything."""
    found = {"yardstick": {}, **{name: [] for name in TIMED}}
    sample = 300 if clients <= 10_000 else 1000
    for number in range(1, ROUNDS + 1):
        more = {"loop": {"sample": sample, "seed": number}}
        with Step(f"Round {number} of {ROUNDS}: yardstick"):
            for name, value in _yardstick(database).items():
                found["yardstick"].setdefault(name, []).append(value)
        for name, (title, task) in TIMED.items():
            title = f"Round {number} of {ROUNDS}: {title}"
            found[name].append(child(title, task, **more.get(name, {})))
    return found


def _yardstick(database):
    """Milliseconds of each statement of limit.sql."""
    printed = bench_databases.psql_file(database, "limit.sql")
    bench_databases.sql(database, "DROP TABLE IF EXISTS bench_kpi")
    return parse_yardstick(printed)


def parse_yardstick(printed):
    """Statement → milliseconds, from lines "@name" and "Execution Time: 1.5 ms"."""
    times, name = {}, None
    for line in printed.splitlines():
        if line.startswith("@"):
            name = line[1:].strip()
        elif found := re.match(r"Execution Time: ([\d.]+) ms", line.strip()):
            times[name] = float(found[1])
    return times


def _machine(database):
    """What the times depend on, and nothing that names the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    server = bench_databases.sql(database, "SHOW server_version")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1024**3),
        "postgresql": server.split()[0],
        "odoo": odoo.version(),
    }
