"""What it costs to carry one unit on hand for a year, as money books it: at standard cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario

YEAR = 365.0


def carrying_per_unit(scenario: Scenario, warehouse: str, items: Sequence[str]) -> NDArray[np.float64]:
    """Money per unit and year on hand at a warehouse, (n_items,): all rates on value, and storage by volume.

    Storage by volume is the warehouse's own where it has one. Goods that are the supplier's there (`owner`, of the warehouse
    or the item) bear no capital cost and the warehouse's holding fee instead. What is charged for moves (handling by
    volume) or for warehouses (fixed storage) does not depend on how long a unit lies.
    """
    costs, catalogue, site = scenario.costs, scenario.catalogue, scenario.warehouse(warehouse)
    rows = [catalogue.index[item] for item in items]
    rate = (
        costs.capital_rate
        + costs.storage_rate
        + costs.insurance_rate
        + costs.handling_rate
        + costs.obsolescence_rate
        + costs.shrinkage_rate
    )
    theirs = np.array([float("supplier" in (site.owner, scenario.items[row].owner)) for row in rows])
    rent = costs.storage_per_m3 if site.storage_per_m3 is None else site.storage_per_m3
    found: NDArray[np.float64] = (rate + theirs * (site.holding_fee - costs.capital_rate)) * catalogue.standard_cost[
        rows
    ] + rent * YEAR * catalogue.volume[rows]
    return found
