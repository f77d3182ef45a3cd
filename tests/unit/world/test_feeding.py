"""A warehouse that feeds others: who gets what, by small worked examples."""

import dataclasses

import numpy as np
import pytest
from small_worlds import alike, draw, line, relive, some_items, world

from sim.plan import Plan


def depot(
    allocation, units="continuous", review="morning", shops=("x", "y", "z"), warm_up=0, ranks=(2, 1, 0), horizon=12
):
    """A depot with 10 on hand and no supply before day 5, and shops with nothing that order what was asked for."""
    return world(
        horizon=horizon,
        warm_up=warm_up,
        units=units,
        review=review,
        allocation=allocation,
        items=some_items("a"),
        suppliers=[{"name": "source", "production_time": 5.0}],
        warehouses=[
            {"name": "depot", "rank": 9},
            *({"name": shop, "fed_by": "depot", "rank": rank} for shop, rank in zip(shops, ranks, strict=True)),
        ],
        lanes=[
            {"name": "in", "origin": ["source"], "destination": "depot", "legs": [{"transit": 0}]},
            *({"name": shop, "origin": ["depot"], "destination": shop, "legs": [{"transit": 1}]} for shop in shops),
        ],
        demand=[
            {"item": "a", "warehouse": where, "model": "deterministic", "mean": 1.0} for where in ("depot", *shops)
        ],
    )


def shares(scenario, wanted, later=0.0, customers=0.0):
    """What each shop was given on day 1, and on day 6 when the depot gets `later` units."""
    shops = [name for name in scenario.sites if name != "depot"]

    def orders(quantities):
        def policy(view):
            return np.array([quantities.get((view.warehouse, view.day), 0.0)])

        return policy

    asked = {(shop, 1.0): amount for shop, amount in zip(shops, wanted, strict=True)} | {("depot", 1.0): later}
    plan = Plan(
        "test",
        (
            line("a", 10.0, warehouse="depot", policy=orders(asked)),
            *(line("a", 0.0, warehouse=shop, origin="depot", policy=orders(asked)) for shop in shops),
        ),
    )
    future = draw(scenario, 1, 0)
    demand = {site: np.zeros_like(values) for site, values in future.demand.items()}
    demand["depot"][0] = customers
    log = []
    ledger = relive(scenario, plan, dataclasses.replace(future, demand=demand), log)
    found = {shop: [0.0, 0.0] for shop in shops}
    for lot in log:
        if lot.origin == "depot":
            given = lot.steps[0].end if lot.steps and lot.steps[0].stage == "stock" else lot.ordered
            found[lot.stock.name][int(given >= 5)] += lot.units
    return found, ledger


def test_fifo_gives_to_who_stands_first_in_the_scenario():
    found, ledger = shares(depot("fifo"), [6, 6, 6], later=3.0)
    assert found == {"x": [6, 0], "y": [4, 2], "z": [0, 1]}
    site = ledger.sites["depot"]
    assert (site.claims[0], site.claims_served[0], site.shipped[0]) == (18, 10, 13)
    # 8 units wait over the noons of days 1 to 5, 5 from then to day 11
    assert site.claims_days[0] == 8 * 5 + 5 * 6


def test_critical_gives_to_the_first_rank():
    found, _ = shares(depot("critical"), [6, 6, 6], later=3.0)
    assert found == {"z": [6, 0], "y": [4, 2], "x": [0, 1]}


def test_proportional_gives_shares():
    found, _ = shares(depot("proportional"), [3, 6, 11], later=5.0)
    assert {shop: given[0] for shop, given in found.items()} == pytest.approx({"x": 1.5, "y": 3.0, "z": 5.5})
    assert {shop: given[1] for shop, given in found.items()} == pytest.approx({"x": 0.75, "y": 1.5, "z": 2.75})


def test_proportional_in_whole_units_hands_out_the_rest_in_order():
    found, _ = shares(depot("proportional", units="integer"), [3, 6, 11])
    # shares 1.5, 3, 5.5 are rounded down to 1, 3, 5; the one left goes to the first
    assert {shop: given[0] for shop, given in found.items()} == {"x": 2, "y": 3, "z": 5}


def test_customers_who_waited_longer_come_before_the_shops():
    found, ledger = shares(depot("fifo"), [2, 2, 2], later=5.0, customers=13.0)
    assert found == {"x": [0, 2], "y": [0, 0], "z": [0, 0]}
    assert ledger.sites["depot"].late[0] == 3
    assert ledger.sites["depot"].closing["owed"][0] == 4


@pytest.mark.parametrize("review", ["morning", "evening"])
@pytest.mark.parametrize("warm_up", [0, 9])
def test_books_open_at_day_0_in_every_order_of_the_day(review, warm_up):
    """Shops order every day, also in the warm-up; nothing before day 0 is booked, nothing after it is missed."""
    scenario = depot("fifo", review=review, warm_up=warm_up, horizon=20)
    plan = Plan(
        "test",
        (
            line("a", 22.0, warehouse="depot"),
            *(line("a", 2.0, warehouse=shop, origin="depot") for shop in "xyz"),
        ),
    )
    ledger = relive(scenario, plan, draw(scenario, 1, 0))
    site = ledger.sites["depot"]
    # orders answer the demand of the noon before: 20 or, in the morning of day 0 without a warm-up, 19
    expected = 3 * (20 if review == "evening" or warm_up else 19)
    assert site.claims[0] == site.shipped[0] == expected
    assert site.served[0] == 20
    change = site.closing["on_hand"] - site.opening["on_hand"]
    assert site.received[0] == site.served[0] + site.shipped[0] + change[0]


def test_deliveries_of_one_instant_are_sent_on_as_one_shipment():
    """Two suppliers deliver at once; the shop waits for both items, and its port serves one own ship, followed or not."""
    scenario = world(
        horizon=12,
        review="morning",
        items=[*some_items("a", supplier="one"), *some_items("b", supplier="two")],
        suppliers=[{"name": "one", "production_time": 2.0}, {"name": "two", "production_time": 2.0}],
        ports=[{"name": "quay", "berths": 1, "service_time": 1.0, "dwell": 0.0, "own_share": "counts"}],
        warehouses=[{"name": "depot"}, {"name": "shop", "fed_by": "depot"}],
        lanes=[
            {"name": "in", "origin": ["one", "two"], "destination": "depot", "legs": [{"transit": 0.5}]},
            {"name": "out", "origin": ["depot"], "destination": "shop", "legs": [{"transit": 0.5}, {"port": "quay"}]},
        ],
        demand=[
            {"item": item, "warehouse": where, "model": "deterministic", "mean": 1.0}
            for item in ("a", "b")
            for where in ("depot", "shop")
        ],
    )  # fmt: skip
    plan = Plan(
        "test",
        tuple(line(item, 0.0, warehouse="depot", origin=origin) for item, origin in (("a", "one"), ("b", "two")))
        + tuple(line(item, 0.0, warehouse="shop", origin="depot") for item in ("a", "b")),
    )
    future = draw(scenario, 1, 0)
    log = []
    plain, traced = relive(scenario, plan, future), relive(scenario, plan, future, log)
    alike(plain, traced)
    at_quay = [lot for lot in log if lot.stock.name == "shop" and np.isfinite(lot.received)]
    assert at_quay
    assert all(lot.index.size == 2 for lot in at_quay)
