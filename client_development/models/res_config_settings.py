from odoo import api, fields, models

from .res_company_facts import LIMIT_SETTINGS


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
    client_full_gate = fields.Selection(
        related="company_id.client_full_gate", readonly=False
    )
    client_acceptance = fields.Selection(
        related="company_id.client_acceptance", readonly=False
    )
    client_signoff_client = fields.Boolean(
        related="company_id.client_signoff_client", readonly=False
    )
    client_signoff_other = fields.Boolean(
        related="company_id.client_signoff_other", readonly=False
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
    client_call_minutes = fields.Integer(
        related="company_id.client_call_minutes", readonly=False
    )
    client_period_months = fields.Integer(
        related="company_id.client_period_months", readonly=False
    )
    client_abc_by = fields.Selection(related="company_id.client_abc_by", readonly=False)
    client_abc_a = fields.Float(related="company_id.client_abc_a", readonly=False)
    client_abc_b = fields.Float(related="company_id.client_abc_b", readonly=False)
    client_xyz_x = fields.Float(related="company_id.client_xyz_x", readonly=False)
    client_xyz_y = fields.Float(related="company_id.client_xyz_y", readonly=False)
    client_rfm_1 = fields.Float(related="company_id.client_rfm_1", readonly=False)
    client_rfm_2 = fields.Float(related="company_id.client_rfm_2", readonly=False)
    client_rfm_3 = fields.Float(related="company_id.client_rfm_3", readonly=False)
    client_rfm_4 = fields.Float(related="company_id.client_rfm_4", readonly=False)
    group_client_xyz = fields.Boolean(
        string="XYZ Classes",
        implied_group="client_development.group_client_xyz",
        help="Show how steadily each client buys.",
    )
    group_client_rfm = fields.Boolean(
        string="RFM Scores",
        implied_group="client_development.group_client_rfm",
        help="Show scores for the last order, the number of orders and the sales.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Store the limits of classes together.

        Related fields are written one after the other: two limits that are both raised
        would be refused for an order that they never have.
        """
        for vals in vals_list:
            company = self.env["res.company"].browse(
                vals.get("company_id", self.env.company.id)
            )
            self._write_fact_settings(company, vals)
        return super().create(vals_list)

    def write(self, vals):
        """Store the limits of classes together."""
        if "company_id" not in vals:
            self._write_fact_settings(self.company_id, vals)
        return super().write(vals)

    @api.model
    def _write_fact_settings(self, company, vals):
        chosen = {
            name: vals[name]
            for name in LIMIT_SETTINGS
            if name in vals and vals[name] != company[name]
        }
        if chosen:
            company.write(chosen)
