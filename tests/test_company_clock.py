from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ClientCase


@tagged("post_install", "-at_install")
class TestCompanyClock(ClientCase):
    """Days and weeks are counted in the company's time zone and calendar."""

    def test_today_is_the_companys_day_not_the_servers(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        with freeze_time("2026-03-01 20:00:00"):
            self.assertEqual(self.company._client_today(), date(2026, 3, 2))

    def test_reference_date_can_be_given(self):
        company = self.company.with_context(client_today=date(2025, 12, 31))
        self.assertEqual(company._client_today(), date(2025, 12, 31))

    def test_reference_date_is_not_taken_from_a_call_from_outside(self):
        with freeze_time("2026-03-01 12:00:00"):
            for given in ("2025-12-31", datetime(2025, 12, 31), "bad", True, [1]):
                company = self.company.with_context(client_today=given)
                self.assertEqual(company._client_today(), date(2026, 3, 1))

    def test_day_begins_at_the_companys_midnight(self):
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        self.assertEqual(
            self.company._client_midnight(date(2026, 7, 1)),
            datetime(2026, 6, 30, 22),
        )
        self.assertEqual(
            self.company._client_midnight(date(2026, 1, 1)),
            datetime(2025, 12, 31, 23),
        )

    def test_working_days_leave_out_weekends_and_holidays(self):
        friday = date(2026, 3, 6)
        add = self.company._client_add_working_days
        self.assertEqual(add(friday, 1), date(2026, 3, 9))
        self.assertEqual(add(friday, 3), date(2026, 3, 11))
        self.assertEqual(add(date(2026, 3, 7), 0), date(2026, 3, 9))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 9, 0),
                "date_to": datetime(2026, 3, 9, 23, 59, 59),
            }
        )
        self.assertEqual(add(friday, 1), date(2026, 3, 10))

    def test_calendar_without_working_days_does_not_hang(self):
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.assertEqual(
            self.company._client_add_working_days(date(2026, 3, 6), 3),
            date(2026, 3, 9),
        )
