import json
from datetime import date, timedelta

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time
from odoo.tools.json import json_default

from .fact_common import TODAY, FactCase


class FactViewCase(FactCase):
    """Two years of a client: orders of two people, categories, surveys, wallets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.screws, cls.anchors, cls.tools = cls.env["product.category"].create(
            [{"name": name} for name in ("Screws", "Anchors", "Tools")]
        )
        cls.product.categ_id, cls.product2.categ_id = cls.screws, cls.anchors
        cls.discount = cls.env["product.product"].create(
            {"name": "Discount", "type": "service", "company_id": cls.company.id}
        )
        cls.company.sale_discount_product_id = cls.discount
        cls.boss = cls.env["res.partner"].create(
            {"name": "Boss", "parent_id": cls.client.id}
        )
        for day in ("2024-05-02", "2024-11-05", "2025-03-31"):
            cls._order(day, cls.product, 4)
        cls._order("2025-04-01", cls.product, 5)  # the first day of the period
        order = cls._order("2026-02-10", cls.product2, 3, partner=cls.boss)
        order.order_line = [
            Command.create({"product_id": cls.discount.id, "price_unit": -1.0}),
            Command.create({"product_id": cls.product.id, "product_uom_qty": -1}),
            Command.create({"display_type": "line_note", "name": "Note"}),
        ]
        cls._order("2026-03-02", cls.product, 2)
        cls._order("2026-03-31", cls.product2, 1)  # the last day
        cls._order("2026-04-01", cls.product2, 9)  # after it
        cls.boss.active = False
        cls._order("2026-03-10", cls.product, 100, partner=cls.client2)
        cls.env["client.wallet"].create(
            [
                {
                    "partner_id": cls.client.id,
                    "company_id": cls.company.id,
                    "category_id": category.id,
                    "amount": amount,
                    "date": day,
                }
                for category, amount, day in (
                    (cls.screws, 500.0, "2024-12-31"),
                    (cls.screws, 100.0, "2026-01-15"),
                    (cls.anchors, 300.0, "2026-01-15"),
                    (cls.tools, 50.0, "2026-06-01"),
                )
            ]
        )
        with freeze_time("2026-03-25 10:00:00"):
            cls.env["client.survey"]._queue_surveys(cls.company)
            for survey, rating in zip(
                cls.env["client.survey"].search(
                    [("partner_id", "=", cls.client.id)], order="date_due"
                ),
                "53",
                strict=False,
            ):
                question = survey._get_questionnaire().question_ids.filtered(
                    "client_is_rating"
                )
                survey._answer({question.id: rating})
        cls.Fact._refresh()
        cls.fact = cls.Fact.search(
            [("partner_id", "=", cls.client.id), ("company_id", "=", cls.company.id)]
        )

    @classmethod
    def _order(cls, day, product, quantity, partner=None):
        partner = partner or cls.contact
        user = cls.salesperson2 if partner == cls.client2 else cls.salesperson
        order = cls._create_order(
            partner=partner, user=user, day=date.fromisoformat(day), quantity=quantity
        )
        order.order_line.product_id = product
        order.order_line.product_uom_qty = quantity
        return order

    def _records(self, action):
        """Return what a window shows; its domain goes the way to the browser."""
        domain = json.loads(json.dumps(action["domain"], default=json_default))
        return self.env[action["res_model"]].search(domain)

    def _opened(self, method, fact=None, **context):
        fact = fact or self.fact
        return self._records(getattr(fact.with_context(**context), method)())


class TestFactRecords(FactViewCase):
    """Every figure opens exactly the records from which it was counted."""

    def test_number_of_opened_records_is_the_figure(self):
        fact = self.fact
        self.assertEqual(fact.order_count, 4)
        self.assertEqual(fact.previous_order_count, 3)
        cases = [
            ("order_count", "action_view_orders", {}),
            ("category_count", "action_view_categories", {}),
            ("rating_count", "action_view_ratings", {}),
            ("rating_good_count", "action_view_ratings", {"client_good": True}),
            ("survey_count", "action_view_surveys", {}),
            ("survey_done_count", "action_view_surveys", {"client_done": True}),
        ]
        for figure, method, context in cases:
            with self.subTest(figure=figure):
                self.assertGreater(fact[figure], 0)
                opened = self._opened(method, **context)
                self.assertEqual(len(opened), fact[figure])
            with self.subTest(figure=figure, previous=True):
                opened = self._opened(method, client_previous=True, **context)
                self.assertEqual(len(opened), fact[f"previous_{figure}"])

    def test_positions_open_their_order_lines_by_product(self):
        for context, figure in (
            ({}, self.fact.product_count),
            ({"client_previous": True}, self.fact.previous_product_count),
        ):
            action = self.fact.with_context(**context).action_view_products()
            self.assertEqual(action["context"]["group_by"], "product_id")
            lines = self._records(action)
            self.assertEqual(len(lines.product_id), figure)
            self.assertNotIn(self.discount, lines.product_id)

    def test_wallet_opens_the_rows_that_count(self):
        self.assertEqual(self.fact.wallet_amount, 400.0)
        self.assertEqual(
            sum(self._opened("action_view_wallet").mapped("amount")), 400.0
        )
        before = self._opened("action_view_wallet", client_previous=True)
        self.assertEqual(sum(before.mapped("amount")), 500.0)
        self.assertEqual(self.fact.previous_wallet_amount, 500.0)
        ours = self._opened("action_view_wallet_sales")
        self.assertAlmostEqual(
            sum(ours.mapped("amount")), self.fact.wallet_sales, places=2
        )

    def test_months_and_categories_open_their_orders(self):
        months = self._opened("action_view_months")
        self.assertTrue(months)
        self.assertEqual(set(months.fact_id), {self.fact})
        for month in months:
            self.assertEqual(
                len(self._records(month.action_view_orders())),
                month.current_order_count,
            )
        for category in self._opened("action_view_categories"):
            lines = self._records(category.action_view_lines())
            ordered = lines.filtered(lambda line: line.product_uom_qty > 0)
            self.assertEqual(len(ordered.order_id), category.order_count)
            self.assertEqual(sum(lines.mapped("price_subtotal")), category.amount)

    def test_corrected_months(self):
        self.assertEqual(self.fact.corrected_month_count, 0)
        self._order("2025-12-03", self.product, 1)
        self.Fact._refresh_queue()
        self.assertEqual(self.fact.corrected_month_count, 1)
        opened = self._opened("action_view_corrected_months")
        self.assertEqual(opened.month, date(2025, 12, 1))
        self.assertEqual(
            self.Fact.search([("corrected_month_count", "!=", 0)]), self.fact
        )

    def test_credit_notes(self):
        order = self._opened("action_view_orders").sorted("date_order")[0]
        before = self.fact.amount
        refund = self._refund(order)
        self.Fact._refresh_queue()
        self.assertEqual(self.fact.amount, before - 10)
        lines = self._opened("action_view_refunds")
        self.assertEqual(lines, refund.invoice_line_ids)
        self.assertFalse(self._opened("action_view_refunds", client_previous=True))

    def test_moves(self):
        self.fact.stage_id = self.env.ref("client_development.client_stage_sale")
        moves = self._opened("action_view_moves")
        self.assertEqual(moves.mapped("new_label"), ["Sale"])
        self.assertEqual(
            moves.action_open_facts()["res_id"],
            self.fact.id,
        )

    def test_clients_ahead(self):
        self.assertEqual(self.fact.ahead_count, 1)
        ahead = self._opened("action_view_clients_ahead")
        self.assertEqual(ahead.partner_id, self.client2)
        own = self.fact.with_user(self.salesperson).action_view_clients_ahead()
        self.assertFalse(
            self.Fact.with_user(self.salesperson).search(own["domain"]),
            "rules hold: the client ahead belongs to somebody else",
        )

    def test_other_salesperson_opens_nothing(self):
        fact = self.fact.with_user(self.salesperson2)
        for method in (
            "action_view_orders",
            "action_view_wallet",
            "action_view_clients_ahead",
            "action_refresh",
            "action_open_facts",
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(fact, method)()
        with self.assertRaises(AccessError):
            fact.action_view_month_orders("2026-03-01")

    def test_salesperson_opens_his_orders(self):
        fact = self.fact.with_user(self.salesperson)
        action = fact.action_view_orders()
        orders = self.env["sale.order"].with_user(self.salesperson)
        self.assertEqual(orders.search_count(action["domain"]), fact.order_count)


class TestFactExplanations(FactViewCase):
    """Classes and stage say why, and nothing about others' money."""

    def test_abc_names_rank_and_share(self):
        fact = self.fact.with_user(self.salesperson)
        self.assertEqual(fact.abc_class, "B")
        share = 1000.0 / (1000.0 + fact.amount) * 100
        self.assertAlmostEqual(fact.ahead_share, share, places=6)
        self.assertIn("Clients ahead of this one: 1 of 2", fact.abc_explanation)
        self.assertIn(f"they make {share:.1f} %", fact.abc_explanation)
        self.assertIn("Class A goes up to 80 %", fact.abc_explanation)
        self.assertNotIn("1,000", fact.abc_explanation)
        first = self._fact(self.client2)
        self.assertIn("nobody of the 2 classed clients", first.abc_explanation)

    def test_no_class_is_explained_too(self):
        idle = self._fact(self._new_client("Idle", self.salesperson))
        self.assertIn("No class", idle.abc_explanation)
        self.assertIn("No class", idle.xyz_explanation)
        self.assertIn("No scores", idle.rfm_explanation)
        self.assertIn("no quotation", idle.stage_explanation)

    def test_abc_by_orders(self):
        self.company.client_abc_by = "orders"
        self.Fact._refresh()
        self.assertEqual(self.fact.ahead_count, 0)
        self.assertAlmostEqual(self._fact(self.client2).ahead_share, 80.0)
        self.assertIn("by: Number of orders", self.fact.abc_explanation)

    def test_xyz_and_rfm_name_their_numbers(self):
        self.assertIn("months since the first order: 23", self.fact.xyz_explanation)
        # March ends with the day of the facts, and is not frozen yet
        months = self._opened("action_view_months")
        ever = sum(months.mapped("current_amount")) + 40.0
        self.assertIn(f"{ever / 23:.2f}", self.fact.xyz_explanation)
        self.assertIn("Frequency 3: 4 orders", self.fact.rfm_explanation)
        self.assertIn("50.0 % have fewer", self.fact.rfm_explanation)

    def test_stage_names_the_record_that_decides(self):
        self.assertEqual(self.fact.stage_id.code, "retention")
        first = self.env["sale.order"].search(
            [("partner_id", "=", self.contact.id)], order="date_order", limit=1
        )
        self.assertEqual(self.fact.stage_source, first)
        self.assertIn("order has been completed", self.fact.stage_explanation)
        plan = self.env["client.plan"].create(
            {"partner_id": self.client.id, "user_id": self.salesperson.id}
        )
        plan.line_ids = [
            Command.create({"name": "Call", "date_deadline": "2026-05-01"})
        ]
        plan.action_start()
        self.Fact._refresh(self.client)
        self.assertEqual(self.fact.stage_source, plan)

    def test_stage_of_a_quotation(self):
        client = self._new_client("Young", self.salesperson)
        quotation = self._create_order(partner=client, confirm=False)
        self.Fact._refresh(client)
        self.assertEqual(self._fact(client).stage_source, quotation)

    def test_stage_by_hand_and_back(self):
        fact = self.fact.with_user(self.salesperson)
        fact.stage_id = self.env.ref("client_development.client_stage_sale")
        self.assertTrue(fact.stage_manual)
        self.assertIn(f"by {self.salesperson.name}", fact.stage_explanation)
        fact.action_follow_facts()
        self.assertFalse(fact.stage_manual)
        self.assertEqual(fact.stage_id.code, "retention")


