"""Futures: everything that chance decides, drawn before anyone acts. Every posture lives through the same one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chance import Counter, correlated_scores, generator
from sim.disruptions import Incident
from sim.disruptions.timing import Timed
from sim.draws import demand_of
from sim.errors import UsageError
from sim.network import Lane, Port, Supplier
from sim.price_paths import drawn as price_path
from sim.quantiles import poisson
from sim.scenario import Scenario
from sim.sourcing import slot
from sim.struck import (
    OrderLines,
    Traffic,
    delays_under,
    demand_under,
    dwell_under,
    lines_under,
    moves_demand,
    traffic_under,
)

__all__ = ["Calm", "Future", "OrderLines", "Traffic", "draw", "draw_incidents", "ingredients"]

Floats = NDArray[np.float64]
#: days over which dwell at a port stays alike (assumed, as for transit)
DWELL_CORRELATION = 30.0


@dataclass(frozen=True)
class Calm:
    """What chance decided before any incident touched it, and what is needed to see what incidents make of it.

    Attributes
    ----------
    items, whole : items of each warehouse, in order; whether units are whole.
    ports : ports of the scenario.
    demand, orders, dwell, traffic : as of a Future, without incidents.
    """

    items: Mapping[str, tuple[str, ...]]
    whole: bool
    ports: tuple[Port, ...]
    demand: Mapping[str, Floats]
    orders: Mapping[str, OrderLines]
    dwell: Mapping[str, Floats]
    traffic: Mapping[str, Traffic]


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
    incidents : what goes wrong, and when; demand, orders, dwell and traffic are what they make of them.
    delays : for lanes where incidents add days, (days,) by day of departure.
    calm : what they would be without incidents.
    prices : for each price path, (days,) factor of purchase prices.
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
    calm: Calm = field(repr=False, compare=False)
    delays: Mapping[str, Floats] = field(default_factory=dict)
    prices: Mapping[str, Floats] = field(default_factory=dict)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def counter(self, *names: str) -> Counter:
        """Draws by number, for what is drawn per order rather than per day."""
        return Counter(self.seed, self.replication, *names)

    def noise(self, *names: str) -> Floats:
        """What blurs a signal or a record, by day: (days,) independent standard normal scores from the first day on."""
        key = ("noise", *names)
        if key not in self.cache:
            source = generator(self.seed, self.replication, "noise", *names)
            self.cache[key] = source.standard_normal(self.end - self.first)
        found: Floats = self.cache[key]
        return found

    def with_incidents(self, incidents: tuple[Incident, ...]) -> Future:
        """The same luck under other incidents."""
        if not (_shift(self.incidents) or _shift(incidents)):
            return replace(self, incidents=incidents, cache={})
        return replace(self, incidents=incidents, cache={}, **self._under(incidents))

    def _under(self, incidents: tuple[Incident, ...]) -> dict[str, Any]:
        """What incidents make of what chance decided."""
        calm, seed, replication, first = self.calm, self.seed, self.replication, self.first
        demand, orders = calm.demand, calm.orders
        if moves_demand(incidents):
            demand = {
                site: demand_under(self.instants[site], values, site, calm.items[site], calm.whole, incidents)
                for site, values in demand.items()
            }
            orders = {
                site: lines_under(lines, site, calm.items[site], calm.whole, incidents)
                for site, lines in orders.items()
            }
        days = self.end - first
        late = {name: delays_under(name, days, incidents, seed, replication, first) for name in self.transit}
        return {
            "demand": demand,
            "orders": orders,
            "dwell": {
                name: dwell_under(name, values, incidents, seed, replication, first)
                for name, values in calm.dwell.items()
            },
            "traffic": {
                port.name: traffic_under(port, calm.traffic[port.name], incidents, seed, replication, first, self.end)
                for port in calm.ports
                if port.name in calm.traffic
            },
            "delays": {name: values for name, values in late.items() if values is not None},
        }

    def without_cache(self) -> Future:
        """A copy that has computed nothing yet."""
        return replace(self, cache={})


def _shift(incidents: tuple[Incident, ...]) -> bool:
    """Whether any of them changes demand, traffic, dwell or delays: most do not."""
    return moves_demand(incidents) or any(
        one.traffic_factor != 1.0
        or one.dwell_factor != 1.0
        or one.dwell_add
        or one.transit_add
        or (one.exam_share and one.exam_days)
        for one in incidents
    )


def draw(scenario: Scenario, seed: int, replication: int, drawn: dict[str, Any] | None = None) -> Future:
    """Draw one Future; replication k alone equals replication k of many.

    Parameters
    ----------
    scenario : what is given.
    seed, replication : not negative.
    drawn : parts (see `ingredients`) drawn before for a scenario with the same ingredients: they are taken as they are, and
        those that are missing are drawn and put in.

    Raises
    ------
    UsageError : a negative seed or replication.
    """
    if seed < 0 or replication < 0:
        raise UsageError(f"seed ({seed}) and replication ({replication}) must be 0 or more")
    first, end = scenario.span
    drawn = {} if drawn is None else drawn
    if "demand" not in drawn:
        drawn["demand"] = demand_of(scenario, seed, replication, first, end)
    if "times" not in drawn:
        drawn["times"] = _lead_times(scenario, seed, replication, first, end)
    if "traffic" not in drawn:
        drawn["traffic"] = {
            port.name: _traffic(port, generator(seed, replication, "traffic", port.name), first, end)
            for port in scenario.ports
            if port.arrivals_per_day > 0
        }
    if "prices" not in drawn:
        drawn["prices"] = {path.name: price_path(path, seed, replication, first, end) for path in scenario.prices}
    if "incidents" not in drawn:
        drawn["incidents"] = draw_incidents(scenario, seed, replication)
    instants, demand, orders = drawn["demand"]
    production, transit, dwell = drawn["times"]
    traffic = drawn["traffic"]
    calm = Calm(scenario.sites, scenario.units == "integer", scenario.ports, demand, orders, dwell, traffic)
    future = Future(
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
        traffic=traffic,
        incidents=(),
        calm=calm,
        prices=drawn["prices"],
    )
    return future.with_incidents(drawn["incidents"])


def ingredients(scenario: Scenario) -> dict[str, tuple[Any, ...]]:
    """What each part of a Future is drawn from: scenarios with equal ingredients draw equal parts."""
    draws, span = scenario.draws, scenario.span
    streams = (scenario.demand, scenario.factors, scenario.units, scenario.demand_level, scenario.record)
    legs = [(lane.name, [leg.transit for leg in lane.legs], lane.correlation_time) for lane in scenario.lanes]
    makers = [(one.name, one.production_time, one.reserved_time, one.correlation_time) for one in scenario.suppliers]
    return {
        "demand": (span, draws, tuple(scenario.sites.items()), *streams),
        "times": (span, scenario.crossing, makers, legs, [(port.name, port.dwell) for port in scenario.ports]),
        "traffic": (span, scenario.ports),
        "prices": (span, scenario.prices),
        "incidents": (span, draws, scenario.bound_disruptions),
    }


def draw_incidents(
    scenario: Scenario, seed: int, replication: int, counts: Mapping[str, int] | None = None
) -> tuple[Incident, ...]:
    """The incidents of one Future, drawn without demand.

    Each disruption has its own stream; those that follow others are drawn after them, from their own.

    Parameters
    ----------
    counts : for disruptions with a rate, how often they strike, given instead of drawn (strata of a loss study).
    """
    first, end = scenario.span
    found: list[Incident] = []
    waiting = list(scenario.bound_disruptions)
    there = {disruption.name for disruption in waiting}
    drawn: set[str] = set()
    while waiting:
        ready = [one for one in waiting if getattr(one, "after", None) not in there - drawn]
        for one in ready:
            source = generator(seed, replication, "disruption", one.name)
            if getattr(one, "after", None) is not None:
                found += one.follows(tuple(found), source)
            elif counts is not None and one.name in counts:
                found += one.incidents(source, float(first), float(end), counts[one.name])
            elif scenario.draws == "quantile" and isinstance(one, Timed) and one.rate is not None:
                count = _count(one, seed, replication, float(first), float(end))
                found += one.incidents(source, float(first), float(end), count)
            else:
                found += one.incidents(source, float(first), float(end))
        if not ready:
            circle = ", ".join(repr(one.name) for one in waiting)
            raise UsageError(f"disruptions {circle} follow each other in a circle")
        drawn |= {one.name for one in ready}
        waiting = [one for one in waiting if one.name not in drawn]
    return tuple(sorted(found, key=lambda incident: (incident.start, incident.name, incident.where)))


def _count(one: Timed, seed: int, replication: int, first: float, end: float) -> int:
    """How often a disruption with a rate strikes, as the quantile of a uniform of its own."""
    uniform = generator(seed, replication, "count", one.name).random(1)
    return int(poisson(uniform, one.expected(first, end))[0])


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
        if supplier.reserved_time is not None:
            production[slot(supplier.name)] = _slots(supplier, seed, replication, days, independent)
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


def _slots(supplier: Supplier, seed: int, replication: int, days: int, independent: bool) -> Floats:
    """Production times in a supplier's reserved slots, by day: the supplier's own luck through the law of the slots."""
    law = supplier.reserved_time
    assert law is not None
    if law.sd == 0:
        return np.full(days, law.mean)
    source = generator(seed, replication, "production", supplier.name)
    times = [0.0 if independent else supplier.correlation_time]
    return np.asarray(law.from_score(correlated_scores([source], times, days)[0]))


def _traffic(port: Any, source: np.random.Generator, first: int, end: int) -> Traffic:
    """Background ships over the span."""
    rate, span = port.arrivals_per_day, end - first
    if port.background_arrivals == "regular":
        arrivals = np.arange(math.ceil(first * rate), math.ceil(end * rate)) / rate
    else:
        arrivals = np.sort(first + span * source.random(int(source.poisson(rate * span))))
    return Traffic(arrivals, port.service_time.from_score(source.standard_normal(arrivals.size)))
