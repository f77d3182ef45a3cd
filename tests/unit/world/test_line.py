"""Production lines: kits, sequence, standstills; days and money by hand, path by path."""

import dataclasses

import numpy as np
import pytest
from small_worlds import draw, relive, world

from sim.disruptions import Incident
from sim.network import Supplier
from sim.outcome import made
from sim.plan import Plan, PlanLine
from sim.world.line import misused

COST = 1000.0
TEN = {"factory": {"capacity": 10.0}}


def plant(bills, demand, levels, stock, *, horizon=40, units="continuous", lanes=1.0, factory=None, scenario=None):
    """One line that makes these products; base-stock levels of components, stock of finished goods.

    bills : units of each component by product; demand : units a day by product; levels : units by component.
    """
    parts = list(dict.fromkeys(part for bill in bills.values() for part in bill))
    made_at = {
        "name": "line",
        "store": "store",
        "line_down_cost": COST,
        "makes": [{"product": product, "parts": bill} for product, bill in bills.items()],
        **(factory or {}),
    }
    read = world(
        horizon=horizon,
        units=units,
        items=[
            *({"item": one, "standard_cost": 10.0, "price": 20.0, "supplier": "line"} for one in bills),
            *({"item": one, "standard_cost": 1.0, "supplier": f"maker of {one}"} for one in parts),
        ],
        suppliers=[{"name": f"maker of {one}"} for one in parts],
        factories=[made_at],
        warehouses=[{"name": "store"}, {"name": "shop"}],
        lanes=[
            {
                "name": "in",
                "origin": [f"maker of {one}" for one in parts],
                "destination": "store",
                "legs": [{"transit": lanes}],
            },
            {"name": "out", "origin": ["line"], "destination": "shop"},
        ],
        demand=[
            {"item": one, "warehouse": "shop", "model": "deterministic", "mean": mean} for one, mean in demand.items()
        ],
        **(scenario or {}),
    )
    lines = [
        PlanLine(item=one, warehouse="store", origin=f"maker of {one}", policy="base_stock", order_up_to=level)
        for one, level in levels.items()
    ]
    lines += [
        PlanLine(item=one, warehouse="shop", origin="line", policy="base_stock", order_up_to=level)
        for one, level in stock.items()
    ]
    return read, Plan("test", tuple(lines))


def strike(maker, start, days):
    return Incident(
        name="strike",
        kind="supplier_outage",
        target="supplier",
        where=maker,
        start=float(start),
        end=float(start + days),
        remaining=0.0,
    )


def lived(read, plan, *incidents):
    return relive(read, plan, draw(read, 1, 0).with_incidents(tuple(incidents)))


def test_kits_are_taken_as_ordered_and_everything_balances():
    """10 a day of a product with 2 a and 1 b: 20 and 10 a day leave the store, and come back a day later."""
    read, plan = plant({"car": {"a": 2, "b": 1}}, {"car": 10}, {"a": 60, "b": 30}, {"car": 10})
    ledger = lived(read, plan)
    store, shop = ledger.sites["store"], ledger.sites["shop"]
    # the first order is placed on the morning after the first demand: 39 mornings of 10
    assert store.items == ("a", "b")
    np.testing.assert_allclose(store.consumed, [2 * 390, 390])
    np.testing.assert_allclose(shop.received, [390])
    np.testing.assert_allclose(shop.served, [400])
    assert ledger.told["line_down_days"] == 0
    assert ledger.fees["line_down"] == 0


# The maker of one component strikes for 14 days from day 10, and a truck takes a day: orders of days 10 and 11 come on
# day 25. The line takes 10 each morning; what came on day 10 is used on day 10, and c days of cover last to day 10 + c.
@pytest.mark.parametrize("cover", [0, 1, 3, 13, 14, 20])
def test_a_strike_stops_the_line_when_the_cover_is_used_up(cover):
    read, plan = plant({"car": {"a": 2, "b": 1}}, {"car": 10}, {"a": 1000, "b": 20 + 10 * cover}, {"car": 1000}, **TEN)
    ledger = lived(read, plan, strike("maker of b", 10, 14))
    store = ledger.sites["store"]
    # it stands still from day 11 + c to day 24
    down = max(14 - cover, 0)
    assert ledger.told["line_down_days"] == pytest.approx(down)
    assert ledger.fees["line_down"] == pytest.approx(down * COST)
    np.testing.assert_allclose(store.short_days, [0, down])
    measures = made(read, "test", ledger).measures
    assert measures["line_down_days"] == pytest.approx(down * 365 / 40)
    assert measures["line_down_cost"] == pytest.approx(down * COST * 365 / 40)
    assert measures["halt_stockout"] == float(down > 0)


