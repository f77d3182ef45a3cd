"""Detours: goods that would depart while a passage of their lane is closed leave by another lane instead."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future
from sim.network import Lane
from sim.world.capacity import Capacity
from sim.world.motion import here

if TYPE_CHECKING:
    from sim.world.parcel import Parcel
    from sim.world.route import Route

Floats = NDArray[np.float64]
TINY = 1e-9
Spell = tuple[float, float]


def attach(lanes: Iterable[Lane], routes: Mapping[str, Route], future: Future) -> None:
    """Give each route its detour, where one of its passages is closed at some time."""
    for lane in lanes:
        if lane.role != "detour":
            continue
        main, route = routes[str(lane.instead_of)], routes[lane.name]
        spells = taken(main.lane, lane, future)
        if not spells:
            continue
        main.detour = Detour(main, route, spells)
        main.undisturbed = False
        main.contended |= route.contended
        main.lossy |= route.lossy


def taken(main: Lane, lane: Lane, future: Future) -> list[Spell]:
    """Spells in which the detour is taken: a passage is closed, and has been for as long as it takes to act on it.

    Passages are the main lane itself and its ports, without those that the detour passes too.
    """
    key = ("detour", lane.name)
    if key not in future.cache:
        same = {leg.port for leg in lane.legs}
        ports = [leg.port for leg in main.legs if leg.port is not None and leg.port not in same]
        places = [("lane", main.name), *(("port", port) for port in dict.fromkeys(ports))]
        found: list[Spell] = []
        for target, where in places:
            capacity = Capacity(here(future, target, where), future.first, future.end)
            found += closed(capacity, lane.at_or_below, lane.after)
        future.cache[key] = merged(found)
    spells: list[Spell] = future.cache[key]
    return spells


def closed(capacity: Capacity, level: float, after: float) -> list[Spell]:
    """Spells in which a passage has this share of its capacity or less, without the first days of each."""
    if capacity.calm:
        return []
    found: list[Spell] = []
    since: float | None = None
    for time, speed in zip(capacity._times, capacity._slopes, strict=True):
        if speed <= level + TINY:
            since = time if since is None else since
        elif since is not None:
            found.append((since + after, time))
            since = None
    if since is not None:
        found.append((since + after, math.inf))
    return [(begins, ends) for begins, ends in found if begins < ends]


def merged(spells: Sequence[Spell]) -> list[Spell]:
    """Spells in order, those that touch or overlap made one."""
    found: list[Spell] = []
    for begins, ends in sorted(spells):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


class Detour:
    """What stands in for one route while it is closed.

    Goods are turned when they would depart (the sailing they would take, or the moment they are ready), or later while they
    still wait to depart; goods that have departed go on as they are.

    Not modelled: turning at sea; a detour of a detour.
    """

    def __init__(self, main: Route, route: Route, spells: Sequence[Spell]) -> None:
        self.main, self.route = main, route
        self._begins = [begins for begins, _ in spells]
        self._ends = [ends for _, ends in spells]

    def on(self, time: float) -> bool:
        """Whether the detour is taken at this time."""
        place = bisect_right(self._begins, time) - 1
        return place >= 0 and time < self._ends[place]

    def turned_at(self, ready: float, departing: float) -> float:
        """When goods ready then, that would depart at `departing`, are turned to the detour; infinite: they are not."""
        lane = self.main.lane
        would = ready
        if lane.departures is not None:
            every, offset = lane.departures.every, lane.departures.offset
            would = offset + every * math.ceil((ready - offset) / every - TINY)
        elif self.main.yard is not None:
            would = float(math.ceil(ready - TINY))
        place = bisect_right(self._ends, would)
        if place == len(self._begins):
            return math.inf
        time = max(would, self._begins[place])
        return time if time == would or time < departing else math.inf

    def arrivals(self, ready: Floats, departing: Floats, arrival: Floats) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Departure and arrival of goods ready at these times, in order of ordering, and which of them are turned.

        Parameters
        ----------
        departing, arrival : what they would be on the main route.

        Goods do not overtake others on the same lane; by the detour they may overtake those that wait on the main one.
        """
        turned = np.array(
            [
                self.turned_at(one, leaves) if math.isfinite(one) else math.inf
                for one, leaves in zip(ready.tolist(), departing.tolist(), strict=True)
            ]
        )
        around = np.isfinite(turned)
        if not around.any():
            return departing, arrival, around
        departing, arrival = departing.copy(), arrival.copy()
        departing[around], arrival[around] = self.route.arrivals(turned[around])
        if not around.all():
            departing[~around], arrival[~around] = self.main.arrivals(ready[~around])
        return departing, arrival, around

    def diverts(self, parcel: Parcel, departing: float) -> bool:
        """Take over goods that would depart then, if they are turned."""
        moment = self.turned_at(parcel.ready, departing)
        if not math.isfinite(moment):
            return False
        self.route.send(parcel, moment)
        return True
