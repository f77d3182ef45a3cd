"""Replications of several postures under several weathers, in parallel: the only module that imports joblib.

Every posture and weather of one replication lives through the same luck in the same task, so results do not depend on
the number of jobs, the size of chunks, or the order in which they finish.
"""

from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.disruptions.effects import idle, only_money
from sim.errors import UsageError
from sim.futures import Future, draw, draw_incidents
from sim.measures import MEASURES
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: days shown before and after the first incident
BEFORE, AFTER = 30, 150
SERIES = ("on_hand", "waiting", "short")
#: what a plan says to people, of no use to a worker
WORDS = (
    *("reason", "segment", "target", "formula", "inputs", "warning"),
    *("decided", "next_review", "owner", "approver"),
)


class Numbered(Protocol):
    """Results that know which replications they are of."""

    @property
    def numbers(self) -> tuple[int, ...]: ...


Result = TypeVar("Result", bound=Numbered)
Made = TypeVar("Made", bound=Numbered, covariant=True)


class Runner(Protocol[Made]):
    """What a worker keeps between pieces of work: it lives some replications."""

    def run(self, numbers: Sequence[int]) -> Made: ...


class Errand(Protocol[Made]):
    """Work over replications: a value that can be sent to a worker and made ready there, once."""

    def prepare(self) -> Runner[Made]: ...


