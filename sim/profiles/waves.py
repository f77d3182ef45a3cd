"""Trend, yearly wave and autocorrelation of weekly demand, many items at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: weeks of a year, and fewest weeks for a trend and for a yearly wave
YEAR, TREND_WEEKS, SEASON_WEEKS = 365.25 / 7, 13, 104
MOST_ALIKE = 0.95


@dataclass(frozen=True)
class Wave:
    """Trend and yearly wave; every array is (items,), see `sim.profiles.demand.DemandProfile`."""

    trend: Floats
    trend_low: Floats
    trend_high: Floats
    season: Floats
    peak: Floats


def fitted(weekly: Floats, present: Mask) -> Wave:
    """Least squares of weekly demand on a straight line, and on a yearly sine where two years are on record.

    Standard errors are widened by sqrt((1 + a) / (1 - a)), a the autocorrelation of the residuals (Bartlett 1946).

    Parameters
    ----------
    weekly : (weeks, items) units.
    present : (weeks, items), weeks that count.
    """
    count = present.sum(axis=0)
    made = {name: np.full(count.shape, np.nan) for name in ("trend", "trend_low", "trend_high", "season", "peak")}
    asked = np.where(present, weekly, 0.0).sum(axis=0) > 0
    long = asked & (count >= SEASON_WEEKS)
    short = asked & (count >= TREND_WEEKS) & ~long
    for which, wave in ((long, True), (short, False)):
        columns = np.flatnonzero(which)
        if columns.size:
            for name, values in _fit(weekly[:, columns], present[:, columns], wave).items():
                made[name][columns] = values
    return Wave(**made)


def _fit(weekly: Floats, present: Mask, wave: bool) -> dict[str, Floats]:
    from scipy.stats import f, t

    when = (np.arange(-len(weekly), 0) + 0.5) / YEAR
    angle = 2 * np.pi * when
    columns = [np.ones(when.size), when, *((np.cos(angle), np.sin(angle)) if wave else ())]
    design = np.column_stack(columns)
    terms = design.shape[1]
    weights = present.astype(float)
    products = (design[:, :, None] * design[:, None, :]).reshape(when.size, terms**2)
    inverse = np.linalg.inv((weights.T @ products).reshape(-1, terms, terms))
    found = np.einsum("npq,np->nq", inverse, (weights * weekly).T @ design)
    rest = weights * (weekly - design @ found.T)
    count = present.sum(axis=0)
    alike = np.clip(_lag(rest) + 1 / count, 0.0, MOST_ALIKE)
    widened = (rest**2).sum(axis=0) / (count - terms) * (1 + alike) / (1 - alike)
    level = (weights * weekly).sum(axis=0) / count
    slope, error = found[:, 1] / level, np.sqrt(widened * inverse[:, 1, 1]) / level
    reach = t.ppf(0.975, count - terms) * error
    made = {"trend": slope, "trend_low": slope - reach, "trend_high": slope + reach}
    if wave:
        pair = found[:, 2:]
        # the wave's two coefficients against their own covariance: Wald's F
        inside = np.linalg.inv(inverse[:, 2:, 2:])
        ratio = np.einsum("np,npq,nq->n", pair, inside, pair) / 2 / np.maximum(widened, 1e-12)
        real = ratio > f.ppf(0.99, 2, count - terms)
        phase = np.arctan2(pair[:, 1], pair[:, 0]) / (2 * np.pi)
        made["season"] = np.where(real, np.hypot(pair[:, 0], pair[:, 1]) / level, 0.0)
        made["peak"] = np.where(real, (phase % 1 - 1) * 365.25, np.nan)
    return made


def autocorrelation(weekly: Floats, present: Mask) -> Floats:
    """Autocorrelation of weekly demand at lag 1 over the weeks that count, (items,); NaN where it does not vary."""
    count = np.maximum(present.sum(axis=0), 1)
    level = np.where(present, weekly, 0.0).sum(axis=0) / count
    rest = np.where(present, weekly - level, 0.0)
    varies = (rest**2).sum(axis=0) > 1e-12
    return np.where(varies & (count > 2), _lag(rest), np.nan)


def variance_of_mean(values: Floats, present: Mask) -> Floats:
    """Variance of the mean of periods whose luck is alike from one to the next, (series,) (Bartlett 1946).

    Parameters
    ----------
    values : (periods, series).
    present : (periods, series), periods that count.
    """
    count = np.maximum(present.sum(axis=0), 1)
    level = np.where(present, values, 0.0).sum(axis=0) / count
    rest = np.where(present, values - level, 0.0)
    raw = _lag(rest)
    # the mean is estimated from the same values, which pulls the autocorrelation down (Kendall 1954)
    alike = np.clip(raw + (1 + 3 * raw) / count, 0.0, MOST_ALIKE)
    found: Floats = (rest**2).sum(axis=0) / np.maximum(count - 1, 1) / count * (1 + alike) / (1 - alike)
    return found


def _lag(rest: Floats) -> Floats:
    """Lag-1 autocorrelation of residuals that are 0 in weeks that do not count."""
    power = (rest**2).sum(axis=0)
    found: Floats = (rest[1:] * rest[:-1]).sum(axis=0) / np.where(power > 1e-12, power, np.inf)
    return found
