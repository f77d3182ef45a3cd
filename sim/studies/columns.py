"""Intervals for many columns at once: means, and means over the worst futures, of paired differences."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.studies.statistics import t_quantile

Floats = NDArray[np.float64]
#: share of futures that counts as the tail
TAIL = 0.05


@dataclass(frozen=True)
class Estimates:
    """Means with their intervals, (columns,) each; low and high are NaN with fewer than two replications."""

    mean: Floats
    low: Floats
    high: Floats


def means(values: Floats, level: float = 0.95) -> Estimates:
    """Student interval of the mean of each column.

    Parameters
    ----------
    values : (replications, columns).
    level : confidence.
    """
    return _student(values, values.shape[0] - 1, level)


def _student(values: Floats, freedom: int, level: float) -> Estimates:
    count = values.shape[0]
    mean = values.mean(axis=0)
    if count < 2:
        nothing = np.full(mean.shape, np.nan)
        return Estimates(mean, nothing, nothing)
    half = t_quantile((1 + level) / 2, freedom) * values.std(axis=0, ddof=1) / math.sqrt(count)
    return Estimates(mean, mean - half, mean + half)


def tail_parts(values: Floats, share: float = TAIL) -> Floats:
    """For each replication its part in the mean over the worst share of replications; the mean of a column is that mean.

    v + (x - v)⁺ / share with v the sample's own quantile: the mean of it is the conditional value at risk of the sample,
    exact where several futures tie at the quantile (Rockafellar and Uryasev 2002, Journal of Banking and Finance 26,
    1443-1471), which is why it is called atom-safe.

    Parameters
    ----------
    values : (replications, columns), larger is worse.
    share : how much of the worst.
    """
    count = values.shape[0]
    place = max(math.ceil((1 - share) * count - 1e-9) - 1, 0)
    edge = np.partition(values, place, axis=0)[place]
    found: Floats = edge + np.maximum(values - edge, 0.0) / share
    return found


def tails(a: Floats, b: Floats, share: float = TAIL, level: float = 0.95) -> Estimates:
    """Mean over the worst share of futures of a, less that of b, with a paired interval.

    Each is taken over its own worst futures. The interval is the delta method's: moving the quantile has no effect of
    first order, so the parts of `tail_parts` behave like a sample. Because only the tail moves them, Student's t gets as
    many degrees of freedom as there are futures in the tail, less one; with 200 futures that is 9.

    Parameters
    ----------
    a, b : (replications, columns) of the same futures, larger is worse.
    share : how much of the worst.
    level : confidence.
    """
    freedom = max(math.ceil(share * a.shape[0] - 1e-9) - 1, 1)
    return _student(tail_parts(a, share) - tail_parts(b, share), freedom, level)
