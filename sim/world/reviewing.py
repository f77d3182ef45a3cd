"""Reviews: at its moments, a group of items of one stocking point is shown to its policy, and orders go out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import PolicyError
from sim.policies import POLICIES, View
from sim.world.clock import RECEIPT, REVIEW, Clock
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.stock import Stock
from sim.world.works import Works

Floats = NDArray[np.float64]
TINY = 1e-9
BUILT_IN = frozenset(POLICIES.values())
#: policies whose quantities are whole whenever plan and demand are
WHOLE = frozenset({"base_stock", "s_S", "r_nQ"})


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
        calendars = [self._calendar(works, route, moments, cache) for works, route in lines]
        self.arrival = np.array([calendar[0] for calendar in calendars]).T.copy()
        self.ready = np.array([calendar[1] for calendar in calendars]).T.copy()
        self.moving = np.array([calendar[2] for calendar in calendars]).T.copy()
        self.rate = np.array([calendar[3] for calendar in calendars]).T.copy()
        one = self.arrival.max(axis=1, initial=0) == self.arrival.min(axis=1, initial=np.inf)
        self.uniform: list[bool] = (one & (len(lines) == 1)).tolist() if len(lines) == 1 else one.tolist()
        self.single = len(lines) == 1
        self.moves = bool(self.moving.any())
        self.paid = bool(self.rate.any())
        self._arrival_list = self.arrival[:, 0].tolist()
        self._ready_list = self.ready[:, 0].tolist()
        self._moving_list = self.moving[:, 0].tolist()
        self._rate_list = self.rate[:, 0].tolist()

    def _calendar(
        self, works: Works, route: Route, moments: Floats, cache: dict[Any, Any]
    ) -> tuple[Floats, Floats, Floats, Floats]:
        key = ("calendar", works.supplier.name, route.lane.name, moments.size, float(moments[0]) if moments.size else 0.0)
        if key not in cache:
            ready = works.ready(moments)
            departing, arrival = route.arrivals(ready)
            arrival = np.maximum(arrival, moments)
            moving = np.maximum(np.minimum(arrival, self.stock.end) - np.maximum(ready, 0.0), 0.0)
            rate = np.zeros(moments.size)
            if route.lane.freight:
                rate[:] = [route.freight_rate(time) for time in departing.tolist()]
            cache[key] = (arrival, ready, moving, rate)
        return cache[key]  # type: ignore[no-any-return]

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Send one order on its way; `index` are positions at the stock, None for all of them in order."""
        stock, now = self.stock, self.clock.now
        if self.uniform[moment]:
            arrival = self._arrival_list[moment]
            if self.single:
                moving, rate = self._moving_list[moment], self._rate_list[moment]
                if moving > 0:
                    if index is None:
                        stock.transit_days += quantity * moving
                    else:
                        stock.transit_days[index] += quantity * moving
                parcel = Parcel(stock, index, quantity, now, self._ready_list[moment])
                if rate:
                    stock.charge(parcel, rate)
                self._arrive(arrival, parcel)
                return
        which = self.which
        places = np.arange(stock.size) if index is None else index
        some = np.flatnonzero(quantity)
        if self.moves:
            stock.transit_days[places] += quantity * self.moving[moment][which]
        if self.paid:
            stock.freight[places] += quantity * stock.volume[places] * self.rate[moment][which]
        times = self.arrival[moment][which[some]]
        for time in np.unique(times).tolist():
            chosen = some[times == time]
            ready = float(self.ready[moment][which[chosen]].max())
            self._arrive(time, Parcel(stock, places[chosen], quantity[chosen], now, ready))

    def _arrive(self, arrival: float, parcel: Parcel) -> None:
        parcel.credited = True
        if arrival < math.inf:
            self.clock.at(arrival, RECEIPT, self.stock.receive, parcel)
        else:
            self.clock.at(self.stock.end + 1e12, RECEIPT, self.stock.receive, parcel)


