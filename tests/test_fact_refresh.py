from datetime import date
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError

from .fact_common import FactCase


class TestFactRefresh(FactCase):
    """Refreshing some clients or all comes to the same facts."""

    def test_confirmed_order_is_in_the_facts_after_the_next_run(self):
        self._create_order(quantity=3)
        self.Fact._refresh_queue()
        self.assertRecordValues(
            self._fact(),
            [
                {
                    "order_count": 1,
                    "amount": 30.0,
                    "product_count": 1,
                    "abc_class": "A",
                    "activity": "new",
                    "first_order_date": date(2026, 3, 2),
                    "last_order_date": date(2026, 3, 2),
                    "reference_date": date(2026, 3, 31),
                }
            ],
        )
        self.assertFalse(self._waiting())

    def test_first_run_of_the_day_refreshes_everybody(self):
        self.Fact._refresh_queue()
        self.assertEqual(self.company.client_fact_date, date(2026, 3, 31))
        tomorrow = self.Fact.with_context(client_today=date(2026, 4, 1))
        tomorrow._refresh_queue()
        self.assertEqual(self.company.client_fact_date, date(2026, 4, 1))
        self.assertEqual(self._fact(self.client2).reference_date, date(2026, 4, 1))

    def test_incremental_refresh_equals_a_full_one(self):
        self._create_order(quantity=50)
        self._create_order(partner=self.client2, quantity=10)
        self.Fact._refresh()
        self._create_order(partner=self.client2, quantity=5000)
        self.Fact._refresh_queue()
        ours, theirs = self._fact(), self._fact(self.client2)
        self.assertEqual((ours.abc_class, theirs.abc_class), ("C", "A"))
        self.assertEqual(self.Fact._refresh(), 0)

    def test_button_refreshes_one_client(self):
        self._create_order(quantity=3)
        self._create_order(partner=self.client2)
        self.assertEqual(self.Fact._refresh(self.contact), 1)
        self.assertEqual(self._fact().order_count, 1)
        self.assertEqual(self._fact(self.client2).order_count, 0)

    def test_credit_note_reduces_on_its_own_date(self):
        order = self._create_order(day=date(2025, 2, 10), quantity=5)
        self._refund(order, quantity=2)
        self.Fact._refresh()
        fact = self._fact()
        self.assertEqual((fact.amount, fact.order_count), (-20.0, 0))
        self.assertEqual((fact.previous_amount, fact.previous_order_count), (50.0, 1))
        self.assertEqual(fact.activity, "lost")

    def test_another_day_is_for_all_clients_only(self):
        with self.assertRaisesRegex(UserError, "Reference date"):
            self.Fact._refresh(self.client, reference_date="2026-01-31")
        self._create_order(day=date(2026, 1, 10))
        self._create_order(day=date(2026, 3, 10))
        self.Fact._refresh(reference_date="2026-01-31")
        self.assertEqual(self._fact().order_count, 1)
        self.assertEqual(self._fact().reference_date, date(2026, 1, 31))

    def test_reading_another_day_stores_nothing(self):
        self._create_order(day=date(2026, 1, 10), quantity=3)
        self._create_order(day=date(2026, 3, 10))
        self.Fact._refresh()
        before = self._fact().read()
        read = self.Fact._facts_as_of("2026-01-31", self.contact)
        self.assertEqual(list(read), self.client.ids)
        self.assertEqual(read[self.client.id]["order_count"], 1)
        self.assertEqual(read[self.client.id]["amount"], 30)
        self.env.invalidate_all()
        self.assertEqual(self._fact().read(), before)

    def test_companies_are_counted_apart(self):
        self._create_order()
        self._create_order(company_id=self.company2.id, user=self.env.user, quantity=9)
        self.Fact._refresh()
        self.Fact.with_company(self.company2)._refresh()
        self.assertEqual(self._fact().amount, 20.0)
        self.assertEqual(self._fact(company=self.company2).amount, 90.0)

    def test_order_at_its_own_rate(self):
        order = self._create_order(quantity=4)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET currency_rate = 2 WHERE id = %s", [order.id]
        )
        self.Fact._refresh()
        self.assertEqual(self._fact().amount, 20.0)

    def test_refresh_waits_while_another_process_refreshes(self):
        self._create_order()
        self._waiting()
        with patch.object(
            self.registry["client.fact"], "_lock_refresh", return_value=False
        ):
            self.assertEqual(self.Fact._refresh(self.client), 0)
            self.assertEqual(self.Fact._refresh(), 0)
        self.assertEqual(self._waiting(), self.client)

    def test_scheduled_action_can_be_run_twice(self):
        self._create_order()
        cron = self.env.ref("client_development.ir_cron_refresh_facts")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._fact().order_count, 1)


