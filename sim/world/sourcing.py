"""Sourcing: how the orders of a review are divided among suppliers, where lines name more than one, a slot or a surge."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import count_nonzero
from numpy.typing import NDArray

from sim.network import Supplier
from sim.plan import PlanLine
from sim.policies import View
from sim.sourcing import slot
from sim.world.gates import Gate, narrow
from sim.world.parcel import Parcel
from sim.world.stock import Stock
from sim.world.supplying import Made
from sim.world.watch import Watch, noticed, stops
from sim.world.works import Works

if TYPE_CHECKING:
    from sim.world.blueprint import Group, Site
    from sim.world.reviewing import Review
    from sim.world.world import World

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
TINY = 1e-9
YEAR = 365.0


class Sourcing:
    """The lines of one group of items that come from more than one supplier, from a reserved slot, or with a surge.

    At a review the policy says what it wants, as ever. Then, line by line: the second supplier gets its share; the rest goes
    to the first, or to its backup while that has stepped in. Minimum orders and multiples hold for each supplier's part.
    Arrays are over those lines, (n_lines,).

    Parameters
    ----------
    stock : the stocking point.
    rows, places : positions of the lines in the group, and of their items at the stock.
    lines : lines of the plan.
    step : each part is a multiple of it, units; 0: any quantity.
    moments : review times of the group.
    """

    def __init__(
        self, stock: Stock, rows: Places, places: Places, lines: Sequence[PlanLine], step: Floats, moments: Floats
    ) -> None:
        self.stock, self.rows, self.places = stock, rows, places
        self._step, self._minimum = step, np.array([line.minimum for line in lines], dtype=float)
        self._share = np.array([line.second_share for line in lines], dtype=float)
        self._owed = np.zeros(len(lines))
        self._moments = moments
        self.flows: list[Made] = []
        self._gates: list[Gate | None] = []
        self._main, self._second, self._backup = (np.full(len(lines), -1, dtype=np.intp) for _ in range(3))
        self._splits = bool((self._share > 0).any())
        #: lines that share a primary and the terms of its backup
        self.watches: list[tuple[Watch, Places]] = []
        below = np.array([line.surge_below * line.forecast for line in lines], dtype=float)
        self._surges = [(one, rows) for one, rows in self._grouped(lines, "surge_below") if below[rows].any()]
        self._surge_below = below
        #: units of each line to each supplier at this review, (n_flows, n_lines)
        self.portions = np.zeros((0, len(lines)))

    @staticmethod
    def _grouped(lines: Sequence[PlanLine], field: str) -> list[tuple[str, Places]]:
        """Main suppliers of the lines that have a field, and the positions of those."""
        found: dict[str, list[int]] = {}
        for number, line in enumerate(lines):
            if getattr(line, field):
                found.setdefault(line.origin, []).append(number)
        return [(name, np.array(numbers, dtype=np.intp)) for name, numbers in found.items()]

    def add(self, flow: Made, gate: Gate | None, main: Places, second: Places, backup: Places) -> None:
        """A supplier, and the lines for which it is the first, the second and the backup."""
        number = len(self.flows)
        self.flows.append(flow)
        self._gates.append(gate)
        for role, lines in ((self._main, main), (self._second, second), (self._backup, backup)):
            role[lines] = number

    def main(self, line: int) -> int:
        """Number of the flow of a line's first supplier."""
        return int(self._main[line])

    def others(self, line: int) -> set[int]:
        """Numbers of the flows of its second supplier and its backup."""
        return {int(self._second[line]), int(self._backup[line])} - {-1, int(self._main[line])}

    def splits(self, line: int) -> bool:
        """Whether a second supplier has a standing share of it."""
        return bool(self._share[line] > 0)

    def watch(self, watch: Watch, lines: Places) -> None:
        """Let some lines have a backup, on its terms."""
        self.watches.append((watch, lines))
        for number in np.unique(self._main[lines]).tolist():
            if self.flows[number].opened is None:
                self.flows[number].opened = []

    def show(self, view: View) -> None:
        """Before the policy is asked: what is stuck at a supplier that is held to be stopped is not counted as coming."""
        for watch, lines in self.watches:
            if watch.share(view.day) is None:
                continue
            stuck = np.zeros(self.stock.size)
            for number in np.unique(self._main[lines]).tolist():
                stuck += self._stuck(self.flows[number], view.day)
            if count_nonzero(there := stuck[self.places[lines]]):
                position = np.array(view.position, dtype=float)
                position[self.rows[lines]] -= there
                view.position = position

    def _stuck(self, flow: Made, now: float) -> Floats:
        """Units ordered that have not left a supplier, by item of the stock; what will be lost is counted as coming."""
        found = np.zeros(self.stock.size)
        kept: list[Parcel] = []
        for parcel in flow.opened or ():
            if parcel.ready > now and parcel.fate != "cancelled" and count_nonzero(parcel.quantity):
                kept.append(parcel)
                found[parcel.index] += parcel.quantity
        if flow.opened is not None:
            flow.opened[:] = kept
        return found

    def divided(self, view: View, since: float, quantity: Floats) -> Floats:
        """Divide what is asked for, (group items,) units; what is really ordered, alike.

        Parameters
        ----------
        view : of the group.
        since : days since the review before.
        """
        asked, now = quantity[self.rows], view.day
        portions = np.zeros((len(self.flows), asked.size))
        first = asked
        if self._splits:
            second = self._seconds(asked)
            first = asked - second
            some = np.flatnonzero(second)
            portions[self._second[some], some] += second[some]
        for watch, lines in self.watches:
            share = watch.share(now)
            if share is None:
                continue
            taken = first[lines]
            if share < 1:
                # what it cannot take is ordered from nobody, and asked for again at the next review
                taken = self._stepped(taken * share, lines)
                taken = np.where(taken < self._minimum[lines] - TINY, 0.0, taken)
            portions[self._backup[lines], lines] += taken
            first = first.copy()
            first[lines] = 0.0
        some = np.flatnonzero(first)
        portions[self._main[some], some] += first[some]
        for number, gate in enumerate(self._gates):
            if gate is not None:
                portions[number] = gate.accepted(now, since, portions[number])
        self.portions = portions
        made = np.array(quantity, dtype=float)
        made[self.rows] = portions.sum(axis=0)
        if now >= 0 and (more := np.maximum((portions > TINY).sum(axis=0) - 1, 0)).any():
            lines_more = self.stock.besides.setdefault("lines", np.zeros(self.stock.size))
            lines_more[self.places] += more
        if self._surges:
            self._hasten(view)
        return made

    def _seconds(self, asked: Floats) -> Floats:
        """Units for the second supplier: the most, in whole multiples, that it is owed and minimum orders allow."""
        every, least = np.arange(asked.size), self._minimum
        due = np.where(asked > 0, self._share * asked, 0.0) + self._owed
        part = self._stepped(np.minimum(due, asked), every)
        part = np.where(part < least - TINY, 0.0, part)
        left = asked - part
        short = (left > TINY) & (left < least - TINY)
        if short.any():
            # too little would be left for the first: it gets its minimum, or all of it
            less = self._stepped(np.maximum(asked - least, 0.0), every)
            less = np.where(less < np.maximum(least, TINY) - TINY, 0.0, less)
            part = np.where(short, np.minimum(part, less), part)
        self._owed = due - part
        return part

    def _stepped(self, units: Floats, lines: Places) -> Floats:
        """Rounded down to multiples."""
        step = self._step[lines]
        lots = np.divide(units, step, out=np.zeros(units.shape), where=step > 0)
        return np.where(step > 0, np.floor(lots + TINY) * step, units)

    def _hasten(self, view: View) -> None:
        """Ask for a surge until the next review for items with too few days of stock on hand."""
        net = view.net[self.rows]
        place = int(np.searchsorted(self._moments, view.day, "right"))
        until = float(self._moments[place]) if place < self._moments.size else math.inf
        for _, lines in self._surges:
            works = self.flows[int(self._main[lines[0]])].works
            if works.surge is not None:
                works.surge.ask(self.stock, self.places[lines], net[lines] < self._surge_below[lines] - TINY, until)


