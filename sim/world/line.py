"""A production line: the live side of a factory. Works that start a product only with all components of its bill on hand.

Once a morning, after receipts and reviews, capacity and complete kits are released to what is waiting: components leave the
store, products are in process for the production time and then go on their lane. While something waits that capacity would
start, and a component is missing, the line stands still.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.factory import Factory, Plant
from sim.futures import Future
from sim.ledger import Ledger
from sim.world.clock import RELEASE, REVIEW, Clock
from sim.world.journal import TOLERANCE
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.stock import Stock
from sim.world.works import TINY, Works

if TYPE_CHECKING:
    from sim.world.world import World

Floats = NDArray[np.float64]


class Line(Works):
    """One factory in one Future.

    Attributes
    ----------
    days_down : line-down days since day 0: work that waited and capacity would have started, less what kits allowed, over
        the capacity of the day (over the work that waited, where capacity is not limited).
    asked, started, dropped : units of each product ordered, started, and cancelled before they were; the warm-up included.
    booked : units started since day 0.

    Not modelled: a component that comes in the course of a day starts nothing before the next morning; change-overs; the
    line's own stock of finished goods.
    """

    def __init__(self, plant: Plant, bills: Mapping[str, Mapping[str, float]], clock: Clock, future: Future) -> None:
        super().__init__(plant, clock, future, crossing=False)
        self.factory: Factory = plant.of
        self.limited = True
        self._end = float(future.end)
        self._bills = bills
        self._hours = {one.product: one.hours for one in self.factory.makes}
        self._rank = {one.product: place for place, one in enumerate(self.factory.makes)}
        self._turn = 0
        #: when the line last stood still, and what was missing, for a run that is traced
        self._stood, self._for_want = -math.inf, ""
        self._most = float(plant.capacity or math.inf)
        self.days_down = 0.0
        names = list(self._bills)
        self.asked = dict.fromkeys(names, 0.0)
        self.started, self.dropped, self.booked = (dict.fromkeys(names, 0.0) for _ in range(3))
        self._store: Stock
        self._parts: dict[str, tuple[NDArray[np.intp], Floats]] = {}
        self._items: Mapping[str, Sequence[str]] = {}

    def stand(self, store: Stock, items: Mapping[str, Sequence[str]]) -> None:
        """Take its place beside the store; `items` are those of each warehouse, in order."""
        self._store, self._items = store, items
        place = {item: n for n, item in enumerate(items[store.name])}
        self._parts = {
            product: (np.array([place[one] for one in bill], dtype=np.intp), np.array(list(bill.values()), dtype=float))
            for product, bill in self._bills.items()
        }
        store.kitted()

    # -- orders ----------------------------------------------------------------------------------------------------

    def order(self, parcel: Parcel, route: Route) -> None:
        """Take an order, product by product."""
        places = np.arange(parcel.stock.size) if parcel.index is None else np.atleast_1d(parcel.index)
        quantity = np.atleast_1d(np.asarray(parcel.quantity, dtype=float))
        names = self._items[parcel.stock.name]
        for row in np.flatnonzero(quantity > 0).tolist():
            alone = np.zeros(quantity.size)
            alone[row] = quantity[row]
            piece = self._piece(parcel, places[row : row + 1], quantity[row : row + 1].copy())
            for lot in parcel.lots:
                goes, stays = lot.split(alone[np.isin(places, lot.index)], parcel.stock.log)
                piece.lots = [goes] if goes is not None else []
                parcel.lots = [stays] if stays is not None and stays is not goes else []
            self.asked[names[int(places[row])]] += float(quantity[row])
            self._queue.append((piece, route))
        self._wake()

    @staticmethod
    def _piece(parcel: Parcel, index: Any, quantity: Floats) -> Parcel:
        piece = Parcel(parcel.stock, index, quantity, parcel.ordered, math.inf)
        piece.origins = parcel.origins
        return piece

    def _product(self, parcel: Parcel) -> str:
        return self._items[parcel.stock.name][int(parcel.index[0])]

    def _wake(self) -> None:
        """Set the next morning's release; there is one a morning."""
        morning = math.ceil(self.clock.now - TINY)
        if morning <= self._morning:
            morning = int(self._morning) + 1
        if self._set is None or self._set > morning:
            self._set = float(morning)
            self.clock.at(self._set, RELEASE, self._release)

    def _cancel(self, event: Any) -> None:
        for parcel, _ in self._queue:
            self.dropped[self._product(parcel)] += float(parcel.quantity[0])
        super()._cancel(event)

    # -- the morning -----------------------------------------------------------------------------------------------

    def _release(self, _: Any) -> None:
        """One morning's work: what capacity and complete kits allow, in sequence."""
        now = self.clock.now
        if self._set is None or now != self._set:
            return
        self._set = None
        if self._for_want:
            self._tell_wait(now)
        self._morning = now
        speed = self.capacity.speed(now)
        today = self._most * speed if speed > 0 else 0.0
        left, self._begun = today + self._begun, 0.0
        self._store.collect(now)
        hand = self._store.hand()
        spent, lacking = np.zeros(hand.size), np.zeros(hand.size, dtype=bool)
        waiting: list[tuple[Parcel, Route]] = []
        done, stopped = self.ready_at(now), False
        worked = 0.0
        for parcel, route in self._sequence():
            if left <= TINY or (stopped and self.factory.missing == "stops"):
                waiting.append((parcel, route))
                continue
            product, whole = self._product(parcel), parcel.stock.whole_units
            hours, (places, units) = self._hours[product], self._parts[product]
            asked = float(parcel.quantity[0])
            able = min(asked, left / hours)
            if whole:
                able = math.floor(able + TINY)
            kits = float((hand[places] / units).min())
            if whole:
                kits = float(math.floor(kits + TINY))
            made = min(able, kits)
            if kits < able - TINY:
                stopped = True
                lacking[places[hand[places] < able * units - TINY]] = True
            elif able < asked - TINY and math.isfinite(left):
                # what is done of a unit is not lost while somebody waits for it
                self._begun = max(left - able * hours, 0.0) if whole else 0.0
                left = able * hours
            if made > TINY:
                used = made * units
                hand[places] = np.maximum(hand[places] - used, 0.0)
                spent[places] += used
                left -= made * hours
                worked += made * hours
                self._start(parcel, route, made, done)
            if float(parcel.quantity[0]) > TINY:
                waiting.append((parcel, route))
        if spent.any():
            self._store.draw(spent, min(done, self._end) - max(now, 0.0))
        self._queue = deque(sorted(waiting, key=lambda one: one[0].ordered))
        if stopped:
            self._stand_still(today, left, worked, lacking)
            missing = [self._items[self._store.name][place] for place in np.flatnonzero(lacking).tolist()]
            self._stood, self._for_want = now, f"{', '.join(missing)} at {self.factory.name}"
        if self._queue:
            self._set = now + 1.0
            self.clock.at(self._set, RELEASE, self._release)

    def _tell_wait(self, now: float) -> None:
        """Note, where the run is traced, that what waited since the last morning waited for components."""
        for parcel, _ in self._queue:
            if parcel.ordered <= self._stood:
                for lot in parcel.lots:
                    lot.passed("capacity", self.factory.name, self._stood)
                    lot.passed("kits", self._for_want, now)
        self._for_want = ""

    def _sequence(self) -> list[tuple[Parcel, Route]]:
        """What waits, in the order in which it is looked at this morning; within one product the oldest order first."""
        queue = list(self._queue)
        if self.factory.sequence == "orders":
            return queue
        first, count = 0, len(self._rank)
        if self.factory.sequence == "rotation":
            first, self._turn = self._turn, (self._turn + 1) % count
        return sorted(queue, key=lambda one: (self._rank[self._product(one[0])] - first) % count)

    def _start(self, parcel: Parcel, route: Route, made: float, done: float) -> None:
        """Start `made` units of an order."""
        product, quantity = self._product(parcel), np.array([made])
        self.started[product] += made
        if self.clock.now >= 0:
            self.booked[product] += made
        piece = self._piece(parcel, parcel.index, quantity)
        for lot in parcel.lots:
            goes, stays = lot.split(quantity, parcel.stock.log)
            piece.lots = [goes] if goes is not None else []
            parcel.lots = [stays] if stays is not None and stays is not goes else []
        parcel.quantity = np.maximum(parcel.quantity - made, 0.0)
        self.hand_over(piece, route, done)

    def _stand_still(self, today: float, left: float, worked: float, lacking: NDArray[np.bool_]) -> None:
        """Book what a missing component cost of the day."""
        if self.clock.now < 0:
            return
        work = sum(float(parcel.quantity[0]) * self._hours[self._product(parcel)] for parcel, _ in self._queue)
        lost = min(left, work)
        if lost > TINY:
            self.days_down += min(lost / (today if math.isfinite(today) else worked + work), 1.0)
            self._store.short(lacking)

    # -- the books -------------------------------------------------------------------------------------------------

    def tally(self, ledger: Ledger) -> None:
        """Put days and money of the standstills on the ledger."""
        ledger.told["line_down_days"] = ledger.told.get("line_down_days", 0.0) + self.days_down
        cost = self.days_down * self.factory.line_down_cost
        ledger.fees["line_down"] = ledger.fees.get("line_down", 0.0) + cost

    def used(self, into: Floats) -> None:
        """Add the components that the products started since day 0 hold, by their bills."""
        for product, (places, units) in self._parts.items():
            into[places] += self.booked[product] * units

    def imbalance(self) -> list[str]:
        """Products ordered that were neither started, nor cancelled, nor are waiting."""
        waiting = dict.fromkeys(self.asked, 0.0)
        for parcel, _ in self._queue:
            waiting[self._product(parcel)] += float(parcel.quantity[0])
        return [
            f"factory {self.factory.name!r}: {asked:.9g} units of {name!r} ordered are not {self.started[name]:.9g} started "
            f"+ {self.dropped[name]:.9g} cancelled + {waiting[name]:.9g} waiting"
            for name, asked in self.asked.items()
            if abs(asked - self.started[name] - self.dropped[name] - waiting[name]) > TOLERANCE * max(asked, 1.0)
        ]


