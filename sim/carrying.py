"""What it costs to carry one unit on hand for a year, as money books it: at standard cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.scenario import Scenario

YEAR = 365.0


def carrying_per_unit(scenario: Scenario, items: Sequence[str]) -> NDArray[np.float64]:
    """Money per unit and year on hand, (n_items,): all rates on value, and storage by volume.

    What is charged for moves (handling by volume) or for warehouses (fixed storage) does not depend on how long a unit lies.
    """
    costs, catalogue = scenario.costs, scenario.catalogue
    rows = [catalogue.index[item] for item in items]
    rate = (
        costs.capital_rate
        + costs.storage_rate
        + costs.insurance_rate
        + costs.handling_rate
        + costs.obsolescence_rate
        + costs.shrinkage_rate
    )
    found: NDArray[np.float64] = (
        rate * catalogue.standard_cost[rows] + costs.storage_per_m3 * YEAR * catalogue.volume[rows]
    )
    return found
