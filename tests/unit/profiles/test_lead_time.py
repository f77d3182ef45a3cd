"""The lead-time profile: censoring, punctuality and crossing by hand; its interval against simulation."""

import math

import numpy as np
import pytest

from sim.chance import generator
from sim.profiles import of
from sim.profiles.lead_time import distribution, of_orders, quantile

NAN = math.nan


def test_without_open_orders_the_figures_are_those_of_the_sample(records):
    taken = [30.0, 10, 20, 20, 70]
    found = of_orders(records([-200, -190, -180, -170, -160], taken).before(0), "sea")
    assert found.mean == np.mean(taken)
    assert found.sd == np.std(taken, ddof=1)
    assert found.values.tolist() == [10, 20, 30, 70]
    assert found.weights.tolist() == pytest.approx([0.2, 0.4, 0.2, 0.2])
    assert (found.p10, found.p50, found.p90) == (10, 20, 70)
    assert (found.n, found.open, found.basis, found.mode) == (5, 0, "delivery records", "sea")


def test_open_orders_are_censored_as_kaplan_and_meier_have_it():
    """By hand: 6 orders, ended at 10, 20, 30, 40; still open after 15 and 35 days.

    S = 5/6 after 10; at 20 four are at risk: 5/6 3/4; at 30 three: 5/6 3/4 2/3; at 40 one: 0.
    """
    values, weights = distribution(np.asarray([10.0, 20, 30, 40]), np.asarray([15.0, 35]))
    assert values.tolist() == [10, 20, 30, 40]
    steps = [1, 5 / 6, 5 / 6 * 3 / 4, 5 / 6 * 3 / 4 * 2 / 3, 0]
    assert weights.tolist() == pytest.approx([a - b for a, b in zip(steps, steps[1:], strict=False)])


def test_what_remains_beyond_the_longest_wait_is_put_there():
    """Efron's convention: the longest duration is open, and keeps its share of the distribution."""
    values, weights = distribution(np.asarray([10.0, 20]), np.asarray([50.0]))
    assert values.tolist() == [10, 20, 50]
    assert weights.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_open_orders_keep_the_mean_from_falling_short(records):
    """Orders of the last 60 days of 300: their delivered ones alone are the quick ones (seed 1, 2,000 orders).

    The law is gamma with mean 40 and sd 20. Tolerances are 4 standard errors of 2,000 orders.
    """
    source = generator(1, 0, "censoring")
    ordered, taken = source.uniform(-100, 0, 2000), source.gamma(4, 10, 2000)
    known = records(ordered, taken).before(0)
    found = of_orders(known, "sea")
    naive = np.nanmean(known.lead_times)
    assert found.open > 600
    assert naive < 36
    assert found.mean == pytest.approx(40, abs=4 * 20 / np.sqrt(found.n))
    assert found.p50 == pytest.approx(36.7, abs=4 * 1.2533 * 20 / np.sqrt(found.n))


def test_on_time_and_late_tail_by_hand(records):
    """Promised after 20 days. Early, on the day, 3 late, 9 late; open and overdue by 5; open and not due."""
    line = records([-100, -100, -100, -100, -25, -10], [18, 20, 23, 29, NAN, NAN], [20] * 6).before(0)
    found = of_orders(line, "sea")
    assert found.on_time == pytest.approx(2 / 5)
    # late by 3, by more than 5, by 9: Kaplan-Meier puts 1/3 at 3 and the rest at 9
    assert (found.late_p50, found.late_p90) == (9, 9)
    assert found.open == 2


def test_without_promises_nothing_is_said_of_punctuality(records):
    found = of_orders(records([-50, -40], [10, 12]).before(0), "sea")
    assert math.isnan(found.on_time)
    assert math.isnan(found.late_p50)


