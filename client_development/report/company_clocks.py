"""What day it is in each company, for reports that join it."""

from odoo.tools import SQL


def sql_company_clocks(env):
    """Return rows ``(company_id, tz, today, months)``: each company's time zone, its
    today and the length of its period of client facts."""
    companies = env["res.company"].sudo().with_context(active_test=False).search([])
    return SQL(
        "SELECT * FROM (VALUES %s) c (company_id, tz, today, months)",
        SQL(", ").join(
            SQL(
                "(%s, %s, %s::date, %s)",
                company.id,
                company._client_timezone().zone,
                company._client_today(),
                company.client_period_months,
            )
            for company in companies
        ),
    )
