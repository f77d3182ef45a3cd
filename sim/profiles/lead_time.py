"""The lead-time profile of one supply line: an origin and the warehouse it delivers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LeadTimeProfile:
    """Lead time of one supply line on one set of orders, days.

    Attributes
    ----------
    mode : mode of the lane.
    basis : ``delivery records``, or ``published``: the supplier's and the lane's own figures.
    n, open : orders delivered, and still open (they count as longer than they have waited so far).
    mean, sd : of the lead time.
    mean_low, mean_high : 95 % interval of the mean that respects spells of bad luck.
    p10, p50, p90 : quantiles.
    values, weights : (points,) the empirical distribution (Kaplan and Meier 1958), weights sum to 1; empty when published.
    on_time : share of orders delivered on the promised day or before; NaN without promises.
    late_p50, late_p90 : lateness of the late ones.
    crossed : share of orders that a later order of the same item overtook; NaN when published.
    thin, thin_why : whether the figures rest on little, and why.
    """

    mode: str
    basis: Literal["delivery records", "published"]
    n: int
    open: int
    mean: float
    sd: float
    mean_low: float
    mean_high: float
    p10: float
    p50: float
    p90: float
    values: Floats
    weights: Floats
    on_time: float
    late_p50: float
    late_p90: float
    crossed: float
    thin: bool
    thin_why: str
