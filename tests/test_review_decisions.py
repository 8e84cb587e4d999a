from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .plan_common import TODAY
from .review_common import ReviewCase


class TestReviewDecisions(ReviewCase):
    """What a review decides becomes actions of its plan: what, who, when."""

    def _decide(self, review, name="Send two samples", **values):
        values.setdefault("date_deadline", TODAY + timedelta(days=9))
        values.setdefault("user_id", self.salesperson.id)
        review.write({"decision_ids": [Command.create({"name": name, **values})]})
        return review.decision_ids

    def test_decision_is_an_action_of_the_plan(self):
        review = self._review()
        line = self._decide(review)
        self.assertRecordValues(
            line,
            [
                {
                    "plan_id": self.plan.id,
                    "review_id": review.id,
                    "state": "planned",
                    "user_id": self.salesperson.id,
                    "partner_id": self.client.id,
                    "create_uid": self.salesperson.id,
                }
            ],
        )
        self.assertIn(line, self.plan.line_ids)
        self._hold(review)
        self.assertEqual(review.decision_count, 1)

    def test_in_the_form(self):
        review = self._review(user=self.leader)
        with Form(review) as form:
            form.findings = "Behind"
            form.resources = "confirmed"
            with form.decision_ids.new() as row:
                row.name = "Call the director"
                row.user_id = self.salesperson
                row.date_deadline = TODAY + timedelta(days=2)
        self.assertEqual(review.decision_ids.name, "Call the director")
        self.assertEqual(review.decision_ids.plan_id.id, self.plan.id)

    def test_controller_without_sales_rights_decides(self):
        self._as(self.plan, self.leader).controller_id = self.outsider
        review = self._review(user=self.outsider)
        with Form(review) as form, form.decision_ids.new() as row:
            row.name = "Call the director"
            row.user_id = self.salesperson
            row.date_deadline = TODAY + timedelta(days=2)
        self.assertEqual(review.sudo().decision_ids.user_id, self.salesperson)
        self.assertEqual(review.sudo().decision_ids.create_uid, self.outsider)
        # but not past the review
        with self.assertRaises(AccessError):
            self._new_line(self._as(self.plan, self.outsider))
        views = review.get_views([(False, "form")])
        self.assertIn('create="1"', views["views"]["form"]["arch"])

    def test_who_does_not_hold_does_not_decide(self):
        self._new_line(self.plan, user_id=self.salesperson2.id)
        review = self._review()
        for user in (self.salesperson2, self.outsider, self.leader2):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._decide(self._as(review, user))

    def test_only_in_the_plan_of_the_review(self):
        other = self._new_plan()
        line = self._new_line(other, "Elsewhere")
        review = self._review()
        with self.assertRaisesRegex(UserError, "belong to the plan of this review"):
            self._decide(review, plan_id=other.id)
        for command in (Command.link(line.id), Command.set(line.ids)):
            with self.assertRaisesRegex(UserError, "cannot be attached"):
                review.write({"decision_ids": [command]})
        for command in (
            Command.update(line.id, {"name": "Mine"}),
            Command.delete(line.id),
            Command.unlink(self.line.id),
        ):
            with self.assertRaisesRegex(UserError, "not decided in this review"):
                review.write({"decision_ids": [command]})
        self.assertTrue(line.exists())

    def test_only_what_who_when(self):
        review = self._review()
        for values in (
            {"state": "accepted"},
            {"note": "Nobody asked"},
            {"participant_ids": [Command.set(self.outsider.ids)]},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "says what, who and when"),
            ):
                self._decide(review, **values)
        for name in ("name", "date_deadline"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "is missing"):
                self._decide(review, **{name: False})
        with self.assertRaisesRegex(UserError, "has passed already"):
            self._decide(review, date_deadline=TODAY - timedelta(days=1))
        foreigner = self.env["res.users"].create(
            {
                "name": "Foreigner",
                "login": "cd_foreigner",
                "company_id": self.company2.id,
                "company_ids": [Command.set(self.company2.ids)],
            }
        )
        with self.assertRaises(UserError):
            self._decide(review, user_id=foreigner.id)
        sneaky = review.with_context(default_state="accepted", default_spent_hours=5)
        line = self._decide(sneaky)
        self.assertEqual((line.state, line.spent_hours), ("planned", 0.0))

    def test_decisions_change_until_they_are_taken_up(self):
        review = self._review()
        line = self._decide(review)
        review.write({"decision_ids": [Command.update(line.id, {"name": "Three"})]})
        self.assertEqual(line.name, "Three")
        line.action_progress()
        with self.assertRaisesRegex(UserError, "taken up already"):
            review.write({"decision_ids": [Command.delete(line.id)]})
        line.action_plan()
        review.write({"decision_ids": [Command.delete(line.id)]})
        self.assertFalse(line.exists())

    def test_closed_review_decides_nothing(self):
        review = self._review()
        self._hold(review)
        with self.assertRaisesRegex(UserError, "this review is closed"):
            self._decide(review)

    def test_nobody_claims_a_decision_on_an_action(self):
        """The review itself brings its decisions, whoever writes how."""
        review = self._review()
        with self.assertRaisesRegex(UserError, "^Decided in: "):
            self._new_line(self.plan, review_id=review.id)
        with self.assertRaisesRegex(UserError, "^Decided in: "):
            self.line.review_id = review
        line = self._new_line(self.plan.with_context(default_review_id=review.id))
        self.assertFalse(line.review_id)
        decided = self._decide(review)
        decided.write({"review_id": review.id, "note": "Saved as it was"})
        with self.assertRaisesRegex(UserError, "^Decided in: "):
            decided.review_id = False
        self.assertFalse(decided.copy().review_id)
