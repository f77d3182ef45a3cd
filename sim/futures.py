"""Futures: everything that chance decides, drawn before anyone acts. Every posture lives through the same one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance import Counter, correlated_scores, generator
from sim.demand import DemandStream
from sim.disruptions import Incident
from sim.draws import common_factors, daily, single_orders
from sim.errors import UsageError
from sim.network import Lane, Port, Supplier
from sim.scenario import Scenario

Floats = NDArray[np.float64]
#: days over which dwell at a port stays alike (assumed, as for transit)
DWELL_CORRELATION = 30.0


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


@dataclass(frozen=True)
class Traffic:
    """Other shippers' ships at a port: arrival times and service times, both (ships,) days."""

    arrivals: Floats
    services: Floats


@dataclass(frozen=True)
class Future:
    """All that chance decides in one replication.

    Attributes
    ----------
    seed, replication : what it was drawn with.
    first, end : first day of the warm-up and first day after the horizon.
    instants : for each warehouse with daily or fixed-interval demand, (instants,) days at which demand comes.
    demand : for each such warehouse, (instants, items) units.
    orders : for each warehouse with single orders, its order lines.
    production : for each supplier, (days,) production time of an order released on that day, days.
    transit : for each lane, one (days,) array a leg, transit time of a departure on that day; None for a port.
    dwell : for each port, (days,) days from berth to gate of a box that leaves the berth on that day.
    traffic : background of each port.
    incidents : what goes wrong, and when.
    """

    seed: int
    replication: int
    first: int
    end: int
    instants: Mapping[str, Floats]
    demand: Mapping[str, Floats]
    orders: Mapping[str, OrderLines]
    production: Mapping[str, Floats]
    transit: Mapping[str, tuple[Floats | None, ...]]
    dwell: Mapping[str, Floats]
    traffic: Mapping[str, Traffic]
    incidents: tuple[Incident, ...]
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def counter(self, *names: str) -> Counter:
        """Draws by number, for what is drawn per order rather than per day."""
        return Counter(self.seed, self.replication, *names)

    def with_incidents(self, incidents: tuple[Incident, ...]) -> Future:
        """The same luck under other incidents."""
        return replace(self, incidents=incidents, cache={})

    def without_cache(self) -> Future:
        """A copy that has computed nothing yet."""
        return replace(self, cache={})


def draw(scenario: Scenario, seed: int, replication: int) -> Future:
    """Draw one Future; replication k alone equals replication k of many.

    Parameters
    ----------
    scenario : what is given.
    seed, replication : not negative.

    Raises
    ------
    UsageError : a negative seed or replication.
    """
    if seed < 0 or replication < 0:
        raise UsageError(f"seed ({seed}) and replication ({replication}) must be 0 or more")
    first, end = scenario.span
    instants, demand, orders = _demand(scenario, seed, replication, first, end)
    production, transit, dwell = _lead_times(scenario, seed, replication, first, end)
    return Future(
        seed=seed,
        replication=replication,
        first=first,
        end=end,
        instants=instants,
        demand=demand,
        orders=orders,
        production=production,
        transit=transit,
        dwell=dwell,
        traffic={
            port.name: _traffic(port, generator(seed, replication, "traffic", port.name), first, end)
            for port in scenario.ports
            if port.arrivals_per_day > 0
        },
        incidents=draw_incidents(scenario, seed, replication),
    )


def draw_incidents(scenario: Scenario, seed: int, replication: int) -> tuple[Incident, ...]:
    """The incidents of one Future, drawn without demand."""
    first, end = scenario.span
    found: list[Incident] = []
    for disruption in scenario.disruptions:
        source = generator(seed, replication, "disruption", disruption.name)
        found += disruption.incidents(source, float(first), float(end))
    return tuple(sorted(found, key=lambda incident: (incident.start, incident.name, incident.where)))


def _demand(
    scenario: Scenario, seed: int, replication: int, first: int, end: int
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, OrderLines]]:
    instants: dict[str, Floats] = {}
    demand: dict[str, Floats] = {}
    orders: dict[str, OrderLines] = {}
    factors = common_factors(scenario, seed, replication, first, end)
    days = np.arange(first, end, dtype=float)
    at: dict[str, list[DemandStream]] = {site: [] for site in scenario.sites}
    for stream in scenario.demand:
        at[stream.warehouse].append(stream)
    linked_orders = any(stream.model == "orders" for stream in scenario.demand)
    picks: dict[int, NDArray[np.int64]] = {}
    for site, members in scenario.sites.items():
        place = {item: n for n, item in enumerate(members)}
        streams = [stream for stream in at[site] if stream.model != "none"]
        if linked_orders:
            orders[site] = _order_lines(scenario, streams, place, seed, replication, first, end)
            continue
        if streams and streams[0].model == "fixed_interval":
            every = float(streams[0].interval or 1.0)
            instants[site] = every * np.arange(math.ceil(first / every), math.ceil(end / every), dtype=float)
            values = np.zeros((instants[site].size, len(members)))
            for stream in streams:
                values[:, place[stream.item]] = stream.size or 0.0
        else:
            instants[site] = days + 0.5
            values = np.zeros((days.size, len(members)))
            for stream in streams:
                column = values[:, place[stream.item]]
                if stream.model == "replay":
                    column[:] = scenario.record.between(site, first, end)[:, place[stream.item]]
                elif stream.model == "bootstrap":
                    block = stream.block or 1
                    if block not in picks:
                        picks[block] = _picks(
                            scenario, generator(seed, replication, "bootstrap", str(block)), block, first, end
                        )
                    column[:] = scenario.record.units[site][picks[block], place[stream.item]]
                else:
                    column[:] = daily(
                        scenario, stream, generator(seed, replication, "demand", site, stream.item), days, factors
                    )
        demand[site] = values
    return instants, demand, orders