def test_the_first_and_the_last_day_of_a_standstill():
    read, plan = plant({"car": {"a": 2, "b": 1}}, {"car": 10}, {"a": 1000, "b": 50}, {"car": 1000}, **TEN)
    log = []
    future = draw(read, 1, 0).with_incidents((strike("maker of b", 10, 14),))
    relive(read, plan, future, log)
    came = [(lot.received, lot.units) for lot in log if lot.stock.name == "shop" and 8 <= lot.received < 30]
    assert came == [(float(day), 10.0) for day in (*range(8, 14), *range(25, 30))]
    waits = [step for lot in log for step in lot.steps if step.stage == "kits"]
    assert {step.where for step in waits} == {"b at line"}
    assert min(step.start for step in waits) == 14.0
    assert max(step.end for step in waits) == 25.0


def test_a_line_survives_as_long_as_its_least_cover():
    """All makers stop for good on day 10: min over components of cover, in days, then every day is down."""
    cover = {"a": 7, "b": 3, "c": 5}
    bill = {"a": 2, "b": 1, "c": 4}
    levels = {one: bill[one] * 10 * (2 + days) for one, days in cover.items()}
    read, plan = plant({"car": bill}, {"car": 10}, levels, {"car": 1000}, **TEN)
    ledger = lived(read, plan, *(strike(f"maker of {one}", 10, 1000) for one in bill))
    assert ledger.told["line_down_days"] == pytest.approx(40 - 11 - min(cover.values()))
    store = ledger.sites["store"]
    assert store.items == ("a", "b", "c")
    np.testing.assert_allclose(store.short_days, [0, 26, 0])
    np.testing.assert_allclose(store.consumed, [2 * 10 * 13, 10 * 13, 4 * 10 * 13])


@pytest.mark.parametrize("rates", [{"a": 30, "b": 8}, {"a": 12, "b": 20}, {"a": 20, "b": 10}])
def test_output_is_the_least_that_components_allow(rates):
    """An assembly system makes min over components of supply / need: makers with limited capacity, orders without end."""
    read, plan = plant({"car": {"a": 2, "b": 1}}, {"car": 0}, {"a": 0, "b": 0}, {"car": 0})
    makers = [Supplier(name=f"maker of {one}", capacity=rate) for one, rate in rates.items()]
    read = dataclasses.replace(read, suppliers=(*makers, *read.suppliers[2:]))
    ledger = lived(read, asking(plan, store={0: [10_000, 10_000]}, shop={0: [10_000]}))
    # made from day 0 on, a day on the way: 39 days of supply up to day 39
    assert ledger.sites["shop"].received[0] == pytest.approx(39 * min(rates["a"] / 2, rates["b"]))


def asking(plan, **orders):
    """The plan with policies that order these quantities, by warehouse and day, and nothing else."""

    def policy(days):
        return lambda view: np.array(days.get(int(view.day), [0.0] * len(view.items)), dtype=float)

    asked = {where: policy(orders.get(where, {})) for where in ("store", "shop")}
    return Plan("test", tuple(dataclasses.replace(one, policy=asked[one.warehouse]) for one in plan.lines))


def test_whole_units_take_whole_kits():
    """7 a, 2 a kit, whole units: 3 kits, and one a is left."""
    read, plan = plant({"car": {"a": 2}}, {"car": 0}, {"a": 7}, {"car": 0}, units="integer", horizon=5)
    ledger = lived(read, asking(plan, shop={0: [5]}))
    assert ledger.sites["store"].consumed[0] == 6
    assert ledger.sites["store"].closing["on_hand"][0] == 1
    # 2 of 5 cars wait: capacity is not limited, so that 2/5 of day 0's work is lost, and all of what waits on days 1 to 4
    assert ledger.told["line_down_days"] == pytest.approx(2 / 5 + 4)


VAN_AND_CAR = {"van": {"a": 1, "axle": 1}, "car": {"a": 1}}


