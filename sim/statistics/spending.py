"""Fixed looks at a study while it runs, and how much of the error each of them may spend.

Whoever looks at an interval after every batch and stops when it pleases is wrong more often than 5 % in 100. Two things
keep the promise. Looks are taken at fixed numbers of replications, always of the replications 0 … n - 1. And intervals
are wider than Student's by just so much that, with 95 % confidence, *all* looks together cover the truth: repeated
confidence intervals (Jennison and Turnbull 1989, Journal of the Royal Statistical Society B 51, 305-361) whose error is
spent from look to look (Lan and DeMets 1983, Biometrika 70, 659-663).

The share of the error that is spent by look k is k / (k + 5), a half by the fifth look (200 replications), and never all
of it: no number of looks uses it up. Critical values follow from the joint normal law of the means at all looks, by
the recursion of Armitage, McPherson and Rowe (1969, Journal of the Royal Statistical Society A 132, 235-244), and are
turned into those of Student by their level (Pocock 1977, Biometrika 64, 191-199). They are exact for normal values with
known variance, near enough from 50 replications on, and as good as Student's interval where values are skewed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache

import numpy as np

from sim.errors import UsageError

#: numbers of replications at which a study may be looked at; they depend on nothing
LOOKS: tuple[int, ...] = (
    *(50, 100, 150, 200, 300, 400, 500),
    *(step * 10**power for power in range(5) for step in (750, 1000, 1500, 2000, 3000, 4000, 5000)),
    *(75_000_000, 100_000_000),
)
#: look by which half of the error is spent
HALF = 5
#: points of a Gauss-Legendre rule, far more than needed for the digits that are kept
POINTS = 80


@lru_cache(maxsize=64)
def critical_values(level: float) -> tuple[float, ...]:
    """Standard normal critical value at each of `LOOKS`, rounded up to four digits.

    Parameters
    ----------
    level : confidence of all looks together.
    """
    from scipy.special import ndtr, ndtri

    points, weights = np.polynomial.legendre.leggauss(POINTS)
    root = math.sqrt(2 * math.pi)
    found: list[float] = []
    nodes = mass = np.empty(0)
    for k, look in enumerate(LOOKS):
        error = (1 - level) * ((k + 1) / (k + 1 + HALF) - k / (k + HALF))
        if k == 0:
            found.append(_up(-float(ndtri(error / 2))))
            nodes = found[0] * points
            mass = found[0] * weights * np.exp(-(nodes**2) / 2) / root
            continue
        carried = math.sqrt(LOOKS[k - 1] / look)
        fresh, centre = math.sqrt(1 - carried**2), carried * nodes
        low, high = 0.0, 10.0
        while high - low > 1e-9:
            z = (low + high) / 2
            crossed = float((mass * (ndtr((centre - z) / fresh) + ndtr((-centre - z) / fresh))).sum())
            low, high = (z, high) if crossed > error else (low, z)
        found.append(_up(high))
        new = found[-1] * points
        density = (mass * np.exp(-(((new[:, None] - centre) / fresh) ** 2) / 2)).sum(axis=1) / (fresh * root)
        nodes, mass = new, found[-1] * weights * density
    return tuple(found)


def _up(z: float) -> float:
    """Rounded up, so that the last digits of a machine do not matter."""
    return math.ceil(z * 1e4) / 1e4


def nominal(n: int, level: float = 0.95) -> float:
    """Confidence that an ordinary interval of n replications must have, so that all looks together keep `level`.

    Between two looks it is that of the later one: a study that ends there takes its last look earlier.
    """
    from scipy.special import ndtr

    if not 0 < level < 1:
        raise UsageError(f"confidence {level:g}: between 0 and 1 is needed")
    look = bisect_left(LOOKS, n)
    if look == len(LOOKS):
        raise UsageError(f"{n} replications: at most {LOOKS[-1]:,} can be looked at")
    return 1 - 2 * float(ndtr(-critical_values(level)[look]))


def looks(least: int, most: int) -> tuple[int, ...]:
    """The looks of a study of at least and at most so many replications; the last one is at the most."""
    return (*(look for look in LOOKS if least <= look < most), most)
