"""Single customer orders: patience, whole deliveries, lost shares; each case worked out by hand."""

import dataclasses

import numpy as np
import pytest
from small_worlds import draw, line, one_lane, relive, some_items, world

from sim.futures import OrderLines
from sim.plan import Plan

FOREVER = np.inf


def live(orders, level=0.0, lead=10.0, horizon=30, warm_up=0, names=("a",), lines=None, **keys):
    """Orders as (time, item, units, patience) against a base-stock level; the ledger of the site."""
    scenario = world(
        horizon=horizon,
        review="continuous",
        items=some_items(*names, volume=0.5),
        lanes=one_lane(lead),
        warm_up=warm_up,
        demand=[{"item": name, "warehouse": "site", "model": "orders", "rate": 1.0} for name in names],
        **keys,
    )
    times, items, quantities, patience = (np.array(column) for column in zip(*orders, strict=True))
    future = dataclasses.replace(
        draw(scenario, 1, 0),
        orders={
            "site": OrderLines(
                times.astype(float), items.astype(np.int64), quantities.astype(float), patience.astype(float)
            )
        },
    )
    return relive(scenario, Plan("test", lines or tuple(line(name, level) for name in names)), future).sites["site"]


def counts(site, *names):
    return [float(site.columns[name][0]) for name in names]


def test_customers_wait_or_leave_when_their_patience_ends():
    # stock 1: the first is served, the second waits from 2 to 11 (10 days after order 1 was passed on at 1),
    # the third leaves at 3 + 4
    site = live([(1, 0, 1, FOREVER), (2, 0, 1, FOREVER), (3, 0, 1, 4.0)], level=1.0)
    assert counts(site, "demand", "served", "late", "lost", "backordered") == [3, 1, 1, 1, 2]
    assert counts(site, "backorder_days") == [pytest.approx(9 + 4)]
    assert site.closing["waiting"][0] == 0
    # stock back at 12 (order 2's) and 13 (order 3's)
    assert counts(site, "on_hand_days") == [pytest.approx(1 + (30 - 12) + (30 - 13))]
    assert counts(site, "ready_days", "clear_days") == [pytest.approx(1 + 18), pytest.approx(30 - 9)]


def test_lost_share_of_whole_units_is_carried():
    # four orders of one unit unserved at share 0.3: lost 0, 0, 0, 1
    site = live([(time, 0, 1, FOREVER) for time in (1, 2, 3, 4)], lost_share=0.3, units="integer", lead=100.0)
    assert counts(site, "lost", "backordered") == [1, 3]
    # in continuous units the share is lost each time
    site = live([(time, 0, 1, FOREVER) for time in (1, 2, 3, 4)], lost_share=0.3, lead=100.0)
    assert counts(site, "lost", "backordered") == [pytest.approx(1.2), pytest.approx(2.8)]
    # an order larger than the stock is served in part, and the rest divided
    site = live([(1, 0, 5, FOREVER)], level=2.0, lost_share=1.0)
    assert counts(site, "served", "lost") == [2, 3]


def test_complete_orders_are_delivered_whole_or_wait():
    orders = [(1, 0, 5, FOREVER), (2, 0, 1, FOREVER)]
    site = live(orders, level=3.0, complete_orders=True)
    # the large order waits for 10 days behind 3 on hand, the small one behind it, first come first served
    assert counts(site, "served", "late") == [0, 6]
    assert counts(site, "backorder_days") == [pytest.approx(5 * 10 + 1 * 9)]
    assert counts(site, "on_hand_days") == [pytest.approx(3 * 11 + 2 * 1 + 3 * 18)]
    assert counts(site, "clear_days") == [pytest.approx(1 + 30 - 11)]
    site = live(orders, level=3.0)
    assert counts(site, "served", "late") == [3, 3]


