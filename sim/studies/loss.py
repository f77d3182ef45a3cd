"""The loss of a year: what disruptions cost, posture by posture, in the same futures with and without them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.errors import UsageError, listing
from sim.futures import draw, draw_incidents
from sim.outcome import made
from sim.plan import Plan
from sim.postures import Posture
from sim.scenario import Scenario
from sim.strata import Strata, strata_of
from sim.studies.compare import plans_of, weathers_of
from sim.studies.loss_sample import Against, Sample, against
from sim.studies.montecarlo import spread, without_record, wordless
from sim.studies.statistics import Interval, interval

Floats = NDArray[np.float64]
YEAR = 365


@dataclass(frozen=True)
class LossJob:
    """What every task needs: one year of one weather, the plans, the seed, the strata.

    Attributes
    ----------
    certain : nothing but incidents is left to chance, so the year without them is the same in every future and is lived
        once; whoever says so vouches for it.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    seed: int
    strata: Strata
    certain: bool = False

    def prepare(self) -> LossPrepared:
        """Blueprints of all plans."""
        return LossPrepared(self)


@dataclass(frozen=True)
class LossChunk:
    """Losses of some years.

    Attributes
    ----------
    numbers : replication numbers.
    losses : (years, postures) cost with incidents less cost without, money in the year.
    calm : (years, postures) cost without, NaN where the year has no incident and was not lived.
    """

    numbers: tuple[int, ...]
    losses: Floats
    calm: Floats


class LossPrepared:
    """A job with its blueprints, kept by a worker between tasks."""

    def __init__(self, job: LossJob) -> None:
        from sim.world import Blueprint

        self.job = job
        self.scale = job.scenario.horizon / YEAR
        self.bare = dataclasses.replace(job.scenario, disruptions=(), weathers={}, headline=None)
        self.blueprints = [Blueprint(job.scenario, plan) for plan in job.plans]
        self.once: list[float] | None = None

    def run(self, numbers: Sequence[int]) -> LossChunk:
        """Live some years."""
        shape = len(numbers), len(self.job.plans)
        losses, calm = np.zeros(shape), np.full(shape, np.nan)
        for row, number in enumerate(numbers):
            incidents = self.befalls(number)
            if any(touches(one, self.job.scenario.horizon) for one in incidents):
                losses[row], calm[row] = self.live(number, incidents)
        return LossChunk(tuple(numbers), losses, calm)

    def befalls(self, number: int) -> tuple[Incident, ...]:
        """Incidents of one replication, its stratum given."""
        job = self.job
        return draw_incidents(job.scenario, job.seed, number, job.strata.counts(job.seed, number))

    def live(self, number: int, incidents: tuple[Incident, ...]) -> tuple[list[float], list[float]]:
        """Losses and costs without incidents of one year, posture by posture."""
        job = self.job
        calm = draw(self.bare, job.seed, number)
        struck = calm.with_incidents(incidents)
        without = self.once
        if without is None:
            without = [self._cost(place, calm) for place in range(len(job.plans))]
            self.once = without if job.certain else None
        losses = [self._cost(place, struck) - before for place, before in enumerate(without)]
        return losses, without

    def _cost(self, place: int, future: Any) -> float:
        """Total cost of one posture in the year, not scaled to 365 days."""
        job = self.job
        ledger = self.blueprints[place].live(future)
        return made(job.scenario, job.plans[place].posture, ledger).measures["total_cost"] * self.scale


def touches(incident: Incident, end: float) -> bool:
    """Whether an incident can be felt before a day: it happens, and is on or known of by then."""
    return incident.happens and incident.begins - incident.notice < end


