"""When replications settle: from the very start, without incidents, and against the warm-up that a scenario has."""

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.demand import DemandStream
from sim.errors import UsageError
from sim.postures import plan_named
from sim.report.warming_findings import following, kind, parts, verdict
from sim.studies.warming import Settled, from_the_start, warming
from sim.theory.output_analysis import mser


@pytest.fixture(scope="module")
def scenario():
    return sim.load("first_strike")


@pytest.fixture(scope="module")
def plan(scenario):
    return plan_named("hybrid", scenario)


@pytest.fixture(scope="module")
def found(scenario, plan):
    return warming(scenario, plan, 12)


def made(scenario, plan, series, replications=12, seed=1):
    """A study that has seen this stock in the mean."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, (replications, 2, len(series)))
    values = np.stack([np.asarray(series, dtype=float), np.zeros(len(series))])[None] + noise * [[[1.0], [0.0]]]
    return Settled(scenario, (plan,), 1, tuple(range(replications)), values)


def test_all_days_are_seen_from_the_start_and_nothing_strikes(scenario, plan, found):
    whole = from_the_start(scenario)
    assert whole.span == (0, 180 + 365)
    assert whole.disruptions == ()
    assert found.values.shape == (12, 2, 545)
    assert (found.warm_up, found.days, found.numbers) == (180, 545, tuple(range(12)))
    assert (found.mean("on_hand") > 0).all()
    # the same from the engine itself, one replication alone
    from sim.futures import draw
    from sim.world import Blueprint

    ledger = Blueprint(whole, plan).live(draw(whole, 1, 7), series=True)
    np.testing.assert_array_equal(found.values[7, 0], sum(site.series["on_hand"] for site in ledger.sites.values()))


def test_jobs_change_nothing(scenario, plan, found):
    np.testing.assert_array_equal(warming(scenario, plan, 12, jobs=2).values, found.values)


def test_the_spread_settles_after_the_mean(found):
    """All replications begin with the same goods on the same ways."""
    spread = found.values[:, 0].std(axis=0, ddof=1)
    assert spread[:20].mean() < 0.5 * spread[200:].mean()
    assert found.cuts["spread of stock"] == mser(spread).observations > 20
    assert found.cut == max(found.cuts.values())


def test_a_start_with_all_stock_on_hand_is_seen_and_must_be_left_out(scenario, plan):
    bare = replace(scenario, warm_up=0, start="on hand", horizon=730)
    found = warming(bare, plan, 12)
    assert found.cuts["stock"] >= 40  # the lead time is about six weeks
    assert not found.enough
    assert found.shift < -0.01
    assert "is too short: leaving the rest out moves average stock by −" in verdict(found)
    assert following(found, "it").startswith(f"set warm_up = {-(-found.cut // 7) * 7}")


def test_the_cut_is_that_of_mser_on_the_mean(scenario, plan):
    series = np.where(np.arange(545) < 100, 300.0 - 2 * np.arange(545), 100.0)
    found = made(scenario, plan, series)
    assert found.cuts["stock"] == mser(found.mean("on_hand")).observations
    assert 90 <= found.cuts["stock"] <= 110
    assert found.cuts["waiting customers"] == 0
    assert found.enough
    assert "long enough" in verdict(found)
    assert "stock: " in parts(found)
    assert following(found, "it") == "bufferstock compare it"


def test_a_cut_that_moves_nothing_hardly_matters(scenario, plan):
    short = replace(scenario, warm_up=10)
    found = made(short, plan, np.where(np.arange(375) < 40, 1000.0, 1004.0), seed=3)
    assert found.cut > 10
    assert not found.enough
    assert not found.matters
    assert "hardly matters" in verdict(found)


def test_days_that_never_settle_are_not_judged(scenario, plan):
    found = made(scenario, plan, 100.0 * np.arange(545.0))
    assert found.unsettled
    assert not found.enough
    assert "too few to tell" in verdict(found)
    assert "scenario.horizon=730" in following(found, "it")


def test_rows_count_days_from_day_0(found):
    rows = found.rows
    assert (rows[0]["day"], rows[-1]["day"]) == (-180, 364)
    assert sum(row["left_out"] for row in rows) == found.cut
    assert rows[200]["stock_value"] == pytest.approx(found.values[:, 0, 200].mean())
    half = 2.200985 * found.values[:, 0, 200].std(ddof=1) / np.sqrt(12)
    assert rows[200]["stock_value_half_width"] == pytest.approx(half, rel=1e-6)


def test_one_replication_has_no_spread(scenario, plan):
    found = warming(scenario, plan, 1)
    assert "spread of stock" not in found.cuts
    assert np.isnan(found.half_width("on_hand")).all()


def test_what_the_warm_up_is_for_depends_on_what_is_asked(scenario, plan):
    series = np.full(545, 5.0)
    assert "a terminating study" in kind(made(scenario, plan, series))
    steady = replace(scenario, disruptions=(), weathers={}, headline=None)
    assert "a steady-state study" in kind(made(steady, plan, series))


def test_what_cannot_be_moved_or_is_too_short_is_refused(scenario, plan):
    with pytest.raises(UsageError, match="80 days from start to end"):
        warming(replace(scenario, horizon=80, warm_up=0), plan, 2)
    stream = DemandStream(item="pump", warehouse="Ontario", model="replay")
    with pytest.raises(UsageError, match="replays its record"):
        from_the_start(replace(scenario, demand=(stream,)))
    with pytest.raises(UsageError, match="single orders"):
        from_the_start(replace(scenario, review="continuous"))
    with pytest.raises(UsageError, match="seed -1"):
        warming(scenario, plan, 2, seed=-1)
