"""Serial systems under echelon base-stock control with normal demand: evaluation and optimum.

Stages are numbered as in the literature: the first faces the customer, the last is fed by an unlimited source.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from sim.theory.arguments import require_length, require_positive
from sim.theory.excess import FloatArray

NODES = 240
"""Gauss-Legendre nodes that stand for the continuous part of a stage's shortfall."""

REACH = 10.0
"""Standard deviations of lead-time demand taken into account on either side."""


@cache
def _gauss() -> tuple[FloatArray, FloatArray]:
    """Points and weights of the quadrature on -1 to 1; they are the roots of a polynomial, and dear to find."""
    points, weights = np.polynomial.legendre.leggauss(NODES)
    return points, weights


@dataclass(frozen=True, slots=True)
class EchelonSystem:
    """Long-run measures of a serial system under echelon base-stock control.

    Attributes
    ----------
    echelon_levels
        Echelon base-stock level of each stage, units.
    cost_per_time
        Holding, pipeline and backorder cost, money per time unit.
    on_hand
        Mean stock on hand at each stage, units.
    mean_backorders
        Customer backorders at the first stage, units.
    prob_no_stockout
        Share of time without customer backorders.
    pipeline_cost
        The part of the cost that is due to goods in transit between stages; no level can change it.
    """

    echelon_levels: tuple[float, ...]
    cost_per_time: float
    on_hand: tuple[float, ...]
    mean_backorders: float
    prob_no_stockout: float
    pipeline_cost: float


@dataclass(frozen=True, slots=True)
class _Stage:
    """What a stage owes its echelon target: a mixture of normal variables, one for each shift."""

    weights: FloatArray
    shifts: FloatArray
    mean: float
    sd: float

    def cdf(self, level: float) -> float:
        """Probability of at most `level`."""
        return float(self.weights @ ndtr((level - self.shifts - self.mean) / self.sd))

    def excess(self, level: float) -> float:
        """Expected excess over `level`."""
        z = (level - self.shifts - self.mean) / self.sd
        density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
        return float(self.sd * (self.weights @ (density - z * ndtr(-z))))

    def expectation(self) -> float:
        """Mean of the mixture."""
        return float(self.weights @ (self.shifts + self.mean))

    def downstream(self, local_stock: float, mean: float, sd: float) -> _Stage:
        """The next stage down: what is short here beyond its local stock, plus its own lead-time demand."""
        low = max(local_stock, float(self.shifts.min()) + self.mean - REACH * self.sd)
        high = float(self.shifts.max()) + self.mean + REACH * self.sd
        weights, shifts = [self.cdf(low)], [low - local_stock]
        if high > low:
            points, quadrature = _gauss()
            at = 0.5 * (high - low) * (points + 1.0) + low
            z = (at[:, None] - self.shifts[None, :] - self.mean) / self.sd
            density = np.exp(-0.5 * z * z) @ self.weights / (math.sqrt(2.0 * math.pi) * self.sd)
            weights.extend(0.5 * (high - low) * quadrature * density)
            shifts.extend(at - local_stock)
        return _Stage(np.array(weights), np.array(shifts), mean, sd)


def _stages(levels: Sequence[float], lead_times: Sequence[float], mean: float, sd: float) -> list[_Stage]:
    """Shortfall plus lead-time demand of each stage, first stage first, the last of `levels` fed without limit."""
    top = len(levels) - 1
    laws = [(mean * time, sd * math.sqrt(time)) for time in lead_times]
    stages = [_Stage(np.ones(1), np.zeros(1), *laws[top])]
    for index in range(top - 1, -1, -1):
        stages.append(stages[-1].downstream(levels[index + 1] - levels[index], *laws[index]))
    return stages[::-1]


def _check(echelon_holding: Sequence[float], lead_times: Sequence[float], demand_sd: float, backorder: float) -> None:
    require_length("lead_times", lead_times, len(echelon_holding))
    for stage, (holding, time) in enumerate(zip(echelon_holding, lead_times, strict=True), start=1):
        require_positive(f"echelon_holding of stage {stage}", holding)
        require_positive(f"lead_times of stage {stage}", time)
    require_positive("demand_sd", demand_sd)
    require_positive("backorder", backorder)


