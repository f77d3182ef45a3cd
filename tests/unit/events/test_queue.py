"""The fluid queue behind a stoppage, against its formula and against the engine."""

import pytest

from sim.events import backlog, clearing


@pytest.mark.parametrize("surge", [1.15, 1.3, 2.0])
@pytest.mark.parametrize("closed", [3, 12])
def test_a_full_closure_leaves_the_known_tail(closed, surge):
    shut = ((0.0, 0.0), (float(closed), 0.0))
    assert backlog(shut, surge, closed) == pytest.approx(closed / surge)
    assert clearing(shut, surge, closed) == pytest.approx(closed / (surge - 1))


def test_nothing_waits_where_traffic_is_below_what_is_left():
    assert clearing(((0.0, 0.8), (50.0, 0.8)), 1.3, 50) == 0.0


def test_a_relapse_adds_to_the_queue():
    once = ((0.0, 0.0), (13.0, 0.0))
    twice = (*once, (13.0, 1.0), (17.0, 1.0), (17.0, 0.0), (18.0, 0.0))
    assert clearing(twice, 1.3, 13) - clearing(once, 1.3, 13) == pytest.approx(1 + 1 / 0.3)


def test_a_queue_that_is_gone_before_the_end_is_gone():
    early = ((0.0, 0.0), (2.0, 0.0))
    assert clearing(early, 1.5, 10) == 0.0
    assert clearing(early, 1.5, 3) == pytest.approx(3.0)
