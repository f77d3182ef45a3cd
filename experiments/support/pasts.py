"""Lives in which each replication has a past of its own, on which plans are made anew: no verdict hangs on one history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from experiments.support.lives import Case, Floats, Look, Seen
from sim.chance import generator
from sim.futures import Future, draw
from sim.outcome import made
from sim.scenario import Scenario
from sim.studies.montecarlo import spread

#: makes the cases of one replication from (seed, replication number); a function at the top level of its module
Make = Callable[[int, int], Sequence[Case]]


@dataclass(frozen=True)
class Errand:
    """What a worker is sent."""

    make: Make
    look: Look
    seed: int

    def prepare(self) -> Ready:
        """Nothing is shared between replications."""
        return Ready(self)


@dataclass(frozen=True)
class Ready:
    """Lives some replications."""

    errand: Errand

    def run(self, numbers: Sequence[int]) -> Seen:
        """Make the cases of each replication and live through them."""
        from sim.world import Blueprint

        errand, rows = self.errand, []
        for number in numbers:
            row = []
            for case in errand.make(errand.seed, number):
                future = draw(case.scenario, errand.seed, number)
                row.append(
                    [
                        list(
                            errand.look(
                                made(case.scenario, plan.posture, Blueprint(case.scenario, plan).live(future)), future
                            )
                        )
                        for plan in case.plans
                    ]
                )
            rows.append(row)
        return Seen(tuple(numbers), np.array(rows, dtype=float))


def lives(make: Make, look: Look, replications: int, seed: int = 1, jobs: int = 1) -> Floats:
    """What `look` reads of every life: (replications, cases, plans, numbers), in order of replication number.

    Parameters
    ----------
    make : the cases of one replication, all replications alike in number of cases and plans.
    look, replications, seed, jobs : as in `experiments.support.lives`.
    """
    found = list(spread(Errand(make, look, seed), range(replications), jobs))
    order = np.argsort(np.concatenate([np.asarray(piece.numbers) for piece in found]), kind="stable")
    values: Floats = np.concatenate([piece.values for piece in found])[order]
    return values


def past_of(scenario: Scenario, days: int, seed: int, number: int) -> Future:
    """A future of the same business without disruptions that stands for its past: days 0 to `days` of it are history.

    Its seed is drawn from the study's, so that past and future of a replication are independent. Seasons keep their
    phase where `days` is a whole number of their periods.
    """
    other = int(generator(seed, number, "past").integers(2**31))
    calm = replace(scenario, horizon=days, warm_up=0, disruptions=(), weathers={}, record=None, delivered=None)
    return draw(calm, other, number)
