"""Title: whose goods lie where, and how many of them the firm bought. What is on consignment is bought when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.ledger import SiteLedger

if TYPE_CHECKING:
    from sim.scenario import Scenario

Floats = NDArray[np.float64]


def consigned_at(scenario: Scenario, warehouse: str, items: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which items are the supplier's at a warehouse, (n_items,)."""
    if scenario.warehouse(warehouse).owner == "supplier":
        return np.ones(len(items), dtype=bool)
    theirs = {item.item for item in scenario.items if item.owner == "supplier"}
    return np.array([item in theirs for item in items], dtype=bool)


def any_consigned(scenario: Scenario) -> bool:
    """Whether anything is on consignment anywhere."""
    if "_consigned" not in scenario.__dict__:
        owners = {one.owner for one in scenario.warehouses} | {one.owner for one in scenario.items}
        scenario.__dict__["_consigned"] = "supplier" in owners
    found: bool = scenario.__dict__["_consigned"]
    return found


def passed_on(scenario: Scenario, warehouse: str, items: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which consigned items stay the supplier's in all warehouses that this one feeds, (n_items,); none if it feeds none."""
    below = [one.name for one in scenario.warehouses if one.fed_by == warehouse]
    found = consigned_at(scenario, warehouse, items) & bool(below)
    for name in below:
        there = dict(zip(scenario.sites[name], consigned_at(scenario, name, tuple(scenario.sites[name])), strict=True))
        found &= np.array([bool(there.get(item, True)) for item in items], dtype=bool)
    return found


def reaches(scenario: Scenario, warehouse: str, items: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which items are still the supplier's when they come to a warehouse and stay so there, (n_items,)."""
    found = consigned_at(scenario, warehouse, items)
    feeder = scenario.warehouse(warehouse).fed_by
    if feeder is None:
        return found
    return found & reaches(scenario, feeder, items) & passed_on(scenario, feeder, items)


def units_bought(scenario: Scenario, warehouse: str, site: SiteLedger) -> tuple[Floats, Floats]:
    """Units that became the firm's at a warehouse in the booked days, and the surcharge booked with them, (n_items,) each.

    Own goods are bought on receipt from outside. Consigned goods are bought when they leave the stock, for whatever reason:
    opening + received - closing; goods from other warehouses were bought there, and leave first. Where the warehouse feeds
    only others in which they are still the supplier's, they are bought there. What prices add to consigned goods is the
    mean of what was received, a unit.
    """
    received = site.received - site.from_within
    outside = scenario.warehouse(warehouse).fed_by is None
    if not any_consigned(scenario):
        return (received, site.surcharge) if outside else (received * 0.0, site.surcharge * 0.0)
    theirs, on = reaches(scenario, warehouse, site.items), passed_on(scenario, warehouse, site.items)
    used = received + sum(site.opening[key] - site.closing[key] for key in ("on_hand", "aside"))
    used = used - np.where(on, site.shipped, 0.0)
    if not outside:
        return np.where(theirs, used, 0.0), np.zeros(len(site.items))
    each = np.divide(site.surcharge, received, out=np.zeros(len(site.items)), where=received > 0)
    # where title passes further down, what prices add stays with the receipt
    dear = np.where(theirs & ~on, used * each, site.surcharge)
    return np.where(theirs, used, received), dear


def units_taken(scenario: Scenario, warehouse: str, site: SiteLedger) -> Floats:
    """The units bought once more, by what became of them; for the audit."""
    outside = scenario.warehouse(warehouse).fed_by is None
    if not any_consigned(scenario):
        return (site.received - site.from_within) * float(outside)
    theirs, on = reaches(scenario, warehouse, site.items), passed_on(scenario, warehouse, site.items)
    gone = site.served + site.late + site.transshipped + site.scrapped + site.expired + site.destroyed + site.consumed
    gone = gone + np.where(on, 0.0, site.shipped) - site.from_within
    return np.where(theirs, gone, (site.received - site.from_within) * float(outside))
