from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError

from .desk_common import DeskCase


class TestSurveyCall(DeskCase):
    """What becomes of a call that is saved on the desk."""

    def test_the_button_opens_the_desk_at_that_row(self):
        action = self.survey.with_user(self.salesperson).action_call()
        self.assertEqual(action["tag"], "client_development.call_desk")
        self.assertEqual(action["path"], "call-desk")
        self.assertEqual(
            action["params"], {"model": "client.survey", "id": self.survey.id}
        )
        call = self._new_call().with_user(self.salesperson)
        self.assertEqual(call.action_call()["params"]["model"], "client.call")
        following = self.env["client.survey"].with_user(self.salesperson)
        self.assertEqual(following.action_call_next()["tag"], action["tag"])

    def test_opening_a_card_stores_nothing(self):
        self._card()
        self.assertFalse(self.survey.user_input_id)
        self.assertFalse(self.survey.questionnaire_id)
        self.assertFalse(self.survey.attempt_ids)

    def test_answered(self):
        result = self._save(
            self._card(),
            rating="5",
            answers={str(self.like_most.id): "The driver"},
            note="Friendly",
        )
        self.assertRecordValues(
            self.survey,
            [
                {
                    "state": "done",
                    "rating": 5,
                    "channel": "call",
                    "operator_id": self.salesperson.id,
                }
            ],
        )
        self.assertIn("The driver", self.survey.answer_ids.mapped("answer"))
        self.assertEqual(self.survey.attempt_ids.note, "Friendly")
        self.assertEqual(self.survey.attempt_ids.outcome, "answered")
        self.assertIn("1 of 1", result["message"])
        self.assertFalse(result["card"])

    def test_errors_stand_at_their_questions_and_nothing_is_recorded(self):
        improve = self.improve
        improve.write({"question_type": "numerical_box", "constr_mandatory": True})
        result = self._save(self._card(), rating="9", answers={str(improve.id): "many"})
        self.assertEqual(set(result["errors"]), {self.rating.id, improve.id})
        self.assertIn("choose 1 to 5 stars", result["errors"][self.rating.id])
        self.assertIn(improve.title, result["errors"][improve.id])
        self.assertEqual(self.survey.state, "due")
        self.assertFalse(self.survey.user_input_id)
        self.assertFalse(self.survey.attempt_ids)
        missing = self._save(self._card(), rating="", answers={str(improve.id): "3"})
        self.assertEqual(set(missing["errors"]), {self.rating.id})

    def test_a_card_whose_answers_were_wrong_can_be_saved_again(self):
        card = self._card()
        self._save(card, rating="")
        self.assertFalse(self._save(card, rating="4").get("errors"))
        self.assertEqual(self.survey.rating, 4)

    def test_unreadable_answers_are_refused(self):
        for answers in ("5", [5], {"x": "5"}, {str(self.rating.id): {"a": 1}}):
            with (
                self.subTest(answers=answers),
                self.assertRaisesRegex(UserError, "could not be read"),
            ):
                self._save(self._card(), answers=answers)
        self.assertFalse(self.survey.attempt_ids)

    def test_a_forged_question_is_not_stored(self):
        other = self.env["survey.question"].create(
            {"title": "Foreign", "question_type": "char_box"}
        )
        self._save(self._card(), rating="5", answers={str(other.id): "x"})
        self.assertEqual(self.survey.answer_ids.mapped("question_id"), self.rating)

    def test_a_question_that_is_not_triggered_is_not_required(self):
        kind, more = self.env["survey.question"].create(
            [
                {
                    "survey_id": self.questionnaire.id,
                    "sequence": 60,
                    "title": "Did anything break?",
                    "question_type": "simple_choice",
                    "suggested_answer_ids": [
                        (0, 0, {"value": "Yes"}),
                        (0, 0, {"value": "No"}),
                    ],
                },
                {
                    "survey_id": self.questionnaire.id,
                    "sequence": 70,
                    "title": "What?",
                    "question_type": "char_box",
                    "constr_mandatory": True,
                },
            ]
        )
        yes, no = kind.suggested_answer_ids
        more.triggering_answer_ids = yes
        card = self._card()
        asked = {question["id"]: question for question in card["questions"]}
        self.assertEqual(asked[more.id]["triggers"], [str(yes.id)])
        broken = self._save(card, rating="5", answers={str(kind.id): str(yes.id)})
        self.assertEqual(set(broken["errors"]), {more.id})
        self._save(card, rating="5", answers={str(kind.id): str(no.id)})
        self.assertEqual(self.survey.state, "done")
        self.assertNotIn(more, self.survey.answer_ids.question_id)

    def test_the_next_client_opens(self):
        second = self._second_survey()
        result = self._save(self._card(), "refused")
        self.assertEqual(self.survey.state, "refused")
        self.assertIn("1 of 2", result["message"])
        self.assertEqual(result["card"]["id"], second.id)
        waiting = self._keys(result["queue"]["now"])
        self.assertEqual(waiting, [("client.survey", second.id)])

    def test_no_answer_comes_back_later(self):
        self._save(self._card(), "no_answer")
        self.assertEqual((self.survey.state, self.survey.attempt_count), ("due", 1))
        queue = self._desk().get_queue()
        self.assertFalse(queue["now"])
        self.assertTrue(queue["waiting"][0]["waiting"])
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.assertEqual(self._desk().get_queue()["now"][0]["id"], self.survey.id)

    def test_a_call_back_returns_at_its_time(self):
        at = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=5)
        chosen = fields.Datetime.to_string(at)
        self._save(self._card(), "callback", date_callback=chosen)
        self.assertEqual((self.survey.state, self.survey.date_callback), ("due", at))
        self.assertEqual(self.survey.attempt_ids.date_callback, at)
        queue = self._desk().get_queue()
        self.assertFalse(queue["now"])
        self.assertEqual(queue["later"][0]["id"], self.survey.id)
        self.assertEqual(
            queue["later"][0]["date_callback"], fields.Datetime.to_string(at)
        )
        with freeze_time(at):
            self.assertEqual(self._desk().get_queue()["now"][0]["id"], self.survey.id)

    def test_call_back_without_a_time_or_in_the_past_is_refused(self):
        card = self._card()
        past = fields.Datetime.to_string(fields.Datetime.now() - timedelta(hours=1))
        for value, message in (
            (False, "Call Back on: enter"),
            ("", "Call Back on: enter"),
            ("soon", "Call Back on: enter"),
            ([1], "Call Back on: enter"),
            (past, "in the future"),
        ):
            with (
                self.subTest(value=value),
                self.assertRaisesRegex(UserError, message),
            ):
                self._save(card, "callback", date_callback=value)
        self.assertFalse(self.survey.attempt_ids)

    def test_call_back_in_an_hour_or_on_the_next_working_morning(self):
        self.salesperson.tz = "Asia/Vladivostok"  # UTC+10
        with freeze_time("2026-03-06 20:00:00"):  # Friday in UTC, Saturday morning here
            card = self._card()
            self.assertEqual(
                [moment["code"] for moment in card["callbacks"]], ["hour", "morning"]
            )
            self.assertIn("Monday", card["callbacks"][1]["label"])
            self._save(card, "callback", callback="hour")
            self.assertEqual(self.survey.date_callback, datetime(2026, 3, 6, 21))
            self._save(self._card(), "callback", callback="morning")
        self.assertEqual(self.survey.date_callback, datetime(2026, 3, 9, 0))
        with freeze_time("2026-03-04 20:00:00"):
            self.assertIn("Tomorrow", self._card()["callbacks"][1]["label"])

    def test_give_up_only_after_three_calls(self):
        for number in range(3):
            with freeze_time(datetime(2026, 3, 4, 9 + number)):
                card = self._card()
                self.assertFalse(card["can_give_up"])
                with self.assertRaisesRegex(UserError, "only after 3 calls"):
                    self._save(card, "unreachable")
                self._save(card, "no_answer")
        card = self._card()
        self.assertTrue(card["can_give_up"])
        self._save(card, "unreachable")
        self.assertEqual(self.survey.state, "unreachable")

    def test_calls_within_an_hour_count_as_one(self):
        for minute in (0, 1, 59):
            with freeze_time(datetime(2026, 3, 4, 9, minute)):
                self._save(self._card(), "no_answer")
        self.assertEqual(len(self.survey.attempt_ids), 3, "every call is kept")
        self.assertEqual(self.survey.attempt_count, 1)
        with self.assertRaisesRegex(UserError, "an hour apart.*there are 1"):
            self._save(self._card(), "unreachable")
        with freeze_time(datetime(2026, 3, 4, 10)):
            self._save(self._card(), "no_answer")
        self.assertEqual(self.survey.attempt_count, 2)

    def test_unknown_outcomes_and_rows_are_refused(self):
        card = self._card()
        with self.assertRaisesRegex(UserError, "is not possible"):
            self._save(card, "sold")
        for model, record_id in (
            ("res.partner", self.client.id),
            ("client.survey", "1"),
            ("client.survey", 2**30),
        ):
            with self.subTest(model=model), self.assertRaisesRegex(UserError, "Desk"):
                self._desk().get_card(model, record_id)

    # -- once, and how long ------------------------------------------------------------

    def test_a_card_records_one_call(self):
        card = self._card()
        self._save(card, "no_answer")
        for outcome in ("no_answer", "refused", "callback", "unreachable", "answered"):
            with (
                self.subTest(outcome=outcome),
                self.assertRaisesRegex(UserError, "already recorded.*No answer"),
            ):
                self._save(card, outcome, rating="5")
        self.assertEqual(len(self.survey.attempt_ids), 1)
        self.assertEqual(self.survey.state, "due")

    def test_the_second_of_two_windows_records_nothing(self):
        first, second = self._card(), self._card()
        other = self._card(user=self.leader)
        self._save(first, "refused")
        for card, user in ((second, None), (other, self.leader)):
            with self.assertRaisesRegex(UserError, "already recorded"):
                self._save(card, "answered", user=user, rating="1")
        self.assertEqual(self.survey.attempt_ids.mapped("outcome"), ["refused"])

    def test_an_answered_or_cancelled_survey_is_refused(self):
        card = self._card()
        self._answer()
        with self.assertRaisesRegex(UserError, "already answered"):
            self._save(card, rating="4")
        with self.assertRaisesRegex(UserError, "already answered"):
            self._card()
        second = self._second_survey()
        card = self._card(second)
        second.order_id._action_cancel()
        with self.assertRaisesRegex(UserError, "order was cancelled"):
            self._save(card, "no_answer")

    def test_a_token_of_another_card_user_or_moment_is_refused(self):
        card = self._card()
        foreign = self._card(self._second_survey())
        own = card["token"].split("-")
        forged = [
            "",
            None,
            7,
            "a-b-c",
            foreign["token"],
            self._card(user=self.leader)["token"],
            "-".join(["20200101000000", *own[1:]]),
        ]
        for token in forged:
            with (
                self.subTest(token=token),
                self.assertRaisesRegex(UserError, "card is not valid"),
            ):
                self._save({**card, "token": token}, "no_answer")
        self.assertFalse(self.survey.attempt_ids)

    def test_the_time_taken_is_measured_here(self):
        opened = datetime(2026, 3, 4, 9)
        with freeze_time(opened):
            card = self._card()
        with freeze_time(opened + timedelta(seconds=95)):
            self._save(card, rating="5", duration=1)
        self.assertEqual(self.survey.duration, 95)
        self.assertEqual(self.survey.attempt_ids.duration, 95)

    def test_a_card_opened_again_goes_on_counting(self):
        opened = datetime(2026, 3, 4, 9)
        with freeze_time(opened):
            card = self._card()
        with freeze_time(opened + timedelta(minutes=5)):
            again = self._card(token=card["token"])
            self.assertEqual(again["token"], card["token"])
            self._save(again, "no_answer")
            self.assertEqual(self.survey.attempt_ids.duration, 300)
            self.assertNotEqual(self._card(token=card["token"])["token"], card["token"])

    def test_a_next_client_without_questions_does_not_undo_the_call(self):
        call = self._new_call()
        error = UserError("There are no questions to ask.")
        with patch.object(type(call), "_get_questionnaire", side_effect=error):
            result = self._save(self._card(), "refused")
        self.assertEqual(self.survey.state, "refused")
        self.assertEqual(result["card"]["id"], call.id)
        self.assertIn("no questions", result["card"]["problem"])

    # -- several orders in one call ----------------------------------------------------

    def test_all_orders_of_the_call_stand_on_the_card(self):
        second = self._second_survey(user=self.salesperson2)
        self.company.client_survey_group_days = 14
        names = [order["name"] for order in self._card()["orders"]]
        self.assertEqual(names, [self.order.name, second.order_id.name])

    def test_the_right_contact_is_asked_about_all_orders_of_the_call(self):
        second = self._second_survey()
        self.company.client_survey_group_days = 14
        self._save(
            self._card(),
            "wrong_contact",
            contact_name="Anna",
            contact_phone="+49 30 55",
        )
        self.assertEqual(self.survey.contact_id.name, "Anna")
        self.assertEqual(second.contact_id, self.survey.contact_id)

    # -- other calls -------------------------------------------------------------------

    def test_another_call_is_answered_from_the_same_desk(self):
        call = self._new_call()
        questionnaire = self.questionnaire
        with patch.object(
            type(call), "_get_questionnaire", lambda self: questionnaire.sudo()
        ):
            card = self._card(call)
            self.assertEqual(card["label"], "Ask again after a complaint")
            self.assertEqual(card["orders"][0]["name"], self.order.name)
            self.assertFalse(card["suggestions"])
            self._save(card, rating="4")
        self.assertRecordValues(call, [{"state": "done", "rating": 4}])
        self.assertEqual(call.attempt_ids.outcome, "answered")
        self.assertEqual(self.survey.state, "due")
