"""Compares what the database has stored with the independent count, field by field."""

from fractions import Fraction

from odoo.tools import SQL

from .fact_recount import Recount

# Empty and 0 are different things here; elsewhere a count or a sum may be either.
QUOTIENTS = {
    "average_order",
    "growth",
    "rating_average",
    "rating_good_share",
    "survey_coverage",
    "wallet_share",
    "xyz_variation",
}
# What the stored value may differ by: decimals that the field does not keep.
TOLERANCES = {
    "rating_average": 0.00501,
    "xyz_variation": 0.001,
    "growth": 0.0001,
    "rating_good_share": 0.0001,
    "survey_coverage": 0.0001,
    "wallet_share": 0.0001,
}
SHOWN = 20


def describe(company, client, name, found, expected):
    """Return one difference as a person reads it."""
    if isinstance(expected, Fraction):
        expected = float(expected)
    return f"{company.name}, client {client}: {name} is {found}, counted {expected}"


def is_equal(name, found, expected):
    """Whether a stored value is the expected one, within what the field can show."""
    plain = name.removeprefix("previous_")
    if plain in QUOTIENTS and (found is None or expected is None):
        return found is expected
    if isinstance(expected, str) or isinstance(found, str):
        return found == expected
    if hasattr(expected, "year") or hasattr(found, "year"):
        return found == expected
    gap = abs(float(found or 0) - float(expected or 0))
    return gap <= TOLERANCES.get(plain, 1e-6 * max(1.0, abs(float(expected or 0))))


def unpack_categories(figures, currency):
    """Return {category id: (amount, orders, positions)}.

    Stored is a text: per category four whole numbers, its id, amount in cents, orders
    and positions; categories are parted by semicolons. What has no category is left
    out here.
    """
    cents = 10**currency.decimal_places
    result = {}
    for part in filter(None, (figures or "").split(";")):
        category, amount, *counts = map(int, part.split(" "))
        if category > 0:
            result[category] = (amount / cents, *counts)
    return result


def compare_categories(name, found, expected):
    """Yield each category figure that differs; a category may be missing if all 0."""
    for category in sorted({*found, *expected}):
        left = found.get(category, (0, 0, 0))
        right = expected.get(category, (0, 0, 0))
        labels = ("amount", "orders", "positions")
        for label, one, other in zip(labels, left, right, strict=True):
            if not is_equal(label, one, other):
                yield f"{name}[{category}].{label}", one, other


def compare_client(found, expected, currency):
    """Yield (field, stored, counted) of one client."""
    for name in ("categories", "previous_categories"):
        text = found.get(name.replace("categories", "category_figures"))
        found = {**found, name: unpack_categories(text, currency)}
    for name, value in expected.items():
        if name.endswith("categories"):
            yield from compare_categories(name, found[name], value)
        elif name not in found:
            yield name, "no such field", value
        elif not is_equal(name, found[name], value):
            yield name, found[name], value


def read_facts(company):
    """Return {client id: {column: stored value}}, empty values as ``None``."""
    env = company.env
    env.flush_all()
    rows = env.execute_query_dict(
        SQL(
            """SELECT f.*, st.code AS stage_code
                 FROM client_fact f LEFT JOIN client_stage st ON st.id = f.stage_id
                WHERE f.company_id = %s""",
            company.id,
        )
    )
    return {row["partner_id"]: {**row, "stage_id": row["stage_code"]} for row in rows}


def name_stages(company, facts):
    """Return facts that were only read, with the stage's code instead of its id."""
    codes = {stage.id: stage.code for stage in company.env["client.stage"].search([])}
    return {
        client: {**values, "stage_id": codes.get(values["stage_id"])}
        for client, values in facts.items()
    }


def compare_facts(company, day, facts=None):
    """Return a line per difference between stored facts and the count."""
    company.env.invalidate_all()
    stored = read_facts(company) if facts is None else name_stages(company, facts)
    counted = Recount(company, day).count()
    lines = []
    for client, expected in counted.items():
        if client not in stored:
            lines.append(f"{company.name}, client {client}: no row")
            continue
        manual = stored[client].get("stage_manual")
        lines.extend(
            describe(company, client, name, found, value)
            for name, found, value in compare_client(
                stored[client], expected, company.currency_id
            )
            if not (manual and name == "stage_id")
        )
    lines.extend(
        f"{company.name}, client {client}: a row of nobody"
        for client in stored.keys() - counted.keys()
    )
    return lines


MONTH_CLASSES = (
    "abc_class",
    "xyz_class",
    "recency_score",
    "frequency_score",
    "monetary_score",
)


def read_months(company):
    """Return {(client id, first day of the month): stored row} of closed months."""
    company.env.flush_all()
    rows = company.env.execute_query_dict(
        SQL("SELECT * FROM client_fact_month WHERE company_id = %s", company.id)
    )
    return {(row["partner_id"], row["month"]): row for row in rows}


def compare_months(company, day, frozen=None):
    """Return a line per closed month whose figures are not the counted ones.

    :param frozen: what was counted when the months were closed; without it they were
        closed just now
    """
    stored = read_months(company)
    counted = Recount(company, day).count_months()
    frozen = counted if frozen is None else frozen
    months = {month for _client, month in stored}
    lines = []
    for key in sorted({*stored, *counted}):
        if not min(months) <= key[1] <= max(months):
            continue  # not closed yet, or before the facts began
        row = stored.get(key, {})
        now, then = counted.get(key, (0, 0)), frozen.get(key, (0, 0))
        expected = {
            "current_amount": now[0],
            "current_order_count": now[1],
            "amount": then[0],
            "order_count": then[1],
            "correction": now[0] - then[0],
        }
        lines.extend(
            describe(company, key, name, row.get(name), value)
            for name, value in expected.items()
            if not is_equal(name, row.get(name), value)
        )
    return lines


def compare_month_classes(company, last_day):
    """Return a line per client whose classes at the end of a month are not right.

    Who neither bought in the month nor had an ABC class at its end has no row.
    """
    stored = read_months(company)
    counted = Recount(company, last_day).count()
    return [
        describe(company, (client, last_day), name, row.get(name), values[name])
        for client, values in counted.items()
        for row in [stored.get((client, last_day.replace(day=1)), {})]
        for name in MONTH_CLASSES
        if row or values["abc_class"]
        if not is_equal(name, row.get(name), values[name])
    ]


def listing(lines):
    """Return what a failed comparison shows."""
    rest = len(lines) - SHOWN
    first = "\n".join(lines[:SHOWN])
    return f"{len(lines)} differences\n{first}" + (f"\n… {rest} more" * (rest > 0))
