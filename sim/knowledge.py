"""What a planner knows on the morning of day 0: demand history and published lead times, never the model behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import ScenarioError
from sim.explosion import exploded
from sim.past import draw_history
from sim.scenario import Scenario

Floats = NDArray[np.float64]
TRUTH = "the demand model's own parameters (validation)"


@dataclass(frozen=True)
class Known:
    """Demand of the items of one warehouse as a planner sees it; arrays are (n_items,) units a day.

    Attributes
    ----------
    mean, sd : of a day's demand, downstream warehouses included.
    basis : where the figures come from, in words.
    """

    mean: Floats
    sd: Floats
    basis: str


@dataclass(frozen=True)
class Part:
    """One part of a published lead time.

    Attributes
    ----------
    name : in words.
    mean, sd : days.
    """

    name: str
    mean: float
    sd: float


@dataclass(frozen=True)
class LeadTime:
    """Published mean and standard deviation of one supply line's lead time, days, and its mode."""

    mean: float
    sd: float
    mode: str


def known_past(scenario: Scenario) -> tuple[dict[str, Floats], str]:
    """Demand before day 0 at each warehouse, (days, items) units, the demand of warehouses it feeds added; and its basis.

    Raises
    ------
    ScenarioError : fewer than two days of it.
    """
    if scenario.record is not None:
        past, basis = scenario.record.before(0), "recorded history before day 0"
    else:
        past, basis = draw_history(scenario), f"{scenario.history_days} days of drawn history before day 0"
    days = min(values.shape[0] for values in past.values())
    if days < 2:
        raise ScenarioError([f"{scenario.name}: history: {days} days before day 0: a plan needs at least 2"])
    if scenario.history_period > 1:
        past = {site: _evenly(values, scenario.history_period) for site, values in past.items()}
    return _rolled_up(scenario, past), basis


def _evenly(past: Floats, period: int) -> Floats:
    """Each period's demand spread evenly over its days, parts of units too; what is left at the end stays as it is."""
    whole = past.shape[0] // period * period
    means = past[:whole].reshape(-1, period, past.shape[1]).mean(axis=1)
    return np.concatenate([np.repeat(means, period, axis=0), past[whole:]])


def known_demand(scenario: Scenario) -> dict[str, Known]:
    """What is known of demand at each warehouse, the demand of warehouses it feeds added.

    Raises
    ------
    ScenarioError : there is no positive demand at all.
    """
    if scenario.plan_on == "truth":
        moments, basis = true_moments(scenario), TRUTH
    else:
        past, basis = known_past(scenario)
        moments = {site: moments_of(values, scenario.history_period) for site, values in past.items()}
    require_demand(scenario, [mean for mean, _ in moments.values()])
    return {site: Known(mean, sd, basis) for site, (mean, sd) in moments.items()}


def moments_of(past: Floats, period: int = 1) -> tuple[Floats, Floats]:
    """Mean and standard deviation (n - 1) of a day's demand, (items,) each, from (days, items).

    Where the record is of periods whose demand was spread evenly over their days, a period's deviation is that many times
    a day's as it stands there, and the root of that many times a day's as it would be if days were independent.
    """
    return past.mean(axis=0), past.std(axis=0, ddof=1) * period**0.5


def require_demand(scenario: Scenario, means: Iterable[Floats]) -> None:
    """See that anything is asked for at all.

    Raises
    ------
    ScenarioError : there is no positive demand at all.
    """
    if not any((mean > 0).any() for mean in means):
        raise ScenarioError([f"{scenario.name}: demand: there is no positive demand at all before day 0"])


def _upstream_first(scenario: Scenario) -> list[tuple[str, str]]:
    """Pairs (warehouse, the one that feeds it), furthest downstream first."""
    feeder = {warehouse.name: warehouse.fed_by for warehouse in scenario.warehouses}

    def depth(name: str) -> int:
        above = feeder[name]
        return 0 if above is None else 1 + depth(above)

    pairs = [(name, above) for name, above in feeder.items() if above is not None]
    return sorted(pairs, key=lambda pair: -depth(pair[0]))


