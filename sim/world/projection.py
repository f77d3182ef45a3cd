"""Projected cover: what a planner counts on to arrive in the next days, from the books and the planned lead time alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.plan import PlanLine
from sim.world.desk import Desk
from sim.world.record import Record
from sim.world.stock import Stock

if TYPE_CHECKING:
    from sim.world.sourcing import Sourcing

Floats = NDArray[np.float64]
TINY = 1e-9


class Projection:
    """Ordinary orders of some items of one stock by when they are due; arrays are (n,) over these items.

    An order is due its planned lead time after it was placed: where a line has several suppliers, the lead time of the one
    that it was placed with. Receipts are taken for the orders first due. What is
    overdue is not counted on: nobody has said when it will come. All that is under way by an emergency lane is.

    Parameters
    ----------
    places : positions of the items at the stock.
    lines : their plan lines.
    moments : review times.
    first : when the replication begins; goods staged then are taken as ordered evenly over the lead time before.

    Not modelled: what carriers tell of single shipments; lost orders are struck off as those first due.
    """

    def __init__(
        self, stock: Stock, places: NDArray[np.intp], lines: Sequence[PlanLine], moments: Floats, first: float
    ) -> None:
        self.stock, self.places, self._moments, self._first = stock, places, moments, first
        self._ordered = np.zeros((moments.size + 1, places.size))
        self._staged: Floats | None = None
        #: second suppliers and backups: number of each one's flow, the rows that it serves so, their places among the lines
        #: of the sourcing, (n,) its lead time, and what was ordered there up to each review
        self._others: list[tuple[int, NDArray[np.intp], NDArray[np.intp], Floats, Floats]] = []
        self._sourcing: Sourcing | None = None
        self._own: dict[int, float] = {}
        self._seen = 0
        #: the stock record, where it drifts: what a planner sees in the place of what is on hand
        self.record: Record | None = None
        self.desks: list[Desk] = []
        self.revise(lines)

    def revise(self, lines: Sequence[PlanLine]) -> None:
        """Take the numbers of new lines."""
        self.forecast = np.array([line.forecast for line in lines], dtype=float)
        #: what was staged at the start is spread over the lead time that levels are sized on
        self._sized = np.array([line.lead_time for line in lines], dtype=float)
        self.lead = self._sized.copy()
        for row, days in self._own.items():
            self.lead[row] = days

    def sourced(self, sourcing: Sourcing, inside: NDArray[np.intp], days: Sequence[float]) -> None:
        """Date the orders of lines with several suppliers by the supplier that each part of them goes to.

        Parameters
        ----------
        inside : positions of these items in the group.
        days : published lead time of each flow of the sourcing.
        """
        self._sourcing = sourcing
        place = {row: number for number, row in enumerate(sourcing.rows.tolist())}
        among = [(row, place[at]) for row, at in enumerate(inside.tolist()) if at in place]
        for number in range(len(sourcing.flows)):
            some = [(row, line) for row, line in among if number in sourcing.others(line)]
            if some:
                rows, lines = np.array(some, dtype=np.intp).T
                ordered = np.zeros((self._moments.size + 1, len(inside)))
                self._others.append((number, rows, lines, np.full(len(inside), days[number]), ordered))
        # the lead time of a line with a standing split is that of both together
        self._own = {row: days[sourcing.main(line)] for row, line in among if sourcing.splits(line)}
        for row, own in self._own.items():
            self.lead[row] = own

    def placed(self, quantity: Floats) -> None:
        """Note what was ordered the ordinary way at this review, and where."""
        now = self._seen
        if self._sourcing is not None:
            quantity = np.array(quantity, dtype=float)
            for number, rows, lines, _, ordered in self._others:
                part = self._sourcing.portions[number, lines]
                ordered[now + 1] = ordered[now]
                ordered[now + 1, rows] += part
                quantity[rows] -= part
        self._ordered[now + 1] = self._ordered[now] + quantity
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
        stock, places = self.stock, self.places[rows]
        extra = np.zeros(rows.size)
        for desk in self.desks:
            extra += desk.under_way[places]
        open_ = np.maximum(stock.on_order[places] - extra, 0.0)
        ordered = self._ordered[self._seen, rows]
        for *_, there in self._others:
            ordered = ordered + there[self._seen, rows]
        received = self._staged[rows] + ordered - open_
        overdue = self._due(np.full(rows.size, now), rows)
        coming = np.maximum(self._due(now + within, rows) - np.maximum(received, overdue), 0.0)
        found: Floats = self.net(now)[places] + coming + extra
        return found

    def _due(self, times: Floats, rows: NDArray[np.intp]) -> Floats:
        """Ordinary orders of some items that are due up to these times."""
        assert self._staged is not None
        sized = self._sized[rows]
        since = np.clip(1.0 - (self._first - (times - sized)) / np.maximum(sized, TINY), 0.0, 1.0)
        found: Floats = self._staged[rows] * since + self._ordered[self._place(times - self.lead[rows]), rows]
        for *_, days, there in self._others:
            found = found + there[self._place(times - days[rows]), rows]
        return found

    def _place(self, times: Floats) -> NDArray[np.intp]:
        """How many reviews there were up to these times."""
        return np.searchsorted(self._moments[: self._seen], times + TINY, "right")
