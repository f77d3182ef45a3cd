"""What is booked, and what is not: the edges of the horizon, and measures against their definitions."""

import dataclasses
import math

import numpy as np
import pytest
from small_worlds import draw, line, one_lane, relive, some_items, world

from sim.outcome import live, made
from sim.plan import Plan


def steady(mean, *names):
    return [{"item": name, "warehouse": "site", "model": "deterministic", "mean": mean} for name in names or ("a",)]


@pytest.mark.parametrize("traced", [False, True])
@pytest.mark.parametrize("review", ["morning", "evening"])
def test_a_steady_world_books_each_day_once(review, traced):
    """One unit a day, four days of production, three in transit: every flow of 30 days is 30 units."""
    scenario = world(
        horizon=30,
        warm_up=20,
        review=review,
        items=some_items("a", volume=2.0),
        suppliers=[{"name": "source", "production_time": 4.0}],
        lanes=one_lane(3.0, freight=5.0),
        demand=steady(1.0),
    )
    site = relive(scenario, Plan("test", (line("a", 20.0),)), draw(scenario, 1, 0), [] if traced else None).sites[
        "site"
    ]
    for name in ("demand", "served", "received", "ordered", "lines", "cycles"):
        assert site.columns[name][0] == 30, name
    assert site.orders == 30
    assert site.transit_days[0] == pytest.approx(3 * 30)
    assert site.freight[0] == pytest.approx(30 * 2.0 * 5.0)
    assert site.opening["on_order"][0] == site.closing["on_order"][0]
    assert site.opening["on_hand"][0] == site.closing["on_hand"][0]


def test_reviews_more_frequent_than_demand_book_all_time_in_transit():
    """Demand every third day, reviews every day: each order's days in transit count."""
    scenario = world(
        horizon=30,
        items=some_items("a"),
        lanes=one_lane(2.0),
        demand=[{"item": "a", "warehouse": "site", "model": "fixed_interval", "interval": 3.0, "size": 3.0}],
    )
    plan = Plan("test", (line("a", policy="push", forecast=1.0),))
    site = relive(scenario, plan, draw(scenario, 1, 0)).sites["site"]
    assert site.ordered[0] == 30
    # two days each; the orders of the last two mornings are cut at the end
    assert site.transit_days[0] == pytest.approx(2 * 28 + 2 + 1)


def test_a_shortage_by_rounding_is_no_shortage():
    """0.3 - 0.1 - 0.1 - 0.1 is not exactly 0, and nobody went without."""
    scenario = world(horizon=3, items=some_items("a"), lanes=one_lane(50.0), demand=steady(0.1))
    site = relive(scenario, Plan("test", (line("a", 0.3),)), draw(scenario, 1, 0)).sites["site"]
    assert (site.short_days[0], site.episodes[0], site.failed_cycles[0]) == (0, 0, 0)
    assert (site.clear_days[0], site.ready_days[0]) == (3, 3)


def test_a_shortage_and_a_cycle_that_began_before_day_0_are_not_begun_again():
    """Out of stock from the first day on: short every day, but no spell and no failed cycle began in the books."""
    scenario = world(horizon=20, warm_up=10, items=some_items("a"), lanes=one_lane(90.0), demand=steady(1.0))
    site = relive(scenario, Plan("test", (line("a", 3.0),)), draw(scenario, 1, 0)).sites["site"]
    assert (site.short_days[0], site.episodes[0], site.failed_cycles[0]) == (20, 0, 0)


def test_an_item_that_halts_production_counts_at_any_price():
    scenario = world(
        horizon=20,
        items=some_items("a", price=0.0, criticality="halts production"),
        lanes=one_lane(90.0),
        demand=steady(1.0),
    )
    for level, halted in ((3.0, 1.0), (30.0, 0.0)):
        measures = live(scenario, Plan("test", (line("a", level),)), draw(scenario, 1, 0)).measures
        assert measures["halt_stockout"] == halted
        assert math.isnan(measures["fill_rate_halts"])


