"""The clock: SimPy's environment with absolute event times, and the one order of everything that meets at an instant."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

import simpy

#: at one instant, always in this order (the order of a day, design of the world)
INCIDENT, RECEIPT, WAITING, DEMAND, BOOKS, REVIEW, RELEASE = 0, 10, 20, 30, 40, 50, 90

ORDER_OF_A_DAY = (
    "Morning (t = d): review and order. Noon (t = d + 1/2): the day's demand is served, then the books are taken. "
    "Receipts come at their own time. At one instant: incidents, receipts, waiting customers (oldest first), demand, "
    "books, reviews (customer-facing warehouses first), releases and departures. A morning review with lead time L "
    "protects against L + 1 days of demand, an evening review against L. Policies order at or below (<=) the reorder point."
)


class Occurrence:
    """Something that happens once at a known time: one action, one payload.

    It has what SimPy's `step` asks of an event that has been triggered, and nothing else.
    """

    __slots__ = ("_value", "action")
    _ok = True
    _defused = False

    def __init__(self, action: Callable[[Any], None], payload: Any) -> None:
        self.action = action
        self._value = payload

    @property
    def value(self) -> Any:
        """The payload."""
        return self._value

    @property
    def callbacks(self) -> list[Callable[[Any], None]]:
        """The action, as SimPy wants it."""
        return [self.action]

    @callbacks.setter
    def callbacks(self, _: None) -> None:
        """SimPy clears the list when it processes an event."""


_new = Occurrence.__new__


class Clock(simpy.Environment):
    """A SimPy environment whose events are set at absolute times, never at accumulated delays."""

    def at(self, time: float, priority: int, action: Callable[[Any], None], payload: Any = None) -> None:
        """Let `action` be called with an occurrence (payload in ``value``) at an absolute time.

        Ties at one time are broken by priority, then by who was set first.
        """
        occurrence = _new(Occurrence)
        occurrence.action = action
        occurrence._value = payload
        heappush(self._queue, (time, priority, next(self._eid), occurrence))  # type: ignore[misc]

    def again(self, time: float, priority: int, occurrence: Occurrence) -> None:
        """Let something that has happened happen once more; it must not be pending."""
        heappush(self._queue, (time, priority, next(self._eid), occurrence))  # type: ignore[misc]

    def run_to(self, end: float) -> None:
        """Let everything happen that is set before `end`; SimPy's own events and processes as well."""
        queue = self._queue
        while queue and queue[0][0] < end:
            event = queue[0][3]
            if type(event) is Occurrence:  # type: ignore[comparison-overlap]
                self._now = heappop(queue)[0]
                event.action(event)
            else:
                self.step()
        self._now = end

    def pending(self) -> list[Any]:
        """Payloads of all events still to come."""
        return [entry[3]._value for entry in self._queue]
