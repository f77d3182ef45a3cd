"""The posture ``current``: a plan from the parameters that an ERP system holds today, as they are."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from sim import profiles
from sim.catalogue import Item
from sim.errors import ScenarioError, listing
from sim.parameters import Parameters
from sim.plan import Plan, PlanLine
from sim.profiles import LeadTimeProfile
from sim.scenario import Scenario
from sim.sizing import Demand, LeadTime, Protection, lasting

NAME = "current"
EPSILON = 1e-9


def current_plan(scenario: Scenario) -> Plan:
    """The plan that an ERP system follows today.

    Which numbers are known decides the policy; see `_ordering`. Forecast and lead time are those that the other
    postures plan on.

    Parameters
    ----------
    scenario : the business; its key ``current`` names the table of parameters.

    Raises
    ------
    ScenarioError : the scenario has no such table, or the table lacks items.

    Not modelled: what an ERP system does besides, such as forecasts that it makes anew, or planned orders it consumes.
    """
    if scenario.current is None:
        why = "the posture 'current' needs the parameters of an ERP system: name their table, current = \"current.csv\""
        raise ScenarioError([f"{scenario.name}: current: {why}"])
    held = {(one.warehouse, one.item): one for one in scenario.parameters}
    wanted = [(site, item) for site, items in scenario.sites.items() for item in items]
    missing = [f"{item} at {site}" for site, item in wanted if (site, item) not in held]
    if missing:
        count = f"{len(missing)} of {len(wanted)} items and warehouses have no row"
        raise ScenarioError([f"{scenario.name}: current: {scenario.current}: {count}: {listing(missing)}"])
    demand, lead = _known(scenario)
    lines = []
    for site, name in wanted:
        item = scenario.items[scenario.catalogue.index[name]]
        origin = scenario.origin_of(site, name)
        lines.append(_line(scenario, item, held[site, name], origin, demand[site, name], lead[site, origin]))
    return Plan(posture=NAME, lines=tuple(lines))


def _known(scenario: Scenario) -> tuple[dict[tuple[str, str], Demand], dict[tuple[str, str], LeadTimeProfile]]:
    """Demand a day by warehouse and item, and lead time by warehouse and origin, as other postures know them."""
    known = profiles.of(scenario)
    demand = {}
    for site, items in scenario.sites.items():
        found = known.demand_of(site, "stable")
        for place, item in enumerate(items):
            demand[site, item] = Demand(float(found.mean_since[place]), float(found.sd_since[place]))
    lines = {(site, scenario.origin_of(site, item)) for site, item in demand}
    return demand, {line: known.lead_of(*line, "stable") for line in lines}


def _line(
    scenario: Scenario, item: Item, held: Parameters, origin: str, demand: Demand, lead: LeadTimeProfile
) -> PlanLine:
    every, offset = _reviews(scenario, held, origin)
    mean = demand.mean
    interval = lead.mean + (0.0 if scenario.review == "continuous" else every - (scenario.review == "evening"))
    stock, rounded = _whole(held) if scenario.units == "integer" else (held, "")
    policy, numbers, formula = _ordering(stock, mean, interval, scenario.units == "integer")
    multiple = item.multiple if stock.multiple is None else stock.multiple
    protection = Protection(
        demand,
        LeadTime(lead.mean),
        review_every=math.ceil(every),  # demand comes by the day
        evening=scenario.review == "evening",
        multiple=multiple,
        whole=scenario.units == "integer",
        continuous=scenario.review == "continuous",
    )
    numbers["safety_stock"], formula = _above(policy, numbers, protection, formula)
    minimum = item.minimum_order if held.minimum is None else held.minimum
    given = ", ".join(
        f"{field.replace('_', ' ')} {value:g}"
        for field in ("safety_stock", "reorder_point", "order_up_to", "order_quantity")
        if (value := getattr(held, field)) is not None
    )
    return PlanLine(
        item=item.item,
        warehouse=held.warehouse,
        origin=origin,
        policy=policy,
        review_every=every,
        review_offset=offset,
        multiple=multiple,
        minimum=minimum,
        forecast=mean,
        lead_time=lead.mean,
        reason=f"as the ERP system holds it today: {given}",
        formula=formula,
        inputs=f"demand {mean:.3g} a day, lead time {lead.mean:.3g} d by {lead.mode}, protection interval {interval:.3g} d"
        + rounded,
        warning=_warning(stock, policy, numbers, mean * interval),
        **numbers,
    )


def _reviews(scenario: Scenario, held: Parameters, origin: str) -> tuple[float, float]:
    """Review period and offset; the weekday follows the sailing where the periods agree."""
    every = float(scenario.review_every if held.review_every is None else held.review_every)
    departures = scenario.lane_to(held.warehouse, origin).departures
    return every, departures.offset % every if departures is not None and departures.every == every else 0.0


def _whole(held: Parameters) -> tuple[Parameters, str]:
    """Parameters in whole units, rounded up, and what was rounded in words."""
    fields = ("safety_stock", "reorder_point", "order_up_to", "order_quantity", "multiple", "minimum")
    given: dict[str, float] = {field: value for field in fields if (value := getattr(held, field)) is not None}
    up: dict[str, Any] = {field: float(math.ceil(value - EPSILON)) for field, value in given.items()}
    changed = [f"{field} {given[field]:g} to {up[field]:g}" for field in given if given[field] != up[field]]
    return dataclasses.replace(held, **up), f"; rounded up to whole units: {', '.join(changed)}" if changed else ""


def _ordering(held: Parameters, mean: float, interval: float, whole: bool) -> tuple[str, dict[str, Any], str]:
    """Policy, numbers and formula from what is known.

    =========================================  ============  ==========================================================
    known                                      policy        numbers
    =========================================  ============  ==========================================================
    reorder point and order-up-to level        ``s_S``       as held
    reorder point and order quantity           ``r_nQ``      as held; their sum is the order-up-to level
    reorder point alone                        base stock    ordered up to it at every review (lot for lot)
    order-up-to level                          base stock    as held
    safety stock and order quantity            ``r_nQ``      reorder point = forecast × protection interval + safety stock
    safety stock alone                         base stock    level = forecast × protection interval + safety stock
    =========================================  ============  ==========================================================

    The safety stock that a system holds makes a level where it holds none, and is never more than that; what the line tells
    is by one definition for all postures (see `_above`).
    """
    expected = mean * interval
    point, top, lot = held.reorder_point, held.order_up_to, held.order_quantity
    safety, formula = held.safety_stock or 0.0, "as held"
    if point is None and top is None:
        level = expected + safety
        level = float(math.ceil(level - EPSILON)) if whole else level
        formula = f"forecast × protection interval + safety stock = {mean:.4g} × {interval:.4g} + {safety:.4g}"
    else:
        level = float(point if point is not None else top or 0.0)
    numbers: dict[str, Any] = {"reorder_point": level, "order_up_to": level}
    if point is not None and top is not None:
        return "s_S", {**numbers, "order_up_to": top}, formula
    if top is None and lot is not None:
        return "r_nQ", {**numbers, "order_up_to": level + lot, "order_quantity": lot}, formula
    return "base_stock", {**numbers, "reorder_point": level - 1.0}, formula


def _above(policy: str, numbers: dict[str, Any], protection: Protection, formula: str) -> tuple[float, str]:
    """Safety stock: the expected stock just before a receipt, as of every posture (docs/sizing.md); and the formula.

    Under (s, S) the lot is what lies between its two levels.
    """
    if policy == "base_stock":
        level, lasts = numbers["order_up_to"], lasting(protection)
    else:
        lot = numbers["order_quantity"] if policy == "r_nQ" else numbers["order_up_to"] - numbers["reorder_point"]
        protection = dataclasses.replace(protection, lot=lot, multiple=0.0)
        level, lasts = numbers["reorder_point"], lasting(protection, "r_nQ")
    what = "forecast × protection interval" if policy == "base_stock" else "forecast × lead time + overshoot"
    return level - lasts, f"{formula}; safety stock = level - ({what} = {lasts:.4g})"


def _warning(held: Parameters, policy: str, numbers: dict[str, Any], expected: float) -> str:
    """What the system holds and the policy does not use, and a buffer below nothing."""
    told = []
    if held.order_quantity is not None and policy != "r_nQ":
        told.append(f"order quantity {held.order_quantity:g} is not used: the system holds a maximum too")
    if numbers["reorder_point"] + (1.0 if policy == "base_stock" else 0.0) < expected:
        told.append(f"the level lies below the demand expected over the protection interval, {expected:.4g}")
    return "; ".join(told)
