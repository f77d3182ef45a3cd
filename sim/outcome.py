"""An outcome: what a ledger means, in the measures and costs that are compared. Frozen numbers, nothing live."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future
from sim.ledger import Ledger
from sim.money import FEES, YEAR, audit, rates, site_money
from sim.plan import Plan
from sim.scenario import Scenario
from sim.title import any_consigned, consigned_at

Floats = NDArray[np.float64]
CLASS_NAMES = ("halts", "breaches", "inconveniences")


@dataclass(frozen=True)
class Outcome:
    """One replication of one posture.

    Attributes
    ----------
    posture, replication : which.
    measures : every measure by name, a number or NaN where it is null (0/0); costs are a year.
    ledger : the counts behind them.
    """

    posture: str
    replication: int
    measures: Mapping[str, float]
    ledger: Ledger = field(repr=False)

    def items(self, scenario: Scenario) -> list[dict[str, Any]]:
        """One row for each item and warehouse: counts and costs a year."""
        rows = []
        for name, site in self.ledger.sites.items():
            money = site_money(scenario, name, site)
            for place, item in enumerate(site.items):
                row: dict[str, Any] = {"item": item, "warehouse": name}
                row |= {column: float(values[place]) for column, values in site.columns.items()}
                row |= {key: float(values[place]) for key, values in money.items()}
                rows.append(row)
        return rows


def live(scenario: Scenario, plan: Plan, future: Future, series: bool = False) -> Outcome:
    """Live through one Future under one plan.

    Parameters
    ----------
    scenario, plan, future : the business, the decision, and what chance decided (drawn for the same scenario).
    series : keep value by day, for figures.

    Raises
    ------
    ModelError : the books do not balance.
    """
    from sim.world import Blueprint

    return made(scenario, plan.posture, Blueprint(scenario, plan).live(future, series))


def made(scenario: Scenario, posture: str, ledger: Ledger) -> Outcome:
    """The outcome of a ledger, its money checked by recomputation."""
    measures = _measures(scenario, ledger)
    audit(scenario, ledger, measures)
    return Outcome(posture=posture, replication=ledger.replication, measures=measures, ledger=ledger)


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else math.nan


def _measures(scenario: Scenario, ledger: Ledger) -> dict[str, float]:
    total: dict[str, float] = dict.fromkeys(
        (
            "demand",
            "served",
            "late",
            "lost",
            "value",
            "value_served",
            "item_days",
            "ready",
            "clear",
            "short_days",
            "episodes",
            "cycles",
            "failed",
            "wait_days",
            "lost_value",
            "hand",
            "moving",
            "delivered",
            "moves",
            "space",
            "peak",
            "change",
            "orders",
            "expired",
            "defective",
            "expedited",
            "transshipped",
            "theirs",
        ),
        0.0,
    )
    money: dict[str, float] = {}
    by_class = np.zeros((3, 2))
    halted, halting, days, overflow = False, 0.0, 1.0, 0.0
    for name, site in ledger.sites.items():
        rate, days = rates(scenario, site.items), site.days
        asked = site.demand > 0
        for key, values in site_money(scenario, name, site).items():
            money[key] = money.get(key, 0.0) + float(values.sum())
        value, served = site.demand * rate.price, site.served * rate.price
        by_class[:, 0] += np.bincount(rate.rank, served, 3)
        by_class[:, 1] += np.bincount(rate.rank, value, 3)
        total["demand"] += float(site.demand.sum())
        total["served"] += float(site.served.sum())
        total["lost"] += float(site.lost.sum())
        total["value"] += float(value.sum())
        total["value_served"] += float(served.sum())
        total["item_days"] += float(asked.sum()) * days
        total["ready"] += float(site.ready_days[asked].sum())
        total["clear"] += float(site.clear_days[asked].sum())
        total["short_days"] += float(site.short_days.sum())
        total["episodes"] += float(site.episodes.sum())
        total["cycles"] += float(site.cycles.sum())
        total["failed"] += float(site.failed_cycles.sum())
        total["wait_days"] += float(site.backorder_days.sum())
        total["lost_value"] += float((site.lost * rate.price).sum())
        total["hand"] += float((rate.cost * (site.on_hand_days + site.aside_days)).sum()) / days
        total["moving"] += float((rate.cost * site.transit_days).sum()) / days
        total["theirs"] += float((rate.cost * site.consigned_days).sum()) / days
        total["delivered"] += float((rate.cost * (site.served + site.late)).sum())
        total["moves"] += float((site.received + site.served + site.late + site.shipped + site.consumed).sum())
        total["moves"] += float(site.transshipped.sum())
        for key in ("expired", "defective", "expedited", "transshipped"):
            total[key] += float(site.columns[key].sum())
        total["space"] += (site.volume_days + float((site.aside_days * rate.volume).sum())) / days
        total["peak"] += site.peak_volume
        total["orders"] += site.orders
        opening, closing = site.opening, site.closing
        # what one warehouse owes another is on order there, and on order here from further upstream: once is enough
        change = (
            sum(closing[key] - opening[key] for key in ("on_hand", "aside", "on_order"))
            - closing["owed"]
            + opening["owed"]
        )
        if any_consigned(scenario):
            change = np.where(consigned_at(scenario, name, site.items), 0.0, change)
        total["change"] += float((rate.cost * change).sum())
        overflow += site.overflow_days * scenario.warehouse(name).overflow_cost
        halted = halted or bool((site.short_days[rate.rank == 0] > 0).any())
        halting += float((site.demand + site.consumed + site.short_days)[rate.rank == 0].sum())
    a_year = YEAR / days
    costs = scenario.costs
    money["storage_cost"] += overflow * a_year + costs.storage_fixed * len(ledger.sites)
    holding = money["capital_cost"] + money["storage_cost"] + money["insurance_cost"] + money["handling_cost"]
    carrying = holding + money["obsolescence_cost"] + money["spoilage_cost"]
    fees = {name: ledger.fees.get(name, 0.0) * a_year for name in FEES}
    sourcing = sum(value for name, value in fees.items() if FEES[name] == "sourcing_cost")
    stockout = money["lost_margin"] + money["goodwill_cost"] + money["backorder_penalty"] + fees["line_down"]
    ordering = money["line_cost"] + total["orders"] * costs.per_order * a_year + fees["delivery"]
    variance = money["purchase_price_variance"]
    inventory = total["hand"] + total["moving"] - total["theirs"]
    value_a_day = (
        sum(float((rates(scenario, site.items).cost * site.demand).sum()) for site in ledger.sites.values()) / days
    )
    found = {
        "fill_rate": _ratio(total["value_served"], total["value"]),
        "unit_fill_rate": _ratio(total["served"], total["demand"]),
        **{f"fill_rate_{name}": _ratio(by_class[row, 0], by_class[row, 1]) for row, name in enumerate(CLASS_NAMES)},
        "ready_rate": _ratio(total["ready"], total["item_days"]),
        "cycle_service": max(1 - _ratio(total["failed"], total["cycles"]), 0.0) if total["cycles"] else math.nan,
        "prob_no_backorders": _ratio(total["clear"], total["item_days"]),
        "halt_stockout": float(halted) if halting > 0 else math.nan,
        "stockout_days": total["short_days"] * a_year,
        "stockout_episodes": total["episodes"] * a_year,
        "mean_customer_wait": _ratio(total["wait_days"], total["demand"] - total["lost"]),
        "lost_units": total["lost"] * a_year,
        "lost_value": total["lost_value"] * a_year,
        "backorder_unit_days": total["wait_days"] * a_year,
        "carrying_cost": carrying,
        "holding_cost": holding,
        **{
            key: money[key]
            for key in (
                "capital_cost",
                "storage_cost",
                "insurance_cost",
                "handling_cost",
                "obsolescence_cost",
                "spoilage_cost",
                "written_off",
                "written_down",
                "rework_cost",
            )
        },
        "stockout_cost": stockout,
        **{key: money[key] for key in ("lost_margin", "goodwill_cost", "backorder_penalty")},
        "line_down_cost": fees["line_down"],
        "line_down_days": ledger.told.get("line_down_days", 0.0) * a_year,
        "ordering_cost": ordering,
        "freight_cost": money["freight_cost"],
        "expediting_cost": money["expediting_cost"],
        "sourcing_cost": sourcing,
        "purchase_price_variance": variance,
        "total_cost": carrying
        + stockout
        + ordering
        + money["freight_cost"]
        + money["expediting_cost"]
        + sourcing
        + variance,
        "purchase_outlay": money["purchase_outlay"],
        "average_inventory_value": inventory,
        "on_hand_value": total["hand"],
        "in_transit_value": total["moving"],
        "days_of_cover": _ratio(total["hand"], value_a_day),
        "turns": _ratio(total["delivered"] * a_year, inventory),
        "mean_space": total["space"],
        "peak_space": total["peak"],
        "handling_moves": total["moves"] * a_year,
        "expedited_units": total["expedited"] * a_year,
        "transshipped_units": total["transshipped"] * a_year,
        "expired_units": total["expired"] * a_year,
        "defective_units": total["defective"] * a_year,
        "days_to_discovery": _ratio(ledger.told.get("discovery_days", 0.0), ledger.told.get("discoveries", 0.0)),
        "inventory_change": total["change"],
    }
    return {key: float(value) for key, value in found.items()}
