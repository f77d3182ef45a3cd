"""Emergency ways by hand: air when cover is low, detours around a closed port, transshipment, shared demand."""

import dataclasses

import numpy as np
import pytest
from small_worlds import alike, draw, line, relive, some_items, world

from sim.disruptions import Incident
from sim.errors import ScenarioError
from sim.outcome import made
from sim.plan import Plan
from sim.prices import PricePath

AIR = {"name": "air", "origin": ["source"], "destination": "site", "role": "expedite", "mode": "air"}


def one_item(horizon=12, production=10.0, air=(2.0,), air_keys=None, **keys):
    """One item with steady demand, made in ten days and brought at once, or by air in two."""
    return world(
        **{
            "horizon": horizon,
            "items": some_items("a", volume=0.5),
            "suppliers": [{"name": "source", "production_time": production}],
            "lanes": [
                {"name": "lane", "origin": ["source"], "destination": "site", "freight": 60, "legs": [{"transit": 0}]},
                {**AIR, "freight": 835, "legs": [{"transit": leg} for leg in air], **(air_keys or {})},
            ],
            "demand": [{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 1.0}],
            **keys,
        }
    )


def flown(scenario, level=5.0, log=None, **numbers):
    """What came by air, (day ordered, day received, units), and the ledger; traced and untraced runs are the same."""
    given = {"forecast": 1.0, "lead_time": 10.0, "expedite_by": "air", "expedite_below": 2.0, **numbers}
    plan, future = Plan("test", (line("a", level, **given),)), draw(scenario, 1, 0)
    log = [] if log is None else log
    ledger = relive(scenario, plan, future, log)
    alike(ledger, relive(scenario, plan, future), exactly=False)
    made(scenario, "test", ledger)
    return [(lot.ordered, lot.received, lot.units) for lot in log if lot.lane == "air"], ledger.sites["site"]


def test_air_lifts_cover_to_the_trigger_and_a_review_period_and_the_ordinary_order_shrinks():
    orders, site = flown(one_item())
    # 5 on hand; on day 3 there are 2 left and nothing is due within 2 days. From day 9 the ordinary orders of days 1 and 2
    # (due on days 11 and 12) count again; those of days 3 to 8 were not placed, because air took their place
    assert orders == [(day, day + 2.0, 1.0) for day in (3, 4, 5, 6, 7, 8)] + [(11, np.inf, 1.0)]
    assert site.demand[0] == site.served[0] == 12
    assert site.expedited[0] == 7
    assert site.ordered[0] == 7 + 4  # the ordinary ones of days 1, 2, 9 and 10
    # the order of day 11 leaves at once, so that all seven have paid
    assert site.expedite[0] == 7 * 0.5 * 835
    # the ordinary order of day 1 departed on day 11
    assert site.freight[0] == 1 * 0.5 * 60
    assert site.lines[0] == 11


def test_money_of_air_is_expediting_and_not_freight():
    scenario = one_item()
    plan = Plan("test", (line("a", 5.0, forecast=1.0, lead_time=10.0, expedite_by="air", expedite_below=2.0),))
    found = made(scenario, "test", relive(scenario, plan, draw(scenario, 1, 0))).measures
    assert found["expediting_cost"] == pytest.approx(7 * 0.5 * 835 * 365 / 12)
    assert found["freight_cost"] == pytest.approx(30 * 365 / 12)


def test_only_when_out_waits_until_nothing_is_there_or_near():
    # out on the morning of day 5; air brings a day's demand on day 7, by when two customers wait
    orders, site = flown(one_item(), expedite_below=0.0)
    assert orders[0] == (5, 7, 1)
    # each later morning nets what waits against what flies: day 6: -1 + 1 = 0, so one more, and so on
    assert [day for day, _, _ in orders] == [5, 6, 7, 8]
    # what was flown arrives on days 7 to 10, the first ordinary order on day 11: five units, all to customers who waited
    assert (site.served[0], site.late[0], site.closing["waiting"][0]) == (5, 5, 2)


