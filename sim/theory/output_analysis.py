"""Arithmetic of simulation output: intervals, paired and unpaired comparison, precision, MSER-5."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from sim.theory.arguments import require_positive, require_probability, require_whole
from sim.theory.excess import FloatArray


@dataclass(frozen=True, slots=True)
class Difference:
    """A comparison of two alternatives, a - b.

    Attributes
    ----------
    mean
        Mean difference, in the unit of the data.
    paired_half_width, welch_half_width
        Half-widths of the confidence interval with and without using the pairing.
    correlation
        Between the replications of a and b.
    variance_reduction
        (var a + var b) / var(a - b): how many times fewer replications pairing needs.
    """

    mean: float
    paired_half_width: float
    welch_half_width: float
    correlation: float
    variance_reduction: float


@dataclass(frozen=True, slots=True)
class Truncation:
    """A warm-up cut found by MSER.

    Attributes
    ----------
    observations
        Observations to drop from the front.
    statistic
        The least value of the marginal standard error rule.
    """

    observations: int
    statistic: float


def _sample(name: str, values: ArrayLike, minimum: int = 2) -> FloatArray:
    """A one-dimensional array of finite numbers, long enough to have a variance."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or array.size < minimum or not np.isfinite(array).all():
        raise ValueError(f"{name}: shape {array.shape} is not allowed (at least {minimum} finite numbers in a row are)")
    return array


def _quantile(degrees: float, confidence: float) -> float:
    """Two-sided Student quantile."""
    require_probability("confidence", confidence)
    return float(stdtrit(degrees, 0.5 + 0.5 * confidence))


def half_width(values: ArrayLike, confidence: float = 0.95) -> float:
    """Half-width of Student's confidence interval for a mean.

    Parameters
    ----------
    values : (n,), one number per independent replication, n >= 2
    confidence
        Coverage.

    Returns
    -------
    Half-width, in the unit of the values.

    Raises
    ------
    ValueError
        If there are fewer than 2 values, one is not finite, or the coverage is not strictly between 0 and 1.

    Notes
    -----
    ``t(n - 1) s / sqrt(n)``: Student (1908); Law (2015), Simulation Modeling and Analysis, 5th ed., section 4.5.
    """
    sample = _sample("values", values)
    return _quantile(sample.size - 1.0, confidence) * math.sqrt(float(sample.var(ddof=1)) / sample.size)


def relative_half_width(values: ArrayLike, confidence: float = 0.95) -> float:
    """Half-width over the absolute value of the mean.

    Parameters
    ----------
    values : (n,), one number per independent replication, n >= 2
    confidence
        Coverage.

    Returns
    -------
    The ratio; infinite if the mean is zero.

    Raises
    ------
    ValueError
        As for `half_width`.
    """
    mean = abs(float(_sample("values", values).mean()))
    width = half_width(values, confidence)
    return width / mean if mean > 0 else math.inf


def welch_half_width(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> float:
    """Half-width of Welch's confidence interval for a difference of means of independent samples.

    Parameters
    ----------
    a, b : (n,) and (m,), independent replications, at least 2 each
    confidence
        Coverage.

    Returns
    -------
    Half-width, in the unit of the values.

    Raises
    ------
    ValueError
        As for `half_width`.

    Notes
    -----
    Degrees of freedom after Welch (1947), Biometrika 34:28-35, and Satterthwaite (1946).
    """
    first, second = _sample("a", a), _sample("b", b)
    u, v = float(first.var(ddof=1)) / first.size, float(second.var(ddof=1)) / second.size
    if u + v == 0:
        return 0.0
    degrees = (u + v) ** 2 / (u * u / (first.size - 1) + v * v / (second.size - 1))
    return _quantile(degrees, confidence) * math.sqrt(u + v)


def difference(a: ArrayLike, b: ArrayLike, confidence: float = 0.95) -> Difference:
    """Compare two alternatives that were run on the same random numbers.

    Parameters
    ----------
    a, b : (n,) each, replication i of both on the same random numbers, n >= 2
    confidence
        Coverage of the intervals.

    Returns
    -------
    The comparison, a - b. With a constant sample the correlation is not a number; with a constant difference the
    variance reduction is infinite.

    Raises
    ------
    ValueError
        If the samples differ in length, or as for `half_width`.

    Notes
    -----
    Paired t: Law (2015), section 10.2.1; common random numbers: section 11.2.
    """
    first, second = _sample("a", a), _sample("b", b)
    if first.size != second.size:
        raise ValueError(f"b: {second.size} values given ({first.size}, as many as in a, are allowed)")
    gap = first - second
    apart = float(first.var(ddof=1)) + float(second.var(ddof=1))
    together = float(gap.var(ddof=1))
    spread = float(first.std(ddof=1)) * float(second.std(ddof=1))
    covariance = float((first - first.mean()) @ (second - second.mean())) / (first.size - 1)
    return Difference(
        mean=float(gap.mean()),
        paired_half_width=half_width(gap, confidence),
        welch_half_width=welch_half_width(first, second, confidence),
        correlation=covariance / spread if spread > 0 else math.nan,
        variance_reduction=apart / together if together > 0 else math.inf,
    )


def replications_for_precision(
    values: Sequence[float], precision: float, minimum: int = 3, confidence: float = 0.95
) -> int | None:
    """First number of replications whose interval is as narrow as wanted.

    Parameters
    ----------
    values
        One number per replication, in order.
    precision
        Wanted half-width over the absolute mean, for example 0.05.
    minimum
        Fewest replications to consider, at least 2.
    confidence
        Coverage.

    Returns
    -------
    The number of replications, or none if the values do not suffice.

    Raises
    ------
    ValueError
        If the precision is not above 0, the minimum is not a whole number of at least 2, or as for `half_width`.

    Notes
    -----
    Hoad, Robinson & Davies (2007), Automating DES output analysis: how many replications to run, Winter Simulation
    Conference, without their look-ahead.
    """
    require_positive("precision", precision)
    require_whole("minimum", minimum, minimum=2)
    for number in range(minimum, len(values) + 1):
        if relative_half_width(values[:number], confidence) <= precision:
            return number
    return None


def mser(values: ArrayLike, batch: int = 5) -> Truncation:
    """Warm-up cut by the marginal standard error rule on batch means.

    Parameters
    ----------
    values : (n,), one run in time order; an incomplete last batch is left out
    batch
        Observations per batch; 5 is MSER-5.

    Returns
    -------
    The cut, at most half of the batches.

    Raises
    ------
    ValueError
        If there are fewer than 2 batches, a value is not finite, or the batch is not a whole number of at least 1.

    Notes
    -----
    White (1997), Simulation 69(6):323-334, with the batches of White, Cobb & Spratt (2000), Winter Simulation
    Conference: drop the d of m batches that minimise ``sum_{i > d} (Y_i - mean_d)^2 / (m - d)^2``.
    """
    require_whole("batch", batch, minimum=1)
    sample = _sample("values", values, minimum=2 * batch)
    batches = sample.size // batch
    means = sample[: batches * batch].reshape(batches, batch).mean(axis=1)
    statistics = [float(means[cut:].var()) / (batches - cut) for cut in range(batches // 2 + 1)]
    best = int(np.argmin(statistics))
    return Truncation(best * batch, statistics[best])
