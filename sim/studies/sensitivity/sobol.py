"""Sobol indices (Sobol 1993; Saltelli et al. 2010): the share of the variance of the difference that each assumption has."""

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
RESAMPLES = 500


@dataclass(frozen=True)
class Sobol:
    """First-order and total indices of all assumptions, each uniform over its range.

    Attributes
    ----------
    lived : what was run.
    first, first_low, first_high : (assumptions,) share of the variance that goes with it alone, and an
        interval by resampling points of the design: rough, and for the futures that were lived alone.
    total, total_low, total_high : share that goes with it alone or together with others.
    """

    lived: Lived
    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats


def sobol(
    source: Source,
    points: int = 32,
    replications: int = 20,
    seed: int = 1,
    jobs: int = 1,
    measure: str = "total_cost",
    between: tuple[str, str] | None = None,
    only: Sequence[str] = (),
    done: Callable[[int], None] | None = None,
    told: Told | None = None,
) -> Sobol:
    """Sobol indices of the mean difference between two postures.

    Parameters
    ----------
    source : the business.
    points : size of the base sample, a power of 2; (assumptions + 2) times as many points are lived.
    replications, seed, jobs, measure, between, only, done, told : as of `tornado`.
    """
    from scipy.stats import qmc

    if points < 2 or points & (points - 1):
        raise UsageError(f"{points} points: a power of 2 is needed, such as 32 or 64")
    parts: list[int] = []

    def design(assumptions: int) -> Floats:
        parts.append(assumptions)
        drawn = qmc.Sobol(2 * assumptions, rng=generator(seed, 0, "sobol")).random(points)
        a, b = drawn[:, :assumptions], drawn[:, assumptions:]
        crossed = np.repeat(a[None], assumptions, axis=0)
        for number in range(assumptions):
            crossed[number, :, number] = b[:, number]
        return np.concatenate([a, b, crossed.reshape(-1, assumptions)])

    lives = live_design(source, design, only, replications, seed, jobs, measure, between, done, told)
    mean, count = lives.values.mean(axis=0), parts[0]
    f_a, f_b, f_ab = mean[:points], mean[points : 2 * points], mean[2 * points :].reshape(count, points)
    first, total = indices(f_a, f_b, f_ab)
    source_of_resamples = generator(seed, 0, "sobol", "resample")
    again = []
    for _ in range(RESAMPLES):
        rows = source_of_resamples.integers(0, points, points)
        again.append(indices(f_a[rows], f_b[rows], f_ab[:, rows]))
    (first_low, total_low), (first_high, total_high) = np.quantile(np.asarray(again), [0.025, 0.975], axis=0)
    return Sobol(lives, first, first_low, first_high, total, total_low, total_high)


def indices(f_a: Floats, f_b: Floats, f_ab: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices (Saltelli et al. 2010), 0 where nothing varies.

    Parameters
    ----------
    f_a, f_b : (n,) at the two samples.
    f_ab : (assumptions, n) at the first sample with one column from the second.
    """
    from scipy import stats

    if len(f_ab) == 1:  # scipy 1.17 fails for a single assumption
        first, total = indices(f_a, f_b, np.repeat(f_ab, 2, axis=0))
        return first[:1], total[:1]
    found = stats.sobol_indices(func={"f_A": f_a[None], "f_B": f_b[None], "f_AB": f_ab[:, None]}, n=f_a.size)
    return np.ravel(found.first_order), np.ravel(found.total_order)
