"""Cautions are there where intervals fail, silent where they hold, and say what to do."""

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.statistics.interval import interval
from sim.statistics.skew import needed, skewness
from sim.statistics.spending import LOOKS
from sim.statistics.trust import cautions, tail_cautions


def flagged_and_covered(draw, truth, n, experiments, seed):
    """Share of experiments with a caution, and coverage of Student's 95 % interval in all of them."""
    rng = np.random.default_rng(seed)
    flagged = covered = 0
    for _ in range(experiments):
        values = draw(rng, n)
        found = interval(values)
        flagged += bool(cautions(values, 0.95, "it"))
        covered += found.low <= truth <= found.high
    return flagged / experiments, covered / experiments


@pytest.mark.parametrize(
    ("draw", "truth", "n"),
    [
        (lambda rng, n: rng.lognormal(0, 1, n), math.exp(0.5), 50),
        (lambda rng, n: rng.lognormal(0, 1.5, n), math.exp(1.125), 200),
        (lambda rng, n: rng.pareto(1.5, n), 2.0, 1000),
        (lambda rng, n: (rng.random(n) < 0.05) * rng.exponential(1, n), 0.05, 200),
    ],
    ids=["lognormal 50", "wide lognormal 200", "Pareto 1.5 1000", "rare 200"],
)
def test_where_intervals_miss_too_often_nearly_all_carry_a_caution(draw, truth, n):
    """Seed 31, 1,000 experiments: coverage is below 93 % by a standard error, and 90 % or more are cautioned against."""
    flagged, covered = flagged_and_covered(draw, truth, n, 1000, 31)
    assert covered < 0.93 - math.sqrt(0.93 * 0.07 / 1000)
    assert flagged >= 0.9


@pytest.mark.parametrize(
    ("draw", "truth", "n"),
    [
        (lambda rng, n: rng.normal(5, 2, n), 5.0, 50),
        (lambda rng, n: rng.exponential(3, n), 3.0, 300),
        (lambda rng, n: rng.lognormal(0, 0.5, n), math.exp(0.125), 300),
        (lambda rng, n: (rng.random(n) < 0.2) * rng.exponential(1, n), 0.2, 1000),
    ],
    ids=["normal 50", "exponential 300", "mild lognormal 300", "one in five 1000"],
)
def test_where_intervals_hold_hardly_any_carries_a_caution(draw, truth, n):
    """Seed 32, 500 experiments: coverage within 3 standard errors of 95 %, and at most 5 % are cautioned against."""
    flagged, covered = flagged_and_covered(draw, truth, n, 500, 32)
    assert abs(covered - 0.95) < 3 * math.sqrt(0.95 * 0.05 / 500)
    assert flagged <= 0.05


def test_few_values_are_told_first_and_alone():
    (told,) = cautions(np.arange(29.0), 0.95, "jit's total cost")
    assert told == (
        "the 95 % interval of jit's total cost should not be believed: only 29 values count; run at least 50 replications"
    )
    half = np.where(np.arange(40) % 2, np.nan, np.arange(40.0))
    (told,) = cautions(half, 0.95, "it")
    assert "only 20 values count (20 of 40 are null)" in told
    assert told.endswith("run at least 100 replications")
    assert cautions(np.full(3, np.nan), 0.9, "it")[0].startswith("the 90 % interval of it")


def test_skewness_is_that_of_scipy_and_says_how_many_are_needed():
    values = np.random.default_rng(33).gamma(0.3, 1, 80)
    assert skewness(values) == pytest.approx(stats.skew(values))
    assert needed(values) == math.ceil(28 + 25 * stats.skew(values) ** 2)
    assert math.isnan(skewness(np.full(9, 0.1)))
    assert needed(np.full(9, 0.1)) == 30
    assert needed(np.array([])) == 30
    told = [one for one in cautions(values, 0.95, "it") if "skewness" in one]
    assert len(told) == 1
    wanted = int(re.search(r"at least ([\d,]+)", told[0])[1].replace(",", ""))
    assert wanted == next(look for look in LOOKS if look >= needed(values))


def test_one_replication_that_carries_the_spread_is_told():
    values = np.zeros(400)
    values[::2] = 1.0
    assert cautions(values, 0.95, "it") == ()
    values[7] = 40.0
    told = cautions(values, 0.95, "it")
    assert any("a single replication makes up 94 %" in one for one in told)


def test_values_that_are_nearly_all_alike_rest_on_few():
    values = np.zeros(500)
    values[[3, 99]] = 12.0
    told = cautions(values, 0.95, "jic's stockout cost")
    assert "only 2 of 500 values differ from 0" in told[0]
    assert told[0].endswith("run at least 7,500 replications")
    (alike,) = cautions(np.full(100, 0.987), 0.95, "it")
    assert "all 100 values are alike; what happens in up to 3 % of replications" in alike


def test_what_happens_or_not_needs_occasions():
    yes = np.zeros(200)
    (never,) = cautions(yes, 0.95, "it", yes_no=True)
    assert "never happened in 200; what happens in up to 1.5 %" in never
    yes[:2] = 1
    (seldom,) = cautions(yes, 0.95, "it", yes_no=True)
    assert "it happened in 2 of 200 only; run at least 500 replications" in seldom
    (often,) = cautions(1 - yes, 0.95, "it", yes_no=True)
    assert "it failed to happen in 2 of 200 only" in often
    yes[:5] = 1
    assert cautions(yes, 0.95, "it", yes_no=True) == ()


def test_a_quantile_needs_values_beyond_it():
    values = np.random.default_rng(34).normal(size=1000)
    assert tail_cautions(values, 0.95, 0.95, "it") == ()
    (told,) = tail_cautions(values[:990], 0.95, 0.95, "it")
    assert "of 990 values about 49.5 lie above the quantile; run at least 1,000 replications" in told
    assert "below the quantile" in tail_cautions(values, 0.01, 0.95, "it")[0]
    mostly = np.zeros(1000)
    mostly[:20] = np.arange(20) + 1.0
    assert "980 of 1000 values are 0, the quantile too" in tail_cautions(mostly, 0.95, 0.95, "it")[0]
    assert "all 1000 values are alike" in tail_cautions(np.ones(1000), 0.95, 0.95, "it")[0]


@settings(max_examples=100, deadline=None)
@given(
    values=st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(math.nan), st.just(0.0)), max_size=120),
    scale=st.floats(0.001, 1000),
    yes_no=st.booleans(),
)
def test_every_list_of_numbers_gets_an_answer_that_scale_does_not_change(values, scale, yes_no):
    array = np.array(values, dtype=float)
    if yes_no:
        array = np.where(np.isnan(array), np.nan, (array > 0).astype(float))
        scale = 1.0
    told = cautions(array, 0.95, "it", yes_no)
    assert all(one.startswith("the 95 % interval of it should not be believed: ") for one in told)
    assert all("run at least" in one or "may not have been seen" in one for one in told)
    assert len(told) == len(cautions(array * scale, 0.95, "it", yes_no)) or np.abs(array[~np.isnan(array)]).min() < 1e-6
    assert (
        tail_cautions(array, 0.95, 0.95, "it") == ()
        or "should not be believed" in tail_cautions(array, 0.95, 0.95, "it")[0]
    )
