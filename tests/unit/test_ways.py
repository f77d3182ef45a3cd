"""Roles of lanes as a scenario may have them, and emergency ways as postures and plan files hold them."""

import dataclasses
import math

import pytest

from sim import reading
from sim.errors import ScenarioError
from sim.plan import Plan
from sim.planbook import plan_of, write
from sim.postures.builtin import jit
from sim.postures.rule import Rule
from sim.studies.sharing import sharing
from sim.ways import plan_notes


def content(*lanes, **keys):
    """Two suppliers, a depot that feeds a shop, and an outlet; plus some lanes."""
    base = [
        {"name": "sea", "origin": ["near", "far"], "destination": "depot", "legs": [{"transit": 20}, {"port": "quay"}]},
        {"name": "out", "origin": ["depot"], "destination": "shop", "legs": [{"transit": 2}]},
        {"name": "truck", "origin": ["near"], "destination": "outlet", "legs": [{"transit": 3}]},
    ]
    return {
        "horizon": 100,
        "units": "continuous",
        "items": [
            {"item": "a", "standard_cost": 1.0, "price": 2.0, "supplier": "near", "criticality": "halts production"},
            {"item": "b", "standard_cost": 1.0, "price": 2.0, "supplier": "far"},
        ],
        "suppliers": [{"name": "near", "production_time": 4.0}, {"name": "far"}],
        "ports": [{"name": "quay"}, {"name": "other"}],
        "warehouses": [{"name": "depot"}, {"name": "shop", "fed_by": "depot"}, {"name": "outlet"}],
        "lanes": [*base, *lanes],
        "demand": [
            {"item": "a", "warehouse": "shop", "model": "poisson", "mean": 3.0},
            {"item": "b", "warehouse": "depot", "model": "poisson", "mean": 2.0},
            {"item": "a", "warehouse": "outlet", "model": "poisson", "mean": 1.0},
        ],
        **keys,
    }


def lane(name, origin, destination, role, **keys):
    origins = [origin] if isinstance(origin, str) else origin
    return {"name": name, "origin": origins, "destination": destination, "role": role, **keys}


AIR = lane("air", ["near", "far"], "depot", "expedite", mode="air", legs=[{"transit": 6}])
ACROSS = lane("across", "depot", "outlet", "transship", legs=[{"transit": 1}])


def problems(*lanes, **keys):
    with pytest.raises(ScenarioError) as caught:
        reading.scenario_of(content(*lanes, **keys), file="t")
    return caught.value.problems


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (
            lane("second", "near", "depot", "standard"),
            "t: lanes[3] (second).origin: 'near' to 'depot' is served by lane 'sea' already",
        ),
        (lane("x", "near", "depot", "expedit"), "did you mean 'expedite'?"),
        (lane("x", "outlet", "depot", "expedite"), "between such warehouses the role is 'transship'"),
        (lane("x", "depot", "shop", "transship"), "'depot' feeds 'shop': what it sends there are ordinary orders"),
        (lane("x", "shop", "depot", "transship"), "'shop' is fed by 'depot': goods do not go back"),
        (lane("x", "near", "depot", "transship"), "'near' is not a warehouse"),
        (lane("x", "depot", "depot", "transship"), "'depot' is also the destination"),
        (lane("x", "near", "depot", "detour"), "lanes[3] (x).instead_of: is missing"),
        (lane("x", "near", "depot", "detour", instead_of="see"), "'see' is not a lane (did you mean 'sea'?)"),
        (lane("x", "near", "depot", "detour", instead_of="sea"), "'sea' also starts at 'far', this lane does not"),
        (lane("x", "near", "depot", "detour", instead_of="truck"), "'truck' goes to 'outlet', this lane to 'depot'"),
        (
            lane("x", "near", "outlet", "expedite", instead_of="truck"),
            "is for lanes of role detour; this one is 'expedite'",
        ),
        (
            lane("x", "near", "outlet", "detour", instead_of="truck", capacity=3),
            "is for lanes of role expedite or transship",
        ),
    ],
)
def test_a_lane_that_does_not_fit_its_role(wrong, words):
    found = problems(wrong)
    assert any(words in problem for problem in found), found


