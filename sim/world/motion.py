"""Goods under way when an incident strikes: held where they are, or lost; and prices by day."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.futures import Future
from sim.world.capacity import Capacity

Floats = NDArray[np.float64]


def here(future: Future, target: str, where: str) -> list[Incident]:
    """Incidents of one place that happen at all; sorted by place once for each Future, not once for each place."""
    places: dict[tuple[str, str], list[Incident]] | None = future.cache.get("by place")
    if places is None:
        places = future.cache["by place"] = {}
        for one in future.incidents:
            if one.happens:
                places.setdefault((one.target, one.where), []).append(one)
    return list(places.get((target, where), ()))


class Holds:
    """Spells in which goods that were under way at their start stand still; goods that depart later go on.

    Parameters
    ----------
    incidents : those of one lane that hold goods.
    first, end : days covered.
    """

    def __init__(self, incidents: Sequence[Incident], first: float, end: float) -> None:
        spells = sorted(incidents, key=lambda one: one.begins)
        self._starts = [one.begins for one in spells]
        still = [replace(one, remaining=0.0) for one in spells]
        # a shipment that departs before spell k is held by it and by all that begin later
        self._clocks = [Capacity(still[number:], first, end) for number in range(len(still))]

    def moved(self, departing: Floats, start: Floats, duration: Floats) -> Floats:
        """When goods that departed then, and begin a leg at `start`, end it."""
        made = start + duration
        for place, departed in enumerate(departing.tolist()):
            made[place] = self.moved_at(departed, float(start[place]), float(duration[place]))
        return made

    def moved_at(self, departed: float, start: float, duration: float) -> float:
        """The same for one shipment."""
        number = bisect_right(self._starts, departed)
        if number == len(self._starts) or not math.isfinite(start):
            return start + duration
        return self._clocks[number].finished_at(start, duration)


class Losses:
    """Moments at which all that is under way (or being made) is lost."""

    def __init__(self, moments: Iterable[float]) -> None:
        self._moments = sorted(set(moments))

    def __bool__(self) -> bool:
        return bool(self._moments)

    def between(self, after: float, until: float) -> float:
        """First such moment later than `after` and not later than `until`; infinite where there is none."""
        place = bisect_right(self._moments, after)
        found = self._moments[place] if place < len(self._moments) else math.inf
        return found if found <= until else math.inf


def upon(share: float | Floats, more: float | Floats) -> float | Floats:
    """Share added by one price factor on top of another: they multiply, (1 + share)(1 + more) - 1."""
    # in this order, so that either alone stays as it is to the last bit
    return share + more + share * more


class Prices:
    """What incidents, and the supplier itself, add to purchase prices, as a share of them, by time.

    Parameters
    ----------
    incidents : those that have a price factor.
    factor : price of the supplier over the purchase price of its items.
    """

    def __init__(self, incidents: Iterable[Incident], factor: float = 1.0) -> None:
        self._incidents = [one for one in incidents if one.price_factor != 1.0]
        self._factor = factor

    def __bool__(self) -> bool:
        return bool(self._incidents) or self._factor != 1.0

    def at(self, time: float) -> float:
        """Share added at a time; shares of several incidents of one place add up, and multiply the supplier's own."""
        added = sum(one.price_factor - 1.0 for one in self._incidents if one.on(time))
        return added if self._factor == 1.0 else self._factor * (1.0 + added) - 1.0
