from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form

from .test_survey import SurveyCase


class TestSurveyQuestionnaire(SurveyCase):
    """The most specific questionnaire is asked; what was answered stays as it was."""

    def _new(self, title, segments=(), teams=(), **values):
        return self.env["survey.survey"].create(
            {
                "title": title,
                "survey_type": "client_order",
                "client_segment_ids": [Command.set([s.id for s in segments])],
                "client_team_ids": [Command.set([t.id for t in teams])],
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": f"Rate us ({title})",
                            "question_type": "scale",
                            "scale_min": 1,
                            "scale_max": 5,
                            "constr_mandatory": True,
                            "client_is_rating": True,
                        }
                    )
                ],
                **values,
            }
        )

    def _asked(self):
        return self.survey._get_questionnaire()

    def test_most_specific_questionnaire_is_asked(self):
        self.env["client.fact"]._ensure(self.client).segment_ids = self.segment_key
        company = self._new("Company")
        self.company.client_survey_id = company
        self.assertEqual(self._asked(), company)
        self._new("Foreign team", teams=[self.team2])
        self._new("Foreign segment", [self.segment_standard])
        self._new("Foreign both", [self.segment_key], [self.team2])
        self.assertEqual(self._asked(), company)
        team = self._new("Team", teams=[self.team])
        self.assertEqual(self._asked(), team)
        segment = self._new("Segment", [self.segment_key])
        self.assertEqual(self._asked(), segment)
        both = self._new("Both", [self.segment_key], [self.team])
        self.assertEqual(self._asked(), both)
        both.active = False
        self.assertEqual(self._asked(), segment)

    def test_of_two_segments_the_better_rank_decides(self):
        self.env["client.fact"]._ensure(self.client).segment_ids = (
            self.segment_key | self.segment_standard
        )
        self._new("Standard", [self.segment_standard])
        key = self._new("Key", [self.segment_key])
        self.assertEqual(self._asked(), key)

    def test_client_without_a_row_or_team_gets_the_one_of_the_company(self):
        self._new("Team", teams=[self.team2])
        self._new("Segment", [self.segment_key])
        self.env["client.fact"].search([("partner_id", "=", self.client.id)]).unlink()
        self.survey.team_id = False
        self.assertEqual(self._asked(), self.questionnaire)

    def test_salesperson_asks_it_without_rights_in_the_survey_app(self):
        self._new("Team", teams=[self.team])
        survey = self.survey.with_user(self.salesperson)
        question = survey._get_questionnaire().question_ids
        survey._answer({question.id: "4"})
        self.assertEqual(self.survey.answer_ids.question, "Rate us (Team)")

    def test_specific_questionnaire_without_a_rating_is_named(self):
        self._new("Broken", teams=[self.team]).question_ids.unlink()
        with self.assertRaisesRegex(UserError, "“Broken” has no rating question"):
            self._asked()

    def test_begun_answer_is_finished_with_its_questions(self):
        first = self._asked()
        begun = first._create_answer(partner=self.contact, check_attempts=False)
        self.survey.write({"user_input_id": begun.id, "questionnaire_id": first.id})
        self._new("Team", teams=[self.team])
        self.assertEqual(self._asked(), first)
        self._answer()
        self.assertEqual(self.survey.questionnaire_id, first)
        self.assertEqual(self.survey.user_input_id, begun)

    def test_administrator_chooses_segments_and_teams_on_the_form(self):
        survey = self._new("New").with_user(self.manager)
        with Form(survey, "client_development.survey_survey_view_form") as form:
            form.client_segment_ids.add(self.segment_key)
            form.client_team_ids.add(self.team)
        self.assertEqual(survey.client_segment_ids, self.segment_key)
        self.assertEqual(survey.client_team_ids, self.team)

    # -- editing does not break history --------------------------------------------

    def _ledger(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return [(r.question, r.answer, r.rating) for r in self.survey.answer_ids]

    def test_renamed_questions_leave_the_answers_as_they_were(self):
        self._answer(rating="4", like_most="The driver")
        before = self._ledger()
        self.assertTrue(before)
        for question in self.questionnaire.question_ids:
            question.title = "Renamed"
        self.assertEqual(self._ledger(), before)

    def test_deleted_questions_leave_the_answers_as_they_were(self):
        self._answer(rating="4", like_most="The driver")
        before = self._ledger()
        (self.like_most | self.rating).unlink()
        self.assertEqual(self._ledger(), before)
        self.assertFalse(self.survey.answer_ids.question_id & self.like_most)
        self.assertRecordValues(self.survey, [{"state": "done", "rating": 4}])

    def test_deleted_questionnaire_leaves_the_answers_as_they_were(self):
        own = self._new("Team", teams=[self.team])
        self.company.client_survey_id = own
        self.survey._answer({own.question_ids.id: "5"})
        before = self._ledger()
        self.assertEqual(before, [("Rate us (Team)", "5", 5)])
        own.unlink()
        self.assertEqual(self._ledger(), before)
        self.assertFalse(self.survey.questionnaire_id)
        self.assertRecordValues(self.survey, [{"state": "done", "rating": 5}])
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        following = self._survey_of(order)
        self.assertEqual(following._get_questionnaire(), self.questionnaire)