class Schedule:
    """A level schedule: every morning the line is given the day's quantity of each product for one warehouse.

    What the warehouse itself would order from the factory is not accepted.
    """

    def __init__(self, line: Line, stock: Stock, route: Route, levels: Mapping[int, float], end: float) -> None:
        self.line, self.stock, self.route, self.end = line, stock, route, end
        self.places = np.array(sorted(levels), dtype=np.intp)
        self._levels = np.array([levels[place] for place in self.places.tolist()])
        self._carry = np.zeros(self.places.size)

    def begin(self) -> None:
        """Set the first morning."""
        self.line.clock.at(float(math.ceil(self.line.clock.now)), REVIEW, self._plan)

    def _plan(self, _: Any) -> None:
        clock, stock = self.line.clock, self.stock
        quantity = self._levels + self._carry
        if stock.whole_units:
            whole = np.floor(quantity + TINY)
            self._carry, quantity = quantity - whole, whole
        if quantity.any():
            stock.place(self.places, quantity)
            stock.count_order(self.line.factory.name)
            parcel = Parcel(stock, self.places, quantity, clock.now, math.inf)
            if stock.seen is not None:
                parcel.origins = (self.line.factory.name,)
            self.line.order(parcel, self.route)
        if clock.now + 1.0 < self.end:
            clock.at(clock.now + 1.0, REVIEW, self._plan)

    def accepted(self, now: float, since: float, quantity: Floats) -> Floats:
        """Nothing: the schedule rules (see `sim.world.gates.Gate`)."""
        return np.zeros(quantity.size)


