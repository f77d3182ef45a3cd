"""Costs and service of each line of a plan in one replication, as arrays: what an outcome says of items, made fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ledger import Ledger
from sim.money import YEAR, site_money
from sim.scenario import Scenario

Floats = NDArray[np.float64]
STOCKOUT = ("lost_margin", "goodwill_cost", "backorder_penalty")
CARRYING = (
    *("capital_cost", "storage_cost", "insurance_cost", "handling_cost"),
    *("obsolescence_cost", "spoilage_cost"),
)
OTHER = ("line_cost", "freight_cost", "expediting_cost", "purchase_price_variance")


@dataclass(frozen=True)
class ByLine:
    """One replication by line, all (lines,) in the order of `sim.studies.sharing.lines_of`.

    Attributes
    ----------
    stockout, carrying, other : money a year; other is order lines, freight, expediting and purchase-price variance.
    days, lost : days out of stock and lost units, a year.
    served : (4, lines) units served from stock, units lost, days out of stock, unit-days waiting: what customers saw.
    shared : money a year that belongs to no single line: orders, fixed storage, space above the floor, fees.
    """

    stockout: Floats
    carrying: Floats
    other: Floats
    days: Floats
    lost: Floats
    served: Floats
    shared: float

    @property
    def total(self) -> float:
        """Money a year in all: the total cost of the outcome."""
        return float(self.stockout.sum() + self.carrying.sum() + self.other.sum()) + self.shared


def by_line(scenario: Scenario, ledger: Ledger) -> ByLine:
    """Costs and service of each line.

    Parameters
    ----------
    scenario : whose rates count.
    ledger : of one replication.
    """
    parts: list[list[Floats]] = [[] for _ in range(6)]
    shared = scenario.costs.storage_fixed * len(ledger.sites)
    for name, site in ledger.sites.items():
        money, a_year = site_money(scenario, name, site), YEAR / site.days
        for part, keys in zip(parts, (STOCKOUT, CARRYING, OTHER), strict=False):
            part.append(sum((money[key] for key in keys[1:]), start=money[keys[0]]))
        parts[3].append(site.short_days * a_year)
        parts[4].append(site.lost * a_year)
        parts[5].append(np.stack([site.served, site.lost, site.short_days, site.backorder_days]))
        shared += site.overflow_days * scenario.warehouse(name).overflow_cost * a_year
        shared += site.orders * scenario.costs.per_order * a_year
    days_booked = next((site.days for site in ledger.sites.values()), YEAR)
    shared += sum(ledger.fees.values()) * YEAR / days_booked
    stockout, carrying, other, days, lost = (np.concatenate(part) for part in parts[:5])
    return ByLine(stockout, carrying, other, days, lost, np.concatenate(parts[5], axis=1), float(shared))
