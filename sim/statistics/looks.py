"""Looking at a study while it runs: fixed looks, intervals that hold at all of them, and when to stop.

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
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.statistics.interval import Floats, Interval, interval

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


def looking(values: Floats, level: float = 0.95, share: bool = False, yes_no: bool = False) -> Interval:
    """Interval of a mean that stays valid when it is looked at again and again, at fixed looks.

    Parameters
    ----------
    values : (n,) of replications 0 … n - 1, NaN where null.
    level : confidence of all looks together.
    share, yes_no : as in `sim.statistics.interval.interval`.
    """
    return interval(values, nominal(values.size, level), share, yes_no)


def looks(least: int, most: int) -> tuple[int, ...]:
    """The looks of a study of at least and at most so many replications; the last one is at the most."""
    return (*(look for look in LOOKS if least <= look < most), most)


@dataclass(frozen=True)
class Decision:
    """Whether a study may stop.

    Attributes
    ----------
    enough : it may.
    at : replications that this was decided on: 0 … at - 1; 0 before the first look.
    next : replications to have before the next look; none where the study may stop.
    expected : replications that will be needed, by today's spread, at a look; none where that cannot be said.
    interval : at that look, valid under looking; NaN before the first one.
    reached : its half-width as a share of the mean, or of what it is measured against; infinite where that is 0.
    certain : the sign is certain, at the level asked for.
    capped : the most replications are used up, and the precision is not reached.
    why : in words.
    """

    enough: bool
    at: int
    next: int | None
    expected: int | None
    interval: Interval
    reached: float
    certain: bool
    capped: bool
    why: str


@dataclass(frozen=True)
class Precision:
    """The precision that a study runs for.

    Replications are added until the half-width of the interval is at most a given share of the mean, and has been over
    the last few replications too (the look-ahead of Hoad, Robinson and Davies 2010, Journal of the Operational Research
    Society 61, 1632-1644, here looking back from the look: k replications up to 100, k in 100 beyond), or until there
    are too many of them. The decision rests on the first replications alone, at fixed looks, and never on how many are
    there by chance: the same study stops at the same number, however often it was interrupted.

    Attributes
    ----------
    target : half-width over the mean, for example 0.02.
    least, most : replications.
    look_ahead : k above; 0 for none.
    level : confidence of the interval, at all looks together.
    sign_level : stop too when the sign is certain at this level at all looks together; not at all where none.

    Raises
    ------
    UsageError : one of them makes no sense.
    """

    target: float
    least: int = 50
    look_ahead: int = 5
    most: int = 10_000
    level: float = 0.95
    sign_level: float | None = None
    looks: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.target < math.inf:
            raise UsageError(f"precision {self.target:g}: above 0 is needed, for example 0.02 for ± 2 %")
        if self.least < 2:
            raise UsageError(f"at least {self.least} replications: 2 or more are needed")
        if not self.least <= self.most <= LOOKS[-1]:
            raise UsageError(
                f"at most {self.most} replications: from {self.least} (the least) to {LOOKS[-1]:,} are possible"
            )
        if self.look_ahead < 0:
            raise UsageError(f"look-ahead {self.look_ahead}: 0 or more is needed")
        for level in (self.level, self.sign_level):
            if level is not None and not 0 < level < 1:
                raise UsageError(f"confidence {level:g}: between 0 and 1 is needed")
        object.__setattr__(self, "looks", looks(self.least, self.most))

    @property
    def first(self) -> int:
        """Replications to have before the first look."""
        return self.looks[0]

    def decide(
        self, values: Floats, scale: Floats | float | None = None, share: bool = False, yes_no: bool = False
    ) -> Decision:
        """Whether these replications are enough.

        Parameters
        ----------
        values : (n,) of replications 0 … n - 1, NaN where null; a measure, or a paired difference.
        scale : what the half-width is measured against: (n,) values whose mean counts, for example those of the second
            posture of a pair, or one number; the mean of the values themselves where left out.
        share, yes_no : as in `sim.statistics.interval.interval`.
        """
        decision = Decision(False, 0, self.first, None, _nothing(), math.nan, False, False, "before the first look")
        for look in self.looks:
            if look > values.size:
                break
            decision = self._at(look, values[:look], scale, share, yes_no)
            if decision.enough:
                break
        return decision

    def _at(self, look: int, values: Floats, scale: Floats | float | None, share: bool, yes_no: bool) -> Decision:
        found = looking(values, self.level, share, yes_no)
        size = abs(_mean(scale[:look]) if isinstance(scale, np.ndarray) else found.mean if scale is None else scale)
        reached = found.half_width / size if size > 0 else math.inf if found.n > 1 else math.nan
        narrow = reached <= self.target and self._held(values, size if scale is not None else None)
        certain = self.sign_level is not None and _clear(looking(values, self.sign_level, share, yes_no))
        done, last = narrow or certain, look == self.most
        following = None if done or last else self.looks[self.looks.index(look) + 1]
        expected = None if done or not math.isfinite(reached) else self._expected(look, reached)
        why = self._why(found, reached, narrow, certain, last, scale is None, following)
        return Decision(done or last, look, following, expected, found, reached, certain, last and not done, why)

    def _held(self, values: Floats, size: float | None) -> bool:
        """Whether the precision held over the last replications."""
        from scipy.special import stdtrit

        n = values.size
        back = self.look_ahead if n <= 100 else self.look_ahead * n // 100
        if back == 0:
            return True
        there = ~np.isnan(values)
        centre = _mean(values)
        kept = np.where(there, values - centre, 0.0)
        last = slice(max(n - 1 - back, 1), n)
        count = np.cumsum(there)[last].astype(float)
        total, squares = np.cumsum(kept)[last], np.cumsum(kept**2)[last]
        if count[0] < 2:
            return False
        variance = np.maximum(squares - total**2 / count, 0.0) / (count - 1)
        half = stdtrit(count - 1, (1 + nominal(n, self.level)) / 2) * np.sqrt(variance / count)
        means: Floats = np.abs(centre + total / count) if size is None else np.full(count.size, size)
        # room for rounding, where all values are alike
        inside: NDArray[np.bool_] = half <= self.target * means * (1 + 1e-9)
        return bool(inside.all())

    def _expected(self, look: int, reached: float) -> int:
        """The look by which the precision is to be expected: the half-width falls as the root of the number."""
        needed = look * (reached / self.target) ** 2
        return next((one for one in self.looks if one > look and one >= needed), self.most)

    def _why(
        self, found: Interval, reached: float, narrow: bool, certain: bool, last: bool, own: bool, following: int | None
    ) -> str:
        where = f"after {found.n} replications that count"
        told = f"± {100 * reached:.2g} %" if math.isfinite(reached) else "no relative half-width"
        if narrow:
            return f"{told} reached {where}"
        if certain and self.sign_level is not None:
            return f"the sign is certain at {100 * self.sign_level:g} % {where}; {told}"
        why = f"{told} {where}, ± {100 * self.target:.2g} % wanted"
        if found.n < 2:
            why = f"{found.n} of the replications count: nothing can be said"
        elif own and found.low == found.high == 0:
            why += ": all values are 0, and no share of 0 can be reached"
        elif own and not _clear(found):
            why += ": the mean is too near to 0 for a share of it to be reached soon, if ever"
        elif reached <= self.target:
            why += ": reached just now, but not over the last replications"
        return f"{why}; the most allowed, {self.most}, are used up" if last else f"{why}; next look at {following}"


def _mean(values: Floats) -> float:
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if kept.size else math.nan


def _clear(found: Interval) -> bool:
    """Whether the interval is clear of 0."""
    return found.low > 0 or found.high < 0


def _nothing() -> Interval:
    return Interval(math.nan, math.nan, math.nan, 0)
