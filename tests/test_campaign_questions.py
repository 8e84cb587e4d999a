from odoo.exceptions import UserError, ValidationError

from .campaign_common import CampaignCase


class TestProfileQuestionnaire(CampaignCase):
    def test_shipped_assessment(self):
        survey = self.env.ref("client_development.client_profile_questionnaire")
        self.assertEqual(
            (survey.survey_type, survey.access_mode, survey.questions_layout),
            ("client_profile", "token", "one_page"),
        )
        proposing = survey.question_ids.filtered("client_proposes")
        self.assertEqual(
            proposing.mapped("client_proposes"), ["wallet_total", "segment"]
        )
        self.assertEqual(len(survey.question_ids), 6)
        self.assertFalse(survey.question_ids.filtered("client_is_rating"))
        call = self._start(self._new_campaign(questionnaire_id=survey.id))
        call.with_user(self.salesperson)._answer(
            {
                survey.question_ids[1].id: "40000",
                survey.question_ids[5].id: str(
                    survey.question_ids[5].suggested_answer_ids[0].id
                ),
            }
        )
        self.assertEqual(len(call.proposal_ids), 2)

    def test_for_invited_people_on_one_page(self):
        for values in (
            {"access_mode": "public"},
            {"questions_layout": "page_per_question"},
        ):
            with self.assertRaisesRegex(ValidationError, "invited people only"):
                self.questionnaire.write(values)

    def test_question_that_cannot_be_asked_on_the_telephone(self):
        with self.assertRaisesRegex(ValidationError, "on the telephone"):
            self.words.question_type = "matrix"

    def test_no_rating_is_needed(self):
        call = self._start()
        self._answer(call, words="Rival")
        self.assertEqual((call.state, call.rating), ("done", 0))

    def test_wallet_is_answered_by_a_number(self):
        with self.assertRaisesRegex(ValidationError, "answered by a number"):
            self.words.client_proposes = "wallet_total"
        with self.assertRaisesRegex(ValidationError, "choose the product category"):
            self.amount.client_category_id = False

    def test_segment_is_a_choice_with_segments(self):
        with self.assertRaisesRegex(ValidationError, "choice of one answer"):
            self.amount.client_proposes = "segment"
        with self.assertRaisesRegex(ValidationError, "choose a segment"):
            self.judgement.suggested_answer_ids.client_segment_id = False

    def test_only_assessments_propose(self):
        order = self.env.ref("client_development.client_order_questionnaire")
        with self.assertRaisesRegex(ValidationError, "only questions of an assessment"):
            order.question_ids[0].client_proposes = "wallet_total"
        with self.assertRaisesRegex(ValidationError, "only questions of an assessment"):
            self.questionnaire.survey_type = "custom"

    def test_amount_that_cannot_be_one(self):
        call = self._start()
        for wrong in ("-5", "nan", "1e999", "1e15", "much"):
            with (
                self.subTest(wrong=wrong),
                self.assertRaisesRegex(UserError, "screws"),
                self.env.cr.savepoint(),
            ):
                self._answer(call, amount=wrong)
        call.invalidate_recordset()
        self.assertEqual(call.state, "due")
        self.assertFalse(call.proposal_ids)

    def test_choice_that_is_not_offered(self):
        call = self._start()
        with self.assertRaisesRegex(UserError, "one of the offered"):
            self._answer(call, judgement=999999)
