from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ClientCase

QUEUE = "odoo.addons.client_development.models.client_survey_queue"


class SurveyQueueCase(ClientCase):
    def _queue(self, company=None):
        return self.env["client.survey"]._queue_surveys(company or self.company)

    def _survey(self, order):
        return self.env["client.survey"].search([("order_id", "=", order.id)])

    def _copy_orders(self, order, number):
        """Copy ``order`` without its lines ``number`` times in one statement."""
        self.env.flush_all()
        columns = [
            name
            for name, field in order._fields.items()
            if field.store
            and field.column_type
            and name not in ("id", "name", "access_token")
        ]
        names = SQL(", ").join(map(SQL.identifier, columns))
        ids = self.env.execute_query(
            SQL(
                "INSERT INTO sale_order (name, %(names)s)"
                " SELECT 'COPY' || n, %(names)s"
                "   FROM sale_order, generate_series(1, %(number)s) n WHERE id = %(id)s"
                " RETURNING id",
                names=names,
                number=number,
                id=order.id,
            )
        )
        return order.browse([row[0] for row in ids])


class TestSurveyQueue(SurveyQueueCase):
    def test_confirmed_order_becomes_one_duty(self):
        order = self._create_order(day=date(2026, 3, 2))
        self.assertEqual(self._queue(), 1)
        self.assertRecordValues(
            self._survey(order),
            [
                {
                    "partner_id": self.client.id,
                    "contact_id": self.contact.id,
                    "user_id": self.salesperson.id,
                    "coverage_user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "coverage_team_id": self.team.id,
                    "company_id": self.company.id,
                    "date_completed": datetime(2026, 3, 2, 12),
                    "date_due": date(2026, 3, 5),
                    "state": "due",
                    "rating": 0,
                    "user_input_id": False,
                }
            ],
        )

    def test_second_run_makes_nothing(self):
        self._create_order()
        self.assertEqual(self._queue(), 1)
        self.assertEqual(self._queue(), 0)

    def test_no_activity_no_message_no_answer_row(self):
        inputs = self.env["survey.user_input"].search_count([])
        survey = self._survey(self._create_order())
        self._queue()
        self.assertFalse(survey.activity_ids)
        self.assertFalse(survey.message_ids)
        self.assertEqual(self.env["survey.user_input"].search_count([]), inputs)

    def test_due_date_skips_the_weekend(self):
        order = self._create_order(day=date(2026, 3, 6))  # a Friday
        self._queue()
        self.assertEqual(self._survey(order).date_due, date(2026, 3, 11))

    def test_due_dates_equal_those_of_the_company(self):
        days = {date(2026, 1, 1) + timedelta(days=n) for n in range(0, 120, 3)}
        for number in (0, 1, 3, 10):
            self.company.client_survey_due_days = number
            found = self.env["client.survey"]._get_due_dates(self.company, days)
            for day in days:
                with self.subTest(day=day, number=number):
                    self.assertEqual(
                        found[day], self.company._client_add_working_days(day, number)
                    )

    def test_quotations_and_cancelled_orders_are_not_completed(self):
        self._create_order(confirm=False)
        self._create_order()._action_cancel()
        self.assertEqual(self._queue(), 0)

    def test_old_orders_do_not_wake_up(self):
        self._create_order(day=date(2025, 12, 31))
        self.assertEqual(self._queue(), 0)

    def test_start_date_is_midnight_in_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"  # UTC+10
        self.company.client_survey_start_date = date(2026, 3, 2)
        before = self._create_order()
        before.date_order = datetime(2026, 3, 1, 13, 59, 59)
        since = self._create_order()
        since.date_order = datetime(2026, 3, 1, 14)
        self.assertEqual(self._queue(), 1)
        self.assertFalse(self._survey(before))
        self.assertEqual(self._survey(since).date_due, date(2026, 3, 5))

    def test_companies_are_separate(self):
        order = self._create_order()
        self.assertEqual(self._queue(self.company2), 0)
        self.assertEqual(self._queue(), 1)
        self.assertEqual(self._survey(order).company_id, self.company)

    def test_limit(self):
        self._copy_orders(self._create_order(), 4)
        self.assertEqual(self.env["client.survey"]._queue_surveys(self.company, 3), 3)
        self.assertEqual(self._queue(), 2)

    def test_delivered(self):
        self.company.client_survey_condition = "delivered"
        service = self.env["product.product"].create(
            {"name": "Fitting", "type": "service"}
        )
        order = self._create_order(
            order_line=[
                Command.create({"name": "Goods", "display_type": "line_section"}),
                Command.create(
                    {"product_id": self.product.id, "product_uom_qty": 2, "sequence": 1}
                ),
                Command.create({"product_id": service.id, "product_uom_qty": 1}),
                Command.create({"name": "Thanks", "display_type": "line_note"}),
            ]
        )
        goods, fitting = order.order_line.filtered("product_id").sorted("sequence")
        self.assertEqual(self._queue(), 0)
        goods.qty_delivered = 1
        fitting.qty_delivered = 1
        self.assertEqual(self._queue(), 0, "partly delivered")
        goods.qty_delivered = 2
        self.assertEqual(self._queue(), 1)
        self.assertGreaterEqual(
            self._survey(order).date_completed, datetime(2026, 1, 1)
        )
        goods.qty_delivered = 1  # reopened: the duty stays, there is no second one
        self.assertEqual(self._queue(), 0)
        goods.qty_delivered = 2
        self.assertEqual(self._queue(), 0)

    def test_delivered_before_the_start_date(self):
        self.company.client_survey_condition = "delivered"
        order = self._create_order()
        order.order_line.qty_delivered = 2
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET write_date = '2025-12-30' WHERE order_id = %s",
            (order.id,),
        )
        self.assertEqual(self._queue(), 0)

    def test_delivered_discount_line_does_not_wait(self):
        self.company.client_survey_condition = "delivered"
        discount = self.env["product.product"].create(
            {"name": "Discount", "type": "service"}
        )
        self.company.sale_discount_product_id = discount
        order = self._create_order()
        order.order_line.qty_delivered = 2
        order.order_line = [
            Command.create({"product_id": discount.id, "price_unit": -1.0})
        ]
        self.assertEqual(self._queue(), 1)

    def test_order_without_product_lines_is_never_delivered(self):
        self.company.client_survey_condition = "delivered"
        self._create_order(
            order_line=[Command.create({"name": "Only", "display_type": "line_note"})]
        )
        self.assertEqual(self._queue(), 0)

    def test_invoiced_and_posted(self):
        self.company.client_survey_condition = "invoiced"
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.product.invoice_policy = "order"
        order = self._create_order()
        self.assertEqual(self._queue(), 0)
        invoice = order._create_invoices()
        self.assertEqual(self._queue(), 0, "only a draft")
        invoice.action_post()
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(self._queue(), 1)

    def test_invoiced_before_the_start_date(self):
        self.company.client_survey_condition = "invoiced"
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        self.product.invoice_policy = "order"
        order = self._create_order()
        invoice = order._create_invoices()
        invoice.invoice_date = date(2025, 12, 30)
        invoice.action_post()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET create_date = '2025-12-30' WHERE id = %s",
            (invoice.id,),
        )
        self.assertEqual(self._queue(), 0)

    def test_locked(self):
        self.company.client_survey_condition = "locked"
        order = self._create_order()
        self.assertEqual(self._queue(), 0)
        order.action_lock()
        self.assertEqual(self._queue(), 1)

    def test_locked_before_the_start_date_and_touched_later(self):
        self.company.client_survey_condition = "locked"
        order = self._create_order()
        self.cr.flush()  # the next changes are tracked
        order.with_context(tracking_disable=False, mail_notrack=False).action_lock()
        self.cr.flush()  # writes the tracking values
        message = order.message_ids.filtered("tracking_value_ids")
        self.assertTrue(message, "the chatter knows when the order was locked")
        message.date = datetime(2025, 12, 30)
        self.assertEqual(self._queue(), 0)


