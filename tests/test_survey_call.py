from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError

from .test_survey import SurveyCase


class TestSurveyCall(SurveyCase):
    def _open(self, survey=None, user=None):
        survey = (survey or self.survey).with_user(user or self.salesperson)
        action = survey.action_call()
        self.assertEqual(action["target"], "new")
        return survey.env[action["res_model"]].browse(action["res_id"])

    def _line(self, call, question):
        return call.line_ids.filtered(lambda line: line.question_id.id == question.id)

    def _second_survey(self, day=date(2026, 3, 3), **kwargs):
        order = self._create_order(day=day, **kwargs)
        self.env["client.survey"]._queue_surveys(self.company)
        return self._survey_of(order)

    def test_form_shows_whom_and_what(self):
        call = self._open()
        self.assertEqual(call.contact_id, self.contact)
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual(call.phone, self.contact.phone)
        self.assertEqual(call.order_name, self.order.name)
        self.assertEqual(call.order_amount, self.order.amount_total)
        self.assertIn(self.product.name, call.order_lines)
        self.assertFalse(call.last_answers)
        self.assertEqual(
            call.line_ids.mapped("title"),
            self.questionnaire.question_ids.mapped("title"),
        )
        choices = self._line(call, self.rating).choices
        self.assertEqual([value for value, _label in choices], list("12345"))

    def test_opening_the_form_makes_no_answer(self):
        self._open()
        self.assertFalse(self.survey.user_input_id)
        self.assertEqual(self.survey.attempt_count, 0)

    def test_last_answers_are_text(self):
        second = self._second_survey()
        self._answer(rating="3", like_most="<script>alert(1)</script>")
        call = self._open(second)
        self.assertIn("&lt;script&gt;", call.last_answers)
        self.assertNotIn("<script>", call.last_answers)

    def test_answered(self):
        call = self._open()
        self._line(call, self.like_most).answer = "The driver"
        self._line(call, self.rating).answer = "5"
        call.note = "Friendly"
        action = call.action_answered()
        self.assertEqual(self.survey.state, "done")
        self.assertEqual(self.survey.rating, 5)
        self.assertEqual(self.survey.attempt_ids.note, "Friendly")
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("1 of 1", action["params"]["message"])
        self.assertEqual(
            action["params"]["next"], {"type": "ir.actions.act_window_close"}
        )

    def test_wrong_rating_keeps_the_input(self):
        call = self._open()
        self._line(call, self.rating).answer = "9"
        self._line(call, self.like_most).answer = "Keep me"
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "Rating: choose 1 to 5 stars for “How"):
            call.action_answered()
        self.assertEqual(self._line(call, self.like_most).answer, "Keep me")
        self.assertEqual(self.survey.state, "due")

    def test_missing_rating_names_the_question(self):
        with self.assertRaises(UserError) as caught:
            self._open().action_answered()
        self.assertEqual(
            str(caught.exception),
            f"Rating: choose 1 to 5 stars for “{self.rating.title}”. Without a rating"
            " the survey is not answered.",
        )

    def test_next_client_opens(self):
        second = self._second_survey()
        action = self._open().action_refused()
        self.assertEqual(self.survey.state, "refused")
        self.assertIn("1 of 2", action["params"]["message"])
        following = action["params"]["next"]
        call = self.env[following["res_model"]].browse(following["res_id"])
        self.assertEqual(call.survey_id, second)

    def test_no_answer_comes_back_later(self):
        self._open().action_no_answer()
        self.assertEqual(self.survey.state, "due")
        self.assertEqual(self.survey.attempt_count, 1)
        surveys = self.env["client.survey"].with_user(self.salesperson)
        self.assertFalse(surveys._get_next_to_call())
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.assertEqual(surveys._get_next_to_call(), self.survey)

    def test_call_back(self):
        self._second_survey()
        call = self._open()
        call.date_callback = False
        with self.assertRaisesRegex(UserError, "Call Back on: enter"):
            call.action_call_back()
        call.date_callback = fields.Datetime.now() - timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "in the future"):
            call.action_call_back()
        self.assertFalse(self.survey.attempt_ids)
        at = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=5)
        call.date_callback = at
        call.action_call_back()
        self.assertEqual((self.survey.state, self.survey.date_callback), ("due", at))
        self.assertEqual(self.survey.attempt_ids.date_callback, at)
        surveys = self.env["client.survey"].with_user(self.salesperson)
        self.assertNotEqual(surveys._get_next_to_call(), self.survey)
        with freeze_time(at):
            self.assertEqual(surveys._get_next_to_call(), self.survey)

    def test_call_back_is_offered_for_the_next_working_morning(self):
        self.salesperson.tz = "Asia/Vladivostok"  # UTC+10
        with freeze_time("2026-03-06 20:00:00"):  # Friday in UTC, Saturday morning here
            call = self._open()
            self.assertEqual(call.date_callback, datetime(2026, 3, 9, 0))
            call.action_call_back()
        self.assertEqual(self.survey.date_callback, datetime(2026, 3, 9, 0))

    def test_give_up_only_after_three_calls(self):
        for number in range(3):
            with freeze_time(datetime(2026, 3, 4, 9 + number)):
                call = self._open()
                self.assertFalse(call.can_give_up)
                with self.assertRaisesRegex(UserError, "only after 3 calls"):
                    call.action_unreachable()
                call.action_no_answer()
        call = self._open()
        self.assertTrue(call.can_give_up)
        call.action_unreachable()
        self.assertEqual(self.survey.state, "unreachable")

    def test_calls_within_an_hour_count_as_one(self):
        for minute in (0, 1, 59):
            with freeze_time(datetime(2026, 3, 4, 9, minute)):
                self._open().action_no_answer()
        self.assertEqual(len(self.survey.attempt_ids), 3, "every call is kept")
        self.assertEqual(self.survey.attempt_count, 1)
        call = self._open()
        self.assertFalse(call.can_give_up)
        with self.assertRaisesRegex(UserError, "an hour apart.*there are 1"):
            call.action_unreachable()
        with freeze_time(datetime(2026, 3, 4, 10)):
            self._open().action_no_answer()
        self.assertEqual(self.survey.attempt_count, 2)

    def test_a_call_form_records_one_call(self):
        call = self._open()
        call.action_no_answer()
        for outcome in ("no_answer", "refused", "call_back", "unreachable", "answered"):
            with (
                self.subTest(outcome=outcome),
                self.assertRaisesRegex(UserError, "already recorded"),
            ):
                getattr(call, f"action_{outcome}")()
        self.assertEqual(len(self.survey.attempt_ids), 1)
        self.assertEqual(self.survey.state, "due")

    def test_second_form_of_the_same_survey(self):
        first, second = self._open(), self._open(user=self.leader)
        for call in (first, second):
            self._line(call, self.rating).answer = "4"
        first.action_answered()
        with self.assertRaisesRegex(UserError, "already answered"):
            second.action_answered()
        with self.assertRaisesRegex(UserError, "already answered"):
            self._open()

    def test_form_of_a_cancelled_order(self):
        call = self._open()
        self.order._action_cancel()
        with self.assertRaisesRegex(UserError, "order was cancelled"):
            call.action_no_answer()

    def test_surveys_of_others_cannot_be_called(self):
        with self.assertRaises(AccessError):
            self.survey.with_user(self.salesperson2).action_call()
        with self.assertRaises(AccessError):
            self.env["client.survey.call"].with_user(self.salesperson2).create(
                {"survey_id": self.survey.id}
            )
        own = self._second_survey(partner=self.client2, user=self.salesperson2)
        call = self._open(own, self.salesperson2)
        with self.assertRaises(AccessError):
            call.survey_id = self.survey

    def test_a_forged_question_is_not_stored(self):
        other = self.env["survey.question"].create(
            {"title": "Foreign", "question_type": "char_box"}
        )
        call = self._open()
        self._line(call, self.rating).answer = "5"
        self.env["client.survey.call.line"].with_user(self.salesperson).create(
            {"call_id": call.id, "question_id": other.id, "answer": "x"}
        )
        call.action_answered()
        self.assertEqual(self.survey.answer_ids.mapped("question_id"), self.rating)

    def test_call_next(self):
        surveys = self.env["client.survey"].with_user(self.salesperson)
        action = surveys.action_call_next()
        call = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(call.survey_id, self.survey)
        with self.assertRaisesRegex(UserError, "nobody to call"):
            surveys.with_user(self.salesperson2).action_call_next()

    def test_call_next_tells_the_next_promised_call(self):
        self.salesperson.tz = "Asia/Vladivostok"  # UTC+10
        self.survey.date_callback = datetime(2099, 3, 10, 1)
        surveys = self.env["client.survey"].with_user(self.salesperson)
        with self.assertRaises(UserError) as caught:
            surveys.action_call_next()
        message = str(caught.exception)
        self.assertIn("nobody to call", message)
        self.assertIn(self.client.name, message)
        self.assertIn("11:00", message.replace("\u202f", " "))

    def test_queue_order(self):
        later = self._second_survey(day=date(2026, 3, 9))
        surveys = self.env["client.survey"].with_user(self.salesperson)
        self.assertEqual(surveys._get_next_to_call(), self.survey)
        later.date_callback = datetime(2026, 3, 10, 9)
        self.assertEqual(surveys._get_next_to_call(), later, "promised calls first")
