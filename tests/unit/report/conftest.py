"""A real comparison to take apart: one pump, one port, one strike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.measures import MEASURES
from sim.studies.compare import Comparison

Totals = Mapping[str, Mapping[str, tuple[float, float]]]


@pytest.fixture(scope="session")
def real() -> Comparison:
    """Twelve Futures of the first scenario."""
    return sim.compare(sim.load("first_strike"), replications=12)


@pytest.fixture(scope="session")
def invented(real: Comparison) -> Callable[..., Comparison]:
    """Make a comparison with given total costs: for each weather and posture, mean and standard deviation."""

    def make(totals: Totals, futures: int = 40) -> Comparison:
        generator = np.random.default_rng(7)
        weathers, postures = tuple(totals), tuple(next(iter(totals.values())))
        luck = generator.standard_normal((futures, len(weathers), len(postures)))
        luck -= luck.mean(axis=0)
        measures = np.full((*luck.shape, len(MEASURES)), 0.5)
        for row, weather in enumerate(weathers):
            for column, posture in enumerate(postures):
                mean, sd = totals[weather][posture]
                cost = mean + sd * luck[:, row, column]
                for place, measure in enumerate(MEASURES):
                    if measure.name in ("total_cost", "carrying_cost"):
                        measures[:, row, column, place] = cost
                    elif measure.unit == "{currency} a year":
                        measures[:, row, column, place] = 0.0
        disruption = real.scenario.disruptions[0].name
        return replace(
            real,
            scenario=replace(real.scenario, weathers=dict.fromkeys(weathers, (disruption,)), headline=weathers[0]),
            weathers=weathers,
            plans=tuple(replace(real.plans[0], posture=name) for name in postures),
            numbers=tuple(range(futures)),
            measures=measures,
            around=np.full((*luck.shape, *real.around.shape[3:]), np.nan, dtype=np.float32),
        )

    return make
