"""The stress test: every node fails in turn, for a grid of lengths. How long can I survive, and what does it cost?

Time to survive, time to recover, performance impact and risk-exposure index after Simchi-Levi et al. (2015), "Identifying
Risks and Mitigating Disruptions in the Automotive Supply Chain", Interfaces 45(5):375-390. No probability is needed.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.plan import Plan
from sim.postures import Posture
from sim.scenario import Scenario
from sim.studies.montecarlo import spread, workers_of
from sim.studies.stress.calm import without_chance
from sim.studies.stress.checks import LENGTHS, checked, futures_of, prepared
from sim.studies.stress.lived import PLACE, Rules
from sim.studies.stress.nodes import Grouping, Node
from sim.studies.stress.sweep import First, Storm, Sweep, Swept, Trial, Weathered

Floats = NDArray[np.float64]
#: nodes that live through futures when none are named
WORST = 5


@dataclass(frozen=True)
class Chance:
    """What the futures say of some nodes.

    Attributes
    ----------
    nodes : positions among the nodes of the study.
    figures : (replications, nodes, lengths, postures, figures), in order of replication number.
    weather : the weather that was on meanwhile, "" for none.
    """

    nodes: tuple[int, ...]
    figures: Floats
    weather: str

    @property
    def count(self) -> int:
        """Futures."""
        return int(self.figures.shape[0])


@dataclass(frozen=True)
class Stress:
    """Nodes × lengths × postures, and what became of each.

    Attributes
    ----------
    scenario, plans, nodes, lengths, rules, seed : what was tried.
    left_out : nodes that were not tried, and why.
    figures : (nodes, lengths, postures, figures), figures in the order of `sim.studies.stress.lived.FIGURES`; NaN where
        nothing passes the node under that posture, infinite where it did not come about within the horizon.
    closed : (nodes, postures) time to survive by the closed form, NaN where it does not hold, infinite beyond the longest.
    first : for each node and posture, the items that fail first in the longest outage.
    chance : the same under futures, for some nodes.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    nodes: tuple[Node, ...]
    lengths: tuple[int, ...]
    rules: Rules
    seed: int
    left_out: tuple[str, ...]
    figures: Floats
    closed: Floats
    first: dict[tuple[int, int], First]
    chance: Chance | None = None

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def longest(self) -> int:
        """Days of the longest outage: no time to survive above it is known."""
        return self.lengths[-1]

    def seen_after(self, length: int) -> int:
        """Days of the horizon that are left when an outage of this length ends: no time to recover above it is known."""
        return self.scenario.horizon - self.rules.start - length

    def values(self, name: str) -> Floats:
        """(nodes, lengths, postures) of one figure."""
        found: Floats = self.figures[..., PLACE[name]]
        return found

    @cached_property
    def survival(self) -> Floats:
        """(nodes, postures) days until service fails while the node stays out; infinite above the longest outage."""
        return survival(self.values("first_failure")[:, -1], self.longest)

    @cached_property
    def exposure(self) -> Floats:
        """(nodes, lengths, postures) risk-exposure index: stockout cost over the largest for that length, 0 to 1."""
        cost = np.maximum(self.values("stockout_cost"), 0.0)
        most = np.nanmax(cost, axis=(0, 2), keepdims=True, initial=0.0)
        found: Floats = np.where(np.isnan(cost), np.nan, np.divide(cost, most, out=np.zeros_like(cost), where=most > 0))
        return found

    def ranking(self, posture: str) -> list[int]:
        """Positions of the nodes, the worst first: by stockout cost of the longest outage, then by time to survive."""
        place = self.postures.index(posture)
        cost, days = self.values("stockout_cost")[:, -1, place], self.survival[:, place]
        there = [node for node in range(len(self.nodes)) if not math.isnan(cost[node])]
        return sorted(there, key=lambda node: (-round(float(cost[node]), 6), float(days[node]), node))

    def shortest_that_fails(self, node: int, posture: int) -> int | None:
        """The shortest outage tried after which service fails; None where it never does."""
        fails = np.isfinite(self.values("first_failure")[node, :, posture])
        return self.lengths[int(fails.argmax())] if fails.any() else None


def survival(first_failure: Floats, longest: int) -> Floats:
    """Time to survive from the first failure in the longest outage: beyond its end, all that is known is "longer"."""
    found: Floats = np.where(first_failure <= longest, first_failure, np.where(np.isnan(first_failure), np.nan, np.inf))
    return found


