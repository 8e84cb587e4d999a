from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError

from odoo.addons.client_development.models.client_indicator_value import Request
from odoo.addons.client_development.models.client_population import Population

from .fact_common import TODAY, FactCase

MARCH, FEBRUARY = date(2026, 3, 1), date(2026, 2, 1)


class HistoryCase(FactCase):
    """Two salespeople's clients with orders of two categories in two years."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Value = cls.env["client.indicator.value"]
        screws, anchors = cls.env["product.category"].create(
            [{"name": "Screws"}, {"name": "Anchors"}]
        )
        cls.product.categ_id, cls.product2.categ_id = screws, anchors
        cls.free = cls.env["res.partner"].create({"name": "Free", "is_company": True})
        for day, partner, pieces in (
            (date(2026, 2, 10), cls.client, 30),
            (date(2026, 3, 10), cls.client, 10),
            (date(2025, 2, 1), cls.client, 25),
            (date(2025, 11, 1), cls.client2, 8),
            (date(2024, 11, 1), cls.client2, 9),
            (date(2026, 1, 5), cls.free, 5),
        ):
            order = cls._create_order(partner=partner, day=day, quantity=pieces)
            order.order_line = [Command.create({"product_id": cls.product2.id})]
        order.user_id = order.team_id = False
        surveys = cls.env["client.survey"]
        surveys._queue_surveys(cls.company)
        survey = surveys.search([("partner_id", "=", cls.client.id)], limit=1)
        survey.sudo().write(
            {"state": "done", "rating": 5, "date_done": "2026-03-20 09:00:00"}
        )
        cls.Fact._refresh()
        cls._fact(cls).segment_ids = [Command.link(cls.segment_key.id)]

    @classmethod
    def _indicator(cls, code):
        return cls.env.ref(f"client_development.client_indicator_{code}")

    def _read(self, code, *domain, month=MARCH):
        """Return the value of a group as the pivot shows it."""
        [(value,)] = self.Value._read_group(
            [
                ("company_id", "=", self.company.id),
                ("indicator_id", "=", self._indicator(code).id),
                ("month", "=", month),
                *domain,
            ],
            [],
            ["value:avg"],
        )
        return value

    def _rows(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, write_date, numerator, denominator FROM client_indicator_value"
            " WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        return self.env.cr.fetchall()


class TestIndicatorHistory(HistoryCase):
    """Indicators by month, salesperson, team, segment and category."""

    def test_every_indicator_agrees_with_what_objectives_read(self):
        self.Value._record(self.company, TODAY)
        indicators = self.Value._get_indicators()
        self.assertGreater(len(indicators), 15)
        for scope, ids, domain in (
            ("company", (), []),
            ("user", self.salesperson.ids, [("user_id", "=", self.salesperson.id)]),
            ("user", self.salesperson2.ids, [("user_id", "=", self.salesperson2.id)]),
            ("team", self.team.ids, [("team_id", "=", self.team.id)]),
            ("team", self.team2.ids, [("team_id", "=", self.team2.id)]),
        ):
            population = Population(self.company.id, scope, tuple(ids))
            figures = self.env["client.indicator"]._measure(
                [Request(indicator.id, population) for indicator in indicators]
            )
            for indicator, figure in zip(indicators, figures, strict=True):
                if indicator.source == "cost" or (
                    indicator.source == "time" and scope != "user"
                ):
                    continue  # costs are entered for teams; hours go by person
                with self.subTest(indicator.code, scope=scope, ids=ids):
                    [(value,)] = self.Value._read_group(
                        [
                            ("company_id", "=", self.company.id),
                            ("indicator_id", "=", indicator.id),
                            *domain,
                        ],
                        [],
                        ["value:avg"],
                    )
                    self.assertAlmostEqual(value or 0, figure.value or 0, 2)

    def test_sales_by_segment_and_category(self):
        self.Value._record(self.company, TODAY)
        key = ("segment_id", "=", self.segment_key.id)
        self.assertEqual(self._read("sales_amount", key), 440.0)
        self.assertEqual(self._read("sales_amount", ("segment_id", "=", False)), 170.0)
        self.assertEqual(
            self._read(
                "category_average_order",
                ("category_id", "=", self.product2.categ_id.id),
            ),
            20.0,
        )

    def test_second_run_changes_no_row(self):
        self.assertGreater(self.Value._record(self.company, TODAY), 0)
        before = self._rows()
        self.assertEqual(self.Value._record(self.company, TODAY), 0)
        self.assertEqual(self._rows(), before)

    def test_only_rows_that_differ_are_written(self):
        self.Value._record(self.company, TODAY)
        before = {row[0]: row for row in self._rows()}
        self._create_order(partner=self.client2, day=date(2026, 3, 30), quantity=1)
        self.Fact._refresh()
        written = self.Value._record(self.company, TODAY)
        changed = [row for row in self._rows() if before.get(row[0]) != row]
        self.assertEqual(len(changed), written)
        self.assertLess(written, len(before) / 2)
        self.assertEqual(self._read("sales_amount"), 620.0)

    def test_past_month_stays_although_orders_change_later(self):
        self.Value._record(self.company, TODAY)
        later = date(2026, 4, 1)
        order = self._create_order(day=date(2026, 3, 31), quantity=1)
        facts = self.Fact.with_context(client_today=later)
        facts._refresh()
        facts._record_indicators()
        # the last day's order belongs to March, though it was recorded before
        self.assertEqual(self._read("sales_amount"), 620.0)
        april = date(2026, 4, 1)
        self.assertEqual(self._read("sales_amount", month=april), 620.0)
        frozen = self.Value.search(
            [("company_id", "=", self.company.id), ("month", "=", MARCH)]
        )
        before = frozen.read()
        order._action_cancel()
        facts._refresh()
        facts._record_indicators()
        self.assertEqual(self._read("sales_amount", month=april), 610.0)
        self.assertEqual(frozen.read(), before)

    def test_quotients_of_groups_are_quotients_of_sums(self):
        self.Value._record(self.company, TODAY)
        # 440 of two orders, 100 and 70 of one each
        self.assertAlmostEqual(self._read("average_order"), 610 / 4, 2)

    def test_months_of_a_sum_come_to_their_mean_and_indicators_never_mix(self):
        self.Value._record(self.company, date(2026, 2, 28))
        self.Value._record(self.company, TODAY)
        [(mean,)] = self.Value._read_group(
            [
                ("company_id", "=", self.company.id),
                ("indicator_id", "=", self._indicator("sales_amount").id),
            ],
            [],
            ["value:avg"],
        )
        february = self._read("sales_amount", month=FEBRUARY)
        self.assertAlmostEqual(mean, (february + 610) / 2, 2)
        both = self._indicator("sales_amount") | self._indicator("active_clients")
        [(mixed,)] = self.Value._read_group(
            [("indicator_id", "in", both.ids)], [], ["value:avg"]
        )
        self.assertFalse(mixed)

    def test_first_run_works_out_the_last_twelve_months(self):
        self.company.client_indicator_date = False
        self.Fact._record_indicators()
        rows = self.Value.search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(set(rows.mapped("month")))[0], date(2025, 3, 1))
        self.assertEqual(len(set(rows.mapped("month"))), 13)
        # as of 28 February 2026: (28 February 2025, 28 February 2026]
        self.assertEqual(self._read("sales_amount", month=FEBRUARY), 490.0)
        # as of 31 January 2026, with the order of 1 February 2025
        january = date(2026, 1, 1)
        self.assertEqual(self._read("sales_amount", month=january), 440.0)
        self.assertEqual(self._read("new_clients", month=january), 2.0)
        self.assertEqual(
            self._read(
                "category_average_order",
                ("category_id", "=", self.product.categ_id.id),
                month=january,
            ),
            380 / 3,
        )
        self.assertEqual(self.company.client_indicator_date, TODAY)
        before = self._rows()
        self.Fact._record_indicators(everybody=False)
        self.assertEqual(self._rows(), before)

    def test_another_definition_begins_anew(self):
        indicator = self.env["client.indicator"].create(
            {"name": "Orders", "code": "orders_x", "numerator": "orders"}
        )
        self.Value._record(self.company, TODAY)
        domain = [("indicator_id", "=", indicator.id)]
        self.assertTrue(self.Value.search(domain))
        indicator.name = "All orders"
        self.assertTrue(self.Value.search(domain))
        indicator.numerator = "buying"
        self.assertFalse(self.Value.search(domain))

    def test_company_without_clients_waits_for_its_first_ones(self):
        empty = self.env["res.company"].create({"name": "Empty"})
        self.Fact.with_company(empty)._record_indicators()
        self.assertFalse(empty.client_indicator_date)

    def test_nightly_refresh_records(self):
        self.assertFalse(self.company.client_indicator_date)
        self.company.client_fact_date = TODAY - timedelta(days=1)
        self.Fact._refresh_queue()
        self.assertEqual(self.company.client_indicator_date, TODAY)
        self.assertEqual(self._read("sales_amount"), 610.0)

    def test_it_records_although_nobody_waits(self):
        """Facts were refreshed by hand today, and the queue is empty."""
        self.company.client_fact_date = TODAY
        self.Fact._refresh_queue()
        self.assertEqual(self.company.client_indicator_date, TODAY)

    def test_number_of_queries_does_not_grow_with_clients_or_salespeople(self):
        def count():
            before = self.env.cr.sql_log_count
            self.Value._record(self.company, TODAY)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(12):
            user = self._new_user(
                f"cd_more_{number}", "client_development.group_client_user"
            )
            partner = self._new_client(f"More {number}", user)
            self._create_order(partner=partner, user=user, day=date(2026, 3, 3))
        self.Fact._refresh()
        self.env.invalidate_all()
        self.assertLessEqual(count(), few)

    def test_rows_that_a_deleted_segment_parted_become_one(self):
        other = self._new_client("Other", self.salesperson)
        self._create_order(partner=other, day=date(2026, 3, 3), quantity=1)
        self.Fact._refresh()
        self.Value._record(self.company, TODAY)
        own = ("user_id", "=", self.salesperson.id)
        self.assertEqual(self._read("sales_amount", own), 450.0)
        # what the database does when the segment is deleted
        self.env.cr.execute(
            "UPDATE client_indicator_value SET segment_id = NULL WHERE segment_id = %s",
            [self.segment_key.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._read("sales_amount", own), 450.0)
        self._fact().segment_ids = [Command.clear()]
        self.Value._record(self.company, TODAY)
        self.assertEqual(self._read("sales_amount", own), 450.0)
        rows = self.Value.search(
            [own, ("indicator_id", "=", self._indicator("sales_amount").id)]
        )
        self.assertEqual(len(rows), 1)

    def test_salesperson_team_and_company_see_the_same_numbers(self):
        self.Value._record(self.company, date(2025, 3, 31))
        self.Value._record(self.company, TODAY)
        Figure = self.env["client.indicator.figure"]
        self.env.invalidate_all()
        for level, owner, value, before in (
            ("user", self.salesperson, 440.0, 270.0),
            ("user", self.env["res.users"], 70.0, 0.0),
            ("team", self.team, 440.0, 270.0),
            ("company", None, 610.0, 380.0),
        ):
            domain = [
                ("level", "=", level),
                ("company_id", "=", self.company.id),
                ("indicator_id", "=", self._indicator("sales_amount").id),
                ("month", "=", MARCH),
            ]
            if owner is not None:
                domain.append((f"{level}_id", "=", owner.id))
            with self.subTest(level, owner=owner):
                figure = Figure.search(domain)
                self.assertEqual(len(figure), 1)
                self.assertEqual((figure.value, figure.previous_value), (value, before))
                self.assertIn("€", figure.value_label)
        self.assertEqual(figure.trend, "better")


class TestIndicatorHistoryRecords(HistoryCase):
    """Every number opens its records; everybody sees his own numbers."""

    def _open(self, row):
        window = row.action_view_records()
        return self.env[window["res_model"]].search(window["domain"])

    def _row(self, code, user, month=MARCH, **more):
        return self.Value.search(
            [
                ("company_id", "=", self.company.id),
                ("indicator_id", "=", self._indicator(code).id),
                ("user_id", "=", user.id),
                ("month", "=", month),
                *((name, "=", value) for name, value in more.items()),
            ],
            limit=1,
        )

    def test_running_month_opens_what_is_counted(self):
        self.Value._record(self.company, TODAY)
        nobody = self.env["res.users"]
        for code, user, found in (
            ("sales_amount", self.salesperson, self.client),
            ("sales_amount", nobody, self.free),
            ("new_clients", self.salesperson, self.env["res.partner"]),
            ("new_clients", nobody, self.free),
            ("active_clients", self.salesperson2, self.client2),
            ("category_average_order", self.salesperson2, self.client2),
            ("survey_coverage", self.salesperson, self.client),
        ):
            with self.subTest(code, user=user.login):
                row = self._row(code, user)
                self.assertTrue(row)
                self.assertEqual(self._open(row).partner_id, found)

    def test_past_month_opens_the_records_of_its_period(self):
        january = date(2026, 1, 1)
        self.Value._record(self.company, date(2026, 1, 31))
        orders = self._open(self._row("sales_amount", self.salesperson, january))
        self.assertEqual(orders.mapped("amount_untaxed"), [270.0])
        self.assertEqual(orders.date_order.date(), date(2025, 2, 1))
        # new then, not today
        row = self._row("new_clients", self.salesperson, january)
        self.assertEqual(row.value, 1.0)
        self.assertEqual(self._open(row).partner_id, self.client)
        lines = self._open(
            self._row(
                "category_average_order",
                self.salesperson,
                january,
                category_id=self.product.categ_id.id,
            )
        )
        self.assertEqual(lines.product_id, self.product)
        self.assertEqual(lines.order_id, orders)

    def test_every_row_opens(self):
        self.Value._record(self.company, date(2026, 1, 31))
        self.Value._record(self.company, TODAY)
        for row in self.Value.search([("company_id", "=", self.company.id)]):
            with self.subTest(row.indicator_id.code, month=row.month):
                found = self._open(row)
                if row.numerator > 0 and row.unit == "money":
                    self.assertTrue(found)
        figures = self.env["client.indicator.figure"].search(
            [("company_id", "=", self.company.id)]
        )
        for figure in figures:
            with self.subTest(figure.indicator_id.code, level=figure.level):
                self._open(figure)
                figure.action_view_history()

    def test_each_role_sees_its_own_numbers(self):
        self.Value._record(self.company, TODAY)
        for model in ("client.indicator.value", "client.indicator.figure"):
            for user, people in (
                (self.salesperson, self.salesperson),
                (self.salesperson2, self.salesperson2),
                (self.leader, self.salesperson),
                (self.leader2, self.salesperson2),
                (self.manager, self.salesperson | self.salesperson2),
            ):
                with self.subTest(model=model, user=user.login):
                    rows = self.env[model].with_user(user).search([])
                    seen = rows.sudo().user_id
                    self.assertEqual(
                        seen & (self.salesperson | self.salesperson2), people
                    )
                    if user != self.manager:
                        self.assertLessEqual(seen, people | user)
                        self.assertLessEqual(
                            rows.sudo().team_id, self.team | self.team2
                        )
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.outsider).search([])

    def test_numbers_stay_in_their_company(self):
        foreign = {"company_id": self.company2.id, "user": self.env.user}
        self._create_order(partner=self.client_foreign, day=date(2026, 2, 2), **foreign)
        self.Fact.with_company(self.company2)._refresh()
        self.Value._record(self.company2, TODAY)
        self.Value._record(self.company, TODAY)
        for model in ("client.indicator.value", "client.indicator.figure"):
            rows = self.env[model].with_user(self.manager).search([])
            self.assertEqual(rows.sudo().company_id, self.company)

    def test_nobody_writes_numbers(self):
        self.Value._record(self.company, TODAY)
        row = self._row("sales_amount", self.salesperson)
        for user in (self.salesperson, self.leader, self.manager):
            for change in (
                lambda own: own.write({"numerator": 1.0}),
                lambda own: own.create({"month": MARCH}),
                lambda own: own.unlink(),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    change(row.with_user(user))

    def test_records_of_others_stay_closed(self):
        self.Value._record(self.company, TODAY)
        row = self._row("sales_amount", self.salesperson2)
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson).action_view_records()
        figure = self.env["client.indicator.figure"].search(
            [("level", "=", "user"), ("user_id", "=", self.salesperson2.id)], limit=1
        )
        for action in ("action_view_records", "action_view_history"):
            with self.assertRaises(AccessError):
                getattr(figure.with_user(self.salesperson), action)()
