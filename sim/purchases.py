"""Purchases: what was ordered from whom, and how often goods came, counted where a contract or a lane asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError
from sim.scenario import Scenario

Floats = NDArray[np.float64]
YEAR = 365.0


@dataclass
class Purchases:
    """Counts of one replication over the booked days.

    Attributes
    ----------
    units : by (warehouse, supplier), (n_items,) units ordered, in the order of the warehouse's items.
    orders : by supplier, orders placed: one a warehouse and moment.
    deliveries : by lane, arrivals: what comes at one moment on one lane is one delivery.
    used : suppliers that the plan's lines name.
    price : by supplier, mean base purchase price of the items that lines buy from it, weighted by forecast, money per unit.
    bounds : by warehouse, least and greatest price of any day and order line, relative to the base price, (n_items,) each;
        empty where no path and no quote moves prices.
    """

    units: dict[tuple[str, str], Floats] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    price: Mapping[str, float] = field(default_factory=dict)
    bounds: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)


def fees(scenario: Scenario, bought: Purchases, days: float, items: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """Money over the booked days by fee: relationship, shortfall and delivery.

    Parameters
    ----------
    days : booked days.
    items : items of each warehouse, in order.
    """
    relationship = shortfall = delivery = 0.0
    catalogue, part = scenario.catalogue, days / YEAR
    for contract in scenario.contracts:
        name = contract.supplier
        if name not in bought.used:
            continue
        relationship += contract.fixed * part
        delivery += contract.per_order * bought.orders.get(name, 0)
        if contract.minimum_units or contract.minimum_value:
            units = value = 0.0
            for (site, origin), ordered in bought.units.items():
                if origin == name:
                    paid = catalogue.purchase_price[[catalogue.index[item] for item in items[site]]]
                    units += float(ordered.sum())
                    value += float((ordered * paid).sum())
            missing = max(contract.minimum_value * part - value, 0.0) if contract.minimum_value else 0.0
            if contract.minimum_units:
                missing = max(contract.minimum_units * part - units, 0.0) * bought.price[name]
            shortfall += contract.shortfall * missing
    for lane in scenario.lanes:
        delivery += lane.per_delivery * bought.deliveries.get(lane.name, 0)
    return {"relationship": relationship, "shortfall": shortfall, "delivery": delivery}


def audit(scenario: Scenario, ledger: Any) -> None:
    """Check what was booked for purchases against the ledger's own counts, another way round.

    Every unit ordered from outside was ordered from somebody; every item was paid for at a price that some day and order
    line had, where no incident adds to prices; relationship fees are those of the contracts of suppliers used.

    Raises
    ------
    ModelError : something does not add up.
    """
    bought: Purchases | None = ledger.purchases
    if bought is None:
        return

    def wrong(what: str, here: float, there: float) -> None:
        raise ModelError(
            f"money does not add up in replication {ledger.replication}: {what}: {here:.9g} is not {there:.9g}"
        )

    for name, site in ledger.sites.items():
        outside = scenario.warehouse(name).fed_by is None and not scenario.factories
        if outside and any(place == name for place, _ in bought.units):
            total = sum(units for (place, _), units in bought.units.items() if place == name)
            off = np.abs(total - site.ordered) > 1e-6 * np.maximum(site.ordered, 1.0)
            for place in np.flatnonzero(off)[:1].tolist():
                wrong(
                    f"units of {site.items[place]!r} at {name!r} ordered from all suppliers",
                    float(np.asarray(total)[place]),
                    float(site.ordered[place]),
                )
        if name in bought.bounds:
            low, high = bought.bounds[name]
            here = site.received + site.surcharge
            slack = 1e-6 * np.maximum(site.received, 1.0)
            off = (here < low * site.received - slack) | (here > high * site.received + slack)
            for place in np.flatnonzero(off)[:1].tolist():
                wrong(
                    f"mean price of {site.items[place]!r} at {name!r}, relative to its base (no day has it)",
                    float(here[place] / max(site.received[place], 1e-300)),
                    float(high[place]),
                )
    days = max((site.days for site in ledger.sites.values()), default=0.0)
    due = sum(contract.fixed for contract in scenario.contracts if contract.supplier in bought.used) * days / YEAR
    if abs(due - ledger.fees.get("relationship", 0.0)) > 1e-6 * max(due, 1.0):
        wrong("fixed costs of relationships", ledger.fees.get("relationship", 0.0), due)
