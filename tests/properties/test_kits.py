"""Random factories: whatever the bills, the schedule and the incidents, kits and products add up."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small_worlds import draw, world

from sim.disruptions import Incident
from sim.plan import Plan, PlanLine
from sim.world import Blueprint
from sim.world.line import Line
from sim.world.world import World

PARTS = ("a", "b", "c")
PRODUCTS = ("x", "y")
quantity = st.sampled_from((0.5, 1.0, 2.0, 3.0))


@st.composite
def factories(draws):
    """A scenario with one line, a plan, and incidents."""
    bills = {one: draws(st.dictionaries(st.sampled_from(PARTS), quantity, min_size=1)) for one in PRODUCTS}
    whole = draws(st.booleans())
    if whole:
        bills = {one: {part: float(np.ceil(units)) for part, units in bill.items()} for one, bill in bills.items()}
    level = draws(st.booleans())
    used = [part for part in PARTS if any(part in bill for bill in bills.values())]
    read = world(
        horizon=50,
        warm_up=10,
        units="integer" if whole else "continuous",
        review=draws(st.sampled_from(("morning", "evening"))),
        lost_share=draws(st.sampled_from((0.0, 0.5))),
        items=[
            *({"item": one, "standard_cost": 9.0, "price": 20.0, "supplier": "line"} for one in PRODUCTS),
            *({"item": one, "standard_cost": 1.0, "supplier": "source"} for one in used),
        ],
        suppliers=[{"name": "source", "production_time": 1, "capacity": draws(st.sampled_from((20.0, 100.0)))}],
        factories=[
            {
                "name": "line",
                "store": "store",
                "production_time": draws(st.sampled_from((0.0, 2.0))),
                "schedule": "level" if level else "orders",
                "sequence": draws(st.sampled_from(("orders", "priority", "rotation"))),
                "missing": draws(st.sampled_from(("stops", "skips"))),
                "line_down_cost": 10.0,
                **draws(st.sampled_from(({}, {"capacity": 14.0}, {"capacity": 40.5}))),
                "makes": [
                    {
                        "product": one,
                        "parts": bill,
                        "hours": draws(st.sampled_from((1.0, 1.5))),
                        **({"level": 3.5} if level else {}),
                    }
                    for one, bill in bills.items()
                ],
            }
        ],
        warehouses=[{"name": "store"}, {"name": "shop"}],
        lanes=[
            {"name": "in", "origin": ["source"], "destination": "store", "legs": [{"transit": 1}]},
            {"name": "out", "origin": ["line"], "destination": "shop", "legs": [{"transit": 1}]},
        ],
        demand=[{"item": one, "warehouse": "shop", "model": "poisson", "mean": 4} for one in PRODUCTS]
        # a component that customers buy too
        + [{"item": used[0], "warehouse": "store", "model": "poisson", "mean": 1}],
    )
    levels = st.sampled_from((0.0, 20.0, 60.0))
    lines = [
        PlanLine(item=one, warehouse="store", origin="source", policy="base_stock", order_up_to=draws(levels))
        for one in read.sites["store"]
    ] + [
        PlanLine(item=one, warehouse="shop", origin="line", policy="base_stock", order_up_to=draws(levels))
        for one in PRODUCTS
    ]
    troubles = []
    for target, where in (("supplier", "source"), ("supplier", "line"), ("warehouse", "store")):
        if draws(st.booleans()):
            start = draws(st.integers(0, 30))
            trouble = Incident(
                name="trouble",
                kind="supplier_outage",
                target=target,
                where=where,
                start=float(start),
                end=start + 7.0,
                remaining=draws(st.sampled_from((0.0, 0.5))),
            )
            if target == "supplier":
                work = draws(st.sampled_from(("resumes", "restarts", "lost")))
                trouble = dataclasses.replace(trouble, work=work, open_orders=draws(st.sampled_from(("kept", "lost"))))
            troubles.append(trouble)
    return read, Plan("test", tuple(lines)), tuple(troubles)


@settings(max_examples=20, deadline=None)
@given(factories())
def test_kits_products_and_days_add_up(made):
    """The run's own checks hold (it would raise), components are bill x products, and no day is more than one day down."""
    read, plan, troubles = made
    future = draw(read, 3, 0).with_incidents(troubles)
    lived = World(Blueprint(read, plan), future, series=True, by_item=True, log=None)
    ledger = lived.run()
    line = lived.works["line"]
    assert isinstance(line, Line)
    store, shop = ledger.sites["store"], ledger.sites["shop"]
    for place, part in enumerate(store.items):
        units = sum(bill.get(part, 0.0) * line.booked[product] for product, bill in read.bills["line"].items())
        np.testing.assert_allclose(store.consumed[place], units, atol=1e-6)
    for place, product in enumerate(shop.items):
        # all that was started is received, in process or on its way, or was lost there; what was there at the start is
        # not of the line's making
        gone = shop.received[place] + shop.cancelled[place] + shop.lost_in_transit[place]
        under_way = shop.pipeline["making"][place] + shop.pipeline["moving"][place]
        assert gone + under_way >= line.booked[product] - 1e-6
    assert 0 <= ledger.told["line_down_days"] <= 50 + 1e-9
    assert ledger.fees["line_down"] == 10.0 * ledger.told["line_down_days"]
    if read.units == "integer":
        assert all(units == round(units) for units in line.started.values())


@settings(max_examples=5, deadline=None)
@given(factories())
def test_a_traced_run_counts_the_same(made):
    read, plan, troubles = made
    future = draw(read, 3, 0).with_incidents(troubles)
    one = Blueprint(read, plan).live(future.without_cache())
    other = Blueprint(read, plan).live(future.without_cache(), log=[])
    assert one.told == other.told
    for name in ("store", "shop"):
        for key, column in one.sites[name].columns.items():
            np.testing.assert_allclose(column, other.sites[name].columns[key], atol=1e-8, err_msg=f"{name} {key}")
