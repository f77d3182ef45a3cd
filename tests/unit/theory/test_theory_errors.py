"""A number that makes no sense is refused, with the number and what is allowed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from sim.theory.arguments import (
    require_length,
    require_non_negative,
    require_positive,
    require_probability,
    require_whole,
)
from sim.theory.base_stock import continuous_review, daily_review
from sim.theory.bullwhip import exponential_smoothing_ratio
from sim.theory.disruption import markov_outage
from sim.theory.echelon import echelon_system
from sim.theory.economic_order import DisruptedSupplier
from sim.theory.guaranteed_service import optimal_service_times
from sim.theory.loss import AnnualLoss
from sim.theory.min_max import min_max
from sim.theory.order_quantity import order_quantity
from sim.theory.outage import daily_outage
from sim.theory.output_analysis import difference, half_width
from sim.theory.queueing import berths, fluid_closure
from sim.theory.safety_stock import lead_time_demand, lumpy_demand, safety_stock
from sim.theory.serial import serial_poisson
from sim.theory.two_echelon import two_echelon

CALLS: list[tuple[Callable[[], object], str]] = [
    (lambda: require_positive("x", math.inf), "x: inf is not allowed"),
    (lambda: require_non_negative("x", -0.5), "x: -0.5 is not allowed"),
    (lambda: require_probability("x", 1.0), "x: 1.0 is not allowed"),
    (lambda: require_whole("x", math.nan), "x: nan is not allowed"),
    (lambda: require_whole("x", 1, minimum=2), "a whole number >= 2"),
    (lambda: require_length("x", [1, 2], 3), "x: 2 entries given"),
    (lambda: continuous_review(0, 1, 1), "demand_rate: 0 is not allowed"),
    (lambda: continuous_review(1, 1, -1), "base_stock: -1 is not allowed"),
    (lambda: daily_review(1, 0, 5, review="evening"), "lead_time: 0 is not allowed"),
    (lambda: daily_review(1, 1, 5, review="noon"), "review: 'noon' is not allowed"),  # type: ignore[arg-type]
    (lambda: order_quantity(1, 1, 3, 0), "quantity: 0 is not allowed"),
    (lambda: min_max(1, 0, 5, 5), "order_up_to: 5 is not allowed"),
    (lambda: DisruptedSupplier(8, 0.2, 5, 1300, 0, 14), "disruption_rate: 0 is not allowed"),
    (lambda: markov_outage(1, 1.2, 0.5, 3), "disruption: 1.2 is not allowed"),
    (lambda: daily_outage(100, 7, 5, 100), "capacity: 100 is not allowed"),
    (lambda: daily_outage(100, 7, 5, 150, unmet="gone"), "unmet: 'gone' is not allowed"),  # type: ignore[arg-type]
    (lambda: echelon_system([1, 0], [1, 1], 5, 1, 10, [5, 10]), "echelon_holding of stage 2: 0 is not allowed"),
    (lambda: echelon_system([1, 1], [1, 1], 5, 1, 10, [5]), "echelon_levels: 1 entries given"),
    (lambda: serial_poisson(1, [1, 1], [1, 0.5]), "base_stocks of stage 2: 0.5 is not allowed"),  # type: ignore[list-item]
    (lambda: two_echelon([1, 1], [1, 1], 2, 3, [1]), "outlet_stocks: 1 entries given"),
    (lambda: exponential_smoothing_ratio(1, 0), "smoothing: 0 is not allowed"),
    (lambda: safety_stock(1, 1, 1, 1, 95), "cycle_service: 95 is not allowed"),
    (lambda: lumpy_demand(0.1, 1), "mean_size: 1 is not allowed"),
    (lambda: lead_time_demand(np.array([0.5, 0.4]), {1: 1.0}), "period_demand: probabilities sum to 0.9"),
    (lambda: berths(10, 2.5, 4), "arrival_rate: 10 is not allowed"),
    (lambda: fluid_closure(20, 20, 1), "throughput: 20 is not allowed"),
    (lambda: AnnualLoss(0.8, -1), "mean_loss_per_event: -1 is not allowed"),
    (lambda: half_width([1.0]), r"values: shape \(1,\) is not allowed"),
    (lambda: half_width([1.0, math.nan]), "2 finite numbers"),
    (lambda: difference([1.0, 2.0], [1.0, 2.0, 3.0]), "b: 3 values given"),
    (
        lambda: optimal_service_times({"a": 1}, {"a": 1.0}, [("a", "b")], {"a": 1.0}, {}),
        "stage 'b' has no processing time",
    ),
    (
        lambda: optimal_service_times({"a": 1, "b": 1}, {"a": 1.0, "b": 1.0}, [("a", "b"), ("b", "a")], {"a": 1.0}, {}),
        "is a cycle",
    ),
]


@pytest.mark.parametrize(("call", "message"), CALLS, ids=[message for _, message in CALLS])
def test_refusals(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
