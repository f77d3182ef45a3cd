"""The safety factor at which one more unit of stock costs what it saves."""

from __future__ import annotations


def balanced(
    cost: float, price: float, carrying: float, lost: float, goodwill: float, penalty: float, days: float = 7.0
) -> float:
    """Standard normal quantile of the newsvendor's critical ratio: held too long against missed, for one order cycle.

    Source: the newsvendor (Arrow, Harris and Marschak 1951). A unit too many is carried for a cycle; a unit too few is lost
    with its margin and goodwill, or waits at a penalty.

    Parameters
    ----------
    cost, price : of a unit, money.
    carrying : share of cost a year.
    lost : share of unmet demand that is lost; the rest waits.
    goodwill : lost with a lost unit, share of cost.
    penalty : of a unit that waits, share of price.
    days : of an order cycle.
    """
    from scipy.special import ndtri

    held = carrying * cost * days / 365
    short = lost * (price - cost + goodwill * cost) + (1 - lost) * penalty * price
    return float(ndtri(1 - held / short))
