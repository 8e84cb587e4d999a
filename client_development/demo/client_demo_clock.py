from datetime import timedelta

from odoo import api, fields, models

# Minutes of a working day that begins at nine.
WORKING_DAY = 480


class ClientDemo(models.AbstractModel):
    """Whoever loads the demo at night finds no work of that night."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.demo"

    @api.model
    def _get_callback(self, survey):
        """Return 10:00 or 15:30 of the company's next working day, by turns."""
        company = survey.company_id
        today = company._client_date(fields.Datetime.now())
        midnight = company._client_midnight(company._client_add_working_days(today, 1))
        return midnight + timedelta(hours=10 if survey.id % 2 else 15.5)

    @api.model
    def _get_working_moment(self, company, days=0, minutes=0):
        """Return so many minutes after nine of the day that was ``days`` ago; of the
        day before, if that has not come."""
        now = fields.Datetime.now()
        day = company._client_date(now) - timedelta(days=days)
        after_nine = timedelta(hours=9, minutes=minutes % WORKING_DAY)
        moment = company._client_midnight(day) + after_nine
        return moment if moment <= now else moment - timedelta(days=1)
