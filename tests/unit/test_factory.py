"""Factories in a scenario: bills and tables, what is refused, and what a planner knows of components."""

import copy
import dataclasses
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import sim
from sim import reading
from sim.cli.main import commands
from sim.disruptions import Incident
from sim.errors import ScenarioError
from sim.explosion import exploded
from sim.factory import Plant, summary, with_plants
from sim.knowledge import known_demand, known_past
from sim.library import load
from sim.plan import Plan, PlanLine
from sim.world import Blueprint

SOUND = {
    "horizon": 60,
    "review_every": 1,
    "items": [
        {"item": "car", "standard_cost": 10, "price": 20, "supplier": "plant"},
        {"item": "van", "standard_cost": 15, "price": 30, "supplier": "plant"},
        {"item": "wheel", "standard_cost": 1, "supplier": "wheels"},
        {"item": "engine", "standard_cost": 5, "supplier": "engines"},
    ],
    "suppliers": [{"name": "wheels"}, {"name": "engines"}],
    "factories": [
        {
            "name": "plant",
            "store": "store",
            "capacity": 50,
            "production_time": 2,
            "line_down_cost": 100,
            "makes": [
                {"product": "car", "parts": {"wheel": 4, "engine": 1}},
                {"product": "van", "parts": {"wheel": 6, "engine": 1}},
            ],
        }
    ],
    "warehouses": [{"name": "store"}, {"name": "shop"}],
    "lanes": [
        {"name": "in", "origin": ["wheels", "engines"], "destination": "store"},
        {"name": "out", "origin": ["plant"], "destination": "shop", "legs": [{"transit": 3}]},
    ],
    "demand": [
        {"item": "car", "warehouse": "shop", "model": "poisson", "mean": 5},
        {"item": "van", "warehouse": "shop", "model": "normal", "mean": 2, "sd": 0.5},
    ],
}


@pytest.fixture
def sound():
    return copy.deepcopy(SOUND)


def told(content, **keys):
    with pytest.raises(ScenarioError) as caught:
        reading.scenario_of(content, file="mine.toml", **keys)
    return list(caught.value.problems)


# --- what it is ------------------------------------------------------------------------------------------------------


def test_a_factory_is_a_supplier_of_its_products_and_its_components_are_stocked(sound):
    read = reading.scenario_of(sound)
    assert read.sites == {"store": ("wheel", "engine"), "shop": ("car", "van")}
    plant = read.suppliers[-1]
    assert isinstance(plant, Plant)
    assert (plant.name, plant.capacity, read.lead_time(read.lanes[1], "plant")) == ("plant", 50, 5.0)
    assert [item.criticality for item in read.items] == ["inconveniences"] * 2 + ["halts production"] * 2
    assert not read.warnings


def test_a_copy_keeps_its_plants_and_takes_over_a_changed_factory(sound):
    read = reading.scenario_of(sound)
    again = dataclasses.replace(read, horizon=90)
    assert again.suppliers == read.suppliers
    other = dataclasses.replace(read.factories[0], capacity=70.0)
    assert with_plants(read.suppliers, [other])[-1].capacity == 70.0
    slower = tuple(dataclasses.replace(one, correlation_time=1.0) for one in read.suppliers)
    assert dataclasses.replace(read, suppliers=slower).suppliers == slower


def test_bills_may_stand_in_a_table(sound, tmp_path):
    (tmp_path / "bom.csv").write_text(
        "product,component,quantity\ncar,wheel,4\ncar,engine,1\nvan,wheel,6\nvan,engine,1\n"
    )
    for made in sound["factories"][0]["makes"]:
        del made["parts"]
    read = reading.scenario_of({**sound, "bom": "bom.csv"}, tmp_path)
    assert read.bills == reading.scenario_of(SOUND).bills
    (tmp_path / "bom.csv").write_text("product,component,quantity\ncar,wheel,0\ncar,weel,1\nvann,wheel,6\nvan,van,6\n")
    assert told({**sound, "bom": "bom.csv"}, folder=tmp_path) == [
        "bom.csv: row 2: quantity: '0': must be greater than 0",
        "bom.csv: row 3: component: 'weel' is not an item of this scenario (did you mean 'wheel'?)",
        "bom.csv: row 4: product: 'vann' is made by no factory (did you mean 'van'?)",
        "bom.csv: row 5: 'van' is a component of itself",
    ]


def test_a_summary_tells_a_factory_in_one_line(sound):
    read = reading.scenario_of(sound)
    assert summary(read.factories[0], read.bills["plant"], "USD") == (
        "factory plant: makes car, van to order from 2 components at store (wheel, engine); 50 a day; "
        "a line-down day costs 100 USD"
    )


