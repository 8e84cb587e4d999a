import base64
import csv
import io
import os
import zipfile

import openpyxl

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from odoo.addons.base_import.models.base_import import ImportValidationError

MAX_ROWS = 100_000
FILE_TYPES = (".xlsx", ".csv")
SEPARATORS = (";", "\t", ",", "|")
# Columns by their technical names; the labels come from the models, see below.
COLUMNS = {
    "client": ("client", "partner_id"),
    "client_id": ("client_id", "client id"),
    "category": ("category", "category_id"),
    "potential": ("potential", "amount"),
    "source": ("source",),
    "confidence": ("confidence",),
    "date": ("date",),
    "supplier": ("supplier",),
}
LABELS = {
    "client": "partner_id",
    "category": "category_id",
    "potential": "potential",
    "source": "source",
    "confidence": "confidence",
    "date": "date",
    "supplier": "supplier",
}


class ClientWalletImport(models.TransientModel):
    """Read the sheet: Odoo's own reader for the cells, and the numbers of the rows."""

    # One concern per file: the model would be too long to read in one.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "client.wallet.import"

    def _read_rows(self):
        """Return ``[(number of the row in the sheet, {column: cell})]``."""
        rows = self._read_file()
        _number, head = rows[0]
        places = self._find_columns(head)
        if len(rows) - 1 > MAX_ROWS:
            raise UserError(
                self.env._(
                    "File: it has %(count)s rows, more than %(limit)s. Split it into"
                    " several files.",
                    count=formatLang(self.env, len(rows) - 1, digits=0),
                    limit=formatLang(self.env, MAX_ROWS, digits=0),
                )
            )
        if len(rows) == 1:
            raise UserError(
                self.env._(
                    "File: below the labels there is no row. Fill in at least one"
                    " client, product category and potential per year."
                )
            )
        return [
            (
                number,
                {
                    name: cells[place] if place < len(cells) else ""
                    for name, place in places.items()
                },
            )
            for number, cells in rows[1:]
        ]

    # -- file ----------------------------------------------------------------------

    def _read_file(self):
        """Return the rows that are not blank: ``[(number, [cells])]``."""
        if not self.file:
            raise UserError(self.env._("File: choose an Excel (.xlsx) or CSV file."))
        content = base64.b64decode(self.file)
        if not content.strip():
            raise UserError(
                self.env._("File: it is empty. Choose a file with at least one row.")
            )
        kind = os.path.splitext(self.file_name or "")[1].lower()
        # Excel's files are archives; whatever the name says, others are not readable.
        if (
            kind not in FILE_TYPES
            or (kind == ".xlsx") != zipfile.is_zipfile(io.BytesIO(content))
            or (kind == ".csv" and b"\0" in content and content[:1] < b"\xfe")
        ):
            raise UserError(
                self.env._(
                    "File: “%(name)s” is neither an Excel (.xlsx) nor a CSV file. Save"
                    " the sheet as “Excel Workbook (.xlsx)” without a password and"
                    " choose it again.",
                    name=self.file_name or "",
                )
            )
        options = self._get_options(content) if kind == ".csv" else {}
        reader = self.env["base_import.import"].new(
            {"file": content, "file_name": self.file_name}
        )
        try:
            read = reader._read_file(options)
            numbers = self._number_rows(kind, content, options)
        except (
            ImportValidationError,
            ValueError,
            KeyError,
            csv.Error,
            zipfile.BadZipFile,
        ) as error:
            raise UserError(
                self.env._(
                    "File: “%(name)s” cannot be read: %(error)s",
                    name=self.file_name,
                    error=getattr(error, "message", "") or error,
                )
            ) from error
        rows = read[1] if read else []
        if not rows:
            raise UserError(
                self.env._("File: it is empty. Choose a file with at least one row.")
            )
        if len(numbers) != len(rows):
            numbers = range(1, len(rows) + 1)
        return list(zip(numbers, rows, strict=True))

    def _get_options(self, content):
        """Return encoding and separator of a CSV file, as the reader wants them."""
        options = {"quoting": '"'}
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return options  # the reader guesses
        options["encoding"] = "utf-8-sig"
        head = text.lstrip().splitlines()[0]
        options["separator"] = max(SEPARATORS, key=head.count)
        return options

    def _number_rows(self, kind, content, options):
        """Return the numbers of the rows that are not blank: the reader drops those."""
        if kind == ".csv":
            text = content.decode(options["encoding"])
            rows = csv.reader(
                io.StringIO(text), delimiter=options.get("separator") or ","
            )
        else:
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=True
            )
            rows = book.worksheets[0].iter_rows(values_only=True)
        return [
            number
            for number, cells in enumerate(rows, start=1)
            if any(
                cell.strip() if isinstance(cell, str) else cell is not None
                for cell in cells
            )
        ]

    # -- columns -------------------------------------------------------------------

    def _find_columns(self, head):
        """Return ``{column: place}``; columns that are not known are passed over."""
        names = self._get_column_names()
        places = {}
        for place, label in enumerate(head):
            column = names.get(self._simplify(label))
            if not column:
                continue
            if column in places:
                raise UserError(
                    self.env._(
                        "Columns: “%(label)s” is there twice. Delete one of the two"
                        " columns.",
                        label=label,
                    )
                )
            places[column] = place
        labels = self._get_labels(self.env.lang)
        missing = [
            labels[column]
            for column in ("client", "category", "potential")
            if column not in places
            and not (column == "client" and "client_id" in places)
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Columns: %(missing)s not found. The first row must hold the"
                    " labels; it holds: %(found)s. Download the template to see them"
                    " all.",
                    missing=", ".join(f"“{label}”" for label in missing),
                    found=", ".join(str(cell) for cell in head if cell)[:200],
                )
            )
        return places

    def _get_column_names(self):
        """Return ``{simplified label or technical name: column}``."""
        names = {name: column for column in COLUMNS for name in COLUMNS[column]}
        for lang in {self.env.lang or "en_US", "en_US"}:
            for column, label in self._get_labels(lang).items():
                names.setdefault(self._simplify(label), column)
        return names

    def _get_labels(self, lang):
        """Return ``{column: label}`` in a language."""
        here = self.with_context(lang=lang)
        described = here.env["client.wallet.grid"].fields_get(
            list(LABELS.values()), ["string"]
        )
        labels = {column: described[name]["string"] for column, name in LABELS.items()}
        return {**labels, "client_id": here.env._("Client ID")}

    def _simplify(self, label):
        return " ".join(str(label).replace("*", "").split()).casefold()
