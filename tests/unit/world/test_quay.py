"""Ports against a queue simulated by brute force, and against theory."""

import heapq
import math

import numpy as np
import pytest
from small_worlds import draw, some_items, world

from sim.futures import Traffic
from sim.world.capacity import Capacity
from sim.world.quay import Quay

PORT = {"name": "quay", "dwell": {"law": "lognormal", "mean": 2.0, "cv": 0.5}}
DISRUPTIONS = [
    {"kind": "port_closure", "name": "closed", "port": "quay", "start": 20, "length": 6},
    {
        "kind": "port_slowdown",
        "name": "slow",
        "port": "quay",
        "start": 40.3,
        "length": 11.1,
        "remaining": 0.4,
        "clock": "continuous",
    },
]


def port_world(port, disruptions=(), horizon=100):
    return world(
        horizon=horizon,
        items=some_items("a"),
        ports=[{**PORT, **port}],
        lanes=[{"name": "lane", "origin": ["source"], "destination": "site", "legs": [{"port": "quay"}]}],
        demand=[{"item": "a", "warehouse": "site", "model": "deterministic", "mean": 1.0}],
        disruptions=list(disruptions),
    )


def queue(arrivals, services, berths, capacity):
    """First come, first served at parallel berths whose speed changes: event by event, in real time.

    Every ship in a berth carries its work left; between events all berths work at the speed of the moment.
    """
    starts, ends = np.full(arrivals.size, np.inf), np.full(arrivals.size, np.inf)
    changes = sorted(set(capacity._times)) if not capacity.calm else []
    busy, waiting, now, coming = {}, [], 0.0, 0
    events = [(time, 0) for time in changes] + [(time, 1) for time in arrivals.tolist()]
    heapq.heapify(events)
    now = -1e9
    while True:
        speed = capacity.speed(max(now, -1e8))
        done = (
            min(((now + left / speed, ship) for ship, left in busy.items()), default=(math.inf, -1))
            if speed > 0
            else (math.inf, -1)
        )
        upcoming = events[0][0] if events else math.inf
        then = min(done[0], upcoming)
        if not math.isfinite(then):
            break
        for ship in busy:
            busy[ship] -= (then - now) * speed
        now = then
        if done[0] <= upcoming:
            ends[done[1]] = now
            del busy[done[1]]
        else:
            _, what = heapq.heappop(events)
            if what == 1:
                waiting.append(coming)
                coming += 1
        while waiting and len(busy) < berths and capacity.speed(now) > 0:
            ship = waiting.pop(0)
            starts[ship] = now
            busy[ship] = services[ship]
    return starts, ends


@pytest.mark.parametrize("berths", [1, 2, 4])
@pytest.mark.parametrize("disruptions", [[], DISRUPTIONS], ids=["calm", "struck"])
def test_boxes_wait_behind_the_background_as_in_a_queue_by_brute_force(berths, disruptions):
    scenario = port_world(
        {"berths": berths, "service_time": {"law": "gamma", "mean": 0.3 * berths, "cv": 0.8}}, disruptions
    )
    future = draw(scenario, 3, 1)
    capacity = Capacity(future.incidents, 0, 100)
    quay = Quay(scenario.ports[0], future)
    traffic = future.traffic["quay"]
    for moment in np.linspace(0.5, 85, 60):
        # a box that arrives now, as a ship without work of its own among all that came before
        before = traffic.arrivals <= moment
        arrivals, services = np.append(traffic.arrivals[before], moment), np.append(traffic.services[before], 0.0)
        start = queue(arrivals, services, berths, capacity)[0][-1]
        assert quay.starts(np.array([moment]))[0] == pytest.approx(start, abs=1e-6), moment
        berthed = capacity.ends(capacity.done(start) + scenario.ports[0].service_time.mean)
        dwell = future.dwell["quay"][int(berthed)]
        assert quay.through(np.array([moment]))[0] == pytest.approx(berthed + dwell, abs=1e-6)


