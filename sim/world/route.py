"""A route: the live side of a lane. Departures, legs, ports, and what befalls goods on the way."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.futures import Future
from sim.network import Lane, Leg
from sim.world.capacity import Capacity, settled
from sim.world.clock import INCIDENT, RECEIPT, Clock
from sim.world.detour import Detour
from sim.world.motion import Holds, Losses, Prices, here, upon
from sim.world.parcel import Parcel
from sim.world.quay import Quay
from sim.world.yard import Yard

Floats = NDArray[np.float64]
TINY = 1e-9


class Route:
    """One lane in one Future.

    Attributes
    ----------
    contended : whether its shipments meet a resource they compete for (boxes, or a port where they count).
    detour : the way taken instead while a passage is closed; None where none is closed in this Future.
    """

    def __init__(
        self,
        lane: Lane,
        clock: Clock,
        future: Future,
        quays: Mapping[str, Quay],
        yards: Mapping[str, Yard],
        crossing: bool,
        doors: Capacity | None = None,
    ) -> None:
        self.lane, self.clock, self.crossing = lane, clock, crossing
        self._future = future
        self._quays = quays
        self.yard = yards[lane.containers] if lane.containers is not None else None
        self.incidents: list[Incident] = here(future, "lane", lane.name)
        self.capacity = Capacity(self.incidents, future.first, future.end)
        self._level = self.capacity.calm and all(one.transit_factor == 1.0 for one in self.incidents)
        held = [one for one in self.incidents if one.under_way == "held"]
        self._holds = Holds(held, future.first, future.end) if held else None
        self._delay = future.delays.get(lane.name)
        #: opening times of the warehouse at the other end, where it is closed at some time
        self._doors = doors
        self._losses = Losses(one.begins for one in self.incidents if one.under_way == "lost")
        self.lossy = bool(self._losses)
        self.prices = Prices(self.incidents)
        #: whether goods depart when they are ready and take their transit time, whatever happens
        self.undisturbed = (
            self._level and not (held or self.lossy or self.prices) and self._delay is None and doors is None
        )
        self._counted = [leg.port is not None and quays[leg.port].counts for leg in lane.legs]
        self.contended = self.yard is not None or any(self._counted)
        self.detour: Detour | None = None
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
        now = departing
        for _, _, after in self._walk(departing):
            now = after
        if self._delay is not None:
            now = now + self._delay[self._day(departing)]
        if self._doors is not None:
            now = self._doors.begins_many(self._doors.done_many(now))
        return settled(now)

    def _day(self, departing: Floats) -> NDArray[np.intp]:
        finite = np.where(np.isfinite(departing), departing, self._future.end)
        day = np.floor(finite).astype(np.intp) - self._future.first
        found: NDArray[np.intp] = np.clip(day, 0, self._future.end - self._future.first - 1)
        return found

    def _walk(self, departing: Floats) -> Iterator[tuple[Leg, Floats, Floats]]:
        """Each leg with when shipments that depart at these times begin and end it."""
        now, factor, day = departing, self._factor(departing), self._day(departing)
        for leg, times in zip(self.lane.legs, self._transit, strict=True):
            before = now
            if times is None:
                now = self._quays[str(leg.port)].through(now)
            elif self._holds is None:
                now = now + times[day] * factor
            else:
                now = self._holds.moved(departing, now, times[day] * factor)
            yield leg, before, now

    def _factor(self, departing: Floats) -> Floats | float:
        """Multiplier of transit times for departures at these times: diversions and slow-downs."""
        if self._level:
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
                # on a lane of emergency orders the price of expediting counts, where the incident has one of its own
                own = self.lane.role == "expedite" and incident.expedite_factor != 1.0
                rate *= incident.expedite_factor if own else incident.freight_factor
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

    def send(self, parcel: Parcel, since: float | None = None) -> None:
        """Take over goods that are, or will be, ready at ``parcel.ready``; on a detour, that are turned to it at `since`."""
        ready = parcel.ready if since is None else since
        if not math.isfinite(ready):
            self._never.append(parcel)
            return
        if self.yard is None:
            departing = self.leave_at(ready)
            if self.detour is not None and self.detour.diverts(parcel, departing):
                return
            if not math.isfinite(departing):
                for lot in parcel.lots:
                    lot.passed("departure", self.lane.name, departing)
                self._never.append(parcel)
                return
            parcel.departs = departing
            self._note(parcel, departing)
            parcel.stock.charge(parcel, self.freight_rate(departing))
            if any(self._counted):
                self._carry(parcel, 0, departing, departing)
            else:
                arrival = self._arrival(departing)
                self.tell(parcel, departing, arrival)
                self._land(parcel, arrival, departing)
            return
        if self.lane.departures is None:
            place = math.ceil(ready - TINY)  # boxes are loaded daily where no schedule is given
            time = float(place)
        else:
            place = int(np.searchsorted(self.departures, ready - TINY, "left"))
            time = float(self.departures[place])
        if self.detour is not None and self.detour.diverts(parcel, time):
            return
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

    def _carry(self, parcel: Parcel, leg: int, now: float, since: float) -> None:
        """Move a shipment on from a leg, which it begins at `now`, up to the next port where it has to queue.

        `since`: up to when its way is settled; what is lost is lost later.
        """
        scale = 1.0 if self._level else float(np.asarray(self._factor(np.asarray([now])))[0])
        start = now
        if not math.isfinite(now):
            self._land(parcel, now, since)
            return
        for number in range(leg, len(self.lane.legs)):
            if self._counted[number]:
                if not self._lost(parcel, since, now):
                    self.clock.at(now, RECEIPT, self._berth, (parcel, number))
                return
            port, times = self.lane.legs[number].port, self._transit[number]
            if times is None:
                now = float(self._quays[str(port)].through(np.asarray([now]))[0])
            else:
                day = min(max(math.floor(start) - self._future.first, 0), times.size - 1)
                lasting = float(times[day]) * scale
                now = now + lasting if self._holds is None else self._holds.moved_at(parcel.departs, now, lasting)
            for lot in parcel.lots:
                lot.passed(*self._stage(number), now, number)
        if self._delay is not None:
            now += float(self._delay[self._day(np.asarray([parcel.departs]))[0]])
        for lot in parcel.lots:
            lot.passed("delay", self.lane.name, now)
        self._land(parcel, now, since)

    def _stage(self, leg: int) -> tuple[str, str]:
        """Stage and place of a leg that is passed without a queue of its own."""
        port = self.lane.legs[leg].port
        return ("transit", self.lane.name) if port is None else ("port", port)

    def _berth(self, event: Any) -> None:
        parcel, leg = event.value
        now = self.clock.now
        done = self._quays[str(self.lane.legs[leg].port)].admit(now)
        if parcel.lots:
            port = str(self.lane.legs[leg].port)
            _, waited, _ = self._quays[port].waits[-1]
            for lot in parcel.lots:
                lot.passed("queue", port, now + waited, leg)
                lot.passed("port", port, done, leg)
        self._carry(parcel, leg + 1, done, now)

    def lost_at(self, since: float, until: float) -> float:
        """When goods on their way in this time are lost; infinite where they are not."""
        return self._losses.between(since, until)

    def lose(self, parcel: Parcel, moment: float) -> None:
        """Let goods be lost on their way at a moment."""
        parcel.stock.credit(parcel, moment)
        parcel.fate = "lost_in_transit"
        self.clock.at(moment, INCIDENT, parcel.stock.lose, parcel)

    def _lost(self, parcel: Parcel, since: float, until: float) -> bool:
        moment = self.lost_at(since, until) if self.lossy else math.inf
        if math.isfinite(moment):
            self.lose(parcel, moment)
            return True
        return False

    def _land(self, parcel: Parcel, arrival: float, since: float) -> None:
        if self._doors is not None and math.isfinite(arrival):
            arrival = self._doors.begins(self._doors.done(arrival))
            for lot in parcel.lots:
                lot.passed("door", self.lane.destination, arrival)
        if math.isfinite(arrival):
            near = round(arrival * 2) / 2
            arrival = near if abs(near - arrival) < TINY else arrival
        if self._lost(parcel, since, arrival):
            return
        if not self.crossing:
            arrival = self._last = max(arrival, self._last)
        for lot in parcel.lots:
            lot.passed("behind", self.lane.name, arrival)
        parcel.stock.credit(parcel, arrival)
        if (self.prices or np.any(parcel.dear)) and 0 <= arrival < self._future.end:
            parcel.stock.surcharge(parcel, upon(parcel.dear, self.prices.at(arrival)))
        if self.lane.per_delivery and parcel.stock.buying is not None:
            parcel.stock.buying.arrives(self.lane.name, arrival, self._future.end)
        if math.isfinite(arrival):
            self.clock.at(arrival, RECEIPT, parcel.stock.receive, parcel)
        else:
            self._never.append(parcel)

    def tell(self, parcel: Parcel, departing: float, arrival: float) -> None:
        """Note, where the run is traced, every stage of goods that compete for nothing and arrive then."""
        if not parcel.lots:
            return
        self._note(parcel, departing)
        if not math.isfinite(departing):
            return
        stages: list[tuple[str, str, float, int]] = []
        for number, (leg, before, after) in enumerate(self._walk(np.asarray([departing]))):
            if leg.port is not None:
                stages.append(("queue", leg.port, float(self._quays[leg.port].starts(before)[0]), number))
            stages.append((*self._stage(number), float(after[0]), number))
        now = stages[-1][2] if stages else departing
        if self._delay is not None:
            now += float(self._delay[self._day(np.asarray([departing]))[0]])
            stages.append(("delay", self.lane.name, now, -1))
        if self._doors is not None:
            stages.append(("door", self.lane.destination, self._doors.begins(self._doors.done(now)), -1))
        if arrival < self._future.end:
            # what arrives later is as good as never, and the books say so with a day far beyond the end
            stages.append(("behind", self.lane.name, arrival, -1))
        for lot in parcel.lots:
            for stage in stages:
                lot.passed(*stage)

    def _note(self, parcel: Parcel, departing: float) -> None:
        """Note when goods depart, where the run is traced."""
        for lot in parcel.lots:
            if lot.departs == math.inf:
                lot.leaves(self.lane.name, departing)

    def waiting_at(self, place: int) -> tuple[list[Parcel], list[Parcel]]:
        """Cargo for one departure: what was left behind before, and what is new."""
        old, self._waiting = self._waiting, []
        new = self._manifest.pop(place, [])
        if old and self.detour is not None and self.detour.on(self.clock.now):
            for parcel in old:
                self.detour.route.send(parcel, self.clock.now)
            old = []
        return old, new

    def left_behind(self) -> float:
        """m3 left behind at past departures that wait for the next one."""
        return float(sum(parcel.stock.volume_of(parcel) for parcel in self._waiting))

    def depart(self, place: int, loaded: list[Parcel], left: list[Parcel], now: float) -> None:
        """Send off what is loaded; what is left behind waits for the next departure."""
        rate = self.freight_rate(now)
        for parcel in loaded:
            parcel.departs = now
            self._note(parcel, now)
            parcel.stock.charge(parcel, rate)
            if any(self._counted):
                self._carry(parcel, 0, now, now)
                continue
            arrival = self._arrival(now)
            self.tell(parcel, now, arrival)
            self._land(parcel, arrival, now)
        self._waiting = left
        if left:
            for parcel in left:
                for lot in parcel.lots:
                    lot.left = min(lot.left, now)
            following = place + 1
            self._expect(
                following, float(following) if self.lane.departures is None else float(self.departures[following])
            )

    def held(self) -> list[Parcel]:
        """Parcels that wait here for boxes or a departure."""
        return [*self._never, *self._waiting, *(parcel for parcels in self._manifest.values() for parcel in parcels)]
