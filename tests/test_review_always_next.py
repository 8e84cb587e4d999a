from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .plan_common import TODAY
from .review_common import ReviewCase


class TestReviewAlwaysNext(ReviewCase):
    """A running plan is never left without a next review, whatever happens."""

    def _postpone(self, review, day, **values):
        wizard = review.env["client.plan.review.postpone"].create(
            {"review_id": review.id, "reason_id": self.reason.id, "date": day, **values}
        )
        wizard.action_confirm()

    def _assert_next(self, plan=None):
        """The plan has a date, and its day brings one due review with a task."""
        plan = (plan or self.plan).sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(plan.state, "running")
        self.assertTrue(plan.next_review_date)
        self._enforce(plan.next_review_date)
        due = plan.review_ids.filtered(lambda review: review.state == "due")
        self.assertEqual(len(due), 1)
        self.assertEqual(due.date, plan.next_review_date)

    # -- held or postponed ---------------------------------------------------------

    def test_postponed_with_a_reason(self):
        self._enforce(self.day)
        review = self._review(day=self.day)
        action = review.action_postpone()
        self.assertEqual(action["context"], {"default_review_id": review.id})
        later = self.day + timedelta(days=14)
        self._postpone(review, later, note="Buyer on leave")
        self.assertRecordValues(
            review, [{"date": later, "postpone_count": 1, "state": "due"}]
        )
        self.assertRecordValues(
            review.move_ids,
            [
                {
                    "date": self.day,
                    "date_old": self.day,
                    "date_new": later,
                    "reason_id": self.reason.id,
                    "note": "Buyer on leave",
                    "user_id": self.salesperson.id,
                }
            ],
        )
        self.assertEqual(self.plan.next_review_date, later)
        task = self.env["mail.activity"].search(
            [("res_model", "=", "client.plan"), ("res_id", "=", self.plan.id)]
        )
        self.assertEqual(task.date_deadline, later)
        self._assert_next()

    def test_postponed_from_the_plan_before_its_day(self):
        action = self.plan.action_postpone_review()
        review = self.plan.review_ids
        self.assertEqual(action["context"], {"default_review_id": review.id})
        self.assertEqual(review.state, "due")

    def test_postponed_within_limits_only(self):
        review = self._review(day=self.day)
        for day, message in (
            (self.day, "^New Day: "),
            (self.day - timedelta(days=1), "^New Day: "),
            (self.day + timedelta(days=181), "every 90 days"),
        ):
            with self.subTest(day), self.assertRaisesRegex(UserError, message):
                self._postpone(review, day)
        with self.assertRaisesRegex(UserError, "^Reason: "):
            review._postpone(
                self.day + timedelta(days=3), self.env["client.plan.slip.reason"], ""
            )
        self.assertEqual(review.postpone_count, 0)
        late = self.day + timedelta(days=181)
        self._postpone(self._as(review, self.leader), late)
        self.assertEqual(self.plan.next_review_date, late)

    def test_overdue_review_is_not_postponed_into_the_past(self):
        review = self._review(day=self.day + timedelta(days=9))
        with self.assertRaisesRegex(UserError, "^Next Review: .* has passed"):
            self._postpone(review, self.day + timedelta(days=8))

    def test_only_who_holds_postpones(self):
        self._new_line(self.plan, user_id=self.salesperson2.id)
        review = self._review()
        later = self.day + timedelta(days=9)
        for user in (self.salesperson2, self.leader2, self.outsider):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._postpone(self._as(review, user), later)
        self._as(self.plan, self.leader).controller_id = self.outsider
        self._postpone(self._as(review, self.outsider), later)
        self.assertEqual(review.postpone_count, 1)
        self._hold(review)
        with self.assertRaisesRegex(UserError, "already closed"):
            self._postpone(review, later + timedelta(days=1))

    def test_due_review_is_not_moved_by_a_plain_write(self):
        self._enforce(self.day)
        later = self.day + timedelta(days=5)
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "with a reason"):
                self._as(self.plan, user).next_review_date = later
        earlier = self._set_today(self.plan, self.day - timedelta(days=2))
        earlier.next_review_date = self.day - timedelta(days=1)
        self.assertEqual(self.plan.review_ids.date, self.day - timedelta(days=1))

    def test_next_review_is_not_put_off_again_and_again(self):
        """Twice the cadence after the last review it needs a reason."""
        day = TODAY + timedelta(days=100)
        plan = self._set_today(self.plan, day)
        plan.sudo().next_review_date = day + timedelta(days=10)
        with self.assertRaisesRegex(UserError, "would not be reviewed until"):
            plan.next_review_date = TODAY + timedelta(days=181)
        plan.next_review_date = TODAY + timedelta(days=180)

    def test_controller_outside_sales_finds_his_reviews(self):
        root = self.env.ref("client_development.client_development_menu_root")
        mine = self.env.ref("client_development.client_plan_review_menu_my")
        menus = self.env["ir.ui.menu"].with_user(self.outsider)
        self.assertNotIn(root.id, menus.load_menus(False))
        self._as(self.plan, self.leader).controller_id = self.outsider
        self.assertIn(mine.id, menus.load_menus(False))
        due = self._review()
        action = self.env.ref("client_development.client_plan_review_action_my")
        self.assertIn("search_default_to_hold", action.context)
        reviews = self.env["client.plan.review"].with_user(self.outsider)
        self.assertEqual(reviews.search([("state", "=", "due")]), due)

    # -- who sees postponements ----------------------------------------------------

    def test_postponements_follow_the_plan(self):
        """Each fails without its rule; nobody writes them."""
        self._as(self.plan, self.leader).controller_id = self.outsider
        self._postpone(self._review(), self.day + timedelta(days=9))
        other = self._new_plan(self.salesperson2, partner_id=self.client2.id)
        self._new_line(other)
        other.action_start()
        later = other.next_review_date + timedelta(days=9)
        self._postpone(self._review(other, self.salesperson2), later)
        moves = self.env["client.plan.review.move"]
        self.manager.company_ids |= self.company2
        for user, plans in (
            (self.salesperson, self.plan),
            (self.outsider, self.plan),
            (self.leader, self.plan),
            (self.leader2, other),
            (self.manager, self.plan | other),
        ):
            with self.subTest(user=user.login):
                found = moves.with_user(user).search([])
                self.assertEqual(sorted(found.sudo().plan_id.ids), sorted(plans.ids))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(found.has_access(operation))
        abroad = moves.with_user(self.manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))
        self.client2.user_id = self.salesperson
        found = moves.with_user(self.salesperson).search([])
        self.assertEqual(len(found), 2, "his client's plan, too")

    def test_assistant_belongs_to_who_opened_it(self):
        review = self._review()
        wizard = review.env["client.plan.review.postpone"].create(
            {"review_id": review.id, "reason_id": self.reason.id, "date": self.day}
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).action_confirm()

    # -- the kind ------------------------------------------------------------------

    def test_kind_is_proposed(self):
        self.assertEqual(self._review().kind, "interim")
        late = TODAY + timedelta(days=8)  # the action is overdue
        self.assertEqual(self._review(day=late).kind, "correction")
        self.assertEqual(self._review(day=self.plan.date_end).kind, "final")
        other = self._new_plan()
        self._new_objective(other, date_deadline=TODAY + timedelta(days=9))
        self._new_line(other, date_deadline=TODAY + timedelta(days=30))
        other.action_start()
        self.assertEqual(self._review(other, day=late).kind, "correction")

    def test_scheduled_reviews_are_proposed_a_kind_too(self):
        self._enforce(self.day)
        self.assertEqual(self.plan.review_ids.kind, "correction")

    def test_chosen_kind_stays(self):
        review = self._review()
        review.kind = "final"
        self.assertEqual(self._review(day=TODAY + timedelta(days=8)).kind, "final")

    def test_final_acceptance_proposes_closing(self):
        review = self._review(user=self.leader, day=self.plan.date_end)
        action = self._hold(review)
        self.assertEqual(review.kind, "final")
        self.assertEqual(action["res_model"], "client.plan.close")
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.plan_id, self.plan)

    def test_controller_outside_sales_is_told_the_next_review(self):
        self._as(self.plan, self.leader).controller_id = self.outsider
        review = self._review(user=self.outsider, day=self.plan.date_end)
        action = self._hold(review)
        self.assertEqual(action["tag"], "display_notification")

    # -- never before the start ----------------------------------------------------

    def test_no_review_before_the_plan_begins(self):
        start = TODAY + timedelta(days=30)
        plan = self._new_plan(date_start=start)
        self._new_line(plan, date_deadline=start)
        with self.assertRaisesRegex(UserError, "Only running plans"):
            plan.action_hold_review()
        plan.action_start()
        self.assertGreaterEqual(plan.next_review_date, start + timedelta(days=90))
        for method in (plan.action_hold_review, plan.action_postpone_review):
            with self.assertRaisesRegex(UserError, "begins on .* Hold its review from"):
                method()
        with self.assertRaisesRegex(UserError, "not reviewed before"):
            plan.next_review_date = start - timedelta(days=1)
        self.assertFalse(plan.review_ids)

    def test_due_review_waits_when_the_start_moves(self):
        review = self._review()
        self.plan.sudo().date_start = TODAY + timedelta(days=5)
        with self.assertRaisesRegex(UserError, "nothing to review before"):
            self._hold(review)
        self.assertEqual(review.state, "due")

    # -- every way -----------------------------------------------------------------

    def test_end_is_not_passed_without_a_review(self):
        plan = self._new_plan(date_end=TODAY + timedelta(days=20))
        self._new_line(plan)
        plan.action_start()
        self.assertEqual(
            plan.next_review_date,
            self.company._client_add_working_days(TODAY + timedelta(days=20), 0),
        )

    def test_plan_past_its_end_is_still_reviewed(self):
        beyond = self.plan.date_end + timedelta(days=10)
        self._enforce(beyond)
        review = self._review(day=beyond)
        self._hold(review)
        self.assertEqual(
            self.plan.next_review_date,
            self.company._client_add_working_days(beyond + timedelta(days=90), 0),
        )
        self._assert_next()

    def test_date_taken_away_comes_back(self):
        self.plan.write({"next_review_date": False})
        self._assert_next()
        self.plan.sudo().write({"next_review_date": None})
        self._assert_next()

    def test_emptying_puts_no_due_review_off(self):
        review = self._review(day=self.day + timedelta(days=5))
        plan = self._set_today(self.plan, self.day + timedelta(days=5))
        for values in (
            {"next_review_date": False},
            {"next_review_date": None, "note": "By the way"},
            {"next_review_date": False, "state": "running"},
            {"state": "running"},
        ):
            for user in (self.salesperson, self.leader):
                with self.subTest(values=values, user=user.login):
                    self._as(plan, user).write(values)
                    self.env.flush_all()
                    self.assertEqual(plan.next_review_date, self.day)
                    self.assertEqual((review.date, review.state), (self.day, "due"))
                    self.assertTrue(review.is_overdue)
        with Form(plan) as form:
            form.next_review_date = False
        self.assertEqual((plan.next_review_date, review.date), (self.day, self.day))

    def test_review_whose_day_has_come_is_due_without_its_row(self):
        """The scheduled action may be late; nobody gains by it."""
        for days in (0, 3):
            plan = self._set_today(self.plan, self.day + timedelta(days=days))
            for values in ({"next_review_date": False}, {"state": "running"}):
                with self.subTest(days=days, values=values):
                    plan.write(values)
                    self.env.flush_all()
                    self.assertEqual(plan.next_review_date, self.day)
            with self.assertRaisesRegex(UserError, "with a reason"):
                plan.next_review_date = self.day + timedelta(days=20)
        self.assertFalse(plan.review_ids)

    def test_emptying_plans_no_review_later(self):
        plan = self._set_today(self.plan, TODAY + timedelta(days=30))
        plan.next_review_date = False
        self.assertEqual(plan.next_review_date, self.day, "not 90 days from now")
        late = self.day + timedelta(days=60)
        plan.next_review_date = late
        plan.next_review_date = False
        self.assertLess(plan.next_review_date, late, "by the cadence, which is earlier")
        plan.sudo().next_review_date = False
        self.assertGreater(plan.next_review_date, self.day, "the system counts anew")

    def test_owner_leaves(self):
        self._enforce(self.day)
        self.salesperson.action_archive()
        tasks = self.env["mail.activity"].search(
            [("res_model", "=", "client.plan"), ("res_id", "=", self.plan.id)]
        )
        self.assertEqual(tasks.user_id, self.leader, "handed on at once")
        self._enforce(self.day + timedelta(days=9))
        # the leader has become the owner, and nobody escalates to himself
        self.assertEqual(self.plan.sudo().user_id, self.leader)
        told = self.plan.sudo().review_ids.escalated_user_id
        self.assertNotIn(told, self.leader | self.salesperson)
        self.assertTrue(told.has_group("client_development.group_client_manager"))
        self._hold(self._review(user=self.leader, day=self.day + timedelta(days=9)))
        self._assert_next()

    def test_segment_changes(self):
        fact = self.env["client.fact"]._ensure(self.client)
        for segments in (
            self.segment_key,
            self.segment_standard,
            self.env["client.segment"],
        ):
            fact.segment_ids = segments
            self._assert_next()
        segment = self.env["client.segment"].create({"name": "Short-lived"})
        plan = self._new_plan(
            self.manager,
            partner_id=False,
            scope="segment",
            segment_id=segment.id,
            team_id=self.team.id,
        )
        plan.sudo().write({"state": "running"})
        if "active" in segment._fields:
            segment.active = False
        self._assert_next(plan)

    def test_review_cancelled_or_deleted(self):
        self._enforce(self.day)
        self.plan.sudo().review_ids._cancel()
        self._assert_next()
        self.plan.sudo().review_ids.unlink()
        self._assert_next()
        with self.assertRaises(AccessError):
            self.plan.review_ids.with_user(self.manager).unlink()

    def test_plan_started_again(self):
        self._enforce(self.day)
        self._close(self.plan, mode="cancel", reason="Project stopped")
        self._as(self.plan, self.leader).state = "draft"
        later = self._set_today(self.plan, date(2026, 9, 1))
        self._new_line(later, date_deadline=date(2026, 9, 8))
        later.action_start()
        self.assertGreater(later.next_review_date, date(2026, 9, 1))
        self._assert_next()

    def test_client_team_and_controller_change(self):
        manager = self._as(self.plan, self.manager)
        for vals in (
            {"team_id": self.team2.id},
            {"controller_id": self.outsider.id},
            {"user_id": self.salesperson2.id},
            {"date_end": TODAY + timedelta(days=1)},
            {"line_ids": [Command.clear()]},
        ):
            with self.subTest(vals):
                manager.sudo().write(vals)
                self._assert_next()
