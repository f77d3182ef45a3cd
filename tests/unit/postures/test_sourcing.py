"""Postures that choose suppliers: the fields they fill, the words they write, and what they leave."""

import dataclasses

import pytest

import sim
from sim.postures.decision import Posture
from sim.postures.rule import Rule


def business(**changes):
    """Two items, one with two suppliers; no spread in times."""
    content = {
        "name": "small",
        "horizon": 60,
        "plan_on": "truth",
        "items": [
            {"item": "A", "standard_cost": 10.0, "supplier": "far;near"},
            {"item": "B", "standard_cost": 10.0, "supplier": "far"},
        ],
        "suppliers": [
            {"name": "far", "production_time": 20, "capacity": 100, "surge_capacity": 10, "surge_premium": 0.2,
             "reserved_time": 5, "reservation": 500},
            {"name": "near", "production_time": 4, "price_factor": 1.15},
        ],
        "warehouses": [{"name": "Main"}],
        "lanes": [
            {"name": "sea", "origin": ["far"], "destination": "Main", "mode": "sea", "legs": [{"transit": 30}]},
            {"name": "truck", "origin": ["near"], "destination": "Main", "mode": "truck", "legs": [{"transit": 2}]},
        ],
        "demand": [{"item": name, "warehouse": "Main", "model": "poisson", "mean": 5} for name in "AB"],
        "disruptions": [{"kind": "supplier_outage", "supplier": "far", "start": 10, "length": 20}],
        **changes,
    }  # fmt: skip
    return sim.scenario_of(content)


def plan(scenario=None, **keys):
    return Posture(name="mine", **keys).plan(scenario or business())


def test_a_second_source_is_the_next_supplier_and_the_reason_says_so():
    made = plan(second_source=0.3)
    a, b = made.lines
    assert (a.origin, a.second_origin, a.second_share) == ("far", "near", 0.3)
    assert a.reason.endswith("second source near takes 30%")
    assert a.inputs.endswith("near at 1.15 x the purchase price")
    assert a.lead_time == pytest.approx(0.7 * 50 + 0.3 * 6)
    assert (b.second_origin, b.second_share, b.lead_time) == ("", 0.0, 50.0)
    assert made.notes == ("sourcing: no second supplier with a lane: single source stays (B)",)


def test_a_backup_and_its_terms():
    a, _ = plan(backup=True, backup_after=5, backup_ramp=10, backup_qualifies=90).lines
    assert (a.backup_origin, a.backup_after, a.backup_ramp, a.backup_qualifies) == ("near", 5, 10, 90)
    assert a.reason.endswith("backup near after 5 days, 90 more to qualify it, ramp of 10 days")
    assert a.lead_time == 50.0


def test_the_near_supplier_can_be_the_main_one():
    a, b = plan(source=2).lines
    assert (a.origin, a.lead_time, b.origin) == ("near", 6.0, "far")
    assert "bought from near in place of far" in a.reason
    swapped = business(
        items=[
            {"item": "A", "standard_cost": 10.0, "supplier": "near;far"},
            {"item": "B", "standard_cost": 10.0, "supplier": "far"},
        ]
    )
    other = plan(swapped).lines[0]
    assert (a.order_up_to, a.reorder_point, a.safety_stock) == (
        other.order_up_to,
        other.reorder_point,
        other.safety_stock,
    )


def test_a_slot_shortens_the_lead_time_and_surge_is_taken_where_it_is_sold():
    a, _ = plan(reserved=True).lines
    assert (a.reserved, a.lead_time) == (1.0, 35.0)
    assert "slot reserved at far: 5 days instead of 20" in a.reason
    a, b = plan(flex_below=4).lines
    assert (a.surge_below, b.surge_below) == (4.0, 4.0)
    lacking = plan(flex_below=4, source=2)
    assert lacking.lines[0].surge_below == 0
    assert "sourcing: near has no surge capacity (A)" in lacking.notes


def test_a_rule_decides_for_some_items_and_can_take_a_lever_away():
    rules = (Rule(criticality="inconveniences", second_source=0.0, backup=True),)
    a, _ = plan(second_source=0.3, rules=rules).lines
    assert (a.second_origin, a.backup_origin) == ("", "near")


def test_triggers_that_can_never_fire_are_noted():
    idle = plan(business(disruptions=[]), backup=True)
    assert "backup 'near' never steps in: no disruption of this scenario stops far" in idle.notes[1]
    late = plan(backup=True, backup_after=20)
    assert "no disruption stops 'far' for more than 20 days, and a stop is noticed after 20 (A)" in late.notes[1]
    drawn = {"kind": "supplier_outage", "supplier": "far", "rate": 1, "length": {"law": "exponential", "mean": 9}}
    assert len(plan(business(disruptions=[drawn]), backup=True, backup_after=20).notes) == 1  # B has one supplier
    slow = {"kind": "supplier_outage", "supplier": "far", "start": 3, "length": 30, "remaining": 0.4}
    assert "never steps in" in plan(business(disruptions=[slow]), backup=True).notes[1]


def test_without_levers_a_plan_is_what_it_was():
    a, b = plan(), plan(backup_after=3.0)
    assert [dataclasses.asdict(line) for line in a.lines] == [dataclasses.asdict(line) for line in b.lines]
    assert a.notes == b.notes == ()


def test_a_reassessed_plan_keeps_its_sources(tmp_path):
    from sim.futures import draw
    from sim.world import Blueprint

    scenario = business(plan_on="history", horizon=120, history_days=200)
    made = plan(scenario, second_source=0.3, backup=True, reassess_every=30)
    ledger = Blueprint(scenario, made).live(draw(scenario, 1, 0))
    assert [day for day, _ in ledger.revisions] == [30, 60, 90]
    log = []
    Blueprint(scenario, made).live(draw(scenario, 1, 0), log=log)
    assert {lot.origin for lot in log if lot.ordered > 90} == {"far", "near"}
