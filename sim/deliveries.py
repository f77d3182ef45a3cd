"""Delivery records: what was ordered, promised and delivered, and what is still open on a given morning."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError, near_miss
from sim.history import FARTHEST, Coded, coded, columns, names_of, numbers_of, row_number
from sim.windows import NO_DAY_ZERO

if TYPE_CHECKING:
    from sim.scenario import Scenario

Floats = NDArray[np.float64]
NEEDED = ("item", "supplier", "ordered", "delivered")
COLUMNS = ("item", "supplier", "warehouse", "mode", "ordered", "promised", "delivered", "quantity")
TIMES = ("ordered", "promised", "delivered")
#: problems of one kind that are told one by one; more are counted
TOLD = 5


@dataclass(frozen=True)
class Deliveries:
    """Delivery records as columns, one entry an order line; times in days from day 0.

    Attributes
    ----------
    item, supplier, warehouse, mode : names, and (records,) the position of each record's among them; mode "" where blank.
    ordered : (records,) day of the order.
    promised : (records,) day promised, NaN where none is known.
    delivered : (records,) day of receipt, NaN for what is still open.
    quantity : (records,) units, NaN where none is given.
    seen : morning on which the records are looked at; an open order has waited `seen` - ordered so far. Infinite for
        records that nobody cut off.
    """

    item: Coded
    supplier: Coded
    warehouse: Coded
    mode: Coded
    ordered: Floats
    promised: Floats
    delivered: Floats
    quantity: Floats
    seen: float = math.inf

    def __len__(self) -> int:
        return int(self.ordered.size)

    @property
    def lead_times(self) -> Floats:
        """Days from order to receipt, (records,); NaN for open orders."""
        return self.delivered - self.ordered

    @property
    def lateness(self) -> Floats:
        """Days from the promised day to receipt, (records,), negative when early; NaN if open or without a promise."""
        return self.delivered - self.promised

    @property
    def waited(self) -> Floats:
        """Days that open orders have waited so far, (records,); NaN for delivered ones and where `seen` is infinite."""
        open_for = np.where(np.isnan(self.delivered), self.seen - self.ordered, np.nan)
        return np.where(np.isfinite(open_for), open_for, np.nan)

    def chosen(self, which: NDArray[Any]) -> Deliveries:
        """The records at these positions, or where a mask is true."""
        made: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                made[field.name] = (value[0], value[1][which])
            else:
                made[field.name] = value if field.name == "seen" else value[which]
        return Deliveries(**made)

    def before(self, day: float) -> Deliveries:
        """What is known on the morning of a day: orders placed before it; what came on that day or later is open."""
        known = self.chosen(self.ordered < day)
        delivered = np.where(known.delivered < day, known.delivered, np.nan)
        return Deliveries(
            known.item,
            known.supplier,
            known.warehouse,
            known.mode,
            known.ordered,
            known.promised,
            delivered,
            known.quantity,
            min(day, self.seen),
        )

    def of_line(self, supplier: str, warehouse: str) -> Deliveries:
        """Records of one supply line."""
        return self.chosen(_is(self.supplier, supplier) & _is(self.warehouse, warehouse))

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Pairs (warehouse, supplier) that have records."""
        pairs = np.unique(np.column_stack([self.warehouse[1], self.supplier[1]]), axis=0)
        return sorted((self.warehouse[0][site], self.supplier[0][origin]) for site, origin in pairs)


def _is(column: Coded, name: str) -> NDArray[np.bool_]:
    names, positions = column
    return positions == names.index(name) if name in names else np.zeros(positions.shape, dtype=bool)


