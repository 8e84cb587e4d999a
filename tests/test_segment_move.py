from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .segment_common import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentMove(SegmentCase):
    """Every change of the primary segment is kept: from, to, who, why, when."""

    # -- the ledger -------------------------------------------------------------------

    def test_move_by_a_person_says_who_when_from_and_to(self):
        first = self._set(self.segment_standard, day="2026-03-02 23:30:00")
        self.assertRecordValues(
            first,
            [
                {
                    "company_id": self.company.id,
                    "partner_id": self.client.id,
                    "from_segment_id": False,
                    "to_segment_id": self.segment_standard.id,
                    "from_rank": 0,
                    "to_rank": 3,
                    "day": date(2026, 3, 2),
                    "user_id": self.salesperson.id,
                    "rule_segment_id": False,
                    "cause": "person",
                    "reason": False,
                    "is_raise": True,
                    "undone_on": False,
                }
            ],
        )
        second = self._set(self.segment_key | self.segment_standard, user=self.leader)
        self.assertEqual(second.from_segment_id, self.segment_standard)
        self.assertEqual((second.from_rank, second.to_rank), (3, 1))
        self.assertEqual(second.user_id, self.leader)

    def test_day_of_a_move_is_the_companys(self):
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        move = self._set(self.segment_key, day="2026-03-02 23:30:00")
        self.assertEqual(move.day, date(2026, 3, 3))

    def test_contact_card_makes_the_same_move(self):
        self.client.with_user(self.salesperson).client_segment_ids = self.segment_key
        move = self._moves()
        self.assertEqual(move.user_id, self.salesperson)
        self.assertEqual(move.cause, "person")
        self.assertTrue(move.is_raise)

    def test_tag_without_rank_or_a_worse_segment_is_no_move(self):
        self._set(self.segment_key)
        self.assertFalse(self._set(self.segment_key | self.tag))
        self.assertFalse(self._set(self.segment_key | self.segment_standard))

    def test_another_segment_of_the_same_rank_is_a_move_but_no_raise(self):
        twin = self.env["client.segment"].create({"name": "Key twin", "rank": 1})
        self._set(twin)
        move = self._set(self.segment_key)
        self.assertTrue(move)
        self.assertFalse(move.is_raise)
        self.assertFalse(self._moves()[0].undone_on)

    def test_lowering_is_no_raise(self):
        self._set(self.segment_key)
        self.assertFalse(self._set(self.segment_standard).is_raise)
        self.assertFalse(self._set(self.tag).is_raise)

    def test_system_is_no_person(self):
        self.fact.segment_ids = self.segment_key
        move = self._moves()
        self.assertEqual(move.cause, "rule")
        self.assertFalse(move.user_id or move.is_raise or move.rule_segment_id)

    def test_move_by_rule_names_the_rule_and_is_no_raise(self):
        segment = self.env["client.segment"].with_user(self.manager)
        segment = segment.create(
            {
                "name": "Far",
                "rank": 1,
                "domain": f"[('partner_id', '=', {self.client.id})]",
            }
        )
        self.env.invalidate_all()
        segment.domain = "[('partner_id', '=', 0)]"
        self.assertRecordValues(
            self._moves(),
            [
                {
                    "from_segment_id": False,
                    "to_segment_id": segment.id,
                    "rule_segment_id": segment.id,
                    "cause": "rule",
                    "user_id": False,
                    "is_raise": False,
                },
                {
                    "from_segment_id": segment.id,
                    "to_segment_id": False,
                    "rule_segment_id": segment.id,
                    "cause": "rule",
                    "user_id": False,
                    "is_raise": False,
                },
            ],
        )

    def test_changed_ranks_move_clients_but_raise_nobody(self):
        self._set(self.segment_key | self.segment_standard)
        self.segment_standard.with_user(self.manager).rank = 1
        self.assertEqual(len(self._moves()), 1)  # the lowest id wins
        self.segment_key.with_user(self.manager).rank = 4
        move = self._moves()[1:]
        self.assertRecordValues(
            move,
            [
                {
                    "from_segment_id": self.segment_key.id,
                    "to_segment_id": self.segment_standard.id,
                    "from_rank": 1,
                    "to_rank": 1,
                    "cause": "segment",
                    "user_id": self.manager.id,
                    "is_raise": False,
                }
            ],
        )
        self.segment_key.with_user(self.manager).rank = 0
        self.assertEqual(len(self._moves()), 2)
        self.segment_standard.with_user(self.manager).rank = 2
        self.assertEqual(self.fact.segment_rank, 2)
        self.assertEqual(len(self._moves()), 2)  # the same primary segment

    def test_archived_segment_moves_its_clients(self):
        self._set(self.segment_key | self.segment_standard)
        self.segment_key.with_user(self.manager).action_archive()
        move = self._moves()[1:]
        self.assertEqual(move.cause, "segment")
        self.assertEqual(move.to_segment_id, self.segment_standard)
        self.assertEqual(self.fact.segment_id, self.segment_standard)

    def test_best_ranked_clients_come_first_and_those_without_rank_last(self):
        self._set(self.segment_standard)
        self.fact2.segment_ids = self.segment_key
        third = self._new_client("Third", self.salesperson)
        facts = self.fact | self.fact2 | self.env["client.fact"]._ensure(third)
        self.assertEqual(
            self.env["client.fact"].search([("id", "in", facts.ids)]).partner_id.ids,
            [self.client2.id, self.client.id, third.id],
        )

    # -- who sees and changes what ----------------------------------------------------

    def test_everybody_sees_the_moves_of_the_clients_that_he_sees(self):
        foreign = self.env["client.fact"].with_company(self.company2)
        foreign = foreign._ensure(self.client_foreign)
        free = self.env["res.partner"].create({"name": "Free", "is_company": True})
        free = self.env["client.fact"]._ensure(free)
        for fact in (self.fact, self.fact2, foreign, free):
            fact.sudo().segment_ids = self.segment_key
        mine, other, there, nobodys = (
            self._moves(f) for f in (self.fact, self.fact2, foreign, free)
        )
        everything = mine | other | there | nobodys
        for user, seen in (
            (self.salesperson, mine | nobodys),
            (self.salesperson2, other | nobodys),
            (self.leader, mine | nobodys),
            (self.leader2, other | nobodys),
            (self.manager, mine | other | nobodys),
        ):
            with self.subTest(user=user.login):
                found = self.env["client.segment.move"].with_user(user).search([])
                self.assertEqual(found & everything, seen)
        self.fact2.developer_id = self.salesperson
        found = self.env["client.segment.move"].with_user(self.salesperson).search([])
        self.assertIn(other, found)
        with self.assertRaises(AccessError):
            self.env["client.segment.move"].with_user(self.outsider).search([])

    def test_reason_is_entered_by_who_moved_his_leader_or_the_administrator(self):
        move = self._set(self.segment_key)
        colleague = new_test_user(
            self.env,
            login="cd_colleague",
            groups="client_development.group_client_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.fact.developer_id = colleague
        self.assertTrue(move.with_user(colleague).to_segment_id)
        for user, may in (
            (self.salesperson, True),
            (self.leader, True),
            (self.manager, True),
            (self.leader2, False),
            (self.salesperson2, False),
            (colleague, False),
            (self.outsider, False),
        ):
            with self.subTest(user=user.login):
                mine = move.with_user(user)
                move.sudo().reason = False
                self.assertEqual(mine.may_explain, may)
                if may:
                    mine.reason = f"Because of {user.login}"
                    self.assertEqual(move.reason, f"Because of {user.login}")
                else:
                    with self.assertRaises(AccessError):
                        mine.reason = "Not mine"

    def test_reason_once_given_is_changed_by_who_moved_only(self):
        move = self._set(self.segment_key)
        mine = move.with_user(self.salesperson)
        move.with_user(self.leader).reason = "New plant"
        mine.reason = "New plant, buys in three categories"
        for user in (self.leader, self.manager):
            with self.subTest(user=user.login):
                other = move.with_user(user)
                self.assertFalse(other.may_explain)
                other.reason = " New plant, buys in three categories"  # the same
                with self.assertRaisesRegex(UserError, "Reason: .*only cd_salesperson"):
                    other.reason = "Other"
        self.assertTrue(mine.may_explain)
        for user in (self.salesperson, self.leader, self.manager):
            for empty in (False, "", " \n"):
                with self.assertRaisesRegex(UserError, "Reason: .*emptied.*Enter"):
                    move.with_user(user).reason = empty
        self.assertEqual(move.reason, "New plant, buys in three categories")

    def test_move_by_rule_has_no_reason_by_hand(self):
        self.fact.segment_ids = self.segment_key
        move = self._moves()
        self.assertEqual(move.cause, "rule")
        for user in (self.leader, self.manager):
            mine = move.with_user(user)
            self.assertFalse(mine.may_explain)
            with self.assertRaisesRegex(UserError, "Reason: .*rule.*Change Priority"):
                mine.reason = "Because"
        self.assertFalse(move.reason)

    def test_nobody_writes_the_history(self):
        move = self._set(self.segment_key)
        for user in (self.salesperson, self.leader, self.manager):
            with self.subTest(user=user.login):
                mine = move.with_user(user)
                for name, value in (
                    ("is_raise", False),
                    ("undone_on", "2026-03-03"),
                    ("user_id", user.id),
                    ("day", "2026-03-03"),
                    ("to_segment_id", self.segment_standard.id),
                    ("cause", "rule"),
                ):
                    with self.assertRaisesRegex(UserError, "stays as it is"):
                        mine.write({"reason": "x", name: value})
                with self.assertRaises(AccessError):
                    mine.unlink()
                with self.assertRaises(AccessError):
                    mine.copy()

    # -- merging contacts -------------------------------------------------------------

    def _merge(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client | self.client2).ids, self.client)

    def test_merge_joins_segments_and_history(self):
        self._set(self.segment_standard)
        self._set(self.segment_key, user=self.salesperson2, fact=self.fact2)
        archived = self.segment_growth
        self.fact2.segment_ids |= archived
        archived.active = False
        moves = self._moves() | self._moves(self.fact2)
        self._merge()
        self.assertEqual(
            self.fact.with_context(active_test=False).segment_ids,
            self.segment_key | archived | self.segment_standard,
        )
        self.assertEqual(self.fact.segment_id, self.segment_key)
        self.assertLess(moves, self._moves())
        self.assertEqual(self._moves().partner_id, self.client)
        merge = self._moves() - moves
        self.assertEqual(merge.cause, "merge")
        self.assertFalse(merge.is_raise)
        self.assertEqual(merge.from_segment_id, self.segment_standard)

    def test_merged_membership_is_by_rule_only_if_it_was_so_everywhere(self):
        both = f"[('partner_id', 'in', {(self.client | self.client2).ids})]"
        second = f"[('partner_id', '=', {self.client2.id})]"
        first = f"[('partner_id', '=', {self.client.id})]"
        segments = self.env["client.segment"].create(
            [
                {"name": "Rule and rule", "domain": both},
                {"name": "None and rule", "domain": second},
                {"name": "Hand and rule", "domain": second},
                {"name": "Rule and hand", "domain": first},
            ]
        )
        self.fact.segment_ids |= segments[2]
        self.fact2.segment_ids |= segments[3]
        self._merge()
        self.assertEqual(self.fact.segment_ids, segments)
        self.assertEqual(self.fact.segment_rule_ids, segments[:2])
