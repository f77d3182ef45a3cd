"""What is re-enacted: a future with an event and the same without it, and what each says day by day."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident, LibraryEvent
from sim.futures import Future, draw
from sim.ledger import Ledger
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.holds import Holds

Floats = NDArray[np.float64]
#: value on hand, value that customers wait for, and sales value not served from stock when asked for
SERIES = ("on_hand", "waiting", "short")
#: positions of the two cases
WITH, WITHOUT = 0, 1


@dataclass(frozen=True)
class Setting:
    """What is re-enacted: the business with the event, and how to take the event out.

    Attributes
    ----------
    scenario : with the event, under one weather.
    plans, seed : who lives it, and which luck.
    event : name of the event's disruption; None: all incidents of the scenario are taken out.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    seed: int
    event: str | None

    def pair(self, replication: int) -> tuple[Future, Future]:
        """One Future with the event and without it."""
        future = draw(self.scenario, self.seed, replication)
        rest = () if self.event is None else tuple(one for one in future.incidents if one.name != self.event)
        return future, future.with_incidents(rest)

    def mine(self, incidents: Sequence[Incident]) -> tuple[Incident, ...]:
        """Incidents of the event that fall into the booked days."""
        end = self.scenario.span[1]
        named = (one for one in incidents if self.event in (None, one.name))
        return tuple(one for one in named if one.happens and one.end > 0 and one.start < end)


def with_event(scenario: Scenario, made_event: LibraryEvent, weather: str | None) -> Scenario:
    """The scenario with an event, beside the disruptions of one weather, or alone where that is None."""
    base = scenario.under(weather) if weather is not None else scenario
    own = base.disruptions if weather is not None else ()
    return dataclasses.replace(base, disruptions=(*own, made_event), weathers={}, headline=None)


def daily(ledger: Ledger, future: Future) -> Floats:
    """(3, days) value on hand, value waiting, and sales value not served from stock, all warehouses, by booked day."""
    end = future.end
    found = np.zeros((len(SERIES), end))
    for name, site in ledger.sites.items():
        instants = future.instants[name]
        day = np.floor(instants[instants >= 0]).astype(int)
        if not day.size:
            continue
        # the last instant of a day is the day's state, and lasts until the next
        place = np.maximum(np.searchsorted(day, np.arange(end), "right") - 1, 0)
        found[0] += site.series["on_hand"][place]
        found[1] += site.series["waiting"][place]
        found[2] += np.bincount(day, site.series["short"], end)
    return found


def waits(holds: Holds, port: str, ledger: Ledger) -> Floats:
    """(days,) days that a ship arriving at noon waits; where own ships count, at least what they waited themselves.

    A wait that is not over at the end of the horizon is counted up to there.
    """
    future = holds.future
    days = np.arange(future.end, dtype=np.float64) + np.float64(0.5)
    left = future.end - days
    with np.errstate(invalid="ignore"):
        found = holds.queue(port)(days)
    found = np.minimum(np.nan_to_num(found, nan=np.inf), left)
    for arrival, wait, _ in ledger.ports.get(port, np.empty((0, 3))):
        place = int(arrival)
        if 0 <= place < future.end:
            found[place] = min(max(found[place], wait), max(left[place], 0.0))
    return found