class TestFactPictures(FactViewCase):
    def test_trend_shows_two_years_and_the_open_month(self):
        months = self.fact.month_figures["months"]
        self.assertEqual(len(months), 13)
        self.assertEqual(months[-1]["month"], "2026-03-01")
        self.assertTrue(months[-1]["open"])
        self.assertEqual(months[-1]["amount"], 20.0 + 20.0)
        self.assertEqual(months[-1]["before"], 40.0)  # 31 March 2025
        self.assertEqual(months[1]["amount"], 50.0)  # April 2025
        self.assertEqual(len(self.fact.class_figures), 24)
        self.assertEqual(self.fact.class_figures[-1]["label"], "February 2026")
        shown = {month["abc"] for month in self.fact.class_figures}
        self.assertIn("A", shown)

    def test_partner_shows_class_only_to_those_who_may_see_the_client(self):
        contact = self.contact.with_user(self.salesperson)
        self.assertEqual(contact.client_class, "B")
        self.assertFalse(self.contact.with_user(self.salesperson2).client_class)
        self.assertEqual(contact.action_view_client_facts()["res_id"], self.fact.id)

    def test_wallet_is_entered_on_the_contact(self):
        client = self.env["res.partner"].create({"name": "New", "is_company": True})
        client.with_user(self.salesperson).client_wallet_ids = [
            Command.create({"category_id": self.screws.id, "amount": 10.0})
        ]
        self.assertEqual(self._fact(client).partner_id, client)


