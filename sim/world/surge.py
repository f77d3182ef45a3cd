"""A surge: what a supplier makes above its capacity, on mornings for which a firm has asked for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.parcel import Parcel

Floats = NDArray[np.float64]
TINY = 1e-9


class Surge:
    """Surge capacity of one supplier in one Future.

    It serves orders that wait for capacity, of items for which it was asked, first come first served; what is not used of
    it in a morning is lost. A supplier that is stopped makes nothing in a surge either.

    Parameters
    ----------
    capacity : units a day, above the supplier's normal capacity.

    Not modelled: notice that a supplier needs; a limit to the days it can be kept up.
    """

    def __init__(self, capacity: float) -> None:
        self.capacity = capacity
        self._until: dict[Any, Floats] = {}
        self._left = self._begun = 0.0

    def ask(self, stock: Any, places: NDArray[np.intp], wanted: NDArray[np.bool_], until: float) -> None:
        """Ask for it until the next review (exclusive), or no longer, for items at these places of a stock."""
        there = self._until.get(stock)
        if there is None:
            there = self._until[stock] = np.full(stock.size, -np.inf)
        there[places] = np.where(wanted, until, -np.inf)

    def asked(self, now: float) -> bool:
        """Whether anything is asked for this morning."""
        return any(bool((until > now).any()) for until in self._until.values())

    def morning(self, speed: float) -> None:
        """A new morning at a share of capacity."""
        self._left, self._begun = self.capacity * speed + self._begun, 0.0

    def given(self, parcel: Parcel, now: float) -> Floats | None:
        """Units of a waiting parcel that are made, (n,); None where none are."""
        until = self._until.get(parcel.stock)
        if until is None or self._left <= TINY:
            return None
        wanted = np.where(until[parcel.index] > now, np.atleast_1d(np.asarray(parcel.quantity, dtype=float)), 0.0)
        given = np.clip(self._left - (np.cumsum(wanted) - wanted), 0.0, wanted)
        if parcel.stock.whole_units and given.sum() < wanted.sum() - TINY:
            given = np.floor(given + TINY)
            # what is done of a unit is not lost while somebody waits for it
            self._begun = max(self._left - float(given.sum()), 0.0) % 1.0
            self._left = 0.0
        else:
            self._left -= float(given.sum())
        return given if bool((given > 0).any()) else None
