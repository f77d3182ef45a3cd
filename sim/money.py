"""Money of one warehouse: rates per unit, and costs a year by item from the counts of a ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.catalogue import CRITICALITIES
from sim.errors import ModelError
from sim.ledger import Ledger, SiteLedger
from sim.purchases import audit as audit_purchases
from sim.scenario import Scenario
from sim.title import units_bought, units_taken

Floats = NDArray[np.float64]
YEAR = 365.0
#: money that goes by no unit, and the measure it is part of
FEES = {
    "relationship": "sourcing_cost",
    "shortfall": "sourcing_cost",
    "reservation": "sourcing_cost",
    "qualification": "sourcing_cost",
    "signals": "sourcing_cost",
    "inspection": "sourcing_cost",
    "consignment": "sourcing_cost",
    "delivery": "ordering_cost",
    "line_down": "line_down_cost",
}


@dataclass(frozen=True)
class Rates:
    """Money per unit of the items of one warehouse, (n_items,) each."""

    cost: Floats
    price: Floats
    paid: Floats
    volume: Floats
    goodwill: Floats
    penalty: Floats
    rank: NDArray[Any]


def rates(scenario: Scenario, items: tuple[str, ...]) -> Rates:
    """Money per unit for some items; computed once for each list of items and kept with the catalogue."""
    kept: dict[Any, Rates] = scenario.__dict__.setdefault("_rates", {})
    if items not in kept:
        catalogue, costs = scenario.catalogue, scenario.costs
        place = np.array([catalogue.index[item] for item in items], dtype=np.intp)
        cost, price, rank = catalogue.standard_cost[place], catalogue.price[place], catalogue.rank[place]
        goodwill = np.array(costs.goodwill_shares)[rank] * cost
        penalty = costs.backorder_penalty * price
        for row, number in enumerate(place.tolist()):
            item = scenario.items[number]
            if item.goodwill is not None:
                goodwill[row] = item.goodwill
            if item.backorder_penalty is not None:
                penalty[row] = item.backorder_penalty
        kept[items] = Rates(
            cost, price, catalogue.purchase_price[place], catalogue.volume[place], goodwill, penalty, rank
        )
    return kept[items]


def site_money(scenario: Scenario, name: str, site: SiteLedger) -> dict[str, Floats]:
    """Costs a year by item at one warehouse; storage and handling by mechanism are left to the totals."""
    rate, costs = rates(scenario, site.items), scenario.costs
    # what is in quarantine, or behind closed doors, takes room and capital as stock on hand does
    there = site.on_hand_days + site.aside_days
    on_hand = rate.cost * there / site.days
    held = on_hand + rate.cost * site.transit_days / site.days
    a_year = YEAR / site.days
    gone = rate.cost * (site.scrapped + site.destroyed + site.lost_in_transit + site.expired) * a_year
    rework = rate.cost * (costs.rework * site.reworked + costs.defect_cost * site.returned) * a_year
    own = rate.cost * (there - site.consigned_days) / site.days + rate.cost * site.transit_days / site.days
    units, dear = units_bought(scenario, name, site)
    from_others = not_made_here(scenario, site.items)
    return {
        "capital_cost": costs.capital_rate * own,
        "storage_cost": costs.storage_rate * on_hand + _rent(scenario, name) * rate.volume * there * a_year,
        "insurance_cost": costs.insurance_rate * held,
        "handling_cost": costs.handling_rate * on_hand + costs.handling_per_m3 * rate.volume * _moved(site) * a_year,
        "obsolescence_cost": costs.obsolescence_rate * on_hand + rate.cost * site.written_down * a_year,
        "spoilage_cost": costs.shrinkage_rate * on_hand + gone + rework,
        "written_off": gone,
        "written_down": rate.cost * site.written_down * a_year,
        "rework_cost": rework,
        "lost_margin": site.lost * (rate.price - rate.cost) * a_year,
        "goodwill_cost": site.lost * rate.goodwill * a_year,
        "backorder_penalty": (site.backordered * rate.penalty + site.backorder_days * costs.backorder_per_unit_day)
        * a_year,
        "line_cost": site.lines * costs.per_line * a_year,
        "freight_cost": site.freight * a_year,
        "expediting_cost": site.expedite * a_year,
        "purchase_price_variance": (units * (rate.paid - rate.cost) + dear * rate.paid) * a_year * from_others,
        "purchase_outlay": (units + dear) * rate.paid * a_year * from_others,
    }


def _rent(scenario: Scenario, name: str) -> float:
    """Storage at a warehouse, money per m3-day."""
    own = scenario.warehouse(name).storage_per_m3
    return scenario.costs.storage_per_m3 if own is None else own


def _moved(site: SiteLedger) -> Floats:
    """Units handled, in and out."""
    return site.received + site.served + site.late + site.shipped + site.transshipped + site.consumed


def not_made_here(scenario: Scenario, items: tuple[str, ...]) -> float | Floats:
    """1 for what is bought from suppliers, 0 for what own factories make; by item where there are any."""
    if not scenario.factories:
        return 1.0
    made = {product for bill in scenario.bills.values() for product in bill}
    return np.array([float(item not in made) for item in items])


def audit(scenario: Scenario, ledger: Ledger, measures: Mapping[str, float]) -> None:
    """Recompute the money from totals of quantity x rate, another way round; raise ModelError where it differs.

    Purchases are of what was received (of what was used, where it was on consignment), at its base price and what incidents
    added to it: who received nothing of an item paid nothing on top of its price.
    """
    audit_purchases(scenario, ledger)
    costs = scenario.costs
    lost = sales = cost_of_lost = goodwill = held = kept = gone = variance = 0.0
    consigned = down = rework = expediting = 0.0
    days = 1.0
    for name, site in ledger.sites.items():
        days = site.days
        rate = rates(scenario, site.items)
        for criticality in range(len(CRITICALITIES)):
            chosen = rate.rank == criticality
            lost += float(site.lost[chosen].sum())
            sales += float(np.dot(site.lost[chosen], rate.price[chosen]))
            cost_of_lost += float(np.dot(site.lost[chosen], rate.cost[chosen]))
            goodwill += float(np.dot(site.lost[chosen], rate.goodwill[chosen]))
        kept += float(np.dot(site.on_hand_days, rate.cost)) + float(np.dot(site.aside_days, rate.cost))
        held += float(np.dot(site.on_hand_days + site.aside_days + site.transit_days, rate.cost))
        consigned += float(np.dot(site.consigned_days, rate.cost))
        down += float(np.dot(site.written_down, rate.cost))
        rework += costs.rework * float(np.dot(site.reworked, rate.cost))
        rework += costs.defect_cost * float(np.dot(site.returned, rate.cost))
        expediting += float(site.expedite.sum())
        for column in (site.scrapped, site.destroyed, site.lost_in_transit, site.expired):
            gone += float(np.dot(column, rate.cost))
        if bool((site.surcharge[site.received <= 0] > 0).any()):
            item = site.items[int(np.flatnonzero((site.received <= 0) & (site.surcharge > 0))[0])]
            raise ModelError(
                f"money does not add up in replication {ledger.replication}: {item!r} at {name!r} is charged for, and "
                "nothing of it was received"
            )
        others = not_made_here(scenario, site.items)
        bought, dear = units_taken(scenario, name, site) * others, units_bought(scenario, name, site)[1] * others
        paid = float(np.dot(bought, rate.paid)) + float(np.dot(dear, rate.paid))
        variance += paid - float(np.dot(bought, rate.cost))
    a_year = YEAR / days
    expected = {
        "lost_units": lost * a_year,
        "lost_margin": (sales - cost_of_lost) * a_year,
        "goodwill_cost": goodwill * a_year,
        "capital_cost": costs.capital_rate * (held - consigned) / days,
        "insurance_cost": costs.insurance_rate * held / days,
        "obsolescence_cost": costs.obsolescence_rate * kept / days + down * a_year,
        "spoilage_cost": costs.shrinkage_rate * kept / days + (gone + rework) * a_year,
        "written_off": gone * a_year,
        "expediting_cost": expediting * a_year,
        **{
            measure: sum(ledger.fees.get(fee, 0.0) for fee, home in FEES.items() if home == measure) * a_year
            for measure in ("sourcing_cost", "line_down_cost")
        },
        "purchase_price_variance": variance * a_year,
        "average_inventory_value": (held - consigned) / days,
        "total_cost": sum(
            measures[part]
            for part in (
                "capital_cost",
                "storage_cost",
                "insurance_cost",
                "handling_cost",
                "obsolescence_cost",
                "spoilage_cost",
                "lost_margin",
                "goodwill_cost",
                "backorder_penalty",
                "line_down_cost",
                "ordering_cost",
                "freight_cost",
                "expediting_cost",
                "sourcing_cost",
                "purchase_price_variance",
            )
        ),
    }
    for key, value in expected.items():
        if abs(measures[key] - value) > 1e-6 * max(abs(value), 1.0):
            raise ModelError(
                f"money does not add up in replication {ledger.replication}: {key} is booked as {measures[key]:.9g}, "
                f"quantity x rate is {value:.9g}"
            )
