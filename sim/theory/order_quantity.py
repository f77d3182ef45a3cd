"""The (r, Q) policy: order Q as soon as the inventory position drops to r."""

from __future__ import annotations

from dataclasses import dataclass

from sim.theory.arguments import require_non_negative, require_positive, require_whole
from sim.theory.excess import poisson_cdf, poisson_excess


@dataclass(frozen=True, slots=True)
class OrderQuantity:
    """Long-run measures of an (r, Q) policy.

    Attributes
    ----------
    reorder_point, order_quantity
        The policy, units.
    mean_on_hand, mean_backorders
        Time averages, units.
    fill_rate
        Share of demand served from stock at once.
    orders_per_time
        Orders per time unit.
    """

    reorder_point: int
    order_quantity: int
    mean_on_hand: float
    mean_backorders: float
    fill_rate: float
    orders_per_time: float

    def cost(self, holding: float, backorder: float, fixed_order: float) -> float:
        """Long-run cost rate.

        Parameters
        ----------
        holding, backorder
            Money per unit and time unit.
        fixed_order
            Money per order.

        Returns
        -------
        Money per time unit.
        """
        return fixed_order * self.orders_per_time + holding * self.mean_on_hand + backorder * self.mean_backorders


def order_quantity(demand_rate: float, lead_time: float, reorder_point: int, quantity: int) -> OrderQuantity:
    """Exact measures for unit Poisson demand, a constant lead time and backorders.

    Parameters
    ----------
    demand_rate
        Units per time unit.
    lead_time
        Time units, constant.
    reorder_point
        Inventory position r at which an order is placed, units; may be negative.
    quantity
        Order quantity Q, units.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If the demand rate is not above 0, the lead time is negative, or the quantity is not a whole number of at
        least 1.

    Notes
    -----
    The inventory position is uniform on r + 1, ..., r + Q, so every measure averages base-stock measures:
    Hadley & Whitin (1963), chapter 4; Zipkin (2000), chapter 6.
    """
    require_positive("demand_rate", demand_rate)
    require_non_negative("lead_time", lead_time)
    require_whole("quantity", quantity, minimum=1)
    mean = demand_rate * lead_time
    positions = range(reorder_point + 1, reorder_point + quantity + 1)
    backorders = sum(poisson_excess(mean, position) for position in positions) / quantity
    return OrderQuantity(
        reorder_point=reorder_point,
        order_quantity=quantity,
        mean_on_hand=reorder_point + (quantity + 1) / 2.0 - mean + backorders,
        mean_backorders=backorders,
        fill_rate=sum(poisson_cdf(mean, position - 1) for position in positions) / quantity,
        orders_per_time=demand_rate / quantity,
    )


def optimal_order_quantity(
    demand_rate: float, lead_time: float, holding: float, backorder: float, fixed_order: float
) -> OrderQuantity:
    """The (r, Q) policy of least cost.

    Parameters
    ----------
    demand_rate
        Units per time unit.
    lead_time
        Time units, constant.
    holding, backorder
        Money per unit and time unit.
    fixed_order
        Money per order.

    Returns
    -------
    The best policy with its measures.

    Raises
    ------
    ValueError
        If the demand rate, the holding cost or the backorder cost is not above 0, or the lead time or fixed cost is
        negative.

    Notes
    -----
    Federgruen & Zheng (1992), Operations Research 40(4):808-813: the one-period cost G is unimodal, so the best
    positions for Q are those for Q - 1 and the cheaper of the two neighbours; stop when that neighbour costs at
    least the average so far.
    """
    require_positive("demand_rate", demand_rate)
    require_non_negative("lead_time", lead_time)
    require_positive("holding", holding)
    require_positive("backorder", backorder)
    require_non_negative("fixed_order", fixed_order)
    mean = demand_rate * lead_time

    def position_cost(position: int) -> float:
        excess = poisson_excess(mean, position)
        return holding * (position - mean + excess) + backorder * excess

    best = 0
    while position_cost(best + 1) < position_cost(best):
        best += 1
    below, above = best - 1, best + 1  # neighbours of the positions chosen so far
    total = fixed_order * demand_rate + position_cost(best)
    quantity = 1
    while True:
        cost_below, cost_above = position_cost(below), position_cost(above)
        if min(cost_below, cost_above) >= total / quantity:
            return order_quantity(demand_rate, lead_time, below, quantity)
        total += min(cost_below, cost_above)
        quantity += 1
        if cost_below <= cost_above:
            below -= 1
        else:
            above += 1
