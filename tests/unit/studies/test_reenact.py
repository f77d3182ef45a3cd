"""Re-enactment: the same future with an event and without it, held against what can be worked out by hand."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "properties"))
from disrupted import PLAN, kind, scene
from small_worlds import draw, line

from sim import load
from sim.errors import UsageError
from sim.events import event, events
from sim.outcome import live
from sim.plan import Plan
from sim.studies.reenact import Setting, reenact, sound, with_event
from sim.studies.reenact_aim import aimed, found, named
from sim.studies.reenact_setting import WITH, WITHOUT

STRIKE = kind("port_strike", length=10)
LEAN = dataclasses.replace(PLAN, posture="lean", lines=(line("a", level=85.0, forecast=10.0, lead_time=7.0),))


@pytest.fixture(scope="module")
def struck():
    """A strike of ten days, under a posture with two days of safety and one with half a day."""
    return reenact(Setting(scene(STRIKE), (PLAN, LEAN), 1, None), 0, label="as written")


def test_the_days_shown_begin_before_the_strike_and_end_when_all_is_as_before(struck):
    assert struck.zero == 20
    assert struck.window == (0, 65)
    assert [one.name for one in struck.incidents] == ["port_strike"]
    assert struck.others == ()


def test_before_the_strike_nothing_differs(struck):
    for lived in struck.lived:
        for values in lived.series.values():
            assert (values[WITH, :20] == values[WITHOUT, :20]).all()


def test_the_wait_of_a_ship_is_the_rest_of_the_strike(struck):
    """At noon of day 20 the strike has nine and a half days to go; before and after nobody waits."""
    wait = struck.lived[0].waits["quay"]
    assert wait[WITH, 18:32].tolist() == [0.0, 0.0, *(9.5 - day for day in range(10)), 0.0, 0.0]
    assert not wait[WITHOUT].any()
    assert struck.ports == ("quay",)


def test_stock_backorders_and_unserved_demand_by_hand(struck):
    """Twenty units are left after noon of day 21; then ten a day are asked for until the strike's first shipment, on day 32.

    All of it waits. The orders of days 15 to 25 come together: 110 less the 80 awaited and the ten of that day. Cost 1,
    price 3.
    """
    series = struck.lived[0].series
    assert struck.scenario.lost_share == 0
    assert series["on_hand"][WITH, 19:33].tolist() == [20.0, 20.0, 20.0, 10.0, *[0.0] * 9, 20.0]
    assert series["short"][WITH, 23:33].tolist() == [0.0, *[30.0] * 8, 0.0]
    assert series["waiting"][WITH, 23:33].tolist() == [0.0, *(10.0 * day for day in range(1, 9)), 0.0]
    assert (series["on_hand"][WITHOUT, 20:40] == 20.0).all()


def test_units_days_and_cost_of_the_event(struck):
    scenario = scene(STRIKE)
    future = draw(scenario, 1, 0)
    for plan, lived, days in zip((PLAN, LEAN), struck.lived, (8, 10), strict=True):
        assert [lived.missed(case) for case in (WITH, WITHOUT)] == [lived.missed(WITH), 0.0]
        assert lived.whole("stockout_days", WITH) == pytest.approx(days)
        pair = [live(scenario, plan, one).measures["total_cost"] for one in (future, future.with_incidents(()))]
        assert lived.cost() == pytest.approx((pair[0] - pair[1]) * 120 / 365)
    assert struck.lived[0].missed(WITH) == 80.0


def test_a_stockout_that_would_have_been_there_anyway_is_not_the_event_s():
    """With a day's stock too little every day is short, strike or not; only what is worse is blamed on it."""
    none = Plan("none", (line("a", level=75.0, forecast=10.0, lead_time=7.0),))
    made = reenact(Setting(scene(STRIKE), (none,), 1, None), 0)
    (lived,) = made.lived
    assert len(lived.story.stockouts) >= 1
    assert all(lived.more(one) for one in made.blamed(lived))
    spared = dataclasses.replace(lived, spared={"site": lived.story.outcome.ledger.sites["site"].series["short_units"]})
    assert made.blamed(spared) == []


def test_only_the_event_is_taken_out():
    """The surge is there with and without the strike."""
    surge = kind("demand_surge", start=60, factor=6.0)
    made = reenact(Setting(scene(STRIKE, surge), (PLAN,), 1, "port_strike"), 0)
    (lived,) = made.lived
    assert [one.name for one in made.others] == ["demand_surge"]
    assert lived.series["short"][WITHOUT, 60:65].sum() > 0
    assert lived.series["short"][WITHOUT, 20:40].sum() == 0
    assert {name for one in made.blamed(lived) for name in one.causes} == {"port_strike"}


