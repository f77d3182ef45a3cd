"""Two costs at a time: confidence regions of pairs of means, and which posture is worse than another in both.

A posture is dominated when another one costs no more in carrying *and* loses no more in stockouts, and less in one of them.
No weighing of the one cost against the other can make a dominated posture the best.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from sim.statistics.interval import Floats, Interval, interval


@dataclass(frozen=True)
class Region:
    """Confidence ellipse of a pair of means.

    Attributes
    ----------
    x, y : centre.
    axes : the two half-axes as vectors (dx, dy), the longer one first; none where there is no ellipse.
    n : replications that count in both.
    """

    x: float
    y: float
    axes: tuple[tuple[float, float], tuple[float, float]] | None
    n: int

    def outline(self, points: int = 120) -> Floats:
        """(points, 2) of the ellipse, anticlockwise; the centre alone where there is none."""
        if self.axes is None:
            return np.array([[self.x, self.y]])
        angle = 2 * math.pi * np.arange(points) / points
        found: Floats = np.array([self.x, self.y]) + np.outer(np.cos(angle), self.axes[0])
        return found + np.outer(np.sin(angle), self.axes[1])


def region(x: Floats, y: Floats, level: float = 0.95) -> Region:
    """Confidence ellipse of the means of two measures of the same replications.

    Hotelling (1931), Annals of Mathematical Statistics 2, 360-378: 2 (n - 1) / (n - 2) F(2, n - 2) times the covariance of
    the means.

    Parameters
    ----------
    x, y : (n,), NaN where null (left out in pairs).
    level : confidence of the region.

    Returns
    -------
    The region; without an ellipse where fewer than three replications count.
    """
    from scipy.special import fdtri

    both = ~(np.isnan(x) | np.isnan(y))
    kept = np.column_stack([x[both], y[both]])
    n = int(kept.shape[0])
    if n == 0:
        return Region(math.nan, math.nan, None, 0)
    centre = kept.mean(axis=0)
    if n < 3:
        return Region(float(centre[0]), float(centre[1]), None, n)
    gap = kept - centre
    covariance = gap.T @ gap / (n - 1) / n
    size = 2 * (n - 1) / (n - 2) * float(fdtri(2, n - 2, level))
    spread, directions = np.linalg.eigh(covariance)
    # the sign of an eigenvector is a matter of the machine
    directions = directions * np.where(directions.sum(axis=0) < 0, -1.0, 1.0)
    long, short = ((directions * np.sqrt(np.maximum(spread, 0.0) * size)).T[place] for place in (1, 0))
    return Region(
        float(centre[0]), float(centre[1]), ((float(long[0]), float(long[1])), (float(short[0]), float(short[1]))), n
    )


@dataclass(frozen=True)
class Dominance:
    """Posture a dominates posture b.

    Attributes
    ----------
    a, b : names.
    x, y : a - b in the two costs, with the intervals that show it.
    """

    a: str
    b: str
    x: Interval
    y: Interval


def dominances(costs: Mapping[str, tuple[Floats, Floats]], level: float = 0.95) -> tuple[Dominance, ...]:
    """Which posture dominates which, with this confidence that not one of these claims is wrong.

    Both paired differences must be shown to be below 0. Two conditions at once need no allowance for being two (Berger 1982,
    Technometrics 24, 295-300); the number of ordered pairs does, by Bonferroni. A difference that is 0 in every replication
    counts as no more.

    Parameters
    ----------
    costs : for each posture two measures, lower being better, (n,) each of the same Futures, NaN where null.
    level : confidence of all claims together.
    """
    count = len(costs) * (len(costs) - 1)
    found = []
    for a, b in permutations(costs, 2):
        # one end of each interval matters, with an error of (1 - level) / count
        each = 1 - 2 * (1 - level) / max(count, 1)
        x, y = (interval(costs[a][side] - costs[b][side], each) for side in (0, 1))
        if _lower(x) and _lower(y) and (x.high < 0 or y.high < 0):
            found.append(Dominance(a, b, x, y))
    return tuple(found)


def _lower(difference: Interval) -> bool:
    """Whether a difference is shown to be below 0, or is 0 throughout."""
    return difference.high < 0 or difference.low == difference.high == 0
