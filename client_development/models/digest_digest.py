from odoo import fields, models
from odoo.exceptions import AccessError

CLIENT_USER = "client_development.group_client_user"


class DigestDigest(models.Model):
    """Surveys in the periodic digest: how many clients answered, and how they rate."""

    _inherit = "digest.digest"

    kpi_client_survey = fields.Boolean(
        string="Clients Surveyed",
        help="Surveys of orders that clients answered in the period.",
    )
    kpi_client_survey_value = fields.Integer(
        string="Clients Surveyed: Value",
        compute="_compute_kpi_client_survey_value",
        help="Surveys of orders that clients answered in the period.",
    )
    kpi_client_coverage = fields.Boolean(
        string="Survey Coverage, %",
        help="Of the orders whose surveys were due in the period: how many clients"
        " answered, in percent.",
    )
    kpi_client_coverage_value = fields.Float(
        string="Survey Coverage, %: Value",
        digits=(5, 1),
        compute="_compute_kpi_client_coverage_value",
        help="Of the orders whose surveys were due in the period: how many clients"
        " answered, in percent.",
    )
    kpi_client_rating = fields.Boolean(
        string="Clients' Rating",
        help="Mean of the ratings, 1 to 5, that clients gave in the period.",
    )
    kpi_client_rating_value = fields.Float(
        string="Clients' Rating: Value",
        digits=(3, 2),
        compute="_compute_kpi_client_rating_value",
        help="Mean of the ratings, 1 to 5, that clients gave in the period.",
    )

    def _compute_kpi_client_survey_value(self):
        self._check_client_kpi_access()
        self._calculate_company_based_kpi(
            "client.survey",
            "kpi_client_survey_value",
            date_field="date_done",
            additional_domain=[("state", "=", "done")],
        )

    def _compute_kpi_client_coverage_value(self):
        self._check_client_kpi_access()
        start, end, companies = self._get_kpi_compute_parameters()
        domain = [
            ("company_id", "in", companies.ids),
            ("date_due", ">=", fields.Date.to_date(start)),
            ("date_due", "<", fields.Date.to_date(end)),
            ("state", "!=", "cancelled"),
        ]
        total, answered = {}, {}
        for company, state, count in self.env["client.survey"]._read_group(
            domain, ["company_id", "state"], ["__count"]
        ):
            total[company] = total.get(company, 0) + count
            answered[company] = answered.get(company, 0) + count * (state == "done")
        for digest in self:
            company = digest.company_id or self.env.company
            orders = total.get(company)
            digest.kpi_client_coverage_value = (
                100.0 * answered[company] / orders if orders else 0.0
            )

    def _compute_kpi_client_rating_value(self):
        self._check_client_kpi_access()
        start, end, companies = self._get_kpi_compute_parameters()
        rows = self.env["client.survey"]._read_group(
            [
                ("company_id", "in", companies.ids),
                ("date_done", ">=", start),
                ("date_done", "<", end),
                ("state", "=", "done"),
            ],
            ["company_id"],
            ["rating:avg"],
        )
        means = dict(rows)
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_client_rating_value = means.get(company, 0.0)

    def _check_client_kpi_access(self):
        """The digest leaves the figure out for those who may not see it."""
        if not self.env.user.has_group(CLIENT_USER):
            raise AccessError(
                self.env._("Surveys: you have no right to see them; they are left out.")
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("client_development.client_development_menu_root").id
        for name, action in (
            ("kpi_client_survey", "client_survey_action_report"),
            ("kpi_client_coverage", "client_coverage_week_action"),
            ("kpi_client_rating", "client_survey_action_report"),
        ):
            actions[name] = f"client_development.{action}?menu_id={menu}"
        return actions
