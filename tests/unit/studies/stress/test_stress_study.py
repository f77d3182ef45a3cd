"""The study as a whole: what it tells, what it refuses, and that jobs and chunks change nothing."""

import dataclasses
import json
import math

import numpy as np
import pytest
from serial_chains import Serial

import sim
from sim.errors import UsageError
from sim.studies.stress import stress
from sim.studies.stress.lived import FIGURES, PLACE
from sim.studies.stress.odds import odds
from sim.studies.stress.told import cells, chances, document, ranks
from sim.studies.stress.words import board, days


def test_shapes_and_names(strike):
    assert [node.label for node in strike.nodes] == [
        "supplier Shenzhen",
        "lane Shenzhen - Ontario",
        "port Los Angeles",
    ]
    assert strike.left_out == ()
    assert strike.figures.shape == (3, 3, 3, len(FIGURES))
    assert strike.chance.figures.shape == (3, 3, 3, 3, len(FIGURES))
    assert strike.chance.nodes == (0, 1, 2)


def test_more_cover_survives_longer_and_costs_less_in_stockouts(strike):
    jit, jic, hybrid = strike.survival.T
    assert (jit < 60).all()
    assert np.isinf(jic).all()
    assert (hybrid > jit).all()
    cost = strike.values("stockout_cost")[:, -1]
    assert (cost[:, 0] > cost[:, 2]).all()
    assert (cost[:, 2] >= cost[:, 1]).all()


def test_the_closed_form_stands_beside_every_cell_and_agrees(strike):
    assert strike.closed.tolist() == strike.survival.tolist()


def test_exposure_is_relative_to_the_largest_of_its_length(strike):
    cost = strike.values("stockout_cost")
    assert strike.exposure[:, -1].max() == 1
    assert strike.exposure[:, -1] == pytest.approx(np.maximum(cost[:, -1], 0) / cost[:, -1].max())
    assert (strike.exposure >= 0).all()
    # a length that costs nothing exposes nobody
    assert cost[:, 0].max() == 0
    assert strike.exposure[:, 0].max() == 0


def test_the_ranking_is_by_cost_and_then_by_time_to_survive(strike):
    for place, name in enumerate(strike.postures):
        ranked = strike.ranking(name)
        assert sorted(ranked) == [0, 1, 2]
        keys = [(-strike.values("stockout_cost")[node, -1, place], strike.survival[node, place]) for node in ranked]
        assert keys == sorted(keys)
    assert [row["rank"] for row in ranks(strike)] == [1, 2, 3] * 3


def test_what_fails_first_is_named_with_its_day(strike):
    port = next(place for place, node in enumerate(strike.nodes) if node.kind == "port")
    ((item, site, day),) = strike.first[port, 0]
    assert (item, site, day) == ("pump", "Ontario", strike.survival[port, 0])
    assert strike.first[port, 1] == ()


def test_longer_than_what_was_tried_is_never_a_number(strike):
    row = next(row for row in cells(strike) if row["posture"] == "jic")
    assert row["time_to_survive"] == "> 60"
    assert row["time_to_survive_closed_form"] == "> 60"
    assert (row["fails"], row["first_failure"]) == ("no", "")
    told = document(strike, "out")["nodes"][0]["postures"]["jic"]
    assert told["time_to_survive"] == {"days": None, "more_than": 60}
    assert days(math.inf, 60) == "> 60"
    assert days(math.nan, 60) == ""


def test_a_recovery_after_the_horizon_is_longer_than_what_is_left_of_it():
    """A supplier that makes hardly more than is asked for never catches up."""
    found = Serial(800.0, supplier={"capacity": 101}, horizon=100).stress(["source"], (21,), start=10)
    assert math.isinf(found.values("time_to_recover")[0, 0, 0])
    (row,) = cells(found)
    assert (row["time_to_recover"], row["stock_recovery"]) == ("> 69", "> 69")
    (length,) = document(found, "out")["nodes"][0]["postures"]["serial"]["lengths"]
    assert length["time_to_recover"] == {"days": None, "more_than": 69}


def test_the_document_is_json_by_the_letter(strike):
    text = json.dumps(document(strike, "out"), allow_nan=False)
    assert json.loads(text)["ranking"]["jit"][0] == "port Los Angeles"


