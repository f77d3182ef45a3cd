"""Suppliers divided by item group, so that one group can stop while the others go on.

A supplier without a limit to its capacity is, to the goods, as many suppliers as it has groups: same times, same lanes,
same luck. Only the count of orders differs, alike with and without the outage.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from sim.futures import Future
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.stress.nodes import clone_name


def divisible(scenario: Scenario) -> set[str]:
    """Suppliers that can be divided: those without a limit that their items share."""
    return {one.name for one in scenario.suppliers if one.capacity is None}


def split_scenario(scenario: Scenario, groups: Mapping[str, str]) -> Scenario:
    """The scenario with each supplier divided into one for each group of items."""
    names = list(dict.fromkeys(groups.values()))
    divided = divisible(scenario)
    parts = {name: [clone_name(name, group) for group in names] for name in divided}
    return dataclasses.replace(
        scenario,
        suppliers=tuple(
            dataclasses.replace(one, name=part)
            for one in scenario.suppliers
            for part in parts.get(one.name, [one.name])
        ),
        lanes=tuple(
            dataclasses.replace(
                lane, origin=tuple(part for origin in lane.origin for part in parts.get(origin, [origin]))
            )
            for lane in scenario.lanes
        ),
        items=tuple(
            dataclasses.replace(
                item,
                supplier=";".join(
                    clone_name(name, groups[item.item]) if name in divided else name for name in item.suppliers
                ),
            )
            for item in scenario.items
        ),
        warm_up=-scenario.span[0],
    )


def split_plan(scenario: Scenario, plan: Plan, groups: Mapping[str, str]) -> Plan:
    """The same plan, ordering from the divided suppliers."""
    divided = divisible(scenario)
    lines = tuple(
        dataclasses.replace(line, origin=clone_name(line.origin, groups[line.item])) if line.origin in divided else line
        for line in plan.lines
    )
    return dataclasses.replace(plan, lines=lines)


def split_future(future: Future, groups: Mapping[str, str]) -> Future:
    """The same luck: every part of a supplier has the production times of the whole."""
    names = list(dict.fromkeys(groups.values()))
    clones = {clone_name(one, name): times for one, times in future.production.items() for name in names}
    production = {**future.production, **clones}
    return dataclasses.replace(future, production=production, cache={})
