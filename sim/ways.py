"""Ways beyond the ordinary order: what lanes of each role must be, and what is allowed but likely not meant.

Roles of lanes: expedite (emergency orders), transship (between warehouses that do not feed each other), detour (in place
of a lane while a passage of it is closed). What the world makes of them is in `sim.world`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.errors import near_miss
from sim.sourcing import made_here

if TYPE_CHECKING:
    from sim.network import Lane, Warehouse
    from sim.plan import Plan, PlanLine
    from sim.scenario import Scenario

Place = tuple[str | int, ...]
#: policies that order on an inventory position, so that they can order on that of the echelon
ECHELON = frozenset({"base_stock", "s_S", "r_nQ"})
#: keys of a lane that belong to some roles only, and what they are where they say nothing
OWN: dict[str, tuple[tuple[str, ...], Any]] = {
    "capacity": (("expedite", "transship"), None),
    "from_stock": (("expedite",), True),
    "instead_of": (("detour",), None),
    "at_or_below": (("detour",), 0.0),
    "after": (("detour",), 0.0),
}


def problems(lanes: Mapping[int, Lane], warehouses: Mapping[int, Warehouse]) -> list[tuple[Place, str]]:
    """What is wrong with the roles of lanes, and with what warehouses say of who owns and who orders."""
    found: list[tuple[Place, str]] = []
    feeder = {one.name: one.fed_by for one in warehouses.values()}
    names = {lane.name: lane for lane in lanes.values()}
    standard: dict[tuple[str, str], str] = {}
    detoured: dict[str, str] = {}
    for number, lane in lanes.items():
        for name, (roles, nothing) in OWN.items():
            if lane.role not in roles and getattr(lane, name) != nothing:
                found.append(
                    (("lanes", number, name), f"is for lanes of role {' or '.join(roles)}; this one is {lane.role!r}")
                )
        if lane.role == "standard":
            for origin in lane.origin:
                other = standard.setdefault((origin, lane.destination), lane.name)
                if other != lane.name:
                    found.append(
                        (
                            ("lanes", number, "origin"),
                            f"{origin!r} to {lane.destination!r} is served by lane {other!r} already: of two standard "
                            "lanes nobody could say which is taken; give one of them another role (expedite, detour)",
                        )
                    )
        elif lane.role == "expedite":
            for origin in lane.origin:
                if origin in feeder and feeder.get(lane.destination) != origin:
                    why = f"{origin!r} does not feed {lane.destination!r}: between such warehouses the role is 'transship'"
                    found.append((("lanes", number, "origin"), why))
        elif lane.role == "transship":
            found += [(("lanes", number, "origin"), why) for why in _transship(lane, feeder)]
        else:
            found += [(("lanes", number, "instead_of"), why) for why in _detour(lane, names, detoured)]
    for number, warehouse in warehouses.items():
        if warehouse.orders_on == "demand" and warehouse.name not in feeder.values():
            why = f"{warehouse.name!r} feeds no other warehouse: whose demand it would see is not said"
            found.append((("warehouses", number, "orders_on"), why))
    return found


def _transship(lane: Lane, feeder: Mapping[str, str | None]) -> list[str]:
    """What is wrong with a lane between warehouses."""
    found = []
    for origin in lane.origin:
        if origin not in feeder:
            found.append(f"{origin!r} is not a warehouse: goods are transshipped between warehouses")
        elif origin == lane.destination:
            found.append(f"{origin!r} is also the destination")
        elif feeder.get(lane.destination) == origin:
            found.append(f"{origin!r} feeds {lane.destination!r}: what it sends there are ordinary orders")
        elif feeder[origin] == lane.destination:
            found.append(f"{origin!r} is fed by {lane.destination!r}: goods do not go back to the warehouse that feeds")
    return found


def _detour(lane: Lane, names: Mapping[str, Lane], detoured: dict[str, str]) -> list[str]:
    """What is wrong with a detour."""
    if lane.instead_of is None:
        return ["is missing: a detour names the lane in whose place it is taken"]
    main = names.get(lane.instead_of)
    if main is None:
        standard = sorted(one.name for one in names.values() if one.role == "standard")
        return [f"{lane.instead_of!r} is not a lane{near_miss(lane.instead_of, standard)}"]
    if main.role != "standard":
        return [f"{main.name!r} has role {main.role!r}: a detour stands in for a standard lane"]
    found = []
    if main.destination != lane.destination:
        found.append(f"{main.name!r} goes to {main.destination!r}, this lane to {lane.destination!r}")
    if set(main.origin) - set(lane.origin):
        missing = ", ".join(repr(one) for one in main.origin if one not in lane.origin)
        found.append(f"{main.name!r} also starts at {missing}, this lane does not")
    other = detoured.setdefault(main.name, lane.name)
    if other != lane.name:
        found.append(f"{main.name!r} has a detour already, {other!r}: a lane has one")
    return found


def warnings(scenario: Scenario) -> list[str]:
    """What is allowed and likely not meant."""
    found = []
    lanes = {lane.name: lane for lane in scenario.lanes}
    consigned = any(item.owner == "supplier" for item in scenario.items)
    for lane in scenario.lanes:
        if lane.capacity == 0:
            found.append(f"lane {lane.name!r}: capacity 0: nothing will ever go by it")
        if lane.role == "expedite":
            found += _slow(scenario, lane)
        elif lane.role == "detour":
            main = lanes[str(lane.instead_of)]
            ports = {leg.port for leg in main.legs if leg.port is not None}
            if ports and ports <= {leg.port for leg in lane.legs}:
                found.append(
                    f"lane {lane.name!r} passes every port that {main.name!r} passes ({', '.join(sorted(ports))}): it is "
                    "taken only while the lane itself is closed"
                )
        elif lane.role == "transship":
            shared = set(scenario.sites.get(lane.origin[0], ())) & set(scenario.sites.get(lane.destination, ()))
            if not shared:
                found.append(f"lane {lane.name!r}: no item is stocked at both ends, so that nothing can go by it")
    for warehouse in scenario.warehouses:
        if warehouse.holding_fee and warehouse.owner == "own" and not consigned:
            found.append(f"warehouse {warehouse.name!r} has a holding fee, and no stock there is the supplier's")
    return found + _titles(scenario)


def _titles(scenario: Scenario) -> list[str]:
    """Consignment that is paid for otherwise than its terms would have it."""
    from sim.disruptions import PriceShock
    from sim.title import any_consigned, consigned_at, reaches

    if not any_consigned(scenario):
        return []
    found = []
    shocks = [one for whole in scenario.disruptions for one in getattr(whole, "members", (whole,))]
    if any(path.moves for path in scenario.prices) or any(isinstance(one, PriceShock) for one in shocks):
        found.append(
            "goods on consignment are bought when they are used, at the mean price of what was received of them in the "
            "booked days: where prices move, not at the price of that day"
        )
    for warehouse in scenario.warehouses:
        items = tuple(scenario.sites.get(warehouse.name, ()))
        own = consigned_at(scenario, warehouse.name, items) & ~reaches(scenario, warehouse.name, items)
        if own.any():
            found.append(
                f"warehouse {warehouse.name!r}: its stock is the supplier's, and it has been bought at "
                f"{warehouse.fed_by!r}, which feeds it, when it left there: no capital is charged for what has been paid"
            )
    return found


def _slow(scenario: Scenario, lane: Lane) -> list[str]:
    """An expedite lane that is not faster than the ordinary one."""
    for origin in lane.origin:
        main = scenario.standard_lanes.get((lane.destination, origin))
        if main is None:
            continue
        fast, slow = days(scenario, lane, origin), scenario.lead_time(main, origin)
        if fast >= slow:
            return [
                f"expedite lane {lane.name!r} takes {fast:g} days from {origin!r}, the ordinary lane {main.name!r} "
                f"{slow:g}: it brings goods no sooner"
            ]
    return []


def days(scenario: Scenario, lane: Lane, origin: str) -> float:
    """Published days by a lane of another role, production included where it does not ship from stock."""
    total = scenario.lead_time(lane, origin)
    if lane.role == "expedite" and lane.from_stock:
        total -= sum(one.production_time.mean for one in scenario.suppliers if one.name == origin)
    return total


def source(lane: Lane, line: PlanLine) -> str:
    """Where an emergency order of a line goes: its own origin where the lane starts there, or else the lane's first."""
    return line.origin if line.origin in lane.origin else lane.origin[0]