@pytest.mark.parametrize(
    ("factory", "orders", "cars", "down"),
    [
        # cars are ordered first: they are made, and vans wait from day 1 to 3
        ({}, {0: [0, 4], 1: [6, 0]}, 4, 3 * 0.6),
        # vans are ordered first, or come first: the line stands still before it comes to the cars
        ({}, {0: [6, 0], 1: [0, 4]}, 0, 0.6 + 3 * 1.0),
        ({"sequence": "priority"}, {0: [6, 4]}, 0, 4 * 1.0),
        # or it goes on with the cars, and only what vans would have taken is lost
        ({"missing": "skips"}, {0: [6, 0], 1: [0, 4]}, 4, 4 * 0.6),
        ({"sequence": "priority", "missing": "skips"}, {0: [6, 4]}, 4, 4 * 0.6),
    ],
)
def test_sequence_and_what_a_missing_component_holds_up(factory, orders, cars, down):
    """Orders of 6 vans and 4 cars, capacity 10, no axles, four mornings."""
    read, plan = plant(
        VAN_AND_CAR,
        {"van": 0, "car": 0},
        {"a": 100, "axle": 0},
        {"van": 0, "car": 0},
        horizon=4,
        factory={"capacity": 10.0, **factory},
    )
    ledger = lived(read, asking(plan, shop=orders))
    assert ledger.sites["shop"].received.tolist() == [0, cars]
    assert ledger.told["line_down_days"] == pytest.approx(down)


def made_by(orders, **factory):
    """(day, product, units) of all that a line makes of vans and cars, both of a alone."""
    read, plan = plant(
        {"van": {"a": 1}, "car": {"a": 1}},
        {"van": 0, "car": 0},
        {"a": 1000},
        {"van": 0, "car": 0},
        horizon=6,
        factory=factory,
    )
    log = []
    relive(read, asking(plan, shop={0: orders}), draw(read, 1, 0), log)
    return sorted(
        (lot.received, ("van", "car")[place], units)
        for lot in log
        if lot.stock.name == "shop" and np.isfinite(lot.received)
        for place, units in zip(lot.index.tolist(), lot.quantity.tolist(), strict=True)
        if units
    )


def test_rotation_begins_each_morning_with_the_next_product():
    assert made_by([25, 25], capacity=10.0, sequence="rotation") == [
        (0.0, "van", 10.0),
        (1.0, "car", 10.0),
        (2.0, "van", 10.0),
        (3.0, "car", 10.0),
        (4.0, "car", 5.0),
        (4.0, "van", 5.0),
    ]


def test_hours_of_products_share_the_capacity_of_a_day():
    """12 hours a day; a van takes 3, a car 1: of 10 vans and 10 cars, 4 vans a day, then 2 vans and 6 cars, then 4 cars."""
    makes = [{"product": "van", "parts": {"a": 1}, "hours": 3}, {"product": "car", "parts": {"a": 1}}]
    assert made_by([10, 10], capacity=12.0, makes=makes) == [
        (0.0, "van", 4.0),
        (1.0, "van", 4.0),
        (2.0, "car", 6.0),
        (2.0, "van", 2.0),
        (3.0, "car", 4.0),
    ]


def test_a_level_schedule_builds_the_same_every_day_whatever_is_ordered():
    """10 a day for the shop against a demand of 8: 2 a day pile up, and components leave at 10 kits a day."""
    read, plan = plant(
        {"car": {"a": 2}},
        {"car": 8},
        {"a": 60},
        {"car": 0},
        factory={"schedule": "level", "makes": [{"product": "car", "parts": {"a": 2}, "level": 10}]},
    )
    ledger = lived(read, plan)
    shop = ledger.sites["shop"]
    assert ledger.sites["store"].consumed[0] == pytest.approx(2 * 400)
    assert shop.received[0] == pytest.approx(400)
    assert shop.closing["on_hand"][0] == pytest.approx(80)
    assert ledger.told["line_down_days"] == 0


def test_a_fire_at_the_factory_stops_it_but_is_no_want_of_components():
    read, plan = plant({"car": {"a": 1}}, {"car": 10}, {"a": 100}, {"car": 10}, **TEN)
    fire = strike("line", 10, 5)
    ledger = lived(read, plan, fire)
    assert ledger.told["line_down_days"] == 0
    assert ledger.sites["shop"].short_days[0] > 0


def test_a_line_fed_by_a_line():
    """Engines of one line are components of the next: two levels of bills, each component as often as the bills say."""
    read = world(
        horizon=30,
        items=[
            {"item": "car", "standard_cost": 10.0, "supplier": "assembly"},
            {"item": "engine", "standard_cost": 5.0, "supplier": "engines"},
            {"item": "piston", "standard_cost": 1.0, "supplier": "source"},
        ],
        factories=[
            {"name": "assembly", "store": "store", "makes": [{"product": "car", "parts": {"engine": 1}}]},
            {
                "name": "engines",
                "store": "store",
                "production_time": 1,
                "makes": [{"product": "engine", "parts": {"piston": 4}}],
            },
        ],
        warehouses=[{"name": "store"}, {"name": "shop"}],
        lanes=[
            {"name": "in", "origin": ["source", "engines"], "destination": "store"},
            {"name": "out", "origin": ["assembly"], "destination": "shop"},
        ],
        demand=[{"item": "car", "warehouse": "shop", "model": "deterministic", "mean": 5}],
    )
    levels = {"car": ("shop", "assembly", 10), "engine": ("store", "engines", 20), "piston": ("store", "source", 100)}
    plan = Plan(
        "test",
        tuple(
            PlanLine(item=item, warehouse=where, origin=origin, policy="base_stock", order_up_to=level)
            for item, (where, origin, level) in levels.items()
        ),
    )
    ledger = lived(read, plan)
    store = ledger.sites["store"]
    used = dict(zip(store.items, store.consumed.tolist(), strict=True))
    # 29 orders of 5 cars take 145 engines; the store asks for engines a morning later: 28 orders of 5
    assert used == {"engine": 145.0, "piston": 4 * 140.0}


