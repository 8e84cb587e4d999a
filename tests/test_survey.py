import re
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from .common import ClientCase


class SurveyCase(ClientCase):
    """One completed order of ``client`` whose survey is due on 2026-03-05."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(day=date(2026, 3, 2))
        cls.env["client.survey"]._queue_surveys(cls.company)
        cls.survey = cls._survey_of(cls.order)
        cls.questionnaire = cls.env.ref("client_development.client_order_questionnaire")
        cls.like_most, cls.like_least, cls.rating, cls.improve, cls.recommend = (
            cls.questionnaire.question_ids
        )

    @classmethod
    def _survey_of(cls, order):
        return cls.env["client.survey"].search([("order_id", "=", order.id)])

    @classmethod
    def _answers(cls, rating="5", **texts):
        answers = {cls.rating.id: rating}
        for name, text in texts.items():
            answers[getattr(cls, name).id] = text
        return answers

    def _lose(self, questionnaire):
        """Archive it behind the back of the rules, which keep what is asked."""
        questionnaire.flush_recordset()
        self.env.cr.execute(
            "UPDATE survey_survey SET active = false WHERE id = %s", [questionnaire.id]
        )
        self.env.invalidate_all()

    def _answer(self, survey=None, user=None, rating="5", **texts):
        survey = (survey or self.survey).with_user(user or self.salesperson)
        survey._answer(self._answers(rating, **texts))


class TestQuestionnaire(SurveyCase):
    def test_default_questionnaire(self):
        self.assertEqual(self.questionnaire.survey_type, "client_order")
        self.assertEqual(self.questionnaire.access_mode, "token")
        self.assertEqual(self.questionnaire.questions_layout, "one_page")
        self.assertEqual(len(self.questionnaire.question_ids), 5)
        self.assertEqual(
            self.questionnaire.question_ids.filtered("client_is_rating"), self.rating
        )
        self.assertEqual((self.rating.scale_min, self.rating.scale_max), (1, 5))
        self.assertTrue(self.rating.constr_mandatory)

    def test_questionnaire_is_for_invited_people(self):
        with self.assertRaisesRegex(ValidationError, "invited people only"):
            self.questionnaire.access_mode = "public"

    def test_new_questionnaire_gets_the_settings(self):
        survey = self.env["survey.survey"].create(
            {"title": "Short", "survey_type": "client_order"}
        )
        self.assertEqual(
            (survey.access_mode, survey.questions_layout), ("token", "one_page")
        )

    def test_rating_question_is_a_mandatory_scale(self):
        for values in (
            {"scale_max": 10},
            {"scale_min": 0},
            {"constr_mandatory": False},
            {"question_type": "char_box"},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, "rating question"),
            ):
                self.rating.write(values)

    def test_only_one_rating_question(self):
        with self.assertRaisesRegex(ValidationError, "only one rating"):
            self.rating.copy()

    def test_question_type_that_cannot_be_asked(self):
        with self.assertRaisesRegex(ValidationError, "on the telephone"):
            self.like_most.question_type = "matrix"

    def test_other_surveys_are_left_alone(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Party",
                "question_and_page_ids": [
                    Command.create({"title": "Rate", "question_type": "scale"}),
                    Command.create({"title": "Grid", "question_type": "matrix"}),
                ],
            }
        )
        scale = survey.question_ids[0]
        self.assertEqual(scale.validate_question("11"), {})
        survey.access_mode = "public"

    def test_company_without_questionnaire(self):
        self._lose(self.questionnaire)
        with self.assertRaisesRegex(UserError, "no order questionnaire"):
            self._answer()

    def test_questionnaire_without_rating(self):
        empty = self.env["survey.survey"].create(
            {"title": "Empty", "survey_type": "client_order"}
        )
        with self.assertRaisesRegex(ValidationError, "Order Questionnaire: “Empty”"):
            self.company.client_survey_id = empty
        self.env.invalidate_all(flush=False)
        empty.client_team_ids = self.team
        with self.assertRaisesRegex(UserError, "no rating question"):
            self._answer()


class TestSurveyAnswer(SurveyCase):
    def test_answers_go_into_the_ledger(self):
        with freeze_time("2026-03-04 10:00:00"):
            self._answer(
                rating="4", like_most=" Fast <b>delivery</b> ", recommend="=1+1"
            )
        self.assertRecordValues(
            self.survey,
            [
                {
                    "state": "done",
                    "rating": 4,
                    "channel": "call",
                    "attempt_count": 1,
                    "date_callback": False,
                }
            ],
        )
        self.assertEqual(str(self.survey.date_done), "2026-03-04 10:00:00")
        self.assertRecordValues(
            self.survey.answer_ids,
            [
                {
                    "question": self.like_most.title,
                    "answer": "Fast <b>delivery</b>",
                    "rating": 0,
                },
                {"question": self.rating.title, "answer": "4", "rating": 4},
                {"question": self.recommend.title, "answer": "=1+1", "rating": 0},
            ],
        )
        self.assertRecordValues(
            self.survey.attempt_ids,
            [{"outcome": "answered", "user_id": self.salesperson.id}],
        )
        self.assertEqual(self.survey.user_input_id.sudo().state, "done")
        self.assertEqual(self.survey.user_input_id.sudo().partner_id, self.contact)

    def test_history_survives_the_questionnaire(self):
        own = self.questionnaire.copy({"client_team_ids": [Command.set(self.team.ids)]})
        like_most, rating = own.question_ids[0], own.question_ids[2]
        self.survey._answer({like_most.id: "All of it", rating.id: "3"})
        asked = like_most.title
        like_most.title = "What was best?"
        own.unlink()
        answers = self.survey.answer_ids
        self.assertEqual(answers.mapped("answer"), ["All of it", "3"])
        self.assertEqual(answers[0].question, asked)
        self.assertEqual(self.survey.rating, 3)
        self.assertFalse(answers.question_id)

    def test_rating_outside_one_to_five(self):
        for rating in ("0", "6", "9", "-1", "4.5", "good"):
            # assertRaises, unlike assertRaisesRegex, rolls back as a request does
            with self.subTest(rating=rating):
                with self.assertRaises(UserError) as caught:
                    self._answer(rating=rating)
                self.assertIn("“How do you rate", str(caught.exception))
        self.assertEqual(self.survey.state, "due")
        self.assertFalse(self.survey.answer_ids)
        self.assertFalse(self.survey.attempt_ids)
        self.assertFalse(self.survey.user_input_id)

    def test_rating_missing(self):
        for rating in ("", "  ", None, 0):
            with (
                self.subTest(rating=rating),
                self.assertRaisesRegex(UserError, "Rating: choose 1 to 5 stars"),
            ):
                self._answer(rating=rating, like_most="Everything")
        self.assertEqual(self.survey.state, "due")

    def test_choice_and_number(self):
        choice, number = self.env["survey.question"].create(
            [
                {
                    "survey_id": self.questionnaire.id,
                    "title": "Would you order again?",
                    "question_type": "simple_choice",
                    "sequence": 60,
                    "suggested_answer_ids": [
                        Command.create({"value": "Yes"}),
                        Command.create({"value": "No"}),
                    ],
                },
                {
                    "survey_id": self.questionnaire.id,
                    "title": "How many lorries?",
                    "question_type": "numerical_box",
                    "sequence": 70,
                },
            ]
        )
        foreign = self.env["survey.question.answer"].create({"value": "Foreign"})
        survey = self.survey.with_user(self.salesperson)
        for question, wrong in ((choice, str(foreign.id)), (number, "many")):
            with (
                self.subTest(question=question.title),
                self.assertRaisesRegex(UserError, f"“{re.escape(question.title)}”: "),
            ):
                survey._answer({**self._answers(), question.id: wrong})
        survey._answer(
            {
                **self._answers(),
                choice.id: str(choice.suggested_answer_ids[0].id),
                number.id: "3",
            }
        )
        self.assertEqual(self.survey.answer_ids.mapped("answer"), ["5", "Yes", "3"])

    def test_finished_answer_cannot_be_given_again(self):
        self._answer(rating="4")
        with self.assertRaisesRegex(UserError, "already answered"):
            self._answer(rating="5")
        with self.assertRaisesRegex(UserError, "already answered"):
            self.survey.user_input_id.sudo()._mark_done()
        self.assertEqual(self.survey.rating, 4)
        self.assertEqual(len(self.survey.attempt_ids), 1)

    def test_finished_by_link_first(self):
        """The answer page was opened; meanwhile the client was called."""
        user_input = self.questionnaire._create_answer(
            partner=self.contact, check_attempts=False
        )
        self.survey.user_input_id = user_input
        user_input._save_lines(self.rating, "2")
        user_input._mark_done()
        self.assertRecordValues(
            self.survey, [{"state": "done", "rating": 2, "channel": "link"}]
        )
        with self.assertRaisesRegex(UserError, "already answered"):
            self._answer()

    def test_answer_without_rating_is_no_answer(self):
        user_input = self.questionnaire._create_answer(
            partner=self.contact, check_attempts=False
        )
        self.survey.user_input_id = user_input
        user_input._save_lines(self.like_most, "Nothing")
        with self.assertRaisesRegex(UserError, "rating is missing"):
            user_input._mark_done()

    def test_cancelled_order_is_not_asked_about(self):
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "order was cancelled"):
            self._answer()

    def test_refused_client_may_answer_after_all(self):
        self.survey.with_user(self.salesperson)._register_attempt("refused")
        self._answer(rating="5")
        self.assertEqual(self.survey.state, "done")

    def test_ledger_cannot_be_written_by_hand(self):
        self._answer(rating="2")
        for user in (self.salesperson, self.leader, self.manager):
            survey = self.survey.with_user(user)
            for values in (
                {"rating": 5},
                {"state": "due"},
                {"date_due": "2026-12-31"},
                {"date_callback": "2026-01-01 10:00:00"},
                {"answer_ids": [Command.clear()]},
                {"coverage_user_id": self.salesperson2.id},
            ):
                with (
                    self.subTest(user=user.login, values=values),
                    self.assertRaisesRegex(UserError, "cannot be edited|already"),
                ):
                    survey.write(values)
            with self.assertRaisesRegex(UserError, "already answered|leader"):
                survey.user_id = self.salesperson2

    def test_promised_call_cannot_be_moved_by_hand(self):
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "Call Back on: this is recorded"):
                self.survey.with_user(user).date_callback = "2026-01-01 10:00:00"
        self.assertFalse(self.survey.date_callback)

    @mute_logger("odoo.sql_db")
    def test_database_keeps_the_rules(self):
        for values in ({"rating": 6}, {"followup_rating": -1}, {"state": "done"}):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.survey.write(values)
                self.env.flush_all()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.survey.copy({"order_id": self.order.id})


class TestSurveyFigures(SurveyCase):
    def test_late(self):
        surveys = self.env["client.survey"]
        for moment, late in (
            ("2026-03-05 23:00:00", False),
            ("2026-03-06 01:00:00", True),
        ):
            with freeze_time(moment):
                self.survey.invalidate_recordset(["is_late"])
                self.assertEqual(self.survey.is_late, late)
                found = surveys.search([("is_late", "=", True)])
                self.assertEqual(self.survey in found, late)
                found = surveys.search([("is_late", "=", False)])
                self.assertEqual(self.survey in found, not late)

    def test_display_name_and_search(self):
        self.assertEqual(
            self.survey.display_name, f"{self.order.name} · {self.client.name}"
        )
        found = self.env["client.survey"].name_search(self.order.name)
        self.assertEqual([row[0] for row in found], self.survey.ids)

    def test_partner_shows_the_figures_of_his_company(self):
        older = self._create_order(day=date(2026, 2, 2))
        self.env["client.survey"]._queue_surveys(self.company)
        with freeze_time("2026-02-03"):
            self._answer(self._survey_of(older), rating="5")
        with freeze_time("2026-03-03"):
            self._answer(rating="2")
        self._create_order(day=date(2026, 3, 9))
        self.env["client.survey"]._queue_surveys(self.company)
        for partner in (self.client, self.contact):
            partner = partner.with_user(self.salesperson)
            self.assertEqual(partner.client_survey_count, 3)
            self.assertEqual(partner.client_survey_due_count, 1)
            self.assertEqual(partner.client_survey_last_rating, 2)
        action = self.contact.with_user(self.salesperson).action_view_client_surveys()
        found = self.env["client.survey"].search(action["domain"])
        self.assertEqual(len(found), 3)

    def test_order_shows_its_survey(self):
        self._answer(rating="4")
        order = self.order.with_user(self.salesperson)
        self.assertEqual(order.client_survey_state, "done")
        self.assertEqual(order.client_survey_rating, 4)
        self.assertEqual(order.action_view_client_survey()["res_id"], self.survey.id)

    def test_satisfaction_is_the_mean_of_the_given_ratings(self):
        self._create_order(day=date(2026, 3, 9))
        self.env["client.survey"]._queue_surveys(self.company)
        self._answer(rating="4")
        [(average,)] = self.env["client.survey"]._read_group(
            [("company_id", "=", self.company.id)], [], ["rating:avg"]
        )
        self.assertEqual(average, 4)
