"""At which nodes of a scenario an event is aimed: those that the user names, or those that bear the event's own names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.disruptions import LibraryEvent, Occurrence
from sim.disruptions.event_parts import doubled
from sim.distributions import fixed
from sim.errors import UsageError, listing, near_miss
from sim.events import Event
from sim.scenario import Scenario

#: kinds of target that can be named, and the key of an event in a scenario file that they are
KEYS = {
    "port": "ports",
    "supplier": "suppliers",
    "lane": "lanes",
    "pool": "pools",
    "item": "items",
    "warehouse": "warehouses",
    "region": "region",
    "mode": "mode",
    "family": "family",
    "criticality": "criticality",
}
#: of these only one can be named
SINGLE = ("region", "mode", "family", "criticality")
#: words that are in many names and tell no place
GENERIC = frozenset(
    {"port", "canal", "sea", "the", "of", "and", "main", "supplier", "warehouse", "lane", "by", "mainland"}
)


@dataclass(frozen=True)
class Aim:
    """Nodes that an event is aimed at.

    Attributes
    ----------
    keys : keys of the event in a scenario, with names.
    why : by which rule, one sentence for each kind of node.
    """

    keys: dict[str, Any]
    why: tuple[str, ...]


def named(targets: Sequence[str], scenario: Scenario) -> Aim:
    """Nodes named as ``kind=name``.

    Raises
    ------
    UsageError : not of this form, no such kind, or no node of that name.
    """
    keys: dict[str, Any] = {}
    for target in targets:
        kind, equals, name = (part.strip() for part in target.partition("="))
        if not equals or not name:
            raise UsageError(f"--target {target!r}: write kind=name, for example port={_example(scenario)}")
        if kind not in KEYS:
            raise UsageError(f"--target {target!r}: {kind!r} is no kind of target{near_miss(kind, KEYS)}")
        there = _names(kind, scenario)
        if name not in there:
            raise UsageError(f"--target {target!r}: {name!r} is no {kind} of {scenario.name!r}{near_miss(name, there)}")
        if kind in SINGLE:
            if KEYS[kind] in keys:
                raise UsageError(f"--target {target!r}: one {kind} can be named, and {keys[KEYS[kind]]!r} is already")
            keys[KEYS[kind]] = name
        else:
            keys[KEYS[kind]] = tuple(dict.fromkeys((*keys.get(KEYS[kind], ()), name)))
    return Aim(keys, tuple(f"{target}, as named" for target in dict.fromkeys(targets)))


def found(one: Event, scenario: Scenario, variant: str | None = None) -> Aim:
    """Nodes by the rule: those with a name or place of the event, or else suppliers and their lanes in a region of it.

    Of an event between two places ("China to US") only the first counts.

    Raises
    ------
    UsageError : none; candidates are listed.
    """
    keys: dict[str, Any] = {}
    why: list[str] = []
    # nothing in the world answers to the price of expediting so far
    acts = [effect for effect in one.acts(variant) if effect.effect != "expedite_factor"]
    modes = {effect.target for effect in acts if effect.target.endswith("lane")}
    for kind in one.targets(variant):
        names, rule = _matching(kind, one, scenario, only_air=modes == {"air lane"})
        if not names or doubled(one, variant, [name for name in ("port", *KEYS) if KEYS[name] in keys or name == kind]):
            continue
        keys[KEYS[kind]] = names
        plural = "s" if len(names) > 1 else ""
        why.append(f"{kind}{plural} {', '.join(names)}: {rule}")
    if keys:
        return Aim(keys, tuple(why))
    candidates = {kind: _names(kind, scenario) for kind in one.targets(variant)}
    told = "; ".join(f"{kind}: {listing(names)}" for kind, names in candidates.items() if names)
    first = next((kind for kind, names in candidates.items() if names), None)
    if first is None:
        wanted = " or ".join(one.targets(variant))
        raise UsageError(f"event {one.id!r} hits a {wanted}, and {scenario.name!r} has none")
    raise UsageError(
        f"event {one.id!r} was at {one.place!r}, and no {' or '.join(one.targets(variant))} of {scenario.name!r} has that "
        f"name or region: aim it with --target kind=name, for example --target '{first}={candidates[first][0]}' ({told})"
    )


def aimed(
    one: str, aim: Aim, scenario: Scenario, start: float, length: float, severity: float, variant: str | None = None
) -> LibraryEvent:
    """The event as a disruption of the scenario.

    Raises
    ------
    UsageError : it does not hit such nodes, or would count an effect twice.
    """
    taken = {disruption.name for disruption in scenario.disruptions}
    name = one if one not in taken else f"{one} (re-enacted)"
    try:
        made = LibraryEvent(
            kind="event",
            event=one,
            name=name,
            variant=variant,
            start=fixed(start),
            length=fixed(length),
            severity=fixed(severity),
            **aim.keys,
        )
    except ValueError as error:
        raise UsageError(f"--event {one}: {error}") from error
    bound = made.bound(scenario)
    if not bound.targets() or not bound.effects(Occurrence(0.0, 1.0)):
        raise UsageError(f"--event {one}: nothing of what it is aimed at is in this scenario")
    return made


def _example(scenario: Scenario) -> str:
    return next((port.name for port in scenario.ports), "Yantian")


def _names(kind: str, scenario: Scenario) -> list[str]:
    """What there is of a kind of target."""
    nodes: dict[str, Iterable[str]] = {
        "port": (one.name for one in scenario.ports),
        "supplier": (one.name for one in scenario.suppliers),
        "lane": (one.name for one in scenario.lanes),
        "pool": (one.name for one in scenario.pools),
        "item": (one.item for one in scenario.items),
        "warehouse": (one.name for one in scenario.warehouses),
        "region": (one.region for one in scenario.suppliers),
        "mode": (one.mode for one in scenario.lanes),
        "family": (one.family for one in scenario.items),
        "criticality": (one.criticality for one in scenario.items),
    }
    return [name for name in dict.fromkeys(nodes[kind]) if name]


def _matching(kind: str, one: Event, scenario: Scenario, only_air: bool) -> tuple[tuple[str, ...], str]:
    """Nodes of a kind that bear a name of the event, or lie in a region of it; and the rule that found them."""
    if kind == "item":
        return (), ""
    place = one.place.split(" to ")[0]
    text = f"{place}; {one.name}"
    air = {lane.name for lane in scenario.lanes if lane.mode == "air"}
    places = {supplier.name: supplier.place for supplier in scenario.suppliers}
    parts = [part for part in (_bare(part) for part in re.split(r"[/,();]| and ", place)) if len(part) > 2]
    same = tuple(
        name
        for name in _names(kind, scenario)
        if not (only_air and kind == "lane" and name not in air)
        if any(_within(own, text) for own in (name, places.get(name, "")))
        or any(_within(part, own) for part in parts for own in (name, places.get(name, "")))
    )
    if same:
        return same, f"of the same name or place as {one.place!r}"
    region = {one.name: one.region for one in scenario.suppliers if _within(one.region, text)}
    where = ", ".join(dict.fromkeys(region.values()))
    if kind == "supplier" and region:
        return tuple(region), f"in a region that the event names ({where})"
    if kind == "lane" and region:
        lanes = tuple(lane.name for lane in scenario.lanes if all(origin in region for origin in lane.origin))
        lanes = tuple(name for name in lanes if name in air or not only_air)
        return lanes, f"from suppliers in a region that the event names ({where})"
    return (), ""


def _bare(text: str) -> str:
    """A name without the words that tell no place."""
    return " ".join(word for word in text.split() if word.lower() not in GENERIC)


def _within(name: str, text: str) -> bool:
    """Whether a name stands in a text as whole words; one of generic words only never does."""
    if not _bare(name):
        return False
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
