"""The classes of the independent count: ABC, XYZ and RFM as docs/facts.md has them.

Each function adds its fields to ``facts``, the figures of all clients of one company:
{client id: {field: value}}. Limits are the settings of the company.
"""

import math
from fractions import Fraction

from dateutil.relativedelta import relativedelta

ABC_FIGURES = {"amount": "amount", "margin": "margin", "orders": "order_count"}
# Fewer closed months say nothing about regularity.
XYZ_MONTHS = 6


def add_abc(facts, company):
    """A and B end where the sales of all clients with more reach their limits."""
    figure = ABC_FIGURES[company.client_abc_by]
    worth = {client: values[figure] or 0 for client, values in facts.items()}
    positive = [value for value in worth.values() if value > 0]
    total = sum(positive)
    limits = [
        Fraction(repr(company.client_abc_a)),
        Fraction(repr(company.client_abc_b)),
    ]
    ahead = {}
    for value in set(positive):
        ahead[value] = sum(other for other in positive if other > value)
    for client, values in facts.items():
        if worth[client] <= 0:
            values["abc_class"] = None
            continue
        percent_ahead = 100 * Fraction(ahead[worth[client]])
        reached = sum(percent_ahead >= limit * total for limit in limits)
        values["abc_class"] = "ABC"[reached]


def add_rfm(facts, company):
    """Scores 1 to 5 over the clients who bought in the period."""
    buyers = {c: values for c, values in facts.items() if values["order_count"]}
    limits = [Fraction(repr(limit)) for limit in company._client_rfm_limits()]
    for score, figure in (
        ("recency_score", "last_order_date"),
        ("frequency_score", "order_count"),
        ("monetary_score", "amount"),
    ):
        everybody = [values[figure] for values in buyers.values()]
        for client, values in facts.items():
            if client not in buyers:
                values[score] = None
                continue
            smaller = sum(other < values[figure] for other in everybody)
            share = Fraction(100 * smaller, len(buyers))
            values[score] = 1 + sum(limit <= share for limit in limits)


def add_xyz(facts, recount):
    """Variation of the closed months since the month of the first order."""
    company = recount.company
    for client, values in facts.items():
        amounts = _closed_months(recount, client, values["first_order_date"])
        values["xyz_month_count"] = len(amounts)
        values["xyz_variation"] = values["xyz_class"] = None
        mean = sum(amounts) / len(amounts) if amounts else 0
        if len(amounts) < XYZ_MONTHS or mean <= 0:
            continue
        variance = sum((amount - mean) ** 2 for amount in amounts) / len(amounts)
        variation = math.sqrt(variance) / float(mean)
        limits = (company.client_xyz_x, company.client_xyz_y)
        values["xyz_variation"] = variation
        values["xyz_class"] = "XYZ"[sum(variation >= limit for limit in limits)]


def _closed_months(recount, client, first_day):
    """Return the exact amounts of the months, those without sales included."""
    if not first_day:
        return []
    monthly = recount.monthly(client)
    month, amounts = first_day.replace(day=1), []
    while month <= recount.last_closed_month():
        amounts.append(monthly[month][0])
        month += relativedelta(months=1)
    return amounts
