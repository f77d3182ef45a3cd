"""Recorded demand by day: what plans are made on, and what can be replayed or resampled as demand."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError, near_miss
from sim.tables import rows

if TYPE_CHECKING:
    from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: distinct names, and the position among them of each row's
Coded = tuple[list[str], NDArray[np.intp]]


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
) -> History:
    """A history from columns of equal length, names coded as (names, positions); `days` count from day 0.

    Raises
    ------
    ScenarioError : an unknown name, a negative or missing number, or no demand at all.
    """
    problems: list[str] = []
    place = {site: {item: n for n, item in enumerate(members)} for site, members in scenario.sites.items()}
    known = scenario.catalogue.index
    for name in sorted(set(items[0]) - set(known))[:5]:
        problems.append(f"{file}: item {name!r} is not an item of this scenario{near_miss(name, known)}")
    for name in sorted(set(sites[0]) - set(place))[:5]:
        problems.append(f"{file}: warehouse {name!r} is not a warehouse of this scenario{near_miss(name, place)}")
    bad = ~np.isfinite(units) | (units < 0)
    for row in np.flatnonzero(bad)[:5]:
        problems.append(f"{file}: row {row + 2}: demand {units[row]:g} of {items[0][items[1][row]]!r} is not a number of 0 or more")
    if problems:
        raise ScenarioError(problems)
    if not units.size or not (units > 0).any():
        raise ScenarioError([f"{file}: holds no positive demand at all"])
    first, last = int(days.min()), int(days.max()) + 1
    dense = {site: np.zeros((last - first, len(members))) for site, members in scenario.sites.items()}
    for number, site in enumerate(sites[0]):
        column = np.asarray([place[site].get(item, -1) for item in items[0]], dtype=np.intp)
        here = sites[1] == number
        chosen = np.flatnonzero(here)[column[items[1][here]] >= 0]
        np.add.at(dense[site], (days[chosen] - first, column[items[1][chosen]]), units[chosen])
    return History(first=first, units=dense, day_zero=day_zero)


def read(scenario: Scenario, folder: Path, file: str) -> History:
    """The history table a scenario names: columns item, units, date or day, and warehouse (where there are several).

    Raises
    ------
    ScenarioError : missing table or column, unknown item or warehouse, negative or missing numbers, no demand at all,
        or an `as_of` date outside the record.
    """
    reference = str(scenario.history)
    name = f"{file}: history: {reference}"
    columns = _columns(reference, folder)
    missing = [need for need in ("item", "units") if need not in columns]
    if missing or not {"date", "day"} & set(columns):
        raise ScenarioError([f"{name}: needs the columns item, units and date or day; it has {', '.join(columns)}"])
    items = coded(columns["item"])
    sites = (
        coded(columns["warehouse"])
        if "warehouse" in columns
        else ([scenario.warehouses[0].name], np.zeros(items[1].size, dtype=np.intp))
    )
    try:
        units = _numbers(columns["units"])
    except ValueError as error:
        raise ScenarioError([f"{name}: units: {error}"]) from error
    day_zero = None
    try:
        if "day" in columns:
            days = _numbers(columns["day"]).astype(np.int64)
        else:
            names, positions = coded(columns["date"])
            dates = np.asarray([date[:10] for date in names], dtype="datetime64[D]")[positions]
            zero = np.datetime64(scenario.as_of) if scenario.as_of else dates.max() + np.timedelta64(1, "D")
            if scenario.as_of and not dates.min() < zero <= dates.max() + np.timedelta64(1, "D"):
                raise ScenarioError([f"{file}: as_of: {scenario.as_of} is outside the record {dates.min()} to {dates.max()}"])
            day_zero = str(zero)
            days = (dates - zero).astype(np.int64)
    except ValueError as error:
        raise ScenarioError([f"{name}: a day or date cannot be read: {error}"]) from error
    history = of_rows(scenario, items, sites, days, units, day_zero, name)
    _cover(scenario, history, file)
    return history


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
    """Text values and the position of each row's value among them."""
    if hasattr(column, "dictionary_encode"):
        found = column.combine_chunks().dictionary_encode()
        return [str(name) for name in found.dictionary.to_pylist()], found.indices.to_numpy().astype(np.intp)
    place: dict[str, int] = {}
    positions = np.asarray([place.setdefault(str(value), len(place)) for value in column], dtype=np.intp)
    return list(place), positions


def _numbers(column: Any) -> Floats:
    if hasattr(column, "to_numpy"):
        return np.asarray(column.to_numpy(), dtype=float)
    return np.asarray([float("nan") if value is None else value for value in column], dtype=float)


def _columns(reference: str, folder: Path) -> dict[str, Any]:
    path = folder / reference.partition("#")[0]
    if path.suffix.lower() == ".parquet" and path.is_file():
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path)
            return {name: table.column(name) for name in table.column_names}
        except pa.ArrowException as error:
            raise ScenarioError([f"{reference}: is not a Parquet file: {error}"]) from error
    found = rows(reference, folder)
    names = list(dict.fromkeys(name for row in found for name in row))
    columns: dict[str, Any] = {name: [row.get(name) for row in found] for name in names}
    for name in ("day", "date"):
        columns[name] = [
            value.date().isoformat() if isinstance(value, datetime.datetime) else value for value in columns.get(name, [])
        ]
        if not columns[name]:
            del columns[name]
    return columns
