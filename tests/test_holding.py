from odoo.exceptions import AccessError, ValidationError

from .portrait_common import PortraitCase


class TestHolding(PortraitCase):
    """Several legal entities are summed as one client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls.env["client.holding"].create({"name": "Group"})
        cls.members = cls.big | cls.big2 | cls.middle
        cls.members.client_holding_id = cls.holding
        cls.env["client.wallet"].create(
            [
                {
                    "partner_id": partner.id,
                    "category_id": cls.screws.id,
                    "amount": amount,
                    "date": "2026-01-01",
                }
                for partner, amount in ((cls.big, 1000), (cls.big2, 500))
            ]
        )
        cls._create_order(partner=cls.big, day=cls.previous_day(), quantity=50)
        cls.Fact._refresh()

    @classmethod
    def previous_day(cls):
        return cls.company._client_today().replace(year=2025, month=2, day=3)

    def test_holding_sums_the_figures_of_its_clients(self):
        holding = self.holding.with_user(self.manager)
        self.assertRecordValues(
            holding,
            [
                {
                    "member_count": 3,
                    "visible_count": 3,
                    "amount": 900.0,
                    "previous_amount": 500.0,
                    "growth_amount": 400.0,
                    "growth": 80.0,
                    "order_count": 3,
                    "average_order": 300.0,
                    "wallet_period_amount": 1500.0,
                    "wallet_sales": 600.0,
                    "wallet_share": 40.0,
                }
            ],
        )

    def test_a_product_that_two_of_them_buy_is_one_position(self):
        each = sum(self._fact(partner).product_count for partner in self.members)
        self.assertEqual(each, 4)
        self.assertEqual(self.holding.with_user(self.manager).product_count, 2)

    def test_contacts_of_a_member_do_not_count_twice(self):
        self.env["res.partner"].create({"name": "Ada", "parent_id": self.big.id})
        holding = self.holding.with_user(self.manager)
        self.assertEqual(holding.member_ids, self.members)
        self.assertEqual(holding.member_count, 3)

    def test_figures_are_those_of_the_clients_one_may_see(self):
        for user, seen, amount in (
            (self.salesperson, self.big | self.middle, 700),
            (self.leader, self.big | self.middle, 700),
            (self.salesperson2, self.big2, 200),
            (self.leader2, self.big2, 200),
            (self.manager, self.members, 900),
        ):
            holding = self.holding.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(set(holding.fact_ids.partner_id), set(seen))
                self.assertEqual(holding.amount, amount)
                self.assertEqual(holding.visible_count, len(seen))
                self.assertEqual(holding.member_count, 3)
                domain = holding.action_view_clients()["domain"]
                found = self.Fact.with_user(user).search(domain)
                self.assertEqual(set(found.partner_id), set(seen))
        with self.assertRaises(AccessError):
            self.env["client.holding"].with_user(self.outsider).search([])

    def test_holding_of_another_company_is_not_seen(self):
        mine, foreign = self.env["client.holding"].create(
            [
                {"name": "Mine", "company_id": self.company.id},
                {"name": "Foreign", "company_id": self.company2.id},
            ]
        )
        seen = self.env["client.holding"].with_user(self.manager).search([])
        self.assertLessEqual(mine | self.holding, seen)
        self.assertNotIn(foreign, seen)
        self.client_foreign.client_holding_id = self.holding
        with self.assertRaisesRegex(ValidationError, "^Company: .*Leave the company"):
            self.holding.company_id = self.company

    def test_salespeople_keep_holdings_and_leaders_delete_them(self):
        holding = self.holding.with_user(self.salesperson)
        holding.name = "Group of Tests"
        with self.assertRaises(AccessError):
            holding.unlink()
        self.holding.with_user(self.leader).unlink()
        self.assertFalse(self.big.client_holding_id)

    def test_members_are_chosen_on_the_holding(self):
        holding = self.holding.with_user(self.manager)
        holding.member_ids = self.big | self.small
        self.assertEqual(self.small.client_holding_id, self.holding)
        self.assertFalse(self.big2.client_holding_id)
        found = self.env["client.holding"].search([("member_ids", "in", self.big.ids)])
        self.assertEqual(found, self.holding)

    def test_clients_are_grouped_by_holding(self):
        groups = dict(
            self.Fact._read_group(
                [("company_id", "=", self.company.id)], ["holding_id"], ["amount:sum"]
            )
        )
        self.assertEqual(groups[self.holding], 900)
        found = self.Fact.search([("holding_id", "=", self.holding.id)])
        self.assertEqual(set(found.partner_id), set(self.members))

    def test_holdings_without_clients_have_no_quotients(self):
        empty = self.env["client.holding"].create({"name": "Empty"})
        self.assertRecordValues(
            empty,
            [
                {
                    "amount": 0.0,
                    "growth": 0.0,
                    "average_order": 0.0,
                    "wallet_share": 0.0,
                    "product_count": 0,
                }
            ],
        )

    def test_figures_of_many_holdings_cost_as_many_queries_as_of_one(self):
        more = self.env["client.holding"].create({"name": "More"})
        self.small.client_holding_id = more

        def count(holdings):
            self.env.invalidate_all()
            holdings.mapped("name")
            before = self.env.cr.sql_log_count
            holdings.mapped("amount")
            holdings.mapped("product_count")
            return self.env.cr.sql_log_count - before

        count(more)
        self.assertLessEqual(count(self.holding | more), count(self.holding) + 1)
