"""Cover against a disruption by name: as many days as it lasts, for all that passes what it hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.errors import ScenarioError, near_miss
from sim.network import Lane
from sim.scenario import Scenario


def lengths(
    scenario: Scenario, names: Sequence[str], posture: str
) -> list[tuple[str, float, frozenset[tuple[str, str]]]]:
    """Name, mean length in days and targets of the disruptions that a posture wants to survive.

    Raises
    ------
    ScenarioError : a name that is no disruption of the scenario.
    """
    known: dict[str, Any] = {disruption.name: disruption for disruption in scenario.disruptions}
    wrong = [
        f"posture {posture!r}: against: {name!r} is not a disruption of {scenario.name!r}{near_miss(name, known)}"
        for name in names
        if name not in known
    ]
    if wrong:
        raise ScenarioError(wrong)
    found = []
    for name in names:
        law = getattr(known[name], "length", None) or getattr(known[name], "down", None)
        if law is None:
            raise ScenarioError([f"posture {posture!r}: against: {name!r} has no length to be covered"])
        found.append((name, float(law.mean), frozenset(known[name].targets())))
    return found


def passed(supplier: str, lanes: Sequence[Lane]) -> frozenset[tuple[str, str]]:
    """Everything that goods of a supplier pass on these lanes, as targets of disruptions."""
    ports = {("port", leg.port) for lane in lanes for leg in lane.legs if leg.port is not None}
    pools = {("pool", lane.containers) for lane in lanes if lane.containers is not None}
    return frozenset({("supplier", supplier), *(("lane", lane.name) for lane in lanes), *ports, *pools})