def test_what_is_overdue_is_not_counted_on():
    # planned for three days, made in ten: orders of days 1 and 2 are overdue on days 4 and 5
    orders, _ = flown(one_item(), lead_time=3.0)
    # day 3: 2 on hand, both orders due on days 4 and 5, cover 4. Day 4: 1 on hand; the order of day 1 is due and not there,
    # those of days 2 and 3 are: cover 3. Day 5: none on hand, the orders of days 3 and 4 due by day 7: cover 2
    assert orders[0] == (5, 7, 1)


def test_most_of_one_order_capacity_and_multiple():
    assert flown(one_item(), review_every=4.0, expedite_below=6.0)[0][0] == (0, 2, 5)
    assert flown(one_item(), review_every=4.0, expedite_below=6.0, expedite_most=2.0)[0][0] == (0, 2, 2)
    assert flown(one_item(units="integer"), review_every=4.0, expedite_below=6.0, multiple=4.0)[0][0] == (0, 2, 8)
    # 0.6 m3 a day for the four days of a review: 4.8 units, of which 4 are whole
    narrow = one_item(units="integer", air_keys={"capacity": 0.6})
    assert flown(narrow, review_every=4.0, expedite_below=6.0)[0][0] == (0, 2, 4)


def two_suppliers(near, far, disruptions=(), mean=1.0):
    """A supplier and another so many days away, and four days by air from the first."""
    return world(
        horizon=12,
        items=some_items("a", supplier="source;other", volume=0.5),
        suppliers=[{"name": "source"}, {"name": "other"}],
        lanes=[
            {"name": "road", "origin": ["source"], "destination": "site", "legs": [{"transit": near}]},
            {"name": "sea", "origin": ["other"], "destination": "site", "legs": [{"transit": far}]},
            {
                "name": "air",
                "origin": ["source"],
                "destination": "site",
                "role": "expedite",
                "mode": "air",
                "legs": [{"transit": 4}],
            },
        ],
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": mean}],
        disruptions=list(disruptions),
    )


def test_each_part_of_a_split_is_due_by_its_own_lead_time():
    """Two a day, one of each order from two days away and one from ten: before day 7 nothing by sea is due within air's four
    days. On day 6 there are 20 - 12 + 4 on hand and 1 is due: 13, and 6.75 days and one more are 15.5 units.
    """
    given = {"second_origin": "other", "second_share": 0.5, "lead_time": 6.0, "forecast": 2.0}
    orders, site = flown(two_suppliers(2.0, 10.0, mean=2.0), level=20.0, expedite_below=6.75, **given)
    assert orders[0] == (6, 10, 2.5)
    assert site.served[0] == 24
    # at the mean of both, 6 days, 3 more would seem to be due
    assert flown(two_suppliers(2.0, 10.0, mean=2.0), level=20.0, expedite_below=6.25, **given)[0] == []


def test_what_a_backup_was_asked_for_is_due_by_its_own_lead_time():
    """Stopped from day 3, noticed on day 5: then the backup, eight days away, gets the day's unit and two that are stuck.

    On day 6 there are 6 on hand; those 3 are due on day 13, not on day 7 as they would be from the first.
    """
    stop = {"kind": "supplier_outage", "name": "stop", "supplier": "source", "start": 3, "length": 6}
    given = {"backup_origin": "other", "backup_after": 2.0, "lead_time": 2.0, "forecast": 1.0}
    scenario = two_suppliers(2.0, 8.0, [stop])
    log = []
    orders, _ = flown(scenario, log=log, level=10.0, expedite_below=6.0, **given)
    assert next((lot.ordered, lot.units) for lot in log if lot.origin == "other") == (5, 3)
    assert (orders[0][0], orders[0][2]) == (6, 1)


def test_goods_not_at_the_dock_are_made_first():
    orders, _ = flown(one_item(production=3.0, air_keys={"from_stock": False}), lead_time=3.0, expedite_below=4.0)
    # air takes 3 + 2 days, and counts what is due within 5: on day 0 there are 5 on hand, on day 1 4
    assert orders[0] == (1, 6, 1)