# --- what is refused ---------------------------------------------------------------------------------------------------


def changed(content, *path_and_value):
    *path, last, value = path_and_value
    place = content
    for step in path:
        place = place[step]
    place[last] = value


PARTS = ("factories", 0, "makes", 0, "parts")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((*PARTS, {"car": 1}), "mine.toml: factories[0] (plant).makes[0]: parts: 'car' is a component of itself"),
        (
            (*PARTS, {"van": 1, "wheel": 4}),
            None,
        ),
        (
            (*PARTS, {"weel": 4}),
            "mine.toml: factories[0] (plant).makes[0].parts: 'weel' is not an item of this scenario (did you mean 'wheel'?)",
        ),
        (
            (*PARTS, {"wheel": 0}),
            "mine.toml: factories[0] (plant).makes[0]: parts: 0 units of 'wheel': a bill needs more than 0 of each "
            "component",
        ),
        (
            (*PARTS, {}),
            "mine.toml: factories[0] (plant).makes[0]: 'car' has no bill of materials: give parts, or rows of bom",
        ),
        (
            ("items", 2, "supplier", ""),
            "mine.toml: items[2] (wheel): 'wheel' has no supplier, and warehouse 'store' is fed by no other",
        ),
        (
            ("lanes", 0, "origin", ["wheels"]),
            "mine.toml: lanes: there is no lane from 'engines' to 'store' (item 'engine' needs it)",
        ),
        (
            ("factories", 0, "store", "stoer"),
            "mine.toml: factories[0] (plant).store: 'stoer' is not a warehouse of this scenario (did you mean 'store'?)",
        ),
        (
            ("factories", 0, "makes", 1, "product", "car"),
            "mine.toml: factories[0] (plant).makes[1].product: 'car' is made twice",
        ),
        (
            ("warehouses", [{"name": "store"}, {"name": "shop"}, {"name": "depot", "fed_by": "store"}]),
            "mine.toml: factories[0] (plant).store: 'store' feeds 'depot': a store of components feeds no other warehouse",
        ),
        (
            ("suppliers", [{"name": "wheels"}, {"name": "engines"}, {"name": "plant"}]),
            "mine.toml: factories[0] (plant).name: 'plant' is a supplier too: a factory needs no row there",
        ),
        (
            ("items", 0, "supplier", "plant; wheels"),
            "mine.toml: items[0] (car).supplier: 'car' is made at 'plant' and has other suppliers: leave them out",
        ),
        (
            ("factories", 0, "schedule", "level"),
            "mine.toml: factories[0] (plant).makes[0].level: is missing: schedule = 'level' builds so many units of 'car' "
            "a day",
        ),
        (
            ("factories", 0, "makes", 0, "level", 3),
            "mine.toml: factories[0] (plant).makes[0].level: 3: is used with schedule = 'level' only",
        ),
        (
            ("factories", 0, "sequence", "random"),
            "mine.toml: factories[0] (plant).sequence: 'random' is not allowed (allowed: orders, priority, rotation)",
        ),
        (
            ("lanes", 1, "origin", ["plnt"]),
            "mine.toml: lanes[1] (out).origin: 'plnt' is neither a supplier nor a warehouse (did you mean 'plant'?)",
        ),
    ],
)
def test_bad_input_is_told(sound, change, message):
    changed(sound, *change)
    if message is None:  # a van goes into a car: allowed, if somebody supplies vans to the store
        assert told(sound) == ["mine.toml: lanes: there is no lane from 'plant' to 'store' (item 'van' needs it)"]
        return
    assert message in told(sound)


def test_a_product_of_two_factories_and_a_circle_through_others_are_told(sound):
    second = {"name": "other", "store": "store", "makes": [{"product": "car", "parts": {"wheel": 4}}]}
    assert told({**sound, "factories": [*sound["factories"], second]}) == [
        "mine.toml: factories[1] (other).makes[0].product: 'car' is made at 'plant' too: one factory makes a product"
    ]
    sound["factories"].append(
        {"name": "other", "store": "store", "makes": [{"product": "engine", "parts": {"car": 1}}]}
    )
    sound["items"][3]["supplier"] = "other"
    sound["lanes"][0]["origin"] = ["wheels", "other", "plant"]
    assert told(sound) == [
        "mine.toml: factories: car <- engine <- car is a circle: 'car' would be a component of itself"
    ]


