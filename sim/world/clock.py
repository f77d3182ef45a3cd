"""The clock: SimPy's environment with absolute event times, and the one order of everything that meets at an instant."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy
from simpy.events import Event

#: at one instant, always in this order (the order of a day, design of the world)
INCIDENT, RECEIPT, DEMAND, BOOKS, REVIEW, RELEASE = 0, 10, 30, 40, 50, 90

ORDER_OF_A_DAY = (
    "Morning (t = d): review and order. Noon (t = d + 1/2): the day's demand is served, then the books are taken. "
    "Receipts come at their own time. At one instant: incidents, receipts, waiting customers (oldest first), demand, "
    "books, reviews (customer-facing warehouses first), releases and departures. A morning review with lead time L "
    "protects against L + 1 days of demand, an evening review against L. Policies order at or below (<=) the reorder point."
)


class Occurrence(Event):
    """Something that happens once at a known time: one callback, one payload."""

    def __init__(self, clock: Clock, action: Callable[[Any], None], payload: Any) -> None:
        self.env = clock
        self.callbacks = [action]
        self._value = payload
        self._ok = True
        self._defused = False


class Clock(simpy.Environment):
    """A SimPy environment whose events are set at absolute times, never at accumulated delays."""

    def at(self, time: float, priority: int, action: Callable[[Any], None], payload: Any = None) -> None:
        """Let `action` be called with an event (payload in ``event.value``) at an absolute time.

        Ties at one time are broken by priority, then by who was set first.
        """
        heappush(self._queue, (time, priority, next(self._eid), Occurrence(self, action, payload)))  # type: ignore[arg-type]

    def pending(self) -> list[Any]:
        """Payloads of all events still to come."""
        return [entry[3]._value for entry in self._queue]
