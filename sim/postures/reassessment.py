"""Reassessment: the plan made anew inside a replication, on what a planner could know by that day."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.deliveries import Deliveries
from sim.history import History
from sim.past import draw_history
from sim.plan import Plan, Seen
from sim.scenario import Scenario
from sim.windows import Window

if TYPE_CHECKING:
    from sim.postures.decision import Posture

#: receipts of a supply line from which its own record takes the place of the published lead time
ENOUGH = 12


@dataclass(frozen=True)
class Reassessor:
    """Makes the plan of a posture anew: the scenario as it would be written on that morning, with that day as day 0.

    What happened inside the replication is added to the history there was. Lead times that were published stay so until a
    supply line has delivered a dozen times. The policies of the lines, and when they are asked, stay as they were.

    Attributes
    ----------
    posture, scenario : what is decided, and for what.
    first : the plan of day 0.
    """

    posture: Posture
    scenario: Scenario
    first: Plan
    _record: list[History] = field(default_factory=list, repr=False, compare=False)

    def __call__(self, seen: Seen) -> Plan:
        """The plan on the morning of a day."""
        from sim.postures.making import plan

        return plan(self.posture, self.on(seen), keep=self.first)

    def on(self, seen: Seen) -> Scenario:
        """The scenario with that day as day 0 and all that came before it as its history."""
        record = self._history()
        past = record.before(0)
        units = {site: np.concatenate([past[site], seen.demand[site]]) for site in self.scenario.sites}
        history = History(record.first - seen.day, units, _later(self.scenario.day_zero, seen.day))
        return dataclasses.replace(
            self.scenario, record=history, delivered=self._deliveries(seen), stretches=self._stretches(seen.day)
        )

    def _stretches(self, day: int) -> tuple[Window, ...]:
        """The declared windows, counted from that day: they stay where they are in the past."""
        made = []
        for window in self.scenario.stretches:
            start, end = window.days(self.scenario.day_zero)
            made.append(dataclasses.replace(window, start=repr(start - day), end=repr(end - day)))
        return tuple(made)

    def _history(self) -> History:
        """The record there is, or the past that is drawn where there is none; made once."""
        if not self._record:
            record = self.scenario.record
            if record is None:
                record = History(-self.scenario.history_days, draw_history(self.scenario))
            self._record.append(record)
        return self._record[0]

    def _deliveries(self, seen: Seen) -> Deliveries | None:
        """Records there were, and what came since; lines that have delivered little so far keep what is published.

        Orders that were open on day 0 are left out: the record says no more of them, and they would seem to be open still.
        The replication's own orders of that time take their place.
        """
        old = _closed(self.scenario.delivered)
        recorded = set() if old is None else set(old.lines)
        fresh = {line: rows for line, rows in seen.lead_times.items() if line in recorded or rows.shape[0] >= ENOUGH}
        if not fresh and old is None:
            return None
        day = float(seen.day)
        parts: list[dict[str, Any]] = []
        if old is not None:
            parts.append(_columns(old))
        for (site, origin), rows in sorted(fresh.items()):
            parts.append(_observed(site, origin, rows, self._mode(site, origin)))
        joined: dict[str, Any] = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        names: dict[str, Any] = {name: _coded(joined.pop(name)) for name in ("item", "supplier", "warehouse", "mode")}
        for name in ("ordered", "promised", "delivered"):
            joined[name] = joined[name] - day
        return Deliveries(**names, **joined)

    def _mode(self, site: str, origin: str) -> str:
        return self.scenario.lane_to(site, origin).mode


def _closed(records: Deliveries | None) -> Deliveries | None:
    """Records of what was delivered before day 0; None where there are none."""
    if records is None:
        return None
    known = records.before(0.0)
    done = ~np.isnan(known.delivered)
    return known.chosen(done) if done.any() else None


def _later(date: str | None, days: int) -> str | None:
    """The date so many days later."""
    return None if date is None else (datetime.date.fromisoformat(date) + datetime.timedelta(days=days)).isoformat()


def _columns(records: Deliveries) -> dict[str, Any]:
    """Records as plain columns, names written out."""
    made: dict[str, Any] = {}
    for name in ("item", "supplier", "warehouse", "mode"):
        names, positions = getattr(records, name)
        made[name] = np.asarray(names, dtype=object)[positions]
    for name in ("ordered", "promised", "delivered", "quantity"):
        made[name] = getattr(records, name)
    return made


def _observed(site: str, origin: str, rows: Any, mode: str) -> dict[str, Any]:
    """Receipts seen inside a replication as columns; which items they held is not kept."""
    count = rows.shape[0]
    empty = np.full(count, np.nan)
    return {
        "item": np.full(count, "", dtype=object),
        "supplier": np.full(count, origin, dtype=object),
        "warehouse": np.full(count, site, dtype=object),
        "mode": np.full(count, mode, dtype=object),
        "ordered": rows[:, 0],
        "promised": empty,
        "delivered": rows[:, 1],
        "quantity": empty,
    }


def _coded(names: Any) -> tuple[list[str], Any]:
    """Names and positions."""
    found, positions = np.unique(names.astype(str), return_inverse=True)
    return found.tolist(), positions.astype(np.intp)
