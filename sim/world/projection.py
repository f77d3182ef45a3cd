"""Projected cover: what a planner counts on to arrive in the next days, from the books and the planned lead time alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.world.desk import Desk
from sim.world.stock import Stock

Floats = NDArray[np.float64]
TINY = 1e-9


class Projection:
    """Ordinary orders of some items of one stock by when they are due; arrays are (n,) over these items.

    An order is due its planned lead time after it was placed. Receipts are taken for the oldest orders first. What is
    overdue is not counted on: nobody has said when it will come. All that is under way by an emergency lane is.

    Parameters
    ----------
    places : positions of the items at the stock.
    lines : their plan lines.
    moments : review times.
    first : when the replication begins; goods staged then are taken as ordered evenly over the lead time before.

    Not modelled: what carriers tell of single shipments; lost orders are struck off as the oldest.
    """

    def __init__(
        self, stock: Stock, places: NDArray[np.intp], lines: Sequence[PlanLine], moments: Floats, first: float
    ) -> None:
        self.stock, self.places, self._moments, self._first = stock, places, moments, first
        self._ordered = np.zeros((moments.size + 1, places.size))
        self._columns = np.arange(places.size)
        self._staged: Floats | None = None
        self._seen = 0
        self.desks: list[Desk] = []
        self.revise(lines)

    def revise(self, lines: Sequence[PlanLine]) -> None:
        """Take the numbers of new lines."""
        self.forecast = np.array([line.forecast for line in lines], dtype=float)
        self.lead = np.array([line.lead_time for line in lines], dtype=float)

    def placed(self, quantity: Floats) -> None:
        """Note what was ordered the ordinary way at this review."""
        self._ordered[self._seen + 1] = self._ordered[self._seen] + quantity
        self._seen += 1

    def extra(self) -> Floats:
        """Units under way by emergency lanes."""
        found = np.zeros(self.places.size)
        for desk in self.desks:
            found += desk.under_way[self.places]
        return found

    def units(self, now: float, within: float | Floats) -> Floats:
        """On hand and arriving within so many days, less customers who wait, units; negative where more wait."""
        stock, places = self.stock, self.places
        extra = self.extra()
        open_ = np.maximum(stock.on_order[places] - extra, 0.0)
        if self._staged is None:
            self._staged = open_.copy()
        received = self._staged + self._ordered[self._seen] - open_
        overdue = self._until(now - self.lead)
        coming = np.maximum(self._until(now + within - self.lead) - np.maximum(received, overdue), 0.0)
        found: Floats = stock.net[places] + coming + extra
        return found

    def _until(self, times: Floats) -> Floats:
        """Ordinary orders placed up to these times."""
        assert self._staged is not None
        place = np.searchsorted(self._moments[: self._seen], times + TINY, "right")
        since = np.clip(1.0 - (self._first - times) / np.maximum(self.lead, TINY), 0.0, 1.0)
        found: Floats = self._staged * since + self._ordered[place, self._columns]
        return found
