"""Whether the parts of a scenario fit together, each of them well-formed on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from sim import factory_checks, keeping, market, thresholds, ways
from sim.demand import SHAPED, DemandStream
from sim.disruptions import check
from sim.errors import near_miss
from sim.network import Lane

Place = tuple[str | int, ...]


def problems(
    parts: Mapping[str, Any],
    members: Mapping[str, Mapping[int, Any]],
    names: Mapping[str, Collection[str] | None],
    broken: Collection[str],
) -> list[tuple[Place, str]]:
    """What does not fit together between the parts of a scenario, each already well-formed on its own.

    Parameters
    ----------
    parts : keys of the scenario with their sound values.
    members : sound rows of each list by their position in it.
    names : for each list, all names found in the file, malformed rows included, so that one error is not told twice; None
        where they cannot be known.
    broken : keys of which something is wrong, told already.

    Returns
    -------
    Where (key, position, key …) and what, one for each problem.
    """
    found: list[tuple[Place, str]] = []

    def rows(section: str) -> Mapping[int, Any]:
        return members.get(section, {})

    def refer(place: Place, name: str, section: str, what: str) -> bool:
        known = names[section]
        if known is None or name in known:
            return True
        found.append((place, f"{name!r} is not {what} of this scenario{near_miss(name, sorted(known))}"))
        return False

    for section, attribute in (
        ("items", "item"),
        ("suppliers", "name"),
        ("ports", "name"),
        ("pools", "name"),
        ("warehouses", "name"),
        ("lanes", "name"),
        ("factories", "name"),
        ("factors", "name"),
        ("prices", "name"),
        ("disruptions", "name"),
        ("stretches", "name"),
        ("assumptions", "label"),
    ):
        counts = Counter(getattr(one, attribute) for one in rows(section).values())
        found += [((section,), f"{name!r} is there {count} times") for name, count in counts.items() if count > 1]
    pairs = Counter((stream.item, stream.warehouse) for stream in rows("demand").values())
    found += [
        (("demand",), f"item {item!r} at {place!r} is there {n} times") for (item, place), n in pairs.items() if n > 1
    ]
    for number, item in rows("items").items():
        for supplier in item.suppliers:
            refer(("items", number, "supplier"), supplier, "suppliers", "a supplier")
        if item.candidate:
            refer(("items", number, "candidate"), item.candidate, "suppliers", "a supplier")
        if item.candidate in item.suppliers:
            why = f"{item.candidate!r} is a supplier of this item already: a candidate is one that is not yet"
            found.append((("items", number, "candidate"), why))
    adrift = _lanes(rows("lanes"), names, found, refer)
    if not adrift:
        found += ways.problems(rows("lanes"), rows("warehouses"))
    feeder = {}
    for number, warehouse in rows("warehouses").items():
        if warehouse.fed_by is not None:
            feeder[warehouse.name] = warehouse.fed_by
            refer(("warehouses", number, "fed_by"), warehouse.fed_by, "warehouses", "a warehouse")
        if warehouse.storage_per_m3 and getattr(parts.get("costs"), "storage_rate", 0.0):
            why = "storage is a rate (costs.storage_rate) or a price per m3, never both: set costs.storage_rate = 0"
            found.append((("warehouses", number, "storage_per_m3"), why))
    cycles = _cycles(feeder)
    found += cycles
    for number, stream in rows("demand").items():
        refer(("demand", number, "item"), stream.item, "items", "an item")
        refer(("demand", number, "warehouse"), stream.warehouse, "warehouses", "a warehouse")
        if stream.factor is not None:
            refer(("demand", number, "factor"), stream.factor, "factors", "a common factor")
    wrong = factory_checks.problems(members, names, parts)
    found += wrong
    found += check.problems(rows("disruptions"), members, names, parts.get("horizon"))
    found += keeping.problems(parts, members, feeder)
    found += market.problems(members, names)
    for weather, chosen in parts.get("weathers", {}).items():
        for name in chosen:
            refer(("weathers", weather), name, "disruptions", "a disruption")
    headline, weathers = parts.get("headline"), names["weathers"]
    found += [(("thresholds", name), what) for name, what in thresholds.problems(parts.get("thresholds", {}), weathers)]
    if headline is not None and weathers is not None and headline not in weathers:
        found.append((("headline",), f"{headline!r} is not a weather{near_miss(headline, sorted(weathers))}"))
    if not cycles and "warehouses" not in broken:
        known = (
            set()
            if adrift or {"lanes", "factories"} & set(broken)
            else {*(names["suppliers"] or ()), *(names["warehouses"] or ())}
        )
        found += _sources(members, feeder, known, [] if wrong else factory_checks.needs(members))
    return found + _clocks(parts, rows("demand").values(), feeder, broken)


def _lanes(
    lanes: Mapping[int, Lane],
    names: Mapping[str, Collection[str] | None],
    found: list[tuple[Place, str]],
    refer: Callable[[Place, str, str, str], bool],
) -> bool:
    """Check what lanes refer to; whether one of them starts or ends at a place that is not there."""
    suppliers, warehouses = names["suppliers"], names["warehouses"]
    adrift = False
    for number, lane in lanes.items():
        adrift |= not refer(("lanes", number, "destination"), lane.destination, "warehouses", "a warehouse")
        for origin in lane.origin:
            if suppliers is not None and warehouses is not None and origin not in {*suppliers, *warehouses}:
                near = near_miss(origin, sorted({*suppliers, *warehouses}))
                found.append((("lanes", number, "origin"), f"{origin!r} is neither a supplier nor a warehouse{near}"))
                adrift = True
        if len(lane.origin) > 1 and any(origin in (warehouses or ()) for origin in lane.origin):
            found.append((("lanes", number, "origin"), "a lane starts at suppliers or at one warehouse, not at both"))
        for place, leg in enumerate(lane.legs):
            if leg.port is not None:
                refer(("lanes", number, "legs", place, "port"), leg.port, "ports", "a port")
        if lane.containers is not None:
            refer(("lanes", number, "containers"), lane.containers, "pools", "a container pool")
    return adrift


def _cycles(feeder: Mapping[str, str]) -> list[tuple[Place, str]]:
    """Warehouses that feed themselves in the end; each cycle told once."""
    told: set[str] = set()
    found: list[tuple[Place, str]] = []
    for start in feeder:
        path, place = [start], feeder.get(start)
        while place is not None and place not in path:
            path.append(place)
            place = feeder.get(place)
        if place == start and not told & set(path):
            told |= set(path)
            found.append((("warehouses",), f"{' <- '.join([*path, start])} is a cycle: a warehouse would feed itself"))
    return found


def _sources(
    members: Mapping[str, Mapping[int, Any]],
    feeder: Mapping[str, str],
    known: Collection[str],
    parts: Iterable[tuple[str, str]],
) -> list[tuple[Place, str]]:
    """Items that nobody supplies, and ways that do not exist from origins that are `known` to be there.

    `parts` : components and the stores where production lines need them.
    """
    found: dict[tuple[Place, str], None] = {}
    lanes = {
        (origin, lane.destination)
        for lane in members.get("lanes", {}).values()
        if lane.role == "standard"
        for origin in lane.origin
    }
    first = {item.item: (number, (item.suppliers or ("",))[0]) for number, item in members.get("items", {}).items()}
    sites = {warehouse.name for warehouse in members.get("warehouses", {}).values()}
    wanted = [(stream.item, stream.warehouse) for stream in members.get("demand", {}).values()]
    for name, where in [*wanted, *parts]:
        if name not in first or where not in sites:
            continue
        number, supplier = first[name]
        place: str | None = where
        while place is not None and place in sites:
            origin = feeder.get(place, supplier)
            if not origin:
                found[("items", number), f"{name!r} has no supplier, and warehouse {place!r} is fed by no other"] = None
                break
            if origin in known and (origin, place) not in lanes:
                carried = f" (item {name!r} needs it)" if place not in feeder else ""
                found[("lanes",), f"there is no lane from {origin!r} to {place!r}{carried}"] = None
                break
            place = feeder.get(place)
    return list(found)


def _clocks(
    parts: Mapping[str, Any], streams: Iterable[DemandStream], feeder: Mapping[str, str], broken: Collection[str]
) -> list[tuple[Place, str]]:
    """Sites whose demand does not keep one kind of time: days, one fixed interval, or single orders."""
    found: list[tuple[Place, str]] = []
    kinds: dict[str, set[str]] = {}
    streams = tuple(streams)
    for stream in streams:
        kind = {"orders": "single orders", "fixed_interval": f"every {stream.interval} days"}.get(stream.model, "daily")
        if stream.model != "none":
            kinds.setdefault(stream.warehouse, set()).add(kind)
    for place, these in kinds.items():
        if len(these) > 1:
            found.append(
                (("demand",), f"warehouse {place!r} mixes {' and '.join(sorted(these))}; one warehouse keeps one clock")
            )
    everywhere = {kind for these in kinds.values() for kind in these}
    linked = set(feeder) | set(feeder.values())
    single = any("single orders" in these for these in kinds.values())
    if linked and len(everywhere) > 1:
        found.append((("demand",), "warehouses that feed each other need one clock, all daily or all single orders"))
    if "review" not in broken:
        review = parts.get("review", "morning")
        if single and review != "continuous":
            found.append((("review",), f"single orders need review = 'continuous', not {review!r}"))
        if review == "continuous" and "daily" in everywhere:
            why = "'continuous' needs single orders or a fixed interval; daily demand is reviewed morning or evening"
            found.append((("review",), why))
    unscaled = sorted({stream.model for stream in streams} - SHAPED - {"none"})
    if parts.get("demand_level", 1.0) != 1.0 and unscaled:
        found.append((("demand_level",), f"does not reach demand of model {', '.join(unscaled)}: leave it at 1"))
    if parts.get("complete_orders") and not single and "demand" not in broken:
        found.append((("complete_orders",), "only single orders (demand model 'orders') can be delivered whole"))
    return found
