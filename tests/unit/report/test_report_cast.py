"""What the names on the first page of a report mean."""

import pytest

from sim.events.library import event
from sim.report.page.cast import days, happening

FIVE, ONE = {"law": "fixed", "value": 5}, {"law": "fixed", "value": 1}
SHORT = {"law": "fixed", "value": 0.4}


@pytest.mark.parametrize(
    ("law", "told"),
    [
        ({"law": "fixed", "value": 30.0}, "30 days"),
        ({"law": "uniform", "low": 10, "high": 90}, "10 to 90 days"),
        ({"law": "lognormal", "mean": 60.0, "cv": 0.5}, "60 days on average"),
        ({"law": "discrete", "values": [1, 2]}, ""),
        (None, ""),
    ],
)
def test_lengths_in_words(law, told):
    assert days(law) == told


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (
            {"kind": "port_strike", "port": "Los Angeles", "start": FIVE, "length": {"law": "fixed", "value": 30}},
            "port strike at Los Angeles for 30 days in every future",
        ),
        (
            {"kind": "supplier_outage", "suppliers": ["A", "B"], "rate": 0.05, "length": {"law": "exponential", "mean": 20}},
            "supplier outage at A and B for 20 days on average 0.05 times a year on average",
        ),
        (
            {"kind": "container_shortage", "pools": list("ABCDEF"), "after": "strike", "probability": 0.4},
            "container shortage at 6 places after strike, in 40 % of cases",
        ),
        (
            {"kind": "supplier_outage", "supplier": "A", "up": FIVE, "down": FIVE},
            "supplier outage at A for 5 days at random times",
        ),
        ({"kind": "mine:Flood"}, "mine:Flood"),
        # the start may lie after the booked days
        (
            {"kind": "port_strike", "port": "P", "start": {"law": "uniform", "low": 100, "high": 2000}, "length": ONE},
            "port strike at P for 1 day once, from day 100 to 2,000",
        ),
        (
            {"kind": "port_strike", "port": "P", "rate": 0.004, "length": ONE},
            "port strike at P for 1 day 0.004 times a year on average",
        ),
        ({"kind": "supplier_slowdown", "supplier": "A", "remaining": 0.5, "start": FIVE, "length": SHORT},
         "supplier slowdown at A (50 % left) for 0.4 days in every future"),
        ({"kind": "port_strike", "port": "P", "after": "storm", "lag": {"law": "fixed", "value": 10}, "probability": 0.5},
         "port strike at P after storm, 10 days later, in 50 % of cases"),
        # a length of an event is a scale
        ({"kind": "event", "event": "ila_2024", "port": "NY", "start": FIVE, "length": ONE},
         f"{event('ila_2024').name}, as it was at NY in every future"),
        ({"kind": "event", "event": "ila_2024", "port": "NY", "start": FIVE, "length": SHORT},
         f"{event('ila_2024').name}, as it was at NY its length scaled in every future"),
        ({"kind": "background", "scale": 2.0}, "everyday incidents of all causes, at the rates of docs/events.md, times 2"),
        (
            {"kind": "hazard", "rate": 0.1, "members": [
                {"kind": "supplier_outage", "supplier": "A", "probability": 0.05, "length": FIVE},
                {"kind": "port_strike", "port": "P", "length": ONE, "probability": 1.0},
            ]},
            "hazard of supplier outage at A for 5 days in 5 % of cases, port strike at P for 1 day 0.1 times a year on "
            "average",
        ),
    ],
)  # fmt: skip
def test_a_disruption_in_words(one, told):
    assert happening(one, 365) == told