def test_capacity_goes_to_the_most_critical_item_then_to_the_least_cover():
    items = [
        {"item": name, "standard_cost": 1.0, "supplier": "source", "volume": 1.0, "criticality": what}
        for name, what in (("x", "inconveniences"), ("y", "halts production"), ("z", "halts production"))
    ]
    scenario = one_item(
        items=items,
        air_keys={"capacity": 4.0},
        demand=[{"item": name, "warehouse": "site", "model": "deterministic", "mean": 1.0} for name in "xyz"],
    )
    given = {"forecast": 1.0, "lead_time": 10.0, "expedite_by": "air", "expedite_below": 4.0}
    plan = Plan("test", (line("x", 1.0, **given), line("y", 2.0, **given), line("z", 1.0, **given)))
    log = []
    relive(scenario, plan, draw(scenario, 1, 0), log)
    first = next(lot for lot in log if lot.lane == "air")
    # wanted on day 0: 4, 3 and 4 units; 4 m3: z has less cover than y, x may do without
    assert dict(zip(first.index.tolist(), first.quantity.tolist(), strict=True)) == {2: 4.0}


def test_a_stopped_supplier_sends_nothing_by_air_until_it_works():
    stop = {"kind": "supplier_outage", "name": "stop", "supplier": "source", "start": 2, "length": 4}
    orders, _ = flown(one_item(disruptions=[stop]))
    assert orders[0] == (3, 8, 1)


def test_a_supplier_that_refuses_orders_refuses_emergencies():
    short = {
        "kind": "component_shortage",
        "name": "short",
        "supplier": "source",
        "start": 2,
        "length": 4,
        "allocation": 1,
    }
    orders, _ = flown(one_item(disruptions=[short]))
    assert orders[0][0] == 6


def test_incidents_make_air_dearer():
    shock = {"kind": "freight_shock", "name": "shock", "mode": "air", "freight_factor": 3.0, "start": 0, "length": 5}
    _, site = flown(one_item(disruptions=[shock]))
    assert site.expedite[0] == (2 * 3 + 5) * 0.5 * 835
    # the price of expediting counts where it is given, and only on lanes of emergency orders
    both = {**shock, "mode": "truck", "freight_factor": 5.0}
    assert flown(one_item(disruptions=[both]))[1].expedite[0] == 7 * 0.5 * 835
    del both["mode"]
    _, site = flown(one_item(disruptions=[{**both, "expedite_factor": 2.0}]))
    assert site.expedite[0] == (2 * 2 + 5) * 0.5 * 835


# -- detours -------------------------------------------------------------------------------------------------------------


def around(detour=None, departures=None, horizon=40, **keys):
    """Made at once; by sea 5 days, a port, 1 day; closed on days 10 to 29. The detour takes 9 days."""
    main = {"name": "lane", "origin": ["source"], "destination": "site", "freight": 10, "mode": "sea"}
    main["legs"] = [{"transit": 5}, {"port": "quay"}, {"transit": 1}]
    lanes = [{**main, **({"departures": departures} if departures else {})}]
    if detour is not None:
        lanes.append(
            {
                "name": "around",
                "origin": ["source"],
                "destination": "site",
                "role": "detour",
                "instead_of": "lane",
                "freight": 25,
                "legs": [{"transit": 9}],
                **detour,
            }
        )
    return world(
        horizon=horizon,
        items=some_items("a", volume=1.0),
        lanes=lanes,
        ports=[{"name": "quay"}],
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 1.0}],
        disruptions=keys.pop(
            "disruptions", [{"kind": "port_closure", "name": "shut", "port": "quay", "start": 10, "length": 20}]
        ),
        **keys,
    )


def came(scenario, level=20.0, **numbers):
    """Day received and lane by day of ordering; traced, untraced and followed runs are the same."""
    plan, future, log = (
        Plan("test", (line("a", level, forecast=1.0, lead_time=6.0, **numbers),)),
        draw(scenario, 1, 0),
        [],
    )
    ledger = relive(scenario, plan, future, log)
    alike(ledger, relive(scenario, plan, future), exactly=False)
    made(scenario, "test", ledger)
    return {lot.ordered: (lot.received, lot.lane) for lot in log}, ledger.sites["site"]


