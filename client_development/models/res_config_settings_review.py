from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings of reviews, stored on the company."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_low_rating = fields.Integer(
        related="company_id.client_low_rating", readonly=False
    )
