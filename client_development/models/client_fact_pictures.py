from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_amount, format_date

# How many closed months the pictures look back: a year, and the year before it.
YEAR = 12
MONTHS = 2 * YEAR


class ClientFact(models.Model):
    """What the pictures on the client's page are drawn from: his months."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.fact"

    month_figures = fields.Json(
        string="Trend of Sales",
        compute="_compute_month_figures",
        help="Sales of the last twelve closed months and of the month that goes on, as"
        " known today, each beside the same month of the year before.",
    )
    class_figures = fields.Json(
        string="Class History",
        compute="_compute_month_figures",
        help="The ABC class at the end of each of the last 24 closed months.",
    )
    corrected_month_count = fields.Integer(
        string="Corrected Months",
        compute="_compute_corrected_month_count",
        search="_search_corrected_month_count",
        help="Closed months whose sales are others today, because something was"
        " entered, cancelled or dated back afterwards.",
    )
    xyz_explanation = fields.Char(
        string="Why this XYZ Class",
        compute="_compute_month_figures",
        help="The numbers that led to the XYZ class.",
    )

    @api.depends("reference_date", "xyz_class", "xyz_variation")
    @api.depends_context("lang", "uid")
    def _compute_month_figures(self):
        self._compute_empty("month_figures", "class_figures", "xyz_explanation")
        facts = self.filtered("id")
        months = facts._read_months()
        sales = facts._read_sales()
        for fact in facts:
            fact_id = fact._origin.id
            begun, closed = sales.get((fact.company_id.id, fact.partner_id.id), (0, 0))
            date = fact.reference_date or fact.company_id.sudo()._client_today()
            rows = months.get(fact_id, {})
            fact.month_figures = fact._get_trend(date, rows, begun)
            fact.class_figures = fact._get_class_history(date, rows)
            fact.xyz_explanation = fact._explain_xyz(closed)

    def _compute_empty(self, *names):
        """Give every row a value, those that do not exist yet too."""
        for name in names:
            self[name] = False

    @api.depends("reference_date")
    def _compute_corrected_month_count(self):
        counts = dict(
            self.env["client.fact.month"]._read_group(
                [("fact_id", "in", self.ids), ("correction", "!=", 0)],
                ["fact_id"],
                ["__count"],
            )
        )
        for fact in self:
            fact.corrected_month_count = counts.get(fact._origin, 0)

    def _search_corrected_month_count(self, operator, value):
        """Whether there are any, is all that can be searched for."""
        if operator != "in" or set(value) != {0}:
            return NotImplemented
        found = self.env["client.fact.month"]._search([("correction", "!=", 0)])
        column = SQL.identifier(found.table, "fact_id")
        return Domain("id", "not in", found.select(column))

    def _read_months(self):
        """Return ``{row id: {month: its client.fact.month}}``: one query for all."""
        dates = [date for date in self.mapped("reference_date") if date]
        if not dates:
            return {}
        months = self.env["client.fact.month"].search_fetch(
            [
                ("fact_id", "in", self.ids),
                ("month", ">=", _month(min(dates), -MONTHS)),
            ],
            [
                "fact_id",
                "month",
                "amount",
                "current_amount",
                "abc_class",
                "xyz_class",
                "correction",
            ],
        )
        return {
            fact.id: {month.month: month for month in rows}
            for fact, rows in months.grouped("fact_id").items()
        }

    def _read_sales(self):
        """Return ``{(company id, client id): (amount of the open month, of all closed
        months)}``: one query for all.
        """
        if not self:
            return {}
        for model in ("sale.order", "sale.order.line", "account.move.line"):
            self.env[model].flush_model()
        groups = self.grouped(lambda fact: (fact.company_id, fact.reference_date))
        rows = self.env.execute_query(
            SQL(" UNION ALL ").join(
                facts._sql_own_sales(company.sudo(), date)
                for (company, date), facts in groups.items()
            )
        )
        return {(company, client): sums for company, client, *sums in rows}

    def _sql_own_sales(self, company, date):
        """Sales of these clients of one company: of the open month and the others."""
        period = self._get_period(company, date or company._client_today())
        only = SQL("AND p.commercial_partner_id = ANY(%s)", self.partner_id.ids)
        return SQL(
            """(
            SELECT %(company)s, client_id,
                   round(COALESCE(SUM(amount) FILTER (WHERE bucket >= %(begun)s), 0)
                         ::numeric, %(digits)s)::float8,
                   COALESCE(SUM(month_amount) FILTER (WHERE bucket <= %(closed)s), 0)
              FROM (%(buckets)s) b
             GROUP BY client_id)""",
            company=company.id,
            begun=period.bucket_months.index(len(period.month_days)) + 1,
            closed=period.last_closed_bucket,
            digits=period.digits,
            buckets=self._sql_buckets(period, only),
        )

    def _get_trend(self, date, months, open_amount):
        """The last twelve closed months and the open one, each with the year before.

        False without any sales: there is nothing to draw.
        """

        def amount(month):
            return months[month].current_amount if month in months else 0

        figures = [
            {
                "month": fields.Date.to_string(month),
                "label": format_date(self.env, month, date_format="LLL yyyy"),
                "amount": amount(month) if back else open_amount,
                "before": amount(_month(month, -YEAR)),
                "open": not back,
                "corrected": bool(months.get(month) and months[month].correction),
            }
            for back in range(YEAR, -1, -1)
            for month in [_month(date, -back)]
        ]
        if not any(figure["amount"] or figure["before"] for figure in figures):
            return False
        return {"currency": self.currency_id.id, "months": figures}

    def _get_class_history(self, date, months):
        """The classes at the end of each closed month, the oldest first.

        False without any class. XYZ is left out where it is switched off.
        """
        with_xyz = self.env.user.has_group("client_development.group_client_xyz")
        history = [
            {
                "label": format_date(self.env, month, date_format="LLLL yyyy"),
                "abc": row.abc_class if row else False,
                "xyz": row.xyz_class if row and with_xyz else False,
            }
            for back in range(MONTHS, 0, -1)
            for month in [_month(date, -back)]
            for row in [months.get(month)]
        ]
        return history if any(m["abc"] or m["xyz"] for m in history) else False

    def _explain_xyz(self, closed_amount):
        """Months, mean, variation and limits, in one sentence."""
        company = self.company_id.sudo()
        if not self.xyz_class:
            return self.env._(
                "No class: full months since the first order: %(months)s, and their"
                " sales must be above 0; at least six are needed.",
                months=self.xyz_month_count,
            )
        return self.env._(
            "%(xyz)s since %(date)s. Full months since the first order: %(months)s,"
            " with sales of %(mean)s a month on average. They vary by %(variation)s of"
            " that. Below %(x)s is class X, below %(y)s class Y, else Z.",
            xyz=self.xyz_class,
            date=format_date(self.env, self.xyz_date),
            months=self.xyz_month_count,
            mean=format_amount(
                self.env, closed_amount / (self.xyz_month_count or 1), self.currency_id
            ),
            variation=f"{self.xyz_variation:.2f}",
            x=f"{company.client_xyz_x:g}",
            y=f"{company.client_xyz_y:g}",
        )


def _month(date, months):
    """First day of the month so many months away from that of ``date``."""
    return date.replace(day=1) + relativedelta(months=months)
