"""The goals of the engine: which measured line is compared with what, and must be what.

Ratios compare numbers of one run on one machine, never seconds of different ones.
"""

import math
import statistics
from typing import NamedTuple

#: Ratios to the yardstick and to other ways hold from this many clients on: below it
#: fixed costs (a few hundred statements) outweigh the work.
DECISIVE = 100_000
MEMORY_KIB = 50 * 1024
REFRESHES = ("empty", "rewritten", "unchanged")


class Line(NamedTuple):
    title: str
    ours: str
    other: str = ""
    measured: str = ""
    must: str = ""
    met: bool | None = None  # None: for information
    decisive: bool = True

    @property
    def verdict(self):
        if self.met is None:
            return ""
        word = "met" if self.met else "MISSED"
        return word if self.decisive else f"({word.lower()})"

    @property
    def missed(self):
        return self.met is False and self.decisive


def lines(found, smaller=None):
    """All lines of one size.

    :param found: what `bench.measure_size` returns
    :param smaller: the same of a smaller size, for the growth
    """
    result = [_gate(found), *_full(found), *_others(found), *_incremental(found)]
    result += [_finding(found), _queue(found), _unchanged(found), _memory(found)]
    result += [*_objectives(found), *_standards(found), *_pages(found)]
    result += _duties(found)
    if smaller:
        result += _growth(found, smaller)
    return [*result, _first(found)]


def full_seconds(found):
    """The slower of the two full refreshes."""
    return statistics.median(_slower(found))


def changed_seconds(found):
    """The refresh after 1,000 changed orders."""
    return statistics.median(_changed(found))


def _runs(found, name):
    """Seconds in each round."""
    return [run["seconds"] for run in found[name]]


def _limit(found, *names):
    """Seconds of statements of the yardstick, added up, in each round."""
    rounds = zip(*(found["yardstick"][name] for name in names), strict=True)
    return [sum(values) / 1000 for values in rounds]


def _slower(found):
    pairs = zip(_runs(found, "empty"), _runs(found, "rewritten"), strict=True)
    return [max(pair) for pair in pairs]


def _changed(found):
    """In each round the median of several refreshes of the same process."""
    return [statistics.median(run["seconds"]) for run in found["incremental"]]


def _quotient(above, below):
    """The median of the rounds' quotients: a busy minute hits both sides of one."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def _ratio(found, title, ours, other, name, most=None, least=None):
    """One line: ``ours`` / ``other`` at most, or ``other`` / ``ours`` at least.

    Both are the seconds of each round.
    """
    value = _quotient(ours, other) if most else _quotient(other, ours)
    return Line(
        title,
        seconds(statistics.median(ours)),
        f"{name} {seconds(statistics.median(other))}",
        f"{value:,.2f}x" if most else f"{value:,.1f}x faster",
        f"<= {most:g}x" if most else f">= {least:g}x",
        value <= most if most else value >= least,
        found["clients"] >= DECISIVE,
    )


def _gate(found):
    gate = found["gate"]
    bad = len(gate["differences"])
    return Line(
        "Correctness: clients counted again by the ORM",
        f"{gate['checked']} clients",
        measured=f"{bad} differences",
        must="0",
        met=not bad,
    )


def _full(found):
    for title, name, statement in (
        ("Full refresh, empty table", "empty", "all_insert_first"),
        ("Full refresh, every row rewritten", "rewritten", "all_upsert_rewrite"),
    ):
        limit = _limit(found, statement)
        ours = _runs(found, name)
        yield _ratio(found, title, ours, limit, "one-statement upsert", most=1.3)


def _others(found):
    ours, title = _slower(found), "Full refresh (slower of both)"
    report = _runs(found, "report")
    yield _ratio(found, title, ours, report, "sales report", least=3)
    loop = [run["seconds"] / run["clients"] * found["clients"] for run in found["loop"]]
    measured = found["loop"][0]["clients"]
    name = f"loop over clients ({measured:,} measured)"
    yield _ratio(found, title, ours, loop, name, least=150)


def _incremental(found):
    limit = _limit(found, "inc_1_base", "inc_2_ranks")
    ours = _changed(found)
    title = f"Refresh after {found['incremental'][0]['orders']:,} changed orders"
    yield _ratio(found, title, ours, limit, "base + ranks", most=2)
    yield _ratio(found, title, ours, _slower(found), "full refresh", most=0.2)
    part = found["incremental_amount"]
    yield Line(
        "The same with other amounts in closed months",
        seconds(statistics.median(part["seconds"])),
        measured=f"{part['written'][-1]:,} clients and"
        f" {part['months_written'][-1]:,} months written",
    )


def _finding(found):
    runs = [value for run in found["incremental"] for value in run["finding_ms"]]
    value = statistics.median(runs)
    return Line(
        "Finding the changed clients",
        f"{value:.1f} ms",
        must="<= 10 ms",
        met=value <= 10,
    )


def _queue(found):
    cost = found["queue"]
    more = [a - b for a, b in zip(cost["with"], cost["without"], strict=True)]
    return Line(
        "Saving an order, confirming it: queries",
        " + ".join(map(str, cost["with"])),
        "without the queue " + " + ".join(map(str, cost["without"])),
        f"{max(more)} more",
        "<= 1 more each",
        max(more) <= 1,
    )


def _unchanged(found):
    runs = found["unchanged"]
    rows = max(run["written"] for run in runs)
    ours, limit = _runs(found, "unchanged"), _limit(found, "all_upsert_unchanged")
    return Line(
        "Full refresh, nothing changed: rows written",
        seconds(statistics.median(ours)),
        f"upsert of what differs {seconds(statistics.median(limit))}",
        f"{rows:,} rows ({_quotient(ours, limit):.2f}x)",
        "0 rows",
        rows == 0,
    )


def _objectives(found):
    run = found["objectives"]
    few, many = run["queries"]
    yield Line(
        f"Objectives of {run['plans'][1]} plans: queries that read figures",
        str(many),
        f"{few} for {run['plans'][0]} plans, {run['sources']} sources",
        must="one per source",
        met=few == many == run["sources"],
    )
    full = [full_seconds(found)]
    title = f"Objectives of {run['plans'][1]} plans, figures of clients and surveys"
    yield _ratio(found, title, [run["seconds"]], full, "full refresh", most=0.1)
    yield Line(
        "The same with conversion, costs and stages",
        seconds(run["all_seconds"]),
        f"{run['all_sources']} sources",
    )


def _standards(found):
    run = found["standards"]
    yield Line(
        f"Standards of {found['clients']:,} clients: rows written by the second run",
        seconds(run["again_seconds"]),
        f"first run {seconds(run['first_seconds'])}",
        f"{run['again_written']:,} rows, {run['opened']:,} breaches",
        "0 rows",
        run["again_written"] == 0,
    )
    yield Line(
        "Standards: tasks",
        f"{run['tasks']}",
        f"{run['people']} people are named",
        must="one each",
        met=run["tasks"] == run["people"],
    )


def _memory(found):
    grown = memory_kib(found)
    return Line(
        "Full refresh: Python memory at its peak",
        f"{grown / 1024:.1f} MB",
        must="<= 50 MB",
        met=grown <= MEMORY_KIB,
    )


def memory_kib(found):
    """How much Odoo's process grows by one full refresh, at most."""
    return max(run["kib"] for name in REFRESHES for run in found[name])


