"""Projected cover: what a planner counts on to arrive in the next days, from the books and the planned lead time alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.world.desk import Desk
from sim.world.record import Record
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
        self._staged: Floats | None = None
        self._seen = 0
        #: the stock record, where it drifts: what a planner sees in the place of what is on hand
        self.record: Record | None = None
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

    def begin(self) -> None:
        """Note, at the first review, what was staged in the pipeline."""
        if self._staged is None:
            self._staged = self.stock.on_order[self.places]

    def net(self, now: float) -> Floats:
        """On hand by the record, less customers who wait, of all items of the stock."""
        net = self.stock.net
        if self.record is None:
            return net
        found: Floats = net + np.maximum(self.record.off(now), -np.maximum(net, 0.0))
        return found

    def units(self, now: float, within: Floats, rows: NDArray[np.intp]) -> Floats:
        """On hand and arriving within so many days, less customers who wait, of some items; negative where more wait."""
        assert self._staged is not None
        stock, places, lead = self.stock, self.places[rows], self.lead[rows]
        extra = np.zeros(rows.size)
        for desk in self.desks:
            extra += desk.under_way[places]
        open_ = np.maximum(stock.on_order[places] - extra, 0.0)
        received = self._staged[rows] + self._ordered[self._seen, rows] - open_
        overdue = self._until(now - lead, rows)
        coming = np.maximum(self._until(now + within - lead, rows) - np.maximum(received, overdue), 0.0)
        found: Floats = self.net(now)[places] + coming + extra
        return found

    def _until(self, times: Floats, rows: NDArray[np.intp]) -> Floats:
        """Ordinary orders of some items placed up to these times."""
        assert self._staged is not None
        place = np.searchsorted(self._moments[: self._seen], times + TINY, "right")
        since = np.clip(1.0 - (self._first - times) / np.maximum(self.lead[rows], TINY), 0.0, 1.0)
        found: Floats = self._staged[rows] * since + self._ordered[place, rows]
        return found
