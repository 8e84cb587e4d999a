"""What the tests of wallet sheets have in common."""

import base64
import csv
import io
from datetime import date

import xlsxwriter

from odoo.tests import tagged

from .fact_common import FactCase

HEAD = [
    "Client",
    "Product Category",
    "Potential per Year",
    "Known since",
    "Source",
    "Confidence",
    "Present Supplier",
]


def write_xlsx(rows):
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, day)
                else:
                    sheet.write(number, place, cell)
    return output.getvalue()


def write_csv(rows, delimiter=";", encoding="utf-8"):
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue().encode(encoding)


@tagged("post_install", "-at_install")
class WalletImportCase(FactCase):
    """A salesperson with a client, and categories for a sheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Wallet = cls.env["client.wallet"]
        cls.Import = cls.env["client.wallet.import"]
        cls.parent = cls.env["product.category"].create({"name": "Fixings"})
        cls.screws, cls.glue = cls.env["product.category"].create(
            [{"name": "Screws", "parent_id": cls.parent.id}, {"name": "Glue"}]
        )
        cls.company.client_wallet_category_ids = cls.screws | cls.glue
        cls.Fact._refresh()

    def _open(self, content, name="wallets.xlsx", user=None):
        if isinstance(content, list):
            content = (write_csv if name.endswith(".csv") else write_xlsx)(content)
        return self.Import.with_user(user or self.salesperson).create(
            {"file": base64.b64encode(content), "file_name": name}
        )

    def _check(self, rows, name="wallets.xlsx", user=None, head=None):
        wizard = self._open([head or HEAD, *rows], name, user)
        wizard.action_check()
        return wizard

    def _bad(self, wizard):
        return {row.number: row.reason for row in wizard.row_ids}

    def _stored(self, partner=None):
        return self.Wallet.search([("partner_id", "=", (partner or self.client).id)])
