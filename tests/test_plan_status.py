from datetime import timedelta

from odoo.exceptions import AccessError

from .plan_common import TODAY
from .review_common import ReviewCase


class TestPlanStatus(ReviewCase):
    """One row per plan says where it stands; it agrees with the plan itself."""

    def _status(self, plan=None, user=None, day=TODAY):
        self.env.flush_all()
        status = self.env["client.plan.status"].with_context(client_today=day)
        status.invalidate_model()
        return status.with_user(user or self.env.user).browse((plan or self.plan).id)

    def test_figures_agree_with_the_plan(self):
        self._new_objective(
            self.plan, current=30, weight=3, date_deadline=TODAY + timedelta(days=9)
        )
        self._new_objective(
            self._as(self.plan, self.leader),
            indicator_id=self.indicator2.id,
            current=60,
        )
        self._new_line(self.plan).action_done()
        dropped = self._new_line(self.plan)
        dropped.write({"state": "cancelled", "cancel_reason": "No need"})
        self._slip(self.line, TODAY)
        day = TODAY + timedelta(days=9)
        plan = self._set_today(self.plan, day)
        plan.invalidate_recordset()
        row = self._status(day=day)
        self.assertAlmostEqual(row.fulfilment, plan.fulfilment)
        self.assertEqual((plan.objective_red_count, plan.line_overdue_count), (1, 1))
        for name in (
            "objective_count",
            "objective_red_count",
            "line_count",
            "line_open_count",
            "line_done_count",
            "line_overdue_count",
            "next_review_date",
            "is_review_overdue",
            "state",
            "scope",
            "team_id",
            "user_id",
            "partner_id",
            "close_result",
        ):
            self.assertEqual(row[name], plan[name], name)
        self.assertEqual((row.slip_count, row.plan_count), (1, 1))
        self.assertEqual(row.action_open_plan()["res_id"], self.plan.id)

    def test_reviews_held_postponed_overdue(self):
        review = self._review()
        review._postpone(self.day + timedelta(days=1), self.reason, "")
        self._hold(review)
        row = self._status()
        self.assertEqual((row.held_count, row.postpone_count), (1, 1))
        self.assertFalse(row.is_review_overdue)
        late = self.plan.next_review_date + timedelta(days=1)
        row = self._status(day=late)
        self.assertTrue(row.is_review_overdue)
        self.assertEqual(row.review_overdue_count, 1)

    def test_a_plan_that_does_not_run_is_not_late(self):
        draft = self._new_plan()
        self._new_line(draft, date_deadline=TODAY)
        self._new_objective(draft, date_deadline=TODAY + timedelta(days=1))
        row = self._status(draft, day=TODAY + timedelta(days=30))
        self.assertEqual((row.line_overdue_count, row.objective_red_count), (0, 0))
        self.assertEqual((row.state, row.line_open_count), ("draft", 1))

    def test_teams_beside_each_other(self):
        """Fulfilment is the mean of plans with objectives; results are counted."""
        self._new_objective(self.plan, current=30)
        second = self._new_plan()
        self._new_objective(second, current=40)
        self._new_line(second)
        second.action_start()
        self._close(second)
        self._new_plan()  # without objectives
        self._new_plan(self.salesperson2, partner_id=self.client2.id)
        self.env.flush_all()
        rows = self.env["client.plan.status"]._read_group(
            [("company_id", "=", self.company.id)],
            ["team_id"],
            ["plan_count:sum", "fulfilment:avg"],
        )
        self.assertEqual(
            {team: (count, mean) for team, count, mean in rows},
            {self.team: (3, 75.0), self.team2: (1, 0.0)},
        )
        results = self.env["client.plan.status"]._read_group(
            [("company_id", "=", self.company.id)], ["close_result"], ["__count"]
        )
        self.assertIn(("reached", 1), results)

    def test_own_plans_own_teams_all(self):
        """Each fails without its rule."""
        other = self._new_plan(self.salesperson2, partner_id=self.client2.id)
        both = self.plan | other
        self.env.flush_all()
        status = self.env["client.plan.status"]
        self.manager.company_ids |= self.company2
        for user, plans in (
            (self.salesperson, self.plan),
            (self.salesperson2, other),
            (self.leader, self.plan),
            (self.leader2, other),
            (self.manager, both),
        ):
            with self.subTest(user=user.login):
                mine = status.with_user(user).search([("plan_id", "in", both.ids)])
                self.assertEqual(sorted(mine.ids), sorted(plans.ids))
                self.assertFalse(mine.has_access("write"))
        abroad = status.with_user(self.manager).with_context(
            allowed_company_ids=self.company2.ids
        )
        self.assertFalse(abroad.search([]))
        self.client2.user_id = self.salesperson
        self.env.flush_all()
        self.assertIn(other.id, status.with_user(self.salesperson).search([]).ids)
        with self.assertRaises(AccessError):
            status.with_user(self.outsider).search([])
