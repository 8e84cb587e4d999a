from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .plan_common import TODAY
from .slip_common import SlipCase


class TestLineDependency(SlipCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls.line
        cls.second = cls._new_line(
            cls.plan,
            "Show the sample",
            depend_on_ids=cls.first.ids,
            date_deadline=TODAY + timedelta(days=9),  # a Wednesday
        )
        cls.third = cls._new_line(
            cls.plan,
            "Send the quotation",
            depend_on_ids=cls.second.ids,
            date_deadline=TODAY + timedelta(days=10),
        )

    def test_waiting_is_marked_and_found(self):
        self.assertEqual(self.first.dependent_ids, self.second)
        self.assertRecordValues(
            self.second,
            [{"is_waiting": True, "waiting_for": "“Call the head of purchasing”"}],
        )
        Line = self.env["client.plan.line"].with_user(self.salesperson)
        waiting = [("is_waiting", "=", True), ("plan_id", "=", self.plan.id)]
        self.assertEqual(Line.search(waiting), self.second | self.third)
        self.first.action_done()
        self.assertFalse(self.second.is_waiting)
        self.assertFalse(self.second.waiting_for)
        self.assertEqual(Line.search(waiting), self.third)
        self.first.action_progress()
        self.assertTrue(self.second.is_waiting)

    def test_cancelled_holds_nobody_up(self):
        self.first.write({"state": "cancelled", "cancel_reason": "Not needed"})
        self.assertFalse(self.second.is_waiting)
        self.second.action_done()

    def test_neither_begun_nor_done_before_what_it_waits_for(self):
        for action in (self.second.action_progress, self.second.action_done):
            with self.assertRaisesRegex(
                UserError, "waits for “Call the head of purchasing”. Have that done"
            ):
                action()
        self.first.action_done()
        self.second.action_done()
        self.assertEqual(self.second.state, "done")

    def test_leader_may_begin_it_all_the_same(self):
        self._as(self.second, self.leader).action_progress()
        self.assertEqual(self.second.state, "progress")
        self._as(self.third, self.manager).action_done()
        self.assertEqual(self.third.state, "done")

    def test_circle_is_refused(self):
        for values in (
            {"depend_on_ids": [(4, self.third.id)]},
            {"depend_on_ids": [(4, self.first.id)]},
        ):
            with (
                self.assertRaisesRegex(ValidationError, "would wait for itself"),
                self.cr.savepoint(),
            ):
                self.first.write(values)
        self.assertFalse(self.first.depend_on_ids)

    def test_only_within_the_plan(self):
        other = self._new_line(self._new_plan())
        with self.assertRaisesRegex(ValidationError, "belongs to another plan"):
            self.first.depend_on_ids = other

    def test_not_entered_from_the_other_side(self):
        """Nobody makes somebody else's action wait."""
        with self.assertRaisesRegex(UserError, "kept by the system"):
            self.third.write({"dependent_ids": [(4, self.first.id)]})

    def test_due_before_what_it_waits_for_warns(self):
        self.assertFalse(self.second.depend_warning)
        with Form(self.second) as form:
            # a deadline of a running plan is not edited in the form
            self.assertIn("Call the head", form.waiting_for)
        self.second.date_deadline = TODAY + timedelta(days=1)
        self.assertIn("“Call the head of purchasing” is due on", self.second.depend_warning)
        draft = self._new_plan()
        before = self._new_line(draft, "Ask", date_deadline=TODAY + timedelta(days=9))
        after = self._new_line(draft, "Answer", depend_on_ids=before.ids)
        with Form(after) as form:
            self.assertIn("“Ask” is due on", form.depend_warning)
            form.date_deadline = TODAY + timedelta(days=9)
            self.assertFalse(form.depend_warning)

    # -- moving --------------------------------------------------------------------

    def _wizard(self, line, **values):
        context = line.action_move_deadline()["context"]
        return Form(line.env["client.plan.line.move"].with_context(**context), **values)

    def test_what_waits_moves_along(self):
        """Monday 9 to Monday 16: five working days, so Wednesday and Thursday too."""
        form = self._wizard(self.first)
        form.date = date(2026, 3, 10)
        self.assertFalse(form.dependent_ids[:], "still in time for the next one")
        form.date = date(2026, 3, 16)
        form.reason_id = self.reason
        self.assertEqual(
            form.dependent_ids.ids, (self.second | self.third).ids
        )
        form.save().action_move()
        self.assertRecordValues(
            self.first | self.second | self.third,
            [
                {"date_deadline": date(2026, 3, 16), "slip_count": 1},
                {"date_deadline": date(2026, 3, 18), "slip_count": 1},
                {"date_deadline": date(2026, 3, 19), "slip_count": 1},
            ],
        )
        self.assertEqual(
            (self.second | self.third).slip_ids.reason_id, self.reason
        )

    def test_what_waits_stays_when_that_is_wanted(self):
        form = self._wizard(self.first)
        form.date = date(2026, 3, 16)
        form.reason_id = self.reason
        form.shift_dependents = False
        form.save().action_move()
        self.assertEqual(self.second.date_deadline, date(2026, 3, 11))
        self.assertFalse(self.second.slip_ids)

    def test_chosen_ones_go_where_they_are_put(self):
        lines = self.first | self.second
        self._move(lines, mode="date", date=date(2026, 3, 20), reason_id=self.reason.id)
        self.assertEqual(set(lines.mapped("date_deadline")), {date(2026, 3, 20)})
        self.assertEqual(self.third.date_deadline, date(2026, 3, 23))

    def test_what_belongs_to_others_is_named(self):
        """The responsible of one action does not move those of the others."""
        self.first.user_id = self.outsider
        form = self._wizard(self._as(self.first, self.outsider))
        form.date = date(2026, 3, 16)
        form.reason_id = self.reason
        self.assertFalse(form.dependent_ids.ids)
        self.assertIn("not yours to move. Tell cd_salesperson", form.warning)
        form.save().action_move()
        self.assertEqual(self.first.date_deadline, date(2026, 3, 16))
        self.assertEqual(self.second.date_deadline, date(2026, 3, 11))
