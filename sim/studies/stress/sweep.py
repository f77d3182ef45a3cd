"""The work itself: every node down for every length, under every posture, in one Future or in many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future, draw
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.montecarlo import without_record, wordless
from sim.studies.stress.cover import time_to_survive
from sim.studies.stress.lived import FIGURES, Damage, Ground, Lived, Rules
from sim.studies.stress.nodes import Node
from sim.studies.stress.split import split_future, split_plan, split_scenario

Floats = NDArray[np.float64]
#: item, warehouse, days from the start of the outage
First = tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Trial:
    """What every task needs.

    Attributes
    ----------
    scenario : without chance, or as it is under the weather that is on.
    plans, nodes, lengths : postures, what stops, for how many days (ascending).
    groups : item group of each item, where a node is an item group.
    seed, rules : of the futures; start and thresholds.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    nodes: tuple[Node, ...]
    lengths: tuple[int, ...]
    groups: dict[str, str]
    seed: int
    rules: Rules

    def lean(self) -> Trial:
        """Without what workers do not need."""
        plans = tuple(wordless(plan) for plan in self.plans)
        return Trial(without_record(self.scenario), plans, self.nodes, self.lengths, self.groups, self.seed, self.rules)


class Grounds:
    """A trial's scenario, whole and divided by item group, under each plan; made when first needed and kept."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self._made: dict[tuple[bool, int], Ground] = {}
        self._divided: Scenario | None = None

    def ground(self, divided: bool, posture: int) -> Ground:
        """Where outages of item groups (divided) or of anything else are tried."""
        key = divided, posture
        if key not in self._made:
            trial, plan, scenario = self.trial, self.trial.plans[posture], self.trial.scenario
            if divided:
                if self._divided is None:
                    self._divided = split_scenario(scenario, trial.groups)
                plan, scenario = split_plan(scenario, plan, trial.groups), self._divided
            self._made[key] = Ground(scenario, plan)
        return self._made[key]

    def future(self, number: int, divided: bool, whole: Future | None = None) -> Future:
        """A Future of this number; divided suppliers share the luck of the whole one."""
        found = whole or draw(self.trial.scenario, self.trial.seed, number)
        return split_future(found, self.trial.groups) if divided else found


@dataclass(frozen=True)
class Swept:
    """Cells of the deterministic sweep.

    Attributes
    ----------
    numbers : cells, posture by posture, node by node.
    figures : (cells, lengths, figures).
    closed : (cells,) time to survive by the closed form, NaN where it does not hold.
    first : items that fail first in the longest outage, for each cell.
    """

    numbers: tuple[int, ...]
    figures: Floats
    closed: Floats
    first: tuple[First, ...]


@dataclass(frozen=True)
class Sweep:
    """Every node under every posture on one Future without chance; cell n is posture n // nodes, node n % nodes."""

    trial: Trial

    def prepare(self) -> SweepRunner:
        """What a worker keeps."""
        return SweepRunner(self.trial)


@dataclass
class SweepRunner:
    """Lives cells one by one; each posture's undisturbed run is lived once."""

    trial: Trial
    _bases: dict[tuple[bool, int], tuple[Ground, Future, Floats, Lived]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._grounds = Grounds(self.trial)

    def _base(self, divided: bool, posture: int) -> tuple[Ground, Future, Floats, Lived]:
        key = divided, posture
        if key not in self._bases:
            ground = self._grounds.ground(divided, posture)
            future = self._grounds.future(0, divided)
            self._bases[key] = ground, future, ground.demand(future), ground.live(future)
        return self._bases[key]

    def run(self, numbers: Sequence[int]) -> Swept:
        """Live some cells."""
        trial = self.trial
        figures = np.full((len(numbers), len(trial.lengths), len(FIGURES)), np.nan)
        closed = np.full(len(numbers), np.nan)
        first: list[First] = []
        for row, number in enumerate(numbers):
            posture, place = divmod(number, len(trial.nodes))
            node = trial.nodes[place]
            ground, future, demand, base = self._base(bool(node.items), posture)
            columns = ground.columns(node)
            if not columns.size:
                first.append(())
                continue
            for column, length in enumerate(trial.lengths):
                damage = _damage(ground, future, demand, base, node, columns, length, trial.rules)
                figures[row, column] = damage.figures
            first.append(damage.first_to_fail())
            longest = trial.lengths[-1]
            closed[row] = time_to_survive(ground, demand, base, node, columns, longest, trial.rules)
        return Swept(tuple(numbers), figures, closed, tuple(first))


def _damage(
    ground: Ground,
    future: Future,
    demand: Floats,
    base: Lived,
    node: Node,
    columns: NDArray[np.intp],
    length: int,
    rules: Rules,
) -> Damage:
    """The same Future with one more outage, against the run without it."""
    if length == 0:
        return Damage(ground, demand, base, base, columns, length, rules)
    hit = ground.live(future.with_incidents((*future.incidents, *node.outage(rules.start, length))))
    return Damage(ground, demand, base, hit, columns, length, rules)


@dataclass(frozen=True)
class Weathered:
    """Futures of the study under chance.

    Attributes
    ----------
    numbers : replication numbers.
    figures : (replications, nodes, lengths, postures, figures).
    """

    numbers: tuple[int, ...]
    figures: Floats


@dataclass(frozen=True)
class Storm:
    """Every node under every posture in each of many Futures, with and without the outage."""

    trial: Trial

    def prepare(self) -> StormRunner:
        """What a worker keeps."""
        return StormRunner(self.trial)


class StormRunner:
    """Lives Futures one by one; all nodes, lengths and postures meet the same one."""

    def __init__(self, trial: Trial) -> None:
        self.trial, self._grounds = trial, Grounds(trial)

    def run(self, numbers: Sequence[int]) -> Weathered:
        """Live some Futures."""
        trial = self.trial
        shape = len(numbers), len(trial.nodes), len(trial.lengths), len(trial.plans), len(FIGURES)
        figures = np.full(shape, np.nan)
        for row, number in enumerate(numbers):
            whole = self._grounds.future(number, False)
            for divided in sorted({bool(node.items) for node in trial.nodes}):
                future = self._grounds.future(number, divided, whole)
                for posture in range(len(trial.plans)):
                    figures[row, :, :, posture] = self._meet(future, divided, posture, figures[row, :, :, posture])
        return Weathered(tuple(numbers), figures)

    def _meet(self, future: Future, divided: bool, posture: int, figures: Floats) -> Floats:
        """Figures (nodes, lengths, figures) of one Future and posture, those of this kind of ground filled in."""
        trial, ground = self.trial, self._grounds.ground(divided, posture)
        base, demand = ground.live(future), ground.demand(future)
        for place, node in enumerate(trial.nodes):
            columns = ground.columns(node)
            if bool(node.items) != divided or not columns.size:
                continue
            for column, length in enumerate(trial.lengths):
                damage = _damage(ground, future, demand, base, node, columns, length, trial.rules)
                figures[place, column] = damage.figures
        return figures
