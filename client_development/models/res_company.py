from datetime import date, datetime, time, timedelta

import pytz

from odoo import api, fields, models


class ResCompany(models.Model):
    """The settings of client development, and the one clock of the company.

    Weeks, due dates and review dates are counted in the time zone and the working
    calendar of the company, never in those of the server or of the reader
    (product.md F, design decision 12). Every rule that needs "today" asks
    :meth:`_client_today`, which a test or a report may set to another day by the
    context key ``client_today``, a date.
    """

    _inherit = "res.company"

    client_organisation = fields.Selection(
        selection=[
            ("salesperson", "The salesperson does everything"),
            ("developer", "A client developer takes over retention and development"),
        ],
        string="Way of Organising",
        default="salesperson",
        required=True,
        help="Either the salesperson looks after a client from the first contact on, or"
        " a separate client developer is responsible from the retention stage on.",
    )
    client_review_days = fields.Integer(
        string="Days between Reviews",
        default=90,
        help="How often a running plan is reviewed when the client's segment does not"
        " say anything else. In calendar days.",
    )
    client_review_notice_days = fields.Integer(
        string="Review Notice",
        default=3,
        help="So many days before the review date the plan's owner gets the task to"
        " hold the review.",
    )
    client_review_grace_days = fields.Integer(
        string="Review Grace",
        default=3,
        help="So many days after a missed review date the team leader is told.",
    )
    client_survey_condition = fields.Selection(
        selection=[
            ("confirmed", "Confirmed"),
            ("delivered", "Every line delivered"),
            ("invoiced", "Every line invoiced and posted"),
            ("locked", "Locked"),
        ],
        string="Order Counts as Completed when",
        default=lambda self: self._default_client_survey_condition(),
        required=True,
        help="At the moment this first becomes true for an order, the duty to survey"
        " the client is created.",
    )
    client_survey_start_date = fields.Date(
        string="Survey Orders Completed since",
        default=lambda self: self._client_today(),
        required=True,
        help="Orders completed before this day create no duty. Default: the day of"
        " installation, so that old orders do not wake up.",
    )
    client_survey_due_days = fields.Integer(
        string="Days to Survey",
        default=3,
        help="A completed order must be surveyed within so many working days of the"
        " company's calendar.",
    )
    client_survey_by = fields.Selection(
        selection=[
            ("salesperson", "Salesperson"),
            ("developer", "Client developer"),
        ],
        string="Survey Asked by",
        default="salesperson",
        required=True,
        help="Who calls the client after a completed order. Without a client developer"
        " on the client, the salesperson of the order does.",
    )
    client_survey_id = fields.Many2one(
        comodel_name="survey.survey",
        string="Order Questionnaire",
        domain=[("survey_type", "=", "client_order")],
        help="The questions asked after a completed order. Empty: the questionnaire"
        " delivered with the application.",
    )
    client_coverage_target = fields.Float(
        string="Coverage Target",
        default=90.0,
        help="Share of completed orders that must be surveyed, in percent.",
    )

    _client_review_days_range = models.Constraint(
        "CHECK(client_review_days BETWEEN 1 AND 3650"
        " AND client_review_notice_days BETWEEN 0 AND 365"
        " AND client_review_grace_days BETWEEN 0 AND 365)",
        "Reviews: Days between Reviews go from 1 to 3650, Review Notice and Review"
        " Grace from 0 to 365 days. Usual are 90, 3 and 3.",
    )
    _client_survey_due_days_range = models.Constraint(
        "CHECK(client_survey_due_days BETWEEN 0 AND 60)",
        "Days to Survey: enter 0 to 60 working days; usual are 3.",
    )
    _client_coverage_target_range = models.Constraint(
        "CHECK(client_coverage_target >= 0 AND client_coverage_target <= 100)",
        "Client development settings: the coverage target is a percentage between 0"
        " and 100.",
    )

    @api.model
    def _default_client_survey_condition(self):
        """With Inventory an order is complete when delivered, else when confirmed."""
        delivered = "sale_stock" in self.env["ir.module.module"]._installed()
        return "delivered" if delivered else "confirmed"

    @api.model
    def _get_client_companies(self):
        """Return the companies that the scheduled actions work for, as superuser."""
        return self.sudo().search([("active", "=", True)])

    # -- the company's clock -------------------------------------------------------

    def _client_timezone(self):
        """Return the time zone in which this company counts days and weeks."""
        self.ensure_one()
        name = self.resource_calendar_id.tz or self.partner_id.tz or "UTC"
        return pytz.timezone(name)

    def _client_today(self):
        """Return the reference date: context key ``client_today``, or today here.

        May be called on an empty recordset (defaults at creation of a company).
        """
        company = self[:1] or self.env.company
        given = self._client_given_today()
        return given or company._client_date(fields.Datetime.now())

    @api.model
    def _client_given_today(self):
        """Return the reference date of the context, if there is one.

        Only what this process has put there: a call from outside brings texts and
        moments, and must not date anything back.
        """
        given = self.env.context.get("client_today")
        if isinstance(given, date) and not isinstance(given, datetime):
            return given
        return None

    def _client_date(self, moment):
        """Return the company's calendar day of a naive UTC ``moment``."""
        self.ensure_one()
        return pytz.utc.localize(moment).astimezone(self._client_timezone()).date()

    def _client_dates(self, moments):
        """Return {moment: calendar day} of many naive UTC ``moments``."""
        self.ensure_one()
        zone = self._client_timezone()
        return {
            moment: pytz.utc.localize(moment).astimezone(zone).date()
            for moment in moments
        }

    def _client_midnight(self, date):
        """Return the naive UTC moment at which ``date`` begins in this company."""
        self.ensure_one()
        midnight = self._client_timezone().localize(datetime.combine(date, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _client_week_start(self, date):
        """Return the Monday of the week of ``date``."""
        return date - timedelta(days=date.weekday())

    def _client_working_days(self, first, last):
        """Return the sorted working days of the calendar within ``[first, last]``.

        Public holidays of the calendar are left out. Without a calendar Monday to
        Friday count.
        """
        self.ensure_one()
        span = [first + timedelta(days=i) for i in range((last - first).days + 1)]
        # who may not see another company's calendar still has its holidays
        calendar = self.resource_calendar_id.sudo()
        if not calendar:
            return [day for day in span if day.weekday() < 5]
        zone = pytz.timezone(calendar.tz)
        intervals = calendar._work_intervals_batch(
            zone.localize(datetime.combine(first, time.min)),
            zone.localize(datetime.combine(last, time.max)),
        )[False]
        worked = {start.date() for start, _stop, _meta in intervals}
        return [day for day in span if day in worked]

    def _client_add_working_days(self, date, days):
        """Return the day ``days`` working days after ``date`` (``days`` >= 0).

        The day itself does not count: Friday + 1 is Monday. With 0 the date itself
        is returned when it is a working day, else the next one. Falls back to
        calendar days when the calendar has no working day within a year.
        """
        first = date if days == 0 else date + timedelta(days=1)
        found = self._client_working_days(
            first, first + timedelta(days=max(14, days * 3))
        )
        needed = max(days, 1)
        if len(found) < needed:
            found = self._client_working_days(
                first, first + timedelta(days=366 + days * 7)
            )
        if len(found) < needed:
            return date + timedelta(days=days)
        return found[needed - 1]
