"""Ages and dead stock by hand: the examples of docs/ageing.md, and the one-period newsvendor."""

import math

import numpy as np
import pytest
from small_worlds import draw, line, one_lane, relive, some_items, world

from sim.plan import Plan
from sim.theory.newsvendor import poisson_newsvendor

COSTS = {"shrinkage_rate": 0.0, "obsolescence_rate": 0.0}


def steady(mean, **keys):
    """One item with the same demand every day."""
    return world(
        **{
            "units": "integer",
            "costs": COSTS,
            "items": some_items("a"),
            "lanes": one_lane(2.0),
            "demand": [{"item": "a", "warehouse": "site", "model": "deterministic", "mean": mean}],
            **keys,
        }
    )


def lived(scenario, level, seed=1, log=None):
    plan = Plan(posture="x", lines=(line("a", float(level)),))
    return relive(scenario, plan, draw(scenario, seed, 0), log)


def test_the_example_of_the_docs():
    """20 units that keep for 5 days, 3 a day: 5 are left on the morning of day 5; they expire and are ordered anew."""
    log = []
    ledger = lived(steady(3.0, horizon=10, ageing=True, items=some_items("a", shelf_life=5.0)), 20, log=log)
    site = ledger.sites["site"]
    assert site.expired[0] == 5.0
    assert site.series["net"][:, 0].tolist() == [17.0, 14.0, 11.0, 11.0, 11.0, 6.0, 6.0, 11.0, 11.0, 11.0]
    assert [(lot.ordered, lot.units) for lot in log][:6] == [(1, 3), (2, 3), (3, 3), (4, 3), (5, 8), (6, 3)]


@pytest.mark.parametrize(("keys", "expired"), [({"least_life": 2.0}, 11.0), ({"life_at_receipt": 0.6}, 11.0)])
def test_customers_who_want_life_and_goods_that_come_old_expire_sooner(keys, expired):
    """Three days of life instead of five: 9 of the first 20 are used, 11 expire on day 3."""
    scenario = steady(3.0, horizon=4, ageing=True, items=some_items("a", shelf_life=5.0, **keys))
    assert lived(scenario, 20).sites["site"].expired[0] == expired


def test_life_from_production_is_eaten_by_the_way():
    """Two days of the way from a life of 8: what is ordered in place of the demand of day 0 is gone on day 9."""
    items = some_items("a", shelf_life=8.0, life_from="production")
    shorter = lived(steady(2.0, horizon=30, ageing=True, items=items), 40)
    longer = lived(steady(2.0, horizon=30, ageing=True, items=some_items("a", shelf_life=8.0)), 40)
    assert shorter.sites["site"].expired[0] > longer.sites["site"].expired[0] > 0


def test_first_expired_first_out_wastes_less_where_goods_come_old():
    """Goods that keep for 9 days at receipt on some days and 3 on others."""
    keys = {
        "horizon": 200,
        "ageing": True,
        "items": some_items("a", shelf_life=9.0, life_at_receipt={"law": "discrete", "values": [1.0, 1 / 3]}),
    }
    expired = {
        rule: lived(steady(2.0, warehouses=[{"name": "site", "picking": rule}], **keys), 14).sites["site"].expired[0]
        for rule in ("fifo", "fefo")
    }
    assert expired["fefo"] < expired["fifo"]


def test_a_newspaper_seller():
    """Ordered every morning, dead the next: leftovers and lost sales are the newsvendor's, within 4 standard errors."""
    days, mean, level = 1500, 10.0, 12
    scenario = steady(
        mean,
        horizon=days,
        ageing=True,
        lost_share=1.0,
        items=some_items("a", shelf_life=1.0),
        lanes=one_lane(0.0),
        demand=[{"item": "a", "warehouse": "site", "model": "poisson", "mean": mean}],
    )
    site = lived(scenario, level, seed=7).sites["site"]
    known = poisson_newsvendor(1.0, 3.0, mean, level)
    assert abs(site.expired[0] / days - known.expected_leftover) < 4 * math.sqrt(mean / days)
    assert abs(site.lost[0] / days - known.expected_shortage) < 4 * math.sqrt(mean / days)
    # to the unit: all that is not sold expires, but for what the last day leaves
    assert site.expired[0] + site.closing["on_hand"][0] == pytest.approx(
        np.maximum(level - draw(scenario, 7, 0).demand["site"][:, 0], 0).sum()
    )


def test_dead_stock_is_written_down_to_nothing_and_not_beyond():
    """Demand ends on day 10 with 20 units on hand: 5 at the end of each of four periods from day 100 on."""
    ends = [{"kind": "demand_end", "items": ["a"], "start": 10}]
    for horizon, written in ((99, 0.0), (101, 5.0), (201, 10.0), (401, 20.0), (1000, 20.0)):
        scenario = steady(2.0, horizon=horizon, write_down={"after": 50, "every": 100}, disruptions=ends)
        assert lived(scenario, 20).sites["site"].written_down[0] == written


def test_stock_above_the_cover_is_written_down_and_stock_below_is_not():
    """109 units lie there and one is used a day: 49 are above 60 days of cover, and a quarter of them goes."""
    rule = {"cover": 60.0, "every": 10, "share": 0.25, "recent": 10}
    scenario = steady(1.0, horizon=11, write_down=rule)
    plan = Plan(posture="x", lines=(line("a", 111.0),))
    site = relive(scenario, plan, draw(scenario, 1, 0)).sites["site"]
    # what was ordered on day 8 comes on the morning of day 10, before the value is written down
    assert site.series["net"][9, 0] == 108.0
    assert site.written_down[0] == 0.25 * (109.0 - 60.0)


def test_what_is_written_down_and_then_expires_costs_its_value_once():
    """20 units, no demand from day 1 on, dead on day 40 by age: half is written down before, all is lost in the end."""
    scenario = steady(
        2.0,
        horizon=60,
        ageing=True,
        items=some_items("a", shelf_life=40.0),
        write_down={"after": 5, "every": 15, "share": 0.25},
        disruptions=[{"kind": "demand_end", "items": ["a"], "start": 0}],
    )
    site = lived(scenario, 20).sites["site"]
    # 20 expire on day 40 and are ordered anew; those lie there for 18 days, and one period of theirs ends on day 45
    assert site.expired[0] == 20.0
    assert site.written_down[0] == 5.0


@pytest.mark.parametrize(("back", "written"), [(False, 18.0), (True, 8.0)])
def test_what_sells_after_all(back, written):
    """All of 18 units is written down while demand pauses; then 10 of them sell, and the rest is replaced."""
    rule = {"after": 5, "every": 10, "share": 1.0, "taken_back": back}
    pause = [{"kind": "demand_end", "items": ["a"], "start": 1, "length": 20}]
    scenario = steady(2.0, horizon=26, write_down=rule, disruptions=pause, lanes=one_lane(100.0))
    site = lived(scenario, 20).sites["site"]
    assert site.served[0] == 12.0
    assert site.written_down[0] == written
