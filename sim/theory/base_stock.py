"""Base-stock (one-for-one) policy with backorders: continuous review and daily review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sim.theory.arguments import require_positive, require_whole
from sim.theory.excess import poisson_cdf, poisson_excess


@dataclass(frozen=True, slots=True)
class ContinuousBaseStock:
    """Long-run measures of a continuously reviewed base-stock policy.

    Attributes
    ----------
    mean_outstanding_orders, mean_on_hand, mean_backorders
        Time averages, units.
    fill_rate
        Share of demand served from stock at once.
    ready_rate
        Share of time with stock on hand above zero; equals the fill rate for unit Poisson demand.
    prob_no_backorders
        Share of time without backorders; larger than the ready rate.
    mean_customer_wait
        Time units, averaged over all customers, those served at once included.
    """

    mean_outstanding_orders: float
    mean_on_hand: float
    mean_backorders: float
    fill_rate: float
    ready_rate: float
    prob_no_backorders: float
    mean_customer_wait: float


@dataclass(frozen=True, slots=True)
class DailyBaseStock:
    """Long-run measures of a base-stock policy that is reviewed once a day.

    Attributes
    ----------
    mean_end_of_day_on_hand, mean_end_of_day_backorders
        Units, after the day's demand.
    prob_day_ends_without_backorder
        Share of days.
    mean_on_hand_just_before_demand
        Units, after the day's receipt.
    fill_rate
        Share of demand served from stock on the day it came.
    """

    mean_end_of_day_on_hand: float
    mean_end_of_day_backorders: float
    prob_day_ends_without_backorder: float
    mean_on_hand_just_before_demand: float
    fill_rate: float


def continuous_review(demand_rate: float, mean_lead_time: float, base_stock: int) -> ContinuousBaseStock:
    """Exact measures for unit Poisson demand and a constant lead time, or independent ones that may cross.

    Parameters
    ----------
    demand_rate
        Units per time unit.
    mean_lead_time
        Time units. Orders are independent and may overtake each other, or the lead time is constant.
    base_stock
        Base-stock level S, units.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If a rate or time is not above 0, or the level is not a whole number of at least 0.

    Notes
    -----
    Outstanding orders are Poisson with mean ``lambda L``: Zipkin (2000), chapter 6, for a constant lead
    time; Palm (1938), as used by Sherbrooke (1968, Operations Research 16(1):122-141), for any lead-time law with
    that mean. E[on hand] = S - lambda L + E[B]; the wait follows from Little's law.

    Not valid for random lead times whose orders cannot cross: there the demand over a lead time is a mixed Poisson.
    """
    require_positive("demand_rate", demand_rate)
    require_positive("mean_lead_time", mean_lead_time)
    require_whole("base_stock", base_stock)
    outstanding = demand_rate * mean_lead_time
    backorders = poisson_excess(outstanding, base_stock)
    ready = poisson_cdf(outstanding, base_stock - 1)
    return ContinuousBaseStock(
        mean_outstanding_orders=outstanding,
        mean_on_hand=base_stock - outstanding + backorders,
        mean_backorders=backorders,
        fill_rate=ready,
        ready_rate=ready,
        prob_no_backorders=poisson_cdf(outstanding, base_stock),
        mean_customer_wait=backorders / demand_rate,
    )


def daily_review(
    demand_mean: float, lead_time: int, base_stock: int, review: Literal["morning", "evening"] = "morning"
) -> DailyBaseStock:
    """Exact measures for Poisson daily demand, a constant lead time and either order of the day's events.

    Parameters
    ----------
    demand_mean
        Units per day.
    lead_time
        Whole days.
    base_stock
        Base-stock level S, units.
    review
        ``"morning"``: review and order, receive what was ordered `lead_time` mornings ago, demand, books.
        ``"evening"``: receive what was ordered `lead_time` evenings ago, demand, books, review and order.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If demand is not above 0, the lead time is not a whole number of days (of at least 1 with an evening
        review), the level is not whole, or the review is neither morning nor evening.

    Notes
    -----
    A morning review protects against L + 1 days of demand, an evening review against L: Snyder & Shen (2019),
    Fundamentals of Supply Chain Theory, 2nd ed., section 4.4.3. The fill rate is
    ``1 - [E(D_n - S)+ - E(D_{n-1} - S)+] / E[D]`` with n the protection interval.
    """
    require_positive("demand_mean", demand_mean)
    require_whole("base_stock", base_stock)
    if review == "morning":
        require_whole("lead_time", lead_time)
        protection = lead_time + 1
    elif review == "evening":
        require_whole("lead_time", lead_time, minimum=1)
        protection = lead_time
    else:
        raise ValueError(f"review: {review!r} is not allowed ('morning' or 'evening' is)")
    after = demand_mean * protection
    before = demand_mean * (protection - 1)
    backorders_after = poisson_excess(after, base_stock)
    backorders_before = poisson_excess(before, base_stock)
    return DailyBaseStock(
        mean_end_of_day_on_hand=base_stock - after + backorders_after,
        mean_end_of_day_backorders=backorders_after,
        prob_day_ends_without_backorder=poisson_cdf(after, base_stock),
        mean_on_hand_just_before_demand=base_stock - before + backorders_before,
        fill_rate=1.0 - (backorders_after - backorders_before) / demand_mean,
    )