def _picks(scenario: Scenario, source: np.random.Generator, block: int, first: int, end: int) -> NDArray[np.int64]:
    """Rows of the history before day 0 to use for each day: blocks that keep the weekday, all items together."""
    known = min(scenario.record.last, 0) - scenario.record.first
    offsets = (first - scenario.record.first) % block
    starts = np.arange(offsets, known - block + 1, block)
    if not starts.size:
        starts = np.arange(known - block + 1)
    chosen = source.choice(starts, size=(end - first) // block + 1)
    rows = (chosen[:, None] + np.arange(block)[None, :]).ravel()[: end - first]
    return rows.astype(np.int64)


def _order_lines(
    scenario: Scenario,
    streams: list[DemandStream],
    place: Mapping[str, int],
    seed: int,
    replication: int,
    first: int,
    end: int,
) -> OrderLines:
    drawn = [
        (
            place[stream.item],
            single_orders(
                scenario, stream, generator(seed, replication, "demand", stream.warehouse, stream.item), first, end
            ),
        )
        for stream in streams
    ]
    if not drawn:
        empty = np.empty(0)
        return OrderLines(empty, np.empty(0, dtype=np.int64), empty, empty)
    times = np.concatenate([lines[0] for _, lines in drawn])
    order = np.argsort(times, kind="stable")
    return OrderLines(
        times=times[order],
        items=np.concatenate([np.full(lines[0].size, number, dtype=np.int64) for number, lines in drawn])[order],
        quantities=np.concatenate([lines[1] for _, lines in drawn])[order],
        patience=np.concatenate([lines[2] for _, lines in drawn])[order],
    )


def _lead_times(
    scenario: Scenario, seed: int, replication: int, first: int, end: int
) -> tuple[dict[str, Floats], dict[str, tuple[Floats | None, ...]], dict[str, Floats]]:
    """Production, transit and dwell times by day: a stationary AR(1) score turned into the law by its quantile."""
    days = end - first
    independent = scenario.crossing == "independent"
    keys: list[tuple[Supplier | Lane | Port, int, Any, float]] = []
    for supplier in scenario.suppliers:
        if supplier.production_time.sd > 0:
            keys.append((supplier, 0, supplier.production_time, supplier.correlation_time))
    for lane in scenario.lanes:
        for number, leg in enumerate(lane.legs):
            if leg.transit is not None and leg.transit.sd > 0:
                keys.append((lane, number, leg.transit, lane.correlation_time))
    for port in scenario.ports:
        if port.dwell.sd > 0:
            keys.append((port, 0, port.dwell, DWELL_CORRELATION))
    purposes: list[tuple[str, ...]] = [
        ("production", owner.name)
        if isinstance(owner, Supplier)
        else (("dwell", owner.name) if isinstance(owner, Port) else ("transit", owner.name, str(number)))
        for owner, number, _, _ in keys
    ]
    sources = [generator(seed, replication, *purpose) for purpose in purposes]
    scores = correlated_scores(sources, [0.0 if independent else time for *_, time in keys], days)
    random = {
        purpose: law.from_score(scores[row])
        for row, (purpose, (_, _, law, _)) in enumerate(zip(purposes, keys, strict=True))
    }
    production: dict[str, Floats] = {}
    for supplier in scenario.suppliers:
        drawn = random.get(("production", supplier.name))
        production[supplier.name] = np.full(days, supplier.production_time.mean) if drawn is None else drawn
    transit: dict[str, tuple[Floats | None, ...]] = {}
    for lane in scenario.lanes:
        legs: list[Floats | None] = []
        for number, leg in enumerate(lane.legs):
            if leg.transit is None:
                legs.append(None)
                continue
            times = random.get(("transit", lane.name, str(number)))
            legs.append(np.full(days, leg.transit.mean) if times is None else times)
        transit[lane.name] = tuple(legs)
    dwell = {}
    for port in scenario.ports:
        times = random.get(("dwell", port.name))
        dwell[port.name] = np.full(days, port.dwell.mean) if times is None else times
    return production, transit, dwell


def _traffic(port: Any, source: np.random.Generator, first: int, end: int) -> Traffic:
    """Background ships over the span."""
    rate, span = port.arrivals_per_day, end - first
    if port.background_arrivals == "regular":
        arrivals = np.arange(math.ceil(first * rate), math.ceil(end * rate)) / rate
    else:
        arrivals = np.sort(first + span * source.random(int(source.poisson(rate * span))))
    return Traffic(arrivals, port.service_time.from_score(source.standard_normal(arrivals.size)))
