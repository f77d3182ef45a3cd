"""Disrupted and stable stretches: the rule's false alarms and hits, and what declared windows do."""

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.chance import generator
from sim.errors import ScenarioError
from sim.profiles import of
from sim.profiles.stretches import SITE_RULE, Stretch, found_in_demand, found_in_lead_times, told_apart

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))
import profile_rates

SERIES = 1000
#: highest share of false alarms allowed, per cent, in 1,000 series (one standard error at 1 % is 0.3 %)
CEILING = {"wandering: cv 0.5, weekly autocorrelation 0.9": 2.5, "season of 45 %, 2 a week": 1.5}


@pytest.mark.parametrize("weeks", [52, 104])
@pytest.mark.parametrize("name", profile_rates.CALM)
def test_the_rule_leaves_noise_lumps_seasons_and_growth_alone(name, weeks):
    assert 100 * profile_rates.false_alarms(name, weeks, SERIES) <= CEILING.get(name, 0.7)


@pytest.mark.parametrize("name", ["Poisson, 70 a week", "season of 45 %, 70 a week", "growth of 50 % a year"])
def test_the_rule_for_site_totals_leaves_them_alone_too(name):
    assert 100 * profile_rates.false_alarms(name, 104, SERIES, SITE_RULE) <= 0.7


@pytest.mark.parametrize(
    ("base", "factor", "length", "least"),
    [(70, 2, 13, 0.93), (70, 0.4, 13, 0.95), (7, 0, 13, 0.98), (2, 3, 13, 0.75), (2, 0, 26, 0.97)],
)
def test_the_rule_finds_what_was_planted_in_demand(base, factor, length, least):
    """300 series; bounds lie some 3 standard errors below the published shares."""
    assert profile_rates.hits(float(base), float(factor), length, 104, 300) >= least


@pytest.mark.parametrize("days", [0.0, 60.0])
@pytest.mark.parametrize("law", ["cv 0.3", "cv 0.6", "cv 1.15"])
def test_the_rule_leaves_stationary_lead_times_alone(law, days):
    assert 100 * profile_rates.lead_alarms(law, days, 104, SERIES) <= 1.2


def test_the_rule_finds_what_was_planted_in_lead_times():
    assert profile_rates.lead_hits("cv 0.3", 0.0, 3.0, 13, 104, 300) >= 0.95
    assert profile_rates.lead_hits("cv 0.3", 0.0, 2.0, 26, 104, 300) >= 0.97
    assert profile_rates.lead_hits("on time or late", 0.0, 2.0, 13, 104, 300) >= 0.95
    assert profile_rates.lead_hits("cv 0.6", 0.0, 5.0, 13, 104, 300) >= 0.9


def demand(rows, items=20, mean=10.0):
    return generator(1, 0, "stretch").poisson(mean, (rows, items)) * 1.0


def test_a_shock_to_a_whole_site_is_one_stretch_and_both_sides_are_reported(shop):
    past = demand(728)
    past[-364:-273] *= 3
    profile = of(shop(past))
    (found,) = profile.stretches
    assert (found.basis, found.kind, found.of, found.site, found.item) == ("found", "disrupted", "demand", "shop", "")
    assert (found.start, found.end) == (-364, -273)
    assert "30" in found.why or "6" in found.why
    assert "in the same weeks of other years" in found.why
    kinds = profile.demand["shop"]
    quiet = np.concatenate([past[:364], past[455:]])
    assert kinds["stable"].mean == pytest.approx(quiet.mean(axis=0))
    assert kinds["stable"].sd == pytest.approx(quiet.std(axis=0, ddof=1))
    assert kinds["disrupted"].mean == pytest.approx(past[364:455].mean(axis=0))
    assert (kinds["disrupted"].days == 91).all()
    assert (kinds["disrupted"].weeks == 13).all()
    assert (kinds["all"].mean == past.mean(axis=0)).all()
    assert (kinds["stable"].mean < kinds["all"].mean).all()
    assert profile.days("shop", "disrupted").sum(axis=0).tolist() == [91] * 20


def test_a_shock_to_one_item_touches_that_item_alone(shop):
    past = demand(728)
    past[-364:-273, 3] = 0
    profile = of(shop(past))
    (found,) = profile.stretches
    assert (found.item, found.start, found.end) == ("i3", -364, -273)
    assert found.name == "no demand of i3 at shop"
    kinds = profile.demand["shop"]
    assert kinds["disrupted"].days.tolist() == [0] * 3 + [91] + [0] * 16
    assert kinds["disrupted"].klass[3] == "none"
    assert kinds["disrupted"].thin_why[3] == "no demand on these days"
    others = np.arange(20) != 3
    assert (kinds["stable"].mean[others] == kinds["all"].mean[others]).all()
    assert kinds["stable"].mean[3] > 1.1 * kinds["all"].mean[3]
    chosen = profile.demand_of("shop", "disrupted")
    assert (chosen.mean[others] == kinds["all"].mean[others]).all()
    assert chosen.mean[3] == 0
    assert (profile.days("shop", "stable").sum(axis=0) == np.where(others, 728, 637)).all()
    assert profile.days("shop", "all").all()


def test_calm_history_has_one_kind_only(shop):
    profile = of(shop(demand(728)))
    assert profile.stretches == ()
    assert set(profile.demand["shop"]) == {"all", "stable"}
    assert profile.demand["shop"]["stable"] is profile.demand["shop"]["all"]
    assert profile.demand_of("shop", "disrupted") is profile.demand["shop"]["all"]


