from contextlib import contextmanager
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.sql_db import Cursor
from odoo.tests import tagged

from .common import ClientCase

APPLY_LOGGER = "odoo.addons.client_development.models.client_segment_apply"
FAR = "[('partner_id.city', '=', 'Farsund')]"


@tagged("post_install", "-at_install")
class TestSegmentRule(ClientCase):
    """Clients get a segment by rule, and keep what people gave them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fact, cls.fact2 = (cls._fact(c) for c in (cls.client, cls.client2))
        cls.client.city = "Farsund"

    @classmethod
    def _fact(cls, partner, company=None):
        return cls.env["client.fact"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    def _segment(self, domain, user=None, **values):
        segments = self.env["client.segment"].with_user(user or self.manager)
        return (
            segments.create({"name": "By rule", "rank": 2, "domain": domain, **values})
        ).sudo()

    def _apply(self, facts=None):
        return self.env["client.segment"]._apply_rules(facts)

    def test_who_sees_one_company_makes_segments_of_that_company(self):
        segments = self.env["client.segment"]
        own = segments.with_user(self.manager).create({"name": "Here"})
        self.assertEqual(own.company_id, self.company)
        self.manager.sudo().company_ids = self.env["res.company"].sudo().search([])
        shared = segments.with_user(self.manager).create({"name": "Everywhere"})
        self.assertFalse(shared.company_id)

    def test_a_rule_is_not_offered_what_nobody_can_read(self):
        found = self.env["client.fact"].fields_get(attributes=["searchable"])
        self.assertFalse(found["category_figures"]["searchable"])
        self.assertTrue(found["amount"]["searchable"])

    @contextmanager
    def _queries(self):
        """Collect the SQL of the block."""
        self.env.flush_all()
        queries, execute = [], Cursor.execute

        def spy(cursor, query, params=None, log_exceptions=None):
            queries.append(str(getattr(query, "code", query)).strip())
            return execute(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", spy):
            yield queries
            self.env.flush_all()

    # -- membership -------------------------------------------------------------------

    def test_saved_rule_gives_the_segment_at_once(self):
        segment = self._segment(FAR)
        self.assertEqual(segment.fact_ids, self.fact)
        self.assertEqual(self.fact.segment_rule_ids, segment)
        self.assertEqual(self.fact.segment_id, segment)
        self.assertEqual(self.fact.segment_rank, 2)
        self.assertEqual(self.client.client_segment_ids, segment)

    def test_changed_rule_takes_and_gives_at_once(self):
        self.client2.city = "Grimstad"
        segment = self._segment(FAR)
        segment.with_user(
            self.manager
        ).domain = "[('partner_id.city', '=', 'Grimstad')]"
        self.assertEqual(segment.fact_ids, self.fact2)
        self.assertFalse(self.fact.segment_ids | self.fact.segment_rule_ids)
        self.assertFalse(self.fact.segment_id)
        self.assertFalse(self.fact.segment_rank)

    def test_client_that_no_longer_matches_leaves_at_the_next_run(self):
        segment = self._segment(FAR)
        self.client.city = "Oslo"
        self.assertEqual(segment.fact_ids, self.fact)
        self.assertEqual(self._apply(), 1)
        self.assertFalse(segment.fact_ids)

    def test_rule_never_takes_away_what_a_person_gave(self):
        by_hand = self._segment("[('partner_id.city', '=', 'Nowhere')]")
        self.fact.with_user(self.salesperson).segment_ids = by_hand
        self.fact2.with_user(self.salesperson2).segment_ids = by_hand
        # it matches for a while: a membership by hand stays one
        by_hand.domain = FAR
        self.assertFalse(self.fact.segment_rule_ids)
        by_hand.domain = "[('partner_id.city', '=', 'Nowhere')]"
        self.assertEqual(by_hand.fact_ids, self.fact | self.fact2)
        by_hand.domain = False
        self._apply()
        self.assertEqual(by_hand.fact_ids, self.fact | self.fact2)

    def test_member_by_rule_that_a_person_removes_comes_back(self):
        segment = self._segment(FAR)
        self.fact.with_user(self.salesperson).segment_ids = [Command.unlink(segment.id)]
        self.assertFalse(self.fact.segment_rule_ids)
        self.assertFalse(self.fact.segment_id)
        self.assertEqual(self._apply(), 1)
        self.assertEqual(self.fact.segment_rule_ids, segment)
        self.assertEqual(self.fact.segment_id, segment)

    def test_raise_by_a_person_is_kept_by_the_rules(self):
        segment = self._segment(FAR)
        self.fact.with_user(self.salesperson).segment_ids |= self.segment_key
        self._apply()
        self.assertEqual(self.fact.segment_ids, segment | self.segment_key)
        self.assertEqual(self.fact.segment_id, self.segment_key)

    def test_archived_segment_has_no_effect_by_rule(self):
        segment = self._segment(FAR)
        self.fact2.segment_ids = segment
        segment.with_user(self.manager).action_archive()
        self.assertEqual(segment.fact_ids, self.fact2)
        self.assertFalse(self.fact.segment_id | self.fact2.segment_id)
        segment.with_user(self.manager).action_unarchive()
        self.assertEqual(segment.fact_ids, self.fact | self.fact2)
        self.assertEqual(self.fact2.segment_id, segment)

    def test_rule_without_conditions_is_none(self):
        segment = self._segment("[]")
        self.assertFalse(segment.domain)
        self.assertFalse(segment.fact_ids)
        segment.with_user(self.manager).domain = FAR
        segment.with_user(self.manager).domain = " [] "
        self.assertFalse(segment.domain)
        self.assertFalse(segment.fact_ids)

    def test_rule_works_in_every_company_of_its_segment_only(self):
        self.client_foreign.city = "Farsund"
        foreign = (
            self.env["client.fact"]
            .with_company(self.company2)
            ._ensure(self.client_foreign)
        )
        shared = self._segment(FAR, company_id=False)
        self.assertEqual(shared.fact_ids, self.fact | foreign.sudo())
        here = self._segment(FAR, company_id=self.company.id)
        self.assertEqual(here.fact_ids, self.fact)
        here.company_id = self.company2
        self.assertEqual(here.fact_ids, foreign.sudo())

    def test_only_the_given_clients_are_looked_at(self):
        segment = self._segment(FAR)
        self.client.city, self.client2.city = "Oslo", "Farsund"
        self.assertEqual(self._apply(self.fact2), 1)
        self.assertEqual(segment.fact_ids, self.fact | self.fact2)
        self.assertEqual(self._apply(self.env["client.fact"]), 0)
        self.assertEqual(self._apply(self.fact), 1)
        self.assertEqual(segment.fact_ids, self.fact2)

    def test_a_client_who_was_put_aside_is_no_member(self):
        segment = self._segment("[('active', 'in', [True, False])]")
        self.assertIn(self.fact2, segment.fact_ids)
        self.client2.write({"is_company": False, "parent_id": self.client.id})
        self._apply()
        self.assertNotIn(self.fact2, segment.with_context(active_test=False).fact_ids)

    def test_relative_dates_follow_the_calendar(self):
        # the day begins in the company's time zone, not in the server's
        self.company.resource_calendar_id.tz = "Asia/Tokyo"
        self.fact.sudo().reference_date = "2026-06-01"
        with freeze_time("2026-05-31 12:00:00"):
            segment = self._segment("[('reference_date', '<', 'today -7d')]")
            self.assertNotIn(self.fact, segment.fact_ids)
        with freeze_time("2026-06-08 14:00:00"):
            self._apply()
            self.assertNotIn(self.fact, segment.fact_ids)
        with freeze_time("2026-06-08 15:30:00"):
            self._apply()
            self.assertIn(self.fact, segment.fact_ids)

    def test_segments_edited_from_their_own_side_count_the_same(self):
        segment = self._segment(FAR)
        segment.with_user(self.manager).fact_ids = [Command.set(self.fact2.ids)]
        self.assertFalse(self.fact.segment_id | self.fact.segment_rule_ids)
        self.assertEqual(self.fact2.segment_id, segment)

    def test_copy_has_the_rule_but_not_the_members_by_hand(self):
        segment = self._segment(FAR)
        self.fact2.segment_ids = segment
        self.assertEqual(segment.with_user(self.manager).copy().fact_ids, self.fact)

    def test_counts_by_rule_and_by_hand_open_their_clients(self):
        segment = self._segment(FAR).with_user(self.manager)
        self.fact2.segment_ids = segment
        self.env.invalidate_all()
        self.assertEqual(segment.client_count, 2)
        self.assertEqual(segment.rule_client_count, 1)
        self.assertEqual(segment.hand_client_count, 1)
        facts = self.env["client.fact"].with_user(self.manager)
        by_rule = segment.action_view_rule_clients()["domain"]
        by_hand = segment.action_view_hand_clients()["domain"]
        self.assertEqual(facts.search(by_rule), self.fact)
        self.assertEqual(facts.search(by_hand), self.fact2)

    def test_nobody_enters_what_follows_from_rules_and_ranks(self):
        for name, value in (
            ("segment_rule_ids", [Command.link(self.segment_key.id)]),
            ("segment_id", self.segment_key.id),
            ("segment_rank", 1),
        ):
            with self.subTest(field=name), self.assertRaises(UserError):
                self.fact.with_user(self.manager).write({name: value})

    # -- bad input --------------------------------------------------------------------

    def _assert_refused(self, domain, message, user=None):
        before = self.segment_key.domain
        with self.assertRaisesRegex(ValidationError, "^Rule: ") as caught:
            with self.env.cr.savepoint():
                self.segment_key.with_user(user or self.manager).domain = domain
                self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn(self.segment_key.name, str(caught.exception))
        self.assertIn(message, str(caught.exception))
        self.assertEqual(self.segment_key.domain, before)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._segment(domain, user=user, name="Never")
        self.assertFalse(self.env["client.segment"].search([("name", "=", "Never")]))

    def test_bad_rule_is_refused_and_nothing_is_stored(self):
        for domain, message in (
            ("[(", "fixed values"),
            ("nonsense", "fixed values"),
            ("42", "fixed values"),
            ("()", "fixed values"),
            ("{}", "fixed values"),
            ("[('user_id', '=', uid)]", "fixed values"),
            ("[('user_id', '=', user.id)]", "fixed values"),
            ("[('create_date', '>', context_today())]", "fixed values"),
            ("[('create_date', '>', time.strftime('%Y'))]", "fixed values"),
            ("[" * 500 + "]" * 500, "fixed values"),
            ("['&', ('id', '=', 1)]", "malformed"),
            ("[('id', '=')]", "invalid item"),
            ("['x']", "invalid item"),
            ("[('nothing', '=', 1)]", "nothing"),
            ("[('partner_id.nothing', '=', 1)]", "nothing"),
            ("[('partner_id', 'any', [('nothing', '=', 1)])]", "nothing"),
            ("[('id', '~', 1)]", "operator"),
            ("[('partner_id', 'any!', [('id', '=', 1)])]", "invalid item"),
            ("[('plan_id', '=', 1)]", "plan_id"),
            ("[('create_date', '>', 'yesterday')]", "yesterday"),
            ("[('create_date', '>', '2026-02-30')]", "out of range"),
            ("[('create_date', '>', 'today; DROP')]", "today; DROP"),
            ("[('reference_date', '>', 'today -7x')]", "-7x"),
            ("[('id', '>', 'abc')]", "abc"),
        ):
            with self.subTest(domain=domain[:60]):
                self._assert_refused(domain, message)

    def test_rule_the_database_refuses_does_not_break_the_transaction(self):
        self._assert_refused("[('partner_id.color', '>', 'abc')]", "abc")
        self.assertTrue(self.env["client.fact"].search_count([]))

    def test_rule_on_segments_is_refused_on_every_way_to_them(self):
        for domain in (
            "[('segment_ids', 'in', [1])]",
            "[('segment_ids.name', '=', 'Key')]",
            "[('segment_id', '=', 1)]",
            "[('segment_rank', '=', 1)]",
            "[('segment_rule_ids', '!=', False)]",
            "['!', ('segment_id.rank', '>', 1)]",
            "['|', ('id', '=', 1), ('segment_id', '=', 1)]",
            "[('partner_id.client_fact_id.segment_id', '=', 1)]",
            "[('partner_id.client_fact_ids.segment_rank', '<', 3)]",
            "[('partner_id.client_segment_ids', 'in', [1])]",
            "[('partner_id.client_segment_id', '=', 1)]",
            "[('partner_id', 'any', [('client_segment_id', '=', 1)])]",
            "[('partner_id.client_fact_ids', 'any', [('segment_id', '=', 1)])]",
            "[('partner_id.client_fact_ids', 'not any', [('segment_id', '=', 1)])]",
            "[('id', 'any', [('segment_id', '=', 1)])]",
        ):
            with self.subTest(domain=domain):
                self._assert_refused(domain, "refers to segments")

    def test_rule_on_a_field_one_may_not_read_is_refused(self):
        city = type(self.client)._fields["city"]
        domain = "[('partner_id.city', '=', 'Farsund')]"
        self.patch(city, "groups", "base.group_system")
        self.assertFalse(self.manager.has_group("base.group_system"))
        self._assert_refused(domain, "city")
        # neither directly nor through a related field or a sub-condition
        self._assert_refused("[('partner_id', 'any', [('city', '=', 'x')])]", "city")
        self.manager.group_ids |= self.env.ref("base.group_system")
        self.assertEqual(self._segment(domain).fact_ids, self.fact)

    def test_rule_on_a_model_one_may_not_read_is_refused(self):
        domain = "[('user_id.api_key_ids.name', '=', 'x')]"
        self._segment(domain)
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "res.users.apikeys")]
        ).unlink()
        self._assert_refused(domain, "API Keys")

    def test_only_the_administrator_writes_rules(self):
        for user in (self.salesperson, self.leader, self.outsider):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self.segment_key.with_user(user).domain = FAR
                with self.assertRaises(AccessError):
                    self._segment(FAR, user=user)

    def test_segment_in_the_history_is_archived_not_deleted(self):
        segment = self._segment(FAR)
        segment.domain = False
        self.assertFalse(segment.fact_ids)
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            segment.with_user(self.manager).unlink()

    # -- rules that break later -------------------------------------------------------

    def test_broken_rule_is_skipped_and_named_while_the_others_go_on(self):
        bad = self._segment(FAR, name="Bad")
        good = self._segment(FAR, name="Good")
        self.env.cr.execute(
            "UPDATE client_segment SET domain = %s WHERE id = %s",
            ["[('gone_field', '=', 1)]", bad.id],
        )
        self.env.invalidate_all()
        self.client.city, self.client2.city = "Oslo", "Farsund"
        with self.assertLogs(APPLY_LOGGER, "WARNING") as logs:
            self._apply()
        self.assertIn("gone_field", logs.output[0])
        self.assertIn("gone_field", bad.rule_error)
        self.assertEqual(bad.fact_ids, self.fact)  # as before
        self.assertEqual(good.fact_ids, self.fact2)
        self.assertFalse(good.rule_error)
        with self.assertNoLogs(APPLY_LOGGER, "WARNING"):
            self.assertEqual(self._apply(), 0)
        bad.with_user(self.manager).domain = FAR
        self.assertFalse(bad.rule_error)
        self.assertEqual(bad.fact_ids, self.fact2)

    def test_rule_that_the_database_refuses_later_does_not_stop_the_others(self):
        bad = self._segment(FAR, name="Bad")
        good = self._segment("[('partner_id.city', '=', 'Oslo')]", name="Good")
        self.env.cr.execute(
            "UPDATE client_segment SET domain = %s WHERE id = %s",
            ["[('partner_id.color', '>', 'abc')]", bad.id],
        )
        self.env.invalidate_all()
        self.client.city = "Oslo"
        with self.assertLogs(APPLY_LOGGER, "WARNING"):
            self._apply()
        self.assertTrue(bad.rule_error)
        self.assertEqual(good.fact_ids, self.fact)

    # -- cost -------------------------------------------------------------------------

    def test_eight_rules_cost_the_same_queries_for_eighty_clients_as_for_ten(self):
        firms = self.env["res.partner"].create(
            [{"name": f"F{i}", "is_company": True, "city": "C"} for i in range(80)]
        )
        facts = self.env["client.fact"]._ensure(firms)
        for number in range(8):
            self._segment(f"[('partner_id.city', '=', 'C{number}')]", rank=number)

        def queries(clients):
            for number, client in enumerate(clients):
                client.city = f"C{number % 8}"
            self.env.flush_all()
            self.env.invalidate_all()
            with self._queries() as found:
                changed = self._apply(facts)
            self.assertEqual(changed, len(clients))
            return len(found)

        queries(firms[70:])  # warm the caches
        few = queries(firms[:10])
        firms[:10].city = "C"
        self._apply(facts)
        self.assertEqual(queries(firms[:70]), few)

    def test_second_run_writes_nothing(self):
        for number in range(8):
            self._segment(FAR, rank=number, name=f"S{number}")
        self._apply()
        with self._queries() as found:
            self.assertEqual(self._apply(), 0)
        writing = [
            query
            for query in found
            if any(word in query for word in ("INSERT", "UPDATE", "DELETE"))
        ]
        self.assertFalse(writing)