def test_many_futures_do_not_depend_on_the_number_of_jobs():
    scenario = scene(
        {"kind": "port_strike", "name": "dock", "port": "quay", "rate": 1.0, "length": 12},
        demand=[{"item": "a", "warehouse": "site", "model": "poisson", "mean": 10.0}],
    )
    setting = Setting(scenario, (PLAN, LEAN), 5, None)
    some = [number for number in range(20) if draw(scenario, 5, number).incidents][:1]
    one, two = (reenact(setting, some[0], futures=20, jobs=jobs) for jobs in (1, 2))
    assert one.many is not None
    assert two.many is not None
    assert one.many.numbers == two.many.numbers
    assert 0 < len(one.many.numbers) < one.many.drawn == 20
    for left, right in ((one.many.costs, two.many.costs), (one.many.series, two.many.series)):
        np.testing.assert_array_equal(left, right)
    place = one.many.numbers.index(some[0])
    assert one.many.costs[place, 0] == pytest.approx(one.lived[0].cost())
    first, last = one.window
    shown = one.lived[1].series["on_hand"][WITH, first:last]
    np.testing.assert_allclose(one.many.series[place, 1, WITH, 0], shown, rtol=1e-6)
    low, median, high = one.many.band(0, "on_hand")
    there = np.isfinite(median)
    assert (low[there] <= median[there]).all()
    assert (median[there] <= high[there]).all()


def test_a_future_in_which_nothing_goes_wrong_is_told_with_others():
    rare = {"kind": "port_strike", "name": "dock", "port": "quay", "rate": 1.0, "length": 12}
    scenario = scene(rare)
    calm = next(number for number in range(20) if not draw(scenario, 5, number).incidents)
    with pytest.raises(
        UsageError, match=f"nothing goes wrong in future {calm} of seed 5: choose another --replication, f"
    ):
        sound(Setting(scenario, (PLAN,), 5, None), calm)
    with pytest.raises(UsageError, match="nor in the first 50: choose a --weather"):
        sound(Setting(scene(), (PLAN,), 5, None), 0)


def test_single_orders_are_refused():
    scenario = load(Path(__file__).parent.parent.parent / "scenarios" / "valid" / "single_orders.toml")
    with pytest.raises(UsageError, match="single customer orders: a replay needs demand by day"):
        sound(Setting(scenario, (), 1, None), 0)


# --- at which nodes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("yantian_2021", {"ports": ("Yantian",)}),
        ("la_lb_2021", {"ports": ("Los Angeles",)}),
        ("suez_2021", {"lanes": ("Penang via Suez - Ontario CA", "Penang via Suez - Allentown PA")}),
        ("renesas_fire_2021", {"suppliers": ("S06",)}),
        ("china_2020", {"suppliers": ("S01", "S02", "S03")}),
    ],
)
def test_nodes_of_the_demo_company_by_the_rule(name, keys):
    """By name, by place, or by region."""
    assert found(event(name), load("meridian")).keys == keys


@pytest.mark.parametrize("one", events(), ids=lambda one: one.id)
def test_every_event_finds_its_nodes_or_lists_candidates(one):
    scenario = load("meridian")
    try:
        aim = found(one, scenario)
    except UsageError:
        with pytest.raises(UsageError, match="aim it with --target kind=name, for example --target '"):
            found(one, scenario)
        return
    assert aim.why
    made = aimed(one.id, aim, scenario, 60.0, 1.0, 1.0)
    assert with_event(scenario, made, None).disruptions == (made,)


def test_generic_words_are_no_names():
    """A port that is called Port is not Montreal; a lane from Europe is no origin of a shortage "to … Europe"."""
    with pytest.raises(UsageError, match=r"event 'montreal_2021' was at 'Montreal'.*\(port: Port\)"):
        found(event("montreal_2021"), load("starter"))
    with pytest.raises(UsageError, match="container_2020_22"):
        found(event("container_2020_22"), load("meridian"))


def test_air_rates_are_aimed_at_what_flies_and_not_at_ships():
    lanes = found(event("air_rates_2020"), load("meridian")).keys["lanes"]
    assert lanes
    assert all(name.endswith(" by air") for name in lanes)
    with pytest.raises(UsageError, match="air_rates_2020"):
        found(event("air_rates_2020"), load("first_strike"))


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("Yantian", r"write kind=name, for example port=Yantian"),
        ("harbour=Yantian", "'harbour' is no kind of target"),
        ("port=Yantin", r"'Yantin' is no port of 'meridian' \(did you mean 'Yantian'\?\)"),
        ("port=", "write kind=name"),
    ],
)
def test_broken_targets(target, told):
    with pytest.raises(UsageError, match=told):
        named([target], load("meridian"))


def test_two_regions_are_one_too_many():
    with pytest.raises(UsageError, match="one region can be named"):
        named(["region=China", "region=Japan"], load("meridian"))


def test_the_name_of_an_event_that_is_there_already_is_told_apart():
    scenario = load("meridian")
    twin = dataclasses.replace(scenario.disruptions[0], name="yantian_2021")
    both = dataclasses.replace(scenario, disruptions=(twin,), weathers={}, headline=None)
    made = aimed("yantian_2021", found(event("yantian_2021"), both), both, 60.0, 1.0, 1.0)
    assert made.name == "yantian_2021 (re-enacted)"


def test_wrong_kinds_of_nodes_are_refused():
    scenario = load("meridian")
    with pytest.raises(UsageError, match="does not hit suppliers; it can be aimed at ports"):
        aimed("yantian_2021", named(["supplier=S01"], scenario), scenario, 60.0, 1.0, 1.0)
