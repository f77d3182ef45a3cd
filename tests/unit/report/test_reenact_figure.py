"""The figure of a re-enactment: its lines, its words, and panels that are there only where they say something."""

from __future__ import annotations

import dataclasses
import math
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "properties"))
from disrupted import PLAN, kind, scene

from sim.disruptions import Incident
from sim.report.canvas import drawing
from sim.report.reenact_figure import NAME, draw, figures
from sim.report.reenact_lines import known, rows_of, told
from sim.studies.reenact import Setting, reenact

WINDOW = (0, 100)


def incident(where="quay", start=20.0, end=30.0, target="port", **keys):
    return Incident("name", "port_closure", target, where, start, end, **{"remaining": 0.0, **keys})


def made(*disruptions, event=None, futures=1, **keys):
    return reenact(Setting(scene(*disruptions, **keys), (PLAN,), 1, event), 0, futures=futures, label="as written")


@pytest.mark.parametrize(
    ("incidents", "labels", "words"),
    [
        ([incident()], ["port quay"], ["shut (days 20 to 30)"]),
        ([incident("a"), incident("b")], ["ports a, b"], ["shut (days 20 to 30)"]),
        (
            [incident(name, target="lane", remaining=1.0, transit_add=10.0) for name in ("a long way", "another way")],
            ["2 lanes"],
            ["+10 days on the way (days 20 to 30)"],
        ),
        ([incident(remaining=0.3, end=math.inf)], ["port quay"], ["30% left (from day 20 on)"]),
        ([incident(remaining=((0.0, 0.3), (10.0, 1.0)))], ["port quay"], ["30% left at worst (days 20 to 30)"]),
        ([incident(), incident(start=50.0, end=55.0)], ["port quay"], ["2 times, 15 days in all"]),
        (
            [
                incident(remaining=1.0, freight_factor=2.0),
                incident(start=30.0, end=40.0, remaining=1.0, freight_factor=7.0),
            ],
            ["port quay"],
            ["freight × 7 at most (days 20 to 40)"],
        ),
        (
            [incident(), incident(start=25.0, end=35.0, remaining=1.0, dwell_add=2.0)],
            ["port quay", "port quay"],
            ["shut (days 20 to 30)", "+2 days to the gate (days 25 to 35)"],
        ),
        ([incident("firm", target="firm")], ["the firm"], ["shut (days 20 to 30)"]),
        (
            [incident("DC", target="warehouse", remaining=1.0, items=("a", "b"), demand_factor=1.7)],
            ["2 items at DC"],
            ["demand × 1.7 (days 20 to 30)"],
        ),
        ([incident(start=100.0, end=130.0), incident(start=-30.0, end=0.0)], [], []),
        ([dataclasses.replace(incident(), kind="traffic_of_event")], [], []),
    ],
)
def test_lines_of_the_gantt(incidents, labels, words):
    rows = rows_of(incidents, WINDOW, own=True)
    assert [row.label for row in rows] == labels
    assert [told(row.incidents) for row in rows] == words


def test_what_was_known_before():
    assert known([incident()]) == ""
    assert known([incident(notice=90.0)]) == "; known 90 days before"
    assert known([incident(estimate=7.0)]) == "; first believed to last 7 days, all normal after 10"
    assert known([incident(estimate=10.0)]) == ""
    assert known([incident(estimate=7.0, end=math.inf)]) == "; first believed to last 7 days, never over"


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts] + [text.get_text() for text in figure.texts]


@pytest.mark.filterwarnings("error")
def test_the_queue_is_shown_where_ships_wait():
    with drawing(NAME):
        figure, title = draw(made(kind("port_strike", length=10)))
    assert len(figure.axes) == 4
    assert title.startswith("Weather 'as written', from day 20\nIt costs test\u00a0$")
    assert "\nItem-days out of stock because of it: test +8" in title
    assert "quay: up to 10 days" in texts(figure)
    assert [axes.get_ylabel() for axes in figure.axes[1:]] == [
        "Stock on hand,\n$",
        "Backorders,\n$",
        "Wait at port,\ndays",
    ]


@pytest.mark.filterwarnings("error")
def test_no_queue_where_none_is_and_unserved_demand_where_nobody_waits():
    with drawing(NAME):
        figure, _ = draw(made(kind("supplier_outage", length=10), lost_share=1.0))
    assert [axes.get_ylabel() for axes in figure.axes[1:]] == ["Stock on hand,\n$", "Not served,\n$ a day"]


@pytest.mark.filterwarnings("error")
def test_notice_estimate_arrow_and_band_are_drawn(tmp_path):
    strike = kind("port_strike", length=110, notice=12, estimate_factor=0.1)
    lasting = kind("port_congestion", start=100, length=300)
    demand = [{"item": "a", "warehouse": "site", "model": "poisson", "mean": 10.0}]
    found = made(strike, lasting, futures=3, demand=demand)
    paths = figures(found, tmp_path)
    assert [path.name for path in paths] == ["reenactment.svg", "reenactment.png"]
    svg = (tmp_path / "reenactment.svg").read_text(encoding="utf-8")
    assert "known 12 days before" in svg
    assert "first believed to last 11 days" in svg
    assert "band: 90 % of futures" in svg
    assert ", median and 90 % of 3 futures" in svg
    assert "Median and band: 3 futures with the event." in svg
    with drawing(NAME):
        figure, _ = draw(found)
    marks = [line.get_marker() for line in figure.axes[0].lines]
    assert ">" in marks
    assert "D" in marks


def test_what_is_there_anyway_is_pale_and_the_note_says_so():
    with drawing(NAME):
        figure, _ = draw(made(kind("port_strike"), kind("supplier_outage", start=40), event="port_strike"))
    assert any("Pale bars are there without the event too" in text for text in texts(figure))
    assert {bar.get_alpha() for bar in figure.axes[0].patches if bar.get_alpha() is not None} == {1.0, 0.4}


def test_the_title_in_the_file_is_the_finding(tmp_path):
    figures(made(kind("port_strike", length=10)), tmp_path)
    found = ElementTree.parse(tmp_path / "reenactment.svg").getroot().findtext("{http://www.w3.org/2000/svg}title")
    assert found is not None
    assert found.startswith("Weather 'as written', from day 20. It costs")
