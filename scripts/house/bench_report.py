"""What a benchmark leaves: a table on the console, a JSON and a Markdown file."""

import json
import re

from . import bench_goals
from .settings import ROOT
from .shell import write

FOLDER = ROOT / "benchmarks"
RESULTS = FOLDER / "results"
README = ROOT / "README.md"
HEAD = ("line", "ours", "compared with", "measured", "must", "verdict")
NOTE_SMALL = (
    f"Below {bench_goals.DECISIVE:,} clients the verdicts in brackets do not decide:"
    " the ratios to the yardstick and to other ways hold for the large size."
)
NOTE_MEDIANS = "Times are medians of three rounds, ratios the median of their ratios."
MARKERS = ("<!-- sizing -->", "<!-- /sizing -->")


def show(found, lines):
    """Print the table of one size."""
    rows = [HEAD, *map(_cells, lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    print(f"\n{title(found)}\n")
    for number, row in enumerate(rows):
        cells = zip(row, widths, strict=True)
        print("  ".join(f"{cell:<{width}}" for cell, width in cells).rstrip())
        if not number:
            print("  ".join("-" * width for width in widths))
    if found["clients"] < bench_goals.DECISIVE:
        print(f"\n{NOTE_SMALL}")
    print(flush=True)


def title(found):
    """Size and machine in one line."""
    return f"{found['clients']:,} clients, {_machine_text(found['machine'])}"


def _machine_text(machine):
    return (
        f"{machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" PostgreSQL {machine['postgresql']}, Odoo {machine['odoo']}"
    )


def _cells(line):
    return (
        line.title,
        line.ours,
        line.other,
        line.measured,
        line.must,
        line.verdict,
    )


def store(found, lines):
    """Write both files of this machine and size; return the name they share."""
    machine = found["machine"]
    major = re.match(r"\d+", machine["postgresql"])[0]
    series = re.match(r"\d+\.\d+", machine["odoo"])[0]
    name = (
        f"{machine['cores']}-cores-{machine['memory_gib']}-gib"
        f"-postgresql-{major}-odoo-{series}-{found['clients']}-clients"
    )
    verdicts = [line._asdict() | {"verdict": line.verdict} for line in lines]
    content = json.dumps(found | {"lines": verdicts}, indent=1, ensure_ascii=False)
    write(RESULTS / f"{name}.json", content + "\n")
    write(RESULTS / f"{name}.md", _markdown(found, lines))
    return name


def _markdown(found, lines):
    rows = [HEAD, ["---"] * len(HEAD), *map(_cells, lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    text = f"# {title(found)}\n\nMeasured on {found['date']}. {NOTE_MEDIANS}\n\n{table}"
    if found["clients"] < bench_goals.DECISIVE:
        text += f"\n\n{NOTE_SMALL}"
    text += f"\n\n## Yardstick, ms of each run\n\n{_yardstick(found)}"
    return text + f"\n\n## Sizing\n\n{sizing(found)}\n"


def _yardstick(found):
    rows = [
        f"| {name} | {', '.join(f'{value:,.0f}' for value in values)} |"
        for name, values in found["yardstick"].items()
    ]
    return "\n".join(["| statement | ms |", "|---|---|", *rows])


def sizing(found):
    """What an administrator plans with: time, disk and memory per 100,000 clients."""
    scale = 100_000 / found["clients"]
    first = found["first"]
    size = first["bytes"]
    month = size["client_fact_month"] / max(first["months"], 1)

    def megabytes(value):
        return f"{value * scale / 1024**2:,.0f} MB"

    rows = [
        (
            "full refresh, once a day",
            f"{bench_goals.full_seconds(found) * scale:,.0f} s",
        ),
        ("first refresh after installing", f"{first['seconds'] * scale:,.0f} s"),
        (
            "refresh after 1,000 changed orders",
            bench_goals.seconds(bench_goals.changed_seconds(found)),
        ),
        ("disk: clients", megabytes(size["client_fact"])),
        ("disk: each closed month", megabytes(month)),
        (
            "memory: Odoo's process grows by, whatever the size",
            f"{bench_goals.memory_kib(found) / 1024:,.0f} MB",
        ),
        (
            "memory: PostgreSQL's process, shared buffers included",
            f"{bench_goals.server_kib(found) / 1024:,.0f} MB",
        ),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return (
        f"Per 100,000 clients with ten orders each, from {title(found)}:\n\n"
        f"| what | needs |\n|---|---|\n{table}"
    )


def update_readme(found):
    """Put the rule of thumb of a large run between the markers of the README."""
    if found["clients"] < bench_goals.DECISIVE:
        return
    text = README.read_text()
    start, end = (text.index(marker) for marker in MARKERS)
    start += len(MARKERS[0])
    write(README, f"{text[:start]}\n\n{sizing(found)}\n\n{text[end:]}")
