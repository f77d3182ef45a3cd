"""Suppliers with limited capacity, and boxes that come back: small worked examples."""

import numpy as np
import pytest
from small_worlds import draw, line, one_lane, relive, some_items, world

from sim.disruptions import Incident
from sim.plan import Plan
from sim.world.clock import Clock
from sim.world.loading import rationed, squeezed
from sim.world.parcel import Parcel
from sim.world.yard import Yard


def steady(mean, *names):
    return [{"item": name, "warehouse": "site", "model": "deterministic", "mean": mean} for name in names or ("a",)]


def received(scenario, plan, future=None):
    """(ordered, time, units by item position) of every receipt."""
    log = []
    relive(scenario, plan, draw(scenario, 1, 0) if future is None else future, log)
    found = [
        (
            lot.ordered,
            lot.received,
            {place: units for place, units in zip(lot.index.tolist(), lot.quantity.tolist(), strict=True) if units},
        )
        for lot in log
        if np.isfinite(lot.received)
    ]
    return sorted(found, key=lambda one: (one[1], one[0], min(one[2])))


def once(quantities):
    """A policy that orders these quantities, a list for each day, and nothing else."""

    def policy(view):
        found = quantities.get(view.day, [0.0] * len(view.items))
        return np.array(found, dtype=float)

    return policy


def a_supplier(capacity, orders, names=("a",), units="continuous", **keys):
    scenario = world(
        horizon=40,
        units=units,
        items=some_items(*names),
        suppliers=[{"name": "source", "capacity": capacity, "production_time": 2.0}],
        lanes=one_lane(1.0),
        demand=steady(0.0, *names),
        **keys,
    )
    policy = once(orders)
    return scenario, Plan("test", tuple(line(name, policy=policy) for name in names))


def test_capacity_serves_first_come_first_served_and_splits():
    scenario, plan = a_supplier(10.0, {3.0: [25.0], 4.0: [8.0]})
    assert received(scenario, plan) == [
        (3.0, 6.0, {0: 10.0}),
        (3.0, 7.0, {0: 10.0}),
        (3.0, 8.0, {0: 5.0}),
        (4.0, 8.0, {0: 5.0}),
        (4.0, 9.0, {0: 3.0}),
    ]


def test_unused_capacity_is_lost_and_an_evening_order_waits_for_the_morning():
    scenario, plan = a_supplier(10.0, {3.0: [4.0], 9.0: [15.0]})
    assert received(scenario, plan) == [(3.0, 6.0, {0: 4.0}), (9.0, 12.0, {0: 10.0}), (9.0, 13.0, {0: 5.0})]
    scenario, plan = a_supplier(10.0, {3.5: [4.0]}, review="evening")
    assert received(scenario, plan) == [(3.5, 7.0, {0: 4.0})]


def test_what_is_done_of_a_whole_unit_is_not_lost_while_somebody_waits():
    """At half a unit a day a unit takes two days; none would ever be made if half units were lost each night."""
    scenario, plan = a_supplier(0.5, {3.0: [3.0]}, units="integer")
    assert [time for _, time, _ in received(scenario, plan)] == [7.0, 9.0, 11.0]
    scenario, plan = a_supplier(2.5, {3.0: [10.0]}, units="integer")
    assert [(time, units[0]) for _, time, units in received(scenario, plan)] == [
        (6.0, 2.0),
        (7.0, 3.0),
        (8.0, 2.0),
        (9.0, 3.0),
    ]


def test_an_order_line_set_is_made_in_the_order_of_the_catalogue():
    scenario, plan = a_supplier(10.0, {3.0: [6.0, 7.0]}, names=("a", "b"))
    assert received(scenario, plan) == [(3.0, 6.0, {0: 6.0, 1: 4.0}), (3.0, 7.0, {1: 3.0})]


def test_a_stopped_supplier_finishes_late_and_does_not_forget():
    outage = [{"kind": "supplier_outage", "name": "outage", "supplier": "source", "start": 4, "length": 5}]
    scenario, plan = a_supplier(10.0, {3.0: [25.0]}, disruptions=outage)
    # the first ten had one day of work left at the stop; the rest is begun when work resumes
    assert received(scenario, plan) == [(3.0, 11.0, {0: 10.0}), (3.0, 12.0, {0: 10.0}), (3.0, 13.0, {0: 5.0})]


