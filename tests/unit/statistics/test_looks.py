"""Looking at every look keeps the error at its promise, and a study stops where it should, however it was cut up."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import stdtrit

from sim.errors import UsageError
from sim.statistics.interval import interval
from sim.statistics.looks import Precision, looking
from sim.statistics.spending import LOOKS, critical_values, looks, nominal

TOP = 2000
SEEN = np.array([look for look in LOOKS if look <= TOP])
EXPERIMENTS = 4000


def missed(draws, truth):
    """(experiments, looks) whether the interval at each look misses the truth; and so for Student's at 95 %."""
    gap = draws[:, :TOP] - truth
    total, squares = (np.cumsum(part, axis=1)[:, SEEN - 1] for part in (gap, gap**2))
    error = np.sqrt((squares - total**2 / SEEN) / (SEEN - 1) / SEEN)
    wide = np.array([stdtrit(look - 1, (1 + nominal(int(look))) / 2) for look in SEEN])
    usual = stdtrit(SEEN - 1, 0.975)
    return np.abs(total / SEEN) > wide * error, np.abs(total / SEEN) > usual * error


def spent(k):
    """Error that may be spent by look k."""
    return 0.05 * k / (k + 5)


def test_looking_at_every_look_keeps_the_error_at_its_promise_for_normal_values():
    """Seed 11, 4,000 experiments of 2,000: misses by each look within 4 standard errors of what is spent by then."""
    rng = np.random.default_rng(11)
    ours, usual = missed(rng.normal(5, 2, (EXPERIMENTS, TOP)), 5.0)
    for k in (1, 4, 7, len(SEEN)):
        share = ours[:, :k].any(axis=1).mean()
        assert abs(share - spent(k)) < 4 * math.sqrt(spent(k) / EXPERIMENTS), k
    assert usual.any(axis=1).mean() > 0.2  # what looking does to ordinary intervals


def test_for_skewed_values_looking_adds_little_to_what_student_gets_wrong_without_looking():
    """Seed 12, exponential values (skewness 2), 4,000 experiments: at most 5 % and 4 standard errors miss at any look."""
    rng = np.random.default_rng(12)
    ours, _ = missed(rng.exponential(3, (EXPERIMENTS, TOP)), 3.0)
    assert ours.any(axis=1).mean() < 0.05 + 4 * math.sqrt(0.05 * 0.95 / EXPERIMENTS)


def test_the_first_critical_value_is_that_of_its_share_and_all_are_tighter_than_adding_up_errors():
    for level in (0.8, 0.95, 0.99):
        found = critical_values(level)
        assert found[0] == pytest.approx(stats.norm.isf((1 - level) / 6 / 2), abs=1.01e-4)
        added = [(1 - level) * ((k + 1) / (k + 6) - k / (k + 5)) for k in range(len(LOOKS))]
        assert all(z <= stats.norm.isf(error / 2) + 1e-4 for z, error in zip(found, added, strict=True))


def test_two_looks_agree_with_the_bivariate_normal_law():
    first, second = critical_values(0.95)[:2]
    carried = math.sqrt(LOOKS[0] / LOOKS[1])
    both = stats.multivariate_normal([0, 0], [[1, carried], [carried, 1]])
    inside = both.cdf([first, second], lower_limit=[-first, -second])
    assert 1 - inside == pytest.approx(spent(2), abs=2e-5)


def test_looks_depend_on_nothing_and_end_at_the_most():
    assert LOOKS[:9] == (50, 100, 150, 200, 300, 400, 500, 750, 1000)
    assert list(LOOKS) == sorted(set(LOOKS))
    assert looks(60, 320) == (100, 150, 200, 300, 320)
    assert looks(20, 30) == (30,)
    assert looks(50, 200) == (50, 100, 150, 200)


def test_looking_is_wider_than_looking_once_and_knows_proportions():
    rng = np.random.default_rng(13)
    values = rng.normal(3, 1, 220)
    once, often = interval(values), looking(values)
    assert often.mean == once.mean
    assert 1.3 < often.half_width / once.half_width < 1.5
    yes = (rng.random(300) < 0.01).astype(float)
    assert looking(yes, share=True, yes_no=True).low >= 0


def test_a_narrow_law_stops_at_the_first_look_and_a_wide_one_at_the_cap():
    rng = np.random.default_rng(14)
    values = rng.normal(100, 1, 400)
    found = Precision(0.02).decide(values)
    assert (found.enough, found.at, found.next, found.capped) == (True, 50, None, False)
    assert found.interval == looking(values[:50])
    assert found.reached == pytest.approx(found.interval.half_width / found.interval.mean)
    wide = Precision(0.0001, most=350).decide(values)
    assert (wide.enough, wide.at, wide.next, wide.capped) == (True, 350, None, True)
    assert "the most allowed, 350, are used up" in wide.why


def test_before_the_first_look_nothing_is_decided():
    found = Precision(0.5, least=60).decide(np.ones(60))
    assert (found.enough, found.at, found.next) == (False, 0, 100)
    assert math.isnan(found.reached)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 1500), min_size=1, max_size=6), spread=st.floats(0.1, 3)
)
def test_a_study_stops_at_the_same_number_however_it_was_cut_up(seed, cuts, spread):
    """What is there beyond the stopping look changes nothing; before it, the next look is asked for."""
    values = np.random.default_rng(seed).normal(1, spread, 1500)
    rule = Precision(0.1, most=1000, sign_level=0.99)
    whole = rule.decide(values)
    assert whole.enough
    assert whole.at <= 1000
    for cut in cuts:
        found = rule.decide(values[:cut])
        if cut >= whole.at:
            assert found == whole
        else:
            assert not found.enough
            assert found.next is not None
            assert cut < found.next <= whole.at


