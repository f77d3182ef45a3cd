"""The sheet of changes: what people changed in a plan, and who, when and why; the last three may be filled in later."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.plan import Change
from sim.planbook.cells import CellError, date_of, number_of, same_date, same_name, same_number, same_text, text_of
from sim.tables import rows

SHEET = "Changes"
#: column -> width
HEADER = {
    "Item": 16, "Warehouse": 16, "Number": 9, "Field": 18, "Old": 14, "New": 14, "Who": 14, "When (date)": 13, "Why": 60,
}  # fmt: skip
#: columns that a person may fill in
OPEN = {"Who": "who", "When (date)": "when", "Why": "why"}
Logged = Mapping[tuple[str, str], tuple[Change, ...]]


def overlaid(path: Path, logged: Logged) -> tuple[dict[tuple[str, str], tuple[Change, ...]], list[str]]:
    """Changes with what a person filled in on their sheet, and what is wrong with it.

    Parameters
    ----------
    path : of the workbook.
    logged : changes by item and warehouse, as they were written.
    """
    where = f"{path.name}: sheet {SHEET}"
    try:
        table = rows(f"{path.name}#{SHEET}", path.parent)
    except ScenarioError as error:
        return dict(logged), list(error.problems) if logged else []
    missing = [name for name in HEADER if name not in table.columns]
    if missing:
        return dict(logged), [f"{where}: column {name!r} is missing" for name in missing]
    made = {key: list(changes) for key, changes in logged.items()}
    seen: set[tuple[str, str, int]] = set()
    problems = []
    for number, row in zip(table.numbers, table, strict=True):
        place = _place(row, logged)
        if place is None or place in seen:
            why = "is no change that was written here; edit the sheet Plan, and the change is logged when it is read"
            problems.append(
                f"{where}: row {number}: {' '.join(text_of(row.get(name)) for name in HEADER).strip()}: {why}"
            )
            continue
        seen.add(place)
        item, warehouse, order = place
        changes = made[item, warehouse]
        changes[order], wrong = _filled(changes[order], row)
        problems += [f"{where}: row {number} ({item}): {problem}" for problem in wrong]
    for (item, warehouse), changes in made.items():
        for order, change in enumerate(changes):
            if (item, warehouse, order) not in seen:
                told = f"change {order + 1} of {item!r} at {warehouse!r} ({change.field})"
                problems.append(f"{where}: {told} is gone: a log keeps all its rows")
    return {key: tuple(changes) for key, changes in made.items()}, problems


def _place(row: Mapping[str, Any], logged: Logged) -> tuple[str, str, int] | None:
    """Item, warehouse and place of the change that a row holds."""
    item, warehouse, order = (text_of(row.get(name)) for name in ("Item", "Warehouse", "Number"))
    key: tuple[str, str] | None = (item, warehouse)
    if key not in logged:
        key = next((one for one in logged if same_name(item, one[0]) and same_name(warehouse, one[1])), None)
    if key is None or not order.isdigit() or not 1 <= int(order) <= len(logged[key]):
        return None
    return (*key, int(order) - 1)


def _filled(change: Change, row: Mapping[str, Any]) -> tuple[Change, list[str]]:
    """The change with who, when and why as they are now."""
    for name, kept in (("Field", change.field), ("Old", change.old), ("New", change.new)):
        if not _alike(row.get(name), kept):
            return change, [
                f"{name}: {text_of(row.get(name)) or 'is blank'} (was {kept}): the log keeps what was changed"
            ]
    found: dict[str, Any] = {}
    for name, field in OPEN.items():
        value, was = row.get(name), str(getattr(change, field))
        if same_date(value, was) if field == "when" else same_text(text_of(value), was):
            continue
        try:
            found[field] = date_of(value) if field == "when" and value is not None else text_of(value)
        except CellError as error:
            return change, [f"{name}: {error}"]
    return dataclasses.replace(change, **found), []


def _alike(value: Any, was: float | str) -> bool:
    """Whether a cell still holds what was logged."""
    if isinstance(was, str):
        return same_text(text_of(value), was)
    try:
        return same_number(number_of(value), was)
    except CellError:
        return same_text(text_of(value), str(was))
