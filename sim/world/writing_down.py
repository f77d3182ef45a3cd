"""Writing down: at the end of each period, stock that no longer sells loses a share of its value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.dead_stock import WriteDown
from sim.world.clock import Clock

if TYPE_CHECKING:
    from sim.world.stock import Stock

Floats = NDArray[np.float64]
#: in the morning, after expiry, before demand and reviews
WRITING = 25
#: what takes goods away other than customers, so that they cost their full value elsewhere
DISPOSED = ("expired", "scrapped", "destroyed")


class WritingDown:
    """What has been written down of the stock of one warehouse; arrays are (n_items,).

    What lay there at the end of the last period leaves first, and of it the units that were written down leave last. So
    of what was written down there stays at most what is left of those units. The difference is taken back where units were
    scrapped or expired, because that costs their full value; where they were sold, as the rule says.

    Attributes
    ----------
    written : units x share written down of what lies there, never more than lies there.
    """

    def __init__(self, stock: Stock, clock: Clock, rule: WriteDown, end: float) -> None:
        self.stock, self.clock, self.rule, self.end = stock, clock, rule, end
        self.written, self._gone = np.zeros(stock.size), np.zeros(stock.size)
        step = stock.journal.step
        self._recent = max(math.ceil(rule.recent / step), 1)
        self._after = None if rule.after is None else max(math.ceil(rule.after / step), 1)
        self._step, self._lay, self._seen = step, np.zeros(stock.size), 0

    def begin(self) -> None:
        """Set the end of the first period."""
        if self.rule.every < self.end:
            self.clock.at(float(self.rule.every), WRITING, self._write)

    def _lying(self) -> Floats:
        return self.stock.hand() + self.stock.aside

    def _used(self, days: int) -> Floats:
        """What was asked for at the last `days` instants: by customers, and by production lines for their kits."""
        stock = self.stock
        rows = stock.past(days)
        if stock.drawn is not None:
            rows = rows + stock.drawn[max(stock._instant - days, 0) : stock._instant]
        return rows

    def _disposed(self) -> Floats:
        """Units that have been scrapped, expired or destroyed since the last time."""
        total = np.zeros(self.stock.size)
        for sums in (self.stock.besides, self.stock.ward.sums if self.stock.ward is not None else {}):
            for name in DISPOSED:
                total = total + sums.get(name, 0.0)
        found, self._gone = total - self._gone, total
        return found

    def _settle(self) -> Floats:
        """What lies there; less is written down where less is left of it."""
        stock = self.stock
        lying, disposed = self._lying(), self._disposed()
        count, self._seen = stock._instant - self._seen, stock._instant
        asked = self._used(count).sum(axis=0) if count else 0.0
        # whoever asked for more than lay there has had all of it
        left = np.minimum(np.maximum(self._lay - disposed - asked, 0.0), lying)
        over = np.maximum(self.written - left, 0.0)
        self._lay = lying
        self.written = self.written - over
        back = over if self.rule.taken_back else np.minimum(over, disposed)
        if back.any():
            self._column()[:] -= back
        return lying

    def _column(self) -> Floats:
        return self.stock.besides.setdefault("written_down", np.zeros(self.stock.size))

    def _write(self, _: Any) -> None:
        self.stock.collect(self.clock.now)
        lying, rule = self._settle(), self.rule
        dead = np.zeros(self.stock.size)
        if rule.cover is not None:
            rows = self._used(self._recent)
            mean = rows.sum(axis=0) / (max(rows.shape[0], 1) * self._step)
            dead = np.maximum(lying - rule.cover * mean, 0.0)
        if self._after is not None:
            rows = self._used(self._after)
            if rows.shape[0] >= self._after:
                dead = np.where(rows.any(axis=0), dead, lying)
        more = np.clip(dead - self.written, 0.0, rule.share * dead)
        if more.any():
            self.written += more
            self._column()[:] += more
        following = self.clock.now + rule.every
        if following < self.end:
            self.clock.at(following, WRITING, self._write)

    def finish(self) -> None:
        """At the end of the horizon, less is written down where less lies."""
        self._settle()
