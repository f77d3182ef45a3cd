"""A quay: the live side of a port. First-come berths shared with the background traffic drawn in the Future.

Where a firm's own share is negligible its boxes wait behind the background and do not add to the queue: the wait is a
function of time. Where it counts, own ships take their turn in the same queue; because service is first come first
served, a ship's berth time is known when it arrives, so each arrival is one event.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.chance import Counter
from sim.disruptions import Incident
from sim.futures import Future
from sim.network import Port
from sim.world.capacity import Capacity, settled

Floats = NDArray[np.float64]


class Quay:
    """Berths of one port in one Future.

    Parameters
    ----------
    port : the spec.
    future : whose traffic, dwell and incidents rule.
    """

    def __init__(self, port: Port, future: Future) -> None:
        self.port = port
        incidents: Sequence[Incident] = [i for i in future.incidents if i.target == "port" and i.where == port.name]
        self.capacity = Capacity(incidents, future.first, future.end)
        self.counts = port.own_share == "counts"
        self._first = future.first
        self._dwell = future.dwell[port.name]
        self._service = port.service_time.mean
        traffic = future.traffic.get(port.name)
        self._arrivals = traffic.arrivals if traffic is not None else np.empty(0)
        services = traffic.services if traffic is not None else np.empty(0)
        self._work = self.capacity.done_many(self._arrivals)
        self.waits: list[tuple[float, float, float]] = []
        if self.counts:
            self._services = services
            self._berths = [-np.inf] * port.berths
            self._next = 0
            self._own = 0
            self._draws = future.counter("berth", port.name)
            self._drawn: list[float] = []
        else:
            self._free = self._background(services)

    def _background(self, services: Floats) -> Floats:
        """Work time at which the first berth is free after each background arrival."""
        if not self._work.size:
            return np.empty(0)
        if self.port.berths == 1:
            total = np.cumsum(services)
            return total + np.maximum.accumulate(self._work - total + services)
        berths = [-np.inf] * self.port.berths
        free = np.empty(self._work.size)
        for number, (arrival, service) in enumerate(zip(self._work.tolist(), services.tolist(), strict=True)):
            start = berths[0] if berths[0] > arrival else arrival
            heapq.heapreplace(berths, start + service)
            free[number] = berths[0]
        return free

    def turns(self) -> tuple[Floats, Floats]:
        """Arrivals of background ships, and the work done at this port when the turn of each comes; own ships apart."""
        if not self._work.size:
            return self._arrivals, self._work
        free = self._background(self._services) if self.counts else self._free
        before = np.concatenate([[-np.inf], free[:-1]])
        return self._arrivals, np.maximum(self._work, before)

    def starts(self, times: Floats) -> Floats:
        """When boxes that arrive at `times` reach a berth (own share negligible)."""
        work = self.capacity.done_many(times)
        if self._free.size:
            place = np.searchsorted(self._arrivals, times, "right") - 1
            work = np.maximum(work, np.where(place >= 0, self._free[np.maximum(place, 0)], -np.inf))
        return np.maximum(self.capacity.begins_many(work), times)

    def through(self, times: Floats) -> Floats:
        """When boxes that arrive at `times` leave the gate (own share negligible): wait, service and dwell."""
        starts = self.starts(times)
        berthed = self.capacity.finished(starts, np.full(times.shape, self._service))[1]
        return settled(berthed + self._dwell_on(berthed))

    def _dwell_on(self, times: Floats) -> Floats:
        finite = np.where(np.isfinite(times), times, 0.0)
        day = np.clip(np.floor(finite).astype(int) - self._first, 0, self._dwell.size - 1)
        found: Floats = self._dwell[day]
        return found

    def admit(self, now: float) -> float:
        """An own ship arrives now (own share counts): the time it leaves the gate. Calls come in order of time."""
        arrivals, work, berths = self._arrivals, self._work, self._berths
        while self._next < arrivals.size and arrivals[self._next] <= now:
            self._occupy(float(work[self._next]), float(self._services[self._next]))
            self._next += 1
        place = self._own % Counter.BLOCK
        if place == 0:
            scores = self._draws.block(self._own // Counter.BLOCK)
            self._drawn = self.port.service_time.from_score(scores).tolist()
        service = self._drawn[place]
        self._own += 1
        mine = self.capacity.done(now)
        begin = mine if mine > berths[0] else berths[0]
        self._occupy(mine, service)
        start = max(self.capacity.begins(begin), now)
        end = self.capacity.ends(begin + service) if service > 0 else start
        self.waits.append((now, start - now, end - now))
        if not math.isfinite(end):
            return math.inf
        return end + float(self._dwell[min(max(math.floor(end) - self._first, 0), self._dwell.size - 1)])

    def _occupy(self, arrival: float, service: float) -> None:
        start = self._berths[0] if self._berths[0] > arrival else arrival
        heapq.heapreplace(self._berths, start + service)
