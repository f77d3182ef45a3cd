"""What one replication says of each item at each warehouse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.money import YEAR
from sim.scenario import Scenario
from sim.studies.by_line import by_line

Floats = NDArray[np.float64]
#: name, unit, what it is; all a year
FIGURES = (
    ("demand_units", "units a year", "customer demand"),
    ("served_units", "units a year", "customer demand served from stock when it came"),
    ("lost_units", "units a year", "customer demand lost"),
    ("stockout_days", "days a year", "days with demand not served from stock"),
    ("carrying_cost", "{currency} a year", "capital, storage, insurance, handling, obsolescence and spoilage"),
    ("stockout_cost", "{currency} a year", "lost margin, goodwill and backorder penalty"),
)


def lines(scenario: Scenario) -> list[tuple[str, str]]:
    """Item and warehouse of each line, in the order of all arrays over lines."""
    return [(item, site) for site, items in scenario.sites.items() for item in items]


def per_item(scenario: Scenario, ledger: Ledger) -> Floats:
    """(lines, figures) of one replication."""
    found = by_line(scenario, ledger)
    units = [np.stack([site.demand, site.served], axis=1) * (YEAR / site.days) for site in ledger.sites.values()]
    others = np.stack([found.lost, found.days, found.carrying, found.stockout], axis=1)
    return np.concatenate([np.concatenate(units), others], axis=1)
