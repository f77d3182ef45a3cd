"""What incidents do to what chance decided: demand, other shippers' traffic, dwell, and delays of shipments by day.

All of it belongs to the Future and is worked out before anybody acts. Base draws stay what they were: extra ships and
examinations have streams of their own, named after the incident.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.disruptions import Incident
from sim.network import Port

Floats = NDArray[np.float64]
TINY = 1e-9


@dataclass(frozen=True)
class Traffic:
    """Other shippers' ships at a port: arrival times and service times, both (ships,) days."""

    arrivals: Floats
    services: Floats


@dataclass(frozen=True)
class OrderLines:
    """Single customer orders of one warehouse, in order of time.

    Attributes
    ----------
    times : (lines,) days.
    items : (lines,) position of the item among the warehouse's items.
    quantities : (lines,) units.
    patience : (lines,) days a waiting customer stays, infinite where for ever.
    """

    times: Floats
    items: NDArray[np.int64]
    quantities: Floats
    patience: Floats


def demand_under(
    instants: Floats, demand: Floats, site: str, items: Sequence[str], whole: bool, incidents: Sequence[Incident]
) -> Floats:
    """Demand of one warehouse under incidents, (instants, items) units; the same array where none of them concerns it.

    Whole units stay whole: what is cut off a day is carried to the next, item by item, while the factor lasts.
    """
    touching = [one for one in incidents if _moves_demand(one) and one.happens]
    made = demand
    for place, item in enumerate(items):
        mine = [one for one in touching if one.touches(site, item)]
        if not mine:
            continue
        factor = _factor(instants, mine)
        changed = factor != 1.0
        if changed.any():
            made = demand.copy() if made is demand else made
            made[:, place] = _scaled(demand[:, place], factor, changed, whole)
    return made


def lines_under(
    lines: OrderLines, site: str, items: Sequence[str], whole: bool, incidents: Sequence[Incident]
) -> OrderLines:
    """Single orders of one warehouse under incidents: their quantities change, and orders of nothing are not placed."""
    quantities = lines.quantities
    for place, item in enumerate(items):
        mine = [one for one in incidents if _moves_demand(one) and one.happens and one.touches(site, item)]
        rows = np.flatnonzero(lines.items == place)
        if not mine or not rows.size:
            continue
        factor = _factor(lines.times[rows], mine)
        changed = factor != 1.0
        if changed.any():
            quantities = quantities.copy() if quantities is lines.quantities else quantities
            quantities[rows] = _scaled(lines.quantities[rows], factor, changed, whole)
    if quantities is lines.quantities:
        return lines
    asked = quantities > 0
    return OrderLines(lines.times[asked], lines.items[asked], quantities[asked], lines.patience[asked])


def moves_demand(incidents: Sequence[Incident]) -> bool:
    """Whether any of them changes demand."""
    return any(_moves_demand(one) for one in incidents)


def _moves_demand(one: Incident) -> bool:
    return (one.demand_factor != 1.0 or bool(one.demand_profile)) and one.target in ("warehouse", "item")


def _factor(times: Floats, incidents: Sequence[Incident]) -> Floats:
    """Product of the factors at these times; whole-day incidents go by the morning of the day."""
    found = np.ones(times.shape)
    for one in incidents:
        days = np.floor(times) if one.whole_days else times
        on = np.flatnonzero((days >= one.start) & (days < one.end))
        if one.demand_profile:
            points = np.asarray(one.demand_profile)
            found[on] *= np.interp(days[on] - one.start, points[:, 0], points[:, 1])
        else:
            found[on] *= one.demand_factor
    return found


def _scaled(values: Floats, factor: Floats, changed: NDArray[np.bool_], whole: bool) -> Floats:
    """Values times factor where it is not 1; in whole units with a carried remainder that is dropped after each spell."""
    if not whole:
        return np.where(changed, values * factor, values)
    made = values.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], changed, [False]]).astype(np.int8)))
    for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        reached = np.floor(np.cumsum(values[start:stop] * factor[start:stop]) + TINY)
        made[start:stop] = np.diff(reached, prepend=0.0)
    return made


