import io
import json
from collections import deque

import xlsxwriter
from werkzeug.datastructures import FileStorage

from odoo.http import content_disposition, request, route
from odoo.tools import osutil

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# No sheet has more rows or columns: what a browser asks for beyond is a mistake.
LARGEST_COUNT = 100_000
# Excel skips a tab or a line break before a formula.
CSV_FORMULAS = ("@", "\t", "\r")
CSV_HEADER_FORMULAS = (*CSV_FORMULAS, "=", "+", "-")


def write_text(worksheet, row, column, value, *style):
    """Write text as text, whatever it looks like; for ``add_write_handler``.

    The options of the workbook would still take ``{=1+1}`` for a formula.
    """
    return worksheet.write_string(row, column, value, *style) if value else None


class TextXlsxWriter(ExportXlsxWriter):
    """Writes text as text: what a client has said is never run by Excel."""

    def __init__(self, fields, columns_headers, row_count):
        super().__init__(fields, columns_headers, row_count)
        self.worksheet.add_write_handler(str, write_text)


class GroupTextXlsxWriter(TextXlsxWriter, GroupExportXlsxWriter):
    """The same for lists that are grouped."""


class ExcelTextExport(ExcelExport):
    """Excel exports of lists in which ``=1+1`` stays what it is."""

    def from_group_data(self, fields, columns_headers, groups):
        """Write a grouped list."""
        with GroupTextXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value

    def from_data(self, fields, columns_headers, rows):
        """Write a plain list."""
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    writer.write_cell(number, column, value)
        return writer.value


class CsvTextExport(CSVExport):
    """CSV exports in which all that Excel would take for a formula stays text."""

    def from_data(self, fields, columns_headers, rows):
        """Write a list. Odoo itself marks ``=``, ``+`` and ``-``, not in headers."""
        return super().from_data(
            fields,
            [mark_text(header, CSV_HEADER_FORMULAS) for header in columns_headers],
            [[mark_text(cell, CSV_FORMULAS) for cell in row] for row in rows],
        )


def mark_text(value, beginnings):
    """Return ``value``, with an apostrophe if it begins like a formula."""
    if isinstance(value, str) and value.startswith(beginnings):
        return f"'{value}"
    return value


class PivotTextExport(TableExporter):
    """Excel exports of pivots in which ``=1+1`` stays what it is.

    The web client's own method makes its workbook inside, so it is written again here:
    headers of columns, measures, rows, cell for cell at the same places.
    """

    @route()
    def export_xlsx(self, data, **kw):
        """Write the pivot that the browser shows."""
        pivot = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        if not pivot:
            return super().export_xlsx(json.dumps(pivot), **kw)  # says what is missing
        output = io.BytesIO()
        workbook = xlsxwriter.Workbook(output, {"in_memory": True})
        PivotSheet(workbook, pivot).fill()
        workbook.close()
        name = osutil.clean_filename(
            request.env._(
                "Pivot %(title)s (%(model_name)s)",
                title=pivot["title"],
                model_name=pivot["model"],
            )
        )
        return request.make_response(
            output.getvalue(),
            headers=[
                ("Content-Type", XLSX_TYPE),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )


class PivotSheet:
    """The one sheet of a pivot's export."""

    def __init__(self, workbook, pivot):
        grey = {"pattern": 1, "bg_color": "#AAAAAA"}
        self.pivot = pivot
        self.sheet = workbook.add_worksheet(pivot["title"])
        self.sheet.add_write_handler(str, write_text)
        self.header_bold = workbook.add_format({"bold": True, **grey})
        self.header_plain = workbook.add_format(grey)
        self.bold = workbook.add_format({"bold": True})
        self.measure_count = min(pivot["measure_count"], LARGEST_COUNT)

    def fill(self):
        """Write the whole sheet."""
        row = self._write_column_groups()
        row = self._write_measures(row)
        self._write_rows(row)

    def _write_column_groups(self):
        # columns that a taller header above still fills: (column, rows left)
        row, carry = 0, deque()
        for header_row in self.pivot["col_group_headers"]:
            column, carried = 1, deque()
            self.sheet.write(row, 0, "", self.header_plain)
            for header in header_row:
                column = self._skip_carried(row, column, carry, carried)
                width = min(header["width"], LARGEST_COUNT)
                for number in range(width):
                    title = header["title"] if number == 0 else ""
                    self.sheet.write(row, column + number, title, self.header_plain)
                if header["height"] > 1:
                    carried.append((column, header["height"] - 1))
                column += width
            self._skip_carried(row, column, carry, carried)
            carry = deque(sorted(carried))
            row += 1
        return row

    def _skip_carried(self, row, column, carry, carried):
        while carry and carry[0][0] == column:
            _column, height = carry.popleft()
            for number in range(self.measure_count):
                self.sheet.write(row, column + number, "", self.header_plain)
            if height > 1:
                carried.append((column, height - 1))
            column += self.measure_count
        return column

    def _write_measures(self, row):
        measures = self.pivot["measure_headers"]
        if not measures:
            return row
        self.sheet.write(row, 0, "", self.header_plain)
        for column, measure in enumerate(measures, start=1):
            style = self.header_bold if measure["is_bold"] else self.header_plain
            self.sheet.write(row, column, measure["title"], style)
        self.sheet.set_column(0, len(measures), 16)
        return row + 1

    def _write_rows(self, first):
        for row, line in enumerate(self.pivot["rows"], start=first):
            title = f"{line['indent'] * '     '}{line['title']}"
            self.sheet.write(row, 0, title, self.header_plain)
            for column, cell in enumerate(line["values"], start=1):
                style = self.bold if cell.get("is_bold", False) else None
                self.sheet.write(row, column, cell["value"], style)