def test_goods_take_the_detour_once_the_closure_is_seen():
    found, site = came(around({"after": 2}))
    for day in range(1, 40):
        if day + 5 < 10:
            expected = (day + 6, "lane")
        elif day < 12:  # under way, or departed before anybody acted
            expected = (31, "lane")
        elif day < 30:
            expected = (day + 9, "around")
        else:
            expected = (day + 6, "lane")
        if expected[0] >= 40:
            expected = (np.inf, expected[1])
        assert found[day] == expected, day
    assert site.freight[0] == 18 * 25 + (39 - 18) * 10


def test_without_detour_all_wait_for_the_port():
    found, _ = came(around())
    assert all(found[day] == (31, "lane") for day in range(5, 26))


def test_sailings_are_turned_on_the_day_they_would_leave():
    found, _ = came(around({"departures": {"every": 2}}, departures={"every": 7}))
    # sailings on days 7, 14, 21, 28, 35; those of days 14 to 28 go round, by the detour's own sailings on even days
    assert found[8] == (23, "around")
    assert found[15] == (22 + 9, "around")  # it would sail on day 21; the detour's next departure is day 22
    assert found[29] == (np.inf, "lane")


def test_goods_that_wait_for_a_closed_lane_are_turned_when_it_is_seen():
    shut = [{"kind": "lane_closure", "name": "shut", "lane": "lane", "start": 10, "length": 20}]
    found, _ = came(around({"after": 3}, disruptions=shut))
    assert found[9] == (15, "lane")
    assert found[10] == found[12] == found[13] == (22, "around")
    assert found[14] == (23, "around")
    # a closure that is over before anybody acts
    short = [{"kind": "lane_closure", "name": "shut", "lane": "lane", "start": 10, "length": 3}]
    assert came(around({"after": 3}, disruptions=short))[0][10] == (19, "lane")


def test_a_slow_port_is_no_closed_one():
    slow = [{"kind": "port_slowdown", "name": "slow", "port": "quay", "start": 10, "length": 20, "remaining": 0.4}]
    assert {way for _, way in came(around({}, disruptions=slow))[0].values()} == {"lane"}
    assert came(around({"at_or_below": 0.4}, disruptions=slow))[0][10] == (19, "around")


def test_boxes_left_behind_take_the_detour():
    boxes = [{"name": "pool", "containers": 1, "capacity": 1.0, "cycle_time": 4.0}]
    scenario = around({}, pools=boxes)
    lanes = (dataclasses.replace(scenario.lanes[0], containers="pool"), scenario.lanes[1])
    found, site = came(dataclasses.replace(scenario, lanes=lanes))
    # a box every fourth day: what is left behind by day 10 goes round at once
    assert sum(way == "around" and ordered < 10 for ordered, (_, way) in found.items()) > 0
    assert site.received[0] + sum(site.pipeline[part][0] for part in site.pipeline) == site.ordered[0]


# -- transshipment -------------------------------------------------------------------------------------------------------


def two_sites(horizon=8, units="integer", disruptions=(), **keys):
    """East takes 3 a day, west nothing; both are supplied in ten days; five days from west to east."""
    return world(
        horizon=horizon,
        units=units,
        items=some_items("a", volume=0.5),
        suppliers=[{"name": "source", "production_time": 10.0}],
        disruptions=list(disruptions),
        warehouses=[{"name": "east"}, {"name": "west"}],
        lanes=[
            *(
                {"name": f"to {place}", "origin": ["source"], "destination": place, "legs": [{"transit": 0}]}
                for place in ("east", "west")
            ),
            {
                "name": "across",
                "origin": ["west"],
                "destination": "east",
                "role": "transship",
                "freight": 90,
                "legs": [{"transit": 5}],
                **keys,
            },
        ],
        demand=[
            {"item": "a", "warehouse": "east", "model": "deterministic", "mean": 3.0},
            {"item": "a", "warehouse": "west", "model": "deterministic", "mean": 1.0},
        ],
    )


