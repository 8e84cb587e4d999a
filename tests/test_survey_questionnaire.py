from datetime import date

from odoo.exceptions import UserError, ValidationError
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
        broken = self._new("Broken")
        broken.question_ids.client_is_rating = False
        broken.client_team_ids = self.team
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
        self.like_most.unlink()
        self.assertEqual(self._ledger(), before)
        self.assertFalse(self.survey.answer_ids.question_id & self.like_most)
        self.assertRecordValues(self.survey, [{"state": "done", "rating": 4}])

    def test_deleted_questionnaire_leaves_the_answers_as_they_were(self):
        own = self._new("Team", teams=[self.team])
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

    # -- what is shipped is translated ---------------------------------------------

    def test_every_shipped_text_has_a_name_by_which_it_is_translated(self):
        shipped = self.env["ir.model.data"].search(
            [("module", "=", "client_development"), ("model", "=", "survey.survey")]
        )
        surveys = self.env["survey.survey"].browse(shipped.mapped("res_id"))
        surveys = surveys.filtered(
            lambda s: s.survey_type in ("client_order", "client_profile", "client_team")
        )
        self.assertGreaterEqual(len(surveys), 4)
        questions = surveys.question_and_page_ids
        choices = questions.suggested_answer_ids
        self.assertIn("Stays as he is", choices.mapped("value"))
        for records in (questions, choices):
            for record, names in records._get_external_ids().items():
                with self.subTest(records=records._name, record=record):
                    self.assertTrue(names)

    # -- what is asked stays -------------------------------------------------------

    def _refused(self, message, function, error=UserError):
        self.env.flush_all()
        with self.assertRaisesRegex(error, message):
            function()
        self.env.invalidate_all(flush=False)

    def test_rating_question_is_not_deleted(self):
        own = self._new("Own")
        for rating in (self.rating, own.question_ids):
            survey = rating.survey_id
            for remove in (
                rating.with_user(self.manager).unlink,
                lambda r=rating: r.survey_id.write(
                    {"question_and_page_ids": [Command.delete(r.id)]}
                ),
                lambda r=rating: r.survey_id.write(
                    {"question_and_page_ids": [Command.clear()]}
                ),
            ):
                self._refused("cannot be deleted: it is the rating", remove)
                self.assertEqual(
                    survey.question_ids.filtered("client_is_rating"), rating
                )
        self.assertEqual(self._asked(), self.questionnaire)
        self._answer()

    def test_rating_of_what_is_asked_keeps_its_mark(self):
        team = self._new("Team", teams=[self.team])
        chosen = self._new("Chosen")
        self.company.client_survey_id = chosen
        spare = self._new("Spare")
        for survey in (self.questionnaire, team, chosen):
            rating = survey.question_ids.filtered("client_is_rating")
            for values in ({"client_is_rating": False}, {"survey_id": spare.id}):
                with self.subTest(survey=survey.title, values=values):
                    self._refused(
                        "Rating of the Work: .*must keep it",
                        lambda r=rating, v=values: r.write(v),
                    )
        question = spare.question_ids
        question.client_is_rating = False
        question.unlink()
        self.assertFalse(spare.question_ids)

    def test_questionnaire_that_is_asked_is_not_deleted_or_archived(self):
        chosen = self._new("Chosen")
        self.company.client_survey_id = chosen
        by_manager = chosen.with_user(self.manager)
        company = self.company.name
        for end in (
            by_manager.unlink,
            by_manager.action_archive,
            lambda: by_manager.write({"survey_type": "custom"}),
        ):
            self._refused(f"“Chosen” must stay: clients of {company}", end)
        self._refused(
            "asked wherever no other one is chosen", self.questionnaire.unlink
        )
        self._refused("must stay: clients of", self.questionnaire.action_archive)
        self.assertEqual(self._asked(), chosen)
        self.env["res.company"].search([]).client_survey_id = chosen
        self.questionnaire.action_archive()
        self.assertEqual(self._asked(), chosen)
        spare = self._new("Spare")
        self.env["res.company"].search([]).client_survey_id = spare
        by_manager.unlink()
        self.assertEqual(self._asked(), spare)

    def test_archived_choice_of_the_company_gives_way_to_the_shipped_one(self):
        chosen = self._new("Chosen")
        self.company.client_survey_id = chosen
        self._lose(chosen)
        self.assertEqual(self._asked(), self.questionnaire)

    def test_questionnaire_without_a_rating_cannot_be_chosen(self):
        empty = self.env["survey.survey"].create(
            {"title": "Empty", "survey_type": "client_order"}
        )
        self._refused(
            "Order Questionnaire: “Empty” is archived or has no rating",
            lambda: self.company.write({"client_survey_id": empty.id}),
            ValidationError,
        )
