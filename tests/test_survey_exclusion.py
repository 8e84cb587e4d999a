from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .test_survey_queue import SurveyQueueCase

LEFT_OUT = {
    "order_cancelled": "the order was cancelled",
    "too_small": "below the amount",
    "product": "never asked about these products",
    "opted_out": "does not want to be asked",
}


class TestSurveyExclusion(SurveyQueueCase):
    """Orders left out have their row, say why, and count nowhere but beside."""

    def _assert_left_out(self, order, reason):
        survey = self._survey(order)
        state = "cancelled" if reason else "due"
        self.assertRecordValues(survey, [{"state": state, "exclusion": reason}])
        return survey

    def test_too_small(self):
        self.company.client_survey_minimum_amount = 20.0
        small = self._create_order(quantity=1.9)
        enough = self._create_order(quantity=2)
        self.assertEqual(self._queue(), 2)
        self._assert_left_out(small, "too_small")
        self._assert_left_out(enough, False)
        self.assertEqual(self._queue(), 0, "asked once more")

    def test_amount_is_compared_in_the_currency_of_the_company(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": date(2026, 1, 1),
                "rate": 2.0,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": dollar.id, "company_id": self.company.id}
        )
        self.company.client_survey_minimum_amount = 20.0
        orders = [
            self._create_order(
                pricelist_id=pricelist.id,
                order_line=[
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "price_unit": price,
                        }
                    )
                ],
            )
            for price in (39.0, 40.0)
        ]
        self.assertEqual(orders[0].currency_id, dollar)
        self.assertEqual(orders[0].currency_rate, 2.0)
        self._queue()
        self._assert_left_out(orders[0], "too_small")
        self._assert_left_out(orders[1], False)

    def test_order_of_nothing_but_products_never_asked_about(self):
        stamp = self.env["product.product"].create({"name": "Stamp", "list_price": 1})
        self.company.client_survey_excluded_product_ids = stamp.product_tmpl_id
        lines = [
            Command.create({"product_id": stamp.id}),
            Command.create({"name": "Thank you", "display_type": "line_note"}),
        ]
        only = self._create_order(order_line=lines)
        mixed = self._create_order(
            order_line=[*lines, Command.create({"product_id": self.product.id})]
        )
        self._queue()
        self._assert_left_out(only, "product")
        self._assert_left_out(mixed, False)

    def test_order_of_nothing_but_categories_never_asked_about(self):
        above = self.env["product.category"].create({"name": "Paper"})
        below = above.create({"name": "Stamps", "parent_id": above.id})
        stamp = self.env["product.product"].create(
            {"name": "Stamp", "categ_id": below.id}
        )
        self.company.client_survey_excluded_categ_ids = above
        order = self._create_order(
            order_line=[Command.create({"product_id": stamp.id})]
        )
        other = self._create_order()
        self._queue()
        self._assert_left_out(order, "product")
        self._assert_left_out(other, False)

    def test_order_without_products_is_not_left_out_by_product(self):
        self.company.client_survey_excluded_product_ids = self.product.product_tmpl_id
        order = self._create_order(
            order_line=[Command.create({"name": "Only", "display_type": "line_note"})]
        )
        self._queue()
        self._assert_left_out(order, False)

    def test_contact_or_his_company_opted_out(self):
        self.contact.client_survey_opt_out = True
        self.client2.client_survey_opt_out = True
        employee = self.contact.create(
            {"name": "Employee", "parent_id": self.client2.id}
        )
        order = self._create_order()
        colleague = self._create_order(partner=self.client)
        below = self._create_order(partner=employee)
        self._queue()
        self._assert_left_out(order, "opted_out")
        self._assert_left_out(colleague, False)
        self._assert_left_out(below, "opted_out")

    def test_contacts_have_no_opt_out_by_default(self):
        self.assertFalse(self.contact.client_survey_opt_out)
        field = self.env["res.partner"]._fields["client_survey_opt_out"]
        self.assertIsNone(field.default)

    @freeze_time("2026-03-04 09:00:00")  # Wednesday
    def test_opting_out_later_excludes_what_is_still_to_be_asked(self):
        orders = [self._create_order() for _number in range(3)]
        self._queue()
        due, refused, done = (self._survey(order) for order in orders)
        refused.state = "refused"
        done.write({"state": "done", "rating": 5})
        self.client.with_user(self.salesperson).client_survey_opt_out = True
        self._assert_left_out(orders[0], "opted_out")
        self.assertEqual((refused.state, done.state), ("refused", "done"))
        self.client.client_survey_opt_out = False
        self._assert_left_out(orders[0], False)
        self.assertEqual(due.date_due, date(2026, 3, 5))

    def test_withdrawing_the_opt_out_reopens_this_week_and_later_only(self):
        order = self._create_order()  # due on Thursday, 2026-03-05
        self._queue()
        with freeze_time("2026-03-05 09:00:00"):
            self.contact.client_survey_opt_out = True
            self._assert_left_out(order, "opted_out")
        with freeze_time("2026-03-06 09:00:00"):  # late, but of this week
            self.contact.client_survey_opt_out = False
            self._assert_left_out(order, False)
        with freeze_time("2026-03-05 09:00:00"):
            self.contact.client_survey_opt_out = True
        with freeze_time("2026-03-09 09:00:00"):  # Monday after
            self.contact.client_survey_opt_out = False
        self._assert_left_out(order, "opted_out")

    @freeze_time("2026-03-04 09:00:00")
    def test_withdrawing_the_opt_out_shows_what_else_leaves_the_order_out(self):
        self.contact.client_survey_opt_out = True
        self.company.client_survey_minimum_amount = 1000
        order, cancelled = self._create_order(), self._create_order()
        self._queue()
        cancelled._action_cancel()
        self._assert_left_out(cancelled, "order_cancelled")
        self.contact.client_survey_opt_out = False
        self._assert_left_out(order, "too_small")
        self._assert_left_out(cancelled, "order_cancelled")

    @freeze_time("2026-03-04 09:00:00")
    def test_revived_order_obeys_the_rules(self):
        order = self._create_order()
        self._queue()
        order._action_cancel()
        self._assert_left_out(order, "order_cancelled")
        self.contact.client_survey_opt_out = True
        order.action_draft()
        order.action_confirm()
        self._assert_left_out(order, "opted_out")

    @freeze_time("2026-03-04 09:00:00")
    def test_order_given_to_a_contact_who_opted_out_and_back(self):
        self.client2.client_survey_opt_out = True
        order = self._create_order()
        self._queue()
        order.partner_id = self.client2
        self.assertEqual(
            self._assert_left_out(order, "opted_out").partner_id, self.client2
        )
        order.partner_id = self.contact
        self.assertEqual(self._assert_left_out(order, False).contact_id, self.contact)

    def test_new_settings_do_not_touch_orders_completed_before(self):
        order = self._create_order()
        self._queue()
        self.company.client_survey_minimum_amount = 1000
        self.assertEqual(self._queue(), 0)
        self._assert_left_out(order, False)

    def test_left_out_order_is_not_called_and_says_why(self):
        order = self._create_order()
        self._queue()
        survey = self._survey(order)
        for reason, text in LEFT_OUT.items():
            with self.subTest(reason):
                survey.write({"state": "cancelled", "exclusion": reason})
                self.assertNotIn(
                    survey,
                    survey.search(
                        survey.with_user(self.salesperson)._get_queue_domain()
                    ),
                )
                with self.assertRaisesRegex(UserError, text):
                    survey._register_attempt("no_answer")

    def test_nobody_leaves_an_order_out_by_hand(self):
        order = self._create_order()
        self._queue()
        survey = self._survey(order).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            survey.exclusion = "too_small"

    def test_left_out_orders_are_counted_beside_the_coverage(self):
        self.company.client_survey_minimum_amount = 20
        asked = self._create_order()
        small = self._create_order(quantity=1)
        cancelled = self._create_order()
        self._queue()
        cancelled._action_cancel()
        self._survey(asked).write({"state": "done", "rating": 4})
        with freeze_time("2026-03-09 09:00:00"):
            row = self.env["client.coverage"]._record_coverage(self.company)
        self.assertRecordValues(
            row,
            [
                {
                    "completed_count": 1,
                    "answered_count": 1,
                    "skipped_count": 0,
                    "coverage": 100.0,
                    "excluded_count": 2,
                }
            ],
        )
        action = row.with_user(self.salesperson).action_view_excluded()
        self.assertEqual(
            self.env["client.survey"].search(action["domain"]).order_id,
            small | cancelled,
        )

    def test_week_of_nothing_but_left_out_orders_has_no_coverage(self):
        self.company.client_survey_minimum_amount = 1000
        self._create_order()
        self._queue()
        with freeze_time("2026-03-09 09:00:00"):
            self.assertFalse(self.env["client.coverage"]._record_coverage(self.company))

    def test_settings_are_those_of_the_company(self):
        template = self.product.product_tmpl_id
        self.env["res.config.settings"].create(
            {
                "company_id": self.company.id,
                "client_survey_minimum_amount": 30,
                "client_survey_group_days": 7,
                "client_survey_excluded_product_ids": [Command.set(template.ids)],
                "client_survey_excluded_categ_ids": [
                    Command.set(template.categ_id.ids)
                ],
            }
        )
        self.assertRecordValues(
            self.company,
            [
                {
                    "client_survey_minimum_amount": 30,
                    "client_survey_group_days": 7,
                    "client_survey_excluded_product_ids": template.ids,
                    "client_survey_excluded_categ_ids": template.categ_id.ids,
                }
            ],
        )

    @mute_logger("odoo.sql_db")
    def test_wrong_settings_are_refused(self):
        for name, value in (
            ("client_survey_minimum_amount", -1),
            ("client_survey_group_days", -1),
            ("client_survey_group_days", 366),
        ):
            with (
                self.subTest(name, value=value),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.company[name] = value
                self.env.flush_all()
