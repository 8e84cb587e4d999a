from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentChange(SegmentCase):
    """People change the priority of clients and say why."""

    def _wizard(self, facts, user=None, **values):
        action = facts.with_user(user or self.salesperson).action_change_priority()
        return (
            self.env["client.segment.change"]
            .with_user(user or self.salesperson)
            .with_context(action["context"])
            .create(values)
        )

    def test_changed_priority_keeps_its_reason(self):
        self._set(self.segment_standard | self.tag)
        wizard = self._wizard(
            self.fact, segment_id=self.segment_key.id, reason="  New plant "
        )
        self.assertEqual(wizard.present, "Standard")
        self.assertEqual(wizard.raise_count, 1)
        wizard.action_confirm()
        self.assertEqual(self.fact.segment_ids, self.segment_key | self.tag)
        self.assertRecordValues(
            self._moves()[1:],
            [
                {
                    "from_segment_id": self.segment_standard.id,
                    "to_segment_id": self.segment_key.id,
                    "reason": "New plant",
                    "user_id": self.salesperson.id,
                    "cause": "person",
                    "is_raise": True,
                }
            ],
        )

    def test_priority_of_many_clients_at_once(self):
        third = self.env["client.fact"]._ensure(self._new_client("T", self.leader))
        self._set(self.segment_standard)
        self.fact2.segment_ids = self.segment_key
        third.segment_ids = self.segment_growth
        wizard = self._wizard(
            self.fact | self.fact2 | third,
            user=self.manager,
            segment_id=self.segment_growth.id,
            reason="Audit",
        )
        self.assertEqual(wizard.present, "Key: 1, Growth: 1, Standard: 1")
        self.assertEqual(
            (wizard.raise_count, wizard.lower_count, wizard.same_count), (1, 1, 1)
        )
        before = self._moves(third)
        wizard.action_confirm()
        self.assertEqual((self.fact | self.fact2).segment_id, self.segment_growth)
        self.assertEqual(self._moves(third), before)
        self.assertEqual(self._moves(self.fact2)[-1].reason, "Audit")

    def test_priority_can_be_taken_away(self):
        self._set(self.segment_key | self.segment_standard | self.tag)
        wizard = self._wizard(self.fact, no_priority=True, reason="Closed down")
        self.assertEqual(wizard.lower_count, 1)
        wizard.action_confirm()
        self.assertEqual(self.fact.segment_ids, self.tag)
        self.assertEqual(self._moves()[-1].reason, "Closed down")

    def test_segment_of_the_same_rank_is_said_to_be_neither_better_nor_worse(self):
        twin = self.env["client.segment"].create({"name": "Key twin", "rank": 1})
        self._set(twin)
        wizard = self._wizard(self.fact, segment_id=self.segment_key.id, reason="x")
        self.assertEqual(
            (wizard.raise_count, wizard.lower_count, wizard.equal_count), (0, 0, 1)
        )

    def test_priority_that_a_rule_gives_back_is_announced(self):
        self.segment_key.domain = f"[('partner_id', '=', {self.client.id})]"
        wizard = self._wizard(
            self.fact, segment_id=self.segment_growth.id, reason="Shrinks"
        )
        self.assertEqual(wizard.returning, "Key")
        wizard.action_confirm()
        self.assertEqual(self.fact.segment_id, self.segment_growth)
        self.env["client.segment"]._apply_rules()
        self.assertEqual(self.fact.segment_id, self.segment_key)

    def test_priority_chosen_by_a_person_outlives_the_rule(self):
        self.segment_standard.domain = f"[('partner_id', '=', {self.client.id})]"
        self._set(self.segment_key | self.segment_standard)
        self._wizard(
            self.fact, segment_id=self.segment_standard.id, reason="x"
        ).action_confirm()
        self.segment_standard.domain = False
        self.assertEqual(self.fact.segment_id, self.segment_standard)

    def test_change_without_reason_priority_or_effect_is_refused(self):
        self._set(self.segment_key)
        archived = self.segment_growth.copy({"active": False})
        for values, message in (
            ({"segment_id": self.segment_standard.id}, "Reason: "),
            ({"segment_id": self.segment_standard.id, "reason": " \n"}, "Reason: "),
            ({"reason": "x"}, "New Priority: choose"),
            ({"segment_id": self.tag.id, "reason": "x"}, "New Priority: “Fair”"),
            ({"segment_id": archived.id, "reason": "x"}, "New Priority: “Growth"),
            ({"segment_id": self.segment_key.id, "reason": "x"}, "have it already"),
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex(UserError, message):
                    self._wizard(self.fact, **values).action_confirm()
        self.assertEqual(self.fact.segment_ids, self.segment_key)

    def test_nobody_changes_the_priority_of_clients_he_does_not_see(self):
        wizard = self.env["client.segment.change"].with_user(self.salesperson)
        wizard = wizard.create(
            {
                "fact_ids": [Command.set(self.fact.ids)],
                "segment_id": self.segment_key.id,
                "reason": "x",
            }
        )
        with self.assertRaises(AccessError):
            wizard.fact_ids = self.fact2
        wizard.sudo().fact_ids = self.fact2
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Clients: "):
            wizard.action_confirm()
        self.assertFalse(self.fact2.segment_id)
        with self.assertRaises(AccessError):
            self.env["client.segment.change"].with_user(self.outsider).create({})

    def test_assistant_is_seen_by_its_maker_only(self):
        wizard = self._wizard(self.fact, segment_id=self.segment_key.id, reason="x")
        with self.assertRaises(AccessError):
            wizard.with_user(self.leader).read(["reason"])

    def test_form_opens_from_the_contact_card_for_its_company(self):
        action = self.contact.with_user(
            self.salesperson
        ).action_client_change_priority()
        self.assertEqual(action["context"]["default_fact_ids"], self.fact.ids)
        form = Form(
            self.env["client.segment.change"]
            .with_user(self.salesperson)
            .with_context(action["context"])
        )
        form.segment_id = self.segment_key
        form.reason = "Promising"
        self.assertEqual(form.raise_count, 1)
        form.save().action_confirm()
        self.assertEqual(self.fact.segment_id, self.segment_key)
        action = self.contact.with_user(
            self.salesperson
        ).action_view_client_segment_moves()
        moves = self.env["client.segment.move"].with_user(self.salesperson)
        self.assertEqual(moves.search(action["domain"]), self._moves())

    def test_stranger_becomes_a_client_by_his_priority(self):
        firm = self.env["res.partner"].create({"name": "New", "is_company": True})
        action = firm.with_user(self.salesperson).action_client_change_priority()
        fact = self.env["client.fact"].browse(action["context"]["default_fact_ids"])
        self.assertEqual(fact.partner_id, firm)
        with self.assertRaises(AccessError):
            firm.with_user(self.outsider).action_client_change_priority()
        with self.assertRaises(AccessError):
            firm.with_user(self.outsider).action_view_client_segment_moves()
