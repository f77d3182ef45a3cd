"""Quality by hand: the example of docs/quality.md, discovery by use and inspection, quarantine and what comes of it."""

import dataclasses
import math

import pytest
from small_worlds import draw, line, one_lane, relive, some_items, world

from sim.outcome import made as outcome
from sim.plan import Plan

COSTS = {"shrinkage_rate": 0.0, "obsolescence_rate": 0.0, "rework": 0.4, "defect_cost": 2.0}


def spell(**keys):
    return {"kind": "bad_spell", "supplier": "source", "start": 10, "length": 10, "defects": 0.5, **keys}


def steady(*disruptions, **keys):
    """Ten units a day of one item; goods are made at once and three days under way."""
    return world(
        **{
            "horizon": 120,
            "units": "integer",
            "costs": COSTS,
            "items": some_items("a"),
            "lanes": one_lane(3.0),
            "quality": {"defects": "expected"},
            "demand": [{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 10.0}],
            "disruptions": list(disruptions),
            **keys,
        }
    )


def lived(scenario, level=80, replication=0):
    return relive(scenario, Plan(posture="x", lines=(line("a", float(level)),)), draw(scenario, 1, replication))


def test_the_example_of_the_docs():
    """Four days of stock lie ahead of the first batch of the spell, which comes on day 13 and is used at noon of day 17.

    Defects were made on days 10 to 17, 5 of 10 units a day. The batches of days 11 to 14 lie there, those of days 15 to 17
    are under way: 70 units are set aside for 4 days, and 35 of them scrapped.
    """
    scenario = steady(spell(), quality={"defects": "expected", "sort_days": 4})
    site = lived(scenario).sites["site"]
    ledger = lived(scenario)
    assert ledger.told == {"discoveries": 1.0, "discovery_days": 7.5}
    assert site.defective[0] == 40.0
    assert site.returned[0] == 5.0
    assert site.scrapped[0] == 35.0
    assert site.quarantined[0] == 70.0
    assert site.released[0] == 35.0
    assert site.aside_days[0] == 70.0 * 4
    money = outcome(scenario, "x", ledger).measures
    assert money["written_off"] == pytest.approx(35.0 * 365 / 120)
    assert money["rework_cost"] == pytest.approx(2.0 * 5 * 365 / 120)
    assert money["days_to_discovery"] == 7.5


@pytest.mark.parametrize("report", [0.0, 4.0])
@pytest.mark.parametrize("level", [50, 80, 200, 600])
def test_discovery_takes_the_way_the_stock_ahead_and_the_report(level, report):
    """Days on the way + stock ahead over demand + report: 3 + (level - 40)/10 days later the first is used, at noon."""
    found = lived(steady(spell(), quality={"defects": "expected", "report_days": report}), level).told
    assert found["discovery_days"] == 3 + (level - 40) / 10 + 0.5 + report


def test_a_supplier_stops_when_it_is_told():
    """A spell without an end: found after 7.5 days, repaired 5 days later, so defects are made on days 10 to 22.

    What is scrapped is ordered anew from the same source, so that more is made badly until the repair: 10 units a day up
    to day 17, then 10 + 20 from the shelf + 5 on arrival, 15, 15, 10 + 18 (17.5 of 35, in whole units), 10 + 8.
    """
    endless = {key: value for key, value in spell().items() if key != "length"}
    site = lived(steady(endless, quality={"defects": "expected", "repair_days": 5.0})).sites["site"]
    assert site.defective[0] == 0.5 * (8 * 10 + 35 + 15 + 15 + 28 + 18)


def test_inspection_finds_it_at_receipt():
    """All of the first batch's defects are found on the day it comes, after two days of looking."""
    makers = [{"name": "source", "inspection": 1.0, "inspection_days": 2.0, "inspection_cost": 0.25}]
    ledger = lived(steady(spell(), suppliers=makers))
    site = ledger.sites["site"]
    assert ledger.told["discovery_days"] == 3.0 + 2.0
    assert site.returned[0] == 0.0
    # the batches of days 10 to 14 were made before; all their defects are scrapped, found by looking or by sorting
    assert site.defective[0] == site.scrapped[0] == 5 * 5.0
    assert ledger.fees["inspection"] == pytest.approx(0.25 * site.received[0])


