"""Expected excess E(X - x)+ of a demand X over a level x, the building block of most formulas here.

In inventory theory this is the (first-order) loss function; in insurance, the stop-loss transform.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, pdtr, pdtrc

from sim.theory.arguments import require_non_negative, require_positive

FloatArray = NDArray[np.float64]

TAIL = 1e-17
"""Probability beyond which a tabulated distribution is cut off."""


def poisson_cdf(mean: float, level: int) -> float:
    """Probability that a Poisson variable is at most `level`.

    Parameters
    ----------
    mean
        Mean of the Poisson variable.
    level
        Whole number; below zero the probability is zero.

    Returns
    -------
    The probability.
    """
    return float(pdtr(level, mean)) if level >= 0 else 0.0


def poisson_survival(mean: float, level: int) -> float:
    """Probability that a Poisson variable is above `level`, accurate in the far tail too.

    Parameters
    ----------
    mean
        Mean of the Poisson variable.
    level
        Whole number; below zero the probability is one.

    Returns
    -------
    The probability.
    """
    return float(pdtrc(level, mean)) if level >= 0 else 1.0


def poisson_excess(mean: float, level: int) -> float:
    """Expected excess of a Poisson variable over a level, E(X - x)+.

    Parameters
    ----------
    mean
        Mean of the Poisson variable, at least 0.
    level
        Whole number, may be negative.

    Returns
    -------
    The expected excess, in the unit of the mean.

    Raises
    ------
    ValueError
        If the mean is negative.

    Notes
    -----
    ``mean P(X >= x) - x P(X > x)``: Zipkin (2000), Foundations of Inventory Management, chapter 6.
    """
    require_non_negative("mean", mean)
    if level <= 0:
        return mean - level
    return mean * poisson_survival(mean, level - 1) - level * poisson_survival(mean, level)


def normal_excess(mean: float, sd: float, level: float) -> float:
    """Expected excess of a normal variable over a level, E(X - x)+.

    Parameters
    ----------
    mean, sd
        Mean and standard deviation; the latter above 0.
    level
        Any number.

    Returns
    -------
    The expected excess, in the unit of the mean.

    Raises
    ------
    ValueError
        If the standard deviation is not above 0.

    Notes
    -----
    ``sd (phi(z) - z (1 - Phi(z)))`` with ``z = (x - mean) / sd``: Zipkin (2000), chapter 6.
    """
    require_positive("sd", sd)
    z = (level - mean) / sd
    density = math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    return float(sd * (density - z * ndtr(-z)))


def pmf_excess(pmf: FloatArray, level: float) -> float:
    """Expected excess over a level of a variable on 0, 1, 2, ... given by its probabilities.

    Parameters
    ----------
    pmf : (n,), probability of 0, 1, ..., n - 1
    level
        Any number.

    Returns
    -------
    The expected excess, in units.
    """
    values = np.arange(pmf.size, dtype=np.float64)
    return float(np.maximum(values - level, 0.0) @ pmf)


def poisson_pmf(mean: float, size: int | None = None) -> FloatArray:
    """Probabilities of 0, 1, 2, ... of a Poisson variable.

    Parameters
    ----------
    mean
        Mean of the Poisson variable, at least 0.
    size
        Number of entries; by default as many as leave a negligible tail.

    Returns
    -------
    (size,), probabilities.

    Raises
    ------
    ValueError
        If the mean is negative.
    """
    require_non_negative("mean", mean)
    if size is None:
        size = math.ceil(mean + 12.0 * math.sqrt(mean) + 30.0)
    pmf = np.zeros(size)
    if mean == 0:
        pmf[:1] = 1.0
        return pmf
    values = np.arange(size, dtype=np.float64)
    return np.asarray(np.exp(values * math.log(mean) - mean - gammaln(values + 1.0)), dtype=np.float64)


def trimmed(pmf: FloatArray) -> FloatArray:
    """Drop the upper entries of a distribution that hold a negligible probability.

    Parameters
    ----------
    pmf : (n,), probability of 0, 1, ..., n - 1

    Returns
    -------
    (m,), the first m <= n entries.
    """
    upper = np.cumsum(pmf[::-1])[::-1]
    return pmf[: max(1, int(np.count_nonzero(upper > TAIL)))]
