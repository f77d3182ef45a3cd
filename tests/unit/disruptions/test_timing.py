"""When disruptions strike: at random, in season, one after another, several at once; and what is known of them."""

import math

import numpy as np
import pytest
from disrupted import kind, scene
from small_worlds import draw

from sim.disruptions import Incident
from sim.futures import draw_incidents

STRIKE = {"kind": "port_strike", "name": "strike", "port": "quay", "length": 5}


def spread(*disruptions, horizon=3650, **keys):
    return scene(*disruptions, horizon=horizon, **keys)


def many(scenario, count, seed=1):
    """Incidents of many Futures."""
    return [draw_incidents(scenario, seed, number) for number in range(count)]


def test_a_rate_is_a_poisson_process():
    """Seed 1, 400 Futures of 10 years at 0.8 a year: mean and variance of the counts within 4 standard errors."""
    counts = np.array([len(found) for found in many(spread({**STRIKE, "rate": 0.8}), 400)])
    assert abs(counts.mean() - 8.0) < 4 * math.sqrt(8.0 / 400)
    assert abs(counts.var(ddof=1) - 8.0) < 4 * 8.0 * math.sqrt(2 / 400 + 1 / (8 * 400))
    numbers = [one.number for one in many(spread({**STRIKE, "rate": 0.8}), 1)[0]]
    assert numbers == list(range(len(numbers)))


def test_a_season_moves_incidents_to_its_peak_and_keeps_their_number():
    """Seed 1, 300 Futures of 10 years: the first harmonic of the days is strength / 2, within 4 standard errors."""
    one = {**STRIKE, "rate": 2.0, "season": {"peak_day": 100, "strength": 0.8}}
    found = many(spread(one), 300)
    starts = np.array([incident.start for incidents in found for incident in incidents])
    assert abs(starts.size - 6000) < 4 * math.sqrt(6000)
    assert abs(np.cos(2 * np.pi * (starts - 100) / 365).mean() - 0.4) < 4 * math.sqrt(0.5 / starts.size)
    assert abs(np.sin(2 * np.pi * (starts - 100) / 365).mean()) < 4 * math.sqrt(0.5 / starts.size)


def test_strata_can_give_the_number():
    """Times given a number are as they are when that number is drawn: the same law of days, seed 1, 4 standard errors."""
    scenario = spread({**STRIKE, "rate": 1.0, "season": {"peak_day": 50, "strength": 1.0}})
    starts = []
    for number in range(400):
        found = draw_incidents(scenario, 1, number, {"strike": 3})
        assert len(found) == 3
        starts += [one.start for one in found]
    assert abs(np.cos(2 * np.pi * (np.array(starts) - 50) / 365).mean() - 0.5) < 4 * math.sqrt(0.5 / len(starts))
    assert scenario.disruptions[0].expected(0.0, 365.0) == pytest.approx(1.0)


def test_renewal_goes_up_and_down():
    found = many(spread({"kind": "port_strike", "name": "s", "port": "quay", "up": 90, "down": 10}), 1)[0]
    assert found[0].start == 90.0
    assert {round(one.end - one.start) for one in found} == {10}
    assert {round(b.start - a.end) for a, b in zip(found, found[1:], strict=False)} == {90}


def test_a_chain_follows_each_occurrence_with_its_probability_and_lag():
    """Seed 1, 300 Futures: share of strikes followed within 4 standard errors of one third; each 21 days later."""
    follow = {
        "kind": "port_congestion",
        "name": "jam",
        "port": "quay",
        "traffic_factor": 1.5,
        "after": "strike",
        "probability": 1 / 3,
        "lag": 21,
        "length": 30,
    }
    found = many(spread(follow, {**STRIKE, "rate": 1.0}), 300)
    strikes = [one for incidents in found for one in incidents if one.name == "strike"]
    jams = [one for incidents in found for one in incidents if one.name == "jam"]
    assert abs(len(jams) / len(strikes) - 1 / 3) < 4 * math.sqrt(2 / 9 / len(strikes))
    for incidents in found:
        starts = {one.start for one in incidents if one.name == "strike"}
        for jam in incidents:
            if jam.name == "jam":
                assert any(abs(jam.start - 21 - start) < 1e-9 for start in starts)
                assert jam.cause == "strike"
    from_end = {**follow, "probability": 1.0, "lag_from": "end"}
    incidents = many(spread({**STRIKE, "start": 100}, from_end), 1)[0]
    assert [one.start for one in incidents] == [100.0, 126.0]


