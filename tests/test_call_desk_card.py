import json
from datetime import date, datetime

import pytz
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.client_development.models.client_state_zones import STATE_ZONES

from .desk_common import DeskCase


class TestCallDeskCard(DeskCase):
    """What one card shows."""

    def test_whom_and_what(self):
        self.contact.function = "Head of purchasing"
        card = self._card()
        self.assertEqual(card["contact"], "Vera Holm")
        self.assertEqual(card["function"], "Head of purchasing")
        self.assertEqual(card["client"], self.client.name)
        self.assertEqual(card["phone"], self.contact.phone)
        [order] = card["orders"]
        self.assertEqual(order["name"], self.order.name)
        self.assertIn("20.00", order["amount"])
        [line] = order["lines"]
        self.assertIn(self.product.name, line["name"])
        self.assertEqual(line["quantity"], "2.00")
        self.assertIs(card["last_answers"], False)
        self.assertEqual(card["attempts"], [])
        self.assertTrue(json.dumps(card), "plain values only")
        self.contact.phone = False
        self.assertEqual(self._card()["phone"], "")

    def test_questions_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.like_most.with_context(lang="fr_FR").title = "Qu'avez-vous aimé ?"
        self.salesperson.lang = "fr_FR"
        card = self._card()
        titles = [question["title"] for question in card["questions"]]
        self.assertIn("Qu'avez-vous aimé ?", titles)
        by_id = {question["id"]: question for question in card["questions"]}
        rating = by_id[self.rating.id]
        self.assertEqual((rating["type"], rating["mandatory"]), ("stars", True))
        self.assertEqual([value for value, _label in rating["choices"]], list("12345"))
        self.assertTrue(by_id[self.recommend.id]["placeholder"])

    def test_without_a_questionnaire_the_card_says_so(self):
        self._lose(self.questionnaire)
        card = self._card()
        self.assertEqual(card["questions"], [])
        self.assertIn("no order questionnaire", card["problem"])
        self._save(card, "no_answer")
        self.assertEqual(self.survey.attempt_count, 1)

    def test_last_answers_of_the_client(self):
        second = self._second_survey()
        self._answer(rating="3", like_most="<script>alert(1)</script>")
        last = self._card(second)["last_answers"]
        self.assertEqual(last["rating"], 3)
        self.assertIn(self.order.name, last["title"])
        answers = [row["answer"] for row in last["rows"]]
        self.assertEqual(answers, ["<script>alert(1)</script>"], "text, never markup")

    def test_last_answers_name_the_order_that_was_asked_about(self):
        """Not a later one for which the same answers count."""
        self.company.client_survey_group_days = 14
        with freeze_time("2026-03-05 10:00:00"):
            self._answer(rating="4")
        later = self._second_survey(day=date(2026, 3, 12))
        self.assertEqual(later.answered_with_id, self.survey)
        other = self._second_survey(day=date(2026, 4, 20))
        last = self._card(other)["last_answers"]
        self.assertEqual(last["title"], self.survey.display_name)
        self.assertIn("2026-03-05", last["date"])

    def test_a_colleagues_answers_show_by_the_own_order_they_count_for(self):
        self.company.client_survey_group_days = 14
        own = self._second_survey(user=self.salesperson2)
        with freeze_time("2026-03-05 10:00:00"):
            self._answer(rating="4")
        other = self._second_survey(day=date(2026, 4, 20), user=self.salesperson2)
        last = self._card(other, self.salesperson2)["last_answers"]
        self.assertEqual(last["title"], own.display_name)

    def test_last_answers_that_the_user_may_not_read_do_not_show(self):
        other = self._second_survey(user=self.salesperson2)
        self._answer(other, self.salesperson2, rating="1")
        self.assertFalse(self._card()["last_answers"])
        self.assertEqual(self._card(user=self.manager)["last_answers"]["rating"], 1)

    def test_attempts_made(self):
        self._save(self._card(), "no_answer", note="Voice mail")
        [attempt] = self._card()["attempts"]
        self.assertEqual(attempt["outcome"], "No answer")
        self.assertEqual(attempt["note"], "Voice mail")
        self.assertEqual(attempt["user"], self.salesperson.name)

    def test_the_personal_card_needs_its_right(self):
        self.contact.comment = "<p>Collects old radios</p>"
        self.assertEqual(self._card()["personal"], [])
        self.assertNotIn("radios", str(self._card()))
        self.salesperson.group_ids = [
            Command.link(
                self.env.ref("client_development.group_client_personal_data").id
            )
        ]
        self.assertEqual(self._card()["personal"], ["Collects old radios"])

    def test_suggestions_of_an_own_client_only(self):
        fact = self.env["client.fact"].search([("partner_id", "=", self.client.id)])
        card = self._card()
        self.assertEqual(card["suggestions"]["id"], fact.id)
        self.assertIn("rows", card["suggestions"]["figures"])
        fact.user_id = self.salesperson2
        fact.developer_id = False
        self.env.invalidate_all()
        self.assertFalse(self._card()["suggestions"])

    def test_open_claims(self):
        """Whoever calls sees them once, also those that a colleague settles; other
        actions that serve the same survey are none."""
        self._answer(rating="2")
        claim = self.survey.claim_ids
        claim.user_id = self.leader
        plan = self.env["client.plan"].create({"partner_id": self.client.id})
        values = {
            "plan_id": plan.id,
            "date_deadline": date(2026, 4, 1),
            "user_id": self.salesperson.id,
        }
        self.env["client.plan.line"].create(
            [
                {**values, "name": "Replace the box", "survey_id": self.survey.id},
                {**values, "name": "Visit"},
            ]
        )
        card = self._card(self._second_survey())
        self.assertEqual(
            [(row["id"], row["user"]) for row in card["claims"]],
            [(claim.id, self.leader.name)],
        )
        self.assertNotIn(claim.name, str(card["notes"]))

    def test_queries_of_a_card_do_not_grow(self):
        def count():
            for _number in range(2):  # the first one fills the caches of rights
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._card()
                queries = self.env.cr.sql_log_count - before
            return queries

        def grow(number, hours):
            products = self.product.create(
                [{"name": f"Bolt {index}"} for index in range(number)]
            )
            lines = [{"product_id": row.id, "name": row.name} for row in products]
            self.order.order_line = [Command.create(values) for values in lines]
            self.env["res.partner"].create(
                [
                    {"name": f"Contact {index}", "parent_id": self.client.id}
                    for index in range(number)
                ]
            )
            for hour in hours:
                with freeze_time(datetime(2026, 3, 4, hour)):
                    self._save(self._card(), "no_answer")

        grow(1, [1])
        few = count()
        grow(20, range(2, 12))
        many = count()
        self.assertLessEqual(many, few + 1, "the calls made may be read twice")
        self.assertLessEqual(many, 60)


