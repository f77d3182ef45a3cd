"""The lead-time profile of one supply line: an origin and the warehouse it delivers to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.knowledge import LeadTime
from sim.profiles.waves import variance_of_mean

if TYPE_CHECKING:
    from sim.deliveries import Deliveries

Floats = NDArray[np.float64]
#: about so many groups of consecutive orders carry the interval of the mean, none shorter than so many days
GROUPS, SHORTEST = 10, 28.0
#: below it (orders delivered) or above these (half-width over mean, share still open) a profile is thin
THIN_ORDERS, THIN_WIDTH, THIN_OPEN = 30, 0.25, 0.2
#: shares that meet but for rounding
ROUNDING = 1e-9


@dataclass(frozen=True)
class LeadTimeProfile:
    """Lead time of one supply line on one set of orders, days.

    Attributes
    ----------
    mode : mode of the lane.
    basis : ``delivery records``, or ``published``: the supplier's and the lane's own figures.
    n, open : orders delivered, and still open (they count as longer than they have waited so far).
    mean, sd : of the lead time.
    mean_low, mean_high : 95 % interval of the mean that respects spells of bad luck; NaN where it cannot be had.
    p10, p50, p90 : quantiles: the shortest lead time that so large a share of orders does not exceed.
    values, weights : (points,) the empirical distribution (Kaplan and Meier 1958), weights sum to 1; empty when published.
    on_time : share of orders delivered on the promised day or before; NaN without promises.
    late_p50, late_p90 : lateness of the late ones, orders open beyond their promise included.
    crossed : share of orders that a later order of the same item overtook; NaN when published.
    thin, thin_why : whether the figures rest on little, and why.

    Not modelled: deliveries in parts (each record is an order of its own); promises that were moved.
    """

    mode: str
    basis: Literal["delivery records", "published"]
    n: int
    open: int
    mean: float
    sd: float
    mean_low: float
    mean_high: float
    p10: float
    p50: float
    p90: float
    values: Floats
    weights: Floats
    on_time: float
    late_p50: float
    late_p90: float
    crossed: float
    thin: bool
    thin_why: str


def published(known: LeadTime, waiting: int = 0) -> LeadTimeProfile:
    """The profile where no delivery is on record: what supplier and lane say of themselves.

    Parameters
    ----------
    known : published mean, standard deviation and mode.
    waiting : orders on record of which none has come yet.
    """
    none, empty = math.nan, np.zeros(0)
    why = f"none of {waiting} orders on record has come yet: the published lead time stands in" if waiting else ""
    rest = (none, none, none, none, none, empty, empty, none, none, none, none)
    return LeadTimeProfile(known.mode, "published", 0, waiting, known.mean, known.sd, *rest, bool(why), why)


def of_orders(line: Deliveries, mode: str) -> LeadTimeProfile:
    """The profile of orders of which at least one was delivered.

    Parameters
    ----------
    line : records of one supply line, as known on some morning.
    mode : mode of its lane.
    """
    done = ~np.isnan(line.delivered)
    taken, waited = line.lead_times[done], line.waited[~done]
    values, weights = distribution(taken, waited)
    mean = float(weights @ values)
    count = len(line)
    sd = math.sqrt(float(weights @ (values - mean) ** 2) * count / (count - 1)) if count > 1 else math.nan
    if done.all():
        mean, sd = float(taken.mean()), (float(taken.std(ddof=1)) if count > 1 else math.nan)
    half = half_width(line.ordered, np.where(done, line.lead_times, line.waited) - mean)
    on_time, late_p50, late_p90 = _punctuality(line)
    p10, p50, p90 = (quantile(values, weights, share) for share in (0.1, 0.5, 0.9))
    why = _thin(taken, waited, mean, half)
    return LeadTimeProfile(
        mode=mode,
        basis="delivery records",
        n=int(done.sum()),
        open=int((~done).sum()),
        mean=mean,
        sd=sd,
        mean_low=max(mean - half, 0.0),
        mean_high=mean + half,
        p10=p10,
        p50=p50,
        p90=p90,
        values=values,
        weights=weights,
        on_time=on_time,
        late_p50=late_p50,
        late_p90=late_p90,
        crossed=_crossed(line),
        thin=bool(why),
        thin_why=why,
    )


def distribution(seen: Floats, censored: Floats) -> tuple[Floats, Floats]:
    """Values and weights of the Kaplan-Meier distribution of durations, some of which are only known to be longer.

    What remains beyond the longest duration is put there (Efron 1967).

    Parameters
    ----------
    seen : (n,) durations that ended.
    censored : (m,) durations so far of those that have not.
    """
    from scipy.stats import CensoredData, ecdf

    if not censored.size:
        values, counts = np.unique(seen, return_counts=True)
        return values, counts / seen.size
    found = ecdf(CensoredData(uncensored=seen, right=censored)).sf
    values, weights = np.asarray(found.quantiles), -np.diff(found.probabilities, prepend=1.0)
    weights[-1] += found.probabilities[-1]
    kept = weights > 1e-12
    return values[kept], weights[kept] / weights[kept].sum()


def quantile(values: Floats, weights: Floats, share: float) -> float:
    """The smallest value at which the distribution function reaches a share; NaN of nothing."""
    if not values.size:
        return math.nan
    place = np.searchsorted(np.cumsum(weights), share - ROUNDING)
    return float(values[min(int(place), values.size - 1)])


def half_width(ordered: Floats, rest: Floats) -> float:
    """Half of the 95 % interval of the mean of orders that share their luck with those placed near them.

    The standard error is the larger of two. Groups of consecutive orders, equally long in time, with any number of orders:
    the variance of a ratio (Cochran 1977, section 6.3). And weeks' means at their autocorrelation (Bartlett 1946).
    """
    from scipy.stats import t

    length = max((float(ordered.max() - ordered.min()) + 1) / GROUPS, SHORTEST)
    _, group = np.unique(np.floor((ordered - ordered.max()) / length), return_inverse=True)
    sums = np.bincount(group, rest)
    if sums.size < 2:
        return math.nan
    variance = sums.size / (sums.size - 1) * float((sums**2).sum()) / rest.size**2
    _, week = np.unique(np.floor(ordered / 7), return_inverse=True)
    means = (np.bincount(week, rest) / np.bincount(week))[:, None]
    if len(means) >= GROUPS:
        variance = max(variance, float(variance_of_mean(means, np.ones(means.shape, dtype=bool))[0]))
    return float(t.ppf(0.975, sums.size - 1)) * math.sqrt(variance)


def _punctuality(line: Deliveries) -> tuple[float, float, float]:
    """Share on time, median and ninth decile of the lateness of the late ones.

    An open order whose promised day has passed is late, by more than the days since; one that is not due counts nowhere.
    """
    late = line.lateness
    done = ~np.isnan(late)
    overdue = np.isnan(line.delivered) & (line.promised < line.seen)
    if not done.any() and not overdue.any():
        return math.nan, math.nan, math.nan
    on_time = float((late[done] <= 0).sum() / (done.sum() + overdue.sum()))
    behind = late[done & (late > 0)]
    if not behind.size:
        return on_time, math.nan, math.nan
    values, weights = distribution(behind, (line.seen - line.promised)[overdue])
    return on_time, quantile(values, weights, 0.5), quantile(values, weights, 0.9)


def _crossed(line: Deliveries) -> float:
    """Share of orders that an order of the same item, placed on a later day, overtook; open ones may have been."""
    arrival = np.where(np.isnan(line.delivered), np.inf, line.delivered)
    order = np.lexsort((line.ordered, line.item[1]))
    crossed = 0
    for part in np.split(order, np.flatnonzero(np.diff(line.item[1][order])) + 1):
        placed, came = line.ordered[part], arrival[part]
        earliest = np.append(np.minimum.accumulate(came[::-1])[::-1], np.inf)
        crossed += int((earliest[np.searchsorted(placed, placed, side="right")] < came).sum())
    return crossed / len(line)


def _thin(taken: Floats, waited: Floats, mean: float, half: float) -> str:
    words = []
    count = taken.size + waited.size
    if taken.size < THIN_ORDERS:
        words.append(f"{taken.size} order{'s' if taken.size > 1 else ''} delivered")
    if waited.size > THIN_OPEN * count:
        words.append(f"{waited.size} of {count} orders are still open")
    if half > THIN_WIDTH * mean:
        words.append(f"the mean is known to ±{half / mean:.0%}")
    elif math.isnan(half):
        words.append("all orders within four weeks")
    longest = int((waited > taken.max()).sum())
    if longest:
        words.append(f"{longest} open longer than any that came: cancelled?")
    return "; ".join(words)
