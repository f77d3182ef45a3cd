"""Service of base-stock where orders draw their lead times independently and may overtake each other.

Then it is not the demand over one lead time that counts (truth S14) but what is outstanding, as in Palm (1938) and truth
S03: each review period's demand X is still outstanding at age a with the probability that a lead time is longer. With
reviews, a whole period's order comes at once, so that what is outstanding is a sum of X's, each there or not; with
continuous review of single units it is Poisson with mean λ E[L], and `sim.sizing.exact` has it by the mean lead time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.sizing.exact import LEAST, Exact
from sim.sizing.exposure import Exposure
from sim.sizing.laws import Complexes

Floats = NDArray[np.float64]


class Chances:
    """Chances that an order of some age has arrived, by the law of its exposure."""

    def __init__(self, exposure: Exposure) -> None:
        self.days = exposure.days.astype(int)
        self.last = int(self.days[-1])
        self._at = np.zeros(self.last + 3)
        self._at[self.days] = exposure.weights
        self._by = np.cumsum(self._at)

    def at(self, age: NDArray[np.int64]) -> Floats:
        """Chance to arrive exactly at an age."""
        return np.where(age >= 0, self._at[np.clip(age, 0, self.last + 1)], 0.0)

    def by(self, age: NDArray[np.int64]) -> Floats:
        """Chance to have arrived by an age."""
        return np.where(age >= 0, self._by[np.clip(age, 0, self.last + 1)], 0.0)


@dataclass(frozen=True)
class Outstanding(Exact):
    """Exact service of base-stock with reviews and orders that cross; attributes as in `Exact`, without a lot."""

    points: ClassVar[int] = 512

    @cached_property
    def _chances(self) -> Chances:
        return Chances(self.exposure)

    def _ages(self, phase: int, quiet: int = 0) -> NDArray[np.int64]:
        """Ages of all orders that may be outstanding, or were in the last `quiet` days, at the demand that comes `phase`
        days after the last review's."""
        return np.arange(phase, max(self._chances.last + quiet, phase) + 1, self.every)

    @cached_property
    def short(self) -> Floats:
        """(points,), share of demand not served from stock at each base-stock level of the lattice."""
        after: Complexes = np.zeros(self._day.shape, dtype=complex)
        before = after.copy()
        period = self._day**self.every
        for phase in range(self.every):
            there = 1 - self._chances.by(self._ages(phase))[:, None]
            orders = np.prod(1 - there + there * period, axis=0)
            before += orders * self._day**phase / self.every
            after += orders * self._day ** (phase + 1) / self.every
        return (self._excess(after) - self._excess(before)) / self.law.mean

    @cached_property
    def failing(self) -> Floats:
        """(points,), share of cycles that run short at each base-stock level of the lattice.

        Stock falls from receipt to receipt, so a cycle has run short when, on its last day, more is outstanding than the
        level, and somebody asked in it. A cycle's last day is one that is followed by a receipt.
        """
        total: Complexes = np.zeros(self._day.shape, dtype=complex)
        ends = 0.0
        for phase in range(self.every):
            received = self._states(phase, 0, True, True) - self._states(phase, 0, True, False)
            ends += float(received[0].real)
            total += received
            for days in range(1, 400):
                if self.none ** (2 * days) < LEAST / 2:
                    break
                total -= (
                    self._states(phase, days, True, True)
                    - self._states(phase, days, False, True)
                    - self._states(phase, days, True, False)
                    + self._states(phase, days, False, False)
                )
        pmf = self.lattice.invert(total)
        return np.maximum(np.cumsum(pmf[::-1])[::-1] - pmf, 0.0) / ends

    def _states(self, phase: int, quiet: int, first: bool, following: bool) -> Complexes:
        """Transform of what is outstanding after a day's demand, on the event that the last `quiet` days had no demand
        and no receipt but, if `first`, on the morning of their first; without a receipt next, unless `following`."""
        chances, none, every = self._chances, self.none, self.every
        age = self._ages(phase, quiet)
        gone = chances.by(age - quiet) + (chances.at(age - quiet + 1) if first and quiet else 0.0)
        coming = 1 - chances.by(age + 1) + (chances.at(age + 1) if following else 0.0)
        still = np.clip(quiet - age - 1, 0, every)
        nothing = none**every
        powers = {
            rest: none ** (every - rest) * self._day**rest - nothing for rest in np.unique(every - still).tolist()
        }
        asked = np.array([powers[rest] for rest in (every - still).tolist()])
        some = none ** still.astype(float) - nothing
        product: Complexes = np.prod(nothing + (some * gone)[:, None] + asked * coming[:, None], axis=0)
        since = min(quiet, phase + 1)
        fresh: Complexes = none**since * self._day ** (phase + 1 - since)
        if phase == every - 1 and not following:
            # the order of the coming review may arrive before the next demand
            at_once = float(chances.at(np.array([0]))[0])
            fresh = nothing + (fresh - nothing) * (1 - at_once)
        return product * fresh
