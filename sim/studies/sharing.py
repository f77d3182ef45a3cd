"""What lines of a plan share: ports, boxes, suppliers' capacity, feeding warehouses; and which may be changed in one run.

Two lines that share nothing, directly or through others, cannot touch each other in the simulation: what happens to one
is the same to the last bit whatever is decided about the other. So their changes may share a run, and still be told apart.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import ways
from sim.network import Lane
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.sourcing import origins

Places = NDArray[np.intp]


def lines_of(scenario: Scenario, plan: Plan) -> tuple[PlanLine, ...]:
    """The lines of a plan that a scenario stocks, warehouse by warehouse: the order of all arrays over lines.

    Raises
    ------
    ScenarioError : the plan lacks one.
    """
    return tuple(line for site, items in scenario.sites.items() for line in plan.lines_for(site, items))


@dataclass(frozen=True)
class Sharing:
    """Which lines of a plan can touch each other.

    Attributes
    ----------
    lines : in the order of `lines_of`.
    resources : for each line, what it competes for, in words.
    label : (lines,) the same number for lines that can touch each other, directly or through others.
    depth : (lines,) warehouses between the line and the suppliers: 0 where suppliers deliver.
    below : (2, pairs) positions (line, a line of the same item at a warehouse that it feeds, however many steps down).
    """

    lines: tuple[PlanLine, ...]
    resources: tuple[tuple[str, ...], ...]
    label: Places
    depth: Places
    below: Places

    @cached_property
    def size(self) -> Places:
        """(lines,) how many lines can touch each line, itself included."""
        found: Places = np.bincount(self.label)[self.label]
        return found

    @cached_property
    def chain(self) -> Places:
        """(lines,) the same number for lines of an item at warehouses that feed each other, in order of their first line."""
        return _numbered(self.below, len(self.lines))

    def served_by(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum over each line and the lines it feeds; `values` is (lines, …)."""
        if not self.below.shape[1]:
            return values
        found = values.copy()
        np.add.at(found, self.below[0], values[self.below[1]])
        return found

    def reach(self, places: Places) -> Places:
        """These lines and all they feed, ascending."""
        inside = np.isin(self.below[0], places)
        return np.unique(np.concatenate([places, self.below[1][inside]]))

    def touched(self, places: Places) -> Places:
        """All lines that a change of these can touch, ascending."""
        return np.flatnonzero(np.isin(self.label, self.label[places]))

    def shared(self) -> dict[str, int]:
        """What is competed for by more than one line, and by how many."""
        counts: dict[str, int] = {}
        for names in self.resources:
            for name in names:
                counts[name] = counts.get(name, 0) + 1
        return {name: count for name, count in counts.items() if count > 1}


def sharing(scenario: Scenario, plan: Plan) -> Sharing:
    """Find what the lines of a plan share.

    Counted as shared: container pools; ports where own shipments queue; a supplier's limited capacity; stock of an item
    at a warehouse that feeds others; the order of shipments where they may not overtake each other and each is followed on
    its own; production lines with their components; lanes of emergency orders, and stock that other warehouses may take;
    whatever a policy of the user's own looks at. Not counted, because they touch no line: the price of an order and of
    floor space, which belong to no single item.
    """
    lines = lines_of(scenario, plan)
    feeder = {warehouse.name: warehouse.fed_by for warehouse in scenario.warehouses}
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    found = []
    giving = any(line.transship_by for line in lines)
    other = ways.asked_for(plan) or any(lane.role == "detour" for lane in scenario.lanes)
    for line in lines:
        sources = origins(line)
        key = (
            line.warehouse,
            *sources,
            "" if isinstance(line.policy, str) else str(id(line.policy)),
            str(line.reserved),
        )
        if key not in kept:
            every = [_resources(scenario, dataclasses.replace(line, origin=one), feeder) for one in sources]
            slots = (f"reserved slots of supplier {line.origin}",) if line.reserved else ()
            kept[key] = (*dict.fromkeys(name for names in every for name in names), *slots)
        stock = line.warehouse in feeder.values() or feeder[line.warehouse] is not None
        more = [f"stock of {line.item!r} at warehouses that feed others"] if stock else []
        more += _made_together(scenario, line)
        if other:
            more += [one for one in ways.resources(scenario, line, giving) if one not in kept[key]]
        found.append((*kept[key], *more) if more else kept[key])
    depth = {name: len(_above(name, feeder)) for name in feeder}
    return Sharing(
        lines=lines,
        resources=tuple(found),
        label=_components(found),
        depth=np.array([depth[line.warehouse] for line in lines], dtype=np.intp),
        below=_below(lines, feeder),
    )


def _above(name: str, feeder: Mapping[str, str | None]) -> list[str]:
    """Warehouses above one, nearest first."""
    found: list[str] = []
    above = feeder[name]
    while above is not None:
        found.append(above)
        above = feeder[above]
    return found


def _below(lines: Sequence[PlanLine], feeder: Mapping[str, str | None]) -> Places:
    place = {(line.warehouse, line.item): number for number, line in enumerate(lines)}
    pairs = [
        (place[above, line.item], number)
        for number, line in enumerate(lines)
        for above in _above(line.warehouse, feeder)
        if (above, line.item) in place
    ]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2).T


