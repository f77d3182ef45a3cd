"""Live the replications of a comparison that are missing: a given number, or as many as a precision needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_miss
from sim.measures import BY_NAME, MEASURES
from sim.statistics.looks import Decision, Precision
from sim.studies.montecarlo import Chunk, Job, lean, spread

Floats = NDArray[np.float64]


class Kept(Protocol):
    """Where finished replications are kept."""

    @property
    def finished(self) -> set[int]: ...
    @property
    def prefix(self) -> int: ...
    def add(self, chunk: Chunk) -> None: ...
    def measures(self) -> Any: ...


@dataclass(frozen=True)
class Watched:
    """What a precision is asked of.

    Attributes
    ----------
    measure : name.
    between : two postures whose difference is meant; each posture's own mean where None.
    """

    measure: str = "total_cost"
    between: tuple[str, str] | None = None

    def check(self, postures: Sequence[str]) -> None:
        """Raise a UsageError where it names what is not there."""
        if self.measure not in BY_NAME:
            raise UsageError(f"--measure {self.measure!r}: there is no such measure{near_miss(self.measure, BY_NAME)}")
        for name in self.between or ():
            if name not in postures:
                raise UsageError(f"--between: {name!r} is no posture of this run{near_miss(name, postures)}")
        if self.between is not None and (len(self.between) != 2 or len(set(self.between)) != 2):
            raise UsageError("--between names two postures, for example hybrid,jit")

    def series(self, job: Job, measures: Any, count: int) -> list[tuple[str, Floats, Floats | None]]:
        """What is watched, by name: values of the first `count` replications, and those a half-width is relative to.

        The headline weather counts, or the first of those that are run.
        """
        postures = [plan.posture for plan in job.plans]
        place = [measure.name for measure in MEASURES].index(self.measure)

        def values(name: str) -> Floats:
            return np.asarray(measures[slice(0, count), 0, postures.index(name), place])

        if self.between is None:
            return [(name, values(name), None) for name in postures]
        a, b = self.between
        return [(f"{a} - {b}", values(a) - values(b), values(b))]


@dataclass(frozen=True)
class Reached:
    """How precisely something is known when a survey stops.

    Attributes
    ----------
    what : a posture, or a difference ``a - b``.
    decision : at the last look.
    """

    what: str
    decision: Decision


def survey(
    job: Job,
    kept: Kept,
    count: int,
    jobs: int = 1,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
    **how: Any,
) -> None:
    """Live those of replications 0 … count - 1 that are not kept yet.

    Parameters
    ----------
    job, count : what to run.
    kept : what is finished; each new chunk is added to it.
    jobs, chunk, done, how : see `sim.studies.montecarlo.spread`.
    """
    there = kept.finished
    missing = [number for number in range(count) if number not in there]
    if missing:
        for piece in spread(lean(job), missing, jobs, chunk, done, **how):
            kept.add(piece)


def survey_until(
    job: Job,
    kept: Kept,
    rule: Precision,
    watched: Watched,
    pace: Callable[[int], int | None] = lambda _: None,
    jobs: int = 1,
    done: Callable[[int], None] | None = None,
    expect: Callable[[int], None] = lambda _: None,
    **how: Any,
) -> list[Reached]:
    """Live replications from look to look until what is watched is known precisely enough, or the cap is reached.

    Looks, decisions and the number of replications depend on the scenario and the seed alone: not on jobs, chunks, or
    on how often the survey was interrupted. Only the prefix of replications without gap is looked at.

    Parameters
    ----------
    rule : how precise, from when on, and the cap.
    watched : what.
    pace : replications a task for a stage of so many.
    expect : told after each look how many replications will be needed, by what is known then.
    """
    count = rule.first
    while True:
        survey(job, kept, count, jobs, pace(count), done, **how)
        measure = BY_NAME[watched.measure]
        kinds = (measure.share, measure.yes_no) if watched.between is None else (False, False)
        found = [
            Reached(what, rule.decide(values, scale, *kinds))
            for what, values, scale in watched.series(job, kept.measures(), count)
        ]
        following = [one.decision.next for one in found if one.decision.next is not None]
        if not following:
            return found
        count = max(following)
        expect(max(count, *(one.decision.expected or 0 for one in found)))
