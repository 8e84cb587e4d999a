from odoo import fields, models
from odoo.tools import SQL

# Figures that are quotients: sum of the numerator / sum of the denominator × factor.
# Lists, pivots and graphs aggregate them by this, never as a mean of means.
RATIOS = {
    "average_order": ("amount", "order_count", 1),
    "previous_average_order": ("previous_amount", "previous_order_count", 1),
    "growth": ("growth_amount", "previous_amount", 100),
    "rating_average": ("rating_sum", "rating_count", 1),
    "previous_rating_average": ("previous_rating_sum", "previous_rating_count", 1),
    "rating_good_share": ("rating_good_count", "rating_count", 100),
    "previous_rating_good_share": (
        "previous_rating_good_count",
        "previous_rating_count",
        100,
    ),
    "survey_coverage": ("survey_done_count", "survey_count", 100),
    "previous_survey_coverage": (
        "previous_survey_done_count",
        "previous_survey_count",
        100,
    ),
    "wallet_share": ("wallet_sales", "wallet_period_amount", 100),
    "previous_wallet_share": (
        "previous_wallet_sales",
        "previous_wallet_period_amount",
        100,
    ),
}

ACTIVITIES = [
    ("new", "New"),
    ("steady", "Steady"),
    ("returned", "Returned"),
    ("lost", "Lost"),
    ("dormant", "Dormant"),
    ("prospect", "Never bought"),
]


