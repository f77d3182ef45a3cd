"""Elementary effects (Morris 1991): how far each assumption moves the difference, and how much that hangs on the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.errors import UsageError
from sim.studies.sensitivity.design import Lived, live_design
from sim.studies.sensitivity.tornado import Told
from sim.studies.source import Source

Floats = NDArray[np.float64]
#: levels of the grid, and the step of half of it that goes with them (Morris 1991, section 3)
LEVELS = 4
STEP = LEVELS / (2 * (LEVELS - 1))
#: resamples of the intervals
RESAMPLES = 1_000


@dataclass(frozen=True)
class Morris:
    """Elementary effects of all assumptions.

    Attributes
    ----------
    lived : what was run.
    effects : (trajectories, assumptions) change of a − b over the whole range of an assumption, mean over Futures.
    mean, size, spread : (assumptions,) mean effect, mean absolute effect (mu*; Campolongo, Cariboni and Saltelli 2007) and
        standard deviation over trajectories: large against the size where the assumption acts together with others.
    low, high : (assumptions,) 95 % interval of the size, resampling trajectories and Futures.
    """

    lived: Lived
    effects: Floats
    mean: Floats
    size: Floats
    spread: Floats
    low: Floats
    high: Floats


def trajectories(count: int, assumptions: int, source: np.random.Generator) -> tuple[Floats, NDArray[np.int64]]:
    """Paths that change one assumption after the other by `STEP`, each from a random corner of the grid.

    Returns
    -------
    (count, assumptions + 1, assumptions) shares in [0, 1], and (count, assumptions) which one each step changes.
    """
    points = np.empty((count, assumptions + 1, assumptions))
    order = np.empty((count, assumptions), dtype=np.int64)
    for path in range(count):
        start = source.integers(0, LEVELS // 2, assumptions) / (LEVELS - 1)
        up = source.random(assumptions) < 0.5
        point = np.where(up, start, start + STEP)
        order[path] = source.permutation(assumptions)
        points[path, 0] = point
        for step, which in enumerate(order[path]):
            point = point.copy()
            point[which] += STEP if up[which] else -STEP
            points[path, step + 1] = point
    return points, order


def elementary(values: Floats, points: Floats, order: NDArray[np.int64]) -> Floats:
    """Effects over the whole range.

    Parameters
    ----------
    values : (..., count, assumptions + 1) at the points.
    points, order : of `trajectories`.

    Returns
    -------
    (..., count, assumptions).
    """
    steps = np.diff(values, axis=-1)
    found = np.empty_like(steps)
    for path in range(order.shape[0]):
        which = order[path]
        moved = np.diff(points[path], axis=0)[np.arange(which.size), which]
        found[..., path, which] = steps[..., path, :] / moved
    return found


def morris(
    source: Source,
    count: int = 6,
    replications: int = 20,
    seed: int = 1,
    jobs: int = 1,
    measure: str = "total_cost",
    between: tuple[str, str] | None = None,
    only: Sequence[str] = (),
    done: Callable[[int], None] | None = None,
    told: Told | None = None,
) -> Morris:
    """Elementary effects on the difference between two postures.

    Parameters
    ----------
    source : the business.
    count : trajectories; each has one point more than there are assumptions.
    replications, seed, jobs, measure, between, only, done, told : as of `tornado`.
    """
    if count < 2:
        raise UsageError(f"{count} trajectories: 2 or more are needed")
    made: list[tuple[Floats, NDArray[np.int64]]] = []

    def design(assumptions: int) -> Floats:
        made.append(trajectories(count, assumptions, generator(seed, 0, "morris")))
        return made[0][0].reshape(-1, assumptions)

    lives = live_design(source, design, only, replications, seed, jobs, measure, between, done, told)
    points, order = made[0]
    values = lives.values.reshape(len(lives.numbers), count, -1)
    each = elementary(values, points, order)
    effects = each.mean(axis=0)
    sizes = _resampled(each, generator(seed, 0, "morris", "resample"))
    low, high = np.quantile(sizes, [0.025, 0.975], axis=0)
    return Morris(lives, effects, effects.mean(0), np.abs(effects).mean(0), effects.std(0, ddof=1), low, high)


def _resampled(each: Floats, source: np.random.Generator) -> Floats:
    """(resamples, assumptions) sizes with Futures and trajectories drawn again."""
    futures, count, _ = each.shape
    found = []
    for _ in range(RESAMPLES):
        weights = np.bincount(source.integers(0, futures, futures), minlength=futures) / futures
        paths = source.integers(0, count, count)
        found.append(np.abs(np.tensordot(weights, each, axes=1)[paths]).mean(axis=0))
    return np.stack(found)
