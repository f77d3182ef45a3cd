"""What held a delivery: each stage of its way against what that stage would have taken without incidents, and the cause."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.futures import Future
from sim.network import Lane
from sim.scenario import Scenario
from sim.world.lot import Lot, Step
from sim.world.quay import Quay

Floats = NDArray[np.float64]
#: days by which a queue must be longer than without incidents for incidents to be its cause
QUEUED = 0.05
#: stages and what may cause them, by kind of target
TARGETS = {
    "capacity": "supplier",
    "production": "supplier",
    "departure": "lane",
    "transit": "lane",
    "delay": "lane",
    "queue": "port",
    "port": "port",
    "door": "warehouse",
}


@dataclass(frozen=True)
class Hold:
    """One stage that took a delivery longer than it would have without incidents.

    Attributes
    ----------
    step : the stage.
    days : how much longer, days.
    causes : incidents behind it; empty where there are none (luck, scarce boxes, or a stage of its own).
    """

    step: Step
    days: float
    causes: tuple[Incident, ...]


class Holds:
    """Finds what held deliveries in one Future.

    Parameters
    ----------
    scenario, future : the business, and what chance decided, incidents included.

    Not modelled: what boxes and capacity would have been like without incidents; all waiting for them counts as held.
    """

    def __init__(self, scenario: Scenario, future: Future) -> None:
        self.scenario, self.future = scenario, future
        self.incidents = tuple(one for one in future.incidents if one.happens)
        self._lanes = {lane.name: lane for lane in scenario.lanes}
        self._ports = {port.name: port for port in scenario.ports}
        self._queues: dict[tuple[str, bool], Callable[[Floats], Floats]] = {}
        self._excess: dict[str, Floats] = {}
        self._fronts: dict[tuple[str, float], Lot] = {}
        self._known: dict[int, tuple[Lot, list[Hold]]] = {}

    @cached_property
    def calm(self) -> Future:
        """The same luck without any incident."""
        return self.future.with_incidents(())

    def queue(self, port: str, calm: bool = False) -> Callable[[Floats], Floats]:
        """Days that a ship arriving at given times waits at a port behind the others; own ships are not counted.

        Parameters
        ----------
        calm : without incidents.
        """
        if (port, calm) not in self._queues:
            spec = dataclasses.replace(self._ports[port], own_share="negligible")
            quay = Quay(spec, self.calm if calm else self.future)
            self._queues[port, calm] = lambda times: quay.starts(times) - times
        return self._queues[port, calm]

    def fronts(self, lots: Iterable[Lot]) -> None:
        """Take note of the deliveries that others may be held behind."""
        for lot in lots:
            if lot.steps and lot.steps[-1].stage != "behind" and math.isfinite(lot.received):
                self._fronts.setdefault((lot.lane, lot.received), lot)

    def front(self, lot: Lot) -> Lot | None:
        """The delivery that this one had to stay behind."""
        found = self._fronts.get((lot.lane, lot.received))
        return None if found is lot else found

    def of(self, lot: Lot) -> list[Hold]:
        """What held a delivery, the longest first."""
        if id(lot) not in self._known:
            self._known[id(lot)] = (lot, self._of(lot))
        return self._known[id(lot)][1]

    def _of(self, lot: Lot) -> list[Hold]:
        found: dict[tuple[str, str], Hold] = {}
        for step in self._stages(lot):
            step = step._replace(end=min(step.end, float(self.future.end)))
            days = (step.end - step.start) - self._usual(lot, step)
            if days <= 1e-6:
                continue
            hold = Hold(step, days, self._causes(lot, step))
            before = found.get((step.stage, step.where))
            if before is not None:
                # legs of one lane are told together
                causes = tuple(dict.fromkeys((*before.causes, *hold.causes)))
                hold = Hold(before.step._replace(end=step.end), before.days + days, causes)
            found[step.stage, step.where] = hold
        return sorted(found.values(), key=lambda one: (-one.days, one.step.start))

    def _stages(self, lot: Lot) -> list[Step]:
        """Its stages, with the one it is still in at the end of the horizon."""
        if math.isfinite(lot.received) or lot.fate or lot.since >= self.future.end:
            return [step for step in lot.steps if step.start < self.future.end]
        if math.isfinite(lot.left):
            return [*lot.steps, Step("boxes", self._lane(lot).name, lot.since, math.inf, -1)]
        if not lot.steps and lot.origin in self.future.production:
            return [Step("capacity", lot.origin, lot.ordered, math.inf, -1)]
        return lot.steps

    def _lane(self, lot: Lot) -> Lane:
        return self._lanes[lot.lane] if lot.lane else self.scenario.lane_to(lot.stock.name, lot.origin)

    def _day(self, time: float) -> int:
        """Place of a day in arrays that begin with the warm-up."""
        time = min(time, float(self.future.end - 1))
        return min(max(math.floor(time) - self.future.first, 0), self.future.end - self.future.first - 1)

    def _usual(self, lot: Lot, step: Step) -> float:
        """Days that a stage would have taken in this Future without incidents."""
        future = self.future
        if step.stage == "production":
            return float(future.production[step.where][self._day(step.start)])
        if step.stage == "transit":
            drawn = future.transit[step.where][step.leg]
            assert drawn is not None
            return float(drawn[self._day(lot.departs)])
        if step.stage == "departure":
            sails = self._lane(lot).departures
            if sails is None:
                return 0.0
            number = math.ceil((step.start - sails.offset) / sails.every - 1e-9)
            return sails.offset + number * sails.every - step.start
        if step.stage == "queue":
            return float(self.queue(step.where, calm=True)(np.asarray([step.start]))[0])
        if step.stage == "port":
            berth = self._ports[step.where].service_time
            return berth.mean + float(future.calm.dwell[step.where][self._day(step.start + berth.mean)])
        return 0.0

    def luck(self, lot: Lot) -> tuple[Step, float] | None:
        """The stage that took most days more than published, by luck; None where none did."""
        found = [(step, step.end - step.start - self._published(lot, step)) for step in lot.steps]
        found = [(step, days) for step, days in found if math.isfinite(days) and days > 0]
        return max(found, key=lambda one: one[1], default=None)

    def _published(self, lot: Lot, step: Step) -> float:
        """Mean days of a stage, as published."""
        if step.stage == "production":
            return next(one.production_time.mean for one in self.scenario.suppliers if one.name == step.where)
        if step.stage == "transit":
            law = self._lanes[step.where].legs[step.leg].transit
            return law.mean if law is not None else 0.0
        if step.stage == "departure":
            sails = self._lane(lot).departures
            return sails.every / 2 if sails is not None else 0.0
        if step.stage == "port":
            return self._ports[step.where].service_time.mean + self._ports[step.where].dwell.mean
        return 0.0

    # -- causes --------------------------------------------------------------------------------------------------------

    def _causes(self, lot: Lot, step: Step) -> tuple[Incident, ...]:
        """Incidents behind a stage that took too long."""
        if step.stage == "boxes":
            return self._of_boxes(step)
        if step.stage == "behind":
            ahead = self.front(lot)
            held = [hold for hold in self.of(ahead) if hold.causes] if ahead is not None else []
            return held[0].causes if held else ()
        target = TARGETS.get(step.stage)
        if target is None:
            return ()
        since = self._clear_before(step.where, step.start) if step.stage == "queue" else step.start
        near = (
            one for one in self.incidents if one.target == target and one.where == step.where and _does(one, step.stage)
        )
        return _told(one for one in near if self._during(one, lot, step, since))

    def _during(self, one: Incident, lot: Lot, step: Step, since: float) -> bool:
        """Whether an incident was there when it mattered: transit is settled at departure, but for goods that are held."""
        overlaps = one.begins < step.end and one.ends > since
        if step.stage in ("transit", "delay"):
            day = math.floor(lot.departs) if one.whole_days and math.isfinite(lot.departs) else lot.departs
            return one.on(day) or (one.under_way == "held" and overlaps and step.stage == "transit")
        return overlaps

    def _of_boxes(self, step: Step) -> tuple[Incident, ...]:
        """Incidents at the pool, up to the time that boxes need to come back."""
        pool = self._lanes[step.where].containers
        cycle = next(one.cycle_time.mean for one in self.scenario.pools if one.name == pool)
        return _told(
            one
            for one in self.incidents
            if one.target == "pool"
            and one.where == pool
            and one.begins < step.end
            and one.ends > step.start - cycle * max(one.cycle_factor, 1.0)
        )

    def _clear_before(self, port: str, time: float) -> float:
        """The last day before this time on which the queue was no longer than without incidents."""
        if port not in self._excess:
            days = np.arange(self.future.first, self.future.end, dtype=np.float64) + np.float64(0.5)
            with np.errstate(invalid="ignore"):
                longer = self.queue(port)(days) - self.queue(port, calm=True)(days)
            self._excess[port] = np.where(np.isnan(longer), np.inf, longer)
        place = self._day(time)
        clear = np.flatnonzero(self._excess[port][: place + 1] < QUEUED)
        return float(self.future.first + clear[-1]) if clear.size else float(self.future.first)


def _does(one: Incident, stage: str) -> bool:
    """Whether an incident can make a stage of its target longer."""
    if stage == "production":
        return one.remaining != 1.0 or one.work != "resumes"
    if stage in ("capacity", "departure", "door"):
        return one.remaining != 1.0
    if stage == "transit":
        return one.remaining != 1.0 or one.transit_factor != 1.0 or one.under_way == "held"
    if stage == "delay":
        return bool(one.transit_add or one.exam_share)
    if stage == "queue":
        return one.remaining != 1.0 or one.traffic_factor > 1.0
    return one.remaining != 1.0 or one.dwell_factor != 1.0 or bool(one.dwell_add or one.exam_share)


def _told(found: Iterable[Any]) -> tuple[Incident, ...]:
    """Incidents worth telling: extra ships that belong to an event go without saying beside it."""
    near = sorted(found, key=lambda one: (one.begins, one.name))
    main = [one for one in near if one.kind != "traffic_of_event"]
    return tuple(main or near)
