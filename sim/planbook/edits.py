"""What an edited number means for the others of its line, and what is written down about it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sim.plan import Change, PlanLine

#: the number that the safety stock is part of, by policy
LEVEL = {
    "base_stock": "order_up_to",
    "days_of_cover": "order_up_to",
    "s_S": "reorder_point",
    "r_nQ": "reorder_point",
}
#: numbers that change nothing, by policy, and what to do instead
IDLE = {
    "base_stock": (("reorder_point", "order_quantity"), "edit order_up_to or safety_stock, or choose s_S or r_nQ"),
    "days_of_cover": (("reorder_point", "order_quantity"), "edit order_up_to or safety_stock, or choose s_S or r_nQ"),
    "s_S": (("order_quantity",), "edit order_up_to, or choose r_nQ"),
    "r_nQ": (("order_up_to",), "edit reorder_point or order_quantity, or choose s_S"),
    "push": (
        ("safety_stock", "reorder_point", "order_up_to", "order_quantity"),
        "push orders the forecast whatever the stock: choose another policy",
    ),
}


@dataclass(frozen=True)
class Note:
    """Who edited a row, when (ISO date) and why."""

    who: str = ""
    when: str = ""
    why: str = ""


class EditError(ValueError):
    """An edit contradicts another, or would change nothing.

    Attributes
    ----------
    field : the number that is wrong.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def edited(
    line: PlanLine,
    cells: Mapping[str, Any],
    note: Note,
    named: Callable[[str], Any] = lambda name: name,
    whole: bool = False,
) -> PlanLine:
    """A line with what a person edited, what follows from it, and all of it written down.

    Safety stock and level (the order-up-to level of base stock, the reorder point of s_S and r_nQ) are tied by the
    demand expected over the protection interval, which an edit does not change:

    - safety stock alone edited: reorder point and order-up-to level move by as much, rounded up where units are whole
      (the safety stock as it was sized is a whole level less a mean, and so no whole number);
    - level alone edited: it is as written, the safety stock follows;
    - both edited: they must move by as much;
    - policy edited: the safety stock stays unless it is edited, and the new policy's level follows from it.

    Under r_nQ the order-up-to level is reorder point + order quantity, and follows them.

    Parameters
    ----------
    line : as it was written.
    cells : new values by field, the edited ones only; a policy by its name.
    note : who, when and why.
    named : the policy that a name means.
    whole : levels are whole numbers.

    Raises
    ------
    EditError : edits contradict each other, or one would change nothing under the line's policy.
    """
    if not cells:
        return line
    was = line.policy if isinstance(line.policy, str) else "own"
    policy = str(cells.get("policy", was))
    follow = _followers(line, cells, was, policy, whole)
    _contradictions(line, cells, follow, policy)
    held: dict[str, Any] = {
        field: value for field, value in follow.items() if field not in cells and value != getattr(line, field)
    }
    numbers = {field: value for field, value in cells.items() if field != "policy"}
    made = dataclasses.replace(line, **numbers, **held)
    if policy == "s_S" and made.reorder_point >= made.order_up_to:
        field = "order_up_to" if "order_up_to" in cells else "reorder_point" if "reorder_point" in cells else "policy"
        raise EditError(
            field,
            f"s_S needs an order_up_to above the reorder_point; they would be {made.order_up_to:.10g} and "
            f"{made.reorder_point:.10g}: edit either",
        )
    old = {field: getattr(line, field) for field in {*cells, *held}}
    if "policy" in cells:
        made = dataclasses.replace(made, policy=named(policy))
    changes = [
        Change(field, _plain(old[field]), value, note.who, note.when, note.why) for field, value in cells.items()
    ]
    cause = ", ".join(field for field in cells if field in _CAUSES)
    changes += [
        Change(field, old[field], value, note.who, note.when, f"follows {cause}") for field, value in held.items()
    ]
    return dataclasses.replace(made, changes=(*line.changes, *changes))


_CAUSES = ("policy", "safety_stock", "reorder_point", "order_up_to", "order_quantity")


def _plain(value: Any) -> Any:
    """A policy of the user's own by its name."""
    return value if isinstance(value, str | int | float) else getattr(value, "__name__", type(value).__name__)


def _followers(line: PlanLine, cells: Mapping[str, Any], was: str, policy: str, whole: bool) -> dict[str, float]:
    """Safety stock and levels as they must be after the edit."""
    if policy not in LEVEL or was not in LEVEL:
        # a policy of the user's own may use any number as it likes
        return {"order_up_to": _sum(line, cells)} if policy == "r_nQ" else {}
    field, before = LEVEL[policy], float(getattr(line, LEVEL[was]))
    if field in cells and "safety_stock" not in cells:
        moved = float(cells[field]) - before
        follow = {"safety_stock": line.safety_stock + moved, field: float(cells[field])}
    else:
        safety = float(cells.get("safety_stock", line.safety_stock))
        moved = safety - line.safety_stock
        if whole:
            moved = float(math.ceil(moved - 1e-9))
        follow = {"safety_stock": safety, field: before + moved}
    point = float(cells.get(field, follow[field]))
    if policy == "r_nQ":
        if was == "r_nQ":
            lots = float(cells.get("order_quantity", line.order_quantity)) - line.order_quantity
            follow["order_up_to"] = line.order_up_to + (point - line.reorder_point) + lots
        else:
            follow["order_up_to"] = point + float(cells.get("order_quantity", line.order_quantity))
    elif policy == "s_S":
        if "reorder_point" not in cells and "order_up_to" not in cells and was == policy:
            follow["order_up_to"] = line.order_up_to + moved
    else:
        follow["reorder_point"] = line.reorder_point + moved if was == policy else point - 1.0
    return follow


def _sum(line: PlanLine, cells: Mapping[str, Any]) -> float:
    """Reorder point + order quantity."""
    return float(cells.get("reorder_point", line.reorder_point)) + float(
        cells.get("order_quantity", line.order_quantity)
    )


def _contradictions(line: PlanLine, cells: Mapping[str, Any], follow: Mapping[str, float], policy: str) -> None:
    """Refuse edits that do not fit together, or that would change nothing."""
    fields, instead = IDLE.get(policy, ((), ""))
    for field in fields:
        if field in cells and not _close(float(cells[field]), follow.get(field)):
            use = f"{policy} makes no use of {field}"
            if field in follow:
                use = f"under {policy}, {field} follows from the other numbers and would be {follow[field]:.10g}"
            raise EditError(field, f"{cells[field]:.10g} (was {getattr(line, field):.10g}): {use}; {instead}")
    level = LEVEL.get(policy, "")
    if (
        level in cells
        and "safety_stock" in cells
        and level in follow
        and not _close(float(cells[level]), follow[level])
    ):
        asked, safety = (f"{cells[name]:.10g} (was {getattr(line, name):.10g})" for name in (level, "safety_stock"))
        raise EditError(
            level,
            f"{asked} does not fit safety_stock {safety}: with that safety stock it would be {follow[level]:.10g}; edit "
            "one of the two, and the other follows",
        )


def _close(a: float, b: float | None) -> bool:
    return b is not None and abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))