class ClientFact(models.Model):
    """The figures of a client in one company, as product.md E defines them.

    With D the reference date and N the months of the company's period: *period*
    (D − N months, D], *previous* (D − 2N, D − N]; both in the company's time zone.
    Money is untaxed, in the company's currency, at each order's own rate. The columns
    are written by the refresh only (``client_fact_refresh.py``).
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    currency_id = fields.Many2one(
        related="company_id.currency_id",
        help="The currency of the company, in which all amounts are shown.",
    )

    # -- sales
    order_count = fields.Integer(
        string="Orders",
        readonly=True,
        help="Confirmed orders of the period.",
    )
    previous_order_count = fields.Integer(
        string="Orders Before",
        readonly=True,
        help="Confirmed orders of the previous period.",
    )
    amount = fields.Monetary(
        string="Sales",
        readonly=True,
        help="Untaxed amount of the confirmed orders of the period, less credit notes,"
        " in the company's currency at each order's own rate.",
    )
    previous_amount = fields.Monetary(
        string="Sales Before",
        readonly=True,
        help="Untaxed amount of the previous period, less credit notes.",
    )
    growth_amount = fields.Monetary(
        string="Growth in Money",
        readonly=True,
        help="Sales of the period less sales of the previous one.",
    )
    growth = fields.Float(
        string="Growth, %",
        readonly=True,
        aggregator="avg",
        help="Growth of sales against the previous period, in percent. Empty: nothing"
        " was sold in the previous period.",
    )
    is_growing = fields.Boolean(
        string="Growing",
        readonly=True,
        help="Bought in the previous period and more in this one.",
    )
    margin = fields.Monetary(
        readonly=True,
        help="Margin of the period's orders. Filled when margins on sales orders are"
        " switched on.",
    )
    previous_margin = fields.Monetary(
        string="Margin Before",
        readonly=True,
        help="Margin of the previous period's orders.",
    )
    average_order = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Sales of the period divided by its orders.",
    )
    previous_average_order = fields.Monetary(
        string="Average Order Before",
        readonly=True,
        aggregator="avg",
        help="Sales of the previous period divided by its orders.",
    )
    year_amount = fields.Monetary(
        string="Sales of this Year",
        readonly=True,
        help="Sales from 1 January of this year to the day of the facts.",
    )
    last_year_amount = fields.Monetary(
        string="Sales of last Year's same Days",
        readonly=True,
        help="Sales of the last year from 1 January to the same day.",
    )
    year_order_count = fields.Integer(
        string="Orders of this Year",
        readonly=True,
        help="Confirmed orders from 1 January of this year to the day of the facts.",
    )
    last_year_order_count = fields.Integer(
        string="Orders of last Year's same Days",
        readonly=True,
        help="Confirmed orders of the last year from 1 January to the same day.",
    )
    year_margin = fields.Monetary(
        string="Margin of this Year",
        readonly=True,
        help="Margin from 1 January of this year to the day of the facts, when margins"
        " are kept.",
    )
    last_year_margin = fields.Monetary(
        string="Margin of last Year's same Days",
        readonly=True,
        help="Margin of the last year from 1 January to the same day.",
    )
    product_count = fields.Integer(
        string="Positions",
        readonly=True,
        aggregator="avg",
        help="Different products bought in the period. Delivery and discounts do not"
        " count.",
    )
    previous_product_count = fields.Integer(
        string="Positions Before",
        readonly=True,
        aggregator="avg",
        help="Different products bought in the previous period.",
    )
    category_count = fields.Integer(
        string="Product Categories",
        readonly=True,
        aggregator="avg",
        help="Different product categories bought in the period.",
    )
    previous_category_count = fields.Integer(
        string="Product Categories Before",
        readonly=True,
        aggregator="avg",
        help="Different product categories bought in the previous period.",
    )
    category_figures = fields.Text(
        readonly=True,
        help="Technical: per product category of the period its id, amount (in cents),"
        " orders and positions; categories are parted by semicolons. Shown as client"
        " facts by category.",
    )
    previous_category_figures = fields.Text(
        readonly=True,
        help="Technical: the same of the previous period.",
    )

    # -- the client's time with us
    first_order_date = fields.Date(
        string="First Order",
        readonly=True,
        help="Day of the client's first confirmed order ever.",
    )
    last_order_date = fields.Date(
        string="Last Order",
        readonly=True,
        help="Day of the client's latest confirmed order.",
    )
    activity = fields.Selection(
        selection=ACTIVITIES,
        string="Client Activity",
        readonly=True,
        help="New: his first order ever is in the period. Returned: bought again after"
        " a pause as long as the period. Steady: bought, neither new nor returned."
        " Lost: bought in the previous period, but not in this one. Dormant: bought"
        " only earlier.",
    )
    previous_activity = fields.Selection(
        selection=ACTIVITIES,
        string="Client Activity Before",
        readonly=True,
        help="The same, as it was at the end of the previous period.",
    )
    is_raised = fields.Boolean(
        string="Priority Raised",
        readonly=True,
        help="A person gave the client a better segment in the period, and it was not"
        " undone within 30 days.",
    )
    previous_is_raised = fields.Boolean(
        string="Priority Raised Before",
        readonly=True,
        help="A person gave the client a better segment in the previous period.",
    )

    # -- satisfaction and coverage
    rating_count = fields.Integer(
        string="Ratings",
        readonly=True,
        help="Answered surveys of the period.",
    )
    rating_sum = fields.Integer(
        string="Sum of Ratings",
        readonly=True,
        help="All ratings of the period added up.",
    )
    rating_good_count = fields.Integer(
        string="Ratings 4–5",
        readonly=True,
        help="Answered surveys of the period with a rating of 4 or 5.",
    )
    rating_average = fields.Float(
        string="Satisfaction",
        digits=(3, 2),
        readonly=True,
        aggregator="avg",
        help="Mean rating of the period, 1 to 5. Empty: nobody has answered.",
    )
    rating_good_share = fields.Float(
        string="Ratings 4–5, %",
        readonly=True,
        aggregator="avg",
        help="Share of the period's ratings that are 4 or 5, in percent.",
    )
    previous_rating_count = fields.Integer(
        string="Ratings Before",
        readonly=True,
        help="Answered surveys of the previous period.",
    )
    previous_rating_sum = fields.Integer(
        string="Sum of Ratings Before",
        readonly=True,
        help="All ratings of the previous period added up.",
    )
    previous_rating_good_count = fields.Integer(
        string="Ratings 4–5 Before",
        readonly=True,
        help="Answered surveys of the previous period with a rating of 4 or 5.",
    )
    previous_rating_average = fields.Float(
        string="Satisfaction Before",
        digits=(3, 2),
        readonly=True,
        aggregator="avg",
        help="Mean rating of the previous period, 1 to 5.",
    )
    previous_rating_good_share = fields.Float(
        string="Ratings 4–5 Before, %",
        readonly=True,
        aggregator="avg",
        help="Share of the previous period's ratings that are 4 or 5, in percent.",
    )
    survey_count = fields.Integer(
        string="Surveys Due",
        readonly=True,
        help="Surveys due in the period; those of cancelled orders are left out.",
    )
    survey_done_count = fields.Integer(
        string="Surveys Answered",
        readonly=True,
        help="Of the surveys due in the period, those that were answered.",
    )
    survey_coverage = fields.Float(
        string="Survey Coverage, %",
        readonly=True,
        aggregator="avg",
        help="Answered surveys of those due in the period, in percent. Empty: none was"
        " due.",
    )
    previous_survey_count = fields.Integer(
        string="Surveys Due Before",
        readonly=True,
        help="Surveys due in the previous period.",
    )
    previous_survey_done_count = fields.Integer(
        string="Surveys Answered Before",
        readonly=True,
        help="Of the surveys due in the previous period, those that were answered.",
    )
    previous_survey_coverage = fields.Float(
        string="Survey Coverage Before, %",
        readonly=True,
        aggregator="avg",
        help="Answered surveys of those due in the previous period, in percent.",
    )

    # -- wallet
    wallet_amount = fields.Monetary(
        string="Yearly Wallet",
        readonly=True,
        help="What the client spends per year with everybody on the product categories"
        " for which his wallet is known.",
    )
    wallet_period_amount = fields.Monetary(
        string="Wallet in the Period",
        readonly=True,
        help="The yearly wallet brought to the length of the period.",
    )
    wallet_sales = fields.Monetary(
        string="Our Part of the Wallet",
        readonly=True,
        help="Our sales of the period in the product categories for which the wallet is"
        " known.",
    )
    wallet_share = fields.Float(
        string="Share of Wallet, %",
        readonly=True,
        aggregator="avg",
        help="Our part of what the client spends, in percent. Above 100 % the wallet is"
        " out of date. Empty: the wallet is not known.",
    )
    previous_wallet_amount = fields.Monetary(
        string="Yearly Wallet Before",
        readonly=True,
        help="The yearly wallet as it was known at the end of the previous period.",
    )
    previous_wallet_period_amount = fields.Monetary(
        string="Wallet in the Previous Period",
        readonly=True,
        help="That wallet brought to the length of the period.",
    )
    previous_wallet_sales = fields.Monetary(
        string="Our Part of the Wallet Before",
        readonly=True,
        help="Our sales of the previous period in the categories of that wallet.",
    )
    previous_wallet_share = fields.Float(
        string="Share of Wallet Before, %",
        readonly=True,
        aggregator="avg",
        help="Our part of that wallet in the previous period, in percent.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Aggregate quotients as quotients of sums."""
        name, _sep, function = aggregate_spec.partition(":")
        if function != "avg" or name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        numerator, denominator, factor = RATIOS[name]
        return SQL(
            "%(factor)s * SUM(%(numerator)s) / NULLIF(SUM(%(denominator)s), 0)::float8",
            factor=factor,
            numerator=self._field_to_sql(self._table, numerator, query),
            denominator=self._field_to_sql(self._table, denominator, query),
        )
