"""Scores: what earns points, what is left out when it is not known, and rules that a user replaces."""

import dataclasses
import math

import numpy as np
import pytest

import sim
from sim import profiles
from sim.errors import ScenarioError, UsageError
from sim.postures.making import scores_of
from sim.segments.map import map_of
from sim.segments.score import Supply, scores
from sim.segments.scoring import default_scoring, default_text, scoring_of

ITEM = {"item": "pump", "standard_cost": 60, "price": 100, "supplier": "A;B", "criticality": "halts production"}


def world(items=(ITEM,), suppliers=None, **more):
    """One warehouse, two suppliers on lanes of their own, the first through a port."""
    return sim.scenario_of(
        {
            "horizon": 10,
            "items": [dict(item) for item in items],
            "suppliers": suppliers
            or [{"name": "A", "region": "X", "grade": "BB", "exposure": 0.5}, {"name": "B", "region": "Y"}],
            "ports": [{"name": "Harbour", "stoppages": 0.05}],
            "warehouses": [{"name": "W"}],
            "lanes": [
                {"name": "sea", "origin": ["A"], "destination": "W", "legs": [{"port": "Harbour"}, {"transit": 20}]},
                {"name": "road", "origin": ["B"], "destination": "W", "legs": [{"transit": 2}]},
            ],
            "demand": [{"item": item["item"], "warehouse": "W", "model": "poisson", "mean": 1} for item in items],
            **more,
        }
    )


LEAD = Supply(55.0, 11.0)


def scored(scenario, mean=None, lead=LEAD, rules=None):
    """Scores of the one warehouse, every supply line alike."""
    names = scenario.sites["W"]
    demand = {"W": np.ones(len(names)) if mean is None else np.asarray(mean, dtype=float)}
    supply = {("W", origin): lead for origin in ("A", "B")}
    return scores(scenario, demand, supply, rules or default_scoring())["W"]


def points(score):
    return {factor.name: factor.points for factor in score.factors}


def test_every_factor_earns_by_its_weight():
    """By hand: half of 20 to 90 days, a quarter of cv 0.1 to 0.5, two sources in two regions, BB, 0.5, 0.05 of 0.10."""
    (found,) = scored(world())
    assert points(found) == pytest.approx(
        {
            "criticality": 70, "margin": 30,
            "lead_time": 12.5, "variability": 2.5, "single_source": 0, "single_region": 0,
            "grade": 5, "exposure": 5, "port": 7.5,
        }
    )  # fmt: skip
    assert (found.impact, found.fragility) == pytest.approx((100, 32.5))
    assert found.segment == "high impact, low fragility"
    assert found.margin == pytest.approx(365 * 40)


def test_one_source_is_more_fragile_than_two():
    two, one = (scored(world([{**ITEM, "supplier": names}]))[0] for names in ("A;B", "A"))
    assert points(one)["single_source"] - points(two)["single_source"] == pytest.approx(20)
    assert points(one)["single_region"] - points(two)["single_region"] == pytest.approx(10)
    assert one.fragility > two.fragility
    assert "single source A" in one.reasons


@pytest.mark.parametrize("longer", [30.0, 60.0, 95.0])
def test_a_longer_or_less_certain_lead_time_is_never_less_fragile(longer):
    assert (
        scored(world(), lead=Supply(longer, 11.0))[0].fragility
        >= scored(world(), lead=Supply(25.0, 9.166))[0].fragility - 1e-9
    )
    assert (
        scored(world(), lead=Supply(55.0, longer))[0].fragility >= scored(world(), lead=Supply(55.0, 11.0))[0].fragility
    )


def test_what_is_not_known_is_left_out_and_named_not_counted_as_safe():
    """Without grade, exposure and region, the rest fills the hundred: 12.5 + 2.5 + 0 + 7.5 of 70."""
    (found,) = scored(world(suppliers=[{"name": "A"}, {"name": "B"}]))
    assert found.unknown == ("single_region", "grade", "exposure")
    assert found.fragility == pytest.approx(100 * 22.5 / 70)
    assert all(math.isnan(points(found)[name]) for name in found.unknown)


def test_margin_ranks_items_within_what_a_stockout_does():
    """80, 15 and 5 % of the margin: one point, one half, none."""
    items = [{**ITEM, "item": name, "criticality": "inconveniences"} for name in ("much", "some", "little")]
    found = {score.item: points(score)["margin"] for score in scored(world(items), mean=[80, 15, 5])}
    assert found == pytest.approx({"much": 30, "some": 15, "little": 0})


def test_where_nobody_buys_nothing_is_at_stake():
    """Without any margin there is none to rank by: what a stockout does fills the hundred."""
    (found,) = scored(world(), mean=[0.0])
    assert "margin" in found.unknown
    assert found.impact == pytest.approx(100)
    items = [{**ITEM, "item": "sold"}, {**ITEM, "item": "shelved"}]
    assert points(scored(world(items), mean=[1.0, 0.0])[1])["margin"] == 0


