"""The economic order quantity with a price that falls with the size of the order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.theory.arguments import require_non_negative, require_positive


@dataclass(frozen=True, slots=True)
class DiscountLot:
    """The lot of least cost.

    Attributes
    ----------
    order_quantity
        Units.
    price
        Mean money per unit at that quantity.
    cost_per_time
        Purchases, orders and stock, money per time unit.
    """

    order_quantity: float
    price: float
    cost_per_time: float


def discount_lot(
    fixed_order: float,
    demand_rate: float,
    prices: Sequence[tuple[float, float]],
    carrying: float = 0.0,
    carrying_rate: float = 0.0,
    incremental: bool = False,
) -> DiscountLot:
    """Order quantity of least cost under quantity discounts.

    Parameters
    ----------
    fixed_order
        Money per order.
    demand_rate
        Units per time unit.
    prices
        (quantity from which it holds, money per unit), the first from 0 on, quantities rising.
    carrying
        Money per unit and time unit that does not depend on the price paid.
    carrying_rate
        Share of the mean price paid, a time unit.
    incremental
        False: a price holds for all units of the order; true: for the units above its quantity.

    Returns
    -------
    The lot, its mean price and its cost.

    Raises
    ------
    ValueError
        If an argument is out of bounds, carrying costs nothing, or quantities do not rise from 0.

    Notes
    -----
    Hadley and Whitin (1963), Analysis of Inventory Systems, sections 2-11 and 2-12. In every bracket the best quantity is
    the economic one, moved to the nearer end where it lies outside; the cheapest of all brackets is the answer. Incremental
    discounts add to the cost of an order what its first units cost more than the last.
    """
    require_positive("fixed_order", fixed_order)
    require_positive("demand_rate", demand_rate)
    require_non_negative("carrying", carrying)
    require_non_negative("carrying_rate", carrying_rate)
    starts = [quantity for quantity, _ in prices]
    if not prices or starts[0] != 0.0 or any(b <= a for a, b in zip(starts, starts[1:], strict=False)):
        raise ValueError(f"prices: quantities {starts!r} are not allowed (rising, the first 0)")
    best: DiscountLot | None = None
    extra = 0.0
    for number, (start, price) in enumerate(prices):
        require_positive("price", price)
        if number and incremental:
            extra += start * (prices[number - 1][1] - price)
        holding = carrying + carrying_rate * price
        require_positive("carrying cost of a unit", holding)
        above = prices[number + 1][0] if number + 1 < len(prices) else math.inf
        quantity = math.sqrt(2.0 * (fixed_order + extra) * demand_rate / holding) if fixed_order + extra > 0 else start
        if incremental and not start <= quantity < above:
            continue
        if quantity >= above:
            continue  # the next bracket has this quantity at its own price
        quantity = max(quantity, start)
        mean = price + extra / quantity
        cost = (
            mean * demand_rate + fixed_order * demand_rate / quantity + (carrying + carrying_rate * mean) * quantity / 2
        )
        if best is None or cost < best.cost_per_time:
            best = DiscountLot(quantity, mean, cost)
    if best is None:
        raise ValueError(f"prices: {list(prices)!r} are not allowed (a price must not rise with the quantity)")
    return best
