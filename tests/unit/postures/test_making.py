"""What a posture makes of a scenario: targets, cover against disruptions, caps, stretches, and plans made anew."""

import dataclasses
import math

import numpy as np
import pytest

import sim
from sim.deliveries import Deliveries
from sim.errors import ScenarioError
from sim.history import History
from sim.postures import Rule, hybrid, jic, jit
from sim.studies.compare import compare
from sim.windows import Window


def world(**more):
    """One item by sea through a port, one by road; weekly review, a history of two years drawn."""
    content = {
        "horizon": 365,
        "items": [
            {"item": "chip", "standard_cost": 10, "price": 30, "volume": 0.1, "supplier": "Far",
             "criticality": "halts production"},
            {"item": "box", "standard_cost": 5, "price": 8, "volume": 0.2, "supplier": "Near"},
        ],
        "suppliers": [
            {"name": "Far", "production_time": {"law": "lognormal", "mean": 40, "cv": 0.3}},
            {"name": "Near", "production_time": 5},
        ],
        "ports": [{"name": "Harbour", "service_time": 0.1, "stoppages": 0.1}],
        "warehouses": [{"name": "W"}],
        "lanes": [
            {"name": "sea", "origin": ["Far"], "destination": "W", "mode": "sea",
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


def lines(posture, scenario=None):
    plan = posture.plan(scenario or world())
    return {line.item: line for line in plan.lines}


def test_a_higher_target_holds_more_and_says_so():
    low, high = (lines(jit(fill_rate=share))["chip"] for share in (0.9, 0.99))
    assert high.safety_stock > low.safety_stock
    assert low.target == "0.9 of demand served from stock when it comes, plus 2 days of cover"
    service = lines(jit(cycle_service=0.95))["chip"]
    assert "0.95 of replenishment cycles" in service.target


def test_one_target_takes_the_place_of_another():
    assert jit(fill_rate=0.98).z is None
    with pytest.raises(ValueError, match="three ways to say one thing"):
        jit(fill_rate=0.98, z=2.0)


def test_a_posture_file_with_a_fill_rate_drops_the_base_s_factor(tmp_path):
    (tmp_path / "mine.toml").write_text('base = "jit"\nfill_rate = 0.97\n')
    read = sim.posture(tmp_path / "mine.toml")
    assert (read.z, read.fill_rate) == (None, 0.97)


def test_rules_see_impact_fragility_and_demand_class():
    posture = jit(rules=(Rule(impact=("high",), cover=20.0, called="JIC"), Rule(demand=("smooth",), cover=9.0)))
    made = lines(posture)
    assert "20 of them deliberate" in made["chip"].reason
    assert made["chip"].reason.startswith("JIC: a stockout halts production")
    assert "9 of them deliberate" in made["box"].reason
    assert made["box"].reason.startswith("JIT: a stockout inconveniences")


def test_cover_against_a_disruption_is_for_what_passes_its_target():
    plain, armed = lines(jit()), lines(jit(against=("strike",)))
    assert armed["chip"].safety_stock - plain["chip"].safety_stock == pytest.approx(28 * plain["chip"].forecast, abs=1)
    assert "30 days of cover against strike" in armed["chip"].target
    assert armed["box"].safety_stock == plain["box"].safety_stock


def test_a_disruption_that_is_not_there_is_told():
    with pytest.raises(
        ScenarioError, match=r"against: 'strik' is not a disruption of 'scenario' \(did you mean 'strike'\?\)"
    ):
        jit(against=("strik",)).plan(world())


def test_a_buffer_is_cut_where_it_would_outlive_its_goods():
    items = [dict(dataclasses.asdict(item)) for item in world().items]
    scenario = world()
    short = dataclasses.replace(
        scenario, items=tuple(dataclasses.replace(item, shelf_life=75.0) for item in scenario.items)
    )
    assert items
    kept, cut = lines(jit(cover=60.0)), lines(jit(cover=60.0), short)
    assert cut["chip"].safety_stock < kept["chip"].safety_stock
    assert "shelf life" in cut["chip"].warning
    free = lines(jit(cover=60.0, within_shelf_life=False), short)
    assert free["chip"].safety_stock == kept["chip"].safety_stock


def test_the_least_needed_cover_is_cut_where_there_is_no_room():
    """All cover of the box goes before any of the chip's, which halts production."""
    roomy, plain = world(), lines(jit(cover=30.0))
    held = sum(
        (line.safety_stock + line.forecast * 3.5) * item.volume
        for line, item in zip(plain.values(), roomy.items, strict=True)
    )
    tight = world(warehouses=[{"name": "W", "floor_space": held - 100}])
    made = lines(jit(cover=30.0), tight)
    assert made["chip"] == dataclasses.replace(plain["chip"])
    assert plain["box"].safety_stock - made["box"].safety_stock == pytest.approx(100 / 0.2, abs=1)
    assert "cover cut: W has room for" in made["box"].warning
    assert lines(jit(cover=30.0, within_space=False), tight)["box"].safety_stock == plain["box"].safety_stock


def test_safety_stock_against_everyday_chance_is_never_cut_for_room():
    made = lines(jit(cover=30.0), world(warehouses=[{"name": "W", "floor_space": 1}]))
    bare = lines(jit(cover=0.0))
    for item, line in made.items():
        assert line.safety_stock == pytest.approx(bare[item].safety_stock, abs=1)


def disturbed():
    """Two years of steady sales with three months of triple demand, which the scenario calls disrupted."""
    source = np.random.default_rng(3)
    units = source.poisson([20.0, 50.0], size=(730, 2)).astype(float)
    units[300:390] *= 3
    scenario = world(stretches=[{"name": "boom", "start": -430, "end": -340, "kind": "disrupted"}])
    return dataclasses.replace(scenario, record=History(-730, {"W": units}))


def test_the_stretch_that_sizes_buffers_is_the_user_s_choice():
    scenario = disturbed()
    stable, all_days, disrupted = (
        lines(jit(size_on=kind), scenario)["box"].forecast for kind in ("stable", "all", "disrupted")
    )
    assert stable == pytest.approx(50, abs=1)
    assert disrupted == pytest.approx(150, abs=3)
    assert stable < all_days < disrupted


def test_the_same_plan_whatever_comes_after_day_zero():
    """Nobody reads ahead: a record that goes on past day 0 gives the plan of the record that ends there."""
    scenario = disturbed()
    units = scenario.record.units["W"]
    longer = dataclasses.replace(scenario, record=History(-730, {"W": np.vstack([units, units * 9])}))
    for posture in (jit(), hybrid(), jit(method="empirical", cycle_service=0.95)):
        assert posture.plan(longer) == posture.plan(scenario)


# --- reassessment ----------------------------------------------------------------------------------------------------


def test_reassessment_is_off_by_default():
    assert jit().plan(world()).reviser is None


def test_a_plan_that_is_reassessed_follows_demand_that_has_grown():
    """Demand trebles at day 0: whoever looks again each quarter serves more of it, and carries more."""
    scenario = world(demand=[
        {"item": "chip", "warehouse": "W", "model": "poisson", "mean": 60},
        {"item": "box", "warehouse": "W", "model": "poisson", "mean": 150},
    ])  # fmt: skip
    source = np.random.default_rng(5)
    past = History(-730, {"W": source.poisson([20.0, 50.0], size=(730, 2)).astype(float)})
    scenario = dataclasses.replace(scenario, record=past)
    fixed, kept = jit(name="fixed"), jit(name="kept", reassess_every=91)
    found = compare(scenario, [fixed, kept], replications=3)
    pair = found.pair("as written", "fixed", "kept", "unit_fill_rate")
    assert pair.p_a_better == 0.0
    assert pair.difference.mean < -0.05
    plan = kept.plan(scenario)
    revisions = sim.live(scenario, plan, sim.draw(scenario, 1, 0)).ledger.revisions
    assert [day for day, _ in revisions] == [91, 182, 273, 364]
    assert all(changed == 2 for _, changed in revisions)


def test_a_reassessed_plan_knows_its_own_lead_times_once_it_has_seen_enough():
    """Published 5 days, really 25: from the first quarter on the plan has seen it."""
    truth = world(suppliers=[
        {"name": "Far", "production_time": {"law": "lognormal", "mean": 40, "cv": 0.3}},
        {"name": "Near", "production_time": 25},
    ])  # fmt: skip
    plan = jit(reassess_every=182).plan(world())
    told = []

    class Listening:
        def __call__(self, seen):
            made = plan.reviser(seen)
            told.append({line.item: line.lead_time for line in made.lines})
            return made

    listening = dataclasses.replace(plan, reviser=Listening())
    sim.live(truth, listening, sim.draw(truth, 1, 0))
    assert {line.item: line.lead_time for line in plan.lines}["box"] == pytest.approx(6, abs=0.1)
    assert told[0]["box"] == pytest.approx(26, abs=0.5)


def test_reassessment_gives_the_same_bytes_for_any_number_of_jobs():
    scenario = world()
    one, two = (compare(scenario, [jit(reassess_every=91)], replications=4, jobs=jobs, chunk=1) for jobs in (1, 2))
    assert np.array_equal(one.measures, two.measures, equal_nan=True)
    assert math.isfinite(one.interval("as written", "jit", "total_cost").mean)


def test_a_new_item_is_planned_on_the_days_since_it_began():
    """Sold for the first time 100 days ago: silence before that is no demand of zero."""
    source = np.random.default_rng(7)
    units = source.poisson([20.0, 50.0], size=(730, 2)).astype(float)
    units[:630, 1] = 0.0
    scenario = dataclasses.replace(world(), record=History(-730, {"W": units}))
    for posture in (jit(), jit(method="empirical", cycle_service=0.95)):
        made = lines(posture, scenario)["box"]
        assert made.forecast == pytest.approx(50, abs=2)
        assert "100 days of history" in made.inputs


# --- what a reassessment knows of the past it did not see ------------------------------------------------------------


def reassessed(scenario, day=91, receipts=None):
    """Lines of a plan made anew on a day, by item; demand goes on as it was."""
    demand = {"W": np.random.default_rng(2).poisson(20.0, size=(day, 2)).astype(float)}
    seen = sim.plan.Seen(day, demand, receipts or {})
    return {line.item: line for line in jit(reassess_every=day).plan(scenario).reviser(seen).lines}


@pytest.mark.parametrize(
    ("day_zero", "start", "end"), [(None, "-200", "-100"), ("2025-01-01", "2024-06-15", "2024-09-23")]
)
def test_declared_windows_stay_where_they_were_when_a_plan_is_made_anew(day_zero, start, end):
    """Demand was five times as high in a window that was declared as disrupted: a quarter later it still does not count."""
    units = np.random.default_rng(1).poisson(20.0, size=(730, 2)).astype(float)
    units[530:630] *= 5
    window = Window(name="rush", start=start, end=end, kind="disrupted")
    record = History(-730, {"W": units}, day_zero)
    scenario = dataclasses.replace(world(), record=record, stretches=(window,))
    assert reassessed(scenario)["chip"].forecast == pytest.approx(20, abs=0.5)


def test_orders_open_on_day_0_do_not_seem_open_for_ever_when_a_plan_is_made_anew():
    """Lead times of 60 days (cv 0.3) before and after day 0: a quarter later the record says the same."""
    source = np.random.default_rng(3)
    ordered = np.arange(-700.0, 0.0, 7.0)
    times = np.round(source.lognormal(math.log(60) - 0.045, 0.3, 200))
    count = ordered.size
    one = np.zeros(count, dtype=np.intp)
    records = Deliveries(
        item=(["chip"], one), supplier=(["Far"], one), warehouse=(["W"], one), mode=(["sea"], one),
        ordered=ordered, promised=np.full(count, np.nan), delivered=ordered + times[:count],
        quantity=np.ones(count),
    )  # fmt: skip
    record = History(-730, {"W": source.poisson(20.0, size=(730, 2)).astype(float)})
    scenario = dataclasses.replace(world(), record=record, delivered=records)
    later = np.arange(-98.0, 91.0, 7.0)
    came = np.column_stack([later, later + times[count : count + later.size]])
    came = came[(came[:, 1] >= 0) & (came[:, 1] < 91)]
    first = lines(jit(), scenario)["chip"].lead_time
    assert first == pytest.approx(times[:count].mean(), abs=1)
    # nothing came since: the record of what was delivered stands
    assert reassessed(scenario)["chip"].lead_time == pytest.approx(first, abs=1)
    assert reassessed(scenario, receipts={("W", "Far"): came})["chip"].lead_time == pytest.approx(first, abs=1.5)


# --- edges -----------------------------------------------------------------------------------------------------------


def test_cover_that_shelf_life_has_cut_is_not_cut_again_for_want_of_room():
    """Goods that keep for five days hold no cover: a warehouse without room cannot take any from them."""
    items = [
        {"item": "chip", "standard_cost": 10, "price": 30, "volume": 0.1, "supplier": "Far", "shelf_life": 5,
         "criticality": "halts production"},
        {"item": "box", "standard_cost": 5, "price": 8, "volume": 0.2, "supplier": "Near"},
    ]  # fmt: skip
    wide, narrow = (
        lines(jic(), world(items=items, warehouses=[{"name": "W", "floor_space": space}])) for space in (1e6, 1)
    )
    assert narrow["chip"].safety_stock == wide["chip"].safety_stock >= 0
    assert narrow["chip"].reorder_point == wide["chip"].reorder_point
    assert "units of cover cut" in narrow["box"].warning


@pytest.mark.parametrize("units", ["integer", "continuous"])
def test_an_item_nobody_asked_for_can_have_any_policy(units):
    past = History(-730, {"W": np.random.default_rng(4).poisson([0.0, 50.0], size=(730, 2)).astype(float)})
    scenario = dataclasses.replace(world(units=units), record=past)
    line = lines(jit(policy="r_nQ"), scenario)["chip"]
    assert (line.policy, line.safety_stock, line.reorder_point, line.order_quantity) == ("r_nQ", 0.0, 0.0, 1.0)


def test_a_single_stable_day_shows_no_spread_so_all_days_size_the_buffer():
    window = Window(name="quiet", start="-10", end="-9", kind="stable")
    past = History(-730, {"W": np.random.default_rng(4).poisson([20.0, 50.0], size=(730, 2)).astype(float)})
    scenario = dataclasses.replace(world(), record=past, stretches=(window,))
    plain = dataclasses.replace(world(), record=past)
    assert lines(jit(), scenario)["box"].forecast == lines(jit(size_on="all"), plain)["box"].forecast


def test_two_point_lead_times_on_record_are_warned_of_however_few_different_ones_there_are():
    """92 orders took 20 or 40 days: two different values, but 92 records; the classical formula fails there (S14)."""
    source = np.random.default_rng(3)
    ordered = np.arange(-700.0, -60.0, 7.0)
    count = ordered.size
    one = np.zeros(count, dtype=np.intp)
    records = Deliveries(
        item=(["chip"], one), supplier=(["Far"], one), warehouse=(["W"], one), mode=(["sea"], one),
        ordered=ordered, promised=np.full(count, np.nan), quantity=np.ones(count),
        delivered=ordered + np.where(source.random(count) < 0.5, 20.0, 40.0),
    )  # fmt: skip
    past = History(-730, {"W": source.poisson(20.0, size=(730, 2)).astype(float)})
    line = lines(jit(cycle_service=0.95), dataclasses.replace(world(), record=past, delivered=records))["chip"]
    assert "two or more groups" in line.warning
    assert f"{count} records" in line.inputs


def test_a_thin_demand_record_is_told_on_the_line():
    """Ten weeks of history, and the line says so; two years say nothing."""
    units = np.random.default_rng(6).poisson([20.0, 50.0], size=(730, 2)).astype(float)
    short, long = (dataclasses.replace(world(), record=History(-days, {"W": units[-days:]})) for days in (70, 730))
    assert "thin demand record: 10 weeks of history" in lines(jit(), short)["box"].warning
    assert "thin demand" not in lines(jit(), long)["box"].warning
