"""What futures say of a node: quantiles of the time to survive, shares that fail, paired costs, each with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.studies.statistics import Interval, interval
from sim.studies.stress.lived import PLACE
from sim.studies.stress.study import Stress, survival

Floats = NDArray[np.float64]
#: shares of futures whose time to survive is told
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Quantile:
    """A quantile over futures of a time that may exceed what was looked at.

    Attributes
    ----------
    value, low, high : days with a 95 % interval by order statistics; infinite above what was looked at.
    """

    value: float
    low: float
    high: float


def quantile(values: Floats, share: float, level: float = 0.95) -> Quantile:
    """Quantile of (replications,) days, infinite ones among them.

    The interval runs between the order statistics whose ranks hold the quantile with this confidence (binomial; Conover
    1999, section 3.2); where there are too few futures for an end, it is 0 or infinite.
    """
    from scipy.stats import binom

    ordered = np.sort(values[~np.isnan(values)])
    n = ordered.size
    if not n:
        return Quantile(math.nan, math.nan, math.nan)
    rank = max(math.ceil(share * n - 1e-9), 1)
    low = int(binom.ppf((1 - level) / 2, n, share))
    high = int(binom.ppf((1 + level) / 2, n, share)) + 1
    return Quantile(
        float(ordered[rank - 1]),
        float(ordered[low - 1]) if low >= 1 else 0.0,
        float(ordered[high - 1]) if high <= n else math.inf,
    )


@dataclass(frozen=True)
class Odds:
    """One node under one posture over all futures.

    Attributes
    ----------
    survive : quantiles of the time to survive, in the order of `QUANTILES`.
    never : share of futures in which service does not fail in the longest outage, with its Wilson interval.
    fails : for each length, share of futures in which service fails.
    cost : for each length, mean stockout cost of the outage, paired future by future.
    total : for each length, mean total cost of the outage.
    """

    survive: tuple[Quantile, ...]
    never: Interval
    fails: tuple[Interval, ...]
    cost: tuple[Interval, ...]
    total: tuple[Interval, ...]


def odds(found: Stress, node: int, posture: int) -> Odds | None:
    """What the futures say of a node; None where it was not tried under futures, or nothing passes it."""
    chance = found.chance
    if chance is None or node not in chance.nodes:
        return None
    figures = chance.figures[:, chance.nodes.index(node), :, posture]
    if np.isnan(figures).any():
        return None
    first = figures[..., PLACE["first_failure"]]
    times = survival(first[:, -1], found.longest)
    fails = np.isfinite(first).astype(float)

    def means(name: str) -> tuple[Interval, ...]:
        return tuple(interval(figures[:, place, PLACE[name]]) for place in range(len(found.lengths)))

    return Odds(
        survive=tuple(quantile(times, share) for share in QUANTILES),
        never=interval(1.0 - fails[:, -1], share=True, yes_no=True),
        fails=tuple(interval(fails[:, place], share=True, yes_no=True) for place in range(len(found.lengths))),
        cost=means("stockout_cost"),
        total=means("total_cost"),
    )
