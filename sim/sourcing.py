"""Sourcing beyond one supplier: what a line of a plan may say of it, whether that fits the scenario, and what is idle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sim.errors import ScenarioError, listing, near_miss

if TYPE_CHECKING:
    from sim.network import Supplier
    from sim.plan import Plan, PlanLine
    from sim.scenario import Scenario

#: fields of a line that say from whom else, and how else, its goods may come
FIELDS = (
    "second_origin",
    "second_share",
    "backup_origin",
    "backup_after",
    "backup_ramp",
    "backup_qualifies",
    "backup_below",
    "reserved",
    "surge_below",
)
#: what counts as no days, and no share
TINY = 1e-9


def levers(line: PlanLine) -> bool:
    """Whether a line uses any of it."""
    return bool(
        line.second_origin
        or line.second_share
        or line.backup_origin
        or line.backup_after
        or line.backup_ramp
        or line.backup_qualifies
        or line.backup_below
        or line.reserved
        or line.surge_below
    )


def origins(line: PlanLine) -> tuple[str, ...]:
    """Everybody a line may order from, the main one first."""
    return tuple(dict.fromkeys(name for name in (line.origin, line.second_origin, line.backup_origin) if name))


def slot(supplier: str) -> str:
    """Name under which a Future keeps the production times of a supplier's reserved slots."""
    return f"{supplier} (reserved slot)"


def check(scenario: Scenario, plan: Plan) -> None:
    """See that the sourcing of all lines fits the scenario.

    Raises
    ------
    ScenarioError : with every line whose sourcing does not.
    """
    found = []
    for line in plan.lines:
        where = f"plan {plan.posture!r}: item {line.item!r} at {line.warehouse!r}"
        bought = bool(scenario.factories) and _named(scenario, line.origin) is not None
        if bought and (told := made_here(scenario, line.item, line.origin)):
            found.append(f"{where}: origin: {line.origin!r}: {told}")
        if levers(line):
            found += [f"{where}: {field}: {told}" for field, told in problems(scenario, line)]
    if found:
        raise ScenarioError(found)


def problems(scenario: Scenario, line: PlanLine) -> list[tuple[str, str]]:
    """What is wrong with the sourcing of one line: the field, and what is allowed."""
    if not levers(line):
        return []
    why = unsupported(scenario, line.warehouse)
    if why:
        field = next(name for name in FIELDS if getattr(line, name))
        return [(field, f"{getattr(line, field)!r}: {why}")]
    found = [*_numbers(line)]
    if not found:
        found += _second(scenario, line)
        found += _backup(scenario, line)
        found += _ways(scenario, line)
    return found


def unsupported(scenario: Scenario, warehouse: str) -> str:
    """Why lines of a warehouse can have no second supplier, backup, slot or surge; "" where they can."""
    feeder = scenario.warehouse(warehouse).fed_by
    if feeder is not None:
        return f"{warehouse!r} is fed by {feeder!r}: suppliers are chosen where goods are bought"
    if any(stream.model == "orders" for stream in scenario.demand):
        return "second suppliers, backups, reserved slots and surge need demand by day, not single orders"
    return ""


def _numbers(line: PlanLine) -> Iterator[tuple[str, str]]:
    """Numbers out of their bounds."""
    for field in ("backup_after", "backup_ramp", "backup_qualifies", "surge_below"):
        value = getattr(line, field)
        if not (math.isfinite(value) and value >= 0):
            yield field, f"{value:g} days: 0 or more is allowed"
    if not 0 <= line.backup_below < 1:
        yield "backup_below", f"{line.backup_below:g}: a share of capacity from 0 to below 1 is allowed"
    if line.reserved not in (0, 1):
        yield "reserved", f"{line.reserved:g}: 1 (orders go into a reserved slot) or 0 is allowed"


def _second(scenario: Scenario, line: PlanLine) -> Iterator[tuple[str, str]]:
    """A standing split that cannot be."""
    if not line.second_origin:
        if line.second_share:
            yield "second_share", f"{line.second_share:g} of every order, but no second_origin says to whom"
        return
    told = _source(scenario, line, line.second_origin)
    if told:
        yield "second_origin", told
    if line.second_origin == line.origin:
        yield "second_origin", f"{line.second_origin!r} is the first supplier already: the second must be another"
    if not 0 < line.second_share < 1:
        hint = "to order from it alone, make it the origin" if line.second_share >= 1 else "0 would never order from it"
        yield "second_share", f"{line.second_share:g}: a share above 0 and below 1 is allowed ({hint})"


def _backup(scenario: Scenario, line: PlanLine) -> Iterator[tuple[str, str]]:
    """A backup that cannot be."""
    if not line.backup_origin:
        for field in ("backup_after", "backup_ramp", "backup_qualifies", "backup_below"):
            if getattr(line, field):
                yield field, f"{getattr(line, field):g}, but no backup_origin says who steps in"
        return
    told = _source(scenario, line, line.backup_origin)
    if told:
        yield "backup_origin", told
    if line.backup_origin == line.origin:
        yield "backup_origin", f"{line.backup_origin!r} is the primary itself: a backup must be another supplier"


