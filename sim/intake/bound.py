"""A table in its role: columns tied to fields, with the conversions of their units, and how to read their cells."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.intake.aliases import CURRENCIES, DATES, MONEY, TEXTS, TIMES, UNITS, WORKDAYS, heading, plain
from sim.intake.dates import EARLIEST, Every, Order, Period, order_of, period, two_ways
from sim.intake.heading import Headed
from sim.intake.numerals import decimal_marks, number
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


def bind(tally: Tally, headed: Headed, table: Table, units: dict[int, str], options: Options) -> Source:
    """Tie the columns of a table to the fields of its role.

    Raises
    ------
    UsageError : numbers or dates can be read in two ways, and nothing in the file says which.
    """
    account = tally.opens(table.source, headed.role, table.numbers, table.aside)
    currency = ""
    bound: dict[str, Bound] = {}
    for name, place in headed.fields.items():
        named = heading(shown(headed.heads[place]))
        unit = units.get(place) or named.unit
        if name in MONEY:
            currency = currency or named.currency or (unit.upper() if unit in CURRENCIES else "")
        bound[name] = Bound(name, table.columns[place], *_factor(name, shown(headed.heads[place]), unit, options))
    taken = {*headed.fields.values(), *headed.dates}
    unused = [shown(head) for place, head in enumerate(headed.heads) if place not in taken and shown(head)]
    made = Source(tally, account, table, headed.role, bound, [], unused, options, currency=currency)
    made.decimal = _decimal(made, headed, options)
    made.order = _order(made, headed, options)
    made.every = _every(made, options)
    for place in headed.dates:
        found = period(headed.heads[place], made.order, made.every)
        assert found is not None
        made.wide.append((table.columns[place], found))
    _merged(made)
    return made


def _factor(name: str, text: str, unit: str, options: Options) -> tuple[float, str]:
    """What a column is multiplied by, and the unit it is in."""
    if name in TIMES:
        if plain(text) in WORKDAYS:
            return 7 / 5, "working days"
        if unit in UNITS:
            told, factor = UNITS[unit]
            if told == "days" and options.working_days and name != "shelf_life" and not plain(unit).startswith("cal"):
                return 7 / 5, "working days, as said"
            return factor, told
        if options.working_days and name != "shelf_life":
            return 7 / 5, "working days, as said"
        return 1.0, "days"
    if name == "volume" and unit in UNITS:
        told, factor = UNITS[unit]
        return factor, told
    return 1.0, ""


def _decimal(source: Source, headed: Headed, options: Options) -> str:
    """The decimal mark, as said or as the file proves; asked for where it matters and is open."""
    if options.decimal is not None:
        return options.decimal
    proof: dict[str, str] = {}
    either = ""
    columns = [one.column for name, one in source.bound.items() if name not in TEXTS | DATES]
    columns += [source.table.columns[place] for place in headed.dates]
    for column in columns:
        found, open_ = decimal_marks(column.values)
        for mark, text in found.items():
            proof.setdefault(mark, text)
        either = either or open_
    ask = "say --decimal comma or --decimal point"
    if len(proof) > 1:
        raise UsageError(
            f"{source.source}: {proof[',']!r} has a decimal comma and {proof['.']!r} a decimal point: {ask} (numbers "
            "of the other kind are then reported)"
        )
    if not proof and either:
        raise UsageError(f"{source.source}: {either!r} can be read as a thousand or as a thousandth: {ask}")
    return next(iter(proof), ".")


def _order(source: Source, headed: Headed, options: Options) -> Order | None:
    """How day and month stand, as said or as the file proves; asked for where it is open."""
    if options.dates is not None:
        return options.dates
    columns = [one.column.values for name, one in source.bound.items() if name in DATES]
    if headed.dates:
        columns.append([headed.heads[place] for place in headed.dates])
    values = [value for column in columns for value in column]
    found, dmy, mdy = order_of(values)
    if found is None and (open_ := two_ways(values)):
        told = f"{dmy!r} is day/month and {mdy!r} month/day" if dmy else f"{open_!r} can be read in two ways"
        raise UsageError(f"{source.source}: dates: {told}: say --dates dmy or --dates mdy")
    return found


def _every(source: Source, options: Options) -> Every | None:
    """What one row or column of demand covers; asked for where it is open."""
    if source.role != "demand":
        return None
    if options.every is not None:
        return options.every
    if source.has("week"):
        return "week"
    return "month" if source.has("month") else None


def _merged(source: Source) -> None:
    """Say which cells got their value from a merged cell."""
    place = {int(number): row for row, number in enumerate(source.table.numbers)}
    by_column: dict[int, list[int]] = {}
    for number_, column in source.table.filled:
        if number_ in place and column < len(source.table.columns):
            by_column.setdefault(column, []).append(place[number_])
    for column, rows in by_column.items():
        values = [shown(source.table.columns[column].at(row)) for row in rows]
        name = source.table.columns[column].name
        source.tally.say(source.account, rows, name, values, "is part of a merged cell", "given its value", USED)


def chosen(source: Source, where: dict[str, tuple[str, ...]]) -> NDArray[np.bool_]:
    """(rows,) whether a row meets what --where asks; the others are said."""
    kept = np.ones(source.rows, dtype=bool)
    by_name = {plain(column.name): column for column in source.table.columns}
    for name, wanted in where.items():
        column = by_name.get(plain(name))
        if column is None:
            continue
        fits = np.asarray([shown(value) in wanted for value in column.values])[column.codes]
        rows = np.flatnonzero(kept & ~fits)
        values = [shown(column.at(int(row))) for row in rows]
        source.tally.say(source.account, rows, column.name, values, "left out by --where")
        kept &= fits
    return kept


def ordinal(day: float) -> datetime.date:
    """The date of a day number."""
    return datetime.date.fromordinal(int(day))
