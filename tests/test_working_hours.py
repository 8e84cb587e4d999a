from datetime import date, datetime, timedelta

from odoo import Command

from .time_common import DAY, TimeCase

SUNDAY = date(2026, 3, 8)


class TestWorkingHours(TimeCase):
    """Working time less leave, and the part of it that goes to development."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.company_id = cls.company

    def _worked(self, users=None, first=DAY, last=SUNDAY):
        users = users or self.salesperson
        return self.Time._get_working_hours(users, first, last, self.company)

    def _resource(self, user=None, **values):
        user = user or self.salesperson
        return self.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "tz": "UTC",
                **values,
            }
        )

    def _leave(self, start, stop, resource=None, company=None, **values):
        leaves = self.env["resource.calendar.leaves"]
        return leaves.with_company(company or self.company).create(
            {
                "name": "Away",
                "date_from": start,
                "date_to": stop,
                "resource_id": resource.id if resource else False,
                "calendar_id": self.company.resource_calendar_id.id,
                **values,
            }
        )

    def test_company_calendar_counts_without_an_own_one(self):
        self.assertEqual(self._worked(), {self.salesperson: 40.0})
        self.assertEqual(self._worked(last=DAY), {self.salesperson: 8.0})
        self.assertEqual(self._worked(first=date(2026, 3, 7)), {self.salesperson: 0.0})
        self.assertEqual(self._worked(last=date(2026, 3, 1)), {self.salesperson: 0.0})

    def test_nobody_has_no_hours(self):
        nobody = self.env["res.users"]
        self.assertEqual(
            self.Time._get_working_hours(nobody, DAY, SUNDAY, self.company), {}
        )

    def test_own_calendar_comes_first(self):
        half = self.env["resource.calendar"].create(
            {
                "name": "Mornings",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Morning",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 12,
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        self._resource(calendar_id=half.id)
        self.assertEqual(
            self._worked(self.salesperson | self.salesperson2),
            {self.salesperson: 20.0, self.salesperson2: 40.0},
        )

    def test_resource_of_another_company_does_not_count(self):
        self._resource(company_id=self.company2.id)
        self._leave(
            datetime(2026, 3, 2), datetime(2026, 3, 8), self._resource(self.leader)
        )
        self.assertEqual(self._worked(), {self.salesperson: 40.0})

    def test_leave_and_holidays_are_taken_off(self):
        self._resource()
        resource = self._resource(self.salesperson2)
        self._leave(datetime(2026, 3, 3), datetime(2026, 3, 3, 23, 59), resource)
        self._leave(datetime(2026, 3, 5), datetime(2026, 3, 5, 23, 59))
        self.assertEqual(
            self._worked(self.salesperson | self.salesperson2 | self.leader),
            {self.salesperson: 32.0, self.salesperson2: 24.0, self.leader: 32.0},
        )

    def test_half_a_day_of_leave_takes_half_a_day_off(self):
        resource = self._resource()
        self._leave(datetime(2026, 3, 3, 12), datetime(2026, 3, 3, 17), resource)
        self.assertEqual(self._worked(), {self.salesperson: 36.0})

    def test_training_is_working_time(self):
        resource = self._resource()
        self._leave(
            datetime(2026, 3, 3),
            datetime(2026, 3, 3, 23, 59),
            resource,
            time_type="other",
        )
        self.assertEqual(self._worked(), {self.salesperson: 40.0})

    def test_holiday_of_another_company_takes_nothing_off(self):
        leave = self._leave(
            datetime(2026, 3, 3),
            datetime(2026, 3, 3, 23, 59),
            company=self.company2,
            calendar_id=False,
        )
        self.assertEqual(leave.company_id, self.company2)
        self.assertEqual(self._worked(), {self.salesperson: 40.0})

    def test_changed_clocks_change_no_working_day(self):
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        self.assertEqual(
            self._worked(first=date(2026, 3, 23), last=date(2026, 4, 5)),
            {self.salesperson: 80.0},
        )

    def test_company_without_a_calendar_works_eight_hours(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self._worked(), {self.salesperson: 40.0})

    def test_share_is_hours_beside_working_hours(self):
        self._meet(datetime(2026, 3, 2, 9), 3)
        self._meet(datetime(2026, 3, 9, 9), 5)
        self.assertEqual(
            self.Time._get_share(
                self.salesperson | self.salesperson2, DAY, SUNDAY, self.company
            ),
            {self.salesperson: (3.0, 40.0), self.salesperson2: (0.0, 40.0)},
        )

    def test_share_shows_nobody_elses_hours(self):
        self._meet(datetime(2026, 3, 2, 9), 3)
        share = self.Time.with_user(self.salesperson2)._get_share(
            self.salesperson, DAY, SUNDAY, self.company
        )
        self.assertEqual(share, {self.salesperson: (0.0, 40.0)})

    def test_queries_do_not_grow_with_the_users(self):
        users = self.salesperson | self.salesperson2 | self.leader | self.leader2
        for user in users:
            self._resource(user)
            self._meet(datetime(2026, 3, 2, 9), users=user)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Time._get_share(some, DAY, SUNDAY + timedelta(days=90), self.company)
            return self.env.cr.sql_log_count - before

        count(users)
        self.assertEqual(count(users[:1]), count(users))
