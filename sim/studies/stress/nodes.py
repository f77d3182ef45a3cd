"""Nodes: what can fail in turn, what passes through each, and the incident that stops it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.disruptions.incident import Target
from sim.errors import UsageError, near_miss
from sim.plan import Plan
from sim.scenario import Scenario
from sim.sourcing import levers, origins

Kind = Literal["supplier", "lane", "port", "pool", "warehouse", "inbound", "group"]
Grouping = Literal["family", "criticality", "none"]
GROUPINGS = ("family", "criticality", "none")

#: what the engine can stop
STOPPABLE = frozenset(get_args(Target))
#: for each kind of node, what stops while it is out and what becomes of the goods; printed with the results
MEANING: dict[str, str] = {
    "supplier": "A supplier that is out makes nothing; orders and work in process wait, what has left goes on.",
    "lane": "A lane that is out has no departures; goods wait at its start, what has left goes on.",
    "port": "A port that is out works no ship; all traffic queues, and the queue clears at surge speed afterwards.",
    "pool": "A container pool that is out has no empty boxes; goods wait at the origin, loaded boxes go on.",
    "warehouse": "A warehouse that is out serves nobody, and receipts wait at its door; its stock is untouched.",
    "inbound": "A warehouse that is cut off sees no departure on any lane to it; what has left goes on.",
    "group": "An item group that is out is made by nobody; orders and work in process wait, what has left goes on.",
}
PLURAL = {
    "suppliers": "supplier",
    "lanes": "lane",
    "ports": "port",
    "pools": "pool",
    "warehouses": "warehouse",
    "inbounds": "inbound",
    "groups": "group",
}
LABEL = {"inbound": "all lanes to", "group": "items:"}
INCIDENT = {
    "supplier": "supplier_outage",
    "lane": "lane_closure",
    "port": "port_closure",
    "pool": "container_shortage",
    "warehouse": "warehouse_closure",
}


@dataclass(frozen=True)
class Node:
    """Something that fails as a whole.

    Attributes
    ----------
    kind, name : what it is, and its name in the scenario (of an item group: the family or criticality).
    targets : what the incidents hit, all at once: (target, name).
    items : of an item group, its items; empty: all that pass.
    """

    kind: Kind
    name: str
    targets: tuple[tuple[str, str], ...]
    items: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``port Los Angeles``, ``all lanes to Ontario CA``."""
        return f"{LABEL.get(self.kind, self.kind)} {self.name}"

    def outage(self, start: float, length: float) -> tuple[Incident, ...]:
        """The full outage of this node, from the morning of day `start`."""
        return tuple(
            Incident(
                name="stress",
                kind=INCIDENT[target],
                target=target,  # type: ignore[arg-type]
                where=where,
                start=float(start),
                end=float(start + length),
                remaining=0.0,
            )
            for target, where in self.targets
        )

    def passing(self, scenario: Scenario, plan: Plan) -> dict[str, NDArray[np.intp]]:
        """For each warehouse, positions of the items that pass this node on their way there: upstream, or as components."""
        hit: dict[tuple[str, str], bool] = {}
        stores = {factory.name: factory.store for factory in scenario.factories}
        bulky = {item.item: item.volume > 0 for item in scenario.items}  # what takes no space needs no box

        def passes(site: str, item: str) -> bool:
            if (site, item) not in hit:
                feeder = scenario.warehouse(site).fed_by
                touched = ("warehouse", site) in self.targets
                for origin in origins(plan.by_site[site][item]):
                    lane = scenario.lane_to(site, origin)
                    ports = {leg.port for leg in lane.legs if leg.port is not None}
                    touched = (
                        touched
                        or ("supplier", origin) in self.targets
                        or ("lane", lane.name) in self.targets
                        or (bulky[item] and ("pool", lane.containers) in self.targets)
                        or any(("port", port) in self.targets for port in ports)
                    )
                    # a product passes what any of its components passes
                    kit = scenario.bills.get(origin, {}).get(item, ())
                    touched = touched or any(passes(stores[origin], component) for component in kit)
                hit[site, item] = touched or (feeder is not None and passes(feeder, item))
            return hit[site, item]

        found = {
            site: np.array([place for place, item in enumerate(names) if passes(site, item)], dtype=np.intp)
            for site, names in scenario.sites.items()
        }
        return {site: places for site, places in found.items() if places.size}


def clone_name(supplier: str, group: str) -> str:
    """Name of the part of a supplier that makes one item group."""
    return f"{supplier} · {group}"


def groups_of(scenario: Scenario, grouping: Grouping | None) -> dict[str, str]:
    """Group of each item; by family where every item has one and nothing else is asked for, else by criticality."""
    if grouping == "none":
        return {}
    by = grouping or ("family" if all(item.family for item in scenario.items) else "criticality")
    return {item.item: getattr(item, by) or "no family" for item in scenario.items}


