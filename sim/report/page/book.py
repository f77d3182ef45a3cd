"""The workbook of a report: the same tables as the page, all rows of them; the same runs give the same bytes."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

from sim.planbook.cells import MOST, runs, shown
from sim.planbook.workbook import HEAD, NO_DATE, _settled
from sim.report.page.rows import Table

#: widest column, characters
WIDEST = 60


def workbook(title: str, first: Sequence[tuple[str, str]], tables: Sequence[Table]) -> bytes:
    """A workbook.

    Parameters
    ----------
    title : of the document.
    first : rows of the first sheet, two cells each.
    tables : a sheet each, in order.
    """
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "README"
    for row, (name, text) in enumerate(first, start=1):
        _put(sheet, row, 1, name)
        _put(sheet, row, 2, text)
        sheet.cell(row, 1).font = Font(bold=True, size=14 if row == 1 else 11)
        for column in (1, 2):
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 110
    taken = {"readme"}
    for table in tables:
        sheet = book.create_sheet(_name(table.name, taken))
        for number, name in enumerate(table.columns, start=1):
            _put(sheet, 1, number, name)
            cell = sheet.cell(1, number)
            cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=HEAD)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            longest = max([len(str(line[number - 1])) for line in table.rows[:200]] or [0])
            sheet.column_dimensions[get_column_letter(number)].width = min(max(longest + 2, 12), WIDEST)
        for row, line in enumerate(table.rows, start=2):
            for number, value in enumerate(line, start=1):
                _put(sheet, row, number, value)
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    book.properties.creator, book.properties.title = "bufferstock", shown(title)
    book.properties.created = NO_DATE
    made = io.BytesIO()
    book.save(made)
    return _settled(made.getvalue(), NO_DATE)


def _name(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have and none has yet."""
    made = re.sub(r"[\[\]:*?/\\']", " ", wanted)[:31] or "Table"
    turn = 2
    while made.lower() in taken:
        made = f"{made[:27]} {turn}"
        turn += 1
    taken.add(made.lower())
    return made


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    """Fill a cell; text stays text, whatever it begins with, and what no number is stays blank."""
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return
    cell = sheet.cell(row, column)
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = shown(value)[:MOST]
    cell.data_type = "s"
    if runs(value):
        cell.quotePrefix = True
