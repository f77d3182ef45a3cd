"""Senses: what of a running world becomes a signal, how late and how blurred. Nothing reads ahead."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.disruptions.effects import only_money
from sim.futures import Future
from sim.knowledge import lead_time
from sim.signals import Notice, Signals
from sim.visibility import Visibility
from sim.world.clock import REVIEW
from sim.world.outlook import believed, outlook
from sim.world.quay import Quay

if TYPE_CHECKING:
    from sim.world.world import World

Floats = NDArray[np.float64]
#: days of receipts and of demand that lateness and forecast error look back on
LOOK = 28
#: fewest receipts from which lateness is told
FEWEST = 2
#: a stoppage without an end is believed to last so long, days
LONGEST = 365.0
#: a false alarm announces a stoppage so many days ahead, which is to last as long, and is dropped on its day
ALARM = 14.0
PLACES = ("port", "supplier", "lane", "pool")


class Announced(NamedTuple):
    """A stoppage that becomes known.

    Attributes
    ----------
    incident : what it is.
    known, over : days from when until when it is known.
    factor : error of what is believed.
    said : its length as somebody told it, days.
    law : equally likely lengths of such stoppages, days, where nobody did.
    """

    incident: Incident
    known: float
    over: float
    factor: float
    said: float
    law: Floats | None


class Senses:
    """Everything one firm sees in one replication under its visibility."""

    def __init__(self, world: World, visibility: Visibility) -> None:
        self.world, self.visibility = world, visibility
        self.future: Future = world.future
        self.senses = visibility.senses
        self._published: dict[tuple[str, str], tuple[float, float]] = {}
        self._boxes: dict[float, dict[str, float]] = {}
        self._alarms = self._false_alarms() if "notices" in self.senses else []
        self._known = self._announced() if "notices" in self.senses else []

    def begin(self, days: list[int]) -> None:
        """Set when the firm's own state is looked at that becomes known later; `days` are those on which it is asked for."""
        delay = self.senses.get("containers", (0.0, 0.0))[0]
        if "containers" in self.senses and delay and self.world.yards:
            for day in days:
                if day - delay >= self.future.first:
                    self.world.clock.at(day - delay, REVIEW - 1, self._look, day - delay)

    def signals(self, day: int) -> Signals:
        """What is seen on the morning of a day."""
        wanted = self.senses
        return Signals(
            day=float(day),
            notices=self._notices(day) if "notices" in wanted else (),
            queues=self._queues(day, *wanted["queues"]) if "queues" in wanted else {},
            containers=self._containers(day, *wanted["containers"]) if "containers" in wanted else {},
            lateness=self._lateness(day, *wanted["lateness"]) if "lateness" in wanted else {},
            forecast_error=self._errors(day, *wanted["forecast_error"]) if "forecast_error" in wanted else {},
        )

    def _blur(self, noise: float, day: float, *names: str) -> float:
        """What the noise of a day multiplies a signal with."""
        if not noise:
            return 1.0
        scores = self.future.noise(*names)
        place = min(max(math.floor(day) - self.future.first, 0), scores.size - 1)
        return math.exp(noise * float(scores[place]))

    # -- notices ---------------------------------------------------------------------------------------------------

    def _announced(self) -> list[Announced]:
        """Of each incident, from when until when it is known, and what tells how long it will last."""
        scenario, (delay, noise) = self.world.blueprint.scenario, self.senses["notices"]
        found = []
        for one in self.future.incidents:
            if one.target not in PLACES or not one.happens or only_money(one):
                continue
            known = one.start - one.notice + delay
            factor = self._blur(noise, known, "notices", one.name, one.where, str(one.number))
            # what was first said of it; else the law of such stoppages; else, of a kind of the user's own, what is given
            said = one.end - one.start if math.isnan(one.estimate) else one.estimate
            law = outlook(scenario, one) if math.isnan(one.estimate) else None
            if self._standstill(one, 1.0) > 0:
                found.append(Announced(one, known, one.ends + delay, factor, said, law))
        return found

    def _notice(self, one: Announced, day: int) -> Notice:
        """What is believed of a stoppage on a morning."""
        length = one.said
        if one.law is not None:
            length = believed(one.law, day - self.senses["notices"][0] - one.incident.start)
        length = min(length, LONGEST) * one.factor
        hit = one.incident
        return Notice(hit.target, hit.where, hit.kind, hit.start, length, self._standstill(hit, length))

    def _standstill(self, one: Incident, length: float) -> float:
        """Days of standstill believed, at its worst: capacity lost x length, and days added to the way."""
        scenario = self.world.blueprint.scenario
        rest = (
            float(one.remaining) if isinstance(one.remaining, float | int) else min(left for _, left in one.remaining)
        )
        if one.target == "pool":
            rest /= max(one.cycle_factor, 1.0)
        if one.orders != "queue":
            rest = 0.0
        if one.allocation is not None:
            rest = min(rest, one.allocation)
        more = one.transit_add + one.dwell_add + one.exam_share * one.exam_days
        if one.target == "lane" and one.transit_factor > 1:
            lane = next(lane for lane in scenario.lanes if lane.name == one.where)
            more += (one.transit_factor - 1) * sum(leg.transit.mean for leg in lane.legs if leg.transit is not None)
        if one.target == "port" and one.dwell_factor > 1:
            more += (one.dwell_factor - 1) * next(p.dwell.mean for p in scenario.ports if p.name == one.where)
        return (1 - min(rest, 1.0)) * length + more

    def _false_alarms(self) -> list[tuple[float, Notice]]:
        """Stoppages announced that never come: the day each is known, and what is believed."""
        rate = self.visibility.false_alarms
        if not rate:
            return []
        limit = NormalDist().inv_cdf(1 - rate / 365)
        scenario, delay = self.world.blueprint.scenario, self.senses["notices"][0]
        places = [("port", one.name, "port_strike") for one in scenario.ports]
        places += [("supplier", one.name, "supplier_outage") for one in scenario.suppliers]
        found = []
        for target, where, kind in places:
            days = np.flatnonzero(self.future.noise("false alarm", target, where) > limit) + self.future.first
            for day in days.tolist():
                found.append((day + delay, Notice(target, where, kind, day + ALARM, ALARM, ALARM)))
        return found

    def _notices(self, day: int) -> tuple[Notice, ...]:
        delay = self.senses["notices"][0]
        seen = (self._notice(one, day) for one in self._known if one.known <= day < one.over)
        true = [notice for notice in seen if notice.standstill > 0]
        false = [notice for known, notice in self._alarms if known <= day < notice.start + delay]
        return (*true, *false)

    # -- ports and pools -------------------------------------------------------------------------------------------

    def _queues(self, day: int, delay: float, noise: float) -> dict[str, float]:
        return {
            name: waiting(quay, day - delay, self.future.cache) * self._blur(noise, day, "queues", name)
            for name, quay in self.world.quays.items()
        }

    def _containers(self, day: int, delay: float, noise: float) -> dict[str, float]:
        shares = self._boxes.pop(day - delay, {}) if delay else self._left()
        return {name: share * self._blur(noise, day, "containers", name) for name, share in shares.items()}

    def _left(self) -> dict[str, float]:
        """Cargo left behind at each pool, as a share of it."""
        found = dict.fromkeys(self.world.yards, 0.0)
        for route in self.world.routes.values():
            if route.yard is not None:
                pool = route.yard.pool
                found[pool.name] += route.left_behind() / (pool.capacity * pool.containers)
        return found

    def _look(self, event: Any) -> None:
        self._boxes[event.value] = self._left()

    # -- own records -----------------------------------------------------------------------------------------------

    def _lateness(self, day: int, delay: float, noise: float) -> dict[tuple[str, str], float]:
        scenario, found = self.world.blueprint.scenario, {}
        for name, stock in self.world.stocks.items():
            for origin, receipts in (stock.seen or {}).items():
                late = day - delay
                times = []
                for ordered, received in reversed(receipts):
                    if received < late - LOOK:
                        break
                    if received <= late and ordered >= self.future.first:
                        times.append(received - ordered)
                if len(times) < FEWEST:
                    continue
                if (name, origin) not in self._published:
                    told = lead_time(scenario, name, origin)
                    self._published[name, origin] = (told.mean, max(told.sd, 1.0))
                mean, sd = self._published[name, origin]
                value = (sum(times) / len(times) - mean) / sd
                found[name, origin] = max(value, 0.0) * self._blur(noise, day, "lateness", name, origin)
        return found

    def _errors(self, day: int, delay: float, noise: float) -> dict[str, Floats]:
        found = {}
        for name, stock in self.world.stocks.items():
            mean = self.world.blueprint.sites[name].mean
            past = stock.past(LOOK + math.ceil(delay))[:LOOK]
            if past.shape[0] < LOOK:
                continue
            error = np.sqrt(np.maximum(past.var(axis=0, ddof=1), np.maximum(mean, 1e-12)) / LOOK)
            value = np.maximum((past.mean(axis=0) - mean) / error, 0.0)
            found[name] = value * self._blur(noise, day, "forecast_error", name)
        return found


def waiting(quay: Quay, time: float, cache: dict[Any, Any]) -> float:
    """Other shippers' ships that wait for a berth at a time, as days of work for all berths at full speed.

    First come, first served: of those that had arrived, those wait whose turn, in work done, had not come.
    """
    key = ("turns", quay.port.name)
    if key not in cache:
        cache[key] = quay.turns()
    arrivals, turns = cache[key]
    if not arrivals.size:
        return 0.0
    there = int(np.searchsorted(arrivals, time, "right"))
    begun = int(np.searchsorted(turns[:there], quay.capacity.done(time), "right"))
    return (there - begun) * quay.port.service_time.mean / quay.port.berths
