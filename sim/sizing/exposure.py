"""Exposure: the days of demand between placing an order and receiving it, as a law over days."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from sim.sizing.given import LeadTime, Protection

Floats = NDArray[np.float64]
TINY = 1e-9
QUANTILES = 200
#: continuous lead times are rounded to this part of a day where review is continuous
PART = 4


@dataclass(frozen=True)
class Exposure:
    """Law of the days of demand that come after an order and before its receipt.

    Attributes
    ----------
    days : (n,) ascending, whole unless review is continuous.
    weights : (n,) adding up to 1.
    """

    days: Floats
    weights: Floats

    @property
    def mean(self) -> float:
        return float(self.days @ self.weights)

    @property
    def sd(self) -> float:
        return math.sqrt(max(float((self.days - self.mean) ** 2 @ self.weights), 0.0))


def lead_times(lead: LeadTime) -> tuple[Floats, Floats]:
    """Values and weights: those seen, or else a gamma law of the given mean and sd at equally likely quantiles."""
    if lead.values.size:
        return lead.values, lead.weights
    if lead.sd == 0 or lead.mean == 0:
        return np.array([lead.mean]), np.ones(1)
    cv = lead.sd / lead.mean
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    values: Floats = np.asarray(gammaincinv(cv**-2, levels) * lead.mean * cv**2, dtype=np.float64)
    return values, np.full(QUANTILES, 1 / QUANTILES)


def exposed_days(values: Floats, protection: Protection) -> Floats:
    """Days of demand between order and receipt for lead times, by the order of a day (design: L in the morning, L - 1 in
    the evening for a whole lead time L; receipts come before the demand of their instant)."""
    if protection.continuous:
        return np.asarray(np.rint(values * PART) / PART, dtype=np.float64)
    if protection.evening:
        return np.asarray(np.maximum(np.ceil(values - TINY) - 1, 0.0), dtype=np.float64)
    return np.asarray(np.maximum(np.ceil(values - 0.5 - TINY), 0.0), dtype=np.float64)


def exposure(protection: Protection, lot: float = 0.0) -> Exposure:
    """Exposure of an order; where orders cross, of the n-th order to the n-th receipt, or Palm's mean.

    Base-stock with reviews and crossing has its own treatment (`sim.sizing.outstanding`), from the exposure of one order.
    """
    values, weights = lead_times(protection.lead_time)
    if protection.crossing and protection.continuous and lot == 0:
        # Palm (1938): what is outstanding depends on the mean alone
        values, weights = np.array([float(values @ weights)]), np.ones(1)
    one = _law(exposed_days(values, protection), weights)
    if protection.crossing and lot > 0 and protection.demand.mean > 0:
        least = 1 / PART if protection.continuous else protection.review_every
        return in_turn(one, max(lot / protection.demand.mean, least))
    return one


def _law(days: Floats, weights: Floats) -> Exposure:
    support, place = np.unique(days, return_inverse=True)
    return Exposure(support, np.asarray(np.bincount(place, weights, support.size), dtype=np.float64))


def in_turn(one: Exposure, gap: float) -> Exposure:
    """Exposure of the n-th order to the n-th receipt, where orders of one size cross and are placed every `gap` days.

    The n-th receipt is not the n-th order's, and comes with less spread: it is there once no fewer of the later orders
    have arrived than of the earlier are missing. The gap is taken as constant (Hayya, Bagchi, Kim and Sun 2008,
    International Journal of Production Economics 114:80-89: effective lead times).
    """
    if one.days.size == 1 or gap >= one.days[-1] - one.days[0]:
        return one
    cumulative = np.cumsum(one.weights)

    def arrived(after: Floats) -> Floats:
        place = np.searchsorted(one.days, after + TINY, "right")
        return np.where(place > 0, cumulative[np.maximum(place - 1, 0)], 0.0)

    def count(chances: Floats) -> Floats:
        pmf = np.ones(1)
        for chance in chances[chances > TINY].tolist():
            pmf = np.convolve(pmf, [1 - chance, chance])
        return pmf

    support = np.arange(math.floor(one.days[0]), math.ceil(one.days[-1]) + 1.0)
    orders = np.arange(math.ceil((support[-1] - support[0]) / gap) + 2)
    within = np.empty(support.size)
    for place, day in enumerate(support.tolist()):
        missing = count(1 - arrived(day + orders * gap))
        early = count(arrived(day - (orders + 1) * gap))
        at_most = np.cumsum(missing)
        within[place] = float(early @ at_most[np.minimum(np.arange(early.size), at_most.size - 1)])
    weights = np.diff(within, prepend=0.0)
    kept = weights > TINY
    return Exposure(support[kept], weights[kept] / weights[kept].sum())
