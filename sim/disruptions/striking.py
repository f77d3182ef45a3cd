"""What each cause of a random background does when it strikes: one function a cause, from its keys to incidents."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.disruptions.incident import FIRM, Incident, Target, drawn
from sim.disruptions.nodes import Nodes

if TYPE_CHECKING:
    import numpy as np

#: ways in which computers can be down
DOWN = ("firm", "supplier", "lane")


@dataclass(frozen=True)
class Strike:
    """One time that a cause strikes.

    Attributes
    ----------
    cause : its name.
    node : the node, where the cause has its own rate for each; "" otherwise.
    start : day.
    number : 0 for the first of this cause at this node.
    root : number that keys the streams of the whole background in this Future.
    source : the cause's own stream at this node.
    """

    cause: str
    node: str
    start: float
    number: int
    root: int
    source: np.random.Generator

    def draw(self, law: Any) -> float:
        """One value of a law."""
        return drawn(law, self.source)

    def chosen(self, names: Iterable[str]) -> str:
        """One of several names, all alike; one name more changes the choice only where that one is chosen."""
        from sim.chance import generator

        luck = {name: generator(self.root, 0, self.cause, "which", str(self.number), name).random() for name in names}
        return min(luck, key=lambda name: (luck[name], name))

    def at(self, target: Target, where: str, length: float, remaining: Any = 1.0, **effects: Any) -> Incident:
        """An incident from the start on."""
        return Incident("", self.cause, target, where, self.start, self.start + length, remaining, **effects)


def site_outage(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """A supplier stops, then comes back in a straight line."""
    stop = one.draw(cause.length)
    whole = stop * (1 + cause.recovery_ratio)
    curve = ((0.0, 0.0), (stop, 0.0), (whole, 1.0)) if cause.recovery_ratio else 0.0
    return [one.at("supplier", one.node, whole, curve)]


def insolvency(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """A supplier is gone until another is ready, or supply goes on."""
    stops, length = one.source.random() < cause.stops, one.draw(cause.length)
    if not stops:
        return []
    return [one.at("supplier", one.node, length, 0.0, work="lost", orders="refused", open_orders="lost")]


def port_closed(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """A port is shut."""
    return [one.at("port", one.node, one.draw(cause.length), 0.0)]


def canal_restriction(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Lanes take longer."""
    length = one.draw(cause.length)
    return [one.at("lane", lane, length, transit_add=cause.transit_add) for lane in cause.lanes or nodes.sea]


def canal_blockage(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Lanes stop, and goods on them."""
    length = one.draw(cause.length)
    return [one.at("lane", lane, length, 0.0, under_way="held") for lane in cause.lanes or nodes.sea]


def quality_hold(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Stock of one supplier's items is held everywhere."""
    length, items = one.draw(cause.length), nodes.made[one.chosen(nodes.made)]
    effects = {"stock": "quarantined", "stock_share": cause.share, "released": cause.released}
    return _stocked(one, nodes, items, length, **effects)


def cyber(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """The firm, a supplier or the carrier of a lane is down."""
    length, way = one.draw(cause.length), DOWN[int(one.source.integers(len(DOWN)))]
    if way == "supplier" and nodes.suppliers:
        return [one.at("supplier", one.chosen(nodes.suppliers), length, 0.0, orders="refused")]
    if way == "lane" and nodes.lanes:
        return [one.at("lane", one.chosen(nodes.lanes), length, 0.0)]
    return [one.at("firm", FIRM, length, 0.0)]


def demand_surge(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Demand for one family goes up."""
    length, factor = one.draw(cause.length), one.draw(cause.factor)
    return _stocked(one, nodes, nodes.families[one.chosen(nodes.families)], length, demand_factor=factor)


def tariff_step(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """What one region makes becomes dearer."""
    stays, length, duty = one.source.random() < cause.permanent, one.draw(cause.length), one.draw(cause.duty)
    lasting = math.inf if stays else length
    members = nodes.regions[one.chosen(nodes.regions)]
    return [one.at("supplier", supplier, lasting, price_factor=1 + duty) for supplier in members]


def freight_regime(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Boxes are away longer, and freight by sea is dear."""
    length, strength = one.draw(cause.length), one.draw(cause.strength)
    found = [one.at("pool", pool, length, cycle_factor=cause.cycle_factor) for pool in nodes.pools]
    found += [one.at("lane", lane, length, freight_factor=cause.freight_factor) for lane in nodes.sea]
    return [incident.scaled(strength) for incident in found]


def pandemic(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Waves at all suppliers, and demand for one family."""
    found: list[Incident] = []
    start = one.start
    waves, factor = max(round(one.draw(cause.waves)), 1), one.draw(cause.demand_factor)
    for wave in range(waves):
        length = one.draw(cause.length)
        placed = Strike(one.cause, one.node, start, one.number, one.root, one.source)
        found += [placed.at("supplier", supplier, length, cause.remaining) for supplier in nodes.suppliers]
        if wave == 0:
            family = nodes.families[one.chosen(nodes.families)]
            found += _stocked(one, nodes, family, length, demand_factor=factor)
        start += length + one.draw(cause.gap)
    return found


def customs_regime(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """Lanes from one region are examined."""
    length, lanes = one.draw(cause.length), nodes.inbound[one.chosen(nodes.inbound)]
    effects = {"exam_share": cause.exam_share, "exam_days": cause.exam_days}
    return [one.at("lane", lane, length, **effects) for lane in lanes]


def mckinsey(one: Strike, cause: Any, nodes: Nodes) -> list[Incident]:
    """A random supplier stops for a length of one of the classes."""
    place, luck = one.source.random(), one.source.random()
    reached = 0.0
    chosen = cause.classes[-1]
    for duration in cause.classes:
        reached += duration.share
        if place < reached:
            chosen = duration
            break
    length = chosen.low * (chosen.high / chosen.low) ** luck
    return [one.at("supplier", one.chosen(nodes.suppliers), length, cause.remaining)]


def _stocked(one: Strike, nodes: Nodes, items: Iterable[str], length: float, **effects: Any) -> list[Incident]:
    """One incident for each warehouse that stocks some of these items."""
    wanted = set(items)
    found = []
    for site, stocked in nodes.stocked.items():
        here = tuple(item for item in stocked if item in wanted)
        if here:
            found.append(one.at("warehouse", site, length, items=here, **effects))
    return found