class Made:
    """Supply through a supplier with limited capacity, or a route where shipments compete: one parcel an order."""

    def __init__(self, stock: Stock, works: Works, route: Route, traced: bool) -> None:
        self.stock, self.works, self.route, self.traced = stock, works, route, traced

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Place one order with the supplier."""
        some = np.flatnonzero(quantity)
        places = some if index is None else index[some]
        parcel = Parcel(self.stock, places, quantity[some], self.stock.clock.now, math.inf)
        if self.traced:
            parcel.story = [(self.stock.clock.now, "ordered")]
        self.works.order(parcel, self.route)


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
    ) -> None:
        self.stock, self.index, self.policy, self.view = stock, index, policy, view
        self.clock: Clock = stock.clock
        self.moments: list[float] = moments.tolist()
        self.flows: list[tuple[NDArray[np.intp] | None, Any]] = []
        self._moment = 0
        self._multiple = multiple if (multiple > 0).any() else None
        self._minimum = minimum if (minimum > 0).any() else None
        self._priority = REVIEW + tier
        self._own = policy not in BUILT_IN
        self._name = name
        self._ceil = stock.whole_units and name not in WHOLE
        self._carry = np.zeros(len(view.items)) if name == "push" else None
        self._replication = replication
        view._past = self._past
        if index is None:
            view.net, view.on_order = stock.net, stock.on_order

    def _past(self, days: int) -> Floats:
        rows = self.stock.past(days)
        return rows if self.index is None else rows[:, self.index]

    def begin(self) -> None:
        """Set the first review."""
        if self.moments:
            self.clock.at(self.moments[0], self._priority, self.review)

    def review(self, _: Any) -> None:
        """Show the books to the policy and send out what it orders."""
        moment, stock, index, view = self._moment, self.stock, self.index, self.view
        view.day = self.moments[moment]
        if index is not None:
            view.net = stock.net[index]
            view.on_order = stock.on_order[index]
        quantity = self._asked(view) if self._own else self.policy(view)
        if self._carry is not None:
            quantity = quantity + self._carry
            whole = np.floor(quantity + TINY) if stock.whole_units else quantity
            self._carry = quantity - whole
            quantity = whole
        elif self._ceil:
            quantity = np.ceil(quantity - TINY)
        if self._minimum is not None:
            quantity = np.where(quantity > 0, np.maximum(quantity, self._minimum), 0.0)
        if self._multiple is not None:
            lots = np.divide(quantity, self._multiple, out=quantity.copy(), where=self._multiple > 0)
            quantity = np.where(self._multiple > 0, np.ceil(lots - TINY) * self._multiple, quantity)
        if quantity.any():
            stock.place(index, quantity)
            booked = view.day >= 0
            for part, flow in self.flows:
                if part is None:
                    flow.order(moment, index, quantity)
                    stock.orders += booked
                else:
                    some = quantity[part]
                    if some.any():
                        flow.order(moment, part if index is None else index[part], some)
                        stock.orders += booked
        self._moment = moment + 1
        if self._moment < len(self.moments):
            self.clock.at(self.moments[self._moment], self._priority, self.review)

    def _asked(self, view: View) -> Floats:
        """A user's own policy: what it returns is checked, and blamed by name."""
        where = f"replication {self._replication}, warehouse {view.warehouse!r}, day {view.day:g}"
        try:
            found = np.asarray(self.policy(view), dtype=float)
        except Exception as error:
            raise PolicyError(f"policy {self._name!r} raised {type(error).__name__}: {error} ({where})") from error
        if found.shape != (len(view.items),):
            raise PolicyError(f"policy {self._name!r} returned shape {found.shape} for {len(view.items)} items ({where})")
        bad = np.flatnonzero(~np.isfinite(found) | (found < 0))
        if bad.size:
            item = view.items[int(bad[0])]
            raise PolicyError(f"policy {self._name!r} ordered {found[bad[0]]!r} of item {item!r} ({where}): 0 or more is allowed")
        return found