def test_the_look_ahead_wants_the_precision_to_last():
    """The last values bring it just inside: good enough without a look-ahead, not with one."""
    values = np.concatenate([np.tile([8.0, 12.0], 47), np.full(6, 10.0)])
    narrow = looking(values).half_width / 10
    before = looking(values[:97]).half_width / 10
    assert narrow < before
    target = (narrow + before) / 2
    values = values[:100]
    assert Precision(target, least=100, look_ahead=0).decide(values).enough
    found = Precision(target, least=100, look_ahead=5).decide(values)
    assert not found.enough
    assert "not over the last replications" in found.why


def test_the_look_ahead_is_the_interval_of_each_prefix():
    rng = np.random.default_rng(15)
    values = rng.gamma(2, 3, 200)
    values[rng.random(200) < 0.1] = np.nan
    rule = Precision(0.2, least=200, most=200, look_ahead=7)
    for target in np.linspace(0.1, 0.3, 41):
        expected = True
        for m in range(200 - 14, 201):
            one = interval(values[:m], nominal(200))
            expected &= one.half_width <= target * abs(one.mean)
        rule = Precision(float(target), least=200, most=300, look_ahead=7)
        assert rule.decide(values).enough == expected


def test_a_difference_is_measured_against_the_second_posture():
    rng = np.random.default_rng(16)
    b = rng.normal(100, 5, 500)
    difference = rng.normal(0, 3, 500)
    found = Precision(0.05).decide(difference, b)
    assert (found.enough, found.at) == (True, 50)
    assert found.reached == pytest.approx(looking(difference[:50]).half_width / b[:50].mean())
    assert Precision(0.05).decide(difference, 100.0).enough
    alone = Precision(0.05, most=500).decide(difference)
    assert alone.capped
    assert "too near to 0" in alone.why


def test_a_certain_sign_stops_a_study():
    rng = np.random.default_rng(17)
    values = rng.normal(1, 2, 2000)
    assert Precision(1e-6).decide(values).enough is False
    sure = Precision(1e-6, sign_level=0.99).decide(values)
    assert (sure.enough, sure.certain) == (True, True)
    assert looking(values[: sure.at], 0.99).low > 0
    assert "the sign is certain at 99 %" in sure.why


def test_a_certain_sign_is_wrong_as_seldom_as_promised():
    """Seed 18, 2,000 experiments of 2,000 with mean 0 at 99 %: at most 1 % and 4 standard errors stop on a sign."""
    rng = np.random.default_rng(18)
    rule = Precision(1e-9, most=TOP, sign_level=0.99, look_ahead=0)
    share = np.mean([rule.decide(row).certain for row in rng.normal(0, 1, (2000, TOP))])
    assert 0.002 < share < 0.01 + 4 * math.sqrt(0.01 * 0.99 / 2000)


def test_null_values_are_left_out_and_nothing_is_said_of_none():
    values = np.full(100, np.nan)
    found = Precision(0.1).decide(values)
    assert not found.enough
    assert math.isnan(found.reached)
    assert "too few count" in found.why
    values[::2] = np.random.default_rng(19).normal(10, 1, 50)
    found = Precision(0.05, least=100).decide(values)
    assert found.enough
    assert found.interval.n == 50


def test_values_all_alike_are_known_and_zeros_are_not():
    assert Precision(0.01).decide(np.full(60, 7.25)).enough
    none = Precision(0.01, most=200).decide(np.zeros(200))
    assert none.capped
    assert "all values are 0" in none.why
    assert Precision(0.01).decide(np.zeros(60), 100.0).enough


def test_what_is_expected_is_a_look_and_never_beyond_the_cap():
    rng = np.random.default_rng(20)
    found = Precision(0.02, most=10_000).decide(rng.normal(10, 3, 50))
    assert found.expected in LOOKS
    assert found.expected == next(n for n in LOOKS if n >= 50 * (found.reached / 0.02) ** 2)
    assert Precision(0.0001, most=700).decide(rng.normal(10, 3, 50)).expected == 700


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"target": 0.0}, "precision 0"),
        ({"target": math.nan}, "precision nan"),
        ({"target": 0.1, "least": 1}, "at least 1"),
        ({"target": 0.1, "most": 40}, "at most 40"),
        ({"target": 0.1, "look_ahead": -1}, "look-ahead -1"),
        ({"target": 0.1, "level": 1.0}, "confidence 1"),
        ({"target": 0.1, "sign_level": 0.0}, "confidence 0"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong, told):
    with pytest.raises(UsageError, match=told):
        Precision(**wrong)


def test_a_wary_study_does_not_trust_an_early_sign_of_skewed_values():
    """Seed 21, lognormal values (sd of the log 1, skewness 6.2) less their mean, 1,000 experiments of 1,000, sign at 99 %.

    Without care Student's first intervals are wrong far more often than promised; with it at most as promised and 4
    standard errors.
    """
    rng = np.random.default_rng(21)
    draws = rng.lognormal(0, 1, (1000, 1000)) - math.exp(0.5)
    wrong = {}
    for wary in (True, False):
        rule = Precision(1e-9, most=1000, sign_level=0.99, wary=wary)
        found = [rule.decide(row) for row in draws]
        wrong[wary] = np.mean([one.certain for one in found])
    assert wrong[False] > 0.01 + 4 * math.sqrt(0.01 * 0.99 / 1000)
    assert wrong[True] < 0.01 + 4 * math.sqrt(0.01 * 0.99 / 1000)
    early = [Precision(0.2, least=50).decide(row[:50] + 20) for row in draws[:200]]
    assert {"as skewed as these need" in one.why for one in early} == {True, False}
    assert all(one.enough != ("as skewed as these need" in one.why) for one in early)
