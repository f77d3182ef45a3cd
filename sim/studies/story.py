"""One replication told: what ran short, when, and which delivery it was waiting for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.disruptions import Incident
from sim.futures import draw
from sim.outcome import Outcome, made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.world import Blueprint
from sim.world.parcel import Parcel


@dataclass(frozen=True)
class Stockout:
    """One spell of days on which demand for an item was not served from stock.

    Attributes
    ----------
    item, warehouse, start, days : which and when, days from day 0.
    units, value : demand not served, units and sales value.
    why : the delivery it was waiting for, and what kept that.
    """

    item: str
    warehouse: str
    start: int
    days: int
    units: float
    value: float
    why: str


@dataclass(frozen=True)
class Story:
    """One replication: its outcome, incidents, stockouts by lost value, and the log of events.

    Attributes
    ----------
    events : rows of (day, what, item, warehouse, units, text), by day.
    """

    outcome: Outcome
    incidents: tuple[Incident, ...]
    stockouts: tuple[Stockout, ...]
    events: list[tuple[float, str, str, str, float, str]]


def tell(scenario: Scenario, plan: Plan, seed: int, replication: int) -> Story:
    """Live one replication with a log.

    Parameters
    ----------
    scenario : under one weather.
    plan : the posture's plan.
    seed, replication : which Future.
    """
    future = draw(scenario, seed, replication)
    log: list[Parcel] = []
    ledger = Blueprint(scenario, plan).live(future, series=True, by_item=True, log=log)
    outcome = made(scenario, plan.posture, ledger)
    booked = tuple(i for i in future.incidents if i.end > 0 and i.start < future.end)
    events: list[tuple[float, str, str, str, float, str]] = []
    for incident in booked:
        events.append((incident.start, "incident begins", "", incident.where, 0.0, f"{incident.kind} {incident.name}"))
        events.append((incident.end, "incident ends", "", incident.where, 0.0, f"{incident.kind} {incident.name}"))
    for parcel in log:
        inside = _contents(parcel, ledger.sites[parcel.stock.name].items)
        for day, text in parcel.story or []:
            if 0 <= day < future.end:
                events.append((day, "parcel", inside, parcel.stock.name, float(np.sum(parcel.quantity)), text))
    stockouts: list[Stockout] = []
    price = {item.item: scenario.items[n].price or item.standard_cost for n, item in enumerate(scenario.items)}
    for name, site in ledger.sites.items():
        if "short_units" not in site.series:
            continue
        stock_items = {item: place for place, item in enumerate(site.items)}
        waiting = _deliveries(log, name, len(site.items))
        lines = plan.by_site[name]
        for item, place in stock_items.items():
            for start, stop in _spells(site.series["short_units"][:, place]):
                units = float(site.series["short_units"][start:stop, place].sum())
                why = _why(waiting[place], start, lines[item].lead_time, booked)
                stockouts.append(Stockout(item, name, start, stop - start, units, units * price[item], why))
                events.append((float(start), "stockout begins", item, name, units, why))
                if stop < site.days:
                    events.append((float(stop), "stockout ends", item, name, 0.0, ""))
    stockouts.sort(key=lambda one: -one.value)
    events.sort(key=lambda event: event[0])
    return Story(outcome, booked, tuple(stockouts), events)


def _contents(parcel: Parcel, items: tuple[str, ...]) -> str:
    """What a parcel holds: its item, or the first of them and how many more."""
    places = list(range(len(items))) if parcel.index is None else np.atleast_1d(parcel.index).tolist()
    return items[places[0]] + (f" and {len(places) - 1} more" if len(places) > 1 else "")


def _spells(short: Any) -> list[tuple[int, int]]:
    """First day and day after the last of each run of days with unserved demand."""
    on = np.concatenate([[False], short > 1e-9, [False]])
    edges = np.flatnonzero(on[1:] != on[:-1])
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _deliveries(log: list[Parcel], name: str, size: int) -> list[list[tuple[float, float, Parcel]]]:
    """For each item of a warehouse, its deliveries as (ordered, arrival, parcel), by order date."""
    found: list[list[tuple[float, float, Parcel]]] = [[] for _ in range(size)]
    for parcel in log:
        if parcel.stock.name != name or not parcel.story:
            continue
        arrival = next((day for day, text in reversed(parcel.story) if text.startswith("received")), float("inf"))
        places = range(size) if parcel.index is None else np.atleast_1d(parcel.index).tolist()
        for place in places:
            found[place].append((parcel.ordered, arrival, parcel))
    return found


def _steps(story: list[tuple[float, str]]) -> str:
    """What happened to a delivery, in order; what happened several times is told once, with its first and last day."""
    days: dict[str, list[float]] = {}
    for when, text in story:
        days.setdefault(text, []).append(when)
    told = []
    for text, found in days.items():
        if len(found) == 1:
            told.append(f"{text} (day {found[0]:.0f})")
        else:
            told.append(f"{text} ({len(found)} times, days {found[0]:.0f} to {found[-1]:.0f})")
    return ", ".join(told)


def _why(
    deliveries: list[tuple[float, float, Parcel]], day: int, lead_time: float, incidents: tuple[Incident, ...]
) -> str:
    """The first delivery that was on its way when the item ran out, and what kept it."""
    under_way = [
        (arrival, ordered, parcel) for ordered, arrival, parcel in deliveries if ordered <= day + 0.5 < arrival
    ]
    if not under_way:
        return "nothing was on order: the review had not yet come"
    arrival, ordered, parcel = min(under_way, key=lambda one: one[0])
    due = ordered + lead_time
    steps = _steps(parcel.story or [])
    late = (arrival if arrival < float("inf") else day + 0.5) - due
    if late <= 1:
        when = f"ordered day {ordered:.0f}, due day {due:.0f}"
        return f"demand outran the buffer: the next delivery was not late ({when}); {steps}"
    met = [i for i in incidents if i.start < arrival and i.end > ordered]
    struck = "; ".join(f"{i.kind} at {i.where} days {i.start:.0f}-{i.end:.0f}" for i in met[:3])
    arrives = f"arrives day {arrival:.0f}" if arrival < float("inf") else "does not arrive before the end"
    return f"delivery ordered day {ordered:.0f} was due day {due:.0f} and {arrives}, {late:.0f} days late; {steps}" + (
        f"; meanwhile: {struck}" if struck else ""
    )
