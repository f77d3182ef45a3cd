"""The textbook safety-stock formula, and the exact lead-time demand that shows where it fails."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.theory.arguments import require_non_negative, require_positive, require_probability, require_whole
from sim.theory.excess import FloatArray, pmf_excess, trimmed


@dataclass(frozen=True, slots=True)
class SafetyStock:
    """What the formula asks for.

    Attributes
    ----------
    mean_lead_time_demand, sd_lead_time_demand
        Units.
    safety_stock, reorder_point
        Units, not rounded.
    """

    mean_lead_time_demand: float
    sd_lead_time_demand: float
    safety_stock: float
    reorder_point: float


@dataclass(frozen=True, slots=True)
class FormulaCheck:
    """What the formula promises against what it delivers.

    Attributes
    ----------
    formula
        The formula's numbers.
    formula_reorder_point
        The formula's reorder point, rounded up to whole units.
    promised_cycle_service, achieved_cycle_service
        Probability that the demand over a lead time does not exceed the reorder point.
    expected_short_per_cycle
        Units short in a replenishment cycle at the formula's reorder point.
    needed_reorder_point
        Smallest whole reorder point that keeps the promise.
    """

    formula: SafetyStock
    formula_reorder_point: int
    promised_cycle_service: float
    achieved_cycle_service: float
    expected_short_per_cycle: float
    needed_reorder_point: int


def safety_stock(
    demand_mean: float, demand_sd: float, lead_time: float, lead_time_sd: float, cycle_service: float
) -> SafetyStock:
    """The textbook formula, which takes the demand over a lead time as normal.

    Parameters
    ----------
    demand_mean, demand_sd
        Demand per period, units.
    lead_time, lead_time_sd
        Mean and standard deviation, periods.
    cycle_service
        Wanted probability of not running out in a replenishment cycle.

    Returns
    -------
    The formula's numbers.

    Raises
    ------
    ValueError
        If a mean is not above 0, a standard deviation is negative, or the probability is not strictly between 0
        and 1.

    Notes
    -----
    ``z sqrt(L sd^2 + d^2 sL^2)``: Hadley & Whitin (1963), chapter 4; Chopra & Meindl, Supply Chain Management,
    chapter on safety inventory.
    """
    require_positive("demand_mean", demand_mean)
    require_non_negative("demand_sd", demand_sd)
    require_positive("lead_time", lead_time)
    require_non_negative("lead_time_sd", lead_time_sd)
    require_probability("cycle_service", cycle_service)
    sd = math.sqrt(lead_time * demand_sd**2 + demand_mean**2 * lead_time_sd**2)
    mean = demand_mean * lead_time
    stock = float(ndtri(cycle_service)) * sd
    return SafetyStock(mean, sd, stock, mean + stock)


def moments(pmf: FloatArray) -> tuple[float, float]:
    """Mean and standard deviation of a variable on 0, 1, 2, ...

    Parameters
    ----------
    pmf : (n,), probability of 0, 1, ..., n - 1

    Returns
    -------
    Mean and standard deviation, units.
    """
    values = np.arange(pmf.size, dtype=np.float64)
    mean = float(values @ pmf)
    return mean, math.sqrt(float((values - mean) ** 2 @ pmf))


def lumpy_demand(prob_demand: float, mean_size: float) -> FloatArray:
    """Distribution of a day's demand that is zero on most days and geometric on the others.

    Parameters
    ----------
    prob_demand
        Probability that a day has demand.
    mean_size
        Mean of the demand on such a day, units; geometric on 1, 2, ...

    Returns
    -------
    (n,), probability of 0, 1, ..., n - 1 units.

    Raises
    ------
    ValueError
        If the probability is not strictly between 0 and 1 or the mean size is not above 1.
    """
    require_probability("prob_demand", prob_demand)
    if not (math.isfinite(mean_size) and mean_size > 1):
        raise ValueError(f"mean_size: {mean_size!r} is not allowed (a finite number > 1 is)")
    stop = 1.0 / mean_size
    size = math.ceil(math.log(1e-17) / math.log1p(-stop)) + 1
    pmf = prob_demand * stop * (1.0 - stop) ** np.arange(-1.0, size)
    pmf[0] = 1.0 - prob_demand
    return pmf


def lead_time_demand(period_demand: FloatArray, lead_time: Mapping[int, float]) -> FloatArray:
    """Distribution of the demand over a random lead time, by repeated convolution.

    Parameters
    ----------
    period_demand : (n,), probability of 0, 1, ..., n - 1 units in a period; periods are independent
    lead_time
        Probability of each possible lead time in whole periods.

    Returns
    -------
    (m,), probability of 0, 1, ..., m - 1 units.

    Raises
    ------
    ValueError
        If a lead time is not a whole number of at least 0, or either set of probabilities does not sum to 1.
    """
    for name, total in (("period_demand", float(period_demand.sum())), ("lead_time", sum(lead_time.values()))):
        if abs(total - 1.0) > 1e-9:
            raise ValueError(f"{name}: probabilities sum to {total!r} (a sum of 1 is allowed)")
    convolved = np.ones(1)
    periods = 0
    parts: list[FloatArray] = []
    for length in sorted(lead_time):
        require_whole("lead_time", length)
        while periods < length:
            convolved = trimmed(np.convolve(convolved, period_demand))
            periods += 1
        parts.append(lead_time[length] * convolved)
    mixture = np.zeros(max(part.size for part in parts))
    for part in parts:
        mixture[: part.size] += part
    return mixture


def reorder_point_for(lead_time_pmf: FloatArray, cycle_service: float) -> int:
    """Smallest reorder point that keeps a cycle-service promise.

    Parameters
    ----------
    lead_time_pmf : (n,), probability of 0, 1, ..., n - 1 units demanded over the lead time
    cycle_service
        Wanted probability of not running out in a replenishment cycle.

    Returns
    -------
    The reorder point, whole units.

    Raises
    ------
    ValueError
        If the probability is not strictly between 0 and 1.
    """
    require_probability("cycle_service", cycle_service)
    return int(np.searchsorted(np.cumsum(lead_time_pmf), cycle_service))


def formula_check(period_demand: FloatArray, lead_time: Mapping[int, float], cycle_service: float) -> FormulaCheck:
    """Hold the formula against the exact distribution of the demand over a lead time.

    Parameters
    ----------
    period_demand : (n,), probability of 0, 1, ..., n - 1 units in a period; periods are independent
    lead_time
        Probability of each possible lead time in whole periods.
    cycle_service
        Promised probability of not running out in a replenishment cycle.

    Returns
    -------
    The promise and what becomes of it.

    Raises
    ------
    ValueError
        If probabilities do not sum to 1, a lead time is not whole, or the promise is not strictly between 0 and 1.
    """
    pmf = lead_time_demand(period_demand, lead_time)
    mean, sd = moments(period_demand)
    periods = sum(length * share for length, share in lead_time.items())
    spread = sum((length - periods) ** 2 * share for length, share in lead_time.items())
    formula = safety_stock(mean, sd, periods, math.sqrt(spread), cycle_service)
    reorder_point = math.ceil(formula.reorder_point)
    return FormulaCheck(
        formula=formula,
        formula_reorder_point=reorder_point,
        promised_cycle_service=cycle_service,
        achieved_cycle_service=float(pmf[: reorder_point + 1].sum()),
        expected_short_per_cycle=pmf_excess(pmf, reorder_point),
        needed_reorder_point=reorder_point_for(pmf, cycle_service),
    )
