"""Stock: the live side of a warehouse with demand at common instants. Arrays over items, a few operations a day."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.clock import DEMAND, Clock
from sim.world.journal import Journal
from sim.world.parcel import Parcel

Floats = NDArray[np.float64]
TINY = 1e-9


class Stock:
    """Stock of the items of one warehouse that serves customers only; arrays are (n_items,).

    Attributes
    ----------
    net : on hand less waiting customers, units; never are there both, because delivery is partial.
    on_order : units ordered and not received.

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
        self.net = np.zeros(self.size)
        self.on_order = np.zeros(self.size)
        self.transit_days = np.zeros(self.size)
        self.freight = np.zeros(self.size)
        self.opening: dict[str, Floats] = {}
        self.orders = 0
        self._share = lost_share
        self._losing = bool((lost_share > 0).any())
        self._remainder = np.zeros(self.size)
        self._instant = 0
        self._row = 0
        self._rows = journal.rows_left()
        self._demand = journal.demand

    def begin(self) -> None:
        """Set the first instant of demand."""
        self.journal.opens(self.net)
        if self.journal.warm == 0:
            self._open_books()
        if self.instants:
            self.clock.at(self.instants[0], DEMAND, self.serve)

    def _open_books(self) -> None:
        self.opening = {
            "on_hand": np.maximum(self.net, 0.0),
            "waiting": np.maximum(-self.net, 0.0),
            "owed": np.zeros(self.size),
            "on_order": self.on_order.copy(),
        }

    def serve(self, _: Any) -> None:
        """One instant of demand: served from stock, the rest lost or waiting; then the books."""
        row, instant, net = self._row, self._instant, self.net
        demand = self._demand[instant]
        self.journal.before[row] = net
        np.subtract(net, demand, out=net)
        if self._losing and net.min() < 0:
            self._lose(demand, row)
        self._turn()

    def _turn(self) -> None:
        """Take the books and set the next instant."""
        self._row += 1
        self._instant += 1
        if self._row == self._rows:
            self._close()
        if self._instant < len(self.instants):
            self.clock.at(self.instants[self._instant], DEMAND, self.serve)

    def _close(self) -> None:
        journal = self.journal
        journal.close(self._row)
        self._row = 0
        self._rows = journal.rows_left()
        if journal.start == journal.warm:
            self._open_books()

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
        self.journal.lost[row] = lost
        self.journal.lost_any = True

    def receive(self, event: Any) -> None:
        """Goods arrive; waiting customers are served first by construction of `net`."""
        parcel: Parcel = event._value
        index, quantity = parcel.index, parcel.quantity
        received = self.journal.received[self._row]
        if index is None:
            self.net += quantity
            self.on_order -= quantity
            received += quantity
        else:
            self.net[index] += quantity
            self.on_order[index] -= quantity
            received[index] += quantity

    def place(self, index: Any, quantity: Floats) -> None:
        """Enter an order into the books."""
        ordered = self.journal.ordered[self._row]
        if index is None:
            self.on_order += quantity
            ordered += quantity
        else:
            self.on_order[index] += quantity
            ordered[index] += quantity

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
        """Customer demand of the last `days` instants, oldest first."""
        return self._demand[max(self._instant - days, 0) : self._instant]

    def finish(self) -> None:
        """Close the books at the end of the horizon: what came after the last demand counts as received."""
        journal, row = self.journal, self._row
        tail, ordered, late = journal.received[row].copy(), journal.ordered[row].copy(), self._late(row)
        journal.close(row)
        journal.sums["received"] += tail
        journal.sums["ordered"] += ordered
        journal.sums["late"] += late
        self._row = 0

    def _late(self, row: int) -> Floats:
        """Units handed to waiting customers since the last instant."""
        tail = self.journal.received[row]
        return np.minimum(np.maximum(tail - self.net, 0.0), tail)
