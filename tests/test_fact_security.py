from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError

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

    def _wallet(self, user):
        """Return a wallet of a client nobody looks after, as ``user`` sees it."""
        free = self.env["res.partner"].create({"name": "Free", "is_company": True})
        self.Fact._ensure(free)
        return (
            self.env["client.wallet"]
            .with_user(user)
            .create(
                {
                    "partner_id": free.id,
                    "category_id": self.product.categ_id.id,
                    "amount": 1,
                }
            )
        )

    def test_wallet_moves_only_to_clients_that_one_may_write_for(self):
        fresh = self.env["res.partner"].create({"name": "New", "is_company": True})
        contact = self.env["res.partner"].create(
            {"name": "Nils", "parent_id": fresh.id}
        )
        for user, allowed, refused in (
            (self.salesperson, self.client, self.client2),
            (self.salesperson2, self.client2, self.client),
            (self.leader, self.client, self.client2),
            (self.leader2, self.client2, self.client),
            (self.manager, self.client | self.client2, self.client_foreign),
        ):
            with self.subTest(user=user.login):
                wallet = self._wallet(user)
                for partner in allowed:
                    wallet.partner_id = partner
                    self.assertEqual(wallet.sudo().partner_id, partner)
                wallet.partner_id = contact
                self.assertEqual(wallet.sudo().partner_id, fresh)
                waiting = self._waiting()
                self.assertLessEqual(allowed | fresh, waiting)
                for values in (
                    {"partner_id": refused.id},
                    {"company_id": self.company2.id},
                    {"partner_id": refused.id, "company_id": self.company2.id},
                ):
                    # a client of another company's own is refused as such
                    error = UserError if refused.company_id else AccessError
                    with self.assertRaises(error):
                        wallet.write(values)
                    self.env.invalidate_all()
                    self.assertEqual(wallet.sudo().partner_id, fresh)
                    self.assertEqual(wallet.sudo().company_id, self.company)
        with self.assertRaises(AccessError):
            self.wallets[0].with_user(self.outsider).partner_id = self.client2

    def test_wallet_of_another_company_is_that_clients_there(self):
        """He may work in both companies, but the client is another's in the second."""
        user = self.salesperson
        user.company_ids |= self.company2
        there = self.Fact.with_company(self.company2)._ensure(self.client)
        there.developer_id = False
        self.env.cr.execute(
            "UPDATE client_fact SET user_id = %s WHERE id = %s",
            [self.salesperson2.id, there.id],
        )
        self.env.invalidate_all()
        mine = self.wallets[0].with_user(user)
        mine = mine.with_context(allowed_company_ids=(self.company | self.company2).ids)
        values = {
            "partner_id": self.client.id,
            "category_id": mine.category_id.id,
            "company_id": self.company2.id,
        }
        for change in (lambda: mine.write(values), lambda: mine.create(values)):
            with self.assertRaises(AccessError):
                change()

    def test_impossible_wallets_are_refused(self):
        wallet = self.wallets[0].with_user(self.salesperson)
        for name, label, wrong in (
            (
                "amount",
                "Per Year",
                (float("nan"), float("inf"), 1e300, 1.1e12, -1, "nan", "x"),
            ),
            (
                "date",
                "Known since",
                ("0001-01-01", "1989-12-31", "2036-04-01", "2999-01-01", "x", 5),
            ),
        ):
            for value in wrong:
                values = {name: value}
                whole = {
                    "partner_id": self.client.id,
                    "category_id": wallet.category_id.id,
                    **values,
                }
                with self.subTest(values=values):
                    with self.assertRaisesRegex(ValidationError, f"^{label}: .*Enter"):
                        wallet.write(values)
                    with self.assertRaisesRegex(ValidationError, f"^{label}: .*Enter"):
                        wallet.create(whole)
                    if value in ("x", 5):
                        continue  # Odoo itself refuses such defaults
                    defaults = {f"default_{name}": value}
                    whole.pop(name)
                    with self.assertRaisesRegex(ValidationError, f"^{label}: .*Enter"):
                        wallet.with_context(**defaults).create(whole)
        wallet.write({"amount": 1e12, "date": "1990-01-01"})
        wallet.write({"amount": 0, "date": date(2036, 3, 31)})

    def test_only_administrators_see_the_queue_of_their_companies(self):
        self.Queue._report(self.company, {self.client.id: "bad"}, None)
        self.Queue._report(self.company2, {self.client_foreign.id: "bad"}, None)
        seen = self.Queue.with_user(self.manager).search([("error", "!=", False)])
        self.assertEqual(seen.company_id, self.company)
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                self.Queue.with_user(user).search([])
