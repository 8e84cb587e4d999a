import base64
import io
from datetime import date
from unittest.mock import patch

import openpyxl

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .fact_common import TODAY
from .wallet_common import HEAD, WalletImportCase, write_csv, write_xlsx

TEMPLATE = "odoo.addons.client_development.wizard.client_wallet_import_template"
READ = "odoo.addons.client_development.wizard.client_wallet_import_read"


class TestWalletImportFile(WalletImportCase):
    """Sheets of any kind are read, come back unchanged, and may be large."""

    # -- files ---------------------------------------------------------------------

    def test_labels_in_any_order_language_or_technical(self):
        self.env["res.lang"]._activate_lang("ru_RU")
        label = self.env["ir.model.fields"]._get("client.wallet.grid", "potential")
        label.with_context(lang="ru_RU").field_description = "Потенциал в год"
        self.salesperson.lang = "ru_RU"
        self.env.registry.clear_cache()
        for head in (
            ["potential", "category_id", "Weather", "partner_id"],
            ["Potential per year *", " product category", "", "CLIENT"],
            ["Потенциал в год", "Product Category", "", "Client"],
        ):
            with self.subTest(head=head):
                row = ["1 200,5", "Screws", "rain", "Azure Joinery"]
                wizard = self._open([head, row], "wallets.csv")
                wizard = wizard.with_context(lang="ru_RU")
                wizard.action_check()
                self.assertEqual(wizard.good_count, 1, self._bad(wizard))

    def test_numbers_as_people_write_them(self):
        wizard = self._open(b"").with_context(lang="en_US")
        for text, amount in (
            ("1200", 1200),
            ("1200.5", 1200.5),
            ("1,200", 1200),
            ("1,200.50", 1200.5),
            ("1.200,50", 1200.5),
            ("1 200,50", 1200.5),
            ("1\N{NO-BREAK SPACE}200 €", 1200),
            ("EUR 5", 5),
            ("1.200.000", 1200000),
            ("12,5", 12.5),
            ("-3", -3),
            ("1_000", None),
            ("1.2.3", None),
            ("1e5", None),
            ("nan", None),
            ("inf", None),
            ("five", None),
            ("5 %", None),
        ):
            with self.subTest(text=text):
                self.assertEqual(wizard._parse_amount(text), amount)

    @mute_logger("odoo.addons.base_import.models.base_import")
    def test_unreadable_files_are_refused_with_a_clear_message(self):
        good = ["Azure Joinery", "Screws", 5]
        formula = write_xlsx([HEAD])
        for content, name, message in (
            (b"", "wallets.xlsx", "choose an Excel|it is empty"),
            (b"  \n ", "wallets.csv", "it is empty"),
            (write_xlsx([]), "wallets.xlsx", "it is empty"),
            (write_xlsx([HEAD]), "wallets.xlsx", "there is no row"),
            (write_csv([HEAD]), "wallets.csv", "there is no row"),
            (formula, "wallets.pdf", "neither an Excel"),
            (formula, "wallets.csv", "neither an Excel"),
            (formula, "", "neither an Excel"),
            (b"%PDF-1.7", "wallets.xlsx", "neither an Excel"),
            (formula[:200], "wallets.xlsx", "neither an Excel"),
            ([["Client", "Weather"], good], "wallets.xlsx", "Potential per Year"),
            ([["Client", *HEAD], good], "wallets.xlsx", "“Client” is there twice"),
        ):
            with self.subTest(name=name, message=message):
                with self.assertRaisesRegex(UserError, message):
                    self._open(content, name).action_check()
        with patch(f"{READ}.MAX_ROWS", 2):
            with self.assertRaisesRegex(UserError, "it has 3 rows, more than 2"):
                self._check([good] * 3)

    def test_more_than_100_000_rows_are_refused(self):
        row = b"Azure Joinery;Screws;5\n"
        content = b"Client;Product Category;Potential per Year\n" + row * 100_001
        with self.assertRaisesRegex(UserError, "100,001 rows, more than 100,000"):
            self._open(content, "wallets.csv").action_check()

    def test_separators_and_encodings_of_csv(self):
        rows = [HEAD[:3], ["Azure Joinery", "Screws", "5"]]
        for delimiter in ",;\t|":
            for encoding in ("utf-8", "utf-8-sig", "cp1251", "utf-16"):
                with self.subTest(delimiter=delimiter, encoding=encoding):
                    content = write_csv(rows, delimiter, encoding)
                    wizard = self._open(content, "wallets.csv")
                    wizard.action_check()
                    self.assertEqual(wizard.good_count, 1)

    # -- round trip ----------------------------------------------------------------

    def _template(self, wizard):
        content = base64.b64decode(wizard.template)
        return openpyxl.load_workbook(io.BytesIO(content))

    def _save(self, book):
        output = io.BytesIO()
        book.save(output)
        return output.getvalue()

    def test_template_survives_the_round_trip(self):
        self.client.name = "=1+1 Joinery"
        self.Wallet.create(
            {
                "partner_id": self.client.id,
                "category_id": self.screws.id,
                "amount": 1234.5,
                "date": date(2026, 2, 1),
                "supplier": "@Rival",
                "source": "estimate",
                "confidence": "low",
            }
        )
        before = self._stored().read()
        self.salesperson.group_ids += self.env.ref("base.group_allow_export")
        wizard = self._open(b"")
        self.assertIn(str(wizard.id), wizard.action_download_template()["url"])
        book = self._template(wizard)
        sheet = book.active
        self.assertEqual(sheet["A2"].value, "=1+1 Joinery")
        self.assertEqual(sheet["A2"].data_type, "s")
        unchanged = self._open(self._save(book))
        unchanged.action_check()
        self.assertEqual(
            (unchanged.good_count, unchanged.bad_count, unchanged.empty_count),
            (1, 0, 1),
        )
        unchanged.action_import()
        self.assertEqual(unchanged.same_count, 1)
        self.assertEqual(self._stored().read(), before)
        for row in sheet.iter_rows(min_row=2):
            row[3].value = 99.5  # the potential
            row[7].value = None  # known since
            row[4].value = "-Other" if row[2].value == "Glue" else "+Rival"
        changed = self._open(self._save(book))
        changed.action_check()
        self.assertFalse(changed.bad_count, self._bad(changed))
        changed.action_import()
        self.assertRecordValues(
            self._stored().filtered(lambda w: w.date == TODAY).sorted("supplier"),
            [
                {"category_id": self.screws.id, "amount": 99.5, "supplier": "+Rival"},
                {"category_id": self.glue.id, "amount": 99.5, "supplier": "-Other"},
            ],
        )

    def test_export_of_the_grid_can_be_imported(self):
        self._check(
            [["Azure Joinery", "Screws", 5, "2026-03-01", "", "High", "Rival"]]
        ).action_import()
        before = self._stored().read()
        self.salesperson.group_ids += self.env.ref("base.group_allow_export")
        grid = self.env["client.wallet.grid"].with_user(self.salesperson)
        rows = grid.search([("partner_id", "=", self.client.id)])
        names = ["partner_id", "category_id", "potential", "amount", "date", "source"]
        names += ["confidence", "supplier", "gap"]
        labels = grid.fields_get(names, ["string"])
        head = [labels[name]["string"] for name in names]
        wizard = self._open([head, *rows.export_data(names)["datas"]])
        wizard.action_check()
        self.assertEqual(
            (wizard.good_count, wizard.bad_count, wizard.empty_count), (1, 0, 1)
        )
        wizard.action_import()
        self.assertEqual(self._stored().read(), before)

    def test_template_holds_the_clients_of_its_user(self):
        for user, names in (
            (self.salesperson, {"Azure Joinery"}),
            (self.leader2, {"Birch Works"}),
            (self.manager, {"Azure Joinery", "Birch Works"}),
        ):
            book = self._template(self._open(b"", user=user))
            self.assertEqual(book.active["A1"].value, "Client")
            self.assertEqual(book.active.max_row, 1, "no right to export")
            user.group_ids += self.env.ref("base.group_allow_export")
            with patch(f"{TEMPLATE}._logger") as logger:
                book = self._template(self._open(b"", user=user))
            logger.info.assert_called_once()
            found = {row[0].value for row in book.active.iter_rows(min_row=2)}
            self.assertEqual(found & {"Azure Joinery", "Birch Works"}, names)

    # -- size ----------------------------------------------------------------------

    def test_queries_do_not_grow_with_the_rows(self):
        categories = self.env["product.category"].create(
            [{"name": f"Category {number}"} for number in range(100)]
        )
        clients = self.env["res.partner"].create(
            [
                {"name": f"Client {number}", "user_id": self.salesperson.id}
                for number in range(10)
            ]
        )
        self.Fact._ensure(clients)
        rows = [
            [client.name, category.name, 5 + number]
            for number, client in enumerate(clients)
            for category in categories
        ]
        rows[7][2], rows[500][0] = "x", "Nobody"
        counts = []
        for part in (rows[:20], rows):
            wizard = self._open([HEAD, *part])
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            wizard.action_check()
            wizard.action_import()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual((wizard.good_count, wizard.bad_count), (998, 2))
        self.assertEqual(list(self._bad(wizard)), [9, 502])
        self.assertEqual(
            self.Wallet.search_count([("partner_id", "in", clients.ids)]), 998
        )
        self.assertEqual(wizard.same_count, 19)
        # The database takes records in portions; nothing else may grow.
        self.assertLessEqual(counts[1], counts[0] + 20)

    def test_changing_many_entries_takes_few_queries(self):
        clients = self.env["res.partner"].create(
            [
                {"name": f"Client {number}", "user_id": self.salesperson.id}
                for number in range(200)
            ]
        )
        self.Fact._ensure(clients)
        counts = []
        for part in (clients[:10], clients):
            self._check([[c.name, "Screws", 5] for c in part]).action_import()
            wizard = self._check([[c.name, "Screws", 6 + c.id] for c in part])
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            wizard.action_import()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(wizard.changed_count, len(part))
        self.assertLessEqual(counts[1], counts[0] + 20)
