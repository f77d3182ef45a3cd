"""Serial systems, depots with outlets and service-time networks, against independent ways to the same numbers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from sim.theory.base_stock import continuous_review
from sim.theory.echelon import echelon_system, optimal_echelon_system
from sim.theory.guaranteed_service import optimal_service_times, pooled_sds
from sim.theory.newsvendor import normal_newsvendor
from sim.theory.serial import serial_poisson
from sim.theory.two_echelon import metric, thinned, two_echelon

few = settings(max_examples=25, deadline=None, derandomize=True)


def test_one_stage_is_a_newsvendor() -> None:
    found = optimal_echelon_system([2.0], [4.0], 5.0, 1.5, 18.0)
    best = normal_newsvendor(2.0, 18.0, 20.0, 3.0)
    assert found.echelon_levels[0] == pytest.approx(best.order_up_to, rel=1e-8)
    assert found.cost_per_time == pytest.approx(best.cost, rel=1e-9)


def test_two_stages_by_backward_recursion() -> None:
    """Clark and Scarf's own recursion: the induced penalty is integrated numerically."""
    (h1, h2), (l1, l2), mean, sd, penalty = (3.0, 1.0), (2.0, 3.0), 4.0, 2.0, 25.0
    first, second = stats.norm(mean * l1, sd * math.sqrt(l1)), stats.norm(mean * l2, sd * math.sqrt(l2))

    def lower(y: float) -> float:
        z = (y - first.mean()) / first.std()
        excess = first.std() * (stats.norm.pdf(z) - z * stats.norm.sf(z))
        return float(h1 * (y - first.mean()) + (penalty + h1 + h2) * excess)

    level = optimize.minimize_scalar(lower, bounds=(0, 40), method="bounded", options={"xatol": 1e-9}).x

    def upper(y: float) -> float:
        low, high = y - second.mean() - 9 * second.std(), y - second.mean() + 9 * second.std()
        below, _ = integrate.quad(lambda x: lower(x) * second.pdf(y - x), low, min(level, high), limit=200)
        return float(h2 * (y - second.mean()) + below + lower(level) * second.cdf(y - level))

    top = optimize.minimize_scalar(upper, bounds=(5, 60), method="bounded", options={"xatol": 1e-7})
    found = optimal_echelon_system([h1, h2], [l1, l2], mean, sd, penalty)
    assert found.echelon_levels == pytest.approx((level, top.x), rel=1e-5)
    assert found.cost_per_time == pytest.approx(top.fun, rel=1e-7)


@few
@given(
    costs=st.lists(st.floats(0.2, 5), min_size=2, max_size=4),
    spread=st.floats(0.3, 3),
    penalty=st.floats(5, 80),
    moves=st.lists(st.floats(-2, 2), min_size=4, max_size=4),
)
def test_echelon_levels_are_optimal_and_conserve_stock(
    costs: list[float], spread: float, penalty: float, moves: list[float]
) -> None:
    stages = len(costs)
    lead_times = [1.0, 0.5, 2.0, 1.5][:stages]
    best = optimal_echelon_system(costs, lead_times, 5.0, spread, penalty)
    moved = [level + move for level, move in zip(best.echelon_levels, moves, strict=False)]
    other = echelon_system(costs, lead_times, 5.0, spread, penalty, moved)
    assert other.cost_per_time >= best.cost_per_time * (1 - 1e-9)
    assert best.prob_no_stockout == pytest.approx(penalty / (penalty + sum(costs)), abs=1e-8)
    # The top echelon holds its level less the demand of its own lead time, wherever the goods are.
    for system in (best, other):
        in_transit = 5.0 * sum(lead_times[:-1])
        held = sum(system.on_hand) + in_transit - system.mean_backorders
        assert held == pytest.approx(system.echelon_levels[-1] - 5.0 * lead_times[-1], abs=1e-7)


def test_echelon_system_against_sampled_lead_time_demands() -> None:
    levels, lead_times = (6.2, 11.5, 22.0), (1.0, 1.0, 2.0)
    generator = np.random.default_rng(11)
    d1, d2, d3 = (generator.normal(5 * t, math.sqrt(t), size=400_000) for t in lead_times)
    level3 = levels[2] - d3
    position2 = np.minimum(levels[1], level3)
    level2 = position2 - d2
    position1 = np.minimum(levels[0], level2)
    level1 = position1 - d1
    found = echelon_system([3, 2, 2], lead_times, 5.0, 1.0, 37.12, levels)
    sampled = [np.maximum(level1, 0).mean(), (level2 - position1).mean(), (level3 - position2).mean()]
    assert found.on_hand == pytest.approx(sampled, abs=0.01)
    assert found.mean_backorders == pytest.approx(np.maximum(-level1, 0).mean(), abs=0.005)


