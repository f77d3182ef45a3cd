"""Strata of futures: how often disruptions strike at random, so that a study can look at the rare years more often."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: the last stratum holds the counts that are together at most this likely; less likely ranges are joined to the next
RARE = 0.01
#: replications that each stratum gets before shares count: with two it has a spread
FIRST = 2
GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Strata:
    """Futures divided by the number of primary events, all triggers together.

    A trigger is a disruption that strikes as a Poisson process: one with a `rate`, a background, or one with exponential
    `up` times. Their numbers add up to a Poisson number N; stratum s holds the futures with `ranges[s]` events. Given N,
    events are spread over the triggers by their means, and times, lengths, severities and what follows are drawn as ever.

    The stratum of a replication is a function of its number alone (and of the scenario), so a study can be extended.

    Attributes
    ----------
    triggers : names of the disruptions and their mean numbers of events over the span of a future, warm-up included.
    ranges : fewest and most events of each stratum; the most of the last is infinite.
    probabilities : of each stratum, exact.
    shares : of the replications, fixed in advance; 0 where nothing needs to be drawn.
    free : a future of the first stratum has no incident at all, so its loss is 0 without living it.
    """

    triggers: tuple[tuple[str, float], ...]
    ranges: tuple[tuple[int, float], ...]
    probabilities: tuple[float, ...]
    shares: tuple[float, ...]
    free: bool

    @property
    def plain(self) -> bool:
        """Whether there is nothing to divide by: one stratum, drawn as every future is."""
        return len(self.ranges) == 1

    @property
    def sampled(self) -> tuple[int, ...]:
        """Strata that replications are drawn from."""
        return tuple(place for place, share in enumerate(self.shares) if share > 0)

    @property
    def least(self) -> int:
        """Fewest replications with which every estimate has an interval."""
        return FIRST * len(self.sampled)

    @property
    def labels(self) -> tuple[str, ...]:
        """How many events each stratum has, in words."""
        if self.plain:
            return ("all",)
        return tuple(
            f"{low} or more" if math.isinf(high) else f"{low}" if high == low else f"{low} to {high:.0f}"
            for low, high in self.ranges
        )

    @cached_property
    def _edges(self) -> Floats:
        return np.cumsum([self.shares[place] for place in self.sampled])

    def place(self, replication: int) -> int:
        """Stratum of a replication: each in turn at first, then by the golden section, which keeps to the shares."""
        sampled = self.sampled
        if replication < self.least:
            return sampled[replication % len(sampled)]
        point = ((replication + 0.5) * GOLDEN) % 1.0
        return sampled[min(int(np.searchsorted(self._edges, point, side="right")), len(sampled) - 1)]

    def counts(self, seed: int, replication: int) -> Mapping[str, int] | None:
        """How often each trigger strikes in a replication; None: as chance decides."""
        if self.plain:
            return None
        source = generator(seed, replication, "strata")
        low, high = self.ranges[self.place(replication)]
        means = np.asarray([mean for _, mean in self.triggers])
        number = _between(source, float(means.sum()), low, high)
        spread = source.multinomial(number, means / means.sum())
        return {name: int(count) for (name, _), count in zip(self.triggers, spread, strict=True)}


def strata_of(scenario: Scenario, plain: bool = False) -> Strata:
    """Strata of the futures of a scenario.

    Shares of replications are in proportion to probability x events (one more where other disruptions strike besides): the
    spread of a year's loss grows about so with the number of events. It is a rule fixed in advance; it decides how
    sharp an estimate is, never what it is of.

    Parameters
    ----------
    scenario : one weather of it.
    plain : do not divide.
    """
    first, end = scenario.span
    triggers = [] if plain else [(one.name, _mean(one, first, end)) for one in scenario.bound_disruptions]
    triggers = [(name, mean) for name, mean in triggers if mean > 0]
    if not triggers:
        return Strata((), ((0, math.inf),), (1.0,), (1.0,), False)
    names = {name for name, _ in triggers}
    free = all(_springs_from(one, names) for one in scenario.bound_disruptions)
    ranges = _ranges(sum(mean for _, mean in triggers))
    table = _table(sum(mean for _, mean in triggers))
    count = np.arange(table.size)
    likely, spread = [], []
    for low, high in ranges:
        here = (count >= low) & (count <= high)
        likely.append(float(table[here].sum()))
        spread.append(float((table * count)[here].sum()) + (0.0 if free else likely[-1]))
    whole = sum(spread)
    return Strata(tuple(triggers), ranges, tuple(likely), tuple(part / whole for part in spread), free)


def _mean(disruption: Any, first: float, last: float) -> float:
    """Mean number of times that a disruption strikes as a Poisson process; 0 where it does otherwise."""
    if getattr(disruption, "after", None) is not None:
        return 0.0
    up = getattr(disruption, "up", None)
    if up is not None:
        return (last - first) / float(up.mean) if up.law == "exponential" else 0.0
    expected = getattr(disruption, "expected", None)
    return float(expected(first, last)) if expected is not None else 0.0


def _springs_from(disruption: Any, triggers: set[str]) -> bool:
    """Whether a disruption strikes only where a trigger does, or never."""
    if disruption.name in triggers:
        return True
    from sim.disruptions import Background, RandomOutage, Timed

    if not isinstance(disruption, Timed | RandomOutage | Background):
        return False
    if getattr(disruption, "after", None) is not None:
        return True
    return getattr(disruption, "start", None) is None and getattr(disruption, "up", None) is None


@lru_cache(maxsize=8)
def _table(mean: float) -> Floats:
    """Probabilities of 0, 1, 2 … events, as far as they are above rounding, summing to 1."""
    from scipy.stats import poisson

    table: Floats = poisson.pmf(np.arange(int(mean + 12 * math.sqrt(mean) + 40)), mean)
    table /= table.sum()
    return table


def _ranges(mean: float) -> tuple[tuple[int, float], ...]:
    """No event; then ranges half a standard deviation wide; then all that is rare."""
    table = _table(mean)
    above = table[::-1].cumsum()[::-1]
    last = max(int(np.argmax(above <= RARE)), 1)
    width = max(math.ceil(math.sqrt(mean) / 2), 1)
    found: list[tuple[int, float]] = [(0, 0)]
    low = 1
    while low < last:
        high = low + width - 1
        while high < last - 1 and table[low : high + 1].sum() < RARE:
            high += 1
        found.append((low, min(high, last - 1)))
        low = int(found[-1][1]) + 1
    return (*found, (last, math.inf))


def _between(source: np.random.Generator, mean: float, low: int, high: float) -> int:
    """A Poisson number, given that it lies in a range: one uniform number through the inverse of its distribution."""
    table = _table(mean)
    part = table[low : table.size if math.isinf(high) else int(high) + 1]
    reached = part.cumsum()
    return low + min(int(np.searchsorted(reached, source.random() * reached[-1], side="right")), part.size - 1)
