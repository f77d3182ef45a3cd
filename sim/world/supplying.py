"""Supply of a stocking point from a supplier: by a calendar worked out at once, or as parcels that are followed."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy import count_nonzero
from numpy.typing import NDArray

from sim.world.buying import Buying
from sim.world.clock import RECEIPT
from sim.world.lot import Lot
from sim.world.motion import upon
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.stock import Stock
from sim.world.works import Works

Floats = NDArray[np.float64]
NEVER = 1e9


def calendar(
    works: Works, route: Route, moments: Floats, end: float, cache: dict[Any, Any]
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
    """Of goods ordered at these moments that compete for nothing, by moment.

    Arrival, readiness, days in transit, freight rate, share that incidents add to the purchase price, departure, and 1 where
    they leave by the detour.
    """
    key = ("calendar", works.luck, route.lane.name, moments.tobytes())
    if key not in cache:
        ready = works.ready(moments)
        departing, arrival = route.arrivals(ready)
        lanes, way = [route], np.zeros(moments.size, dtype=np.intp)
        if route.detour is not None:
            departing, arrival, around = route.detour.arrivals(ready, departing, arrival)
            lanes, way = [route, route.detour.route], around.astype(np.intp)
        # what never arrives stays in the pipeline, beyond any end
        arrival = np.where(np.isfinite(arrival), np.maximum(arrival, moments), end + NEVER)
        moving = np.maximum(np.minimum(arrival, end) - np.maximum(ready, 0.0), 0.0)
        rate = np.zeros(moments.size)
        if any(one.lane.freight for one in lanes):
            rate[:] = [lanes[n].freight_rate(time) for n, time in zip(way.tolist(), departing.tolist(), strict=True)]
        dear = np.zeros(moments.size)
        if works.prices or any(one.prices for one in lanes):
            # the price of the day they leave the factory, and what lanes add on arrival; booked where they are received
            booked = np.flatnonzero((arrival >= 0) & (arrival < end))
            dear[booked] = [works.prices.at(time) for time in ready[booked].tolist()]
            border = np.array([lanes[way[n]].prices.at(float(arrival[n])) for n in booked.tolist()])
            dear[booked] = upon(dear[booked], border)
        cache[key] = (arrival, ready, moving, rate, dear, departing, way.astype(float))
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
        self.lanes = [route.lane.name if route.lane.per_delivery else "" for _, route in lines]
        around = [route.detour.route.lane if route.detour is not None else None for _, route in lines]
        self.around = [lane.name if lane is not None and lane.per_delivery else "" for lane in around]
        self.turned = np.array([calendar[-1] for calendar in calendars]).T > 0
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
        if stock.buying is not None:
            self._buy(stock.buying, moment, index, quantity)
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

    def _buy(self, buying: Buying, moment: int, index: Any, quantity: Floats) -> None:
        """Count an order, and book what moving prices add to its base price, line by line."""
        stock, now = self.stock, self.clock._now
        places = np.arange(stock.size) if index is None else index
        for line, inside in enumerate(self.members):
            some = inside[quantity[inside] > 0]
            if not some.size:
                continue
            origin, where, units = self.origins[line], places[some], quantity[some]
            buying.ordered(origin, where, units)
            arrival = float(self.arrival[moment, line])
            if not 0 <= arrival < stock.end:
                continue
            lane = self.around[line] if self.turned[moment, line] else self.lanes[line]
            if lane:
                buying.arrives(lane, arrival, stock.end)
            if buying.pricing is not None:
                quoted = buying.quoted(origin, where, units)
                share = buying.share(origin, where, quoted, now, float(self.ready[moment, line]))
                # on top of what incidents and the supplier add, which is booked with the order
                share = share * (1.0 + self.dear[moment, line])
                stock.surcharge(Parcel(stock, where, units, now, now), share)


class Made:
    """Supply through a supplier with limited capacity, or a route where shipments compete: one parcel an order."""

    def __init__(
        self, stock: Stock, works: Works, route: Route, moments: Floats, cache: dict[Any, Any], log: list[Lot] | None
    ) -> None:
        self.stock, self.works, self.route, self.log = stock, works, route, log
        #: parts of orders that may not have left the supplier yet, where somebody asks for them
        self.opened: list[Parcel] | None = None
        self._ready: list[float] | None = None
        self._calendar: list[tuple[float, ...]] | None = None
        if not works.limited and not route.contended:
            # traced, or followed because it may be lost, not contended: it goes by the calendar, as a run that is neither
            columns = calendar(works, route, moments, stock.end, cache)
            self._calendar = list(zip(*(column.tolist() for column in columns), strict=True))
        elif not works.limited:
            key = ("ready", works.luck, moments.tobytes())
            if key not in cache:
                cache[key] = works.ready(moments).tolist()
            self._ready = cache[key]

    def count(self, quantity: Floats) -> None:
        """Count the order that these quantities make."""
        self.stock.count_order(self.works.supplier.name)

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Place one order with the supplier."""
        stock, some = self.stock, quantity.nonzero()[0]
        places = some if index is None else index[some]
        parcel = Parcel(self.stock, places, quantity[some], self.stock.clock.now, math.inf)
        if self.stock.seen is not None or self.stock.shelf is not None:
            parcel.origins = (self.works.supplier.name,)
        if self.opened is not None:
            parcel.kin = self.opened
            self.opened.append(parcel)
        if self.log is not None:
            parcel.lots = [Lot(self.stock, places, parcel.quantity, self.stock.clock.now, self.works.supplier.name)]
            self.log += parcel.lots
        if stock.buying is not None:
            stock.buying.ordered(self.works.supplier.name, places, parcel.quantity)
            parcel.quoted = stock.buying.quoted(self.works.supplier.name, places, parcel.quantity)
        if self._calendar is not None:
            self._by_calendar(parcel, *self._calendar[moment])
        elif self._ready is None:
            self.works.order(parcel, self.route)
        else:
            self.works.hand_over(parcel, self.route, self._ready[moment])

    def _by_calendar(
        self,
        parcel: Parcel,
        arrival: float,
        ready: float,
        _: float,
        rate: float,
        dear: float,
        departing: float,
        around: float,
    ) -> None:
        works, route, stock = self.works, self.route, self.stock
        if around and route.detour is not None:
            route = route.detour.route
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
            route.lose(parcel, moment)
            return
        stock.charge(parcel, rate)
        if stock.buying is not None and 0 <= arrival < stock.end:
            stock.surcharge(parcel, upon(dear, stock.buying.parcel_share(works.supplier.name, parcel, ready)))
            if route.lane.per_delivery:
                stock.buying.arrives(route.lane.name, arrival, stock.end)
        else:
            stock.surcharge(parcel, dear)
        stock.credit(parcel, arrival)
        stock.clock.at(arrival, RECEIPT, stock.receive, parcel)