@pytest.mark.parametrize(
    ("days", "kind", "told"),
    [(70, "disrupted", "it lasts to day 0 and may be a new level"), (140, "stable", "it is taken as the new level")],
)
def test_what_lasts_to_day_0_is_the_new_level_after_a_quarter(days, kind, told):
    past = demand(728, 1)
    past[-days:] *= 4
    (found,) = found_in_demand(past, ["i0"], "shop", np.asarray([False]), np.asarray([-728.0]))
    assert (found.end, found.kind) == (0, kind)
    assert told in found.why


def test_the_weeks_before_a_new_item_are_no_disruption():
    past = demand(728, 2)
    past[:400, 0] = 0
    late = np.asarray([True, False])
    assert found_in_demand(past, ["i0", "i1"], "shop", late, np.asarray([-328.0, -728])) == []


def test_declared_windows_rule_and_nothing_is_searched(shop, records):
    past = demand(728)
    past[-364:-273] *= 3
    windows = [{"name": "strike", "start": -100, "end": -30, "kind": "disrupted"}]
    scenario = shop(past, stretches=windows)
    scenario = dataclasses.replace(scenario, delivered=records(np.arange(-300.0, -40, 5), np.full(52, 20.0)))
    profile = of(scenario)
    (found,) = profile.stretches
    assert (found.basis, found.of, found.start, found.end) == ("given", "all", -100, -30)
    assert (profile.demand["shop"]["disrupted"].days == 70).all()
    assert profile.lead["shop", "maker"]["disrupted"].n == 12
    assert profile.lead["shop", "maker"]["stable"].n == 40


def test_a_window_for_lead_times_alone_leaves_demand_to_the_rule(shop):
    past = demand(728)
    past[-364:-273] *= 3
    windows = [{"name": "strike", "start": -100, "end": -30, "kind": "disrupted", "covers": "lead times"}]
    profile = of(shop(past, stretches=windows))
    assert [(one.basis, one.of) for one in profile.stretches] == [("given", "lead times"), ("found", "demand")]
    assert (profile.demand["shop"]["disrupted"].days == 91).all()


def test_days_outside_declared_windows():
    """Of one kind only: the rest is the other. Of both: days in neither are neither."""
    days = np.arange(-6.0, 0)
    bad = Stretch("a", -5, -3, "disrupted", "given", "")
    good = Stretch("b", -2, 0, "stable", "given", "")
    stable, disrupted = told_apart([bad], days)
    assert stable.tolist() == [True, False, False, True, True, True]
    assert (disrupted == ~stable).all()
    stable, disrupted = told_apart([good], days)
    assert stable.tolist() == [False] * 4 + [True] * 2
    assert (disrupted == ~stable).all()
    stable, disrupted = told_apart([bad, good], days)
    assert stable.tolist() == [False] * 4 + [True] * 2
    assert disrupted.tolist() == [False, True, True, False, False, False]
    stable, disrupted = told_apart([], days)
    assert stable.all()
    assert not disrupted.any()


def test_a_stretch_of_long_lead_times_is_found_by_order_date(records):
    source = generator(2, 0, "line")
    ordered = np.arange(-728.0, 0, 3.5)
    slow = (ordered >= -400) & (ordered < -280)
    taken = source.gamma(16, 2.5, ordered.size) * np.where(slow, 3, 1)
    line = records(ordered, taken).before(0)
    (found,) = found_in_lead_times(line, "maker", "shop")
    assert found.start == pytest.approx(-400, abs=10)
    assert found.end == pytest.approx(-280, abs=10)
    assert (found.of, found.site, found.origin) == ("lead times", "shop", "maker")
    assert "half of its orders took 1" in found.why


def test_a_disruption_that_lasts_to_day_0_is_seen_through_its_open_orders(records):
    """Orders of the last 120 days take 200 days instead of 40: hardly one of them has come."""
    source = generator(3, 0, "line")
    ordered = np.arange(-728.0, 0, 3.5)
    taken = source.gamma(16, 2.5, ordered.size)
    taken[ordered >= -160] = 200
    line = records(ordered, taken).before(0)
    assert np.isnan(line.delivered[ordered >= -160]).all()
    (found,) = found_in_lead_times(line, "maker", "shop")
    assert found.start == pytest.approx(-160, abs=10)
    assert found_in_lead_times(records(ordered, np.where(taken == 200, 40, taken)).before(0), "maker", "shop") == []


def test_few_orders_tell_nothing(records):
    line = records([-100, -90, -80, -70, -60], [10, 10, 90, 90, 10]).before(0)
    assert found_in_lead_times(line, "maker", "shop") == []
    assert found_in_lead_times(line.chosen(np.zeros(5, dtype=bool)), "maker", "shop") == []


def test_a_found_stretch_can_be_declared_and_gives_the_same_figures(shop):
    past = demand(728)
    past[-364:-273] *= 3
    found = of(shop(past))
    (stretch,) = found.stretches
    window = {"name": stretch.name, "start": stretch.start, "end": stretch.end, "kind": "disrupted"}
    declared = of(shop(past, stretches=[window]))
    for kind in ("all", "stable", "disrupted"):
        assert (declared.demand["shop"][kind].mean == found.demand["shop"][kind].mean).all()


def test_windows_without_a_day_are_an_error(shop):
    with pytest.raises(ScenarioError, match=r"stretches\[0\] \(w\): ends on -30, not after its start on -30"):
        shop(np.ones((30, 1)), stretches=[{"name": "w", "start": -30, "end": -30, "kind": "stable"}])