def traffic_under(
    port: Port, traffic: Traffic, incidents: Sequence[Incident], seed: int, replication: int, first: int, end: int
) -> Traffic:
    """Other shippers' ships under incidents that multiply them.

    Above 1, ships are added at the rate that is missing, from a stream of the incident's own; below 1, each ship stays
    with that probability. Regular background gains and loses ships at regular distances.
    """
    arrivals, services = traffic.arrivals, traffic.services
    rate, law = port.arrivals_per_day, port.service_time
    for one in incidents:
        if one.target != "port" or one.where != port.name or one.traffic_factor == 1.0 or not one.happens:
            continue
        start, stop = max(one.begins, float(first)), min(one.ends, float(end))
        if start >= stop:
            continue
        source = generator(seed, replication, "traffic of", one.name, str(one.number), port.name, f"{one.start:.6f}")
        regular = port.background_arrivals == "regular"
        if one.traffic_factor > 1:
            more = (one.traffic_factor - 1) * rate
            if regular:
                new = start + (np.arange(math.floor(more * (stop - start) + TINY)) + 0.5) / more
            else:
                new = np.sort(start + (stop - start) * source.random(int(source.poisson(more * (stop - start)))))
            order = np.argsort(np.concatenate([arrivals, new]), kind="stable")
            services = np.concatenate([services, law.from_score(source.standard_normal(new.size))])[order]
            arrivals = np.concatenate([arrivals, new])[order]
            continue
        inside = np.flatnonzero((arrivals >= start) & (arrivals < stop))
        if regular:
            kept = np.diff(np.floor(one.traffic_factor * np.arange(inside.size + 1) + TINY)) > 0
        else:
            kept = source.random(inside.size) < one.traffic_factor
        stays = np.ones(arrivals.size, dtype=bool)
        stays[inside[~kept]] = False
        arrivals, services = arrivals[stays], services[stays]
    return traffic if arrivals is traffic.arrivals else Traffic(arrivals, services)


def dwell_under(
    name: str, dwell: Floats, incidents: Sequence[Incident], seed: int, replication: int, first: int
) -> Floats:
    """Days from berth to gate by the day a box leaves the berth, under incidents: factors, days added, examinations.

    An incident by exact times that is on for a part of a day does that part of it, on the mean of the day's boxes.
    """
    factor, more = np.ones(dwell.size), np.zeros(dwell.size)
    for one, on, part in _by_day("port", name, dwell.size, incidents, first):
        factor[on] *= np.where(part == 1.0, one.dwell_factor, 1 + part * (one.dwell_factor - 1))
        more[on] += part * one.dwell_add + _examined(one, dwell.size, seed, replication, on, part)
    if not more.any() and (factor == 1.0).all():
        return dwell
    return dwell * factor + more


def delays_under(
    name: str, days: int, incidents: Sequence[Incident], seed: int, replication: int, first: int
) -> Floats | None:
    """Days by which shipments of a lane are late, by their day of departure, (days,); None where nothing adds any.

    Parts of a day count as of `dwell_under`.
    """
    made: Floats | None = None
    for one, on, part in _by_day("lane", name, days, incidents, first):
        if not one.transit_add and not (one.exam_share and one.exam_days):
            continue
        made = np.zeros(days) if made is None else made
        made[on] += part * one.transit_add + _examined(one, days, seed, replication, on, part)
    return made


def _by_day(
    target: str, name: str, days: int, incidents: Sequence[Incident], first: int
) -> Iterator[tuple[Incident, NDArray[np.intp], Floats]]:
    """Incidents of one place with the days, counted from the first, on which they are on, and the part of each day.

    A whole-day incident rules the days whose mornings lie in it, whole.
    """
    calendar = first + np.arange(days, dtype=float)
    for one in incidents:
        if one.target != target or one.where != name:
            continue
        if one.whole_days:
            part = ((calendar >= one.start) & (calendar < one.end)).astype(float)
        else:
            part = np.clip(np.minimum(calendar + 1, one.end) - np.maximum(calendar, one.start), 0.0, 1.0)
        on = np.flatnonzero(part > 0)
        yield one, on, part[on]


def _examined(
    one: Incident, days: int, seed: int, replication: int, on: NDArray[np.intp], part: Floats
) -> Floats | float:
    """Days that examinations take on those days; which they fall on does not depend on how many there are."""
    if not one.exam_share or not one.exam_days:
        return 0.0
    luck = generator(seed, replication, "exam", one.name, one.target, one.where).random(days)
    return np.where(luck[on] < one.exam_share * part, one.exam_days, 0.0)
