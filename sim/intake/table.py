"""A table as it was read: columns of distinct values, so that a million equal cells are understood once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.intake.tally import Aside

#: lines of dashes, as SAP lists rule their pages
RULE = re.compile(r"[-=_+|\s]*[-=_]{3,}[-=_+|\s]*")
TOTAL = re.compile(r"(grand |sub)?totals?:?|summe|gesamt(summe)?|gesamtergebnis|\*+", re.I)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    head : the heading as the file has it (a date, where a workbook heads a column by one).
    values : distinct values; None for a blank cell.
    codes : (rows,) position of each row's value among them.
    """

    head: Any
    values: list[Any]
    codes: NDArray[np.int32]

    @property
    def name(self) -> str:
        """The heading as text."""
        return shown(self.head)

    def at(self, row: int) -> Any:
        """Value of one row."""
        return self.values[self.codes[row]]


@dataclass(frozen=True)
class Table:
    """One table of a file.

    Attributes
    ----------
    source : file name, with its sheet where there is one.
    how : how it is written, for the user: separator, encoding, row of the headings.
    header : row number of the headings (of the lower one where there are two).
    numbers : (rows,) row numbers.
    aside : lines outside the table.
    zeros : columns (by position) whose number cells are shown with leading zeros, and how many digits are shown.
    filled : (rows, columns) of cells filled from a merged cell.
    """

    source: str
    how: str
    header: int
    columns: tuple[Column, ...]
    numbers: NDArray[np.int64]
    aside: tuple[Aside, ...] = ()
    zeros: tuple[tuple[int, int], ...] = ()
    filled: tuple[tuple[int, int], ...] = ()

    @property
    def rows(self) -> int:
        return int(self.numbers.size)


class Grid(Protocol):
    """A file, or a sheet of it, of which it is not yet known where its table begins."""

    @property
    def source(self) -> str:
        """File name, with its sheet where there is one."""
        ...

    @property
    def how(self) -> str:
        """How it is written, for the user."""
        ...

    def preview(self) -> list[list[Any]]:
        """The first rows, blank ones too."""
        ...

    def load(self, first: int, heads: Sequence[Any], header: int) -> Table:
        """The table whose first row after the headings is row number `first`."""
        ...


def shown(value: Any) -> str:
    """A cell as text."""
    if value is None:
        return ""
    if hasattr(value, "date") and hasattr(value, "hour"):
        return str(value.date())
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return str(value).strip()


def column_of(head: Any, cells: Sequence[Any]) -> Column:
    """A column from its cells; text is stripped, and empty text is blank."""
    place: dict[Any, int] = {}
    codes = np.empty(len(cells), dtype=np.int32)
    for row, value in enumerate(cells):
        if isinstance(value, str):
            value = value.strip() or None
        codes[row] = place.setdefault((type(value), value), len(place))
    return Column(head, [value for _, value in place], codes)


def swept(table: Table) -> Table:
    """The same table without blank rows, and with rules, totals and repeated headings set aside."""
    if not table.rows:
        return table
    filled = np.zeros(table.rows, dtype=bool)
    alike = np.ones(table.rows, dtype=bool)
    ruled = np.ones(table.rows, dtype=bool)
    total = np.zeros(table.rows, dtype=bool)
    headed = False
    for column in table.columns:
        there = np.asarray([value is not None for value in column.values], dtype=bool)
        filled |= there[column.codes]
        if column.name:
            headed = True
            alike &= np.asarray([shown(value) == column.name for value in column.values], dtype=bool)[column.codes]
        rule = [value is None or RULE.fullmatch(shown(value)) is not None for value in column.values]
        ruled &= np.asarray(rule, dtype=bool)[column.codes]
        sums = [isinstance(value, str) and TOTAL.fullmatch(value) is not None for value in column.values]
        total |= np.asarray(sums, dtype=bool)[column.codes]
    alike &= headed
    aside = list(table.aside)
    for which, reason in ((ruled, "a rule between rows"), (alike, "the headings again"), (total, "a total, not a row")):
        for row in np.flatnonzero(filled & which):
            at = int(table.numbers[row])
            text = " | ".join(cell for column in table.columns if (cell := shown(column.at(int(row)))))
            aside.append(Aside(at, at, 1, text[:120], reason))
        filled &= ~which
    return taken(replace(table, aside=tuple(aside)), filled)


def taken(table: Table, rows: NDArray[np.bool_]) -> Table:
    """The same table with some of its rows."""
    if rows.all():
        return table
    columns = tuple(Column(column.head, column.values, column.codes[rows]) for column in table.columns)
    return replace(table, columns=columns, numbers=table.numbers[rows])