def schedules(world: World) -> dict[str, Schedule]:
    """Level schedules of a world, by factory."""
    found = {}
    for line in world.lines:
        if line.factory.schedule != "level":
            continue
        for lane in world.blueprint.scenario.lanes:
            site = world.blueprint.sites.get(lane.destination)
            if line.factory.name not in lane.origin or site is None:
                continue
            items = list(site.items)
            levels = {items.index(one.product): one.level for one in line.factory.makes if one.product in items}
            if levels:
                stock, end = world.stocks[site.name], float(world.future.end)
                found[line.factory.name] = Schedule(line, stock, world.routes[lane.name], levels, end)
    return found


def misused(lines: Sequence[Line], ledger: Ledger) -> list[str]:
    """What factories' books do not explain: orders of products, and components consumed x bill = products started."""
    wrong = [problem for line in lines for problem in line.imbalance()]
    stores: dict[str, list[Line]] = {}
    for line in lines:
        stores.setdefault(line.factory.store, []).append(line)
    for name, here in stores.items():
        site = ledger.sites[name]
        expected = np.zeros(len(site.items))
        for line in here:
            line.used(expected)
        off = np.abs(site.consumed - expected) > TOLERANCE * np.maximum(site.consumed + expected, 1.0)
        wrong += [
            f"kits of item {site.items[place]!r} at {name!r}: {site.consumed[place]:.9g} consumed is not "
            f"{expected[place]:.9g} in the products started"
            for place in np.flatnonzero(off)[:3].tolist()
        ]
    return wrong