class TestFactPoison(FactCase):
    """A client whose figures cannot be worked out stops nobody else."""

    def _poison(self, order, amount):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET amount_untaxed = %s WHERE id = %s",
            [amount, order.id],
        )

    def _check_only_the_bad_one_is_left_out(self):
        self.Fact._refresh()
        self.assertEqual(self._fact().order_count, 0)
        self.assertEqual(self._fact(self.client2).order_count, 1)
        self.assertEqual(self._fact(self.client2).abc_class, "A")
        report = self.Queue.with_user(self.manager).search([("error", "!=", False)])
        self.assertEqual(report.mapped("partner_id"), self.client.ids)
        self.assertEqual(report.company_id, self.company)

    def test_client_with_an_impossible_amount_is_skipped_and_reported(self):
        bad = self._create_order()
        self._create_order(partner=self.client2)
        self._poison(bad, "1e200")  # its square is beyond what the database can hold
        with self.assertLogs("odoo.addons.client_development", "ERROR"):
            self._check_only_the_bad_one_is_left_out()
        self._poison(bad, "20")
        self.Fact._refresh()
        self.assertEqual(self._fact().order_count, 1)
        self.assertFalse(self.Queue.search([("error", "!=", False)]))

    def test_amount_that_is_no_number_is_skipped_and_reported(self):
        self._poison(self._create_order(), "NaN")
        self._create_order(partner=self.client2)
        with self.assertLogs("odoo.addons.client_development", "ERROR"):
            self._check_only_the_bad_one_is_left_out()

    def test_refresh_button_says_that_a_client_could_not_be_refreshed(self):
        order = self._create_order()
        self.Fact._refresh()
        fact = self._fact().with_user(self.salesperson)
        self._poison(order, "1e17")
        with self.assertLogs("odoo.addons.client_development", "ERROR"):
            told = fact.action_refresh()["params"]
        self.assertEqual(told["type"], "danger")
        self.assertIn("too large", told["message"])
        self.assertIn("too large", fact.refresh_error)
        self._poison(order, "20")
        self.assertEqual(fact.action_refresh()["params"]["type"], "info")
        self.assertFalse(fact.refresh_error)

    def test_client_who_cannot_be_stored_is_skipped_and_reported(self):
        self._create_order()
        self._create_order(partner=self.client2)
        bad = self._fact().id
        store = self.registry["client.fact"]._update_rows

        def failing(this, period, chosen):
            store(this, period, chosen)
            this.env.cr.execute(
                "SELECT 1 / (CASE WHEN EXISTS (SELECT 1 FROM client_fact"
                " WHERE id = %s AND order_count > 0) THEN 0 ELSE 1 END)",
                [bad],
            )
            return 1

        with (
            patch.object(self.registry["client.fact"], "_update_rows", failing),
            self.assertLogs("odoo.addons.client_development", "ERROR"),
        ):
            self._check_only_the_bad_one_is_left_out()

    def test_lost_transaction_is_not_taken_for_bad_data(self):
        self._create_order()
        with (
            patch.object(
                self.registry["client.fact"],
                "_stage",
                side_effect=psycopg2.errors.SerializationFailure(),
            ),
            self.assertRaises(psycopg2.errors.SerializationFailure),
        ):
            self.Fact._refresh()


class TestFactSettings(FactCase):
    """Thresholds and periods out of order are refused, nothing is lost."""

    def test_impossible_settings_are_refused(self):
        for values, word in (
            ({"client_period_months": 0}, "Period"),
            ({"client_period_months": 61}, "Period"),
            ({"client_abc_a": 95, "client_abc_b": 80}, "ABC"),
            ({"client_abc_b": 101}, "ABC"),
            ({"client_xyz_x": 2}, "XYZ"),
            ({"client_rfm_2": 10}, "RFM"),
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, word),
                self.cr.savepoint(),
            ):
                self.company.write(values)
        self.assertEqual(self.company.client_period_months, 12)

    def test_classes_by_orders_and_other_limits(self):
        for _number in range(3):
            self._create_order(quantity=1)
        self._create_order(partner=self.client2, quantity=500)
        self.company.write({"client_abc_by": "orders", "client_abc_a": 70})
        self.Fact._refresh_queue()
        self.assertEqual(self._fact().abc_class, "A")
        self.assertEqual(self._fact(self.client2).abc_class, "B")

    def test_changed_settings_are_recounted_without_moves(self):
        self._create_order(quantity=9)
        self._create_order(partner=self.client2, quantity=1)
        self.Fact._refresh()
        fact = self._fact(self.client2)
        self.assertEqual(fact.abc_class, "B")
        self.company.client_abc_a = 80  # as it was
        self.assertFalse(fact.is_recounted)
        self.company.write({"client_abc_a": 95, "client_abc_b": 99})
        self.assertTrue(fact.is_recounted)
        self.Fact._refresh_queue()
        self.assertEqual(fact.abc_class, "A")
        self.assertFalse(fact.is_recounted)
        self.assertFalse(fact.move_ids)
        self._create_order(quantity=900)
        self.Fact._refresh_queue()
        self.assertTrue(fact.move_ids)

    def test_abc_by_margin_needs_margins(self):
        if "margin" in self.env["sale.order"]._fields:
            self.company.client_abc_by = "margin"
        else:
            with self.assertRaisesRegex(UserError, "Margins"):
                self.company.client_abc_by = "margin"
