"""Freight is booked for what departs within the horizon, whether or not its way is known beforehand."""

import pytest

import sim
from sim import reading
from sim.plan import Plan, PlanLine


@pytest.mark.parametrize("way", ["free", "boxes", "capacity"])
def test_goods_that_depart_after_the_end_pay_no_freight(way):
    """One unit a day, ordered daily, made in 40 days: of 100 days' orders, those of the last 40 depart too late."""
    lane = {"name": "lane", "origin": ["maker"], "destination": "shop", "freight": 3.0, "legs": [{"transit": 5}]}
    if way == "boxes":
        lane["containers"] = "pool"
    scenario = reading.scenario_of(
        {
            "horizon": 100,
            "warm_up": 0,
            "review_every": 1,
            "start": "on hand",
            "items": [{"item": "thing", "standard_cost": 1.0, "volume": 2.0, "supplier": "maker"}],
            "suppliers": [{"name": "maker", "production_time": 40, **({"capacity": 9} if way == "capacity" else {})}],
            "pools": [{"name": "pool", "containers": 100}],
            "warehouses": [{"name": "shop"}],
            "lanes": [lane],
            "demand": [{"item": "thing", "warehouse": "shop", "model": "deterministic", "mean": 1.0}],
        }
    )
    plan = Plan("steady", (PlanLine("thing", "shop", "maker", "base_stock", order_up_to=60.0),))
    site = sim.live(scenario, plan, sim.draw(scenario, 1, 0)).ledger.sites["shop"]
    assert site.ordered.sum() == 99
    assert site.freight.sum() == pytest.approx(59 * 2.0 * 3.0)