def test_goods_that_are_never_made_are_never_shipped():
    """An outage beyond the end, and a lane that needs boxes: nothing leaves the factory meanwhile."""
    scenario = world(
        horizon=60,
        items=some_items("a", volume=1.0),
        suppliers=[{"name": "source", "production_time": 3.0}],
        pools=[{"name": "boxes", "containers": 100, "cycle_time": 5.0}],
        lanes=[
            {
                "name": "lane",
                "origin": ["source"],
                "destination": "site",
                "legs": [{"transit": 2.0}],
                "containers": "boxes",
            }
        ],
        demand=steady(1.0),
        disruptions=[{"kind": "supplier_outage", "name": "o", "supplier": "source", "start": 20, "length": 400}],
    )
    came = received(scenario, Plan("test", (line("a", 10.0),)))
    assert max(ordered for ordered, _, _ in came) == 17.0
    assert max(time for _, time, _ in came) == 22.0
    site = relive(scenario, Plan("test", (line("a", 10.0),)), draw(scenario, 1, 0)).sites["site"]
    assert site.received[0] == sum(units[0] for _, _, units in came)


@pytest.mark.parametrize("share", ["negligible", "counts"])
@pytest.mark.parametrize("boxes", [True, False])
def test_goods_before_a_port_that_stays_closed_never_arrive_and_leave_once(share, boxes):
    scenario = world(
        horizon=60,
        items=some_items("a", volume=1.0),
        ports=[{"name": "quay", "background": 0.0, "own_share": share}],
        pools=[{"name": "boxes", "containers": 100, "cycle_time": 5.0}],
        lanes=[
            {
                "name": "lane",
                "origin": ["source"],
                "destination": "site",
                "legs": [{"transit": 2.0}, {"port": "quay"}, {"transit": 1.0}],
                "freight": 1.0,
                "departures": {"every": 7},
                **({"containers": "boxes"} if boxes else {}),
            }
        ],
        demand=steady(1.0),
        disruptions=[{"kind": "port_closure", "name": "c", "port": "quay", "start": 20, "length": 400}],
    )
    ledger = relive(scenario, Plan("test", (line("a", 30.0),)), draw(scenario, 1, 0))
    site = ledger.sites["site"]
    # each unit pays once, on the sailings of days 0 to 56; what was ordered from day 57 on has not sailed
    assert site.freight[0] == pytest.approx(site.ordered[0] - 3.0)


# -- boxes ---------------------------------------------------------------------------------------------------------


def a_yard(containers=10.0, cycle=6.0, whole=False, incidents=()):
    scenario = world(
        horizon=60,
        items=some_items("a", volume=1.0),
        pools=[{"name": "boxes", "containers": containers, "capacity": 2.0, "cycle_time": cycle, "whole": whole}],
        lanes=one_lane(1.0, containers="boxes"),
        demand=steady(1.0),
    )
    return Yard(scenario.pools[0], draw(scenario, 1, 0).with_incidents(tuple(incidents))), scenario


def test_boxes_come_back_after_the_cycle_time():
    yard, _ = a_yard()
    yard.load(4.0, 1.0)
    yard.load(5.0, 3.0)
    assert [yard.free(time) for time in (3.0, 6.999, 7.0, 8.999, 9.0)] == [1.0, 1.0, 5.0, 5.0, 10.0]
    assert yard.imbalance(9.0) == 0


def forget(yard):
    yard._returning.pop()


def return_twice(yard):
    yard._returned += 4.0


def make_up(yard):
    yard.out -= 2.0


def load_too_many(yard):
    yard.load(9.0, 4.0)


@pytest.mark.parametrize("wrong", [forget, return_twice, make_up, load_too_many])
@pytest.mark.parametrize("time", [4.0, 10.0, 15.0])
def test_boxes_that_go_astray_are_found(wrong, time):
    """A box forgotten, one that comes back twice, one from nowhere, and more loaded than there are; in a shortage too."""
    hit = Incident("n", "container_shortage", "pool", "boxes", 10.0, 20.0, 0.95)
    yard, _ = a_yard(cycle=16.0, incidents=[hit])
    yard.load(4.0, 1.0)
    yard.load(5.0, 3.0)
    assert yard.imbalance(time) == pytest.approx(0, abs=1e-12)
    wrong(yard)
    assert yard.imbalance(time) > 1


def test_a_shortage_takes_boxes_away_and_slows_those_that_are_loaded():
    hit = Incident("n", "container_shortage", "pool", "boxes", 10.0, 20.0, 0.5, cycle_factor=2.0)
    yard, _ = a_yard(incidents=[hit])
    yard.load(2.0, 9.0)
    assert yard.free(9.0) == 8.0
    assert yard.free(10.0) == 3.0
    yard.load(3.0, 10.0)
    assert [yard.free(time) for time in (15.0, 19.9, 20.0, 21.9, 22.0)] == [2.0, 2.0, 7.0, 7.0, 10.0]