def test_single_orders_and_continuous_review_are_refused(sound):
    why = "does not go with it (daily demand, reviewed morning or evening)"
    sound["demand"] = [{"item": "car", "warehouse": "shop", "model": "orders", "rate": 2}]
    sound["review"] = "continuous"
    assert f"mine.toml: factories: a factory works by day: demand model 'orders' {why}" in told(sound)


def test_a_level_schedule_needs_one_warehouse_and_enough_capacity(sound):
    sound["factories"][0]["schedule"] = "level"
    for made in sound["factories"][0]["makes"]:
        made["level"] = 30
    sound["warehouses"].append({"name": "depot"})
    sound["lanes"].append({"name": "more", "origin": ["plant"], "destination": "depot"})
    assert told(sound) == [
        "mine.toml: factories[0] (plant).schedule: a level schedule pushes to one warehouse, and lanes lead from 'plant' to "
        "depot, shop",
        "mine.toml: factories[0] (plant).capacity: 50 a day is less than the 60 that the level schedule takes",
    ]


def test_bills_without_a_factory_are_told(sound):
    del sound["factories"]
    sound["bom"] = [{"product": "car", "component": "wheel", "quantity": 4}]
    assert "mine.toml: bom: there is no factory that makes anything: add [[factories]]" in told(sound)


def test_a_factory_that_nobody_orders_from_is_a_warning(sound):
    sound["demand"] = sound["demand"][:1]
    del sound["factories"][0]["line_down_cost"]
    assert reading.scenario_of(sound).warnings == (
        "factory 'plant': nobody orders 'van' from it (supplier = 'plant')",
        "factory 'plant': line_down_cost is 0: a line that stands still costs nothing",
    )


# --- what a planner knows --------------------------------------------------------------------------------------------


def test_demand_of_components_is_that_of_products_through_their_bills(sound):
    """Wheels: 4 x 5 + 6 x 2 = 32 a day, variance 16 x 5 + 36 x 1/4; engines: 5 + 2, variance 5 + 1/4."""
    known = known_demand(reading.scenario_of({**sound, "plan_on": "truth"}))["store"]
    np.testing.assert_allclose(known.mean, [32, 7])
    np.testing.assert_allclose(known.sd**2, [16 * 5 + 36 / 4, 5 + 1 / 4])
    past, _ = known_past(reading.scenario_of(sound))
    np.testing.assert_allclose(past["store"], past["shop"] @ np.array([[4, 1], [6, 1]]))


def test_bills_multiply_through_two_lines_and_a_feeding_warehouse(sound):
    """Shop is fed by a depot; engines are made of pistons at a second line with a store of its own, which a hub feeds."""
    sound["items"][3]["supplier"] = "engines"
    sound["items"].append({"item": "piston", "standard_cost": 1, "supplier": "wheels"})
    sound["suppliers"] = [{"name": "wheels"}]
    sound["factories"].append(
        {"name": "engines", "store": "shed", "makes": [{"product": "engine", "parts": {"piston": 6}}]}
    )
    sound["warehouses"] = [
        {"name": "store"},
        {"name": "depot"},
        {"name": "shop", "fed_by": "depot"},
        {"name": "hub"},
        {"name": "shed", "fed_by": "hub"},
    ]
    sound["lanes"] = [
        {"name": "in", "origin": ["wheels", "engines"], "destination": "store"},
        {"name": "out", "origin": ["plant"], "destination": "depot"},
        {"name": "on", "origin": ["depot"], "destination": "shop"},
        {"name": "to hub", "origin": ["wheels"], "destination": "hub"},
        {"name": "to shed", "origin": ["hub"], "destination": "shed"},
    ]
    sound["demand"].append({"item": "engine", "warehouse": "store", "model": "poisson", "mean": 1})
    read = reading.scenario_of(sound)
    own = {site: np.zeros(len(items)) for site, items in read.sites.items()}
    own["shop"][:] = [5, 2]
    own["store"][read.sites["store"].index("engine")] = 1
    found = exploded(read, own)
    assert {site: dict(zip(read.sites[site], found[site].tolist(), strict=True)) for site in found} == {
        "store": {"wheel": 32.0, "engine": 8.0},
        "depot": {"car": 5.0, "van": 2.0},
        "shop": {"car": 5.0, "van": 2.0},
        "hub": {"piston": 48.0},
        "shed": {"piston": 48.0},
    }
    # it lives, and its books balance
    ledger = sim.live(read, sim.jit().plan(read), sim.draw(read, 1, 0)).ledger
    assert ledger.sites["shed"].consumed[0] > 40 * 50


