from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of answers to check and of check calls."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    client_flag_fast_seconds = fields.Integer(
        related="company_id.client_flag_fast_seconds", readonly=False
    )
    client_flag_copied_days = fields.Integer(
        related="company_id.client_flag_copied_days", readonly=False
    )
    client_flag_copied_length = fields.Integer(
        related="company_id.client_flag_copied_length", readonly=False
    )
    client_flag_equal_count = fields.Integer(
        related="company_id.client_flag_equal_count", readonly=False
    )
    client_flag_hour_from = fields.Float(
        related="company_id.client_flag_hour_from", readonly=False
    )
    client_flag_hour_to = fields.Float(
        related="company_id.client_flag_hour_to", readonly=False
    )
    client_flag_link_minutes = fields.Integer(
        related="company_id.client_flag_link_minutes", readonly=False
    )
    client_check_share = fields.Float(
        related="company_id.client_check_share", readonly=False
    )
    client_check_due_days = fields.Integer(
        related="company_id.client_check_due_days", readonly=False
    )
    client_check_link = fields.Boolean(
        related="company_id.client_check_link", readonly=False
    )
    client_check_difference = fields.Integer(
        related="company_id.client_check_difference", readonly=False
    )
