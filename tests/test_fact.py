from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ClientCase


@tagged("post_install", "-at_install")
class TestFact(ClientCase):
    """The working list of clients and its join to the contact card."""

    def _fact(self, partner, company=None):
        return self.env["client.fact"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def test_order_of_a_contact_makes_his_company_a_client(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        person = self.env["res.partner"].create({"name": "P", "parent_id": firm.id})
        self._create_order(partner=person, confirm=False)
        self.env["client.fact"]._refresh()
        self.assertEqual(self._fact(firm).user_id, self.salesperson)
        self.assertFalse(self._fact(person))

    def test_cancelled_quotation_makes_no_client(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self._create_order(partner=firm, confirm=False)._action_cancel()
        self.env["client.fact"]._refresh()
        self.assertFalse(self._fact(firm))

    def test_opportunity_makes_a_client(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": firm.id,
                "company_id": self.company.id,
            }
        )
        self.env["client.fact"]._refresh()
        self.assertEqual(self._fact(firm).stage_id.code, "attraction")

    def test_first_stage_follows_from_the_orders(self):
        firms = self.env["res.partner"].create(
            [{"name": f"F{i}", "is_company": True} for i in range(4)]
        )
        self._create_order(partner=firms[0], confirm=False)
        self._create_order(partner=firms[1])
        self.env["client.fact"]._ensure(firms[:3])
        self.assertEqual(
            [self._fact(firm).stage_id.code for firm in firms[:3]],
            ["sale", "retention", "attraction"],
        )
        self.company.client_survey_condition = "delivered"
        self._create_order(partner=firms[3])
        self.env["client.fact"]._refresh()
        self.assertEqual(self._fact(firms[3]).stage_id.code, "service")

    def test_second_refresh_changes_nothing(self):
        self._create_order()
        self.env["client.fact"]._refresh()
        self.assertEqual(self.env["client.fact"]._refresh(), 0)

    def test_salesperson_is_the_partners_then_the_last_orders(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        self._create_order(partner=firm, user=self.salesperson, day=date(2026, 1, 5))
        self._create_order(partner=firm, user=self.salesperson2, day=date(2026, 2, 5))
        self.env["client.fact"]._refresh()
        self.assertEqual(self._fact(firm).user_id, self.salesperson2)
        self.assertEqual(self._fact(firm).team_id, self.team2)
        firm.user_id = self.salesperson
        self.assertEqual(self._fact(firm).user_id, self.salesperson)
        self.assertEqual(self._fact(firm).team_id, self.team)

    def test_team_is_kept_when_the_salesperson_leaves_it(self):
        self.salesperson.action_archive()
        self.env["client.fact"]._refresh()
        self.assertEqual(self._fact(self.client).team_id, self.team)

    def test_primary_segment_is_the_best_rank_then_the_lowest_id(self):
        tag = self.env["client.segment"].create({"name": "Fair 2026"})
        twin = self.env["client.segment"].create({"name": "Key twin", "rank": 1})
        fact = self._fact(self.client)
        fact.segment_ids = tag
        self.assertFalse(fact.segment_id)
        fact.segment_ids = tag | self.segment_standard
        self.assertEqual(fact.segment_id, self.segment_standard)
        fact.segment_ids |= twin | self.segment_key
        self.assertEqual(fact.segment_id, self.segment_key)
        self.segment_key.rank = 5
        self.assertEqual(fact.segment_id, twin)

    def test_contact_card_shows_the_clients_row_of_the_current_company(self):
        self.client.client_segment_ids = self.segment_key
        here, there = self.client, self.client.with_company(self.company2)
        self.assertEqual(here.client_segment_id, self.segment_key)
        self.assertFalse(there.client_segment_id)
        self.assertEqual(self.contact.client_segment_id, self.segment_key)

    def test_segment_of_a_new_client_is_not_lost(self):
        firm = self.env["res.partner"].create(
            {
                "name": "Fresh",
                "is_company": True,
                "client_segment_ids": [Command.link(self.segment_key.id)],
            }
        )
        self.assertEqual(self._fact(firm).segment_id, self.segment_key)
        other = self.env["res.partner"].create({"name": "Other", "is_company": True})
        other.client_developer_id = self.salesperson2
        self.assertEqual(self._fact(other).developer_id, self.salesperson2)

    def test_partners_are_found_grouped_and_sorted_by_segment(self):
        self.client.client_segment_ids = self.segment_key
        Partner = self.env["res.partner"]
        scope = [("id", "in", (self.client | self.client2).ids)]
        found = Partner.search(
            [*scope, ("client_fact_id.segment_id", "=", self.segment_key.id)]
        )
        self.assertEqual(found, self.client)
        found = Partner.search([*scope, ("client_segment_id", "=", False)])
        self.assertEqual(found, self.client2)
        groups = dict(Partner._read_group(scope, ["client_segment_id"], ["__count"]))
        self.assertEqual(groups[self.segment_key], 1)
        ordered = Partner.search(scope, order="client_segment_id, id")
        self.assertEqual(ordered[0], self.client)

    def test_partners_who_are_no_clients_are_found(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        scope = [("id", "in", (self.client | stranger).ids)]
        Partner = self.env["res.partner"]
        self.assertEqual(
            Partner.search([*scope, ("client_fact_id", "=", False)]), stranger
        )
        self.assertEqual(
            Partner.search([*scope, ("client_fact_id", "!=", False)]), self.client
        )

    def test_merge_joins_the_clients_rows(self):
        self.client.client_segment_ids = self.segment_key
        self.client2.client_segment_ids = self.segment_standard
        self.client2.client_developer_id = self.salesperson2
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.client | self.client2).ids, self.client)
        fact = self._fact(self.client)
        self.assertEqual(len(fact), 1)
        self.assertEqual(fact.segment_ids, self.segment_key | self.segment_standard)
        self.assertEqual(fact.developer_id, self.salesperson2)

    def test_salesperson_sees_his_own_and_unassigned_clients_only(self):
        Fact = self.env["client.fact"].with_user(self.salesperson)
        free = self.env["res.partner"].create({"name": "Free", "is_company": True})
        self.env["client.fact"]._ensure(free)
        seen = Fact.search([]).partner_id
        self.assertIn(self.client, seen)
        self.assertIn(free, seen)
        self.assertNotIn(self.client2, seen)
        with self.assertRaises(AccessError):
            self._fact(self.client2).with_user(self.salesperson).write(
                {"segment_ids": [Command.link(self.segment_key.id)]}
            )

    def test_client_developer_sees_the_client(self):
        self._fact(self.client).developer_id = self.salesperson2
        seen = self.env["client.fact"].with_user(self.salesperson2).search([])
        self.assertIn(self.client, seen.partner_id)

    def test_leader_sees_his_teams_clients_only(self):
        seen = self.env["client.fact"].with_user(self.leader).search([]).partner_id
        self.assertIn(self.client, seen)
        self.assertNotIn(self.client2, seen)

    def test_administrator_sees_all_clients_of_his_company_only(self):
        foreign = self.env["client.fact"].with_company(self.company2)
        foreign._ensure(self.client_foreign)
        seen = self.env["client.fact"].with_user(self.manager).search([]).partner_id
        self.assertIn(self.client, seen)
        self.assertIn(self.client2, seen)
        self.assertNotIn(self.client_foreign, seen)

    def test_employee_without_sales_rights_sees_no_client_field(self):
        with self.assertRaises(AccessError):
            self.env["client.fact"].with_user(self.outsider).search([])
        self.assertNotIn(
            "client_segment_ids",
            self.env["res.partner"].with_user(self.outsider).fields_get(),
        )

    def test_only_the_administrator_changes_segments(self):
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                self.segment_key.with_user(user).name = "Mine"
        self.segment_key.with_user(self.manager).name = "Ours"
        self.assertEqual(self.segment_key.name, "Ours")

    def test_nobody_enters_what_follows_from_facts(self):
        fact = self._fact(self.client)
        for user in (self.salesperson, self.leader, self.manager):
            for name, value in (
                ("partner_id", self.client2.id),
                ("user_id", self.salesperson2.id),
                ("team_id", self.team2.id),
                ("company_id", self.company2.id),
                ("segment_id", self.segment_key.id),
                ("reference_date", "2020-01-01"),
            ):
                with self.subTest(user=user.login, field=name):
                    with self.assertRaisesRegex(UserError, "entered here"):
                        fact.with_user(user).write({name: value})
        fact.with_user(self.salesperson).stage_id = self.env.ref(
            "client_development.client_stage_service"
        )
        self.assertEqual(fact.stage_id.code, "service")

    def test_developer_and_segments_are_of_the_clients_company(self):
        fact = self._fact(self.client)
        foreign = new_test_user(
            self.env,
            login="cd_foreign",
            company_id=self.company2.id,
            company_ids=[Command.set(self.company2.ids)],
        )
        tag = self.env["client.segment"].create(
            {"name": "There", "company_id": self.company2.id}
        )
        with self.assertRaises(UserError):
            fact.developer_id = foreign
        with self.assertRaises(UserError):
            fact.segment_ids = tag

    def test_segments_of_another_company_are_not_seen(self):
        Segment = self.env["client.segment"]
        here, there, shared = Segment.create(
            [
                {"name": "Here", "company_id": self.company.id},
                {"name": "There", "company_id": self.company2.id},
                {"name": "Everywhere"},
            ]
        )
        for user in (self.salesperson, self.leader, self.manager):
            with self.subTest(user=user.login):
                seen = Segment.with_user(user).search([])
                self.assertIn(here, seen)
                self.assertIn(shared, seen)
                self.assertNotIn(there, seen)

    def test_new_client_is_in_his_makers_list_at_once(self):
        firm = (
            self.env["res.partner"]
            .with_user(self.salesperson)
            .with_context(client_new=True, default_user_id=self.salesperson.id)
            .create({"name": "Fresh", "is_company": True})
        )
        self.assertEqual(self._fact(firm).user_id, self.salesperson)

    def test_plan_makes_its_client_appear_in_the_list(self):
        firm = self.env["res.partner"].create({"name": "Fresh", "is_company": True})
        self.env["client.plan"].create({"partner_id": firm.id})
        self.assertTrue(self._fact(firm))

    def test_new_plan_opens_from_the_list_of_clients(self):
        fact = self._fact(self.client).with_user(self.salesperson)
        action = fact.action_open_plan()
        self.assertEqual(action["context"]["default_partner_id"], self.client.id)
        plan = (
            self.env["client.plan"]
            .with_user(self.salesperson)
            .create({"partner_id": self.client.id})
        )
        self.assertEqual(fact.action_open_plan()["res_id"], plan.id)

    def test_used_segment_is_archived_not_deleted(self):
        self.client.client_segment_ids = self.segment_key
        with self.assertRaisesRegex(UserError, "Archive"):
            self.segment_key.with_user(self.manager).unlink()
        self.segment_key.with_user(self.manager).action_archive()
        self.assertFalse(self._fact(self.client).segment_id)

    def test_stages_are_renamed_but_never_deleted(self):
        stage = self.env.ref("client_development.client_stage_attraction")
        stage.with_user(self.manager).name = "Winning"
        with self.assertRaises(AccessError):
            stage.with_user(self.manager).unlink()

    def test_list_of_eighty_clients_costs_the_same_queries_as_of_ten(self):
        firms = self.env["res.partner"].create(
            [{"name": f"F{i}", "is_company": True} for i in range(80)]
        )
        facts = self.env["client.fact"]._ensure(firms)
        spec = {
            "partner_id": {"fields": {"display_name": {}}},
            "segment_ids": {"fields": {"display_name": {}, "color": {}}},
            "stage_id": {"fields": {"display_name": {}}},
            "plan_state": {},
            "next_review_date": {},
            "phone": {},
            "user_id": {"fields": {"display_name": {}}},
        }

        def queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.with_user(self.manager).web_read(spec)
            return self.cr.sql_log_count - before

        queries(facts[:10])  # warm the caches of rules and translations
        self.assertEqual(queries(facts[:10]), queries(facts))
