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
TOLERANCE = 1e-6


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
    ) -> None:
        instants, size = demand.shape
        self.demand, self.warm, self.step = demand, warm, step
        self.block = int(np.clip(BLOCK_CELLS // max(size, 1), 8, 1024))
        self.before = np.zeros((self.block, size))
        self.received = np.zeros((self.block, size))
        self.ordered = np.zeros((self.block, size))
        self.lost = np.zeros((self.block, size))
        self.lost_any = False
        self.feeds = feeds
        if feeds:
            self.late = np.zeros((self.block, size))
            self.shipped = np.zeros((self.block, size))
            self.owed = np.zeros((self.block, size))
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
        self.series: dict[str, list[Floats]] = {"on_hand": [], "waiting": [], "short": []}
        self._keep = series
        self.gap = 0.0
        self._open_fresh = True

    def opens(self, net: Floats) -> None:
        """State before the first row: stock on hand less waiting customers."""
        self._after = net.copy()

    def rows_left(self) -> int:
        """Rows until the block must be closed: it ends where the warm-up ends."""
        if self.start < self.warm:
            return min(self.block, self.warm - self.start)
        return self.block

    def close(self, rows: int) -> None:
        """Add up the first `rows` rows and start again with empty ones."""
        if rows:
            demand = self.demand[self.start : self.start + rows]
            self._add(rows, demand, self.start >= self.warm)
            self.start += rows
        self.received[:] = 0.0
        self.ordered[:] = 0.0
        if self.lost_any:
            self.lost[:] = 0.0
            self.lost_any = False
        if self.feeds:
            self.late[:] = 0.0
            self.shipped[:] = 0.0

    def _add(self, rows: int, demand: Floats, booked: bool) -> None:
        before, received = self.before[:rows], self.received[:rows]
        after = before - demand
        if self.lost_any:
            after += self.lost[:rows]
        previous = np.empty_like(after)
        previous[0] = self._after
        previous[1:] = after[:-1]
        flow = received - self.shipped[:rows] if self.feeds else received
        gap = np.abs(before - previous - flow).max(initial=0.0)
        self.gap = max(self.gap, float(gap) / max(float(np.abs(before).max(initial=0.0)), 1.0))
        self._after = after[-1].copy()
        if not booked:
            return
        sums, step = self.sums, self.step
        on_hand = np.maximum(after, 0.0)
        ready = np.maximum(before, 0.0)
        short = demand - np.minimum(ready, demand)
        late = self.late[:rows] if self.feeds else np.minimum(np.maximum(-previous, 0.0), received)
        sums["demand"] += demand.sum(axis=0)
        sums["late"] += late.sum(axis=0)
        sums["received"] += received.sum(axis=0)
        sums["ordered"] += self.ordered[:rows].sum(axis=0)
        sums["lines"] += np.count_nonzero(self.ordered[:rows], axis=0)
        on_hand_sum = on_hand.sum(axis=0)
        sums["on_hand_days"] += on_hand_sum * step
        sums["before_days"] += ready.sum(axis=0) * step
        sums["ready_days"] += np.count_nonzero(ready, axis=0) * step
        waiting = on_hand_sum - after.sum(axis=0)
        sums["backorder_days"] += waiting * step
        sums["cycles"] += np.count_nonzero(received, axis=0)
        lost = self.lost[:rows].sum(axis=0) if self.lost_any else 0.0
        sums["lost"] += lost
        unserved = short.sum(axis=0)
        sums["served"] += demand.sum(axis=0) - unserved
        sums["backordered"] += unserved - lost
        some = np.flatnonzero((unserved > 0) | self._short | self._failed)
        sums["clear_days"] += rows * step
        if some.size:
            self._shortages(some, short[:, some] > 0, received[:, some] > 0)
            sums["clear_days"][some] -= np.count_nonzero(after[:, some] < 0, axis=0) * step
        if self.feeds:
            self.claims_days += self.owed[:rows].sum(axis=0) * step
            self.shipped_sum += self.shipped[:rows].sum(axis=0)
        if self._volume.any():
            space = np.einsum("ij,j->i", on_hand, self._volume)
            self.volume_days += float(space.sum()) * step
            self.peak_volume = max(self.peak_volume, float(space.max()))
            self.overflow_days += float(np.maximum(space - self._floor, 0.0).sum()) * step
        if self._keep:
            self.series["on_hand"].append(np.einsum("ij,j->i", on_hand, self._cost))
            self.series["waiting"].append(np.einsum("ij,j->i", on_hand - after, self._cost))
            self.series["short"].append(np.einsum("ij,j->i", short, self._price))

    def _shortages(self, some: NDArray[np.intp], short: NDArray[np.bool_], received: NDArray[np.bool_]) -> None:
        """Days short, spells of such days, and cycles that failed, for the items that ran short."""
        rows = short.shape[0]
        was = np.vstack([self._short[some], short[:-1]])
        self.sums["short_days"][some] += np.count_nonzero(short, axis=0) * self.step
        self.sums["episodes"][some] += np.count_nonzero(short & ~was, axis=0)
        place = np.arange(1, rows + 1)[:, None]
        cycle_start = np.maximum.accumulate(np.where(received, place, 0), axis=0)
        last_short = np.maximum.accumulate(np.where(short, place, 0), axis=0)
        earlier = np.vstack([np.zeros((1, some.size), dtype=last_short.dtype), last_short[:-1]])
        carried = self._failed[some] & (cycle_start == 0)
        first = short & (np.where(earlier > 0, earlier, 0) < np.maximum(cycle_start, 1)) & ~carried
        self.sums["failed_cycles"][some] += np.count_nonzero(first, axis=0)
        self._short[some] = short[-1]
        self._failed[some] = np.where(last_short[-1] >= np.maximum(cycle_start[-1], 1), True, carried[-1])