class TestFactRefreshButton(FactViewCase):
    def test_refresh_now(self):
        fact = self.fact.with_user(self.salesperson)
        answer = fact.action_refresh()
        self.assertIn("Nothing has changed", answer["params"]["message"])
        self._order("2026-03-20", self.product, 7)
        answer = fact.action_refresh()
        self.assertEqual(answer["params"]["type"], "success")
        self.assertEqual(fact.order_count, 5)

    def test_refresh_while_another_runs(self):
        self.patch(type(self.Fact), "_lock_refresh", lambda self: False)
        answer = self.fact.with_user(self.salesperson).action_refresh()
        self.assertIn("Another refresh is running", answer["params"]["message"])
        self.assertIn(self.client, self._waiting())

    def test_refresh_all_is_for_administrators(self):
        queue = self.env["client.fact.queue"]
        with self.assertRaises(AccessError):
            queue.with_user(self.leader).action_refresh_all()
        answer = queue.with_user(self.manager).action_refresh_all()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIsNone(self._waiting(), "everybody waits")


class TestFactSettings(FactViewCase):
    def _settings(self, **values):
        self.env.user.group_ids |= self.env.ref("base.group_system")
        settings = self.env["res.config.settings"].with_company(self.company)
        return settings.create(values)

    def test_bad_input_is_refused(self):
        for values, words in (
            ({"client_period_months": 0}, "0 months is not possible"),
            ({"client_abc_a": 96.0}, "two rising percentages"),
            ({"client_xyz_y": 0.1}, "two rising"),
            ({"client_rfm_3": 10.0}, "not in order"),
        ):
            with self.subTest(values=values):
                with (
                    self.assertRaisesRegex(ValidationError, words),
                    self.env.cr.savepoint(),
                ):
                    self._settings(**values)
                self.env.invalidate_all()
                self.assertEqual(self.company.client_period_months, 12)

    def test_limits_that_rise_together(self):
        self._settings(client_abc_a=96.0, client_abc_b=98.0)
        self.assertEqual(
            (self.company.client_abc_a, self.company.client_abc_b), (96.0, 98.0)
        )
        settings = self._settings()
        settings.write({"client_abc_a": 20.0, "client_abc_b": 30.0})
        self.assertEqual(self.company.client_abc_b, 30.0)
        self.assertIsNone(self._waiting(), "everybody is counted anew")

    def test_xyz_and_rfm_are_switched_on(self):
        user = self.salesperson
        self.assertFalse(user.has_group("client_development.group_client_xyz"))
        arch = self.Fact.with_user(user).get_view(view_type="list")["arch"]
        self.assertNotIn("xyz_class", arch)
        self.assertNotIn("recency_score", arch)
        self._settings(group_client_xyz=True, group_client_rfm=True).execute()
        self.assertTrue(user.has_group("client_development.group_client_xyz"))
        arch = self.Fact.with_user(user).get_view(view_type="list")["arch"]
        self.assertIn("xyz_class", arch)
        self.assertIn("recency_score", arch)