class TestSurveyAssignee(SurveyQueueCase):
    def _assignee(self, order):
        self._queue()
        survey = self._survey(order)
        return survey.user_id, survey.team_id

    def test_salesperson_of_the_order(self):
        order = self._create_order(user=self.salesperson2)
        self.assertEqual(self._assignee(order), (self.salesperson2, self.team2))

    def test_client_developer(self):
        self.company.client_survey_by = "developer"
        fact = self.env["client.fact"]._ensure(self.client)
        fact.developer_id = self.salesperson2
        order = self._create_order()
        self.assertEqual(self._assignee(order), (self.salesperson2, self.team2))

    def test_no_client_developer(self):
        self.company.client_survey_by = "developer"
        order = self._create_order()
        self.assertEqual(self._assignee(order), (self.salesperson, self.team))

    def test_order_without_salesperson(self):
        order = self._create_order()
        order.user_id = False
        self.assertEqual(self._assignee(order)[0], self.salesperson)

    def test_archived_salesperson_gives_way_to_the_team_leader(self):
        order = self._create_order()
        self.salesperson.action_archive()
        self.assertEqual(self._assignee(order), (self.leader, self.team))

    def test_nobody_gets_a_survey_that_he_may_not_see(self):
        self.client.user_id = self.salesperson2
        order = self._create_order(user_id=self.outsider.id)
        self.assertEqual(self._assignee(order)[0], self.salesperson2)
        self.client.user_id = self.outsider
        order = self._create_order(user_id=self.outsider.id, team_id=self.team.id)
        self.assertEqual(self._assignee(order), (self.leader, self.team))
        order = self._create_order(user_id=self.outsider.id, team_id=False)
        self.assertFalse(self._assignee(order)[0])

    def test_follows_the_order_until_the_due_date(self):
        order = self._create_order(day=date(2026, 3, 2))
        self._queue()
        survey = self._survey(order)
        with freeze_time("2026-03-05 20:00:00"):  # the due date itself
            order.user_id = self.salesperson2
        self.assertEqual(survey.user_id, self.salesperson2)
        self.assertEqual(survey.coverage_user_id, self.salesperson2)
        self.assertEqual(survey.coverage_team_id, self.team2)
        with freeze_time("2026-03-06 00:00:00"):
            order.user_id = self.salesperson
        self.assertEqual(survey.user_id, self.salesperson2)
        self.assertEqual(survey.coverage_user_id, self.salesperson2)

    def test_due_date_ends_in_the_time_zone_of_the_company(self):
        self.company.resource_calendar_id.tz = "Asia/Vladivostok"
        order = self._create_order(day=date(2026, 3, 2))
        self._queue()
        with freeze_time("2026-03-05 14:30:00"):  # already the sixth in Vladivostok
            order.user_id = self.salesperson2
        self.assertEqual(self._survey(order).coverage_user_id, self.salesperson)

    def test_reassigned_after_the_due_date_counts_for_the_first(self):
        order = self._create_order(day=date(2026, 3, 2))
        self._queue()
        survey = self._survey(order)
        with freeze_time("2026-03-09 09:00:00"):
            survey.with_user(self.manager).user_id = self.salesperson2
        self.assertEqual(
            (survey.user_id, survey.team_id), (self.salesperson2, self.team2)
        )
        self.assertEqual(survey.coverage_user_id, self.salesperson)
        self.assertEqual(survey.coverage_team_id, self.team)

    def test_order_given_to_another_contact(self):
        order = self._create_order()
        self._queue()
        order.partner_id = self.client2
        self.assertEqual(self._survey(order).partner_id, self.client2)


