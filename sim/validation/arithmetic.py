"""S20: intervals, pairs, precision and warm-up on given numbers, through the functions that studies print from."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.studies.statistics import interval, paired
from sim.theory.output_analysis import mser, replications_for_precision, welch_half_width
from sim.validation.case import truths

#: observations of the warm-up series
LENGTH = 200


def s20() -> dict[str, tuple[float, float]]:
    """Expected and computed value of each number of S20.

    The paired interval, the correlation, the variance reduction and the interval of one posture are those of
    `sim.studies.statistics`, which `compare` prints; the unpaired interval, the first number of replications and the
    warm-up cut are those of `sim.theory.output_analysis`.
    """
    given = truths()["S20"]
    lean, safe = (
        np.asarray(given["parameters"][f"{name}_cost_by_replication"], dtype=float) for name in ("jit", "jic")
    )
    pair, alone, cut = paired(lean, safe, "lower"), interval(lean), mser(warming_up())
    found: dict[str, float | None] = {
        "mean_difference_jit_minus_jic": pair.difference.mean,
        "paired_95_half_width": pair.difference.half_width,
        "welch_95_half_width": welch_half_width(lean, safe),
        "correlation": pair.correlation,
        "variance_reduction_factor_vs_independent": pair.variance_reduction,
        "relative_half_width_jit_n12": alone.half_width / abs(alone.mean),
        "first_n_ge_3_with_relative_half_width_le_15pct": replications_for_precision(lean.tolist(), 0.15, 3),
        "mser5_observations_truncated": cut.observations,
        "mser5_min_statistic": cut.statistic,
    }
    wanted: dict[str, Any] = given["expected"]
    return {name: (float(value), _number(found.get(name))) for name, value in wanted.items()}


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def warming_up() -> list[float]:
    """The series of S20 that starts high: 50 + 40 exp(-t/12) + 5 sin(0.7 t)."""
    return [50 + 40 * math.exp(-t / 12) + 5 * math.sin(0.7 * t) for t in range(LENGTH)]


#: instances that are arithmetic on given numbers: no chance, no seed
ARITHMETIC: dict[str, Callable[[], dict[str, tuple[float, float]]]] = {"S20": s20}