def taken(scenario, east=None, west=None):
    plan = Plan(
        "test",
        (
            line(
                "a",
                12.0,
                warehouse="east",
                forecast=3.0,
                lead_time=10.0,
                **{"transship_by": "across", "transship_below": 2.0, **(east or {})},
            ),
            line("a", 20.0, warehouse="west", forecast=1.0, lead_time=10.0, safety_stock=4.0, **(west or {})),
        ),
    )
    log = []
    future = draw(scenario, 1, 0)
    ledger = relive(scenario, plan, future, log)
    alike(ledger, relive(scenario, plan, future), exactly=False)
    outcome = made(scenario, "test", ledger)
    moved = [(lot.ordered, lot.received, lot.units) for lot in log if lot.lane == "across"]
    return moved, ledger.sites["east"], ledger.sites["west"], outcome


def test_goods_come_from_a_warehouse_that_has_some_to_spare():
    moved, east, west, outcome = taken(two_sites())
    # day 2: 6 on hand, nothing due within 5 days, cover 2: 3 units lift it to 3 days. Day 3: 3 on hand + 3 coming, the same;
    # day 4: 0 + 6; day 5: -3 + 9; west has 20 - 5 - 9 = 6 left then, keeps 4, gives 2
    assert moved == [(2, 7, 3), (3, np.inf, 3), (4, np.inf, 3), (5, np.inf, 2)]
    assert west.transshipped[0] == 11
    assert west.received[0] == 0
    assert west.closing["on_hand"][0] == 20 - 8 - 11
    assert east.from_within[0] == east.received[0] == 3  # what came on day 7
    assert east.freight[0] == 11 * 0.5 * 90
    # what comes from within is not bought
    assert outcome.measures["purchase_outlay"] == 0


def test_a_duty_is_not_paid_again_on_what_comes_from_within():
    scenario = two_sites()
    east = line("a", 12.0, warehouse="east", forecast=3.0, lead_time=10.0, transship_by="across", transship_below=2.0)
    plan = Plan("test", (east, line("a", 20.0, warehouse="west", forecast=1.0, lead_time=10.0)))
    duty = Incident(name="duty", kind="tariff", target="item", where="a", start=0.0, end=100.0, price_factor=1.5)
    ledger = relive(scenario, plan, draw(scenario, 1, 0).with_incidents((duty,)))
    assert ledger.sites["east"].received[0] == ledger.sites["east"].from_within[0] > 0
    assert ledger.sites["east"].surcharge[0] == 0
    assert made(scenario, "test", ledger).measures["purchase_price_variance"] == 0


def test_a_duty_on_the_way_between_warehouses_is_no_purchase_price():
    """Nothing is bought on it: the file is refused; an event that hits the lane adds nothing to prices."""
    scenario = two_sites()
    east = line("a", 12.0, warehouse="east", forecast=3.0, lead_time=10.0, transship_by="across", transship_below=2.0)
    plan = Plan("test", (east, line("a", 20.0, warehouse="west", forecast=1.0, lead_time=10.0)))
    duty = Incident("duty", "tariff", "lane", "across", 0.0, 100.0, remaining=1.0, price_factor=1.5)
    ledger = relive(scenario, plan, draw(scenario, 1, 0).with_incidents((duty,)))
    assert ledger.sites["east"].from_within[0] > 0
    assert ledger.sites["east"].surcharge[0] == 0
    measures = made(scenario, "test", ledger).measures
    assert measures["purchase_price_variance"] == measures["purchase_outlay"] == 0
    tariff = {"kind": "tariff", "name": "duty", "lanes": ["across"], "start": 0, "duty": 0.5}
    with pytest.raises(
        ScenarioError, match=r"lanes: 'across' starts at warehouse 'west' of your own: nothing is bought"
    ):
        two_sites(disruptions=[tariff])