class TestCallDeskClock(DeskCase):
    """The client's local time, and from what it is known."""

    def _clock(self, tz=False, country=False, state=False):
        self.contact.write(
            {
                "tz": tz,
                "country_id": country and self.env.ref(f"base.{country}").id,
                "state_id": state and self.env.ref(f"base.{state}").id,
            }
        )
        clock = self._card()["clock"]
        return clock["tz"], clock["source"]

    def test_time_zone_of_the_contact(self):
        self.assertEqual(
            self._clock("Asia/Tokyo"), ("Asia/Tokyo", "time zone of the contact")
        )
        self.assertEqual(self._clock("Europe/Berlin", "de")[0], "Europe/Berlin")

    def test_the_time_zone_of_who_entered_the_contact_does_not_count(self):
        zone, source = self._clock("Europe/Berlin", "jp")
        self.assertEqual(zone, "Asia/Tokyo")
        self.assertIn("Japan", source)

    def test_by_state_else_by_country(self):
        zone, source = self._clock(False, "us", "state_us_5")
        self.assertEqual(zone, "America/Los_Angeles")
        self.assertIn("California", source)
        self.assertEqual(self._clock("America/New_York", "us", "state_us_5")[0], zone)
        self.assertEqual(self._clock(False, "de")[0], "Europe/Berlin")

    def test_unknown_is_the_time_of_the_company_and_said_so(self):
        for country in (False, "us"):
            zone, source = self._clock(False, country)
            self.assertEqual(zone, "UTC")
            self.assertIn("not known", source)

    def test_the_table_of_states_names_zones_of_their_country(self):
        for (country, _state), zone in STATE_ZONES.items():
            self.assertIn(zone, pytz.country_timezones[country])
        for country in ("ru", "au", "ca", "br"):
            states = self.env.ref(f"base.{country}").state_ids
            unknown = [
                state.code
                for state in states
                if (country.upper(), state.code) not in STATE_ZONES
            ]
            self.assertLessEqual(set(unknown), {"NU"}, country)

    def test_call_backs_say_what_time_it_is_for_the_client(self):
        self.salesperson.tz = "Europe/Berlin"
        self.contact.tz = "Asia/Tokyo"
        with freeze_time("2026-03-04 08:00:00"):
            morning = self._card()["callbacks"][1]
        self.assertIn("10:00", morning["label"].replace("\u202f", " "))
        self.assertIn("6:00", morning["there"].replace("\u202f", " "))
        self.contact.tz = "Europe/Paris"
        self.assertFalse(self._card()["callbacks"][1]["there"])

    def test_a_call_back_at_the_clients_night_warns(self):
        self.salesperson.tz = "Europe/Berlin"
        self.contact.tz = "Europe/Berlin"
        with freeze_time("2026-03-04 18:30:00"):
            hour, morning = self._card()["callbacks"]
        self.assertTrue(hour["is_bad"])
        self.assertIn("8:30", hour["there"].replace("\u202f", " "))
        self.assertFalse(morning["is_bad"] or morning["there"])
        self.contact.tz = "America/New_York"
        with freeze_time("2026-03-04 10:00:00"):
            hour, morning = self._card()["callbacks"]
        self.assertTrue(hour["is_bad"] and morning["is_bad"])
        self.assertIn("6:00", hour["there"].replace("\u202f", " "))


