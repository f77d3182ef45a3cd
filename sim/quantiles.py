"""Demand through quantile functions of stored uniforms: a small change of a mean changes demand a little.

NumPy's samplers of Poisson, gamma and negative binomial numbers reject, so a changed mean throws all later draws out of
step. Here every stream takes the same uniforms whatever its parameters: one for each day, and for sums of customer orders
two more for each day and each order of that day. The law is the same as that of `sim.draws`; the numbers are not.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.demand import DemandStream

Floats = NDArray[np.float64]
#: what lies beyond has a probability below this, and a table need not hold it
TAIL = 1e-16
#: longest table of a cumulative law
LONGEST = 20_000


def poisson(uniforms: Floats, mean: Floats | float) -> Floats:
    """Poisson quantiles.

    Parameters
    ----------
    uniforms : (n,) in [0, 1).
    mean : one for all, or (n,).
    """
    from scipy import stats

    return _quantiles(uniforms, stats.poisson, np.asarray(mean, dtype=np.float64))


def negative_binomial(uniforms: Floats, shape: float, mean: Floats | float) -> Floats:
    """Quantiles of the negative binomial with variance mean + mean²/shape.

    Parameters
    ----------
    uniforms : (n,) in [0, 1).
    shape : above 0.
    mean : one for all, or (n,).
    """
    from scipy import stats

    return _quantiles(uniforms, stats.nbinom, shape / (shape + np.asarray(mean, dtype=float)), shape)


def binomial(uniforms: Floats, trials: Floats, share: Floats) -> Floats:
    """Binomial quantiles, through the inverse of the incomplete beta function.

    Parameters
    ----------
    uniforms : (n,) in (0, 1).
    trials : (n,) whole numbers.
    share : (n,) chance of each trial, 0 to 1.
    """
    from scipy import special

    inner, number = np.clip(share, 1e-300, 1 - 1e-16), np.maximum(trials, 1).astype(np.int64)
    found = np.ceil(special.bdtrik(uniforms, number, inner))
    found = np.where(np.isfinite(found), found, 0.0)
    below = np.maximum(found - 1, 0.0)
    found = np.where(special.bdtr(below, number, inner) >= uniforms, below, found)
    found = np.where(share >= 1, trials, np.where(share <= 0, 0.0, found))
    return np.clip(found, 0.0, trials)


def gamma(uniforms: Floats, shape: float, scale: float) -> Floats:
    """Gamma quantiles for (n,) uniforms."""
    from scipy.special import gammaincinv

    found: Floats = np.asarray(gammaincinv(shape, uniforms), dtype=np.float64) * scale
    return found


def _quantiles(uniforms: Floats, law: Any, last: Floats, *first: float) -> Floats:
    """Quantiles of a law on 0, 1, 2 …, its last parameter one for all or one for each."""
    if last.size == 1:
        low, table = _table(law.name, *first, float(last.ravel()[0]))
        if table is not None:
            return low + np.searchsorted(table, uniforms, side="left").astype(float)
    found: Floats = np.asarray(law.ppf(uniforms, *first, last), dtype=np.float64)
    return np.maximum(found, 0.0)  # a uniform of exactly 0 would give -1


@lru_cache(maxsize=4096)
def _table(name: str, *parameters: float) -> tuple[float, Floats | None]:
    """First value that counts, and cumulative probabilities from there on; None where they would be too many."""
    from scipy import stats

    law = getattr(stats, name)
    low, high = (max(float(law.ppf(edge, *parameters)), 0.0) for edge in (TAIL, 1 - TAIL))
    if not high - low < LONGEST:
        return 0.0, None
    return low, np.asarray(law.cdf(np.arange(low, high), *parameters))


def daily(stream: DemandStream, source: np.random.Generator, level: Floats | float, count: int, whole: bool) -> Floats:
    """One stream's demand by day; models that need no rejection are left to `sim.draws`.

    Parameters
    ----------
    stream : of model poisson, negative_binomial, compound or intermittent.
    source : its generator.
    level : multiplier of the mean, (count,) or one for all days.
    count : days.
    whole : units are whole.
    """
    if stream.model == "poisson":
        return poisson(source.random(count), (stream.mean or 0.0) * level)
    if stream.model == "negative_binomial":
        uniforms, mean = source.random(count), stream.mean or 0.0
        if not mean:
            return np.zeros(count)
        return negative_binomial(uniforms, 1 / ((stream.cv or 1.0) ** 2 - 1 / mean), mean * level)
    if stream.model == "compound":
        arrivals = poisson(source.random(count), (stream.rate or 0.0) * level)
    else:
        arrivals = (source.random(count) < np.minimum(1 / (stream.interval or 1.0) * level, 1.0)).astype(float)
    demand = np.zeros(count)
    for number in range(int(arrivals.max(initial=0.0))):  # the n-th order of a day has uniforms of its own
        some = arrivals > number
        amounts, rounding = source.random(count), source.random(count)
        demand[some] += sizes(amounts[some], rounding[some], stream, whole)
    return demand


def sizes(uniforms: Floats, rounding: Floats, stream: DemandStream, whole: bool) -> Floats:
    """Order sizes, of the same law as `sim.draws.sizes`.

    Parameters
    ----------
    uniforms, rounding : (n,) each; the second is used where whole sizes are rounded gamma ones.
    stream : says mean and spread of the sizes.
    whole : units are whole.
    """
    from sim.draws import size_cv

    size, cv = 1.0 if stream.size is None else stream.size, size_cv(stream)
    variance, beyond = (cv * size) ** 2, size - 1
    if not whole:
        return gamma(uniforms, cv**-2, size * cv**2) if cv else np.full(uniforms.size, size)
    if variance > beyond > 0:
        return 1.0 + negative_binomial(uniforms, beyond**2 / (variance - beyond), beyond)
    if variance > 0 and beyond > 0:
        return 1.0 + np.floor(gamma(uniforms, beyond**2 / variance, variance / beyond) + rounding)
    return 1.0 + np.floor(beyond + rounding)


def single_orders(
    stream: DemandStream, source: np.random.Generator, first: float, end: float, whole: bool
) -> tuple[Floats, Floats, Floats]:
    """Times, quantities and patience of one stream's single orders; gaps, sizes and patience have streams of their own."""
    gaps, amounts, patiences = source.spawn(3)
    span = end - first
    if stream.rate is not None:
        times = _poisson_times(gaps, stream.rate, first, end)
    elif stream.between is not None and stream.between.sd == 0:
        every = stream.between.mean
        times = every * np.arange(math.ceil(first / every), math.ceil(end / every), dtype=float)
    else:
        law = stream.between
        assert law is not None
        times, reach = np.empty(0), first
        while reach < end:
            more = reach + np.cumsum(law.from_score(gaps.standard_normal(int(span / max(law.mean, 1e-9) * 0.2) + 64)))
            times, reach = np.concatenate([times, more]), float(more[-1])
        times = times[times < end]
    drawn = amounts.random((times.size, 2))
    quantities = np.ones(times.size) if stream.size is None else sizes(drawn[:, 0], drawn[:, 1], stream, whole)
    forever = np.full(times.size, np.inf)
    patience = forever if stream.patience is None else stream.patience.from_score(patiences.standard_normal(times.size))
    return times, quantities, patience


def _poisson_times(source: np.random.Generator, rate: float, first: float, end: float) -> Floats:
    """Times of a Poisson process, from its gaps: a higher rate brings each order forward."""
    times, reach = np.empty(0), 0.0
    while rate > 0 and first + reach / rate < end:
        more = reach + np.cumsum(-np.log1p(-source.random(int((end - first) * rate * 0.2) + 64)))
        times, reach = np.concatenate([times, more]), float(more[-1])
    times = first + times / rate if rate > 0 else times
    found: Floats = times[times < end]
    return found
