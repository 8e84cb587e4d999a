from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .campaign_common import CampaignCase


class TestCampaignRights(CampaignCase):
    def _visible(self, user, records):
        here = records.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        return here.search([("id", "in", records.ids)]).with_env(records.env)

    def test_salesperson_reads_campaigns_in_which_he_calls(self):
        self.assertFalse(self._visible(self.salesperson, self.campaign))
        self._start()
        self.assertEqual(self._visible(self.salesperson, self.campaign), self.campaign)
        self.assertFalse(self._visible(self.salesperson2, self.campaign))
        for method in ("action_start", "action_close", "action_ask_left_out"):
            with self.assertRaises(AccessError):
                getattr(self.campaign.with_user(self.salesperson), method)()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.salesperson).name = "Mine"
        with self.assertRaises(AccessError):
            self._new_campaign(self.salesperson)
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.salesperson)._add_clients(self._new_clients(1))
        self.campaign.with_user(self.salesperson).web_read(
            {"progress": {}, "fact_ids": {}, "proposal_count": {}, "call_count": {}}
        )

    def test_leader_makes_campaigns_of_his_teams(self):
        self.assertEqual(self._visible(self.leader, self.campaign), self.campaign)
        self.assertFalse(self._visible(self.leader2, self.campaign))
        for team in (self.team2, self.env["crm.team"]):
            with (
                self.assertRaisesRegex(AccessError, "teams that he leads"),
                self.env.cr.savepoint(),
            ):
                self._new_campaign(self.leader, team_id=team.id)
        with (
            self.assertRaisesRegex(AccessError, "teams that he leads"),
            self.env.cr.savepoint(),
        ):
            self.campaign.with_user(self.leader).team_id = self.team2
        self.campaign.invalidate_recordset()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.leader2).action_start()
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.leader2).name = "Mine"
        self._new_campaign(fact_ids=False).with_user(self.leader).unlink()

    def test_leader_reads_campaigns_in_which_his_team_calls(self):
        self.client2.phone = "+49 30 5"
        campaign = self._new_campaign(
            self.manager, team_id=False, fact_ids=[Command.set(self.fact2.ids)]
        )
        self.assertFalse(self._visible(self.leader2, campaign))
        self._start(campaign, self.manager)
        self.assertEqual(self._visible(self.leader2, campaign), campaign)
        self.assertFalse(self._visible(self.leader, campaign))
        with self.assertRaises(AccessError):
            campaign.with_user(self.leader2).action_close()

    def test_responsible_is_a_leader_or_an_administrator(self):
        with self.assertRaisesRegex(UserError, "leads no team"):
            self._new_campaign(user_id=self.salesperson.id)
        self._new_campaign(self.manager, user_id=self.leader.id, team_id=False)

    def test_administrator_makes_campaigns_of_all_teams(self):
        facts = self.fact | self.fact2
        self.client2.phone = "+49 30 5"
        campaign = self._new_campaign(
            self.manager, team_id=False, fact_ids=[Command.set(facts.ids)]
        )
        calls = self._start(campaign, self.manager)
        self.assertEqual(calls.team_id, self.team | self.team2)
        self.assertEqual(
            self._visible(self.manager, campaign | self.campaign),
            campaign | self.campaign,
        )

    def test_leader_of_the_campaign_sees_its_calls(self):
        self.fact.developer_id = self.salesperson2
        call = self._start(self._new_campaign(asker="developer"))
        self.assertEqual(call.team_id, self.team2)
        self._answer(call, self.salesperson2, amount=5)
        for records in (call, call.answer_ids, call.attempt_ids, call.proposal_ids):
            for user in (self.salesperson2, self.leader, self.leader2, self.manager):
                self.assertEqual(self._visible(user, records), records, records)
            self.assertFalse(self._visible(self.salesperson, records))

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_rule")
    def test_outsider_sees_nothing(self):
        for model in ("client.campaign", "client.campaign.proposal", "client.call"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search([])

    def test_other_company(self):
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            groups="client_development.group_client_manager",
            company_id=self.company2.id,
            company_ids=[Command.set(self.company2.ids)],
        )
        call = self._start()
        proposals = self._answer(call, amount=5)
        inputs = call.user_input_id
        for records in (
            self.campaign,
            call,
            proposals,
            inputs,
            inputs.user_input_line_ids,
        ):
            self.assertTrue(self._visible(self.manager, records), records)
            self.assertFalse(self._visible(foreign, records), records)

    def test_wizard_is_for_leaders_and_one_own(self):
        wizards = self.env["client.campaign.add"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.salesperson).create({})
        wizard = wizards.with_user(self.leader).create({})
        self.assertFalse(self._visible(self.leader2, wizard))

    def test_assessments_are_made_by_administrators(self):
        for records in (
            self.questionnaire,
            self.questionnaire.question_ids,
            self.judgement.suggested_answer_ids,
        ):
            for user in (self.leader, self.manager):
                self.assertEqual(self._visible(user, records), records)
            with self.assertRaises(AccessError):
                records[0].with_user(self.leader).unlink()
        self.questionnaire.with_user(self.manager).title = "Better"
        self.words.with_user(self.manager).title = "From whom else?"
        self.fair.with_user(self.manager).value = "Good"
