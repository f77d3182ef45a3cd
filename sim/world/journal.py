"""The journal of a stocking point with demand at common instants: it keeps rows for a while, then adds them up.

Rows are written while the world runs (a copy each, nothing computed); sums are made block by block, so that they cost
little for one item and stay in the processor's cache for ten thousand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ledger import COLUMNS

Floats = NDArray[np.float64]
BLOCK_CELLS = 40_000
#: what is below this many units is rounding, not stock or shortage
TINY = 1e-9
TOLERANCE = 1e-6


def _positive(values: Floats) -> NDArray[np.int32]:
    """How many of each column are above 0; small integers keep the adding quick."""
    above = values > TINY
    found: NDArray[np.int32]
    if values.shape[0] < 128:
        found = np.add.reduce(above.view(np.int8), axis=0, dtype=np.int8).astype(np.int32)
    else:
        found = np.add.reduce(above, axis=0, dtype=np.int32)
    return found


class Journal:
    """Rows and sums of one stocking point; all sums are (n_items,).

    Parameters
    ----------
    demand : (instants, n_items) units, the Future's.
    warm : instants before day 0, written but not added up.
    step : days between instants.
    values : standard cost and price per unit, (n_items,) each.
    volume, floor : m3 per unit, and m3 of floor space (infinite where not limited).
    feeds : whether other warehouses draw on it.
    series : keep value by instant, for figures.
    by_item : keep net stock and unserved demand by instant and item.
    """

    def __init__(
        self,
        demand: Floats,
        warm: int,
        step: float,
        values: tuple[Floats, Floats],
        volume: Floats,
        floor: float,
        feeds: bool,
        series: bool,
        by_item: bool,
    ) -> None:
        size = demand.shape[1]
        self.demand, self.warm, self.step = demand, warm, step
        self.block = int(np.clip(BLOCK_CELLS // max(size, 1), 8, 1024))
        #: stock before each demand; one row more, because the row after the last demand is the stock itself
        self.before = np.zeros((self.block + 1, size))
        self.received = np.zeros((self.block, size))
        self.ordered = np.zeros((self.block, size))
        self.lost = np.zeros((self.block, size))
        self.lost_any = False
        #: rows received and ordered for all items at once, noted here and written when the block is closed
        self.came: list[tuple[int, Floats]] = []
        self.went: list[tuple[int, Floats]] = []
        self.feeds = feeds
        if feeds:
            self.late = np.zeros((self.block, size))
            self.shipped = np.zeros((self.block, size))
            self.owed = np.zeros((self.block, size))
        #: goods that come back from, or go at once into, quarantine, and that are taken from stock; only where there is any
        self.inflow: Floats | None = None
        self.outflow: Floats | None = None
        self.start = 0
        self._after = np.zeros(size)
        self._cost, self._price = values
        self._volume, self._floor = volume, floor
        self.sums = {name: np.zeros(size) for name in COLUMNS}
        self.claims_days = np.zeros(size)
        self.shipped_sum = np.zeros(size)
        self.volume_days = self.peak_volume = self.overflow_days = 0.0
        self._failed = np.zeros(size, dtype=bool)
        self._short = np.zeros(size, dtype=bool)
        self.series: dict[str, list[Floats]] = {
            name: [] for name in ("on_hand", "waiting", "short", "net", "short_units", "ordered")
        }
        self._keep, self._keep_items = series, by_item
        self._spacious = bool(volume.any())
        self._waits = np.zeros((0, 0))
        self.moving = [0.0] * self.block
        self.transit_days = np.zeros(size)

    def warded(self) -> None:
        """Keep account of goods that are set aside and come back."""
        self.inflow, self.outflow = np.zeros_like(self.received), np.zeros_like(self.received)

    def opens(self, net: Floats) -> None:
        """State before the first row: stock on hand less waiting customers."""
        self._after = net.copy()

    def rows_left(self) -> int:
        """Rows until the block must be closed: it ends where the warm-up ends."""
        if self.start < self.warm:
            return min(self.block, self.warm - self.start)
        return self.block

    def forget(self, net: Floats) -> Floats:
        """Start the books from this state: drop what the open row holds, and return the unit-days in transit noted in it."""
        self.settle()
        moved: Floats = self.ordered[0] * self.moving[0]
        self.moving[0] = 0.0
        self._failed &= self.received[0] <= TINY
        self.received[0] = self.ordered[0] = 0.0
        if self.inflow is not None and self.outflow is not None:
            self.inflow[0] = self.outflow[0] = 0.0
        if self.feeds:
            self.late[0] = self.shipped[0] = 0.0
        self.opens(net)
        return moved

    def settle(self) -> None:
        """Write the full rows that were only noted."""
        for noted, buffer in ((self.came, self.received), (self.went, self.ordered)):
            if noted:
                rows = [row for row, _ in noted]
                if len(set(rows)) == len(rows):
                    buffer[rows] += np.stack([quantity for _, quantity in noted])
                else:
                    for row, quantity in noted:
                        buffer[row] += quantity
                noted.clear()

    def close(self, rows: int) -> None:
        """Add up the first `rows` rows and start again with empty ones."""
        self.settle()
        if rows:
            demand = self.demand[self.start : self.start + rows]
            self._add(rows, demand, self.start >= self.warm)
            self.start += rows
        self.received[:rows] = 0.0
        self.ordered[:rows] = 0.0
        self.moving[:rows] = [0.0] * rows
        if self.inflow is not None and self.outflow is not None:
            self.inflow[:rows] = self.outflow[:rows] = 0.0
        if self.lost_any:
            self.lost[:rows] = 0.0
            self.lost_any = False
        if self.feeds:
            self.late[:rows] = 0.0
            self.shipped[:rows] = 0.0

    def _add(self, rows: int, demand: Floats, booked: bool) -> None:
        """Sums of a block. Items that never ran low in it take a short way: served is demand, nobody waits."""
        before, received, ordered = self.before[:rows], self.received[:rows], self.ordered[:rows]
        if any(self.moving[:rows]):
            self.transit_days += np.einsum("ij,i->j", ordered, np.array(self.moving[:rows]))
        after = before - demand
        if self.lost_any:
            after += self.lost[:rows]
        opening, self._after = self._after, after[-1].copy()
        if not booked:
            # whoever is short when the books open, or in a cycle that has failed, began to be so before
            missed = demand - np.maximum(before, 0.0) > TINY
            if (missed.any(axis=0) | self._short | self._failed).any():
                self._shortages(np.arange(demand.shape[1]), missed, received > TINY, False)
            return
        sums, step = self.sums, self.step
        asked = demand.sum(axis=0)
        ready_sum = before.sum(axis=0)
        sums["demand"] += asked
        sums["served"] += asked
        sums["received"] += received.sum(axis=0)
        sums["ordered"] += ordered.sum(axis=0)
        sums["lines"] += _positive(ordered)
        sums["cycles"] += _positive(received)
        sums["clear_days"] += rows * step
        sums["ready_days"] += rows * step
        on_hand: Floats = after
        low = after.min(axis=0) <= TINY
        low |= opening < 0
        low |= self._short
        low |= self._failed
        some = low.nonzero()[0]
        hand_sum = ready_sum - asked
        short: Floats | None = None
        if some.size:
            short = self._low(some, rows, demand, after, opening, ready_sum, hand_sum)
            np.maximum(after, 0.0, out=on_hand)
        sums["on_hand_days"] += hand_sum * step
        sums["before_days"] += ready_sum * step
        if self.feeds:
            sums["late"] += self.late[:rows].sum(axis=0)
            self.claims_days += self.owed[:rows].sum(axis=0) * step
            self.shipped_sum += self.shipped[:rows].sum(axis=0)
        if self._spacious:
            space = np.einsum("ij,j->i", on_hand, self._volume)
            self.volume_days += float(space.sum()) * step
            self.peak_volume = max(self.peak_volume, float(space.max()))
            self.overflow_days += float(np.maximum(space - self._floor, 0.0).sum()) * step
        if self._keep:
            self.series["on_hand"].append(np.einsum("ij,j->i", on_hand, self._cost))
            waits = np.zeros(rows) if short is None else np.einsum("ij,j->i", self._waits, self._cost[some])
            lacks = np.zeros(rows) if short is None else np.einsum("ij,j->i", short, self._price[some])
            self.series["waiting"].append(waits)
            self.series["short"].append(lacks)
        if self._keep_items:
            net, lack = on_hand.copy(), np.zeros_like(on_hand)
            if short is not None:
                net[:, some] -= self._waits
                lack[:, some] = short
            self.series["net"].append(net)
            self.series["ordered"].append(ordered.copy())
            self.series["short_units"].append(lack)

    def _low(
        self,
        some: NDArray[np.intp],
        rows: int,
        demand: Floats,
        after: Floats,
        opening: Floats,
        ready_sum: Floats,
        hand_sum: Floats,
    ) -> Floats:
        """Sums of the items that ran low in a block; corrects the short way's. Returns their unserved demand."""
        sums, step = self.sums, self.step
        before, left, asked = self.before[:rows, some], after[:, some], demand[:, some]
        received = self.received[:rows, some]
        previous = np.vstack([opening[some], left[:-1]])
        ready = np.maximum(before, 0.0)
        on_hand = np.maximum(left, 0.0)
        short = asked - np.minimum(ready, asked)
        unserved = short.sum(axis=0)
        lost = self.lost[:rows, some].sum(axis=0) if self.lost_any else 0.0
        self._waits = on_hand - left
        waiting = self._waits.sum(axis=0)
        ready_sum[some] = ready.sum(axis=0)
        hand_sum[some] = on_hand.sum(axis=0)
        sums["served"][some] -= unserved
        sums["lost"][some] += lost
        sums["backordered"][some] += unserved - lost
        sums["backorder_days"][some] += waiting * step
        sums["clear_days"][some] -= _positive(self._waits) * step
        sums["ready_days"][some] += (_positive(ready) - rows) * step
        if not self.feeds:
            came = received if self.inflow is None else received + self.inflow[:rows, some]
            sums["late"][some] += np.minimum(np.maximum(-previous, 0.0), came).sum(axis=0)
        if ((unserved > 0) | self._short[some] | self._failed[some]).any():
            self._shortages(some, short > TINY, received > TINY, True)
        return short

    def _shortages(
        self, some: NDArray[np.intp], short: NDArray[np.bool_], received: NDArray[np.bool_], booked: bool
    ) -> None:
        """Days short, spells of such days, and cycles that failed, for the items that ran short."""
        rows = short.shape[0]
        was = np.vstack([self._short[some], short[:-1]])
        if booked:
            self.sums["short_days"][some] += np.count_nonzero(short, axis=0) * self.step
            self.sums["episodes"][some] += np.count_nonzero(short & ~was, axis=0)
        place = np.arange(1, rows + 1)[:, None]
        cycle_start = np.maximum.accumulate(np.where(received, place, 0), axis=0)
        last_short = np.maximum.accumulate(np.where(short, place, 0), axis=0)
        earlier = np.vstack([np.zeros((1, some.size), dtype=last_short.dtype), last_short[:-1]])
        carried = self._failed[some] & (cycle_start == 0)
        first = short & (np.where(earlier > 0, earlier, 0) < np.maximum(cycle_start, 1)) & ~carried
        if booked:
            self.sums["failed_cycles"][some] += np.count_nonzero(first, axis=0)
        self._short[some] = short[-1]
        self._failed[some] = np.where(last_short[-1] >= np.maximum(cycle_start[-1], 1), True, carried[-1])
