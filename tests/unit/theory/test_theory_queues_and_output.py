"""Queues, closures, annual losses and output analysis, against chains, recursions and scipy's own tests."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.theory.loss import AnnualLoss
from sim.theory.output_analysis import (
    difference,
    half_width,
    mser,
    relative_half_width,
    replications_for_precision,
    welch_half_width,
)
from sim.theory.queueing import berths, discrete_closure, fluid_closure

few = settings(max_examples=40, deadline=None, derandomize=True)

samples = st.lists(st.floats(-100, 100), min_size=5, max_size=15)


@few
@given(load=st.floats(0.05, 0.95), number=st.integers(1, 12))
def test_berths_are_the_birth_death_chain(load: float, number: int) -> None:
    found = berths(load * number * 2.5, 2.5, number)
    steps = np.arange(1, 1500)
    law = np.concatenate([[1.0], np.cumprod(load * number / np.minimum(steps, number))])
    law /= law.sum()
    ships = np.arange(law.size)
    assert found.prob_wait == pytest.approx(float(law[number:].sum()), rel=1e-8)
    assert found.mean_queue == pytest.approx(float(np.maximum(ships - number, 0) @ law), rel=1e-8)
    assert found.arrival_rate * found.mean_time_in_port == pytest.approx(float(ships @ law), rel=1e-8)
    mean, _ = integrate.quad(found.prob_wait_above, 0, math.inf)
    assert mean == pytest.approx(found.mean_wait, rel=1e-6)


@few
@given(arrivals=st.integers(1, 30), spare=st.integers(1, 20), length=st.integers(0, 40), start=st.integers(0, 30))
def test_closure_is_the_recursion_from_the_first_ship(arrivals: int, spare: int, length: int, start: int) -> None:
    throughput, closed, opens = arrivals + spare, Fraction(start, 4), Fraction(start + length, 4)
    free, waits, present = Fraction(0), [], 0
    last = opens
    for ship in range(arrivals * 400):
        arrival = Fraction(ship, arrivals)
        begin = max(arrival, free)
        if closed <= begin < opens:
            begin = opens
        free = begin + Fraction(1, throughput)
        if begin > arrival:
            waits.append(begin - arrival)
            present += arrival < opens
            last = begin
        elif arrival > opens:
            break
    found = discrete_closure(arrivals, throughput, length / 4, closure_start=start / 4)
    assert found.total_wait == pytest.approx(float(sum(waits)), rel=1e-12)
    assert found.ships_delayed == len(waits)
    assert found.max_wait == float(max(waits, default=0))
    assert found.ships_waiting_at_reopening == present
    assert found.last_delayed_start == float(last - opens)


@few
@given(arrivals=st.floats(1, 30), spare=st.floats(0.5, 20), length=st.floats(0.5, 20))
def test_many_small_ships_are_a_fluid(arrivals: float, spare: float, length: float) -> None:
    fluid = fluid_closure(arrivals, arrivals + spare, length)
    area, _ = integrate.quad(
        lambda t: max(0.0, arrivals * t - (arrivals + spare) * max(0.0, t - length)),
        0,
        length + fluid.clearing_time,
        points=[length],
    )
    assert fluid.total_delay == pytest.approx(area, rel=1e-6)
    assert fluid.total_delay == pytest.approx(
        fluid.mean_delay_of_affected * arrivals * (length + fluid.clearing_time), rel=1e-9
    )


def test_ship_by_ship_tends_to_the_fluid() -> None:
    fluid = fluid_closure(20, 25, 7)
    errors = []
    for scale in (1, 10):
        found = discrete_closure(20 * scale, 25 * scale, 7)
        errors.append(abs(found.total_wait / scale - fluid.total_delay))
    assert errors[1] < 0.2 * errors[0]


@few
@given(rate=st.floats(0.1, 8), severity=st.floats(0.1, 20), level=st.floats(0.05, 0.995))
def test_annual_loss(rate: float, severity: float, level: float) -> None:
    loss = AnnualLoss(rate, severity)
    assert loss.exceedance(0) == pytest.approx(1 - loss.prob_no_loss)
    assert loss.expected_excess(0) == pytest.approx(loss.mean)
    above, _ = integrate.quad(loss.exceedance, 2 * severity, np.inf)
    assert loss.expected_excess(2 * severity) == pytest.approx(above, rel=1e-6)
    threshold, tail = loss.value_at_risk(level), loss.conditional_value_at_risk(level)
    assert tail >= max(threshold, loss.mean) * (1 - 1e-12)
    if level > loss.prob_no_loss:
        assert loss.exceedance(threshold) == pytest.approx(1 - level, rel=1e-6)
        assert loss.return_period(threshold) == pytest.approx(1 / (1 - level), rel=1e-6)
    else:
        assert threshold == 0.0
        assert tail == pytest.approx(loss.mean / (1 - level))


def test_annual_loss_against_a_sample() -> None:
    generator = np.random.default_rng(3)
    events = generator.poisson(0.8, size=400_000)
    losses = np.zeros(events.size)
    losses[events > 0] = generator.gamma(events[events > 0], 1.5)
    worst = np.sort(losses)[-events.size // 20 :]
    loss = AnnualLoss(0.8, 1.5)
    assert loss.sd == pytest.approx(losses.std(), rel=0.01)
    assert loss.conditional_value_at_risk(0.95) == pytest.approx(worst.mean(), rel=0.01)
    assert loss.value_at_risk(0.95) == pytest.approx(worst[0], rel=0.01)


@few
@given(a=samples, seed=st.integers(0, 1000), confidence=st.floats(0.5, 0.99))
def test_intervals_are_those_of_the_t_tests(a: list[float], seed: int, confidence: float) -> None:
    first = np.array(a) + np.random.default_rng(seed).normal(size=len(a))
    second = 0.7 * first + np.random.default_rng(seed + 1).normal(size=len(a))
    found = difference(first, second, confidence)
    paired = stats.ttest_rel(first, second).confidence_interval(confidence)
    welch = stats.ttest_ind(first, second, equal_var=False).confidence_interval(confidence)
    assert found.mean - found.paired_half_width == pytest.approx(paired.low, rel=1e-7, abs=1e-8)
    assert found.mean + found.welch_half_width == pytest.approx(welch.high, rel=1e-7, abs=1e-8)
    assert found.correlation == pytest.approx(float(np.corrcoef(first, second)[0, 1]), abs=1e-9)
    assert (found.variance_reduction > 1) == (found.correlation > 0)
    assert half_width(first, confidence) <= half_width(first, min(0.999, confidence + 0.005))


def test_degenerate_samples() -> None:
    assert welch_half_width([1, 1, 1], [2, 2]) == 0.0
    assert math.isinf(relative_half_width([-1.0, 0.0, 1.0]))
    same = difference([1.0, 2.0, 4.0], [0.0, 1.0, 3.0])
    assert same.paired_half_width == 0.0
    assert math.isinf(same.variance_reduction)
    assert math.isnan(difference([1.0, 1.0, 1.0], [0.0, 1.0, 3.0]).correlation)


@few
@given(values=st.lists(st.floats(1, 100), min_size=3, max_size=25), precision=st.floats(0.02, 1.5))
def test_first_number_of_replications(values: list[float], precision: float) -> None:
    found = replications_for_precision(values, precision)
    reached = [n for n in range(3, len(values) + 1) if relative_half_width(values[:n]) <= precision]
    assert found == (reached[0] if reached else None)


@few
@given(values=st.lists(st.floats(-50, 50), min_size=20, max_size=60), batch=st.integers(1, 5))
def test_mser_searches_the_first_half(values: list[float], batch: int) -> None:
    found = mser(values, batch)
    means = [float(np.mean(values[k : k + batch])) for k in range(0, len(values) - batch + 1, batch)]

    def statistic(cut: int) -> float:
        kept = means[cut:]
        centre = sum(kept) / len(kept)
        return sum((value - centre) ** 2 for value in kept) / len(kept) ** 2

    cuts = range(len(means) // 2 + 1)
    assert found.observations // batch in cuts
    assert found.statistic == pytest.approx(min(statistic(cut) for cut in cuts), rel=1e-6, abs=1e-9)


def test_mser_drops_an_initial_transient_and_nothing_else() -> None:
    noise = np.random.default_rng(5).normal(size=1000)
    assert mser(noise).observations <= 50
    noise[:100] += np.linspace(30, 3, 100)
    assert 80 <= mser(noise).observations <= 130