class TestSurveyFollowsOrder(SurveyQueueCase):
    def test_cancel_and_reconfirm(self):
        order = self._create_order()
        self._queue()
        survey = self._survey(order)
        due = survey.date_due
        order._action_cancel()
        self.assertEqual(survey.state, "cancelled")
        order.action_draft()
        self.assertEqual(survey.state, "cancelled")
        order.action_confirm()
        self.assertEqual(survey.state, "due")
        self.assertEqual(survey.date_due, due)
        self.assertEqual(self._queue(), 0)

    def test_cancelled_answer_comes_back_answered(self):
        order = self._create_order()
        self._queue()
        survey = self._survey(order)
        survey.write({"rating": 5, "state": "done"})
        order._action_cancel()
        self.assertEqual(survey.state, "cancelled")
        order.action_draft()
        order.action_confirm()
        self.assertRecordValues(survey, [{"state": "done", "rating": 5}])


class TestSurveyQueueBatches(SurveyQueueCase):
    def _count_queries(self, number, size):
        """Queue ``number`` new orders in batches of ``size``: queries per batch."""
        self._copy_orders(self._create_order(), number - 1)
        queries = []
        last, found = 0, size
        while found == size:
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found, made, last = self.env["client.survey"]._queue_batch(
                self.company, last, size
            )
            self.assertEqual(made, found)
            if found:
                queries.append(self.cr.sql_log_count - before)
        return queries

    def test_thousand_orders_in_constant_queries_per_batch(self):
        self._count_queries(2, 2)  # fill the caches of the registry
        small = self._count_queries(1000, 250)
        [large] = self._count_queries(999, 1000)
        self.assertEqual(len(small), 4)
        self.assertLessEqual(max(small) - min(small), 2, small)
        self.assertLessEqual(large - max(small), 2, (small, large))
        self.assertLessEqual(large, 50)

    def _failing_for(self, bad):
        """No duty can be made of the orders ``bad``: they have no due date."""
        surveys = self.registry["client.survey"]
        get = surveys._get_duty_columns

        def _get_duty_columns(model, company):
            columns = get(model, company)
            columns["date_due"] = SQL(
                "CASE WHEN so.id != ALL(%s) THEN %s END", bad.ids, columns["date_due"]
            )
            return columns

        return patch.object(surveys, "_get_duty_columns", _get_duty_columns)

    def test_one_bad_order_does_not_stop_the_others(self):
        orders = self._copy_orders(self._create_order(), 30)
        bad = orders[17]
        with (
            self._failing_for(bad),
            self.assertLogs(QUEUE, "ERROR") as logs,
            mute_logger("odoo.sql_db"),
        ):
            self.assertEqual(self._queue(), 30)
        self.assertEqual(len(logs.output), 1)
        self.assertIn(str(bad.id), logs.output[0])
        self.assertFalse(self._survey(bad))
        self.assertEqual(self._queue(), 1, "made as soon as the reason is gone")

    def test_bad_order_does_not_keep_the_scheduled_action_running(self):
        orders = self._copy_orders(self._create_order(), 5)
        self.env.ref("base.main_company").client_survey_start_date = date(2200, 1, 1)
        cron = self.env.ref("client_development.ir_cron_queue_surveys")
        with (
            self._failing_for(orders[2]),
            mute_logger(QUEUE, "odoo.sql_db"),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        self.assertEqual(
            self.env["client.survey"].search_count([("order_id", "in", orders.ids)]), 4
        )
        self.assertTrue(cron.active)
        progress = self.env["ir.cron.progress"].search(
            [("cron_id", "=", cron.id)], order="id desc", limit=1
        )
        self.assertEqual(progress.remaining, 0)

    def test_scheduled_action_twice(self):
        orders = self._copy_orders(self._create_order(), 5)
        cron = self.env.ref("client_development.ir_cron_queue_surveys")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        for order in orders:
            self.assertEqual(len(self._survey(order)), 1)

    def test_order_that_got_its_duty_since_it_was_found(self):
        orders = self._copy_orders(self._create_order(), 2)
        self._queue()
        self._survey(orders[0]).unlink()
        surveys = self.env["client.survey"]
        rows = [(order.id, order.date_order) for order in orders]
        self.assertEqual(surveys._create_duties_safely(self.company, rows), 1)
        self.assertEqual(len(self._survey(orders[0])), 1)

    @mute_logger("odoo.sql_db")
    def test_duty_made_by_a_process_this_one_cannot_see(self):
        """Only the unique index knows it, as of an order that is there twice."""
        order = self._create_order()
        surveys = self.env["client.survey"]
        rows = [(order.id, order.date_order)] * 2
        self.assertEqual(surveys._create_duties_safely(self.company, rows), 0)
        self.assertFalse(self.env["client.survey.failure"].search([]))
        self.assertEqual(self._queue(), 1)

    def test_waits_for_the_process_that_is_at_it(self):
        self._create_order()
        with self.registry.cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                ("client_development.client_survey", self.company.id),
            )
            self.assertEqual(self._queue(), 0)
        self.assertEqual(self._queue(), 1)


@tagged("-at_install", "post_install")
class TestSurveyOrderDeletion(SurveyQueueCase):
    def test_unanswered_survey_goes_with_the_order(self):
        order = self._create_order()
        self._queue()
        survey = self._survey(order)
        order._action_cancel()
        order.unlink()
        self.assertFalse(survey.exists())

    def test_answered_survey_keeps_the_order(self):
        order = self._create_order()
        self._queue()
        self._survey(order).write({"rating": 4, "state": "done"})
        order._action_cancel()
        with self.assertRaisesRegex(Exception, "answered a survey"):
            order.unlink()
