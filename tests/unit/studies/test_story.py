"""Why items ran out, on a small scene that can be worked out by hand.

Ten units are asked for every day; an order of day d is made by d + 2, reaches the quay on d + 5, leaves it on d + 6 and
arrives on d + 7. Stock lasts for two days beyond that, so what should come on day 22 or 25 is missed two days later.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "properties"))
from disrupted import PLAN, kind, scene
from small_worlds import draw, line, world

from sim.outcome import live
from sim.plan import Plan
from sim.studies.reasons import numbered
from sim.studies.story import tell, told
from sim.world import Blueprint
from sim.world.lot import Lot, Step


def lot_wait(scenario, ordered):
    """Days that the order of a day waited at the quay."""
    lots = []
    Blueprint(scenario, PLAN).live(draw(scenario, 1, 0), log=lots)
    (lot,) = [one for one in lots if one.ordered == ordered]
    return sum(step.end - step.start for step in lot.steps if step.stage == "queue")


def first(scenario, plan=PLAN):
    """The first stockout."""
    return min(tell(scenario, plan, 1, 0).stockouts, key=lambda one: one.start)


def test_nothing_is_told_of_a_future_in_which_nothing_happens():
    story = tell(scene(), PLAN, 1, 0)
    assert (story.stockouts, story.incidents) == ((), ())


def test_a_shipment_waits_at_a_port_on_strike():
    """The quay is shut on days 20 to 29: the order of day 15 reaches it on day 20 and leaves it on day 31 instead of 21.

    It is the fifteenth that departs: one a day, the first ordered on day 1 after the demand of day 0.
    """
    one = first(scene(kind("port_strike", length=10)))
    assert (one.item, one.warehouse, one.start) == ("a", "site", 24)
    assert one.why == "shipment 15 waited 10.0 days at quay, port strike days 20-30; due day 22, comes day 32"
    assert (one.shipment, one.causes) == (15, ("port_strike",))
    assert one.sentence == f"a out at site on day 24: {one.why}"


def test_the_queue_behind_a_strike_is_its_doing_too():
    """Fifteen others a day, twenty can be worked: who comes u days after a strike of ten began waits 10 - u / 4 days."""
    strike = kind("port_strike", length=10)
    busy = {"name": "quay", "service_time": 0.05, "dwell": 1.0, "background": 15.0, "background_arrivals": "regular"}
    scenario = scene(strike, ports=[busy])
    waited = [lot_wait(scenario, day) for day in (10, 15, 20, 25, 30, 60)]
    assert waited == pytest.approx([0.0, 10.0, 8.75, 7.5, 6.25, 0.0], abs=0.11)
    stockouts = tell(scenario, PLAN, 1, 0).stockouts
    assert {one.causes for one in stockouts} == {("port_strike",)}


@pytest.mark.parametrize(
    ("disruption", "words"),
    [
        (
            kind("supplier_outage", length=10),
            "was in production 10.0 days longer at source, supplier outage days 20-30",
        ),
        (kind("factory_quake", length=10), "at source, factory quake days 20-30"),
        (kind("lane_closure", length=10), "waited 10.0 days longer for a departure on lane, lane closure days 20-30"),
        (kind("lane_slowdown", length=10), "took 4.0 days longer on lane, lane slowdown days 20-30"),
        (kind("lane_diversion", length=10), "was delayed 4.0 days (customs or a longer way) on lane, lane diversion"),
        (kind("port_congestion", length=10), "took 4.0 days longer from berth to gate at quay, port congestion"),
        (kind("lane_diversion", length=1, transit_add=9.0), "was delayed 9.0 days (customs or a longer way) on lane"),
        (kind("lane_slowdown", length=1, remaining=0.25), "took 12.0 days longer on lane, lane slowdown days 20-21"),
        (kind("warehouse_closure", length=10), "site was closed (warehouse closure days 20-30)"),
        (kind("warehouse_loss", length=10), "the stock was destroyed (warehouse loss days 20-30)"),
        (kind("quality_hold", length=10), "the stock was quarantined (quality hold days 20-30)"),
        (kind("demand_surge", length=10), "demand rose to 2.5 times the usual (demand surge days 20-30)"),
        (kind("factory_fire", length=10), "was cancelled on day 20, factory fire days 20-30"),
        (kind("cyber_outage", length=10), "no orders could be placed (cyber outage days 20-30)"),
        (
            kind("component_shortage", length=10),
            "source accepted 50% of the usual orders (component shortage days 20-30)",
        ),
        (kind("supplier_insolvency", length=10), "source accepted no orders (supplier insolvency days 20-30)"),
        (
            kind("container_shortage", length=10),
            "waited 10.0 days for containers on lane, container shortage days 20-30",
        ),
        (kind("lane_closure", length=10, under_way="lost"), "lost on lane on day 20, lane closure days 20-30"),
        (kind("lane_closure", length=10, under_way="held"), "took 10.0 days longer on lane, lane closure days 20-30"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_each_incident_is_named_with_the_stage_it_held(disruption, words):
    stockouts = tell(scene(disruption), PLAN, 1, 0).stockouts
    assert any(words in one.why for one in stockouts), [one.why for one in stockouts]
    assert all(one.causes for one in stockouts)


def test_a_hold_that_was_not_the_incident_s_is_not_blamed_on_it():
    """A strike of a day long before the item runs out is told nowhere."""
    strike = kind("port_strike", length=1)
    surge = {"kind": "demand_surge", "name": "surge", "items": ["a"], "factor": 4.0, "start": 80, "length": 5}
    found = [one for one in tell(scene(strike, surge), PLAN, 1, 0).stockouts if one.start >= 80]
    assert found
    assert {one.causes for one in found} == {("surge",)}


def test_a_buffer_that_demand_outran_has_no_cause():
    thin = Plan("thin", (line("a", level=60.0, forecast=10.0, lead_time=7.0),))
    one = first(scene(), thin)
    assert one.why.startswith("demand outran the buffer; the next delivery is not late (")
    assert one.causes == ()


def test_luck_is_called_luck():
    """Production takes twice as long on some days, and nothing has happened."""
    scenario = scene(
        suppliers=[{"name": "source", "production_time": {"law": "lognormal", "mean": 6.0, "cv": 0.6}}],
    )
    plan = Plan("test", (line("a", level=140.0, forecast=10.0, lead_time=11.0),))
    late = [one for one in tell(scenario, plan, 1, 0).stockouts if "by luck" in one.why]
    assert late
    assert all("without an incident" in one.why and "days more in production at source" in one.why for one in late)


def test_a_shop_blames_what_held_the_warehouse_that_feeds_it():
    """The depot runs out because the quay is shut; the shop that it feeds waits for stock there."""
    scenario = world(
        horizon=120,
        items=[{"item": "a", "standard_cost": 1.0, "supplier": "source"}],
        suppliers=[{"name": "source", "production_time": 2.0}],
        ports=[{"name": "quay", "dwell": 1.0, "background": 0.0}],
        warehouses=[{"name": "depot"}, {"name": "shop", "fed_by": "depot"}],
        lanes=[
            {
                "name": "lane",
                "origin": ["source"],
                "destination": "depot",
                "legs": [{"transit": 3.0}, {"port": "quay"}, {"transit": 1.0}],
            },
            {"name": "van", "origin": ["depot"], "destination": "shop", "legs": [{"transit": 1.0}]},
        ],
        demand=[{"item": "a", "warehouse": "shop", "model": "deterministic", "mean": 10.0}],
        disruptions=[kind("port_strike", length=12)],
    )
    lines = (
        line("a", level=90.0, warehouse="depot", forecast=10.0, lead_time=7.0),
        line("a", level=30.0, warehouse="shop", origin="depot", forecast=10.0, lead_time=1.0),
    )
    one = first(scenario, Plan("test", lines))
    assert one.warehouse == "shop"
    assert "days for stock at depot (shipment " in one.why
    assert "at quay, port strike days 20-32" in one.why


def test_what_runs_out_is_priced_at_what_it_sells_for():
    one = first(scene(kind("port_strike", length=10)))
    assert one.value == one.units * 3.0
    assert one.days == 8
    assert one.units == 80.0


def test_shipments_are_numbered_in_the_order_in_which_they_left():
    class Stock:
        name = "site"

    lots = []
    for departs, lane in ((9.0, "b"), (3.0, "b"), (3.0, "a"), (3.0, "a"), (math.inf, "a")):
        lot = Lot(Stock(), 0, 1.0, 0.0, "source")
        lot.lane, lot.departs = lane, departs
        lots.append(lot)
    assert numbered(lots) == {("a", 3.0): 1, ("b", 3.0): 2, ("b", 9.0): 3}


def test_events_are_told_by_day_with_the_shipment_they_are_of():
    events = tell(scene(kind("port_strike", length=10, notice=5, estimate_factor=0.3)), PLAN, 1, 0).events
    days = [one.day for one in events]
    assert days == sorted(days)
    incidents = [(one.day, one.event, one.warehouse, one.text) for one in events if one.event.startswith("incident")]
    assert incidents == [
        (15.0, "incident announced", "quay", "port_strike port_strike: announced for day 20"),
        (20.0, "incident begins", "quay", "port_strike port_strike, first believed to last 3 days"),
        (30.0, "incident ends", "quay", "port_strike port_strike"),
    ]
    mine = [(one.day, one.event) for one in events if one.shipment == 15 and not one.event.startswith("stockout")]
    assert mine == [(17.0, "made"), (17.0, "departed"), (20.0, "reaches port"), (32.0, "received")]
    (begins,) = [one for one in events if one.event == "stockout begins"]
    assert (begins.day, begins.units, begins.shipment) == (24.0, 80.0, 15)


def test_a_told_future_is_the_one_that_is_lived():
    scenario = scene(kind("port_strike", length=10), kind("factory_fire", start=50))
    future = draw(scenario, 1, 0)
    assert dict(told(scenario, PLAN, future).outcome.measures) == pytest.approx(
        dict(live(scenario, PLAN, future).measures), nan_ok=True
    )


def test_a_lot_keeps_its_stages_in_one_chain():
    lot = Lot(object(), [0, 1], [4.0, 2.0], 1.0, "source")
    lot.passed("production", "source", 3.0)
    lot.left = 5.0
    lot.leaves("lane", 7.0)
    lot.passed("queue", "quay", 7.0)
    lot.passed("port", "quay", 8.0)
    assert lot.steps == [
        Step("production", "source", 1.0, 3.0, -1),
        Step("departure", "lane", 3.0, 5.0, -1),
        Step("boxes", "lane", 5.0, 7.0, -1),
        Step("port", "quay", 7.0, 8.0, -1),
    ]
    lot.ends("lost_in_transit", 7.5)
    assert lot.steps[-1] == Step("port", "quay", 7.0, 7.5, -1)


def test_a_lot_is_divided_without_loss():
    log = []
    lot = Lot(object(), [0, 1], [4.0, 2.0], 1.0, "source")
    goes, stays = lot.split(np.array([3.0, 0.0]), log)
    assert (goes.index.tolist(), goes.quantity.tolist()) == ([0], [3.0])
    assert stays is lot
    assert lot.quantity.tolist() == [1.0, 2.0]
    assert log == [goes]
    assert lot.split(np.array([9.0, 9.0]), log) == (lot, None)
    assert lot.split(np.array([0.0, 0.0]), log) == (None, lot)


def withheld(*disruptions, **keys):
    """What is told of stock, as (day, event, units, text)."""
    scenario = scene(*disruptions, **keys)
    found = tell(scenario, PLAN, 1, 0).events
    what = ("quarantined", "released", "scrapped", "destroyed")
    return [(one.day, one.event, one.units, one.text) for one in found if one.event in what]


def test_stock_that_is_set_aside_and_comes_back_is_told():
    """Twenty on hand on the morning of day 20, and five receipts of ten a day; half of it is released on day 25."""
    hold = withheld(kind("quality_hold", released=0.5))
    why = "quality hold days 20-25"
    assert hold[0] == (20.0, "quarantined", 20.0, f"quarantined: {why}")
    assert [row for row in hold if row[1] == "quarantined"][1:] == [
        (float(day), "quarantined", 10.0, f"quarantined: {why}") for day in range(20, 25)
    ]
    # batch by batch: 20 on hand, then 10 a day
    assert sum(units for day, event, units, _ in hold if (day, event) == (25.0, "released")) == 35.0
    assert sum(units for day, event, units, _ in hold if (day, event) == (25.0, "scrapped")) == 35.0
    assert {text for _, event, _, text in hold if event == "scrapped"} == {f"scrapped: {why}"}


def test_stock_that_is_destroyed_is_told():
    assert withheld(kind("warehouse_loss")) == [(20.0, "destroyed", 20.0, "destroyed: warehouse loss days 20-25")]
    assert withheld(kind("port_strike")) == []


def test_what_is_told_of_stock_adds_up_to_what_is_booked():
    """Single orders and arrays alike, two incidents at once."""
    both = (kind("quality_hold", released=0.25, length=20), kind("warehouse_loss", start=30))
    orders = [{"item": "a", "warehouse": "site", "model": "fixed_interval", "interval": 0.5, "size": 5.0}]
    plans = (PLAN, Plan("test", (line("a", level=100.0, forecast=10.0),)))
    for keys, plan in (({}, plans[0]), ({"review": "continuous", "demand": orders}, plans[1])):
        story = tell(scene(*both, **keys), plan, 1, 0)
        columns = story.outcome.ledger.sites["site"].columns
        for what in ("quarantined", "released", "scrapped", "destroyed"):
            units = sum(one.units for one in story.events if one.event == what)
            assert units == pytest.approx(columns[what][0])
            assert units > 0
