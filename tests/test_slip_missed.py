from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .plan_common import TODAY
from .slip_common import SlipCase

LOGGER = "odoo.addons.client_development.models.client_plan_work"


class TestSlipMissed(SlipCase):
    def _flag(self, day, **options):
        """Do the work of the scheduled action on the given day."""
        Slip = self.env["client.plan.slip"].sudo().with_context(client_today=day)
        return Slip._flag_overdue(**options)

    def _explain(self, action, user=None, **values):
        wizard = self.env["client.plan.slip.explain"].with_user(
            user or self.salesperson
        )
        wizard = wizard.with_context(**action["context"])
        wizard.create({"reason_id": self.reason.id, **values}).action_explain()

    # -- missing opens one slip ----------------------------------------------------

    def test_missing_opens_one_slip_and_redating_completes_it(self):
        day = self.line.date_deadline
        self._flag(day)
        self.assertFalse(self.line.slip_ids, "on the day itself nothing is missed")
        late = self._set_today(self.line, day + timedelta(days=1))
        for number in (1, 2, 3):
            self._flag(day + timedelta(days=number))
        self.assertRecordValues(
            late.slip_ids,
            [
                {
                    "kind": "missed",
                    "date": day + timedelta(days=1),
                    "date_old": day,
                    "date_new": False,
                    "days": 0,
                    "reason_id": False,
                    "user_id": self.salesperson.id,
                }
            ],
        )
        self.assertTrue(late.reason_missing)
        late._move_deadline(day + timedelta(days=5), self.reason, "Back on Monday")
        self.assertRecordValues(
            late.slip_ids,
            [
                {
                    "kind": "missed",
                    "date_new": day + timedelta(days=5),
                    "days": 5,
                    "reason_id": self.reason.id,
                    "note": "Back on Monday",
                    "author_id": self.salesperson.id,
                }
            ],
        )
        self.assertFalse(late.reason_missing)
        self._flag(day + timedelta(days=6))
        self.assertEqual(late.slip_count, 2, "the new deadline was missed, too")

    def test_moving_after_the_deadline_is_missed_even_before_the_night(self):
        day = self.line.date_deadline
        late = self._set_today(self.line, day + timedelta(days=1))
        late._move_deadline(day + timedelta(days=3), self.reason)
        self.assertEqual(late.slip_ids.kind, "missed")
        self._flag(day + timedelta(days=1))
        self.assertEqual(late.slip_count, 1)

    def test_only_open_actions_of_running_plans(self):
        draft = self._new_line(self._new_plan())
        done = self._new_line(self.plan)
        done.action_done()
        cancelled = self._new_line(self.plan)
        cancelled.write({"state": "cancelled", "cancel_reason": "Not needed"})
        closing = self._new_plan()
        ended = self._new_line(closing)
        closing.action_start()
        self._close(closing, mode="cancel", reason="Client insolvent")
        self._flag(self._later(30))
        self.assertTrue(self.line.slip_ids)
        self.assertFalse((draft | done | cancelled | ended).slip_ids)

    # -- done in time, done late ---------------------------------------------------

    def test_done_in_time_is_punctual_even_if_accepted_late(self):
        self.line.action_done()
        late = self._set_today(self.line, self._later(30))
        self._flag(self._later(30))
        self._as(late, self.leader).action_accept()
        self._flag(self._later(31))
        self.assertFalse(late.slip_ids)
        self.assertFalse(late.reason_missing)

    def test_done_late_keeps_its_slip_and_asks_why(self):
        """Also when the scheduled action has not run yet; the answer may wait."""
        late = self._set_today(self.line, self.line.date_deadline + timedelta(days=1))
        action = late.action_done()
        self.assertEqual(late.state, "done")
        self.assertEqual(action["res_model"], "client.plan.slip.explain")
        self.assertTrue(late.reason_missing)
        self.assertEqual(late.slip_ids.kind, "missed")
        self._as(late, self.leader).action_accept()
        self.assertTrue(late.reason_missing, "accepting does not answer")
        self._explain(action, note="Buyer was ill")
        self.assertFalse(late.reason_missing)
        self.assertRecordValues(
            late.slip_ids,
            [
                {
                    "reason_id": self.reason.id,
                    "note": "Buyer was ill",
                    "author_id": self.salesperson.id,
                    "date_new": False,
                }
            ],
        )
        self.assertEqual(late.slip_count, 1)

    def test_done_in_time_asks_nothing(self):
        self.assertIs(self.line.action_done(), True)

    def test_dragged_to_done_keeps_the_badge(self):
        late = self._set_today(self.line, self.line.date_deadline + timedelta(days=1))
        late.write({"state": "done"})
        self.assertTrue(late.reason_missing)
        found = self.env["client.plan.line"].search([("reason_missing", "=", True)])
        self.assertIn(self.line, found)

    def test_cancelled_asks_no_more(self):
        late = self._miss(self.line)
        late.write({"state": "cancelled", "cancel_reason": "Client insolvent"})
        self.assertFalse(late.reason_missing)
        self.assertEqual(late.slip_count, 1)

    # -- the reason ----------------------------------------------------------------

    def test_who_gives_the_reason(self):
        self.line.participant_ids = self.outsider
        late = self._miss(self.line)
        action = late.action_explain_slips()
        with self.assertRaisesRegex(AccessError, "is said by"):
            self._explain(action, user=self.outsider)
        with self.assertRaises(AccessError):
            late.slip_ids.with_user(self.salesperson2)._give_reason(self.reason)
        self._explain(action, user=self.leader)
        self.assertEqual(late.slip_ids.author_id, self.leader)
        with self.assertRaisesRegex(UserError, "has been said already"):
            self._explain(action)

    def test_reason_is_not_empty(self):
        late = self._miss(self.line)
        with self.assertRaisesRegex(UserError, "Choose a reason"):
            late.slip_ids._give_reason(self.env["client.plan.slip.reason"])

    def test_given_reason_stays_when_the_reason_is_archived(self):
        self.line._move_deadline(self._later(), self.reason)
        self.reason.active = False
        self.assertEqual(self.line.slip_ids.reason_id, self.reason)

    # -- the scheduled action ------------------------------------------------------

    def test_each_company_in_its_own_time_zone(self):
        """At 20:00 UTC of the last day it is tomorrow in Tokyo, but not in London."""
        self.env["client.plan.line"].search([]).unlink()
        plan = self._new_plan()
        line = self._new_line(plan, date_deadline=TODAY)
        plan.action_start()
        Slip = self.env["client.plan.slip"].sudo().with_context(client_today=None)
        calendar = self.company.resource_calendar_id
        for zone, found in (("Europe/London", 0), ("Asia/Tokyo", 1)):
            calendar.tz = zone
            with freeze_time(datetime(2026, 3, 2, 20)):
                Slip._flag_overdue()
            self.assertEqual(line.slip_count, found, zone)
        self.assertEqual(line.slip_ids.date, date(2026, 3, 3))

    def test_all_companies_and_the_end_of_daylight_saving(self):
        """Berlin, 25 October 2026, 23:30 UTC: there the 26th has begun."""
        self.company.resource_calendar_id.tz = "Europe/Berlin"
        line = self._new_line(self.plan, date_deadline=date(2026, 10, 25))
        Slip = self.env["client.plan.slip"].sudo().with_context(client_today=None)
        for hour, minute, found in ((22, 30, 0), (23, 30, 1)):
            with freeze_time(datetime(2026, 10, 25, hour, minute)):
                Slip._flag_overdue()
            self.assertEqual(line.slip_count, found)
        other = self._miss_in_company2()
        self.assertEqual(other.slip_ids.company_id, self.company2)

    def _miss_in_company2(self):
        env = self.env(context={**self.env.context, "allowed_company_ids": []})
        plan = env["client.plan"].create(
            {
                "partner_id": self.client_foreign.id,
                "company_id": self.company2.id,
                "user_id": self.env.uid,
                "date_start": TODAY,
            }
        )
        line = self._new_line(plan)
        plan.action_start()
        self._flag(self._later(30))
        return line

    def test_batches_cost_the_same_for_20_and_for_200(self):
        self.env["client.plan.line"].search([]).unlink()
        counts = []
        for number in (5, 20, 200):  # the first one fills the caches
            plan = self._new_plan(name=f"Plan of {number}")
            lines = self.env["client.plan.line"].create(
                [
                    {"plan_id": plan.id, "name": f"Call {n}", "date_deadline": TODAY}
                    for n in range(number)
                ]
            )
            plan.action_start()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            done, failed, left = self._flag(TODAY + timedelta(days=1))
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
            self.assertEqual((done, failed, left), (number, [], 0))
            self.assertEqual(set(lines.mapped("slip_count")), {1})
        # beyond 100 rows the ORM takes a second statement for each INSERT
        self.assertLessEqual(counts[2] - counts[1], 4)

    def test_a_bad_record_is_skipped(self):
        lines = self.line | self._new_line(self.plan) | self._new_line(self.plan)
        Line = type(self.env["client.plan.line"])
        original = Line._flag_missed

        def fail(records):
            if lines[1] in records:
                raise ValueError("broken")
            return original(records)

        with patch.object(Line, "_flag_missed", fail), mute_logger(LOGGER):
            done, failed, left = self._flag(self._later(30))
        self.assertEqual((done, failed, left), (2, [lines[1].id], 0))
        self.assertEqual(lines.mapped("slip_count"), [1, 0, 1])

    def test_works_in_batches(self):
        for _number in range(4):
            self._new_line(self.plan)
        self.assertEqual(self._flag(self._later(30), limit=3), (3, [], 2))
        self.assertEqual(self._flag(self._later(30), limit=3), (2, [], 0))
        self.assertEqual(self._flag(self._later(30), limit=3), (0, [], 0))

    def test_the_scheduled_action_itself(self):
        """It runs shortly after midnight, every day."""
        cron = self.env.ref("client_development.ir_cron_flag_overdue")
        self.assertEqual((cron.interval_number, cron.interval_type), (1, "days"))
        self.assertEqual(cron.nextcall.strftime("%H:%M"), "00:10")
        line = self.line.sudo()
        day = self.env["res.company"].browse(self.company.id)
        today = day.with_context(client_today=None)._client_today()
        line.date_deadline = today - timedelta(days=1)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            cron.with_context(client_today=None).method_direct_trigger()
        line.invalidate_recordset()
        self.assertEqual(line.slip_count, 1)
