"""The classical formula: demand over the protection interval taken as normal, sigma = sqrt(n s_d² + d² s_L²)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import ndtri

from sim.sizing.given import Protection
from sim.theory.excess import normal_excess
from sim.theory.safety_stock import safety_stock


@dataclass(frozen=True)
class Overshoot:
    """How far the position has fallen below the reorder point when an order is placed: mean and variance, units."""

    mean: float
    variance: float


def overshoot(protection: Protection, lot: float) -> Overshoot:
    """Overshoot of the reorder point under (r, nQ) with reviews, demand between them normal.

    With X the demand between two reviews, the mean is E X²/2EX and the mean square E X³/3EX, as of a renewal process
    (Silver, Pyke and Thomas 2017, Inventory and Production Management in Supply Chains, 4th ed., chapter on continuous
    and periodic review); half a unit less where units are whole, because the position is at r when an order is placed.
    Where a lot is smaller than X nearly every review orders and the overshoot is X less a position uniform on the lot.
    With continuous review and single units there is none.
    """
    demand = protection.demand
    if protection.continuous or demand.mean == 0:
        return Overshoot(0.0, 0.0)
    mean = demand.mean * protection.review_every
    variance = demand.sd**2 * protection.review_every
    half = 0.5 if protection.whole else 0.0
    if lot <= mean:
        return Overshoot(max(mean - lot / 2 - half, 0.0), variance + lot**2 / 12)
    first = (variance + mean**2) / (2 * mean)
    second = (mean**3 + 3 * mean * variance) / (3 * mean)
    return Overshoot(max(first - half, 0.0), max(second - first**2, 0.0))


def interval(protection: Protection, days: float) -> tuple[float, float]:
    """Mean and standard deviation of demand over an interval of a mean length whose spread is the lead time's, units."""
    demand, lead = protection.demand, protection.lead_time
    if days <= 0 or demand.mean <= 0:
        return demand.mean * max(days, 0.0), demand.mean * lead.sd
    found = safety_stock(demand.mean, demand.sd, days, lead.sd, 0.5)
    return found.mean_lead_time_demand, found.sd_lead_time_demand


def least_falling(share: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling share reaches 0, by halving."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if share(middle) <= 0 else (middle, high)
    return high


def level_for_cycles(mean: float, sd: float, p: float) -> float:
    """Level that a normal demand does not exceed with probability `p`."""
    return mean + float(ndtri(p)) * sd


@dataclass(frozen=True)
class Cycle:
    """What a fill rate is counted over: normal demand of one replenishment cycle, units.

    Attributes
    ----------
    after, before : mean and standard deviation of the demand up to the cycle's end, and up to its beginning.
    served : mean demand of the cycle.
    lot : how much higher the level stands at the beginning.
    """

    after: tuple[float, float]
    before: tuple[float, float]
    served: float
    lot: float = 0.0

    def short(self, level: float) -> float:
        """Units short in the cycle at a level: the excess of demand over it at the end, less what was short before."""
        return _excess(self.after, level) - _excess(self.before, level + self.lot)


def _excess(moments: tuple[float, float], level: float) -> float:
    mean, sd = moments
    return normal_excess(mean, sd, level) if sd > 0 else max(mean - level, 0.0)


def level_for_fill(cycle: Cycle, beta: float) -> float:
    """Level at which normal demand leaves a share 1 - beta of a cycle's demand short.

    Units short in a cycle are the excess of demand up to the next receipt over the level, less what was short before
    it: G of the interval's end less G of its beginning, or less G a lot higher (Silver, Pyke and Thomas 2017; Hadley and
    Whitin 1963).
    """
    mean, sd = cycle.after
    lowest = min(mean - 8 * sd - cycle.served, 0.0)
    return least_falling(lambda level: cycle.short(level) - (1 - beta) * cycle.served, lowest, mean + 12 * sd + 1e-9)


def base_stock_cycle(protection: Protection) -> Cycle:
    """The cycle of a base-stock level: from one review's receipt to the next's."""
    after = interval(protection, protection.days)
    step = 1.0 / protection.demand.mean if protection.continuous else protection.review_every
    before = interval(protection, protection.exposed)
    if protection.continuous:
        after = (before[0] + 1.0, before[1])  # the customer's own unit comes on top
    return Cycle(after, before, protection.demand.mean * step)


def lot_cycle(protection: Protection, lot: float) -> Cycle:
    """The cycle of (r, nQ): as long as what is ordered lasts."""
    mean, sd = interval(protection, protection.exposed)
    below = overshoot(protection, lot)
    after = (mean + below.mean, math.sqrt(sd**2 + below.variance))
    ordered = max(lot, protection.demand.mean * (0.0 if protection.continuous else protection.review_every))
    return Cycle(after, after, ordered, ordered)


def base_stock_level(protection: Protection, p: float | None, beta: float | None) -> float:
    """Base-stock level for a cycle service `p` or a fill rate `beta`, units."""
    if p is not None:
        return level_for_cycles(*interval(protection, protection.days), p)
    assert beta is not None
    return level_for_fill(base_stock_cycle(protection), beta)


def reorder_level(protection: Protection, lot: float, p: float | None, beta: float | None) -> float:
    """Reorder point of (r, nQ) for a cycle service `p` or a fill rate `beta`, units."""
    cycle = lot_cycle(protection, lot)
    if p is not None:
        return level_for_cycles(*cycle.after, p)
    assert beta is not None
    return level_for_fill(cycle, beta)
