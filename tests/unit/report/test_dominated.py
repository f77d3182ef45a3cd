"""Who is dominated is said only where it is shown, drawn hollow, and told in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sim.measures import MEASURES
from sim.report import cost_stockout
from sim.report.canvas import drawing
from sim.report.dominated import closing, dominated, told
from sim.studies.compare import Comparison

PLACES = [
    next(place for place, m in enumerate(MEASURES) if m.name == name) for name in ("carrying_cost", "stockout_cost")
]
Make = Callable[..., Comparison]


def with_costs(made: Comparison, costs: dict[str, tuple[float, float]], sd: float) -> Comparison:
    """The comparison with carrying and stockout costs of these means in every weather."""
    rng = np.random.default_rng(8)
    measures = made.measures.copy()
    for column, name in enumerate(made.postures):
        for side, place in enumerate(PLACES):
            measures[:, :, column, place] = costs[name][side] + sd * rng.normal(size=measures.shape[:2])
    return replace(made, measures=measures)


@pytest.fixture
def made(invented: Make) -> Comparison:
    equal = {"lean": (1e6, 1e4), "good": (1e6, 1e4), "bad": (2e6, 1e4), "worse": (3e6, 1e4)}
    return invented({"strike": equal, "calm": equal})


@pytest.fixture
def one_panel(invented: Make) -> Comparison:
    """One weather alone: placing the labels of a panel takes seconds."""
    return invented({"strike": {"lean": (1e6, 1e4), "good": (1e6, 1e4), "bad": (2e6, 1e4), "worse": (3e6, 1e4)}})


COSTS = {"lean": (1e6, 9e6), "good": (3e6, 3e6), "bad": (4e6, 5e6), "worse": (6e6, 6e6)}


def test_the_cheapest_of_those_that_dominate_is_named(made: Comparison) -> None:
    found = dominated(with_costs(made, COSTS, 1e4), "strike")
    assert {name: one.a for name, one in found.items()} == {"bad": "good", "worse": "good"}
    words = told(with_costs(made, COSTS, 1e4), "strike")
    assert words == "bad and worse are dominated by good: dearer to carry and loses more"
    lines = closing(with_costs(made, COSTS, 1e4))
    assert lines == [f"In {weather} {words} (95 %, all such claims together)." for weather in ("strike", "calm")]


def test_nothing_is_said_where_nothing_is_shown(made: Comparison) -> None:
    unclear = with_costs(made, COSTS, 3e7)
    assert told(unclear, "strike") == ""
    assert closing(unclear) == []
    one = with_costs(made, COSTS, 1e4)
    one = replace(one, numbers=(0,), measures=one.measures[:1], around=one.around[:1])
    assert dominated(one, "strike") == {}


def test_nothing_is_claimed_from_losses_that_never_varied(made: Comparison) -> None:
    same = with_costs(made, {**dict.fromkeys(made.postures, (1e6, 0.0)), "worse": (2e6, 0.0)}, 1e4)
    same.measures[..., PLACES[1]] = 0.0
    assert told(same, "calm") == ""


def test_dominated_postures_are_hollow_and_the_figure_says_why(one_panel: Comparison) -> None:
    made = one_panel
    with drawing("test"):
        figure, _ = cost_stockout.draw(with_costs(made, COSTS, 1e4))
        for axes in figure.axes:
            markers = [line for line in axes.lines if line.get_marker() not in ("None", None, "")]
            hollow = [line for line in markers if line.get_markerfacecolor() == "white"]
            assert len(markers) == 4
            assert len(hollow) == 2
            assert any("dominated by good" in text.get_text() for text in axes.texts)
        assert any("Hollow: dominated" in text.get_text() for text in figure.texts)
        plain, _ = cost_stockout.draw(with_costs(made, COSTS, 3e7))
        assert not any("Hollow" in text.get_text() for text in plain.texts)


def test_regions_lie_inside_the_panels(one_panel: Comparison) -> None:
    made = one_panel
    with drawing("test"):
        figure, _ = cost_stockout.draw(with_costs(made, COSTS, 5e6))
        for axes in figure.axes:
            (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
            for patch in axes.patches:
                points = patch.get_path().vertices
                assert (points[:, 0] >= left).all()
                assert (points[:, 0] <= right).all()
                assert (points[:, 1] >= bottom).all()
                assert (points[:, 1] <= top).all()
