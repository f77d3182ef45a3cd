"""One replication told: what ran short, when, and which delivery it was waiting for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.disruptions import Incident
from sim.futures import Future, draw
from sim.ledger import SiteLedger
from sim.outcome import Outcome, made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.holds import Holds
from sim.studies.reasons import HELD, Reasons, words
from sim.world import Blueprint
from sim.world.lot import Lot, Step


class Told(NamedTuple):
    """One row of the log of events.

    Attributes
    ----------
    day, event, item, warehouse, units, text : when, what kind of event, what, where, how much, and in words.
    shipment : number of the shipment, 0 where it is none.
    """

    day: float
    event: str
    item: str
    warehouse: str
    units: float
    text: str
    shipment: int = 0


@dataclass(frozen=True)
class Stockout:
    """One spell of days on which demand for an item was not served from stock.

    Attributes
    ----------
    item, warehouse, start, days : which and when, days from day 0.
    units, value : demand not served, units and sales value.
    why : the delivery it was waiting for, and what kept that.
    shipment : number of that shipment, 0 where it is none.
    causes : names of the disruptions behind it.
    """

    item: str
    warehouse: str
    start: int
    days: int
    units: float
    value: float
    why: str
    shipment: int = 0
    causes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole of it in one sentence."""
        return f"{self.item} out at {self.warehouse} on day {self.start}: {self.why}"


@dataclass(frozen=True)
class Story:
    """One replication: its outcome, incidents, stockouts by lost value, and the log of events by day."""

    outcome: Outcome
    incidents: tuple[Incident, ...]
    stockouts: tuple[Stockout, ...]
    events: list[Told]


def tell(scenario: Scenario, plan: Plan, seed: int, replication: int) -> Story:
    """Draw one Future and live it with a log.

    Parameters
    ----------
    scenario : under one weather.
    plan : the posture's plan.
    seed, replication : which Future.
    """
    return told(scenario, plan, draw(scenario, seed, replication))


def told(scenario: Scenario, plan: Plan, future: Future) -> Story:
    """Live one replication with a log, and explain what ran out in it.

    Parameters
    ----------
    scenario : under one weather.
    plan : the posture's plan.
    future : drawn for this scenario.
    """
    lots: list[Lot] = []
    ledger = Blueprint(scenario, plan).live(future, series=True, by_item=True, log=lots)
    outcome = made(scenario, plan.posture, ledger)
    booked = tuple(i for i in future.incidents if i.happens and i.end > 0 and i.start < future.end)
    places = {name: site.items for name, site in ledger.sites.items()}
    reasons = Reasons(Holds(scenario, future), lots, plan.by_site, places)
    events = _incidents(booked, future.end)
    for lot in lots:
        events += _way(lot, reasons, _contents(lot, places[lot.stock.name]), future.end)
    events += [
        Told(one.day, one.what, one.item, one.warehouse, one.units, f"{one.what}: {words(one.cause)}")
        for one in ledger.withheld
    ]
    stockouts = _stockouts(scenario, ledger.sites, reasons, events)
    stockouts.sort(key=lambda one: (-one.value, one.start, one.warehouse, one.item))
    events.sort(
        key=lambda one: (one.day, ORDER.get(one.event, len(ORDER)), one.shipment, one.warehouse, one.item, one.text)
    )
    return Story(outcome, booked, tuple(stockouts), events)


#: what comes first of the events of one day; all else comes last
ORDER = {
    name: place
    for place, names in enumerate(
        (
            ("incident announced", "incident begins", "incident ends"),
            ("destroyed", "scrapped", "released"),
            ("received", "cancelled", "lost in transit"),
            ("quarantined",),
            ("stockout begins", "stockout ends"),
            ("ordered",),
            ("made",),
            ("departed",),
        )
    )
    for name in names
}


