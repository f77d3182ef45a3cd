"""Weighted estimators of a loss distribution, held against what can be worked out by hand."""

import math

import numpy as np
import pytest

from sim.studies.loss_sample import Sample, against
from sim.studies.statistics import interval


def sample(losses, places=None, probabilities=(1.0,), **keys):
    values = np.asarray(losses, dtype=float)
    return Sample(values, np.zeros(values.size, int) if places is None else np.asarray(places), probabilities, **keys)


@pytest.fixture
def years():
    """400 years, most without loss."""
    source = np.random.default_rng(4)
    return np.where(source.random(400) < 0.3, source.exponential(10.0, 400), 0.0)


def test_one_stratum_is_the_plain_mean_and_wilson(years):
    found, plainly = sample(years), interval(years)
    assert (found.mean.value, found.mean.low, found.mean.high) == pytest.approx(
        (plainly.mean, plainly.low, plainly.high), rel=1e-12
    )
    wilson = interval((years > 5).astype(float), yes_no=True)
    above = found.chance_above(5.0)
    assert (above.value, above.low, above.high) == pytest.approx((wilson.mean, wilson.low, wilson.high), rel=1e-12)
    assert found.sd.value == pytest.approx(years.std(), rel=1e-12)
    assert found.without_loss.value == pytest.approx((years == 0).mean(), abs=1e-12)


@pytest.mark.parametrize(
    ("level", "value", "worst"), [(0.95, 10.0, 10.0), (0.9, 0.0, 10.0), (0.85, 0.0, 10 / 1.5), (0.8, 0.0, 5.0)]
)
def test_cvar_splits_an_atom(level, value, worst):
    """90 years lose 0 and 10 lose 10: the worst 15 % are ten of 10 and five of 0, wherever the VaR lies."""
    found = sample([0.0] * 90 + [10.0] * 10)
    assert found.value_at_risk(level).value == value
    assert found.conditional_value_at_risk(level).value == pytest.approx(worst)


def test_cvar_is_the_mean_of_the_worst_years(years):
    found = sample(years)
    assert found.conditional_value_at_risk(0.95).value == pytest.approx(np.sort(years)[-20:].mean())
    assert found.value_at_risk(0.95).value == np.sort(years)[-21]
    assert found.tail(0.95) == 20


def test_strata_weigh_their_years():
    """Half of all years cannot lose; of the rest, four fifths are stratum 1 and one fifth stratum 2."""
    found = sample([0, 2, 4, 6, 10, 30], [1, 1, 1, 1, 2, 2], (0.5, 0.4, 0.1))
    assert found.certain == 0.5
    assert found.weights.tolist() == pytest.approx([0.1] * 4 + [0.05] * 2)
    assert found.mean.value == pytest.approx(0.4 * 3 + 0.1 * 20)
    spread = 0.4**2 * np.var([0, 2, 4, 6], ddof=1) / 4 + 0.1**2 * np.var([10, 30], ddof=1) / 2
    assert found.mean.error == pytest.approx(math.sqrt(spread))
    assert found.without_loss.value == pytest.approx(0.6)
    assert found.chance_above(5.0).value == pytest.approx(0.2)
    assert found.return_period(5.0).value == pytest.approx(5.0)
    assert [found.value_at_risk(level).value for level in (0.5, 0.6, 0.7, 0.9, 0.95)] == [0, 0, 2, 10 - 4, 10]
    assert found.conditional_value_at_risk(0.9).value == pytest.approx(20)
    assert found.sd.value**2 == pytest.approx(0.1 * (4 + 16 + 36) + 0.05 * (100 + 900) - found.mean.value**2)


def test_the_curve_falls_and_its_band_holds_it(years):
    found = sample(years, np.where(years > 0, 1, 0), (0.7, 0.3))
    curve = found.curve
    assert (np.diff(curve.losses) > 0).all()
    assert (np.diff(curve.chance) <= 1e-15).all()
    assert (np.diff(curve.low) <= 0).all()
    assert (np.diff(curve.high) <= 0).all()
    assert ((curve.low <= curve.chance) & (curve.chance <= curve.high)).all()
    assert (curve.chance[-1], curve.low[-1]) == (pytest.approx(0, abs=1e-15), 0)
    assert curve.high[-1] > 0


def test_a_quantile_out_of_reach_has_no_upper_end(years):
    assert math.isinf(sample(years[:100]).value_at_risk(0.99).high)
    assert math.isfinite(sample(years).value_at_risk(0.95).high)
    low = sample(years).value_at_risk(0.95)
    assert low.low <= low.value <= low.high


def test_two_years_in_the_tail_are_too_few_for_an_interval(years):
    few = sample(years[:100])
    assert few.tail(0.99) <= 1
    assert math.isnan(few.conditional_value_at_risk(0.99).high)


def test_no_loss_at_all():
    found = sample([0.0] * 20, [1] * 20, (0.3, 0.7))
    for one in (found.mean, found.sd, found.value_at_risk(0.95), found.conditional_value_at_risk(0.99)):
        assert (one.value, one.low) == (0, 0)
    assert found.without_loss.value == pytest.approx(1)
    assert math.isinf(found.return_period(0.0).value)


def test_gains_count_as_no_loss_and_lower_the_mean():
    found = sample([-4.0, -2.0, 0.0, 6.0])
    assert found.mean.value == 0
    assert found.without_loss.value == 0.75
    assert found.value_at_risk(0.5).value == -2


def test_pairs_are_judged_year_by_year(years):
    places, probabilities = np.where(years > 0, 1, 0), (0.7, 0.3)
    a, b = sample(years, places, probabilities), sample(years * 0.5 + (years > 8), places, probabilities)
    pair, mirror = against(a, b), against(b, a)
    assert pair.mean.value == pytest.approx(a.mean.value - b.mean.value)
    assert pair.cvar.value == pytest.approx(
        a.conditional_value_at_risk(0.95).value - b.conditional_value_at_risk(0.95).value
    )
    assert pair.mean.error < math.hypot(a.mean.error, b.mean.error)
    assert (mirror.mean.low, mirror.cvar.high) == pytest.approx((-pair.mean.high, -pair.cvar.low))
    assert (pair.less, pair.more) == (pytest.approx(mirror.more), pytest.approx(mirror.less))
    assert pair.less + pair.more + pair.same == pytest.approx(1)
    assert pair.same == pytest.approx(0.7)
    none = against(a, a)
    assert (none.mean.value, none.mean.error, none.cvar.error, none.same) == (0, 0, 0, 1)


def test_money_scales():
    losses, places = np.arange(60.0), np.arange(60) % 2
    one, many = sample(losses, places, (0.5, 0.5)), sample(losses * 1e6, places, (0.5, 0.5))
    for read in ("mean", "sd"):
        assert getattr(many, read).high == pytest.approx(1e6 * getattr(one, read).high)
    assert many.conditional_value_at_risk(0.9).low == pytest.approx(1e6 * one.conditional_value_at_risk(0.9).low)
