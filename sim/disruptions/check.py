"""Whether disruptions fit their scenario: names, chains, times; and which of them can touch nothing."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.disruptions.background import Background
from sim.disruptions.common import CommonCause
from sim.disruptions.effects import idle
from sim.disruptions.goods import PriceShock
from sim.disruptions.incident import Incident
from sim.disruptions.timing import TRIGGERS, Occurrence, Timed
from sim.distributions import fixed
from sim.errors import DisruptionError, near_miss

if TYPE_CHECKING:
    from sim.scenario import Scenario

Place = tuple[str | int, ...]
SECTIONS = {
    "port": "ports",
    "supplier": "suppliers",
    "lane": "lanes",
    "pool": "pools",
    "warehouse": "warehouses",
    "item": "items",
}
WHAT = {
    "port": "a port",
    "supplier": "a supplier",
    "lane": "a lane",
    "pool": "a container pool",
    "warehouse": "a warehouse",
    "item": "an item",
}
#: a score so low that a law gives its least value
LEAST = -38.0


def problems(
    disruptions: Mapping[int, Any],
    rows: Mapping[str, Mapping[int, Any]],
    names: Mapping[str, Collection[str] | None],
    horizon: int | None,
) -> list[tuple[Place, str]]:
    """What does not fit between disruptions and the rest of a scenario.

    Parameters
    ----------
    disruptions : sound disruptions by their place in the list.
    rows : sound rows of all lists of the scenario.
    names : all names of each list; None where they cannot be known.
    horizon : days, None where it is not known.
    """
    found: list[tuple[Place, str]] = []
    for number, disruption in disruptions.items():
        for place, one in _parts(("disruptions", number), disruption):
            found += _unknown(place, one, names)
            found += _inside(place, one, rows)
            for key, name, there in one.adrift(rows) if hasattr(one, "adrift") else ():
                if key:
                    near = near_miss(name, there) if there else " (the scenario names none)"
                    found.append(((*place, key), f"{name!r} hits nobody: no such {key}{near}"))
                else:
                    found.append((place, "the group has no members: no item fits all its keys"))
        if isinstance(disruption, Timed):
            found += _untimely(("disruptions", number), disruption, horizon)
    return found + _chains(disruptions, names["disruptions"])


def _parts(place: Place, disruption: Any) -> Iterator[tuple[Place, Any]]:
    """A disruption, or the members of a common cause, each with its place."""
    if not isinstance(disruption, CommonCause):
        yield place, disruption
        return
    for number, member in enumerate(disruption.members):
        yield (*place, "members", number), member


def _unknown(place: Place, one: Any, names: Mapping[str, Collection[str] | None]) -> list[tuple[Place, str]]:
    """Targets that are not there."""
    try:
        targets = one.targets()
    except DisruptionError as error:
        return [(place, str(error))]
    found: list[tuple[Place, str]] = []
    for target, name in targets:
        if target == "firm":
            continue
        if target not in SECTIONS:
            found.append((place, f"{target!r} is not a target{near_miss(str(target), [*SECTIONS, 'firm'])}"))
            continue
        known = names[SECTIONS[target]]
        if known is not None and name not in known:
            key = target if not hasattr(one, SECTIONS[target]) or getattr(one, target, None) == name else ""
            message = f"{name!r} is not {WHAT[target]} of this scenario{near_miss(str(name), sorted(known))}"
            found.append(((*place, key or SECTIONS[target]), message))
    return found


def _inside(place: Place, one: Any, rows: Mapping[str, Mapping[int, Any]]) -> list[tuple[Place, str]]:
    """Duty on lanes on which nothing is bought, so that there is no purchase price that it could be added to."""
    if not isinstance(one, PriceShock):
        return []
    own = {made.name: what for what in ("warehouses", "factories") for made in rows.get(what, {}).values()}
    found: list[tuple[Place, str]] = []
    for lane in rows.get("lanes", {}).values():
        inside = [origin for origin in lane.origin if origin in own]
        if lane.name in one.lanes and inside and len(inside) == len(lane.origin):
            what = "warehouse" if own[inside[0]] == "warehouses" else "factory"
            told = (
                f"{lane.name!r} starts at {what} {inside[0]!r} of your own: nothing is bought on it, and a duty is a share "
                "of a purchase price; a dearer way between own sites is a freight_shock"
            )
            found.append(((*place, "lanes"), told))
    return found


def _untimely(place: Place, one: Timed, horizon: int | None) -> list[tuple[Place, str]]:
    """A disruption without a beginning or an end, or that begins when all is over."""
    found: list[tuple[Place, str]] = []
    if all(getattr(one, name) is None for name in TRIGGERS):
        told = "is missing: give start (a day), rate (times a year), up and down, or after (what it follows)"
        found.append(((*place, "start"), told))
    if one.length is None and one.down is None and not one.endless:
        found.append(((*place, "length"), "is missing"))
    if one.after is None and (one.lag != fixed(0.0) or one.lag_from != "start"):
        found.append(((*place, "lag"), "counts from another disruption: give after"))
    if one.start is not None and horizon is not None:
        first = least(one.start)
        if first >= horizon:
            told = f"day {first:g} is after the horizon: the scenario ends on day {horizon}"
            found.append(((*place, "start"), told))
    return found


def least(law: Any) -> float:
    """Least value of a law."""
    import numpy as np

    return float(law.from_score(np.asarray([LEAST]))[0])


def _chains(disruptions: Mapping[int, Any], known: Collection[str] | None) -> list[tuple[Place, str]]:
    """Disruptions that follow something unknown, or in the end themselves; each circle told once."""
    after = {one.name: getattr(one, "after", None) for one in disruptions.values()}
    found: list[tuple[Place, str]] = []
    told: set[str] = set()
    for number, one in disruptions.items():
        place: Place = ("disruptions", number, "after")
        cause = after[one.name]
        if cause is not None and known is not None and cause not in known:
            others = sorted(set(known) - {one.name})
            found.append((place, f"{cause!r} is not a disruption of this scenario{near_miss(str(cause), others)}"))
        path = [one.name]
        while cause is not None and cause not in path:
            path.append(cause)
            cause = after.get(cause)
        if cause == one.name and not told & set(path):
            told |= set(path)
            circle = " follows ".join(repr(name) for name in [*path, one.name])
            found.append((place, f"{circle}: a chain cannot trigger itself"))
    return found


# --- warnings --------------------------------------------------------------------------------------------------------


def warnings(scenario: Scenario) -> list[str]:
    """Sentences on disruptions that can touch nothing, each named."""
    there = used(scenario)
    found: dict[str, None] = {}
    for disruption in scenario.bound_disruptions:
        why = _never(disruption)
        if why:
            found[f"disruption {disruption.name!r} can touch nothing: {why}"] = None
            continue
        for _, one in _parts((), disruption):
            for told in _idle(one, there, scenario):
                found[f"disruption {disruption.name!r} can touch nothing: {told}"] = None
    return [*found, *_causeless(scenario)]


def _causeless(scenario: Scenario) -> Iterator[str]:
    """Disruptions that a weather selects without the one that they follow: under it, they never come."""
    for weather in scenario.weathers:
        there = {one.name for one in scenario.under(weather).disruptions}
        for one in scenario.disruptions:
            cause = getattr(one, "after", None)
            if cause is not None and one.name in there and cause not in there:
                yield f"weather {weather!r}: {one.name!r} never comes, since {cause!r}, which it follows, is not in it"


def _never(one: Any) -> str:
    """Why a disruption never strikes, or strikes for no time; "" where it may."""
    if isinstance(one, Background):
        return "" if one.expected(0.0, 1.0) else "its rates are 0, or none of its causes can strike here"
    if not isinstance(one, Timed):
        return ""
    if one.rate == 0:
        return "its rate is 0"
    if one.after is not None and one.probability == 0:
        return "its probability is 0"
    if one.severity.mean == 0:
        return "its severity is 0"
    length = one.length if one.down is None else one.down
    if length is not None and length.mean == 0:
        return "its length is 0"
    if one.clock == "whole_days" and one.start is not None and one.start.sd == 0 and length and length.sd == 0:
        start, end = one.start.mean, one.start.mean + length.mean * one.days
        if math.isfinite(end) and math.ceil(start) >= math.ceil(end):
            return f"no morning lies between day {start:g} and day {end:g} (see clock)"
    return ""


def _idle(one: Any, used: Mapping[str, Collection[str]], scenario: Scenario) -> Iterator[str]:
    """What a disruption, or a member of one, aims at in vain."""
    missed = [
        f"{target} {where!r} {VAIN[target]}"
        for target, where in one.targets()
        if target in SECTIONS and where not in used[target]
    ]
    yield from missed
    if missed or not isinstance(one, Timed):
        return
    effects: list[Incident] = one.effects(Occurrence(0.0, 1.0))
    dearer = [effect for effect in effects if effect.expedite_factor != 1.0]
    fast = {lane.name for lane in scenario.lanes if lane.role == "expedite"}
    if dearer and all(idle(replace(effect, expedite_factor=1.0)) for effect in effects):
        if not any(effect.where in fast for effect in dearer):
            yield "it makes expediting dearer, and none of its lanes is an expedite lane"
    elif all(idle(effect) for effect in effects):
        yield "all its factors are 1, and it takes no capacity" if effects else "nothing of what it hits is stocked"
    for effect in effects:
        stocked = [(site, item) for site, items in scenario.sites.items() for item in items]
        if effect.items and effect.target == "warehouse" and not any(effect.touches(*pair) for pair in stocked):
            yield f"none of its items is stocked at {effect.where!r}"


VAIN = {
    "port": "lies on no lane that carries goods",
    "supplier": "supplies no item in demand",
    "lane": "carries nothing",
    "pool": "serves no lane that carries goods",
    "warehouse": "stocks nothing",
    "item": "is in no demand stream",
}


def used(scenario: Scenario) -> dict[str, set[str]]:
    """Names of what goods pass through, by target."""
    used: dict[str, set[str]] = {target: set() for target in SECTIONS}
    suppliers = {supplier.name for supplier in scenario.suppliers}
    for site, items in scenario.sites.items():
        if items:
            used["warehouse"].add(site)
        used["item"] |= set(items)
        sources = {scenario.origin_of(site, item) for item in items}
        if scenario.warehouse(site).fed_by is None:
            # a posture may buy from any supplier of an item that has a lane
            stocked = set(items)
            named = {
                name for item in scenario.items if item.item in stocked for name in (*item.suppliers, item.candidate)
            }
            sources |= {name for name in named if (site, name) in scenario.standard_lanes}
        for origin in sources:
            if origin in suppliers:
                used["supplier"].add(origin)
            lane = scenario.lane_to(site, origin)
            used["lane"].add(lane.name)
            used["port"] |= {leg.port for leg in lane.legs if leg.port is not None}
            if lane.containers is not None:
                used["pool"].add(lane.containers)
    for lane in scenario.lanes:
        # a plan may take any of them in an emergency
        if lane.role != "standard" and scenario.sites.get(lane.destination):
            used["lane"].add(lane.name)
            used["port"] |= {leg.port for leg in lane.legs if leg.port is not None}
            used["pool"] |= {lane.containers} if lane.containers is not None else set()
    return used