def test_a_lane_has_one_detour_and_a_detour_has_none():
    one, two = (lane(name, "near", "outlet", "detour", instead_of="truck") for name in ("one", "two"))
    assert any("'truck' has a detour already, 'one'" in problem for problem in problems(one, two))
    three = lane("three", "near", "outlet", "detour", instead_of="one")
    assert any(
        "'one' has role 'detour': a detour stands in for a standard lane" in text for text in problems(one, three)
    )


def test_who_feeds_nobody_sees_no_demand():
    wrong = problems(
        warehouses=[{"name": "depot"}, {"name": "shop", "fed_by": "depot"}, {"name": "outlet", "orders_on": "demand"}]
    )
    assert any("'outlet' feeds no other warehouse" in problem for problem in wrong)


def test_lanes_of_other_roles_carry_no_ordinary_orders():
    scenario = reading.scenario_of(content(AIR, ACROSS), file="t")
    assert scenario.lane_to("depot", "near").name == "sea"
    assert scenario.span == reading.scenario_of(content(), file="t").span
    only = [one for one in content(AIR)["lanes"] if one["name"] != "sea"]
    assert any("there is no lane from 'near' to 'depot'" in problem for problem in problems(lanes=only))


def test_what_is_likely_not_meant():
    scenario = reading.scenario_of(
        content(
            {**AIR, "legs": [{"transit": 24}], "capacity": 0},
            lane("round", ["near", "far"], "depot", "detour", instead_of="sea", legs=[{"port": "quay"}]),
            lane("down", "outlet", "depot", "transship"),
            warehouses=[
                {"name": "depot", "holding_fee": 0.02},
                {"name": "shop", "fed_by": "depot"},
                {"name": "outlet"},
            ],
        ),
        file="t",
    )
    told = " | ".join(scenario.warnings)
    assert "expedite lane 'air' takes 24 days from 'near', the ordinary lane 'sea' 24" in told
    assert "lane 'air': capacity 0: nothing will ever go by it" in told
    assert "lane 'round' passes every port that 'sea' passes (quay)" in told
    assert "warehouse 'depot' has a holding fee, and no stock there is the supplier's" in told
    nothing = reading.scenario_of(content(lane("up", "outlet", "shop", "transship")), file="t")
    assert "no item is stocked at both ends" not in " ".join(nothing.warnings)
    apart = content(ACROSS)
    apart["demand"] = apart["demand"][1:]  # the depot stocks b alone, the outlet a
    assert "lane 'across': no item is stocked at both ends" in " ".join(reading.scenario_of(apart, file="t").warnings)


def test_a_posture_asks_for_air_by_rule_and_says_where_there_is_none():
    scenario = reading.scenario_of(content(AIR, ACROSS), file="t")
    posture = jit(
        rules=(Rule(criticality="halts production", expedite_below=10.0, expedite_most=14.0),),
        transship_below=0.0,
        transship_keep=3.0,
    )
    plan = posture.plan(scenario)
    lines = {(one.item, one.warehouse): one for one in plan.lines}
    depot = lines["a", "depot"]
    assert (depot.expedite_by, depot.expedite_below, depot.expedite_most) == ("air", 10.0, 14.0)
    assert "by 'air' at 10 days of projected cover or less" in depot.reason
    assert lines["b", "depot"].expedite_by == ""
    assert lines["b", "depot"].transship_keep == 3.0
    outlet = lines["a", "outlet"]
    assert (outlet.transship_by, outlet.transship_below) == ("across", 0.0)
    assert "from another warehouse when out" in outlet.reason
    notes = " | ".join(plan.notes)
    assert "asks for air, but no expedite lane leads from 'depot' to 'shop' and others: 2 lines go without" in notes
    assert "asks for goods of another warehouse, but no transship lane leads to 'depot' and others" in notes


