from datetime import date, datetime

from odoo import Command

from .test_survey_queue import SurveyQueueCase


class TestSurveyCompleted(SurveyQueueCase):
    """Every way of completing an order gives one duty, and it stays the only one."""

    def _invoiced_order(self):
        """Return an order that is completed by its posted invoice."""
        self.company.client_survey_condition = "invoiced"
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.product.invoice_policy = "order"
        order = self._create_order()
        order._create_invoices().action_post()
        return order

    def _reverse(self, invoices):
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [Command.set(invoices.ids)],
                "journal_id": invoices.journal_id.id,
                "date": date(2026, 3, 20),
            }
        )
        refunds = self.env["account.move"].browse(
            wizard.refund_moves().get("res_id") or []
        )
        refunds.filtered(lambda move: move.state == "draft").action_post()
        return refunds

    def test_partial_delivery_and_backorder_wait_for_the_last_one(self):
        self.company.client_survey_condition = "delivered"
        order = self._create_order(quantity=5)
        for delivered in (1, 4):
            order.order_line.qty_delivered = delivered
            self.assertEqual(self._queue(), 0, delivered)
        order.order_line.qty_delivered = 5
        self.assertEqual(self._queue(), 1)

    def test_order_cut_down_to_what_was_delivered_is_completed(self):
        self.company.client_survey_condition = "delivered"
        order = self._create_order(quantity=5)
        order.order_line.qty_delivered = 3
        self.assertEqual(self._queue(), 0)
        order.order_line.product_uom_qty = 3  # the backorder is given up
        self.assertEqual(self._queue(), 1)

    def test_line_added_after_the_duty_makes_no_second_one(self):
        self.company.client_survey_condition = "delivered"
        order = self._create_order()
        order.order_line.qty_delivered = 2
        self.assertEqual(self._queue(), 1)
        survey = self._survey(order)
        order.order_line = [
            Command.create({"product_id": self.product.id, "product_uom_qty": 1})
        ]
        self.assertEqual(self._queue(), 0)
        order.order_line.qty_delivered = 2
        self.assertEqual(self._queue(), 0)
        self.assertEqual(survey.state, "due")

    def test_returned_goods_keep_the_duty(self):
        self.company.client_survey_condition = "delivered"
        order = self._create_order()
        order.order_line.qty_delivered = 2
        self.assertEqual(self._queue(), 1)
        order.order_line.qty_delivered = 0  # all of it came back
        self.assertEqual(self._queue(), 0)
        self.assertEqual(self._survey(order).state, "due")

    def test_partial_invoices_wait_for_the_last_one(self):
        self.company.client_survey_condition = "invoiced"
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.product.invoice_policy = "delivery"
        order = self._create_order(quantity=4)
        order.order_line.qty_delivered = 1
        order._create_invoices().action_post()
        order.order_line.qty_delivered = 4
        self.assertEqual(self._queue(), 0, "three are not invoiced")
        second = order._create_invoices()
        self.assertEqual(self._queue(), 0, "the second invoice is a draft")
        second.action_post()
        self.assertEqual(self._queue(), 1)

    def test_more_delivered_than_ordered_is_invoiced_all_the_same(self):
        order = self._invoiced_order()
        order.order_line.qty_delivered = 3
        self.assertEqual(order.invoice_status, "upselling")
        self.assertEqual(self._queue(), 1)

    def test_refunded_order_keeps_its_duty_and_gets_no_second_one(self):
        order = self._invoiced_order()
        self.assertEqual(self._queue(), 1)
        survey = self._survey(order)
        self._reverse(order.invoice_ids)
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertEqual(self._queue(), 0)
        self.assertEqual(survey.state, "due")
        order._create_invoices().action_post()
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(self._queue(), 0, "invoiced once more")
        self.assertEqual(self._survey(order), survey)

    def test_reversed_before_the_duty_was_made_waits_for_the_next_invoice(self):
        order = self._invoiced_order()
        self._reverse(order.invoice_ids)
        self.assertEqual(self._queue(), 0)
        order._create_invoices().action_post()
        self.assertEqual(self._queue(), 1)

    def test_unlocked_and_locked_again_keeps_the_duty(self):
        self.company.client_survey_condition = "locked"
        order = self._create_order()
        order.action_lock()
        self.assertEqual(self._queue(), 1)
        order.action_unlock()
        self.assertEqual(self._queue(), 0)
        self.assertEqual(self._survey(order).state, "due")
        order.action_lock()
        self.assertEqual(self._queue(), 0)
        self.assertEqual(len(self._survey(order)), 1)

    def test_cancelled_after_the_duty_leaves_and_comes_back_in_every_way(self):
        for condition in ("confirmed", "delivered", "locked"):
            with self.subTest(condition):
                self.company.client_survey_condition = condition
                order = self._create_order()
                order.order_line.qty_delivered = 2
                order.action_lock()
                self.assertEqual(self._queue(), 1)
                survey = self._survey(order)
                order.action_unlock()
                order._action_cancel()
                self.assertRecordValues(
                    survey, [{"state": "cancelled", "exclusion": "order_cancelled"}]
                )
                self.assertEqual(self._queue(), 0)
                order.action_draft()
                order.action_confirm()
                self.assertRecordValues(survey, [{"state": "due", "exclusion": False}])
                self.assertEqual(self._queue(), 0)
                self.assertEqual(self._survey(order), survey)

    def test_condition_changed_later_makes_no_second_duty(self):
        order = self._create_order()
        order.order_line.qty_delivered = 2
        order.action_lock()
        self.assertEqual(self._queue(), 1)
        for condition in ("delivered", "locked", "confirmed"):
            self.company.client_survey_condition = condition
            self.assertEqual(self._queue(), 0, condition)
        self.assertEqual(self._survey(order).date_completed, datetime(2026, 3, 2, 12))
