"""Demand through quantiles: the same law as the samplers, monotone in the mean, and in step when a mean changes."""

import tomllib

import numpy as np
import pytest
from scipy import stats

from sim import quantiles
from sim.chance import generator
from sim.demand import DemandStream
from sim.draws import daily, single_orders
from sim.errors import ScenarioError
from sim.futures import draw, draw_incidents
from sim.library import folder, load
from sim.reading import scenario_of

STREAMS = {
    "poisson": {"model": "poisson", "mean": 3.0},
    "poisson, seasonal": {"model": "poisson", "mean": 3.0, "amplitude": 0.5},
    "negative binomial": {"model": "negative_binomial", "mean": 6.0, "cv": 0.9},
    "negative binomial, seasonal": {"model": "negative_binomial", "mean": 6.0, "cv": 0.9, "amplitude": 0.4},
    "compound": {"model": "compound", "rate": 1.2, "size": 4.0},
    "compound, little spread": {"model": "compound", "rate": 2.0, "size": 5.0, "size_cv": 0.2},
    "intermittent": {"model": "intermittent", "interval": 5.0, "size": 8.0, "size_cv": 1.1},
    "intermittent, one size": {"model": "intermittent", "interval": 3.0, "size": 2.5},
}


def stream(**keys):
    return DemandStream(item="pump", warehouse="Ontario", **keys)


def drawn(scenario, one, name, days=20_000):
    return daily(scenario, one, generator(7, 0, "test", name), np.arange(days, dtype=float), {})


@pytest.mark.parametrize("name", STREAMS)
def test_the_law_is_that_of_the_samplers(name):
    """Chi-square of 20,000 days of each way of drawing, seed 7: p above 0.001; means within 4 standard errors."""
    one = stream(**STREAMS[name])
    a = drawn(load("first_strike"), one, name)
    b = drawn(load("first_strike", ["draws=quantile"]), one, f"{name} again")
    error = np.sqrt(a.var() / a.size + b.var() / b.size)
    assert abs(a.mean() - b.mean()) < 4 * error
    edges = np.unique(np.quantile(np.concatenate([a, b]), np.linspace(0, 1, 13)))
    counts = np.stack([np.histogram(values, edges)[0] for values in (a, b)])
    counts = counts[:, counts.sum(axis=0) > 0]
    assert stats.chi2_contingency(counts).pvalue > 0.001


def test_tables_and_quantile_functions_agree():
    uniforms = generator(1, 0, "agree").random(5_000)
    for mean in (0.02, 3.7, 250.0):
        assert np.array_equal(quantiles.poisson(uniforms, mean), stats.poisson.ppf(uniforms, mean).clip(0))
        spread = np.full(5_000, mean)
        assert np.array_equal(quantiles.poisson(uniforms, spread), quantiles.poisson(uniforms, mean))
        found = quantiles.negative_binomial(uniforms, 0.8, mean)
        assert np.array_equal(found, quantiles.negative_binomial(uniforms, 0.8, spread))
    assert quantiles.poisson(np.zeros(1), 0.0)[0] == 0.0
    assert quantiles.poisson(np.array([0.5]), 1e9)[0] == pytest.approx(1e9, rel=1e-6)  # too long for a table


@pytest.mark.parametrize("name", STREAMS)
def test_a_higher_level_never_lowers_a_day(name):
    scenario, one = load("first_strike", ["draws=quantile"]), stream(**STREAMS[name])
    days = np.arange(2_000, dtype=float)
    found = [daily(scenario, one, generator(3, 0, name), days, {}, scale) for scale in (0.8, 1.0, 1.01, 1.5)]
    for lower, higher in zip(found, found[1:], strict=False):
        assert (higher >= lower).all()
    assert (found[1] != found[2]).mean() < 0.15  # a per cent more changes few days


@pytest.mark.parametrize(
    ("name", "key"), [("negative binomial", "mean"), ("compound", "size"), ("intermittent", "size")]
)
def test_the_variance_of_a_paired_difference_falls(name, key):
    """400 Futures of 365 days, a mean 2 % higher: total demand of both differs by far less than when drawn by samplers."""
    spread = {}
    one = stream(**STREAMS[name])
    more = stream(**{**STREAMS[name], key: STREAMS[name][key] * 1.02})
    for way in ("sampled", "quantile"):
        scenario, days = load("first_strike", [f"draws={way}"]), np.arange(365.0)
        apart = [
            daily(scenario, more, generator(5, k, name), days, {}).sum()
            - daily(scenario, one, generator(5, k, name), days, {}).sum()
            for k in range(400)
        ]
        spread[way] = np.var(apart)
    assert spread["quantile"] < spread["sampled"] / 50


def test_single_orders_keep_step_when_the_rate_changes():
    scenario = load("first_strike", ["draws=quantile"])
    one, more = (stream(model="orders", rate=rate, size=3.0, size_cv=0.8) for rate in (2.0, 2.02))
    a, b = (single_orders(scenario, each, generator(1, 0, "orders"), 0.0, 500.0) for each in (one, more))
    n = min(a[0].size, b[0].size)
    assert np.array_equal(a[1][:n], b[1][:n])  # the same sizes
    assert np.allclose(b[0][:n], a[0][:n] / 1.01)  # each order comes a little earlier
    counts = [single_orders(scenario, one, generator(2, k, "orders"), 0.0, 100.0)[0].size for k in range(400)]
    assert abs(np.mean(counts) - 200) < 4 * np.sqrt(200 / 400)  # Poisson count, 4 standard errors
    assert 0.7 < np.var(counts) / 200 < 1.4


def test_a_higher_rate_adds_incidents_and_keeps_the_others():
    def counts(rate):
        strike = {"kind": "port_strike", "name": "strike", "port": "Los Angeles", "rate": rate, "length": 5}
        text = (folder() / "first_strike.toml").read_text(encoding="utf-8")
        content = tomllib.loads(text) | {"draws": "quantile", "disruptions": [strike]}
        found = scenario_of(content)
        return np.array([len(draw_incidents(found, 1, k)) for k in range(200)])

    low, high = counts(1.0), counts(1.1)
    assert (high >= low).all()
    assert (high > low).mean() < 0.4
    span = 365 + 180
    assert abs(low.mean() - span / 365) < 4 * np.sqrt(span / 365 / 200)


def test_sampled_draws_are_what_they_were():
    """The default is untouched by the option; demand_level leaves the past, and so the plan, alone."""
    plain, other = load("first_strike"), load("first_strike", ["draws=sampled", "demand_level=1"])
    assert np.array_equal(draw(plain, 1, 0).demand["Ontario"], draw(other, 1, 0).demand["Ontario"])
    more = load("first_strike", ["demand_level=1.5"])
    assert draw(more, 1, 0).demand["Ontario"].mean() > 1.3 * draw(plain, 1, 0).demand["Ontario"].mean()
    from sim.postures import plan_named

    assert plan_named("jit", more).lines == plan_named("jit", plain).lines


def test_a_level_that_reaches_no_demand_is_refused():
    with pytest.raises(ScenarioError, match=r"demand_level: does not reach demand of model fixed_interval"):
        load("first_strike", ["demand_level=2", "review=continuous", "demand=[{item='pump', warehouse='Ontario', "
             "model='fixed_interval', interval=2, size=5}]"])  # fmt: skip
