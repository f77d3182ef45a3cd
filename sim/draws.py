"""Draws of demand: one stream's days, order sizes and single orders, and the common factors. Used for futures and pasts."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim import quantiles
from sim.chance import correlated_scores, generator
from sim.demand import SHAPED, DemandStream
from sim.errors import ScenarioError
from sim.scenario import Scenario
from sim.struck import OrderLines

Floats = NDArray[np.float64]
YEAR = 365.0
#: models whose samplers take more or fewer numbers as their parameters change
REJECTING = frozenset({"poisson", "negative_binomial", "compound", "intermittent"})


def common_factors(
    scenario: Scenario, seed: int, replication: int, first: int, end: int, purpose: str = "factor"
) -> dict[str, Floats]:
    if not scenario.factors:
        return {}
    sources = [generator(seed, replication, purpose, factor.name) for factor in scenario.factors]
    scores = correlated_scores(sources, [factor.correlation_time for factor in scenario.factors], end - first)
    return {
        factor.name: np.exp(factor.sd * scores[row] - factor.sd**2 / 2) for row, factor in enumerate(scenario.factors)
    }


def shape(stream: DemandStream, days: Floats, factors: Mapping[str, Floats]) -> Floats | float:
    """Multiplier of the mean by day, 1.0 where the mean is steady."""
    level: Floats | float = 1.0
    if stream.trend:
        level = np.maximum(level * (1 + stream.trend * days / YEAR), 0.0)
    if stream.amplitude:
        level = level * (
            1 + stream.amplitude * np.cos(2 * math.pi * (days - (stream.peak or 0.0)) / (stream.period or YEAR))
        )
    if stream.factor is not None:
        level = level * factors[stream.factor] ** (1.0 if stream.loading is None else stream.loading)
    return level


def daily(
    scenario: Scenario,
    stream: DemandStream,
    source: np.random.Generator,
    days: Floats,
    factors: Mapping[str, Floats],
    scale: float = 1.0,
) -> Floats:
    """One stream's demand by day, shape of `days`, units; `scale` multiplies its mean."""
    count, whole = days.size, scenario.units == "integer"
    level = shape(stream, days, factors) if stream.model in SHAPED else 1.0
    if scale != 1.0:
        level = level * scale
    if stream.model == "deterministic":
        return np.broadcast_to(np.asarray((stream.mean or 0.0) * level), (count,)).astype(float)
    if scenario.draws == "quantile" and stream.model in REJECTING:
        return quantiles.daily(stream, source, level, count, whole)
    if stream.model == "poisson":
        return source.poisson((stream.mean or 0.0) * level, count).astype(float)
    if stream.model == "negative_binomial":
        mean = np.asarray((stream.mean or 0.0) * level)
        if not (stream.mean or 0.0):
            return np.zeros(count)
        dispersion = 1 / ((stream.cv or 1.0) ** 2 - 1 / (stream.mean or 1.0))
        return source.negative_binomial(dispersion, dispersion / (dispersion + mean), count).astype(float)
    if stream.model == "normal":
        values = np.maximum(
            np.asarray((stream.mean or 0.0) * level) + (stream.sd or 0.0) * source.standard_normal(count), 0.0
        )
        return np.rint(values) if whole else values
    if stream.model == "compound":
        arrivals = source.poisson((stream.rate or 0.0) * level, count)
        amounts = sizes(source, int(arrivals.sum()), stream, whole)
        return np.bincount(np.repeat(np.arange(count), arrivals), amounts, count).astype(float)
    if stream.model == "intermittent":
        happens = source.random(count) < np.minimum(1 / (stream.interval or 1.0) * level, 1.0)
        values = np.zeros(count)
        values[happens] = sizes(source, int(happens.sum()), stream, whole)
        return values
    raise ScenarioError([f"demand: model {stream.model!r} cannot be drawn by day"])


def sizes(source: np.random.Generator, count: int, stream: DemandStream, whole: bool) -> Floats:
    """Order sizes of mean `size`: whole ones are 1 + negative binomial (rounded gamma where less spread is asked for).

    Without a size_cv, compound sizes are geometric and others are always the same.
    """
    size, cv = 1.0 if stream.size is None else stream.size, size_cv(stream)
    variance, beyond = (cv * size) ** 2, size - 1
    if not whole:
        return source.gamma(cv**-2, size * cv**2, count) if cv else np.full(count, size)
    if variance > beyond > 0:
        return 1.0 + source.negative_binomial(beyond**2 / (variance - beyond), beyond / variance, count).astype(float)
    if variance > 0 and beyond > 0:
        values = source.gamma(beyond**2 / variance, variance / beyond, count)
    else:
        values = np.full(count, beyond)
    return 1.0 + np.floor(values + source.random(count))


def size_cv(stream: DemandStream) -> float:
    """Coefficient of variation of order sizes: geometric ones of compound demand unless told otherwise."""
    if stream.size_cv is not None:
        return stream.size_cv
    return math.sqrt(1 - 1 / (stream.size or 1.0)) if stream.model == "compound" else 0.0


def single_orders(
    scenario: Scenario, stream: DemandStream, source: np.random.Generator, first: float, end: float
) -> tuple[Floats, Floats, Floats]:
    """Times, quantities and patience of one stream's single orders."""
    if scenario.draws == "quantile":
        return quantiles.single_orders(stream, source, first, end, scenario.units == "integer")
    span = end - first
    if stream.rate is not None:
        count = int(source.poisson(stream.rate * span))
        times = np.sort(first + span * source.random(count))
    elif stream.between is not None and stream.between.sd == 0:
        every = stream.between.mean
        times = every * np.arange(math.ceil(first / every), math.ceil(end / every), dtype=float)
    else:
        law = stream.between
        assert law is not None
        times = np.empty(0)
        reach = first
        while reach < end:
            more = reach + np.cumsum(law.from_score(source.standard_normal(int(span / max(law.mean, 1e-9) * 0.2) + 64)))
            times, reach = np.concatenate([times, more]), float(more[-1])
        times = times[times < end]
    quantities = (
        sizes(source, times.size, stream, scenario.units == "integer")
        if stream.size is not None
        else np.ones(times.size)
    )
    forever = np.full(times.size, np.inf)
    patience = forever if stream.patience is None else stream.patience.from_score(source.standard_normal(times.size))
    return times, quantities, patience


def demand_of(
    scenario: Scenario, seed: int, replication: int, first: int, end: int
) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, OrderLines]]:
    """Instants and demand of each warehouse, or its single orders: as asked, before any incident."""
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
                    source = generator(seed, replication, "demand", site, stream.item)
                    column[:] = daily(scenario, stream, source, days, factors, scenario.demand_level)
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
