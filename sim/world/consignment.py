"""Consignment: stock that is the supplier's until it is used bears no capital cost; a fee may be due for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.title import any_consigned, consigned_at

if TYPE_CHECKING:
    from sim.scenario import Scenario

Floats = NDArray[np.float64]
YEAR = 365.0


def consigned(scenario: Scenario, sites: Mapping[str, Any]) -> dict[str, Floats]:
    """By warehouse, (n_items,) 1 where stock belongs to the supplier, else 0; only warehouses that hold any of it."""
    if not any_consigned(scenario):
        return {}
    found = {}
    for name, site in sites.items():
        rows = consigned_at(scenario, name, site.items).astype(float)
        if rows.any():
            found[name] = rows
    return found


def book(
    ledger: Ledger,
    scenario: Scenario,
    owned: Mapping[str, Floats],
    cost: Mapping[str, Floats],
    kits: Mapping[str, Floats | float],
) -> None:
    """Put on the ledger whose stock it was, and the fees for what was not ours.

    Unit-days consigned are those on hand, set aside and on their way here: title passes when the goods are used, or leave
    for a warehouse of our own; so components in process are ours. The fee is a share of the value on hand, a year.

    Parameters
    ----------
    owned, cost : by warehouse, (n_items,) 1 where stock is the supplier's, and standard cost per unit.
    kits : by warehouse, unit-days of components in process, which the ledger has among those in transit.
    """
    due = 0.0
    for name, rows in owned.items():
        columns = ledger.sites[name].columns
        coming = columns["transit_days"] - kits[name]
        columns["consigned_days"] = rows * (columns["on_hand_days"] + columns["aside_days"] + coming)
        fee = scenario.warehouse(name).holding_fee
        due += fee * float(np.dot(rows * cost[name], columns["on_hand_days"])) / YEAR
    if due:
        ledger.fees["consignment"] = ledger.fees.get("consignment", 0.0) + due
