"""Objectives of many plans, and the standards of all clients."""

import datetime

from .support import REFERENCE_DATE, median, rows_written, stopwatch

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
)
#: Sources that are read from orders, leads and moves each time, not from facts.
OTHERS = ("conversion", "acquisition_cost", "stage_moved")
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
    found = _make_objectives(env, plans, INDICATORS)
    few = found.filtered(lambda objective: objective.plan_id in plans[::10])
    answer = {
        "plans": [len(few.plan_id), len(plans)],
        "sources": len(set(found.indicator_id.mapped("source"))),
        "listed": _listed(env),
        "queries": [_queries(env, chosen) for chosen in (few, found)],
        "seconds": median([_seconds(found) for _ in range(ROUNDS)]),
    }
    found |= _make_objectives(env, plans, OTHERS)
    answer["all_sources"] = len(set(found.indicator_id.mapped("source")))
    answer["all_seconds"] = _seconds(found)
    env.cr.rollback()
    env.invalidate_all()
    return answer


def standards(env):
    """Seconds of two checks of all clients, and what the second one has written."""
    env = env(context={**env.context, "client_today": REFERENCE_DATE})
    _populate(env)
    env["client.segment"].search([("name", "like", "Part ")]).write(
        {"plan_required": True, "contact_days": 30, "minimum_products": 5, "rank": 1}
    )
    env["client.fact"]._update_primary_segment()
    env.flush_all()
    breaches = env["client.breach"]
    first, (opened, _closed) = stopwatch(breaches._check)
    tables = ("client_breach", "client_breach_digest", "mail_activity")
    before = rows_written(env, *tables)
    again, _counts = stopwatch(breaches._check)
    env.flush_all()
    answer = {
        "first_seconds": first,
        "again_seconds": again,
        "opened": opened,
        "again_written": rows_written(env, *tables) - before,
        "people": len(
            breaches._read_group(
                [("date_closed", "=", False), ("responsible_id", "!=", False)],
                ["responsible_id"],
            )
        ),
        "tasks": env["mail.activity"].search_count(
            [("res_model", "=", "client.breach.digest")]
        ),
    }
    env.cr.rollback()
    env.invalidate_all()
    return answer


def _queries(env, chosen):
    """Queries that read figures, with what they need in the cache already."""
    requests = [objective._get_request() for objective in chosen]
    env["client.indicator"]._measure(requests)
    before = env.cr.sql_log_count
    env["client.indicator"]._measure(requests)
    return env.cr.sql_log_count - before


def _seconds(found):
    return stopwatch(lambda: found.browse(found.ids)._measure())[0]


def _populate(env):
    """Spread the clients over segments, teams and countries, without their orders."""
    segments = env["client.segment"].create(
        [{"name": f"Part {number}"} for number in range(SEGMENTS)]
    )
    teams = env["crm.team"].create(
        [{"name": f"Team {number}"} for number in range(TEAMS)]
    )
    salespeople = env["client.fact"]._read_group([], ["user_id"])
    salespeople = env["res.users"].union(*(user for (user,) in salespeople))
    salespeople.group_ids |= env.ref("client_development.group_client_user")
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
    """A hundred plans, the scopes mixed."""
    plans = env["client.plan"]
    for scope, count in SCOPES.items():
        for number in range(count):
            plans |= plans.create(_subject(env, scope, number))
    return plans


def _make_objectives(env, plans, codes):
    """Objectives of running plans, which began on different days."""
    indicators = [
        env.ref(f"client_development.client_indicator_{code}") for code in codes
    ]
    objectives = env["client.plan.objective"].create(
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
        begun = plan.objective_ids & objectives
        begun.with_context(client_today=day)._freeze()
    env.flush_all()
    return objectives


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
