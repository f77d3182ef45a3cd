"""Replications of several postures under several weathers: what is run, wherever it is run (see `sim.studies.workers`).

Every posture and weather of one replication lives through the same luck in the same task, so results do not depend on
the number of jobs, the size of chunks, or the order in which they finish.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.disruptions.effects import idle, only_money
from sim.futures import Future, draw, draw_incidents
from sim.ledger import SiteLedger
from sim.measures import MEASURES
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.blame import Place, blamed
from sim.studies.per_item import FIGURES, lines, per_item
from sim.studies.reduction import Piece, folded
from sim.studies.workers import Cluster, chunks, pieces, spread, workers_of

__all__ = ["chunks", "pieces", "replicate", "spread", "workers_of"]

Floats = NDArray[np.float64]
#: days shown before and after the first incident
BEFORE, AFTER = 30, 150
#: replications whose days around the first incident are kept, for the figure
AROUND = 512
#: replications of one part file, and of the largest piece that a worker reduces; a power of two
PART = 128
KEEPS = ("items", "trace")
SERIES = ("on_hand", "waiting", "short")
#: what a plan says to people, of no use to a worker
WORDS = (
    *("reason", "segment", "target", "formula", "inputs", "warning"),
    *("decided", "next_review", "owner", "approver"),
)


@dataclass(frozen=True)
class Job:
    """What every task needs: the scenario, the weathers, the plans, the seed.

    Attributes
    ----------
    keep : what is kept of each replication beside its measures, of `KEEPS`: ``items``, a row for each item; ``trace``,
        value by day.
    """

    scenario: Scenario
    weathers: tuple[str, ...]
    plans: tuple[Plan, ...]
    seed: int
    keep: tuple[str, ...] = ()

    def prepare(self) -> Prepared:
        """Blueprints of all plans under all weathers."""
        return Prepared(self)


@dataclass(frozen=True)
class Chunk:
    """Results of some replications.

    Attributes
    ----------
    numbers : replication numbers.
    measures : (replications, weathers, postures, measures).
    around : (replications below `AROUND`, weathers, postures, 3, days) value on hand, waiting and not served by day
        around the first incident; NaN outside the horizon or where nothing happens.
    pieces : mean and spread over replications of (weathers, postures, lines, figures), see `sim.studies.per_item`.
    items : (replications, weathers, postures, lines, figures) where every replication's are kept.
    trace : (replications, weathers, postures, 3, days) value by day of the horizon where it is kept.
    """

    numbers: tuple[int, ...]
    measures: Floats
    around: NDArray[np.float32]
    pieces: tuple[Piece, ...] = ()
    items: Floats | None = None
    trace: NDArray[np.float32] | None = None


class Prepared:
    """A job with its blueprints, kept by a worker between tasks."""

    def __init__(self, job: Job) -> None:
        from sim.world import Blueprint

        self.job = job
        self.under = [job.scenario.under(weather) for weather in job.weathers]
        self.blueprints = [[Blueprint(scenario, plan) for plan in job.plans] for scenario in self.under]

    def run(self, numbers: Sequence[int]) -> Chunk:
        """Live some replications."""
        with blamed(place := Place()):
            return self._run(numbers, place)

    def _run(self, numbers: Sequence[int], at: Place) -> Chunk:
        job = self.job
        shape = (len(numbers), len(job.weathers), len(job.plans))
        measures = np.full((*shape, len(MEASURES)), np.nan)
        early = sum(number < AROUND for number in numbers)
        around = np.full((early, *shape[1:], len(SERIES), BEFORE + AFTER), np.nan, dtype=np.float32)
        items = np.zeros((*shape, len(lines(job.scenario)), len(FIGURES)))
        days = job.scenario.horizon if "trace" in job.keep else 0
        trace = np.full((*shape, len(SERIES), days), np.nan, dtype=np.float32)
        for row, number in enumerate(numbers):
            base: Future | None = None
            for column, scenario in enumerate(self.under):
                life = (scenario.name, job.weathers[column], job.seed, number)
                at.at(*life)
                if base is None:
                    future = base = draw(scenario, job.seed, number)
                else:
                    future = base.with_incidents(draw_incidents(scenario, job.seed, number))
                for place, plan in enumerate(job.plans):
                    at.at(*life, plan.posture)
                    ledger = self.blueprints[column][place].live(future, series=True)
                    outcome = made(scenario, plan.posture, ledger)
                    measures[row, column, place] = [outcome.measures[measure.name] for measure in MEASURES]
                    items[row, column, place] = per_item(scenario, ledger)
                    if number < AROUND:
                        around[row, column, place] = _window(ledger.sites, future)
                    if days and (daily := _daily(ledger.sites)) is not None:
                        trace[row, column, place] = daily
        return Chunk(
            tuple(numbers),
            measures,
            around,
            tuple(folded(numbers, items, PART)),
            items if "items" in job.keep else None,
            trace if days else None,
        )


def first_incident(incidents: Iterable[Incident], end: float) -> Incident | None:
    """The first incident of the horizon that can move stock; of those that begin together, the longest.

    Where none can, the first that changes prices.
    """
    there = [one for one in incidents if 0 <= one.begins < end and one.happens and not idle(one)]
    return min(there, key=lambda one: (only_money(one), one.begins, -one.end), default=None)


def _window(sites: Mapping[str, SiteLedger], future: Future) -> NDArray[np.float32]:
    """Series of all warehouses together, re-based to the start of the first incident of the horizon."""
    found = np.full((len(SERIES), BEFORE + AFTER), np.nan, dtype=np.float32)
    first_one = first_incident(future.incidents, future.end)
    daily = _daily(sites)
    if first_one is None or daily is None:
        return found
    zero = int(np.ceil(first_one.begins))
    first, last = max(zero - BEFORE, 0), min(zero + AFTER, daily.shape[1])
    found[:, first - zero + BEFORE : last - zero + BEFORE] = daily[:, first:last]
    return found


def _daily(sites: Mapping[str, SiteLedger]) -> Floats | None:
    """(3, days) series of all warehouses with daily demand together; None where there is none."""
    there = [site for site in sites.values() if site.step == 1.0 and all(name in site.series for name in SERIES)]
    if not there:
        return None
    return np.stack([np.sum([site.series[name] for site in there], axis=0) for name in SERIES])


def lean(job: Job) -> Job:
    """The job without what workers do not need: reasons, and history where no demand is taken from it."""
    plans = tuple(wordless(plan) for plan in job.plans)
    return dataclasses.replace(job, scenario=without_record(job.scenario), plans=plans)


def without_record(scenario: Scenario) -> Scenario:
    """The scenario without its records of deliveries, and without its history where no demand is taken from it."""
    scenario = dataclasses.replace(scenario, delivered=None)
    if any(stream.model in ("replay", "bootstrap") for stream in scenario.demand):
        return scenario
    return dataclasses.replace(scenario, record=None)


def wordless(plan: Plan) -> Plan:
    """The plan without what it says to people."""
    bare: dict[str, Any] = {**dict.fromkeys(WORDS, ""), "changes": ()}
    return dataclasses.replace(plan, lines=tuple(dataclasses.replace(line, **bare) for line in plan.lines))


def replicate(
    job: Job,
    count: int,
    jobs: int = 1,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
    cluster: Cluster | None = None,
) -> Iterator[Chunk]:
    """Results of replications 0 … count - 1, in any order of completion.

    Parameters
    ----------
    job : what to run.
    count : replications, at least 1.
    jobs : worker processes; -1 for all processors, 1 for none.
    chunk : replications a task; chosen when left out. It changes nothing but the pace.
    done : called with the number of replications finished since the last call.
    cluster : where to run instead of here.

    Raises
    ------
    UsageError : no replications, or no jobs; see `sim.studies.workers.spread`.
    """
    yield from spread(lean(job), range(count), jobs, chunk, done, cluster)