def _rolled_up(scenario: Scenario, past: dict[str, Floats]) -> dict[str, Floats]:
    """Demand history with each feeding warehouse seeing the demand of those it feeds, and stores that of their lines."""
    if scenario.factories:
        return exploded(scenario, past)
    made = {site: values.copy() for site, values in past.items()}
    for name, above in _upstream_first(scenario):
        place = {item: n for n, item in enumerate(scenario.sites[above])}
        columns = [place[item] for item in scenario.sites[name]]
        made[above][:, columns] += made[name]
    return made


def true_moments(scenario: Scenario) -> dict[str, tuple[Floats, Floats]]:
    """Mean and standard deviation of a day's demand by the demand models themselves; for validation alone."""
    means = {site: np.zeros(len(items)) for site, items in scenario.sites.items()}
    variances = {site: np.zeros(len(items)) for site, items in scenario.sites.items()}
    for stream in scenario.demand:
        mean, variance = stream.mean_per_day, stream.variance_per_day
        if mean is None:
            raise ScenarioError([f"plan_on: 'truth' is unknown for demand model {stream.model!r}"])
        place = scenario.sites[stream.warehouse].index(stream.item)
        means[stream.warehouse][place] = mean
        variances[stream.warehouse][place] = mean if variance is None else variance
    if scenario.factories:
        variances = exploded(scenario, variances, 2)
        means = exploded(scenario, means)
        return {site: (means[site], np.sqrt(variances[site])) for site in means}
    for name, above in _upstream_first(scenario):
        columns = [scenario.sites[above].index(item) for item in scenario.sites[name]]
        means[above][columns] += means[name]
        variances[above][columns] += variances[name]
    return {site: (means[site], np.sqrt(variances[site])) for site in means}


def lead_time(scenario: Scenario, warehouse: str, origin: str) -> LeadTime:
    """Published lead time from an origin to a warehouse: production, wait for departure, legs and normal dwell."""
    lane = scenario.lane_to(warehouse, origin)
    variance = sum(s.production_time.sd**2 for s in scenario.suppliers if s.name == origin)
    if lane.departures is not None and variance > 0:
        variance += lane.departures.every**2 / 12
    ports = {port.name: port for port in scenario.ports}
    for leg in lane.legs:
        if leg.transit is not None:
            variance += leg.transit.sd**2
        elif leg.port is not None:
            variance += ports[leg.port].dwell.sd ** 2
    return LeadTime(scenario.lead_time(lane, origin), math.sqrt(variance), lane.mode)


def lead_time_parts(scenario: Scenario, warehouse: str, origin: str) -> tuple[Part, ...]:
    """What `lead_time` adds up: means add up to its mean, variances to its variance; parts of no length are left out."""
    lane = scenario.lane_to(warehouse, origin)
    ports = {port.name: port for port in scenario.ports}
    makers = [one for one in scenario.suppliers if one.name == origin]
    found = [Part(f"production at {one.name}", one.production_time.mean, one.production_time.sd) for one in makers]
    if lane.departures is not None:
        every = lane.departures.every
        wait = scenario.departure_wait(lane, sum(one.production_time.mean for one in makers))
        spread = every / 12**0.5 if any(one.production_time.sd > 0 for one in makers) else 0.0
        found.append(Part(f"wait for a departure every {every:g} days", wait, spread))
    for leg in lane.legs:
        if leg.transit is not None:
            found.append(Part(f"transit by {lane.mode}", leg.transit.mean, leg.transit.sd))
        elif leg.port is not None:
            port = ports[leg.port]
            found.append(Part(f"berth at {port.name}, its queue left out", port.service_time.mean, 0.0))
            found.append(Part(f"dwell at {port.name}", port.dwell.mean, port.dwell.sd))
    found += [Part(f"inspection of goods from {one.name}", one.inspection_days, 0.0) for one in makers]
    return tuple(part for part in found if part.mean or part.sd)
