"""The parameters that an ERP system holds today, as the posture `current`."""

import math
import shutil

import numpy as np
import pytest

import sim
from sim import profiles
from sim.knowledge import known_demand, lead_time
from sim.library import locate
from sim.postures import current_plan, plan_named
from sim.studies.compare import plans_of

HEADER = "item,warehouse,safety_stock,reorder_point,order_up_to,order_quantity,review_every,multiple,minimum"
ROWS = ("0001,,20,,,,,,", "0002,Main,,3000,,400,14,50,", "0003,,,500,900,,,,25", "0004,,,,300,,,,")


@pytest.fixture
def folder(tmp_path):
    """The starter scenario with a table of current parameters."""
    shutil.copytree(locate("starter").parent, tmp_path / "mine")
    path = tmp_path / "mine" / "scenario.toml"
    path.write_text('current = "current.csv"\n' + path.read_text())

    def write(*rows, header=HEADER):
        (tmp_path / "mine" / "current.csv").write_text("\n".join([header, *rows]) + "\n")
        return tmp_path / "mine"

    return write


def lines(folder, *settings):
    return {line.item: line for line in current_plan(sim.load(folder, settings)).lines}


def test_what_is_known_decides_the_policy(folder):
    found = lines(folder(*ROWS))
    assert {item: line.policy for item, line in found.items()} == {
        "0001": "base_stock", "0002": "r_nQ", "0003": "s_S", "0004": "base_stock",
    }  # fmt: skip
    assert (found["0002"].reorder_point, found["0002"].order_quantity, found["0002"].order_up_to) == (3000, 400, 3400)
    assert (found["0003"].reorder_point, found["0003"].order_up_to) == (500, 900)
    assert found["0004"].order_up_to == 300


def test_reviews_multiples_and_smallest_orders_are_the_systems_or_else_the_items(folder):
    found = lines(folder(*ROWS))
    assert [found[item].review_every for item in found] == [7, 14, 7, 7]
    assert [found[item].multiple for item in found] == [0, 50, 0, 0]
    assert [found[item].minimum for item in found] == [0, 0, 25, 0]
    assert lines(folder("0001,,20,,,,,,", "0002,,9,,,,,,", *ROWS[2:]))["0002"].multiple == 10


@pytest.mark.parametrize(("review", "days"), [("morning", 7), ("evening", 6)])
def test_a_safety_stock_alone_is_a_level_over_the_protection_interval(folder, review, days):
    scenario = sim.load(folder("0001,,20,,,,,,", *ROWS[1:]), [f"review={review}", "units=continuous"])
    made = current_plan(scenario).lines[0]
    demand = known_demand(scenario)["Main"].mean[0]
    lead = lead_time(scenario, "Main", "Overseas").mean
    assert made.forecast == demand
    assert made.lead_time == lead
    assert made.order_up_to == pytest.approx(demand * (lead + days) + 20)
    assert made.safety_stock == pytest.approx(20)
    assert made.reason == "as the ERP system holds it today: safety stock 20"
    assert made.formula.startswith("forecast × protection interval + safety stock = ")


def test_a_safety_stock_with_an_order_quantity_makes_a_reorder_point(folder):
    made = lines(folder("0001,,20,,,60,,,", *ROWS[1:]))["0001"]
    whole = lines(folder(*ROWS))["0001"].order_up_to
    assert (made.policy, made.reorder_point, made.order_quantity, made.order_up_to) == ("r_nQ", whole, 60, whole + 60)


def test_a_reorder_point_alone_is_ordered_up_to(folder):
    made = lines(folder("0001,,,250,,,,,", *ROWS[1:]))["0001"]
    assert (made.policy, made.order_up_to) == ("base_stock", 250)


def test_safety_stock_has_the_definition_of_all_postures(folder):
    """Level less what it lasts for; with lots, demand over the lead time and mean overshoot (E X²/2EX, or EX - Q/2)."""
    scenario = sim.load(folder(*ROWS), ["units=continuous"])
    made = {line.item: line for line in current_plan(scenario).lines}
    known = profiles.of(scenario).demand_of("Main", "stable")
    for item, level, lot in (("0002", 3000, 400), ("0003", 500, 400)):
        line, place = made[item], scenario.sites["Main"].index(item)
        demand, sd = line.forecast * line.review_every, float(known.sd_since[place]) * math.sqrt(line.review_every)
        overshoot = (sd**2 + demand**2) / (2 * demand) if lot > demand else demand - lot / 2
        assert line.safety_stock == pytest.approx(level - line.forecast * line.lead_time - overshoot)
        assert "; safety stock = level - (forecast × lead time + overshoot = " in line.formula
    base = made["0004"]
    assert base.safety_stock == pytest.approx(300 - base.forecast * (base.lead_time + 7))
    assert base.safety_stock < 0
    assert "the level lies below the demand expected over the protection interval" in base.warning


