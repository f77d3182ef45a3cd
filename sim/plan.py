"""A plan: for each item and warehouse the policy, its numbers, and the reason. Data, not code."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim import inputs
from sim.errors import ScenarioError, UsageError, near_miss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.signals import Signals
    from sim.visibility import Visibility


@dataclass(frozen=True)
class Change:
    """A number of a line that a person changed: what it was, what it is, and why.

    Attributes
    ----------
    field : name of the number, for example ``safety_stock``.
    old, new : before and after.
    who, when, why : the person, the day (ISO) and the reason; without a reason the line is flagged.
    """

    field: str
    old: float | str
    new: float | str
    who: str = ""
    when: str = ""
    why: str = ""


@dataclass(frozen=True)
class PlanLine:
    """What is decided for one item at one warehouse; quantities in units, times in days.

    Attributes
    ----------
    item, warehouse, origin : what, where, from whom (a supplier or a warehouse).
    second_origin, second_share : supplier that gets this share of every order's units, besides the first.
    backup_origin : supplier that takes the orders of the first while that is known to be stopped.
    backup_after, backup_ramp, backup_qualifies : days until a stop (or its end) is noticed, days over which the backup grows
        to what is ordered, days from notice until it may take anything, once.
    backup_below : capacity of the first, as a share, at or below which it counts as stopped.
    reserved : 1 where orders go into a slot reserved at the first supplier.
    surge_below : days of stock on hand below which what waits for capacity there is made in a surge; 0: never.
    policy : name of a policy (``base_stock``, ``s_S``, ``r_nQ``, ``days_of_cover``, ``push``), or a callable.
    review_every, review_offset : reviews on days offset, offset + every, …
    safety_stock : stock held against chance, part of the two levels below.
    reorder_point : at or below this inventory position an order is placed (policies that have one).
    order_up_to : base-stock level, or S.
    order_quantity : Q, for (r, nQ).
    multiple, minimum : order multiple and smallest order.
    buy_ahead : most days of demand that are bought ahead of an announced price rise; 0: never.
    expedite_by, expedite_below, expedite_most : lane of emergency orders ("" for none); days of projected cover at or
        below which one is placed; most days of mean demand in one of them.
    transship_by, transship_below, transship_keep : lane from another warehouse ("" for none); days of projected cover at
        or below which goods are taken from there; days of mean demand that this one keeps when others take from it (its
        safety stock always stays).
    forecast : mean demand a day that the plan was made on.
    lead_time : mean lead time that the plan was made on.
    reason : why, in words.
    segment : where the item stands by impact and fragility.
    target : what the buffer is to achieve, in words.
    formula, inputs : how the numbers were made, and from which figures.
    warning : where that formula is known to fail for such an item.
    decided, next_review : days (ISO), "" where the scenario has no calendar.
    owner, approver : people.
    changes : what a person changed since.
    """

    item: str
    warehouse: str
    origin: str
    policy: str | Callable[[Any], Any]
    order_up_to: float
    reorder_point: float = -math.inf
    order_quantity: float = 1.0
    safety_stock: float = 0.0
    review_every: float = 1.0
    review_offset: float = 0.0
    multiple: float = 0.0
    minimum: float = 0.0
    buy_ahead: float = 0.0
    expedite_by: str = ""
    expedite_below: float = 0.0
    expedite_most: float = math.inf
    transship_by: str = ""
    transship_below: float = 0.0
    transship_keep: float = 0.0
    forecast: float = 0.0
    lead_time: float = 0.0
    second_origin: str = ""
    second_share: float = 0.0
    backup_origin: str = ""
    backup_after: float = 0.0
    backup_ramp: float = 0.0
    backup_qualifies: float = 0.0
    backup_below: float = 0.0
    reserved: float = 0.0
    surge_below: float = 0.0
    reason: str = ""
    segment: str = ""
    target: str = ""
    formula: str = ""
    inputs: str = ""
    warning: str = ""
    decided: str = ""
    next_review: str = ""
    owner: str = ""
    approver: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Numbers that a person changed without saying why."""
        return tuple(change.field for change in self.changes if not change.why.strip())


