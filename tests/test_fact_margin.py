from datetime import date

from odoo.tests import Form

from .fact_common import FactCase


class TestFactMargin(FactCase):
    """The margin is counted when margins are switched on, and hurts nobody if not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.has_margin = "margin" in cls.env["sale.order"]._fields
        cls.product.standard_price = 4.0
        cls.order = cls._create_order(day=date(2026, 3, 2), quantity=5)

    def test_margin_of_clients_months_and_groups(self):
        self._create_order(day=date(2026, 1, 2), quantity=5)
        self._refund(self.order, quantity=1)
        self.Fact._refresh()
        fact = self._fact()
        expected = 54.0 if self.has_margin else 0.0
        self.assertEqual(fact.margin, expected)
        self.assertEqual(fact.previous_margin, 0.0)
        months = self._months()
        self.assertTrue(months)
        self.assertEqual(sum(months.mapped("margin")), 30.0 if self.has_margin else 0.0)
        [(total,)] = self.Fact._read_group([("id", "=", fact.id)], [], ["margin:sum"])
        self.assertEqual(total, expected)
        # Shares, growth and classes do not depend on it.
        self.assertEqual((fact.amount, fact.abc_class), (90.0, "A"))

    def test_the_form_shows_the_margin_only_where_there_is_one(self):
        self.Fact._refresh()
        arch = self.Fact.get_view(view_type="form")["arch"]
        self.assertIn('<tr invisible="not margin and not previous_margin">', arch)
        with Form(self._fact()) as form:
            self.assertEqual(form.margin, 30.0 if self.has_margin else 0.0)