def test_chains_have_links_and_leave_the_first_alone():
    """A, then B, then C, in whatever order they stand; what A draws does not depend on them."""
    b = {**kind("supplier_outage"), "name": "b", "after": "strike", "lag": 3}
    c = {**kind("demand_surge"), "name": "c", "after": "b", "lag": 4}
    for one in (b, c):
        del one["start"]
    alone = many(spread({**STRIKE, "rate": 2.0}), 20)
    chained = many(spread(c, b, {**STRIKE, "rate": 2.0}), 20)
    for before, after in zip(alone, chained, strict=True):
        assert [one for one in after if one.name == "strike"] == list(before)
        assert [one.start + 7 for one in before] == [one.start for one in after if one.name == "c"]
    other = many(spread(c, {**b, "probability": 0.5}, {**STRIKE, "rate": 2.0}), 20)
    for before, after in zip(chained, other, strict=True):
        # a lower probability lets some of them fall away and moves none
        assert {one.start for one in after if one.name == "b"} <= {one.start for one in before if one.name == "b"}
        assert [one for one in after if one.name == "strike"] == [one for one in before if one.name == "strike"]


def test_a_hazard_hits_its_members_with_their_own_probabilities_and_severities():
    """Seed 1, 2,000 Futures: each member's share within 4 standard errors; severities within the law."""
    storm = {
        "kind": "hazard",
        "name": "storm",
        "start": {"law": "uniform", "low": 0, "high": 50},
        "length": 6,
        "members": [
            {"kind": "port_closure", "port": "quay", "probability": 0.7},
            {
                "kind": "supplier_slowdown",
                "supplier": "source",
                "remaining": 0.2,
                "probability": 0.25,
                "severity": {"law": "uniform", "low": 0.5, "high": 1.0},
                "length": 11,
                "lag": 2,
            },
        ],
    }
    found = many(scene(storm), 2000)
    ports = [one for incidents in found for one in incidents if one.target == "port"]
    suppliers = [one for incidents in found for one in incidents if one.target == "supplier"]
    for hit, chance in ((ports, 0.7), (suppliers, 0.25)):
        assert abs(len(hit) / 2000 - chance) < 4 * math.sqrt(chance * (1 - chance) / 2000)
    both = sum({one.target for one in incidents} == {"port", "supplier"} for incidents in found)
    assert abs(both / 2000 - 0.175) < 4 * math.sqrt(0.175 * 0.825 / 2000)
    left = np.array([one.remaining for one in suppliers])
    assert left.min() >= 0.2
    assert left.max() <= 0.6
    assert abs(left.mean() - 0.4) < 4 * 0.4 / math.sqrt(12 * left.size)
    assert {round(one.end - one.start, 9) for one in ports} == {6.0}
    assert {round(one.end - one.start, 9) for one in suppliers} == {11.0}
    # a member at the end of the list changes nothing of those before it
    more = {**storm, "members": [*storm["members"], {"kind": "warehouse_closure", "warehouse": "site"}]}
    for before, after in zip(found[:50], many(scene(more), 50), strict=True):
        assert [one for one in after if one.target != "warehouse"] == list(before)


def test_a_regime_moves_together():
    """One start, one length, one strength: factors of all members stand in one proportion."""
    regime = kind(
        "regime", strength={"law": "uniform", "low": 0.2, "high": 1.0}, start={"law": "uniform", "low": 0, "high": 60}
    )
    seen = set()
    for incidents in many(scene(regime), 20):
        assert {(one.start, one.end) for one in incidents} == {(incidents[0].start, incidents[0].end)}
        surge = next(one.demand_factor for one in incidents if one.demand_factor != 1)
        freight = next(one.freight_factor for one in incidents if one.freight_factor != 1)
        dwell = next(one.dwell_add for one in incidents if one.dwell_add)
        strength = (surge - 1) / 0.5
        assert (freight - 1) / 6.0 == pytest.approx(strength)
        assert dwell / 3.0 == pytest.approx(strength)
        seen.add(round(strength, 6))
    assert len(seen) == 20


def test_what_is_known_is_carried():
    told = kind("port_strike", notice=30, estimate_factor={"law": "uniform", "low": 0.1, "high": 0.4}, length=20)
    (one,) = many(scene(told), 1)[0]
    assert one.notice == 30.0
    assert 2.0 <= one.estimate <= 8.0
    (plain,) = many(scene(kind("port_strike")), 1)[0]
    assert math.isnan(plain.estimate)