def server_kib(found):
    """The peak of PostgreSQL's process; 0 where it cannot be seen."""
    return max(run.get("server_kib", 0) for name in REFRESHES for run in found[name])


def _pages(found):
    titles = {
        "list": "List of 80 clients",
        "client.fact": "Form of a client (most of 20)",
        "res.partner": "Form of the contact (most of 20)",
    }
    for name, title in titles.items():
        page = found["pages"][name]
        (few, many), (least, most) = page["queries"], page["orders"]
        yield Line(
            f"{title}: queries",
            str(many),
            f"{few} with {least} order{'s' if least > 1 else ''}",
            f"with {most} orders",
            "equal",
            few == many,
        )


def _duties(found):
    """Completed orders that become duties."""
    run = found["duties"]
    number = run["orders"]
    yield Line(
        f"Surveys of {number:,} completed orders: rows",
        f"{run['rows']:,}",
        f"different orders {run['different']:,}",
        f"second run {run['again']:,}",
        "one each, then 0",
        run["rows"] == run["different"] == number and not run["again"],
    )
    rate = run["light_seconds"] / run["seconds"]
    yield Line(
        "… rate of making them",
        f"{number / run['seconds']:,.0f} a second",
        f"light model {number / run['light_seconds']:,.0f} a second",
        f"{rate:.2f}x",
        ">= 0.5x",
        rate >= 0.5,
        found["clients"] >= DECISIVE,
    )
    each = run["queries"] / max(number, 1)
    yield Line(
        "… queries per row",
        f"{each:.3f}",
        f"light model {run['light_queries'] / max(number, 1):.3f}",
        must="<= 0.05",
        met=each <= 0.05,
    )
    yield Line(
        "… rows per commit at most",
        f"{run['largest']:,}",
        measured=f"{run['commits']:,} commits",
        must="<= 1,000",
        met=run["largest"] <= 1000,
    )
    yield Line(
        "… memory growth of the process",
        f"{run['kib'] / 1024:.0f} MB",
        must="<= 50 MB",
        met=run["kib"] <= MEMORY_KIB,
    )


def _growth(found, smaller):
    times = found["clients"] / smaller["clients"]

    def exponent(values, name):
        large, small = (statistics.median(values(f, name)) for f in (found, smaller))
        return math.log(large / small) / math.log(times)

    ours = [exponent(_runs, name) for name in ("empty", "rewritten")]
    names = ("all_insert_first", "all_upsert_rewrite")
    limits = [exponent(_limit, name) for name in names]
    yield Line(
        f"Growth exponent, {smaller['clients']:,} to {found['clients']:,} clients",
        " / ".join(f"{value:.2f}" for value in ours),
        "upsert " + " / ".join(f"{value:.2f}" for value in limits),
        f"{max(ours):.2f}",
        "<= 1.05",
        max(ours) <= 1.05,
        found["clients"] >= DECISIVE,
    )


def _first(found):
    part = found["first"]
    return Line(
        f"First refresh ever, closing {part['months']} months",
        seconds(part["seconds"]),
        measured=f"{part['month_rows']:,} rows of months",
    )


def seconds(value):
    """A duration as people read it."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:,.0f} s"
