"""What moves where, and what stops: value of goods on each part of the network in one Future, with and without a stop."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.disruptions import Incident
from sim.futures import Future, draw, draw_incidents
from sim.network import Lane
from sim.plan import Plan
from sim.scenario import Scenario
from sim.world import Blueprint
from sim.world.lot import Lot

#: kind and name of a place: a supplier, factory, port or warehouse
Place = tuple[str, str]
#: futures looked through for one in which something stops
LOOKED = 50
#: least days that flows are taken over: two weekly sailings
LEAST = 14.0
#: incidents that are the model's own way of doing another one
HELPER = "traffic_of_event"


@dataclass(frozen=True)
class Segment:
    """Goods from one place to the next.

    Attributes
    ----------
    start, end : places.
    lanes : names of the lanes that share it.
    across : whether it only levels out stock between warehouses.
    usual, then : standard cost of the goods that leave `start` towards `end`, money a day, without the incidents and with
        them, on the same days of the same Future.
    """

    start: Place
    end: Place
    lanes: tuple[str, ...]
    across: bool
    usual: float
    then: float


@dataclass(frozen=True)
class Flows:
    """A network in one Future.

    Attributes
    ----------
    weather, posture, seed, replication : what was lived.
    span : first day, and the day after the last, that flows are taken over.
    stopped : incidents of these days that take capacity, or hold goods up, somewhere on the map.
    incidents : all incidents of the booked days.
    places : what incidents befall with the share of capacity left at worst: places, "lane" and "boxes" with a lane's name.
    segments : parts of the network that goods move on.
    where : where places are, in words, as far as the scenario says.
    """

    scenario: str
    currency: str
    weather: str
    posture: str
    seed: int
    replication: int
    span: tuple[int, int]
    horizon: int
    stopped: tuple[Incident, ...]
    incidents: tuple[Incident, ...]
    places: Mapping[Place, float]
    segments: tuple[Segment, ...]
    where: Mapping[Place, str]

    def shut(self, segment: Segment) -> float:
        """Share of capacity that incidents leave on the lanes of a segment at worst; of boxes, where they are loaded."""
        kinds = ("lane",) if segment.start[0] == "port" else ("lane", "boxes")
        return min((self.places.get((kind, name), 1.0) for kind in kinds for name in segment.lanes), default=1.0)

    def through(self, place: Place) -> tuple[float, float]:
        """Goods that leave a place, or reach it where nothing goes on from it: money a day, usual and then."""
        out = [one for one in self.segments if one.start == place]
        if not out or place[0] == "warehouse":
            out = [one for one in self.segments if one.end == place and not one.across]
        return sum(one.usual for one in out), sum(one.then for one in out)

    @property
    def arriving(self) -> tuple[float, float]:
        """Goods that reach warehouses from suppliers and factories: money a day, usual and then."""
        last = [one for one in self.segments if one.end[0] == "warehouse" and one.start[0] != "warehouse"]
        return sum(one.usual for one in last), sum(one.then for one in last)


def flows(scenario: Scenario, plan: Plan, seed: int, count: int) -> Flows:
    """Live one Future with its incidents and without them, and add up what moves.

    Parameters
    ----------
    scenario : under one weather.
    plan : the posture's plan.
    seed, count : the first of so many Futures in which something stops is taken; the first of all where nothing does.

    Raises
    ------
    ModelError : the books do not balance.
    """
    number = eventful(scenario, seed, count)
    future = draw(scenario, seed, number)
    incidents = booked(future.incidents, scenario.horizon)
    stopping = [one for one in incidents if stops(one)]
    span = _span(stopping, scenario.horizon)
    stopped = tuple(one for one in stopping if one.begins < span[1] and one.ends > span[0])
    blueprint = Blueprint(scenario, plan)
    then = _moved(scenario, blueprint, future, span)
    usual = _moved(scenario, blueprint, future.with_incidents(()), span) if incidents else then
    segments = tuple(
        Segment(start, end, lanes, across, usual.get(key, 0.0), then.get(key, 0.0))
        for key, (start, end, lanes, across) in _segments(scenario).items()
    )
    return Flows(
        scenario.name,
        scenario.currency,
        scenario.weather or "as written",
        plan.posture,
        seed,
        number,
        span,
        scenario.horizon,
        stopped,
        incidents,
        _left(scenario, stopped),
        tuple(one for one in segments if one.usual > 0 or one.then > 0),
        {("supplier", one.name): one.place for one in scenario.suppliers if one.place}
        | {("factory", one.name): one.place for one in scenario.factories if one.place},
    )


def eventful(scenario: Scenario, seed: int, count: int) -> int:
    """The first Future in which something stops."""
    for number in range(min(count, LOOKED)):
        if any(stops(one) for one in booked(draw_incidents(scenario, seed, number), scenario.horizon)):
            return number
    return 0


def booked(incidents: Sequence[Incident], horizon: int) -> tuple[Incident, ...]:
    """Incidents of the booked days, the first one first."""
    found = [one for one in incidents if one.happens and one.ends > 0 and one.begins < horizon and one.kind != HELPER]
    return tuple(sorted(found, key=lambda one: (one.begins, one.target, one.where)))


def stops(one: Incident) -> bool:
    """Whether an incident takes capacity, or holds up or destroys goods, at a place or lane."""
    return one.target not in ("item", "firm") and (
        left(one) < 1 or one.under_way != "goes on" or one.stock == "destroyed"
    )


def left(one: Incident) -> float:
    """Share of capacity that an incident leaves at worst."""
    least = one.remaining
    return float(least) if isinstance(least, float | int) else min(share for _, share in least)


def _span(stopping: Sequence[Incident], horizon: int) -> tuple[int, int]:
    """Days of the first stop, and two weeks at least; all booked days where there is none."""
    if not stopping:
        return 0, horizon
    first = max(math.floor(stopping[0].begins), 0)
    last = min(max(stopping[0].ends, first + LEAST), float(horizon))
    return max(min(first, horizon - 1), 0), math.ceil(last)


def _ways(scenario: Scenario) -> Iterator[tuple[Lane, str, list[Place]]]:
    """Each lane with an origin of it and the places on its way."""
    made = {factory.name for factory in scenario.factories}
    stores = {warehouse.name for warehouse in scenario.warehouses}
    for lane in scenario.lanes:
        ports: list[Place] = [("port", leg.port) for leg in lane.legs if leg.port is not None]
        for origin in lane.origin:
            kind = "warehouse" if origin in stores else "factory" if origin in made else "supplier"
            yield lane, origin, [(kind, origin), *ports, ("warehouse", lane.destination)]


def _segments(scenario: Scenario) -> dict[tuple[Place, Place], tuple[Place, Place, tuple[str, ...], bool]]:
    found: dict[tuple[Place, Place], tuple[Place, Place, tuple[str, ...], bool]] = {}
    for factory in scenario.factories:
        start, end = ("warehouse", factory.store), ("factory", factory.name)
        found[start, end] = (start, end, (), False)
    for lane, _, places in _ways(scenario):
        for start, end in zip(places, places[1:], strict=False):
            names, across = (found[start, end][2:]) if (start, end) in found else ((), True)
            names = tuple(dict.fromkeys((*names, lane.name)))
            found[start, end] = (start, end, names, across and lane.role == "transship")
    return found


def _moved(
    scenario: Scenario, blueprint: Blueprint, future: Future, span: tuple[int, int]
) -> dict[tuple[Place, Place], float]:
    """Standard cost of what leaves each place towards the next in a span of days, money a day."""
    lots: list[Lot] = []
    blueprint.live(future, log=lots)
    ways = {(lane.name, origin): places for lane, origin, places in _ways(scenario)}
    costs = {name: site.cost for name, site in blueprint.sites.items()}
    stores = {factory.name: factory.store for factory in scenario.factories}
    lanes = {lane.name: lane for lane in scenario.lanes}
    found: dict[tuple[Place, Place], float] = {}
    for lot in lots:
        places = ways.get((lot.lane, lot.origin))
        if places is None:
            continue
        value = float((lot.quantity * costs[lot.stock.name][lot.index]).sum())
        legs = [number for number, leg in enumerate(lanes[lot.lane].legs) if leg.port is not None]
        times = [lot.departs, *(_left_leg(lot, leg) for leg in legs)]
        pairs = list(zip(places, places[1:], strict=False))
        if lot.origin in stores:
            pairs.insert(0, (("warehouse", stores[lot.origin]), places[0]))
            times.insert(0, lot.departs)
        for pair, time in zip(pairs, times, strict=True):
            if span[0] <= time < span[1] and time < lot.lost:
                found[pair] = found.get(pair, 0.0) + value
    return {pair: value / (span[1] - span[0]) for pair, value in found.items()}


def _left_leg(lot: Lot, leg: int) -> float:
    """When a lot has gone through a leg of its lane."""
    return max((step.end for step in lot.steps if 0 <= step.leg <= leg), default=lot.departs)


def _left(scenario: Scenario, stopped: Sequence[Incident]) -> dict[Place, float]:
    """Share of capacity left at worst, by place and lane; a pool of boxes counts for the lanes that draw on it."""
    found: dict[Place, float] = {}

    def note(place: Place, share: float) -> None:
        found[place] = min(found.get(place, 1.0), share)

    makers = {factory.name for factory in scenario.factories}
    for one in stopped:
        share = left(one)
        if one.under_way != "goes on" or one.stock == "destroyed":
            share = min(share, 0.5 if share > 0 else 0.0)
        if one.target == "pool":
            for lane in scenario.lanes:
                if lane.containers == one.where:
                    note(("boxes", lane.name), share)
        elif one.target == "supplier" and one.where in makers:
            note(("factory", one.where), share)
        else:
            note((one.target, one.where), share)
    return found
