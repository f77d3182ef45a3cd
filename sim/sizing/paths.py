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

PATHS, MOST = 4096, 16_384
#: days of history drawn from a law
DRAWN = 8192
#: days before the longest lead time in which the last receipt is looked for
EARLIER = 21


@lru_cache(maxsize=8)
def _luck(count: int, orders: int) -> Floats:
    found = generator(0, 0, "sizing", "crossing lead times").random((count, orders))
    found.setflags(write=False)
    return found


@lru_cache(maxsize=64)
def drawn(law: DayLaw) -> Floats:
    """(DRAWN,) days of demand drawn from a law."""
    source = generator(0, 0, "sizing", "drawn history", law.kind)
    if law.kind == "poisson":
        found = source.poisson(law.mean, DRAWN).astype(float)
    elif law.kind == "negative_binomial":
        success = law.mean / law.sd**2
        found = source.negative_binomial(law.mean * success / (1 - success), success, DRAWN).astype(float)
    elif law.kind == "gamma":
        found = source.gamma((law.mean / law.sd) ** 2, law.sd**2 / law.mean, DRAWN)
    else:
        found = np.full(DRAWN, law.mean)
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
    """Empirical service with reviews where orders cross; attributes as in `Windows`."""

    @property
    def _count(self) -> int:
        return min(max(PATHS, 2 * self._history.days), MOST)

    def _look(self, day: Whole, phase: Whole, above: Floats, own: tuple[Whole, Floats] | None = None) -> Look:
        """Paths at the end of some days that lie `phase` days after a review which left the position `above` r.

        `own` names a review of each path, by column, and how long its order takes.
        """
        history, every = self._history, self.every
        count = day.size
        reviews = int(self.exposure.days[-1]) // every + 2 + EARLIER // every
        age = phase[:, None] + every * (np.arange(reviews)[None, :] - 1)
        cumulative = np.cumsum(self.exposure.weights)
        lasting = self.exposure.days[np.searchsorted(cumulative / cumulative[-1], _luck(count, reviews), "right")]
        if own is not None:
            lasting[np.arange(count), own[0]] = own[1]
        placed = day[:, None] - age
        between = history.within(placed - every, placed)
        last = (day - phase)[:, None]
        if self.lot:
            position = above[:, None] + history.within(placed, last)
            units = (np.ceil((position + between) / self.lot) - np.ceil(position / self.lot)) * self.lot
            fresh = between[:, 0] - above
            units[:, 0] = np.where(fresh >= 0, (np.floor(fresh / self.lot) + 1) * self.lot, 0.0)
        else:
            units = between
        units[:, 0] = np.where(phase == every - 1, units[:, 0], 0.0)
        there = (lasting > age) & (age >= 0)
        since = np.where((lasting <= age) & (age >= 0) & (units > 0), age - lasting + 1, np.inf).min(axis=1)
        after = history.within(last[:, 0], day + 1) - above + (units * there).sum(axis=1)
        return Look(after, units, (lasting == age + 1) & (units > 0), since)

    @cached_property
    def _ends(self) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Last days of cycles: what the level has to exceed, weights, and whether somebody asked in the cycle.

        Each path is built around an order that arrives next; where several do, it is one receipt.
        """
        history, every, count = self._history, self.every, self._count
        placed = (balanced("start", count) * history.days).astype(np.int64)
        lasting = self.exposure.days[picked("lead time", self.exposure.weights, count)]
        age = lasting.astype(np.int64) - 1
        day, phase = placed + age, age % every
        between = history.within(placed - every, placed)
        above, weights = np.zeros(count), (between > 0).astype(float)
        if self.lot:
            possible = np.minimum(between, self.lot)
            weights = possible / self.lot
            before = self._position(possible)
            # the position after the last review, a whole number of lots later
            gone = np.where(age >= 0, between - before + history.within(placed, day - phase), 0.0)
            above = np.where(age >= 0, (np.floor(gone / self.lot) + 1) * self.lot - gone, before)
        look = self._look(day, phase, above, ((age - phase) // every + 1, lasting))
        weights = weights / np.maximum(look.follows.sum(axis=1), 1)
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

    @property
    def most(self) -> float:
        """A level that never runs short on any path."""
        return max(float(self._ends[0].max()), float(self._days[1].max()), 0.0) + 1.0
