from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from .plan_common import TODAY, PlanCase

LOGGER = "odoo.addons.client_development.models.client_plan_work"


class TestPlanReview(PlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.action_start()
        cls.day = cls.plan.next_review_date

    def _enforce(self, day):
        """Do the work of the scheduled action on ``day``, as its user does."""
        Review = self.env["client.plan.review"].with_context(client_today=day)
        Review._create_due_reviews()
        Review._escalate_overdue_reviews()
        self.env.invalidate_all()

    def _tasks(self, plan=None):
        plan = (plan or self.plan).sudo()
        return self.env["mail.activity"].search(
            [("res_model", "=", "client.plan"), ("res_id", "=", plan.id)], order="id"
        )

    def test_nothing_before_the_notice(self):
        self._enforce(self.day - timedelta(days=4))
        self.assertFalse(self.plan.review_ids)
        self.assertFalse(self._tasks())

    def test_task_for_the_owner(self):
        self._enforce(self.day - timedelta(days=3))
        self.assertRecordValues(
            self.plan.review_ids, [{"date": self.day, "state": "due"}]
        )
        self.assertRecordValues(
            self._tasks(),
            [{"user_id": self.salesperson.id, "date_deadline": self.day}],
        )

    def test_idempotent(self):
        for _run in range(2):
            self._enforce(self.day)
            self._enforce(self.day + timedelta(days=4))
        self.assertEqual(len(self.plan.review_ids), 1)
        self.assertEqual(len(self._tasks()), 2)

    def test_escalation_to_the_team_leader(self):
        self._enforce(self.day)
        self._enforce(self.day + timedelta(days=3))
        self.assertEqual(len(self._tasks()), 1, "still within the grace period")
        self._enforce(self.day + timedelta(days=4))
        self.assertEqual(self._tasks().user_id, self.salesperson | self.leader)
        review = self.plan.review_ids
        self.assertEqual(review.escalated_user_id, self.leader)
        self.assertEqual(review.date_escalated, self.day + timedelta(days=4))

    def test_escalation_when_the_leader_owns_the_plan(self):
        self.plan.sudo().write(
            {"user_id": self.leader.id, "controller_id": self.outsider.id}
        )
        self.assertEqual(self.plan.sudo()._get_escalation_user(), self.outsider)
        self.plan.sudo().controller_id = False
        user = self.plan.sudo()._get_escalation_user()
        self.assertTrue(user.has_group("client_development.group_client_manager"))
        self.assertIn(self.company, user.company_ids)
        self.assertNotEqual(user, self.leader)

    def test_owner_has_left(self):
        self.salesperson.action_archive()
        self._enforce(self.day)
        self.assertEqual(self._tasks().user_id, self.leader)

    def test_hold(self):
        self._enforce(self.day + timedelta(days=9))
        held = self.day + timedelta(days=10)
        plan = self._set_today(self.plan, held)
        action = plan.action_hold_review()
        review = plan.env["client.plan.review"].browse(action["res_id"])
        self.assertEqual(review, self.plan.review_ids)
        with self.assertRaisesRegex(UserError, "^Findings: "):
            review.action_hold()
        review.write({"findings": "Two actions late", "decisions": "More samples"})
        with self.assertRaisesRegex(UserError, "^Resources: "):
            review.action_hold()
        review.resources = "confirmed"
        review.action_hold()
        self.assertRecordValues(
            review,
            [{"state": "held", "date_held": held, "user_id": self.salesperson.id}],
        )
        self.assertFalse(self._tasks(), "the tasks are settled")
        self.assertEqual(
            plan.next_review_date,
            self.company._client_add_working_days(held + timedelta(days=90), 0),
        )
        with self.assertRaisesRegex(UserError, "already closed"):
            review.action_hold()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            review.findings = "All is well"
        self._enforce(held)
        self.assertEqual(len(self.plan.review_ids), 1)

    def test_hold_before_the_day(self):
        """The review is made when somebody wants to hold it earlier."""
        action = self._as(self.plan, self.leader).action_hold_review()
        review = self.env["client.plan.review"].browse(action["res_id"])
        self.assertEqual(review.date, self.day)
        again = self.plan.action_hold_review()
        self.assertEqual(again["res_id"], review.id)

    def test_controller_without_sales_rights_holds(self):
        self._as(self.plan, self.leader).controller_id = self.outsider
        plan = self._as(self.plan, self.outsider)
        review = plan.env["client.plan.review"].browse(
            plan.action_hold_review()["res_id"]
        )
        review.write({"findings": "Fine", "resources": "confirmed"})
        review.action_hold()
        self.assertEqual(review.user_id, self.outsider)

    def test_others_do_not_hold(self):
        self._new_line(self.plan, user_id=self.salesperson2.id)
        with self.assertRaises(AccessError):
            self._as(self.plan, self.salesperson2).action_hold_review()
        self._enforce(self.day)
        with self.assertRaises(AccessError):
            self._as(self.plan.review_ids, self.salesperson2).action_hold()

    def test_state_is_not_written(self):
        self._enforce(self.day)
        for values in ({"state": "held"}, {"date": TODAY}):
            with self.assertRaisesRegex(UserError, "kept by the system"):
                self.plan.review_ids.write(values)

    def test_moved_review_date(self):
        self._enforce(self.day + timedelta(days=4))
        later = self.day + timedelta(days=20)
        plan = self._set_today(self.plan, self.day + timedelta(days=5))
        with self.assertRaisesRegex(UserError, "with a reason"):
            plan.next_review_date = later
        wizard = plan.env["client.plan.review.postpone"].create(
            {
                "review_id": plan.review_ids.id,
                "date": later,
                "reason_id": self.env["client.plan.slip.reason"].search([], limit=1).id,
            }
        )
        wizard.action_confirm()
        self.assertRecordValues(
            self.plan.review_ids, [{"date": later, "date_escalated": False}]
        )
        self.assertRecordValues(
            self._tasks(), [{"user_id": self.salesperson.id, "date_deadline": later}]
        )

    def test_end_of_the_plan(self):
        self._enforce(self.day)
        self._close(self.plan, reason="Enough")
        self.assertEqual(self.plan.review_ids.state, "cancelled")
        self.assertFalse(self._tasks())

    def test_each_company_has_its_own_day(self):
        """In Tokyo the notice has begun, in UTC it has not."""
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        moment = self.day - timedelta(days=4)
        from freezegun import freeze_time

        Review = self.env["client.plan.review"].with_context(client_today=None)
        with freeze_time(f"{moment} 20:00:00"):
            Review._create_due_reviews()
            self.assertEqual(len(self.plan.review_ids), 1)

    def test_batches(self):
        plans = self.plan
        for _index in range(4):
            plan = self._new_plan()
            self._new_line(plan)
            plan.action_start()
            plans |= plan
        Review = self.env["client.plan.review"].with_context(client_today=self.day)
        done, failed, remaining = Review._create_due_reviews(limit=2)
        self.assertEqual((done, failed, remaining), (2, [], 3))
        done, failed, remaining = Review._create_due_reviews(limit=9)
        self.assertEqual((done, failed, remaining), (3, [], 0))

    def test_bad_plan_does_not_stop_the_others(self):
        bad, good = self._new_plan(), self._new_plan()
        for plan in (bad, good):
            self._new_line(plan)
            plan.action_start()
        Plan = self.env.registry["client.plan"]
        get_review_user = Plan._get_review_user

        def fail(plan):
            if plan.id == bad.id:
                raise UserError("broken")
            return get_review_user(plan)

        Review = self.env["client.plan.review"].with_context(client_today=self.day)
        with patch.object(Plan, "_get_review_user", fail), mute_logger(LOGGER):
            done, failed, remaining = Review._create_due_reviews()
        self.assertEqual((done, failed, remaining), (2, bad.ids, 0))
        self.assertTrue(good.review_ids)
        self.assertFalse(bad.review_ids)

    def test_constant_queries(self):
        for _index in range(25):
            plan = self._new_plan()
            self._new_line(plan)
            plan.action_start()
        Review = self.env["client.plan.review"].with_context(client_today=self.day)
        counts = []
        for limit in (2, 22):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Review._create_due_reviews(limit=limit)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 10, counts)

    def test_scheduled_action(self):
        """The job itself, with its commits, on the company's real clock."""
        self.plan.sudo().next_review_date = date(2026, 3, 2)
        self.env.flush_all()
        cron = self.env.ref("client_development.ir_cron_enforce_reviews")
        with self.enter_registry_test_mode():
            cron.with_context(client_today=False).method_direct_trigger()
            cron.with_context(client_today=False).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self.plan.review_ids), 1)


