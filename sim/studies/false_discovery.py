"""Many verdicts at once: p-values that do not lean on normality, and control of the share of false ones.

A verdict has a direction: a buffer pays, or it does not. The share of verdicts that are wrong, or right for the wrong
direction, is held at 5 % in the mean (Benjamini and Hochberg 1995; for directions Benjamini and Yekutieli 2005).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: share of false verdicts that is accepted, in the mean
RATE = 0.05
#: futures in which a buffer must have been used before anything is said of it
ENOUGH = 30


def p_values(values: Floats) -> Floats:
    """Two-sided p-value of the mean of each column being 0, in the direction in which it is not.

    Twice the larger of two one-sided values: Student's, and Student's after Hall's transformation, which takes the skewness
    out of the statistic (Hall 1992, Journal of the Royal Statistical Society B 54, 221-228, the cubic g₁). What a buffer
    saves is skewed to the right: rare, large. There Student's alone finds too many buffers that do not pay.

    Parameters
    ----------
    values : (replications, columns).

    Returns
    -------
    (columns,); 1 with fewer than three replications or where all are 0, 0 where all are alike but not 0.
    """
    from scipy.special import stdtr

    count = values.shape[0]
    mean = values.mean(axis=0)
    if count < 3:
        return np.ones(mean.shape)
    centred = values - mean
    second = (centred**2).mean(axis=0)
    # what is left of equal numbers after rounding is no spread
    flat = second <= (1e-12 * np.abs(values).max(axis=0)) ** 2
    spread = np.where(flat, 1.0, second)
    skew = (centred**3).mean(axis=0) / spread**1.5
    t = mean / np.sqrt(spread / (count - 1))
    root = np.sqrt(count)
    hall = t + skew * (t**2 / 3 + 1 / 6) / root + skew**2 * t**3 / (27 * count)
    side = np.sign(mean)
    tail = np.maximum(stdtr(count - 1, -side * t), stdtr(count - 1, -side * hall))
    found: Floats = np.where(flat, np.where(mean == 0, 1.0, 0.0), np.minimum(2 * tail, 1.0))
    return found


def adjusted(p: Floats, method: Literal["bh", "by"] = "bh") -> Floats:
    """p-values adjusted for how many there are: at most `RATE` means a verdict.

    Parameters
    ----------
    p : (lines,).
    method : 'bh' (Benjamini and Hochberg 1995; holds for independent values and for many that go together) or 'by'
        (Benjamini and Yekutieli 2001; holds for any dependence).
    """
    from scipy.stats import false_discovery_control

    if not p.size:
        return p
    found: Floats = false_discovery_control(p, method=method)
    return found


def directions(
    values: Floats, enough: NDArray[np.bool_], rate: float = RATE
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """For each column, whether its mean is shown to be above 0 (1), below (-1), or neither (0).

    Columns that have not enough to go by keep their place among all with a p-value of 1: to drop them after looking would
    make the others look better than they are.

    Parameters
    ----------
    values : (replications, columns).
    enough : (columns,) whether anything may be said at all.
    rate : share of false verdicts accepted.

    Returns
    -------
    Directions, p-values and adjusted p-values, (columns,) each.
    """
    p = np.where(enough, p_values(values), 1.0)
    after = adjusted(p)
    return np.where(after <= rate, np.sign(values.mean(axis=0)), 0).astype(np.intp), p, after
