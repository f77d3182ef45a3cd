"""A scenario without chance: mean demand by day, mean times, other shippers' ships at regular intervals, nothing amiss."""

from __future__ import annotations

import dataclasses
import math

from sim.demand import SHAPES, DemandStream
from sim.distributions import fixed
from sim.scenario import Scenario


def without_chance(scenario: Scenario) -> Scenario:
    """The same business with every law replaced by its mean, quantities continuous, and no disruption.

    Seasons and trends of demand stay; common factors, order sizes and lead-time luck are gone. Plans are made on the
    scenario itself, not on this one: the buffers are those that the posture holds against chance.

    Not modelled: waiting that chance causes at ports; the weekday pattern of recorded demand.
    """
    return dataclasses.replace(
        scenario,
        demand=tuple(mean_stream(scenario, stream) for stream in scenario.demand),
        suppliers=tuple(
            dataclasses.replace(one, production_time=fixed(one.production_time.mean)) for one in scenario.suppliers
        ),
        ports=tuple(
            dataclasses.replace(
                port,
                service_time=fixed(port.service_time.mean),
                dwell=fixed(port.dwell.mean),
                background=port.arrivals_per_day,
                background_arrivals="regular",
            )
            for port in scenario.ports
        ),
        pools=tuple(dataclasses.replace(pool, cycle_time=fixed(pool.cycle_time.mean)) for pool in scenario.pools),
        lanes=tuple(
            dataclasses.replace(
                lane,
                legs=tuple(
                    leg if leg.transit is None else dataclasses.replace(leg, transit=fixed(leg.transit.mean))
                    for leg in lane.legs
                ),
            )
            for lane in scenario.lanes
        ),
        factors=(),
        disruptions=(),
        weathers={},
        headline=None,
        weather=None,
        units="continuous",
        complete_orders=False,
        warm_up=-scenario.span[0],
        record=None,
    )


def mean_stream(scenario: Scenario, stream: DemandStream) -> DemandStream:
    """A stream that asks for the mean of another every day, with its season and trend.

    A common factor f of mean 1 acts as f**loading, whose mean is exp((loading² - loading)·sd²/2) for a lognormal f.
    Normal demand is cut at zero, and so is its mean: m·Φ(m/s) + s·φ(m/s).
    """
    if stream.model == "none":
        return stream
    mean = _recorded_mean(scenario, stream) if stream.mean_per_day is None else stream.mean_per_day
    if stream.model == "normal" and stream.sd:
        score = mean / stream.sd
        below = 0.5 * math.erfc(-score / math.sqrt(2))
        mean = mean * below + stream.sd * math.exp(-score * score / 2) / math.sqrt(2 * math.pi)
    if stream.factor is not None:
        loading = 1.0 if stream.loading is None else stream.loading
        sd = next(factor.sd for factor in scenario.factors if factor.name == stream.factor)
        mean *= math.exp((loading**2 - loading) * sd**2 / 2)
    shape = {name: getattr(stream, name) for name in SHAPES - {"factor", "loading"}}
    return DemandStream(item=stream.item, warehouse=stream.warehouse, model="deterministic", mean=mean, **shape)


def _recorded_mean(scenario: Scenario, stream: DemandStream) -> float:
    """Mean of the days that a resampled stream is drawn from, or that a replayed one lives through, units a day."""
    record, place = scenario.record, scenario.sites[stream.warehouse].index(stream.item)
    first, end = (record.first, min(record.last, 0)) if stream.model == "bootstrap" else scenario.span
    return float(record.between(stream.warehouse, first, end)[:, place].mean())