def lane_of(scenario: Scenario, role: str, site: str, origin: str | None = None) -> Lane | None:
    """The first lane of a role to a warehouse, from an origin where one is given; None where there is none."""
    for lane in scenario.lanes:
        if lane.role == role and lane.destination == site and (origin is None or origin in lane.origin):
            return lane
    return None


def plain(scenario: Scenario, line: PlanLine) -> bool:
    """Whether goods come by the ordinary lane alone: no emergency way, no detour."""
    if line.expedite_by or line.transship_by:
        return False
    main = scenario.standard_lanes[line.warehouse, line.origin].name
    return not any(lane.role == "detour" and lane.instead_of == main for lane in scenario.lanes)


def resources(scenario: Scenario, line: PlanLine, giving: bool) -> list[str]:
    """What a line competes for on other ways than its ordinary one, in words.

    Parameters
    ----------
    giving : whether any line of the plan takes goods from another warehouse.
    """
    found = []
    main = scenario.standard_lanes[line.warehouse, line.origin].name
    counting = {port.name for port in scenario.ports if port.own_share == "counts"}
    limited = {one.name for one in scenario.suppliers if one.capacity is not None}
    for lane in scenario.lanes:
        taken = lane.name in (line.expedite_by, line.transship_by)
        if taken or (lane.role == "detour" and lane.instead_of == main):
            found += [f"port {leg.port}" for leg in lane.legs if leg.port in counting]
            found += [f"container pool {lane.containers}"] if lane.containers is not None else []
        if taken:
            # shipments of one lane do not overtake each other, and share what capacity it has
            found.append(f"lane {lane.name}")
            made = source(lane, line)
            if lane.role == "expedite" and not lane.from_stock and made in limited:
                found.append(f"supplier {made}")
            if lane.role == "transship":
                found.append(f"stock of {line.item} at {lane.origin[0]}")
        if giving and lane.role == "transship" and lane.origin[0] == line.warehouse:
            found.append(f"stock of {line.item} at {line.warehouse}")
    return list(dict.fromkeys(found))


