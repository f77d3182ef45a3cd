"""A plan in few numbers: lines and the value of their buffers, by warehouse, policy and segment."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.plan import Plan, PlanLine
from sim.planbook.written import policy_name
from sim.scenario import Scenario


@dataclass(frozen=True)
class Part:
    """Lines that share warehouse, policy and segment.

    Attributes
    ----------
    lines : how many.
    buffer_value : safety stock at standard cost, money.
    changed, unexplained : lines a person changed, and those of them without a reason.
    """

    warehouse: str
    policy: str
    segment: str
    lines: int
    buffer_value: float
    changed: int
    unexplained: int


def parts(plan: Plan, scenario: Scenario) -> list[Part]:
    """The parts of a plan, in order of warehouse, policy and segment."""
    found: dict[tuple[str, str, str], list[PlanLine]] = {}
    for line in plan.lines:
        found.setdefault((line.warehouse, policy_name(line), line.segment), []).append(line)
    order = {site: place for place, site in enumerate(scenario.sites)}
    return [
        _part(key, lines, scenario)
        for key, lines in sorted(found.items(), key=lambda one: (order.get(one[0][0], len(order)), one[0]))
    ]


def total(plan: Plan, scenario: Scenario) -> Part:
    """The whole plan as one part."""
    return _part(("all", "", ""), list(plan.lines), scenario)


def _part(key: tuple[str, str, str], lines: list[PlanLine], scenario: Scenario) -> Part:
    cost, index = scenario.catalogue.standard_cost, scenario.catalogue.index
    value = math.fsum(line.safety_stock * float(cost[index[line.item]]) for line in lines)
    changed = sum(bool(line.changes) for line in lines)
    return Part(*key, len(lines), value, changed, sum(bool(line.unexplained) for line in lines))


def unexplained(plan: Plan) -> list[str]:
    """What was changed without a reason: item, warehouse and numbers."""
    return [
        f"{line.item} at {line.warehouse} ({', '.join(line.unexplained)})" for line in plan.lines if line.unexplained
    ]
