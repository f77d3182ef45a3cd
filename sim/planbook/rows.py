"""One row of a plan file, made into a line: as it was written, with its edits; or new."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.catalogue import Item
from sim.errors import UsageError
from sim.plan import Change, PlanLine
from sim.planbook.cells import CellError, date_of, number_of, same_date, same_number, same_text, text_of
from sim.planbook.columns import DECISIONS, HELD, Column
from sim.planbook.edits import EditError, Note, edited
from sim.planbook.written import Written
from sim.scenario import Scenario

Tell = Callable[[str, str], None]
Named = Callable[[str], Any]
#: numbers that are whole where items come in whole units
COUNTED = ("safety_stock", "reorder_point", "order_up_to", "order_quantity", "multiple", "minimum")


@dataclass(frozen=True)
class Row:
    """A row: its number in the spreadsheet, and its cells by field, blank ones left out."""

    number: int
    cells: dict[str, Any]


def kept(row: Row, written: Written, item: Item, whole: bool, named: Named, tell: Tell) -> PlanLine | None:
    """The line as it was written, with its edits; None where something is wrong with them.

    Parameters
    ----------
    row, written : the row now, and as it was.
    item : what the line is for.
    whole : whether units are whole.
    named : the policy that a name means.
    tell : takes a field and what is wrong with its cell.
    """
    try:
        line = written.made(named(str(written.line["policy"])))
    except CellError as error:
        tell("policy", str(error))
        return None
    changes: dict[str, Any] = {}
    free: dict[str, Any] = {}
    for column in HELD:
        value, was = _there(row, column), written.line[column.field]
        if column.kind == "key" or _same(column, value, was):
            continue
        if not column.editable:
            now = "is blank" if value is None else text_of(value)
            before = f"{was:.10g}" if column.kind == "number" else was
            tell(column.field, f"{now} (was {before}): this column is not to be edited; notes of your own go under Why")
            continue
        found = _edit(column, value, was, whole, item, tell)
        if found is None:
            continue
        if column in DECISIONS:
            changes[column.field] = found
        else:
            free[column.field] = found
    note = _note(row, tell)
    try:
        line = edited(line, changes, note, named, whole)
    except EditError as error:
        tell(error.field, str(error))
        return None
    except (CellError, UsageError) as error:
        tell("policy", str(error))
        return None
    return _explained(dataclasses.replace(line, **free), written.changes, note, bool(changes))


def _explained(line: PlanLine, logged: tuple[Change, ...], note: Note, fresh: bool) -> PlanLine:
    """The line, its older changes without a reason explained by the row's Why; a Why alone is written down too."""
    if not note.why:
        return line
    answered = [
        change
        if change.why.strip()
        else dataclasses.replace(change, who=change.who or note.who, when=change.when or note.when, why=note.why)
        for change in logged
    ]
    new = list(line.changes[len(logged) :])
    if not fresh and tuple(answered) == logged:
        new = [Change("note", "", "", note.who, note.when, note.why)]
    return dataclasses.replace(line, changes=(*answered, *new))


