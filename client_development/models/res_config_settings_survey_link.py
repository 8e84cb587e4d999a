from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings of the private link, stored on the company."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_survey_link_send = fields.Selection(
        related="company_id.client_survey_link_send", readonly=False
    )
    client_survey_link_wait_days = fields.Integer(
        related="company_id.client_survey_link_wait_days", readonly=False
    )
    client_survey_link_reminder_days = fields.Integer(
        related="company_id.client_survey_link_reminder_days", readonly=False
    )
    client_survey_link_expiry_days = fields.Integer(
        related="company_id.client_survey_link_expiry_days", readonly=False
    )
