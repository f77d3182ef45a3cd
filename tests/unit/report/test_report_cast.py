"""What the names on the first page of a report mean."""

import pytest

from sim.report.page.cast import days, happening

FIVE = {"law": "fixed", "value": 5}


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
            "container shortage at 6 places after strike in 40 % of cases",
        ),
        (
            {"kind": "supplier_outage", "supplier": "A", "up": FIVE, "down": FIVE},
            "supplier outage at A for 5 days at random times",
        ),
        ({"kind": "mine:Flood"}, "mine:Flood"),
    ],
)  # fmt: skip
def test_a_disruption_in_words(one, told):
    assert happening(one) == told
