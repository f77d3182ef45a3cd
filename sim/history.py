"""Recorded demand by day: what plans are made on, and what can be replayed or resampled as demand."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import inputs
from sim.errors import ScenarioError, near_miss
from sim.tables import rows

if TYPE_CHECKING:
    from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: distinct names, and the position among them of each row's
Coded = tuple[list[str], NDArray[np.intp]]
COLUMNS = ("item", "warehouse", "date", "day", "units")
#: days between any day of a record and day 0, or from its first day to its last: a century
FARTHEST = 36_525


@dataclass(frozen=True)
class History:
    """Demand by day, warehouse and item.

    Attributes
    ----------
    first : day number of the first row, negative for days before day 0.
    units : for each warehouse, (days, items of that warehouse) units; days without a record are zero.
    day_zero : ISO date of day 0, or None where the table counts days.
    """

    first: int
    units: dict[str, Floats]
    day_zero: str | None = None

    @property
    def last(self) -> int:
        """First day after the record."""
        found: int = self.first + next(iter(self.units.values())).shape[0]
        return found

    def before(self, day: int = 0) -> dict[str, Floats]:
        """Rows before a day: all that a planner can know on its morning."""
        return {site: values[: max(day - self.first, 0)] for site, values in self.units.items()}

    def between(self, site: str, start: int, end: int) -> Floats:
        """Rows from day `start` up to but not including day `end` of one warehouse."""
        return self.units[site][start - self.first : end - self.first]


def of_rows(
    scenario: Scenario,
    items: Coded,
    sites: Coded,
    days: NDArray[np.int64],
    units: Floats,
    day_zero: str | None,
    file: str,
    numbers: Sequence[int] | None = None,
) -> History:
    """A history from columns of equal length, names coded as (names, positions); `days` count from day 0.

    Parameters
    ----------
    numbers : row numbers for messages; counted from 2 when left out, as where the names of the columns are row 1.

    Raises
    ------
    ScenarioError : an unknown name, a negative or missing number, or no demand at all.
    """
    problems = _unsound(scenario, items, sites, units, file, numbers)
    if problems:
        raise ScenarioError(problems)
    if not units.size or not (units > 0).any():
        raise ScenarioError([f"{file}: holds no positive demand at all"])
    first, last = int(days.min()), int(days.max()) + 1
    dense = {site: np.zeros((last - first, len(members))) for site, members in scenario.sites.items()}
    place = {site: {item: n for n, item in enumerate(members)} for site, members in scenario.sites.items()}
    for number, site in enumerate(sites[0]):
        column = np.asarray([place[site].get(item, -1) for item in items[0]], dtype=np.intp)
        here = sites[1] == number
        chosen = np.flatnonzero(here)[column[items[1][here]] >= 0]
        np.add.at(dense[site], (days[chosen] - first, column[items[1][chosen]]), units[chosen])
    return History(first=first, units=dense, day_zero=day_zero)


def _unsound(
    scenario: Scenario, items: Coded, sites: Coded, units: Floats, file: str, numbers: Sequence[int] | None
) -> list[str]:
    """Unknown names, and demand that is missing or negative."""
    problems: list[str] = []
    known, place = scenario.catalogue.index, scenario.sites
    for name in sorted(set(items[0]) - {"", *known})[:5]:
        problems.append(f"{file}: item {name!r} is not an item of this scenario{near_miss(name, known)}")
    for name in sorted(set(sites[0]) - {"", *place})[:5]:
        problems.append(f"{file}: warehouse {name!r} is not a warehouse of this scenario{near_miss(name, place)}")
    bad = np.flatnonzero(~np.isfinite(units) | (units < 0))
    for row in bad[:5]:
        told = "is missing" if np.isnan(units[row]) else f"{units[row]:g} is not a number of 0 or more"
        problems.append(f"{file}: row {row_number(row, numbers)}: units of {items[0][items[1][row]]!r}: {told}")
    if bad.size > 5:
        problems.append(f"{file}: units are missing or below 0 in {bad.size - 5} more rows")
    return problems


def row_number(place: int, numbers: Sequence[int] | None) -> int:
    """Number of a row as a spreadsheet shows it."""
    return int(place) + 2 if numbers is None else numbers[place]


def read(scenario: Scenario, folder: Path, file: str) -> History:
    """The history table a scenario names: columns item, units, date or day, and warehouse (where there are several).

    Raises
    ------
    ScenarioError : missing table or column, unknown item or warehouse, negative or missing numbers, no demand at all,
        or an `as_of` date outside the record.
    """
    reference = str(scenario.history)
    name = f"{file}: history: {reference}"
    try:
        table, numbers = columns(reference, folder)
    except ScenarioError as error:
        raise ScenarioError([f"{file}: history: {problem}" for problem in error.problems]) from error
    found = [f"{name}: column {one!r}: unknown key{near_miss(one, COLUMNS)}" for one in table if one not in COLUMNS]
    missing = [need for need in ("item", "units") if need not in table]
    if missing or not {"date", "day"} & set(table):
        found.append(f"{name}: needs the columns item, units and date or day; it has {', '.join(table)}")
    if found:
        raise ScenarioError(found)
    count = len(next(iter(table.values())))
    items, wrong = names_of(table["item"], "item")
    sites, lost = (
        names_of(table["warehouse"], "warehouse")
        if "warehouse" in table
        else (
            ([scenario.warehouses[0].name], np.zeros(count, dtype=np.intp)),
            [],
        )
    )
    units, odd = numbers_of(table["units"], "units", numbers)
    days, day_zero, off = _days(scenario, table, numbers)
    found = [f"{name}: {problem}" for problem in (*wrong, *lost, *odd, *off)]
    if found:
        raise ScenarioError(found + _unsound(scenario, items, sites, units, name, numbers))
    history = of_rows(scenario, items, sites, days, units, day_zero, name, numbers)
    _cover(scenario, history, file)
    return history


def _days(
    scenario: Scenario, table: Mapping[str, Any], numbers: Sequence[int] | None
) -> tuple[NDArray[np.int64], str | None, list[str]]:
    """Day of each row, counted from day 0; the date of day 0; and what is wrong with them."""
    none = np.zeros(0, dtype=np.int64)
    if "day" in table:
        found, problems = numbers_of(table["day"], "day", numbers)
        odd = np.flatnonzero(~np.isfinite(found) | (found != np.round(found)) | (np.abs(found) > FARTHEST))
        for place in odd[:5]:
            told = (
                "is missing" if np.isnan(found[place]) else f"{found[place]:g} is not a whole number of days from day 0"
            )
            problems.append(f"row {row_number(place, numbers)}: day: {told}")
        return (none if problems else found.astype(np.int64)), None, problems
    (names, positions), problems = names_of(table["date"], "date")
    if problems:
        return none, None, problems
    try:
        dates = np.asarray([date[:10] for date in names], dtype="datetime64[D]")[positions]
    except ValueError as error:
        return none, None, [f"date: {error}; write dates as 2025-12-31"]
    first, last = dates.min(), dates.max()
    after = last + np.timedelta64(1, "D")
    if int((last - first).astype(int)) > FARTHEST:
        return none, None, [f"date: {first} and {last} are too far apart for one record"]
    try:
        zero = after if scenario.as_of is None else np.datetime64(scenario.as_of, "D")
    except ValueError:
        return none, None, [f"as_of: {scenario.as_of!r} is not a date such as 2025-12-31"]
    if not first < zero <= after:
        return none, None, [f"as_of: {scenario.as_of} is outside the record {first} to {last}"]
    return (dates - zero).astype(np.int64), str(zero), []


def _cover(scenario: Scenario, history: History, file: str) -> None:
    """Replay and bootstrap need days to draw on."""
    first, end = scenario.span
    models = {stream.model for stream in scenario.demand}
    if "replay" in models and (history.first > first or history.last < end):
        raise ScenarioError(
            [
                f"{file}: history covers day {history.first} to {history.last - 1}; replay needs day {first} "
                f"to {end - 1}: shorten horizon or warm_up, or move as_of"
            ]
        )
    longest = max((stream.block or 1 for stream in scenario.demand if stream.model == "bootstrap"), default=0)
    if longest and -history.first < longest:
        raise ScenarioError([f"{file}: bootstrap in blocks of {longest} days needs that many days before day 0"])


def coded(column: Any) -> Coded:
    """Text values ("" for a missing one) and the position of each row's value among them."""
    if hasattr(column, "dictionary_encode") and not column.null_count:
        found = column.combine_chunks().dictionary_encode()
        return [str(name) for name in found.dictionary.to_pylist()], found.indices.to_numpy().astype(np.intp)
    values = column.to_pylist() if hasattr(column, "to_pylist") else column
    place: dict[str, int] = {}
    positions = np.asarray(
        [place.setdefault("" if value is None else str(value), len(place)) for value in values], dtype=np.intp
    )
    return list(place), positions


