"""Buffer days against strike length, lived in advance over a grid: what a reader of a report moves two sliders over."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw, draw_incidents
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.workers import spread

#: the bundled scenario that is lived: one item, one port
SCENARIO = "first_strike"
STRIKE = "strike"
BUFFERS = tuple(range(0, 31, 3))
LENGTHS = tuple(range(0, 61, 5))
FUTURES = 8
#: what is kept of each life, by its measure
KEPT = ("total_cost", "carrying_cost", "stockout_cost", "stockout_days", "fill_rate")


@dataclass(frozen=True)
class StrikeGrid:
    """Means over futures of what each buffer does in a strike of each length.

    Attributes
    ----------
    scenario, title, currency, item, posture : what was lived; the buffers stand in the place of the posture's own.
    buffers : days of mean demand.
    lengths : days that the port is stopped; 0: no strike.
    futures, seed : how many, and their seed.
    values : by measure, (buffers, lengths) means; money a year, days a year, shares.
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


def job_of(buffers: Sequence[int] = BUFFERS, lengths: Sequence[int] = LENGTHS, seed: int = 1) -> tuple[GridJob, Plan]:
    """The grid to be lived, and the plan that it starts from."""
    from sim.library import load
    from sim.postures import plan_named

    under = []
    for days in lengths:
        settings = (f"disruptions.{STRIKE}.length={days}",) if days else ()
        under.append(load(SCENARIO, settings).under(STRIKE if days else "calm"))
    plan = plan_named("jit", load(SCENARIO).under(STRIKE))
    return GridJob(tuple(under), tuple(with_buffer(plan, days) for days in buffers), seed), plan


def strike_grid(
    buffers: Sequence[int] = BUFFERS,
    lengths: Sequence[int] = LENGTHS,
    futures: int = FUTURES,
    seed: int = 1,
    jobs: int = -1,
    done: Callable[[int], None] | None = None,
) -> StrikeGrid:
    """Live every cell of the grid.

    Parameters
    ----------
    buffers, lengths : of the grid, days.
    futures, seed : how many futures, the same in every cell.
    jobs, done : worker processes, and a call for each finished replication.

    Raises
    ------
    ModelError : the books do not balance.
    """
    job, plan = job_of(buffers, lengths, seed)
    pieces = sorted(spread(job, range(futures), jobs, 1, done), key=lambda piece: piece.numbers)
    means = np.concatenate([piece.values for piece in pieces]).mean(axis=0)
    base = job.scenarios[0]
    return StrikeGrid(
        base.name,
        base.title or base.name,
        base.currency,
        plan.lines[0].item,
        plan.posture,
        tuple(buffers),
        tuple(lengths),
        futures,
        seed,
        {name: np.round(means[..., place], 6).tolist() for place, name in enumerate(KEPT)},
    )


def mark_of(buffers: Sequence[int], lengths: Sequence[int], futures: int, seed: int) -> str:
    """Digits that stand for everything that decides the numbers of a grid."""
    from sim.runs.manifest import plain
    from sim.runs.recipe import libraries
    from sim.studies.workers.versions import code

    job, _ = job_of(buffers, lengths, seed)
    content = [plain(job.scenarios), [plain(one.table()) for one in job.plans], futures, seed, code(), libraries()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