@pytest.mark.parametrize("berths", [1, 3])
@pytest.mark.parametrize("disruptions", [[], DISRUPTIONS], ids=["calm", "struck"])
def test_own_ships_take_their_turn_among_the_others(berths, disruptions):
    law = {"law": "gamma", "mean": 0.5 * berths, "cv": 0.8}
    scenario = port_world({"berths": berths, "service_time": law, "own_share": "counts"}, disruptions)
    future = draw(scenario, 3, 1)
    capacity = Capacity(future.incidents, 0, 100)
    quay = Quay(scenario.ports[0], future)
    own = np.sort(np.random.default_rng(4).uniform(0, 80, 40))
    own_service = np.array(
        [
            scenario.ports[0].service_time.from_score(np.array([future.counter("berth", "quay").score(n)]))[0]
            for n in range(40)
        ]
    )
    traffic = future.traffic["quay"]
    arrivals = np.concatenate([traffic.arrivals, own])
    services = np.concatenate([traffic.services, own_service])
    mine = np.concatenate([np.zeros(traffic.arrivals.size, bool), np.ones(40, bool)])
    order = np.argsort(arrivals, kind="stable")
    starts, ends = queue(arrivals[order], services[order], berths, capacity)
    leaving = [quay.admit(time) for time in own.tolist()]
    waits = np.array(quay.waits)
    np.testing.assert_allclose(waits[:, 1], (starts - arrivals[order])[mine[order]], atol=1e-6)
    np.testing.assert_allclose(waits[:, 2], (ends - arrivals[order])[mine[order]], atol=1e-6)
    dwell = future.dwell["quay"]
    expected = [end + dwell[min(int(end), dwell.size - 1)] for end in ends[mine[order]]]
    np.testing.assert_allclose(leaving, expected, atol=1e-6)


def test_a_probe_waits_as_long_as_theory_says():
    """M/M/1 at utilisation 0.7, mean wait rho/(mu - lambda): within 4 standard errors over 200 Futures, seed 5."""
    scenario = port_world(
        {"service_time": {"law": "exponential", "mean": 0.1}, "background": 7.0, "dwell": 0.0}, horizon=300
    )
    moments = np.arange(50.0, 300.0, 0.5) + 0.25
    means = []
    for number in range(200):
        quay = Quay(scenario.ports[0], draw(scenario, 5, number))
        means.append((quay.starts(moments) - moments).mean())
    means = np.array(means)
    error = means.std(ddof=1) / math.sqrt(means.size)
    assert error < 0.01
    assert abs(means.mean() - 0.7 / (10 - 7)) < 4 * error


def test_a_closure_leaves_a_tail_of_its_length_over_the_spare_capacity():
    """Regular traffic at 1/1.3 of capacity: after C days closed the queue lasts C/(k - 1) more days."""
    scenario = port_world(
        {"service_time": 0.01, "surge": 1.3, "background_arrivals": "regular", "dwell": 0.0},
        [{"kind": "port_closure", "name": "closed", "port": "quay", "start": 20, "length": 6}],
    )
    quay = Quay(scenario.ports[0], draw(scenario, 1, 0))
    moments = np.arange(0, 95, 0.01)
    waits = quay.starts(moments) - moments
    assert waits.max() == pytest.approx(6.0, abs=0.03)
    assert moments[waits > 0.011][-1] - 26.0 == pytest.approx(6 / 0.3, abs=0.1)


def test_traffic_without_own_service_time_is_that_of_the_future():
    scenario = port_world({"service_time": 0.2, "background": 0.0})
    future = draw(scenario, 1, 0)
    assert isinstance(future.traffic.get("quay", Traffic(np.empty(0), np.empty(0))), Traffic)
    quay = Quay(scenario.ports[0], future)
    assert quay.starts(np.array([3.3]))[0] == 3.3
