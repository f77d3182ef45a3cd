"""Service along paths of history on which every order has a lead time of its own, so that orders may cross.

For the empirical method, and for lots that cross, where no formula is known: then a history is drawn from the method's law.
A path is looked at on the last day of a replenishment cycle, just before a receipt (for cycle service), or on any day (for
the fill rate). From the position after the last review, what was ordered at every review before it follows backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.sizing.laws import DayLaw
from sim.sizing.windows import Floats, Whole, Windows, balanced, picked

#: paths, where orders are few and where they are many; a long history gets one for each of its days
MANY, LEAST = 4096, 2048
CELLS = 200_000
#: lead times are drawn from so many equally likely quantiles
QUANTILES = 4096
#: days of history drawn from a law: so many that the paths through it hardly overlap
DRAWN, DRAWN_PATHS = 1 << 17, 1 << 14
#: days before the longest lead time in which the last receipt is looked for
EARLIER = 21


@lru_cache(maxsize=8)
def _luck(count: int, orders: int) -> NDArray[np.int16]:
    found = generator(0, 0, "sizing", "crossing lead times").integers(0, QUANTILES, (count, orders), dtype=np.int16)
    found.setflags(write=False)
    return found


@lru_cache(maxsize=64)
def drawn(law: DayLaw, whole: bool) -> Floats:
    """(DRAWN,) days of demand: equally likely quantiles of a law in random order, so that its moments are kept."""
    step = 1.0 if whole else law.mean / 64
    found: Floats = step * picked("drawn history", law.on_lattice(step), DRAWN).astype(float)
    found.setflags(write=False)
    return found


@dataclass(frozen=True)
class Look:
    """Paths seen at the end of a day, (paths,) or (paths, reviews); the first review is the one to come.

    Attributes
    ----------
    after : what the level has to exceed: outstanding, plus demand since the last review, less its position above r.
    units : ordered at each review; `follows`: whether it arrives next.
    since : days since the last receipt, that day included.
    """

    after: Floats
    units: Floats
    follows: NDArray[np.bool_]
    since: Floats


@dataclass(frozen=True)
class Paths(Windows):
    """Empirical service with reviews where orders cross; attributes as in `Windows`, and the most paths to look at."""

    most: int = 1 << 16

    @property
    def _reviews(self) -> int:
        """Reviews to look at: the one to come, those whose orders may be outstanding, and some that brought receipts."""
        return int(self.exposure.days[-1]) // self.every + 2 + EARLIER // self.every

    @property
    def _count(self) -> int:
        usual = min(max(CELLS // self._reviews, LEAST), MANY)
        return min(max(usual, self._history.days), self.most)

    @cached_property
    def _lasting(self) -> Floats:
        """(QUANTILES,) days of exposure."""
        cumulative = np.cumsum(self.exposure.weights)
        levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
        return self.exposure.days[np.searchsorted(cumulative / cumulative[-1], levels, "right")]

    def _look(self, day: Whole, phase: Whole, above: Floats, own: tuple[Whole, Floats] | None = None) -> Look:
        """Paths at the end of some days that lie `phase` days after a review which left the position `above` r.

        `own` names a review of each path, by column, and how long its order takes.
        """
        every, count, reviews = self.every, day.size, self._reviews
        age = phase[:, None] + every * (np.arange(reviews)[None, :] - 1)
        lasting = self._lasting[_luck(count, reviews)]
        if own is not None:
            lasting[np.arange(count), own[0]] = own[1]
        last = day - phase
        until = self._history.until(last[:, None] + every * (1 - np.arange(reviews + 1)[None, :]))
        units = until[:, :-1] - until[:, 1:]
        if self.lot:
            fresh = units[:, 0] - above
            position = np.ceil((above[:, None] + until[:, 1:2] - until[:, 1:]) / self.lot)
            units = np.concatenate([units[:, :1], np.diff(position, axis=1) * self.lot], axis=1)
            units[:, 0] = np.where(fresh >= 0, (np.floor(fresh / self.lot) + 1) * self.lot, 0.0)
        units[:, 0] = np.where(phase == every - 1, units[:, 0], 0.0)
        some, left = units > 0, lasting - age
        there = (left > 0) & (age >= 0)
        since = np.where((left <= 0) & some, 1 - left, np.inf)[:, 1:].min(axis=1)
        after = self._history.until(day + 1) - until[:, 1] - above + (units * there).sum(axis=1)
        return Look(after, units, (left == 1) & some, since)

    @cached_property
    def _ends(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Last days of cycles: what the level has to exceed, weights, and whether somebody asked in the cycle.

        Each path is built around an order that arrives next; where several do, it is one receipt.
        """
        history, every, count = self._history, self.every, self._count
        days = np.arange(history.days)
        between = history.within(days - every, days)
        possible = np.minimum(between, self.lot) if self.lot else (between > 0).astype(float)
        # days are used as often as they bring an order: as many of the Q positions as lead to one
        placed = picked("start", possible, count)
        lasting = self.exposure.days[picked("lead time", self.exposure.weights, count)]
        age = lasting.astype(np.int64) - 1
        day, phase = placed + age, age % every
        above = np.zeros(count)
        if self.lot:
            before = self._position(possible[placed])
            # the position after the last review, a whole number of lots later
            gone = np.where(age >= 0, between[placed] - before + history.within(placed, day - phase), 0.0)
            above = np.where(age >= 0, (np.floor(gone / self.lot) + 1) * self.lot - gone, before)
        look = self._look(day, phase, above, ((age - phase) // every + 1, lasting))
        weights = 1.0 / np.maximum(look.follows.sum(axis=1), 1)
        return look.after, weights, history.quiet(day + 1) < look.since

    def _position(self, most: Floats) -> Floats:
        """Positions above r, equally likely up to `most`."""
        found = balanced("position", most.size) * most
        return np.ceil(found) if self.whole else found

    @cached_property
    def _days(self) -> tuple[Floats, Floats]:
        """Any day: what the level has to exceed before its demand and after it."""
        history, count = self._history, self._count
        index = np.arange(count)
        day = (balanced("start", count) * history.days).astype(np.int64)
        above = self._position(np.full(count, self.lot))
        after = self._look(day, index % self.every, above).after
        return after - history.units[day], after

    def failing(self, level: float) -> float:
        """Share of cycles that run short."""
        after, weights, asked = self._ends
        return float(weights[(after > level + 1e-9) & asked].sum()) / float(weights.sum())

    def short(self, level: float) -> float:
        """Share of demand not served from stock."""
        before, after = self._days
        short: Floats = np.maximum(after - level, 0.0) - np.maximum(before - level, 0.0)
        return float(np.mean(short)) / float(np.mean(after - before))

    @property
    def spread(self) -> tuple[float, float]:
        """Standard deviation of what is outstanding before and after a day's demand."""
        before, after = self._days
        return float(before.std(ddof=1)), float(after.std(ddof=1))
