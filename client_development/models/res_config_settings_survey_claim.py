from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings of claims, stored on the company."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_claim_days = fields.Integer(
        related="company_id.client_claim_days", readonly=False
    )
    client_followup_days = fields.Integer(
        related="company_id.client_followup_days", readonly=False
    )
