"""Records by week, spread evenly over their days: a day's deviation is worked out from that of whole weeks."""

import dataclasses

import numpy as np
import pytest

import sim
from sim import profiles
from sim.history import History
from sim.knowledge import known_demand

LAW = {"law": "lognormal", "mean": 20, "cv": 0.3}


@pytest.fixture(scope="module")
def daily():
    """200 alike items, Poisson 20 a day, four years by day."""
    names = [f"i{number}" for number in range(200)]
    scenario = sim.scenario_of(
        {
            "horizon": 100,
            "items": [{"item": name, "standard_cost": 1, "supplier": "S"} for name in names],
            "suppliers": [{"name": "S", "production_time": LAW}],
            "warehouses": [{"name": "W"}],
            "lanes": [{"name": "road", "origin": ["S"], "destination": "W"}],
            "demand": [{"item": name, "warehouse": "W", "model": "poisson", "mean": 20} for name in names],
        }
    )
    units = np.random.default_rng(11).poisson(20.0, size=(208 * 7, 200)).astype(float)
    return dataclasses.replace(scenario, record=History(-208 * 7, {"W": units}))


def weekly(scenario, period):
    """The same record by week, each week spread evenly over its days."""
    units = scenario.record.units["W"]
    spread = np.repeat(units.reshape(-1, 7, units.shape[1]).mean(axis=1), 7, axis=0)
    return dataclasses.replace(scenario, record=History(-units.shape[0], {"W": spread}), history_period=period)


def test_the_deviation_of_a_day_comes_back(daily):
    """Mean over 200 items within 3 standard errors of that mean of the daily record's (seed 11)."""
    by_day, by_week, ignored = (
        profiles.of(one).demand_of("W", "stable").sd for one in (daily, weekly(daily, 7), weekly(daily, 1))
    )
    error = by_week.std(ddof=1) / by_week.size**0.5
    assert abs(by_week.mean() - by_day.mean()) < 3 * error + 0.02
    assert ignored.mean() == pytest.approx(by_day.mean() / 7**0.5, rel=0.02)


def test_what_plans_know_is_what_the_profile_says(daily):
    scenario = weekly(daily, 7)
    np.testing.assert_array_equal(known_demand(scenario)["W"].sd, profiles.of(scenario).demand["W"]["all"].sd)


def test_buffers_are_those_of_the_daily_record(daily):
    """Within 3 %, item by item in the mean; taken as days, the weekly record would give far too little."""
    by_day, by_week, ignored = (
        np.array([line.safety_stock for line in sim.jit(cover=0.0).plan(one).lines])
        for one in (daily, weekly(daily, 7), weekly(daily, 1))
    )
    assert by_week.mean() == pytest.approx(by_day.mean(), rel=0.03)
    assert ignored.mean() < by_day.mean()
