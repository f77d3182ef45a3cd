"""Serial systems under local base-stock control (one for one) with Poisson demand.

Stages are numbered as in the literature: the first faces the customer, the last is fed by an unlimited source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.theory.arguments import require_length, require_positive, require_whole
from sim.theory.excess import FloatArray, pmf_excess, poisson_pmf, trimmed


@dataclass(frozen=True, slots=True)
class LocalStage:
    """Long-run measures of one stage under local base-stock control.

    Attributes
    ----------
    mean_on_hand, mean_backorders
        Time averages, units.
    fill_rate
        Share of the orders placed on this stage that are served from stock at once.
    mean_in_transit
        Goods on their way to this stage, units.
    """

    mean_on_hand: float
    mean_backorders: float
    fill_rate: float
    mean_in_transit: float


def serial_poisson(
    demand_rate: float, lead_times: Sequence[float], base_stocks: Sequence[int]
) -> tuple[LocalStage, ...]:
    """Exact measures of a one-for-one serial system under unit Poisson demand and constant lead times.

    Parameters
    ----------
    demand_rate
        Units per time unit.
    lead_times
        Lead time into each stage, time units.
    base_stocks
        Local base-stock level of each stage, units.

    Returns
    -------
    The measures of each stage, first stage first.

    Raises
    ------
    ValueError
        If the rate or a lead time is not above 0, a level is not a whole number of at least 0, or the sequences
        differ in length.

    Notes
    -----
    Svoronos & Zipkin (1991), Management Science 37(1):68-83; Zipkin (2000), chapter 8: outstanding orders are
    ``X_N = Poisson(lambda L_N)`` and ``X_j = (X_{j+1} - S_{j+1})+ + Poisson(lambda L_j)``, independent terms.
    """
    require_positive("demand_rate", demand_rate)
    require_length("base_stocks", base_stocks, len(lead_times))
    stages: list[LocalStage] = []
    waiting = np.ones(1)  # law of the backorders at the stage above
    for number in range(len(lead_times), 0, -1):
        time, stock = lead_times[number - 1], base_stocks[number - 1]
        require_positive(f"lead_times of stage {number}", time)
        require_whole(f"base_stocks of stage {number}", stock)
        transit = demand_rate * time
        outstanding = trimmed(np.convolve(waiting, poisson_pmf(transit)))
        backorders = pmf_excess(outstanding, stock)
        mean = float(np.arange(outstanding.size) @ outstanding)
        stages.append(
            LocalStage(
                mean_on_hand=stock - mean + backorders,
                mean_backorders=backorders,
                fill_rate=float(outstanding[:stock].sum()),
                mean_in_transit=transit,
            )
        )
        waiting = backorder_law(outstanding, stock)
    return tuple(reversed(stages))


def backorder_law(outstanding: FloatArray, base_stock: int) -> FloatArray:
    """Distribution of the backorders at a stocking point.

    Parameters
    ----------
    outstanding : (n,), probability of 0, 1, ..., n - 1 outstanding orders
    base_stock
        Local base-stock level, units.

    Returns
    -------
    (m,), probability of 0, 1, ..., m - 1 backorders.
    """
    law = outstanding[base_stock:].copy()
    if law.size == 0:
        return np.ones(1)
    law[0] = outstanding[: base_stock + 1].sum()
    return law