def test_who_stood_behind_a_customer_that_leaves_is_served_then():
    site = live([(1, 0, 9, 4.0), (2, 0, 2, FOREVER)], level=3.0, lead=20.0, complete_orders=True)
    assert counts(site, "lost", "late", "served") == [9, 2, 0]
    assert counts(site, "backorder_days") == [pytest.approx(9 * 4 + 2 * 3)]
    # and who comes later finds the shelf
    site = live([(1, 0, 9, 4.0), (6, 0, 3, FOREVER)], level=3.0, lead=20.0, complete_orders=True)
    assert counts(site, "served") == [3]


def test_days_out_of_stock_are_days_not_orders():
    site = live([(3.1, 0, 1, FOREVER), (3.2, 0, 1, FOREVER), (3.9, 0, 1, FOREVER), (4.1, 0, 1, FOREVER)], lead=100.0)
    assert counts(site, "short_days") == [2]


def test_goods_under_way_at_day_0_are_in_transit_from_then_on():
    """Order at -4, ten days under way: six of them after day 0."""
    site = live([(-4.0, 0, 1, FOREVER), (20.0, 0, 1, FOREVER)], level=3.0, warm_up=20)
    assert counts(site, "transit_days") == [pytest.approx(6.0 + 10.0)]
    site = live([(-4.0, 0, 1, FOREVER), (25.0, 0, 1, FOREVER)], level=3.0, warm_up=20)
    assert counts(site, "transit_days") == [pytest.approx(6.0 + 5.0)]


def test_a_lot_policy_reacts_to_each_order():
    lines = (line("a", 5.0, policy="r_nQ", reorder_point=2.0, order_quantity=4.0),)
    site = live([(time, 0, 1, FOREVER) for time in (1, 2, 3, 4, 5, 6, 7)], lines=lines, lead=1.5)
    # position 5 -> 2 at the third order: 4 more; 6 -> 2 at the seventh: 4 more
    assert counts(site, "ordered", "lines", "cycles", "served") == [8, 2, 2, 7]


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize("units", ["integer", "continuous"])
@pytest.mark.parametrize("lost", [0.0, 0.37, 1.0])
def test_random_single_orders_keep_their_books(complete, units, lost):
    """Conservation is checked by the engine itself; here over many random orders with patience, feeding and lots."""
    scenario = world(
        horizon=80,
        warm_up=20,
        review="continuous",
        units=units,
        lost_share=lost,
        complete_orders=complete,
        items=some_items("a", "b"),
        warehouses=[{"name": "site"}, {"name": "shop", "fed_by": "site"}],
        suppliers=[{"name": "source", "production_time": {"law": "gamma", "mean": 3.0, "cv": 0.5}}],
        lanes=[*one_lane(1.0), {"name": "van", "origin": ["site"], "destination": "shop", "legs": [{"transit": 1.5}]}],
        demand=[
            {
                "item": "a",
                "warehouse": "site",
                "model": "orders",
                "rate": 1.0,
                "size": 2.5,
                "size_cv": 1.0,
                "patience": {"law": "exponential", "mean": 2.0},
            },
            {"item": "b", "warehouse": "site", "model": "orders", "between": {"law": "gamma", "mean": 0.7, "cv": 0.5}},
            {"item": "a", "warehouse": "shop", "model": "orders", "rate": 0.8},
            {
                "item": "b",
                "warehouse": "shop",
                "model": "orders",
                "rate": 0.8,
                "patience": {"law": "fixed", "value": 1.0},
            },
        ],
    )
    plan = Plan(
        "test",
        tuple(
            line(
                item,
                9.0 if item == "a" else 5.0,
                policy=policy,
                reorder_point=3.0,
                order_quantity=4.0,
                warehouse=where,
                origin=origin,
            )
            for where, origin, policy in (("site", "source", "base_stock"), ("shop", "site", "r_nQ"))
            for item in "ab"
        ),
    )
    for number in range(10):
        ledger = relive(scenario, plan, draw(scenario, 9, number))
        for site in ledger.sites.values():
            for group in (site.columns, site.closing, site.opening, site.pipeline):
                assert all((values >= -1e-9).all() for values in group.values())
