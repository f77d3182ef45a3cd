"""The work function: work done is the integral of capacity, and a piece of work ends when it is done."""

import math

import numpy as np
import pytest

from sim.disruptions import Incident
from sim.world.capacity import Capacity

FIRST, END = -10, 100
STEP = 1 / 64


def incident(start, length, remaining=0.0, whole=True):
    return Incident("n", "x", "port", "p", start, start + length, remaining, whole)


CASES = {
    "closure": [incident(10, 5)],
    "part of a day": [incident(10.25, 3.5, whole=False)],
    "slow": [incident(10.25, 30.5, 0.3, whole=False)],
    "two": [incident(12, 9, 0.5), incident(15, 20, 0.4), incident(40.5, 2.25, 0.0, whole=False)],
    "curve": [incident(20, 30, ((0, 1.0), (5, 0.0), (12, 0.0), (30, 0.9)))],
    "before the start": [incident(-30, 25, 0.25)],
    "over the whole days": [incident(10.4, 1.0), incident(11.4, 1.0)],
}


def speed(incidents, time):
    """The definition, by hand."""
    found = 1.0
    for one in incidents:
        found *= one.fraction(math.floor(time) if one.whole_days else time)
    return found


@pytest.mark.parametrize("name", CASES)
def test_work_done_is_the_integral_of_speed(name):
    capacity = Capacity(CASES[name], FIRST, END)
    middles = np.arange(FIRST, END, STEP) + STEP / 2
    # all changes fall on multiples of the step or on whole days, so the sum is the integral
    speeds = np.array([speed(CASES[name], time) for time in middles])
    integral = np.concatenate([[0.0], np.cumsum(speeds * STEP)])
    moments = FIRST + STEP * np.arange(integral.size)
    changes = all(float(one.start / STEP).is_integer() and float(one.end / STEP).is_integer() for one in CASES[name])
    assert changes or all(one.whole_days for one in CASES[name])
    done = capacity.done_many(moments)
    np.testing.assert_allclose(done - done[0], integral, atol=1e-9)
    np.testing.assert_allclose([capacity.done(time) for time in moments.tolist()], done, atol=1e-12)
    rng = np.random.default_rng(2)
    starts, durations = rng.uniform(FIRST, END - 45, 200), rng.choice([0.0, 0.4, 3.0, 11.0], 200)
    begin, end = capacity.finished(starts, durations)
    for start, duration, begun, ended in zip(starts, durations, begin, end, strict=True):
        assert capacity.done(ended) == pytest.approx(capacity.done(start) + duration, abs=1e-7)
        assert ended >= begun >= start - 1e-9
        assert begun == start or capacity.done(begun) == pytest.approx(capacity.done(start), abs=1e-7)
        assert capacity.finished_at(start, duration) == pytest.approx(ended, abs=1e-9)
        # it really starts as soon as there is speed, and ends no later than it must
        assert speed(CASES[name], begun + 1e-6) > 0
        if duration > 0:
            assert capacity.done(ended - 1e-4) < capacity.done(start) + duration


def test_what_never_ends_is_told_as_never():
    capacity = Capacity([incident(50, 500)], 0, 90)
    assert capacity.ends(capacity.done(60.0) + 1.0) == math.inf
    assert capacity.finished(np.array([40.0, 49.5]), np.array([5.0, 5.0]))[1].tolist() == [45.0, math.inf]
    assert capacity.done_many(np.array([np.inf])).tolist() == [math.inf]


def test_nothing_on_is_calm():
    assert Capacity([], 0, 9).calm
    assert Capacity([incident(3, 0), incident(3.2, 0.5)], 0, 9).calm
    assert not Capacity([incident(3, 0.5, whole=False)], 0, 9).calm