@dataclass(frozen=True)
class Job:
    """What every task needs: the scenario, the weathers, the plans, the seed."""

    scenario: Scenario
    weathers: tuple[str, ...]
    plans: tuple[Plan, ...]
    seed: int

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
    around : (replications, weathers, postures, 3, days) value on hand, waiting and not served by day around the first
        incident; NaN outside the horizon or where nothing happens.
    """

    numbers: tuple[int, ...]
    measures: Floats
    around: NDArray[np.float32]


class Prepared:
    """A job with its blueprints, kept by a worker between tasks."""

    def __init__(self, job: Job) -> None:
        from sim.world import Blueprint

        self.job = job
        self.under = [job.scenario.under(weather) for weather in job.weathers]
        self.blueprints = [[Blueprint(scenario, plan) for plan in job.plans] for scenario in self.under]

    def run(self, numbers: Sequence[int]) -> Chunk:
        """Live some replications."""
        job = self.job
        shape = (len(numbers), len(job.weathers), len(job.plans))
        measures = np.full((*shape, len(MEASURES)), np.nan)
        around = np.full((*shape, len(SERIES), BEFORE + AFTER), np.nan, dtype=np.float32)
        for row, number in enumerate(numbers):
            base: Future | None = None
            for column, scenario in enumerate(self.under):
                if base is None:
                    future = base = draw(scenario, job.seed, number)
                else:
                    future = base.with_incidents(draw_incidents(scenario, job.seed, number))
                for place, plan in enumerate(job.plans):
                    ledger = self.blueprints[column][place].live(future, series=True)
                    outcome = made(scenario, plan.posture, ledger)
                    measures[row, column, place] = [outcome.measures[measure.name] for measure in MEASURES]
                    around[row, column, place] = _window(ledger.sites, future)
        return Chunk(tuple(numbers), measures, around)


def first_incident(incidents: Iterable[Incident], end: float) -> Incident | None:
    """The first incident of the horizon that can move stock; of those that begin together, the longest.

    Where none can, the first that changes prices.
    """
    there = [one for one in incidents if 0 <= one.begins < end and one.happens and not idle(one)]
    return min(there, key=lambda one: (only_money(one), one.begins, -one.end), default=None)


def _window(sites: object, future: Future) -> NDArray[np.float32]:
    """Series of all warehouses together, re-based to the start of the first incident of the horizon."""
    found = np.full((len(SERIES), BEFORE + AFTER), np.nan, dtype=np.float32)
    first_one = first_incident(future.incidents, future.end)
    if first_one is None:
        return found
    zero = int(np.ceil(first_one.begins))
    for row, name in enumerate(SERIES):
        daily = [site.series[name] for site in sites.values() if site.step == 1.0 and name in site.series]  # type: ignore[attr-defined]
        if not daily:
            return found
        total = np.sum(daily, axis=0)
        first, last = max(zero - BEFORE, 0), min(zero + AFTER, total.size)
        found[row, first - zero + BEFORE : last - zero + BEFORE] = total[first:last]
    return found


@lru_cache(maxsize=2)
def _prepared(packed: bytes) -> Runner[Any]:
    import pickle

    errand: Errand[Any] = pickle.loads(packed)
    return errand.prepare()


def _task(packed: bytes, numbers: tuple[int, ...]) -> Any:
    return _prepared(packed).run(numbers)


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


def chunks(count: int, jobs: int, most: int = 25) -> list[tuple[int, ...]]:
    """Replication numbers 0 … count - 1 in pieces, small enough to keep all jobs busy to the end."""
    size = max(1, min(most, count // (16 * max(jobs, 1)) or 1))
    return pieces(range(count), size)


def pieces(numbers: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Replication numbers in pieces of this size."""
    return [tuple(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def replicate(
    job: Job, count: int, jobs: int = 1, chunk: int | None = None, done: Callable[[int], None] | None = None
) -> Iterator[Chunk]:
    """Results of replications 0 … count - 1, in any order of completion.

    Parameters
    ----------
    job : what to run.
    count : replications, at least 1.
    jobs : worker processes; -1 for all processors, 1 for none.
    chunk : replications a task; chosen when left out. It changes nothing but the pace.
    done : called with the number of replications finished since the last call.

    Raises
    ------
    UsageError : no replications, or no jobs.
    """
    yield from spread(lean(job), range(count), jobs, chunk, done)


def workers_of(jobs: int) -> int:
    """How many worker processes are meant.

    Raises
    ------
    UsageError : none.
    """
    if jobs == 0 or jobs < -1:
        raise UsageError(f"{jobs} jobs: 1 or more, or -1 for all processors")
    return (os.cpu_count() or 1) if jobs == -1 else jobs


def spread(
    errand: Errand[Result],
    numbers: Sequence[int],
    jobs: int = 1,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Iterator[Result]:
    """Results of an errand for these replication numbers, piece by piece, in any order of completion.

    Parameters
    ----------
    errand : what to run; a worker prepares it once.
    numbers : replication numbers, at least one.
    jobs, chunk, done : see `replicate`.

    Raises
    ------
    UsageError : no replications, or no jobs.
    """
    if len(numbers) < 1:
        raise UsageError(f"{len(numbers)} replications: at least 1 is needed")
    workers = workers_of(jobs)
    size = len(chunks(len(numbers), workers)[0]) if chunk is None else chunk
    parts = pieces(numbers, size)
    if workers == 1 or len(parts) == 1:
        prepared = errand.prepare()
        for part in parts:
            yield _told(prepared.run(part), done)
        return
    import cloudpickle
    from joblib import Parallel, delayed

    packed = cloudpickle.dumps(errand)
    parallel = Parallel(n_jobs=workers, return_as="generator_unordered", batch_size=1, pre_dispatch="3*n_jobs")
    with _deaf():
        running = parallel(delayed(_task)(packed, part) for part in parts)
    numbers_of_workers = _workers()
    try:
        for found in running:
            yield _told(found, done)
    except (KeyboardInterrupt, GeneratorExit):
        for (
            number
        ) in numbers_of_workers:  # one that was busy may outlive the interruption, and hold the terminal's pipes
            with suppress(OSError):
                os.kill(number, signal.SIGKILL)
        raise


def _workers() -> list[int]:
    """Numbers of the worker processes there are."""
    from joblib.externals.loky import reusable_executor

    processes = getattr(reusable_executor._executor, "_processes", None) or {}
    return [process.pid for process in list(processes.values()) if process.pid]


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C waits until this is over, and worker processes begun meanwhile do not hear it at all.

    A terminal sends it to the whole group; a worker that is still loading its modules would answer with a traceback.
    The process that began them ends them.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # it lets Ctrl-C through again where it is first started, so start it before
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _told(result: Result, done: Callable[[int], None] | None) -> Result:
    if done is not None:
        done(len(result.numbers))
    return result
