from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .desk_common import DeskCase
from .pictures import PictureMixin


class DeskWalkCase(DeskCase):
    """Four clients to call, each with one contact, due one day after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.tour_enabled = False
        cls.surveys = cls.survey
        kind, what = cls.env["survey.question"].create(
            [
                {
                    "survey_id": cls.questionnaire.id,
                    "sequence": 35,
                    "title": "Did anything break?",
                    "question_type": "simple_choice",
                    "suggested_answer_ids": [
                        Command.create({"value": "Yes"}),
                        Command.create({"value": "No"}),
                    ],
                },
                {
                    "survey_id": cls.questionnaire.id,
                    "sequence": 36,
                    "title": "What was it?",
                    "question_type": "char_box",
                    "constr_mandatory": True,
                },
            ]
        )
        what.triggering_answer_ids = kind.suggested_answer_ids[:1]
        for day, (name, contact) in enumerate(
            (
                ("Beta Works", "Bruno Beta"),
                ("Gamma Works", "Greta Gamma"),
                ("Delta Works", "Dora Delta"),
            ),
            start=3,
        ):
            client = cls._new_client(name, cls.salesperson)
            person = cls.env["res.partner"].create(
                {"name": contact, "parent_id": client.id, "phone": "+49 30 77"}
            )
            order = cls._create_order(partner=person, day=date(2026, 3, day))
            cls.env["client.survey"]._queue_surveys(cls.company)
            cls.surveys |= cls._survey_of(order)


@tagged("post_install", "-at_install")
class TestCallDeskKeyboard(DeskWalkCase, PictureMixin, HttpCase):
    def test_four_calls_by_keyboard_only(self):
        self.start_tour(
            "/odoo/call-desk",
            "client_development_call_desk_keyboard",
            login=self.salesperson.login,
            picture="call-desk-done",
            timeout=180,
        )
        first, second, third, fourth = self.surveys
        self.assertRecordValues(
            self.surveys,
            [
                {"state": "done", "rating": 5},
                {"state": "due", "rating": 0},
                {"state": "due", "rating": 0},
                {"state": "done", "rating": 4},
            ],
        )
        self.assertIn("early\nok", first.answer_ids.mapped("answer"))
        self.assertEqual(second.attempt_ids.outcome, "no_answer")
        self.assertEqual(third.attempt_ids.outcome, "callback")
        self.assertTrue(third.date_callback)
        self.assertEqual(
            fourth.attempt_ids.sorted("id").mapped("outcome"),
            ["wrong_contact", "answered"],
        )
        self.assertEqual(fourth.contact_id.name, "dino")
        self.assertEqual(fourth.contact_id.parent_id, fourth.partner_id)
        self.assertTrue(sum(self.surveys.attempt_ids.mapped("duration")))


@tagged("post_install", "-at_install")
class TestCallDeskPhone(DeskWalkCase, PictureMixin, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_calls_by_touch_on_a_telephone(self):
        self.start_tour(
            "/odoo/my-client-surveys",
            "client_development_call_desk_phone",
            login=self.salesperson.login,
            picture="call-desk-phone",
            timeout=180,
        )
        self.assertEqual(
            self.surveys.mapped("state"), ["done", "due", "refused", "due"]
        )
        self.assertEqual(self.surveys[0].rating, 4)
        self.assertIn("One lamp", self.surveys[0].answer_ids.mapped("answer"))
        self.assertTrue(self.surveys[1].date_callback)
        self.assertEqual(self.surveys[2].contact_id, self.surveys[2].partner_id)
