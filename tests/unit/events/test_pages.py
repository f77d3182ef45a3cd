"""The pages made from the data are up to date, and the clearing times are the engine's."""

import importlib.util
import sys
from pathlib import Path

import pytest

from sim.events import event

ROOT = Path(__file__).parent.parent.parent.parent


def tool(name):
    """A script of tools/ as a module."""
    described = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    made = importlib.util.module_from_spec(described)
    sys.modules[name] = made
    described.loader.exec_module(made)
    return made


def test_the_page_on_events_is_up_to_date():
    assert tool("events_page").page() == (ROOT / "docs" / "events.md").read_text(encoding="utf-8")


def test_troubles_by_length_add_up():
    outages, whole, counted = tool("events_page").by_length()
    assert sum(outages) == pytest.approx(sum(whole)) == pytest.approx(1.28)
    assert counted == pytest.approx([0.0, 1.33 * 0.38, 1.33 * 0.27, 1.33 * 0.20, 1.33 * 0.15, 0.0])


@pytest.mark.parametrize(("name", "expected"), [("felixstowe_2022", 8 / 0.33), ("ilwu_2002", 10 / 0.2)])
def test_clearing_times_through_the_engine_are_those_of_the_formula(name, expected):
    found = tool("clearing_times").clears(event(name), event(name).surge)
    # a box that waits for one ship counts as not waiting: 0.1/(1 - 1/k) days before the queue is empty
    assert found == pytest.approx(expected - 0.1 / (1 - 1 / event(name).surge), abs=0.35)


def test_a_surge_factor_left_out_is_not_used_for_itself():
    page = tool("clearing_times")
    surges = page.derived_surges()
    assert len(page.chosen()) == 13
    assert len(surges) == 9
    assert "montreal_2021" not in surges  # assumed


@pytest.mark.slow
def test_the_page_on_clearing_times_is_up_to_date():
    page = tool("clearing_times")
    assert page.page(page.rows()) == (ROOT / "docs" / "clearing-times.md").read_text(encoding="utf-8")
