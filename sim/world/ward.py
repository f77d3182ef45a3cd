"""A ward: what incidents do to the stock of one warehouse. Goods are set aside (quarantined, or locked in), lost, dearer.

Goods locked in behind closed doors stay in the inventory position. So do quarantined goods as far as they are expected
back; what was on the shelf and is to be scrapped leaves it at once and may be ordered anew, what arrives meanwhile leaves it
at the end, if it is scrapped. All take room and capital. Receipts of a closed warehouse wait at the door (see `route`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.ledger import Withheld
from sim.world.clock import INCIDENT, Clock

Floats = NDArray[np.float64]
#: units, and money per purchase price, that a ward adds to a ledger
SUMS = ("quarantined", "released", "scrapped", "destroyed", "aside_days", "surcharge")


def concerns(incidents: Sequence[Incident], site: str, items: Sequence[str]) -> list[Incident]:
    """Incidents that touch the stock, or the prices, of a warehouse."""
    return [
        one
        for one in incidents
        if one.target in ("warehouse", "item")
        and one.happens
        and (one.stock != "untouched" or one.price_factor != 1.0 or _closes(one))
        and any(one.touches(site, item) for item in _candidates(one, items))
    ]


def _candidates(one: Incident, items: Collection[str]) -> Collection[str]:
    """Items that an incident may touch: where it names some, the others are not looked at."""
    named = (one.where,) if one.target == "item" else one.items
    return [item for item in named if item in items] if named else items


def _rows(one: Incident, site: str, places: Mapping[str, int]) -> Floats:
    """(n_items,) 1 where an incident touches an item, else 0."""
    rows = np.zeros(len(places))
    for item in _candidates(one, places):
        rows[places[item]] = float(one.touches(site, item))
    return rows


def _closes(one: Incident) -> bool:
    return one.target == "warehouse" and one.remaining != 1.0


class Batch:
    """Goods set aside by one incident, (n_items,) units; `counted`: those of them that stay in the inventory position."""

    __slots__ = ("cause", "counted", "locked", "quantity")

    def __init__(self, cause: Incident, quantity: Floats, counted: Floats, locked: bool) -> None:
        self.cause, self.quantity, self.counted, self.locked = cause, quantity, counted, locked


class Ward:
    """Goods of one warehouse that are set aside; arrays are (n_items,).

    Attributes
    ----------
    aside : units set aside, for whatever reason.
    counted : those of them that stay in the inventory position.
    sums : booked from day 0 on.
    """

    def __init__(
        self, stock: Any, clock: Clock, incidents: Sequence[Incident], items: Sequence[str], whole: bool, end: float
    ) -> None:
        self.stock, self.clock, self.end, self.whole = stock, clock, end, whole
        self._incidents = incidents
        places = {item: place for place, item in enumerate(items)}
        self._rows = [_rows(one, stock.name, places) for one in incidents]
        self._on: list[int] = []
        self._batches: list[Batch] = []
        self.aside, self.counted = np.zeros(len(items)), np.zeros(len(items))
        #: what is done to stock, item by item, where the run is traced
        self.log: list[Withheld] | None = None
        self._items = tuple(items)
        self.sums = {name: np.zeros(len(items)) for name in SUMS}
        self._last = 0.0

    def begin(self) -> None:
        """Set the beginnings and ends of the incidents."""
        now = self.clock.now
        for number, one in enumerate(self._incidents):
            if one.ends > now:
                self.clock.at(max(one.begins, now), INCIDENT, self._start, number)
                if one.ends < self.end:
                    self.clock.at(one.ends, INCIDENT, self._stop, number)

    def _book(self, name: str, quantity: Floats, cause: Incident) -> None:
        if self.clock.now < 0:
            return
        self.sums[name] += quantity
        if self.log is not None:
            self.log += [
                Withheld(self.clock.now, name, self._items[place], self.stock.name, float(quantity[place]), cause)
                for place in np.flatnonzero(quantity > 0).tolist()
            ]

    def _touch(self) -> None:
        """Book the time goods have spent aside."""
        now = min(max(self.clock.now, 0.0), self.end)
        if now > self._last:
            self.sums["aside_days"] += self.aside * (now - self._last)
            self._last = now

    def _part(self, quantity: Floats, share: float) -> Floats:
        part = quantity * share
        return np.floor(part + 0.5) if self.whole else part

    def _set_aside(self, one: Incident, quantity: Floats, counted: Floats, locked: bool) -> None:
        if quantity.any():
            self._batches.append(Batch(one, quantity, counted, locked))
            self.aside += quantity
            self._count(counted)
            if not locked:
                self._book("quarantined", quantity, one)

    def _count(self, quantity: Floats) -> None:
        """Units set aside that enter, or leave, the inventory position."""
        if quantity.any():
            self.counted += quantity
            self.stock.count(quantity)

    def _start(self, event: Any) -> None:
        number = event.value
        one, rows = self._incidents[number], self._rows[number]
        self._touch()
        self._on.append(number)
        if one.stock == "destroyed":
            gone = self._part(self.stock.hand() * rows, one.stock_share)
            self.stock.withdraw(gone)
            for batch in self._batches:
                more = self._part(batch.quantity * rows, one.stock_share)
                batch.quantity = batch.quantity - more
                self.aside -= more
                left = np.minimum(batch.counted, batch.quantity)
                self._count(left - batch.counted)
                batch.counted = left
                gone = gone + more
            self._book("destroyed", gone, one)
        elif one.stock == "quarantined":
            held = self._part(self.stock.hand() * rows, one.stock_share)
            self.stock.withdraw(held)
            self._set_aside(one, held, self._part(held, one.released), False)
        if _closes(one):
            locked = self._part(self.stock.hand() * rows, 1 - one.fraction(max(one.begins, one.start)))
            self.stock.withdraw(locked)
            self._set_aside(one, locked, locked, True)

    def _stop(self, event: Any) -> None:
        number = event.value
        self._touch()
        self._on.remove(number)
        mine = [batch for batch in self._batches if batch.cause is self._incidents[number]]
        self._batches = [batch for batch in self._batches if batch.cause is not self._incidents[number]]
        for batch in mine:
            quantity = batch.quantity
            self.aside -= quantity
            self._count(-batch.counted)
            if not batch.locked:
                good = self._part(quantity, batch.cause.released)
                self._book("scrapped", quantity - good, batch.cause)
                self._book("released", good, batch.cause)
                quantity = good
            self._let_out(quantity)
        if not self._batches:
            # what rounding leaves is no stock
            self.aside[:], self.counted[:] = 0.0, 0.0

    def _let_out(self, quantity: Floats) -> None:
        """Goods that are free of one incident may be caught by the others that are on."""
        for number in self._on:
            one, rows = self._incidents[number], self._rows[number]
            if one.stock == "quarantined":
                held = self._part(quantity * rows, one.stock_share)
                quantity = quantity - held
                self._set_aside(one, held, self._part(held, one.released), False)
        for number in self._on:
            one, rows = self._incidents[number], self._rows[number]
            if _closes(one):
                locked = self._part(quantity * rows, 1 - one.fraction(max(one.begins, one.start)))
                quantity = quantity - locked
                self._set_aside(one, locked, locked, True)
        if quantity.any():
            self.stock.restore(quantity)

    def admit(self, index: Any, quantity: Any) -> Floats | None:
        """Goods arrive: what the warehouse may not use of them, (n_items,) units; None where it may use them all."""
        arrived = np.zeros(self.aside.size)
        arrived[slice(None) if index is None else index] = quantity
        now, held = self.clock.now, None
        for number in self._on:
            one, rows = self._incidents[number], self._rows[number]
            if one.price_factor != 1.0 and 0 <= now < self.end:
                self.sums["surcharge"] += arrived * rows * (one.price_factor - 1.0)
        rest = arrived
        for number in self._on:
            one, rows = self._incidents[number], self._rows[number]
            if one.stock == "quarantined":
                part = self._part(rest * rows, one.stock_share)
                if part.any():
                    self._touch()
                    self._set_aside(one, part, part, False)
                    rest = rest - part
                    held = part if held is None else held + part
        return held

    def finish(self) -> None:
        """Book the time up to the end of the horizon."""
        now, self.clock._now = self.clock._now, self.end
        self._touch()
        self.clock._now = now