def added(
    row: Row, scenario: Scenario, item: str, warehouse: str, whole: bool, named: Named, tell: Tell
) -> PlanLine | None:
    """A line that a person added; None where something is missing or wrong."""
    origin = text_of(row.cells.get("origin")) or scenario.origin_of(warehouse, item)
    spec = scenario.items[scenario.catalogue.index[item]]
    held: dict[str, Any] = {"origin": origin}
    wrong = False
    for column in HELD:
        value = _there(row, column)
        if column.kind == "key" or column.field == "origin":
            continue
        if value is None:
            if column.kind == "policy" or column.field == "order_up_to":
                tell(column.field, "is blank: a new row needs it")
                wrong = True
            continue
        found = _edit(column, value, None, whole, spec, tell)
        wrong |= found is None
        held[column.field] = found
    if wrong:
        return None
    if held["policy"] in ("s_S", "r_nQ"):
        for field in ("reorder_point", *(("order_quantity",) if held["policy"] == "r_nQ" else ())):
            if field not in held:
                tell(field, f"is blank: {held['policy']} needs it")
                wrong = True
    try:
        held["policy"] = named(held["policy"])
    except (CellError, UsageError) as error:
        tell("policy", str(error))
        wrong = True
    if wrong:
        return None
    if held["policy"] == "s_S" and held["reorder_point"] >= held["order_up_to"]:
        tell(
            "order_up_to", f"{held['order_up_to']:.10g}: s_S needs it above reorder_point, {held['reorder_point']:.10g}"
        )
        return None
    if held["policy"] == "r_nQ" and held["order_up_to"] != held["reorder_point"] + held["order_quantity"]:
        total = held["reorder_point"] + held["order_quantity"]
        tell(
            "order_up_to", f"{held['order_up_to']:.10g}: under r_nQ it is reorder_point + order_quantity, {total:.10g}"
        )
        return None
    held.setdefault("review_every", float(scenario.review_every))
    held.setdefault("multiple", spec.multiple if held["policy"] != "r_nQ" else 0.0)
    held.setdefault("minimum", spec.minimum_order)
    held.setdefault("lead_time", scenario.lead_time(scenario.lane_to(warehouse, origin), origin))
    held.setdefault("reason", "added in the spreadsheet")
    note = _note(row, tell)
    change = Change("line", "", "added", note.who, note.when, note.why)
    return PlanLine(item=item, warehouse=warehouse, changes=(change,), **held)


def _there(row: Row, column: Column) -> Any:
    """A cell; blank ones, and columns that files of earlier versions lack, say nothing: 0 where a number is meant."""
    value = row.cells.get(column.field)
    return 0.0 if value is None and column.later and column.kind == "number" else value


def _same(column: Column, value: Any, was: Any) -> bool:
    """Whether a cell still holds what was written there."""
    if column.kind == "number":
        wanted = float(was)
        if value is None:
            return wanted in (float("inf"), float("-inf"))
        try:
            return same_number(number_of(value), wanted)
        except CellError:
            return False
    if column.kind == "date":
        return same_date(value, str(was))
    return same_text(text_of(value), str(was))


def _edit(column: Column, value: Any, was: Any, whole: bool, item: Item, tell: Tell) -> Any:
    """The value of an edited cell, or None where it is none that is allowed; told then."""
    before = (
        "" if was is None or was == "" else f" (was {was:.10g})" if isinstance(was, int | float) else f" (was {was})"
    )
    try:
        if column.kind == "number":
            if value is None:
                raise CellError(f"is blank{before}: {column.allowed} is needed")
            return _bounded(column, number_of(value), before, whole, item)
        if column.kind == "date":
            return "" if value is None else date_of(value)
        if column.kind == "policy" and value is None:
            raise CellError(f"is blank{before}: every line has a policy")
        return text_of(value)
    except CellError as error:
        told = str(error)
        tell(column.field, told if before in told else f"{told}{before}")
        return None


def _bounded(column: Column, value: float, before: str, whole: bool, item: Item) -> float:
    low = column.least is not None and value < column.least
    if low or (column.above is not None and value <= column.above):
        raise CellError(f"{value:.10g}{before} is not allowed: {column.allowed} is needed")
    if whole and column.field in COUNTED and not value.is_integer():
        raise CellError(f"{value:.10g}{before} is not allowed: this scenario counts whole units")
    if column.field == "order_quantity" and item.multiple and (value / item.multiple) % 1 > 1e-9:
        raise CellError(f"{value:.10g}{before} is not allowed: the item comes in multiples of {item.multiple:.10g}")
    return value


def _note(row: Row, tell: Tell) -> Note:
    """Who, when and why."""
    who, why, value = text_of(row.cells.get("changed_by")), text_of(row.cells.get("why")), row.cells.get("changed_on")
    try:
        return Note(who, "" if value is None else date_of(value), why)
    except CellError as error:
        tell("changed_on", str(error))
        return Note(who, "", why)
