"""Select the best of several postures: those that fall behind are dropped, and only the others live on.

All postures live through the same Futures, stage by stage; who is dropped, and when, depends on the values alone and not
on how large a stage is (see `sim.statistics.selection`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.errors import UsageError, listing, near_miss
from sim.futures import draw
from sim.measures import BY_NAME
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.statistics.interval import Floats
from sim.statistics.selection import Elimination, Selection, Standing
from sim.statistics.skew import FEW
from sim.statistics.trust import cautions
from sim.studies.blame import Place, blamed
from sim.studies.montecarlo import spread, without_record, wordless
from sim.studies.workers import Cluster

#: replications a task
CHUNK = 5


@dataclass(frozen=True)
class Living:
    """Some postures under one weather, of which one measure is wanted."""

    scenario: Scenario
    weather: str
    plans: tuple[Plan, ...]
    seed: int
    measure: str

    def prepare(self) -> Runner:
        """Blueprints of the plans."""
        return Runner(self)


@dataclass(frozen=True)
class Lived:
    """Values of some replications.

    Attributes
    ----------
    numbers : replication numbers.
    values : (replications, postures).
    """

    numbers: tuple[int, ...]
    values: Floats


class Runner:
    """An errand with its blueprints, kept by a worker between tasks."""

    def __init__(self, errand: Living) -> None:
        from sim.world import Blueprint

        self.errand = errand
        self.under = errand.scenario.under(errand.weather)
        self.blueprints = [Blueprint(self.under, plan) for plan in errand.plans]

    def run(self, numbers: Sequence[int]) -> Lived:
        """Live some replications."""
        errand = self.errand
        values = np.empty((len(numbers), len(errand.plans)))
        with blamed(place := Place()):
            for row, number in enumerate(numbers):
                life = (errand.scenario.name, errand.weather, errand.seed, number)
                place.at(*life)
                future = draw(self.under, errand.seed, number)
                for column, (plan, blueprint) in enumerate(zip(errand.plans, self.blueprints, strict=True)):
                    place.at(*life, plan.posture)
                    outcome = made(self.under, plan.posture, blueprint.live(future))
                    values[row, column] = outcome.measures[errand.measure]
        return Lived(tuple(numbers), values)


@dataclass(frozen=True)
class Selected:
    """A selection that has ended, and what it rests on.

    Attributes
    ----------
    scenario, weather, plans, seed, measure : what was run.
    rules, standing : of the selection.
    values : for each posture (n,) of replications 0 … n - 1; those dropped have fewer.
    """

    scenario: Scenario
    weather: str
    plans: tuple[Plan, ...]
    seed: int
    measure: str
    rules: Selection
    standing: Standing
    values: dict[str, Floats]

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        """The weather, as of any study."""
        return (self.weather,)

    @property
    def numbers(self) -> tuple[int, ...]:
        """Replications that the best posture has lived."""
        return tuple(range(self.values[self.standing.best].size))

    @property
    def lived(self) -> int:
        """Lives of postures in all."""
        return sum(one.size for one in self.values.values())

    @property
    def spared(self) -> int:
        """Lives that dropping postures saved: to let all live as long as the best would have taken so many more."""
        return len(self.numbers) * len(self.plans) - self.lived

    @property
    def cautions(self) -> tuple[str, ...]:
        """Why its promise should be doubted: choices made early, and paired differences that are far from normal."""
        best, label = self.standing.best, BY_NAME[self.measure].label.lower()
        found: list[str] = []
        early = [one.name for one in self.standing.eliminated if one.at < FEW]
        if early:
            n = min(one.at for one in self.standing.eliminated)
            found.append(
                f"{listing(early)} dropped after {n} futures: what comes in up to {300 / n:.0f} % of futures may not have"
                " been seen by then; where that could change the choice, repeat with --first 50 or more"
            )
        for name in self.postures:
            if name == best:
                continue
            n = min(self.values[name].size, self.values[best].size)
            if n >= FEW:  # fewer say nothing of it
                gap = self.values[name][:n] - self.values[best][:n]
                found += cautions(gap, 0.95, f"{name} - {best} in {label}")
        return tuple(found)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each posture: the selected one, those still in, those dropped; of these the last, and nearest, first."""
        best = self.standing.best
        out = {one.name: one for one in self.standing.eliminated}
        rest = [name for name in self.standing.remaining if name != best]
        dropped = sorted(out, key=lambda name: (-out[name].at, abs(self._behind(name))))
        return [self._row(name, out.get(name)) for name in (best, *rest, *dropped)]

    @property
    def near(self) -> tuple[str, ...]:
        """Postures whose mean, over the futures they lived, is nearer to the best one's than the indifference."""
        near = (name for name in self.postures if abs(self._behind(name)) < self.rules.indifference)
        return tuple(name for name in near if name != self.standing.best)

    def _behind(self, name: str) -> float:
        """Mean difference to the best posture over the futures that both lived."""
        best = self.standing.best
        n = min(self.values[name].size, self.values[best].size)
        return float((self.values[name][:n] - self.values[best][:n]).mean())

    def _row(self, name: str, out: Elimination | None) -> dict[str, Any]:
        outcome = "eliminated" if out is not None else "selected" if name == self.standing.best else "still in"
        if outcome == "selected" and self.standing.capped:
            outcome = "best so far"
        return {
            "posture": name,
            "outcome": outcome,
            "replications": int(self.values[name].size),
            "mean": float(self.values[name].mean()),
            "difference_to_best": self._behind(name),
            "eliminated_at": "" if out is None else out.at,
            "eliminated_by": "" if out is None else out.by,
            "behind_by": "" if out is None else out.behind,
        }


