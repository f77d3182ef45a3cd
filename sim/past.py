"""The past that a planner has where a scenario brings no record: drawn from the demand models, apart from every Future."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.chance import generator
from sim.draws import common_factors, daily, single_orders
from sim.scenario import Scenario

Floats = NDArray[np.float64]


def draw_history(scenario: Scenario) -> dict[str, Floats]:
    """History that a planner would have on the morning of day 0, drawn from the demand models.

    Used where a scenario brings no record. It has streams of its own, the same for every seed: a planner has one past.

    Returns
    -------
    For each warehouse, (history_days, items) units a day.
    """
    past = -scenario.history_days
    factors = common_factors(scenario, 0, 0, past, 0, "history factor")
    found = {}
    for site, members in scenario.sites.items():
        values = np.zeros((scenario.history_days, len(members)))
        place = {item: n for n, item in enumerate(members)}
        for stream in scenario.demand:
            if stream.warehouse != site or stream.model == "none":
                continue
            source = generator(0, 0, "history", site, stream.item)
            if stream.model == "orders":
                lines = single_orders(scenario, stream, source, past, 0)
                column: Floats = np.bincount((lines[0] - past).astype(int), lines[1], scenario.history_days).astype(
                    float
                )
            elif stream.model == "fixed_interval":
                column = np.full(scenario.history_days, stream.mean_per_day or 0.0)
            else:
                column = daily(scenario, stream, source, np.arange(past, 0, dtype=float), factors)
            values[:, place[stream.item]] = column
        found[site] = values
    return found
