from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.tools import mute_logger

from .common import ClientCase

MONDAY = date(2026, 3, 2)
NEXT_MONDAY = MONDAY + timedelta(days=7)


class CoverageCase(ClientCase):
    @classmethod
    def _order_due(cls, day, **kwargs):
        """Return the survey, due on ``day``, of a new completed order."""
        order = cls._create_order(day=date(2026, 2, 2), **kwargs)
        cls.env["client.survey"]._queue_surveys(cls.company)
        survey = cls.env["client.survey"].search([("order_id", "=", order.id)])
        survey.date_due = day
        return survey

    def _answer(self, survey, rating=5):
        survey.write({"state": "done", "rating": rating})

    def _record(self, today=NEXT_MONDAY, company=None):
        with freeze_time(datetime.combine(today, datetime.min.time())):
            return self.env["client.coverage"]._record_coverage(company or self.company)


class TestCoverage(CoverageCase):
    def test_recorded_week(self):
        surveys = [self._order_due(MONDAY + timedelta(days=n % 7)) for n in range(5)]
        for survey in surveys[:3]:
            self._answer(survey)
        surveys[4].write({"state": "refused", "attempt_count": 3})
        self.assertRecordValues(
            self._record(),
            [
                {
                    "company_id": self.company.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "week_start": MONDAY,
                    "completed_count": 5,
                    "answered_count": 3,
                    "skipped_count": 2,
                    "coverage": 60.0,
                    "target": 90.0,
                    "is_below_target": True,
                    "attempts3_count": 1,
                    "refused_count": 1,
                    "unreachable_count": 0,
                    "skipped_order_ids": (surveys[3] | surveys[4]).order_id.ids,
                }
            ],
        )

    def test_nine_of_ten_reach_the_target(self):
        surveys = [self._order_due(MONDAY) for _n in range(10)]
        for survey in surveys[:9]:
            self._answer(survey)
        row = self._record()
        self.assertEqual(row.coverage, 90.0)
        self.assertFalse(row.is_below_target)
        self.assertEqual(row.skipped_order_ids, surveys[9].order_id)

    def test_week_is_recorded_when_it_has_ended(self):
        self._order_due(MONDAY)
        self.assertFalse(self._record(MONDAY + timedelta(days=6)))
        self.assertTrue(self._record(NEXT_MONDAY))

    def test_second_run_records_nothing_and_changes_nothing(self):
        survey = self._order_due(MONDAY)
        row = self._record()
        self.assertEqual(row.coverage, 0)
        self._answer(survey)
        self.assertFalse(self._record())
        self.assertFalse(self._record(NEXT_MONDAY + timedelta(days=1)))
        self.assertEqual((row.coverage, row.answered_count), (0, 0))
        self.assertEqual(row.skipped_order_ids, survey.order_id)

    def test_late_answer_counts_in_the_live_figure_only(self):
        survey, other = self._order_due(MONDAY), self._order_due(MONDAY)
        row = self._record()
        self.assertEqual((row.coverage_live, row.answered_live), (0, 0))
        self._answer(survey)
        row.invalidate_recordset()
        self.assertEqual((row.coverage, row.coverage_live), (0, 50))
        other.order_id._action_cancel()
        row.invalidate_recordset()
        self.assertEqual((row.completed_count, row.completed_live), (2, 1))
        self.assertEqual((row.coverage, row.coverage_live), (0, 100))

    def test_cancelled_orders_leave_the_week(self):
        self._answer(self._order_due(MONDAY))
        self._order_due(MONDAY).order_id._action_cancel()
        row = self._record()
        self.assertEqual((row.completed_count, row.coverage), (1, 100))

    def test_no_orders_no_value(self):
        self._order_due(MONDAY).order_id._action_cancel()
        self.assertFalse(self._record())

    def test_refused_and_unreachable_stay_in_the_denominator(self):
        self._answer(self._order_due(MONDAY))
        self._order_due(MONDAY).state = "refused"
        self._order_due(MONDAY).state = "unreachable"
        row = self._record()
        self.assertEqual((row.completed_count, row.answered_count), (3, 1))
        self.assertEqual((row.refused_count, row.unreachable_count), (1, 1))

    def test_per_salesperson(self):
        self._answer(self._order_due(MONDAY))
        self._order_due(MONDAY, partner=self.client2, user=self.salesperson2)
        rows = self._record()
        self.assertEqual(
            {(r.user_id, r.team_id, r.coverage) for r in rows},
            {
                (self.salesperson, self.team, 100.0),
                (self.salesperson2, self.team2, 0.0),
            },
        )

    def test_assignee_of_the_due_date(self):
        survey = self._order_due(MONDAY)
        with freeze_time("2026-03-03"):
            survey.user_id = self.salesperson2
        row = self._record()
        self.assertEqual((row.user_id, row.team_id), (self.salesperson, self.team))

    def test_nobody(self):
        survey = self._order_due(MONDAY)
        survey.write({"user_id": False, "coverage_user_id": False})
        row = self._record()
        self.assertFalse(row.user_id)
        self.assertFalse(self._record(NEXT_MONDAY + timedelta(days=1)))
        self.assertEqual(row.completed_live, 1)

    def test_weeks_missed_during_an_outage(self):
        for weeks in (0, 1, 3):
            self._order_due(MONDAY + timedelta(weeks=weeks))
        rows = self._record(MONDAY + timedelta(weeks=6))
        self.assertEqual(
            sorted(rows.mapped("week_start")),
            [MONDAY, NEXT_MONDAY, MONDAY + timedelta(weeks=3)],
        )

    def test_week_runs_from_monday_to_sunday(self):
        days = (
            MONDAY - timedelta(days=1),
            MONDAY,
            MONDAY + timedelta(days=6),
            NEXT_MONDAY,
        )
        for day in days:
            self._order_due(day)
        rows = self._record(NEXT_MONDAY)
        self.assertEqual(
            {row.week_start: row.completed_count for row in rows},
            {MONDAY - timedelta(days=7): 1, MONDAY: 2},
        )

    def test_monday_begins_in_the_time_zone_of_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"  # UTC+10
        self._order_due(MONDAY)
        coverage = self.env["client.coverage"]
        with freeze_time("2026-03-08 13:59:00"):  # Sunday 23:59 in Vladivostok
            self.assertFalse(coverage._record_coverage(self.company))
        with freeze_time("2026-03-08 14:00:00"):
            self.assertTrue(coverage._record_coverage(self.company))

    def test_companies_are_separate(self):
        self._order_due(MONDAY)
        self.assertFalse(self._record(company=self.company2))
        self.assertTrue(self._record())

    def test_target_is_kept_as_it_was(self):
        self._order_due(MONDAY)
        row = self._record()
        self.company.client_coverage_target = 10
        self.assertEqual(row.target, 90)

    def test_coverage_of_a_team_is_weighted(self):
        for survey in [self._order_due(MONDAY) for _n in range(3)]:
            self._answer(survey)
        self._order_due(NEXT_MONDAY)
        self._record(NEXT_MONDAY + timedelta(days=7))
        [(team, average)] = self.env["client.coverage"]._read_group(
            [("company_id", "=", self.company.id)], ["team_id"], ["coverage:avg"]
        )
        self.assertEqual((team, average), (self.team, 75.0))

    def test_opens_what_it_counts(self):
        survey, other = self._order_due(MONDAY), self._order_due(MONDAY)
        self._answer(survey)
        row = self._record()
        surveys = self.env["client.survey"]
        self.assertEqual(
            surveys.search(row.action_view_surveys()["domain"]), survey | other
        )
        self.assertEqual(surveys.search(row.action_view_skipped()["domain"]), other)

    @mute_logger("odoo.sql_db")
    def test_recorded_by_a_process_this_one_cannot_see(self):
        self._order_due(MONDAY)
        self._record()
        values = {
            "company_id": self.company.id,
            "user_id": self.salesperson.id,
            "week_start": MONDAY,
        }
        coverage = type(self.env["client.coverage"])
        self.patch(coverage, "_prepare_coverage_vals", lambda model, company: [values])
        self.assertFalse(self._record())
        self.assertEqual(
            self.env["client.coverage"].search_count(
                [("company_id", "=", self.company.id)]
            ),
            1,
        )

    def test_scheduled_action_queues_first_and_is_idempotent(self):
        """An order completed just before the week ended is not forgotten."""
        self.company.client_survey_due_days = 0
        order = self._create_order(day=MONDAY)
        cron = self.env.ref("client_development.ir_cron_record_coverage")
        with freeze_time("2026-03-09 05:00:00"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        row = self.env["client.coverage"].search([("company_id", "=", self.company.id)])
        self.assertEqual(row.skipped_order_ids, order)


class TestCoverageMessage(CoverageCase):
    def _messages_to(self, user):
        return self.env["mail.message"].search(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("message_type", "!=", "email"),
            ]
        )

    def test_skipped_orders_are_named(self):
        skipped = self._order_due(MONDAY) | self._order_due(MONDAY)
        self._answer(self._order_due(MONDAY))
        self._record()
        for user in (self.salesperson, self.leader):
            message = self._messages_to(user)
            self.assertEqual(len(message), 1)
            for order in skipped.order_id:
                self.assertIn(order.name, message.body)
        self.assertIn(self.salesperson.name, self._messages_to(self.leader).body)
        self.assertFalse(self._messages_to(self.leader2))

    def test_orders_that_nobody_answers_for_are_named_to_the_administrators(self):
        survey = self._order_due(MONDAY)
        survey.write({"coverage_user_id": False, "coverage_team_id": False})
        self._record()
        message = self._messages_to(self.manager)
        self.assertEqual(len(message), 1)
        self.assertIn(survey.order_id.name, message.body)
        self.assertIn("nobody is responsible", message.body)
        self.assertFalse(self._messages_to(self.leader))

    def test_administrators_are_not_told_what_a_leader_is_told(self):
        survey = self._order_due(MONDAY)
        survey.coverage_user_id = False
        self._record()
        self.assertFalse(self._messages_to(self.manager))
        self.assertIn(survey.order_id.name, self._messages_to(self.leader).body)

    def test_skipped_order_is_named_at_the_target_too(self):
        for survey in [self._order_due(MONDAY) for _n in range(9)]:
            self._answer(survey)
        skipped = self._order_due(MONDAY)
        row = self._record()
        self.assertEqual((row.coverage, row.is_below_target), (90.0, False))
        for user in (self.salesperson, self.leader):
            self.assertIn(skipped.order_id.name, self._messages_to(user).body)

    def test_nothing_is_said_when_nobody_was_skipped(self):
        self._answer(self._order_due(MONDAY))
        self._record()
        self.assertFalse(self._messages_to(self.salesperson))
        self.assertFalse(self._messages_to(self.leader))

    def test_one_message_for_all_weeks_caught_up_and_none_in_the_second_run(self):
        self._order_due(MONDAY)
        self._order_due(NEXT_MONDAY)
        today = NEXT_MONDAY + timedelta(days=7)
        self._record(today)
        self._record(today)
        self.assertEqual(len(self._messages_to(self.salesperson)), 1)
        self.assertEqual(len(self._messages_to(self.leader)), 1)

    def test_no_activity(self):
        before = self.env["mail.activity"].search_count([])
        self._order_due(MONDAY)
        self._record()
        self.assertEqual(self.env["mail.activity"].search_count([]), before)