def test_crossed_counts_orders_that_a_later_one_of_the_same_item_overtook(records):
    """The first order of item 0 takes 50 days and is overtaken; the same happens across items and does not count."""
    line = records([-100, -90, -80, -70], [50, 10, 60, 20], item=[0, 0, 1, 0]).before(0)
    assert of_orders(line, "sea").crossed == pytest.approx(1 / 4)
    together = records([-100, -100], [50, 10]).before(0)
    assert of_orders(together, "sea").crossed == 0
    waiting = records([-100, -90], [NAN, 10]).before(0)
    assert of_orders(waiting, "sea").crossed == pytest.approx(1 / 2)


def test_crossing_agrees_with_a_search_of_all_pairs(records):
    source = generator(2, 0, "crossing")
    ordered, taken = source.integers(-300, 0, 200), source.integers(1, 90, 200) * 1.0
    item = source.integers(0, 4, 200)
    line = records(ordered, taken, item=item).before(0)
    came = np.where(np.isnan(line.delivered), np.inf, line.delivered)
    placed, which = line.ordered, line.item[1]
    slow = [((which == which[n]) & (placed > placed[n]) & (came < came[n])).any() for n in range(len(line))]
    assert 0.2 < np.mean(slow) < 0.95
    assert of_orders(line, "sea").crossed == pytest.approx(np.mean(slow))


@pytest.mark.parametrize(("alike", "least"), [(0, 0.95), (30, 0.92), (80, 0.86)])
def test_the_interval_of_the_mean_respects_spells_of_luck(records, alike, least):
    """Weekly orders over two years, luck alike over so many days; 400 lines, one standard error 1.5 % (seed 4)."""
    source = generator(4, 0, "spells", str(alike))
    ordered = np.arange(-1000.0, -270, 7)
    share = math.exp(-7 / alike) if alike else 0.0
    covered = naive = 0
    for _ in range(400):
        luck = source.standard_normal(ordered.size)
        for week in range(1, ordered.size):
            luck[week] = share * luck[week - 1] + math.sqrt(1 - share**2) * luck[week]
        found = of_orders(records(ordered, 60 + 20 * luck).before(0), "sea")
        covered += found.mean_low <= 60 <= found.mean_high
        naive += abs(found.mean - 60) <= 1.96 * found.sd / math.sqrt(found.n)
    assert covered / 400 >= least - 2 * 0.015
    assert alike < 80 or naive / 400 < 0.5


def test_thin_lines_say_why(records):
    found = of_orders(records([-50, -40, -9, -8, -300], [10, 12, NAN, NAN, NAN]).before(0), "sea")
    assert found.thin
    assert found.thin_why.startswith("2 orders delivered; 3 of 5 orders are still open; ")
    assert found.thin_why.endswith("1 open longer than any that came: cancelled?")
    steady = of_orders(records(np.arange(-700.0, -100, 7), np.tile([20.0, 21], 43)).before(0), "sea")
    assert (steady.thin, steady.thin_why) == (False, "")


def test_published_figures_stand_where_no_delivery_is_on_record(shop, records):
    import dataclasses

    plain = shop(np.ones((60, 1)))
    found = of(plain).lead["shop", "maker"]["all"]
    assert (found.basis, found.mean, found.sd, found.thin) == ("published", 20.0, pytest.approx(10.0), False)
    assert found.values.size == 0
    waiting = dataclasses.replace(plain, delivered=records([-5, -3], [NAN, 30]))
    found = of(waiting).lead["shop", "maker"]["all"]
    assert (found.basis, found.mean, found.open) == ("published", 20.0, 2)
    assert found.thin_why == "none of 2 orders on record has come yet: the published lead time stands in"
    known = dataclasses.replace(plain, delivered=records([-50, -3], [10, 30]))
    assert of(known).lead["shop", "maker"]["all"].basis == "delivery records"


def test_a_quantile_is_the_least_value_that_so_large_a_share_does_not_exceed():
    values, weights = np.asarray([1.0, 2, 10]), np.asarray([0.5, 0.4, 0.1])
    assert [quantile(values, weights, share) for share in (0.1, 0.5, 0.51, 0.9, 0.95)] == [1, 1, 2, 2, 10]
    assert math.isnan(quantile(np.zeros(0), np.zeros(0), 0.5))