@dataclass(frozen=True)
class Seen:
    """What a planner could know on the morning of a day inside a replication.

    Attributes
    ----------
    day : that day.
    demand : for each warehouse, (day, items) customer demand of day 0 up to the day before, units.
    lead_times : by (warehouse, origin), (receipts, 2): day ordered and day received, of all that came from day 0 on.
    signals : what is seen of supply, for a reviser that asks for it (`wants_signals`) under a visibility.
    memory : what the reviser wrote down earlier in this replication; empty at its first call in each.
    """

    day: int
    demand: Mapping[str, NDArray[Any]]
    lead_times: Mapping[tuple[str, str], NDArray[Any]]
    signals: Signals | None = None
    memory: dict[str, Any] = field(default_factory=dict)


class Reviser(Protocol):
    """Makes the plan anew from what can be known by then; any callable that can be pickled.

    With an attribute ``wants_signals`` that is true it is shown signals; with ``wants_records`` false, no demand and no lead
    times.
    """

    def __call__(self, seen: Seen) -> Plan:
        """The plan from that morning on; the plan it returned last time, itself, where nothing changes."""
        ...


@dataclass(frozen=True)
class Plan:
    """All lines of one posture.

    Attributes
    ----------
    posture : its name.
    lines : one for each item and warehouse that the scenario stocks.
    notes : what the plan leaves out, printed with results.
    review_after : days after the decision on which it should be looked at again, for lines that have no date yet; 0: it does
        not say. A file keeps the dates.
    visibility : which signals are seen, and how true the stock record is; None: what the scenario says.
    reviser, reassess_every : makes the plan anew every so many days of a replication; None: it stays as it is.
    """

    posture: str
    lines: tuple[PlanLine, ...]
    notes: tuple[str, ...] = ()
    visibility: Visibility | None = None
    reviser: Reviser | None = None
    reassess_every: int = 0
    review_after: int = field(default=0, compare=False)

    @cached_property
    def by_site(self) -> dict[str, dict[str, PlanLine]]:
        """Lines by warehouse and item."""
        found: dict[str, dict[str, PlanLine]] = {}
        for line in self.lines:
            found.setdefault(line.warehouse, {})[line.item] = line
        return found

    def table(self) -> list[dict[str, Any]]:
        """Lines as dictionaries, one a row."""
        rows = []
        for line in self.lines:
            row = {field.name: getattr(line, field.name) for field in fields(line)}
            if not isinstance(row["policy"], str):
                row["policy"] = getattr(row["policy"], "__name__", type(row["policy"]).__name__)
            row["changes"] = [asdict(change) for change in line.changes]
            rows.append(row)
        return rows

    def lines_for(self, site: str, items: Sequence[str]) -> list[PlanLine]:
        """Lines of some items at one warehouse, in their order.

        Raises
        ------
        ScenarioError : the plan lacks an item.
        """
        here = self.by_site.get(site, {})
        missing = [item for item in items if item not in here]
        if missing:
            raise ScenarioError(
                [f"plan {self.posture!r} has no line for item {item!r} at {site!r}" for item in missing[:5]]
            )
        return [here[item] for item in items]


def callable_named(name: str, trust: bool) -> Callable[[Any], Any]:
    """A user's own callable from ``module:name``.

    Raises
    ------
    UsageError : it is not trusted, or is not there.
    """
    module, _, attribute = name.partition(":")
    if not trust:
        raise UsageError(f"{name!r} is code of yours: it is imported only with --trust (in Python: trust=True)")
    try:
        home = importlib.import_module(module)
        found = getattr(home, attribute)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise UsageError(f"{name!r}: module {module!r} needs {error.name!r}, which is not installed") from error
        raise UsageError(f"{name!r}: there is no module {module!r} on the import path") from error
    except AttributeError as error:
        there = [entry for entry in dir(importlib.import_module(module)) if not entry.startswith("_")]
        raise UsageError(f"{name!r}: module {module!r} has no {attribute!r}{near_miss(attribute, there)}") from error
    if not callable(found):
        raise UsageError(f"{name!r} is not callable")
    if getattr(home, "__file__", None):
        inputs.note(Path(str(home.__file__)))
    if module.partition(".")[0] != "sim":
        import cloudpickle

        cloudpickle.register_pickle_by_value(home)  # workers need not find the module
    return found  # type: ignore[no-any-return]
