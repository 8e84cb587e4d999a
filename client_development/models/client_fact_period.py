"""The days, periods and months of one refresh, as moments that SQL can compare."""

from bisect import bisect_right
from copy import copy
from datetime import timedelta
from functools import cached_property

import pytz
from dateutil.relativedelta import relativedelta


class FactPeriod:
    """Reference date D and period of N months of one company (product.md E).

    Everything lies in half-open ranges of naive UTC moments. Sales are first added up
    per *bucket*: the stretch between two neighbouring ``bounds``, which are the starts
    of all months and of the periods. Buckets are numbered from 1, as PostgreSQL's
    ``width_bucket`` does.
    """

    def __init__(self, company, date, first_moment=None):
        """:param first_moment: naive UTC moment of the company's earliest sale"""
        self.company = company
        self.date = date
        self.months = company.client_period_months
        self.zone = company._client_timezone()
        self.digits = company.currency_id.decimal_places
        day = timedelta(days=1)
        #: First days of the period, the previous one and the one before that.
        self.days = [
            date - relativedelta(months=self.months * number) + day
            for number in (1, 2, 3)
        ]
        self.end = company._client_midnight(date + day)
        first_day = min(
            company._client_date(first_moment) if first_moment else date, self.days[-1]
        )
        #: First days of all months up to that of D.
        self.month_days = self._list_months(first_day, date)
        #: First days of this year and of the last, and the day after the last year's
        #: same days.
        new_year = date.replace(month=1, day=1)
        same_day = date - relativedelta(years=1)
        self.year_days = [new_year, new_year - relativedelta(years=1), same_day + day]
        #: First days of all buckets, and their moments.
        self.bound_days = sorted({*self.month_days, *self.days, self.year_days[2]})
        self.bounds = [company._client_midnight(day) for day in self.bound_days]
        #: For each bucket the number of its month; a month number rises by one.
        self.bucket_months = [bisect_right(self.month_days, d) for d in self.bound_days]
        following = self.month_days[-1] + relativedelta(months=1)
        #: Number of the last month whose last day is not after D; 0: there is none.
        self.closed_month = len(self.month_days) - (following > date + day)
        #: First buckets of the period, the previous one and the one before that.
        self.first_buckets = [bisect_right(self.bound_days, day) for day in self.days]
        #: First buckets of this year, of the last, and after the last year's same days.
        self.year_buckets = [bisect_right(self.bound_days, d) for d in self.year_days]

    @cached_property
    def clock_changes(self):
        """Moments at which the company's clocks are changed, and offsets from UTC.

        :return: ``(moments, offsets)`` from the first bound to D; there is one offset
            more than there are moments
        """
        moments, offsets = [], [self._offset(self.bounds[0])]
        day = timedelta(days=1)
        moment = self.bounds[0]
        while moment < self.end:
            if self._offset(moment + day) != offsets[-1]:
                moments.append(self._find_change(moment, moment + day))
                offsets.append(self._offset(moment + day))
            moment += day
        return moments, offsets

    def _offset(self, moment):
        return pytz.utc.localize(moment).astimezone(self.zone).utcoffset()

    def _find_change(self, before, after):
        """Return the moment between the two from which the later offset holds."""
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) / 2
            if self._offset(middle) == self._offset(before):
                before = middle
            else:
                after = middle
        return after.replace(microsecond=0)

    def at_end_of_month(self, number):
        """Return the period of N whole months that ends with closed month ``number``.

        It shares the buckets of this one, so that the same sums serve every month.
        """
        month = copy(self)
        first = self.month_days[number - 1]
        month.date = first + relativedelta(months=1) - timedelta(days=1)
        month.end = self.company._client_midnight(first + relativedelta(months=1))
        month.days = [
            first - relativedelta(months=self.months * times - 1) for times in (1, 2, 3)
        ]
        month.first_buckets = [bisect_right(self.bound_days, d) for d in month.days]
        month.closed_month = number
        return month

    @staticmethod
    def _list_months(first, last):
        month, months = first.replace(day=1), []
        while month <= last:
            months.append(month)
            month += relativedelta(months=1)
        return months

    @property
    def last_closed_bucket(self):
        """Number of the last bucket in a closed month."""
        return bisect_right(self.bucket_months, self.closed_month)

    @property
    def split_buckets(self):
        """Buckets that end within a closed month: the next one continues it."""
        months = self.bucket_months
        return [
            bucket
            for bucket in range(1, self.last_closed_bucket)
            if months[bucket - 1] == months[bucket]
        ]
