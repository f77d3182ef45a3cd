"""The newsvendor: one order, one period of normal or Poisson demand."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import ndtri

from sim.theory.arguments import require_positive, require_whole
from sim.theory.excess import normal_excess, poisson_cdf, poisson_excess


@dataclass(frozen=True, slots=True)
class Newsvendor:
    """Expected outcome of one period.

    Attributes
    ----------
    order_up_to
        Stock at the start of the period, units.
    cost
        Expected holding and stockout cost, money per period.
    expected_shortage, expected_leftover
        Units per period.
    critical_ratio
        Stockout cost over the sum of both costs: the best probability of not running out.
    """

    order_up_to: float
    cost: float
    expected_shortage: float
    expected_leftover: float
    critical_ratio: float


def critical_ratio(holding: float, stockout: float) -> float:
    """Best probability of meeting all demand, ``p / (p + h)``.

    Parameters
    ----------
    holding
        Cost per unit left over.
    stockout
        Cost per unit short.

    Returns
    -------
    The ratio, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If a cost is not above 0.
    """
    require_positive("holding", holding)
    require_positive("stockout", stockout)
    return stockout / (stockout + holding)


def _outcome(holding: float, stockout: float, mean: float, level: float, shortage: float) -> Newsvendor:
    leftover = level - mean + shortage
    return Newsvendor(
        order_up_to=level,
        cost=holding * leftover + stockout * shortage,
        expected_shortage=shortage,
        expected_leftover=leftover,
        critical_ratio=critical_ratio(holding, stockout),
    )


def normal_newsvendor(
    holding: float, stockout: float, mean: float, sd: float, order_up_to: float | None = None
) -> Newsvendor:
    """Outcome under normal demand, at the best level or at a given one.

    Parameters
    ----------
    holding
        Cost per unit left over.
    stockout
        Cost per unit short.
    mean, sd
        Demand of the period, units.
    order_up_to
        Level to evaluate, units; by default the best one.

    Returns
    -------
    The expected outcome.

    Raises
    ------
    ValueError
        If a cost or the standard deviation is not above 0.

    Notes
    -----
    ``S* = mean + sd Phi^-1(p / (p + h))``: Arrow, Harris & Marschak (1951); Snyder & Shen (2019), section 4.3.2.
    """
    ratio = critical_ratio(holding, stockout)
    require_positive("sd", sd)
    level = float(mean + sd * ndtri(ratio)) if order_up_to is None else order_up_to
    return _outcome(holding, stockout, mean, level, normal_excess(mean, sd, level))


def poisson_newsvendor(holding: float, stockout: float, mean: float, order_up_to: int | None = None) -> Newsvendor:
    """Outcome under Poisson demand, at the best level or at a given one.

    Parameters
    ----------
    holding
        Cost per unit left over.
    stockout
        Cost per unit short.
    mean
        Demand of the period, units.
    order_up_to
        Level to evaluate, whole units; by default the best one.

    Returns
    -------
    The expected outcome.

    Raises
    ------
    ValueError
        If a cost or the mean is not above 0, or the level is not a whole number of at least 0.

    Notes
    -----
    The best level is the smallest S with ``P(D <= S) >= p / (p + h)``: Snyder & Shen (2019), section 4.3.2.
    """
    ratio = critical_ratio(holding, stockout)
    require_positive("mean", mean)
    if order_up_to is None:
        order_up_to = 0
        while poisson_cdf(mean, order_up_to) < ratio:
            order_up_to += 1
    require_whole("order_up_to", order_up_to)
    return _outcome(holding, stockout, mean, order_up_to, poisson_excess(mean, order_up_to))
