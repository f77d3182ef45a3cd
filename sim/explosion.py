"""Dependent demand: what warehouses and production lines downstream ask of each item of each warehouse.

Demand of products is multiplied through their bills of materials (Orlicky, Material Requirements Planning, 1975), level by
level, without lots and without shift by lead times: a planner sizes buffers on it, orders follow real consumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.scenario import Scenario

Floats = NDArray[np.float64]


def exploded(scenario: Scenario, own: Mapping[str, Floats], power: int = 1) -> dict[str, Floats]:
    """Demand of customers with the demand of fed warehouses and of production lines added.

    Parameters
    ----------
    own : for each warehouse, (…, items) units that customers ask for there.
    power : 1 for quantities; 2 for variances of independent demands, which a bill of q units multiplies by q².

    Returns
    -------
    For each warehouse, (…, items) of the same shape.
    """
    place = {site: {item: n for n, item in enumerate(items)} for site, items in scenario.sites.items()}
    below: dict[str, list[str]] = {}
    for warehouse in scenario.warehouses:
        if warehouse.fed_by is not None:
            below.setdefault(warehouse.fed_by, []).append(warehouse.name)
    made: dict[tuple[str, str], Floats] = {}

    def total(site: str, item: str) -> Floats:
        if (site, item) in made:
            return made[site, item]
        found = np.array(own[site][..., place[site][item]], dtype=float)
        for name in below.get(site, ()):
            if item in place[name]:
                found = found + total(name, item)
        for factory in scenario.factories:
            if factory.store != site:
                continue
            for product in factory.makes:
                quantity = scenario.bills[factory.name][product.product].get(item, 0.0)
                if not quantity:
                    continue
                if factory.schedule == "level":
                    found = found + (quantity * product.level if power == 1 else 0.0)
                    continue
                for buyer, items in scenario.sites.items():
                    if product.product in items and scenario.origin_of(buyer, product.product) == factory.name:
                        found = found + quantity**power * total(buyer, product.product)
        made[site, item] = found
        return found

    return {
        site: np.stack([total(site, item) for item in items], axis=-1) if items else np.array(own[site], dtype=float)
        for site, items in scenario.sites.items()
    }
