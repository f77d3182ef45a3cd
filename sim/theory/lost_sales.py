"""Base-stock policy with lost sales: the Erlang loss model."""

from __future__ import annotations

from dataclasses import dataclass

from sim.theory.arguments import require_positive, require_whole


@dataclass(frozen=True, slots=True)
class LostSales:
    """Long-run measures of a base-stock policy whose unmet demand is lost.

    Attributes
    ----------
    prob_lost, fill_rate
        Share of demand lost and served; they sum to one.
    mean_outstanding_orders, mean_on_hand
        Time averages, units; they sum to the base-stock level.
    variance_outstanding_orders
        Units squared; also the variance of stock on hand.
    """

    prob_lost: float
    fill_rate: float
    mean_outstanding_orders: float
    mean_on_hand: float
    variance_outstanding_orders: float


def erlang_b(offered_load: float, servers: int) -> float:
    """Erlang's loss probability, B(a, c).

    Parameters
    ----------
    offered_load
        Arrival rate times mean service time, erlangs.
    servers
        Number of servers.

    Returns
    -------
    The probability that an arrival finds all servers busy and is lost.

    Raises
    ------
    ValueError
        If the load is not above 0 or the number of servers is not a whole number of at least 0.

    Notes
    -----
    Erlang (1917), by the stable recursion ``1 / B(a, c) = 1 + c / (a B(a, c - 1))``, ``B(a, 0) = 1``.
    """
    require_positive("offered_load", offered_load)
    require_whole("servers", servers)
    inverse = 1.0
    for server in range(1, servers + 1):
        inverse = 1.0 + server * inverse / offered_load
    return 1.0 / inverse


def lost_sales(demand_rate: float, mean_lead_time: float, base_stock: int) -> LostSales:
    """Exact measures of a base-stock policy with lost sales and unit Poisson demand.

    Parameters
    ----------
    demand_rate
        Units per time unit.
    mean_lead_time
        Time units; orders are independent and may cross. The lead-time law does not matter beyond its mean.
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
    Outstanding orders are the busy servers of M/G/S/S: Karush (1957), Operations Research 5:693-703. With load a
    and loss B, their mean is ``m = a (1 - B)`` and their variance ``m - a B (S - m)``.
    """
    require_positive("demand_rate", demand_rate)
    require_positive("mean_lead_time", mean_lead_time)
    require_whole("base_stock", base_stock)
    load = demand_rate * mean_lead_time
    lost = erlang_b(load, base_stock)
    outstanding = load * (1.0 - lost)
    return LostSales(
        prob_lost=lost,
        fill_rate=1.0 - lost,
        mean_outstanding_orders=outstanding,
        mean_on_hand=base_stock - outstanding,
        variance_outstanding_orders=outstanding - load * lost * (base_stock - outstanding),
    )
