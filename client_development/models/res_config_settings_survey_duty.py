from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the orders that the clients are asked about."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_survey_currency_id = fields.Many2one(
        related="company_id.currency_id",
        string="Currency of the Least Order",
        help="The least amount is in the currency of the company.",
    )
    client_survey_minimum_amount = fields.Monetary(
        related="company_id.client_survey_minimum_amount",
        currency_field="client_survey_currency_id",
        readonly=False,
    )
    client_survey_excluded_product_ids = fields.Many2many(
        related="company_id.client_survey_excluded_product_ids", readonly=False
    )
    client_survey_excluded_categ_ids = fields.Many2many(
        related="company_id.client_survey_excluded_categ_ids", readonly=False
    )
    client_survey_group_days = fields.Integer(
        related="company_id.client_survey_group_days", readonly=False
    )
