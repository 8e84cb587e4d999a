from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .campaign_common import CampaignCase


class ProposalCase(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.campaign.with_user(cls.leader).action_start() or (
            cls.campaign.sudo().call_ids
        )

    def _wallets(self, partner=None):
        return self.Wallet.search(
            [("partner_id", "=", (partner or self.client).id)], order="id"
        )

    def _propose(self, **answers):
        return self._answer(self.call, **answers)


class TestProposal(ProposalCase):
    def test_answers_propose_and_write_nothing(self):
        self.Wallet.create(
            {
                "partner_id": self.client.id,
                "category_id": self.screws.id,
                "amount": 300,
                "date": "2026-01-05",
            }
        )
        wallets = self._wallets()
        proposals = self._propose(
            words="Rival", amount=500, total=2000, judgement=self.key.id
        )
        self.assertRecordValues(
            proposals.sorted("id"),
            [
                {
                    "kind": "wallet",
                    "is_total": False,
                    "category_id": self.screws.id,
                    "old_amount": 300,
                    "new_amount": 500,
                    "new_segment_id": False,
                    "state": "proposed",
                    "partner_id": self.client.id,
                },
                {
                    "kind": "wallet",
                    "is_total": True,
                    "category_id": False,
                    "old_amount": 300,
                    "new_amount": 2000,
                    "new_segment_id": False,
                    "state": "proposed",
                    "partner_id": self.client.id,
                },
                {
                    "kind": "segment",
                    "is_total": False,
                    "category_id": False,
                    "old_amount": 0,
                    "new_amount": 0,
                    "new_segment_id": self.segment_key.id,
                    "state": "proposed",
                    "partner_id": self.client.id,
                },
            ],
        )
        self.assertEqual(
            proposals.sorted("id")[0].question, "How much for screws a year?"
        )
        self.assertEqual(proposals.sorted("id")[2].answer, "Key")
        self.assertEqual(self._wallets(), wallets)
        self.assertFalse(self.fact.segment_id)
        self.assertEqual(len(self.call.answer_ids), 4)

    def test_values_are_shown(self):
        proposals = self._propose(amount=500, judgement=self.key.id).sorted("id")
        self.assertEqual(proposals[0].old_value, "not known")
        self.assertIn("500", proposals[0].new_value)
        self.assertEqual(
            (proposals[1].old_value, proposals[1].new_value),
            ("none", self.segment_key.name),
        )

    def test_what_is_known_already_is_not_proposed(self):
        self.Wallet.create(
            {
                "partner_id": self.client.id,
                "category_id": self.screws.id,
                "amount": 500,
                "date": "2026-01-05",
            }
        )
        self.fact.segment_ids = self.segment_key
        self.assertFalse(self._propose(amount=500, total=500, judgement=self.key.id))

    def test_empty_answers_and_choices_without_segment_propose_nothing(self):
        self.assertFalse(self._propose(words="Rival", judgement=self.unsure.id))

    def test_nothing_is_bought_is_an_answer(self):
        proposal = self._propose(amount=0)
        self.assertEqual((proposal.new_amount, proposal.is_known), (0, False))
        proposal.with_user(self.leader).action_confirm()
        self.assertEqual(self._wallets().amount, 0)

    def test_never_counted_in_coverage(self):
        order = self._create_order(day=date(2026, 3, 25))
        self.env["client.survey"]._queue_surveys(self.company)
        surveys = self.env["client.survey"].search([("order_id", "=", order.id)])
        before = surveys.read()
        proposals = self._propose(amount=500, total=900, judgement=self.key.id)
        proposals.with_user(self.leader)[1].category_id = self.glue
        proposals.with_user(self.leader).action_confirm()
        self.env.invalidate_all()
        self.assertEqual(surveys.read(), before)
        self.assertEqual(self.env["client.survey"].search_count([]), len(surveys))
        self.Fact._refresh(self.client)
        self.assertEqual((self.fact.survey_done_count, self.fact.rating_count), (0, 0))
        self.env["client.coverage"]._record_coverage(self.company)
        coverage = self.env["client.coverage"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(sum(coverage.mapped("answered_count")), 0)


class TestProposalDecision(ProposalCase):
    def test_confirmed_wallet_is_written(self):
        proposal = self._propose(amount=500)
        proposal.with_user(self.leader).action_confirm()
        self.assertRecordValues(
            self._wallets(),
            [
                {
                    "category_id": self.screws.id,
                    "amount": 500,
                    "source": "survey",
                    "date": date(2026, 3, 31),
                    "company_id": self.company.id,
                    "create_uid": self.leader.id,
                }
            ],
        )
        self.assertEqual(
            (proposal.state, proposal.decided_by_id), ("confirmed", self.leader)
        )
        self.assertTrue(proposal.date_decided)
        self.Fact._refresh(self.client)
        self.assertEqual(self.fact.wallet_amount, 500)

    def test_confirmed_segment_is_a_move_with_its_reason(self):
        self.fact.segment_ids = self.segment_standard | self.tag
        proposal = self._propose(judgement=self.key.id)
        self.assertEqual(proposal.old_segment_id, self.segment_standard)
        proposal.with_user(self.leader).action_confirm()
        self.assertEqual(self.fact.segment_id, self.segment_key)
        self.assertEqual(self.fact.segment_ids, self.segment_key | self.tag)
        move = self.env["client.segment.move"].search(
            [("fact_id", "=", self.fact.id)], order="id desc", limit=1
        )
        self.assertEqual(
            (move.from_segment_id, move.to_segment_id, move.user_id, move.cause),
            (self.segment_standard, self.segment_key, self.leader, "person"),
        )
        self.assertEqual(move.reason, "Campaign “Who can grow”: Key")

    def test_confirmed_tag_is_added(self):
        self.fact.segment_ids = self.segment_standard
        self._propose(judgement=self.fair.id).with_user(self.leader).action_confirm()
        self.assertEqual(self.fact.segment_ids, self.segment_standard | self.tag)

    def test_segment_given_meanwhile_is_no_error(self):
        proposal = self._propose(judgement=self.key.id)
        self.fact.segment_ids = self.segment_key
        proposal.with_user(self.leader).action_confirm()
        self.assertEqual(proposal.state, "confirmed")

    def test_archived_segment_is_refused(self):
        proposal = self._propose(judgement=self.fair.id)
        self.tag.active = False
        with self.assertRaisesRegex(UserError, "archived"):
            proposal.with_user(self.leader).action_confirm()

    def test_whole_wallet_goes_into_the_chosen_category(self):
        proposal = self._propose(amount=500, total=2000).sorted("id")
        total = proposal[1].with_user(self.leader)
        with (
            self.assertRaisesRegex(UserError, "Product Category: .*whole wallet"),
            self.env.cr.savepoint(),
        ):
            proposal.with_user(self.leader).action_confirm()
        self.assertFalse(self._wallets(), "nothing by half")
        total.category_id = self.glue
        proposal.with_user(self.leader).action_confirm()
        self.assertRecordValues(
            self._wallets(),
            [
                {"category_id": self.screws.id, "amount": 500},
                {"category_id": self.glue.id, "amount": 1500},
            ],
        )
        self.Fact._refresh(self.client)
        self.assertEqual(self.fact.wallet_amount, 2000)

    def test_whole_wallet_below_what_is_known(self):
        self.Wallet.create(
            {
                "partner_id": self.client.id,
                "category_id": self.screws.id,
                "amount": 900,
                "date": "2026-01-05",
            }
        )
        total = self._propose(total=500).with_user(self.leader)
        total.category_id = self.glue
        with self.assertRaisesRegex(UserError, "Correct these wallets first"):
            total.action_confirm()
        self.assertEqual(total.state, "proposed")

    def test_rejected_writes_nothing(self):
        proposals = self._propose(amount=500, judgement=self.key.id)
        proposals.with_user(self.leader).action_reject()
        self.assertEqual(set(proposals.mapped("state")), {"rejected"})
        self.assertEqual(proposals.decided_by_id, self.leader)
        self.assertFalse(self._wallets())
        self.assertFalse(self.fact.segment_id)

    def test_many_at_once(self):
        facts = self._new_clients(10)
        campaign = self._new_campaign(fact_ids=[Command.set(facts.ids)])
        calls = self._start(campaign)
        for call in calls:
            self._answer(call, amount=100, judgement=self.key.id)
        proposals = calls.proposal_ids.with_user(self.leader)
        self.assertEqual(len(proposals), 20)
        proposals.action_confirm()
        self.assertEqual(set(proposals.mapped("state")), {"confirmed"})
        self.assertEqual(facts.segment_id, self.segment_key)
        wallets = self.Wallet.search([("partner_id", "in", facts.partner_id.ids)])
        self.assertEqual(wallets.mapped("amount"), [100] * 10)

    def test_decided_once(self):
        first, second = self._propose(amount=500, judgement=self.key.id).with_user(
            self.leader
        )
        first.action_confirm()
        for method in ("action_confirm", "action_reject"):
            with self.assertRaisesRegex(UserError, "decided already by cd_leader"):
                getattr(first | second, method)()
        self.assertEqual(second.state, "proposed")
        with self.assertRaisesRegex(UserError, "choose one at least"):
            first.browse().action_confirm()

    def test_salesperson_sees_his_own_and_decides_nothing(self):
        proposal = self._propose(amount=500)
        own = proposal.with_user(self.salesperson)
        self.assertEqual(own.search([]), own)
        self.assertIn("500", own.new_value)
        self.assertFalse(proposal.with_user(self.salesperson2).search([]))
        for method in ("action_confirm", "action_reject"):
            with self.assertRaises(AccessError):
                getattr(own, method)()
        with self.assertRaises(AccessError):
            own.category_id = self.glue
        self.assertFalse(self._wallets())

    def test_leader_of_another_team_decides_nothing(self):
        proposal = self._propose(amount=500).with_user(self.leader2)
        self.assertFalse(proposal.search([]))
        with self.assertRaises(AccessError):
            proposal.action_confirm()

    def test_responsible_of_the_campaign_decides(self):
        campaign = self._new_campaign(self.manager, team_id=False)
        call = self._start(campaign, self.manager)
        proposals = self._answer(call, amount=500, total=800)
        self.assertEqual(campaign.user_id, self.manager)
        proposals[0].with_user(self.manager).action_reject()
        proposals[1].with_user(self.manager).action_reject()
        self.assertEqual(proposals.decided_by_id, self.manager)

    def test_confirming_obeys_the_rights_on_the_client(self):
        """The client went to another team, which has not been asked."""
        proposals = self._propose(amount=500, judgement=self.key.id)
        self.client.user_id = self.salesperson2
        for proposal in proposals.with_user(self.leader):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                proposal.action_confirm()
        self.env.invalidate_all()
        self.assertEqual(set(proposals.mapped("state")), {"proposed"})
        self.assertFalse(self._wallets())

    def test_proposals_cannot_be_edited(self):
        proposals = self._propose(amount=500, total=900).sorted("id")
        for user in (self.leader, self.manager):
            wallet, total = proposals.with_user(user)
            for vals in ({"new_amount": 9}, {"state": "confirmed"}):
                with self.assertRaisesRegex(UserError, "A proposal stays"):
                    wallet.write(vals)
            with self.assertRaisesRegex(UserError, "A proposal stays"):
                wallet.category_id = self.glue
            with self.assertRaises(AccessError):
                wallet.unlink()
            with self.assertRaises(AccessError):
                wallet.copy()
            total.category_id = self.glue
        total.action_reject()
        with self.assertRaisesRegex(UserError, "A proposal stays"):
            total.category_id = self.screws
