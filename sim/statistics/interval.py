"""Intervals and paired comparisons of replications. Replications are independent; ddof is 1 throughout."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A mean with its confidence interval.

    Attributes
    ----------
    mean, low, high : NaN where nothing was counted; low and high are NaN with fewer than two replications.
    n : replications that count (null ones are left out).
    """

    mean: float
    low: float
    high: float
    n: int

    @property
    def half_width(self) -> float:
        """Half the length of the interval."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Pair:
    """Posture a against posture b on the same Futures.

    Attributes
    ----------
    difference : mean of a - b with its interval.
    p_a_better : share of Futures in which a is better, ties counted half; NaN where neither way is better.
    p_ahead, p_tied : share of Futures in which a is strictly better, and in which both are equal; NaN as above.
    correlation : of a and b over Futures; NaN where one of them never varies.
    variance_reduction : (var a + var b) / var(a - b): how many times more independent replications would be needed.
    """

    difference: Interval
    p_a_better: float
    p_ahead: float
    p_tied: float
    correlation: float
    variance_reduction: float


@lru_cache(maxsize=256)
def t_quantile(probability: float, freedom: int) -> float:
    """Quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, probability))


def interval(values: Floats, level: float = 0.95, share: bool = False, yes_no: bool = False) -> Interval:
    """Student interval of a mean.

    Parameters
    ----------
    values : (replications,), NaN where null.
    level : confidence.
    share : the measure lies between 0 and 1, and so does the interval.
    yes_no : each value is 0 or 1, and the interval is that of a proportion (Wilson 1927).
    """
    kept = values[~np.isnan(values)]
    n = int(kept.size)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = float(kept.sum() / n)
    if yes_no:
        from scipy.special import ndtri

        z = float(ndtri((1 + level) / 2))
        centre = (mean + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(mean * (1 - mean) / n + z * z / (4 * n * n))
        return Interval(mean, max(min(centre - half, mean), 0.0), min(max(centre + half, mean), 1.0), n)
    if n < 2:
        return Interval(mean, math.nan, math.nan, n)
    half = t_quantile((1 + level) / 2, n - 1) * float(kept.std(ddof=1)) / math.sqrt(n)
    low, high = mean - half, mean + half
    return Interval(mean, max(low, 0.0), min(high, 1.0), n) if share else Interval(mean, low, high, n)


def paired(a: Floats, b: Floats, better: str, level: float = 0.95) -> Pair:
    """Compare two postures replication by replication.

    Parameters
    ----------
    a, b : (replications,) of the same Futures, NaN where null (left out in pairs).
    better : 'lower', 'higher' or 'neither'.
    level : confidence.
    """
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    difference = a - b
    if better == "neither" or not a.size:
        wins = first = tied = math.nan
    else:
        ahead = difference < 0 if better == "lower" else difference > 0
        same = difference == 0
        wins = float((ahead.sum() + 0.5 * same.sum()) / a.size)
        first, tied = float(ahead.mean()), float(same.mean())
    correlation = reduction = math.nan
    if a.size > 1:
        spread = float(difference.var(ddof=1))
        apart = float(a.var(ddof=1)) + float(b.var(ddof=1))
        if a.std() > 0 and b.std() > 0:
            together = float(((a - a.mean()) * (b - b.mean())).sum()) / (a.size - 1)
            correlation = min(max(together / (float(a.std(ddof=1)) * float(b.std(ddof=1))), -1.0), 1.0)
        reduction = apart / spread if spread > 0 else math.inf if apart > 0 else math.nan
    return Pair(interval(difference, level), wins, first, tied, correlation, reduction)
