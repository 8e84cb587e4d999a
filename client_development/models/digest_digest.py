from odoo import fields, models
from odoo.exceptions import AccessError

CLIENT_USER = "client_development.group_client_user"
# A mean of nothing is no figure.
NO_VALUE = "–"


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
        coverage = self._read_client_coverage()
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_client_coverage_value = coverage.get(company, 0.0)

    def _read_client_coverage(self):
        """Return {company: coverage of the period, in percent}, where any was due."""
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
        return {
            company: 100.0 * answered[company] / orders
            for company, orders in total.items()
        }

    def _compute_kpi_client_rating_value(self):
        means = self._read_client_rating()
        for digest in self:
            company = digest.company_id or self.env.company
            digest.kpi_client_rating_value = means.get(company, 0.0)

    def _read_client_rating(self):
        """Return {company: mean rating of the period}, where any client answered."""
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
        return dict(rows)

    def _check_client_kpi_access(self):
        """The digest leaves the figure out for those who may not see it."""
        if not self.env.user.has_group(CLIENT_USER):
            raise AccessError(
                self.env._("Surveys: you have no right to see them; they are left out.")
            )

    def _compute_kpis(self, company, user):
        """Without orders due, or without answers, there is no value: not 0.00."""
        kpis = super()._compute_kpis(company, user)
        readers = {
            "kpi_client_coverage": "_read_client_coverage",
            "kpi_client_rating": "_read_client_rating",
        }
        shown = [kpi for kpi in kpis if kpi["kpi_name"] in readers]
        frames = self._compute_timeframes(company) if shown else []
        for number, (_name, (period, _previous)) in enumerate(frames, start=1):
            start, end = period
            digest = self.with_context(start_datetime=start, end_datetime=end)
            digest = digest.with_user(user).with_company(company)
            for kpi in shown:
                figures = getattr(digest, readers[kpi["kpi_name"]])()
                if (digest.company_id or company) not in figures:
                    kpi[f"kpi_col{number}"].update(value=NO_VALUE, margin=0.0)
        return kpis

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
