"""Reviews: at its moments, a group of items of one stocking point is shown to its policy, and orders go out."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy import count_nonzero
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.policies import POLICIES, View
from sim.policies.policy import VIEW_COLUMNS
from sim.world.asking import asked
from sim.world.clock import RECEIPT, REVIEW, Clock, Occurrence
from sim.world.gates import Gate
from sim.world.lot import Lot
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.stock import Stock
from sim.world.works import Works

Floats = NDArray[np.float64]
TINY = 1e-9
NEVER = 1e9
BUILT_IN = tuple(POLICIES.values())
#: policies whose quantities are whole whenever plan and demand are
WHOLE = frozenset({"base_stock", "s_S", "r_nQ"})


def calendar(
    works: Works, route: Route, moments: Floats, end: float, cache: dict[Any, Any]
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    """Of goods ordered at these moments that compete for nothing, by moment.

    Arrival, readiness, days in transit, freight rate, share that incidents add to the purchase price, departure.
    """
    key = ("calendar", works.supplier.name, route.lane.name, moments.tobytes())
    if key not in cache:
        ready = works.ready(moments)
        departing, arrival = route.arrivals(ready)
        # what never arrives stays in the pipeline, beyond any end
        arrival = np.where(np.isfinite(arrival), np.maximum(arrival, moments), end + NEVER)
        moving = np.maximum(np.minimum(arrival, end) - np.maximum(ready, 0.0), 0.0)
        rate = np.zeros(moments.size)
        if route.lane.freight:
            rate[:] = [route.freight_rate(time) for time in departing.tolist()]
        dear = np.zeros(moments.size)
        if works.prices or route.prices:
            dear[:] = [works.prices.at(time) for time in ready.tolist()]
            dear += [route.prices.at(time) for time in arrival.tolist()]
        cache[key] = (arrival, ready, moving, rate, dear, departing)
    return cache[key]  # type: ignore[no-any-return]


class Direct:
    """Supply that competes for nothing on its way: when goods arrive is a function of when they were ordered.

    Lead-time luck goes by calendar day, and goods do not overtake, so that the whole calendar of one Future is worked
    out once, as arrays, and shared by all postures.

    Parameters
    ----------
    lines : the suppliers and routes used.
    which : (items,) position in `lines` of each item of the group.
    moments : review times.
    cache : the Future's own cache.
    """

    def __init__(
        self,
        stock: Stock,
        lines: Sequence[tuple[Works, Route]],
        which: NDArray[np.intp],
        moments: Floats,
        cache: dict[Any, Any],
    ) -> None:
        self.stock, self.clock, self.which = stock, stock.clock, which
        self.origins = [works.supplier.name for works, _ in lines]
        calendars = [calendar(works, route, moments, stock.end, cache) for works, route in lines]
        self.arrival = np.array([calendar[0] for calendar in calendars]).T.copy()
        self.ready = np.array([calendar[1] for calendar in calendars]).T.copy()
        self.moving = np.array([calendar[2] for calendar in calendars]).T.copy()
        self.rate = np.array([calendar[3] for calendar in calendars]).T.copy()
        self.dear = np.array([calendar[4] for calendar in calendars]).T.copy()
        self.dearer = bool(self.dear.any())
        self.single = len(lines) == 1
        #: positions in the group of the items of each line
        self.members = [np.flatnonzero(which == number) for number in range(len(lines))]
        #: whether no other group of the stock orders from these lines
        self.alone = False
        self._receive = stock.receive
        self._inbound: deque[tuple[float, Parcel]] | None = None
        self._pending: dict[float, Parcel] = {}
        self.moves = bool(self.moving.any())
        #: whether each row of the journal holds one review at most, so that its time in transit can be noted by row
        self._by_row = self.moves and bool((np.diff(np.searchsorted(stock.instants, moments, "right")) > 0).all())
        self.paid = bool(self.rate.any())
        self._rows = list(zip(*(column.tolist() for column in calendars[0][:4]), strict=True)) if self.single else []

    def collected(self) -> None:
        """Let the stock collect arrivals when it is next looked at, without an event for each.

        For one supply line whose goods never overtake, at a stock where nothing happens between a receipt and the next
        review or demand: what comes of it is the same.
        """
        if self.single and self.stock.ward is None and (np.diff(self.arrival[:, 0]) >= 0).all():
            self._inbound = self.stock.inbound

    def count(self, quantity: Floats) -> None:
        """Count the orders that these quantities of the group make."""
        if self.alone:
            if self.clock._now >= 0:
                self.stock.orders += int(count_nonzero(np.bincount(self.which, quantity)))
            return
        for number in np.unique(self.which[quantity > 0]).tolist():
            self.stock.count_order(self.origins[number])

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Send one order on its way; `index` are positions at the stock, None for all of them in order."""
        stock, now = self.stock, self.clock._now
        if self.dearer:
            share = self.dear[moment][self.which]
            dear = stock.besides.setdefault("surcharge", np.zeros(stock.size))
            dear[slice(None) if index is None else index] += quantity * share
        if self.single:
            arrival, ready, moving, rate = self._rows[moment]
            if moving > 0:
                if index is None and self._by_row:
                    stock.journal.moving[stock.row] = moving
                elif index is None:
                    stock.transit_days += quantity * moving
                else:
                    stock.transit_days[index] += quantity * moving
            parcel = Parcel(stock, index, quantity, now, ready, True)
            if rate:
                stock.charge(parcel, rate)
            if self._inbound is None:
                self.clock.at(arrival, RECEIPT, self._receive, parcel)
            else:
                self._inbound.append((arrival, parcel))
            return
        which = self.which
        places = np.arange(stock.size) if index is None else index
        if self.moves:
            stock.transit_days[places] += quantity * self.moving[moment][which]
        if self.paid:
            stock.freight[places] += quantity * stock.volume[places] * self.rate[moment][which]
        # most lines deliver first of all, at one time; the others are followed line by line
        arrival = self.arrival[moment]
        first = arrival.min()
        kept = quantity
        for line in (arrival > first).nonzero()[0].tolist():
            inside = self.members[line]
            asked = quantity[inside]
            if not count_nonzero(asked):
                continue
            if kept is quantity:
                kept = quantity.copy()
            kept[inside] = 0.0
            time = float(arrival[line])
            waiting = self._pending.get(time) if time > now else None
            if waiting is None:
                held = np.zeros(stock.size)
                waiting = Parcel(stock, None, held, now, float(self.ready[moment, line]), True)
                if time > now:
                    self._pending[time] = waiting
                self.clock.at(time, RECEIPT, self._receive, waiting)
            waiting.quantity[places[inside]] += asked
        if count_nonzero(kept):
            ready = float(self.ready[moment, int(arrival.argmin())])
            self.clock.at(float(first), RECEIPT, self._receive, Parcel(stock, index, kept, now, ready, True))
        if len(self._pending) > 64:
            self._pending = {time: parcel for time, parcel in self._pending.items() if time > now}


