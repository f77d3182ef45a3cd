"""A yard: the live side of a container pool. Who departs at one instant shares what boxes there are."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.futures import Future
from sim.network import ContainerPool
from sim.world.clock import RELEASE, Clock
from sim.world.loading import rationed, squeezed
from sim.world.motion import here

if TYPE_CHECKING:
    from sim.world.route import Route

TINY = 1e-9


class Yard:
    """The live side of a container pool: boxes at the origin, and those that are on their way back."""

    def __init__(self, pool: ContainerPool, future: Future) -> None:
        self.pool = pool
        self.incidents = here(future, "pool", pool.name)
        self._returning: list[tuple[float, float]] = []
        self.out = self._loaded = self._returned = 0.0
        self._draws = future.counter("cycle", pool.name)
        self._loads = 0
        self._due: dict[float, list[tuple[Route, int]]] = {}

    def expect(self, time: float, route: Route, place: int, clock: Clock) -> None:
        """A route will depart at this time; all that depart at one instant share what boxes there are."""
        if time not in self._due:
            self._due[time] = []
            clock.at(time, RELEASE, self._depart, time)
        self._due[time].append((route, place))

    def _depart(self, event: Any) -> None:
        now = event.value
        routes = self._due.pop(now)
        waiting = [route.waiting_at(place) for route, place in routes]
        pool, free = self.pool, self.free(now)
        if pool.whole:
            free = float(math.floor(free + TINY))
        needs = [sum(parcel.stock.volume_of(parcel) for parcel in [*old, *new]) / pool.capacity for old, new in waiting]
        if pool.whole:
            needs = [float(math.ceil(need - TINY)) for need in needs]
        if sum(needs) <= free + TINY:
            for (route, place), (old, new), need in zip(routes, waiting, needs, strict=True):
                self.load(need, now)
                route.depart(place, [*old, *new], [], now)
            return
        shares = rationed(waiting, free, pool.capacity, pool.whole)
        for (route, place), (old, new), room in zip(routes, waiting, shares, strict=True):
            loaded, left = squeezed(old, new, room * pool.capacity, now)
            used = sum(parcel.stock.volume_of(parcel) for parcel in loaded) / pool.capacity
            self.load(min(float(math.ceil(used - TINY)) if pool.whole else used, room), now)
            route.depart(place, loaded, left, now)

    def share_left(self, now: float) -> float:
        """Share of the pool that incidents leave."""
        share = 1.0
        for incident in self.incidents:
            share *= incident.fraction(math.floor(now) if incident.whole_days else now)
        return share

    def free(self, now: float) -> float:
        """Boxes at the origin now."""
        while self._returning and self._returning[0][0] <= now:
            boxes = heapq.heappop(self._returning)[1]
            self.out -= boxes
            self._returned += boxes
        if not self._returning:
            self.out = 0.0
        return max(self.pool.containers * self.share_left(now) - self.out, 0.0)

    def load(self, boxes: float, now: float) -> None:
        """Take boxes away; they come back after the cycle time."""
        law = self.pool.cycle_time
        cycle = law.mean if law.sd == 0 else float(law.from_score(np.asarray(self._draws.score(self._loads))))
        self._loads += 1
        for incident in self.incidents:
            if incident.covers(math.floor(now) if incident.whole_days else now):
                cycle *= incident.cycle_factor
        heapq.heappush(self._returning, (now + cycle, boxes))
        self.out += boxes
        self._loaded += boxes

    def imbalance(self, now: float) -> float:
        """Boxes unaccounted for; 0 when the books are right.

        Boxes on the road are counted one load after another. They must be those loaded less those that came back, no more
        than the pool ever had, and what is free must be what incidents leave of the pool less them. Boxes on the road that
        an incident has taken away leave the pool when they come back, so that none is free until then.
        """
        free = self.free(now)
        road = sum(boxes for _, boxes in self._returning)
        left = max(self.pool.containers * self.share_left(now) - road, 0.0)
        return abs(self._loaded - self._returned - road) + abs(free - left) + max(road - self.pool.containers, 0.0)
