"""The economic order quantity (EOQ), with a supplier that is always up or sometimes down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from sim.theory.arguments import require_positive


@dataclass(frozen=True, slots=True)
class EconomicOrder:
    """Long-run measures of ordering Q whenever stock is gone and the supplier is up.

    Attributes
    ----------
    order_quantity
        Units.
    cost_per_time
        Ordering, holding and lost-sale cost, money per time unit.
    fraction_demand_lost
        Share of demand.
    mean_on_hand
        Time average, units.
    orders_per_time
        Orders per time unit.
    """

    order_quantity: float
    cost_per_time: float
    fraction_demand_lost: float
    mean_on_hand: float
    orders_per_time: float


@dataclass(frozen=True, slots=True)
class DisruptedSupplier:
    """Parameters of the EOQ with supplier disruptions.

    Attributes
    ----------
    fixed_order
        Money per order.
    holding
        Money per unit and time unit.
    lost_sale
        Money per unit of lost demand.
    demand_rate
        Units per time unit, constant.
    disruption_rate, recovery_rate
        Per time unit; up and down times are exponential.

    Raises
    ------
    ValueError
        If a parameter is not above 0.
    """

    fixed_order: float
    holding: float
    lost_sale: float
    demand_rate: float
    disruption_rate: float
    recovery_rate: float

    def __post_init__(self) -> None:
        for name in ("fixed_order", "holding", "lost_sale", "demand_rate", "disruption_rate", "recovery_rate"):
            require_positive(name, getattr(self, name))

    def prob_down(self, order_quantity: float) -> float:
        """Probability that the supplier is down when stock runs out, psi.

        Parameters
        ----------
        order_quantity
            Units.

        Returns
        -------
        The probability.
        """
        total = self.disruption_rate + self.recovery_rate
        return -self.disruption_rate / total * math.expm1(-total * order_quantity / self.demand_rate)

    def evaluate(self, order_quantity: float) -> EconomicOrder:
        """Exact measures at a given order quantity, by renewal reward over the cycle between orders.

        Parameters
        ----------
        order_quantity
            Units, above 0.

        Returns
        -------
        The long-run measures.

        Raises
        ------
        ValueError
            If the quantity is not above 0.

        Notes
        -----
        Parlar & Berkin (1991), corrected by Berk & Arreola-Risa (1994), Naval Research Logistics 41:129-132:
        ``[K + h Q^2 / 2d + p d psi / mu] / [Q / d + psi / mu]``.
        """
        require_positive("order_quantity", order_quantity)
        dry = self.prob_down(order_quantity) / self.recovery_rate
        cycle = order_quantity / self.demand_rate + dry
        stock_time = order_quantity**2 / (2.0 * self.demand_rate)
        lost = self.demand_rate * dry
        return EconomicOrder(
            order_quantity=order_quantity,
            cost_per_time=(self.fixed_order + self.holding * stock_time + self.lost_sale * lost) / cycle,
            fraction_demand_lost=dry / cycle,
            mean_on_hand=stock_time / cycle,
            orders_per_time=1.0 / cycle,
        )

    def optimum(self) -> EconomicOrder:
        """Exact measures at the order quantity of least cost.

        Returns
        -------
        The long-run measures at the best quantity.

        Notes
        -----
        The lowest point of a geometric grid around the approximation brackets a zero of the cost's derivative.
        """
        centre = self.approximation().order_quantity
        grid = centre * np.geomspace(1e-3, 1e3, 301)
        costs = [self.evaluate(float(quantity)).cost_per_time for quantity in grid]
        best = int(np.clip(np.argmin(costs), 1, grid.size - 2))
        root = brentq(self._slope, float(grid[best - 1]), float(grid[best + 1]), xtol=1e-12 * centre)
        return self.evaluate(float(root))

    def approximation(self) -> EconomicOrder:
        """Closed-form quantity and cost with psi replaced by its limit ``lambda / (lambda + mu)``.

        Returns
        -------
        The measures at the approximate quantity; the cost is the approximate cost, ``h Q``.

        Notes
        -----
        Snyder (2014), A tight approximation for an EOQ model with supply disruptions, International Journal of
        Production Economics 155:91-108. With ``a = d psi / mu``, ``Q = sqrt(a^2 + 2 d (K + p a) / h) - a``.
        """
        psi = self.disruption_rate / (self.disruption_rate + self.recovery_rate)
        lost = self.demand_rate * psi / self.recovery_rate
        root = lost**2 + 2.0 * self.demand_rate * (self.fixed_order + self.lost_sale * lost) / self.holding
        quantity = math.sqrt(root) - lost
        cycle = (quantity + lost) / self.demand_rate
        return EconomicOrder(
            order_quantity=quantity,
            cost_per_time=self.holding * quantity,
            fraction_demand_lost=lost / (quantity + lost),
            mean_on_hand=quantity**2 / (2.0 * self.demand_rate) / cycle,
            orders_per_time=1.0 / cycle,
        )

    def _slope(self, order_quantity: float) -> float:
        """Numerator of the derivative of the cost by the order quantity."""
        rate = self.disruption_rate + self.recovery_rate
        psi = self.prob_down(order_quantity)
        psi_slope = self.disruption_rate / self.demand_rate * math.exp(-rate * order_quantity / self.demand_rate)
        cycle = order_quantity / self.demand_rate + psi / self.recovery_rate
        cycle_slope = 1.0 / self.demand_rate + psi_slope / self.recovery_rate
        unit = self.lost_sale * self.demand_rate / self.recovery_rate
        money = self.fixed_order + self.holding * order_quantity**2 / (2.0 * self.demand_rate) + unit * psi
        money_slope = self.holding * order_quantity / self.demand_rate + unit * psi_slope
        return money_slope * cycle - money * cycle_slope


def economic_order_quantity(fixed_order: float, holding: float, demand_rate: float) -> float:
    """Order quantity of least cost with a supplier that is always up.

    Parameters
    ----------
    fixed_order
        Money per order.
    holding
        Money per unit and time unit.
    demand_rate
        Units per time unit, constant.

    Returns
    -------
    The quantity, units.

    Raises
    ------
    ValueError
        If an argument is not above 0.

    Notes
    -----
    ``sqrt(2 K d / h)``: Harris (1913), How many parts to make at once, Factory 10(2):135-136, 152.
    """
    require_positive("fixed_order", fixed_order)
    require_positive("holding", holding)
    require_positive("demand_rate", demand_rate)
    return math.sqrt(2.0 * fixed_order * demand_rate / holding)
