from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError

from .plan_common import TODAY
from .review_common import ReviewCase


class TestReviewContents(ReviewCase):
    """A review fills itself with what happened since the last one, and keeps it."""

    def test_red_objectives_with_current_and_expected(self):
        red = self._new_objective(
            self.plan, date_deadline=TODAY + timedelta(days=10), name="Share far behind"
        )
        self._new_objective(
            self._as(self.plan, self.leader),
            indicator_id=self.indicator2.id,
            current=40,
            name="On track",
        )
        review = self._review(day=TODAY + timedelta(days=8))
        self.assertEqual(review.red_count, 1)
        self.assertEqual(self._ids(review, "red"), red)
        self.assertIn("Share far behind: 20 % of 40 %; 0 % of the way", review.summary)
        self.assertIn("80 % expected", review.summary)

    def test_overdue_actions(self):
        self._new_line(self.plan, "In good time", date_deadline=date(2026, 12, 1))
        self._new_line(self.plan, date_deadline=TODAY).action_done()
        review = self._review(day=TODAY + timedelta(days=8))
        self.assertEqual(review.overdue_count, 1)
        self.assertEqual(self._ids(review, "overdue"), self.line)
        self.assertIn("Call the head of purchasing", review.summary)
        self.assertNotIn("In good time", review.summary)

    def test_slips_and_those_without_reason(self):
        self._slip(self.line, TODAY - timedelta(days=1), reason_id=self.reason.id)
        moved = self._slip(
            self.line, TODAY + timedelta(days=3), reason_id=self.reason.id
        )
        missed = self._slip(self.line, TODAY + timedelta(days=5), new=0, kind="missed")
        review = self._review(day=TODAY + timedelta(days=6))
        self.assertEqual((review.slip_count, review.slip_blank_count), (2, 1))
        self.assertEqual(self._ids(review, "slip"), missed + moved)
        self.assertEqual(self._ids(review, "blank"), missed)
        self.assertIn("Busy", review.summary)
        self.assertIn("no reason given yet", review.summary)

    def test_calls_for_help_until_they_are_answered(self):
        calls = self.env["client.plan.help"].create(
            [
                {
                    "line_id": self.line.id,
                    "question": question,
                    "asker_id": self.salesperson.id,
                    "user_id": user.id,
                    "date": TODAY,
                }
                for question, user in (
                    ("Who knows the buyer?", self.leader),
                    ("Any sample left?", self.manager),
                )
            ]
        )
        calls[1].write({"answer": "Yes", "date_answered": TODAY})
        review = self._review()
        self.assertEqual(review.help_count, 1)
        self.assertEqual(self._ids(review, "help"), calls[0])
        self.assertIn("Who knows the buyer?", review.summary)

    def test_low_surveys_by_the_companys_limit(self):
        low = self._survey(self.client, 3, TODAY)
        self._survey(self.client, 4, TODAY)
        self._survey(self.client, 1, TODAY - timedelta(days=1))
        self._survey(self.client2, 1, TODAY, user=self.salesperson2)
        review = self._review()
        self.assertEqual(review.rating_count, 1)
        self.assertEqual(self._ids(review, "rating"), low)
        self.assertIn("Azure Joinery: 3 of 5", review.summary)
        self.company.client_low_rating = 2
        review.invalidate_recordset()
        self.assertEqual(review.rating_count, 0)
        for rating in (-1, 6):
            with self.assertRaisesRegex(ValidationError, "^Low Rating: "):
                self.company.client_low_rating = rating

    def test_standards_open_or_opened_since(self):
        old = TODAY - timedelta(days=30)
        still = self._breach(self.client, old)
        short = self._breach(self.client, TODAY, closed=TODAY + timedelta(days=2))
        self._breach(self.client, old, closed=TODAY - timedelta(days=9))
        self._breach(self.client2, TODAY)
        review = self._review(day=TODAY + timedelta(days=3))
        self.assertEqual(review.breach_count, 2)
        self.assertEqual(self._ids(review, "breach"), still | short)
        self.assertIn("kept again on", review.summary)

    def test_done_hours_and_money_since(self):
        line = self._new_line(self.plan, planned_hours=4)
        self.env["client.plan.resource"].create(
            [
                {"line_id": line.id, "name": "Sample", "unit_cost": 100},
                {"line_id": self.line.id, "name": "Trip", "unit_cost": 40},
            ]
        )
        efforts = self._set_today(
            self.env["client.plan.effort"], TODAY + timedelta(days=3)
        )
        efforts.create(
            [
                {
                    "line_id": line.id,
                    "user_id": self.salesperson.id,
                    "date": TODAY + timedelta(days=days),
                    "hours": 2,
                }
                for days in (-1, 0, 2)
            ]
        )
        line.action_done()
        review = self._review(day=TODAY + timedelta(days=3))
        self.assertEqual((review.done_count, review.hours_since), (1, 4.0))
        self.assertEqual((review.cost_since, review.planned_cost), (100.0, 140.0))
        self.assertEqual((review.spent_cost, review.planned_hours), (100.0, 4.0))
        self.assertEqual(self._ids(review, "done"), line)
        self.assertEqual(len(self._ids(review, "effort")), 2)
        resources = review.action_view_resources()
        found = self.env["client.plan.resource"].search(resources["domain"])
        self.assertEqual(sum(found.mapped("cost")), review.planned_cost)

    def test_nothing_wrong_is_said_so(self):
        self.assertIn("Nothing is far behind", self._review().summary)

    def test_names_are_escaped(self):
        self.line.name = "<b>Bold</b> call"
        review = self._review(day=TODAY + timedelta(days=8))
        self.assertIn("&lt;b&gt;Bold", review.summary)

    def test_since_the_last_held_review_each_record_once(self):
        """What happened on its day counts in the next one, unless counted already."""
        before = self._new_line(self.plan, "Before the review")
        after = self._new_line(self.plan, "After the review")
        before.action_done()
        first = self._review()
        self._hold(first)
        after.action_done()
        second = self._review(day=TODAY + timedelta(days=1))
        self.assertEqual(second.date_since, TODAY)
        self.assertEqual(self._ids(second, "done"), after)
        self.assertEqual(self._ids(first, "done"), before)

    def test_held_review_is_frozen(self):
        self._slip(self.line, TODAY + timedelta(days=1), new=0)
        survey = self._survey(self.client, 2, TODAY)
        review = self._review(day=TODAY + timedelta(days=8))
        names = ["overdue_count", "slip_blank_count", "rating_count", "planned_cost"]
        self._hold(review)
        [before] = review.read([*names, "summary", "date_since"])
        self.assertEqual(before["overdue_count"], 1)
        self.assertEqual(before["rating_count"], 1)
        self.line.write({"name": "Renamed", "state": "done"})
        self.env["client.plan.slip"].search([]).reason_id = self.reason
        survey.rating = 5
        self._new_line(self.plan, date_deadline=TODAY)
        self.env["client.plan.resource"].create(
            {"line_id": self.line.id, "name": "Sample", "unit_cost": 100}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        [after] = review.read([*names, "summary", "date_since"])
        self.assertEqual(after, before)
        self.assertEqual(self._ids(review, "overdue"), self.line)

    def test_contents_are_read_through_the_figures_only(self):
        review = self._review()
        self._hold(review)
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaises(AccessError):
                self._as(review, user).read(["contents"])
        with self.assertRaises(UserError):
            self._as(self._review(day=self.day), self.leader).write({"contents": {}})

    # -- whom they are about ---------------------------------------------------------

    def _low_by_scope(self, user=None, **values):
        """Return the clients whose low surveys the review of such a plan lists."""
        user = user or self.manager
        plan = self._new_plan(
            user, partner_id=False, user_id=user.id, team_id=self.team.id, **values
        )
        plan.sudo().write({"state": "running"})
        return self._ids(self._review(plan, user), "rating").partner_id

    def test_scopes_list_the_surveys_of_their_clients(self):
        clients = self.client | self.client2
        self.client.country_id = self.env.ref("base.ru")
        self.client2.country_id = self.env.ref("base.de")
        for client, user in (
            (self.client, self.salesperson),
            (self.client2, self.salesperson2),
        ):
            self._survey(client, 2, TODAY, user=user)
        facts = self.env["client.fact"]
        facts._refresh(clients)
        facts._ensure(self.client2).segment_ids = self.segment_key
        facts._ensure(self.client).segment_ids = self.segment_standard
        self.env.flush_all()
        self.assertEqual(
            self._low_by_scope(scope="segment", segment_id=self.segment_key.id),
            self.client2,
        )
        self.assertEqual(self._low_by_scope(scope="team"), self.client)
        self.assertEqual(
            self._low_by_scope(
                scope="territory", country_ids=self.env.ref("base.ru").ids
            ),
            self.client,
        )
        self.assertEqual(self._low_by_scope(scope="company"), clients)

    def test_reader_sees_the_clients_whom_he_may_see(self):
        self._survey(self.client, 2, TODAY)
        self._survey(self.client2, 2, TODAY, user=self.salesperson2)
        self._breach(self.client, TODAY)
        plan = self._new_plan(
            self.manager,
            partner_id=False,
            scope="company",
            user_id=self.leader.id,
            team_id=self.team.id,
            controller_id=self.outsider.id,
        )
        plan.sudo().write({"state": "running"})
        review = self._review(plan, self.manager)
        seen = {self.manager: 2, self.leader: 1, self.outsider: 0}
        self.env["client.fact"]._ensure(self.client).team_id = self.team
        for frozen in (False, True):
            if frozen:
                self._hold(self._as(review, self.outsider))
            for user, count in seen.items():
                with self.subTest(user=user.login, frozen=frozen):
                    mine = self._as(review, user)
                    self.assertEqual(mine.rating_count, count)
                    self.assertEqual("Birch Works" in mine.summary, count == 2)
                    self.assertEqual(mine.breach_count, min(count, 1))
                    if count:
                        self.assertEqual(len(self._ids(mine, "rating")), count)

    def test_strangers_open_nothing(self):
        review = self._review()
        with self.assertRaises(AccessError):
            self._ids(self._as(review, self.salesperson2), "overdue")
        with self.assertRaisesRegex(UserError, "no records"):
            review.with_context(part="contents").action_view_part()

    def test_queries_do_not_grow(self):
        """The form asks the same for five and for 60 actions."""
        review = self._review(day=TODAY + timedelta(days=9))
        self.assertTrue(review.summary)
        counts = []
        for number in (5, 55):
            for _index in range(number):
                line = self._new_line(self.plan)
                self._slip(line, TODAY)
            self.env.flush_all()
            self.env.invalidate_all()
            review.plan_name  # noqa: B018 - the form has read it
            before = self.cr.sql_log_count
            self.assertTrue(review.summary)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)
        self.assertLess(counts[1], 30, counts)

    # -- resources -------------------------------------------------------------------

    def test_resources_are_confirmed_or_explained(self):
        review = self._review()
        review.findings = "Fine"
        with self.assertRaisesRegex(UserError, "^Resources: "):
            review.action_hold()
        for choice in ("updated", "more"):
            review.resources = choice
            with self.assertRaisesRegex(UserError, "^Remark on the Resources: "):
                review.action_hold()
        review.resources_note = "Two fitters more, the director decides"
        review.action_hold()
        self.assertEqual((review.state, review.resources), ("held", "more"))
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            review.resources = "confirmed"
