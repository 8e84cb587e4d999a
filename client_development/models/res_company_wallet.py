from odoo import fields, models


class ResCompany(models.Model):
    """Which product categories the wallet grid shows for every client."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_wallet_category_ids = fields.Many2many(
        comodel_name="product.category",
        relation="client_wallet_category_rel",
        column1="company_id",
        column2="category_id",
        string="Categories of the Wallet Grid",
        help="The product categories that the wallet grid shows for every client."
        " Empty: all categories in which there is something to sell. What a client"
        " buys, or has a wallet of, is always shown.",
    )


class ResConfigSettings(models.TransientModel):
    """The choice on the settings page."""

    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_wallet_category_ids = fields.Many2many(
        related="company_id.client_wallet_category_ids", readonly=False
    )