class TestWrongContact(DeskCase):
    """Somebody else at the client is asked instead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.env["res.partner"].create(
            {
                "name": "Igor Lund",
                "parent_id": cls.client.id,
                "phone": "+49 30 7654321",
            }
        )

    def test_another_contact_of_the_client_is_offered_and_asked(self):
        card = self._card()
        self.assertIn(self.colleague.id, [row["id"] for row in card["contacts"]])
        self.assertNotIn(self.contact.id, [row["id"] for row in card["contacts"]])
        result = self._save(
            card, "wrong_contact", contact_id=self.colleague.id, note="Has moved"
        )
        self.assertRecordValues(
            self.survey,
            [
                {
                    "contact_id": self.colleague.id,
                    "partner_id": self.client.id,
                    "state": "due",
                    "attempt_count": 1,
                }
            ],
        )
        attempt = self.survey.attempt_ids
        self.assertEqual(attempt.outcome, "wrong_contact")
        self.assertIn("Vera Holm", attempt.note)
        self.assertIn("Has moved", attempt.note)
        self.assertEqual(result["card"]["id"], self.survey.id, "he is called at once")
        self.assertEqual(result["card"]["phone"], self.colleague.phone)

    def test_the_link_mailed_to_the_wrong_contact_expires(self):
        """Also those of the orders that are asked about in the same call."""
        self.company.client_survey_group_days = 14
        both = self.survey | self._second_survey()
        self.contact.email = "vera@example.com"
        self.survey.action_send_link()
        self.assertEqual(both.link_ids.mapped("state"), ["valid", "valid"])
        self._save(self._card(), "wrong_contact", contact_id=self.colleague.id)
        self.assertEqual(both.contact_id, self.colleague)
        self.assertEqual(both.link_ids.mapped("state"), ["withdrawn", "withdrawn"])
        self.assertFalse(any(both.mapped("date_link_sent")), "he has got none yet")

    def test_the_chatter_names_the_changed_contact_as_contact(self):
        self.env.flush_all()
        self.cr.precommit.run()
        survey = self.survey.with_context(tracking_disable=False, mail_notrack=False)
        survey.sudo().contact_id = self.colleague
        self.env.flush_all()
        self.cr.precommit.run()
        values = survey.message_ids.sudo().tracking_value_ids
        self.assertEqual(
            [
                (value.field_id.field_description, value.new_value_char)
                for value in values
            ],
            [("Contact", self.colleague.display_name)],
        )

    def test_a_new_contact_is_made_by_the_user(self):
        self._save(
            self._card(),
            "wrong_contact",
            contact_name=" Anna Berg ",
            contact_phone="+49 30 55",
        )
        contact = self.survey.contact_id
        self.assertRecordValues(
            contact,
            [
                {
                    "name": "Anna Berg",
                    "phone": "+49 30 55",
                    "parent_id": self.client.id,
                    "create_uid": self.salesperson.id,
                }
            ],
        )

    def test_who_may_not_make_contacts_makes_none(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "res.partner"), ("perm_create", "=", True)]
        ).perm_create = False
        with self.assertRaises(AccessError):
            self._save(
                self._card(),
                "wrong_contact",
                contact_name="A",
                contact_phone="+49 30 55",
            )
        self.assertEqual(self.survey.contact_id, self.contact)

    def test_a_person_of_another_client_or_nobody_is_refused(self):
        foreign = self.env["res.partner"].create(
            {"name": "Stranger", "parent_id": self.client2.id}
        )
        card = self._card()
        for values, message in (
            ({"contact_id": foreign.id}, "does not belong"),
            ({"contact_id": "x"}, "does not belong"),
            ({"contact_id": self.contact.id}, "asked already"),
            ({"contact_name": "Only a name"}, "name and the telephone"),
            ({}, "name and the telephone"),
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, message),
            ):
                self._save(card, "wrong_contact", **values)
        self.assertFalse(self.survey.attempt_ids)

    def test_who_refused_is_asked_again_through_another_contact(self):
        self._save(self._card(), "refused")
        self._save(self._card(), "wrong_contact", contact_id=self.colleague.id)
        self.assertEqual(self.survey.state, "due")
