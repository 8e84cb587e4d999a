from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Period and limits, which must be in order: entered and stored together.
LIMIT_SETTINGS = (
    "client_period_months",
    "client_abc_by",
    "client_abc_a",
    "client_abc_b",
    "client_xyz_x",
    "client_xyz_y",
    "client_rfm_1",
    "client_rfm_2",
    "client_rfm_3",
    "client_rfm_4",
)
# A change of any of these changes the figures or classes of every client.
FACT_SETTINGS = (
    *LIMIT_SETTINGS,
    "client_survey_condition",
    "currency_id",
    "resource_calendar_id",
)


class ResCompany(models.Model):
    """The settings of facts and classes (product.md D and E)."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    client_period_months = fields.Integer(
        string="Period of Client Facts",
        default=12,
        required=True,
        help="Length of the period over which sales are counted, and of the one before"
        " with which it is compared. In months, 1 to 60.",
    )
    client_abc_by = fields.Selection(
        selection=[
            ("amount", "Sales"),
            ("margin", "Margin"),
            ("orders", "Number of orders"),
        ],
        string="ABC by",
        default="amount",
        required=True,
        help="What ABC classes are made of. Margin needs margins on sales orders, a"
        " setting of the app Sales.",
    )
    client_abc_a = fields.Float(
        string="Class A up to",
        default=80.0,
        help="Clients are in class A until those ahead of them make this share of all,"
        " in percent.",
    )
    client_abc_b = fields.Float(
        string="Class B up to",
        default=95.0,
        help="Clients are in class B until those ahead of them make this share of all,"
        " in percent; the others are in class C.",
    )
    client_xyz_x = fields.Float(
        string="Class X below",
        default=0.5,
        help="Variation of the monthly sales below which a client buys steadily.",
    )
    client_xyz_y = fields.Float(
        string="Class Y below",
        default=1.0,
        help="Variation of the monthly sales below which a client buys with ups and"
        " downs; the others buy irregularly.",
    )
    client_rfm_1 = fields.Float(
        string="RFM Score 2 from",
        default=20.0,
        help="Share of the clients below score 2, in percent.",
    )
    client_rfm_2 = fields.Float(
        string="RFM Score 3 from",
        default=40.0,
        help="Share of the clients below score 3, in percent.",
    )
    client_rfm_3 = fields.Float(
        string="RFM Score 4 from",
        default=60.0,
        help="Share of the clients below score 4, in percent.",
    )
    client_rfm_4 = fields.Float(
        string="RFM Score 5 from",
        default=80.0,
        help="Share of the clients below score 5, in percent.",
    )
    client_fact_date = fields.Date(
        string="Clients Refreshed for",
        readonly=True,
        copy=False,
        help="The day for which all clients of the company were last refreshed.",
    )
    client_indicator_date = fields.Date(
        string="Indicators Recorded for",
        readonly=True,
        copy=False,
        help="The day for which the indicators of the company were last recorded.",
    )
    client_fact_recount = fields.Boolean(
        string="Clients Being Recounted",
        readonly=True,
        copy=False,
        help="A setting of the figures was changed and not all clients are recounted"
        " yet. Changes of class that come of it are no moves of the clients.",
    )
    client_month_first = fields.Date(
        string="Client Months Closed since",
        readonly=True,
        copy=False,
        help="First day of the first month whose client facts are frozen.",
    )
    client_month_closed = fields.Date(
        string="Client Months Closed until",
        readonly=True,
        copy=False,
        help="First day of the last month whose client facts are frozen.",
    )

    @api.constrains("client_period_months")
    def _check_client_period_months(self):
        for company in self:
            if not 1 <= company.client_period_months <= 60:
                raise ValidationError(
                    self.env._(
                        "Period of client facts: %(months)s months is not possible."
                        " Enter 1 to 60; 12 compares a year with the year before.",
                        months=company.client_period_months,
                    )
                )

    @api.constrains("client_abc_by")
    def _check_client_abc_by(self):
        margin = self.env["sale.order"]._fields.get("margin")
        for company in self:
            if company.client_abc_by == "margin" and not (margin and margin.store):
                raise ValidationError(
                    self.env._(
                        "ABC by: margins are not counted, so nobody would be in a"
                        " class. Switch on “Margins” in the settings of Sales first."
                    )
                )

    @api.constrains("client_abc_a", "client_abc_b")
    def _check_client_abc(self):
        for company in self:
            if not 0 < company.client_abc_a < company.client_abc_b <= 100:
                raise ValidationError(
                    self.env._(
                        "ABC classes: class A ends at %(a)s %% and class B at %(b)s %%."
                        " Enter two rising percentages up to 100, for example 80 and"
                        " 95.",
                        a=company.client_abc_a,
                        b=company.client_abc_b,
                    )
                )

    @api.constrains("client_xyz_x", "client_xyz_y")
    def _check_client_xyz(self):
        for company in self:
            if not 0 < company.client_xyz_x < company.client_xyz_y:
                raise ValidationError(
                    self.env._(
                        "XYZ classes: X ends at %(x)s and Y at %(y)s. Enter two rising"
                        " numbers above 0, for example 0.5 and 1.",
                        x=company.client_xyz_x,
                        y=company.client_xyz_y,
                    )
                )

    @api.constrains("client_rfm_1", "client_rfm_2", "client_rfm_3", "client_rfm_4")
    def _check_client_rfm(self):
        for company in self:
            limits = company._client_rfm_limits()
            if not all(
                low < high
                for low, high in zip([0, *limits], [*limits, 100], strict=True)
            ):
                raise ValidationError(
                    self.env._(
                        "RFM scores: the limits %(limits)s are not in order. Enter four"
                        " rising percentages between 0 and 100, for example 20, 40, 60"
                        " and 80.",
                        limits=", ".join(f"{limit:g}" for limit in limits),
                    )
                )

    def _client_rfm_limits(self):
        """Return the four rising percentages that part the scores 1 to 5."""
        self.ensure_one()
        return [self[f"client_rfm_{number}"] for number in range(1, 5)]

    def write(self, vals):
        """Other periods or limits: everybody is counted anew, at once."""
        names = [name for name in FACT_SETTINGS if name in vals]
        before = {company: [company[name] for name in names] for company in self}
        result = super().write(vals)
        changed = self.filtered(lambda c: before[c] != [c[name] for name in names])
        if changed:
            super(ResCompany, changed.sudo()).write({"client_fact_recount": True})
            self.env["client.fact.queue"]._add_all()
            self.env.ref("client_development.ir_cron_refresh_facts").sudo()._trigger()
        return result