def test_books_that_do_not_balance_are_told():
    read, plan = plant({"car": {"a": 2}}, {"car": 10}, {"a": 60}, {"car": 10})

    class Crooked:
        def __init__(self, factory):
            self.factory = factory

        def imbalance(self):
            return ["an order is gone"]

        def used(self, into):
            into += 1.0

    ledger = lived(read, plan)
    told = misused([Crooked(read.factories[0])], ledger)
    assert told[0] == "an order is gone"
    assert told[1].startswith("kits of item 'a' at 'store': 780 consumed is not 1 in the products started")


def test_components_age_and_defects_are_found_as_they_are_used():
    """Half of the b are bad from day 10 on; the first is found by the kit that uses it, after 3 days of older ones."""
    spell = {"name": "spell", "kind": "bad_spell", "supplier": "maker of b", "defects": 0.5, "start": 10, "length": 4}
    content = {"quality": {"defects": "expected", "sort_days": 2}, "disruptions": [spell]}
    read, plan = plant(
        {"car": {"a": 2, "b": 1}}, {"car": 10}, {"a": 60, "b": 50}, {"car": 100}, scenario=content, **TEN
    )
    ledger = lived(read, plan, *draw(read, 1, 0).incidents)
    store = ledger.sites["store"]
    assert store.items == ("a", "b")
    # made on day 10, there on day 11; 30 older ones are used on days 11 to 13, and the kits of day 14 find it out
    assert ledger.told["discoveries"] == 1
    assert ledger.told["discovery_days"] == pytest.approx(4)
    assert store.scrapped[1] > 0
    assert store.consumed[0] == 2 * store.consumed[1]


def test_components_that_the_line_uses_every_day_are_not_dead_stock():
    """Nobody but the line asks for bolts: 10 a day for kits, 100 on hand, so that nothing lies for want of demand."""
    read, plan = plant(
        {"car": {"bolt": 2.0}},
        {"car": 5.0},
        {"bolt": 100.0},
        {"car": 30.0},
        scenario={
            "write_down": {"every": 10, "share": 0.5, "after": 5, "cover": 30.0, "recent": 10},
            "costs": {"obsolescence_rate": 0.0},
        },
    )
    store = lived(read, plan).sites["store"]
    assert store.consumed[0] > 300
    assert store.written_down[0] == 0.0


def test_components_that_the_line_no_longer_uses_are_written_down():
    """The line uses nothing while its other component is missing from day 5 on: all bolts are dead from day 11 on."""
    read, plan = plant(
        {"car": {"bolt": 2.0, "nut": 1.0}},
        {"car": 5.0},
        {"bolt": 100.0, "nut": 20.0},
        {"car": 30.0},
        horizon=25,
        scenario={
            "write_down": {"every": 10, "share": 0.5, "after": 8, "recent": 10},
            "costs": {"obsolescence_rate": 0.0},
        },
    )
    store = lived(read, plan, strike("maker of nut", 1, 100)).sites["store"]
    assert store.written_down[0] == pytest.approx(0.5 * store.closing["on_hand"][0])


def test_components_in_process_are_no_longer_the_suppliers():
    """Consigned bolts bear no capital cost on hand and on their way; those in kits have been used, and are ours."""
    read, plan = plant(
        {"car": {"bolt": 2.0}}, {"car": 5.0}, {"bolt": 100.0}, {"car": 30.0}, factory={"production_time": 4.0}
    )
    owned = [dataclasses.replace(one, owner="supplier") if one.name == "store" else one for one in read.warehouses]
    read = dataclasses.replace(read, warehouses=tuple(owned))
    store = lived(read, plan).sites["store"]
    there = store.on_hand_days + store.transit_days
    # 10 bolts a day from day 1 on, 4 days in process; those of the last three days are not done at the end
    assert (there - store.consigned_days)[0] == pytest.approx(10 * (36 * 4 + 3 + 2 + 1))