def test_a_level_schedule_asks_for_the_same_components_every_day(sound):
    sound["factories"][0]["schedule"] = "level"
    for made, level in zip(sound["factories"][0]["makes"], (6, 3), strict=True):
        made["level"] = level
    known = known_demand(reading.scenario_of(sound))["store"]
    np.testing.assert_allclose(known.mean, [4 * 6 + 6 * 3, 9])
    np.testing.assert_allclose(known.sd, 0)


def test_products_are_not_bought_and_components_are(sound):
    sound["items"][0]["purchase_price"] = 12  # of no consequence: it is made here
    read = reading.scenario_of(sound)
    outcome = sim.live(read, sim.jit().plan(read), sim.draw(read, 1, 0))
    store = outcome.ledger.sites["store"]
    paid = float((store.received * np.array([1.0, 5.0])).sum())
    assert outcome.measures["purchase_outlay"] == pytest.approx(paid * 365 / 60)
    assert outcome.measures["purchase_price_variance"] == 0


# --- the example -------------------------------------------------------------------------------------------------------


def test_the_bundled_example_checks_and_a_buffer_keeps_its_line_running_through_the_strike():
    found = CliRunner().invoke(commands, ["check", "assembly"])
    assert found.exit_code == 0
    assert "factory Assembly: makes pump S, pump L to order from 4 components at line store" in found.output
    read = load("assembly").under("strike")
    future = sim.draw(read, 1, 0)
    down = {
        made.name: sim.live(read, made.plan(read), future).measures["line_down_days"]
        for made in (sim.jit(), sim.hybrid())
    }
    assert down["jit"] > 5
    assert down["hybrid"] == 0


def test_the_hand_example_of_the_page():
    """docs/factories.md: 14 days of strike, c days of buffer: 14 - c days down; 3 days: 11 days, 11,000."""
    page = (Path(__file__).parents[2] / "docs" / "factories.md").read_text(encoding="utf-8")
    read = reading.scenario_of(tomllib.loads(page.split("```toml")[1].split("```")[0]), file="factories.md")
    stop = {"kind": "supplier_outage", "target": "supplier", "where": "bodies", "start": 10.0, "end": 24.0}
    future = sim.draw(read, 1, 0).with_incidents((Incident(name="strike", remaining=0.0, **stop),))
    for cover, down in ((0, 14), (3, 11), (14, 0)):
        levels = {
            "body": ("store", "bodies", 20 + 10 * cover),
            "seat": ("store", "seats", 1000),
            "car": ("shop", "line", 900),
        }
        lines = [
            PlanLine(item=item, warehouse=where, origin=origin, policy="base_stock", order_up_to=level)
            for item, (where, origin, level) in levels.items()
        ]
        ledger = sim.live(read, Plan("test", tuple(lines)), future).ledger
        assert ledger.told["line_down_days"] == pytest.approx(down)
        assert ledger.fees["line_down"] == pytest.approx(1000 * down)


# --- what a factory makes comes from nowhere else -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"second_origin": "wheels", "second_share": 0.5},
            "second_origin: 'car' is made at 'plant': what a factory makes has no other supplier",
        ),
        (
            {"backup_origin": "wheels"},
            "backup_origin: 'car' is made at 'plant': what a factory makes has no other supplier",
        ),
        (
            {"origin": "wheels"},
            "origin: 'wheels': 'car' is made at 'plant': what a factory makes has no other supplier",
        ),
        (
            {"expedite_by": "air", "expedite_below": 3.0},
            "'air' starts at 'wheels': 'car' is made at 'plant': what a factory makes has no other supplier",
        ),
    ],
)
def test_a_product_from_another_supplier_is_refused_because_it_would_be_free(sound, fields, told):
    sound["lanes"] += [
        {"name": "ready made", "origin": ["wheels"], "destination": "shop"},
        {"name": "air", "origin": ["wheels"], "destination": "shop", "role": "expedite"},
    ]
    read = reading.scenario_of(sound)
    plan = sim.jit().plan(read)
    lines = [dataclasses.replace(line, **fields) if line.item == "car" else line for line in plan.lines]
    with pytest.raises(ScenarioError, match=re.escape(told)):
        Blueprint(read, dataclasses.replace(plan, lines=tuple(lines)))


def test_a_component_from_a_factory_that_does_not_make_it_is_refused(sound):
    sound["lanes"].append({"name": "back", "origin": ["plant"], "destination": "store"})
    read = reading.scenario_of(sound)
    plan = sim.jit().plan(read)
    lines = [dataclasses.replace(line, backup_origin="plant") if line.item == "wheel" else line for line in plan.lines]
    with pytest.raises(ScenarioError, match="backup_origin: 'plant' is a factory and does not make 'wheel'"):
        Blueprint(read, dataclasses.replace(plan, lines=tuple(lines)))
