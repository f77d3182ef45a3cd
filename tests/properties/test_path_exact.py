"""Base-stock is known path by path: stock less backorders is S less the demand of a window, day by day."""

import itertools

import numpy as np
import pytest
from small_worlds import Book, alike, draw, line, one_lane, relive, some_items, world

from sim.plan import Plan

LEVELS = {"low": 4.0, "middle": 9.0, "high": 31.0, "none": 0.0}
LEADS = [0, 1, 3, 7, 2.3]


def a_world(review, every, lead, split, **keys):
    """Four items with Poisson demand; the lead time is production, transit, or some of both."""
    production = lead * split
    return world(
        horizon=120,
        review=review,
        review_every=every,
        items=some_items(*LEVELS),
        suppliers=[{"name": "source", "production_time": production}],
        lanes=one_lane(lead - production),
        demand=[
            {"item": item, "warehouse": "site", "model": "poisson", "mean": mean}
            for item, mean in zip(LEVELS, (1.5, 2.0, 2.5, 0.7), strict=True)
        ],
        **keys,
    )


def windows(future, moments, lead):
    """(instants, items) of S - D(window): demand since the last review whose order is there by now."""
    instants, demand = future.instants["site"], future.demand["site"]
    found = np.empty_like(demand)
    for row, now in enumerate(instants.tolist()):
        # an evening review comes after the books of its noon
        arrived = [moment for moment in moments if moment < now and moment + lead <= now + 1e-9]
        since = arrived[-1] if arrived else -np.inf
        found[row] = np.array(list(LEVELS.values())) - demand[(instants > since) & (instants <= now)].sum(axis=0)
    return found


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("every", [1, 7])
@pytest.mark.parametrize("review", ["morning", "evening"])
@pytest.mark.parametrize("split", [0.0, 1.0])
def test_stock_less_backorders_is_level_less_demand_of_the_window(review, every, lead, split):
    scenario = a_world(review, every, lead, split)
    plan = Plan("test", tuple(line(item, level, review_every=every) for item, level in LEVELS.items()))
    future = draw(scenario, 11, 0)
    net = windows(future, [day + 0.5 * (review == "evening") for day in range(0, 120, every)], lead)
    assert (net < 0).mean() > 0.05, "backorders must matter in this test"
    log = []
    for ledger in (relive(scenario, plan, future), relive(scenario, plan, future, log)):
        site = ledger.sites["site"]
        np.testing.assert_allclose(site.series["net"], net, atol=1e-9)
        np.testing.assert_allclose(site.on_hand_days, np.maximum(net, 0).sum(axis=0), atol=1e-8)
        np.testing.assert_allclose(site.backorder_days, np.maximum(-net, 0).sum(axis=0), atol=1e-8)
        book = Book(scenario, plan, future, "site", log) if log else None
    for key, values in book.columns.items():
        np.testing.assert_allclose(site.columns[key], values, atol=1e-8, err_msg=key)


@pytest.mark.parametrize(
    ("lost", "units", "start"),
    list(itertools.product([0.0, 0.37, 1.0], ["integer", "continuous"], ["on hand", "pipeline"])),
)
@pytest.mark.parametrize("review", ["morning", "evening"])
def test_both_flows_write_the_same_ledger(review, lost, units, start):
    """Random lead times, two suppliers, two groups, seldom orders, freight: direct and parcel by parcel."""
    law = {"law": "lognormal", "mean": 6.0, "cv": 0.6}
    scenario = world(
        horizon=150,
        warm_up=41,
        review=review,
        lost_share=lost,
        units=units,
        start=start,
        items=[
            {"item": item, "standard_cost": 3.0, "volume": 0.2, "supplier": "source" if number % 2 else "other"}
            for number, item in enumerate("abcdef")
        ],
        suppliers=[
            {"name": "source", "production_time": law, "correlation_time": 3.0},
            {"name": "other", "production_time": 2.7},
        ],
        lanes=[
            {
                "name": name,
                "origin": [name],
                "destination": "site",
                "legs": [{"transit": law}],
                "freight": 2.0,
                "correlation_time": 2.0,
            }
            for name in ("source", "other")
        ],
        demand=[{"item": item, "warehouse": "site", "model": "poisson", "mean": 1.2} for item in "abcdef"],
        disruptions=[{"kind": "supplier_outage", "name": "outage", "supplier": "source", "start": 60, "length": 12}],
    )
    for policies in (["base_stock"] * 6, ["r_nQ"] * 6, ["base_stock", "base_stock", "r_nQ", "r_nQ", "s_S", "s_S"]):
        for every in ([1] * 6, [1, 1, 1, 7, 7, 7]):
            lines = tuple(
                line(
                    item,
                    22.0,
                    origin="source" if number % 2 else "other",
                    policy=policies[number],
                    review_every=every[number],
                    reorder_point=12.0,
                    order_quantity=10.0,
                    forecast=1.2,
                    lead_time=12.0 if number % 2 else 8.7,
                )
                for number, item in enumerate("abcdef")
            )
            plan = Plan("test", lines)
            future = draw(scenario, 5, 3)
            alike(relive(scenario, plan, future), relive(scenario, plan, future, []))
    one = world(
        horizon=150,
        warm_up=41,
        review=review,
        lost_share=lost,
        units=units,
        start=start,
        items=some_items("a", "b"),
        suppliers=[{"name": "source", "production_time": law, "correlation_time": 3.0}],
        lanes=one_lane(law, 1.0, departures={"every": 7, "offset": 3}, freight=1.0),
        demand=[{"item": item, "warehouse": "site", "model": "poisson", "mean": 1.2} for item in "ab"],
    )
    plan = Plan(
        "test", tuple(line(item, 30.0, policy="s_S", reorder_point=15.0, forecast=1.2, lead_time=16.0) for item in "ab")
    )
    future = draw(one, 5, 4)
    alike(relive(one, plan, future), relive(one, plan, future, []))


def test_orders_are_counted_by_supplier_warehouse_and_day():
    """Two groups that order from one supplier on one day make one order; two suppliers make two."""
    scenario = world(
        horizon=30,
        items=[
            {"item": item, "standard_cost": 1.0, "supplier": who}
            for item, who in zip("abc", ("x", "x", "y"), strict=True)
        ],
        suppliers=[{"name": "x"}, {"name": "y"}],
        lanes=[{"name": name, "origin": [name], "destination": "site", "legs": [{"transit": 2}]} for name in "xy"],
        demand=[{"item": item, "warehouse": "site", "model": "deterministic", "mean": 1.0} for item in "abc"],
    )
    plan = Plan(
        "test",
        (
            line("a", 9.0, origin="x"),
            line("b", 9.0, origin="x", policy="s_S", reorder_point=8.0),
            line("c", 9.0, origin="y"),
        ),
    )
    future = draw(scenario, 1, 0)
    for log in (None, []):
        assert relive(scenario, plan, future, log).sites["site"].orders == 2 * 29
