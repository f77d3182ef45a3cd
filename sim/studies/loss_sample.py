"""Losses of many years as a weighted sample: mean, spread, exceedance, VaR and CVaR, each with its interval.

Years come from strata of known probability. A year of stratum s, of which n_s were drawn, stands for p_s / n_s of all
years; plain sampling is the case of one stratum. Means are unbiased, quantiles and CVaR consistent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.studies.statistics import t_quantile

Floats = NDArray[np.float64]
LEVEL = 0.95
#: rounding that probabilities may have
TINY = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A number with what is known of it.

    Attributes
    ----------
    value : the estimate.
    low, high : interval; infinite where the years drawn set no bound, NaN where they say nothing of the error.
    error : standard error.
    """

    value: float
    low: float
    high: float
    error: float


@dataclass(frozen=True)
class Curve:
    """A loss-exceedance curve.

    Attributes
    ----------
    losses : (points,) distinct losses, ascending.
    chance, low, high : (points,) probability that a year's loss is above each, and its pointwise interval.
    """

    losses: Floats
    chance: Floats
    low: Floats
    high: Floats

    def reached(self, chance: Floats, share: float) -> float:
        """Smallest loss that is exceeded with at most this probability, by one of the curves; infinite where none is."""
        good = np.flatnonzero(chance <= share + TINY)
        return float(self.losses[good[0]]) if good.size else math.inf


