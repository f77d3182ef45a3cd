"""Looking at a study while it runs: intervals that hold at all looks, and when the study may stop."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.statistics.interval import Floats, Interval, interval
from sim.statistics.skew import needed
from sim.statistics.spending import LOOKS, looks, nominal

#: a sign is believed with so many times the values that an interval needs; measured in tests, with lognormal values
SURER = 2


def looking(values: Floats, level: float = 0.95, share: bool = False, yes_no: bool = False) -> Interval:
    """Interval of a mean that stays valid when it is looked at again and again, at fixed looks.

    Parameters
    ----------
    values : (n,) of replications 0 … n - 1, NaN where null.
    level : confidence of all looks together.
    share, yes_no : as in `sim.statistics.interval.interval`.
    """
    return interval(values, nominal(values.size, level), share, yes_no)


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
    certain : the sign is certain, at the level asked for, and may be believed.
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
    wary : do not stop before there are as many values as their skewness needs (`sim.statistics.skew.needed`): the first
        intervals of skewed values are too narrow, whatever is done about looking; a sign needs twice as many.

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
    wary: bool = True
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
        narrow = reached <= self.target and self._held(values, None if scale is None else size)
        certain = self.sign_level is not None and _clear(looking(values, self.sign_level, share, yes_no))
        wanted = needed(values) if self.wary and not yes_no and (narrow or certain) else 0
        certain = certain and found.n >= SURER * wanted
        done, last = certain or (narrow and found.n >= wanted), look == self.most
        following = None if done or last else self.looks[self.looks.index(look) + 1]
        expected = None if done or not math.isfinite(reached) else self._expected(look, reached)
        told = f"± {100 * reached:.2g} %" if math.isfinite(reached) else "no relative half-width"
        if done:
            sure = "" if narrow or self.sign_level is None else f"; the sign is certain at {100 * self.sign_level:g} %"
            why = f"{told} reached after {found.n:,} replications that count{sure}"
        else:
            why = f"{told} after {found.n:,} replications that count, ± {100 * self.target:.2g} % wanted"
            why += self._lacking(found, reached, wanted, scale is None)
            why += f"; next look at {following:,}" if following else f"; the most allowed, {self.most:,}, are used up"
        return Decision(done or last, look, following, expected, found, reached, certain, last and not done, why)

    def _lacking(self, found: Interval, reached: float, wanted: int, own: bool) -> str:
        """What a study that may not stop lacks, where more than replications."""
        if found.n < 2:
            return ": too few count for anything to be said"
        wanted *= 1 if reached <= self.target else SURER
        if wanted > found.n:
            return f": values as skewed as these need {wanted:,} before an interval may be believed"
        if own and found.low == found.high == 0:
            return ": all values are 0, and no share of 0 can be reached"
        if own and not _clear(found):
            return ": the mean is too near to 0 for a share of it to be reached soon, if ever"
        return ": reached just now, but not over the last replications" if reached <= self.target else ""

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


def _mean(values: Floats) -> float:
    kept = values[~np.isnan(values)]
    return float(kept.mean()) if kept.size else math.nan


def _clear(found: Interval) -> bool:
    """Whether the interval is clear of 0."""
    return found.low > 0 or found.high < 0


def _nothing() -> Interval:
    return Interval(math.nan, math.nan, math.nan, 0)


__all__ = ["LOOKS", "Decision", "Precision", "looking", "looks", "nominal"]
