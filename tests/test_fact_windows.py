from datetime import date

from lxml import etree

from odoo.exceptions import UserError

from .test_fact_views import FactViewCase


class TestFactWindowNames(FactViewCase):
    """A window that does not show the whole truth says so in its name."""

    def _name(self, method, user=None, *args, **context):
        fact = self.fact.with_user(user or self.env.user).with_context(**context)
        return getattr(fact, method)(*args)["name"]

    def test_whole_truth_has_a_plain_name(self):
        for user in (self.salesperson, self.leader, self.manager):
            with self.subTest(user=user.login):
                name = self._name("action_view_orders", user)
                self.assertEqual(name, "Orders: Azure Joinery")

    def test_credit_notes_are_named(self):
        order = self._opened("action_view_orders").sorted("date_order")[0]
        self._refund(order)
        self.Fact._refresh_queue()
        name = "Orders before credit notes: Azure Joinery"
        # the salesperson may not read accounting
        for user in (self.env.user, self.salesperson):
            self.assertEqual(self._name("action_view_orders", user), name)
            self.assertEqual(
                self._name("action_view_month_orders", user, "2026-03-01"), name
            )
            self.assertEqual(
                self._name("action_view_month_orders", user, "2026-02-01"),
                "Orders: Azure Joinery",
            )
            self.assertEqual(
                self._name("action_view_orders", user, client_previous=True),
                "Orders: Azure Joinery",
            )

    def test_orders_of_others_are_named(self):
        self._create_order(user=self.salesperson2, day=date(2026, 3, 5))
        self.Fact._refresh_queue()
        self.assertEqual(self.fact.order_count, 5)
        for method, args, name in (
            ("action_view_orders", (), "Orders (4 of 5 visible to you)"),
            (
                "action_view_month_orders",
                ("2026-03-01",),
                "Orders (2 of 3 visible to you)",
            ),
        ):
            self.assertEqual(
                self._name(method, self.salesperson, *args), f"{name}: Azure Joinery"
            )
            self.assertEqual(
                self._name(method, self.env.user, *args), "Orders: Azure Joinery"
            )

    def test_both_are_named(self):
        order = self._opened("action_view_orders").sorted("date_order")[0]
        self._refund(order)
        self._create_order(user=self.salesperson2, day=date(2026, 3, 5))
        self.assertEqual(
            self._name("action_view_orders", self.salesperson),
            "Orders before credit notes (4 of 5 visible to you): Azure Joinery",
        )

    def test_clients_ahead_of_others_are_named(self):
        self.assertEqual(
            self._name("action_view_clients_ahead", self.salesperson),
            "Clients Ahead (0 of 1 visible to you): Azure Joinery",
        )
        self.assertEqual(
            self._name("action_view_clients_ahead", self.manager),
            "Clients Ahead: Azure Joinery",
        )

    def test_client_without_class_has_nobody_ahead(self):
        arch = etree.fromstring(self.Fact.get_view(view_type="form")["arch"])
        (button,) = arch.xpath("//button[@name='action_view_clients_ahead']")
        self.assertIn("not abc_class", button.get("invisible"))

    def test_telephones_show_cards_with_amounts(self):
        for method in (
            "action_view_orders",
            "action_view_surveys",
            "action_view_ratings",
        ):
            with self.subTest(method=method):
                action = getattr(self.fact, method)()
                views = [kind for _view, kind in action["views"]]
                self.assertEqual(views[:2], ["list", "kanban"])
                self.assertEqual(action["mobile_view_mode"], "kanban")

    def test_wrong_month(self):
        for month in ("x", None, False, 5, [], "9999-12-01", "2026-13"):
            with (
                self.subTest(month=month),
                self.assertRaisesRegex(UserError, "Month: .* is not a month"),
            ):
                self.fact.action_view_month_orders(month)

    def test_empty_windows_say_what_is_missing(self):
        for method, text in (
            ("action_view_moves", "No move from one class to another yet."),
            ("action_view_refunds", "No credit note in this time."),
        ):
            self.assertIn(text, getattr(self.fact, method)()["help"])

    def test_month_is_shown_as_a_month(self):
        months = self._opened("action_view_months").sorted("month")
        self.assertEqual(months[-1].month_label, "February 2026")
        self.env["res.lang"]._activate_lang("ru_RU")
        self.assertEqual(
            months[-1].with_context(lang="ru_RU").month_label, "февраль 2026"
        )
        arch = etree.fromstring(
            self.env["client.fact.month"].get_view(view_type="list")["arch"]
        )
        self.assertEqual(arch.xpath("//field[@name='month']/@optional"), ["hide"])
        self.assertFalse(arch.xpath("//field[@name='month_label']/@optional"))


class TestFactPictureTexts(FactViewCase):
    def test_correction_that_was_taken_back_is_none(self):
        order = self._order("2025-12-03", self.product, 1)
        self.Fact._refresh_queue()
        self.assertEqual(self.fact.corrected_month_count, 1)
        order.action_cancel()
        self.Fact._refresh_queue()
        (month,) = self.env["client.fact.month"].search(
            [("fact_id", "=", self.fact.id), ("month", "=", "2025-12-01")]
        )
        self.assertTrue(month.corrected_on)
        self.assertEqual(month.correction, 0)
        self.assertEqual(self.fact.corrected_month_count, 0)
        self.assertFalse(self._opened("action_view_corrected_months"))
        self.assertFalse(self.Fact.search([("corrected_month_count", "!=", 0)]))
        shown = {m["month"]: m for m in self.fact.month_figures["months"]}
        self.assertFalse(shown["2025-12-01"]["corrected"])

    def test_no_sales_no_picture(self):
        client = self._new_client("Idle", self.salesperson)
        idle = self._fact(client)
        self.assertFalse(idle.month_figures)
        self.assertFalse(idle.class_figures)
        self._order("2026-03-30", self.product, 1, partner=client)
        self.Fact._refresh_queue()
        self.assertEqual(idle.month_figures["months"][-1]["amount"], 10)
        self.assertFalse(idle.class_figures, "no class at the end of a month yet")

    def test_sale_of_two_years_ago_is_shown(self):
        client = self._new_client("Old", self.salesperson)
        self._order("2024-04-30", self.product, 1, partner=client)
        self.Fact._refresh()
        old = self._fact(client)
        self.assertEqual(old.month_figures["months"][1]["before"], 10)
        self.assertFalse(old.class_figures, "the months were closed without him")

    def test_xyz_letters_are_for_those_who_switched_them_on(self):
        def letters():
            self.env.invalidate_all()
            fact = self.fact.with_user(self.salesperson)
            return {month["xyz"] for month in fact.class_figures} - {False}

        self.assertFalse(letters())
        group = self.env.ref("client_development.group_client_xyz")
        self.salesperson.group_ids |= group
        self.assertTrue(letters())


class TestFactWrite(FactViewCase):
    def test_advice_fits_the_field(self):
        fact = self.fact.with_user(self.salesperson)
        for name in ("user_id", "team_id"):
            with self.assertRaisesRegex(UserError, "Change the salesperson on the"):
                fact.write({name: False})
        for name in ("amount", "reference_date", "stage_manual", "segment_id"):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(
                    UserError, "orders, credit notes, surveys and the like"
                ) as caught,
            ):
                fact.write({name: False})
            self.assertNotIn("Change the salesperson", str(caught.exception))
