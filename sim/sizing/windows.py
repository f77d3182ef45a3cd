"""Empirical service of a reorder point: windows of demand history joined with recorded lead times.

A window starts on any day of the history with equal chance and runs on without a break, so that weekdays, runs of quiet
days and bursts stay together; the last day is followed by the first (circular bootstrap: Politis and Romano 1992). Every
start is used equally often (balanced bootstrap: Davison, Hinkley and Schechtman 1986, Biometrika 73:555-566). What is
counted in a window is what `sim.sizing.exact` describes in formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.sizing.exposure import Exposure

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
DRAWS = 4096


@lru_cache(maxsize=64)
def balanced(purpose: str, count: int) -> Floats:
    """(count,) a fixed shuffle of equally spaced shares between 0 and 1."""
    found = (generator(0, 0, "sizing", purpose).permutation(count) + 0.5) / count
    found.setflags(write=False)
    return found


def picked(purpose: str, weights: Floats, count: int) -> Whole:
    """(count,) positions, each as often as its weight says, in a fixed random order."""
    cumulative = np.cumsum(weights)
    return np.searchsorted(cumulative / cumulative[-1], balanced(purpose, count), "right").astype(np.int64)


class Past:
    """Sums over stretches of a history that goes round.

    Parameters
    ----------
    units : (days,) units.
    """

    def __init__(self, units: Floats) -> None:
        self.units, self.days = units, units.size
        self._sums = np.concatenate([[0.0], np.cumsum(units)])
        self.total = float(self._sums[-1])

    def until(self, day: Whole) -> Floats:
        """Demand before some days, counted from day 0 of the history; days may lie outside of it."""
        low, high = int(day.min()), int(day.max())
        rounds = np.arange(low // self.days, high // self.days + 1)
        sums = (rounds[:, None] * self.total + self._sums[None, :-1]).ravel()
        found: Floats = sums[day - rounds[0] * self.days]
        return found

    def within(self, start: Whole, end: Whole) -> Floats:
        """Demand of the days from `start` up to but without `end`."""
        return self.until(end) - self.until(start)

    @cached_property
    def _run(self) -> Whole:
        """Days without demand that lie before each day."""
        twice = np.concatenate([self.units, self.units])
        place = np.arange(twice.size)
        last = np.maximum.accumulate(np.where(twice > 0, place, -1))
        run = place - last
        return np.concatenate([run[self.days - 1 : -1]])

    def quiet(self, day: Whole) -> Whole:
        """Days without demand that lie right before some days."""
        found: Whole = self._run[day % self.days]
        return found


@dataclass(frozen=True)
class Windows:
    """Service as a function of the reorder point (base-stock level where there is no lot).

    Attributes
    ----------
    past : (days,) units a day, with some demand.
    exposure : days between order and receipt.
    every : days between reviews; 0: review is continuous.
    lot : Q; 0 for base-stock.
    whole : whether units are whole.
    single : where review is continuous, whether a day's demand counts as one customer order (else as single units).
    """

    past: Floats
    exposure: Exposure
    every: int
    lot: float
    whole: bool
    single: bool = False

    @cached_property
    def _history(self) -> Past:
        return Past(self.past)

    @cached_property
    def _draws(self) -> tuple[Whole, Floats, Floats]:
        """Day of the order, demand up to its receipt, and days of exposure; (draws,)."""
        history, count = self._history, max(DRAWS, 2 * self._history.days)
        start = (balanced("start", count) * history.days).astype(np.int64)
        days = self.exposure.days[picked("lead time", self.exposure.weights, count)]
        return start, self._demand(start, days), days

    def _demand(self, start: Whole, days: Floats) -> Floats:
        """Demand of so many days from a start, parts of days in proportion."""
        history, whole = self._history, np.floor(days).astype(np.int64)
        found = history.within(start, start + whole)
        part = days - whole
        if part.any():
            found = found + part * history.units[(start + whole) % history.days]
        return found

    def _between(self, start: Whole) -> Floats:
        """Demand between the review before `start` and it; of one customer order where review is continuous."""
        history = self._history
        if self.every:
            return history.within(start - self.every, start)
        if self.single:
            return history.units[(start - 1) % history.days]
        return np.where(history.units[(start - 1) % history.days] > 0, 1.0, 0.0)

    @property
    def unit(self) -> float:
        return 1.0 if self.whole else 0.0

    @cached_property
    def _cycles(self) -> tuple[Floats, Floats, Floats]:
        """For each draw: U + D + V, how many of the Q positions V lead to an order, and how many to one that counts.

        An order counts as failed only where somebody asked in the cycle it ends: not where the days since the last
        order, V plus the demand of whole periods before, show that all of them were quiet.
        """
        start, demand, days = self._draws
        between = self._between(start)
        if self.lot == 0:
            orders = (between > 0).astype(float)
            counts = orders.copy()
            if self.every:
                back = self._history.quiet(start - self.every) // self.every + 1
                counts[self._quiet(start, days) >= back * self.every] = 0.0
            return between + demand, orders, counts
        orders = np.minimum(between, self.lot)
        counts = np.full(orders.shape, self.lot)
        if self.every:
            periods = self._quiet(start, days) // self.every
            before = self._history.within(start - self.every * (periods + 1), start - self.every)
            counts = np.where(periods > 0, np.maximum(self.lot - before, 0.0), counts)
        return between + demand, orders, np.minimum(counts, orders)

    def _quiet(self, start: Whole, days: Floats) -> Whole:
        return self._history.quiet(start + np.floor(days).astype(np.int64))

    def failing(self, level: float) -> float:
        """Share of cycles that run short."""
        total, orders, counts = self._cycles
        if self.lot == 0:
            return float(counts[total > level + 1e-9].sum() / orders.sum())
        # V runs from one unit (or nothing) to Q: how many V lie below U + D + V - r
        return float(np.clip(total - level - self.unit, 0.0, counts).sum() / orders.sum())

    @cached_property
    def _periods(self) -> tuple[Floats, Floats, float]:
        """Demand up to the receipt, demand up to the next order's receipt, and mean demand between reviews."""
        start, before, days = self._draws
        if self.every:
            after = self._demand(start, days + self.every)
        elif self.single:
            after = before + self._history.units[(start - 1) % self._history.days]
        else:
            after = before + 1.0
        return before, after, float((after - before).mean())

    def short(self, level: float) -> float:
        """Share of demand not served from stock."""
        before, after, mean = self._periods
        return float((self._excess(after - level) - self._excess(before - level)).mean() / mean)

    def _excess(self, above: Floats) -> Floats:
        """Mean of (demand - r - V)+ over the positions V."""
        if self.lot == 0:
            return np.maximum(above, 0.0)
        inside = np.clip(above, 0.0, self.lot)
        return inside * np.maximum(inside - self.unit, 0.0) / (2 * self.lot) + np.where(
            above > self.lot, above - self.lot, 0.0
        )

    @property
    def spread(self) -> tuple[float, float]:
        """Standard deviation of demand from an order to its receipt, and to the next order's."""
        before, after, _ = self._periods
        return float(before.std(ddof=1)), float(after.std(ddof=1))


def least(share: Callable[[float], float], most: float, guess: float, whole: bool) -> float:
    """Least level, 0 or more, whose falling share is no more than `most`; where not whole, to a part in 4,096.

    `guess` is where to begin: it is doubled until the share has fallen enough.
    """
    high = float(np.ceil(max(guess, 1.0)))
    while share(high) > most + 1e-12:
        high *= 2
    low, step = (-1.0, 1.0) if whole else (0.0, high / 4096)
    while high - low > step:
        middle = float(np.floor((low + high) / 2)) if whole else (low + high) / 2
        low, high = (low, middle) if share(middle) <= most + 1e-12 else (middle, high)
    return max(high, 0.0)
