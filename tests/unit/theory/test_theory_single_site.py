"""One stocking point: the formulas against sums, chains and searches that do not share their shortcuts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, linalg, stats

from sim.theory.base_stock import continuous_review, daily_review
from sim.theory.bullwhip import exponential_smoothing_ratio, moving_average_ratio
from sim.theory.disruption import cover_against_outages, markov_outage, optimal_cover_days, optimal_markov_outage
from sim.theory.economic_order import DisruptedSupplier, economic_order_quantity
from sim.theory.excess import normal_excess, pmf_excess, poisson_excess, poisson_pmf
from sim.theory.lost_sales import erlang_b, lost_sales
from sim.theory.min_max import min_max, optimal_min_max
from sim.theory.newsvendor import normal_newsvendor, poisson_newsvendor
from sim.theory.order_quantity import optimal_order_quantity, order_quantity
from sim.theory.outage import daily_outage, fluid_outage
from sim.theory.safety_stock import (
    formula_check,
    lead_time_demand,
    lumpy_demand,
    moments,
    reorder_point_for,
    safety_stock,
)

few = settings(max_examples=40, deadline=None, derandomize=True)

rates = st.floats(0.05, 8.0)
times = st.floats(0.1, 6.0)
levels = st.integers(0, 60)


@few
@given(mean=st.floats(0.01, 60.0), level=st.integers(-5, 90))
def test_poisson_excess_is_the_sum(mean: float, level: int) -> None:
    demands = np.arange(400)
    direct = float(np.maximum(demands - level, 0) @ stats.poisson.pmf(demands, mean))
    assert poisson_excess(mean, level) == pytest.approx(direct, rel=1e-9, abs=1e-14)
    assert pmf_excess(poisson_pmf(mean), level) == pytest.approx(direct, rel=1e-8, abs=1e-12)


@few
@given(mean=st.floats(-20, 20), sd=st.floats(0.1, 10), z=st.floats(-4, 4))
def test_normal_excess_is_the_integral(mean: float, sd: float, z: float) -> None:
    level = mean + z * sd
    survival = stats.norm(mean, sd).sf
    direct, _ = integrate.quad(survival, level, mean + 12 * sd)
    assert normal_excess(mean, sd, level) == pytest.approx(direct, rel=1e-6, abs=1e-12)


@few
@given(rate=rates, time=times, level=levels)
def test_base_stock_measures_are_the_sums(rate: float, time: float, level: int) -> None:
    found = continuous_review(rate, time, level)
    outstanding = np.arange(400)
    law = stats.poisson.pmf(outstanding, rate * time)
    assert found.mean_on_hand == pytest.approx(float(np.maximum(level - outstanding, 0) @ law), rel=1e-9, abs=1e-9)
    assert found.mean_backorders == pytest.approx(float(np.maximum(outstanding - level, 0) @ law), rel=1e-9, abs=1e-9)
    assert found.fill_rate == pytest.approx(float(law[:level].sum()), abs=1e-12)
    assert found.prob_no_backorders >= found.ready_rate
    longer = continuous_review(rate, time * 1.2, level)
    higher = continuous_review(rate, time, level + 1)
    assert higher.fill_rate >= found.fill_rate >= longer.fill_rate
    assert higher.mean_customer_wait <= found.mean_customer_wait <= longer.mean_customer_wait


@few
@given(mean=rates, lead_time=st.integers(0, 8), level=levels)
def test_an_evening_review_buys_one_day_of_lead_time(mean: float, lead_time: int, level: int) -> None:
    morning = daily_review(mean, lead_time, level, review="morning")
    evening = daily_review(mean, lead_time + 1, level, review="evening")
    assert morning == evening
    assert morning.mean_on_hand_just_before_demand - morning.mean_end_of_day_on_hand == pytest.approx(
        mean * morning.fill_rate
    )


def test_daily_review_against_the_recursion_over_days() -> None:
    generator = np.random.default_rng(7)
    demand = generator.poisson(4.0, size=400_000)
    lead_time, level = 3, 20
    over = np.convolve(demand, np.ones(lead_time + 1, dtype=int))[lead_time : demand.size]
    end = level - over
    before = end + demand[lead_time:]
    served = np.minimum(demand[lead_time:], np.maximum(before, 0))
    found = daily_review(4.0, lead_time, level)
    assert found.mean_end_of_day_on_hand == pytest.approx(np.maximum(end, 0).mean(), rel=0.01)
    assert found.mean_on_hand_just_before_demand == pytest.approx(np.maximum(before, 0).mean(), rel=0.01)
    assert found.fill_rate == pytest.approx(served.sum() / demand[lead_time:].sum(), rel=0.005)


def test_mixing_the_lead_time_is_the_wrong_model_when_orders_cross() -> None:
    mixed = stats.nbinom(4, 4 / (4 + 9))  # gamma lead time of shape 4, mean demand 9
    demands = np.arange(1000)
    wrong = float(np.maximum(demands - 12, 0) @ mixed.pmf(demands))
    assert wrong == pytest.approx(1.10329, abs=1e-5)
    assert continuous_review(1.5, 6.0, 12).mean_backorders < 0.3 * wrong


@few
@given(rate=rates, time=times, level=st.integers(0, 40))
def test_lost_sales_is_the_truncated_poisson_law(rate: float, time: float, level: int) -> None:
    found = lost_sales(rate, time, level)
    outstanding = np.arange(level + 1)
    law = stats.poisson.pmf(outstanding, rate * time)
    law /= law.sum()
    mean = float(outstanding @ law)
    assert found.prob_lost == pytest.approx(float(law[-1]), rel=1e-9)
    assert found.mean_outstanding_orders == pytest.approx(mean, rel=1e-9, abs=1e-12)
    variance = float((outstanding - mean) ** 2 @ law)
    assert found.variance_outstanding_orders == pytest.approx(variance, rel=1e-6, abs=1e-9)
    assert found.variance_outstanding_orders <= found.mean_outstanding_orders + 1e-12
    # A lost customer frees the stock that a waiting one would take.
    assert found.fill_rate >= continuous_review(rate, time, level).fill_rate - 1e-12


def test_lost_sales_differs_from_backorders() -> None:
    assert continuous_review(0.8, 5.0, 6).fill_rate == pytest.approx(0.78513, abs=5e-6)
    assert erlang_b(4.0, 0) == 1.0


@few
@given(rate=rates, time=times, level=levels)
def test_one_unit_orders_are_a_base_stock(rate: float, time: float, level: int) -> None:
    one = order_quantity(rate, time, level - 1, 1)
    base = continuous_review(rate, time, level)
    assert one.fill_rate == pytest.approx(base.fill_rate)
    assert one.mean_on_hand == pytest.approx(base.mean_on_hand, abs=1e-9)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(
    rate=st.floats(0.2, 4),
    time=st.floats(0, 3),
    holding=st.floats(1, 10),
    backorder=st.floats(1, 60),
    fixed=st.floats(0, 60),
)
def test_best_order_quantity_beats_every_neighbour(
    rate: float, time: float, holding: float, backorder: float, fixed: float
) -> None:
    best = optimal_order_quantity(rate, time, holding, backorder, fixed)
    cost = best.cost(holding, backorder, fixed)
    for reorder in range(best.reorder_point - 4, best.reorder_point + 5):
        for quantity in range(max(1, best.order_quantity - 4), best.order_quantity + 5):
            other = order_quantity(rate, time, reorder, quantity).cost(holding, backorder, fixed)
            assert cost <= other * (1 + 1e-12)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(mean=st.floats(0.3, 6), low=st.integers(-2, 8), span=st.integers(1, 15), lead_time=st.integers(0, 2))
def test_min_max_is_the_stationary_markov_chain(mean: float, low: int, span: int, lead_time: int) -> None:
    high = low + span
    size = 120
    law = stats.poisson.pmf(np.arange(size), mean)
    chain = np.zeros((span, span))  # state j: position high - j after ordering
    for state in range(span):
        for units, probability in enumerate(law):
            chain[state, state + units if state + units < span else 0] += probability
    system = np.vstack([chain.T - np.eye(span), np.ones(span)])
    share = linalg.lstsq(system, np.append(np.zeros(span), 1.0))[0]
    to_come = stats.poisson.pmf(np.arange(400), mean * (lead_time + 1))
    on_hand = sum(s * float(np.maximum(high - j - np.arange(400), 0) @ to_come) for j, s in enumerate(share))
    orders = sum(s * float(law[span - j :].sum()) for j, s in enumerate(share))
    found = min_max(mean, lead_time, low, high)
    assert found.mean_end_on_hand == pytest.approx(on_hand, rel=1e-8, abs=1e-10)
    assert found.orders_per_period == pytest.approx(orders, rel=1e-8)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    mean=st.floats(0.5, 8),
    lead_time=st.integers(0, 2),
    holding=st.floats(0.5, 3),
    backorder=st.floats(2, 20),
    fixed=st.floats(0.5, 60),
)
def test_best_min_max_beats_a_complete_search(
    mean: float, lead_time: int, holding: float, backorder: float, fixed: float
) -> None:
    costs = holding, backorder, fixed
    best = optimal_min_max(mean, lead_time, *costs)
    cost = best.cost(*costs)
    for low in range(best.reorder_level - 3, best.reorder_level + 4):
        for high in range(max(low + 1, best.order_up_to - 5), best.order_up_to + 6):
            assert cost <= min_max(mean, lead_time, low, high).cost(*costs) * (1 + 1e-12)


def test_min_max_of_span_one_is_a_base_stock() -> None:
    chained, base = min_max(4.0, 3, 19, 20), daily_review(4.0, 3, 20)
    assert chained.mean_end_on_hand == pytest.approx(base.mean_end_of_day_on_hand)
    assert chained.fill_rate == pytest.approx(base.fill_rate)
    assert chained.orders_per_period == pytest.approx(1 - math.exp(-4))


@few
@given(holding=st.floats(0.1, 10), stockout=st.floats(0.1, 10), mean=st.floats(1, 40), off=st.floats(-3, 3))
def test_newsvendor_optimum(holding: float, stockout: float, mean: float, off: float) -> None:
    normal = normal_newsvendor(holding, stockout, mean, mean / 4)
    shifted = normal_newsvendor(holding, stockout, mean, mean / 4, order_up_to=normal.order_up_to + off)
    assert shifted.cost >= normal.cost * (1 - 1e-12)
    poisson = poisson_newsvendor(holding, stockout, mean)
    least = min(poisson_newsvendor(holding, stockout, mean, order_up_to=level).cost for level in range(120))
    assert poisson.cost == pytest.approx(least, rel=1e-12)


@few
@given(
    fixed=st.floats(1, 50),
    holding=st.floats(0.05, 2),
    lost=st.floats(1, 20),
    rate=st.floats(50, 2000),
    down=st.floats(0.1, 5),
    up=st.floats(2, 50),
)
def test_economic_order_with_disruptions(
    fixed: float, holding: float, lost: float, rate: float, down: float, up: float
) -> None:
    supplier = DisruptedSupplier(fixed, holding, lost, rate, down, up)
    best = supplier.optimum()
    for factor in np.geomspace(0.02, 50, 60):
        assert supplier.evaluate(best.order_quantity * factor).cost_per_time >= best.cost_per_time * (1 - 1e-9)
    span = best.order_quantity / rate
    generator = np.array([[-down, down], [up, -up]])
    assert supplier.prob_down(best.order_quantity) == pytest.approx(linalg.expm(generator * span)[0, 1], rel=1e-8)
    # The approximation takes the supplier as down more often than it is: dear if losing all demand is dearer still.
    close = supplier.approximation()
    exact = supplier.evaluate(close.order_quantity).cost_per_time
    assert (close.cost_per_time - exact) * (lost * rate - exact) >= -1e-9 * exact**2
    assert close.cost_per_time == pytest.approx(
        (fixed + lost * rate * down / (down + up) / up) * close.orders_per_time + holding * close.mean_on_hand
    )


def test_rare_disruptions_lead_back_to_the_classical_quantity() -> None:
    supplier = DisruptedSupplier(8, 0.225, 5, 1300, 1e-9, 14)
    assert supplier.optimum().order_quantity == pytest.approx(economic_order_quantity(8, 0.225, 1300), rel=1e-5)


@few
@given(down=st.floats(0.02, 0.5), up=st.floats(0.2, 0.8), level=st.floats(0, 30), ratio=st.floats(0.5, 30))
def test_markov_outage_is_the_stationary_sum(down: float, up: float, level: float, ratio: float) -> None:
    outage = np.arange(400)
    law = np.where(outage == 0, 1.0, down * (1 - up) ** (outage - 1.0))
    law /= law.sum()
    end = level - (outage + 1) * 3.0
    found = markov_outage(3.0, down, up, level)
    assert found.mean_end_on_hand == pytest.approx(float(np.maximum(end, 0) @ law), abs=1e-9)
    assert found.mean_end_backorders == pytest.approx(float(np.maximum(-end, 0) @ law), abs=1e-9)
    assert found.fraction_periods_with_backorders == pytest.approx(float(law[end < -1e-9].sum()), abs=1e-9)
    best = optimal_markov_outage(3.0, down, up, 1.0, ratio)
    assert best.cost(1.0, ratio) <= found.cost(1.0, ratio) * (1 + 1e-12)


@few
@given(mtbf=st.floats(10, 400), mttr=st.floats(1, 40), days=st.floats(0, 60), lost=st.floats(0.01, 30))
def test_cover_is_the_integral_over_one_cycle(mtbf: float, mttr: float, days: float, lost: float) -> None:
    found = cover_against_outages(100.0, mtbf, mttr, days)

    def still_down(age: float) -> float:
        return math.exp(-age / mttr)

    covered, _ = integrate.quad(lambda age: (days - age) * still_down(age), 0, days)
    waiting, _ = integrate.quad(lambda age: (age - days) * still_down(age), days, days + 60 * mttr)
    assert found.mean_on_hand == pytest.approx(100 * (mtbf * days + covered) / (mtbf + mttr), rel=1e-6)
    assert found.mean_backorders_if_backordered == pytest.approx(100 * waiting / (mtbf + mttr), rel=1e-6)
    best = optimal_cover_days(mtbf, mttr, 0.02, lost)
    assert (best == 0.0) == (lost <= 0.02 * mtbf)
    assert cover_against_outages(100.0, mtbf, mttr, best).cost(0.02, lost) <= found.cost(0.02, lost) * (1 + 1e-9)


@few
@given(
    rate=st.integers(1, 50),
    cover=st.integers(0, 12),
    length=st.integers(0, 25),
    spare=st.integers(1, 60),
)
def test_daily_outage_keeps_to_the_fluid_identity(rate: int, cover: int, length: int, spare: int) -> None:
    fluid = fluid_outage(rate, cover, length, rate + spare)
    backorder = daily_outage(rate, cover, length, rate + spare)
    lost = daily_outage(rate, cover, length, rate + spare, unmet="lost")
    assert backorder.max_backlog == pytest.approx(fluid.max_backlog, abs=1e-9)
    assert lost.lost_sales == pytest.approx(fluid.lost_sales, abs=1e-9)
    assert backorder.days_after_recovery_until_backlog_zero == math.ceil(fluid.backlog_clear_days - 1e-9)
    assert backorder.days_after_recovery_until_stock_restored == math.ceil(fluid.stock_restore_days - 1e-9)
    assert lost.days_after_recovery_until_stock_restored <= backorder.days_after_recovery_until_stock_restored
    assert (backorder.first_short_day is None) == (length <= cover)
    if backorder.first_short_day is not None:
        assert backorder.first_short_day == backorder.time_to_survive + 1


def test_partial_days_of_cover() -> None:
    found = daily_outage(100.0, 2.5, 4, 150.0)
    assert (found.time_to_survive, found.first_short_day) == (2, 3)
    assert found.max_backlog == pytest.approx(150.0)


@pytest.mark.parametrize("lead_time", [1, 3, 6])
def test_bullwhip_ratios_are_sums_of_squared_impulse_responses(lead_time: int) -> None:
    demand = np.zeros(800)
    demand[100] = 1.0
    for periods in (1, 4, 9):
        forecast = np.array([demand[max(0, t - periods) : t].sum() / periods for t in range(demand.size)])
        orders = lead_time * np.diff(forecast) + demand[:-1]
        assert float(orders @ orders) == pytest.approx(moving_average_ratio(lead_time, periods))
    for weight in (0.1, 0.4, 1.0):
        forecast = np.zeros(demand.size)
        for t in range(1, demand.size):
            forecast[t] = weight * demand[t - 1] + (1 - weight) * forecast[t - 1]
        orders = lead_time * np.diff(forecast) + demand[:-1]
        assert float(orders @ orders) == pytest.approx(exponential_smoothing_ratio(lead_time, weight))


@few
@given(
    weights=st.lists(st.floats(0.01, 1), min_size=2, max_size=6),
    shares=st.dictionaries(st.integers(1, 9), st.floats(0.05, 1), min_size=1, max_size=3),
    service=st.floats(0.5, 0.99),
)
def test_the_formula_has_the_exact_moments(weights: list[float], shares: dict[int, float], service: float) -> None:
    demand = np.array(weights) / sum(weights)
    lead_time = {length: share / sum(shares.values()) for length, share in shares.items()}
    law = lead_time_demand(demand, lead_time)
    found = formula_check(demand, lead_time, service)
    mean, sd = moments(law)
    assert law.sum() == pytest.approx(1.0)
    assert found.formula.mean_lead_time_demand == pytest.approx(mean)
    assert found.formula.sd_lead_time_demand == pytest.approx(sd, rel=1e-6)
    needed = found.needed_reorder_point
    assert law[: needed + 1].sum() >= service - 1e-12
    assert law[:needed].sum() < service
    assert (found.achieved_cycle_service >= service) == (found.formula_reorder_point >= needed)


def test_lumpy_demand_has_the_stated_moments() -> None:
    mean, sd = moments(lumpy_demand(0.1, 20))
    assert mean == pytest.approx(2.0)
    assert sd == pytest.approx(math.sqrt(74.0))


def test_the_formula_keeps_its_promise_for_many_small_demands() -> None:
    found = formula_check(poisson_pmf(50), {9: 1.0}, 0.95)
    assert found.achieved_cycle_service == pytest.approx(0.95, abs=0.005)
    assert reorder_point_for(poisson_pmf(450), 0.95) == stats.poisson(450).ppf(0.95)
    assert safety_stock(50, math.sqrt(50), 9, 0, 0.95).reorder_point == pytest.approx(450 + 1.6448536 * math.sqrt(450))
