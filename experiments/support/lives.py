"""Many businesses and plans on the same Futures, and whatever an experiment wants to read from each life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future, draw, ingredients
from sim.outcome import Outcome, made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.montecarlo import spread, without_record, wordless

Floats = NDArray[np.float64]
#: reads numbers from one life; a function at the top level of its module, so that workers find it
Look = Callable[[Outcome, Future], Sequence[float]]


@dataclass(frozen=True)
class Case:
    """One business as it is under one weather (`scenario.under(weather)`), and the plans that live through it.

    Attributes
    ----------
    label : which, for messages.
    scenario, plans : what lives.
    """

    label: str
    scenario: Scenario
    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Seen:
    """What was read of some replications: values is (replications, cases, plans, numbers)."""

    numbers: tuple[int, ...]
    values: Floats


@dataclass(frozen=True)
class Errand:
    """What a worker is sent."""

    cases: tuple[Case, ...]
    seed: int
    look: Look
    series: bool

    def prepare(self) -> Ready:
        """Blueprints of all lives."""
        return Ready(self)


class Ready:
    """The errand with its blueprints."""

    def __init__(self, errand: Errand) -> None:
        from sim.world import Blueprint

        self.errand = errand
        self.blueprints = [[Blueprint(case.scenario, plan) for plan in case.plans] for case in errand.cases]
        known: dict[str, list[object]] = {}
        self.parts = [
            {name: _place(one, known.setdefault(name, [])) for name, one in ingredients(case.scenario).items()}
            for case in errand.cases
        ]

    def run(self, numbers: Sequence[int]) -> Seen:
        """Live some replications."""
        errand = self.errand
        rows = []
        for number in numbers:
            drawn: dict[tuple[str, int], object] = {}
            row = []
            for case, blueprints, parts in zip(errand.cases, self.blueprints, self.parts, strict=True):
                there = {name: drawn[name, mark] for name, mark in parts.items() if (name, mark) in drawn}
                future = draw(case.scenario, errand.seed, number, there)
                drawn.update({(name, mark): there[name] for name, mark in parts.items()})
                looked = []
                for plan, blueprint in zip(case.plans, blueprints, strict=True):
                    outcome = made(case.scenario, plan.posture, blueprint.live(future, errand.series))
                    looked.append(list(errand.look(outcome, future)))
                row.append(looked)
            rows.append(row)
        return Seen(tuple(numbers), np.array(rows, dtype=float))


def _place(one: object, pool: list[object]) -> int:
    from sim.studies.variants import alike

    for place, other in enumerate(pool):
        if alike(one, other):
            return place
    pool.append(one)
    return len(pool) - 1


def lives(
    cases: Sequence[Case], look: Look, replications: int, seed: int = 1, jobs: int = 1, series: bool = False
) -> Floats:
    """What `look` reads of every life: (replications, cases, plans, numbers), in order of replication number.

    All cases and plans of a replication live through the same Future (common random numbers by name): what a case does
    not change is drawn alike.

    Parameters
    ----------
    cases : all with the same number of plans.
    look : reads a fixed number of numbers from (outcome, future); a function at the top level of its module.
    replications, seed, jobs : as in `sim.compare`.
    series : keep value by day in the ledger (`SiteLedger.series`).
    """
    lean = tuple(
        replace(case, scenario=without_record(case.scenario), plans=tuple(wordless(plan) for plan in case.plans))
        for case in cases
    )
    found = list(spread(Errand(lean, seed, look, series), range(replications), jobs))
    order = np.argsort(np.concatenate([np.asarray(piece.numbers) for piece in found]), kind="stable")
    values: Floats = np.concatenate([piece.values for piece in found])[order]
    return values