#: a disruption of each family; none may move the draws of anything else
@pytest.mark.parametrize(
    "name",
    [
        "port_congestion",
        "customs_delay",
        "demand_surge",
        "demand_collapse",
        "hazard",
        "regime",
        "quality_hold",
        "tariff",
    ],
)
def test_a_disruption_changes_no_draw_but_its_own(name):
    luck = {"law": "lognormal", "mean": 2.0, "cv": 0.4}
    keys = {
        "units": "integer",
        "suppliers": [{"name": "source", "production_time": luck}],
        "demand": [{"item": "a", "warehouse": "site", "model": "negative_binomial", "mean": 10.0, "cv": 0.6}],
        "background": 3.0,
        "service": {"law": "exponential", "mean": 0.2},
    }
    before, after = draw(scene(**keys), 3, 5), draw(scene(kind(name), **keys), 3, 5)
    np.testing.assert_array_equal(before.demand["site"], after.calm.demand["site"])
    np.testing.assert_array_equal(before.production["source"], after.production["source"])
    np.testing.assert_array_equal(before.traffic["quay"].arrivals, after.calm.traffic["quay"].arrivals)
    # outside the incident nothing changes at all, and other shippers' ships of before are still there
    outside = np.r_[0:20, 25 : before.demand["site"].shape[0]]
    np.testing.assert_array_equal(before.demand["site"][outside], after.demand["site"][outside])
    assert set(before.traffic["quay"].arrivals) <= set(after.traffic["quay"].arrivals)


def test_traffic_is_added_and_taken_away_at_its_factor():
    """Seed 1, 100 Futures, 60 days at 3 ships a day: counts within 4 standard errors; fewer ships are a part of all."""
    for factor in (1.6, 0.4):
        counts = []
        for number in range(100):
            made = scene(kind("port_congestion", traffic_factor=factor, length=60), background=3.0, service=0.01)
            future = draw(made, 1, number)
            base, now = future.calm.traffic["quay"].arrivals, future.traffic["quay"].arrivals
            inside = (now >= 20) & (now < 80)
            counts.append(int(inside.sum()))
            np.testing.assert_array_equal(base[(base < 20) | (base >= 80)], now[~inside])
            smaller, larger = (base, now) if factor > 1 else (now, base)
            assert set(smaller.tolist()) <= set(larger.tolist())
        assert abs(np.mean(counts) - 180 * factor) < 4 * math.sqrt(180 * factor / 100)


def test_examined_days_are_a_share_and_grow_with_it():
    """Seed 1, 2,000 days: the share within 4 standard errors; more exams are the same and others."""
    days = {}
    for share in (0.1, 0.3):
        made = scene(
            kind("customs_delay", delay=0.0, exam_share=share, exam_days=4.0, start=0, length=2000), horizon=2000
        )
        dwell = draw(made, 1, 0).dwell["quay"]
        days[share] = set(np.flatnonzero(dwell > 1.0).tolist())
        assert abs(len(days[share]) / 2000 - share) < 4 * math.sqrt(share * (1 - share) / 2000)
    assert days[0.1] < days[0.3]


def test_severity_scales_everything():
    full = Incident(
        "n", "k", "supplier", "s", 0.0, 9.0, remaining=0.2, allocation=0.6, price_factor=1.5, orders="lost", work="lost"
    )
    half = full.scaled(0.5)
    assert (half.remaining, half.allocation, half.price_factor) == (0.6, 0.8, 1.25)
    assert (half.orders, half.work) == ("lost", "lost")
    none = full.scaled(0.0)
    assert (none.remaining, none.allocation, none.price_factor, none.orders) == (1.0, None, 1.0, "queue")
    curve = Incident("n", "k", "port", "p", 0.0, 9.0, remaining=((0.0, 0.0), (9.0, 1.0)), dwell_add=4.0).scaled(0.5)
    assert curve.remaining == ((0.0, 0.5), (9.0, 1.0))
    assert curve.dwell_add == 2.0


def test_a_curve_takes_the_value_after_a_jump():
    one = Incident("n", "k", "port", "p", 0.0, 16.0, remaining=((0.0, 0.6), (10.0, 0.6), (10.0, 0.0), (16.0, 0.0)))
    assert [one.fraction(day) for day in (0.0, 9.9, 10.0, 15.0, 16.0)] == [0.6, 0.6, 0.0, 0.0, 1.0]


@pytest.mark.parametrize("severity", [0.25, 0.5, 1.0, 1.25, 1.5, 2.0, 4.0])
def test_what_is_a_share_of_something_scales_as_a_product(severity):
    """Mean delay by examinations, and stock scrapped, are in proportion to severity, also where a share reaches 1."""
    one = Incident("n", "k", "lane", "l", 0, 9, exam_share=0.6, exam_days=4.0, stock_share=0.8, released=0.9).scaled(
        severity
    )
    assert one.exam_share == min(0.6 * severity, 1.0)
    assert one.exam_share * one.exam_days == pytest.approx(0.6 * 4.0 * severity)
    assert one.stock_share == min(0.8 * severity, 1.0)
    assert one.stock_share * (1 - one.released) == pytest.approx(0.8 * 0.1 * severity)


def test_no_more_than_all_is_scrapped():
    one = Incident("n", "k", "item", "i", 0, 9, stock="quarantined", stock_share=1.0, released=0.5).scaled(5.0)
    assert (one.stock_share, one.released) == (1.0, 0.0)
