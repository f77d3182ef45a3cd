"""Buffer days against strike length, lived in advance over a grid: what a reader of a report moves two sliders over."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw, draw_incidents
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.statistics.interval import t_quantile
from sim.studies.workers import spread

#: the bundled scenario that is lived: one item, one port
SCENARIO = "first_strike"
STRIKE = "strike"
BUFFERS = tuple(range(0, 31, 3))
LENGTHS = tuple(range(0, 61, 5))
FUTURES = 8
#: days of items (warm-up included, times items) that one life of a scenario may hold to be lived with the report
SMALL = 1000
#: what is kept of each life, by its measure
KEPT = ("total_cost", "carrying_cost", "stockout_cost", "stockout_days", "fill_rate")


@dataclass(frozen=True)
class StrikeGrid:
    """Means over futures, with intervals, of what each buffer does in a strike of each length.

    Attributes
    ----------
    scenario, title, currency, item, posture : what was lived; the buffers stand in the place of the posture's own.
    strike : name of the disruption whose length is changed.
    buffers : days of mean demand.
    lengths : days that the port is stopped; 0: no strike.
    futures, seed : how many, and their seed.
    values : by measure, (buffers, lengths) means; money a year, days a year, shares.
    halves : by measure, (buffers, lengths) half-widths of 95 % t-intervals of the means; NaN told as None, with one future.
    totals : (buffers, lengths, futures) total cost, money a year, for differences future by future.
    t : quantile by which a standard error of such a difference becomes a half-width; None with one future.
    own : whether it is the business of the report.
    why : why it is not, in words.
    """

    scenario: str
    title: str
    currency: str
    item: str
    posture: str
    buffers: tuple[int, ...]
    lengths: tuple[int, ...]
    futures: int
    seed: int
    values: dict[str, list[list[float]]]
    halves: dict[str, list[list[float | None]]]
    totals: list[list[list[float]]]
    t: float | None
    strike: str = STRIKE
    own: bool = False
    why: str = ""

    def told(self) -> dict[str, Any]:
        """As plain data."""
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class GridJob:
    """What a worker needs.

    Attributes
    ----------
    scenarios : one for each length of strike.
    plans : one for each buffer.
    """

    scenarios: tuple[Scenario, ...]
    plans: tuple[Plan, ...]
    seed: int

    def prepare(self) -> GridLives:
        """Blueprints of all plans under all lengths."""
        return GridLives(self)


@dataclass(frozen=True)
class GridPiece:
    """Results of some replications: (replications, buffers, lengths, measures of `KEPT`)."""

    numbers: tuple[int, ...]
    values: NDArray[np.float64]


class GridLives:
    """A grid with its blueprints."""

    def __init__(self, job: GridJob) -> None:
        from sim.world import Blueprint

        self.job = job
        self.blueprints = [[Blueprint(scenario, plan) for scenario in job.scenarios] for plan in job.plans]

    def run(self, numbers: Sequence[int]) -> GridPiece:
        """Live some replications; all cells of one have the same demand and lead times, and the strike begins on one day."""
        job = self.job
        values = np.zeros((len(numbers), len(job.plans), len(job.scenarios), len(KEPT)))
        for row, number in enumerate(numbers):
            base = draw(job.scenarios[0], job.seed, number)
            futures = [base.with_incidents(draw_incidents(one, job.seed, number)) for one in job.scenarios]
            for place, plan in enumerate(job.plans):
                for column, (scenario, future) in enumerate(zip(job.scenarios, futures, strict=True)):
                    outcome = made(scenario, plan.posture, self.blueprints[place][column].live(future))
                    values[row, place, column] = [outcome.measures[name] for name in KEPT]
        return GridPiece(tuple(numbers), values)


def with_buffer(plan: Plan, days: float) -> Plan:
    """The plan with a buffer of so many days of forecast demand on every line, in the place of its own."""
    lines = []
    for line in plan.lines:
        stock = days * line.forecast
        level = float(np.ceil(line.order_up_to - line.safety_stock + stock))
        lines.append(dataclasses.replace(line, safety_stock=stock, order_up_to=level, reorder_point=level - 1))
    return dataclasses.replace(plan, lines=tuple(lines))


@dataclass(frozen=True)
class Case:
    """What a grid is lived on.

    Attributes
    ----------
    scenario, weather, strike : the business, and the one disruption of a weather whose length is changed.
    plan : whose buffers are replaced.
    own : whether it is the business of the report; `why` says why it is not.
    """

    scenario: Scenario
    weather: str
    strike: str
    plan: Plan
    own: bool = False
    why: str = ""


def bundled_case(why: str = "") -> Case:
    """The bundled scenario, for the reason given."""
    from sim.library import load
    from sim.postures import plan_named

    scenario = load(SCENARIO)
    return Case(scenario, STRIKE, STRIKE, plan_named("jit", scenario.under(STRIKE)), False, why)


def case_of(scenario: Scenario, plan: Plan, weather: str) -> Case:
    """The business of a report where its lives are short enough and its weather is one stop of a length; else the bundled.

    Parameters
    ----------
    scenario : the business, all weathers.
    plan : whose buffers are replaced.
    weather : whose one disruption is made longer and shorter.
    """
    first, end = scenario.span
    items = sum(len(names) for names in scenario.sites.values())
    size = items * (end - first)
    if size > SMALL:
        return bundled_case(
            f"a year of this business, {items:,} item-sites over {end - first:,} days, takes too long to be lived "
            f"{len(BUFFERS) * len(LENGTHS) * FUTURES:,} times while a report is made"
        )
    under = scenario.under(weather)
    if len(under.disruptions) != 1:
        return bundled_case(f"the weather {weather} of this business is not made of one disruption alone")
    stop = under.disruptions[0]
    if getattr(stop, "length", None) is None or "length" not in {each.name for each in dataclasses.fields(stop)}:
        return bundled_case(f"the disruption {stop.name} of this business has no length that could be changed")
    if not any(line.forecast > 0 for line in plan.lines):
        return bundled_case("no line of this business has a forecast to count days of buffer by")
    return Case(scenario, weather, stop.name, plan, True)


def job_of(
    buffers: Sequence[int] = BUFFERS, lengths: Sequence[int] = LENGTHS, seed: int = 1, case: Case | None = None
) -> tuple[GridJob, Case]:
    """The grid to be lived, and what it is lived on."""
    from sim.distributions import fixed

    case = case or bundled_case()
    struck = case.scenario.under(case.weather)
    under = []
    for days in lengths:
        kept = [one for one in struck.disruptions if one.name != case.strike]
        changed: list[Any] = [
            dataclasses.replace(cast(Any, one), length=fixed(float(days)))
            for one in struck.disruptions
            if one.name == case.strike
        ]
        under.append(dataclasses.replace(struck, disruptions=tuple(changed if days else kept)))
    return GridJob(tuple(under), tuple(with_buffer(case.plan, days) for days in buffers), seed), case


def strike_grid(
    buffers: Sequence[int] = BUFFERS,
    lengths: Sequence[int] = LENGTHS,
    futures: int = FUTURES,
    seed: int = 1,
    jobs: int = -1,
    done: Callable[[int], None] | None = None,
    case: Case | None = None,
) -> StrikeGrid:
    """Live every cell of the grid.

    Parameters
    ----------
    buffers, lengths : of the grid, days.
    futures, seed : how many futures, the same in every cell.
    jobs, done : worker processes, and a call for each finished replication.
    case : what to live; the bundled scenario when left out.

    Raises
    ------
    ModelError : the books do not balance.
    """
    job, case = job_of(buffers, lengths, seed, case)
    pieces = sorted(spread(job, range(futures), jobs, 1, done), key=lambda piece: piece.numbers)
    lives = np.concatenate([piece.values for piece in pieces])
    means = lives.mean(axis=0)
    t = t_quantile(0.975, futures - 1) if futures > 1 else None
    halves = np.zeros_like(means) if t is None else t * lives.std(axis=0, ddof=1) / np.sqrt(futures)
    base = case.scenario
    return StrikeGrid(
        base.name,
        base.title or base.name,
        base.currency,
        case.plan.lines[0].item,
        case.plan.posture,
        tuple(buffers),
        tuple(lengths),
        futures,
        seed,
        {name: np.round(means[..., place], 6).tolist() for place, name in enumerate(KEPT)},
        {
            name: [[None] * len(lengths) for _ in buffers] if t is None else np.round(halves[..., place], 6).tolist()
            for place, name in enumerate(KEPT)
        },
        np.round(np.moveaxis(lives[..., KEPT.index("total_cost")], 0, -1), 2).tolist(),
        t,
        case.strike,
        case.own,
        case.why,
    )


def mark_of(buffers: Sequence[int], lengths: Sequence[int], futures: int, seed: int, case: Case | None = None) -> str:
    """Digits that stand for everything that decides the numbers of a grid."""
    from sim.runs.manifest import plain
    from sim.runs.recipe import libraries
    from sim.studies.workers.versions import code

    job, case = job_of(buffers, lengths, seed, case)
    content = [
        case.own,
        case.why,
        case.strike,
        plain(job.scenarios),
        [plain(one.table()) for one in job.plans],
        futures,
        seed,
        code(),
        libraries(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
