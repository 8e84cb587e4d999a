from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase


class TestPlanLine(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.controller_id = cls.salesperson2
        cls.plan.action_start()

    def test_values_from_the_plan(self):
        self.assertRecordValues(
            self.line,
            [
                {
                    "partner_id": self.client.id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "user_id": self.salesperson.id,
                    "state": "planned",
                    "date_deadline_original": TODAY + timedelta(days=7),
                }
            ],
        )

    def test_first_deadline_is_kept(self):
        first = self.line.date_deadline
        reason = self.env.ref("client_development.client_plan_slip_reason_client")
        self.line._move_deadline(first + timedelta(days=9), reason)
        self.assertEqual(self.line.date_deadline, first + timedelta(days=9))
        self.assertEqual(self.line.date_deadline_original, first)
        with self.assertRaisesRegex(UserError, "First Deadline"):
            self.line.date_deadline_original = first + timedelta(days=9)

    def test_first_deadline_from_whatever_source(self):
        """The caller's values stay untouched; a default in the context counts."""
        Line = self.env["client.plan.line"].with_user(self.salesperson)
        values = {"plan_id": self.plan.id, "name": "Call", "date_deadline": TODAY}
        given = dict(values)
        for _time in range(2):
            self.assertEqual(Line.create(values).date_deadline_original, TODAY)
        self.assertEqual(values, given)
        day = TODAY + timedelta(days=3)
        line = Line.with_context(default_date_deadline=day).create(
            {"plan_id": self.plan.id, "name": "Call again"}
        )
        self.assertEqual(line.date_deadline_original, day)
        line.date_deadline = TODAY
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(line.date_deadline_original, day)
        moved = {**values, "date_deadline_original": day}
        self.assertEqual(Line.sudo().create(moved).date_deadline_original, day)

    def test_bad_values(self):
        for values, constraint in (
            ({"date_start": TODAY + timedelta(days=8)}, "deadline_after_start"),
            ({"planned_hours": -1}, "planned_hours_not_negative"),
        ):
            with (
                self.subTest(constraint),
                self.assertRaisesRegex(IntegrityError, constraint),
                mute_logger("odoo.sql_db"),
                self.cr.savepoint(),
            ):
                self.line.write(values)
                self.env.flush_all()
        Line = self.env["client.plan.line"]
        for name, label in (
            ("_deadline_after_start", "Deadline"),
            ("_planned_hours_not_negative", "Planned Hours"),
            ("_spent_hours_not_negative", "Spent Hours"),
        ):
            message = getattr(Line, name).get_error_message(Line)
            self.assertRegex(message, f"^{label}: .*(Choose|Enter)")

    def test_section_of_another_plan(self):
        other = self._new_plan()
        with (
            self.assertRaisesRegex(ValidationError, "^Section: "),
            self.cr.savepoint(),
        ):
            self.line.section_id = other.section_ids[0]
        objective = self._new_objective(other)
        with self.assertRaisesRegex(ValidationError, "^Serves: "):
            self.line.objective_id = objective

    def test_done_and_accepted(self):
        line = self.line
        line.action_progress()
        line.action_done()
        self.assertEqual(line.done_date, TODAY)
        self.assertEqual(line.done_uid, self.salesperson)
        self._as(line, self.leader).action_accept()
        self.assertEqual(line.state, "accepted")
        self.assertEqual(line.accepted_uid, self.leader)
        self.assertEqual(line.accepted_date, TODAY)

    def test_rework(self):
        self.line.action_done()
        self._rework(self._as(self.line, self.salesperson2))
        self.assertEqual(self.line.state, "rework")
        self.assertFalse(self.line.done_date)
        self.line.action_done()
        self._as(self.line, self.salesperson2).action_accept()
        self._rework(self._as(self.line, self.manager))
        self.assertFalse(self.line.accepted_uid)

    def test_nobody_accepts_his_own(self):
        self.line.action_done()
        with self.assertRaisesRegex(UserError, "his own work"):
            self.line.action_accept()
        for user in (self.leader, self.manager, self.salesperson2):
            own = self._as(self._new_line(self.plan, user_id=user.id), user)
            own.action_done()
            with self.assertRaisesRegex(UserError, "his own work"):
                own.action_accept()

    def test_nobody_accepts_what_he_reported_done(self):
        """Handing the action over afterwards would not help."""
        self.plan.sudo().write(
            {"user_id": self.outsider.id, "controller_id": self.salesperson.id}
        )
        line = self.line
        line.action_done()
        line.sudo().user_id = self.outsider
        line.invalidate_recordset()
        self.assertFalse(line.can_accept)
        for state in ("accepted", "rework"):
            with self.assertRaisesRegex(UserError, "his own work"):
                line.write({"state": state})
        self.assertTrue(self._as(line, self.leader).can_accept)
        self._as(line, self.leader).action_accept()
        with self.assertRaisesRegex(UserError, "his own work"):
            self._rework(line)

    def test_owner_of_the_plan_does_not_accept(self):
        line = self._new_line(self.plan, user_id=self.outsider.id)
        self._as(line, self.outsider).action_done()
        with self.assertRaisesRegex(UserError, "Only the controller"):
            line.action_accept()

    def test_accept_many(self):
        lines = self.line | self._new_line(self.plan) | self._new_line(self.plan)
        lines.action_done()
        self._as(lines, self.leader).action_accept()
        self.assertEqual(set(lines.mapped("state")), {"accepted"})

    def test_drag_and_drop_obeys_the_same_rules(self):
        """Kanban writes the state; that is checked like the buttons."""
        self.line.write({"state": "done"})
        self.assertEqual(self.line.done_uid, self.salesperson)
        with self.assertRaises(UserError):
            self.line.write({"state": "accepted"})
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.line.write({"state": "cancelled"})
        with self.assertRaisesRegex(UserError, "Reason for Cancelling"):
            self._new_line(self.plan).write({"state": "cancelled"})

    def test_stamps_are_not_entered(self):
        for name, value in (
            ("done_date", TODAY),
            ("accepted_uid", self.leader.id),
            ("team_id", self.team2.id),
            ("company_id", self.company2.id),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "kept by"):
                self.line.write({name: value})
        line = self.env["client.plan.line"].with_user(self.salesperson)
        line = line.with_context(
            default_state="accepted",
            default_team_id=self.team2.id,
            default_accepted_uid=self.leader.id,
        ).create({"plan_id": self.plan.id, "name": "Sneaky", "date_deadline": TODAY})
        self.assertEqual(line.state, "planned")
        self.assertEqual(line.team_id, self.team)
        self.assertFalse(line.accepted_uid)

    def test_cancel_many_with_reason(self):
        lines = self.line | self._new_line(self.plan)
        wizard = (
            self.env["client.plan.line.cancel"]
            .with_user(self.salesperson)
            .with_context(**lines.action_cancel()["context"])
            .create({"reason": "Client postponed"})
        )
        wizard.action_cancel_lines()
        self.assertEqual(set(lines.mapped("state")), {"cancelled"})
        self.assertEqual(set(lines.mapped("cancel_reason")), {"Client postponed"})
        lines[0].action_plan()
        self.assertFalse(lines[0].cancel_reason)

    def test_reason_of_a_cancelled_action_stays(self):
        """Neither a later write nor a mixed selection replaces it."""
        with self.assertRaisesRegex(UserError, "^Reason for Cancelling: "):
            self.line.cancel_reason = "Before its time"
        with self.assertRaisesRegex(UserError, "^Reason for Cancelling: "):
            self._new_line(self.plan, cancel_reason="Before its time")
        self.line.write({"state": "cancelled", "cancel_reason": "Client postponed"})
        with self.assertRaisesRegex(UserError, "^Reason for Cancelling: "):
            self.line.cancel_reason = "Somebody else's fault"
        other = self._new_line(self.plan)
        (self.line | other).write(
            {"state": "cancelled", "cancel_reason": "Not needed", "priority": "1"}
        )
        self.line.write({"state": "cancelled", "cancel_reason": "Once more"})
        self.assertRecordValues(
            self.line | other,
            [
                {"cancel_reason": "Client postponed", "priority": "1"},
                {"cancel_reason": "Not needed", "priority": "1"},
            ],
        )

    def test_participant_enters_hours_but_no_state(self):
        self.line.participant_ids = self.outsider
        line = self._as(self.line, self.outsider)
        line.write({"spent_hours": 2, "outcome": "Drawing sent"})
        self.assertEqual(self.line.spent_hours, 2)
        for values in (
            {"state": "done"},
            {"date_deadline": TODAY},
            {"user_id": self.outsider.id},
            {"name": "Something else"},
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, "take part"):
                line.write(values)

    def test_responsible_from_another_department(self):
        line = self._new_line(self.plan, user_id=self.outsider.id)
        line = self._as(line, self.outsider)
        line.action_done()
        self.assertEqual(line.plan_name, self.plan.name)
        self.assertEqual(line.partner_id.name, "Azure Joinery")
        values = line.web_read(
            {
                "name": {},
                "plan_name": {},
                "can_accept": {},
                "section_id": {"fields": {"display_name": {}}},
                "resource_ids": {"fields": {"name": {}}},
            }
        )
        self.assertEqual(values[0]["plan_name"], self.plan.name)
        self.assertFalse(values[0]["can_accept"])

    def test_action_stays_in_its_plan(self):
        with self.assertRaisesRegex(UserError, "^Plan: "):
            self.line.plan_id = self._new_plan()

    def test_closed_plan_keeps_its_actions(self):
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        with self.assertRaisesRegex(UserError, "is cancelled and stays"):
            self.line.action_plan()
        with self.assertRaisesRegex(UserError, "is cancelled and stays"):
            self._new_line(self.plan)

    def test_overdue(self):
        line = self.line
        Line = self.env["client.plan.line"]
        self.assertFalse(line.is_overdue)
        late = self._set_today(line, TODAY + timedelta(days=8))
        self.assertTrue(late.is_overdue)
        domain = [("is_overdue", "=", True), ("plan_id", "=", self.plan.id)]
        self.assertFalse(Line.search(domain))
        Late = Line.with_context(client_today=TODAY + timedelta(days=8))
        self.assertEqual(Late.search(domain), line)
        self.assertFalse(Late.search([*domain[1:], ("is_overdue", "=", False)]))
        line.action_done()
        self.assertFalse(Late.search(domain))

    def test_overdue_by_the_clock_of_each_company(self):
        """At 23:00 UTC the next day has begun further east only."""
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        line = self.line.with_context(client_today=None)
        with self.enter_today("2026-03-02 12:00:00"):
            line.date_deadline = TODAY
        with self.enter_today("2026-03-02 16:00:00"):
            self.assertTrue(line.is_overdue)
            found = line.sudo().search([("is_overdue", "=", True)])
            self.assertIn(line, found)
        self.company.resource_calendar_id.tz = "UTC"
        with self.enter_today("2026-03-02 16:00:00"):
            line.invalidate_recordset()
            self.assertFalse(line.is_overdue)

    def enter_today(self, moment):
        from freezegun import freeze_time

        return freeze_time(moment)

    def test_no_message_per_assignment(self):
        """One digest per person, not one message per event."""
        plan = self.plan.with_context(tracking_disable=False, mail_notrack=False)
        before = self.env["mail.notification"].search_count([])
        line = self._new_line(plan, user_id=self.salesperson2.id)
        self.assertIn(self.salesperson2.partner_id, line.sudo().message_partner_ids)
        self.assertEqual(self.env["mail.notification"].search_count([]), before)
