"""Time to survive without simulating the outage: stock on hand plus the pipeline that still arrives.

Goods that have passed the node when it stops still arrive; nothing else does. So what the undisturbed run received up to
the last of them, and its stock at the start, must last. It holds for items that come straight from a supplier without a
limit to its capacity, through ports where the own share is negligible, at fixed times, for outages that last. It does not
hold for warehouses that are fed by others, for shared capacity, or where a departure carries both goods that had passed
and goods that had not (orders more frequent than departures).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import ways
from sim.network import Lane, Port
from sim.plan import PlanLine
from sim.scenario import Scenario, named
from sim.sourcing import levers
from sim.studies.stress.lived import TINY, Ground, Lived, Rules, service
from sim.studies.stress.nodes import Node

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Trip:
    """Where goods of one order are when, days: ordered, made at the supplier, departed, through the node, received."""

    ordered: float
    ready: float
    departs: float
    through: float
    received: float


def time_to_survive(
    ground: Ground, demand: Floats, base: Lived, node: Node, columns: NDArray[np.intp], longest: int, rules: Rules
) -> float:
    """Days until service first fails if the node stays out: infinite if not within the longest, NaN where not known.

    Parameters
    ----------
    ground, demand, base : the scenario without chance, (days, pairs) its demand, and its run without an outage.
    node, columns : what stops, and positions of the pairs that pass it.
    longest : days looked at.
    rules : start and failure threshold.
    """
    start = rules.start
    if start < 1 or any(line.transship_by for line in ground.plan.lines):
        return math.nan
    known: dict[tuple[str, str, float, float], float] = {}
    last = np.empty(columns.size)
    for row, place in enumerate(columns.tolist()):
        site, item = ground.pairs[place]
        line = ground.plan.by_site[site][item]
        key = site, line.origin, line.review_every, line.review_offset
        if key not in known:
            known[key] = _last_receipt(ground.scenario, node, line, start)
        last[row] = known[key]
    if np.isnan(last).any():
        return math.nan
    asked, share, price = demand[:, columns], ground.lost_share[columns], ground.price[columns]
    net, short = base.net[:, columns], base.short[:, columns]
    received = net[start:] - net[start - 1 : -1] + asked[start:] - short[start:] * share
    level = net[start - 1]
    for day in range(start, min(start + longest + 1, net.shape[0])):
        before = level + np.where(day <= last, received[day - start], 0.0)
        lack = asked[day] - np.minimum(np.maximum(before, 0.0), asked[day])
        extra = np.maximum(lack - short[day], 0.0)
        if service(extra[None], asked[day][None], price)[0] < rules.failure - TINY:
            return float(day - start)
        level = before - asked[day] + lack * share
    return math.inf


def _last_receipt(scenario: Scenario, node: Node, line: PlanLine, start: int) -> float:
    """Day on which the last goods that had passed the node are in the books; NaN where it cannot be told."""
    if not _known(scenario, node, line):
        return math.nan
    moment = _Moments(scenario, line, start)
    trip = _trip(scenario, node, line, next(moment))
    while True:
        earlier = _trip(scenario, node, line, next(moment))
        if _passed(scenario, node, line, earlier, start):
            break
        trip = earlier
    last, following = _booked(earlier), _booked(trip)
    return float(last) if last < following else math.nan


def _known(scenario: Scenario, node: Node, line: PlanLine) -> bool:
    """Whether the shape of the network allows the closed form."""
    if node.kind == "warehouse" or scenario.warehouse(line.warehouse).fed_by is not None or levers(line):
        return False
    supplier = named(scenario.suppliers, line.origin)
    lane = scenario.lane_to(line.warehouse, line.origin)
    ports = [named(scenario.ports, leg.port) for leg in lane.legs if leg.port is not None]
    free = supplier.capacity is None and all(port.own_share == "negligible" for port in ports)
    return free and ways.plain(scenario, line)


class _Moments:
    """Review times of a line, from the first at or after `start` backwards."""

    def __init__(self, scenario: Scenario, line: PlanLine, start: int) -> None:
        self.every, self.noon = line.review_every, 0.0 if scenario.review == "morning" else 0.5
        self.offset = math.floor(line.review_offset)
        if scenario.review == "continuous":
            self.every, self.offset = 1.0, 0
        self.day = start
        while not self._reviewed():
            self.day += 1

    def _reviewed(self) -> bool:
        return (self.day - self.offset) % self.every < min(self.every, 1.0)

    def __next__(self) -> float:
        found = self.day + self.noon
        self.day -= 1
        while not self._reviewed():
            self.day -= 1
        return found


def _trip(scenario: Scenario, node: Node, line: PlanLine, ordered: float) -> Trip:
    """The way of an order of this moment when nothing is amiss."""
    lane = scenario.lane_to(line.warehouse, line.origin)
    ready = ordered + named(scenario.suppliers, line.origin).production_time.mean
    now = departs = _departure(lane, ready)
    through = math.nan
    for leg in lane.legs:
        if leg.transit is not None:
            now += leg.transit.mean
            continue
        port = named(scenario.ports, str(leg.port))
        berthed = now + _wait(port, now) + port.service_time.mean
        if math.isnan(through) and ("port", port.name) in node.targets:
            through = berthed
        now = berthed + port.dwell.mean
    return Trip(ordered, ready, departs, through, now)


def _departure(lane: Lane, ready: float) -> float:
    if lane.departures is not None:
        every, offset = lane.departures.every, lane.departures.offset
        return offset + every * math.ceil((ready - offset) / every - TINY)
    return float(math.ceil(ready - TINY)) if lane.containers is not None else ready


def _wait(port: Port, arrival: float) -> float:
    """Wait for a berth behind ships that come at regular intervals and are worked at once."""
    rate, lasting = port.arrivals_per_day, port.service_time.mean
    if rate <= 0 or lasting <= 0:
        return 0.0
    latest = math.floor(arrival * rate + TINY) / rate
    return max(latest - (port.berths - 1) / rate + lasting - arrival, 0.0)


def _passed(scenario: Scenario, node: Node, line: PlanLine, trip: Trip, start: int) -> bool:
    """Whether goods on this trip are through the node when it stops: departures of that morning are not."""
    lane = scenario.lane_to(line.warehouse, line.origin)
    if ("supplier", line.origin) in node.targets:
        lasting = named(scenario.suppliers, line.origin).production_time.mean
        return trip.ready <= start + TINY if lasting > 0 else trip.ready < start - TINY
    if ("lane", lane.name) in node.targets or ("pool", lane.containers) in node.targets:
        return trip.departs < start - TINY
    ports = {leg.port for leg in lane.legs if ("port", leg.port) in node.targets}
    lasting = min(named(scenario.ports, str(port)).service_time.mean for port in ports)
    return trip.through <= start + TINY if lasting > 0 else trip.through < start - TINY


def _booked(trip: Trip) -> int:
    """Day in whose books received goods stand: books are taken at noon, before an evening's order is placed."""
    if trip.received <= trip.ordered + TINY:
        return math.floor(trip.ordered + 0.5)
    return math.ceil(trip.received - 0.5 - TINY)
