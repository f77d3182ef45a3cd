"""Stock: the live side of a warehouse with demand at common instants. Arrays over items, a few operations a day."""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.clock import DEMAND, INCIDENT, Clock, Occurrence
from sim.world.held import Held
from sim.world.journal import Journal
from sim.world.lot import Lot
from sim.world.parcel import Parcel

Floats = NDArray[np.float64]
TINY = 1e-9


class Stock(Held):
    """Stock of the items of one warehouse that serves customers only; arrays are (n_items,).

    Attributes
    ----------
    net : on hand less waiting customers, units; never are there both, because delivery is partial.
    position : inventory position, net plus units ordered and not received.

    Not modelled: customers who wait get no priority among items; units of one item are alike.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        journal: Journal,
        instants: list[float],
        rank: NDArray[Any],
        volume: Floats,
        lost_share: Floats,
        whole_units: bool,
        end: float,
    ) -> None:
        self.name, self.clock, self.journal, self.instants = name, clock, journal, instants
        self.size = rank.size
        self.rank, self.volume = rank, volume
        self.whole_units, self.end = whole_units, end
        #: what is under way with nothing in between, first come first: collected when the stock is next looked at
        self.inbound: deque[tuple[float, Parcel]] = deque()
        self.position = np.zeros(self.size)
        self.transit_days = np.zeros(self.size)
        self.freight = np.zeros(self.size)
        self.opening: dict[str, Floats] = {}
        self.orders = 0
        self._ordered_from: dict[str, float] = {}
        self.log: list[Lot] | None = None
        #: by origin, (ordered, received) of what came, where the planner keeps a record of lead times
        self.seen: dict[str, list[tuple[float, float]]] | None = None
        self.ward = None
        self.drawn = None
        self.besides = {}
        self._share = lost_share
        self._losing = bool((lost_share > 0).any())
        self._remainder = np.zeros(self.size)
        self._instant = 0
        self.row = 0
        self._rows = journal.rows_left()
        self._demand, self._before = journal.demand, journal.before
        self.net = self._before[0]
        self._count, self._tick = len(instants), Occurrence(self.serve, None)

    @property
    def on_order(self) -> Floats:
        """Units ordered and not received."""
        found: Floats = self.position - self.net
        found = found if self.ward is None else found - self.ward.counted
        return found if self.shelf is None else found - self.shelf.counted

    def begin(self) -> None:
        """Set the first instant of demand."""
        self.journal.opens(self.customers)
        if self.clock.now >= 0:
            self._open_books()
        else:
            self.clock.at(0.0, INCIDENT, self._open)
        if self.instants:
            self.clock.again(self.instants[0], DEMAND, self._tick)

    @property
    def customers(self) -> Floats:
        """On hand less waiting customers: what the journal follows."""
        found: Floats = self.net
        return found

    def _open(self, _: Any) -> None:
        """Day 0: what came and went since the last noon before it is not booked."""
        while self.inbound and self.inbound[0][0] < 0:
            self._take(self.inbound.popleft()[1])
        self.transit_days += self.journal.forget(self.customers)
        self._open_books()

    def _open_books(self) -> None:
        self.opening = {
            "on_hand": np.maximum(self.net, 0.0),
            "aside": self.aside,
            "waiting": np.maximum(-self.net, 0.0),
            "owed": np.zeros(self.size),
            "on_order": self.on_order,
        }

    def serve(self, _: Any) -> None:
        """One instant of demand: served from stock, the rest lost or waiting; then the books."""
        instant = self._instant
        inbound = self.inbound
        while inbound and inbound[0][0] <= self.instants[instant]:
            self._take(inbound.popleft()[1])
        row, demand = self.row, self._demand[instant]
        # the row of the journal is the stock itself: after demand, the next row
        net = self._before[row + 1]
        np.subtract(self.net, demand, out=net)
        self.net = net
        self.position -= demand
        if self._losing and net.min() < 0:
            self._lose(demand, row)
        if self.shelf is not None and self.shelf.wary:
            self.shelf.used()
        self._turn()

    def _turn(self) -> None:
        """Take the books and set the next instant."""
        self.row += 1
        self._instant = instant = self._instant + 1
        if self.row == self._rows:
            self._close()
        if instant < self._count:
            self.clock.again(self.instants[instant], DEMAND, self._tick)

    def _close(self) -> None:
        journal = self.journal
        last = self._before[self.row].copy()
        journal.close(self.row)
        self.net = self._before[0]
        self.net[:] = last
        self.row = 0
        self._rows = journal.rows_left()

    def _lose(self, demand: Floats, row: int) -> None:
        """Take the share of unmet demand that is lost out of what waits."""
        short = np.minimum(demand, np.maximum(-self.net, 0.0))
        lost = short * self._share
        if self.whole_units:
            lost += self._remainder
            whole = np.minimum(np.floor(lost + TINY), short)
            np.subtract(lost, whole, out=self._remainder)
            lost = whole
        self.net += lost
        self.position += lost
        self.journal.lost[row] = lost
        self.journal.lost_any = True

    def receive(self, event: Any) -> None:
        """Goods arrive; waiting customers are served first by construction of `net`."""
        for lot in event._value.lots:
            lot.received = self.clock.now
        if self.seen is not None:
            self.note(event._value)
        self._take(event._value)

    def note(self, parcel: Parcel) -> None:
        """Put a receipt on the planner's record of lead times, where one is kept."""
        if self.seen is not None:
            for origin in parcel.origins:
                self.seen.setdefault(origin, []).append((parcel.ordered, self.clock.now))

    def collect(self, now: float) -> None:
        """Take in what has arrived by now."""
        while self.inbound and self.inbound[0][0] <= now:
            self._take(self.inbound.popleft()[1])

    def _take(self, parcel: Parcel) -> None:
        index, quantity = parcel.index, parcel.quantity
        if self.shelf is not None:
            self.shelf.used()
        if self.ward is not None:
            self._divert(self.ward.admit(index, quantity))
        if index is None:
            self.net += quantity
            self.journal.came.append((self.row, quantity))
        else:
            self.net[index] += quantity
            self.journal.received[self.row, index] += quantity
        if self.shelf is not None:
            self.shelf.receive(parcel)

    def count_order(self, origin: str) -> None:
        """Count an order: one for each origin and review, however many groups of items share it."""
        now = self.clock._now
        if now >= 0 and self._ordered_from.get(origin) != now:
            self._ordered_from[origin] = now
            self.orders += 1

    def place(self, index: Any, quantity: Floats) -> None:
        """Enter an order into the books."""
        if index is None:
            self.position += quantity
            self.journal.went.append((self.row, quantity))
        else:
            self.position[index] += quantity
            self.journal.ordered[self.row, index] += quantity

    def credit(self, parcel: Parcel, arrival: float) -> None:
        """Book the time in transit of goods that travel from ``parcel.ready`` to `arrival`."""
        moving = min(arrival, self.end) - max(parcel.ready, 0.0)
        if moving > 0 and not parcel.credited:
            if parcel.index is None:
                self.transit_days += parcel.quantity * moving
            else:
                self.transit_days[parcel.index] += parcel.quantity * moving
        parcel.credited = True

    def charge(self, parcel: Parcel, rate: float) -> None:
        """Book freight at a rate, money per m3."""
        if rate:
            if parcel.index is None:
                self.freight += parcel.quantity * self.volume * rate
            else:
                self.freight[parcel.index] += parcel.quantity * self.volume[parcel.index] * rate

    def volume_of(self, parcel: Parcel) -> float:
        """m3 of a parcel."""
        if parcel.index is None:
            return float((self.volume * parcel.quantity).sum())
        return float((self.volume[parcel.index] * parcel.quantity).sum())

    def past(self, days: int) -> Floats:
        """Customer demand of the last `days` instants, oldest first; a copy, so that nobody reads or writes ahead."""
        found: Floats = self._demand[max(self._instant - days, 0) : self._instant].copy()
        return found

    def finish(self) -> None:
        """Close the books at the end of the horizon: what came after the last demand counts as received."""
        while self.inbound and self.inbound[0][0] < self.end:
            self._take(self.inbound.popleft()[1])
        journal, row = self.journal, self.row
        journal.settle()
        tail, ordered, late = journal.received[row].copy(), journal.ordered[row].copy(), self._late(row)
        net = self.net.copy()
        self.transit_days += ordered * journal.moving[row]
        journal.close(row)
        self.net = net
        journal.sums["received"] += tail
        journal.sums["ordered"] += ordered
        journal.sums["late"] += late
        journal.sums["cycles"] += tail > TINY
        journal.sums["lines"] += ordered > TINY
        self.row = 0

    def _late(self, row: int) -> Floats:
        """Units handed to waiting customers since the last instant."""
        tail, before = self.journal.received[row], self.net - self.journal.received[row]
        if self.journal.inflow is not None and self.journal.outflow is not None:
            tail = tail + self.journal.inflow[row]
            before = self.net - tail + self.journal.outflow[row]
        found: Floats = np.minimum(np.maximum(-before, 0.0), tail)
        return found
