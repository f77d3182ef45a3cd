"""An event of the library, aimed at nodes of the scenario's own and scaled in length and severity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Literal

from sim.catalogue import Criticality
from sim.disruptions.event_parts import busier, doubled, parts
from sim.disruptions.incident import Incident, Target
from sim.disruptions.timing import Occurrence, Timed
from sim.distributions import Law, fixed
from sim.errors import UsageError, listing, near_miss
from sim.events import Event, event
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario import Scenario

#: keys that aim at each kind of node
AIMS = {
    "port": ("port", "ports"),
    "supplier": ("supplier", "suppliers", "region"),
    "lane": ("lane", "lanes", "mode"),
    "pool": ("pools",),
    "item": ("items", "family", "criticality", "warehouses"),
}
WHAT = {"port": "ports", "supplier": "suppliers", "lane": "lanes", "pool": "container pools", "item": "items"}


@spec
class LibraryEvent(Timed):
    """A real event befalls the scenario's own nodes: `bufferstock events` lists them, `events show` tells their figures.

    All its days are multiplied by `length`, all it does by `severity`. What it leaves behind at a port is the queue, which
    is not typed in: the port's own surge factor rules it, or else the event's.

    Not modelled: shares of a market (an event hits the nodes that it is aimed at in full); diversion to other ports.
    """

    kind: Literal["event"] = key(about="kind of disruption")
    event: str = key(about="id of an event of the library, for example ila_2024")
    variant: str | None = key(default=None, about="variant of the event; left out: the first that `events show` lists")
    port: str | None = key(default=None, about="port, canal or border hit")
    ports: tuple[str, ...] = key(default=(), about="ports hit together")
    supplier: str | None = key(default=None, about="supplier hit")
    suppliers: tuple[str, ...] = key(default=(), about="suppliers hit together")
    region: str | None = key(default=None, about="hits all suppliers of this region")
    lane: str | None = key(default=None, about="lane hit")
    lanes: tuple[str, ...] = key(default=(), about="lanes hit together")
    mode: str | None = key(default=None, about="hits all lanes of this mode")
    pools: tuple[str, ...] = key(default=(), about="container pools hit")
    items: tuple[str, ...] = key(default=(), about="items hit; left out: all that the other keys of the group allow")
    family: str | None = key(default=None, about="family of items hit")
    criticality: Criticality | None = key(default=None, about="criticality of items hit")
    warehouses: tuple[str, ...] = key(default=(), about="warehouses at which items are hit; left out: all")
    length: Law = key(default=fixed(1.0), about="scale of its length: 1 as it was, 0.25 a mild variant")
    notice: float = key(default=None, ge=0, about="days it is known before it starts; left out: the event's own")
    surge: float | None = key(
        default=None,
        gt=1,
        about="factor k that rules a port's queue meanwhile; left out: the port's, or else the event's",
    )

    endless = True

    def __post_init__(self) -> None:
        if self.up is not None or self.down is not None:
            raise ValueError("an event has a length of its own: give start, rate or after, not up and down")
        super().__post_init__()
        try:
            about = event(self.event)
        except UsageError as error:
            raise ValueError(str(error)) from error
        if self.variant is not None and self.variant not in about.variants:
            near = near_miss(self.variant, about.variants) if about.variants else ": it has no variants"
            raise ValueError(f"{self.variant!r} is not a variant of event {self.event!r}{near}")
        self._check_aim(about)
        curved = any(isinstance(effect.value, tuple) for effect in about.acts(self.variant))
        if curved and self.clock == "continuous":
            raise ValueError(f"event {self.event!r} has a curve, which needs clock = 'whole_days'")
        if self.notice is None:
            object.__setattr__(self, "notice", about.notice)

    def _check_aim(self, about: Event) -> None:
        given = {name: [one for one in keys if getattr(self, one)] for name, keys in AIMS.items()}
        allowed = about.targets(self.variant)
        called = f"event {self.event!r}" + (f", variant {self.variant!r}," if self.variant else "")
        ways = "; ".join(f"{WHAT[name]} ({' or '.join(AIMS[name])})" for name in allowed)
        for name, keys in given.items():
            if keys and name not in allowed:
                raise ValueError(f"{keys[0]}: {called} does not hit {WHAT[name]}; it can be aimed at {ways}")
        if not any(given.values()):
            raise ValueError(f"{called} is aimed at nothing: it can be aimed at {ways}")
        twice = doubled(about, self.variant, [name for name, keys in given.items() if keys])
        if twice:
            effect, places = twice
            both = listing([WHAT[place] for place in places])
            raise ValueError(f"{called} would count its {effect} twice: aim it at one of {both}")

    @property
    def days(self) -> float:
        """Days that a length of 1 stands for."""
        return event(self.event).days

    # -- binding -------------------------------------------------------------------------------------------------------

    def targets(self) -> list[tuple[Target, str]]:
        """The nodes named; groups follow from the scenario."""
        found: list[tuple[Target, str]] = [("port", one) for one in self._all("port")]
        found += [("supplier", one) for one in self._all("supplier")]
        found += [("lane", one) for one in self._all("lane")]
        found += [("pool", one) for one in self.pools]
        found += [("item", one) for one in self.items]
        return found + [("warehouse", one) for one in self.warehouses]

    def _all(self, single: str) -> tuple[str, ...]:
        one, more = getattr(self, single), getattr(self, f"{single}s")
        return tuple(dict.fromkeys((*([one] if one else ()), *more)))

    @property
    def _grouped(self) -> bool:
        return bool(self.items or self.family or self.criticality or self.warehouses)

    def _chosen(self, items: Any) -> tuple[str, ...]:
        return tuple(
            item.item
            for item in items
            if (not self.items or item.item in self.items)
            and self.family in (None, item.family)
            and self.criticality in (None, item.criticality)
        )

    def adrift(self, rows: Mapping[str, Mapping[int, Any]]) -> list[tuple[str, str, list[str]]]:
        """Groups without members: key, name and what there is."""
        found: list[tuple[str, str, list[str]]] = []
        for name, section, attribute in (
            ("region", "suppliers", "region"),
            ("mode", "lanes", "mode"),
            ("family", "items", "family"),
        ):
            given = getattr(self, name)
            there = sorted({getattr(one, attribute) for one in rows.get(section, {}).values()} - {""})
            if given is not None and given not in there:
                found.append((name, given, there))
        items = rows.get("items", {}).values()
        if self._grouped and not found and items and not self._chosen(items):
            found.append(("", "", []))
        return found

    def bound(self, scenario: Scenario) -> BoundEvent:
        """The same aimed at nodes of this scenario."""
        items = self._chosen(scenario.items) if self._grouped else ()
        sites = tuple(
            site for site in self.warehouses or scenario.sites if set(items) & set(scenario.sites.get(site, ()))
        )
        region = [one.name for one in scenario.suppliers if self.region is not None and one.region == self.region]
        mode = [one.name for one in scenario.lanes if self.mode is not None and one.mode == self.mode]
        ports = self._all("port")
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        given |= dict.fromkeys(("port", "supplier", "lane", "region", "mode", "family", "criticality"))
        return BoundEvent(
            **given
            | {
                "ports": ports,
                "suppliers": tuple(dict.fromkeys((*self._all("supplier"), *region))),
                "lanes": tuple(dict.fromkeys((*self._all("lane"), *mode))),
                "items": items,
                "warehouses": sites,
                "slack": {one.name: one.slack for one in scenario.ports if one.name in ports},
                "own_surge": tuple(
                    one.name for one in scenario.ports if one.surge is not None or one.background is not None
                ),
                "air": tuple(one.name for one in scenario.lanes if one.mode == "air"),
            }
        )

    # -- drawing -------------------------------------------------------------------------------------------------------

    def _drawn(self, generator: np.random.Generator, start: float, number: int, cause: str = "") -> Occurrence:
        """As of any kind, with the drawn length as a scale; the first estimate is the event's own unless given."""
        one = super()._drawn(generator, start, number, cause)
        about = event(self.event)
        estimate = one.estimate * about.days if one.length else 0.0
        if self.estimate_factor is None and about.first_estimate is not None:
            estimate = about.first_estimate * one.length
        days = about.days * one.length if one.length else 0.0
        return replace(one, length=days, estimate=estimate, extra=(one.length,))

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """What the event does to the nodes named; groups and ports' queues follow from the scenario."""
        return self._effects(occurrence, {}, frozenset(), frozenset())

    def _effects(
        self, occurrence: Occurrence, slack: Mapping[str, float], own: frozenset[str], air: frozenset[str]
    ) -> list[Incident]:
        about = event(self.event)
        scale = occurrence.extra[0] if occurrence.extra else 1.0
        acts = about.acts(self.variant)

        def on(*kinds: str) -> list[Any]:
            return [effect for effect in acts if effect.target in kinds]

        found: list[Incident] = []
        for port in self._all("port"):
            k = slack.get(port, 1.0)
            rules = self.surge or (None if port in own else about.surge)
            found += parts(about, on("port"), "port", port, scale, k if math.isfinite(k) else 1.0)
            if rules is not None and port in slack:
                found += busier(about, self.variant, port, scale, k, rules)
        for supplier in self._all("supplier"):
            found += parts(about, on("supplier"), "supplier", supplier, scale)
        for lane in self._all("lane"):
            found += parts(about, on("lane", *(["air lane"] if lane in air else [])), "lane", lane, scale)
        for pool in self.pools:
            found += parts(about, on("pool"), "pool", pool, scale)
        for site in self.warehouses if self.items else ():
            found += parts(about, on("item"), "warehouse", site, scale, items=self.items)
        return found


@spec
class BoundEvent(LibraryEvent):
    """An event with the nodes of one scenario in place of groups, and what it must know of its ports and lanes.

    Attributes
    ----------
    slack : factor k of each port that is hit.
    own_surge : ports that the scenario gives a factor of their own.
    air : lanes by air.
    """

    slack: dict[str, float] = key(default_factory=dict, about="factor k of the ports hit")
    own_surge: tuple[str, ...] = key(default=(), about="ports with a factor k of their own")
    air: tuple[str, ...] = key(default=(), about="lanes by air")

    def _check_aim(self, about: Event) -> None:
        """Checked before it was bound."""

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """What the event does to the scenario's nodes."""
        return self._effects(occurrence, self.slack, frozenset(self.own_surge), frozenset(self.air))