def test_a_posture_without_emergency_keys_makes_the_lines_it_made():
    with_lanes, without = (reading.scenario_of(content(*lanes), file="t") for lanes in ((AIR, ACROSS), ()))
    assert jit().plan(with_lanes).lines == jit().plan(without).lines


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_plan_files_keep_emergency_ways(tmp_path, suffix):
    scenario = reading.scenario_of(content(AIR, ACROSS), file="t")
    plan = jit(expedite_below=5.0, transship_below=2.0, transship_keep=1.5).plan(scenario)
    assert any(line.expedite_most == math.inf and line.expedite_by for line in plan.lines)
    path = tmp_path / f"plan.{suffix}"
    write(plan, scenario, path)
    assert plan_of(path, scenario).lines == plan.lines


def test_triggers_that_can_never_fire():
    scenario = reading.scenario_of(content(AIR, lost_share=1.0), file="t")
    plan = jit(expedite_below=5.0).plan(scenario)
    never = Plan("p", tuple(dataclasses.replace(one, expedite_most=0.0, expedite_below=-1.0) for one in plan.lines))
    told = " | ".join(plan_notes(scenario, never))
    assert "expedite_below is below 0 where no customer waits, so that it can never be reached (2 lines" in told
    assert "expedite_most is 0, so that nothing can be expedited" in told
    assert plan_notes(scenario, plan) == []
    # as a posture's key it is told with the plan
    assert any("expedite_most is 0" in note for note in jit(expedite_below=5.0, expedite_most=0.0).plan(scenario).notes)


def test_lines_that_share_an_emergency_way_cannot_be_changed_apart():
    scenario = reading.scenario_of(content(AIR, ACROSS), file="t")
    plan = jit().plan(scenario)
    assert not any("air" in name or "across" in name for names in sharing(scenario, plan).resources for name in names)
    found = sharing(scenario, jit(expedite_below=2.0, transship_below=1.0).plan(scenario))
    told = {(line.item, line.warehouse): names for line, names in zip(found.lines, found.resources, strict=True)}
    assert "lane air" in told["a", "depot"]
    assert "lane air" in told["b", "depot"]
    assert "stock of a at depot" in told["a", "depot"]
    assert "stock of a at depot" in told["a", "outlet"]
    assert len({found.label[n] for n in range(len(found.lines))}) == 1


def test_a_candidate_is_bought_from_only_where_a_posture_asks_for_a_second_source():
    near, far = content()["suppliers"]
    given = content()
    given["suppliers"] = [near, far, {"name": "third", "price_factor": 1.1}]
    given["lanes"] = [*given["lanes"], lane("third", "third", "outlet", "standard", legs=[{"transit": 1}])]
    plain = reading.scenario_of(given, file="t")
    given["items"] = [{**given["items"][0], "candidate": "third"}, given["items"][1]]
    named = reading.scenario_of(given, file="t")
    assert jit().plan(named).lines == jit().plan(plain).lines
    rule = Rule(single_source=True, second_source=0.2)
    lines = {(one.item, one.warehouse): one for one in jit(rules=(rule,)).plan(named).lines}
    assert (lines["a", "outlet"].second_origin, lines["a", "outlet"].second_share) == ("third", 0.2)
    assert lines["b", "depot"].second_origin == ""
    several = Rule(single_source=False, second_source=0.2)
    assert not any(one.second_origin for one in jit(rules=(several,)).plan(named).lines)
    for wrong, words in (("thrid", "(did you mean 'third'?)"), ("near", "'near' is a supplier of this item already")):
        given["items"] = [{**given["items"][0], "candidate": wrong}, given["items"][1]]
        with pytest.raises(ScenarioError) as caught:
            reading.scenario_of(given, file="t")
        assert words in str(caught.value)
