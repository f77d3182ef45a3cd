"""Buying: the live side of one warehouse's purchases. Prices of what it orders, and counts that contracts ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.purchases import Purchases
from sim.world.clock import Clock
from sim.world.parcel import Parcel
from sim.world.pricing import Pricing

if TYPE_CHECKING:
    from sim.world.blueprint import Blueprint

Floats = NDArray[np.float64]


class Buying:
    """Purchases of one warehouse; arrays are (n_items,) where nothing else is said.

    Parameters
    ----------
    items : its items, in the order of its arrays.
    pricing : prices of the replication; None where none moves.
    counts : whether orders and deliveries are counted.
    """

    def __init__(self, items: tuple[str, ...], clock: Clock, pricing: Pricing | None, counts: bool) -> None:
        self.items, self.clock, self.pricing, self.counts = items, clock, pricing, counts
        self.units: dict[str, Floats] = {}
        self.moments: dict[str, set[float]] = {}
        self.arrivals: dict[str, set[float]] = {}

    def ordered(self, origin: str, places: Any, quantity: Floats) -> None:
        """Count an order, or a part of one, placed now."""
        now = self.clock.now
        if not self.counts or now < 0:
            return
        self.units.setdefault(origin, np.zeros(len(self.items)))[places] += quantity
        self.moments.setdefault(origin, set()).add(now)

    def arrives(self, lane: str, arrival: float, end: float) -> None:
        """Count a delivery within the booked days; what comes on a lane at one moment is one."""
        if self.counts and 0 <= arrival < end:
            self.arrivals.setdefault(lane, set()).add(arrival)

    def quoted(self, origin: str, places: Any, quantity: Floats) -> Floats | None:
        """Unit price of order lines by their size, relative to the base price."""
        return None if self.pricing is None else self.pricing.quoted(origin, self.items, places, quantity)

    def share(self, origin: str, places: Any, quoted: Floats | None, ordered: float, ready: float) -> Floats | float:
        """Share of the base price that is added to it; see `Pricing.share`."""
        if self.pricing is None:
            return 0.0
        return self.pricing.share(origin, self.items, places, quoted, ordered, ready)

    def parcel_share(self, origin: str, parcel: Parcel, ready: float) -> Floats | float:
        """The same for a parcel that leaves its supplier at `ready`."""
        return self.share(origin, parcel.index, parcel.quoted, parcel.ordered, ready)


def buyings(blueprint: Blueprint, future: Any, clock: Clock) -> dict[str, Buying]:
    """Purchases of each warehouse, where prices move or something is counted; empty otherwise."""
    scenario = blueprint.scenario
    moving = any(path.moves for path in scenario.prices) or bool(scenario.quotes)
    counts = bool(scenario.contracts) or any(lane.per_delivery for lane in scenario.lanes)
    if not (moving or counts):
        return {}
    pricing = Pricing(scenario, future) if moving else None
    return {site.name: Buying(site.items, clock, pricing, counts) for site in blueprint.sites.values()}


def purchases(blueprint: Blueprint, made: dict[str, Buying], future: Any) -> Purchases:
    """What all warehouses bought, for the ledger."""
    scenario, found = blueprint.scenario, Purchases()
    suppliers = {supplier.name for supplier in scenario.suppliers}
    worth: dict[str, list[tuple[float, float]]] = {}
    used: dict[str, None] = {}
    for site in blueprint.sites.values():
        for line in site.lines:
            for origin in origins(line):
                if origin in suppliers:
                    used[origin] = None
                    item = scenario.catalogue.index[line.item]
                    worth.setdefault(origin, []).append((line.forecast, float(scenario.catalogue.purchase_price[item])))
    found.used = tuple(used)
    found.price = {origin: _mean(pairs) for origin, pairs in worth.items()}
    # what others than paths and quotes add has no bounds here
    adds = any(one.price_factor != 1.0 for one in (*future.incidents, *scenario.suppliers)) or any(
        one.surge_premium for one in scenario.suppliers
    )
    for name, buying in made.items():
        for origin, units in buying.units.items():
            found.units[name, origin] = units
        for origin, moments in buying.moments.items():
            found.orders[origin] = found.orders.get(origin, 0) + len(moments)
        for lane, moments in buying.arrivals.items():
            found.deliveries[lane] = found.deliveries.get(lane, 0) + len(moments)
        if buying.pricing is not None and not adds and blueprint.sites[name].feeder is None:
            found.bounds[name] = buying.pricing.bounds(found.used, buying.items)
    return found


def origins(line: PlanLine) -> tuple[str, ...]:
    """Everybody that a plan's line may buy from: its origin, a second one and a backup where it names them."""
    names = (line.origin, line.second_origin, line.backup_origin)
    return tuple(dict.fromkeys(name for name in names if name))


def _mean(pairs: list[tuple[float, float]]) -> float:
    """Mean price weighted by forecast; the plain mean where nothing is forecast."""
    weight = sum(forecast for forecast, _ in pairs)
    if weight > 0:
        return sum(forecast * price for forecast, price in pairs) / weight
    return sum(price for _, price in pairs) / len(pairs)