class Made:
    """Supply through a supplier with limited capacity, or a route where shipments compete: one parcel an order."""

    def __init__(
        self, stock: Stock, works: Works, route: Route, moments: Floats, cache: dict[Any, Any], log: list[Lot] | None
    ) -> None:
        self.stock, self.works, self.route, self.log = stock, works, route, log
        self._ready: list[float] | None = None
        self._calendar: list[tuple[float, ...]] | None = None
        if not works.limited and not route.contended:
            # traced, or followed because it may be lost, not contended: it goes by the calendar, as a run that is neither
            columns = calendar(works, route, moments, stock.end, cache)
            self._calendar = list(zip(*(column.tolist() for column in columns), strict=True))
        elif not works.limited:
            key = ("ready", works.supplier.name, moments.tobytes())
            if key not in cache:
                cache[key] = works.ready(moments).tolist()
            self._ready = cache[key]

    def count(self, quantity: Floats) -> None:
        """Count the order that these quantities make."""
        self.stock.count_order(self.works.supplier.name)

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Place one order with the supplier."""
        some = quantity.nonzero()[0]
        places = some if index is None else index[some]
        parcel = Parcel(self.stock, places, quantity[some], self.stock.clock.now, math.inf)
        if self.stock.seen is not None:
            parcel.origins = (self.works.supplier.name,)
        if self.log is not None:
            parcel.lots = [Lot(self.stock, places, parcel.quantity, self.stock.clock.now, self.works.supplier.name)]
            self.log += parcel.lots
        if self._calendar is not None:
            self._by_calendar(parcel, *self._calendar[moment])
        elif self._ready is None:
            self.works.order(parcel, self.route)
        else:
            self.works.hand_over(parcel, self.route, self._ready[moment])

    def _by_calendar(
        self, parcel: Parcel, arrival: float, ready: float, _: float, rate: float, dear: float, departing: float
    ) -> None:
        works, route, stock = self.works, self.route, self.stock
        if works.lossy:
            moment = works.lost_at(parcel.ordered, parcel.ordered, ready)
            if math.isfinite(moment):
                works.drop(parcel, moment)
                return
        parcel.ready = ready
        if parcel.lots:
            works.tell(parcel, ready)
            route.tell(parcel, departing, arrival)
        moment = route.lost_at(departing, arrival) if route.lossy else math.inf
        if math.isfinite(moment):
            stock.charge(parcel, rate)
            stock.surcharge(parcel, works.prices.at(ready))
            route.lose(parcel, moment)
            return
        stock.charge(parcel, rate)
        stock.surcharge(parcel, dear)
        stock.credit(parcel, arrival)
        stock.clock.at(arrival, RECEIPT, stock.receive, parcel)


class Review:
    """One group of items of a stocking point: same policy, same moments.

    Parameters
    ----------
    stock : the stocking point.
    index : positions of the group's items there; None for all, in order.
    policy : a callable from a view to (items,) units.
    flows : (positions within the group, or None for all; where their orders go).
    """

    def __init__(
        self,
        stock: Stock,
        index: NDArray[np.intp] | None,
        policy: Callable[[View], Floats],
        name: str,
        view: View,
        moments: Floats,
        multiple: Floats,
        minimum: Floats,
        tier: int,
        replication: int,
        every: float = 1.0,
    ) -> None:
        self.stock, self.index, self.policy, self.view = stock, index, policy, view
        self.clock: Clock = stock.clock
        self.moments: list[float] = moments.tolist()
        self.flows: list[tuple[NDArray[np.intp] | None, Any]] = []
        #: suppliers that refuse or ration orders: positions within the group, and how
        self._gates: list[tuple[NDArray[np.intp], Gate]] = []
        self._first = every
        #: whether no other group and no other origin shares the orders of this one's moments
        self.alone = False
        self._moment = 0
        self._multiple = multiple if (multiple > 0).any() else None
        self._minimum = minimum if (minimum > 0).any() else None
        self._priority = REVIEW + tier
        self._own = all(policy is not one for one in BUILT_IN)
        self._name = name
        self._ceil = stock.whole_units and name not in WHOLE
        self._carry = np.zeros(len(view.items)) if name == "push" else None
        self._plain = not (self._own or self._ceil) and self._carry is self._minimum is self._multiple is None
        self._count, self._tick = len(self.moments), Occurrence(self.review, None)
        self._replication = replication
        view._past = self._past
        if index is None:
            view.net, view.position = stock.net, stock.position

    def _past(self, days: int) -> Floats:
        rows = self.stock.past(days)
        return rows if self.index is None else rows[:, self.index]

    def revise(self, lines: Mapping[str, PlanLine]) -> int:
        """Take the numbers of new lines, by item; how many lines changed.

        What the policy is, and when it is asked, stays as it was.
        """
        chosen = [lines[item] for item in self.view.items]
        changed = np.zeros(len(chosen), dtype=bool)
        for name in VIEW_COLUMNS:
            if name != "review_every":
                column = np.array([getattr(line, name) for line in chosen], dtype=float)
                changed |= column != getattr(self.view, name)
                setattr(self.view, name, column)
        return int(changed.sum())

    def guard(self, rows: NDArray[np.intp], gate: Gate) -> None:
        """Let a supplier refuse or ration the orders of some positions of the group."""
        self._gates.append((rows, gate))
        self._plain = False

    def begin(self) -> None:
        """Set the first review."""
        if self.moments:
            self.clock.again(self.moments[0], self._priority, self._tick)

    def review(self, _: Any) -> None:
        """Show the books to the policy and send out what it orders."""
        moment, stock, index, view = self._moment, self.stock, self.index, self.view
        view.day = now = self.moments[moment]
        if stock.inbound and stock.inbound[0][0] <= now:
            stock.collect(now)
        if index is None:
            view.net = stock.net
        else:
            view.net = stock.net[index]
            view.position = stock.position[index]
        quantity = self.policy(view) if self._plain else self._rounded(view)
        if count_nonzero(quantity):
            stock.place(index, quantity)
            for part, flow in self.flows:
                if part is None:
                    flow.order(moment, index, quantity)
                    if self.alone:
                        stock.orders += now >= 0
                    else:
                        flow.count(quantity)
                else:
                    some = quantity[part]
                    if count_nonzero(some):
                        flow.order(moment, part if index is None else index[part], some)
                        flow.count(some)
        self._moment = moment = moment + 1
        if moment < self._count:
            self.clock.again(self.moments[moment], self._priority, self._tick)

    def _rounded(self, view: View) -> Floats:
        """What the policy asks for, in whole units, not below minimum orders, in multiples."""
        quantity = self._asked(view) if self._own else self.policy(view)
        if self._carry is not None:
            quantity = quantity + self._carry
            whole = np.floor(quantity + TINY) if self.stock.whole_units else quantity
            self._carry = quantity - whole
            quantity = whole
        elif self._ceil:
            quantity = np.ceil(quantity - TINY)
        if self._minimum is not None:
            quantity = np.where(quantity > 0, np.maximum(quantity, self._minimum), 0.0)
        if self._multiple is not None:
            lots = np.divide(quantity, self._multiple, out=quantity.copy(), where=self._multiple > 0)
            quantity = np.where(self._multiple > 0, np.ceil(lots - TINY) * self._multiple, quantity)
        if self._gates:
            before = self.moments[self._moment - 1] if self._moment else view.day - self._first
            quantity = np.array(quantity, dtype=float)
            for rows, gate in self._gates:
                quantity[rows] = gate.accepted(view.day, view.day - before, quantity[rows])
        return quantity

    def _asked(self, view: View) -> Floats:
        """A user's own policy; what it is shown are copies, so that it cannot write in the books."""
        view.net = view.net.copy()
        if self.index is None:
            view.position = self.stock.position.copy()
        return asked(self.policy, self._name, view, self._replication)
