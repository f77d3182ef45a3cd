"""What the stop of its supplier costs each item of a business, and what one who counts that has to know of the firm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw
from sim.money import site_money
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.per_item import lines
from sim.studies.stress import Node
from sim.studies.stress.checks import default_start

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Exposure:
    """What the stop of its supplier costs each item; arrays are (items,), money over the whole stop.

    Attributes
    ----------
    sale : margin lost and penalties of waiting customers.
    goodwill : goodwill lost.
    days : days of the item's own demand that were not served when they came.
    """

    sale: Floats
    goodwill: Floats
    days: Floats

    def of(self, line: float, halts: Floats, goodwill: bool = True) -> Floats:
        """Exposure in a business whose line loses so much a day for want of an item that halts it."""
        return self.sale + (self.goodwill if goodwill else 0.0) + line * halts * self.days


@dataclass(frozen=True)
class Firm:
    """The catalogue as columns, (items,) each."""

    spend: Floats
    cost: Floats
    halts: Floats
    device: float
    all_items: float

    @classmethod
    def of(cls, scenario: Scenario) -> Firm:
        """Spend a year, unit cost, what halts production; margin a day of a mean device and of everything."""
        place = {item.item: number for number, item in enumerate(scenario.items)}
        demand = np.zeros(len(place))
        for stream in scenario.demand:
            demand[place[stream.item]] += stream.mean_per_day or 0.0
        cost, price = scenario.catalogue.standard_cost, scenario.catalogue.price
        margin = demand * (price - cost)
        devices = np.array([item.family == "device" for item in scenario.items])
        halts = np.array([float(item.criticality == "halts production") for item in scenario.items])
        return cls(365 * demand * cost, cost, halts, float(margin[devices].mean()), float(margin.sum()))


def exposure(scenario: Scenario, plan: Plan, length: int) -> Exposure:
    """Stop every supplier in turn and read what it does to its own items.

    Parameters
    ----------
    scenario : without chance.
    plan : made on the scenario with chance.
    length : days of each stop.
    """
    from sim.world import Blueprint

    blueprint, calm = Blueprint(scenario, plan), draw(scenario, 1, 0)
    place = {item.item: number for number, item in enumerate(scenario.items)}
    rows = np.array([place[item] for item, _ in lines(scenario)])
    maker = np.array([item.suppliers[0] for item in scenario.items])

    def read(future: Any) -> Floats:
        ledger = blueprint.live(future)
        parts = []
        for name, site in ledger.sites.items():
            money, span = site_money(scenario, name, site), site.days / 365
            parts.append(
                np.stack(
                    [
                        (money["lost_margin"] + money["backorder_penalty"]) * span,
                        money["goodwill_cost"] * span,
                        site.demand - site.served,
                        site.demand / site.days,
                    ]
                )
            )
        by_line = np.concatenate(parts, axis=1)
        return np.stack([np.bincount(rows, one, len(place)) for one in by_line])

    base = read(calm)
    found = np.zeros_like(base)
    for supplier in scenario.suppliers:
        node = Node("supplier", supplier.name, (("supplier", supplier.name),))
        hit = read(calm.with_incidents(node.outage(default_start(scenario), length)))
        own = maker == supplier.name
        found[:, own] = (hit - base)[:, own]
    found = np.maximum(found, 0.0)
    return Exposure(found[0], found[1], found[2] / base[3])
