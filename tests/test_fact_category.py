from datetime import date

from odoo import Command

from .fact_common import FactCase


class TestFactCategory(FactCase):
    """Figures by product category are read from the client's row."""

    def test_average_order_value_by_category(self):
        first, second = self.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Anchors"}]
        )
        self.product.categ_id, self.product2.categ_id = first, second
        self._create_order(quantity=3)
        order = self._create_order(quantity=1)
        order.order_line = [
            Command.create({"product_id": self.product2.id, "product_uom_qty": 2})
        ]
        self._create_order(day=date(2025, 2, 1), quantity=7)
        self.Fact._refresh()
        rows = self.env["client.fact.category"].search(
            [("partner_id", "=", self.client.id)], order="category_id"
        )
        self.assertRecordValues(
            rows.sorted(lambda row: row.category_id.id),
            [
                {
                    "category_id": first.id,
                    "amount": 40.0,
                    "order_count": 2,
                    "average_order": 20.0,
                    "previous_amount": 70.0,
                    "previous_order_count": 1,
                },
                {
                    "category_id": second.id,
                    "amount": 40.0,
                    "order_count": 1,
                    "average_order": 40.0,
                    "previous_amount": 0.0,
                    "previous_order_count": 0,
                },
            ],
        )
        [(average,)] = self.env["client.fact.category"]._read_group(
            [("partner_id", "=", self.client.id)], [], ["average_order:avg"]
        )
        self.assertAlmostEqual(average, 80 / 3, 2)

    def test_share_of_wallet_over_the_known_categories(self):
        first, second = self.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Anchors"}]
        )
        self.product.categ_id, self.product2.categ_id = first, second
        order = self._create_order(quantity=3)
        order.order_line = [Command.create({"product_id": self.product2.id})]
        Wallet = self.env["client.wallet"]
        Wallet.create(
            [
                {
                    "partner_id": self.client.id,
                    "category_id": first.id,
                    "amount": amount,
                    "date": day,
                }
                for amount, day in (
                    (50, "2026-01-05"),
                    (60, "2026-02-05"),
                    (900, "2026-04-05"),
                )
            ]
        )
        self.Fact._refresh()
        fact = self._fact()
        self.assertEqual((fact.wallet_amount, fact.wallet_sales), (60.0, 30.0))
        self.assertEqual(fact.wallet_share, 50.0)

    def test_quotients_of_groups_are_quotients_of_sums(self):
        self._create_order(quantity=1)
        self._create_order(quantity=1)
        self._create_order(partner=self.client2, quantity=10)
        self.Fact._refresh()
        domain = [("partner_id", "in", (self.client | self.client2).ids)]
        [(average, growth)] = self.Fact._read_group(
            domain, [], ["average_order:avg", "growth:avg"]
        )
        self.assertAlmostEqual(average, 40.0, 2)
        self.assertFalse(growth)
