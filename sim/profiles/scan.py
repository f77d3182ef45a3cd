"""The search for one stretch of a series that stands apart from the rest: an epidemic change, found on ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: most that neighbours are taken to be alike; beyond, a series is too short to tell anything
MOST_ALIKE = 0.97


@dataclass(frozen=True)
class Found:
    """For each series the stretch that stands apart most; arrays are (series,).

    Attributes
    ----------
    start, length : first period and number of periods.
    distance : how far it stands apart, see `apart`; 0 where a series is too short.
    alike : autocorrelation from one period to the next once the stretch is taken out.
    """

    start: NDArray[np.intp]
    length: NDArray[np.intp]
    distance: Floats
    alike: Floats


def scores(values: Floats, present: Mask) -> Floats:
    """Normal scores of the ranks of each series (van der Waerden 1952), mean 0 and variance 1; 0 where absent.

    Parameters
    ----------
    values : (periods, series).
    present : (periods, series), periods that count.
    """
    from scipy.special import ndtri
    from scipy.stats import rankdata

    count = present.sum(axis=0)
    ranks = rankdata(np.where(present, values, -np.inf), axis=0) - (~present).sum(axis=0)
    made = np.where(present, ndtri(np.clip((ranks - 0.5) / np.maximum(count, 1), 1e-9, 1 - 1e-9)), 0.0)
    made -= np.where(present, made.sum(axis=0) / np.maximum(count, 1), 0.0)
    spread = np.sqrt((made**2).sum(axis=0) / np.maximum(count, 1))
    scaled: Floats = made / np.where(spread > 1e-9, spread, np.inf)
    return scaled


def apart(made: Floats, present: Mask, least: int, upward: bool = False) -> Found:
    """The stretch of at least `least` periods and at most half of them that differs most from the rest of its series.

    All stretches are tried, as in circular binary segmentation (Olshen, Venkatraman, Lucito and Wigler 2004,
    Biostatistics 5, statistic Z). With r2 the share of variance that two levels explain and n_eff = n (1 - a) / (1 + a)
    the periods' worth of independent ones at autocorrelation a (Bartlett 1946; a is taken after the stretch is out and
    corrected for its bias, Kendall 1954), the distance is sqrt(r2 / (1 - r2) (n_eff - 2)), Student's t of the two levels.

    Parameters
    ----------
    made : (periods, series) scores from `scores`.
    present : (periods, series), periods that count.
    least : fewest periods of a stretch.
    upward : only stretches above the rest.
    """
    periods, series = made.shape
    count = present.sum(axis=0)
    whole = bool(present.all())
    sums = np.concatenate([np.zeros((1, series)), np.cumsum(made, axis=0)])
    counts = np.concatenate([np.zeros((1, series)), np.cumsum(present, axis=0)])
    best, start, length = np.full(series, -1.0), np.zeros(series, dtype=np.intp), np.zeros(series, dtype=np.intp)
    column = np.arange(series)
    for size in range(least, periods if not whole else periods // 2 + 1):
        total = sums[size:] - sums[:-size]
        if whole:
            between = total**2
            between /= size * (1 - size / periods)
        else:
            inside = counts[size:] - counts[:-size]
            fits = (inside >= least) & (inside <= count // 2)
            between = np.where(fits, total**2 / np.maximum(inside * (1 - inside / np.maximum(count, 1)), 0.5), -1.0)
        if upward:
            between = np.where(total > 0, between, -1.0)
        place = between.argmax(axis=0)
        value = between[place, column]
        better = value > best + 1e-9
        best = np.where(better, value, best)
        start, length = np.where(better, place, start), np.where(better, size, length)
    share = np.clip(best / np.maximum(count, 1), 0.0, 1 - 1e-9)
    alike = _alike(made, present, start, length)
    worth = count * (1 - alike) / (1 + alike)
    distance = np.sqrt(share / (1 - share) * np.maximum(worth - 2, 0.0))
    return Found(start, length, np.where((best > 0) & (count >= 4 * least), distance, 0.0), alike)


def inside_of(start: NDArray[np.intp], length: NDArray[np.intp], periods: int) -> Mask:
    """Mask of the stretches, (periods, series)."""
    when = np.arange(periods)[:, None]
    found: Mask = (when >= start) & (when < start + length)
    return found


def _alike(made: Floats, present: Mask, start: NDArray[np.intp], length: NDArray[np.intp]) -> Floats:
    """Autocorrelation at lag 1 of what two levels leave, corrected for its bias, between 0 and `MOST_ALIKE`."""
    inside = inside_of(start, length, made.shape[0])
    rest = np.zeros_like(made)
    for part in (inside & present, ~inside & present):
        level = np.where(part, made, 0.0).sum(axis=0) / np.maximum(part.sum(axis=0), 1)
        rest += np.where(part, made - level, 0.0)
    power = (rest**2).sum(axis=0)
    raw = (rest[1:] * rest[:-1]).sum(axis=0) / np.where(power > 1e-9, power, np.inf)
    count = np.maximum(present.sum(axis=0), 8)
    found: Floats = np.clip((raw + 2 / count) / (1 - 6 / count), 0.0, MOST_ALIKE)
    return found
