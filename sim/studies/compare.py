"""Compare postures on the same Futures: what each costs in carrying stock, and what it loses in stockouts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.measures import BY_NAME, HEADLINE, MEASURES
from sim.plan import Plan
from sim.postures import Posture, plan_named
from sim.scenario import Scenario
from sim.statistics.multiplicity import pairs
from sim.studies.montecarlo import Chunk, Job, replicate
from sim.studies.statistics import Interval, Pair, interval, paired

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Postures × weathers × replications, and what they say.

    Attributes
    ----------
    scenario, weathers, plans, seed : what was run.
    numbers : replication numbers, ascending.
    measures : (replications, weathers, postures, measures), measures in the order of `sim.measures.MEASURES`.
    around : (replications, weathers, postures, 3, days) daily value around the first incident.
    level : confidence of each interval. A study that was looked at before its end has a higher one, so that its intervals
        hold with 95 % at all looks together (`sim.statistics.looks`).
    """

    scenario: Scenario
    weathers: tuple[str, ...]
    plans: tuple[Plan, ...]
    seed: int
    numbers: tuple[int, ...]
    measures: Floats
    around: NDArray[np.float32]
    level: float = 0.95

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    def values(self, weather: str, name: str, measure: str) -> Floats:
        """(replications,) values of one measure of one posture under one weather."""
        place = [m.name for m in MEASURES].index(measure)
        return self.measures[:, self.weathers.index(weather), self.postures.index(name), place]

    def interval(self, weather: str, name: str, measure: str) -> Interval:
        """Mean and 95 % interval."""
        found = BY_NAME[measure]
        return interval(self.values(weather, name, measure), self.level, found.share, found.yes_no)

    def pair(self, weather: str, a: str, b: str, measure: str) -> Pair:
        """Posture a against posture b, Future by Future."""
        first, second = (self.values(weather, name, measure) for name in (a, b))
        return paired(first, second, BY_NAME[measure].better, self.level)

    def together(self, weather: str, measure: str) -> dict[tuple[str, str], Interval]:
        """Intervals of a - b for all pairs of postures, which hold all at once (Bonferroni)."""
        return pairs({name: self.values(weather, name, measure) for name in self.postures}, self.level)

    def document(self, weather: str) -> dict[str, Any]:
        """Postures and pairs of one weather as plain data.

        Beside its own interval (low to high), each pair has one that holds for all pairs of the weather together.
        """
        together = {m.name: self.together(weather, m.name) for m in MEASURES}
        return {
            "postures": {
                name: {m.name: _told(self.interval(weather, name, m.name)) for m in MEASURES} for name in self.postures
            },
            "pairs": [
                {
                    "a": a,
                    "b": b,
                    "measure": m.name,
                    **_told_pair(self.pair(weather, a, b, m.name), together[m.name][a, b]),
                }
                for a, b in combinations(self.postures, 2)
                for m in MEASURES
            ],
        }

    def ranking(self, weather: str, measure: str = "total_cost") -> list[str]:
        """Postures from best to worst mean."""
        better = BY_NAME[measure].better
        sign = -1.0 if better == "higher" else 1.0
        return sorted(self.postures, key=lambda name: sign * self.interval(weather, name, measure).mean)

    @property
    def level_of_all_pairs(self) -> float:
        """Confidence of one pair's interval at which those of all pairs of postures hold together (Bonferroni)."""
        return 1 - (1 - self.level) / max(math.comb(len(self.postures), 2), 1)

    def certain(self, weather: str, measure: str = "total_cost") -> bool:
        """Whether every step of the ranking is clear of zero when all pairs are looked at together.

        The steps are chosen by the data, so Bonferroni is over all pairs. Pairs further apart are mostly clear then too, but
        need not be: each has a spread of its own.
        """
        together = self.together(weather, measure)
        for step in pairwise(self.ranking(weather, measure)):
            found = together[step] if step in together else together[step[::-1]]
            if not (found.low > 0 or found.high < 0):
                return False
        return True


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _told(one: Interval) -> dict[str, float | int | None]:
    return {"mean": _number(one.mean), "low": _number(one.low), "high": _number(one.high), "n": one.n}


def _told_pair(one: Pair, all_together: Interval) -> dict[str, Any]:
    return {
        **_told(one.difference),
        "low_all_pairs": _number(all_together.low),
        "high_all_pairs": _number(all_together.high),
        "p_a_better": _number(one.p_a_better),
        "correlation": _number(one.correlation),
        "variance_reduction": _number(one.variance_reduction),
    }


def plans_of(
    scenario: Scenario, postures: Sequence[str | Path | Posture | Plan], trust: bool = False
) -> tuple[Plan, ...]:
    """Plans of postures given as names, files, objects, or as plans already.

    Raises
    ------
    UsageError : two of them carry the same name, or there is none.
    """
    made = []
    for one in postures:
        if isinstance(one, Plan):
            made.append(one)
        elif isinstance(one, Posture):
            made.append(one.plan(scenario, trust=trust))
        else:
            made.append(plan_named(one, scenario, trust=trust))
    names = [plan.posture for plan in made]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"two postures are called {twice[0]!r}: give one a name of its own (name = …)")
    if not made:
        raise UsageError("no postures to compare")
    return tuple(made)


def weathers_of(scenario: Scenario, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """Weathers to show: those wanted, or all of the scenario, headline first."""
    names = tuple(wanted) if wanted else scenario.weather_names
    for name in names:
        scenario.under(name)
    return names


def gather(job: Job, found: Sequence[Chunk]) -> Comparison:
    """Put chunks together in order of replication number."""
    numbers = np.concatenate([np.asarray(chunk.numbers, dtype=int) for chunk in found])
    order = np.argsort(numbers, kind="stable")
    return Comparison(
        scenario=job.scenario,
        weathers=job.weathers,
        plans=job.plans,
        seed=job.seed,
        numbers=tuple(numbers[order].tolist()),
        measures=np.concatenate([chunk.measures for chunk in found])[order],
        around=np.concatenate([chunk.around for chunk in found])[order],
    )


def compare(
    scenario: Scenario,
    postures: Sequence[str | Path | Posture | Plan] = ("jit", "jic", "hybrid"),
    replications: int = 100,
    seed: int = 1,
    jobs: int = 1,
    weathers: Sequence[str] | None = None,
    trust: bool = False,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
    keep: Callable[[Chunk], None] | None = None,
) -> Comparison:
    """Let postures live through the same Futures.

    Parameters
    ----------
    scenario : the business.
    postures : names, files, `Posture` or `Plan` objects.
    replications : how many Futures, numbered from 0.
    seed : seed of the study.
    jobs : worker processes; -1 for all processors.
    weathers : which of the scenario's weathers; all when left out.
    trust : allow policies that are the user's own code.
    chunk, done, keep : pace, progress, and a place for finished chunks (see `sim.studies.montecarlo.replicate`).

    Raises
    ------
    UsageError, ScenarioError, ModelError, PolicyError : see `sim.errors`.
    """
    if seed < 0:
        raise UsageError(f"seed {seed}: 0 or more is needed")
    job = Job(scenario, weathers_of(scenario, weathers), plans_of(scenario, postures, trust), seed)
    found = []
    for piece in replicate(job, replications, jobs, chunk, done):
        found.append(piece)
        if keep is not None:
            keep(piece)
    return gather(job, found)


__all__ = ["HEADLINE", "Comparison", "compare", "gather", "plans_of", "weathers_of"]
