from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings page: every option is stored on the company."""

    _inherit = "res.config.settings"

    client_organisation = fields.Selection(
        related="company_id.client_organisation", readonly=False
    )
    client_review_days = fields.Integer(
        related="company_id.client_review_days", readonly=False
    )
    client_review_notice_days = fields.Integer(
        related="company_id.client_review_notice_days", readonly=False
    )
    client_review_grace_days = fields.Integer(
        related="company_id.client_review_grace_days", readonly=False
    )
    client_survey_condition = fields.Selection(
        related="company_id.client_survey_condition", readonly=False
    )
    client_survey_start_date = fields.Date(
        related="company_id.client_survey_start_date", readonly=False
    )
    client_survey_due_days = fields.Integer(
        related="company_id.client_survey_due_days", readonly=False
    )
    client_survey_by = fields.Selection(
        related="company_id.client_survey_by", readonly=False
    )
    client_survey_id = fields.Many2one(
        related="company_id.client_survey_id", readonly=False
    )
    client_coverage_target = fields.Float(
        related="company_id.client_coverage_target", readonly=False
    )
