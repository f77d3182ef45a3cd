"""What a stress test is asked to try, checked before anything is lived."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from sim.errors import UsageError, near_miss
from sim.plan import Plan
from sim.postures import Posture
from sim.scenario import Scenario
from sim.studies.compare import plans_of
from sim.studies.stress.lived import Rules
from sim.studies.stress.nodes import GROUPINGS, Grouping, chosen, groups_of, nodes_of
from sim.studies.stress.sweep import Trial

LENGTHS = (7, 14, 30, 60, 120)


def prepared(
    scenario: Scenario,
    postures: Sequence[str | Path | Posture | Plan],
    nodes: Sequence[str] | None,
    lengths: Sequence[int],
    failure: float,
    recovery: float,
    start: int | None,
    seed: int,
    groups: Grouping | None,
    trust: bool = False,
) -> tuple[Trial, tuple[str, ...]]:
    """What is to be tried, checked, and what is left out.

    Raises
    ------
    UsageError : a threshold, a length, a day or a name that does not make sense.
    """
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    rules, grid = _rules(scenario, lengths, failure, recovery, start)
    if groups is not None and groups not in GROUPINGS:
        raise UsageError(f"--groups: {groups!r} is no way to group items{near_miss(groups, GROUPINGS)}")
    plans = plans_of(scenario, postures, trust)
    group_of = groups_of(scenario, groups)
    found, left_out = nodes_of(scenario, plans, group_of)
    some = chosen(found, nodes, left_out)
    if not some:
        raise UsageError(f"scenario {scenario.name!r}: nothing passes any node")
    shown: tuple[str, ...] = ()
    if nodes is None:
        shown = tuple(f"{key.replace(':', ' ', 1)}: {reason}" for key, reason in left_out.items())
    return Trial(scenario, plans, tuple(some), grid, group_of, seed, rules), shown


def _rules(
    scenario: Scenario, lengths: Sequence[int], failure: float, recovery: float, start: int | None
) -> tuple[Rules, tuple[int, ...]]:
    """Thresholds, first day and grid of lengths, checked."""
    if not 0 < failure <= 1:
        raise UsageError(f"--failure {failure:g}: a share of demand above 0 and up to 1 is needed, for example 0.95")
    if not 0 < recovery <= 1:
        raise UsageError(f"--recovery {recovery:g}: a share of demand above 0 and up to 1 is needed, for example 0.99")
    if recovery < failure:
        raise UsageError(
            f"--recovery {recovery:g} is below --failure {failure:g}: service would recover while it fails"
        )
    if not len(lengths):
        raise UsageError("--lengths: name at least one number of days, for example 7,14,30,60,120")
    for length in lengths:
        if length < 1:
            raise UsageError(f"--lengths {length}: an outage lasts 1 day or more")
    grid = tuple(sorted(set(lengths)))
    begin = default_start(scenario) if start is None else start
    if begin < 0:
        raise UsageError(f"--start {begin}: a day of the horizon, 0 or later, is needed")
    if begin + grid[-1] >= scenario.horizon:
        why = f"an outage of {grid[-1]} days from day {begin} does not end before the horizon (day {scenario.horizon})"
        raise UsageError(
            f"--lengths: {why}: take shorter ones, an earlier --start, or --set horizon={2 * (begin + grid[-1])}"
        )
    return Rules(start=begin, failure=failure, recovery=recovery), grid


def default_start(scenario: Scenario) -> int:
    """A review day about a quarter of a year in (of a short horizon, a quarter of that): the worst morning of its week.

    What was ordered a review period ago has been used up, and the order and departure of that morning are lost.
    """
    every = scenario.review_every
    return -(-min(90, scenario.horizon // 4) // every) * every


def checked(scenario: Scenario, futures: int, worst: int, weather: str | None) -> None:
    """See whether the study under futures is possible.

    Raises
    ------
    UsageError : it is not, or there is no such weather.
    """
    if futures < 0:
        raise UsageError(f"--futures {futures}: 0 or more are needed")
    if worst < 1:
        raise UsageError(f"--worst {worst}: 1 or more are needed")
    futures_of(scenario, weather)
    single = [
        one
        for one in scenario.demand
        if one.model == "orders" or ((one.interval or 1) != 1 and one.model == "fixed_interval")
    ]
    if futures and single:
        why = f"demand of {single[0].item!r} at {single[0].warehouse!r} does not come by day"
        raise UsageError(f"--futures: {why}, so there is no service by day; without --futures its mean stands in")


def futures_of(scenario: Scenario, weather: str | None) -> Scenario:
    """The scenario of the futures: calm, or under one weather."""
    if weather is not None:
        return scenario.under(weather)
    return dataclasses.replace(scenario, disruptions=(), weathers={}, headline=None, weather=None)