def rules_of(
    plans: Sequence[Plan],
    measure: str,
    indifference: float,
    confidence: float = 0.95,
    first: int = 20,
    most: int = 5000,
) -> Selection:
    """The rules of a selection by a measure.

    Raises
    ------
    UsageError : there is no such measure, it has no better side, or the rules make no sense.
    """
    if measure not in BY_NAME:
        raise UsageError(f"measure {measure!r} is not known{near_miss(measure, BY_NAME)}")
    better = BY_NAME[measure].better
    if better == "neither":
        raise UsageError(
            f"measure {measure!r}: neither more nor less of it is better, so nothing can be selected by it"
        )
    names = tuple(plan.posture for plan in plans)
    return Selection(names, indifference, confidence, first, most, better == "higher")


def select(
    scenario: Scenario,
    plans: Sequence[Plan],
    indifference: float,
    measure: str = "total_cost",
    weather: str | None = None,
    seed: int = 1,
    jobs: int = 1,
    confidence: float = 0.95,
    first: int = 20,
    most: int = 5000,
    done: Callable[[int, Standing], None] | None = None,
    cluster: Cluster | None = None,
) -> Selected:
    """Select the best posture.

    Parameters
    ----------
    scenario : the business.
    plans : of the postures.
    indifference : the smallest difference that matters, in the measure's unit.
    measure : by which the best is the best.
    weather : one of the scenario's; its headline when left out.
    seed : of the study.
    jobs, cluster : see `sim.studies.montecarlo.spread`.
    confidence, first, most : see `sim.statistics.selection.Selection`.
    done : called after each stage with the replications so far and where the selection stands.

    Raises
    ------
    UsageError : see `rules_of`, `Selection.judge` and `sim.studies.montecarlo.spread`.
    ScenarioError, ModelError, PolicyError : see `sim.errors`.
    """
    if seed < 0:
        raise UsageError(f"seed {seed}: 0 or more is needed")
    rules = rules_of(plans, measure, indifference, confidence, first, most)
    weather = scenario.weather_names[0] if weather is None else weather
    bare = without_record(scenario)
    errand = Living(bare, weather, tuple(wordless(plan) for plan in plans), seed, measure)
    values: dict[str, Floats] = {name: np.empty(0) for name in rules.names}
    standing = rules.judge(values)
    while standing.next is not None:
        living = tuple(plan for plan in errand.plans if plan.posture in standing.remaining)
        have = values[living[0].posture].size
        stage = range(have, standing.next)
        pieces = sorted(
            spread(replace(errand, plans=living), stage, jobs, CHUNK, cluster=cluster), key=lambda piece: piece.numbers
        )
        fresh = np.concatenate([piece.values for piece in pieces])
        for column, plan in enumerate(living):
            values[plan.posture] = np.concatenate([values[plan.posture], fresh[:, column]])
        standing = rules.judge(values)
        if done is not None:
            done(stage.stop, standing)
    return Selected(scenario, weather, tuple(plans), seed, measure, rules, standing, values)