def names_of(column: Any, name: str) -> tuple[Coded, list[str]]:
    """A column of names, and whether some are missing."""
    empty = column.null_count if hasattr(column, "null_count") else sum(value is None for value in column)
    return coded(column), [f"{name}: is missing in {empty} rows"] if empty else []


def numbers_of(column: Any, name: str, numbers: Sequence[int] | None) -> tuple[Floats, list[str]]:
    """A column of numbers, NaN where one is missing, and what is no number: 0 stands in for it."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else column
    try:
        if hasattr(column, "to_numpy") and not column.null_count:
            return np.asarray(column.to_numpy(), dtype=float), []
        return np.asarray([float("nan") if value is None else value for value in values], dtype=float), []
    except (ValueError, TypeError):
        made, problems = np.full(len(values), float("nan")), []
    for place, value in enumerate(values):
        try:
            made[place] = float("nan") if value is None else float(value)
        except (ValueError, TypeError):
            made[place] = 0.0
            problems.append(f"row {row_number(place, numbers)}: {name}: {value!r} is not a number")
    return made, problems[:5] + ([f"{name}: {len(problems) - 5} more rows hold no number"] if len(problems) > 5 else [])


def columns(reference: str, folder: Path) -> tuple[dict[str, Any], Sequence[int] | None]:
    """Columns of a history table, and the numbers of its rows where they are not 2, 3, 4 …

    Raises
    ------
    ScenarioError : the table is missing, empty, or cannot be read.
    """
    path = folder / reference.partition("#")[0]
    if path.suffix.lower() == ".parquet" and path.is_file():
        import pyarrow as pa
        import pyarrow.parquet as pq

        inputs.note(path)
        try:
            table = pq.read_table(path)
        except (pa.ArrowException, OSError) as error:
            raise ScenarioError([f"{reference}: is not a Parquet file: {error}"]) from error
        if not table.num_rows:
            raise ScenarioError([f"{reference}: holds no rows"])
        return {name: table.column(name) for name in table.column_names}, None
    found = rows(reference, folder)
    if not found:
        raise ScenarioError([f"{reference}: holds no rows"])
    made: dict[str, Any] = {name: [row.get(name) for row in found] for name in found.columns}
    if "date" in made:
        made["date"] = [str(value.date()) if isinstance(value, datetime.datetime) else value for value in made["date"]]
    return made, found.numbers
