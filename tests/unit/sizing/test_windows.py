"""Windows of history against a policy that is lived through day by day, and against formulas."""

import math

import numpy as np
import pytest

from sim.sizing.exact import Exact
from sim.sizing.exposure import Exposure
from sim.sizing.laws import day_law
from sim.sizing.outstanding import Outstanding
from sim.sizing.paths import Paths, drawn
from sim.sizing.windows import Windows

LEAD = 5


def lived(past, every, lot, level, days):
    """Morning reviews, whole lead time, backorders: share of cycles that run short, share of demand short.

    Plain and slow, after the order of a day: receipts, review, demand.
    """
    position = net = level + (math.ceil(lot / 2) if lot else 0)
    due = {}
    cycles = failed = asked = short = 0
    bad = started = False
    for day in range(days):
        if day % every == 0:
            if lot:
                quantity = lot * (math.floor((level - position) / lot) + 1) if position <= level else 0
            else:
                quantity = level - position
            if quantity:
                due[day + LEAD] = due.get(day + LEAD, 0) + quantity
                position += quantity
        if day in due:
            if started:
                cycles, failed = cycles + 1, failed + bad
            started, bad = True, False
            net += due.pop(day)
        demand = past[day % past.size]
        unserved = min(max(demand - max(net, 0), 0), demand)
        bad = bad or unserved > 0
        if day >= 200:
            asked, short = asked + demand, short + unserved
        net, position = net - demand, position - demand
    return failed / cycles, short / asked


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("lot", [0, 7, 31])
@pytest.mark.parametrize("share", [1.0, 0.4, 0.1])
def test_windows_count_what_happens(every, lot, share):
    """The history, of 64 days, goes round for ever; every start and every position then comes equally often."""
    source = np.random.default_rng([every, lot, int(share * 10)])
    past = np.where(source.random(64) < share, source.geometric(0.25, 64), 0).astype(float)
    past[0] += 1 - (past.sum() % 2)  # an odd total: it shares no factor with the lots or the period
    while lot and math.gcd(int(past.sum()), lot) > 1:
        past[0] += 2
    windows = Windows(past, Exposure(np.array([float(LEAD)]), np.ones(1)), every, float(lot), True)
    for level in {round(past.mean() * LEAD * factor) + 2 for factor in (0.5, 1.0, 1.6)}:
        days = 64 * every * max(lot, 1) * 4 + 200
        cycles, fill = lived(past, every, lot, level, days)
        assert windows.failing(level) == pytest.approx(cycles, abs=0.02)
        assert windows.short(level) == pytest.approx(fill, abs=0.01)


SPREAD = Exposure(np.array([5.0, 30.0]), np.array([0.8, 0.2]))
FIXED = Exposure(np.array([10.0]), np.ones(1))
LUMPY = day_law("negative_binomial", 2.0, 8.6)
SLOW = day_law("poisson", 0.3, 0.3**0.5)


@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize("law", [LUMPY, SLOW, day_law("poisson", 20.0, 20.0**0.5)])
def test_without_spread_crossing_makes_no_difference(law, every):
    """Two formulas for one thing: by overshoot, and by what is outstanding (coarser lattice; far from empty stock)."""
    plain, followed = Exact(law, FIXED, every, 0.0, True), Outstanding(law, FIXED, every, 0.0, True)
    for p in (0.9, 0.95, 0.99):
        one = plain.at_most(plain.failing, 1 - p)
        other = followed.at_most(followed.failing, 1 - p)
        assert other == pytest.approx(one, abs=followed.lattice.step)
        one, other = plain.at_most(plain.short, 1 - p), followed.at_most(followed.short, 1 - p)
        assert other == pytest.approx(one, abs=followed.lattice.step)


@pytest.mark.parametrize(
    ("law", "every", "lot", "exposure", "made", "formula"),
    [
        (LUMPY, 1, 0.0, SPREAD, Windows, Exact),
        (LUMPY, 7, 28.0, SPREAD, Windows, Exact),
        (SLOW, 1, 5.0, SPREAD, Windows, Exact),
        (SLOW, 7, 0.0, SPREAD, Windows, Exact),
        (LUMPY, 1, 0.0, SPREAD, Paths, Outstanding),
        (SLOW, 7, 0.0, SPREAD, Paths, Outstanding),
        (LUMPY, 1, 28.0, FIXED, Paths, Exact),
        (SLOW, 7, 5.0, FIXED, Paths, Exact),
    ],
)
def test_history_drawn_from_a_law_gives_the_law_s_service(law, every, lot, exposure, made, formula):
    """On 4,096 drawn days, whose quantiles are the law's: the share that runs short lies within 1.5 points of 5.

    Windows overlap, so that some 4,096 / 17 of them are independent: one standard error is about 1.4 points for
    the lumpy law's clustered failures, seeded through `sim.chance`.
    """
    exact, windows = formula(law, exposure, every, lot, True), made(drawn(law, True), exposure, every, lot, True)
    level = exact.at_most(exact.failing, 0.05)
    place = round(level / exact.lattice.step) - exact.lattice.low
    assert windows.failing(level) == pytest.approx(exact.failing[place], abs=0.015)
    assert windows.short(level) == pytest.approx(exact.short[place], abs=0.03)


def test_windows_are_the_same_every_time():
    past = drawn(LUMPY, True)[:730]
    for made in (Windows, Paths):
        one, two = (made(past, SPREAD, 7, 28.0, True) for _ in range(2))
        assert [one.failing(level) for level in (20.0, 60.0)] == [two.failing(level) for level in (20.0, 60.0)]
        assert [one.short(level) for level in (20.0, 60.0)] == [two.short(level) for level in (20.0, 60.0)]


def test_windows_rejoin_the_start():
    """A window longer than the history runs on at its start."""
    past = np.array([0.0, 3.0, 0.0, 1.0])
    windows = Windows(past, Exposure(np.array([9.0]), np.ones(1)), 1, 0.0, True)
    assert windows.failing(9.0) > 0
    assert windows.failing(13.0) == 0
