from unittest.mock import patch

from odoo import Command

from .fact_common import FactCase


class TestFactQueue(FactCase):
    """Whatever changes a client's facts puts him into the queue, with one query."""

    def test_order_and_its_lines_put_the_client_into_the_queue(self):
        order = self._create_order(confirm=False)
        self.assertEqual(self._waiting(), self.client)
        order.order_line.product_uom_qty = 7
        self.assertEqual(self._waiting(), self.client)
        order.order_line = [Command.create({"product_id": self.product2.id})]
        self.assertEqual(self._waiting(), self.client)
        order.action_confirm()
        self.assertEqual(self._waiting(), self.client)
        order._action_cancel()
        self.assertEqual(self._waiting(), self.client)
        order.note = "Only words"
        self.assertFalse(self._waiting())

    def test_order_given_to_another_client_refreshes_both(self):
        order = self._create_order()
        self._waiting()
        order.partner_id = self.client2
        self.assertEqual(self._waiting(), self.client | self.client2)

    def test_deleted_quotation_refreshes_the_client(self):
        order = self._create_order(confirm=False)
        self._waiting()
        order.unlink()
        self.assertEqual(self._waiting(), self.client)

    def test_posted_credit_note_refreshes_the_client(self):
        order = self._create_order()
        move = self._refund(order, post=False)
        self._waiting()
        move.action_post()
        self.assertEqual(self._waiting(), self.client)
        move.button_draft()
        self.assertEqual(self._waiting(), self.client)

    def test_contact_given_to_another_company_refreshes_both(self):
        self.contact.parent_id = self.client2
        self.assertEqual(self._waiting(), self.client | self.client2)

    def test_survey_wallet_plan_and_opportunity_refresh_the_client(self):
        self._create_order()
        self._waiting()
        self.env["client.survey"]._queue_surveys(self.company)
        self.assertEqual(self._waiting(), self.client)
        survey = self.env["client.survey"].search(
            [("partner_id", "=", self.client.id)], limit=1
        )
        survey.sudo().write({"rating": 4, "state": "done"})
        self.assertEqual(self._waiting(), self.client)
        wallet = self.env["client.wallet"].create(
            {
                "partner_id": self.contact.id,
                "category_id": self.product.categ_id.id
                or self.env["product.category"].create({"name": "Fixings"}).id,
                "amount": 1000,
            }
        )
        self.assertEqual(wallet.partner_id, self.client)
        self.assertEqual(self._waiting(), self.client)
        wallet.amount = 2000
        self.assertEqual(self._waiting(), self.client)
        wallet.unlink()
        self.assertEqual(self._waiting(), self.client)
        plan = self.env["client.plan"].create({"partner_id": self.client.id})
        self._waiting()
        plan.action_start()
        self.assertEqual(self._waiting(), self.client)
        lead = self.env["crm.lead"].create(
            {"name": "Chance", "type": "opportunity", "partner_id": self.client.id}
        )
        self.assertEqual(self._waiting(), self.client)
        lead.partner_id = self.client2
        self.assertEqual(self._waiting(), self.client2)

    def test_category_settings_and_teams_refresh_everybody(self):
        self.product.categ_id = self.env["product.category"].create({"name": "New"})
        self.assertIsNone(self._waiting())
        self.company.client_period_months = 6
        self.assertIsNone(self._waiting())
        self.team.member_ids = [Command.link(self.salesperson2.id)]
        self.assertIsNone(self._waiting())
        self.product.categ_id = self.product.categ_id
        self.company.client_survey_due_days = 4
        self.assertEqual(self._waiting(), self.env["res.partner"])

    def test_saved_order_costs_the_queue_one_query(self):
        def save():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            order = self._create_order()
            order.write({"partner_id": self.client2.id})
            self.env.flush_all()
            self.cr.precommit.run()
            return self.cr.sql_log_count - before

        save()
        with_queue = save()
        with patch.object(self.registry["client.fact.queue"], "_collect"):
            without = save()
        self.assertLessEqual(with_queue - without, 1)