def asked_for(plan: Plan) -> bool:
    """Whether any line of a plan names an emergency way."""
    return any(line.expedite_by or line.transship_by for line in plan.lines)


def plan_problems(scenario: Scenario, plan: Plan) -> list[str]:
    """What in a plan's emergency ways does not fit the scenario."""
    found = []
    lanes = {lane.name: lane for lane in scenario.lanes}
    single = any(stream.model == "orders" for stream in scenario.demand)
    bought = bool(scenario.prices or scenario.quotes or scenario.contracts)
    batches = scenario.ageing or any(one.defect_rate or one.inspection for one in scenario.suppliers)
    for line in plan.lines:
        for field, role in (("expedite_by", "expedite"), ("transship_by", "transship")):
            name = getattr(line, field)
            if not name:
                continue
            place = f"plan {plan.posture!r}: {line.item!r} at {line.warehouse!r}: {field}: {name!r}"
            lane = lanes.get(name)
            there = sorted(one.name for one in lanes.values() if one.role == role)
            if lane is None:
                found.append(f"{place} is not a lane{near_miss(name, there)}")
            elif lane.role != role:
                found.append(f"{place} has role {lane.role!r}, not {role!r}{near_miss(name, there)}")
            elif lane.destination != line.warehouse:
                found.append(f"{place} goes to {lane.destination!r}")
            elif role == "transship" and line.item not in scenario.sites.get(lane.origin[0], ()):
                found.append(f"{place} starts at {lane.origin[0]!r}, which does not stock it")
            elif role == "transship" and batches:
                found.append(
                    f"{place}: goods that are kept batch by batch (ageing, defects, inspection) cannot be transshipped: "
                    "their dates would be lost"
                )
            elif role == "expedite" and (why := _factory(scenario, line, lane)):
                found.append(f"{place} starts at {source(lane, line)!r}: {why}")
            elif role == "expedite" and bought and source(lane, line) != line.origin:
                found.append(
                    f"{place} starts at {lane.origin[0]!r}, not at {line.origin!r}: with price paths, quotes or contracts "
                    "emergency orders go to the line's own origin"
                )
            elif role == "expedite" and lane.from_stock and source(lane, line) in scenario.bills:
                found.append(
                    f"{place}: factory {source(lane, line)!r} makes what it ships from components: give the lane "
                    "from_stock = false"
                )
            elif single:
                found.append(f"{place}: emergency orders need demand by day; single orders are served without them")
    demand = {one.name for one in scenario.warehouses if one.orders_on == "demand"}
    if demand and single:
        found.append(f"warehouse {sorted(demand)[0]!r}: orders_on = 'demand' needs demand by day, not single orders")
    for line in plan.lines:
        if line.warehouse in demand and line.policy not in ECHELON:
            found.append(
                f"plan {plan.posture!r}: {line.item!r} at {line.warehouse!r}: with orders_on = 'demand' the policy is one "
                f"of {', '.join(sorted(ECHELON))}"
            )
    return found[:10]


def _factory(scenario: Scenario, line: PlanLine, lane: Lane) -> str:
    """Why an emergency order cannot be placed where it would go, because of a factory; "" where it can."""
    origin = source(lane, line)
    return "" if any(one.name == origin for one in scenario.warehouses) else made_here(scenario, line.item, origin)


def plan_notes(scenario: Scenario, plan: Plan) -> list[str]:
    """Emergency ways that can never be taken, one sentence each."""
    found: dict[str, list[str]] = {}
    shares = {item.item: item.lost_share for item in scenario.items}
    for line in plan.lines:
        share = shares.get(line.item)
        waits = (scenario.lost_share if share is None else share) < 1
        for what, below in (("expedite", line.expedite_below), ("transship", line.transship_below)):
            if not getattr(line, f"{what}_by"):
                continue
            if below < 0 and not waits:
                found.setdefault(
                    f"{what}_below is below 0 where no customer waits, so that it can never be reached", []
                ).append(line.item)
            if what == "expedite" and line.expedite_most <= 0:
                found.setdefault("expedite_most is 0, so that nothing can be expedited", []).append(line.item)
    return [f"{why} ({len(items)} lines, first {items[0]!r})" for why, items in found.items()]
