"""A route: the live side of a lane. Departures, legs, ports, and the boxes of a container pool."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.futures import Future
from sim.network import ContainerPool, Lane
from sim.world.capacity import Capacity, settled
from sim.world.clock import RECEIPT, RELEASE, Clock
from sim.world.loading import rationed, squeezed
from sim.world.parcel import Parcel
from sim.world.quay import Quay

Floats = NDArray[np.float64]
TINY = 1e-9


class Yard:
    """The live side of a container pool: boxes at the origin, and those that are on their way back."""

    def __init__(self, pool: ContainerPool, future: Future) -> None:
        self.pool = pool
        self.incidents = [i for i in future.incidents if i.target == "pool" and i.where == pool.name]
        self._returning: list[tuple[float, float]] = []
        self.out = 0.0
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
            self.out -= heapq.heappop(self._returning)[1]
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

    def imbalance(self, now: float) -> float:
        """Boxes unaccounted for: total - (at pool + loaded and returning + removed); 0 when the books are right."""
        free = self.free(now)
        out = sum(boxes for _, boxes in self._returning)
        removed = self.pool.containers - free - self.out
        total = self.pool.containers
        return abs(total - free - out - removed) + max(-removed, 0.0) + max(out - total, 0.0)


class Route:
    """One lane in one Future.

    Attributes
    ----------
    contended : whether its shipments meet a resource they compete for (boxes, or a port where they count).
    """

    def __init__(
        self,
        lane: Lane,
        clock: Clock,
        future: Future,
        quays: Mapping[str, Quay],
        yards: Mapping[str, Yard],
        crossing: bool,
    ) -> None:
        self.lane, self.clock, self.crossing = lane, clock, crossing
        self._future = future
        self._quays = quays
        self.yard = yards[lane.containers] if lane.containers is not None else None
        self.incidents: list[Incident] = [i for i in future.incidents if i.target == "lane" and i.where == lane.name]
        self.capacity = Capacity(self.incidents, future.first, future.end)
        self._counted = [leg.port is not None and quays[leg.port].counts for leg in lane.legs]
        self.contended = self.yard is not None or any(self._counted)
        self._transit = future.transit[lane.name]
        self._manifest: dict[int, list[Parcel]] = {}
        self._waiting: list[Parcel] = []
        self._never: list[Parcel] = []
        self._last = -math.inf
        if lane.departures is not None:
            self.departures = self._schedule(lane.departures.every, lane.departures.offset)
            self._landing = None if any(self._counted) else self._landings()

    def _schedule(self, every: float, offset: float) -> Floats:
        """Departures that take place, from the first day to well after the end."""
        first, end = self._future.first, self._future.end
        numbers = np.arange(math.ceil((first - offset) / every - TINY), math.ceil((end - offset) / every) + 2)
        times = offset + every * numbers
        if not self.capacity.calm:
            times = times[[self.capacity.speed(time) > 0 for time in times.tolist()]]
        return np.append(times, np.inf)

    def _landings(self) -> Floats:
        landing = self.legs(self.departures)
        return landing if self.crossing else np.maximum.accumulate(landing)

    def legs(self, departing: Floats) -> Floats:
        """Arrival of shipments that depart at these times and compete for nothing on the way."""
        now, factor = departing, self._factor(departing)
        finite = np.where(np.isfinite(departing), departing, self._future.end)
        for leg, times in zip(self.lane.legs, self._transit, strict=True):
            if times is None:
                now = self._quays[str(leg.port)].through(now)
            else:
                day = np.clip(np.floor(finite).astype(int) - self._future.first, 0, times.size - 1)
                now = now + times[day] * factor
        return settled(now)

    def _factor(self, departing: Floats) -> Floats | float:
        """Multiplier of transit times for departures at these times: diversions and slow-downs."""
        if self.capacity.calm:
            return 1.0
        made = np.ones(departing.shape)
        for place, time in enumerate(departing.tolist()):
            speed = self.capacity.speed(time) if math.isfinite(time) else 1.0
            if speed > 0:
                made[place] /= speed
            for incident in self.incidents:
                if incident.covers(math.floor(time) if incident.whole_days and math.isfinite(time) else time):
                    made[place] *= incident.transit_factor
        return made

    def freight_rate(self, departing: float) -> float:
        """Freight of a departure, money per m3; nothing is booked before day 0 or after the end."""
        if not 0 <= departing < self._future.end:
            return 0.0
        rate = self.lane.freight
        for incident in (*self.incidents, *(self.yard.incidents if self.yard is not None else ())):
            if incident.covers(math.floor(departing) if incident.whole_days else departing):
                rate *= incident.freight_factor
        return rate

    def leave(self, ready: Floats) -> Floats:
        """First departures at or after these times."""
        if self.lane.departures is not None:
            return self.departures[np.searchsorted(self.departures, ready - TINY, "left")]
        return self.capacity.begins_many(self.capacity.done_many(ready))

    def leave_at(self, ready: float) -> float:
        """The same for one time."""
        if self.lane.departures is not None:
            return float(self.departures[np.searchsorted(self.departures, ready - TINY, "left")])
        return ready if self.capacity.calm else self.capacity.begins(self.capacity.done(ready))

    def arrivals(self, ready: Floats) -> tuple[Floats, Floats]:
        """Departure and arrival of goods ready at these times, in order of ordering; only where nothing is contended."""
        if self.lane.departures is not None:
            assert self._landing is not None
            place = np.searchsorted(self.departures, ready - TINY, "left")
            return self.departures[place], self._landing[place]
        departing = self.leave(ready)
        landing = self.legs(departing)
        return departing, landing if self.crossing else np.maximum.accumulate(landing)

    def send(self, parcel: Parcel) -> None:
        """Take over goods that are, or will be, ready at ``parcel.ready``."""
        if not math.isfinite(parcel.ready):
            self._never.append(parcel)
            return
        if self.yard is None:
            departing = self.leave_at(parcel.ready)
            if not math.isfinite(departing):
                self._never.append(parcel)
            elif any(self._counted):
                parcel.stock.charge(parcel, self.freight_rate(departing))
                self._carry(parcel, 0, departing)
            else:
                parcel.stock.charge(parcel, self.freight_rate(departing))
                self._tell(parcel, departing)
                self._land(parcel, self._arrival(departing))
            return
        if self.lane.departures is None:
            place = math.ceil(parcel.ready - TINY)  # boxes are loaded daily where no schedule is given
            time = float(place)
        else:
            place = int(np.searchsorted(self.departures, parcel.ready - TINY, "left"))
            time = float(self.departures[place])
        self._expect(place, time)
        self._manifest[place].append(parcel)

    def _arrival(self, departing: float) -> float:
        """When a shipment arrives that competes for nothing and departs now."""
        if self.lane.departures is None:
            return float(self.legs(np.asarray([departing]))[0])
        assert self._landing is not None
        return float(self._landing[np.searchsorted(self.departures, departing - TINY)])

    def _expect(self, place: int, time: float) -> None:
        if place not in self._manifest:
            self._manifest[place] = []
            if math.isfinite(time) and self.yard is not None:
                self.yard.expect(time, self, place, self.clock)

    def _carry(self, parcel: Parcel, leg: int, now: float) -> None:
        """Move a shipment on from a leg, up to the next port where it has to queue."""
        scale = 1.0 if self.capacity.calm else float(np.asarray(self._factor(np.asarray([now])))[0])
        start = now
        if not math.isfinite(now):
            self._land(parcel, now)
            return
        for number in range(leg, len(self.lane.legs)):
            if self._counted[number]:
                self.clock.at(now, RECEIPT, self._berth, (parcel, number))
                return
            port, times = self.lane.legs[number].port, self._transit[number]
            if times is None:
                now = float(self._quays[str(port)].through(np.asarray([now]))[0])
            else:
                day = min(max(math.floor(start) - self._future.first, 0), times.size - 1)
                now += float(times[day]) * scale
        self._land(parcel, now)

    def _berth(self, event: Any) -> None:
        parcel, leg = event.value
        now = self.clock.now
        done = self._quays[str(self.lane.legs[leg].port)].admit(now)
        if parcel.story is not None:
            parcel.story.append((now, f"at {self.lane.legs[leg].port}, leaves on day {done:.1f}"))
        self._carry(parcel, leg + 1, done)

    def _land(self, parcel: Parcel, arrival: float) -> None:
        if math.isfinite(arrival):
            near = round(arrival * 2) / 2
            arrival = near if abs(near - arrival) < TINY else arrival
        if not self.crossing:
            arrival = self._last = max(arrival, self._last)
        parcel.stock.credit(parcel, arrival)
        if math.isfinite(arrival):
            self.clock.at(arrival, RECEIPT, parcel.stock.receive, parcel)
        else:
            self._never.append(parcel)

    def tell(self, parcel: Parcel) -> None:
        """Note departure and waits of a parcel that is, or will be, ready and competes for nothing."""
        if math.isfinite(parcel.ready):
            self._tell(parcel, self.leave_at(parcel.ready))

    def _tell(self, parcel: Parcel, departing: float) -> None:
        """Note departure and waits in ports in the parcel's story, where the run is traced."""
        if parcel.story is None or not math.isfinite(departing):
            return
        parcel.story.append((departing, f"departs on {self.lane.name}"))
        if any(self._counted):
            return
        now, scale = np.asarray([departing]), self._factor(np.asarray([departing]))
        for leg, times in zip(self.lane.legs, self._transit, strict=True):
            if times is None:
                quay = self._quays[str(leg.port)]
                wait = float((quay.starts(now) - now)[0])
                if math.isfinite(wait):
                    told = f"reaches {leg.port}" + (f", waits {wait:.1f} d" if wait > 0.5 else "")
                    parcel.story.append((float(now[0]), told))
                now = quay.through(now)
            else:
                now = now + times[min(max(math.floor(departing) - self._future.first, 0), times.size - 1)] * scale

    def waiting_at(self, place: int) -> tuple[list[Parcel], list[Parcel]]:
        """Cargo for one departure: what was left behind before, and what is new."""
        old, self._waiting = self._waiting, []
        return old, self._manifest.pop(place, [])

    def depart(self, place: int, loaded: list[Parcel], left: list[Parcel], now: float) -> None:
        """Send off what is loaded; what is left behind waits for the next departure."""
        rate = self.freight_rate(now)
        for parcel in loaded:
            self._tell(parcel, now)
            parcel.stock.charge(parcel, rate)
            if any(self._counted):
                self._carry(parcel, 0, now)
            elif self.lane.departures is None:
                self._land(parcel, float(self.legs(np.asarray([now]))[0]))
            else:
                self._land(parcel, float(self._landing[place]))  # type: ignore[index]
        self._waiting = left
        if left:
            for parcel in left:
                if parcel.story is not None:
                    parcel.story.append((now, f"too few boxes on {self.lane.name}, left behind"))
            following = place + 1
            self._expect(
                following, float(following) if self.lane.departures is None else float(self.departures[following])
            )

    def held(self) -> list[Parcel]:
        """Parcels that wait here for boxes or a departure."""
        return [*self._never, *self._waiting, *(parcel for parcels in self._manifest.values() for parcel in parcels)]
