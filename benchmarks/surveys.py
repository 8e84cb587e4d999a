"""Completed orders become duties: as fast as records of a light model are created."""

from .support import END, memory_growth, progress, stopwatch, vacuum

#: So many rows at a time, and one commit for them, on both sides.
BATCH = 1000
TABLES = ("client_survey", "client_survey_failure", "res_bank")


def duties(env, orders):
    """The scheduled action makes the duties of the latest ``orders`` confirmed orders.

    Before and after it half as many records each of a light model, ``res.bank``, so
    that a busy minute hits both.
    """
    company = env.company.sudo()
    env.cr.execute("DELETE FROM client_survey")
    before = {
        "client_survey_start_date": company.client_survey_start_date,
        "client_survey_condition": company.client_survey_condition,
    }
    company.write(
        {
            "client_survey_condition": "confirmed",
            "client_survey_start_date": _start(env, orders),
        }
    )
    env.flush_all()
    vacuum(env, *TABLES)
    surveys = env["client.survey"]
    try:
        waiting = surveys._count_waiting(company)
        _create_banks(env, BATCH)  # fills the caches of both
        light = [_create_banks(env, waiting // 2)]
        progress(f"{waiting} duties")
        found = _measure(env)
        light.append(_create_banks(env, waiting - waiting // 2))
        return {
            **found,
            "orders": waiting,
            "rows": _count(env, "client_survey"),
            "different": _count(env, "client_survey", "count(DISTINCT order_id)"),
            "light_seconds": sum(seconds for seconds, _queries in light),
            "light_queries": sum(queries for _seconds, queries in light),
            "again": _again(env),
        }
    finally:
        env.cr.rollback()
        env.cr.execute("DELETE FROM client_survey")
        env.cr.execute("DELETE FROM client_fact_queue")
        env.cr.execute("DELETE FROM res_bank WHERE name LIKE 'Bench %'")
        company.write(before)
        env.flush_all()
        vacuum(env, *TABLES)


def _start(env, orders):
    """The day since which about so many orders are completed."""
    env.cr.execute(
        "SELECT min(date_order)::date FROM"
        " (SELECT date_order FROM sale_order WHERE state = 'sale'"
        "     AND company_id = %s AND date_order < %s"
        "   ORDER BY date_order DESC LIMIT %s) latest",
        [env.company.id, END, orders],
    )
    return env.cr.fetchone()[0]


def _measure(env):
    """The scheduled action: time, queries, memory, and its largest transaction."""
    commits = 0
    cr, commit = env.cr, env.cr.commit

    def counting():
        nonlocal commits
        commits += 1
        commit()

    cr.commit = counting
    queries = cr.sql_log_count
    try:
        growth, (seconds, _none) = memory_growth(
            lambda: stopwatch(env["client.survey"]._cron_queue_surveys)
        )
    finally:
        cr.commit = commit
    queries = cr.sql_log_count - queries
    # Rows of one transaction carry its number.
    cr.execute(
        "SELECT max(number) FROM (SELECT count(*) AS number FROM client_survey"
        " GROUP BY xmin::text) batch"
    )
    [largest] = cr.fetchone()
    return {
        "seconds": seconds,
        "queries": queries,
        "kib": growth,
        "commits": commits,
        "largest": largest,
    }


def _again(env):
    """Rows that a second run makes."""
    before = _count(env, "client_survey")
    env["client.survey"]._cron_queue_surveys()
    return _count(env, "client_survey") - before


def _create_banks(env, number):
    """Seconds and queries of creating so many light records."""
    queries = env.cr.sql_log_count

    def work():
        for first in range(0, number, BATCH):
            env["res.bank"].create(
                [
                    {"name": f"Bench {first + row}"}
                    for row in range(min(BATCH, number - first))
                ]
            )
            env.cr.commit()
            env.invalidate_all()

    seconds, _none = stopwatch(work)
    return seconds, env.cr.sql_log_count - queries


def _count(env, table, what="count(*)"):
    env.cr.execute(f'SELECT {what} FROM "{table}"')
    return env.cr.fetchone()[0]