@dataclass(frozen=True)
class Sample:
    """Losses of years that were drawn by strata.

    Attributes
    ----------
    losses : (years,) money.
    places : (years,) stratum of each.
    probabilities : (strata,) exact.
    level : confidence of the intervals.

    A stratum of which no year was drawn has loss 0 for certain: the study sees to that.
    """

    losses: Floats
    places: NDArray[np.intp]
    probabilities: tuple[float, ...]
    level: float = LEVEL

    @cached_property
    def sizes(self) -> NDArray[np.intp]:
        """(strata,) years drawn of each."""
        return np.bincount(self.places, minlength=len(self.probabilities))

    @cached_property
    def weights(self) -> Floats:
        """(years,) share of all years that each stands for; what is missing to 1 has loss 0 for certain."""
        each = np.asarray(self.probabilities) / np.maximum(self.sizes, 1)
        return each[self.places]

    @cached_property
    def _drawn(self) -> list[int]:
        return [int(place) for place in np.flatnonzero(self.sizes)]

    @property
    def certain(self) -> float:
        """Probability of the strata that need no drawing: years without any incident."""
        return float(sum(p for p, size in zip(self.probabilities, self.sizes, strict=True) if size == 0))

    # -- means ---------------------------------------------------------------------------------------------------------

    def average(self, values: Floats, at_zero: float = 0.0, freedom: float | None = None) -> Estimate:
        """Mean of values of the years, with Student's interval.

        Parameters
        ----------
        values : (years,) one for each year drawn.
        at_zero : value of the years that need no drawing.
        freedom : degrees of freedom; those of Satterthwaite (1946) over the strata when left out.
        """
        mean, variance, weak = at_zero * self.certain, 0.0, 0.0
        for place in self._drawn:
            here = values[self.places == place]
            share = self.probabilities[place]
            mean += share * float(here.mean())
            if here.size < 2:
                return Estimate(mean, math.nan, math.nan, math.nan)
            part = share * share * float(here.var(ddof=1)) / here.size
            variance += part
            weak += part * part / (here.size - 1)
        error = math.sqrt(variance)
        if freedom is None:
            freedom = variance * variance / weak if weak > 0 else 1.0
        if freedom < 1:
            return Estimate(mean, math.nan, math.nan, error)
        # scipy takes fractions of a degree; whole ones keep the table of quantiles short, and are on the safe side
        half = t_quantile((1 + self.level) / 2, max(int(freedom + TINY * freedom), 1)) * error
        return Estimate(mean, mean - half, mean + half, error)

    @cached_property
    def mean(self) -> Estimate:
        """Expected annual loss."""
        return self.average(self.losses)

    @cached_property
    def sd(self) -> Estimate:
        """Standard deviation of a year's loss; the interval by the delta method."""
        mean = self.mean.value
        square = self.average((self.losses - mean) ** 2, mean * mean)
        sd = math.sqrt(max(square.value, 0.0))
        if sd == 0:
            return Estimate(0.0, 0.0, 0.0, 0.0)
        half = (square.high - square.low) / 2 / (2 * sd)
        return Estimate(sd, max(sd - half, 0.0), sd + half, square.error / (2 * sd))

    # -- the curve -----------------------------------------------------------------------------------------------------

    def exceedance(self, losses: Floats) -> Curve:
        """Probability that a year's loss is above each of some losses.

        In each stratum the interval is that of a proportion (Wilson 1927); together they make the interval of the sum by
        recovering variances from them (Newcombe 1998; Zou and Donner 2008). With one stratum it is Wilson's.

        Parameters
        ----------
        losses : (points,) ascending.
        """
        from scipy.special import ndtri

        z = float(ndtri((1 + self.level) / 2))
        chance, below, above = (np.zeros(losses.size) for _ in range(3))
        if self.certain:
            chance += self.certain * (losses < 0)
        for place in self._drawn:
            here = np.sort(self.losses[self.places == place])
            n, share = here.size, self.probabilities[place]
            p = (n - np.searchsorted(here, losses, side="right")) / n
            centre = (p + z * z / (2 * n)) / (1 + z * z / n)
            half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
            chance += share * p
            below += (share * (p - np.minimum(centre - half, p))) ** 2
            above += (share * (np.maximum(centre + half, p) - p)) ** 2
        low = np.minimum.accumulate(np.clip(chance - np.sqrt(below), 0.0, 1.0))
        high = np.maximum.accumulate(np.clip(chance + np.sqrt(above), 0.0, 1.0)[::-1])[::-1]
        return Curve(losses, chance, low, high)

    @cached_property
    def curve(self) -> Curve:
        """The loss-exceedance curve at every loss that occurs, and at 0."""
        return self.exceedance(np.unique(np.append(self.losses, 0.0)))

    def chance_above(self, loss: float) -> Estimate:
        """Probability that a year's loss is above this one."""
        found = self.exceedance(np.asarray([float(loss)]))
        error = self.average((self.losses > loss).astype(float), float(loss < 0)).error
        return Estimate(float(found.chance[0]), float(found.low[0]), float(found.high[0]), error)

    @cached_property
    def without_loss(self) -> Estimate:
        """Share of years that lose nothing."""
        some = self.chance_above(0.0)
        return Estimate(1 - some.value, 1 - some.high, 1 - some.low, some.error)

    def return_period(self, loss: float) -> Estimate:
        """Mean number of years between years that lose more than this."""
        p = self.chance_above(loss)

        def years(chance: float) -> float:
            return 1 / chance if chance > 0 else math.inf

        error = p.error / p.value**2 if p.value > 0 else math.nan
        return Estimate(years(p.value), years(p.high), years(p.low), error)

    # -- the tail ------------------------------------------------------------------------------------------------------

    def value_at_risk(self, level: float) -> Estimate:
        """Smallest loss that a year exceeds with a probability of at most 1 - level.

        The interval holds the losses whose exceedance probability may be 1 - level (Woodruff 1952); its upper end is
        infinite where too few years were drawn to set one.
        """
        curve, share = self.curve, 1 - level
        value, low, high = (curve.reached(part, share) for part in (curve.chance, curve.low, curve.high))
        from scipy.special import ndtri

        return Estimate(value, low, high, (high - low) / (2 * float(ndtri((1 + self.level) / 2))))

    def tail(self, level: float) -> int:
        """Years drawn that lose more than the VaR: what the CVaR rests on."""
        return int((self.losses > self.value_at_risk(level).value).sum())

    def _worst(self, level: float) -> tuple[Floats, float, float]:
        """Terms whose mean is the CVaR: of the years drawn, and of those that need no drawing; and the VaR."""
        value = self.value_at_risk(level).value
        return value + np.maximum(self.losses - value, 0.0) / (1 - level), value + max(-value, 0.0) / (1 - level), value

    def conditional_value_at_risk(self, level: float) -> Estimate:
        """Mean loss of the worst share 1 - level of years, whatever atoms there are.

        VaR + E(L - VaR)+ / (1 - level): Rockafellar and Uryasev (2002), theorem 10. Its variance is that of its terms,
        since the VaR minimises it; degrees of freedom are the years in the tail less one, as the spread is theirs.
        """
        terms, rest, _ = self._worst(level)
        if not (self.losses != 0).any():
            return Estimate(0.0, 0.0, 0.0, 0.0)
        return self.average(terms, rest, float(self.tail(level) - 1))


@dataclass(frozen=True)
class Against:
    """Losses of one posture against another's in the same years.

    Attributes
    ----------
    mean, cvar : expected annual loss and CVaR of a less those of b, with intervals of the differences.
    level : of the CVaR.
    less, more, same : share of all years in which a loses less than b, more, and the same.
    """

    mean: Estimate
    cvar: Estimate
    level: float
    less: float
    more: float
    same: float


def against(a: Sample, b: Sample, level: float = 0.95) -> Against:
    """Posture a against posture b, year by year; both were drawn with the same strata."""
    terms_a, rest_a, _ = a._worst(level)
    terms_b, rest_b, _ = b._worst(level)
    freedom = float(min(a.tail(level), b.tail(level)) - 1)
    less = float(a.weights[a.losses < b.losses].sum())
    more = float(a.weights[a.losses > b.losses].sum())
    return Against(
        a.average(a.losses - b.losses),
        a.average(terms_a - terms_b, rest_a - rest_b, freedom),
        level,
        less,
        more,
        1 - less - more,
    )