class TestPlanLife(PlanCase):
    """How a plan ends, what it keeps once started, what goes when it is deleted."""

    def test_plan_ends_by_its_buttons_only(self):
        """The result is computed and the open actions end; a write does neither."""
        plan = self.plan
        plan.action_start()
        for values, message in (
            ({"state": "closed", "close_result": "reached"}, "^Result: "),
            ({"state": "cancelled", "close_reason": "Enough"}, "^Reason: "),
            ({"state": "closed"}, "^Status: .*“Close”"),
            ({"state": "cancelled"}, "^Status: .*“Cancel”"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, message):
                plan.write(values)
        self.assertEqual(plan.state, "running")
        with self.assertRaisesRegex(UserError, "^Result: "):
            self._new_plan(close_result="reached")
        sneaky = self.env["client.plan"].with_user(self.salesperson)
        sneaky = sneaky.with_context(default_close_reason="Because")
        self.assertFalse(sneaky.create({"partner_id": self.client.id}).close_reason)

    def test_result_and_reason_stay_as_they_were(self):
        plan = self.plan
        plan.action_start()
        self._close(plan, reason="The competitor was more active")
        for values in ({"close_result": "reached"}, {"close_reason": "Bad luck"}):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "kept by the system"),
            ):
                plan.write(values)
        plan.lessons = "Start earlier"
        self.assertEqual(plan.close_result, "missed")
        self.assertEqual(plan.close_reason, "The competitor was more active")

    def test_dragged_back_to_draft(self):
        """A plain write wipes the same as the button."""
        self._close(self.plan, mode="cancel", reason="Client insolvent")
        self.plan.write({"state": "draft"})
        self.assertFalse(self.plan.close_reason)
        self.assertFalse(self.plan.date_closed)

    def test_result_counts_the_actions_that_are_left_open(self):
        """Closing cancels them, but they were not done."""
        self._new_line(self.plan).action_done()
        self.plan.action_start()
        self._close(self.plan, reason="Half of it")
        self.assertEqual(self.plan.close_result, "partly")

    def test_started_team_plan_keeps_its_team(self):
        plan = self._new_plan(
            self.leader, partner_id=False, scope="team", team_id=self.team.id
        )
        manager = self._as(plan, self.manager)
        manager.team_id = self.team2
        manager.team_id = self.team
        self._new_line(plan)
        plan.action_start()
        for team in (self.team2, self.env["crm.team"]):
            with self.assertRaisesRegex(UserError, "^Sales Team: .*keeps its subject"):
                manager.team_id = team
        manager.team_id = self.team
        self.plan.action_start()
        self._as(self.plan, self.manager).team_id = self.team2
        self.assertEqual(self.plan.sudo().team_id, self.team2)

    def test_deleted_plan_leaves_no_tasks_behind(self):
        plan = self._new_plan()
        line = self._new_line(plan)
        self._new_objective(plan)
        line.message_post(body="On my way")
        for record in (plan, line):
            record.activity_schedule("mail.mail_activity_data_todo")
        plan.action_start()
        review = plan._get_due_review().sudo()
        self._close(plan, mode="cancel", reason="Client insolvent")
        records = [plan, line, plan.objective_ids, review]
        # a cancelled plan may be deleted, too, with its reviews and actions
        plan.unlink()
        for record in records:
            self.assertFalse(record.exists(), record._name)
        for model in ("mail.activity", "mail.message", "mail.followers"):
            field = "model" if model == "mail.message" else "res_model"
            for record in (plan, line):
                rows = self.env[model].search(
                    [(field, "=", record._name), ("res_id", "=", record.id)]
                )
                self.assertFalse(rows, f"{model} of {record._name}")

    def test_deleting_needs_the_right(self):
        """Nothing is deleted with the plan by whoever may only read it."""
        self.line.user_id = self.salesperson2
        with self.assertRaises(AccessError):
            self._as(self.plan, self.salesperson2).unlink()
        self.assertTrue(self.line.exists())