def stress(
    scenario: Scenario,
    postures: Sequence[str | Path | Posture | Plan] = ("jit", "jic", "hybrid"),
    nodes: Sequence[str] | None = None,
    lengths: Sequence[int] = LENGTHS,
    futures: int = 0,
    failure: float = 0.95,
    recovery: float = 0.99,
    start: int | None = None,
    seed: int = 1,
    jobs: int = 1,
    groups: Grouping | None = None,
    weather: str | None = None,
    worst: int = WORST,
    trust: bool = False,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Stress:
    """Let every node fail in turn, for every length, under every posture: without chance, and then under futures.

    Parameters
    ----------
    scenario : the business; its disruptions stay out, except under a `weather` that is named.
    postures : names, files, `Posture` or `Plan` objects.
    nodes : names, ``kind:name``, or kinds (``ports``); all when left out.
    lengths : days of outage.
    futures : how many futures; 0 for none. They are lived by the nodes named, or else by the `worst`.
    failure, recovery : service that counts as failed below, and as recovered at or above, shares of demand.
    start : day of the outage's first morning; a review day about a quarter of a year in when left out.
    seed, jobs, chunk, done : as for `sim.compare`; `done` counts nodes and postures, then futures.
    groups : item groups: by 'family', by 'criticality' or 'none'; by family where every item has one when left out.
    weather : weather that is on in the futures.
    worst : how many nodes live through the futures when none are named.
    trust : allow policies that are the user's own code.

    Raises
    ------
    UsageError, ScenarioError, ModelError, PolicyError : see `sim.errors`.
    """
    trial, left_out = prepared(scenario, postures, nodes, lengths, failure, recovery, start, seed, groups, trust)
    checked(scenario, futures, worst, weather)
    workers_of(jobs)
    calm = dataclasses.replace(trial, scenario=without_chance(scenario)).lean()
    cells = range(len(trial.nodes) * len(trial.plans))
    found = _swept(trial, left_out, list(spread(Sweep(calm), cells, jobs, chunk, done)))
    if futures:
        tried = tuple(range(len(trial.nodes))) if nodes is not None else worst_of(found, worst)
        under = dataclasses.replace(
            trial, scenario=futures_of(scenario, weather), nodes=tuple(trial.nodes[place] for place in tried)
        )
        pieces = list(spread(Storm(under.lean()), range(futures), jobs, 1 if chunk is None else chunk, done))
        found = dataclasses.replace(found, chance=_weathered(pieces, tried, weather))
    return found


def worst_of(found: Stress, worst: int) -> tuple[int, ...]:
    """Nodes with the largest stockout cost under any posture, in the order of the study."""
    cost = np.nan_to_num(found.values("stockout_cost")[:, -1]).max(axis=1)
    return tuple(sorted(np.argsort(-cost, kind="stable")[:worst].tolist()))


def _swept(trial: Trial, left_out: tuple[str, ...], pieces: Sequence[Swept]) -> Stress:
    """Put cells together in order of their numbers."""
    order = np.argsort(np.concatenate([piece.numbers for piece in pieces]), kind="stable")
    figures = np.concatenate([piece.figures for piece in pieces])[order]
    closed = np.concatenate([piece.closed for piece in pieces])[order]
    first = [one for piece in pieces for one in piece.first]
    shape = len(trial.plans), len(trial.nodes)
    return Stress(
        scenario=trial.scenario,
        plans=trial.plans,
        nodes=trial.nodes,
        lengths=trial.lengths,
        rules=trial.rules,
        seed=trial.seed,
        left_out=left_out,
        figures=np.moveaxis(figures.reshape(*shape, *figures.shape[1:]), 0, 2),
        closed=closed.reshape(shape).T,
        first={(cell % shape[1], cell // shape[1]): first[place] for cell, place in enumerate(order.tolist())},
    )


def _weathered(pieces: Sequence[Weathered], nodes: tuple[int, ...], weather: str | None) -> Chance:
    """Put futures together in order of replication number."""
    order = np.argsort(np.concatenate([piece.numbers for piece in pieces]), kind="stable")
    return Chance(nodes, np.concatenate([piece.figures for piece in pieces])[order], weather or "")