def test_the_ordinary_order_shrinks_by_what_comes_from_within_and_the_giver_orders_more():
    _, east, west, _ = taken(two_sites())
    assert east.ordered[0] == 7 * 3  # every morning but the first what was sold, by the one way or the other
    assert west.ordered[0] == 7 * 1 + 11


def test_what_a_warehouse_keeps():
    moved, _, west, _ = taken(two_sites(), west={"transship_keep": 16.0})
    # 18 on hand on day 2, 16 are kept
    assert moved == [(2, 7, 2)]
    assert west.transshipped[0] == 2


# -- consignment and shared demand ---------------------------------------------------------------------------------------


def held(owner="own", fee=0.0, item_owner="own"):
    """A depot with 10 on hand that feeds a shop with 4 in 2 days; one unit is sold a day."""
    return world(
        horizon=10,
        items=some_items("a", owner=item_owner),
        suppliers=[{"name": "source", "production_time": 3.0}],
        costs={"capital_rate": 0.1},
        warehouses=[
            {"name": "depot", "owner": owner, **({"holding_fee": fee} if fee else {})},
            {"name": "shop", "fed_by": "depot"},
        ],
        lanes=[
            {"name": "in", "origin": ["source"], "destination": "depot", "legs": [{"transit": 2}]},
            {"name": "out", "origin": ["depot"], "destination": "shop", "legs": [{"transit": 2}]},
        ],
        demand=[{"item": "a", "warehouse": "shop", "model": "deterministic", "mean": 1.0}],
    )


def owned(scenario, depot=10.0):
    plan = Plan("test", (line("a", depot, warehouse="depot"), line("a", 4.0, warehouse="shop", origin="depot")))
    ledger = relive(scenario, plan, draw(scenario, 1, 0))
    return ledger, made(scenario, "test", ledger).measures


def test_stock_of_the_supplier_bears_no_capital_cost_and_a_fee():
    _, own = owned(held())
    ledger, theirs = owned(held("supplier", 0.04))
    depot = ledger.sites["depot"]
    mine = own["capital_cost"] - theirs["capital_cost"]
    # depot: 10 on hand on day 0; the shop takes one each morning from day 1, replaced after five days from day 6 on
    assert depot.on_hand_days[0] == 10 + 9 + 8 + 7 + 6 + 5 + 5 + 5 + 5 + 5
    # made in three days, then two on the way: departures on days 4 to 9, two days each, one day of the last
    assert depot.transit_days[0] == 2 * 4 + 2 + 1
    assert mine == pytest.approx(0.1 * (65 + 11) / 10)
    assert ledger.fees["consignment"] == pytest.approx(0.04 * 65 / 365)
    assert theirs["sourcing_cost"] == pytest.approx(0.04 * 65 / 10)
    assert theirs["total_cost"] - own["total_cost"] == pytest.approx(0.04 * 6.5 - mine)


def test_an_item_on_consignment_is_the_suppliers_everywhere():
    _, found = owned(held(item_owner="supplier"))
    assert found["capital_cost"] == pytest.approx(0.0, abs=1e-12)


def test_goods_on_consignment_are_bought_when_they_leave_the_stock():
    """Own: 4 units received at the depot, days 6 to 9. The supplier's: 9 shipped to the shop. Everywhere: 10 sold there."""
    for scenario, units in ((held(), 4), (held("supplier"), 9), (held(item_owner="supplier"), 10)):
        assert owned(scenario)[1]["purchase_outlay"] == pytest.approx(units * 365 / 10)
    # at 1.2 of the purchase price each pays what was received on the mean
    for owner, units in (("own", 4), ("supplier", 9)):
        dear = dataclasses.replace(held(owner), suppliers=(dataclasses.replace(held().suppliers[0], price_factor=1.2),))
        found = owned(dear)[1]
        assert found["purchase_outlay"] == pytest.approx(1.2 * units * 365 / 10)
        assert found["purchase_price_variance"] == pytest.approx(0.2 * units * 365 / 10)


