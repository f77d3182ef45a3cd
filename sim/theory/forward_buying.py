"""Buying ahead of a price rise that is known: how many days, and how much, pays."""

from __future__ import annotations

import math

from sim.theory.arguments import require_non_negative, require_positive
from sim.theory.economic_order import economic_order_quantity

YEAR = 365.0


def days_ahead(rise: float, carrying: float) -> float:
    """Days of demand to buy ahead where ordering costs nothing: the last unit saves as much as it costs to carry.

    Parameters
    ----------
    rise
        Money per unit that the price will rise by.
    carrying
        Money per unit and year on hand.

    Returns
    -------
    Days; infinite where carrying costs nothing.

    Raises
    ------
    ValueError
        If an argument is negative.

    Notes
    -----
    A unit bought t days before it would have been bought saves `rise` and costs ``carrying t / 365``: ``T = 365 rise /
    carrying``. It is the limit of `special_order` as the cost of an order goes to nothing.
    """
    require_non_negative("rise", rise)
    require_non_negative("carrying", carrying)
    if carrying == 0.0:
        return math.inf if rise > 0 else 0.0
    return YEAR * rise / carrying


def orders_ahead(days: float, first: float, every: float) -> int:
    """How many later orders to place now, where orders would follow after `first` days and every `every` days then.

    Parameters
    ----------
    days
        What `days_ahead` allows: an order is worth placing now if it would have followed within so many days.
    first, every
        Days, above 0.

    Returns
    -------
    The number of orders.
    """
    require_positive("first", first)
    require_positive("every", every)
    return max(math.floor((days - first) / every + 1e-9) + 1, 0)


def special_order(price: float, rise: float, fixed_order: float, carrying_rate: float, demand_rate: float) -> float:
    """Size of the last order before a price rise, placed when stock is gone, where orders cost money.

    Parameters
    ----------
    price
        Money per unit before the rise.
    rise
        Money per unit added.
    fixed_order
        Money per order.
    carrying_rate
        Share of the price paid, a time unit.
    demand_rate
        Units per time unit.

    Returns
    -------
    The quantity, units.

    Raises
    ------
    ValueError
        If an argument is not above 0 (`rise` may be 0).

    Notes
    -----
    With Q the economic order quantity at the new price c = price + rise, gain(q) = (q / d)(c d + h c Q) - price q
    - h price q^2 / 2d - K, whose zero slope is ``q = rise d / (price h) + c Q / price``. Naddor (1966), Inventory Systems;
    Lev and Weiss (1990), Inventory models with cost changes, Operations Research 38(1):53-63 (for finite horizons too).
    """
    for name, value in (("price", price), ("fixed_order", fixed_order), ("carrying_rate", carrying_rate)):
        require_positive(name, value)
    require_positive("demand_rate", demand_rate)
    require_non_negative("rise", rise)
    new = price + rise
    lot = economic_order_quantity(fixed_order, carrying_rate * new, demand_rate)
    return rise * demand_rate / (price * carrying_rate) + new * lot / price


def break_even_drift(carrying: float, price: float, period: float, lot: float) -> float:
    """Yearly price growth at which lots of `lot` days cost as much as orders every `period` days, per unit bought.

    Parameters
    ----------
    carrying
        Money per unit and year on hand.
    price
        Money per unit on the day of the lot.
    period, lot
        Days between small orders, and days of demand in a lot, a whole multiple of the period.

    Returns
    -------
    Growth g, a share a year, compounded.

    Raises
    ------
    ValueError
        If an argument is not above 0, or the lot is no whole multiple of the period, of at least two.

    Notes
    -----
    Order j of n = lot / period is placed j periods early: it saves price ((1 + g)^(j period / 365) - 1) a unit and costs
    carrying j period / 365. The sum over j is zero; to first order ``ln(1 + g) = carrying / price``, whatever the lot.
    """
    from scipy.optimize import brentq

    for name, value in (("carrying", carrying), ("price", price), ("period", period), ("lot", lot)):
        require_positive(name, value)
    count = round(lot / period)
    if count < 2 or abs(count * period - lot) > 1e-9 * lot:
        raise ValueError(f"lot: {lot!r} is not allowed (a multiple of the period, {period!r}, of at least two is)")

    def net(growth: float) -> float:
        early = [number * period / YEAR for number in range(count)]
        return sum(price * math.expm1(years * math.log1p(growth)) - carrying * years for years in early)

    return float(brentq(net, 0.0, math.expm1(2.0 * carrying / price) + 1e-9, xtol=1e-14))
