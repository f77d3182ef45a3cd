"""Policies that forecast inside a replication: against the recursions of the books, and path-exact in the world."""

import numpy as np
import pytest

import sim
from sim.errors import ScenarioError
from sim.plan import Plan, PlanLine
from sim.policies import POLICIES
from sim.policies.forecasts import ByClass, Croston, MovingAverage, Smoothing
from sim.theory.bullwhip import exponential_smoothing_ratio
from sim.world import Blueprint


def sparse(days=400, items=4, seed=3):
    source = np.random.default_rng(seed)
    return np.where(source.random((days, items)) < [0.9, 0.5, 0.1, 0.03], source.integers(1, 9, (days, items)), 0.0)


def test_smoothing_is_the_recursion():
    past, first = sparse(), np.array([2.0, 2.0, 1.0, 0.5])
    forecast = Smoothing(0.1)
    expected = first.copy()
    for row in past:
        expected = 0.1 * row + 0.9 * expected
    np.testing.assert_allclose(forecast(past[-forecast.window :], first), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        forecast(past[:5], first), 0.1 * (0.9 ** np.arange(4, -1, -1) @ past[:5]) + 0.9**5 * first
    )


@pytest.mark.parametrize("unbiased", [False, True])
def test_croston_is_the_recursion(unbiased):
    """Croston (1972) begun at the mean interval seen and at the plan's forecast; SBA is 1 - alpha / 2 of it."""
    past, first, alpha = sparse(), np.array([4.0, 2.0, 0.5, 0.1]), 0.15
    found = Croston(alpha, 400, unbiased)(past, first)
    for item in range(past.shape[1]):
        column = past[:, item]
        interval = start = column.size / np.count_nonzero(column)
        size, last = first[item] * start, None
        for day, units in enumerate(column):
            if units > 0:
                size += alpha * (units - size)
                interval += alpha * ((start if last is None else day - last) - interval)
                last = day
        expected = size / max(interval, 1.0) * (1 - alpha / 2 if unbiased else 1.0)
        assert found[item] == pytest.approx(expected, rel=1e-9)


def test_sba_is_less_biased_than_croston_on_intermittent_demand():
    """Syntetos and Boylan (2005): Croston's mean is above the true mean by about alpha / 2 / (2 - alpha) x (1 - 1 / p)."""
    source = np.random.default_rng(7)
    past = np.where(source.random((365, 4000)) < 0.1, 5.0, 0.0)
    first = np.full(4000, 0.5)
    croston, sba = (Croston(0.3, 365, one)(past, first).mean() for one in (False, True))
    assert croston > 0.55  # about 15 % too high
    assert abs(sba - 0.5) < 0.03
    assert abs(MovingAverage(365)(past, first).mean() - 0.5) < 0.005


def test_the_forecast_follows_the_class():
    past, first = sparse(), np.array([4.0, 2.0, 0.5, 0.1])
    found = ByClass(0.1, 365)(past, first)
    smooth, lumpy = Smoothing(0.1)(past[-Smoothing(0.1).window :], first), Croston(0.1, 365, True)(past[-365:], first)
    np.testing.assert_array_equal(found, [smooth[0], lumpy[1], lumpy[2], lumpy[3]])


def test_without_demand_the_plan_is_believed():
    first = np.array([1.0, 2.0])
    for forecast in (Croston(), ByClass()):
        np.testing.assert_array_equal(forecast(np.zeros((0, 2)), first), first)
    np.testing.assert_array_equal(Croston()(np.zeros((50, 2)), first), first)
    np.testing.assert_array_equal(MovingAverage(28)(np.ones((27, 2)), first), first)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("moving_average(period=28)", "'period' is not a parameter of moving_average (did you mean 'periods'?)"),
        ("moving_average(0)", "periods = 0: a whole number of days, 1 or more"),
        ("exponential_smoothing(alpha=2)", "alpha = 2: a smoothing constant is above 0 and at most 1"),
        ("sba(alpha=much)", "alpha: 'much' is not a number"),
        ("push(bias=0)", "bias = 0: a factor above 0; 1 is no bias"),
        ("by_class(0.1, 365, 1, 2)", "'one more' is not a parameter of by_class (allowed: alpha, days, bias)"),
        ("moving_averages(28)", "'moving_averages(28)' is not a policy"),
    ],
)
def test_what_is_wrong_with_a_name_is_told(name, told):
    with pytest.raises(ScenarioError) as error:
        sim.jit(policy=name).plan(sim.load("first_strike"))
    assert told in str(error.value)


