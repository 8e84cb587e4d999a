from datetime import date

from odoo.exceptions import AccessError

from .fact_common import FactCase


class TestFactSecurity(FactCase):
    """Figures are seen by those who may see the client, in his company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["product.category"].create({"name": "Screws"})
        cls.product.categ_id = category
        for partner, user in (
            (cls.client, cls.salesperson),
            (cls.client2, cls.salesperson2),
        ):
            cls._create_order(partner=partner, user=user, day=date(2026, 2, 2))
        foreign = {"company_id": cls.company2.id, "user": cls.env.user}
        cls._create_order(partner=cls.client_foreign, day=date(2026, 2, 2), **foreign)
        cls.wallets = cls.env["client.wallet"].create(
            [
                {"partner_id": partner.id, "category_id": category.id, "amount": 10}
                for partner in (cls.client, cls.client2)
            ]
        )
        cls.wallets |= cls.wallets.create(
            {
                "partner_id": cls.client_foreign.id,
                "category_id": category.id,
                "amount": 10,
                "company_id": cls.company2.id,
            }
        )
        for company in (cls.company, cls.company2):
            cls.Fact.with_company(company)._refresh()
            for fact in cls.Fact.search([("company_id", "=", company.id)]):
                cls.env["client.fact.move"]._log_stage(
                    fact, cls.env.ref("client_development.client_stage_service")
                )

    def test_each_role_sees_the_figures_of_its_clients(self):
        both = self.client | self.client2
        for model in (
            "client.fact.month",
            "client.fact.move",
            "client.fact.category",
            "client.wallet",
        ):
            for user, seen in (
                (self.salesperson, self.client),
                (self.salesperson2, self.client2),
                (self.leader, self.client),
                (self.leader2, self.client2),
                (self.manager, both),
            ):
                with self.subTest(model=model, user=user.login):
                    found = self.env[model].with_user(user).search([])
                    self.assertEqual(
                        found.partner_id & (both | self.client_foreign), seen
                    )
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search([])

    def test_client_developer_sees_the_figures(self):
        self._fact().developer_id = self.salesperson2
        for model in ("client.fact.month", "client.fact.category", "client.wallet"):
            found = self.env[model].with_user(self.salesperson2).search([])
            self.assertIn(self.client, found.partner_id, model)

    def test_figures_are_written_by_the_refresh_alone(self):
        month = self.env["client.fact.month"].search([], limit=1)
        move = self.env["client.fact.move"].search([], limit=1)
        for record in (month, move):
            for user in (self.salesperson, self.leader, self.manager):
                with self.subTest(model=record._name, user=user.login):
                    with self.assertRaises(AccessError):
                        record.with_user(user).create({})
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()
        with self.assertRaises(AccessError):
            move.with_user(self.manager).date = "2020-01-01"

    def test_salesperson_keeps_the_wallets_of_his_own_clients_only(self):
        mine, theirs, _foreign = self.wallets.with_user(self.salesperson)
        mine.amount = 20
        with self.assertRaises(AccessError):
            theirs.amount = 20
        with self.assertRaises(AccessError):
            mine.create(
                {
                    "partner_id": self.client2.id,
                    "category_id": mine.category_id.id,
                    "amount": 5,
                }
            )

    def test_only_administrators_see_the_queue_of_their_companies(self):
        self.Queue._report(self.company, {self.client.id: "bad"}, None)
        self.Queue._report(self.company2, {self.client_foreign.id: "bad"}, None)
        seen = self.Queue.with_user(self.manager).search([("error", "!=", False)])
        self.assertEqual(seen.company_id, self.company)
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                self.Queue.with_user(user).search([])