def test_rework_and_whole_batches():
    half = lived(steady(spell(), quality={"defects": "expected", "scrap": 0.0})).sites["site"]
    assert (half.reworked[0], half.scrapped[0]) == (35.0, 0.0)
    assert half.released[0] == half.quarantined[0] == 70.0
    whole = lived(steady(spell(), quality={"defects": "expected", "whole_batches": True})).sites["site"]
    assert whole.scrapped[0] == whole.quarantined[0] == 70.0


def test_a_defect_that_is_seldom_noticed_takes_longer():
    """The number of defective units used before one is noticed is geometric: mean 1/0.1, 400 Futures, 5 standard errors."""
    from sim.world.alarm import Alarm
    from sim.world.clock import Clock

    scenario = steady(spell(), quality={"detection": 0.1})
    counts = []
    for replication in range(400):
        future = draw(scenario, 5, replication)
        clock = Clock(initial_time=0.0)
        alarm = Alarm(0, future.incidents[0], clock, future, scenario.quality)
        used = 0
        while not clock.pending():
            alarm.used(1.0)
            used += 1
        counts.append(used)
    assert abs(sum(counts) / 400 - 10.0) < 5 * math.sqrt(90.0 / 400)


def test_two_warehouses_share_one_alarm():
    """What one of them finds, both set aside."""
    scenario = steady(
        spell(),
        warehouses=[{"name": "site"}, {"name": "other"}],
        lanes=[
            {"name": n, "origin": ["source"], "destination": n, "legs": [{"transit": 3.0}]} for n in ("site", "other")
        ],
        demand=[{"item": "a", "warehouse": n, "model": "deterministic", "mean": 10.0} for n in ("site", "other")],
    )
    lines = (line("a", 50.0), line("a", 300.0, warehouse="other"))
    ledger = relive(scenario, Plan(posture="x", lines=lines), draw(scenario, 1, 0))
    assert ledger.told["discovery_days"] == 4.5
    assert ledger.sites["other"].returned[0] == 0.0
    assert ledger.sites["other"].quarantined[0] > 0.0


def test_defects_go_by_the_day_of_production_and_not_by_the_batch():
    """Ordered daily or weekly, what is made on one day has the luck of that day, and adding an item changes nothing."""
    makers = [{"name": "source", "defect_rate": 0.1}]
    scenario = steady(suppliers=makers, quality={})
    more = steady(
        suppliers=makers,
        quality={},
        items=some_items("a", "b"),
        demand=[{"item": item, "warehouse": "site", "model": "deterministic", "mean": 10.0} for item in ("a", "b")],
    )
    plan = Plan(posture="x", lines=(line("a", 80.0), line("b", 80.0)))
    both = relive(more, plan, draw(more, 1, 0)).sites["site"]
    assert both.defective[0] == lived(scenario).sites["site"].defective[0] > 0
    luck = [relive(more, plan, draw(more, 1, n)).sites["site"].defective for n in range(3)]
    assert any(one[0] != one[1] for one in luck)


@pytest.mark.parametrize("way", ["backup", "second", "air"])
def test_defects_of_a_supplier_that_only_the_plan_names_are_found_too(way):
    """The item names one supplier, who makes no defects; the plan also buys from another, who makes one in ten."""
    lanes = [{"name": "road", "origin": ["source", "other"], "destination": "site", "legs": [{"transit": 3.0}]}]
    lanes.append({"name": "air", "origin": ["other"], "destination": "site", "role": "expedite"})
    stop = {"kind": "supplier_outage", "name": "stop", "supplier": "source", "start": 20, "length": 60}
    scenario = steady(stop, lanes=lanes, suppliers=[{"name": "source"}, {"name": "other", "defect_rate": 0.1}])
    fields = {
        "backup": {"backup_origin": "other"},
        "second": {"second_origin": "other", "second_share": 0.5},
        "air": {"expedite_by": "air", "expedite_below": 2.0, "expedite_most": 50.0},
    }[way]
    bought = dataclasses.replace(line("a", 80.0), **{"forecast": 10.0, "lead_time": 3.0, **fields})
    ledger = relive(scenario, Plan(posture="x", lines=(bought,)), draw(scenario, 1, 0))
    assert ledger.sites["site"].defective[0] > 0
