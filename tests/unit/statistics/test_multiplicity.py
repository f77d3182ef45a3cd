"""Intervals of several pairs hold together; Holm's p-values are never weaker than Bonferroni's."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import UsageError
from sim.statistics.interval import interval
from sim.statistics.multiplicity import holm, pairs, together


def postures(rng, n):
    """Four postures on shared futures, with means 0, 1, 2, 3."""
    common = rng.normal(size=n)
    return {name: place + common + rng.normal(size=n) for place, name in enumerate("abcd")}


def _missed(found, truth):
    """Whether any interval misses its truth."""
    return any(not one.low <= true <= one.high for one, true in zip(found, truth, strict=True))


def wrong(way, experiments, seed, **more):
    """Share of experiments in which any of six intervals misses; and so for ordinary intervals."""
    rng = np.random.default_rng(seed)
    ours = usual = 0
    for _ in range(experiments):
        values = postures(rng, 60)
        names = list(combinations("abcd", 2))
        truth = ["abcd".index(a) - "abcd".index(b) for a, b in names]
        differences = np.column_stack([values[a] - values[b] for a, b in names])
        each = tuple(interval(column) for column in differences.T)
        ours += _missed(together(differences, way=way, **more), truth)
        usual += _missed(each, truth)
    return ours / experiments, usual / experiments


def test_bonferroni_holds_all_six_pairs_together():
    """Seed 61, 2,000 experiments of 60: at most 5 % and 3 standard errors; ordinary intervals miss in more than 10 %."""
    ours, usual = wrong("bonferroni", 2000, 61)
    assert ours < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)
    assert usual > 0.1


def test_the_largest_t_holds_them_together_more_narrowly():
    """Seed 62, 400 experiments, 500 resamples: 5 % within 4 standard errors; narrower than Bonferroni's."""
    ours, _ = wrong("max_t", 400, 62, resamples=500)
    assert abs(ours - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 400)
    rng = np.random.default_rng(63)
    line = rng.normal(size=(300, 1)) * np.linspace(1, 2, 30) + 0.1 * rng.normal(size=(300, 30))
    wide, narrow = together(line), together(line, way="max_t")
    assert narrow[3].half_width < 0.85 * wide[3].half_width
    assert together(line, way="max_t") == narrow
    assert together(line, way="max_t", seed=2) != narrow


def test_pairs_are_named_and_each_is_the_interval_at_a_stricter_level():
    values = postures(np.random.default_rng(64), 80)
    found = pairs(values)
    assert list(found) == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    assert found["b", "d"] == interval(values["b"] - values["d"], 1 - 0.05 / 6)
    assert pairs({"a": values["a"]}) == {}
    two = pairs({"a": values["a"], "b": values["b"]}, 0.9)
    assert two["a", "b"] == interval(values["a"] - values["b"], 0.9)


def test_null_values_and_columns_that_never_vary():
    values = np.random.default_rng(65).normal(size=(50, 3))
    values[:, 1] = 2.0
    values[4, 0] = np.nan
    for way in ("bonferroni", "max_t"):
        found = together(values, way=way)
        assert (found[1].mean, found[1].low, found[1].high) == (2.0, 2.0, 2.0)
        assert math.isfinite(found[0].high)
    assert found[2].n == 49
    assert together(values)[2].n == 50
    assert math.isnan(together(values[:1], way="max_t")[2].low)
    with pytest.raises(UsageError, match="confidence 1"):
        together(values, 1.0)


def test_holm_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([])).tolist() == []


@settings(max_examples=200, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_lies_between_the_p_values_and_bonferroni_and_keeps_their_order(p):
    array = np.array(p)
    found = holm(array)
    assert (found >= array).all()
    assert (found <= np.minimum(array * array.size, 1) + 1e-15).all()
    assert (np.diff(found[np.argsort(array, kind="stable")]) >= 0).all()
