"""Traces: every line of bundled scenarios comes out again by plain arithmetic, and its rules, scores and parts are told."""

import csv
import dataclasses
import json
import math

import pytest

import sim
from sim.knowledge import lead_time, lead_time_parts
from sim.library import bundled, load
from sim.postures import Rule, hybrid, jic, jit, posture
from sim.postures.decided import conditions
from sim.postures.held import differing
from sim.postures.trace import traces
from sim.report.worked import facts, told
from sim.runs import plain
from sim.sizing.step import value


def world(item=None, **more):
    """One item by sea, another by road; weekly review, a history of two years drawn."""
    content = {
        "horizon": 365,
        "items": [
            {"item": "chip", "standard_cost": 10, "price": 30, "volume": 0.1, "supplier": "Far",
             "criticality": "halts production", **(item or {})},
            {"item": "box", "standard_cost": 5, "price": 8, "volume": 0.2, "supplier": "Near"},
        ],
        "suppliers": [
            {"name": "Far", "production_time": {"law": "lognormal", "mean": 40, "cv": 0.3}},
            {"name": "Near", "production_time": 5},
        ],
        "ports": [{"name": "Harbour", "service_time": 0.1, "dwell": {"law": "gamma", "mean": 3, "cv": 0.5}}],
        "warehouses": [{"name": "W"}],
        "lanes": [
            {"name": "sea", "origin": ["Far"], "destination": "W", "mode": "sea", "departures": {"every": 7},
             "legs": [{"transit": 20}, {"port": "Harbour"}]},
            {"name": "road", "origin": ["Near"], "destination": "W", "mode": "truck", "legs": [{"transit": 1}]},
        ],
        "demand": [
            {"item": "chip", "warehouse": "W", "model": "negative_binomial", "mean": 20, "cv": 0.8},
            {"item": "box", "warehouse": "W", "model": "poisson", "mean": 50},
        ],
        "disruptions": [{"kind": "port_strike", "name": "strike", "port": "Harbour", "start": 50, "length": 30}],
        **more,
    }  # fmt: skip
    return sim.scenario_of(content)


@pytest.mark.parametrize("name", sorted(bundled()))
@pytest.mark.parametrize("called", ["jit", "jic", "hybrid"])
def test_every_line_of_bundled_scenarios_comes_out_again(name, called):
    scenario = load(name)
    chosen = posture(called)
    rows = {(row["item"], row["warehouse"]): plain(row) for row in chosen.plan(scenario).table()}
    made = traces(chosen, scenario)
    assert made.keys() == rows.keys()
    assert [key for key, trace in made.items() if not trace.adds_up] == []
    assert {differing(trace.line, rows[key]) for key, trace in made.items()} == {()}
    assert all(told(trace).steps for trace in made.values())


def test_a_line_that_was_tampered_with_is_told():
    trace = next(iter(traces(jit(), world()).values()))
    row = plain(sim.plan.Plan("jit", (trace.line,)).table()[0])
    assert differing(trace.line, row) == ()
    (words,) = differing(trace.line, {**row, "safety_stock": row["safety_stock"] + 1})
    assert words.startswith("safety stock ")
    assert words.endswith("comes out")
    assert differing(trace.line, {**row, "reason": "because"}) == ("other words under reason",)
    assert len(differing(trace.line, {**row, "order_up_to": None})) == 1


def other(name, stored):
    """Another value for a field of a stored line."""
    if name == "changes":
        return [{"field": "safety_stock", "old": 1.0, "new": 2.0, "who": "", "when": "", "why": ""}]
    return f"{stored}?" if isinstance(stored, str) else 7.5 if stored is None else stored + 1


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(sim.plan.PlanLine)])
def test_every_field_of_a_line_is_held(name):
    trace = traces(hybrid(), world())["chip", "W"]
    row = json.loads(json.dumps(plain(sim.plan.Plan("hybrid", (trace.line,)).table()[0])))
    assert differing(trace.line, row) == ()
    (words,) = differing(trace.line, {**row, name: other(name, row[name])})
    assert name.replace("_", " ") in words.replace("_", " ")
    (words,) = differing(trace.line, {key: held for key, held in row.items() if key != name})
    assert name in words.replace(" ", "_")


