from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase


class TestPlanRules(PlanCase):
    """What stays as it is: parents, closed plans, accepted actions, stamps."""

    def _refuse(self, record, message, **values):
        """Write each value on its own, every time refused with the message."""
        for name, value in values.items():
            with (
                self.subTest(model=record._name, field=name),
                self.assertRaisesRegex(UserError, message),
                self.cr.savepoint(),
            ):
                record.write({name: value})

    def _refuse_by_database(self, constraint, function, *args, **kwargs):
        with (
            self.subTest(constraint),
            self.assertRaisesRegex(IntegrityError, constraint),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            function(*args, **kwargs)
            self.env.flush_all()

    def _new_child(self, model, line=None):
        return self.plan.env[model].create(
            {"line_id": (line or self.line).id, "name": "Travel"}
        )

    # -- parents -------------------------------------------------------------------

    def test_children_stay_where_they_were_entered(self):
        other = self._new_plan()
        other_line = self._new_line(other)
        objective = self._new_objective(self.plan)
        self._refuse(objective, "^Plan: ", plan_id=other.id)
        self._refuse(self.plan.section_ids[0], "^Plan: ", plan_id=other.id)
        for model in ("client.plan.resource", "client.plan.information"):
            child = self._new_child(model)
            self._refuse(child, "^Action: “Travel” stays", line_id=other_line.id)
            child.line_id = self.line
        objective.plan_id = self.plan

    # -- owner and controller ------------------------------------------------------

    def test_nobody_controls_his_own_plan(self):
        self._refuse_by_database(
            "controller_not_owner",
            self.plan.write,
            {"controller_id": self.salesperson.id},
        )
        self._refuse_by_database(
            "controller_not_owner",
            self._new_plan,
            controller_id=self.salesperson.id,
        )

    def test_owner_does_not_choose_who_controls_his_started_plan(self):
        plan = self.plan
        plan.controller_id = self.salesperson2
        plan.action_start()
        self._refuse(plan, "^Controller: ", controller_id=self.outsider.id)
        self._refuse(plan, "^Controller: ", controller_id=False)
        self._refuse(plan, "^Sales Team: .* does not choose who", team_id=False)
        plan.controller_id = self.salesperson2
        for user, controller in (
            (self.salesperson2, self.outsider),
            (self.leader, self.salesperson2),
            (self.manager, self.outsider),
        ):
            self._as(plan, user).controller_id = controller
            self.assertEqual(plan.controller_id, controller)

    def test_responsible_stays_once_done(self):
        self.plan.action_start()
        line = self.line
        line.action_done()
        self._refuse(line, "^Responsible: .*rework", user_id=self.outsider.id)
        leader_line = self._as(line, self.leader)
        self._rework(leader_line)
        line.user_id = self.outsider
        self.assertEqual(line.user_id, self.outsider)

    # -- what has ended ------------------------------------------------------------

    def test_closed_plan_stays_as_it_is(self):
        plan = self.plan
        objective = self._new_objective(plan)
        resource = self._new_child("client.plan.resource")
        information = self._new_child("client.plan.information")
        section = plan.section_ids[0]
        plan.action_start()
        self._close(plan, reason="The competitor was more active")
        leader = self._as(plan, self.leader)
        for record in (plan, leader):
            self._refuse(
                record,
                "is closed and stays",
                name="Another name",
                date_start=TODAY - timedelta(days=9),
                date_end=TODAY + timedelta(days=9),
                note="Other goal",
                team_id=False,
                user_id=self.leader.id,
                next_review_date=TODAY,
                probability=9,
            )
        self._refuse(leader, "is closed and stays", controller_id=self.outsider.id)
        self._refuse(objective, "is closed and stays", target=90, name="Other")
        self._refuse(section, "is closed and stays", findings="Other")
        self._refuse(resource, "is closed and stays", quantity=9)
        self._refuse(information, "is closed and stays", done=True)
        for records in (objective, resource, information):
            with self.assertRaisesRegex(UserError, "is closed and stays"):
                records.unlink()
        with self.assertRaisesRegex(UserError, "is closed and stays"):
            self._new_objective(plan)
        plan.write({"lessons": "Start earlier", "name": plan.name})
        self.assertEqual(plan.lessons, "Start earlier")

    def test_cancelled_plan_changes_as_a_draft_only(self):
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        self._refuse(self.plan, "set it back to draft", name="Another name")
        self.plan.write({"state": "draft", "name": "Another name"})
        self.plan.note = "Other goal"

    def test_accepted_and_cancelled_actions_stay_as_they_are(self):
        self.plan.action_start()
        accepted = self.line
        cancelled = self._new_line(self.plan)
        children = {
            line: (
                self._new_child("client.plan.resource", line),
                self._new_child("client.plan.information", line),
            )
            for line in (accepted, cancelled)
        }
        accepted.action_done()
        self._as(accepted, self.leader).action_accept()
        cancelled.write({"state": "cancelled", "cancel_reason": "Not needed"})
        for line, message in (
            (accepted, "is accepted and stays .* rework"),
            (cancelled, "is cancelled and stays .* planned"),
        ):
            self._refuse(
                line,
                message,
                name="Other",
                date_deadline=TODAY,
                planned_hours=3,
                spent_hours=3,
                result="Other",
                user_id=self.outsider.id,
                participant_ids=self._participants(self.outsider),
            )
            resource, information = children[line]
            self._refuse(resource, message, quantity=7)
            self._refuse(information, message, name="Other")
            with self.assertRaisesRegex(UserError, message):
                resource.unlink()
            with self.assertRaisesRegex(UserError, message):
                self._new_child("client.plan.resource", line)
            line.note = "A remark"
        self._rework(self._as(accepted, self.leader))
        accepted.spent_hours = 3
        cancelled.action_plan()
        cancelled.name = "Other"

    # -- next review ---------------------------------------------------------------

    def test_next_review_cannot_be_set_aside(self):
        plan = self.plan
        plan.action_start()
        self._refuse(plan, "^Next Review: .* has passed", next_review_date="2020-01-01")
        late = TODAY + timedelta(days=181)
        message = "^Next Review: .* every 90 days.* team leader"
        self._refuse(plan, message, next_review_date=late)
        self._refuse(plan, message, next_review_date="2099-01-01")
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            self._new_plan(next_review_date=late)
        plan.next_review_date = TODAY + timedelta(days=1)
        plan.next_review_date = TODAY + timedelta(days=180)
        leader = self._as(plan, self.leader)
        leader.next_review_date = late
        end = plan.date_end + timedelta(days=90)
        leader.next_review_date = end
        for user in (self.leader, self.manager):
            self._refuse(
                self._as(plan, user),
                "^Next Review: .* ends on",
                next_review_date=end + timedelta(days=1),
            )
        plan.name = "The date of the leader stays"
        plan.write({"next_review_date": end, "note": "Saved as it was"})

    def test_started_plan_keeps_its_first_day(self):
        """Else nobody could hold its review, and the next ones would shift."""
        plan = self.plan
        plan.date_start = TODAY - timedelta(days=1)
        plan.state = "discussion"
        plan.date_start = TODAY
        plan.action_start()
        for user in (self.salesperson, self.leader, self.manager):
            for day in (TODAY + timedelta(days=30), TODAY - timedelta(days=30)):
                self._refuse(
                    self._as(plan, user),
                    "^Start: .* has started and keeps .* Choose another end",
                    date_start=day,
                )
        plan.write({"date_start": TODAY, "note": "Saved as it was"})
        self._as(plan, self.leader).date_end = TODAY + timedelta(days=200)
        plan.sudo().date_start = TODAY - timedelta(days=1)

    # -- stamps and bad values -----------------------------------------------------

    def test_stamps_of_an_objective_are_not_entered(self):
        objective = self._new_objective(self.plan)
        self._refuse(
            objective,
            "kept by the system",
            date_current=TODAY,
            current_user_id=self.leader.id,
        )
        with self.assertRaisesRegex(UserError, "^Value of: kept by the system"):
            self._new_objective(self.plan, date_current=TODAY)
        plan = self.plan.with_context(default_current_user_id=self.leader.id)
        self.assertFalse(self._new_objective(plan).current_user_id)

    def test_names_and_reasons_are_not_blank(self):
        self._refuse_by_database("plan_name_not_blank", self.plan.write, {"name": " "})
        for name in ("", "  ", "\t\n"):
            self._refuse_by_database(
                "line_name_not_blank", self.line.write, {"name": name}
            )
        objective = self._new_objective(self.plan)
        self._refuse_by_database(
            "objective_name_not_blank", objective.write, {"name": "  "}
        )
        for reason in ("  ", "\n"):
            self._refuse_by_database(
                "cancelled_with_reason",
                self.line.write,
                {"state": "cancelled", "cancel_reason": reason},
            )
        for model, name, label in (
            ("client.plan", "_name_not_blank", "Plan"),
            ("client.plan.line", "_name_not_blank", "Action"),
            ("client.plan.objective", "_name_not_blank", "Objective"),
        ):
            Model = self.env[model]
            message = getattr(Model, name).get_error_message(Model)
            self.assertRegex(message, f"^{label}: .*Enter")
        with self.assertRaisesRegex(UserError, "^Reason: "):
            self._close(self.plan, mode="cancel", reason=" \n ")
        self._refuse_by_database(
            "closed_has_reason",
            self.plan.sudo().write,
            {"state": "cancelled", "close_reason": "  "},
        )

    def test_everyone_on_a_plan_works_in_its_company(self):
        foreigner = self.outsider.copy({"login": "foreigner", "name": "Foreigner"})
        foreigner.write(
            {"company_ids": [(6, 0, self.company2.ids)], "company_id": self.company2.id}
        )
        with self.assertRaisesRegex(ValidationError, "^Participants: Foreigner"):
            self.line.participant_ids = foreigner
        for record, name in ((self.line, "user_id"), (self.plan, "controller_id")):
            with self.assertRaises(UserError), self.cr.savepoint():
                record[name] = foreigner

    def test_hours_and_deadlines_make_sense(self):
        self.line.planned_hours = 10000
        self._refuse_by_database(
            "planned_hours_limit", self.line.write, {"planned_hours": 10000.5}
        )
        self.line.date_deadline = "2036-03-02"
        with self.assertRaisesRegex(ValidationError, "^Deadline: .* 10 years"):
            self.line.date_deadline = "2036-03-03"

    # -- messages ------------------------------------------------------------------

    def test_refused_states_come_with_a_remedy(self):
        line = self.line
        for state in ("accepted", "rework"):
            self._refuse(line, "Report it done first", state=state)
        self.plan.action_start()
        with self.assertRaisesRegex(UserError, "has already been started"):
            self.plan.action_start()
        self._refuse(self.plan, "Close or cancel it", state="draft")
        line.action_done()
        self._refuse(line, "back to planned first", state="cancelled")
        self._close(self.plan, reason="Enough")
        with self.assertRaisesRegex(UserError, "Make a new plan"):
            self.plan.action_start()

    def test_title_says_how_the_plan_ends(self):
        self.assertEqual(self.plan.action_close()["name"], "Close Plan")
        self.assertEqual(self.plan.action_cancel()["name"], "Cancel Plan")

    # -- whose plan ----------------------------------------------------------------

    def test_salesperson_owns_the_plans_that_he_makes(self):
        """Whoever is the client's salesperson, in the interface as in remote calls."""
        self.client2.client_fact_ids.developer_id = self.salesperson
        plan = self._new_plan(partner_id=self.client2.id)
        self.assertEqual(plan.user_id, self.salesperson)
        Plan = self.env["client.plan"].with_user(self.salesperson)
        with Form(Plan.with_context(default_partner_id=self.client2.id)) as form:
            self.assertEqual(form.user_id, self.salesperson)
        self.assertEqual(form.record.user_id, self.salesperson)
        with self.assertRaisesRegex(AccessError, "^Owner: .* team leader"):
            self._new_plan(user_id=self.salesperson2.id)

    def test_leader_owns_what_he_may_not_give_away(self):
        """The client's salesperson belongs to another team."""
        self.client2.client_fact_ids.developer_id = self.leader
        plan = self._new_plan(self.leader, partner_id=self.client2.id)
        self.assertEqual(plan.user_id, self.leader)
        plan = self._new_plan(self.manager, partner_id=self.client2.id)
        self.assertEqual(plan.user_id, self.salesperson2)

    def test_warning_about_another_open_plan(self):
        self.assertFalse(self.plan.has_other_plan)
        self.client.client_fact_ids.developer_id = self.salesperson2
        Plan = self.env["client.plan"].with_user(self.salesperson2)
        with Form(Plan) as form:
            form.partner_id = self.client2
            self.assertFalse(form.has_other_plan)
            form.partner_id = self.client
            self.assertTrue(form.has_other_plan)
        self.plan.invalidate_recordset()
        self.assertTrue(self.plan.has_other_plan)
        self._close(self.plan, mode="cancel", reason="Twice")
        self.assertFalse(form.record.has_other_plan)
