"""Objectives of many plans: one query per source, whatever the number of plans."""

import datetime

from .support import REFERENCE_DATE, median, stopwatch

ROUNDS = 5
#: How many plans of each scope stand among a hundred.
SCOPES = {"client": 50, "segment": 20, "team": 15, "territory": 10, "company": 5}
#: What their objectives are measured by, in turn: every source of figures.
INDICATORS = (
    "sales_amount",
    "positions",
    "growing_clients",
    "average_order",
    "satisfaction_rating",
    "survey_coverage",
    "wallet_share",
    "conversion",
    "acquisition_cost",
    "stage_moved",
)
OBJECTIVES = 3
SEGMENTS, TEAMS = 20, 15
#: Plans of one scope begin on different days: each has a list of clients of its own.
DAY = datetime.timedelta(days=1)


def objectives(env):
    """Seconds and queries of measuring all objectives of 10 and of 100 plans.

    Everything is made for the measurement and taken back afterwards.
    """
    env = env(context={**env.context, "client_today": REFERENCE_DATE})
    _populate(env)
    plans = _make_plans(env)
    found = plans.objective_ids
    few = _spread(plans).objective_ids
    answer = {
        "plans": [len(few.plan_id), len(plans)],
        "objectives": [len(few), len(found)],
        "sources": len({indicator.source for indicator in found.indicator_id}),
        "listed": _listed(env),
    }
    Indicator = env["client.indicator"]
    asked = [[o._get_request() for o in chosen] for chosen in (few, found)]
    answer["queries"] = [
        queries_of_sources(env, Indicator, requests) for requests in asked
    ]
    answer["seconds"] = [
        stopwatch(lambda: found.browse(found.ids)._measure())[0] for _ in range(ROUNDS)
    ]
    answer["median"] = median(answer["seconds"])
    env.cr.rollback()
    env.invalidate_all()
    return answer


def queries_of_sources(env, indicators, requests):
    """Queries that read figures, with what they need in the cache already."""
    indicators._measure(requests)
    before = env.cr.sql_log_count
    indicators._measure(requests)
    return env.cr.sql_log_count - before


def _spread(plans):
    """Every tenth plan: all scopes are among them."""
    return plans[::10]


def _populate(env):
    """Spread the clients over segments, teams and countries, without their orders."""
    segments = env["client.segment"].create(
        [{"name": f"Part {number}"} for number in range(SEGMENTS)]
    )
    teams = env["crm.team"].create(
        [{"name": f"Team {number}"} for number in range(TEAMS)]
    )
    env.flush_all()
    env.cr.execute(
        "UPDATE client_fact SET team_id = (%s::int[])[1 + id %% %s]", [teams.ids, TEAMS]
    )
    env.cr.execute(
        "INSERT INTO client_fact_client_segment_rel (fact_id, segment_id)"
        " SELECT id, (%s::int[])[1 + id %% %s] FROM client_fact",
        [segments.ids, SEGMENTS],
    )
    env.invalidate_all()


def _make_plans(env):
    """A hundred running plans, the scopes mixed."""
    Plan = env["client.plan"]
    plans = Plan
    for scope, count in SCOPES.items():
        for number in range(count):
            plans |= Plan.create(_subject(env, scope, number))
    indicators = [
        env.ref(f"client_development.client_indicator_{code}") for code in INDICATORS
    ]
    env["client.plan.objective"].create(
        [
            {
                "plan_id": plan.id,
                "indicator_id": indicators[(place + number) % len(indicators)].id,
                "target": 1e9,
            }
            for place, plan in enumerate(plans)
            for number in range(OBJECTIVES)
        ]
    )
    for place, plan in enumerate(plans):
        day = REFERENCE_DATE - DAY * (place % 30)
        plan.objective_ids.with_context(client_today=day)._freeze()
    env.flush_all()
    env.cr.execute("UPDATE client_plan SET state = 'running' WHERE FALSE")
    return plans


def _subject(env, scope, number):
    offset = {"order": "id", "limit": 1, "offset": number}
    subject = {
        "client": ("partner_id", "client.fact", []),
        "segment": ("segment_id", "client.segment", [("name", "like", "Part ")]),
        "team": ("team_id", "crm.team", [("name", "like", "Team ")]),
    }.get(scope)
    if subject:
        name, model, domain = subject
        record = env[model].search(domain, **offset)
        value = record.partner_id.id if scope == "client" else record.id
        return {"scope": scope, name: value}
    if scope == "territory":
        countries = env["res.partner"].search(
            [("client_fact_ids", "!=", False), ("country_id", "!=", False)], limit=200
        )
        country = countries.country_id[number % max(1, len(countries.country_id))]
        return {"scope": scope, "country_ids": [(6, 0, country.ids)]}
    return {"scope": scope}


def _listed(env):
    env.cr.execute("SELECT count(*) FROM client_population_client_rel")
    return env.cr.fetchone()[0]