def test_what_a_warehouse_owes_another_is_counted_once():
    """The shop orders 10 of a depot without stock, which orders them of the supplier: 10 more on order, not 20."""
    scenario = world(
        horizon=12,
        items=some_items("a"),
        warehouses=[{"name": "site"}, {"name": "shop", "fed_by": "site"}],
        lanes=[*one_lane(50.0), {"name": "van", "origin": ["site"], "destination": "shop", "legs": [{"transit": 1.0}]}],
        demand=[{"item": "a", "warehouse": "shop", "model": "deterministic", "mean": 1.0}],
    )
    plan = Plan("test", (line("a", 0.0), line("a", 4.0, warehouse="shop", origin="site")))
    ledger = relive(scenario, plan, draw(scenario, 1, 0))
    outcome = made(scenario, "test", ledger)
    # the shop's 4 units are gone, 11 are on order at the supplier for it
    assert outcome.measures["inventory_change"] == pytest.approx(11 - 4)


def test_measures_are_their_definitions():
    """Two items of different value and class, by hand: 10 days, one runs out for 4 of them."""
    scenario = world(
        horizon=10,
        lost_share=0.5,
        lanes=one_lane(90.0),
        items=[
            {
                "item": "a",
                "standard_cost": 10.0,
                "price": 30.0,
                "volume": 0.5,
                "supplier": "source",
                "criticality": "halts production",
            },
            {"item": "b", "standard_cost": 1.0, "price": 1.0, "supplier": "source"},
        ],
        demand=steady(2.0, "a", "b"),
    )
    plan = Plan(
        "test",
        tuple(line(item, policy="s_S", level=level, reorder_point=-99.0) for item, level in (("a", 12.0), ("b", 40.0))),
    )
    found = live(scenario, plan, draw(scenario, 1, 0)).measures
    # a: served 12 of 20, 4 lost, 4 waiting; stock at the books 10, 8, …, 0 and then 1, 2, 3, 4 waiting
    expected = {
        "fill_rate": (12 * 30 + 20) / (20 * 30 + 20),
        "unit_fill_rate": 32 / 40,
        "fill_rate_halts": 0.6,
        "fill_rate_inconveniences": 1.0,
        "ready_rate": 16 / 20,
        "prob_no_backorders": 16 / 20,
        "halt_stockout": 1.0,
        "stockout_days": 4 * 36.5,
        "stockout_episodes": 36.5,
        "mean_customer_wait": 10 / 36,
        "lost_units": 4 * 36.5,
        "lost_value": 4 * 30 * 36.5,
        "backorder_unit_days": 10 * 36.5,
        "lost_margin": 4 * 20 * 36.5,
        "on_hand_value": (30 * 10 + sum(range(20, 40, 2)) * 1.0) / 10,
        "in_transit_value": 0.0,
        "mean_space": 30 * 0.5 / 10,
        "peak_space": 10 * 0.5,
        "handling_moves": 32 * 36.5,
        "turns": (12 * 10 + 20) * 36.5 / ((300 + 290) / 10),
        "days_of_cover": 59.0 / 22.0,
        "inventory_change": -(12 * 10 + 20),
        "goodwill_cost": 4 * 10 * 36.5,
        "backorder_penalty": 4 * 0.05 * 30 * 36.5,
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value), name
    assert math.isnan(found["fill_rate_breaches"])
    assert math.isnan(found["cycle_service"])
    assert found["stockout_cost"] == pytest.approx(
        found["lost_margin"] + found["goodwill_cost"] + found["backorder_penalty"]
    )


def test_a_policy_of_the_users_cannot_change_the_plan_for_later_replications():
    from sim.errors import PolicyError

    def greedy(view):
        view.order_up_to[:] = 99.0
        return view.order_up_to - view.position

    scenario = world(horizon=9, items=some_items("a"), lanes=one_lane(1.0), demand=steady(1.0))
    with pytest.raises(PolicyError, match="read-only"):
        relive(scenario, Plan("test", (line("a", 3.0, policy=greedy),)), draw(scenario, 1, 0))


def test_demand_on_the_last_day_and_before_the_first_is_where_it_belongs():
    scenario = world(horizon=10, warm_up=5, items=some_items("a"), lanes=one_lane(1.0), demand=steady(0.0))
    future = draw(scenario, 1, 0)
    demand = np.zeros_like(future.demand["site"])
    demand[[4, 5, 14], 0] = [100.0, 1.0, 2.0]
    future = dataclasses.replace(future, demand={"site": demand})
    site = relive(scenario, Plan("test", (line("a", 200.0),)), future).sites["site"]
    assert site.demand[0] == 3.0
    assert site.opening["on_hand"][0] == 100.0
