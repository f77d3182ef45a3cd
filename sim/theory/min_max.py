"""The (s, S) policy, also called min-max: at a review, order up to S if the inventory position is at most s."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.theory.arguments import require_positive, require_whole
from sim.theory.excess import FloatArray, poisson_excess, poisson_pmf


@dataclass(frozen=True, slots=True)
class MinMax:
    """Long-run measures of a periodically reviewed (s, S) policy.

    Attributes
    ----------
    reorder_level, order_up_to
        The policy s and S, units; an order is placed at an inventory position of s or less.
    mean_end_on_hand, mean_end_backorders
        Averages over the ends of periods, units.
    fill_rate
        Share of demand served from stock in the period it came.
    orders_per_period
        Orders per period.
    """

    reorder_level: int
    order_up_to: int
    mean_end_on_hand: float
    mean_end_backorders: float
    fill_rate: float
    orders_per_period: float

    def cost(self, holding: float, backorder: float, fixed_order: float) -> float:
        """Long-run cost rate.

        Parameters
        ----------
        holding, backorder
            Money per unit at the end of a period.
        fixed_order
            Money per order.

        Returns
        -------
        Money per period.
        """
        return (
            fixed_order * self.orders_per_period
            + holding * self.mean_end_on_hand
            + backorder * self.mean_end_backorders
        )


def renewal_density(pmf: FloatArray, size: int) -> FloatArray:
    """Expected number of periods spent with a given cumulative demand since the last order.

    Parameters
    ----------
    pmf : (n,), probability of a period's demand of 0, 1, ..., n - 1 units
    size
        Number of entries wanted.

    Returns
    -------
    (size,), periods spent with 0, 1, ..., size - 1 units demanded since the order.

    Notes
    -----
    ``m(j) = 1{j = 0} + sum_{l <= j} p(l) m(j - l)``: Zheng & Federgruen (1991), equation for the renewal density.
    """
    probabilities = np.zeros(max(size, 1))
    shared = min(size, pmf.size)
    probabilities[:shared] = pmf[:shared]
    density = np.zeros(size)
    stay = 1.0 - probabilities[0]
    for units in range(size):
        came = float(probabilities[1 : units + 1] @ density[:units][::-1])
        density[units] = ((units == 0) + came) / stay
    return density


def min_max(demand_mean: float, lead_time: int, reorder_level: int, order_up_to: int) -> MinMax:
    """Exact measures for Poisson demand per period, a constant lead time and backorders.

    Parameters
    ----------
    demand_mean
        Units per period.
    lead_time
        Whole periods. Each period: review and order, receive what was ordered `lead_time` periods ago, demand,
        books. With a lead time of 0 an order arrives before the demand of its own period.
    reorder_level
        Level s, units; may be negative.
    order_up_to
        Level S, units, above s.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If demand is not above 0, the lead time is not a whole number of at least 0, or S is not above s.

    Notes
    -----
    Renewal reward over the periods between orders: Veinott & Wagner (1965); Zheng & Federgruen (1991), Operations
    Research 39(4):654-665. Given the position y after ordering, the end-of-period level is y - D(L + 1).
    """
    require_positive("demand_mean", demand_mean)
    require_whole("lead_time", lead_time)
    if order_up_to <= reorder_level:
        raise ValueError(f"order_up_to: {order_up_to!r} is not allowed (a whole number > {reorder_level} = s is)")
    span = order_up_to - reorder_level
    density = renewal_density(poisson_pmf(demand_mean), span)
    periods = float(density.sum())
    after = demand_mean * (lead_time + 1)
    before = demand_mean * lead_time
    positions = range(order_up_to, reorder_level, -1)
    short_after = float(density @ np.array([poisson_excess(after, y) for y in positions])) / periods
    short_before = float(density @ np.array([poisson_excess(before, y) for y in positions])) / periods
    mean_position = float(density @ np.array(positions, dtype=np.float64)) / periods
    return MinMax(
        reorder_level=reorder_level,
        order_up_to=order_up_to,
        mean_end_on_hand=mean_position - after + short_after,
        mean_end_backorders=short_after,
        fill_rate=1.0 - (short_after - short_before) / demand_mean,
        orders_per_period=1.0 / periods,
    )


def optimal_min_max(demand_mean: float, lead_time: int, holding: float, backorder: float, fixed_order: float) -> MinMax:
    """The (s, S) policy of least cost.

    Parameters
    ----------
    demand_mean
        Units per period.
    lead_time
        Whole periods, as in `min_max`.
    holding, backorder
        Money per unit at the end of a period.
    fixed_order
        Money per order, above 0.

    Returns
    -------
    The best policy with its measures.

    Raises
    ------
    ValueError
        If demand or a cost is not above 0, or the lead time is not a whole number of at least 0.

    Notes
    -----
    Zheng & Federgruen (1991), Operations Research 39(4):654-665: the best s for a given S is the largest one whose
    one-period cost G(s) is at least the cost of (s, S); S is raised until G(S) exceeds the best cost found.
    """
    require_positive("demand_mean", demand_mean)
    require_whole("lead_time", lead_time)
    require_positive("holding", holding)
    require_positive("backorder", backorder)
    require_positive("fixed_order", fixed_order)
    mean = demand_mean * (lead_time + 1)
    pmf = poisson_pmf(demand_mean)
    density = renewal_density(pmf, 64)
    known: dict[int, float] = {}

    def position_cost(position: int) -> float:
        if position not in known:
            excess = poisson_excess(mean, position)
            known[position] = holding * (position - mean + excess) + backorder * excess
        return known[position]

    def average_cost(low: int, high: int) -> float:
        nonlocal density
        span = high - low
        if span > density.size:
            density = renewal_density(pmf, 2 * span)
        costs = np.array([position_cost(position) for position in range(high, low, -1)])
        return float((fixed_order + density[:span] @ costs) / density[:span].sum())

    high = 0
    while position_cost(high + 1) < position_cost(high):
        high += 1
    low = high - 1
    while average_cost(low, high) > position_cost(low):
        low -= 1
    best_low, best_high, best = low, high, average_cost(low, high)
    candidate = high + 1
    while position_cost(candidate) <= best:
        if average_cost(best_low, candidate) < best:
            best_high = candidate
            while average_cost(best_low, best_high) <= position_cost(best_low + 1):
                best_low += 1
            best = average_cost(best_low, best_high)
        candidate += 1
    return min_max(demand_mean, lead_time, best_low, best_high)
