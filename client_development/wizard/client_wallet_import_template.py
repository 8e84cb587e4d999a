import base64
import io
import logging

import xlsxwriter

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

MAX_ROWS = 50_000
# Texts stay texts: a name may begin with "=" or look like a link.
AS_TYPED = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class ClientWalletImport(models.TransientModel):
    """The template: the user's wallet grid as a sheet, ready to be filled in.

    Imported unchanged it changes nothing.
    """

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.wallet.import"

    template = fields.Binary(
        compute="_compute_template",
        help="The wallet grid of your clients as an Excel file.",
    )

    @api.depends("company_id")
    @api.depends_context("uid", "lang")
    def _compute_template(self):
        for wizard in self:
            wizard.template = base64.b64encode(wizard._write_template())

    def action_download_template(self):
        """Download the wallet grid of one's clients as a sheet."""
        self.ensure_one()
        name = self.env._("Wallet Grid")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/template/{name}.xlsx"
            "?download=true",
            "target": "download",
        }

    def _get_template_rows(self):
        """Return the grid of one's own clients; of all, if none is one's own.

        This is an export, and follows its rules: nothing without the right to it.
        """
        grid = self.env["client.wallet.grid"]
        if not self.env.user.has_group("base.group_allow_export"):
            return grid
        here = Domain("company_id", "=", self.company_id.id)
        own = Domain.OR(
            Domain(path, "=", self.env.uid)
            for path in ("user_id", "developer_id", "team_id.user_id")
        )
        order = "partner_id, category_id, id"
        rows = grid.search(here & own, order=order, limit=MAX_ROWS)
        return rows or grid.search(here, order=order, limit=MAX_ROWS)

    def _write_template(self):
        """Return the file: labels, then a row per client and product category."""
        labels = self._get_labels(self.env.lang)
        ours = self.env["client.wallet.grid"].fields_get(["amount"], ["string"])
        columns = ["client", "client_id", "category", "potential", "supplier"]
        columns += ["source", "confidence", "date"]
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, AS_TYPED) as book:
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            money = book.add_format({"num_format": "#,##0.00"})
            sheet = book.add_worksheet()
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns), 18)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, labels[column], bold)
            sheet.write_string(0, len(columns), ours["amount"]["string"], bold)
            words = {
                name: dict(
                    self.env["client.wallet.grid"]
                    ._fields[name]
                    ._description_selection(self.env)
                )
                for name in ("source", "confidence")
            }
            rows = self._get_template_rows()
            if rows:
                _logger.info(
                    "User %d exported %d rows of the wallet grid as a template",
                    self.env.uid,
                    len(rows),
                )
            for number, row in enumerate(rows, start=1):
                sheet.write_string(number, 0, row.partner_id.name or "")
                sheet.write_number(number, 1, row.partner_id.id)
                sheet.write_string(number, 2, row.category_id.complete_name)
                sheet.write_number(number, 8, row.amount, money)
                if not row.wallet_id:
                    continue
                sheet.write_number(number, 3, row.potential, money)
                sheet.write_string(number, 4, row.supplier or "")
                sheet.write_string(number, 5, words["source"].get(row.source, ""))
                word = words["confidence"].get(row.confidence, "")
                sheet.write_string(number, 6, word)
                sheet.write_datetime(number, 7, row.date, day)
        return output.getvalue()
