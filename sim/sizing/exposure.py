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


def exposure(protection: Protection) -> Exposure:
    """Exposure of one order; Palm's mean where review is continuous and orders cross.

    Where orders cross and reviews are by day, `sim.sizing.outstanding` and `sim.sizing.paths` follow all of them, from
    the exposure of one.
    """
    values, weights = lead_times(protection.lead_time)
    if protection.crossing and protection.continuous:
        # Palm (1938): what is outstanding depends on the mean alone (single units; for lots it is taken to)
        values, weights = np.array([float(values @ weights)]), np.ones(1)
    return _law(exposed_days(values, protection), weights)


def _law(days: Floats, weights: Floats) -> Exposure:
    support, place = np.unique(days, return_inverse=True)
    return Exposure(support, np.asarray(np.bincount(place, weights, support.size), dtype=np.float64))