def test_thresholds_move_the_days_the_way_they_must():
    """Half the items of a node run out first: a threshold below one half does not see it."""
    items = [
        {"item": name, "standard_cost": 1.0, "price": 1.0, "supplier": "source", "criticality": kind}
        for name, kind in (("early", "inconveniences"), ("late", "halts production"))
    ]
    demand = [{"item": one["item"], "warehouse": "site", "model": "deterministic", "mean": 10.0} for one in items]
    chain = Serial(0.0, items=items, demand=demand)
    line = chain.plan.lines[0]
    lines = tuple(
        dataclasses.replace(line, item=name, order_up_to=10.0 * (cover + 1))
        for name, cover in (("early", 5), ("late", 20))
    )
    plan = dataclasses.replace(chain.plan, lines=lines)

    def tried(failure, recovery):
        return stress(chain.scenario, [plan], ["lane"], (30,), failure=failure, recovery=recovery, start=10)

    assert tried(0.95, 0.99).survival[0, 0] == 5
    assert tried(0.5, 0.99).survival[0, 0] == 20
    assert tried(0.95, 0.99).first[0, 0] == (("early", "site", 5.0), ("late", "site", 20.0))
    # each is back at once, half of the sales value a day after the outage
    assert tried(0.95, 1.0).values("time_to_recover")[0, 0, 0] == 1
    groups = stress(chain.scenario, [plan], ["groups"], (30,), start=10, groups="criticality")
    assert groups.survival[:, 0].tolist() == [5, 20]


def test_a_group_that_is_all_a_supplier_makes_fails_as_the_supplier_does():
    items = [
        {"item": name, "standard_cost": 1.0, "price": 1.5, "supplier": name, "family": name}
        for name in ("valves", "hoses")
    ]
    chain = Serial(0.0, items=items, demand=[
        {"item": name, "warehouse": "site", "model": "poisson", "mean": 12.0} for name in ("valves", "hoses")
    ], suppliers=[{"name": name, "production_time": 6} for name in ("valves", "hoses")], lanes=[
        {"name": name, "origin": [name], "destination": "site"} for name in ("valves", "hoses")
    ], costs={"per_line": 3.0})  # fmt: skip
    found = stress(chain.scenario, ["jit"], ["suppliers", "groups"], (20, 40), futures=2, start=40)
    assert [node.label for node in found.nodes] == [
        "supplier valves",
        "supplier hoses",
        "items: valves",
        "items: hoses",
    ]
    assert found.figures[:2] == pytest.approx(found.figures[2:])
    assert found.chance.figures[:, :2] == pytest.approx(found.chance.figures[:, 2:])
    assert found.chance.figures[..., PLACE["units_short"]].min() > 0


def test_a_fed_warehouse_fails_with_what_feeds_it_and_has_no_closed_form():
    chain = Serial(
        0.0,
        warehouses=[{"name": "depot"}, {"name": "site", "fed_by": "depot"}],
        lanes=[
            {"name": "in", "origin": ["source"], "destination": "depot", "legs": [{"transit": 5}]},
            {"name": "on", "origin": ["depot"], "destination": "site", "legs": [{"transit": 2}]},
        ],
        horizon=300,
    )
    found = stress(chain.scenario, ["jit"], ["suppliers", "lanes"], (60,), start=60)
    assert [node.label for node in found.nodes] == ["supplier source", "lane in", "lane on"]
    assert np.isfinite(found.survival).all()
    assert np.isnan(found.closed).all()
    # nearer to the customer, less is in between
    assert found.survival[2, 0] <= found.survival[1, 0] <= found.survival[0, 0]


def test_boxes_matter_only_to_what_takes_space():
    pool = {"pools": [{"name": "boxes", "containers": 10}], "lane": {"containers": "boxes"}}
    chain = Serial(2000.0, **pool)
    found = stress(chain.scenario, [chain.plan], None, (30,), start=30)
    assert "pool" not in [node.kind for node in found.nodes]
    assert "pool boxes: no item passes it under these plans" in found.left_out


def test_single_orders_are_tried_at_their_mean_and_refused_under_futures():
    chain = Serial(
        3000.0,
        review="continuous",
        units="integer",
        demand=[{"item": "pump", "warehouse": "site", "model": "orders", "rate": 10.0, "size": 10.0}],
    )
    found = chain.stress(["lane"], (60,), start=20, failure=1.0, recovery=1.0)
    # the position is 3000 after the review of the evening before the outage, nothing is on order upstream
    assert found.survival[0, 0] == found.closed[0, 0] == 30
    with pytest.raises(UsageError, match="demand of 'pump' at 'site' does not come by day"):
        chain.stress(["lane"], (60,), start=20, futures=2)


def test_without_names_the_worst_live_the_futures():
    found = stress(sim.load("first_strike"), ["jit"], lengths=(30,), futures=1, worst=2)
    assert "group halts production: every item is in it" in found.left_out
    cost = found.values("stockout_cost")[:, -1, 0]
    assert found.chance.nodes == tuple(sorted(np.argsort(-cost, kind="stable")[:2].tolist()))


