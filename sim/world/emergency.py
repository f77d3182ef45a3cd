"""Putting emergency ways into a world: which items of a review have one, where it starts and how goods set out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import ways
from sim.network import Lane
from sim.plan import PlanLine
from sim.scenario import Scenario
from sim.world.blueprint import Site
from sim.world.desk import Desk
from sim.world.echelon import Below, Echelon
from sim.world.gates import narrow
from sim.world.motion import upon
from sim.world.projection import Projection
from sim.world.record import Recorded
from sim.world.reviewing import Review
from sim.world.route import Route
from sim.world.supplying import Made
from sim.world.urgent import Expedite, Transship, Urgent, kept
from sim.world.works import Works

if TYPE_CHECKING:
    from sim.world.world import World

Floats = NDArray[np.float64]


def prepare(world: World) -> list[Any]:
    """Give every review its emergency ways, and those of warehouses that order on demand their view of it."""
    blueprint = world.blueprint
    if not (ways.asked_for(blueprint.plan) or any(one.orders_on == "demand" for one in blueprint.scenario.warehouses)):
        return []
    made: list[Any] = []
    desks: dict[str, Desk] = {}
    lines = blueprint.plan.by_site
    for review in world.reviews:
        site = blueprint.sites[review.stock.name]
        if blueprint.scenario.warehouse(site.name).orders_on == "demand":
            review.echelon = _echelon(world, site)
            made.append(review.echelon)
        chosen = [
            (place, lines[site.name][item])
            for place, item in enumerate(review.view.items)
            if lines[site.name][item].expedite_by or lines[site.name][item].transship_by
        ]
        if chosen:
            review.urgent = _urgent(world, site, review, chosen, desks)
            made.append(review.urgent)
    return made


def _echelon(world: World, site: Site) -> Echelon:
    """What a warehouse sees of those it feeds."""
    stock = world.stocks[site.name]
    below = [
        Below(world.stocks[other.name], stock.columns[other.name], other.lines)
        for other in world.blueprint.sites.values()
        if other.feeder == site.name
    ]
    return Echelon(stock, below)


def _urgent(
    world: World, site: Site, review: Review, chosen: list[tuple[int, PlanLine]], desks: dict[str, Desk]
) -> Urgent:
    scenario, stock = world.blueprint.scenario, review.stock
    inside = np.array([place for place, _ in chosen], dtype=np.intp)
    lines = [line for _, line in chosen]
    places = inside if review.index is None else review.index[inside]
    moments = np.array(review.moments)
    projection = Projection(stock, places, lines, moments, float(world.future.first))
    projection.record = review.policy.record if isinstance(review.policy, Recorded) else None
    if review.sourcing is not None:
        projection.sourced(review.sourcing, inside, [_lead(scenario, one) for one in review.sourcing.flows])
    urgent = Urgent(projection, inside, [line.item for line in lines])
    lanes = {lane.name: lane for lane in scenario.lanes}
    for field, kind in (("transship_by", Transship), ("expedite_by", Expedite)):
        found: dict[tuple[str, str], list[int]] = {}
        for row, line in enumerate(lines):
            if name := getattr(line, field):
                found.setdefault((name, ways.source(lanes[name], line)), []).append(row)
        for (name, origin), rows in found.items():
            lane = lanes[name]
            if name not in desks:
                desks[name] = Desk(stock, lane)
            if desks[name] not in projection.desks:
                projection.desks.append(desks[name])
            some = [lines[row] for row in rows]
            way: Any = kind(
                desks[name],
                projection,
                np.array(rows, dtype=np.intp),
                some,
                ways.days(scenario, lane, origin),
                lines[rows[0]].review_every,
            )
            if kind is Transship:
                _giving(world, way, origin)
            else:
                _sending(world, way, site, lane, origin)
            urgent.ways.append(way)
    urgent.begin()
    return urgent


def _lead(scenario: Scenario, flow: Made) -> float:
    """Published days from an order with a supplier to its arrival; of a reserved slot, with its own production time."""
    works, lane = flow.works, flow.route.lane
    days = scenario.lead_time(lane, works.supplier.name)
    if works.luck != works.supplier.name:
        usual = next(one for one in scenario.suppliers if one.name == works.supplier.name)
        days += works.supplier.production_time.mean - usual.production_time.mean
    return days


def _giving(world: World, way: Transship, origin: str) -> None:
    giver = world.stocks[origin]
    if giver.journal.outflow is None:
        giver.journal.warded()
    there = world.blueprint.sites[origin].items
    place = {item: number for number, item in enumerate(there)}
    lines = world.blueprint.plan.by_site[origin]
    way.giver, way.route = giver, world.routes[way.desk.lane.name]
    way.above = np.array([place[item] for item in way.items], dtype=np.intp)
    way.kept = np.array([kept(lines[item]) for item in way.items])


def _sending(world: World, way: Expedite, site: Site, lane: Lane, origin: str) -> None:
    """How an emergency order sets out: from the dock, through production, or as a claim on the warehouse that feeds."""
    route = world.routes[lane.name]
    if origin in world.stocks:
        feeder = world.stocks[origin]

        def claimed(way: Expedite, places: NDArray[np.intp], quantity: Floats) -> None:
            feeder.claim(way.desk, places, quantity, route, site.order)

        way.send = claimed
        return
    works = world.works[origin]
    way.refusals = narrow(works.incidents)

    def sent(way: Expedite, places: NDArray[np.intp], quantity: Floats) -> None:
        parcel = way.parcel(places, quantity, origin, np.inf)
        stock = way.desk.stock
        if stock.buying is not None:
            stock.buying.ordered(origin, places, quantity)
            parcel.quoted = stock.buying.quoted(origin, places, quantity)
        if stock.shelf is not None:
            parcel.origins = (origin,)
        if lane.from_stock:
            from_dock(works, route, parcel)
        else:
            works.order(parcel, route)

    way.send = sent


def from_dock(works: Works, route: Route, parcel: Any) -> None:
    """Goods that lie ready at the supplier leave as soon as it works; an order it would lose is lost."""
    now = works.clock.now
    ready = works.capacity.finished_at(now, 0.0)
    if works.lossy:
        moment = works.lost_at(parcel.ordered, now, ready)
        if np.isfinite(moment):
            works.drop(parcel, moment)
            return
    parcel.ready = ready
    if works.prices:
        parcel.dear = works.prices.at(ready)
    if parcel.stock.buying is not None:
        parcel.dear = upon(parcel.dear, parcel.stock.buying.parcel_share(works.supplier.name, parcel, ready))
    works.tell(parcel, ready)
    route.send(parcel)
