from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of SWOT strategies and of plans for territories."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_currency_id = fields.Many2one(
        related="company_id.currency_id",
        string="Currency of Yearly Amounts",
        help="The yearly amounts are in the currency of the company.",
    )
    client_swot_minimum = fields.Integer(
        related="company_id.client_swot_minimum", readonly=False
    )
    client_gate_talk_days = fields.Integer(
        related="company_id.client_gate_talk_days", readonly=False
    )
    client_gate_medium_count = fields.Integer(
        related="company_id.client_gate_medium_count", readonly=False
    )
    client_gate_large_count = fields.Integer(
        related="company_id.client_gate_large_count", readonly=False
    )
    client_gate_medium_amount = fields.Monetary(
        related="company_id.client_gate_medium_amount",
        currency_field="client_currency_id",
        readonly=False,
    )
    client_gate_large_amount = fields.Monetary(
        related="company_id.client_gate_large_amount",
        currency_field="client_currency_id",
        readonly=False,
    )