def test_goods_on_consignment_are_no_cash_tied_up():
    (_, own), (_, theirs), (_, all_theirs) = owned(held()), owned(held("supplier")), owned(held(item_owner="supplier"))
    # the depot's 65 unit-days on hand and 11 on the way there
    assert own["average_inventory_value"] - theirs["average_inventory_value"] == pytest.approx(7.6)
    assert all_theirs["average_inventory_value"] == pytest.approx(0.0, abs=1e-12)
    assert own["on_hand_value"] == theirs["on_hand_value"] == all_theirs["on_hand_value"]
    assert all_theirs["inventory_change"] == 0


def test_consignment_where_prices_move_or_the_feeder_owns_is_warned_of():
    moving = held("supplier")
    prices = (PricePath(name="up", drift=0.1),)
    assert any("not at the price of that day" in one for one in dataclasses.replace(moving, prices=prices).warnings)
    assert not [one for one in moving.warnings if "consignment" in one or "supplier's" in one]
    odd = tuple(
        dataclasses.replace(one, owner="own" if one.name == "depot" else "supplier") for one in moving.warehouses
    )
    assert any("has been bought at 'depot'" in one for one in dataclasses.replace(moving, warehouses=odd).warnings)


def lots_of_five(seen):
    scenario = held()
    warehouses = (dataclasses.replace(scenario.warehouses[0], orders_on=seen), scenario.warehouses[1])
    scenario = dataclasses.replace(scenario, warehouses=warehouses)
    shop = line("a", 7.0, warehouse="shop", origin="depot", policy="r_nQ", reorder_point=2.0, order_quantity=5.0)
    plan = Plan("test", (line("a", 10.0, warehouse="depot"), shop))
    log = []
    relive(scenario, plan, draw(scenario, 1, 0), log)
    return {
        where: [(lot.ordered, lot.units) for lot in log if lot.stock.name == where and lot.ordered < 10]
        for where in ("shop", "depot")
    }


def test_a_supplier_that_sees_demand_orders_what_is_sold_and_not_what_is_ordered():
    on_orders, on_demand = lots_of_five("orders"), lots_of_five("demand")
    assert on_orders["shop"] == on_demand["shop"] == [(5, 5)]
    # on orders, the depot sees nothing for five days and then five units; it reviews after the shop
    assert on_orders["depot"] == [(5, 5)]
    assert on_demand["depot"] == [(day, 1) for day in range(1, 10)]


def test_with_base_stock_below_both_views_are_the_same():
    """Installation and echelon base-stock policies are equivalent where those below order one for one (Axsäter, Rosling)."""
    scenario = held()
    seen = dataclasses.replace(scenario.warehouses[0], orders_on="demand")
    alike(owned(scenario)[0], owned(dataclasses.replace(scenario, warehouses=(seen, scenario.warehouses[1])))[0])


# -- plans that do not fit -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"expedite_by": "aïr"}, "plan 'test': 'a' at 'site': expedite_by: 'aïr' is not a lane (did you mean 'air'?)"),
        (
            {"expedite_by": "lane"},
            "plan 'test': 'a' at 'site': expedite_by: 'lane' has role 'standard', not 'expedite'",
        ),
        (
            {"transship_by": "air"},
            "plan 'test': 'a' at 'site': transship_by: 'air' has role 'expedite', not 'transship'",
        ),
    ],
)
def test_a_way_that_is_none(numbers, message):
    scenario = one_item()
    with pytest.raises(ScenarioError) as caught:
        relive(scenario, Plan("test", (line("a", 5.0, **numbers),)), draw(scenario, 1, 0))
    assert message in str(caught.value)


def test_single_orders_have_no_emergency_ways():
    scenario = one_item(
        review="continuous", demand=[{"item": "a", "warehouse": "site", "model": "orders", "rate": 1.0}]
    )
    with pytest.raises(ScenarioError, match="emergency orders need demand by day"):
        relive(scenario, Plan("test", (line("a", 5.0, expedite_by="air"),)), draw(scenario, 1, 0))