@pytest.mark.parametrize("posture", ["jit", "jic", "hybrid"])
def test_what_a_posture_decides_and_a_system_holds_has_the_same_safety_stock(folder, posture):
    """Lots and levels of a built-in plan, written down as a system holds them and read back."""
    path = folder(*ROWS)
    wanted = {line.item: line for line in getattr(sim, posture)().plan(sim.load(path)).lines}
    rows = []
    for item, line in wanted.items():
        numbers = {"reorder_point": line.reorder_point, "order_quantity": line.order_quantity}
        if line.policy != "r_nQ":
            numbers = {"order_up_to": line.order_up_to, "multiple": line.multiple}
        numbers["item"] = item
        rows.append(",".join(f"{numbers.get(name, '')}" for name in HEADER.split(",")))
    found = {line.item: line for line in current_plan(sim.load(folder(*rows))).lines}
    for item, line in wanted.items():
        assert found[item].policy == line.policy
        assert found[item].safety_stock == pytest.approx(line.safety_stock)


def test_what_the_system_holds_and_the_plan_does_not_use_is_said(folder):
    made = lines(folder("0001,,,250,400,60,,,", *ROWS[1:]))["0001"]
    assert (made.policy, made.order_up_to) == ("s_S", 400)
    assert made.warning.startswith("order quantity 60 is not used: the system holds a maximum too")


def test_broken_units_are_rounded_up_and_said(folder):
    made = lines(folder("0001,,,250.2,400,,,,", *ROWS[1:]))["0001"]
    assert made.reorder_point == 251
    assert "rounded up to whole units: reorder_point 250.2 to 251" in made.inputs
    assert lines(folder("0001,,,250.2,400,,,,", *ROWS[1:]), "units=continuous")["0001"].reorder_point == 250.2


def test_items_without_a_row_are_listed_and_other_postures_go_on(folder):
    scenario = sim.load(folder(*ROWS[:2]))
    with pytest.raises(sim.ScenarioError) as caught:
        current_plan(scenario)
    told = "mine: current: current.csv: 2 of 4 items and warehouses have no row: 0003 at Main, 0004 at Main"
    assert caught.value.problems == (told,)
    assert plan_named("jit", scenario).posture == "jit"


def test_a_scenario_without_the_table_says_so():
    with pytest.raises(
        sim.ScenarioError, match='needs the parameters of an ERP system: name their table, current = "cur'
    ):
        current_plan(sim.load("starter"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("0009,,20,,,,,,", "row 2 (0009): item: '0009' is not an item of this scenario (did you mean '0004'?)"),
        ("0001,Man,20,,,,,,", "row 2 (0001): warehouse: 'Man' is not a warehouse of this scenario (did you mean 'Main'?)"),
        ("0001,,,,,60,,,", "row 2 (0001): holds none of safety_stock, reorder_point, order_up_to: at least one is needed"),
        ("0001,,,400,400,,,,", "row 2 (0001): order_up_to: 400: must be above reorder_point, 400; leave it blank where the "
         "system holds none"),
        ("0001,,,x,,,,,", "row 2 (0001): reorder_point: 'x': must be a valid number, unable to parse string as a number"),
        ("0001,,20,,,0,,,", "row 2 (0001): order_quantity: '0': must be greater than 0"),
        ("0002,,20,,,,,,", "rows 2 and 3: item '0002' at 'Main' is there twice"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_named(folder, row, message):
    with pytest.raises(sim.ScenarioError) as caught:
        sim.load(folder(row, *ROWS[1:]))
    assert caught.value.problems == (f"scenario.toml: current: current.csv: {message}",)


def test_an_unknown_column_and_a_missing_table_are_named(folder):
    with pytest.raises(
        sim.ScenarioError, match=r"column 'reorder_pint': unknown key \(did you mean 'reorder_point'\?\)"
    ):
        sim.load(folder("0001,20", header="item,reorder_pint"))
    with pytest.raises(sim.ScenarioError, match=r"current: current.csv: needs the column item"):
        sim.load(folder("20", header="safety_stock"))
    with pytest.raises(sim.ScenarioError, match=r"current: gone.csv: there is no such table"):
        sim.load(folder(*ROWS), ["current=gone.csv"])


def test_a_warehouse_is_named_where_several_stock_the_item(tmp_path):
    shutil.copytree(locate("meridian").parent, tmp_path / "two")
    path = tmp_path / "two" / "scenario.toml"
    path.write_text('current = "current.csv"\n' + path.read_text())
    (tmp_path / "two" / "current.csv").write_text("item,safety_stock\nDEV-001,20\n")
    with pytest.raises(
        sim.ScenarioError, match="warehouse: is missing: 'DEV-001' is stocked at Ontario CA, Allentown PA"
    ):
        sim.load(tmp_path / "two")


def test_current_is_compared_like_any_posture(folder):
    scenario = sim.load(folder(*ROWS))
    assert [plan.posture for plan in plans_of(scenario, ["current", "jit"])] == ["current", "jit"]
    found = sim.compare(scenario, ["current", "jit"], replications=2)
    assert found.interval("calm", "current", "total_cost").mean > 0
    with pytest.raises(sim.UsageError, match="'current' has no keys"):
        plan_named("current", scenario, ["z=2"])


def test_what_the_system_holds_changes_nothing_else(folder):
    """The same futures with and without the table."""
    with_table, without = (sim.compare(sim.load(name), ["jit"], replications=2) for name in (folder(*ROWS), "starter"))
    assert np.array_equal(with_table.measures, without.measures, equal_nan=True)