def _ways(scenario: Scenario, line: PlanLine) -> Iterator[tuple[str, str]]:
    """A slot or a surge that the supplier does not sell."""
    one = _named(scenario, line.origin)
    if line.reserved and (one is None or one.reserved_time is None):
        yield "reserved", f"supplier {line.origin!r} has no reserved_time: it sells no reserved slots"
    if line.surge_below and (one is None or not one.surge_capacity):
        yield "surge_below", f"supplier {line.origin!r} has no surge_capacity: there is nothing to order"
    if line.surge_below and line.reserved:
        yield "surge_below", "an order in a reserved slot does not wait for capacity: choose surge or the slot"


def _source(scenario: Scenario, line: PlanLine, name: str) -> str:
    """Why a supplier cannot deliver a line; "" where it can."""
    if _named(scenario, name) is None:
        names = [one.name for one in scenario.suppliers]
        return f"{name!r} is not a supplier of this scenario{near_miss(name, names)}"
    if (line.warehouse, name) not in scenario.standard_lanes:
        return f"{name!r}: this scenario has no lane from there to {line.warehouse!r}"
    return made_here(scenario, line.item, name)


def made_here(scenario: Scenario, item: str, source: str) -> str:
    """Why an item cannot come from a source, where one of the two belongs to a factory; "" where it can.

    What a factory makes is paid for with its components: a unit of it that is bought elsewhere would be booked as free.
    """
    for factory, bill in scenario.bills.items():
        if factory == source and item not in bill:
            return f"{factory!r} is a factory and does not make {item!r}"
        if factory != source and item in bill:
            return f"{item!r} is made at {factory!r}: what a factory makes has no other supplier"
    return ""


def _named(scenario: Scenario, name: str) -> Supplier | None:
    return next((one for one in scenario.suppliers if one.name == name), None)


# --- what is allowed, and likely not meant -----------------------------------------------------------------------------


def warnings(scenario: Scenario, lines: Iterable[PlanLine]) -> list[str]:
    """Triggers of lines that can never fire, one sentence for each cause."""
    found: dict[str, list[str]] = {}
    never: dict[str, list[str]] = {}
    for line in lines:
        if not levers(line):
            continue
        if line.backup_origin and longest_stop(scenario, line.origin, line.backup_below) == 0:
            never.setdefault(line.backup_origin, []).append(line.origin)
        for told in _idle(scenario, line):
            found.setdefault(told, []).append(line.item)
    return [
        *(
            f"backup {name!r} never steps in: no disruption of this scenario stops {listing(list(dict.fromkeys(stops)), 8)}"
            for name, stops in never.items()
        ),
        *(f"{told} ({listing(list(dict.fromkeys(items)), 5)})" for told, items in found.items()),
    ]


def _idle(scenario: Scenario, line: PlanLine) -> Iterator[str]:
    if line.backup_origin:
        longest = longest_stop(scenario, line.origin, line.backup_below)
        if 0 < longest <= line.backup_after:
            yield (
                f"backup {line.backup_origin!r} never steps in: no disruption stops {line.origin!r} for more than "
                f"{longest:g} days, and a stop is noticed after {line.backup_after:g}"
            )
    if line.reserved:
        one = _named(scenario, line.origin)
        if one is not None and one.reserved_time is not None and one.reserved_time.mean >= one.production_time.mean:
            yield f"a reserved slot at {line.origin!r} is no faster than its normal production"


def longest_stop(scenario: Scenario, supplier: str, below: float = 0.0) -> float:
    """Longest stop of a supplier that the disruptions of a scenario can make, days; infinite where that is not known.

    A law with a spread has no longest stop; 0: none can stop it.
    """
    from sim.disruptions.random_outage import RandomOutage
    from sim.disruptions.timing import Occurrence, Timed

    longest = 0.0
    for one in scenario.bound_disruptions:
        if ("supplier", supplier) not in one.targets():
            continue
        if isinstance(one, RandomOutage):
            if one.remaining <= below + TINY:
                longest = max(longest, one.down.mean if one.down.sd == 0 else math.inf)
            continue
        if not isinstance(one, Timed):
            return math.inf
        law = one.length if one.down is None else one.down
        fixed_length = law is not None and law.sd == 0
        effects = one.effects(Occurrence(0.0, law.mean * one.days if law is not None and fixed_length else math.inf))
        stops = [e.ends - e.begins for e in effects if _stops([e], supplier, below)]
        longest = max([longest, *(stops if fixed_length else [math.inf] * len(stops))])
    return longest


def _stops(effects: Sequence[Any], supplier: str, below: float) -> bool:
    """Whether one of these incidents stops a supplier."""
    for one in effects:
        if (one.target, one.where) != ("supplier", supplier):
            continue
        least = one.remaining if isinstance(one.remaining, float | int) else min(f for _, f in one.remaining)
        if least <= below + TINY or one.orders == "refused":
            return True
    return False


def stripped(line: PlanLine) -> dict[str, Any]:
    """The sourcing fields of a line as they are where nothing is said: for a plan without levers."""
    return {one.name: one.default for one in fields(line) if one.name in FIELDS}