def read(scenario: Scenario, folder: Path, file: str) -> Deliveries:
    """The table of delivery records that a scenario names.

    Columns: item, supplier, ordered, delivered (blank: still open); may have warehouse (needed where there are several),
    mode, promised, quantity. Times are dates, or whole days counted from day 0 where all of them are numbers.

    Raises
    ------
    ScenarioError : with every problem: missing table or column, unknown names, a supplier without a lane to the
        warehouse, a mode that is not the lane's, times that are missing, no times, or in the wrong order.
    """
    name = f"{file}: deliveries: {scenario.deliveries}"
    try:
        table, numbers = columns(str(scenario.deliveries), folder)
    except ScenarioError as error:
        raise ScenarioError([f"{file}: deliveries: {problem}" for problem in error.problems]) from error
    found = [f"column {one!r}: unknown key{near_miss(one, COLUMNS)}" for one in table if one not in COLUMNS]
    missing = [need for need in NEEDED if need not in table]
    if missing:
        found.append(f"needs the columns {', '.join(NEEDED)}; it has {', '.join(table)}")
    if found:
        raise ScenarioError([f"{name}: {problem}" for problem in found])
    count = len(table["item"])
    times, wrong = _times(scenario, table, numbers)
    found += wrong
    names: dict[str, Coded] = {}
    for column in ("item", "supplier"):
        names[column], lost = names_of(table[column], column)
        found += lost
    places = [warehouse.name for warehouse in scenario.warehouses]
    lost = []
    if "warehouse" in table and len(places) == 1:
        names["warehouse"] = coded([value or places[0] for value in _values(table["warehouse"])])
    elif "warehouse" in table:
        names["warehouse"], lost = names_of(table["warehouse"], "warehouse")
    else:
        names["warehouse"] = [places[0]], np.zeros(count, dtype=np.intp)
        if len(places) > 1:
            lost = [f"needs a column warehouse: there are {len(places)} of them"]
    found += lost
    names["mode"] = coded(table["mode"]) if "mode" in table else ([""], np.zeros(count, dtype=np.intp))
    quantity = np.full(count, np.nan)
    if "quantity" in table:
        quantity, odd = numbers_of(table["quantity"], "quantity", numbers)
        found += odd + _each(quantity < 0, "quantity", "is below 0", numbers)
    found += _unknown(scenario, names) + _ways(scenario, names, numbers)
    if found:
        raise ScenarioError([f"{name}: {problem}" for problem in found])
    made: dict[str, Any] = {**names, **times, "quantity": quantity}
    return Deliveries(**made)


def _times(
    scenario: Scenario, table: Mapping[str, Any], numbers: Sequence[int] | None
) -> tuple[dict[str, Floats], list[str]]:
    """The three times of each record as days from day 0, and what is wrong with them."""
    count = len(table["item"])
    given = {column: _values(table[column]) for column in TIMES if column in table}
    as_numbers = {column: _all_numbers(values) for column, values in given.items()}
    filled = [column for column, values in given.items() if any(value is not None for value in values)]
    made = {column: np.full(count, np.nan) for column in TIMES}
    if len({as_numbers[column] is not None for column in filled}) > 1:
        dated = [column for column in filled if as_numbers[column] is None]
        return made, [f"{', '.join(dated)}: dates and numbers of days are mixed; write all times alike"]
    problems: list[str] = []
    for column in filled:
        counted = as_numbers[column]
        made[column], wrong = (
            _dates(given[column], column, scenario.day_zero, numbers)
            if counted is None
            else (counted, _whole(counted, column, numbers))
        )
        problems += wrong
    if not problems:
        problems += _each(np.isnan(made["ordered"]), "ordered", "is missing", numbers)
    return made, problems + _each(made["delivered"] < made["ordered"], "delivered", "lies before ordered", numbers)