def lived(policy, demand, days=300, mean=100.0, lead=3.0, order_up_to=None, seed=1, **changes):
    """Orders and demand of one item under a policy, and its ledger."""
    scenario = sim.scenario_of(
        {
            "horizon": days,
            "warm_up": 60,
            "units": "continuous",
            "review_every": 1,
            "start": "on hand",
            "lost_share": 0.0,
            "items": [{"item": "a", "standard_cost": 1.0, "price": 2.0, "supplier": "maker"}],
            "suppliers": [{"name": "maker"}],
            "warehouses": [{"name": "site"}],
            "lanes": [{"name": "lane", "origin": ["maker"], "destination": "site", "legs": [{"transit": lead}]}],
            "demand": [{"item": "a", "warehouse": "site", "mean": mean, **demand}],
            **changes,
        }
    )
    level = mean * (lead + 1) if order_up_to is None else order_up_to
    line = PlanLine("a", "site", "maker", policy, order_up_to=level, forecast=mean, lead_time=lead)
    future = sim.draw(scenario, seed, 0)
    ledger = Blueprint(scenario, Plan("plan", (line,))).live(future, by_item=True)
    return ledger.sites["site"].series["ordered"][:, 0], future.demand["site"][:, 0], ledger


def test_orders_with_a_moving_average_are_path_exact():
    """q = D + (L / p) (D - D of p days before), L = 4 days protected, p = 10 (Chen et al. 2000)."""
    orders, demand, _ = lived("moving_average(periods=10)", {"model": "poisson"})
    day = np.arange(60, 360)
    expected = demand[day - 1] + 4 / 10 * (demand[day - 1] - demand[day - 11])
    np.testing.assert_allclose(orders, expected, rtol=0, atol=1e-9)


def test_orders_with_smoothing_vary_as_theory_says():
    """4,000 days, seed 1: the ratio's standard error is near 3 %; the theory is Chen, Ryan and Simchi-Levi (2000)."""
    orders, demand, _ = lived(
        "exponential_smoothing(alpha=0.2)", {"model": "poisson", "mean": 400.0}, 4_000, mean=400.0
    )
    ratio = ((orders - 400.0) ** 2).mean() / ((demand[60:] - 400.0) ** 2).mean()
    assert orders.min() > 0
    assert ratio == pytest.approx(exponential_smoothing_ratio(4, 0.2), rel=0.1)


def test_a_biased_pull_follows_demand_at_a_level_that_is_off():
    orders, demand, _ = lived("base_stock(bias=1.2)", {"model": "poisson"})
    np.testing.assert_allclose(orders, demand[59:359])
    plain = lived("base_stock", {"model": "poisson"}, order_up_to=400.0 + 0.2 * 400.0)[2]
    biased = lived("base_stock(bias=1.2)", {"model": "poisson"})[2]
    np.testing.assert_allclose(biased.sites["site"].on_hand_days, plain.sites["site"].on_hand_days)


def test_a_biased_push_piles_up_by_the_bias():
    """20 units a day more than demand, noise aside: after d days, 20 d more than under no bias."""
    plain, _, ledger = lived("push", {"model": "poisson"})
    biased, _, more = lived("push(bias=1.2)", {"model": "poisson"})
    np.testing.assert_allclose(biased - plain, 20.0)
    gap = more.sites["site"].series["net"] - ledger.sites["site"].series["net"]
    np.testing.assert_allclose(np.diff(gap[:, 0]), 20.0)


def test_a_push_that_is_corrected_comes_back_to_its_level():
    orders, *_ = lived("push(bias=1.2, correct_every=30)", {"model": "poisson"})
    corrected = np.arange(300) % 30 == 0
    np.testing.assert_allclose(orders[~corrected], 120.0)
    # every 30 days the position is put back to 480: 29 days of 20 too much are not ordered then
    assert orders[corrected].mean() == pytest.approx(0.0, abs=40)


def test_a_bare_name_takes_the_defaults():
    assert POLICIES["sba"] == POLICIES["sba(alpha=0.1, days=365, bias=1)"]
    assert "push" in POLICIES
    assert "moving_averages" not in POLICIES


def test_policies_keep_nothing_between_replications():
    policy = POLICIES["by_class(alpha=0.2)"]
    first, *_ = lived(policy, {"model": "poisson"})
    lived(policy, {"model": "poisson"}, seed=2)
    again, *_ = lived(policy, {"model": "poisson"})
    np.testing.assert_array_equal(first, again)
