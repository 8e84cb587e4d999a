from datetime import date

from odoo.exceptions import AccessError, UserError

from .fact_common import TODAY
from .wallet_common import HEAD, WalletImportCase


class TestWalletImport(WalletImportCase):
    """A wallet sheet is checked row by row; the good rows are stored, no bad one."""

    # -- two steps -----------------------------------------------------------------

    def test_bad_rows_are_named_by_number_and_never_stored(self):
        rows = [
            ["Azure Joinery", "Screws", 1200, date(2026, 3, 1), "Survey", "High", "X"],
            ["Azure Joinery", "Screws", -1, "", "", "", ""],
            [],
            ["Azure Joinery", "Screws", "a lot", "", "", "", ""],
            ["Nobody", "Screws", 5, "", "", "", ""],
            ["Azure Joinery", "Nothing", 5, "", "", "", ""],
            ["Azure Joinery", "Glue", "1 300,50", "31.03.2026", "", "low", ""],
            ["Azure Joinery", "Glue", 5, "soon", "", "", ""],
            ["Azure Joinery", "Glue", 5, "", "Rumour", "", ""],
            ["Azure Joinery", "Glue", 5, "", "", "So so", ""],
            ["", "", 5, "", "", "", ""],
            ["Azure Joinery", "Glue", "", "", "", "", "Rival"],
            ["Azure Joinery", "Glue", 1e15, "", "", "", ""],
            ["Azure Joinery", "Glue", 5, "1066-10-14", "", "", ""],
        ]
        for name in ("wallets.xlsx", "wallets.csv"):
            with self.subTest(name=name):
                wizard = self._check(rows, name)
                self.assertEqual((wizard.good_count, wizard.bad_count), (2, 11))
                bad = self._bad(wizard)
                self.assertEqual(list(bad), [3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15])
                for number, reason in (
                    (3, "cannot be negative"),
                    (5, "“a lot” is no number"),
                    (6, "“Nobody” is not known"),
                    (7, "“Nothing” is not known"),
                    (9, "“soon” is no day"),
                    (10, "Source: “Rumour” is not known"),
                    (11, "Confidence: “So so” is not known"),
                    (12, "Client: missing. Product Category: missing."),
                    (13, "Potential per Year: missing"),
                    (14, "not possible"),
                    (15, "not possible"),
                ):
                    self.assertIn(reason, bad[number])
                self.assertFalse(self._stored())
        wizard.action_import()
        self.assertRecordValues(
            self._stored().sorted("amount"),
            [
                {
                    "category_id": self.screws.id,
                    "amount": 1200.0,
                    "date": date(2026, 3, 1),
                    "source": "survey",
                    "confidence": "high",
                    "supplier": "X",
                },
                {
                    "category_id": self.glue.id,
                    "amount": 1300.5,
                    "date": TODAY,
                    "source": "client",
                    "confidence": "low",
                    "supplier": False,
                },
            ],
        )
        self.assertEqual((wizard.state, wizard.new_count), ("done", 2))
        with self.assertRaisesRegex(UserError, "already"):
            wizard.action_import()

    def test_cancelled_import_stores_nothing(self):
        wizard = self._check([["Azure Joinery", "Screws", 5]])
        wizard.action_back()
        self.assertEqual((wizard.state, wizard.file), ("file", False))
        self.assertFalse(self._stored())

    def test_only_bad_rows_cannot_be_stored(self):
        wizard = self._check([["Azure Joinery", "Screws", -5]])
        with self.assertRaisesRegex(UserError, "no row of it"):
            wizard.action_import()

    def test_rows_are_checked_again_before_they_are_stored(self):
        wizard = self._check([["Azure Joinery", "Screws", 5]])
        self.client.user_id = self.salesperson2
        with self.assertRaisesRegex(UserError, "no row of it"):
            wizard.action_import()
        self.assertFalse(self._stored())

    # -- clients and categories ----------------------------------------------------

    def test_clients_by_name_reference_vat_or_id(self):
        self.client.write({"ref": "C-17", "vat": "DE136695976"})
        for text in ("Azure Joinery", "C-17", "DE136695976", str(self.client.id)):
            with self.subTest(text=text):
                wizard = self._check([[text, "Screws", 5]])
                self.assertEqual(wizard.good_count, 1, self._bad(wizard))
        for text in ("azure", "Vera Holm", str(2**40), "0"):
            with self.subTest(text=text):
                wizard = self._check([[text, "Screws", 5]])
                self.assertIn("is not known", self._bad(wizard)[2])

    def test_ambiguous_names_are_bad(self):
        namesake = self._new_client("Azure Joinery", self.salesperson)
        wizard = self._check([["Azure Joinery", "Screws", 5]])
        self.assertIn("several are called", self._bad(wizard)[2])
        head = [*HEAD, "Client ID"]
        rows = [
            ["Azure Joinery", "Screws", 5, "", "", "", "", namesake.id],
            ["Birch Works", "Screws", 5, "", "", "", "", namesake.id],
        ]
        wizard = self._check(rows, head=head)
        self.assertIn("is that of “Azure Joinery”", self._bad(wizard)[3])
        wizard.action_import()
        self.assertTrue(self._stored(namesake))
        self.assertFalse(self._stored())

    def test_category_by_complete_or_unique_name(self):
        wizard = self._check([["Azure Joinery", "Fixings / Screws", 5]])
        self.assertEqual(wizard.good_count, 1)
        self.env["product.category"].create(
            {"name": "Screws", "parent_id": self.glue.id}
        )
        rows = [["Azure Joinery", name, 5] for name in ("Screws", "Fixings / Screws")]
        wizard = self._check(rows)
        self.assertIn("several are called", self._bad(wizard)[2])
        self.assertEqual(wizard.good_count, 1)

    def test_clients_of_others_are_bad(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        rows = [
            [name, "Screws", 5]
            for name in ("Birch Works", "Cedar Foreign", stranger.name)
        ]
        wizard = self._check(rows)
        bad = self._bad(wizard)
        self.assertIn("not one of your clients, but of cd_salesperson2", bad[2])
        self.assertIn("is not known", bad[3])
        self.assertIn("is no client of Northern Fasteners yet", bad[4])
        self.assertEqual(self._check(rows, user=self.leader).good_count, 0)
        self.assertEqual(self._check(rows, user=self.manager).good_count, 1)
        with self.assertRaises(AccessError):
            self._open(b"x", user=self.outsider)
        with self.assertRaises(AccessError):
            wizard.with_user(self.salesperson2).action_check()
        with self.assertRaises(AccessError):
            wizard.row_ids.with_user(self.salesperson2).read(["reason"])

    # -- days ----------------------------------------------------------------------

    def test_same_client_category_and_day_twice_is_bad(self):
        rows = [
            ["Azure Joinery", "Screws", 5, date(2026, 3, 1)],
            ["Azure Joinery", "Fixings / Screws", 6, "2026-03-01"],
            ["Azure Joinery", "Screws", 7],
            ["Azure Joinery", "Screws", 8, TODAY],
        ]
        wizard = self._check(rows)
        bad = self._bad(wizard)
        self.assertEqual(list(bad), [3, 5])
        self.assertIn("as in row 2", bad[3])
        self.assertIn("as in row 4", bad[5])

    def test_entry_of_the_same_day_is_changed_others_stay(self):
        self._check(
            [["Azure Joinery", "Screws", 5, "2026-03-01", "", "High", "Rival"]]
        ).action_import()
        wizard = self._check(
            [
                ["Azure Joinery", "Screws", 6, "2026-03-01"],
                ["Azure Joinery", "Screws", 7],
            ]
        )
        wizard.action_import()
        self.assertRecordValues(
            self._stored(),
            [
                {"amount": 7, "date": TODAY, "supplier": "Rival", "confidence": "high"},
                {
                    "amount": 6,
                    "date": date(2026, 3, 1),
                    "supplier": "Rival",
                    "confidence": "high",
                },
            ],
        )
        self.assertEqual((wizard.new_count, wizard.changed_count), (1, 1))

    def test_what_is_known_already_is_not_stored_again(self):
        rows = [["Azure Joinery", "Screws", 5, "", "", "", "Rival"]]
        self._check(rows).action_import()
        wizard = self._check(rows)
        wizard.action_import()
        self.assertEqual((wizard.new_count, wizard.same_count), (0, 1))
        later = self._check(rows).with_context(client_today=date(2026, 5, 1))
        later.action_import()
        self.assertEqual(len(self._stored()), 1)
