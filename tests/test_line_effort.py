from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .plan_common import TODAY, PlanCase


class TestLineEffort(PlanCase):
    """Spent hours are the sum of dated working time, per employee and day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client3 = cls._new_client("Dune Carpentry", cls.env["res.users"])
        cls.plan3 = cls._new_plan(partner_id=cls.client3.id)
        cls.line3 = cls._new_line(cls.plan3)
        cls.plan3.action_start()

    @classmethod
    def _enter(cls, line, hours=1.0, **values):
        Effort = line.env["client.plan.effort"]
        return Effort.create({"line_id": line.id, "hours": hours, **values})

    # -- the sum -------------------------------------------------------------------

    def test_spent_hours_are_the_sum(self):
        self._enter(self.line3, 1.5)
        row = self._enter(self.line3, 2, date=TODAY - timedelta(days=1))
        self.assertEqual(self.line3.spent_hours, 3.5)
        row.hours = 3
        self.assertEqual(self.line3.spent_hours, 4.5)
        row.unlink()
        self.assertEqual(self.line3.spent_hours, 1.5)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.line3.spent_hours, 1.5)

    def test_typing_a_total_enters_the_difference_today(self):
        self._enter(self.line3, 1, date=TODAY - timedelta(days=3))
        self.line3.spent_hours = 2.5
        self.assertRecordValues(
            self.line3.effort_ids,
            [
                {"hours": 1.5, "date": TODAY, "user_id": self.salesperson.id},
                {
                    "hours": 1.0,
                    "date": TODAY - timedelta(days=3),
                    "user_id": self.salesperson.id,
                },
            ],
        )
        self.line3.spent_hours = 2.5
        self.assertEqual(len(self.line3.effort_ids), 2)

    def test_new_action_with_hours(self):
        line = self._new_line(self.plan3, spent_hours=4)
        self.assertEqual(line.spent_hours, 4)
        self.assertEqual(line.effort_ids.mapped("hours"), [4])

    def test_form_with_a_row_and_a_total(self):
        with Form(self.line3) as form:
            form.spent_hours = 1
        with Form(self.line3) as form, form.effort_ids.new() as row:
            self.assertEqual(row.date, TODAY)
            self.assertEqual(row.user_id, self.salesperson)
            row.hours = 2
        self.assertEqual(self.line3.spent_hours, 3)
        self.assertEqual(len(self.line3.effort_ids), 2)
        self.line3.write(
            {"spent_hours": 6, "effort_ids": [Command.create({"hours": 1})]}
        )
        self.assertEqual(sum(self.line3.effort_ids.mapped("hours")), 6)
        self.assertEqual(self.line3.spent_hours, 6)

    def test_loaded_hours_lie_on_the_day_they_were_done(self):
        """What the system loads has no day: at most eight hours each, backwards."""
        done = TODAY - timedelta(days=10)
        line = (
            self.env["client.plan.line"]
            .sudo()
            .create(
                {
                    "plan_id": self.plan3.id,
                    "name": "Loaded",
                    "date_deadline": TODAY,
                    "state": "done",
                    "done_date": done,
                    "spent_hours": 20,
                }
            )
        )
        rows = line.effort_ids.sorted("date")
        self.assertEqual(rows.mapped("hours"), [4, 8, 8])
        self.assertEqual(rows[-1].date, done)
        self.assertEqual(rows.user_id, self.salesperson)
        self.assertEqual(line.spent_hours, 20)

    def test_copied_action_has_no_hours(self):
        self._enter(self.line3)
        copy = self.line3.copy()
        self.assertFalse(copy.effort_ids)
        self.assertFalse(copy.spent_hours)

    # -- what makes no sense -------------------------------------------------------

    def test_no_future_days(self):
        with self.assertRaisesRegex(ValidationError, "^Day: .* not come yet"):
            self._enter(self.line3, date=TODAY + timedelta(days=1))

    def test_no_days_long_before_the_plan(self):
        """What prepared the plan counts: from a month before it was made or starts."""
        message = "^Day: 01/01/1900 is long before the plan .* from 01/30/2026 on"
        with self.assertRaisesRegex(ValidationError, message):
            self._enter(self.line3, date=date(1900, 1, 1))
        row = self._enter(self.line3, date=TODAY - timedelta(days=31))
        with self.assertRaisesRegex(ValidationError, "long before the plan"):
            row.date = TODAY - timedelta(days=32)
        plan = self._new_plan(
            partner_id=self._new_client("Elm Floors", self.salesperson).id,
            date_start=TODAY - timedelta(days=90),
        )
        self._enter(self._new_line(plan), date=TODAY - timedelta(days=120))

    def test_plan_made_ahead_has_hours_since_it_was_made(self):
        plan = self._new_plan(
            partner_id=self._new_client("Elm Floors", self.salesperson).id,
            date_start=date(2099, 1, 1),
        )
        line = self._new_line(plan, date_deadline=TODAY).with_context(client_today=None)
        self._enter(line)
        today = line.effort_ids.date
        self._enter(line, date=today - timedelta(days=31))
        with self.assertRaisesRegex(ValidationError, "long before the plan"):
            self._enter(line, date=today - timedelta(days=32))

    def test_today_by_the_clock_of_the_company(self):
        """At 16:00 UTC the next day has begun in Tokyo."""
        line = self.line3.with_context(client_today=None)
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        with freeze_time("2026-03-02 16:00:00"):
            self.assertEqual(str(self._enter(line).date), "2026-03-03")
            line.spent_hours = 3
            self.assertEqual(
                {str(day) for day in line.effort_ids.mapped("date")}, {"2026-03-03"}
            )
        self.company.resource_calendar_id.tz = "UTC"
        with (
            freeze_time("2026-03-02 16:00:00"),
            self.assertRaisesRegex(ValidationError, "^Day: "),
        ):
            self._enter(line, date="2026-03-03")

    def test_a_day_has_24_hours_over_all_actions(self):
        other = self._new_line(self.plan3)
        self._enter(self.line3, 14)
        self._enter(other, 10)
        self._enter(other, 5, date=TODAY - timedelta(days=1))
        with self.assertRaisesRegex(ValidationError, "a day has 24"):
            self._enter(self.line3, 0.5)
        with self.assertRaisesRegex(ValidationError, "a day has 24"):
            self.line3.spent_hours = 15
        row = self._as(self._new_line(self.plan3), self.leader)
        self._enter(row, 24)

    def test_corrections_never_fall_below_zero(self):
        row = self._enter(self.line3, 2)
        self._enter(self.line3, -1.5)
        self.assertEqual(self.line3.spent_hours, 0.5)
        for change in (
            lambda: self._enter(self.line3, -1),
            lambda: row.write({"hours": 1}),
            lambda: row.unlink(),
        ):
            with (
                self.assertRaisesRegex(ValidationError, "less than no time"),
                self.cr.savepoint(),
            ):
                change()
        with self.assertRaisesRegex(UserError, "^Spent Hours: .* zero or more"):
            self.line3.spent_hours = -0.5

    def test_a_lower_total_takes_back_ones_own(self):
        self.line3.participant_ids = self.outsider
        mine = self._as(self.line3, self.outsider)
        self._enter(self.line3, 3)
        mine.spent_hours = 5
        mine.spent_hours = 4
        hours = self.env["client.plan.effort"]._get_hours(self.line3)[self.line3.id]
        self.assertEqual(hours, {self.outsider: 1, self.salesperson: 3})
        with self.assertRaisesRegex(UserError, "only your own"), self.cr.savepoint():
            mine.spent_hours = 2
        # the owner of the plan corrects everybody's
        self.env.invalidate_all()
        self.line3.spent_hours = 0
        self.assertEqual(sum(self.line3.effort_ids.mapped("hours")), 0)

    def test_settled_actions_and_ended_plans_keep_their_hours(self):
        row = self._enter(self.line3)
        self.line3.action_done()
        self._enter(self.line3, 1)  # hours may follow
        self._as(self.line3, self.leader).action_accept()
        for change in (
            lambda: self._enter(self.line3, 1),
            lambda: row.write({"hours": 2}),
            lambda: row.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "is accepted"):
                change()
        line = self._new_line(self.plan3)
        self._close(self.plan3, mode="cancel", reason="Client insolvent")
        with self.assertRaisesRegex(UserError, "is cancelled and stays"):
            self._enter(line)

    def test_only_colleagues_spend_time(self):
        foreigner = self.outsider.copy({"login": "foreigner", "name": "Foreigner"})
        foreigner.write(
            {"company_ids": [(6, 0, self.company2.ids)], "company_id": self.company2.id}
        )
        with self.assertRaisesRegex(ValidationError, "^Employee: Foreigner"):
            self._enter(self.line3, user_id=foreigner.id)

    def test_row_stays_on_its_action(self):
        row = self._enter(self.line3)
        with self.assertRaisesRegex(UserError, "^Action: "):
            row.line_id = self.line

    # -- who may what --------------------------------------------------------------

    def test_own_rows_only(self):
        """Others' time is for the plan's owner, the leader and the administrator."""
        self.line3.participant_ids = self.outsider | self.salesperson2
        row = self._enter(self._as(self.line3, self.salesperson2))
        line = self._as(self.line3, self.outsider)
        with self.assertRaisesRegex(UserError, "^Employee: you enter your own"):
            self._enter(line, user_id=self.salesperson2.id)
        with self.assertRaisesRegex(UserError, "^Employee: "):
            self._as(row, self.outsider).hours = 3
        with self.assertRaisesRegex(UserError, "^Employee: "):
            self._as(row, self.outsider).unlink()
        own = self._enter(line)
        with self.assertRaisesRegex(UserError, "^Employee: "):
            own.user_id = self.salesperson2
        for number, user in enumerate((self.salesperson, self.leader, self.manager)):
            self._as(row, user).hours = number + 2
            self._enter(self._as(self.line3, user), user_id=self.outsider.id)

    def test_rules(self):
        row = self._enter(self.line3)

        def may(operation, *users):
            return [user for user in users if self._as(row, user).has_access(operation)]

        everyone = (
            self.salesperson,  # owner of the plan
            self.leader,
            self.manager,
            self.outsider,
            self.salesperson2,
            self.leader2,
        )
        for operation in ("read", "write", "unlink"):
            self.assertEqual(may(operation, *everyone), list(everyone[:3]))
        self.line3.participant_ids = self.outsider
        self.assertIn(self.outsider, may("write", *everyone))
        self.line3.participant_ids = False
        self.plan3.sudo().controller_id = self.leader2
        self.assertIn(self.leader2, may("write", *everyone))
        self.plan3.sudo().controller_id = False
        self.client3.user_id = self.salesperson2
        self.assertIn(self.salesperson2, may("read", *everyone))
        self.assertNotIn(self.salesperson2, may("write", *everyone))

    def test_own_hours_stay_readable(self):
        self.line3.participant_ids = self.outsider
        row = self._enter(self._as(self.line3, self.outsider))
        self.line3.participant_ids = False
        self.assertTrue(row.has_access("read"))
        self.assertFalse(row.has_access("write"))
        with self.assertRaises(AccessError):
            self._enter(self._as(self.line3, self.outsider))

    def test_whoever_is_asked_for_help_opens_the_action(self):
        self._enter(self.line3)
        self.line3.env["client.plan.help"].create(
            {"line_id": self.line3.id, "user_id": self.outsider.id, "question": "How?"}
        )
        with Form(self._as(self.line3, self.outsider)) as form:
            self.assertEqual(form.spent_hours, 1)

    def test_company_rule(self):
        row = self._enter(self.line3)
        self.manager.company_ids |= self.company2
        row = row.with_user(self.manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(row.has_access("read"))

    # -- reports -------------------------------------------------------------------

    def test_hours_per_person_type_and_client(self):
        self.line3.action_type = "visit"
        self._enter(self.line3, 2)
        self._enter(self._as(self.line3, self.leader), 1)
        Effort = self.env["client.plan.effort"].with_user(self.leader)
        groups = Effort._read_group(
            [("plan_id", "=", self.plan3.id)],
            ["user_id", "partner_id", "action_type"],
            ["hours:sum"],
        )
        self.assertEqual(
            sorted(groups, key=lambda group: -group[-1]),
            [
                (self.salesperson, self.client3, "visit", 2),
                (self.leader, self.client3, "visit", 1),
            ],
        )
