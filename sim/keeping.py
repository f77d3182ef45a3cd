"""Whether quality, ages and write-downs fit a scenario: what contradicts itself, and what is likely not meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.costs import Costs
from sim.dead_stock import WriteDown

if TYPE_CHECKING:
    from sim.scenario import Scenario

Place = tuple[str | int, ...]
#: kinds of which a bad spell may be a member
NESTS = ("members",)


def problems(
    parts: Mapping[str, Any], members: Mapping[str, Mapping[int, Any]], feeder: Mapping[str, str]
) -> list[tuple[Place, str]]:
    """What does not fit, each with its place.

    Parameters
    ----------
    parts : keys of the scenario with their sound values.
    members : sound rows of each list by their position in it.
    feeder : for warehouses that are fed by another, by which.
    """
    used = _used(parts, members)
    found = [*_costs(parts, members), *_lives(parts, members)]
    single = any(one.model == "orders" for one in members.get("demand", {}).values())
    for place, what in used.items():
        if single:
            found.append(((place,), f"{what} needs demand by day: single orders do not support it"))
        if feeder:
            told = f"{what} is not supported where warehouses feed each other (warehouse {next(iter(feeder))!r} is fed)"
            found.append(((place,), told))
    return found + _pooled(parts, members, used)


def _spells(members: Mapping[str, Mapping[int, Any]]) -> list[Any]:
    """Bad spells among the disruptions, members of common causes included."""
    every = list(members.get("disruptions", {}).values())
    return [
        one
        for given in every
        for one in (given, *(member for nest in NESTS for member in getattr(given, nest, ())))
        if getattr(one, "kind", "") == "bad_spell"
    ]


def _used(parts: Mapping[str, Any], members: Mapping[str, Mapping[int, Any]]) -> dict[str, str]:
    """Which of the features are used, by the key that says so."""
    suppliers, items = members.get("suppliers", {}).values(), members.get("items", {}).values()
    found = {}
    if parts.get("ageing") and any(one.shelf_life is not None for one in items):
        found["ageing"] = "ageing"
    if any(one.defect_rate or one.inspection for one in suppliers):
        found["suppliers"] = "a defect rate or inspection"
    if _spells(members):
        found["disruptions"] = "a bad spell"
    if parts.get("write_down") is not None:
        found["write_down"] = "write_down"
    return found


def _costs(parts: Mapping[str, Any], members: Mapping[str, Mapping[int, Any]]) -> list[tuple[Place, str]]:
    costs = parts.get("costs", Costs())
    told = "a cost is a rate or a mechanism, never both: set {} = 0 in [costs]"
    found: list[tuple[Place, str]] = []
    if not isinstance(costs, Costs):
        return found
    if isinstance(parts.get("write_down"), WriteDown) and costs.obsolescence_rate:
        rate = f"write_down and costs.obsolescence_rate ({costs.obsolescence_rate:g}) are both given: "
        found.append((("write_down",), rate + told.format("obsolescence_rate")))
    if parts.get("ageing") and costs.shrinkage_rate:
        rate = f"ageing and costs.shrinkage_rate ({costs.shrinkage_rate:g}) are both given: "
        found.append((("ageing",), rate + told.format("shrinkage_rate")))
    return found


def _lives(parts: Mapping[str, Any], members: Mapping[str, Mapping[int, Any]]) -> list[tuple[Place, str]]:
    """Items of which nothing usable can arrive."""
    found: list[tuple[Place, str]] = []
    transit = _transit(members)
    for number, item in members.get("items", {}).items():
        if item.shelf_life is None:
            continue
        law = item.life_at_receipt
        if not 0 < law.mean <= 1:
            told = f"{law.mean:g} is the mean share of life left: it must be above 0 and at most 1"
            found.append((("items", number, "life_at_receipt"), told))
        elif item.life == 0:
            told = f"{item.least_life:g} days: customers want more life than the item ever has in stock"
            found.append((("items", number, "least_life"), told))
        elif parts.get("ageing") and item.life_from == "production":
            way = min((transit[one] for one in item.suppliers[:1] if one in transit), default=None)
            if way is not None and item.life is not None and item.life <= way:
                told = (
                    f"{item.shelf_life:g} days from production are not more than the {way:g} days of the way from "
                    f"{item.suppliers[0]!r}: nothing usable would arrive"
                )
                found.append((("items", number, "shelf_life"), told))
    return found


def _transit(members: Mapping[str, Mapping[int, Any]]) -> dict[str, float]:
    """Shortest mean days in transit from each origin, ports left out."""
    found: dict[str, float] = {}
    for lane in members.get("lanes", {}).values():
        days = sum(leg.transit.mean for leg in lane.legs if leg.transit is not None)
        for origin in lane.origin:
            found[origin] = min(found.get(origin, days), days)
    return found


def _pooled(
    parts: Mapping[str, Any], members: Mapping[str, Mapping[int, Any]], used: Mapping[str, str]
) -> list[tuple[Place, str]]:
    """Lanes on which goods of several production days share a box, so that their days are no longer known."""
    makers = {one.name for one in members.get("suppliers", {}).values() if one.defect_rate or one.inspection}
    makers |= {spell.supplier for spell in _spells(members)}
    dated = {
        item.suppliers[0]
        for item in members.get("items", {}).values()
        if "ageing" in used and item.shelf_life is not None and item.life_from == "production" and item.suppliers
    }
    found: list[tuple[Place, str]] = []
    for number, lane in members.get("lanes", {}).items():
        whose = sorted((makers | dated) & set(lane.origin))
        if lane.containers is not None and whose:
            told = (
                f"goods of {whose[0]!r} need their day of production (defects, or life_from = 'production'), and that is "
                "lost where they share boxes: leave containers out"
            )
            found.append((("lanes", number, "containers"), told))
        if getattr(lane, "role", "standard") == "transship" and used:
            what = next(iter(used.values()))
            found.append((("lanes", number, "role"), f"transshipment is not supported together with {what}"))
    return found


def warnings(scenario: Scenario) -> list[str]:
    """What is allowed and likely not meant."""
    found = []
    spoiled = {spell.supplier for spell in _spells({"disruptions": dict(enumerate(scenario.disruptions))})}
    for supplier in scenario.suppliers:
        if supplier.inspection and not supplier.defect_rate and supplier.name not in spoiled:
            found.append(
                f"supplier {supplier.name!r} is inspected and makes no defects: no defect_rate, and no bad_spell names it"
            )
        if not supplier.inspection and (supplier.inspection_days or supplier.inspection_cost):
            found.append(f"supplier {supplier.name!r}: inspection days or costs do nothing while inspection is 0")
    if scenario.ageing:
        found += _short_lived(scenario)
    if scenario.write_down is not None and scenario.write_down.every >= scenario.horizon:
        found.append(
            f"write_down.every ({scenario.write_down.every} days) is not within the horizon: nothing is written down"
        )
    return found


def _short_lived(scenario: Scenario) -> list[str]:
    """Ageing that touches nothing, and items that keep for less than their lead time or the days between reviews."""
    ageing = [item for item in scenario.items if item.life is not None]
    if not ageing:
        return ["ageing is on and no item has a shelf_life: nothing expires"]
    found = []
    for item in ageing:
        for site, items in scenario.sites.items():
            if item.item not in items:
                continue
            origin = scenario.origin_of(site, item.item)
            lead = scenario.lead_time(scenario.lane_to(site, origin), origin)
            life = item.life or 0.0
            if life < lead:
                found.append(
                    f"item {item.item!r} keeps for {life:g} days and takes {lead:g} to arrive at {site!r}: a buffer for "
                    "its lead time would expire"
                )
                break
    return found
