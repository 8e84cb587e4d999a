from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .test_claim import ClaimCase


class TestClaimFollowup(ClaimCase):
    """When a claim is settled, the client is asked again (product.md F)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.followup = cls.env.ref("client_development.client_followup_questionnaire")
        cls.again, cls.left = cls.followup.question_ids

    def _settled(self, **texts):
        claim = self._complain(**texts)
        self._settle(claim)
        return claim

    def _call(self, claim):
        return claim.sudo().followup_ids.filtered(lambda c: c.state != "cancelled")

    def _answer_again(self, call, rating="5", left=""):
        call.with_user(call.user_id)._answer(
            {self.again.id: rating, self.left.id: left}
        )

    def test_short_questionnaire_is_shipped(self):
        self.assertEqual(self.followup.survey_type, "client_order")
        self.assertRecordValues(
            self.again,
            [
                {
                    "question_type": "scale",
                    "scale_min": 1,
                    "scale_max": 5,
                    "constr_mandatory": True,
                    "client_is_rating": True,
                }
            ],
        )
        self.assertEqual(self.left.question_type, "text_box")

    def test_accepted_claim_asks_the_client_again(self):
        claim = self._complain()
        claim.with_user(self.salesperson).action_done()
        self.assertFalse(self._call(claim), "done is not enough")
        claim.with_user(self.leader).action_accept()
        self.assertRecordValues(
            self._call(claim),
            [
                {
                    "kind": "followup",
                    "state": "due",
                    "survey_id": self.survey.id,
                    "line_id": claim.id,
                    "partner_id": self.client.id,
                    "contact_id": self.contact.id,
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "date_due": date(2026, 3, 10),
                }
            ],
        )

    def test_without_acceptance_done_asks_the_client_again(self):
        self.company.client_acceptance = "never"
        claim = self._complain()
        claim.with_user(self.salesperson).action_done()
        self.assertTrue(self._call(claim))

    def test_due_date_is_a_setting_in_working_days(self):
        self.company.client_followup_days = 1
        self.assertEqual(self._call(self._settled()).date_due, date(2026, 3, 6))

    def test_many_settled_at_once_ask_each_client_once(self):
        claims = self._complain() | self._complain(survey=self._second_survey())
        claims.with_user(self.salesperson).action_done()
        claims.with_user(self.leader).action_accept()
        self.assertEqual(len(claims.sudo().followup_ids), 2)

    def test_who_works_outside_sales_does_not_ask(self):
        claim = self._complain()
        claim.with_user(self.leader).user_id = self.outsider
        self._settle(claim)
        self.assertEqual(self._call(claim).user_id, self.salesperson)

    def test_call_stands_in_the_queue_of_the_desk(self):
        call = self._call(self._settled())
        queue = self.env["client.call"].with_user(self.salesperson)
        self.assertEqual(queue._get_desk_places()["now"][:1], call)
        self.assertEqual(call._get_questionnaire(), self.followup)
        self.followup.active = False
        self.assertEqual(call._get_questionnaire(), self.questionnaire)

    def test_answer_fills_the_followup_rating_and_nothing_else(self):
        claim = self._settled()
        before = self.survey.read(
            ["rating", "state", "date_done", "operator_id", "coverage_user_id"]
        )
        with freeze_time("2026-03-10 09:00:00"):
            self._answer_again(self._call(claim), "4", "Nothing")
        self.assertEqual(self.survey.followup_rating, 4)
        self.assertEqual(self.survey.read(list(before[0].keys() - {"id"})), before)
        call = self._call(claim)
        self.assertEqual((call.state, call.rating), ("done", 4))
        self.assertEqual(call.answer_ids.mapped("answer"), ["4", "Nothing"])
        self.assertFalse(self.survey.attempt_ids & call.attempt_ids)
        self.assertEqual(self.survey.claim_ids, claim)

    def test_coverage_stays_as_it_was(self):
        claim = self._settled()
        company = self.company.with_context(client_today=date(2026, 3, 9))
        row = self.env["client.coverage"].with_context(**company.env.context)
        row = row._record_coverage(company)
        before = (row.completed_count, row.answered_live, row.coverage_live)
        self.assertEqual(before, (1, 1, 100.0))
        self._answer_again(self._call(claim), "1")
        row.invalidate_recordset()
        after = (row.completed_count, row.answered_live, row.coverage_live)
        self.assertEqual(after, before)

    def test_followup_rating_is_tracked(self):
        claim = self._settled()
        survey = self.survey.with_context(tracking_disable=False, mail_notrack=False)
        self.env.flush_all()
        call = self._call(claim).with_env(survey.env)
        self._answer_again(call, "4")
        self.env.flush_all()
        self.env.cr.precommit.run()
        values = survey.message_ids.sudo().tracking_value_ids
        self.assertIn("followup_rating", values.field_id.mapped("name"))

    def test_without_a_rating_it_is_not_answered(self):
        call = self._call(self._settled())
        with self.assertRaisesRegex(UserError, "[Rr]ating"):
            self._answer_again(call, "")
        self.assertEqual(call.state, "due")

    def test_low_again_makes_one_more_claim(self):
        claim = self._settled(like_least="Late")
        call = self._call(claim)
        self._answer_again(call, "2", "Still late")
        second = self.survey.claim_ids - claim
        self.assertRecordValues(
            second,
            [
                {
                    "claim_call_id": call.id,
                    "name": f"Claim again: {self.order.name}, rating 2 of 5",
                    "note": f"{self.left.title}\n– Still late",
                    "state": "planned",
                    "survey_id": self.survey.id,
                }
            ],
        )
        self.assertFalse(self.survey._create_claims(call), "one for each call")
        self._settle(second)
        self._answer_again(self._call(second), "5")
        self.assertEqual(self.survey.followup_rating, 5)
        self.assertEqual(len(self.survey.claim_ids), 2)

    def test_first_rating_alone_decides_about_the_first_claim(self):
        self.company.client_low_rating = 0
        claim = self._complain()
        self.assertFalse(claim)

    # -- taken up again ------------------------------------------------------------

    def test_returned_claim_cancels_the_open_call(self):
        claim = self._settled()
        call = self._call(claim)
        claim.with_user(self.leader).write(
            {"state": "rework", "rework_remark": "Not yet"}
        )
        self.assertEqual(call.state, "cancelled")
        with self.assertRaisesRegex(UserError, "taken up again"):
            self._answer_again(call)
        self._settle(claim)
        self.assertEqual(len(self._call(claim)), 1)
        self.assertNotEqual(self._call(claim), call)

    def test_answered_call_stays_when_the_claim_is_returned(self):
        claim = self._settled()
        call = self._call(claim)
        self._answer_again(call)
        claim.with_user(self.leader).write(
            {"state": "rework", "rework_remark": "Not yet"}
        )
        self.assertEqual(call.state, "done")

    def test_done_set_back_to_planned_cancels_the_open_call(self):
        self.company.client_acceptance = "never"
        claim = self._complain()
        claim.with_user(self.salesperson).action_done()
        call = self._call(claim)
        claim.with_user(self.salesperson).action_plan()
        self.assertEqual(call.state, "cancelled")

    def test_cancelled_claim_asks_nobody(self):
        claim = self._complain()
        claim.with_user(self.salesperson).write(
            {"state": "cancelled", "cancel_reason": "Mistaken for another order"}
        )
        self.assertFalse(claim.sudo().followup_ids)

    def test_annulled_answer_cancels_the_open_call(self):
        claim = self._settled()
        self.survey._cancel_claims("Never called")
        self.assertEqual(claim.sudo().followup_ids.state, "cancelled")

    def test_one_open_call_per_claim(self):
        call = self._call(self._settled())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            call.copy({"attempt_ids": False})
            self.env.flush_all()

    def test_who_leaves_hands_his_calls_over(self):
        call = self._call(self._settled())
        self.salesperson.active = False
        self.assertEqual(call.user_id, self.leader)
        self.assertEqual(call.team_id, self.team)

    def test_nobody_edits_what_the_call_is_about(self):
        call = self._call(self._settled())
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            call.with_user(self.leader).line_id = False

    # -- at the desk ---------------------------------------------------------------

    def test_desk_shows_what_was_complained_about_and_what_was_done(self):
        claim = self._complain(like_least="The <i>driver</i>")
        claim.with_user(self.salesperson).outcome = "Another carrier"
        self._settle(claim)
        card = self._call(claim).with_user(self.salesperson)._prepare_desk_card()
        complained, done = card["notes"][-2:]
        self.assertIn("2 of 5", complained["title"])
        self.assertIn("– The <i>driver</i>", complained["lines"])
        self.assertIn("Another carrier", done["lines"])
        for note in (complained, done):
            self.assertTrue(all(isinstance(line, str) for line in note["lines"]))

    def test_list_and_buttons_open_what_they_name(self):
        claim = self._settled()
        call = self._call(claim)
        action = claim.with_user(self.salesperson).action_view_followups()
        calls = self.env["client.call"].with_user(self.salesperson)
        self.assertEqual(calls.search(action["domain"]), call)
        action = claim.with_user(self.salesperson).action_view_claim_survey()
        self.assertEqual(action["res_id"], self.survey.id)