class Holder:
    """As much of a stocking point as loading looks at."""

    def __init__(self, rank, volume, whole_units=False):
        self.rank, self.volume, self.size = np.array(rank), np.array(volume, dtype=float), len(rank)
        self.whole_units, self.log, self.clock = whole_units, None, Clock()

    def credit(self, parcel, now):
        parcel.credited = True

    def parcel(self, quantity, ordered=0.0):
        return Parcel(self, None, np.array(quantity, dtype=float), ordered, ordered)


def units(parcels, size):
    found = np.zeros(size)
    for parcel in parcels:
        found[parcel.index] += parcel.quantity
    return found.tolist()


def test_critical_items_board_first_then_what_has_waited():
    stock = Holder([2, 0, 1], [1.0, 1.0, 2.0])
    old, new = stock.parcel([5, 1, 0]), stock.parcel([4, 3, 2], 1.0)
    for space, aboard in ((3.0, [0, 3, 0]), (6.0, [0, 4, 1]), (10.0, [2, 4, 2]), (16.0, [8, 4, 2]), (99.0, [9, 4, 2])):
        loaded, left = squeezed([old], [new], space, 7.0)
        assert units(loaded, 3) == aboard
        assert units(left, 3) == [9 - aboard[0], 4 - aboard[1], 2 - aboard[2]]
    stock = Holder([0, 0], [0.4, 0.4], whole_units=True)
    loaded, _ = squeezed([], [stock.parcel([2, 2])], 1.1, 0.0)
    assert units(loaded, 2) == [2, 0]


def test_boxes_are_rationed_across_lanes_by_criticality_then_in_proportion():
    critical, other = Holder([0], [1.0]), Holder([2], [1.0])
    cargoes = [([], [critical.parcel([6])]), ([], [other.parcel([8])]), ([other.parcel([4])], [])]
    assert rationed(cargoes, 9.0, 1.0, False) == pytest.approx([6, 2, 1])
    assert rationed(cargoes, 3.0, 1.0, False) == pytest.approx([3, 0, 0])
    assert rationed(cargoes, 99.0, 1.0, False) == pytest.approx([6, 8, 4])


def test_whole_boxes_are_not_left_standing():
    """Two lanes that each need a part of a box get whole ones, as long as there are any."""
    one, two = Holder([2], [1.0]), Holder([2], [1.0])
    assert sorted(rationed([([], [one.parcel([3])]), ([], [two.parcel([3])])], 1.0, 2.0, True)) == [0, 1]
    assert rationed([([], [one.parcel([3])]), ([], [two.parcel([3])])], 3.0, 2.0, True) == [2, 1]
    assert rationed([([], [one.parcel([9])]), ([], [two.parcel([1])])], 5.0, 2.0, True) in ([4, 1], [5, 0])
    critical = Holder([0], [1.0])
    assert rationed([([], [one.parcel([50])]), ([], [critical.parcel([1])])], 3.0, 2.0, True) == [2, 1]


@pytest.mark.parametrize("whole", [True, False])
def test_a_scarce_pool_carries_no_more_than_its_boxes_allow(whole):
    """Two boxes of 2 m3 that take 6 days: at most 2/6 box-loads a day; in the long run just that."""
    scenario = world(
        horizon=600,
        items=some_items("a", volume=0.5),
        lanes=one_lane(1.0, containers="boxes"),
        demand=steady(5.0),
        pools=[{"name": "boxes", "containers": 2, "capacity": 2.0, "cycle_time": 6.0, "whole": whole}],
    )
    site = relive(scenario, Plan("test", (line("a", 40.0),)), draw(scenario, 1, 0)).sites["site"]
    assert site.received[0] == pytest.approx(600 / 6 * 2 * 2.0 / 0.5, rel=0.01)


def test_reviews_keep_their_days_whatever_the_offset():
    """A review offset or period that is no whole number of days still comes round."""
    scenario = world(horizon=30, items=some_items("a"), lanes=one_lane(0.0), demand=steady(1.0))
    for every, offset, days in (
        (7, 2.5, [2, 9, 16, 23]),
        (3.5, 0, [0, 4, 7, 11, 14, 18, 21, 25, 28]),
        (0.5, 0, list(range(30))),
    ):
        seen = []

        def policy(view, seen=seen):
            seen.append(view.day)
            return np.zeros(1)

        relive(
            scenario,
            Plan("test", (line("a", policy=policy, review_every=every, review_offset=offset),)),
            draw(scenario, 1, 0),
        )
        assert seen == days
