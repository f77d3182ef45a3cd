"""Intervals for many columns: means, and means over the worst futures."""

import numpy as np
import pytest

from sim.studies.columns import means, tail_parts, tails
from sim.studies.statistics import interval


def worst(values, share):
    """Mean over the worst share of equally likely values, the value at the edge counted for the part that belongs."""
    left, total = share * len(values), 0.0
    for value in sorted(values, reverse=True):
        weight = min(1.0, left)
        total, left = total + weight * value, left - weight
        if left <= 0:
            return total / (share * len(values))
    raise AssertionError


@pytest.mark.parametrize("count", [1, 7, 20, 50, 199, 200])
def test_the_tail_is_the_mean_over_the_worst_with_ties_and_parts_of_futures(count):
    rng = np.random.default_rng(count)
    values = np.stack([rng.normal(0, 1, count), rng.poisson(0.3, count), np.zeros(count), np.full(count, 2.5)], axis=1)
    found = tail_parts(values.astype(float)).mean(axis=0)
    np.testing.assert_allclose(found, [worst(column, 0.05) for column in values.T], rtol=1e-9, atol=1e-12)


def test_means_agree_with_the_interval_of_one():
    values = np.random.default_rng(2).normal(3, 1, (30, 4))
    found = means(values)
    for column in range(4):
        one = interval(values[:, column])
        assert (found.mean[column], found.low[column], found.high[column]) == pytest.approx(
            (one.mean, one.low, one.high)
        )
    alone = means(values[:1])
    assert np.isnan(alone.low).all()
    np.testing.assert_array_equal(alone.mean, values[0])


def test_a_tail_interval_covers_about_as_often_as_it_says():
    """Seed 4: 2,000 samples of 200 pairs, exponential costs that the buffer halves; the true tail is known.

    Mean over the worst 5 % of an exponential of mean 1: 1 - ln 0.05 = 3.996. Coverage is between 90 % and 99 %: 10 futures
    in the tail are few, which is why Student's t has 9 degrees of freedom there.
    """
    rng = np.random.default_rng(4)
    without = rng.exponential(1.0, (200, 2000))
    found = tails(without, 0.5 * without)
    truth = 0.5 * (1 - np.log(0.05))
    covered = ((found.low <= truth) & (truth <= found.high)).mean()
    assert 0.90 < covered < 0.99


def test_a_buffer_that_changes_nothing_has_no_tail():
    values = np.random.default_rng(1).exponential(1.0, (50, 3))
    found = tails(values, values)
    for part in (found.mean, found.low, found.high):
        np.testing.assert_array_equal(part, np.zeros(3))
