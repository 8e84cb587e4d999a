from odoo import fields, models


class ResCompany(models.Model):
    """Which completed orders the clients are asked about (product.md F)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_survey_minimum_amount = fields.Monetary(
        string="Ask about Orders from",
        currency_field="currency_id",
        help="Nobody is asked about a smaller order. The order's total counts, with"
        " taxes, in the currency of the company. 0: clients are asked about every"
        " order.",
    )
    client_survey_excluded_product_ids = fields.Many2many(
        comodel_name="product.template",
        relation="res_company_client_survey_product_rel",
        column1="company_id",
        column2="product_id",
        string="Products Never Asked about",
        help="Nobody is asked about an order of nothing but such products.",
    )
    client_survey_excluded_categ_ids = fields.Many2many(
        comodel_name="product.category",
        relation="res_company_client_survey_categ_rel",
        column1="company_id",
        column2="categ_id",
        string="Product Categories Never Asked about",
        help="Nobody is asked about an order of nothing but products of these"
        " categories and of those below them.",
    )
    client_survey_group_days = fields.Integer(
        string="One Call per Contact within",
        default=14,
        help="Orders of one contact completed within so many days are asked about in"
        " one call; an order completed within so many days after an answer is recorded"
        " with that answer. 0: a call for each order.",
    )

    _client_survey_minimum_amount_range = models.Constraint(
        "CHECK(COALESCE(client_survey_minimum_amount, 0) >= 0)",
        "Ask about Orders from: enter an amount of 0 or more.",
    )
    _client_survey_group_days_range = models.Constraint(
        "CHECK(client_survey_group_days BETWEEN 0 AND 365)",
        "One Call per Contact within: enter 0 to 365 days.",
    )
