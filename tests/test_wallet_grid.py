from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .fact_common import TODAY, FactCase

GRID_LIST = "client_development.client_wallet_grid_view_list"


class TestWalletGrid(FactCase):
    """The white space: what each client could buy, category by category."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Grid = cls.env["client.wallet.grid"]
        cls.Wallet = cls.env["client.wallet"]
        cls.screws, cls.anchors, cls.glue, cls.idle = cls.env[
            "product.category"
        ].create([{"name": name} for name in ("Screws", "Anchors", "Glue", "Idle")])
        cls.product.categ_id, cls.product2.categ_id = cls.screws, cls.anchors
        cls.company.client_wallet_category_ids = cls.screws | cls.anchors | cls.glue
        order = cls._create_order(quantity=3)
        order.order_line = [
            Command.create({"product_id": cls.product2.id, "product_uom_qty": 2})
        ]
        cls._enter(cls.screws, 120, "2026-01-05")
        cls._enter(cls.anchors, 10, "2026-02-01", supplier="Rival")
        cls.Fact._refresh()

    @classmethod
    def _enter(cls, category, amount, day, partner=None, **values):
        return cls.Wallet.create(
            {
                "partner_id": (partner or cls.client).id,
                "category_id": category.id,
                "amount": amount,
                "date": day,
                **values,
            }
        )

    def _row(self, category, partner=None, user=None):
        return self.Grid.with_user(user or self.env.user).search(
            [
                ("partner_id", "=", (partner or self.client).id),
                ("category_id", "=", category.id),
                ("company_id", "=", self.company.id),
            ]
        )

    def _history(self, category, partner=None):
        return self.Wallet.search(
            [
                ("partner_id", "=", (partner or self.client).id),
                ("category_id", "=", category.id),
            ]
        )

    # -- figures -------------------------------------------------------------------

    def test_potential_share_and_gap(self):
        rows = self.Grid.search([("partner_id", "=", self.client.id)])
        self.assertEqual(rows.category_id, self.screws | self.anchors | self.glue)
        self.assertRecordValues(
            rows,  # by gap
            [
                {
                    "category_id": self.screws.id,
                    "potential": 120.0,
                    "amount": 30.0,
                    "share": 25.0,
                    "gap": 90.0,
                    "status": "gap",
                },
                {
                    "category_id": self.anchors.id,
                    "potential": 10.0,
                    "amount": 40.0,
                    "share": 400.0,
                    "gap": 0.0,
                    "status": "over",
                },
                {
                    "category_id": self.glue.id,
                    "potential": 0.0,
                    "amount": 0.0,
                    "share": 0.0,
                    "gap": 0.0,
                    "status": "unknown",
                },
            ],
        )
        self.assertEqual(rows[1].supplier, "Rival")
        fact = self._fact()
        self.assertEqual(fact.wallet_amount, sum(rows.mapped("potential")))
        self.assertEqual(fact.wallet_sales, sum(rows.mapped("wallet_sales")))

    def test_yearly_potential_is_brought_to_the_length_of_the_period(self):
        self.company.client_period_months = 6
        row = self._row(self.screws)
        self.assertEqual((row.wallet_period_amount, row.gap), (60.0, 30.0))
        self.assertEqual(row.share, 50.0)

    def test_latest_entry_until_today_counts(self):
        self._enter(self.screws, 500, "2026-04-05")
        self._enter(self.screws, 300, "2026-01-05")
        self.assertEqual(self._row(self.screws).potential, 300.0)
        row = self._row(self.screws)
        row.invalidate_recordset()
        row = row.with_context(client_today=date(2026, 4, 5))
        self.assertEqual(row.potential, 500.0)

    def test_zero_potential_is_known_and_divides_nothing(self):
        self._enter(self.glue, 0, "2026-03-01")
        row = self._row(self.glue)
        self.assertEqual((row.status, row.share, row.gap), ("full", 0.0, 0.0))
        self._enter(self.screws, 0, "2026-03-01")
        row = self._row(self.screws)
        self.assertEqual((row.status, row.share, row.gap), ("over", 0.0, 0.0))

    def test_unknown_potential_is_read_and_exported_empty(self):
        names = ["potential", "share", "gap", "amount"]
        known, unknown = self._row(self.screws), self._row(self.glue)
        read = {row["id"]: row for row in (known | unknown).read(names)}
        self.assertEqual(read[known.id]["potential"], 120.0)
        self.assertEqual(
            [read[unknown.id][name] for name in names], [False, False, False, 0.0]
        )
        exported = (known | unknown).export_data(names)["datas"]
        self.assertEqual(exported, [[120.0, 25.0, 90.0, 30.0], ["", "", "", 0.0]])

    def test_quotient_of_sums_in_groups(self):
        domain = [("partner_id", "=", self.client.id)]
        [(share, gap, potential)] = self.Grid._read_group(
            domain, [], ["share:avg", "gap:sum", "potential:sum"]
        )
        self.assertAlmostEqual(share, 100 * 70 / 130, 6)
        self.assertEqual((gap, potential), (90.0, 130.0))
        groups = dict(self.Grid._read_group(domain, ["category_id"], ["share:avg"]))
        self.assertEqual(groups[self.screws], 25.0)
        self.assertFalse(groups[self.glue])
        for name in ("partner_id", "user_id", "team_id", "segment_id", "status"):
            self.assertTrue(self.Grid._read_group(domain, [name], ["gap:sum"]), name)

    # -- categories ----------------------------------------------------------------

    def test_categories_bought_or_with_a_wallet_are_always_shown(self):
        self.company.client_wallet_category_ids = self.glue
        self._enter(self.idle, 5, "2026-03-01")
        rows = self.Grid.search([("partner_id", "=", self.client.id)])
        self.assertEqual(
            rows.category_id, self.glue | self.screws | self.anchors | self.idle
        )
        rows = self.Grid.search([("partner_id", "=", self.client2.id)])
        self.assertEqual(rows.category_id, self.glue)

    def test_without_a_choice_all_categories_that_are_sold(self):
        self.company.client_wallet_category_ids = False
        self.product2.sale_ok = False
        shown = self.Grid.search([("partner_id", "=", self.client2.id)]).category_id
        self.assertIn(self.screws, shown)
        self.assertFalse(shown & (self.anchors | self.glue | self.idle))

    # -- editing -------------------------------------------------------------------

    def test_new_potential_is_dated_today_and_keeps_the_history(self):
        row = self._row(self.anchors, user=self.salesperson)
        row.write({"potential": 80})
        self.assertRecordValues(
            self._history(self.anchors),
            [
                {"amount": 80.0, "date": TODAY, "supplier": "Rival"},
                {"amount": 10.0, "date": date(2026, 2, 1), "supplier": "Rival"},
            ],
        )
        self.assertRecordValues(
            row, [{"potential": 80.0, "date": TODAY, "gap": 40.0, "share": 50.0}]
        )
        row.write({"confidence": "high"})  # the same day: the same entry
        row.write({"potential": 90, "supplier": "Another"})
        history = self._history(self.anchors)
        self.assertEqual(len(history), 2)
        self.assertRecordValues(
            history[0],
            [{"amount": 90.0, "confidence": "high", "supplier": "Another"}],
        )

    def test_unknown_potential_is_entered(self):
        row = self._row(self.glue, user=self.salesperson)
        with self.assertRaisesRegex(UserError, "Potential per Year"):
            row.write({"supplier": "Rival"})
        self.assertFalse(self._history(self.glue))
        row.write({"potential": 60, "supplier": "Rival"})
        self.assertRecordValues(
            self._history(self.glue),
            [
                {
                    "amount": 60.0,
                    "supplier": "Rival",
                    "source": "client",
                    "confidence": "medium",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(row.status, "gap")
        row = self._row(self.screws, self.client2).with_user(self.salesperson2)
        row.action_buys_nothing()
        self.assertEqual(self._history(self.screws, self.client2).mapped("amount"), [0])
        self.assertEqual(row.status, "full")

    def test_corrected_day(self):
        row = self._row(self.screws, user=self.salesperson)
        row.write({"date": "2026-01-02"})  # earlier: the entry was dated wrongly
        self.assertEqual(self._history(self.screws).mapped("date"), [date(2026, 1, 2)])
        row.write({"date": "2026-03-01", "potential": 130})  # later: known anew
        self.assertEqual(self._history(self.screws).mapped("amount"), [130.0, 120.0])
        with self.assertRaisesRegex(UserError, "would count instead"):
            row.write({"date": "2026-01-01"})
        with self.assertRaisesRegex(UserError, "still to come"):
            row.write({"date": "2026-04-01"})
        with self.assertRaisesRegex(UserError, "without a day"):
            row.write({"date": False})
        self.assertEqual(self._history(self.screws).mapped("amount"), [130.0, 120.0])

    def test_many_rows_at_once(self):
        rows = self._row(self.screws) | self._row(self.anchors)
        rows.with_user(self.salesperson).write({"confidence": "low"})
        for category in (self.screws, self.anchors):
            newest = self._history(category)[0]
            self.assertEqual((newest.confidence, newest.date), ("low", TODAY))

    def test_bad_input_is_refused_and_nothing_stored(self):
        row = self._row(self.screws, user=self.salesperson)
        for values, message in (
            ({"potential": -5}, "from 0 to"),
            ({"potential": 1e13}, "from 0 to"),
            ({"potential": float("nan")}, "from 0 to"),
            ({"potential": "much"}, "from 0 to"),
            ({"potential": False}, "cannot be emptied"),
            ({"date": "1066-10-14"}, "Known since"),
            ({"source": "gossip"}, "Source: “gossip” is not known"),
            ({"confidence": "blind"}, "Confidence: “blind” is not known"),
            ({"amount": 5}, "Our Sales: follows from orders"),
            ({"potential": 7, "partner_id": 1}, "Client: follows"),
        ):
            with self.subTest(values=values):
                with self.assertRaisesRegex((UserError, ValidationError), message):
                    row.write(values)
                self.assertEqual(len(self._history(self.screws)), 1)
                self.assertEqual(self._history(self.screws).amount, 120.0)
        with self.assertRaises(AccessError):
            self.Grid.with_user(self.manager).create({"potential": 5})
        with self.assertRaises(AccessError):
            row.with_user(self.manager).unlink()

    # -- rights --------------------------------------------------------------------

    def test_each_role_sees_and_edits_the_grid_of_its_clients(self):
        both = self.client | self.client2
        rows = self._row(self.screws) | self._row(self.screws, self.client2)
        self.assertEqual(len(rows), 2)
        for user, seen in (
            (self.salesperson, self.client),
            (self.salesperson2, self.client2),
            (self.leader, self.client),
            (self.leader2, self.client2),
            (self.manager, both),
        ):
            with self.subTest(user=user.login):
                found = self.Grid.with_user(user).search([("id", "in", rows.ids)])
                self.assertEqual(found.partner_id, seen)
                found.write({"potential": 70})
                for row in rows - found.sudo():
                    with self.assertRaises(AccessError):
                        row.with_user(user).write({"potential": 71})
                    with self.assertRaises(AccessError):
                        row.with_user(user).action_view_history()
        with self.assertRaises(AccessError):
            self.Grid.with_user(self.outsider).search([])

    def test_unassigned_and_developed_clients(self):
        free = self._new_client("Free", self.env["res.users"])
        self.assertTrue(self._row(self.screws, free, self.salesperson))
        self.assertFalse(self._row(self.screws, user=self.salesperson2))
        self._fact().developer_id = self.salesperson2
        self.assertTrue(self._row(self.screws, user=self.salesperson2))

    def test_other_companies_are_not_shown(self):
        there = self.Fact.with_company(self.company2)._ensure(self.client_foreign)
        rows = self.Grid.with_user(self.manager)
        self.assertFalse(rows.search([("fact_id", "=", there.id)]))
        row = self.Grid.sudo().search([("fact_id", "=", there.id)], limit=1)
        self.assertTrue(row)
        with self.assertRaises(AccessError):
            row.with_user(self.manager).write({"potential": 5})

    # -- speed and windows ---------------------------------------------------------

    def _search_read_list(self, user, domain):
        """Read as the list in the browser does."""
        grid = self.Grid.with_user(user)
        view = self.env.ref(GRID_LIST)
        arch = grid.get_view(view.id)["models"]["client.wallet.grid"]
        specification = {
            name: {"fields": {"display_name": {}}}
            if grid._fields[name].type == "many2one"
            else {}
            for name in arch
        }
        self.env.flush_all()
        self.env.invalidate_all()
        return grid.web_search_read(domain, specification, limit=80)

    def test_grid_of_one_client_takes_few_queries(self):
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(20)]
        )
        self.company.client_wallet_category_ids = categories
        for category in categories:
            self._enter(category, 100, "2026-03-01")
        domain = [("fact_id", "=", self._fact().id)]
        self._search_read_list(self.salesperson, domain)
        start = self.env.cr.sql_log_count
        found = self._search_read_list(self.salesperson, domain)
        queries = self.env.cr.sql_log_count - start
        self.assertEqual(found["length"], 22)
        self.assertLessEqual(queries, 15)

    def test_conditions_on_the_client_reach_his_row(self):
        """However many clients there are, one is found before his categories are."""
        fact = self._fact()
        query = self.Grid._search(Domain("fact_id", "=", fact.id))
        [*plan] = self.env.execute_query_dict(
            SQL("EXPLAIN %s", query.select("client_wallet_grid.id"))
        )
        text = "\n".join(line["QUERY PLAN"] for line in plan)
        self.assertRegex(text, rf"on client_fact f .*\n.*\(.*\bid = {fact.id}\)")

    def test_windows_of_the_grid(self):
        fact = self._fact().with_user(self.salesperson)
        for action in (
            fact.action_view_wallet_grid(),
            self.contact.with_user(self.salesperson).action_view_client_wallet_grid(),
        ):
            rows = self.Grid.with_user(self.salesperson).search(action["domain"])
            self.assertEqual(rows.partner_id, self.client)
            self.assertIn("Azure Joinery", action["name"])
        with self.assertRaisesRegex(UserError, "none of your clients"):
            self.client2.with_user(self.salesperson).action_view_client_wallet_grid()
        row = self._row(self.screws, user=self.salesperson)
        action = row.action_view_history()
        self.assertEqual(
            self.Wallet.search(action["domain"]), self._history(self.screws)
        )
        action = row.action_view_lines()
        lines = self.env["sale.order.line"].search(action["domain"])
        self.assertEqual(sum(lines.mapped("price_subtotal")), row.amount)
