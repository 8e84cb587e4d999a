"""The additive numbers of which indicators are made, and where each comes from.

A *measure* is one aggregate over the rows ``e`` of its source
(``client_indicator_sources.py``), for one *span* of days. Numerators and denominators
of indicators are measures (product.md E, design decision 5).
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from odoo.tools import SQL

PERIOD = ("period", "previous")
YEAR = ("year", "last_year")
SPANS = PERIOD + YEAR
# What a figure is set beside: the previous period, or the last year's same days.
BEFORE = {"period": "previous", "year": "last_year"}
# How columns of a client's row begin in each span.
PREFIX = {
    "period": "",
    "previous": "previous_",
    "year": "year_",
    "last_year": "last_year_",
}


class Span(NamedTuple):
    """Days from ``first`` to ``last``, which is over at the UTC moment ``end``.

    ``name`` is one of :data:`SPANS`.
    """

    name: str
    first: date
    last: date
    end: datetime


class Measure(NamedTuple):
    """One number of a source; ``sql`` makes its aggregate for a span."""

    source: str
    label: str
    sql: Callable
    spans: tuple = SPANS


def _column(name, spans=SPANS):
    """Sum of a figure that the client's row keeps for several spans.

    In double precision, which is faster, and exact to the cent far beyond 100,000 rows.
    """

    def sql(span):
        return SQL("SUM(e.%s::float8)", SQL.identifier(PREFIX[span.name] + name))

    return sql, spans


def _clients(to_condition, spans=SPANS):
    """Number of clients who meet a condition on the columns of a span.

    :param to_condition: makes it of a function that names the column of a figure
    """

    def sql(span):
        def column(name):
            return SQL("e.%s", SQL.identifier(PREFIX[span.name] + name))

        return SQL("COUNT(*) FILTER (WHERE %s)", to_condition(column))

    return sql, spans


def _is(activity):
    return lambda column: SQL("%s = %s", column("activity"), activity)


def _new(span, also=None):
    """New clients: by the days of their first sale."""
    return SQL(
        "COUNT(*) FILTER (WHERE e.first_order_date BETWEEN %s AND %s AND %s)",
        span.first,
        span.last,
        also or SQL("TRUE"),
    )


def _referred(span):
    return _new(
        span,
        SQL(
            "EXISTS (SELECT 1 FROM res_partner p WHERE p.id = e.partner_id"
            " AND p.client_referrer_id IS NOT NULL)"
        ),
    )


def _lost(span):
    if span.name in PERIOD:
        return _clients(_is("lost"))[0](span)
    return SQL(
        "COUNT(*) FILTER (WHERE e.last_year_order_count > 0 AND e.year_order_count = 0)"
    )


def _growing(span):
    if span.name == "period":
        return SQL("COUNT(*) FILTER (WHERE e.is_growing)")
    return SQL(
        "COUNT(*) FILTER (WHERE e.last_year_amount > 0"
        " AND e.year_amount > e.last_year_amount)"
    )


def _grown_from(span):
    before = SQL.identifier(f"{PREFIX[BEFORE[span.name]]}amount")
    return SQL("COUNT(*) FILTER (WHERE e.%s > 0)", before)


def _events(column, to_condition=None, value=None):
    """Sum or number of dated rows: those whose ``column`` lies in the span.

    :param to_condition: makes a further condition of the span
    """

    def sql(span):
        aggregate = SQL("COUNT(*)")
        if value:
            aggregate = SQL("SUM(e.%s)", SQL.identifier(value))
        return SQL(
            "%(aggregate)s FILTER (WHERE e.%(day)s BETWEEN %(first)s AND %(last)s"
            " AND %(condition)s)",
            aggregate=aggregate,
            day=SQL.identifier(column),
            first=span.first,
            last=span.last,
            condition=to_condition(span) if to_condition else SQL("TRUE"),
        )

    return sql, SPANS


def _median(span):
    return SQL(
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY e.days)"
        ' FILTER (WHERE e."left" BETWEEN %s AND %s)',
        span.first,
        span.last,
    )


def _answered(span):
    return SQL("e.answered_moment < %s", span.end)


def _converted(span):
    return SQL("e.converted_moment < %s", span.end)


def _regular(span):
    return SQL("e.regular_moment < %s", span.end)


def _enquiries(source=None, to_condition=None):
    """Number of enquiries of one source, or of all, that meet a condition."""

    def both(span):
        conditions = [to_condition(span)] if to_condition else []
        if source:
            conditions.append(SQL("e.source_kind = %s", source))
        return SQL(" AND ").join(conditions or [SQL("TRUE")])

    return _events("day", both)


NOW = ("period",)

#: All measures by the code that an indicator stores.
MEASURES = {
    "amount": Measure("fact", "Sales amount", *_column("amount")),
    "margin": Measure("fact", "Margin", *_column("margin")),
    "orders": Measure("fact", "Orders", *_column("order_count")),
    "buying": Measure(
        "fact",
        "Buying clients",
        *_clients(lambda column: SQL("%s > 0", column("order_count"))),
    ),
    "clients": Measure("fact", "Clients", *_clients(lambda column: SQL("TRUE"), NOW)),
    "new": Measure("fact", "New clients", _new),
    "referred": Measure("fact", "New clients by recommendation", _referred),
    "returned": Measure("fact", "Returned clients", *_clients(_is("returned"), PERIOD)),
    "lost": Measure("fact", "Lost clients", _lost, (*PERIOD, "year")),
    "growing": Measure("fact", "Clients who buy more", _growing, ("period", "year")),
    "grown_from": Measure(
        "fact", "Clients who bought before", _grown_from, ("period", "year")
    ),
    "raised": Measure(
        "fact",
        "Clients raised in priority",
        *_clients(lambda column: column("is_raised"), PERIOD),
    ),
    "products": Measure("fact", "Positions", *_column("product_count", PERIOD)),
    "categories": Measure(
        "fact", "Product categories", *_column("category_count", PERIOD)
    ),
    "wallet_sales": Measure(
        "fact", "Our part of the wallet", *_column("wallet_sales", PERIOD)
    ),
    "wallet": Measure(
        "fact", "Wallet of the period", *_column("wallet_period_amount", PERIOD)
    ),
    "ratings": Measure("fact", "Ratings", *_column("rating_count", PERIOD)),
    "rating_sum": Measure("fact", "Sum of ratings", *_column("rating_sum", PERIOD)),
    "good_ratings": Measure(
        "fact", "Ratings 4 and 5", *_column("rating_good_count", PERIOD)
    ),
    "category_amount": Measure(
        "category", "Sales of the category", *_column("amount", PERIOD)
    ),
    "category_orders": Measure(
        "category", "Orders with the category", *_column("order_count", PERIOD)
    ),
    "duties": Measure("survey", "Completed orders", *_events("day")),
    "answered": Measure("survey", "Answered surveys", *_events("day", _answered)),
    "enquiries": Measure("enquiry", "Enquiries", *_enquiries()),
    "enquiries_repeat": Measure("enquiry", "Enquiries: repeat", *_enquiries("repeat")),
    "enquiries_referral": Measure(
        "enquiry", "Enquiries: referral", *_enquiries("referral")
    ),
    "enquiries_other": Measure("enquiry", "Enquiries: other", *_enquiries("other")),
    "converted": Measure(
        "enquiry", "Converted enquiries", *_enquiries(None, _converted)
    ),
    "converted_repeat": Measure(
        "enquiry", "Converted: repeat", *_enquiries("repeat", _converted)
    ),
    "converted_referral": Measure(
        "enquiry", "Converted: referral", *_enquiries("referral", _converted)
    ),
    "converted_other": Measure(
        "enquiry", "Converted: other", *_enquiries("other", _converted)
    ),
    "regular": Measure(
        "enquiry", "Became regular clients", *_enquiries(None, _regular)
    ),
    "cost": Measure("cost", "Acquisition costs", *_events("day", value="amount")),
    "entered": Measure("stage", "Entered the stage", *_events("entered")),
    "moved_on": Measure(
        "stage", "Moved on", *_events("left", lambda span: SQL("e.is_moved"))
    ),
    "stage_days": Measure("stage", "Median days in the stage", _median),
    "development_hours": Measure("time", "Hours of development", None, NOW),
    "working_hours": Measure("time", "Working hours", None, NOW),
}
