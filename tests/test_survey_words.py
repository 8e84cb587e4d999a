from ast import literal_eval
from datetime import date

from .test_survey import SurveyCase


class TestSurveyWords(SurveyCase):
    """What clients said is found by its words and counted by question and month."""

    def _words(self, user, domain):
        return self.env["client.survey.answer"].with_user(user).search(domain)

    def test_free_texts_are_searchable(self):
        self._answer(rating="4", like_most="The driver was friendly")
        found = self._words(self.salesperson, [("answer", "ilike", "DRIVER")])
        self.assertEqual(found.survey_id, self.survey)
        self.assertEqual(found.partner_id, self.client)
        self.assertEqual(found.user_id, self.salesperson)
        self.assertEqual(found.team_id, self.survey.team_id)
        self.assertEqual(found.company_id, self.company)
        self.assertEqual(found.date, self.survey.date_done)
        self.assertEqual(found.action_open_asked()["res_id"], self.survey.id)

    def test_words_of_other_clients_stay_hidden(self):
        self._answer(rating="4", like_most="The driver was friendly")
        domain = [("answer", "ilike", "driver")]
        self.assertFalse(self._words(self.salesperson2, domain))
        self.assertTrue(self._words(self.leader, domain))
        self.assertFalse(self._words(self.leader2, domain))

    def test_words_of_a_call_stand_once_and_count(self):
        """Not again for the other orders of the call, nor after they were annulled,
        nor those of a check call; but those of asking again."""
        self.company.client_survey_group_days = 14
        self._answer(rating="4", like_most="The driver was friendly")
        order = self._create_order(day=date(2026, 3, 3))
        self.env["client.survey"]._queue_surveys(self.company)
        self.assertEqual(self._survey_of(order).answered_with_id, self.survey)
        values = {
            "partner_id": self.client.id,
            "contact_id": self.contact.id,
            "user_id": self.salesperson.id,
            "team_id": self.team.id,
            "company_id": self.company.id,
            "date_due": date(2026, 3, 9),
            "survey_id": self.survey.id,
        }
        again, check = self.env["client.call"].create(
            [{**values, "kind": kind} for kind in ("followup", "check")]
        )
        answers = self.env["client.survey.answer"].create(
            [
                {"call_id": call.id, "question": "What else?", "answer": "The driver"}
                for call in (again, check)
            ]
        )
        self.assertEqual(answers.partner_id, self.client)
        self.assertEqual(answers.user_id, self.salesperson)
        self.assertEqual(answers.team_id, self.team)
        self.assertEqual(answers.company_id, self.company)
        action = self.env.ref("client_development.client_survey_answer_action")
        shown = literal_eval(action.domain)
        words = [("answer", "ilike", "driver"), *shown]
        first = self.survey.answer_ids.filtered("answer")
        found = self._words(self.leader, words)
        self.assertEqual(found, first.filtered(lambda row: not row.rating) | answers[0])
        self.assertEqual(set(found.mapped("survey_rating")), {4, 0})
        self.survey.with_user(self.leader)._annul("Nobody has called.")
        self.assertEqual(self._words(self.leader, words), answers[0])

    def test_only_what_clients_said_freely_is_words(self):
        self._answer(rating="4", like_most="The driver was friendly")
        self.assertEqual(
            self.survey.answer_ids.filtered("in_own_words").mapped("answer"),
            ["The driver was friendly"],
        )

    def test_numbers_are_kept_as_they_were_said(self):
        amount = self.env["survey.question"].create(
            {
                "survey_id": self.questionnaire.id,
                "title": "Yearly need",
                "question_type": "numerical_box",
            }
        )
        survey = self.survey.with_user(self.salesperson)
        survey._answer({**self._answers(), amount.id: "1234567.5"})
        row = self.survey.answer_ids.filtered(lambda row: row.question_id == amount)
        self.assertEqual(row.answer, "1234567.5")
        self.assertFalse(row.in_own_words)

    def test_ratings_are_counted_by_question(self):
        self._answer(rating="4")
        rows = self.env["client.survey.answer"]._read_group(
            [("rating", ">", 0), ("survey_id", "=", self.survey.id)],
            ["question", "date:month"],
            ["rating:avg"],
        )
        self.assertEqual([rating for *_group, rating in rows], [4.0])

    def test_who_answered_stays_when_the_survey_is_handed_over(self):
        self._answer(rating="4", like_most="The driver")
        self.survey.sudo().user_id = self.salesperson2
        words = self.survey.answer_ids
        self.assertEqual(words.user_id, self.salesperson)