class Portion:
    """The part of a review's orders that goes to one of the suppliers."""

    def __init__(self, sourcing: Sourcing, number: int) -> None:
        self.sourcing, self.number, self.flow = sourcing, number, sourcing.flows[number]

    def count(self, quantity: Floats) -> None:
        """Count the order, where there is one."""
        if count_nonzero(self.sourcing.portions[self.number]):
            self.flow.count(quantity)

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Place the order, where there is one."""
        portion = self.sourcing.portions[self.number]
        if count_nonzero(portion):
            self.flow.order(moment, index, portion)


def equip(world: World, review: Review, site: Site, group: Group, moments: Floats) -> None:
    """Give a review its sourcing: suppliers, gates and watches of the lines of its group that have any."""
    rows = group.sourced
    places = rows if group.index is None else group.index[rows]
    stock: Stock = world.stocks[site.name]
    lines = [site.lines[place] for place in places.tolist()]
    made = Sourcing(stock, rows, places, lines, _steps(world, lines), moments)
    roles: dict[tuple[str, bool], tuple[list[int], list[int], list[int]]] = {}
    for number, line in enumerate(lines):
        named = ((line.origin, bool(line.reserved)), (line.second_origin, False), (line.backup_origin, False))
        for role, source in enumerate(named):
            if source[0]:
                roles.setdefault(source, ([], [], []))[role].append(number)
    items = [line.item for line in lines]
    for (origin, reserved), numbers in roles.items():
        works = slot_of(world, origin) if reserved else world.works[origin]
        route = world.routes[world.blueprint.lanes[(site.name, origin)].name]
        narrows = narrow(works.incidents)
        gate = Gate(narrows, items, site.mean[places], world.whole) if narrows else None
        flow = Made(stock, works, route, moments, world.future.cache, world.log)
        made.add(flow, gate, *(np.array(chosen, dtype=np.intp) for chosen in numbers))
    terms: dict[tuple[Any, ...], list[int]] = {}
    for number, line in enumerate(lines):
        if line.backup_origin:
            key = (line.origin, line.backup_after, line.backup_ramp, line.backup_qualifies, line.backup_below)
            terms.setdefault(key, []).append(number)
    for (origin, after, ramp, qualifies, below), members in terms.items():
        watch = Watch(noticed(stops(world.works[origin], below), after), ramp, qualifies)
        made.watch(watch, np.array(members, dtype=np.intp))
        if qualifies and 0 <= watch.notice < world.future.end:
            for number in members:
                charge(world, "qualification", world.works[lines[number].backup_origin].supplier.qualification)
    for line in lines:
        if line.reserved:
            charge(world, "reservation", world.works[line.origin].supplier.reservation * world.future.end / YEAR)
    review.source(made)
    for number in range(len(made.flows)):
        review.flows.append((rows, Portion(made, number)))


def _steps(world: World, lines: Sequence[PlanLine]) -> Floats:
    """Multiples in which each supplier's part comes, units: the line's, the item's under (r, nQ), or 1 for whole units."""
    items = world.blueprint.scenario.catalogue
    found = []
    for line in lines:
        step = line.multiple
        if not step and line.policy == "r_nQ":
            step = float(items.multiple[items.index[line.item]])
        found.append(step or float(world.whole))
    return np.array(found)


def slot_of(world: World, name: str) -> Works:
    """The reserved slots of a supplier, made once: their own production time and capacity, and the same troubles."""
    if name not in world.slots:
        one = world.works[name].supplier
        assert one.reserved_time is not None
        own: Supplier = dataclasses.replace(
            one,
            production_time=one.reserved_time,
            capacity=one.reserved_capacity,
            surge_capacity=0.0,
            surge_premium=0.0,
        )
        world.slots[name] = Works(own, world.clock, world.future, world.crossing, slot(name))
    return world.slots[name]


def charge(world: World, fee: str, money: float) -> None:
    """Add to a fee of the replication."""
    if money:
        world.fees[fee] = world.fees.get(fee, 0.0) + money
