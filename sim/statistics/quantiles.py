"""Quantiles and means of tails with their intervals, for values that may hold atoms; intervals by resampling.

Where the normal law of means is not to be leaned on, three other ways lead to an interval: order statistics, which need
no law at all; the bootstrap, which takes the skewness of the values along; and batches, which show how far an estimate
moves from one piece of a study to the next.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.errors import UsageError
from sim.statistics.interval import Floats, Interval, interval
from sim.statistics.skew import counted, skewness

#: resamples of a bootstrap, and numbers drawn at a time
RESAMPLES, AT_ONCE = 4000, 2_000_000
#: batches of a study, and values a batch must have beyond the quantile
BATCHES, BEYOND = 20, 5


def quantile(values: Floats, probability: float, level: float = 0.95) -> Interval:
    """A quantile between two order statistics that hold it with at least this confidence, whatever the law.

    Ranks from the binomial law, half of the error on either side (David and Nagaraja 2003, Order Statistics, section 7.1);
    with atoms the interval, its ends included, covers more often rather than less. The estimate is the smallest value
    that at least this share of the values do not exceed.

    Parameters
    ----------
    values : (n,), NaN where null.
    probability : of the quantile.
    level : confidence.

    Returns
    -------
    The quantile as the `mean` of an interval; an end is infinite where too few values count to set it.
    """
    from scipy.special import bdtr

    _between("probability", probability)
    _between("confidence", level)
    kept = np.sort(values[~np.isnan(values)])
    n = int(kept.size)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    below = bdtr(np.arange(n, dtype=float), n, probability)  # at most k values at or below the quantile, k = 0 … n - 1
    error = (1 - level) / 2
    first = int(np.searchsorted(below, error, side="right"))  # ranks 1 … first may all lie below with small error
    last = int(np.searchsorted(below, 1 - error, side="left")) + 1
    low = float(kept[first - 1]) if first >= 1 else -math.inf
    high = float(kept[last - 1]) if last <= n else math.inf
    return Interval(_place(kept, probability), low, high, n)


def tail_mean(values: Floats, probability: float) -> float:
    """Mean of the worst (highest) share 1 - probability of the values, whatever atoms there are: the CVaR.

    q + mean(x - q)+ / (1 - p) at the quantile q: Rockafellar and Uryasev (2002), theorem 10.

    Parameters
    ----------
    values : (n,), none null.
    """
    place = _place(np.sort(values), probability)
    return float(place + np.maximum(values - place, 0.0).mean() / (1 - probability))


def bootstrap_mean(values: Floats, level: float = 0.95, seed: int = 1, resamples: int = RESAMPLES) -> Interval:
    """Studentised bootstrap interval of a mean (Hall 1988, Annals of Statistics 16, 927-953).

    Its ends lie as far from the mean as the values are skewed: of costs with rare bad years the upper one lies farther.

    Parameters
    ----------
    values : (n,), NaN where null.
    level : confidence.
    seed : of the resampling.
    resamples : how many.

    Returns
    -------
    The interval; NaN with fewer than two values.
    """
    _between("confidence", level)
    kept = counted(values)
    n = int(kept.size)
    if n < 2 or math.isnan(skewness(kept)):
        return interval(kept, level)
    mean, error = float(kept.mean()), float(kept.std(ddof=1)) / math.sqrt(n)
    rng = generator(seed, 0, "bootstrap", "mean")
    drawn: list[Floats] = []
    for count in _pieces(resamples, n):
        sample = kept[rng.integers(0, n, (count, n))]
        spread = sample.std(axis=1, ddof=1) / math.sqrt(n)
        with np.errstate(divide="ignore", invalid="ignore"):
            drawn.append((sample.mean(axis=1) - mean) / spread)
    scores = np.concatenate(drawn)
    # a sample of one value drawn n times has no spread: it says that the mean may be anywhere on its side
    scores = np.where(np.isnan(scores), 0.0, scores)
    low, high = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2], method="nearest")
    return Interval(mean, mean - float(high) * error, mean - float(low) * error, n)


def bootstrap_tail_mean(
    values: Floats, probability: float, level: float = 0.95, seed: int = 1, resamples: int = RESAMPLES
) -> Interval:
    """BCa bootstrap interval of the mean of the tail (Efron 1987, Journal of the American Statistical Association 82).

    Acceleration from the jackknife, the quantile found anew each time.

    Parameters
    ----------
    values : (n,), NaN where null.
    probability : of the quantile where the tail begins.
    level, seed, resamples : as in `bootstrap_mean`.
    """
    from scipy.special import ndtr, ndtri

    _between("probability", probability)
    _between("confidence", level)
    kept = np.sort(counted(values))
    n = int(kept.size)
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    found = tail_mean(kept, probability)
    if n < 2:
        return Interval(found, math.nan, math.nan, n)
    rng = generator(seed, 0, "bootstrap", "tail")
    drawn = np.concatenate(
        [_tails(np.sort(kept[rng.integers(0, n, (count, n))], axis=1), probability) for count in _pieces(resamples, n)]
    )
    without = _left_out(kept, probability)
    gap = without.mean() - without
    spread = float((gap**2).sum())
    slack = 1e-12 * max(abs(float(kept[0])), abs(float(kept[-1])))
    if spread <= slack**2 or float(np.ptp(drawn)) <= slack:
        return Interval(found, float(drawn.min()), float(drawn.max()), n)
    acceleration = float((gap**3).sum()) / (6 * spread**1.5)
    # ties counted half: atoms make many resamples equal to the estimate
    share = float(((drawn < found).sum() + 0.5 * (drawn == found).sum()) / resamples)
    shift = float(ndtri(min(max(share, 0.5 / resamples), 1 - 0.5 / resamples)))
    ends = []
    for z in ndtri([(1 - level) / 2, (1 + level) / 2]):
        ends.append(float(ndtr(shift + (shift + z) / (1 - acceleration * (shift + z)))))
    low, high = np.quantile(drawn, ends)
    return Interval(found, float(low), float(high), n)


def batch_quantile(values: Floats, probability: float, level: float = 0.95, batches: int = BATCHES) -> Interval:
    """Student's interval of the quantiles of batches of successive replications (Seila 1982, Management Science 28).

    Parameters
    ----------
    values : (n,) in order of replication number, NaN where null; a remainder at the end is left out of the batches.
    probability : of the quantile.
    level : confidence.
    batches : how many, at least 2.

    Returns
    -------
    The quantile of all values with an interval of the batches about their mean; NaN where a batch has fewer than 5 values
    beyond the quantile, for then its quantile is biased.
    """
    _between("probability", probability)
    _between("confidence", level)
    if batches < 2:
        raise UsageError(f"{batches} batches: 2 or more are needed")
    kept = values[~np.isnan(values)]
    size = kept.size // batches
    whole = _place(np.sort(kept), probability) if kept.size else math.nan
    if size * min(probability, 1 - probability) < BEYOND * (1 - 1e-9):
        return Interval(whole, math.nan, math.nan, int(kept.size))
    rows = np.sort(kept[: size * batches].reshape(batches, size), axis=1)
    found = interval(rows[:, _rank(size, probability) - 1], level)
    return Interval(whole, found.low, found.high, int(kept.size))


def _rank(n: int, probability: float) -> int:
    """Rank, from 1, of the quantile among n; rounding does not lift 0.95 × 20 above 19."""
    return max(math.ceil(n * probability - 1e-9), 1)


def _place(ordered: Floats, probability: float) -> float:
    return float(ordered[_rank(ordered.size, probability) - 1])


def _tails(rows: Floats, probability: float) -> Floats:
    """`tail_mean` of each row, rows in ascending order."""
    n = rows.shape[1]
    rank = _rank(n, probability)
    place = rows[:, rank - 1]
    above = rows[:, rank:].sum(axis=1) - (n - rank) * place
    found: Floats = place + above / (n * (1 - probability))
    return found


def _left_out(ordered: Floats, probability: float) -> Floats:
    """(n,) `tail_mean` of all values but one, values in ascending order."""
    n = ordered.size
    rank = _rank(n - 1, probability)
    gone: NDArray[np.intp] = np.arange(n)
    place = np.where(gone < rank, ordered[min(rank, n - 1)], ordered[rank - 1])
    # of the n - 1 left, those after the quantile: all of rank + 1 on where one below it is gone, else less the one gone
    total = float(ordered[rank:].sum())
    above = np.where(gone < rank, total - ordered[min(rank, n - 1)], total - ordered)
    found: Floats = place + (above - (n - 1 - rank) * place) / ((n - 1) * (1 - probability))
    return found


def _pieces(resamples: int, n: int) -> list[int]:
    """Resamples to draw at a time: as many as memory bears, and the same for the same study."""
    size = max(1, AT_ONCE // n)
    return [min(size, resamples - done) for done in range(0, resamples, size)]


def _between(what: str, value: float) -> None:
    if not 0 < value < 1:
        raise UsageError(f"{what} {value:g}: between 0 and 1 is needed")
