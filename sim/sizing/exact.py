"""Exact service of a reorder point when days of demand are independent and follow a given law.

Orders do not cross here: what an order has to last for is demand until the next order's receipt. Let X be the demand
between two reviews, V uniform on 1 … Q the position after a review less r (Hadley and Whitin 1963, chapter 5), and D the
demand between order and receipt. An order is placed when V <= X, the position has then fallen U = X - V below r (the
overshoot), and the cycle that the order ends has run short when U + D > r and somebody asked in it. Demand unserved
from stock in a review period is E(D' - r - V)+ - E(D - r - V)+, D' being demand up to the next order's receipt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.sizing.exposure import Exposure
from sim.sizing.laws import Complexes, DayLaw, Lattice

Floats = NDArray[np.float64]
POINTS = 2048
#: cycles in which nobody asks are told apart while their chance is above this, and up to so many orders back
LEAST, MOST = 0.02, 16


@dataclass(frozen=True)
class Exact:
    """Service as a function of the reorder point.

    Attributes
    ----------
    law : of a day's demand.
    exposure : days between order and receipt.
    every : days between reviews; 0: review is continuous.
    lot : Q; 0 for base-stock, where any quantity is ordered as soon as there was demand.
    whole : whether units are whole.
    """

    law: DayLaw
    exposure: Exposure
    every: int
    lot: float
    whole: bool
    #: points of the lattice where a step is more than a unit
    points: ClassVar[int] = POINTS
    lattice: Lattice = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lattice", window(self))

    @cached_property
    def _day(self) -> Complexes:
        return self.law.transform(self.lattice)

    @cached_property
    def _between(self) -> tuple[Complexes, float]:
        """Transform and mean of what is asked for between two reviews."""
        if self.every == 0:
            return self.law.order(self.lattice)
        return self._day**self.every, self.law.mean * self.every

    @cached_property
    def none(self) -> float:
        """Probability that a day brings no demand."""
        if self.law.kind in ("poisson", "negative_binomial"):
            return self.law.none
        return float(self.law.on_lattice(1.0)[0]) if self.whole and self.law.kind == "gamma" else 0.0

    def _sum(self, days: Floats, weights: Floats) -> Complexes:
        """Transform of the demand over a random number of days, (n,) with weights; Horner, after parts of days."""
        total: Complexes = np.zeros(self.lattice.points // 2 + 1, dtype=complex)
        parts = days - np.floor(days)
        for part in np.unique(parts).tolist():
            here = parts == part
            whole = np.floor(days[here]).astype(int)
            factors = np.bincount(whole, weights[here])
            low = int(np.flatnonzero(factors)[0])
            found = np.full(total.shape, factors[-1], dtype=complex)
            for factor in factors[-2::-1][: factors.size - 1 - low].tolist():
                found *= self._day
                if factor:
                    found += factor
            if low:
                found *= self._day**low
            if part:
                found *= self.law.transform(self.lattice, part)
            total += found
        return total

    @cached_property
    def _steps(self) -> int:
        """Q in steps of the lattice."""
        return max(round(self.lot / self.lattice.step), 1)

    def _overshoot(self) -> tuple[Complexes, float]:
        """Transform of the overshoot of the reorder point, given that an order is placed; chance of an order at a review.

        For base-stock it is all that was asked for since the last review.
        """
        between, _ = self._between
        if self.lot == 0:
            none = self.none**self.every if self.every else 0.0
            return (between - none) / (1 - none), 1 - none
        at_most = np.cumsum(self._pmf_between)
        far = at_most[np.minimum(np.arange(at_most.size) + self._steps, at_most.size - 1)]
        pmf = np.maximum(far - at_most, 0.0)
        total = float(pmf.sum())
        return self.lattice.transform(pmf / total), total / self._steps

    @cached_property
    def _pmf_between(self) -> Floats:
        """Probability of 0, 1, 2, … steps asked for between two reviews."""
        mean, sd = self._between[1], self.law.sd * math.sqrt(max(self.every, 1))
        points = self.lattice.points
        low = max(math.floor((mean - 10 * sd) / self.lattice.step), 0)
        pmf = np.maximum(Lattice(self.lattice.step, low, points).invert(self._between[0]), 0.0)
        return np.concatenate([np.zeros(low), pmf / pmf.sum()])

    @cached_property
    def failing(self) -> Floats:
        """(points,), share of cycles that run short at each reorder point (base-stock level) of the lattice."""
        overshoot, chance = self._overshoot()
        days, weights = self.exposure.days, self.exposure.weights
        transform = overshoot * self._sum(days, weights)
        quiet = self.none**self.every if self.every else 0.0
        if quiet > LEAST:
            transform = transform - self._unasked(overshoot, chance, quiet)
        pmf = self.lattice.invert(transform)
        return np.maximum(np.cumsum(pmf[::-1])[::-1] - pmf, 0.0)

    def _unasked(self, overshoot: Complexes, chance: float, quiet: float) -> Complexes:
        """Transform of U + D where nobody asked in the cycle: no demand in as many days as lie between two orders."""
        days, weights, every = self.exposure.days, self.exposure.weights, self.every
        total: Complexes = np.zeros(overshoot.shape, dtype=complex)
        if self.lot == 0:
            # the last order was placed τ reviews ago with probability (1 - q) q^(τ-1); then τ quiet periods: q^τ
            left, shares = [], []
            for back in range(1, int(days[-1] // every) + 1):
                share = chance * quiet ** (2 * back - 1)
                if share < 1e-6:
                    break
                left.append(days - back * every)
                shares.append(weights * share)
            if left:
                rest, share_of = np.concatenate(left), np.concatenate(shares)
                keep = rest >= 0
                total = overshoot * self._sum(rest[keep], share_of[keep]) if keep.any() else total
            return total
        # the last order was placed τ or more reviews ago where V plus the demand of τ - 1 periods before is at most Q
        within = np.ones(self._steps)
        period = self._between[0]
        before: Complexes = np.ones(period.shape, dtype=complex)
        points = self.lattice.points
        for back in range(1, min(int(days[-1] // every), MOST) + 1):
            share = quiet**back
            if share < LEAST:
                break
            before = before * period
            # probabilities of little demand need no window: what is folded back is beyond Q's reach or negligible
            at_most = np.cumsum(np.maximum(np.fft.irfft(before, points), 0.0))
            index = self._steps - 1 - np.arange(self._steps)
            closer = np.where(index < points, at_most[np.minimum(index, points - 1)], 1.0)
            last = np.maximum(within - closer, 0.0)
            within = closer
            rest = days - back * every
            keep = rest >= 0
            if keep.any() and share * float(last.sum()) > 1e-3 * chance * self._steps:
                joint = np.correlate(np.pad(self._pmf_between, (0, last.size)), last, "valid")[1:] / (
                    chance * self._steps
                )
                total = total + share * self.lattice.transform(joint) * self._sum(rest[keep], weights[keep])
        return total

    @cached_property
    def short(self) -> Floats:
        """(points,), share of demand not served from stock at each reorder point (base-stock level) of the lattice."""
        between, mean = self._between
        days, weights = self.exposure.days, self.exposure.weights
        before = self._sum(days, weights)
        after = before * between
        excess = self._excess(after) - self._excess(before)
        if self.lot == 0:
            return excess / mean
        # averaged over positions r + 1 … r + Q
        total = np.concatenate([[0.0], np.cumsum(excess)])
        size = excess.size
        first = np.minimum(np.arange(size) + 1, size)
        last = np.minimum(np.arange(size) + 1 + self._steps, size)
        return np.asarray((total[last] - total[first]) / (self._steps * mean))

    def _excess(self, transform: Complexes) -> Floats:
        """(points,), E(W - x)+ at each value x of the lattice, units."""
        pmf = self.lattice.invert(transform)
        above = np.cumsum(pmf[::-1])[::-1] - pmf
        return np.asarray((np.cumsum(above[::-1])[::-1]) * self.lattice.step)

    def at_most(self, shares: Floats, most: float) -> float:
        """Least value of the lattice at which a falling share is no more than `most`, units."""
        kept = shares <= most + 1e-12
        return float(self.lattice.values[int(np.argmax(kept)) if kept.any() else -1])


def window(exact: Exact) -> Lattice:
    """A lattice wide and fine enough for demand up to the next order's receipt."""
    law, exposure, most = exact.law, exact.exposure, exact.points
    period = max(exact.every, 1)
    low_days, high_days = float(exposure.days[0]), float(exposure.days[-1]) + period
    asked = law.mean * period
    overshoot = min(exact.lot, asked + 3 * law.sd * math.sqrt(period)) if exact.lot else asked
    spread = math.sqrt(law.sd**2 * high_days + overshoot**2 / 4)
    low = max(law.mean * low_days - 8 * law.sd * math.sqrt(low_days), 0.0)
    if low < law.mean * (exposure.mean + period) * 0.2:
        low = 0.0
    # the tail of a skew law falls by e every variance / mean units
    reach = law.mean * high_days + 6.5 * spread + 25 * law.sd**2 / law.mean - low
    step = 1.0 if exact.whole and reach <= 2 * most - 8 else reach / (most - 8)
    if exact.whole:
        step = float(max(math.ceil(step - 1e-9), 1))
    points = 1 << max(math.ceil(math.log2(reach / step + 4)), 5)
    return Lattice(step, int(low // step), points)
