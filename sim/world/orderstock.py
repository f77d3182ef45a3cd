"""Stock under continuous review: single customer orders at their own times, a policy that reacts to each.

Plain numbers instead of arrays, because one order touches one item. It serves customers and other warehouses alike.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import OrderLines
from sim.ledger import COLUMNS
from sim.world.clock import DEMAND, INCIDENT, RECEIPT, Clock
from sim.world.held import HeldSingly
from sim.world.lot import Lot
from sim.world.parcel import Parcel

Floats = NDArray[np.float64]
TINY = 1e-9
FOREVER = math.inf


class Waiting:
    """One claimant's units still to be given."""

    __slots__ = ("quantity", "supply", "who")

    def __init__(self, quantity: float, supply: Callable[[int, float], None] | None, who: str = "") -> None:
        self.quantity, self.supply, self.who = quantity, supply, who


class OrderStock(HeldSingly):
    """Stock of one warehouse with single orders; lists over items.

    Attributes
    ----------
    on_hand, waiting, owed, on_order : units, of customers waiting and of fed warehouses waiting apart.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        lines: OrderLines,
        rank: NDArray[Any],
        volume: Floats,
        lost_share: Floats,
        whole_units: bool,
        complete: bool,
        feeds: bool,
        end: float,
    ) -> None:
        self.name, self.clock, self.end = name, clock, end
        self.size = size = rank.size
        self.rank, self.volume, self.whole_units = rank, volume, whole_units
        self._complete = complete
        self._queued = complete or feeds or bool(np.isfinite(lines.patience).any())
        self._times, self._items = lines.times.tolist(), lines.items.tolist()
        self._quantities, self._patience = lines.quantities.tolist(), lines.patience.tolist()
        self._line = 0
        self.on_hand, self.waiting, self.owed = [0.0] * size, [0.0] * size, [0.0] * size
        self.on_order = [0.0] * size
        self.queues: list[deque[Waiting]] = [deque() for _ in range(size)]
        self.share, self._remainder = lost_share.tolist(), [0.0] * size
        self.orderers: list[Callable[[float], float]] = []
        self.suppliers: list[Callable[[int, float], None]] = []
        self._short_day = [-1] * size
        self._last, self._short, self._failed = [clock.now] * size, [False] * size, [False] * size
        self.counts: dict[str, list[float]] = {name: [0.0] * size for name in COLUMNS}
        self.claims, self.claims_served, self.claims_days = [0.0] * size, [0.0] * size, [0.0] * size
        self.shipped = [0.0] * size
        self._place_area()
        self.orders = 0
        self.log: list[Lot] | None = None
        self.ward = None
        self._booked = False
        self.opening: dict[str, Floats] = {}

    def _place_area(self) -> None:
        counts = self.counts
        self._hand_days, self._ready = counts["on_hand_days"], counts["ready_days"]
        self._wait_days, self._clear = counts["backorder_days"], counts["clear_days"]
        self._demand, self._served, self._late = counts["demand"], counts["served"], counts["late"]

    def begin(self) -> None:
        """Set the opening of the books and the first customer order."""
        self.clock.at(max(0.0, self.clock.now), INCIDENT, self._open)
        if self._times:
            self.clock.at(self._times[0], DEMAND, self.serve)

    def _open(self, _: Any) -> None:
        """Day 0: nothing before it is booked."""
        for item in range(self.size):
            self._last[item] = self.clock.now
        for name, column in self.counts.items():
            # time in transit, freight and dearer prices are booked ahead, and only from day 0 on
            if name not in ("transit_days", "freight", "surcharge"):
                column[:] = [0.0] * self.size
        self._short_day = [-1] * self.size
        for column in (self.claims, self.claims_served, self.claims_days, self.shipped):
            column[:] = [0.0] * self.size
        self.orders, self._booked = 0, True
        self.opening = self._state()

    def _state(self) -> dict[str, Floats]:
        return {
            "on_hand": np.array(self.on_hand),
            "aside": np.zeros(self.size) if self.ward is None else self.ward.aside.copy(),
            "waiting": np.array(self.waiting),
            "owed": np.array(self.owed),
            "on_order": np.array(self.on_order),
        }

    def _touch(self, item: int) -> None:
        """Book the time since the last change of this item."""
        now = self.clock._now
        passed = now - self._last[item]
        if passed > 0:
            self._last[item] = now
            hand = self.on_hand[item]
            if hand > 0:
                self._hand_days[item] += hand * passed
                self._ready[item] += passed
                if not self._complete:
                    self._clear[item] += passed
                    return
            # where orders are delivered whole, there may be stock and customers waiting at once
            waiting, owed = self.waiting[item], self.owed[item]
            if waiting > 0:
                self._wait_days[item] += waiting * passed
            else:
                self._clear[item] += passed
            if owed > 0:
                self.claims_days[item] += owed * passed

    def serve(self, _: Any) -> None:
        """One customer order: served from stock, the rest lost or waiting."""
        line = self._line
        item, quantity = self._items[line], self._quantities[line]
        self._touch(item)
        self._demand[item] += quantity
        hand = self.on_hand[item]
        if hand >= quantity - TINY and not self.queues[item]:
            self.on_hand[item] = hand - quantity if hand > quantity + TINY else 0.0
            self._served[item] += quantity
            self._short[item] = False
        else:
            self._run_short(item, quantity, hand, line)
        line += 1
        self._line = line
        if line < len(self._times):
            self.clock.at(self._times[line], DEMAND, self.serve)
        self.review(item)

    def _run_short(self, item: int, quantity: float, hand: float, line: int) -> None:
        counts = self.counts
        served = 0.0 if self._complete or self.queues[item] else hand
        short = quantity - served
        self.on_hand[item] = hand - served
        self._served[item] += served
        lost = short * self.share[item]
        if self.whole_units:
            lost += self._remainder[item]
            whole = min(math.floor(lost + TINY), short)
            self._remainder[item] = lost - whole
            lost = float(whole)
        counts["lost"][item] += lost
        day = math.floor(self.clock._now)
        if day != self._short_day[item]:
            self._short_day[item] = day
            counts["short_days"][item] += 1.0
        if not self._short[item]:
            counts["episodes"][item] += 1
            self._short[item] = True
        if not self._failed[item]:
            counts["failed_cycles"][item] += 1
            self._failed[item] = True
        rest = short - lost
        if rest > 0:
            counts["backordered"][item] += rest
            self.waiting[item] += rest
            if self._queued:
                claim = Waiting(rest, None)
                self.queues[item].append(claim)
                if self._patience[line] < FOREVER:
                    self.clock.at(self.clock.now + self._patience[line], RECEIPT + 5, self._give_up, (item, claim))

    def _give_up(self, event: Any) -> None:
        """A waiting customer leaves: what was not delivered is lost."""
        item, claim = event._value
        if claim.quantity > 0:
            self._touch(item)
            self.waiting[item] -= claim.quantity
            self.counts["lost"][item] += claim.quantity
            claim.quantity = 0.0
            # who stood behind may be served now
            self.on_hand[item] = self._hand_out(item, self.on_hand[item])
            if not any(one.quantity for one in self.queues[item]):
                self.queues[item].clear()

    def claim(self, item: int, quantity: float, supply: Callable[[int, float], None], who: str) -> None:
        """The fed warehouse `who` orders; `supply` sends it what it is given."""
        self._touch(item)
        self.claims[item] += quantity
        given = min(self.on_hand[item], quantity) if not self.queues[item] else 0.0
        if given > 0:
            self.on_hand[item] -= given
            self.claims_served[item] += given
            self.shipped[item] += given
            supply(item, given)
        if quantity > given:
            self.owed[item] += quantity - given
            self.queues[item].append(Waiting(quantity - given, supply, who))
        self.review(item)

    def receive(self, event: Any) -> None:
        """Goods arrive; who has waited longest is served first."""
        parcel: Parcel = event._value
        item, quantity = parcel.index, parcel.quantity
        self._touch(item)
        counts = self.counts
        counts["received"][item] += quantity
        counts["cycles"][item] += 1
        self._failed[item] = False
        self.on_order[item] -= quantity
        if self.ward is not None:
            held = self.ward.admit(item, quantity)
            quantity -= 0.0 if held is None else float(held[item])
        self._put(item, quantity)
        if self.ward is not None and parcel.quantity > quantity:
            self.review(item)

    def _put(self, item: int, quantity: float) -> None:
        """Put goods on the shelf; who waits is served first."""
        if self._queued:
            quantity = self._hand_out(item, self.on_hand[item] + quantity)
            self.on_hand[item] = quantity
        elif self.waiting[item] > 0:
            late = min(self.waiting[item], quantity)
            self.waiting[item] -= late
            if self.waiting[item] < TINY:
                self.waiting[item] = 0.0
            self._late[item] += late
            self.on_hand[item] += quantity - late
        else:
            self.on_hand[item] += quantity

    def _hand_out(self, item: int, available: float) -> float:
        queue = self.queues[item]
        while queue and available > 0:
            claim = queue[0]
            if claim.quantity <= TINY:
                queue.popleft()
                continue
            if self._complete and claim.supply is None and available < claim.quantity - TINY:
                break
            given = min(available, claim.quantity)
            available -= given
            claim.quantity -= given
            if claim.quantity <= TINY:
                claim.quantity = 0.0
                queue.popleft()
            if given <= 0:
                continue
            if claim.supply is None:
                self.waiting[item] -= given
                self._late[item] += given
            else:
                self.owed[item] -= given
                self.shipped[item] += given
                claim.supply(item, given)
        if not queue:
            self.waiting[item] = self.owed[item] = 0.0
        return available

    def review(self, item: int) -> None:
        """Ask the policy at once."""
        position = self.on_hand[item] + self.on_order[item] - self.waiting[item] - self.owed[item]
        if self.ward is not None:
            position += float(self.ward.counted[item])
        quantity = self.orderers[item](position)
        if quantity > 0:
            self.on_order[item] += quantity
            counts = self.counts
            counts["ordered"][item] += quantity
            counts["lines"][item] += 1
            self.orders += 1
            self.suppliers[item](item, quantity)

    def credit(self, parcel: Parcel, arrival: float) -> None:
        """Book the time in transit of goods that travel from ``parcel.ready`` to `arrival`."""
        if not parcel.credited:
            moving = min(arrival, self.end) - max(parcel.ready, 0.0)
            if moving > 0:
                self.counts["transit_days"][parcel.index] += parcel.quantity * moving
        parcel.credited = True

    def charge(self, parcel: Parcel, rate: float) -> None:
        """Book freight at a rate, money per m3."""
        if rate:
            self.counts["freight"][parcel.index] += parcel.quantity * float(self.volume[parcel.index]) * rate

    def volume_of(self, parcel: Parcel) -> float:
        """m3 of a parcel."""
        return float(self.volume[parcel.index]) * float(parcel.quantity)

    def finish(self) -> None:
        """Book the time up to the end of the horizon."""
        for item in range(self.size):
            now, self.clock._now = self.clock._now, self.end
            self._touch(item)
            self.clock._now = now

    def closing(self) -> dict[str, Floats]:
        """State at the end."""
        return self._state()