def _values(column: Any) -> list[Any]:
    """Cells of a column, None where there is nothing; times of day are dropped."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else column
    return [value.date() if isinstance(value, datetime.datetime) else value for value in values]


def _all_numbers(values: Sequence[Any]) -> Floats | None:
    """The cells as numbers, NaN where there is nothing; None where they are not all numbers."""
    try:
        return np.asarray([math.nan if value is None else float(value) for value in values], dtype=float)
    except (TypeError, ValueError):
        return None


def _whole(days: Floats, column: str, numbers: Sequence[int] | None) -> list[str]:
    odd = ~np.isnan(days) & ((days != np.round(days)) | (np.abs(days) > FARTHEST))
    return _each(odd, column, "is not a whole number of days from day 0", numbers)


def _dates(
    values: Sequence[Any], column: str, day_zero: str | None, numbers: Sequence[int] | None
) -> tuple[Floats, list[str]]:
    """Dates as days from day 0; a date that cannot be is told with its row."""
    made, problems = np.full(len(values), np.nan), []
    if day_zero is None:
        return made, [f"{column}: holds dates: {NO_DAY_ZERO}"]
    zero = datetime.date.fromisoformat(day_zero).toordinal()
    days: dict[Any, float] = {None: math.nan}
    for place, value in enumerate(values):
        if value not in days:
            try:
                date = value if isinstance(value, datetime.date) else datetime.date.fromisoformat(str(value)[:10])
                days[value] = float(date.toordinal() - zero)
                if abs(days[value]) > FARTHEST:
                    raise ValueError
            except ValueError:
                days[value] = math.nan
                problems.append(
                    f"row {row_number(place, numbers)}: {column}: {str(value)!r} is not a date such as 2025-12-31"
                )
        made[place] = days[value]
    return made, _cut(problems, f"{column}: %d more values are no dates")


def _each(bad: NDArray[np.bool_], column: str, told: str, numbers: Sequence[int] | None) -> list[str]:
    rows = np.flatnonzero(bad)
    return _cut(
        [f"row {row_number(int(place), numbers)}: {column}: {told}" for place in rows],
        f"{column}: {told} in %d more rows",
    )


def _cut(problems: list[str], rest: str) -> list[str]:
    return problems[:TOLD] + ([rest % (len(problems) - TOLD)] if len(problems) > TOLD else [])


def _unknown(scenario: Scenario, names: Mapping[str, Coded]) -> list[str]:
    """Items, suppliers and warehouses that the scenario does not have."""
    places = [warehouse.name for warehouse in scenario.warehouses]
    known: dict[str, tuple[Sequence[str], str]] = {
        "item": (scenario.catalogue.ids, "an item"),
        "supplier": ([*(supplier.name for supplier in scenario.suppliers), *places], "a supplier"),
        "warehouse": (places, "a warehouse"),
    }
    problems: list[str] = []
    for column, (allowed, what) in known.items():
        strange = sorted(set(names[column][0]) - {"", *allowed})
        found = [
            f"{column} {one!r} is not {what} of this scenario{near_miss(one, allowed)}" for one in strange[: TOLD + 1]
        ]
        problems += found[:TOLD]
        if len(strange) > TOLD:
            problems.append(f"{column}: {len(strange) - TOLD} more names are unknown")
    return problems


def _ways(scenario: Scenario, names: Mapping[str, Coded], numbers: Sequence[int] | None) -> list[str]:
    """Records of a supplier that has no lane to the warehouse, or by a mode that is not that lane's."""
    modes = {(origin, place): lane.mode for (place, origin), lane in scenario.standard_lanes.items()}
    places = {warehouse.name for warehouse in scenario.warehouses}
    known = {(origin, place) for origin in {*places, *(one.name for one in scenario.suppliers)} for place in places}
    table = np.column_stack([names[column][1] for column in ("supplier", "warehouse", "mode")])
    rows, first = np.unique(table, axis=0, return_index=True)
    problems: dict[str, None] = {}
    for (supplier, warehouse, mode), place in sorted(zip(rows.tolist(), first.tolist(), strict=True), key=_second):
        way = names["supplier"][0][supplier], names["warehouse"][0][warehouse]
        given = names["mode"][0][mode]
        if way not in modes:
            if way in known:
                problems[f"supplier {way[0]!r} has no lane to {way[1]!r}"] = None
        elif given and given.lower() != modes[way].lower():
            problems[
                f"row {row_number(place, numbers)}: mode {given!r}: the lane from {way[0]!r} to {way[1]!r} goes by "
                f"{modes[way]!r}: a supplier that ships by several modes is one supplier and lane for each"
            ] = None
    return _cut(list(problems), "%d more suppliers or modes do not fit the lanes")


def _second(pair: tuple[Any, Any]) -> Any:
    return pair[1]