def nodes_of(scenario: Scenario, plans: Sequence[Plan], groups: Mapping[str, str]) -> tuple[list[Node], dict[str, str]]:
    """Everything that can fail in turn, and what was left out (``kind:name``) with the reason."""
    found = [Node("supplier", one.name, (("supplier", one.name),)) for one in scenario.suppliers]
    found += [Node("lane", one.name, (("lane", one.name),)) for one in scenario.lanes if one.role == "standard"]
    found += [Node("port", one.name, (("port", one.name),)) for one in scenario.ports]
    found += [Node("pool", one.name, (("pool", one.name),)) for one in scenario.pools]
    for warehouse in scenario.warehouses:
        if "warehouse" in STOPPABLE:
            found.append(Node("warehouse", warehouse.name, (("warehouse", warehouse.name),)))
        ways = [lane for lane in scenario.lanes if lane.destination == warehouse.name]
        lanes = tuple(("lane", lane.name) for lane in ways)
        # with one lane, its closure is the same outage; nothing else gets in either
        if len(lanes) > 1:
            found.append(Node("inbound", warehouse.name, lanes))
    used = {one.label for one in found for plan in plans if one.passing(scenario, plan)}
    idle = [one for one in found if one.label not in used]
    left_out = {f"{one.kind}:{one.name}": "no item passes it under these plans" for one in idle}
    whole, more = _groups(scenario, plans, groups)
    return [one for one in found if one not in idle] + whole, left_out | more


def _groups(scenario: Scenario, plans: Sequence[Plan], groups: Mapping[str, str]) -> tuple[list[Node], dict[str, str]]:
    """Item groups as nodes; those that cannot be stopped by themselves are told instead."""
    if not groups:
        return [], {}
    limited = {supplier.name for supplier in scenario.suppliers if supplier.capacity is not None}
    makers_of: dict[str, dict[str, None]] = {name: {} for name in groups.values()}
    for plan in plans:
        for line in plan.lines:
            if scenario.warehouse(line.warehouse).fed_by is None:
                makers_of[groups[line.item]][line.origin] = None
    found: list[Node] = []
    left_out: dict[str, str] = {}
    for name, makers in makers_of.items():
        if any(plan.reviser is not None for plan in plans):
            left_out[f"group:{name}"] = "a plan that is reassessed keeps lead times by supplier, not by group"
        elif limited & makers.keys():
            left_out[f"group:{name}"] = f"{min(limited & makers.keys())} has one capacity for several groups"
        elif any(levers(line) for plan in plans for line in plan.lines):
            left_out[f"group:{name}"] = (
                "lines that come from several suppliers, a slot or a surge are not divided by group"
            )
        elif len(makers_of) == 1:
            left_out[f"group:{name}"] = "every item is in it"
        elif makers:
            targets = tuple(("supplier", clone_name(maker, name)) for maker in makers)
            found.append(Node("group", name, targets, tuple(item for item, group in groups.items() if group == name)))
    return found, left_out


def chosen(nodes: Sequence[Node], wanted: Sequence[str] | None, left_out: Mapping[str, str]) -> list[Node]:
    """Nodes by name (``Los Angeles``), by kind and name (``port:Los Angeles``), or all of a kind (``ports``).

    Parameters
    ----------
    nodes : what can fail.
    wanted : names; None for all.
    left_out : what cannot (``kind:name``), and why, to be told to who asks for it.

    Raises
    ------
    UsageError : an empty list, or a name that is none or several of them.
    """
    if wanted is None:
        return list(nodes)
    names = [one.strip() for one in wanted if one.strip()]
    if not names:
        raise UsageError("--nodes: name at least one, for example 'port:Los Angeles', or a kind, for example ports")
    found: dict[str, Node] = {}
    for name in names:
        if name in PLURAL:
            these = [one for one in nodes if one.kind == PLURAL[name]]
            if not these:
                raise UsageError(f"--nodes {name!r}: there are none in this scenario")
        else:
            these = [one for one in nodes if name in (one.name, f"{one.kind}:{one.name}")]
        if not these:
            for key, reason in left_out.items():
                if name in (key, key.partition(":")[2]):
                    raise UsageError(f"--nodes: {name!r} cannot be tried: {reason}")
            known = [*dict.fromkeys(one.name for one in nodes), *(f"{one.kind}:{one.name}" for one in nodes), *PLURAL]
            raise UsageError(f"--nodes: {name!r} is nothing that can fail here{near_miss(name, known)}")
        if len(these) > 1 and name not in PLURAL:
            written = " or ".join(repr(f"{one.kind}:{one.name}") for one in these)
            raise UsageError(f"--nodes: {name!r} is several things: write {written}")
        found |= {one.label: one for one in these}
    return list(found.values())