def one_year(scenario: Scenario) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario with the year from day 0 as its horizon, and what is to be said of that.

    A longer horizon is cut to 365 days: the worst year in twenty is not the worst two years in twenty. A shorter one stays,
    and the loss is that of its days.
    """
    if scenario.horizon == YEAR:
        return scenario, ()
    if scenario.horizon < YEAR:
        return scenario, (f"the horizon is {scenario.horizon} days: losses are those of {scenario.horizon} days",)
    cut = dataclasses.replace(scenario, horizon=YEAR)
    late = [
        repr(one.name)
        for one in scenario.bound_disruptions
        if (start := getattr(one, "start", None)) is not None and start.law == "fixed" and start.mean >= YEAR
    ]
    notes = [f"the horizon of {scenario.horizon} days is cut to the {YEAR} from day 0"]
    if late:
        notes.append(f"{listing(late)} would start after that year and cannot be seen here")
    return cut, tuple(notes)


@dataclass(frozen=True)
class Losses:
    """Losses of postures over many years, and what they say.

    Attributes
    ----------
    scenario : one weather, one year.
    weather, plans, seed, strata : what was run.
    numbers : replication numbers, ascending.
    places : (years,) stratum of each.
    losses, calm : (years, postures) as of `LossChunk`.
    remarks : what is to be said of the year.
    """

    scenario: Scenario
    weather: str
    plans: tuple[Plan, ...]
    seed: int
    strata: Strata
    numbers: tuple[int, ...]
    places: NDArray[np.intp]
    losses: Floats
    calm: Floats
    remarks: tuple[str, ...] = ()

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        """The one weather."""
        return (self.weather,)

    @cached_property
    def lived(self) -> int:
        """Years that were lived: the others have no incident, and so no loss."""
        return int((~np.isnan(self.calm[:, 0])).sum())

    @cached_property
    def _samples(self) -> dict[str, Sample]:
        return {
            name: Sample(self.losses[:, place], self.places, self.strata.probabilities)
            for place, name in enumerate(self.postures)
        }

    def sample(self, name: str) -> Sample:
        """Losses of one posture with their weights."""
        return self._samples[name]

    def pair(self, a: str, b: str, level: float = 0.95) -> Against:
        """Posture a against posture b in the same years."""
        return against(self.sample(a), self.sample(b), level)

    def calm_cost(self, name: str) -> Interval:
        """Mean cost without incidents, over the years lived: what comes and when does not depend on demand or lead times."""
        return interval(self.calm[:, self.postures.index(name)])

    @property
    def ranking(self) -> list[str]:
        """Postures from least to most expected annual loss."""
        return sorted(self.postures, key=lambda name: self.sample(name).mean.value)


def prepared(
    scenario: Scenario,
    postures: Sequence[str | Path | Posture | Plan],
    replications: int,
    seed: int,
    weather: str | None,
    plain: bool,
    trust: bool,
) -> tuple[LossJob, str, tuple[str, ...]]:
    """The job of a loss study, the name of its weather, and remarks; plans are made for the scenario as it is.

    Raises
    ------
    UsageError : nothing can go wrong, or there are too few replications for the strata.
    """
    if seed < 0:
        raise UsageError(f"seed {seed}: 0 or more is needed")
    chosen = weathers_of(scenario, None if weather is None else [weather])[0]
    plans = plans_of(scenario, postures, trust)
    year, remarks = one_year(scenario.under(chosen))
    if not year.disruptions:
        others = [name for name in scenario.weather_names if name != chosen and scenario.under(name).disruptions]
        hint = f"; weathers with disruptions: {', '.join(others)}" if others else ""
        raise UsageError(f"nothing can go wrong in weather {chosen!r} of {scenario.name!r}{hint}")
    strata = strata_of(year, plain)
    if replications < max(strata.least, 1):
        raise UsageError(
            f"{replications} replications: {strata.least} are needed, {strata.least // len(strata.sampled)} for each "
            f"number of events ({', '.join(strata.labels[place] for place in strata.sampled)}); or sample plainly"
        )
    return LossJob(year, plans, seed, strata), chosen, remarks


def light(job: LossJob) -> LossJob:
    """The job without what workers do not need."""
    plans = tuple(wordless(plan) for plan in job.plans)
    return dataclasses.replace(job, scenario=without_record(job.scenario), plans=plans)


def gather(job: LossJob, chunks: Iterable[LossChunk], weather: str, remarks: tuple[str, ...] = ()) -> Losses:
    """Chunks put in order of replication numbers, whatever the order in which they came."""
    found = list(chunks)
    numbers = np.concatenate([np.asarray(chunk.numbers, dtype=int) for chunk in found])
    order = np.argsort(numbers, kind="stable")
    ordered = tuple(numbers[order].tolist())
    return Losses(
        scenario=job.scenario,
        weather=weather,
        plans=job.plans,
        seed=job.seed,
        strata=job.strata,
        numbers=ordered,
        places=np.asarray([job.strata.place(number) for number in ordered], dtype=np.intp),
        losses=np.concatenate([chunk.losses for chunk in found])[order],
        calm=np.concatenate([chunk.calm for chunk in found])[order],
        remarks=remarks,
    )


def loss(
    scenario: Scenario,
    postures: Sequence[str | Path | Posture | Plan] = ("jit", "jic", "hybrid"),
    replications: int = 500,
    seed: int = 1,
    jobs: int = 1,
    weather: str | None = None,
    plain: bool = False,
    trust: bool = False,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Losses:
    """What disruptions cost in a year: its distribution for each posture.

    The loss of a year is the total cost of a future less that of the same future with its incidents removed.

    Parameters
    ----------
    scenario : the business; its horizon is cut to the year from day 0.
    postures : names, files, `Posture` or `Plan` objects.
    replications : years, numbered from 0; year k is the same in any study of this scenario and seed.
    seed : seed of the study.
    jobs : worker processes; -1 for all processors.
    weather : which; the headline when left out.
    plain : draw futures as they come, without strata.
    trust : allow policies that are the user's own code.
    chunk, done : pace and progress (see `sim.studies.montecarlo.replicate`).

    Raises
    ------
    UsageError, ScenarioError, ModelError, PolicyError : see `sim.errors`.
    """
    job, chosen, remarks = prepared(scenario, postures, replications, seed, weather, plain, trust)
    return gather(job, spread(light(job), range(replications), jobs, chunk, done), chosen, remarks)
