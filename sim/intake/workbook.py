"""Excel workbooks, sheet by sheet: merged cells, leading zeros that only the format shows, passwords."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

import numpy as np

from sim.errors import ScenarioError
from sim.intake.table import Table, column_of, swept
from sim.intake.text import LOOK

#: what openpyxl raises at files that are no sound workbooks
BROKEN = (zipfile.BadZipFile, ParseError, LookupError, ValueError, TypeError, AttributeError, OSError)
ZEROS = re.compile(r"0{2,}")


@dataclass(frozen=True)
class SheetGrid:
    """One sheet.

    Attributes
    ----------
    cells : rows of values; merged cells hold their value in each of their places.
    digits : row and column of number cells shown with leading zeros, with the number of digits shown.
    filled : row and column (from 0) of cells that got their value from a merged cell.
    """

    source: str
    cells: list[list[Any]]
    digits: dict[tuple[int, int], int] = field(default_factory=dict)
    filled: frozenset[tuple[int, int]] = frozenset()
    how: str = "Excel"

    def preview(self) -> list[list[Any]]:
        """Values of the first rows."""
        return self.cells[:LOOK]

    def load(self, first: int, heads: Sequence[Any], header: int) -> Table:
        """The table from row number `first` on."""
        body = self.cells[first - 1 :]
        columns = tuple(
            column_of(head, [row[place] if place < len(row) else None for row in body])
            for place, head in enumerate(heads)
        )
        zeros: dict[int, int] = {}
        for (row, place), digits in self.digits.items():
            if row >= first - 1:
                zeros[place] = max(zeros.get(place, 0), digits)
        filled = tuple((row + 1, place) for row, place in sorted(self.filled) if row >= first - 1)
        numbers = np.arange(first, first + len(body), dtype=np.int64)
        return swept(Table(self.source, self.how, header, columns, numbers, zeros=tuple(zeros.items()), filled=filled))


def grids(source: str, content: bytes, only: str = "") -> list[SheetGrid]:
    """Sheets of a workbook, empty ones too.

    Raises
    ------
    ScenarioError : it cannot be opened, or has no such sheet.
    """
    import openpyxl

    try:
        merged = _merged(content)
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=not merged, data_only=True)
        except AttributeError:  # a sheet that is a chart
            merged = True
            book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        try:
            found = [_grid(f"{source}#{sheet.title}", sheet, merged) for sheet in book.worksheets]
        finally:
            book.close()
    except BROKEN as error:
        raise ScenarioError([f"{source}: is not an Excel workbook that can be opened ({error})"]) from error
    if only:
        from sim.errors import near_miss

        chosen = [grid for grid in found if grid.source == f"{source}#{only}"]
        if not chosen:
            names = [grid.source.partition("#")[2] for grid in found]
            raise ScenarioError([f"{source}: has no sheet {only!r}{near_miss(only, names)}"])
        return chosen
    return found


def _merged(content: bytes) -> bool:
    """Whether any sheet has merged cells; only then must the workbook be read whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as sheet:
                    tail = b""
                    while block := sheet.read(1 << 20):
                        if b"<mergeCell " in tail + block:
                            return True
                        tail = block[-16:]
    return False


def _grid(source: str, sheet: Any, merged: bool) -> SheetGrid:
    cells: list[list[Any]] = []
    digits: dict[tuple[int, int], int] = {}
    for number, row in enumerate(sheet.iter_rows()):
        line = []
        for place, cell in enumerate(row):
            value = cell.value
            if type(value) is int or (type(value) is float and value.is_integer()):
                shape = cell.number_format
                if shape and ZEROS.fullmatch(shape) and len(shape) > len(f"{abs(value):.0f}"):
                    digits[number, place] = len(shape)
            line.append(value)
        cells.append(line)
    filled: set[tuple[int, int]] = set()
    for span in sheet.merged_cells.ranges if merged else ():
        value = sheet.cell(span.min_row, span.min_col).value
        for row in range(span.min_row - 1, min(span.max_row, len(cells))):
            for place in range(span.min_col - 1, min(span.max_col, len(cells[row]))):
                if (row, place) != (span.min_row - 1, span.min_col - 1) and value is not None:
                    cells[row][place] = value
                    filled.add((row, place))
    while cells and all(value is None for value in cells[-1]):
        del cells[-1]
    return SheetGrid(source, cells, digits, frozenset(filled))
