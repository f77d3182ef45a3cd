"""A desk: the side of a stock that takes delivery of emergency orders, and keeps their books apart."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.network import Lane
from sim.world.parcel import Parcel
from sim.world.stock import Stock

Floats = NDArray[np.float64]
TINY = 1e-9


class Desk:
    """Stands in for a stock as the taker of parcels that come by one lane; all it does not do itself the stock does.

    Attributes
    ----------
    under_way : (n_items,) units ordered by this lane and not received.
    """

    def __init__(self, stock: Stock, lane: Lane) -> None:
        self.stock, self.lane = stock, lane
        self.under_way = np.zeros(stock.size)
        self._inside = lane.role == "transship"
        self._last, self._left = -math.inf, math.inf

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stock, name)

    def _add(self, column: str, index: Any, quantity: Any) -> None:
        self.stock.besides.setdefault(column, np.zeros(self.stock.size))[index] += quantity

    def order(self, places: NDArray[np.intp], quantity: Floats) -> None:
        """Enter an emergency order into the books: an order line of its own, part of the inventory position."""
        stock = self.stock
        stock.position[places] += quantity
        self.under_way[places] += quantity
        if stock.clock.now >= 0:
            self._add("ordered", places, quantity)
            self._add("lines", places, 1.0)
            if not self._inside:
                self._add("expedited", places, quantity)
        stock.count_order(self.lane.name)
        if self._inside and stock.buying is not None:
            stock.buying.ordered(self.lane.origin[0], places, quantity)

    def charge(self, parcel: Parcel, rate: float) -> None:
        """Book freight at a rate, money per m3: expediting apart from ordinary freight."""
        if self._inside:
            self.stock.charge(parcel, rate)
        elif rate:
            self._add("expedite", parcel.index, parcel.quantity * self.stock.volume[parcel.index] * rate)

    def receive(self, event: Any) -> None:
        """Goods arrive."""
        parcel: Parcel = event._value
        self.under_way[parcel.index] -= parcel.quantity
        if self._inside and self.stock.clock.now >= 0:
            self._add("from_within", parcel.index, parcel.quantity)
        # on the planner's record of lead times are ordinary orders alone
        seen, self.stock.seen = self.stock.seen, None
        ward = self.stock.ward if self._inside else None
        dearer = None if ward is None else ward.sums["surcharge"].copy()
        self.stock.receive(event)
        self.stock.seen = seen
        if ward is not None:
            # a duty or a dearer price falls due where goods are bought, not when they change warehouses
            ward.sums["surcharge"][:] = dearer

    def surcharge(self, parcel: Parcel, share: Any) -> None:
        """Book what is added to the purchase price; nothing where goods change warehouses and are not bought."""
        if not self._inside:
            self.stock.surcharge(parcel, share)

    def lose(self, event: Any) -> None:
        """Units will not come, and everybody knows."""
        parcel: Parcel = event._value
        self.under_way[parcel.index] -= parcel.quantity
        self.stock.lose(event)

    def fitted(self, now: float, every: float, quantity: Floats, places: NDArray[np.intp], first: Floats) -> Floats:
        """What the lane's capacity leaves of a quantity: of the most critical items first, then by `first`, lowest first.

        Parameters
        ----------
        every : days whose capacity is there at a review; what the lane is not asked for is lost.
        quantity, places, first : (n,) units wanted, positions at the stock, and days of projected cover.
        """
        if self.lane.capacity is None:
            return quantity
        if now != self._last:
            self._left = self.lane.capacity * min(now - self._last, every)
            self._last = now
        found = np.zeros(quantity.size)
        volume, rank = self.stock.volume[places], self.stock.rank[places]
        for row in np.lexsort((np.arange(quantity.size), first, rank)).tolist():
            if quantity[row] <= 0:
                continue
            given = float(quantity[row])
            if volume[row] > 0:
                given = min(given, self._left / float(volume[row]))
                if self.stock.whole_units:
                    given = math.floor(given + TINY)
                self._left -= given * float(volume[row])
            found[row] = given
        return found