@few
@given(rate=st.floats(0.2, 6), lower=st.floats(0.2, 3), upper=st.floats(0.2, 3), stock=st.integers(0, 20))
def test_serial_limits(rate: float, lower: float, upper: float, stock: int) -> None:
    merged = continuous_review(rate, lower + upper, stock)
    bare = serial_poisson(rate, [lower, upper], [stock, 0])[0]
    assert bare.mean_backorders == pytest.approx(merged.mean_backorders, rel=1e-8, abs=1e-12)
    alone = continuous_review(rate, lower, stock)
    fed = serial_poisson(rate, [lower, upper], [stock, 120])[0]
    assert fed.mean_backorders == pytest.approx(alone.mean_backorders, rel=1e-8, abs=1e-12)
    middle = serial_poisson(rate, [lower, upper], [stock, 3])[0]
    assert merged.fill_rate - 1e-12 <= middle.fill_rate <= alone.fill_rate + 1e-12


@few
@given(
    rates=st.lists(st.floats(0.05, 2), min_size=1, max_size=3),
    depot=st.integers(0, 12),
    stock=st.integers(0, 5),
    depot_time=st.floats(0.5, 10),
)
def test_two_echelon_properties(rates: list[float], depot: int, stock: int, depot_time: float) -> None:
    network = rates, [1.5] * len(rates), depot_time
    stocks = [stock] * len(rates)
    exact, rough = two_echelon(*network, depot, stocks), metric(*network, depot, stocks)
    assert exact.depot == rough.depot
    for one, other in zip(exact.outlets, rough.outlets, strict=True):
        assert one.mean_backorders >= other.mean_backorders - 1e-9
        assert one.mean_on_hand - one.mean_backorders == pytest.approx(other.mean_on_hand - other.mean_backorders)
    bare = two_echelon(*network, depot, [0] * len(rates)), metric(*network, depot, [0] * len(rates))
    assert bare[0].total_outlet_backorders == pytest.approx(bare[1].total_outlet_backorders)
    single = two_echelon([sum(rates)], [1.5], depot_time, depot, [stock]).outlets[0]
    chained = serial_poisson(sum(rates), [1.5, depot_time], [stock, depot])[0]
    assert single.mean_backorders == pytest.approx(chained.mean_backorders, rel=1e-8, abs=1e-12)
    assert single.fill_rate == pytest.approx(chained.fill_rate, abs=1e-10)


def test_outlet_on_hand_is_the_sum() -> None:
    """The exact law built from binomial probabilities instead of a generating function."""
    rate, depot_rate = 0.1, 0.2
    waiting = stats.poisson.pmf(np.arange(60), depot_rate * 14)
    share = np.array(
        [
            sum(w * stats.binom.pmf(k, max(n - 3, 0), rate / depot_rate) for n, w in enumerate(waiting))
            for k in range(30)
        ]
    )
    outstanding = np.convolve(share, stats.poisson.pmf(np.arange(30), rate * 2))
    found = two_echelon([0.1, 0.1], [2.0, 2.0], 14.0, 3, [1, 1]).outlets[0]
    assert found.mean_on_hand == pytest.approx(float(outstanding[0]), rel=1e-10)
    assert found.fill_rate == pytest.approx(float(outstanding[0]), rel=1e-10)


@few
@given(mean=st.floats(0.1, 20), keep=st.floats(0.01, 0.99))
def test_a_thinned_poisson_law_is_poisson(mean: float, keep: float) -> None:
    counts = np.arange(120)
    assert thinned(stats.poisson.pmf(counts, mean), keep) == pytest.approx(
        stats.poisson.pmf(counts, mean * keep), abs=1e-12
    )


@few
@given(
    times=st.lists(st.integers(0, 2), min_size=4, max_size=4),
    holding=st.lists(st.floats(0.5, 5), min_size=4, max_size=4),
    promise=st.integers(0, 2),
    shape=st.sampled_from(["line", "fan", "join"]),
)
def test_service_times_against_a_plain_product(
    times: list[int], holding: list[float], promise: int, shape: str
) -> None:
    arcs = {
        "line": [("0", "1"), ("1", "2"), ("2", "3")],
        "fan": [("0", "1"), ("1", "2"), ("1", "3")],
        "join": [("0", "2"), ("1", "2"), ("2", "3")],
    }[shape]
    ends = {stage for stage in "0123" if all(stage != upper for upper, _ in arcs)}
    demand = dict.fromkeys(sorted(ends), 1.5)
    found = optimal_service_times(
        processing_times={stage: times[int(stage)] for stage in "0123"},
        holding={stage: holding[int(stage)] for stage in "0123"},
        arcs=arcs,
        demand_sd=demand,
        max_outbound=dict.fromkeys(ends, promise),
        bound_constant=2.0,
    )
    sds = pooled_sds(arcs, demand)
    least = math.inf
    for outbound in itertools.product(range(sum(times) + 1), repeat=4):
        cost = 0.0
        for stage in range(4):
            inbound = max([outbound[int(u)] for u, v in arcs if v == str(stage)], default=0)
            net = inbound + times[stage] - outbound[stage]
            if net < 0 or (str(stage) in ends and outbound[stage] > promise):
                break
            cost += holding[stage] * 2.0 * sds[str(stage)] * math.sqrt(net)
        else:
            least = min(least, cost)
    assert found.cost == pytest.approx(least, rel=1e-12, abs=1e-12)
    assert sum(holding[int(stage)] * units for stage, units in found.safety_stock.items()) == pytest.approx(found.cost)
