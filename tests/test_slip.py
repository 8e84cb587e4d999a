from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form

from .plan_common import TODAY
from .slip_common import SlipCase


class TestSlip(SlipCase):
    # -- moving --------------------------------------------------------------------

    def test_later_needs_a_reason_and_names_the_remedy(self):
        with self.assertRaisesRegex(RedirectWarning, "Move Deadline") as caught:
            self.line.write({"date_deadline": self._later()})
        _message, action, button, context = caught.exception.args
        self.assertEqual(button, "Move Deadline")
        self.assertEqual(
            self.env["ir.actions.act_window"].browse(action).res_model,
            "client.plan.line.move",
        )
        wizard = self.env["client.plan.line.move"].with_user(self.salesperson)
        wizard = wizard.with_context(**context).create({"reason_id": self.reason.id})
        wizard.action_move()
        self.assertEqual(self.line.date_deadline, self._later())
        self.assertEqual(self.line.slip_ids.reason_id, self.reason)

    def test_moving_makes_one_slip_and_keeps_the_first_deadline(self):
        first = self.line.date_deadline
        self.line._move_deadline(self._later(14), self.reason, "Buyer on holiday")
        self.line._move_deadline(self._later(17), self.reason2)
        self.assertEqual(self.line.date_deadline_original, first)
        self.assertEqual(self.line.slip_count, 2)
        self.assertRecordValues(
            self.line.slip_ids.sorted("id"),
            [
                {
                    "kind": "moved",
                    "date": TODAY,
                    "date_old": first,
                    "date_new": self._later(14),
                    "days": 7,
                    "reason_id": self.reason.id,
                    "note": "Buyer on holiday",
                    "user_id": self.salesperson.id,
                    "author_id": self.salesperson.id,
                    "plan_id": self.plan.id,
                    "partner_id": self.client.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                },
                {
                    "kind": "moved",
                    "date": TODAY,
                    "date_old": self._later(14),
                    "date_new": self._later(17),
                    "days": 3,
                    "reason_id": self.reason2.id,
                    "note": False,
                    "user_id": self.salesperson.id,
                    "author_id": self.salesperson.id,
                    "plan_id": self.plan.id,
                    "partner_id": self.client.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                },
            ],
        )

    def test_every_way_of_writing_obeys(self):
        """Many at once, with other fields, by drag in the kanban, by import."""
        other = self._new_line(self.plan)
        later = str(self._later())
        with self.assertRaises(RedirectWarning):
            (self.line | other).write({"date_deadline": later})
        with self.assertRaises(RedirectWarning):
            self.line.write({"date_deadline": later, "priority": "1"})
        with self.assertRaises(RedirectWarning):
            self.line.web_save({"date_deadline": later}, {})
        with self.assertRaises(RedirectWarning):
            self.plan.write({"line_ids": [(1, self.line.id, {"date_deadline": later})]})
        self.assertFalse((self.line | other).slip_ids)
        with self.assertRaisesRegex(UserError, "is not a day"):
            self.line.write({"date_deadline": "soon"})
        rows = [[f"line.{self.line.id}", later]]
        self._name_line()
        answer = self._load(["id", "date_deadline"], rows)
        self.assertIn("Reason for Moving", answer["messages"][0]["message"])
        answer = self._load(
            ["id", "date_deadline", "move_reason_id", "move_note"],
            [[*rows[0], self.reason.name, "By file"]],
        )
        self.assertFalse(answer["messages"])
        self.assertRecordValues(
            self.line.slip_ids,
            [{"reason_id": self.reason.id, "note": "By file", "days": 7}],
        )

    def _name_line(self):
        self.env["ir.model.data"].create(
            {
                "module": "__import__",
                "name": "line",
                "model": "client.plan.line",
                "res_id": self.line.id,
            }
        )

    def _load(self, names, rows):
        rows = [["__import__.line", *row[1:]] for row in rows]
        return self.line.with_context(import_file=True).load(names, rows)

    def test_reason_given_with_the_date(self):
        """A remote call gives both in one write; the reason is not stored there."""
        self.line.write(
            {"date_deadline": self._later(), "move_reason_id": self.reason.id}
        )
        self.assertEqual(self.line.slip_ids.reason_id, self.reason)
        with self.assertRaises(RedirectWarning):
            self.line.write({"date_deadline": self._later(20), "move_reason_id": 2**30})

    def test_earlier_is_no_slip(self):
        self.line.date_deadline = TODAY + timedelta(days=2)
        self.assertFalse(self.line.slip_ids)
        self.assertEqual(self.line.date_deadline_original, TODAY + timedelta(days=7))

    def test_the_same_day_is_no_move(self):
        self.line.write({"date_deadline": str(self.line.date_deadline)})
        self.assertFalse(self.line.slip_ids)

    def test_past_day_is_refused(self):
        for action in (
            lambda: self.line.write({"date_deadline": TODAY - timedelta(days=1)}),
            lambda: self.line._move_deadline(TODAY - timedelta(days=1), self.reason),
            lambda: self._move(self.line, mode="date", date=TODAY - timedelta(days=1)),
        ):
            with self.assertRaisesRegex(UserError, "has passed. Choose today"):
                action()
        self.line.date_deadline = TODAY
        self.assertEqual(self.line.date_deadline, TODAY)

    def test_new_action_of_a_running_plan_is_not_due_in_the_past(self):
        yesterday = TODAY - timedelta(days=1)
        for change in (
            lambda: self._new_line(self.plan, date_deadline=yesterday),
            lambda: self.plan.write(
                {
                    "line_ids": [
                        Command.create({"name": "Late", "date_deadline": yesterday})
                    ]
                }
            ),
            lambda: self.line.copy({"date_deadline": yesterday}),
        ):
            refused = self.assertRaisesRegex(UserError, "^Deadline: .* has passed")
            with refused, self.cr.savepoint():
                change()
        for user in (self.leader, self.manager):
            plan = self._as(self.plan, user)
            refused = self.assertRaisesRegex(UserError, "^Deadline: .* has passed")
            with refused, self.cr.savepoint():
                self._new_line(plan, date_deadline=yesterday)
        result = self.plan.env["client.plan.line"].load(
            ["plan_id/.id", "name", "date_deadline"],
            [[str(self.plan.id), "Late", str(yesterday)]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("has passed", result["messages"][0]["message"])
        self.assertEqual(self.plan.line_ids, self.line)
        self._new_line(self.plan, date_deadline=TODAY)
        # history that an administrator of the system brings in; plans not started
        self._new_line(self.plan.sudo(), date_deadline=yesterday)
        self._new_line(self._new_plan(), date_deadline=yesterday)

    def test_draft_moves_freely_and_the_first_deadline_follows(self):
        plan = self._new_plan()
        line = self._new_line(plan)
        day = self._later(20)
        line.date_deadline = day
        self.assertEqual(line.date_deadline_original, day)
        line.date_deadline = TODAY - timedelta(days=3)
        self.assertFalse(line.slip_ids)
        line.date_deadline = day
        plan.action_start()
        line._move_deadline(day + timedelta(days=1), self.reason)
        self.assertEqual(line.date_deadline_original, day)
        self.assertEqual(line.slip_count, 1)

    def test_done_keeps_its_deadline(self):
        self.line.action_done()
        with self.assertRaisesRegex(UserError, "is done and keeps its deadline"):
            self.line.date_deadline = self._later()
        with self.assertRaisesRegex(RedirectWarning, "reason"):
            self.line.write({"state": "progress", "date_deadline": self._later()})
        self.line.write(
            {
                "state": "progress",
                "date_deadline": self._later(),
                "move_reason_id": self.reason.id,
            }
        )
        self.assertEqual(self.line.slip_count, 1)

    def test_only_who_answers_for_it_moves_it(self):
        self.line.participant_ids = self.outsider
        line = self._as(self.line, self.outsider)
        with self.assertRaisesRegex(UserError, "take part"):
            line._move_deadline(self._later(), self.reason)
        with self.assertRaisesRegex(UserError, "take part"):
            self._move(line, mode="date", date=self._later(), reason_id=self.reason.id)
        own = self._new_line(self.plan, user_id=self.outsider.id)
        own = self._as(own, self.outsider)
        self._move(own, mode="date", date=self._later(), reason_id=self.reason.id)
        self.assertEqual(own.slip_count, 1)

    def test_slips_are_kept_by_the_system(self):
        self.line._move_deadline(self._later(), self.reason)
        slip = self.line.slip_ids
        for user in (self.salesperson, self.leader, self.manager):
            mine = self._as(slip, user)
            for action in (
                lambda mine=mine: mine.write({"note": "Not my fault"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
            ):
                with self.assertRaises(AccessError):
                    action()
        for name in ("slip_count", "reason_missing", "is_waiting"):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self.line.write({name: False})

    def test_chatter_repeats_the_reason(self):
        line = self.line.with_context(tracking_disable=False, mail_notrack=False)
        self.flush_tracking()
        line._move_deadline(self._later(), self.reason, "<b>Buyer</b> away")
        self.flush_tracking()
        message = line.message_ids[:1]
        self.assertIn("Client postponed", message.body)
        self.assertIn("&lt;b&gt;Buyer", message.body)
        values = message.sudo().tracking_value_ids
        self.assertEqual(values.field_id.name, "date_deadline")

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()

    # -- the assistant -------------------------------------------------------------

    def test_shift_over_weekend_and_holiday(self):
        """From Friday three working days, with a holiday on Tuesday: to Thursday."""
        friday = date(2026, 3, 13)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Spring day",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-03-17 00:00:00",
                "date_to": "2026-03-17 23:59:59",
            }
        )
        line = self._new_line(self.plan, date_deadline=friday)
        other = self._new_line(self.plan, date_deadline=date(2026, 3, 31))
        self._move(line | other, mode="shift", days=3, reason_id=self.reason.id)
        self.assertEqual(line.date_deadline, date(2026, 3, 19))
        self.assertEqual(other.date_deadline, date(2026, 4, 3), "over the month's end")

    def test_shift_over_the_change_of_clocks(self):
        """Moscow has none, Berlin changes on Sunday 29 March: days stay days."""
        for zone in ("Europe/Berlin", "Europe/Moscow", "America/New_York"):
            self.company.resource_calendar_id.tz = zone
            line = self._new_line(self.plan, date_deadline=date(2026, 3, 27))
            self._move(line, mode="shift", days=2, reason_id=self.reason.id)
            self.assertEqual(line.date_deadline, date(2026, 3, 31), zone)

    def test_shift_of_an_overdue_action_counts_from_today(self):
        late = self._miss(self.line, days=5)  # Saturday 14 March
        self._move(late, mode="shift", days=1, reason_id=self.reason.id)
        self.assertEqual(late.date_deadline, date(2026, 3, 16))

    def test_shift_reads_the_calendar_once(self):
        lines = self._new_line(self.plan)
        for number in range(20):
            lines |= self._new_line(
                self.plan, date_deadline=TODAY + timedelta(days=number)
            )
        wizard = self.env["client.plan.line.move"].with_user(self.salesperson)
        counts = []
        for chosen in (lines, lines[:2], lines):  # the first one fills the caches
            new = wizard.create({"line_ids": chosen.ids, "mode": "shift", "days": 4})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(new._get_dates()), len(chosen))
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_bad_input_of_the_assistant(self):
        with self.assertRaisesRegex(UserError, "^New Deadline: no day"):
            self._move(self.line, mode="date", reason_id=self.reason.id)
        for days in (0, -3, 251):
            with self.assertRaisesRegex(UserError, "^Working Days: "):
                self._move(self.line, mode="shift", days=days, reason_id=self.reason.id)
        with self.assertRaises(RedirectWarning):
            self._move(self.line, mode="shift", days=3)
        self.line.action_done()
        with self.assertRaisesRegex(UserError, "^Deadline: only actions .* open"):
            self.line.action_move_deadline()
        wizard = self.env["client.plan.line.move"].create(
            {"line_ids": self.line.ids, "date": self._later()}
        )
        with self.assertRaisesRegex(UserError, "is done and keeps"):
            wizard.with_user(self.salesperson).sudo(False).with_env(
                wizard.env
            ).action_move()

    def test_the_form_says_what_helps_and_warns_of_the_end(self):
        context = self.line.action_move_deadline()["context"]
        form = Form(
            self.env["client.plan.line.move"]
            .with_user(self.salesperson)
            .with_context(**context)
        )
        form.date = TODAY + timedelta(days=1)
        self.assertFalse(form.needs_reason)
        form.date = self._later()
        self.assertTrue(form.needs_reason)
        self.assertFalse(form.warning)
        form.reason_id = self.reason
        self.assertEqual(form.reason_help, self.reason.description)
        form.date = self.plan.date_end + timedelta(days=1)
        self.assertIn("after its plan has ended", form.warning)
        form.save().action_move()
        self.assertGreater(self.line.date_deadline, self.plan.date_end)

    # -- the calendar --------------------------------------------------------------

    def test_drop_in_the_calendar(self):
        self.assertFalse(self.line.action_drop(str(TODAY + timedelta(days=1))))
        self.assertEqual(self.line.date_deadline, TODAY + timedelta(days=1))
        action = self.line.action_drop(str(self._later()))
        self.assertEqual(action["res_model"], "client.plan.line.move")
        self.assertEqual(action["context"]["default_date"], str(self._later()))
        self.assertEqual(self.line.date_deadline, TODAY + timedelta(days=1))
        with self.assertRaisesRegex(UserError, "has passed"):
            self.line.action_drop(str(TODAY - timedelta(days=1)))
        with self.assertRaisesRegex(UserError, "is not a day"):
            self.line.action_drop("2026-13-45")
        self.line.participant_ids = self.outsider
        with self.assertRaisesRegex(UserError, "take part"):
            self._as(self.line, self.outsider).action_drop(str(self._later()))
        draft = self._new_line(self._new_plan())
        self.assertFalse(draft.action_drop(str(self._later())))
        self.assertEqual(draft.date_deadline, self._later())
