from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_survey_queue import QUEUE, SurveyQueueCase


@tagged("post_install", "-at_install")
class TestSurveyFailure(SurveyQueueCase):
    """An order whose survey cannot be made is listed; the others have theirs."""

    def _spoil(self, order):
        """Let ``order`` belong to a contact without a client, as no form can do."""
        broken = self.contact.create({"name": "Broken"})
        order.partner_id = broken
        self.env.flush_all()
        self.cr.execute(
            "UPDATE res_partner SET commercial_partner_id = NULL WHERE id = %s",
            (broken.id,),
        )
        self.env.invalidate_all()
        return broken

    def test_one_bad_order_among_1000_leaves_999_done_and_one_listed(self):
        orders = self._copy_orders(self._create_order(), 999)
        orders |= orders.search([("id", "<", orders[0].id)], order="id desc", limit=1)
        bad = orders[500]
        broken = self._spoil(bad)
        with self.assertLogs(QUEUE, "ERROR") as logs, mute_logger("odoo.sql_db"):
            self.assertEqual(self._queue(), 999)
        self.assertEqual(len(logs.output), 1)
        self.assertFalse(self._survey(bad))
        failure = self.env["client.survey.failure"].search([])
        self.assertEqual(failure.order_id, bad)
        self.assertEqual(failure.company_id, self.company)
        self.assertTrue(failure.error)

        with self.assertLogs(QUEUE, "ERROR"), mute_logger("odoo.sql_db"):
            self.assertEqual(self._queue(), 0, "still bad")
        self.assertEqual(self.env["client.survey.failure"].search([]), failure)

        broken.write({"parent_id": self.client.id})  # corrected
        self.assertEqual(self._queue(), 1)
        self.assertFalse(failure.exists())

    def test_cancelled_order_leaves_the_list(self):
        order = self._create_order()
        surveys = self.env["client.survey"]
        surveys._report_failure(self.company, order.id, ValueError("Bad"))
        surveys._forget_failures(self.company)
        self.assertTrue(self.env["client.survey.failure"].search([]))
        order._action_cancel()
        self._queue()
        self.assertFalse(self.env["client.survey.failure"].search([]))

    def test_administrator_tries_again_and_nobody_else(self):
        order = self._create_order()
        failures = self.env["client.survey.failure"]
        self.env["client.survey"]._report_failure(self.company, order.id, KeyError())
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                failures.with_user(user).search([])
            with self.assertRaises(AccessError):
                failures.with_user(user).action_try_again()
        mine = failures.with_user(self.manager)
        self.assertEqual(mine.search([]).error, "KeyError()")
        mine.action_try_again()
        self.assertEqual(self._survey(order).state, "due")
        self.assertFalse(mine.search([]))

    def test_list_is_kept_per_company(self):
        order = self._create_order()
        self.env["client.survey"]._report_failure(self.company2, order.id, KeyError())
        self.assertFalse(
            self.env["client.survey.failure"].with_user(self.manager).search([])
        )

    def test_thousand_duties_take_at_most_50_queries_with_every_rule_on(self):
        self.company.client_survey_by = "developer"
        self.company.client_survey_minimum_amount = 5
        self.company.client_survey_excluded_product_ids = self.env[
            "product.template"
        ].create({"name": "Stamp"})
        self.company.client_survey_group_days = 14
        self._copy_orders(self._create_order(), 9)
        self._queue()  # fills the caches of the registry
        self._copy_orders(self._create_order(), 999)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.assertEqual(self._queue(), 1000)
        self.env.flush_all()
        self.assertLessEqual(self.cr.sql_log_count - before, 50)
        before = self.cr.sql_log_count
        self.assertEqual(self._queue(), 0)
        self.assertLessEqual(self.cr.sql_log_count - before, 5)

    def test_asked_before_takes_the_same_queries_for_few_and_many_orders(self):
        self.company.client_survey_group_days = 14
        asked = self._create_order()
        self._queue()
        self._survey(asked).write(
            {"state": "done", "rating": 5, "date_done": asked.date_order}
        )

        def queries(number):
            self._copy_orders(asked, number)
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(self._queue(), number)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(3)
        few, many = queries(10), queries(90)
        self.assertEqual(few, many)
        self.assertEqual(len(self._survey(asked).answered_with_ids), 103)
