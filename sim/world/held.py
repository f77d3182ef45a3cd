"""What a ward asks of a stock: to take goods out and put them back, to lose what was on order, to pay more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.world.clock import REVIEW, Clock
from sim.world.journal import Journal
from sim.world.parcel import Parcel
from sim.world.ward import Ward

if TYPE_CHECKING:
    from sim.world.buying import Buying
    from sim.world.shelf import Shelf

Floats = NDArray[np.float64]


class Held:
    """The part of a stock with demand at common instants that incidents act on; arrays are (n_items,).

    Attributes
    ----------
    ward : what incidents do to this stock, where any does.
    shelf : what lies here batch by batch, where ages or quality count.
    besides : sums that few replications have, by column: units that will not come, and what prices rose by.
    drawn : (instants, n_items) units that production lines drew before each instant of demand, where any does.
    buying : prices and counts of what is bought, where prices move or something is counted.
    """

    net: Floats
    position: Floats
    journal: Journal
    clock: Clock
    size: int
    row: int
    ward: Ward | None
    drawn: Floats | None
    _instant: int
    besides: dict[str, Floats]
    shelf: Shelf | None = None
    buying: Buying | None = None
    #: unit-days of components in process on production lines, which are among those in transit
    kit_days: Floats | float = 0.0

    @property
    def aside(self) -> Floats:
        """Units set aside."""
        found = np.zeros(self.size) if self.ward is None else self.ward.aside.copy()
        return found if self.shelf is None else found + self.shelf.aside

    def _divert(self, held: Floats | None) -> None:
        """Of what arrives, take out at once what may not be used."""
        if held is not None:
            if self.shelf is not None:
                self.shelf.divert(held)
            self.turn_away(held)

    def turn_away(self, quantity: Floats) -> None:
        """Take units out of the books that arrive, or come back, at this moment: nobody who waits gets them."""
        self.net -= quantity
        self.position -= quantity
        assert self.journal.inflow is not None
        self.journal.inflow[self.row] -= quantity

    def hand(self) -> Floats:
        """Units on hand."""
        found: Floats = np.maximum(self.net, 0.0)
        return found

    def count(self, quantity: Floats) -> None:
        """Units set aside that stay in the inventory position, or leave it."""
        self.position += quantity

    def withdraw(self, quantity: Floats) -> None:
        """Take units on hand out of the stock, for an incident."""
        if self.shelf is not None:
            self.shelf.used()
        self.take_out(quantity)
        if self.shelf is not None:
            self.shelf.withdraw(quantity)

    def take_out(self, quantity: Floats) -> None:
        """Take units on hand out of the books of the stock."""
        self.net -= quantity
        self.position -= quantity
        assert self.journal.outflow is not None
        self.journal.outflow[self.row] += quantity

    def restore(self, quantity: Floats) -> None:
        """Put units back into the stock, from an incident."""
        if self.shelf is not None:
            self.shelf.used()
        self.put_back(quantity)
        if self.shelf is not None:
            self.shelf.restore(quantity)

    def put_back(self, quantity: Floats) -> None:
        """Put units back into the books; waiting customers are served first by construction of `net`."""
        self.net += quantity
        self.position += quantity
        assert self.journal.inflow is not None
        self.journal.inflow[self.row] += quantity

    def kitted(self) -> None:
        """Keep account of what production lines draw."""
        if self.drawn is None:
            self.journal.warded()
            self.drawn = np.zeros_like(self.journal.demand)

    def draw(self, quantity: Floats, days: float) -> None:
        """Take the components of kits out of the stock; for so many booked days they are in process."""
        self.take_out(quantity)
        if (
            self.shelf is not None
        ):  # a component is used as if a customer had it: the oldest first, and its defects are found
            self.shelf.used()
        assert self.drawn is not None
        self.drawn[self._instant] += quantity
        if self.clock.now >= 0:
            self._besides("consumed", quantity)
        if days > 0:
            self.kit_days = self.kit_days + quantity * days
            self._besides("transit_days", quantity * days)

    def short(self, lacking: NDArray[np.bool_]) -> None:
        """Count a day on which these components held up a production line."""
        self._besides("short_days", lacking.astype(float))

    def _besides(self, name: str, quantity: Floats) -> None:
        self.besides[name] = self.besides.get(name, 0.0) + quantity

    def lose(self, event: Any) -> None:
        """Units on order will not come, and everybody knows."""
        parcel: Parcel = event._value
        index = slice(None) if parcel.index is None else parcel.index
        self.position[index] -= parcel.quantity
        for lot in parcel.lots:
            lot.ends(parcel.fate, self.clock.now)
        if self.clock.now >= 0:
            self.besides.setdefault(parcel.fate, np.zeros(self.size))[index] += parcel.quantity

    def surcharge(self, parcel: Parcel, share: float | Floats) -> None:
        """Book a share of the purchase price of goods received, one number or one for each item, on top of it."""
        if np.any(share):
            dear = self.besides.setdefault("surcharge", np.zeros(self.size))
            dear[slice(None) if parcel.index is None else parcel.index] += parcel.quantity * share


class HeldSingly:
    """The same of a stock with single orders; lists over items.

    Attributes
    ----------
    ward : what incidents do to this stock, where any does.
    buying : none: prices and contracts are not for single orders.
    """

    on_hand: list[float]
    on_order: list[float]
    counts: dict[str, list[float]]
    clock: Clock
    size: int
    ward: Ward | None
    buying: Buying | None = None
    _booked: bool

    def _touch(self, item: int) -> None:
        raise NotImplementedError

    def _put(self, item: int, quantity: float) -> None:
        raise NotImplementedError

    def review(self, item: int) -> None:
        """Ask the policy at once."""
        raise NotImplementedError

    def hand(self) -> Floats:
        """Units on hand; where orders are delivered whole, customers may wait all the same."""
        return np.array(self.on_hand)

    def count(self, quantity: Floats) -> None:
        """Units set aside that stay in the inventory position are counted by the ward; what leaves it may be ordered."""
        if (quantity < 0).any():
            self.clock.at(self.clock.now, REVIEW, self.ask, np.flatnonzero(quantity).tolist())

    def withdraw(self, quantity: Floats) -> None:
        """Take units on hand out of the stock."""
        for item in np.flatnonzero(quantity).tolist():
            self._touch(item)
            self.on_hand[item] -= float(quantity[item])
        self.clock.at(self.clock.now, REVIEW, self.ask, np.flatnonzero(quantity).tolist())

    def restore(self, quantity: Floats) -> None:
        """Put units back into the stock; who has waited longest is served first."""
        for item in np.flatnonzero(quantity).tolist():
            self._touch(item)
            self._put(item, float(quantity[item]))

    def lose(self, event: Any) -> None:
        """Units on order will not come, and everybody knows."""
        parcel: Parcel = event._value
        self.on_order[parcel.index] -= parcel.quantity
        if self._booked:
            self.counts[parcel.fate][parcel.index] += parcel.quantity
        self.review(parcel.index)

    def surcharge(self, parcel: Parcel, share: float) -> None:
        """Book a share of the purchase price on top of it."""
        if share:
            self.counts["surcharge"][parcel.index] += parcel.quantity * share

    def ask(self, event: Any) -> None:
        """Ask the policy for some items, because something other than demand has changed."""
        for item in event._value if event._value is not None else range(self.size):
            self.review(item)
