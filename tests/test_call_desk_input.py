from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from odoo.addons.client_development.models.client_answer_text import (
    LONGEST_ANSWER,
    read_number,
)

from .desk_common import DeskCase


@tagged("post_install", "-at_install")
class TestNumbersAsTyped(BaseCase):
    """One parser understands numbers as people type them, on the desk and by link."""

    def test_numbers_with_spaces_and_commas(self):
        for text, number in (
            ("48 000", 48000),
            ("48\u00a0000", 48000),
            ("48\u202f000,50", 48000.5),
            ("48000,50", 48000.5),
            ("48,000.50", 48000.5),
            ("48.000,50", 48000.5),
            ("1,234,567", 1234567),
            ("1.234.567", 1234567),
            ("48'000", 48000),
            ("\u22123,5", -3.5),
            ("1e3", 1000),
            ("0,125", 0.125),
            (".5", 0.5),
            ("7", 7),
        ):
            for thousands in (",", ".", "\u00a0", ""):
                with self.subTest(text=text, thousands=thousands):
                    self.assertEqual(float(read_number(text, thousands)), number)

    def test_one_sign_before_three_digits_is_read_in_the_language(self):
        for text, thousands, number in (
            ("48,000", ",", 48000),
            ("48,000", ".", 48),
            ("48,000", "\u00a0", 48),
            ("48.000", ".", 48000),
            ("48.000", ",", 48),
            ("0.125", ".", 0.125),
        ):
            with self.subTest(text=text, thousands=thousands):
                self.assertEqual(float(read_number(text, thousands)), number)

    def test_what_is_no_number(self):
        for text in ("", "many", "nan", "1,2,3", "1.2.3", "1,23,456", "1..2", "12-3"):
            with self.subTest(text=text):
                self.assertEqual(read_number(text, ","), "")


class TestCallDeskInput(DeskCase):
    """Whatever is sent to the desk: a clear message, and nothing is recorded."""

    def test_ids_and_tokens_of_a_wrong_kind_are_refused(self):
        desk, row = self._desk(), self.survey
        for record_id in (True, "1", None, [row.id], 2**40, -1, 0, 1.5):
            with (
                self.subTest(record_id=record_id),
                self.assertRaisesRegex(UserError, "no such call"),
            ):
                desk.get_card(row._name, record_id)
        for model in (None, True, ["client.survey"], "res.partner"):
            with (
                self.subTest(model=model),
                self.assertRaisesRegex(UserError, "no such call"),
            ):
                desk.get_card(model, row.id)
        for token in ("x-0-é", f"x-{'9' * 5000}-y", "x-٣-y", True, ["x"], 5, "--"):
            with self.subTest(token=token):
                self.assertTrue(desk.get_card(row._name, row.id, token)["token"])
                with self.assertRaisesRegex(UserError, "not valid"):
                    desk.save(row._name, row.id, "no_answer", {"token": token})
        self.assertFalse(self.survey.attempt_ids)

    def test_values_of_a_wrong_kind_are_refused(self):
        card = self._card()
        for outcome, values, message in (
            ("wrong_contact", {"contact_id": True}, "does not belong"),
            ("wrong_contact", {"contact_id": 2**40}, "does not belong"),
            ("wrong_contact", {"contact_id": [1]}, "does not belong"),
            ("wrong_contact", {"contact_name": 5, "contact_phone": "1"}, "no text"),
            ("callback", {"date_callback": 5}, "enter the date"),
            ("callback", {"date_callback": True}, "enter the date"),
            ("callback", {"date_callback": "soon"}, "enter the date"),
            ("no_answer", {"note": {"a": 1}}, "Note: this is no text"),
            ("answered", {"answers": {"9" * 5000: "x"}}, "could not be read"),
            ("answered", {"answers": {"٣": "x"}}, "could not be read"),
            (["answered"], {}, "not possible"),
        ):
            with (
                self.subTest(outcome=outcome, values=values),
                self.assertRaisesRegex(UserError, message),
            ):
                self._save(card, outcome, **values)
        self.assertFalse(self.survey.attempt_ids)

    def test_a_new_contact_has_a_name_and_a_telephone_number(self):
        card = self._card()
        for name, phone, message in (
            ("Anna Berg", "zz", "telephone.*5 digits"),
            ("Anna Berg", "1", "telephone.*5 digits"),
            ("Anna Berg", "+49 3", "telephone.*5 digits"),
            ("A" * 121, "+49 30 55512", "name: at most 120"),
            ("Anna Berg", "1" * 121, "telephone: at most 120"),
        ):
            with (
                self.subTest(name=name, phone=phone),
                self.assertRaisesRegex(UserError, message),
            ):
                self._save(
                    card, "wrong_contact", contact_name=name, contact_phone=phone
                )
        self.assertFalse(self.survey.attempt_ids)
        phone = "030 555-12 (ext. 7, ask for Anna)"
        self._save(card, "wrong_contact", contact_name="A" * 120, contact_phone=phone)
        self.assertEqual(self.survey.contact_id.phone, phone)

    def test_texts_have_a_limit(self):
        card = self._card()
        self.assertEqual(card["longest"], LONGEST_ANSWER)
        text = "x" * (LONGEST_ANSWER + 1)
        with self.assertRaisesRegex(UserError, "Note: at most 10000 characters"):
            self._save(card, "no_answer", note=text)
        answers = {str(self.like_most.id): text}
        errors = self._save(card, rating="5", answers=answers)["errors"]
        self.assertIn("at most 10000 characters", errors[self.like_most.id])
        self.assertFalse(self.survey.attempt_ids)
        self._save(
            card,
            rating="5",
            note=text[1:],
            answers={str(self.like_most.id): text[1:]},
        )
        self.assertIn(text[1:], self.survey.answer_ids.mapped("answer"))

    def test_what_no_database_takes_is_left_out(self):
        answers = {str(self.like_most.id): "fi\x00ne\ud800"}
        self._save(self._card(), rating="5", note="a\x00\r\nb", answers=answers)
        self.assertIn("fine", self.survey.answer_ids.mapped("answer"))
        self.assertEqual(self.survey.attempt_ids.note, "a\nb")

    def test_numbers_are_understood_as_they_are_typed(self):
        question = self.env["survey.question"].create(
            {
                "survey_id": self.questionnaire.id,
                "title": "How many a year?",
                "question_type": "numerical_box",
            }
        )

        def save(text, card):
            return self._save(card, rating="5", answers={str(question.id): text})

        card = self._card()
        for text, message in (
            ("9" * 20, "at most 1,000,000,000,000"),
            ("1e999", "at most 1,000,000,000,000"),
            ("many", "enter a number"),
            ("nan", "enter a number"),
        ):
            with self.subTest(text=text):
                self.assertIn(message, save(text, card)["errors"][question.id])
        save("48 000,50", card)
        self.assertIn("48000.5", self.survey.answer_ids.mapped("answer"))