def test_jobs_and_chunks_change_nothing(strike):
    passed = [f"{node.kind}:{node.name}" for node in strike.nodes]
    again = stress(sim.load("first_strike"), nodes=passed, lengths=(60, 7, 30), futures=3, jobs=2, chunk=2)
    assert np.array_equal(again.figures, strike.figures, equal_nan=True)
    assert np.array_equal(again.closed, strike.closed, equal_nan=True)
    assert np.array_equal(again.chance.figures, strike.chance.figures, equal_nan=True)
    assert again.first == strike.first


def test_a_node_alone_is_what_it_is_among_others(strike):
    alone = stress(sim.load("first_strike"), ["hybrid"], ["Los Angeles"], (30, 60), futures=2)
    assert np.array_equal(alone.figures[0, :, 0], strike.figures[2, 1:, 2])
    assert np.array_equal(alone.chance.figures[:, 0, :, 0], strike.chance.figures[:2, 2, 1:, 2])


def test_futures_give_quantiles_and_paired_intervals(strike):
    seen = odds(strike, 2, 0)
    assert seen.survive[0].value <= seen.survive[1].value <= seen.survive[2].value <= 60
    assert seen.never.mean == 0
    assert 0 <= seen.never.low < seen.never.high < 1
    assert seen.cost[-1].low < seen.cost[-1].mean < seen.cost[-1].high
    never = odds(strike, 0, 1)
    assert math.isinf(never.survive[0].value)
    # service may fail after the outage: so many futures in which it never does, whatever the time to survive
    assert never.never.mean == np.isinf(strike.chance.figures[:, 0, -1, 1, PLACE["first_failure"]]).mean()
    rows = chances(strike)
    assert len(rows) == 27
    assert rows[-1]["futures"] == 3
    assert next(row for row in rows if row["posture"] == "jic")["time_to_survive_p50"] == "> 60"


def test_under_a_weather_other_incidents_happen_too():
    """The disruption of the weather befalls both runs: what is told is what the outage adds to it."""
    scenario = sim.load("first_strike")
    calm, strike = (
        stress(scenario, ["jit"], ["port:Los Angeles"], (30,), futures=2, weather=weather)
        for weather in ("calm", "strike")
    )
    nothing = stress(scenario, ["jit"], ["port:Los Angeles"], (30,), futures=2)
    assert np.array_equal(calm.chance.figures, nothing.chance.figures)
    assert not np.array_equal(strike.chance.figures, nothing.chance.figures)
    assert np.array_equal(strike.figures, nothing.figures)


def test_the_board_is_told_counts_and_the_worst(strike):
    lines = board(strike, lambda amount: f"{amount:.0f}")
    assert lines[0].startswith("If one node stops for 30 days, customers go short at 3 of 3 under jit (at worst ")
    assert "0 of 3 under jic (at worst 0)" in lines[0]
    assert lines[1].startswith("jit: the worst is port Los Angeles: service holds for ")
    assert lines[2] == "jic: no outage tried costs anything in stockouts."


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"lengths": ()}, "--lengths: name at least one"),
        ({"lengths": (7, -3)}, "--lengths -3: an outage lasts 1 day or more"),
        ({"lengths": (0,)}, "--lengths 0: an outage lasts 1 day or more"),
        ({"lengths": (7, 300)}, "an outage of 300 days from day 91 does not end before the horizon .day 365"),
        ({"failure": 0.0}, "--failure 0: a share of demand above 0"),
        ({"failure": 1.2, "recovery": 1.3}, "--failure 1.2: a share"),
        ({"recovery": 1.01}, "--recovery 1.01: a share"),
        ({"failure": 0.9, "recovery": 0.8}, "--recovery 0.8 is below --failure 0.9"),
        ({"failure": math.nan}, "--failure nan: a share"),
        ({"start": -1}, "--start -1: a day of the horizon"),
        ({"start": 365}, "does not end before the horizon"),
        ({"futures": -1}, "--futures -1: 0 or more"),
        ({"worst": 0}, "--worst 0: 1 or more"),
        ({"seed": -1}, "--seed -1: 0 or more"),
        ({"groups": "famly"}, "'famly' is no way to group items .did you mean 'family'"),
        ({"weather": "strke"}, "has no weather 'strke' .did you mean 'strike'"),
        ({"nodes": ["Los Angels"]}, "'Los Angels' is nothing that can fail here .did you mean 'Los Angeles'"),
        ({"nodes": []}, "--nodes: name at least one"),
        ({"postures": []}, "no postures to compare"),
        ({"jobs": 0}, "0 jobs: 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_lived(keys, told):
    with pytest.raises(UsageError, match=told):
        stress(sim.load("first_strike"), **keys)
