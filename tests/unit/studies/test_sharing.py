"""What lines share, how they are dealt into runs, and that lines which share nothing cannot touch each other."""

import dataclasses

import numpy as np
import pytest

from sim.futures import draw
from sim.plan import Plan
from sim.policies import POLICIES
from sim.postures import hybrid
from sim.studies.by_line import by_line
from sim.studies.removal import Change, with_change
from sim.studies.sharing import batches, colours, lines_of, sharing
from sim.world import Blueprint


def shared_of(scenario):
    return sharing(scenario, hybrid().plan(scenario))


def test_lines_that_share_nothing_are_each_for_themselves(make):
    shared = shared_of(make(5))
    assert shared.label.tolist() == [0, 1, 2, 3, 4]
    assert shared.shared() == {}
    runs, alone = batches(shared, np.arange(5), 4)
    assert [run.tolist() for run in runs] == [[0, 1, 2, 3, 4]]
    assert alone.all()


POOL = {"pools": [{"name": "boxes", "containers": 9.0, "capacity": 10.0}], "lane": {"containers": "boxes"}}
PORT = {
    "ports": [{"name": "quay", "own_share": "counts", "service_time": 0.1}],
    "lane": {"legs": [{"port": "quay"}, {"transit": 3.0}]},
}


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        (POOL, "container pool boxes"),
        (PORT, "port quay"),
        ({"supplier": {"capacity": 100.0}}, "supplier mill 0"),
    ],
)
def test_what_is_competed_for_joins_lines(make, keys, what):
    shared = shared_of(make(6, 2, **keys))
    assert what in shared.shared()
    by_mill = [shared.label[place] for place in (0, 1)]
    # a pool and a port join both mills; a mill's capacity joins only its own items
    assert len(set(by_mill)) == (2 if "supplier" in keys else 1)
    assert len(set(shared.label[::2])) == 1


def test_a_policy_of_your_own_joins_the_lines_it_is_shown(make):
    scenario = make(3)
    plan = hybrid().plan(scenario)
    own = dataclasses.replace(plan.lines[1], policy=lambda view: POLICIES["base_stock"](view))
    two = dataclasses.replace(plan.lines[2], policy=own.policy)
    shared = sharing(scenario, Plan("own", (plan.lines[0], own, two)))
    assert shared.label.tolist() == [0, 1, 1]


def chain(make):
    """One mill feeds a centre, the centre feeds three shops, three items each."""
    shops = ("north", "south", "west")
    leg = {"legs": [{"transit": {"law": "lognormal", "mean": 4.0, "cv": 0.3}}]}
    return make(
        3,
        warehouses=[{"name": "DC"}, *({"name": shop, "fed_by": "DC"} for shop in shops)],
        lanes=[
            {"name": "in", "origin": ["mill 0"], "destination": "DC", **leg},
            *({"name": shop, "origin": ["DC"], "destination": shop, **leg} for shop in shops),
        ],
        demand=[
            {"item": f"A{n}", "warehouse": shop, "model": "poisson", "mean": 2.0 + n}
            for n in range(3)
            for shop in shops
        ],
    )


def test_a_feeding_warehouse_is_dealt_apart_from_what_it_feeds(make):
    scenario = chain(make)
    shared = shared_of(scenario)
    assert sorted(map(tuple, shared.below.T.tolist())) == [(n, 3 + 3 * shop + n) for n in range(3) for shop in range(3)]
    np.testing.assert_array_equal(shared.served_by(np.ones(12)), [4.0] * 3 + [1.0] * 9)
    np.testing.assert_array_equal(shared.reach(np.array([1])), [1, 4, 7, 10])
    # shipments of all items on a shop's lane may not overtake each other, so all lines are joined
    assert len(set(shared.label)) == 1
    runs, alone = batches(shared, np.arange(12), 2)
    assert len(runs) == 4
    for run in runs:
        assert len({int(shared.depth[place]) for place in run}) == 1
    assert not alone.all()
    assert sorted(np.concatenate(runs).tolist()) == list(range(12))
    _, alone = batches(shared, np.arange(12), 12)
    assert alone.all()


def test_lines_that_compete_are_dealt_evenly(make):
    shared = shared_of(make(12, supplier={"capacity": 500.0}))
    runs, alone = batches(shared, np.arange(0, 12), 4)
    assert [run.size for run in runs] == [3, 3, 3, 3]
    assert not alone.any()
    runs, alone = batches(shared, np.array([2, 5, 7]), 4)
    assert [run.tolist() for run in runs] == [[2], [5], [7]]
    assert alone.all()


def test_groups_that_cannot_touch_each_other_share_a_run(make):
    shared = shared_of(make(9, 3, supplier={"capacity": 500.0}))
    groups = {f"mill {n}": np.arange(n, 9, 3) for n in range(3)}
    assert colours(shared, groups) == [["mill 0", "mill 1", "mill 2"]]
    assert colours(shared, {"even": np.arange(0, 9, 2), "odd": np.arange(1, 9, 2)}) == [["even"], ["odd"]]


MIXED = {
    "capacity": {"supplier": {"capacity": 25.0}},
    "boxes": {**POOL, "pools": [{"name": "boxes", "containers": 2.0, "capacity": 10.0, "cycle_time": 20.0}]},
    "quay": {
        "ports": [{"name": "quay", "own_share": "counts", "service_time": 0.4, "surge": 1.1}],
        "lane": {"legs": [{"port": "quay"}, {"transit": 3.0}]},
    },
}


@pytest.mark.parametrize("keys", MIXED.values(), ids=MIXED.keys())
def test_a_change_moves_what_it_can_touch_and_nothing_else(make, keys):
    """Two businesses side by side, the second with the same contended thing for itself: bytes there stay what they are."""
    both = make(8, 2, **{"item": {"standard_cost": 10.0}, **keys})  # cheap: buffers of 30 days, so that ships meet
    if "supplier" not in keys:
        # a second pool or port, so that each mill has its own
        kind = "pools" if "pools" in keys else "ports"
        spec = getattr(both, kind)[0]
        other = dataclasses.replace(spec, name="other")
        lane = both.lanes[1]
        lane = dataclasses.replace(
            lane,
            containers="other" if kind == "pools" else None,
            legs=tuple(dataclasses.replace(leg, port="other") if leg.port else leg for leg in lane.legs),
        )
        both = dataclasses.replace(both, **{kind: (spec, other)}, lanes=(both.lanes[0], lane))
    plan = hybrid().plan(both)
    shared = sharing(both, plan)
    assert len(set(shared.label)) == 2
    mine = np.flatnonzero(shared.label == shared.label[0])
    change = Change(mine[:1], np.array([-np.floor(0.8 * shared.lines[mine[0]].order_up_to)]))
    touched = 0.0
    for number in range(4):
        future = draw(both, 2, number)
        old = by_line(both, Blueprint(both, plan).live(future))
        new = by_line(both, Blueprint(both, with_change(plan, lines_of(both, plan), change)).live(future))
        theirs = np.setdiff1d(np.arange(8), mine)
        for name in ("stockout", "carrying", "other", "days", "lost"):
            np.testing.assert_array_equal(getattr(old, name)[theirs], getattr(new, name)[theirs])
        touched += float(np.abs(old.carrying - new.carrying)[mine[1:]].max())
    assert touched > 0, "nothing was contended, so nothing was tested"
