"""A table in its role: columns tied to fields, with the conversions of their units, and how to read their cells."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.intake.dates import EARLIEST, Every, Order, Period, period
from sim.intake.numerals import number
from sim.intake.options import Options, pad_of
from sim.intake.safe import escaped, unescaped
from sim.intake.table import Column, Table, shown
from sim.intake.tally import IN_PART, NOT_USED, USED, Account, Tally

Floats = NDArray[np.float64]
SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+\d+")


@dataclass(frozen=True)
class Bound:
    """A column that gives a field.

    Attributes
    ----------
    factor : what its numbers are multiplied by, to be in days, m3 or money.
    unit : the unit they are in, for the user; "" where there is none.
    """

    field: str
    column: Column
    factor: float = 1.0
    unit: str = ""

    @property
    def told(self) -> str:
        """Field and column in words."""
        same = "" if self.factor == 1.0 else f" x {self.factor:.6g}"
        said = self.unit and self.unit not in self.column.name.casefold()
        return f"{self.field} <- {self.column.name}{same}{f' ({self.unit})' if said else ''}"


@dataclass
class Source:
    """A table in its role.

    Attributes
    ----------
    bound : field -> column.
    wide : columns headed by periods, with the period.
    unused : headings of the other columns.
    decimal, order, every : how numbers, days and periods are written.
    """

    tally: Tally
    account: Account
    table: Table
    role: str
    bound: dict[str, Bound]
    wide: list[tuple[Column, Period]]
    unused: list[str]
    options: Options
    decimal: str = "."
    order: Order | None = None
    every: Every | None = None
    currency: str = ""
    notes: list[str] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)

    @property
    def source(self) -> str:
        return self.table.source

    @property
    def rows(self) -> int:
        return self.table.rows

    def has(self, name: str) -> bool:
        """Whether a column gives this field."""
        return name in self.bound

    def say(
        self,
        positions: Any,
        name: str,
        reason: Any,
        done: str = "row not used",
        fate: int = NOT_USED,
        values: Any = None,
    ) -> None:
        """Say something of rows, with the cells of the column that gives a field."""
        rows = np.atleast_1d(np.asarray(positions, dtype=np.intp))
        column = self.bound[name].column if name in self.bound else None
        if values is None and column is not None:
            values = [shown(column.at(int(row))) for row in rows]
        told = column.name if column is not None else name
        self.tally.say(self.account, rows, told, "" if values is None else values, reason, done, fate)

    def texts(self, name: str) -> tuple[list[str], NDArray[np.int32]]:
        """Distinct texts of a column ("" for a blank cell), and each row's position among them."""
        if name not in self.bound:
            return [""], np.zeros(self.rows, dtype=np.int32)
        column = self.bound[name].column
        place: dict[str, int] = {}
        moved = [place.setdefault(shown(value), len(place)) for value in column.values]
        return list(place), np.asarray(moved, dtype=np.int32)[column.codes]

    def keys(self, name: str) -> tuple[list[str], NDArray[np.int32]]:
        """Identifiers: as `texts`, with zeros filled up where asked, and nothing in them that a spreadsheet would run."""
        if name not in self.bound:
            return [""], np.zeros(self.rows, dtype=np.int32)
        column = self.bound[name].column
        digits = pad_of(self.options, name, column.name)
        place: dict[str, int] = {}
        moved: list[int] = []
        for value in column.values:
            text = " ".join(unescaped(shown(value)).split())
            if digits and text.isdigit():
                text = text.zfill(digits)
            moved.append(place.setdefault(escaped(text), len(place)))
        codes = np.asarray(moved, dtype=np.int32)[column.codes]
        if name not in self.doubted:
            self.doubted.add(name)
            self._doubtful(name, column, digits)
        return list(place), codes

    def _doubtful(self, name: str, column: Column, digits: int) -> None:
        """Identifiers that a spreadsheet has changed, or would run."""
        at = self.table.columns.index(column)
        shape = dict(self.table.zeros).get(at)
        if shape and not digits:
            self.tally.tell(
                self.source,
                column.name,
                f"number cells are shown with {shape} digits: the leading zeros are not in the file",
                f"read without zeros; if they belong to it, import with --pad {name}={shape}",
            )
        for code, value in enumerate(column.values):
            text = shown(value)
            if SCIENTIFIC.fullmatch(text):
                rows = np.flatnonzero(column.codes == code)
                self.say(rows, name, "was shortened by a spreadsheet: its last digits are lost", "read as it is", USED)
            if escaped(unescaped(text)) != text:
                rows = np.flatnonzero(column.codes == code)
                self.say(rows, name, "could run as a formula", "an apostrophe stands before it", USED)

    def numbers(self, name: str, done: str = "left out", fate: int = IN_PART) -> Floats:
        """(rows,) numbers of a column in days, m3 or money; NaN where the cell is blank or no number (which is said)."""
        if name not in self.bound:
            return np.full(self.rows, np.nan)
        one = self.bound[name]
        return self.cells(one.column, one.factor, done, fate)

    def cells(self, column: Column, factor: float, done: str, fate: int) -> Floats:
        """(rows,) numbers of any column."""
        made, wrong = parsed(column, self.decimal)
        if wrong.any():
            rows = np.flatnonzero(wrong[column.codes])
            values = [shown(column.at(int(row))) for row in rows]
            self.tally.say(self.account, rows, column.name, values, "is not a number", done, fate)
        return (made * factor)[column.codes]

    def days(self, name: str) -> tuple[Floats, NDArray[np.bool_], list[Period | None]]:
        """Days of a column of dates.

        Returns
        -------
        (rows,) day numbers (`date.toordinal`), NaN where there is none; (rows,) whether the cell holds something that is
        no day (said, rows not used); and the period of each distinct value.
        """
        if name not in self.bound:
            return np.full(self.rows, np.nan), np.zeros(self.rows, dtype=bool), []
        column = self.bound[name].column
        made = np.full(len(column.values), np.nan)
        reasons: dict[int, str] = {}
        found: list[Period | None] = []
        for code, value in enumerate(column.values):
            one = None
            try:
                one = period(value, self.order, self.every)
            except ValueError as error:
                reasons[code] = str(error)
            if one is not None and one.start < EARLIEST:
                reasons[code], one = f"lies before {EARLIEST}: a slip", None
            if one is not None:
                made[code] = one.start.toordinal()
            found.append(one)
        if reasons:
            wrong = np.isin(column.codes, list(reasons))
            rows = np.flatnonzero(wrong)
            self.say(rows, name, [reasons[int(column.codes[row])] for row in rows])
            return made[column.codes], wrong, found
        return made[column.codes], np.zeros(self.rows, dtype=bool), found


def parsed(column: Column, decimal: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Numbers of the distinct values of a column, NaN where there is none; and which values are no numbers."""
    made = np.full(len(column.values), np.nan)
    wrong = np.zeros(len(column.values), dtype=bool)
    for code, value in enumerate(column.values):
        try:
            found = number(value, decimal)
        except ValueError:
            wrong[code] = True
        else:
            made[code] = np.nan if found is None else found
    return made, wrong


def ordinal(day: float) -> datetime.date:
    """The date of a day number."""
    return datetime.date.fromordinal(int(day))