class TestFactQueries(FactViewCase):
    """What a screen costs depends neither on history nor on the number of rows."""

    def _spec(self, view_type):
        view = self.Fact.get_view(view_type=view_type)
        names = etree.fromstring(view["arch"]).xpath("//field/@name")
        return {name: {} for name in names}

    def _count(self, read):
        read()  # caches of the registry
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read()
        return self.env.cr.sql_log_count - before

    def _clients(self, count):
        clients = self.env["res.partner"].create(
            [
                {
                    "name": f"Client {number}",
                    "is_company": True,
                    "user_id": self.salesperson.id,
                }
                for number in range(count)
            ]
        )
        self.Fact._ensure(clients)
        return clients

    def test_list(self):
        self._clients(80)
        self._order("2026-03-20", self.product, 1)
        fact = self.Fact.with_user(self.salesperson)
        spec = self._spec("list")

        def read(limit):
            return lambda: fact.web_search_read([], spec, limit=limit)

        few, many = self._count(read(5)), self._count(read(80))
        self.assertEqual(few, many)
        self.assertLess(many, 30)

    def test_form(self):
        short = self._fact(self._clients(1))
        self._create_order(partner=short.partner_id, day=date(2026, 3, 1))
        long = self._fact(self._clients(1))
        for number in range(60):
            day = date(2026, 3, 30) - timedelta(days=number * 11)
            self._create_order(partner=long.partner_id, day=day)
        self.Fact._refresh()
        spec = self._spec("form")
        counts = [
            self._count(lambda f=f: f.with_user(self.salesperson).web_read(spec))
            for f in (short, long)
        ]
        self.assertEqual(long.order_count, 34)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[0], 60)

    def test_cards_on_the_contact(self):
        spec = {
            "client_fact_ids": {
                "fields": {
                    name: {}
                    for name in (
                        "amount",
                        "growth",
                        "abc_class",
                        "month_figures",
                        "class_figures",
                        "wallet_share",
                        "rating_average",
                    )
                }
            },
            "client_class": {},
            "client_wallet_ids": {"fields": {"amount": {}}},
        }
        clients = self._clients(1)
        client = clients.with_context(
            allowed_company_ids=(self.company | self.company2).ids
        )
        one = self._count(lambda: client.web_read(spec))
        self.Fact.with_company(self.company2)._ensure(clients)
        self.env.invalidate_all()
        self.assertEqual(len(client.client_fact_ids), 2)
        two = self._count(lambda: client.web_read(spec))
        self.assertLessEqual(two - one, 1)

    def test_today_of_the_tests(self):
        self.assertEqual(self.fact.reference_date, TODAY)
        self.assertTrue(Form(self.fact))
