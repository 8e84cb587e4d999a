from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .campaign_common import CampaignCase


class TestCampaignBadInput(CampaignCase):
    def _refused(self, message, campaign=None, error=UserError):
        campaign = (campaign or self.campaign).with_user(self.leader)
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            campaign.action_start()
        campaign.invalidate_recordset()
        self.assertEqual(campaign.state, "draft")
        self.assertFalse(campaign.sudo().call_ids)

    def test_without_clients(self):
        self._refused("Clients: .*has none", self._new_campaign(fact_ids=False))

    def test_without_goal(self):
        self._refused("What to Assess", self._new_campaign(goal=" "))

    def test_without_questions(self):
        empty = self.env["survey.survey"].create(
            {"title": "Empty", "survey_type": "client_profile"}
        )
        self._refused("has no questions", self._new_campaign(questionnaire_id=empty.id))
        self._refused("Potential Questions", self._new_campaign(questionnaire_id=False))
        order = self.env.ref("client_development.client_order_questionnaire")
        self._refused(
            "Potential Questions", self._new_campaign(questionnaire_id=order.id)
        )
        self.questionnaire.active = False
        self._refused("Potential Questions")

    def test_nobody_can_be_called(self):
        silent = self._new_clients(1, phone=False)
        self._refused(
            "none of the clients.*\nClient 0000",
            self._new_campaign(fact_ids=[Command.set(silent.ids)]),
        )

    def test_end_before_start(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._new_campaign(date_end="2026-03-30")

    def test_last_day_passed_and_first_day_to_come(self):
        past = self._new_campaign(date_start="2026-03-01", date_end="2026-03-30")
        self._refused("Last Day to Ask: it has passed", past)
        future = self._new_campaign(date_start="2026-04-01")
        self._refused("First Day: .*begins later", future)

    def test_one_person_without_a_person(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._new_campaign(asker="person")

    def test_start_twice(self):
        calls = self._start()
        with self.assertRaisesRegex(UserError, "running already"):
            self._start()
        self.assertEqual(self.campaign.sudo().call_ids, calls)
        self.campaign.with_user(self.leader).action_close()
        for method in ("action_start", "action_close", "action_ask_left_out"):
            with self.assertRaisesRegex(UserError, "closed already"):
                getattr(self.campaign.with_user(self.leader), method)()

    def test_foreign_clients(self):
        with self.assertRaisesRegex(UserError, "not clients of yours"):
            self._new_campaign(fact_ids=[Command.set(self.fact2.ids)])
        with self.assertRaisesRegex(UserError, "not clients of yours"):
            self.campaign.with_user(self.leader).fact_ids |= self.fact2
        with self.assertRaisesRegex(UserError, "not clients of yours"):
            self.campaign.with_user(self.leader)._add_clients(self.fact2)
        self.assertEqual(self.campaign.sudo().fact_ids, self.fact)

    def test_client_who_went_to_another_team(self):
        self.client.user_id = self.salesperson2
        self._refused("not clients of yours")

    def test_clients_of_another_company(self):
        foreign = self.Fact.with_company(self.company2)._ensure(self.client_foreign)
        for user in (self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "of this company|another company"):
                self._new_campaign(user, fact_ids=[Command.set(foreign.ids)])

    def test_wizard_without_clients_or_campaign(self):
        wizards = self.env["client.campaign.add"].with_user(self.leader)
        with self.assertRaisesRegex(UserError, "mark at least one"):
            wizards.create({"campaign_id": self.campaign.id}).action_add()
        with self.assertRaisesRegex(UserError, "Campaign: choose one"):
            wizards.create({"fact_ids": [Command.set(self.fact.ids)]}).action_add()

    def test_filter_that_is_none(self):
        for domain in ("[]", "nonsense(", "[('user_id', '=', uid)]", "[('x', '=', 1)]"):
            self.campaign.domain = domain
            with (
                self.subTest(domain=domain),
                self.assertRaisesRegex(UserError, "Filter: "),
            ):
                self.campaign.with_user(self.leader).action_add_filtered()

    def test_status_and_calls_are_not_entered(self):
        campaign = self.campaign.with_user(self.leader)
        for vals in ({"state": "running"}, {"left_out": "x"}, {"call_ids": []}):
            with self.assertRaisesRegex(UserError, "cannot be entered"):
                campaign.write(vals)
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            self._new_campaign(state="closed")
        sneaked = campaign.with_context(default_state="running").copy()
        self.assertEqual(sneaked.state, "draft")

    def test_questions_are_fixed_once_started(self):
        call = self._start()
        campaign = self.campaign.with_user(self.leader)
        with self.assertRaisesRegex(UserError, "Potential Questions: fixed"):
            campaign.questionnaire_id = self.env.ref(
                "client_development.client_profile_questionnaire"
            )
        with (
            self.assertRaisesRegex(UserError, "stays in the campaign"),
            self.env.cr.savepoint(),
        ):
            campaign.fact_ids = False
        campaign.invalidate_recordset()
        self.assertEqual(campaign.fact_ids.partner_id, self.client)
        self.assertEqual(self.campaign.sudo().call_ids, call)
        with self.assertRaisesRegex(UserError, "has been started"):
            campaign.unlink()
        campaign.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            campaign.name = "Other"

    def test_call_does_not_change_its_campaign(self):
        call = self._start()
        other = self._new_campaign()
        for user in (self.salesperson, self.leader, self.manager):
            with self.assertRaisesRegex(UserError, "Campaign: "):
                call.with_user(user).campaign_id = other

    def test_segment_of_another_company(self):
        self.key.client_segment_id = self.env["client.segment"].create(
            {"name": "Southern", "company_id": self.company2.id}
        )
        self._refused("Southern.*of another company")

    def test_category_that_was_deleted(self):
        self.screws.unlink()
        self._refused("category was deleted")
