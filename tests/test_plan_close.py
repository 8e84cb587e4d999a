import tempfile
from datetime import timedelta
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, tagged
from odoo.tools.safe_eval import safe_eval

from .plan_common import TODAY, PlanCase
from .scratch import TEMPLATE, ScratchDatabase, finish, needs_scratch

REASON = "client_development.client_plan_slip_reason_"


class CloseCase(PlanCase):
    """A running plan of which half of one objective is reached, a year too early."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.competitor = cls.env.ref(REASON + "competitor")
        cls.resources = cls.env.ref(REASON + "resources")
        cls.objective = cls._new_objective(
            cls.plan, current=30.0, date_start=TODAY - timedelta(days=300)
        )
        cls.plan.action_start()

    def _wizard(self, user=None, mode="close", **values):
        plan = self._as(self.plan, user or self.salesperson)
        action = plan._open_close_wizard(mode)
        wizard = plan.env["client.plan.close"].browse(action["res_id"])
        wizard.write(values)
        return wizard


class TestPlanClose(CloseCase):
    """A plan ends with result, reasons and lessons (product.md A, objectives)."""

    def test_red_objectives_and_missed_plans_need_a_reason_from_the_list(self):
        self.objective.sudo().date_deadline = TODAY
        self.assertEqual(self.objective.status, "red")
        wizard = self._wizard(reason="Much was in the way")
        self.assertEqual(wizard.objective_ids.objective_id, self.objective)
        for values, message in (
            ({}, "^Main Reason: "),
            ({"reason_id": self.competitor.id}, "^Reason: the objective “Share of"),
        ):
            wizard.write(values)
            with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
                wizard.action_confirm()
            self.assertEqual(self.plan.state, "running")
            self.assertEqual(self.line.state, "planned")
        wizard.objective_ids.write({"reason_id": self.resources.id, "note": "No staff"})
        wizard.lessons = "Ask for staff in spring"
        wizard.action_confirm()
        self.assertRecordValues(
            self.plan,
            [
                {
                    "state": "closed",
                    "close_result": "partly",
                    "close_reason_id": self.competitor.id,
                    "close_reason": "Much was in the way",
                    "lessons": "Ask for staff in spring",
                    "date_closed": TODAY,
                    "closed_uid": self.salesperson.id,
                }
            ],
        )
        self.assertEqual(self.objective.close_reason_id, self.resources)
        self.assertEqual(self.objective.close_note, "No staff")

    def test_one_dialog_asks_for_all_of_it(self):
        """Also who enters nothing else but the reasons gets through."""
        self.objective.sudo().date_deadline = TODAY
        with Form(self._wizard()) as form:
            form.reason_id = self.competitor
            self.assertEqual(form.reason_description, self.competitor.description)
            with form.objective_ids.edit(0) as row:
                row.reason_id = self.resources
        form.record.action_confirm()
        self.assertEqual(self.plan.close_result, "partly")
        self.assertEqual(self.line.cancel_reason, self.competitor.name)

    def test_objectives_on_track_and_reached_plans_need_none(self):
        self.objective.current = 40.0
        wizard = self._wizard()
        self.assertFalse(wizard.objective_ids)
        wizard.action_confirm()
        self.assertEqual(self.plan.close_result, "reached")
        self.assertFalse(self.plan.close_reason_id)
        self.assertEqual(self.line.cancel_reason, "The plan was closed.")

    def test_cancelling_needs_words_and_may_name_a_reason(self):
        wizard = self._wizard(mode="cancel", reason_id=self.competitor.id)
        self.assertFalse(wizard.objective_ids)
        with self.assertRaisesRegex(UserError, "^Reason: "), self.cr.savepoint():
            wizard.action_confirm()
        wizard.reason = "The client has been taken over"
        wizard.action_confirm()
        self.assertEqual(self.plan.close_reason_id, self.competitor)
        self.assertEqual(self.line.cancel_reason, "The client has been taken over")
        self._as(self.plan, self.leader).action_draft()
        self.assertFalse(self.plan.close_reason_id)

    def test_reasons_are_not_entered(self):
        for record, name in (
            (self.plan, "close_reason_id"),
            (self.objective, "close_reason_id"),
            (self.objective, "close_note"),
        ):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self._as(record, self.manager).write({name: self.competitor.id})

    def test_rows_of_another_plan_keep_out(self):
        """Remote calls cannot give reasons to the objectives of others."""
        other = self._new_objective(self._new_plan())
        wizard = self._wizard(reason_id=self.competitor.id)
        wizard.objective_ids = [
            Command.clear(),
            Command.create({"objective_id": other.id, "reason_id": self.resources.id}),
        ]
        self.objective.current = 40.0
        wizard.action_confirm()
        self.assertFalse(other.close_reason_id)

    def test_who_may_close(self):
        """Owner, controller with sales rights, leader, administrator; nobody else."""
        self.plan.sudo().controller_id = self.salesperson2
        self.line.participant_ids = self.outsider
        for user in (self.salesperson, self.salesperson2, self.leader, self.manager):
            with self.subTest(user.login), self.cr.savepoint() as savepoint:
                self._wizard(user, mode="cancel", reason="Enough").action_confirm()
                self.assertEqual(self.plan.state, "cancelled")
                savepoint.rollback()
            self.env.invalidate_all()
        self.plan.sudo().controller_id = False
        for user in (self.salesperson2, self.leader2, self.outsider):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(self.plan, user).action_close()
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._as(self.plan, user)._end("cancel", remark="Enough")

    def test_rows_belong_to_who_closes(self):
        self.objective.sudo().date_deadline = TODAY
        row = self._wizard().objective_ids
        self.assertTrue(row.has_access("write"))
        self.assertFalse(row.with_user(self.leader).has_access("read"))

    def test_who_comes_second_is_told_and_changes_nothing(self):
        first = self._wizard(mode="cancel", reason="The client is insolvent")
        second = self._wizard(
            self.leader, reason_id=self.competitor.id, reason="Time is up"
        )
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "cannot become “Closed”"):
            second.action_confirm()
        self.assertEqual(self.plan.close_reason, "The client is insolvent")
        self.assertEqual(self.line.cancel_reason, "The client is insolvent")

    # -- lessons -------------------------------------------------------------------

    def test_lessons_are_found_again(self):
        self.objective.current = 40.0
        self._wizard(lessons="Trial sets sell").action_confirm()
        quiet = self._new_plan()
        self._close(quiet, mode="cancel", reason="Twice")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_development.client_plan_action_lessons"
        )
        Plan = self.env["client.plan"].with_user(self.leader)
        found = Plan.search(safe_eval(action["domain"]))
        self.assertIn(self.plan, found)
        self.assertNotIn(quiet, found)
        view = Plan.get_view(action["search_view_id"][0], "search")["arch"]
        self.assertIn("close_reason_id", view)
        self.assertEqual(
            [view_type for _id, view_type in action["views"]],
            ["list", "kanban", "form"],
        )
        self.assertIn("lessons", Plan.get_view(action["views"][0][0], "list")["arch"])

    # -- the list of reasons -------------------------------------------------------

    def test_reasons_are_configured_by_administrators(self):
        with Form(self.env["client.plan.slip.reason"].with_user(self.manager)) as form:
            form.name = "Weather"
            form.description = "Plan visits for the summer"
        reason = form.record
        menu = self.env.ref("client_development.client_plan_slip_reason_menu")
        for user, shown in ((self.manager, True), (self.leader, False)):
            visible = menu.with_user(user).load_menus(False)
            self.assertEqual(menu.id in visible, shown)
        with self.assertRaises(AccessError):
            reason.with_user(self.leader).name = "Snow"
        reason.action_archive()
        Reason = self.env["client.plan.slip.reason"]
        self.assertNotIn(reason, Reason.search([]))


class TestFinalAcceptance(CloseCase):
    """Plans with sign-off or full gate are accepted before they are closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_full_gate = "always"

    def _refuse(self, wizard, message):
        wizard.reason_id = self.competitor
        wizard.objective_ids.reason_id = self.competitor
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            wizard.action_confirm()
        self.assertEqual(self.plan.state, "running")

    def _accept(self, user, plan=None):
        review = self._as(plan or self.plan, user)._get_final_review()
        review.write({"findings": "All of it is in use", "resources": "confirmed"})
        review.action_hold()
        return review

    def test_owner_asks_and_leader_accepts(self):
        wizard = self._wizard()
        self.assertTrue(wizard.awaits_acceptance)
        self.assertFalse(wizard.may_accept)
        self._refuse(wizard, "accepted before it is closed: cd_leader")
        action = wizard.action_final_review()
        self.assertEqual(action["tag"], "display_notification")
        review = self.plan.review_ids
        self.assertRecordValues(
            review, [{"kind": "final", "state": "due", "date": TODAY}]
        )
        self.assertEqual(self.plan.sudo().activity_ids.user_id, self.leader)
        review.write({"findings": "All done", "resources": "confirmed"})
        with self.assertRaisesRegex(AccessError, "Nobody accepts his own plan"):
            review.action_hold()
        wizard.action_final_review()
        self.assertEqual(self.plan.review_ids, review, "asked for once")
        leader = self._wizard(self.leader)
        self.assertTrue(leader.may_accept)
        self.assertEqual(leader.action_final_review()["res_id"], review.id)
        self._as(review, self.leader).action_hold()
        self.assertFalse(self._wizard().awaits_acceptance)
        self._close(self.plan)
        self.assertEqual(self.plan.state, "closed")

    def _task_users(self):
        kind = self.env.ref("client_development.mail_activity_type_review")
        tasks = self.plan.sudo().activity_ids
        return tasks.filtered(lambda task: task.activity_type_id == kind).user_id

    def _enforce(self, day):
        Review = self.env["client.plan.review"].with_context(client_today=day)
        Review._create_due_reviews()

    def test_scheduled_final_review_is_the_task_of_who_accepts(self):
        self.plan.sudo().next_review_date = self.plan.date_end
        self._enforce(self.plan.date_end)
        self.assertEqual(self.plan.review_ids.kind, "final")
        self.assertEqual(self._task_users(), self.leader)

    def test_final_review_is_the_owners_task_where_he_may_hold_it(self):
        self.company.client_full_gate = "never"
        self.plan.sudo().next_review_date = self.plan.date_end
        self._enforce(self.plan.date_end)
        self.assertEqual(self._task_users(), self.salesperson)

    def test_task_follows_the_kind_of_the_review(self):
        self._enforce(self.plan.next_review_date)
        self.assertEqual(self._task_users(), self.salesperson)
        review = self.plan.review_ids
        review.kind = "final"
        self.assertEqual(self._task_users(), self.leader)
        self.assertEqual(len(self.plan.sudo().activity_ids), 1)
        review.kind = "interim"
        self.assertEqual(self._task_users(), self.salesperson)

    def test_task_goes_on_when_who_accepts_has_left(self):
        self._wizard().action_final_review()
        self.assertEqual(self._task_users(), self.leader)
        self.plan.sudo().controller_id = self.salesperson2
        self.leader.action_archive()
        self.assertEqual(self._task_users(), self.salesperson2)
        self.salesperson2.action_archive()
        self.assertEqual(self._task_users(), self.plan.sudo().controller_id)
        self.assertEqual(len(self.plan.sudo().activity_ids), 1)

    def test_asked_for_final_acceptance_stays_one(self):
        """Neither a later end of the plan nor another look proposes another kind."""
        end = self.plan.date_end
        plan = self._set_today(self.plan, end)
        review = plan._get_due_review()
        self.assertEqual(review.kind, "final")
        plan._get_final_review()
        plan.sudo().date_end = end + timedelta(days=90)
        self.assertEqual(plan._get_due_review().kind, "final")
        review._refresh_kind()
        self.assertEqual(review.kind, "final")

    def test_final_acceptance_that_the_closing_made_stays_one(self):
        self._wizard().action_final_review()
        self.plan.sudo().invalidate_recordset()
        self.assertEqual(self.plan._get_due_review().kind, "final")

    def test_an_open_review_becomes_the_final_one(self):
        review = self.plan._get_due_review()
        self.assertEqual(self._accept(self.leader), review)
        self.assertRecordValues(
            review, [{"kind": "final", "state": "held", "date": TODAY}]
        )

    def test_interim_reviews_do_not_accept(self):
        review = self._as(self.plan, self.leader)._get_due_review()
        review.write({"findings": "Going well", "resources": "confirmed"})
        review.action_hold()
        self._refuse(self._wizard(), "accepted before it is closed")

    def test_controller_and_administrator_accept(self):
        self.plan.sudo().controller_id = self.outsider
        for user in (self.outsider, self.manager):
            with self.subTest(user.login), self.cr.savepoint() as savepoint:
                self._accept(user)
                self.assertTrue(self.plan._is_finally_accepted())
                savepoint.rollback()
            self.env.invalidate_all()
        for user in (self.salesperson2, self.leader2):
            with self.assertRaises(AccessError):
                self._accept(user)

    def test_owner_accepts_when_there_is_nobody_else(self):
        self.team.user_id = False
        self._accept(self.salesperson)
        self._close(self.plan)
        self.assertEqual(self.plan.state, "closed")

    def test_what_the_owner_accepted_alone_does_not_count_beside_a_controller(self):
        self.team.user_id = False
        self._accept(self.salesperson)
        self.plan.sudo().controller_id = self.salesperson2
        self._refuse(self._wizard(), "accepted before it is closed: cd_salesperson2")

    def test_administrator_who_owns_the_plan_does_not_accept_it(self):
        plan = self._new_plan(
            self.manager, user_id=self.manager.id, team_id=self.team.id
        )
        self.assertFalse(plan._may_hold_final())

    def test_owner_holds_the_last_review_of_plans_that_are_closed_directly(self):
        self.company.client_full_gate = "never"
        self._accept(self.salesperson)
        self.assertEqual(self.plan.review_ids.state, "held")

    def test_signed_plans_too_others_are_closed_directly(self):
        self.company.client_full_gate = "never"
        self.assertFalse(self._wizard().awaits_acceptance)
        self.company.client_signoff_client = True
        self.assertTrue(self._wizard().awaits_acceptance)
        self.company.client_signoff_client = False
        self._close(self.plan)
        self.assertEqual(self.plan.state, "closed")

    def test_cancelling_needs_no_acceptance(self):
        wizard = self._wizard(mode="cancel", reason="Client insolvent")
        self.assertFalse(wizard.awaits_acceptance)
        wizard.action_confirm()
        self.assertEqual(self.plan.state, "cancelled")

    def test_draft_is_not_accepted(self):
        with self.assertRaisesRegex(UserError, "^Only running plans"):
            self._new_plan(self.leader)._get_final_review()