def test_a_warehouse_fed_by_another_passes_the_ports_above_it():
    scenario = world(
        warehouses=[{"name": "W"}, {"name": "Shop", "fed_by": "W"}],
        lanes=[
            {"name": "sea", "origin": ["A"], "destination": "W", "legs": [{"port": "Harbour"}, {"transit": 20}]},
            {"name": "van", "origin": ["W"], "destination": "Shop", "legs": [{"transit": 1}]},
        ],
        items=[{**ITEM, "supplier": "A"}],
        demand=[{"item": "pump", "warehouse": "Shop", "model": "poisson", "mean": 1}],
    )
    supply = {("W", "A"): Supply(55.0, 11.0), ("Shop", "W"): Supply(1.0, 0.0)}
    found = scores(scenario, {"W": np.ones(1), "Shop": np.ones(1)}, supply, default_scoring())
    assert points(found["Shop"][0])["port"] == pytest.approx(7.5)
    assert points(found["Shop"][0])["lead_time"] == 0


def test_meridian_is_spread_over_the_map():
    """Goods by sea are mostly fragile, goods by truck mostly not; every impact is there."""
    from sim import profiles
    from sim.postures.making import scores_of

    scenario = sim.load("meridian")
    found = scores_of(scenario, profiles.of(scenario), sim.hybrid())
    levels = {(score.impact_level, score.fragility_level) for site in found.values() for score in site}
    assert len(levels) == 9
    ways = [lane for lane in scenario.lanes if lane.role == "standard"]
    modes = {(lane.destination, origin): lane.mode for lane in ways for origin in lane.origin}
    for mode, fragile in (("sea", True), ("truck", False)):
        these = [s for site in found.values() for s in site if modes[s.warehouse, s.origin] == mode]
        share = np.mean([score.fragility_level != "low" for score in these])
        assert share > 0.9 if fragile else share < 0.2


# --- rules -----------------------------------------------------------------------------------------------------------


def rules_file(tmp_path, *changes):
    text = default_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_rules_are_the_file_that_is_printed(tmp_path):
    assert scoring_of(rules_file(tmp_path)) == default_scoring()


def test_rules_of_ones_own_change_the_score(tmp_path):
    mine = scoring_of(rules_file(tmp_path, ("single_source = 20 ", "single_source = 80 ")))
    one = world([{**ITEM, "supplier": "A"}])
    assert scored(one, rules=mine)[0].fragility > scored(one)[0].fragility


def test_a_posture_file_may_name_its_rules(tmp_path):
    rules_file(tmp_path, ("levels = [34, 67]", "levels = [1, 2]"))
    (tmp_path / "wary.toml").write_text('base = "hybrid"\nscoring = "mine.toml"\n')
    read = sim.posture(tmp_path / "wary.toml")
    assert read == dataclasses.replace(sim.hybrid(), name="wary", scoring=scoring_of(tmp_path / "mine.toml"))
    assert read.scoring.level(2.0) == "high"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("levels = [34, 67]", "levels = [67, 34]", r"levels must be two rising numbers, not \[67\.0, 34\.0\]"),
        ("lead_time_days", "lead_tme_days", r"lead_tme_days: unknown key \(did you mean 'lead_time_days'\?\)"),
        ("grade = 10 ", "grade = -1 ", "fragility.grade: -1: must be greater than or equal to 0"),
        ("BB = 0.5", "BB = 5", "grades must lie between 0 and 1"),
        ('"inconveniences" = 0.0', '"annoys" = 0.0', "points must name 'halts production'"),
        ("criticality = 70 ", 'criticality = "much" ', "impact.criticality: 'much': must be a valid number"),
    ],
)
def test_rules_that_make_no_sense_are_told(tmp_path, old, new, message):
    with pytest.raises(ScenarioError, match=message):
        scoring_of(rules_file(tmp_path, (old, new)))


def test_rules_that_are_not_there_are_told(tmp_path):
    with pytest.raises(UsageError, match=r"gone.toml: there is no such file of scoring rules"):
        scoring_of(tmp_path / "gone.toml")


def test_margin_counts_where_customers_are_served_and_nowhere_twice():
    """A centre that feeds two warehouses and sells some itself: a year's margin is that of all customers, once."""
    fed = [{"name": "W"}, {"name": "East", "fed_by": "W"}, {"name": "West", "fed_by": "W"}]
    more = [{"name": name, "origin": ["W"], "destination": name, "legs": [{"transit": 1}]} for name in ("East", "West")]
    lanes = [
        {"name": "sea", "origin": ["A"], "destination": "W", "legs": [{"port": "Harbour"}, {"transit": 20}]},
        {"name": "road", "origin": ["B"], "destination": "W", "legs": [{"transit": 2}]},
    ]
    demand = [
        {"item": "pump", "warehouse": site, "model": "deterministic", "mean": mean}
        for site, mean in (("W", 1.0), ("East", 2.0), ("West", 4.0))
    ]
    scenario = world(warehouses=fed, lanes=[*lanes, *more], demand=demand)
    posture = sim.jit()
    found = scores_of(scenario, profiles.of(scenario), posture)
    a_year = 365.0 * 40.0
    assert {site: one.margin for site, (one,) in found.items()} == pytest.approx(
        {"W": 7 * a_year, "East": 2 * a_year, "West": 4 * a_year}
    )
    assert {site: one.direct for site, (one,) in found.items()} == pytest.approx(
        {"W": 1 * a_year, "East": 2 * a_year, "West": 4 * a_year}
    )
    told = map_of(found, posture.plan(scenario), "USD")
    assert sum(cell.margin for cell in told.cells) == pytest.approx(7 * a_year)
    assert told.count == 3
