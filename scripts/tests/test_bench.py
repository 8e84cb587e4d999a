"""./dev bench without a database: recounting, verdicts, what is stored."""

import datetime
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from house import bench, bench_goals, bench_report  # noqa: E402
from house.console import Problem  # noqa: E402

from benchmarks import recount  # noqa: E402


def refresh(seconds, written=1000, kib=1024):
    return [{"seconds": seconds, "rows": written, "written": written, "kib": kib}] * 3


def found(clients=100_000, **changes):
    """A run in which every goal is just met."""
    names = ("all_insert_first", "all_upsert_rewrite", "all_upsert_unchanged")
    page = {"orders": [1, 50], "queries": [9, 9]}
    changed = {
        "orders": 1000,
        "clients": 993,
        "seconds": [2.0, 1.9, 2.1],
        "finding_ms": [10, 1, 99],
        "written": [993],
        "months_written": [900],
    }
    return {
        "clients": clients,
        "date": "2026-09-30",
        "machine": {
            "cores": 2,
            "memory_gib": 24,
            "postgresql": "15.18",
            "odoo": "19.0",
        },
        "gate": {"checked": 200, "differences": []},
        "yardstick": dict.fromkeys(names, [9000, 10_000, 20_000])
        | {"inc_1_base": [600] * 3, "inc_2_ranks": [400] * 3},
        "first": {
            "seconds": 60,
            "months": 23,
            "month_rows": 10,
            "bytes": {"client_fact": 2**20, "client_fact_month": 23 * 2**20},
        },
        "empty": refresh(13),
        "rewritten": refresh(12),
        "unchanged": refresh(9, written=0),
        "incremental": [changed] * 3,
        "incremental_amount": changed,
        "queue": {"with": [40, 25], "without": [39, 24]},
        "objectives": {
            "plans": [10, 100],
            "sources": 2,
            "queries": [2, 2],
            "seconds": 1.3,
            "all_sources": 5,
            "all_seconds": 5,
        },
        "standards": {
            "first_seconds": 9,
            "again_seconds": 3,
            "opened": 1000,
            "again_written": 0,
            "people": 20,
            "tasks": 20,
        },
        "pages": dict.fromkeys(("list", "client.fact", "res.partner"), page),
        "loop": [{"clients": 333, "seconds": 13 * 0.4995, "queries": 8}] * 3,
        "report": [{"seconds": 39}] * 3,
        "duties": duties(),
    } | changes


def duties(number=100_000, **changes):
    return {
        "orders": number,
        "rows": number,
        "different": number,
        "again": 0,
        "seconds": 100,
        "light_seconds": 50,
        "queries": number / 20,
        "light_queries": number,
        "largest": 1000,
        "commits": number / 1000,
        "kib": 50 * 1024,
    } | changes


def missed(run, smaller=None):
    return [line.title for line in bench_goals.lines(run, smaller) if line.missed]


def test_a_run_that_just_meets_every_goal():
    assert missed(found()) == []


@pytest.mark.parametrize(
    "title, change",
    [
        ("Full refresh, empty table", {"empty": refresh(13.1)}),
        ("Full refresh, every row rewritten", {"rewritten": refresh(13.1)}),
        ("Full refresh (slower of both)", {"report": [{"seconds": 38}] * 3}),
        (
            "Full refresh (slower of both)",
            {"loop": [{"clients": 333, "seconds": 6.4, "queries": 8}] * 3},
        ),
        ("nothing changed", {"unchanged": refresh(9, written=1)}),
        ("Python memory", {"unchanged": refresh(9, written=0, kib=51 * 1024)}),
        ("Saving an order", {"queue": {"with": [41, 25], "without": [39, 24]}}),
        ("orders: rows", {"duties": duties(again=1)}),
        ("orders: rows", {"duties": duties(different=99_999)}),
        ("rate of making", {"duties": duties(seconds=101)}),
        ("queries per row", {"duties": duties(queries=5001)}),
        ("rows per commit", {"duties": duties(largest=1001)}),
        ("memory growth of the process", {"duties": duties(kib=51 * 1024)}),
        ("Correctness", {"gate": {"checked": 200, "differences": ["one"]}}),
    ],
)
def test_a_missed_goal_is_named(title, change):
    assert any(title in line for line in missed(found(**change)))


def test_a_busy_minute_hits_both_sides_of_a_ratio():
    times, limits = (10, 50, 12), (8000, 40_000, 10_000)
    run = found(empty=[refresh(time)[0] for time in times])
    run["yardstick"]["all_insert_first"] = list(limits)
    line = next(row for row in bench_goals.lines(run) if "empty" in row.title)
    assert line.measured == "1.25x" and line.met


def test_query_counts_must_be_equal():
    page = {"orders": [1, 50], "queries": [9, 10]}
    pages = found()["pages"] | {"res.partner": page}
    assert missed(found(pages=pages)) == ["Form of the contact (most of 20): queries"]