PREPARE = """
plan = env["client.plan"].create({
    "partner_id": env["res.partner"].create({"name": "Race", "is_company": True}).id,
    "line_ids": [(0, 0, {"name": f"Action {n}", "date_deadline": "2030-01-01"})
                 for n in range(20)],
})
plan.action_start()
env.cr.commit()
"""

CLOSE = """
import time
from pathlib import Path
from odoo.exceptions import UserError
plan = env["client.plan"].search([("partner_id.name", "=", "Race")])
Path({mine!r}).touch()
while not Path({go!r}).exists():
    time.sleep(0.01)
try:
    plan._end({mode!r}, env.ref({reason!r}), {mode!r})
    env.cr.flush()
    time.sleep(0.5)  # the other one comes while this one is at it
    env.cr.commit()
    print("ENDED")
except UserError as error:
    print("TOLD", error)
"""


@needs_scratch
@tagged("post_install", "-at_install")
class TestCloseAtOnce(BaseCase):
    """Two real processes end the same plan at once."""

    def test_one_wins_and_the_other_is_told(self):
        with (
            ScratchDatabase(TEMPLATE) as base,
            tempfile.TemporaryDirectory() as folder,
        ):
            base.shell(PREPARE)
            go = Path(folder) / "go"
            ready = [Path(folder) / mode for mode in ("close", "cancel")]
            processes = [
                base.start_shell(
                    CLOSE.format(
                        mine=str(path),
                        go=str(go),
                        mode=path.name,
                        reason=REASON + "competitor",
                    )
                )
                for path in ready
            ]
            while not all(path.exists() for path in ready):
                for process in processes:
                    if process.poll() is not None:
                        finish(process)
            go.touch()
            said = [finish(process) for process in processes]
            state, reason = base.sql(
                "SELECT state, close_reason FROM client_plan WHERE closed_uid > 0"
            )[0]
            reasons = base.sql(
                "SELECT DISTINCT l.state, cancel_reason FROM client_plan_line l"
                " JOIN client_plan p ON p.id = l.plan_id WHERE p.closed_uid > 0"
            )

        self.assertEqual(sum("ENDED" in text for text in said), 1, said)
        self.assertEqual(sum("TOLD" in text for text in said), 1, said)
        winner = ready["ENDED" in said[1]].name
        self.assertEqual(reason, winner)
        self.assertEqual(state, {"close": "closed", "cancel": "cancelled"}[winner])
        self.assertEqual(reasons, [["cancelled", winner]])