def test_policies_infinities_and_unknown_fields_are_held():
    def mine(state):
        return state

    line = dataclasses.replace(next(iter(traces(jit(), world()).values())).line, policy=mine, reorder_point=-math.inf)
    row = plain(sim.plan.Plan("jit", (line,)).table()[0])
    assert row["policy"] == "mine"
    assert row["reorder_point"] is row["expedite_most"] is None
    assert differing(line, row) == ()
    assert differing(line, {**row, "policy": "s_S"}) == ("policy s_S is stored, mine comes out",)
    assert differing(line, {**row, "expedite_most": 3}) == ("expedite most 3 is stored, no finite number comes out",)
    assert differing(line, {**row, "multiple": None}) == ("multiple no finite number is stored, 0 comes out",)
    assert differing(line, {**row, "colour": "red"}) == ("no field of a plan: colour",)
    changed = dataclasses.replace(line, changes=(sim.plan.Change("safety_stock", 1.0, 2.0, why="strike"),))
    stored = plain(sim.plan.Plan("jit", (changed,)).table()[0])
    assert differing(changed, stored) == ()
    stored["changes"][0]["new"] = 3.0
    assert differing(changed, stored) == ("other changes by hand",)


def test_rules_that_decided_are_told_with_their_conditions():
    made = traces(hybrid(), world())["chip", "W"]
    by = {one.name: (one.what, one.by) for one in made.decided}
    assert by["target"] == ("safety factor 2.33", "rule 1 of 9 (high impact)")
    assert by["cover"][0] == "cover 45 days"
    assert by["cover"][1].startswith("rule 3 of 9 (high impact, medium or high fragility)")
    assert by["lot"] == ("lot 28 days", "rule 7 of 9 (standard cost below 15)")
    assert by["method"] == ("method classical", "hybrid itself, no rule that the item meets names it")
    assert by["expedite_below"][1] == "rule 8 of 9 (by sea, high impact)"
    assert "rule 1 of 9 (high impact): safety factor 2.33; rule 3 of 9" in dict(facts(made))["Rules"]


def test_how_a_line_orders_and_why():
    made = traces(hybrid(), world({"multiple": 25, "minimum_order": 40}))
    assert made["chip", "W"].orders == (
        "r_nQ, in lots of 28 days: it lasts longer than the 7 between reviews; in multiples of 25; at least 40 at a time"
    )
    assert value(made["chip", "W"].steps, "lot") % 25 == 0
    assert made["chip", "W"].adds_up
    lean = traces(jit(), world())["box", "W"]
    assert lean.orders == "base_stock: a lot of 7 days lasts no longer than the 7 between reviews"
    assert "which jit names for all items" in traces(jit(policy="s_S"), world())["box", "W"].orders


def test_levers_of_the_posture_itself_are_told_too():
    made = traces(jit(expedite_below=3.0, backup=True), world())["box", "W"]
    by = {one.name: (one.what, one.by) for one in made.decided}
    assert by["expedite_below"] == (
        "expedited below 3 days of cover", "jit itself, no rule that the item meets names it",
    )  # fmt: skip
    assert by["backup"][0] == "backup supplier: yes"
    assert not {"source", "second_source", "reserved", "flex_below", "buy_ahead"} & by.keys()


def test_every_condition_has_words():
    rule = Rule(
        criticality="inconveniences", mode="sea", single_source=True, cheaper_than=15.0, shelf_life_below=90.0,
        impact=("low",), fragility=("medium", "high"), demand=("lumpy",),
    )  # fmt: skip
    assert conditions(rule) == (
        "a stockout inconveniences, by sea, one supplier in use, standard cost below 15, keeps for fewer than 90 days, "
        "low impact, medium or high fragility, lumpy demand"
    )
    assert conditions(Rule(z=2.0)) == "every item"


