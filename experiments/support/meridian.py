"""Meridian, the demo company, and its postures by stock alone: no second source, no air freight, whatever is bundled.

Claims about stock compare stock. The numbers are those of the bundled postures (docs/meridian.md), written out here so that
levers added to the bundled ones do not change what a claim means.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sim
from sim import reading
from sim.costs import Costs
from sim.library import Opened, opened
from sim.plan import Plan
from sim.postures import Posture, Rule
from sim.scenario import Scenario
from sim.segments.scoring import Level

FRAGILE: tuple[Level, ...] = ("medium", "high")
#: rows of `Claim.parameters` that most claims on Meridian share
SOURCES: tuple[tuple[str, str, str], ...] = (
    (
        "business",
        "Meridian: 200 items, 12 suppliers and a backup that is not used here, 3 ports, 2 warehouses, invented",
        "docs/meridian.md",
    ),
    ("make times", "12 to 84 days, cv 0.2 to 0.35", "quantiles of 38 real supply chains, Willems (2008)"),
    ("carrying cost", "25 % of value a year", "rule of thumb; published range 20 to 40 % (Richardson 1995)"),
    ("unmet demand", "half lost, half waits", "assumed"),
)


@cache
def _bundled() -> Scenario:
    return sim.load("meridian")


@cache
def _opened() -> Opened:
    return opened("meridian")


def meridian(weather: str = "calm") -> Scenario:
    """Meridian under one weather."""
    return _bundled().under(weather)


def variant(
    disruptions: Sequence[Mapping[str, Any]] = (), weathers: Mapping[str, Sequence[str]] | None = None, **keys: Any
) -> Scenario:
    """Meridian with other disruptions and weathers, and with other keys of its file.

    Parameters
    ----------
    disruptions : tables as in a scenario file, added to those that are there.
    weathers : names of disruptions under each weather, added to those that are there.
    keys : top-level keys, for example ``horizon=120``.
    """
    file = _opened()
    content = copy.deepcopy(file.content)
    content["disruptions"] = [*content["disruptions"], *(dict(one) for one in disruptions)]
    content["weathers"] = {**content["weathers"], **{name: list(given) for name, given in (weathers or {}).items()}}
    content.update(keys)
    return dataclasses.replace(reading.scenario_of(content, file.path.parent, file.path.name), name="meridian")


def jit(**changes: Any) -> Posture:
    """Just-in-time by stock alone: z 1.65, two days of extra cover, weekly lots."""
    return Posture(**{"name": "jit", "called": "JIT", "z": 1.65, "cover": 2.0, "lot": 7.0, **changes})


def jic(**changes: Any) -> Posture:
    """Just-in-case by stock alone: z 2.33, 45 days of extra cover on everything, lots of four weeks."""
    return Posture(**{"name": "jic", "called": "JIC", "z": 2.33, "cover": 45.0, "lot": 28.0, **changes})


def hybrid(**changes: Any) -> Posture:
    """Hybrid by stock alone: cover where a stockout hurts and supply is fragile, or stock is cheap; lean on the rest."""
    rules = (
        Rule(impact=("high",), z=2.33),
        Rule(impact=("medium",), z=1.88),
        Rule(impact=("high",), fragility=FRAGILE, cover=45.0, called="JIC"),
        Rule(impact=("high",), cover=25.0, called="JIC"),
        Rule(cheaper_than=15.0, fragility=FRAGILE, cover=30.0, called="cheap buffer"),
        Rule(impact=("medium",), fragility=FRAGILE, cover=12.0, called="light buffer"),
        Rule(cheaper_than=15.0, lot=28.0),
    )
    own = {"name": "hybrid", "called": "JIT", "z": 1.65, "cover": 2.0, "lot": 7.0, "rules": rules}
    return Posture(**{**own, **changes})


def plans(scenario: Scenario, *postures: Posture) -> tuple[Plan, ...]:
    """Plans of postures."""
    return tuple(one.plan(scenario) for one in postures)


def priced(scenario: Scenario, **changes: Any) -> Scenario:
    """The scenario with other costs (keys of `[costs]`)."""
    costs: Costs = dataclasses.replace(scenario.costs, **changes)
    return dataclasses.replace(scenario, costs=costs)
