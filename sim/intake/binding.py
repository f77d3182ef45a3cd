"""Tying the columns of a table to the fields of its role: units, decimal mark, order of day and month, periods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.intake.aliases import CURRENCIES, DATES, MONEY, TEXTS, TIMES, UNITS, WORKDAYS, heading, plain
from sim.intake.bound import Bound, Source
from sim.intake.dates import Every, Order, order_of, period, two_ways
from sim.intake.heading import Headed
from sim.intake.numerals import decimal_marks
from sim.intake.options import Options
from sim.intake.table import Table, shown
from sim.intake.tally import USED, Tally


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
        fits = np.asarray([shown(value) in wanted for value in column.values], dtype=bool)[column.codes]
        rows = np.flatnonzero(kept & ~fits)
        values = [shown(column.at(int(row))) for row in rows]
        source.tally.say(source.account, rows, column.name, values, "left out by --where")
        kept &= fits
    return kept
