"""Works: the live side of a supplier. Capacity released in the morning, first come first served; then production."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future
from sim.network import Supplier
from sim.world.capacity import Capacity
from sim.world.clock import RELEASE, Clock
from sim.world.parcel import Parcel
from sim.world.route import Route

Floats = NDArray[np.float64]
TINY = 1e-9


class Works:
    """One supplier in one Future.

    A stopped supplier finishes late, it does not forget: orders wait, work in process resumes where it stopped.
    """

    def __init__(self, supplier: Supplier, clock: Clock, future: Future, crossing: bool) -> None:
        self.supplier, self.clock, self.crossing = supplier, clock, crossing
        incidents = [i for i in future.incidents if i.target == "supplier" and i.where == supplier.name]
        self.capacity = Capacity(incidents, future.first, future.end)
        self.limited = supplier.capacity is not None
        self._first = future.first
        self._production = future.production[supplier.name]
        self._queue: deque[tuple[Parcel, Route]] = deque()
        self._morning = -math.inf
        self._left = self._begun = 0.0
        self._set: float | None = None
        self._last = -math.inf

    def ready(self, times: Floats) -> Floats:
        """When goods ordered at these times leave the factory (capacity not limited), in order of ordering."""
        day = np.clip(np.floor(times).astype(int) - self._first, 0, self._production.size - 1)
        ready = self.capacity.finished(times, self._production[day])[1]
        return ready if self.crossing else np.maximum.accumulate(ready)

    def ready_at(self, time: float) -> float:
        """The same for one time."""
        day = min(max(math.floor(time) - self._first, 0), self._production.size - 1)
        lasting = float(self._production[day])
        if self.capacity.calm:
            return time + lasting
        return self.capacity.finished_at(time, lasting)

    def order(self, parcel: Parcel, route: Route) -> None:
        """Take an order; goods go on to the route when they are made."""
        if not self.limited:
            self.hand_over(parcel, route, self.ready_at(parcel.ordered))
            return
        self._queue.append((parcel, route))
        self._wake()

    def _wake(self) -> None:
        morning = math.ceil(self.clock.now - TINY)
        if morning == self._morning and self._left <= TINY:
            morning += 1
        if self._set is None or self._set > morning:
            self._set = float(morning)
            self.clock.at(self._set, RELEASE, self._release)

    def _release(self, _: Any) -> None:
        """One morning's capacity, to the queue in order of arrival; what is not used is lost."""
        now = self.clock.now
        if self._set is None or now != self._set:
            return
        self._set = None
        if now != self._morning:
            self._morning = now
            self._left = float(self.supplier.capacity or 0.0) * self.capacity.speed(now) + self._begun
            self._begun = 0.0
        while self._queue and self._left > TINY:
            parcel, route = self._queue[0]
            wanted = np.atleast_1d(np.asarray(parcel.quantity, dtype=float))
            total = float(wanted.sum())
            done = self.ready_at(now)
            if total <= self._left + TINY:
                self._queue.popleft()
                self._left -= total
                self.hand_over(parcel, route, done)
                continue
            given = np.clip(self._left - (np.cumsum(wanted) - wanted), 0.0, wanted)
            if parcel.stock.whole_units:
                given = np.floor(given + TINY)
                # what is done of a unit is not lost while somebody waits for it
                self._begun = max(self._left - float(given.sum()), 0.0) % 1.0
            self._left = 0.0
            if isinstance(parcel.index, int):
                part, rest = float(given[0]), float(parcel.quantity - given[0])
            else:
                part, rest = given, parcel.quantity - given
            if np.any(given > 0):
                piece = Parcel(parcel.stock, parcel.index, part, parcel.ordered, math.inf)
                piece.origins = parcel.origins
                if parcel.story is not None:
                    piece.story = list(parcel.story)
                    parcel.stock.log.append(piece)
                self.hand_over(piece, route, done)
            parcel.quantity = rest
        if self._queue:
            self._set = now + 1.0
            self.clock.at(self._set, RELEASE, self._release)

    def hand_over(self, parcel: Parcel, route: Route, ready: float) -> None:
        """Goods are, or will be, made at `ready`: the route takes over."""
        if not self.crossing:
            ready = self._last = max(ready, self._last)
        parcel.ready = ready
        if parcel.story is not None:
            parcel.story.append((ready, f"made by {self.supplier.name}"))
        route.send(parcel)

    def queued(self) -> list[Parcel]:
        """Orders that have not been released into production."""
        return [parcel for parcel, _ in self._queue]