def test_cover_against_a_disruption_says_which():
    made = traces(jit(against=("strike",)), world())
    by = {one.name: one for one in made["chip", "W"].decided}
    assert by["cover"].what == "cover 30 days"
    assert by["cover"].by.startswith("the mean length of strike, to be survived, above the 2 of jit itself")
    assert {one.name: one.what for one in made["box", "W"].decided}["cover"] == "cover 2 days"


def test_cuts_by_shelf_life_and_for_room_are_steps():
    free = traces(jic(), world())["chip", "W"]
    old = traces(jic(), world({"shelf_life": 60}))["chip", "W"]
    cut = value(old.steps, "life_cut")
    assert cut == free.line.order_up_to - old.line.order_up_to > 0
    assert value(old.steps, "life_most") == pytest.approx(60 * value(old.steps, "d"))
    assert old.adds_up
    need = sum(trace.line.safety_stock for trace in traces(jic(), world()).values())
    tight = traces(jic(), world(warehouses=[{"name": "W", "floor_space": 0.1 * need}]))
    assert sum(value(trace.steps, "room_cut") > 0 for trace in tight.values()) > 0
    assert all(trace.adds_up for trace in tight.values())


@pytest.mark.parametrize("name", ["first_strike", "meridian", "assembly"])
def test_parts_add_up_to_the_published_lead_time(name):
    scenario = load(name)
    seen = 0
    for site, origin in scenario.standard_lanes:
        parts, known = lead_time_parts(scenario, site, origin), lead_time(scenario, site, origin)
        assert sum(part.mean for part in parts) == pytest.approx(known.mean)
        assert math.sqrt(sum(part.sd**2 for part in parts)) == pytest.approx(known.sd)
        seen += 1
    assert seen


def test_the_parts_of_a_way_by_sea_have_names():
    trace = traces(jit(), world())["chip", "W"]
    assert [part.name for part in trace.parts] == [
        "production at Far", "wait for a departure every 7 days", "transit by sea", "berth at Harbour, its queue left out",
        "dwell at Harbour",
    ]  # fmt: skip
    assert trace.lead == "published figures of Far and its lane"
    assert trace.demand.startswith("mean and standard deviation (n - 1) over 730 days; 730 days of drawn history")


def test_scores_are_those_that_score_shows(tmp_path, monkeypatch):
    import sys

    from sim.cli.main import main

    monkeypatch.setattr(sys, "argv", ["bufferstock", "score", "starter", "--no-figures", "-o", str(tmp_path), "--json"])
    with pytest.raises(SystemExit):
        main()
    made = traces(hybrid(), load("starter"))
    with (tmp_path / "score.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(made)
    for row in rows:
        words = dict(facts(made[row["item"], row["warehouse"]]))
        for name, key in (("Impact", "impact"), ("Fragility", "fragility")):
            assert words[name].startswith(f"{float(row[key]):.1f} of 100, {row[f'{key}_level']}")
        assert f"criticality {row['points_criticality']} of " in words["Impact"]


def test_numbers_are_those_of_the_winning_rules():
    chosen, scenario = hybrid(), load("meridian")
    for trace in list(traces(chosen, scenario).values())[:40]:
        place = {one.name: one.by for one in trace.decided}["target"]
        number = int(place.split()[1]) if place.startswith("rule") else 0
        alone = dataclasses.replace(chosen, rules=()) if not number else chosen.rules[number - 1]
        assert f"safety factor {alone.z:g}" == {one.name: one.what for one in trace.decided}["target"]


def test_sizing_that_is_wrong_does_not_add_up(monkeypatch):
    from sim.sizing.size import Task

    right = Task.sigma
    monkeypatch.setattr(Task, "sigma", lambda task, method: 2 * right(task, method))
    trace = traces(hybrid(), world())["chip", "W"]
    assert not trace.adds_up
    assert trace.misfits[0] == "sigma"
    assert {"order up to", "reorder point", "safety stock"} <= set(trace.misfits)
