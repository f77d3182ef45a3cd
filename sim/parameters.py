"""Parameters that an ERP system holds today for items at warehouses: what the posture ``current`` is made of."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import ScenarioError, listing, near_miss
from sim.keys import key, spec
from sim.tables import rows

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: the numbers that say when and how much to order; a row needs at least one of them
DECIDING = ("safety_stock", "reorder_point", "order_up_to")


@spec
class Parameters:
    """One row of the table ``current``; what is left out is not known."""

    item: str = key(about="item", min_length=1)
    warehouse: str = key(default="", about="warehouse; may be left out where one alone stocks the item")
    safety_stock: float | None = key(default=None, about="safety stock, units")
    reorder_point: float | None = key(default=None, about="reorder point or minimum, units")
    order_up_to: float | None = key(default=None, ge=0, about="order-up-to level or maximum, units")
    order_quantity: float | None = key(default=None, gt=0, about="fixed order quantity, units")
    review_every: float | None = key(default=None, gt=0, about="days between reviews; the scenario's when left out")
    multiple: float | None = key(default=None, ge=0, about="order multiple, units; the item's when left out")
    minimum: float | None = key(default=None, ge=0, about="smallest order, units; the item's when left out")


def read(scenario: Scenario, folder: Path, file: str) -> tuple[Parameters, ...]:
    """The table a scenario names as ``current``, each row with its warehouse.

    Parameters
    ----------
    scenario : the business, sound in itself.
    folder : where its tables are.
    file : the scenario's file name, for messages.

    Raises
    ------
    ScenarioError : the table cannot be read, or with every problem of its rows.
    """
    from sim import building, reading

    name = f"{file}: current: {scenario.current}"
    try:
        table = rows(str(scenario.current), folder)
    except ScenarioError as error:
        raise ScenarioError([f"{file}: current: {problem}" for problem in error.problems]) from error
    known = sorted(building.keys([Parameters]))
    unknown = [column for column in table.columns if column not in known]
    problems = [f"{name}: column {column!r}: unknown key{near_miss(column, known)}" for column in unknown]
    if "item" not in table.columns:
        problems.append(f"{name}: needs the column item; it has {listing(list(table.columns))}")
    elif not table:
        problems.append(f"{name}: holds no rows")
    if problems:
        raise ScenarioError(problems)
    found: list[tuple[int, Parameters]] = []
    for number, row in zip(table.numbers, table, strict=True):
        where = f"{name}: row {number}" + (f" ({row['item']})" if "item" in row else "")
        try:
            one = reading.spec(Parameters, row, where)
        except ScenarioError as error:
            problems += error.problems
            continue
        wrong = _unfit(one, scenario)
        problems += [f"{where}: {problem}" for problem in wrong]
        if not wrong:
            found.append((number, _placed(one, scenario)))
    problems += _twice(found, name)
    if problems:
        raise ScenarioError(problems)
    return tuple(one for _, one in found)


def unreadable(reference: str, folder: Path, file: str) -> list[str]:
    """What is wrong with the table itself; what it says is checked once the scenario is sound."""
    try:
        rows(reference, folder)
    except ScenarioError as error:
        return [f"{file}: current: {problem}" for problem in error.problems]
    return []


def _unfit(one: Parameters, scenario: Scenario) -> list[str]:
    """What does not fit the scenario, or itself."""
    if one.item not in scenario.catalogue.index:
        near = near_miss(one.item, scenario.catalogue.index)
        return [f"item: {one.item!r} is not an item of this scenario{near}"]
    stocked = [site for site, items in scenario.sites.items() if one.item in items]
    if not one.warehouse and len(stocked) != 1:
        return [f"warehouse: is missing: {one.item!r} is stocked at {listing(stocked) or 'no warehouse'}"]
    if one.warehouse and one.warehouse not in scenario.sites:
        near = near_miss(one.warehouse, scenario.sites)
        return [f"warehouse: {one.warehouse!r} is not a warehouse of this scenario{near}"]
    if one.warehouse and one.warehouse not in stocked:
        return [f"warehouse: {one.warehouse!r} does not stock it (allowed: {listing(stocked)})"]
    if all(getattr(one, field) is None for field in DECIDING):
        return [f"holds none of {', '.join(DECIDING)}: at least one is needed"]
    if one.order_up_to is not None and one.reorder_point is not None and one.order_up_to <= one.reorder_point:
        low, high = f"{one.reorder_point:g}", f"{one.order_up_to:g}"
        return [f"order_up_to: {high}: must be above reorder_point, {low}; leave it blank where the system holds none"]
    return []


def _placed(one: Parameters, scenario: Scenario) -> Parameters:
    """The row with the warehouse that it means."""
    if one.warehouse:
        return one
    return dataclasses.replace(one, warehouse=next(site for site, items in scenario.sites.items() if one.item in items))


def _twice(found: list[tuple[int, Parameters]], name: str) -> list[str]:
    """Items that have two rows at one warehouse."""
    first: dict[tuple[str, str], int] = {}
    problems = []
    for number, one in found:
        earlier = first.setdefault((one.item, one.warehouse), number)
        if earlier != number:
            problems.append(
                f"{name}: rows {earlier} and {number}: item {one.item!r} at {one.warehouse!r} is there twice"
            )
    return problems
