"""Incidents by exact times that are on for a part of a day: dwell and delays are kept by day, and take that part."""

import numpy as np
import pytest
from disrupted import arrivals, kind, moved, scene
from small_worlds import draw

from sim.disruptions import Incident
from sim.struck import delays_under, dwell_under

EXACT = {"whole_days": False}


def lane(start, end, **keys):
    return Incident("n", "k", "lane", "lane", start, end, remaining=1.0, **EXACT, **keys)


def port(start, end, **keys):
    return Incident("n", "k", "port", "quay", start, end, remaining=1.0, **EXACT, **keys)


def test_an_incident_between_two_mornings_does_its_part():
    found = delays_under("lane", 40, [lane(20.25, 20.75, transit_add=8.0)], 1, 0, 0)
    assert found[20] == 4.0
    assert found.sum() == 4.0
    dwell = dwell_under("quay", np.ones(40), [port(20.25, 20.75, dwell_add=8.0, dwell_factor=3.0)], 1, 0, 0)
    assert dwell[20] == 1.0 * (1 + 0.5 * 2.0) + 4.0
    assert (np.delete(dwell, 20) == 1.0).all()


def test_first_and_last_days_count_by_their_parts():
    found = delays_under("lane", 40, [lane(20.25, 23.5, transit_add=8.0)], 1, 0, 0)
    assert found[19:25].tolist() == [0.0, 6.0, 8.0, 8.0, 4.0, 0.0]


def test_on_whole_days_both_clocks_agree():
    exact = [lane(20.0, 25.0, transit_add=8.0, exam_share=0.5, exam_days=2.0)]
    whole = [
        Incident("n", "k", "lane", "lane", 20.0, 25.0, remaining=1.0, transit_add=8.0, exam_share=0.5, exam_days=2.0)
    ]
    assert delays_under("lane", 40, exact, 1, 0, 0).tobytes() == delays_under("lane", 40, whole, 1, 0, 0).tobytes()


def test_examinations_fall_on_a_part_of_the_share():
    """Over 2,000 days that are each on for a quarter: within 4 binomial errors of a quarter of the share (seed 1)."""
    days = 2_000
    spells = [lane(day + 0.5, day + 0.75, exam_share=0.8, exam_days=3.0) for day in range(days)]
    found = delays_under("lane", days, spells, 1, 0, 0)
    assert set(np.unique(found)) == {0.0, 3.0}
    assert abs((found > 0).mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 / days)


def test_a_disruption_of_hours_is_felt():
    """What departs on day 22, ordered on day 20, is half of four days late; what departs later cannot overtake it."""
    late = kind("lane_diversion", start=22.25, length=0.5, clock="continuous", transit_add=4.0)
    assert moved(arrivals(late)) == {20.0: 29.0, 21.0: 29.0}
    assert draw(scene(late), 1, 0).delays["lane"].sum() == pytest.approx(2.0)