def _incidents(incidents: tuple[Incident, ...], end: int) -> list[Told]:
    """Announcements, beginnings and ends."""
    found: list[Told] = []
    for one in incidents:
        name = f"{one.kind} {one.name}"
        if one.notice and one.start - one.notice >= 0:
            text = f"{name}: announced for day {one.start:.0f}"
            found.append(Told(one.start - one.notice, "incident announced", "", one.where, 0.0, text))
        believed = "" if math.isnan(one.estimate) else f", first believed to last {one.estimate:.3g} days"
        found.append(Told(one.start, "incident begins", "", one.where, 0.0, name + believed))
        if one.end <= end:
            found.append(Told(one.end, "incident ends", "", one.where, 0.0, name))
    return found


def _way(lot: Lot, reasons: Reasons, inside: str, end: int) -> list[Told]:
    """What happened to one delivery."""
    number, where = reasons.number(lot), lot.stock.name
    rows: list[tuple[float, str, str]] = [(lot.ordered, "ordered", f"ordered from {lot.origin}")]
    for step in lot.steps:
        rows += _told(step, lot)
    if math.isfinite(lot.departs):
        rows.append((lot.departs, "departed", f"departs on {lot.lane}"))
    if lot.fate:
        rows.append((lot.lost, lot.fate.replace("_", " "), f"{reasons.called(lot)} {lot.fate.replace('_', ' ')}"))
    if math.isfinite(lot.received):
        rows.append((lot.received, "received", f"received, ordered day {lot.ordered:.0f}"))
    return [
        Told(day, what, inside, where, lot.units, text, 0 if what == "ordered" else number)
        for day, what, text in rows
        if 0 <= day < end
    ]


def _told(step: Step, lot: Lot) -> list[tuple[float, str, str]]:
    """A stage of its way: one row at its end, and at its beginning where it waits."""
    lasted = step.end - step.start
    if step.stage == "production":
        return [(step.end, "made", f"made by {step.where} in {lasted:.1f} days")] if math.isfinite(step.end) else []
    if step.stage == "queue":
        text = f"reaches {step.where}" + (f", waits {lasted:.1f} days" if math.isfinite(lasted) else ", waits for good")
        return [(step.start, "reaches port", text)]
    if step.stage in ("boxes", "stock", "capacity", "kits", "door", "behind", "delay"):
        how = HELD[step.stage].format(lasted=lasted, where=step.where)
        return [(step.start, "waits", f"waits from here: {how}" if math.isfinite(lasted) else "waits for good")]
    return []


def _stockouts(
    scenario: Scenario, sites: Mapping[str, SiteLedger], reasons: Reasons, events: list[Told]
) -> list[Stockout]:
    """Every spell without stock, explained; beginnings and ends are added to the events."""
    found: list[Stockout] = []
    price = dict(zip(scenario.catalogue.ids, scenario.catalogue.price.tolist(), strict=True))
    for name, site in sites.items():
        if "short_units" not in site.series:
            continue
        for place, item in enumerate(site.items):
            for first, last in _spells(site.series["short_units"][:, place]):
                units = float(site.series["short_units"][first:last, place].sum())
                start, days = math.floor(first * site.step), max(round((last - first) * site.step), 1)
                why = reasons.of(name, item, float(start), float(start + days))
                causes = tuple(dict.fromkeys(one.name for one in why.causes))
                value = units * price[item]
                found.append(Stockout(item, name, start, days, units, value, why.text, why.shipment, causes))
                events.append(Told(float(start), "stockout begins", item, name, units, why.text, why.shipment))
                if start + days < site.days:
                    events.append(Told(float(start + days), "stockout ends", item, name, 0.0, ""))
    return found


def _contents(lot: Lot, items: tuple[str, ...]) -> str:
    """What a delivery holds: its item, or the first of them and how many more."""
    places: list[int] = lot.index[lot.quantity > 0].tolist()
    return items[places[0]] + (f" and {len(places) - 1} more" if len(places) > 1 else "")


def _spells(short: Any) -> list[tuple[int, int]]:
    """First row and row after the last of each run of rows with unserved demand."""
    on = np.concatenate([[False], short > 1e-9, [False]])
    edges = np.flatnonzero(on[1:] != on[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


__all__ = ["Stockout", "Story", "Told", "tell", "told", "words"]
