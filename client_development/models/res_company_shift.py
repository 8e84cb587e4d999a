from bisect import bisect_right
from datetime import timedelta

from odoo import models


class ResCompany(models.Model):
    """Counting many days at once in the working calendar of the company."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.company"

    def _client_shift_working_days(self, shifts):
        """Return ``{key: day}``, each so many working days after its date.

        As :meth:`_client_add_working_days`, but the calendar is read once.

        :param shifts: ``{key: (date, days)}`` with ``days`` of at least 1
        """
        self.ensure_one()
        if not shifts:
            return {}
        first = min(date for date, _days in shifts.values())
        last = max(
            date + timedelta(days=max(14, days * 3)) for date, days in shifts.values()
        )
        working = self._client_working_days(first, last)
        shifted = {}
        for key, (date, days) in shifts.items():
            place = bisect_right(working, date) + days - 1
            if place < len(working):
                shifted[key] = working[place]
            else:
                shifted[key] = self._client_add_working_days(date, days)
        return shifted
