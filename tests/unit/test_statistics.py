"""The statistics of a comparison: intervals that cover, pairs that pair."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.measures import MEASURES
from sim.studies.compare import Comparison, gather
from sim.studies.montecarlo import Chunk, Job, chunks
from sim.studies.statistics import interval, paired, t_quantile
from sim.validation.case import truths


def test_s20_paired_against_unpaired():
    given = truths()["S20"]
    parameters, expected = given["parameters"], given["expected"]
    a, b = np.array(parameters["jit_cost_by_replication"]), np.array(parameters["jic_cost_by_replication"])
    found = paired(a, b, "lower")
    assert found.difference.mean == pytest.approx(expected["mean_difference_jit_minus_jic"], rel=1e-6)
    assert found.difference.half_width == pytest.approx(expected["paired_95_half_width"], rel=1e-6)
    assert found.correlation == pytest.approx(expected["correlation"], rel=1e-6)
    assert found.variance_reduction == pytest.approx(expected["variance_reduction_factor_vs_independent"], rel=1e-6)
    assert found.p_a_better == 0.0
    alone = interval(a)
    assert alone.half_width / alone.mean == pytest.approx(expected["relative_half_width_jit_n12"], rel=1e-6)


def test_a_student_interval_covers_as_often_as_it_says():
    """Seed 1, 4,000 samples of 8: coverage 95 % within 4 standard errors; the same at 80 %."""
    rng = np.random.default_rng(1)
    for level in (0.95, 0.8):
        covered = 0
        for _ in range(4000):
            found = interval(rng.normal(10, 3, 8), level)
            covered += found.low <= 10 <= found.high
        assert abs(covered / 4000 - level) < 4 * math.sqrt(level * (1 - level) / 4000)
    sample = rng.normal(10, 3, 20)
    low, high = stats.t.interval(0.95, 19, loc=sample.mean(), scale=stats.sem(sample))
    found = interval(sample)
    assert (found.low, found.high, found.n) == (pytest.approx(low), pytest.approx(high), 20)
    assert t_quantile(0.975, 5) == pytest.approx(stats.t.ppf(0.975, 5))


@pytest.mark.parametrize(("yes", "n"), [(0, 10), (10, 10), (3, 10), (1, 100), (57, 100), (0, 1)])
def test_a_proportion_has_the_interval_of_wilson(yes, n):
    values = np.array([1.0] * yes + [0.0] * (n - yes))
    found = interval(values, share=True, yes_no=True)
    expected = stats.binomtest(yes, n).proportion_ci(0.95, "wilson")
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)
    assert 0 <= found.low <= found.mean <= found.high <= 1


def test_wilson_covers_rare_events_where_student_fails():
    """Seed 2, 4,000 samples of 50 at 3 %: Wilson covers at least 93 %."""
    rng = np.random.default_rng(2)
    draws = (rng.random((4000, 50)) < 0.03).astype(float)
    covered = np.mean([(one := interval(row, yes_no=True)).low <= 0.03 <= one.high for row in draws])
    assert covered > 0.93


def test_null_values_are_left_out_and_shares_stay_shares():
    found = interval(np.array([0.9, np.nan, 1.0, 1.0, np.nan]), share=True)
    assert found.n == 3
    assert found.mean == pytest.approx(2.9 / 3)
    assert found.high == 1.0
    assert interval(np.array([0.99, 1.0, 1.0])).high > 1.0
    nothing = interval(np.array([np.nan, np.nan]))
    assert nothing.n == 0
    assert math.isnan(nothing.mean)
    one = interval(np.array([5.0]))
    assert (one.mean, one.n) == (5.0, 1)
    assert math.isnan(one.low)


def test_pairs_leave_out_what_is_null_on_either_side():
    a = np.array([1.0, 2.0, np.nan, 4.0, 7.0])
    b = np.array([2.0, np.nan, 3.0, 4.0, 5.0])
    found = paired(a, b, "lower")
    assert found.difference.n == 3
    assert found.difference.mean == pytest.approx((-1 + 0 + 2) / 3)
    # one better, one tie, one worse
    assert found.p_a_better == pytest.approx(0.5)
    assert paired(a, b, "higher").p_a_better == pytest.approx(0.5)
    assert math.isnan(paired(a, b, "neither").p_a_better)
    nothing = paired(np.array([np.nan]), np.array([1.0]), "lower")
    assert nothing.difference.n == 0
    assert math.isnan(nothing.p_a_better)


def test_who_is_better_counts_futures_ties_half():
    a, b = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1.0, 3.0, 9.0, 4.0, 4.0])
    assert paired(a, b, "lower").p_a_better == pytest.approx((2 + 0.5 * 2) / 5)
    assert (paired(a, b, "lower").p_ahead, paired(a, b, "lower").p_tied) == pytest.approx((2 / 5, 2 / 5))
    assert (paired(a, b, "higher").p_ahead, paired(b, a, "lower").p_ahead) == pytest.approx((1 / 5, 1 / 5))
    assert paired(b, a, "lower").p_a_better == pytest.approx(1 - (2 + 0.5 * 2) / 5)
    assert paired(a, b, "higher").p_a_better == pytest.approx((1 + 0.5 * 2) / 5)


def test_correlation_and_variance_reduction_are_those_of_numpy():
    """Seed 3."""
    rng = np.random.default_rng(3)
    common = rng.normal(size=50)
    a, b = 10 + 3 * common + rng.normal(size=50), 7 + 2 * common + rng.normal(size=50)
    found = paired(a, b, "lower")
    assert found.correlation == pytest.approx(np.corrcoef(a, b)[0, 1])
    assert found.variance_reduction == pytest.approx((a.var(ddof=1) + b.var(ddof=1)) / (a - b).var(ddof=1))
    low, high = stats.t.interval(0.95, 49, loc=(a - b).mean(), scale=stats.sem(a - b))
    assert (found.difference.low, found.difference.high) == (pytest.approx(low), pytest.approx(high))
    same = paired(a, a, "lower")
    assert same.correlation == pytest.approx(1.0)
    assert same.variance_reduction == math.inf
    assert (same.p_a_better, same.p_ahead, same.p_tied) == (0.5, 0.0, 1.0)
    still = paired(np.ones(5), np.ones(5), "lower")
    assert math.isnan(still.correlation)
    assert math.isnan(still.variance_reduction)


def test_chunks_hold_every_replication_once():
    for count in (1, 2, 7, 25, 26, 100, 1000):
        for jobs in (1, 2, 8, 64):
            assert [number for piece in chunks(count, jobs) for number in piece] == list(range(count))


def test_gathering_does_not_depend_on_the_order_in_which_chunks_finish():
    rng = np.random.default_rng(4)
    measures = rng.random((7, 1, 2, len(MEASURES)))
    around = rng.random((7, 1, 2, 3, 4)).astype(np.float32)
    pieces = [Chunk(tuple(part), measures[list(part)], around[list(part)]) for part in ((4, 5, 6), (0, 1), (2, 3))]
    job = Job(None, ("calm",), (), 1)
    found = gather(job, pieces)
    assert isinstance(found, Comparison)
    assert found.numbers == tuple(range(7))
    np.testing.assert_array_equal(found.measures, measures)
    np.testing.assert_array_equal(found.around, around)
