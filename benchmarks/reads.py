"""What a user's pages cost: the list of clients and the forms of one client."""

from .support import queries

LIMIT = 80
#: Forms opened of either kind: a client whose contact has ordered takes one query more,
#: however many orders he has.
FORMS = 20
LIST_VIEW = "client_development.client_fact_view_list"


def pages(env):
    """Queries per page, for clients with the fewest orders and with the most."""
    env = env(user=env.ref("base.user_admin").id)
    few, many = _by_orders(env, ""), _by_orders(env, "DESC")
    answer = {"list": _list(env, few, many)}
    for model in ("client.fact", "res.partner"):
        answer[model] = _form(env, model, few, many)
    return answer


def _by_orders(env, direction):
    """(row id, partner id, orders) of clients with at least one order."""
    env.cr.execute(
        f"""
        SELECT f.id, f.partner_id, count(*) AS orders
          FROM client_fact f
          JOIN res_partner p ON p.commercial_partner_id = f.partner_id
          JOIN sale_order so ON so.partner_id = p.id AND so.state = 'sale'
         GROUP BY f.id ORDER BY orders {direction}, f.id LIMIT {LIMIT}
        """
    )
    return env.cr.fetchall()


def _list(env, few, many):
    model = env["client.fact"]
    spec = model._get_fields_spec(model.get_view(env.ref(LIST_VIEW).id, "list"))

    def read(rows):
        domain = [("id", "in", [row[0] for row in rows])]
        model.web_search_read(domain, spec, limit=LIMIT)

    return _compare(env, read, [few], [many], few[0][2], many[0][2])


def _form(env, name, few, many):
    """The standard form of a model, as the web client reads it, for one client each."""
    model = env[name]
    spec = model._get_fields_spec(model.get_view(view_type="form"))
    column = 0 if name == "client.fact" else 1

    def read(row):
        model.browse(row[column]).web_read(spec)

    return _compare(env, read, few[:FORMS], many[:FORMS], few[0][2], many[0][2])


def _compare(env, read, few, many, least, most):
    """The most queries of either kind; all counts are kept beside them."""
    for what in (*few, *many):
        # Fills the caches that last longer than a request.
        queries(env, lambda w=what: read(w))
    each = [
        [queries(env, lambda w=what: read(w)) for what in kind] for kind in (few, many)
    ]
    return {"orders": [least, most], "queries": list(map(max, each)), "each": each}