def _resources(scenario: Scenario, line: PlanLine, feeder: Mapping[str, str | None]) -> tuple[str, ...]:
    """What a line competes for on its way, and in its policy."""
    lane = scenario.lane_to(line.warehouse, line.origin)
    counting = {port.name for port in scenario.ports if port.own_share == "counts"}
    found = [f"port {leg.port}" for leg in lane.legs if leg.port in counting]
    if lane.containers is not None:
        found.append(f"container pool {lane.containers}")
    contended = bool(found)
    fed = feeder[line.warehouse] is not None
    limited = any(one.name == line.origin and one.capacity is not None for one in scenario.suppliers)
    if limited:
        found.append(f"supplier {line.origin}")
    # goods that are followed shipment by shipment may be held back by an earlier shipment of another item
    single = any(stream.model == "orders" for stream in scenario.demand)
    if scenario.crossing == "none" and (contended or limited or fed or single) and _uncertain(scenario, line, lane):
        found += [f"order of shipments on lane {lane.name}"] + ([] if fed else [f"order of release at {line.origin}"])
    if not isinstance(line.policy, str):
        found.append(f"policy {getattr(line.policy, '__name__', 'of your own')} at {line.warehouse}")
    return tuple(found)


def _made_together(scenario: Scenario, line: PlanLine) -> list[str]:
    """Production lines that make an item, or use it as a component: their products and components touch each other."""
    return [
        f"production line {factory.name}"
        for factory in scenario.factories
        if line.origin == factory.name
        or (
            line.warehouse == factory.store
            and any(line.item in kit for kit in scenario.bills.get(factory.name, {}).values())
        )
    ]


def _uncertain(scenario: Scenario, line: PlanLine, lane: Lane) -> bool:
    """Whether a later shipment could arrive before an earlier one, if it were allowed to."""
    making = any(one.name == line.origin and one.production_time.sd > 0 for one in scenario.suppliers)
    moving = any(leg.port is not None or (leg.transit is not None and leg.transit.sd > 0) for leg in lane.legs)
    return making or moving or bool(scenario.disruptions)


def _components(resources: Sequence[tuple[str, ...]]) -> Places:
    """Lines joined by what they share, numbered in order of their first line."""
    number: dict[str, int] = {}
    rows, columns = [], []
    for row, names in enumerate(resources):
        for name in names:
            rows.append(row)
            columns.append(len(resources) + number.setdefault(name, len(number)))
    return _numbered(np.array([rows, columns], dtype=np.intp).reshape(2, -1), len(resources), len(number))


def _numbered(pairs: Places, lines: int, others: int = 0) -> Places:
    """(lines,) one number for each set of lines that pairs (2, n) join, directly or through others."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = lines + others
    graph = coo_array((np.ones(pairs.shape[1], dtype=np.int8), (pairs[0], pairs[1])), shape=(size, size))
    label = connected_components(graph, directed=False)[1][:lines]
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.intp)
    rank[np.argsort(first, kind="stable")] = np.arange(first.size)
    found: Places = rank[inverse]
    return found


def batches(shared: Sharing, chosen: Places, count: int) -> tuple[list[Places], NDArray[np.bool_]]:
    """Deal lines out into runs so that lines which can touch each other are changed in different runs, as far as it goes.

    Lines that touch nobody all go into the first run. Of lines that touch each other, each run gets a like share, dealt in
    turn by item; lines of a feeding warehouse never share a run with lines below it.

    Parameters
    ----------
    shared : what lines share.
    chosen : positions of the lines to be changed.
    count : runs for each tier of warehouses, at least 1.

    Returns
    -------
    Positions by run, empty runs left out; and for each chosen line whether it is the only one of those it could touch
    that is changed in its run, so that the run shows just what changing it alone would show.
    """
    tiers = {depth: number for number, depth in enumerate(np.unique(shared.depth[chosen]).tolist())}
    slots: list[list[int]] = [[] for _ in range(count * max(len(tiers), 1))]
    alone = np.zeros(chosen.size, dtype=bool)
    rank = {place: number for number, place in enumerate(chosen.tolist())}
    names: dict[str, int] = {}
    for line in shared.lines:
        names.setdefault(line.item, len(names))
    together: dict[int, list[int]] = {}
    for place in chosen.tolist():
        together.setdefault(int(shared.label[place]), []).append(place)
    for members in together.values():
        members.sort(key=lambda place: (shared.depth[place], names[shared.lines[place].item], place))
        if len(members) <= len(slots):
            for slot, place in enumerate(members):
                slots[slot].append(place)
                alone[rank[place]] = True
            continue
        dealt: dict[int, int] = {}
        for place in members:
            depth = int(shared.depth[place])
            turn = dealt.get(depth, 0)
            slots[tiers[depth] * count + turn % count].append(place)
            dealt[depth] = turn + 1
    return [np.array(sorted(slot), dtype=np.intp) for slot in slots if slot], alone


def colours(shared: Sharing, groups: Mapping[str, Places]) -> list[list[str]]:
    """Names of groups of lines by run: groups that cannot touch each other share one, first come first."""
    runs: list[tuple[list[str], set[int]]] = []
    for name, places in groups.items():
        labels = set(shared.label[places].tolist())
        for names, taken in runs:
            if not taken & labels:
                names.append(name)
                taken |= labels
                break
        else:
            runs.append(([name], labels))
    return [names for names, _ in runs]
