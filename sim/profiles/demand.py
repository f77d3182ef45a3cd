"""The demand profile of the items of one warehouse: arrays over items throughout."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.knowledge import moments_of
from sim.profiles import waves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
WEEK = 7
#: cut-offs of Syntetos, Boylan and Croston (2005), J. Opl Res. Soc. 56, 495-503
ADI_CUT, CV2_CUT = 1.32, 0.49
KLASSES = ("smooth", "erratic", "intermittent", "lumpy", "none")
#: about so many batches carry the interval of a mean (Schmeiser 1982, Opns Res. 30: 10 to 30 are enough)
BATCHES = 10
#: an item starts late where so long a silence would be rarer than this at its later rate
RARE, LEAST_SILENCE = 0.01, 4
#: below these a profile is thin: weeks of history, periods with demand; above it: half-width of the interval over mean
THIN_WEEKS, THIN_DEMANDS, THIN_WIDTH = 26, 10, 0.5


@dataclass(frozen=True)
class DemandProfile:
    """Demand of the items of one warehouse on one set of days; every array is (items,).

    Attributes
    ----------
    days, weeks : days of the set, and its whole weeks (counted back from day 0; from the first demand where `late`).
    mean, sd : of a day's demand, units; all days of the set.
    mean_low, mean_high : 95 % interval of the mean that respects autocorrelation, see `half_width`; of `mean_since`
        where `late`; NaN where there is no demand or less than two batches.
    demand_days : days with demand.
    adi : mean interval between periods with demand, in periods (weeks unless told otherwise).
    cv2 : squared coefficient of variation of the units of periods with demand.
    klass : ``smooth``, ``erratic``, ``intermittent``, ``lumpy``, or ``none`` without any demand.
    trend, trend_low, trend_high : growth a year as a share of the mean, with its 95 % interval; NaN below 13 weeks.
    season : amplitude of the yearly wave as a share of the mean; 0 where it cannot be told from noise (at 1 %), NaN where
        there are less than two years.
    peak : day of its last peak before day 0; NaN where there is no season.
    autocorrelation : of weekly demand from one week to the next.
    first : day of the first demand, NaN without any.
    late : the item's history starts late (a new item): class, trend and interval rest on the weeks since.
    mean_since, sd_since : of a day's demand since the first one where `late`, else those of all days.
    thin : the figures rest on little.
    thin_why : why, in words; "" where they do not.

    Not modelled: seasons within a week or a month; sales lost for lack of stock.
    """

    days: Ints
    weeks: Ints
    mean: Floats
    sd: Floats
    mean_low: Floats
    mean_high: Floats
    demand_days: Ints
    adi: Floats
    cv2: Floats
    klass: NDArray[np.str_]
    trend: Floats
    trend_low: Floats
    trend_high: Floats
    season: Floats
    peak: Floats
    autocorrelation: Floats
    first: Floats
    late: Mask
    mean_since: Floats
    sd_since: Floats
    thin: Mask
    thin_why: tuple[str, ...]

    def of_periods(self, period: int) -> DemandProfile:
        """The same where the record is of periods of so many days, spread evenly (see `sim.knowledge.moments_of`)."""
        if period == 1:
            return self
        wider = period**0.5
        return dataclasses.replace(self, sd=self.sd * wider, sd_since=self.sd_since * wider)


def of_days(past: Floats, chosen: Mask | None = None, bucket: int = WEEK) -> DemandProfile:
    """The profile of demand on some days.

    Parameters
    ----------
    past : (days, items) units; the last row is the day before day 0.
    chosen : (days, items), days that count; all when left out.
    bucket : days of one period for ADI, CV² and class: 7, because weekends make daily demand look intermittent.
    """
    days, count = past.shape
    anything = past > 0
    first = np.where(anything.any(axis=0), anything.argmax(axis=0) - float(days), np.nan)
    if chosen is None:
        mean, sd = moments_of(past)
        length = np.full(count, days)
    else:
        mean, sd, length = _moments(past, chosen)
        anything &= chosen
    weekly, present = buckets(past, chosen, WEEK)
    late = _late(buckets(past, None, WEEK)[0]) & (first >= -(days // WEEK) * WEEK)
    present &= ~late | (np.arange(-len(weekly), 0)[:, None] >= np.floor(np.nan_to_num(first) / WEEK))
    since = (mean.copy(), sd.copy())
    for item in np.flatnonzero(late):
        rows = np.arange(days + int(first[item]), days)
        rows = rows if chosen is None else rows[chosen[rows, item]]
        if rows.size > 1:
            since[0][item], since[1][item] = past[rows, item].mean(), past[rows, item].std(ddof=1)
    if bucket == WEEK and days >= WEEK:
        periods, counted = weekly, present
    else:
        bucket = min(bucket, days)
        periods, counted = buckets(past, chosen, bucket)
        counted &= ~late | (np.arange(-len(periods), 0)[:, None] >= np.floor(np.nan_to_num(first) / bucket))
    adi, cv2, demands = intervals_and_sizes(periods, counted)
    half = half_width(weekly, present)
    half[~anything.any(axis=0)] = np.nan
    wave = waves.fitted(weekly, present)
    weeks = present.sum(axis=0)
    words = _thin(weeks, demands, since[0], half, first, late, length)
    return DemandProfile(
        days=length,
        weeks=weeks,
        mean=mean,
        sd=sd,
        mean_low=np.maximum(since[0] - half, 0.0),
        mean_high=since[0] + half,
        demand_days=anything.sum(axis=0),
        adi=adi,
        cv2=cv2,
        klass=classes(adi, cv2),
        trend=wave.trend,
        trend_low=wave.trend_low,
        trend_high=wave.trend_high,
        season=wave.season,
        peak=wave.peak,
        autocorrelation=waves.autocorrelation(weekly, present),
        first=first,
        late=late,
        mean_since=since[0],
        sd_since=since[1],
        thin=np.asarray([bool(why) for why in words]),
        thin_why=words,
    )


def of_moments(mean: Floats, sd: Floats) -> DemandProfile:
    """The profile where the demand models' own moments are known (validation): no history, no intervals.

    The class is that of a negative binomial with the weekly mean and variance, of a Poisson law or of demand every week
    where the variance is not above the mean.

    Parameters
    ----------
    mean, sd : (items,) of a day's demand, units.
    """
    weekly, variance = WEEK * mean, WEEK * sd**2
    with np.errstate(divide="ignore", invalid="ignore"):
        wide = variance > weekly * (1 + 1e-9)
        shape = weekly**2 / (variance - weekly)
        silent = np.where(
            wide, (weekly / variance) ** shape, np.where(variance < weekly * (1 - 1e-9), 0.0, np.exp(-weekly))
        )
        asked = 1 - silent
        adi = np.where(weekly > 0, 1 / asked, np.nan)
        cv2 = np.where(weekly > 0, (variance + weekly**2) * asked / weekly**2 - 1, np.nan)
    none, zero = np.full(mean.shape, np.nan), np.zeros(mean.shape, dtype=np.int64)
    never = np.zeros(mean.shape, dtype=bool)
    floats = {name: none.copy() for name in FLOATS}
    floats |= {"mean": mean, "sd": sd, "mean_since": mean, "sd_since": sd, "adi": adi, "cv2": cv2}
    floats |= {"mean_low": mean, "mean_high": mean}
    return DemandProfile(
        days=zero,
        weeks=zero,
        demand_days=zero,
        klass=classes(adi, cv2),
        late=never,
        thin=never,
        thin_why=("",) * mean.size,
        **floats,
    )


FLOATS = (
    *("mean", "sd", "mean_low", "mean_high", "adi", "cv2", "trend", "trend_low", "trend_high"),
    *("season", "peak", "autocorrelation", "first", "mean_since", "sd_since"),
)


def merged(base: DemandProfile, part: DemandProfile, columns: NDArray[np.intp]) -> DemandProfile:
    """`base` with the items at `columns` taken from `part`, whose arrays hold just these."""
    made: dict[str, Any] = {}
    for field in fields(base):
        old, new = getattr(base, field.name), getattr(part, field.name)
        if field.name == "thin_why":
            words = list(old)
            for place, column in enumerate(columns):
                words[column] = new[place]
            made[field.name] = tuple(words)
        else:
            made[field.name] = old.copy()
            made[field.name][columns] = new
    return DemandProfile(**made)


def buckets(past: Floats, chosen: Mask | None, bucket: int) -> tuple[Floats, Mask]:
    """Demand by whole periods counted back from day 0, (periods, items), and which of them lie wholly in the set."""
    count = past.shape[0] // bucket
    last = slice(past.shape[0] - count * bucket, None)
    shape = (count, bucket, past.shape[1])
    totals = past[last].reshape(shape).sum(axis=1)
    if chosen is None:
        return totals, np.ones(totals.shape, dtype=bool)
    return totals, np.logical_and.reduce(chosen[last].reshape(shape), axis=1)


def intervals_and_sizes(periods: Floats, present: Mask) -> tuple[Floats, Floats, Ints]:
    """ADI in periods, CV² of the sizes (n - 1), and the number of periods with demand, (items,) each."""
    asked = present & (periods > 0)
    count = asked.sum(axis=0)
    sizes = np.where(asked, periods, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        adi = np.where(count > 0, present.sum(axis=0) / count, np.nan)
        mean = sizes.sum(axis=0) / count
        squares = (np.where(asked, periods - mean, 0.0) ** 2).sum(axis=0)
        cv2 = np.where(count > 1, squares / np.maximum(count - 1, 1) / mean**2, np.where(count > 0, 0.0, np.nan))
    return adi, cv2, count


def classes(adi: Floats, cv2: Floats) -> NDArray[np.str_]:
    """Class by ADI and CV² (Syntetos, Boylan and Croston 2005); ``none`` where there is no demand."""
    often, alike = adi <= ADI_CUT, cv2 <= CV2_CUT
    named = np.where(often, np.where(alike, "smooth", "erratic"), np.where(alike, "intermittent", "lumpy"))
    return np.where(np.isnan(adi), "none", named)


def half_width(weekly: Floats, present: Mask) -> Floats:
    """Half of the 95 % interval of a day's mean, (items,), for demand that is alike from week to week.

    The standard error is the larger of two: that of about `BATCHES` batches of consecutive weeks (batch means: Law and
    Kelton 2000, section 9.5.3), and that of weeks at their autocorrelation a, sd / sqrt(n) sqrt((1 + a) / (1 - a))
    (Bartlett 1946); Student's t with the batches' degrees of freedom.
    """
    from scipy.stats import t

    count = present.sum(axis=0)
    size = np.maximum(count // BATCHES, 1)
    batches = count // size
    back = np.cumsum(present[::-1], axis=0)[::-1] - 1
    number = back // size
    used = present & (number < batches)
    most = int(batches.max(initial=0))
    if most < 2:
        return np.full(count.shape, np.nan)
    flat = (np.arange(count.size) * most + np.where(used, number, 0))[used]
    sums = np.bincount(flat, weekly[used], count.size * most).reshape(count.size, most)
    means = sums / size[:, None]
    real = np.arange(most) < batches[:, None]
    centre = np.where(real, means, 0.0).sum(axis=1) / np.maximum(batches, 1)
    spread = np.where(real, (means - centre[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(batches - 1, 1)
    error = np.sqrt(np.maximum(spread / np.maximum(batches, 1), waves.variance_of_mean(weekly, present)))
    found: Floats = t.ppf(0.975, np.maximum(batches - 1, 1)) * error / WEEK
    return np.where(batches >= 2, found, np.nan)


def _moments(past: Floats, chosen: Mask) -> tuple[Floats, Floats, Ints]:
    """Mean, standard deviation (n - 1) and number of the chosen days, (items,) each."""
    count = chosen.sum(axis=0)
    mean = np.where(chosen, past, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
    squares = (np.where(chosen, past - mean, 0.0) ** 2).sum(axis=0)
    return mean, np.sqrt(squares / np.where(count > 1, count - 1, np.nan)), count


def _late(weekly: Floats) -> Mask:
    """Items that were silent for longer, before their first demand, than their later rate lets one expect."""
    asked = weekly > 0
    any_demand = asked.any(axis=0) if len(weekly) else np.zeros(weekly.shape[1], dtype=bool)
    silent = asked.argmax(axis=0) if len(weekly) else np.zeros(weekly.shape[1], dtype=np.intp)
    rate = asked.sum(axis=0) / np.maximum(len(weekly) - silent, 1)
    late: Mask = any_demand & (silent >= LEAST_SILENCE) & ((1 - rate) ** silent < RARE)
    return late


def _thin(
    weeks: Ints, demands: Ints, mean: Floats, half: Floats, first: Floats, late: Mask, days: Ints
) -> tuple[str, ...]:
    """Why each item's figures rest on little."""
    wide = half > THIN_WIDTH * mean
    found = [""] * weeks.size
    few = (weeks < THIN_WEEKS) | (demands < THIN_DEMANDS) | wide
    for item in np.flatnonzero(few):
        if days[item] == 0:
            found[item] = "no such days"
        elif np.isnan(first[item]):
            found[item] = "no demand on record"
        elif demands[item] == 0:
            found[item] = "no demand on these days"
        else:
            words = []
            if late[item]:
                words.append(f"new: first demand {-first[item]:.0f} days before day 0")
            if weeks[item] < THIN_WEEKS:
                words.append(f"{weeks[item]} weeks of history")
            if demands[item] < THIN_DEMANDS:
                words.append(f"demand in {demands[item]} periods only")
            if wide[item]:
                words.append(f"the mean is known to ±{half[item] / mean[item]:.0%}")
            found[item] = "; ".join(words)
    return tuple(found)