def test_ratios_do_not_decide_on_a_small_run():
    small = found(10_000, empty=refresh(99))
    line = next(row for row in bench_goals.lines(small) if "empty" in row.title)
    assert line.verdict == "(missed)"
    assert missed(small) == []


def test_growth_takes_the_steeper_of_both_refreshes():
    small = found(10_000, empty=refresh(1.3), rewritten=refresh(1.0))
    assert any("Growth" in title for title in missed(found(), small))
    small["rewritten"] = refresh(1.2)
    assert missed(found(), small) == []


def test_yardstick_output_is_read():
    printed = "@a_orders\nHashAggregate\nExecution Time: 12.5 ms\n@b\nDROP TABLE\n"
    printed += "Planning Time: 1.0 ms\nExecution Time: 3.000 ms\n"
    assert bench.parse_yardstick(printed) == {"a_orders": 12.5, "b": 3.0}


@pytest.mark.parametrize("clients", ["0", "999", "2000000"])
def test_a_size_out_of_range_is_refused(clients):
    with pytest.raises(Problem, match="choose 1000 to"):
        bench._parse(["--clients", clients])


def test_sizes_default_to_both():
    options = bench._parse([])
    assert list(options.clients) == [10_000, 100_000]
    assert not options.keep


def test_results_name_neither_host_nor_path(tmp_path, monkeypatch):
    monkeypatch.setattr(bench_report, "RESULTS", tmp_path)
    run = found()
    name = bench_report.store(run, bench_goals.lines(run))
    assert name == "2-cores-24-gib-postgresql-15-odoo-19.0-100000-clients"
    text = "".join(path.read_text() for path in tmp_path.iterdir())
    assert str(ROOT) not in text
    assert "| Full refresh, empty table | 13.0 s |" in text
    assert "| disk: each closed month | 1 MB |" in text


def test_only_a_large_run_fills_the_readme(tmp_path, monkeypatch):
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- sizing -->\nold\n<!-- /sizing -->\nafter\n")
    monkeypatch.setattr(bench_report, "README", readme)
    bench_report.update_readme(found(10_000))
    assert "old" in readme.read_text()
    bench_report.update_readme(found())
    text = readme.read_text()
    assert "old" not in text
    assert "| full refresh, once a day | 13 s |" in text
    assert text.startswith("before\n") and text.endswith("\nafter\n")


def test_the_readme_has_its_markers():
    text = bench_report.README.read_text()
    assert all(marker in text for marker in bench_report.MARKERS)


# -- counting again -------------------------------------------------------------------


def test_abc_counts_those_who_bought_more():
    amounts = {1: 80, 2: 5, 3: 5, 4: 5, 5: 5, 6: 0, 7: -3}
    classes = recount.abc_classes(amounts)
    # 80 % are before clients 2 to 5, who are equal: one class for all four.
    assert classes == {1: "A", 2: "B", 3: "B", 4: "B", 5: "B"}
    assert recount.abc_classes({1: 96, 2: 4}) == {1: "A", 2: "C"}
    assert recount.abc_classes({}) == {}


def test_a_month_is_closed_when_its_last_day_has_come():
    closed = recount.last_closed_month
    assert closed(datetime.date(2026, 9, 30)) == 2026 * 12 + 8
    assert closed(datetime.date(2026, 9, 29)) == 2026 * 12 + 7
    assert closed(datetime.date(2026, 1, 15)) == 2025 * 12 + 11


def test_xyz_needs_six_months_and_counts_empty_ones():
    def sales(*amounts, first=4):
        days = [datetime.date(2026, first + i, 1) for i in range(len(amounts))]
        return list(zip(days, amounts, strict=True))

    assert recount.xyz_class([]) is False
    assert recount.xyz_class(sales(10, 10, 10, 10, 10, first=5)) is False
    assert recount.xyz_class(sales(10, 10, 10, 10, 10, 10)) == "X"
    # Half the months empty: variation exactly 1, which is not below 1.
    assert recount.xyz_class(sales(10, 10, 10)) == "Z"
    assert recount.xyz_class(sales(10, 10, 10, 10)) == "Y"
    assert recount.xyz_class(sales(0, 0, 0, 0, 0, 0)) is False


def test_compare_allows_half_a_cent_and_no_missing_row():
    wanted = {"order_count": 1, "amount": 10.0, "first_order_date": "2026-01-01"}
    near = wanted | {"amount": 10.004}
    assert recount.compare(1, near, wanted) == []
    far = wanted | {"amount": 10.006, "order_count": 2}
    assert len(recount.compare(1, far, wanted)) == 2
    assert recount.compare(1, None, wanted) == ["client 1: no row"]
    assert recount.compare(1, None, wanted | {"first_order_date": False}) == []
