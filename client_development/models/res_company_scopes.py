from odoo import fields, models


class ResCompany(models.Model):
    """The settings of SWOT strategies and of plans for territories (product.md A)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_swot_minimum = fields.Integer(
        string="SWOT Items per Quadrant",
        default=4,
        required=True,
        help="So many strengths, weaknesses, opportunities and risks a SWOT needs at"
        " least.",
    )
    client_gate_talk_days = fields.Integer(
        string="Days of Talks",
        default=10,
        required=True,
        help="When the talks with one client of a territory have taken more working"
        " days than these, a headquarters in the region is worth while.",
    )
    client_gate_medium_count = fields.Integer(
        string="Medium Clients of a Sales Office",
        default=100,
        required=True,
        help="So many medium clients a territory needs for a sales office.",
    )
    client_gate_large_count = fields.Integer(
        string="Large Clients of a Sales Office",
        default=10,
        required=True,
        help="So many large clients a territory needs for a sales office.",
    )
    client_gate_medium_amount = fields.Monetary(
        string="Medium Client from",
        currency_field="currency_id",
        default=10000.0,
        required=True,
        help="A client who buys for this amount a year, or more, is a medium one.",
    )
    client_gate_large_amount = fields.Monetary(
        string="Large Client from",
        currency_field="currency_id",
        default=100000.0,
        required=True,
        help="A client who buys for this amount a year, or more, is a large one. He"
        " does not count as a medium one.",
    )

    _client_swot_minimum_range = models.Constraint(
        "CHECK(client_swot_minimum BETWEEN 1 AND 50)",
        "SWOT Items per Quadrant: enter 1 to 50 items.",
    )
    _client_gate_counts = models.Constraint(
        "CHECK(client_gate_talk_days BETWEEN 0 AND 365"
        " AND client_gate_medium_count >= 0 AND client_gate_large_count >= 0)",
        "Gates of a territory: days of talks lie between 0 and 365, and numbers of"
        " clients cannot be negative.",
    )
    _client_gate_amounts = models.Constraint(
        "CHECK(client_gate_medium_amount > 0"
        " AND client_gate_large_amount > client_gate_medium_amount)",
        "Gates of a territory: a large client buys for more than a medium one, and a"
        " medium one for more than nothing. Correct the yearly amounts.",
    )