def echelon_system(
    echelon_holding: Sequence[float],
    lead_times: Sequence[float],
    demand_mean: float,
    demand_sd: float,
    backorder: float,
    echelon_levels: Sequence[float],
) -> EchelonSystem:
    """Exact measures under normal demand in continuous review at given echelon base-stock levels.

    Parameters
    ----------
    echelon_holding
        Echelon holding cost of each stage, money per unit and time unit: what the stage adds to the local one.
    lead_times
        Lead time into each stage, time units.
    demand_mean, demand_sd
        Demand per time unit, units; over a time t it is normal with mean ``mu t`` and variance ``sd^2 t``.
    backorder
        Customer backorder cost, money per unit and time unit.
    echelon_levels
        Echelon base-stock level of each stage, units.

    Returns
    -------
    The long-run measures.

    Raises
    ------
    ValueError
        If a cost, a time or the standard deviation is not above 0, or the sequences differ in length.

    Notes
    -----
    Clark & Scarf (1960), Management Science 6(4):475-490, forward form as in van Houtum (2006), INFORMS TutORials,
    Multiechelon production/inventory systems: with shortfalls V_N = 0 and
    ``V_j = (V_{j+1} + D_{j+1} - (S_{j+1} - S_j))+``, stage j holds ``(S_j - S_{j-1} - V_j - D_j)+``.
    The shortfall's density is integrated by Gauss-Legendre quadrature.
    """
    _check(echelon_holding, lead_times, demand_sd, backorder)
    require_length("echelon_levels", echelon_levels, len(echelon_holding))
    stages = _stages(echelon_levels, lead_times, demand_mean, demand_sd)
    local_holding = np.cumsum(np.asarray(echelon_holding, dtype=np.float64)[::-1])[::-1]
    below = [0.0, *echelon_levels[:-1]]
    on_hand = []
    for stage, level, lower in zip(stages, echelon_levels, below, strict=True):
        local = level - lower
        on_hand.append(local - stage.expectation() + stage.excess(local))
    backorders = stages[0].excess(echelon_levels[0])
    pipeline = sum(local_holding[j + 1] * demand_mean * lead_times[j] for j in range(len(stages) - 1))
    return EchelonSystem(
        echelon_levels=tuple(echelon_levels),
        cost_per_time=float(local_holding @ np.array(on_hand) + pipeline + backorder * backorders),
        on_hand=tuple(on_hand),
        mean_backorders=backorders,
        prob_no_stockout=stages[0].cdf(echelon_levels[0]),
        pipeline_cost=float(pipeline),
    )


def optimal_echelon_system(
    echelon_holding: Sequence[float],
    lead_times: Sequence[float],
    demand_mean: float,
    demand_sd: float,
    backorder: float,
) -> EchelonSystem:
    """Echelon base-stock levels of least cost, with their measures.

    Parameters
    ----------
    echelon_holding
        Echelon holding cost of each stage, money per unit and time unit.
    lead_times
        Lead time into each stage, time units.
    demand_mean, demand_sd
        Demand per time unit, units.
    backorder
        Customer backorder cost, money per unit and time unit.

    Returns
    -------
    The best levels and their measures.

    Raises
    ------
    ValueError
        If a cost, a time or the standard deviation is not above 0, or the sequences differ in length.

    Notes
    -----
    Optimality of echelon base stock: Clark & Scarf (1960). Each level solves the newsvendor equation of van Houtum &
    Zijm (1991), International Journal of Production Economics 23:225-235: in the system cut off above stage j,
    ``P(no stockout) = (p + sum_{i > j} h_i) / (p + sum_i h_i)``.
    """
    _check(echelon_holding, lead_times, demand_sd, backorder)
    total = backorder + sum(echelon_holding)
    levels: list[float] = []
    for stage in range(1, len(echelon_holding) + 1):
        target = (backorder + sum(echelon_holding[stage:])) / total
        time = sum(lead_times[:stage])

        def gap(level: float, target: float = target, stage: int = stage) -> float:
            first = _stages([*levels, level], lead_times[:stage], demand_mean, demand_sd)[0]
            return first.cdf(levels[0] if levels else level) - target

        low = demand_mean * time - REACH * demand_sd * math.sqrt(time)
        high = demand_mean * time + REACH * demand_sd * math.sqrt(time)
        levels.append(float(brentq(gap, low, high, xtol=1e-10)))
    return echelon_system(echelon_holding, lead_times, demand_mean, demand_sd, backorder, levels)
