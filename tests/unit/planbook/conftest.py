"""A small plan and its workbook; lets the tests import the helper that stands beside them."""

import sys
from pathlib import Path

import pytest

from sim.plan import Change, Plan
from sim.planbook import write

sys.path.insert(0, str(Path(__file__).parent))
from small_plans import Edited, business, line


@pytest.fixture
def scenario():
    return business()


@pytest.fixture
def plan():
    """One line for each policy that has a level, one of them changed before."""
    changed = (
        Change("safety_stock", 10.0, 20.0, "Ann", "2025-01-02", ""),
        Change("minimum", 0.0, 5.0, "Bo", "", "pallet"),
    )
    lines = (
        line("A", decided="2025-01-06", next_review="2025-04-07", owner="Ann"),
        line("B", "s_S", reorder_point=90.0, order_up_to=140.0),
        line("0003", "r_nQ", reorder_point=90.0, order_up_to=125.0, minimum=5.0, changes=changed),
    )
    return Plan("hybrid", lines, ("a note; with a mark",))


@pytest.fixture
def workbook(tmp_path, scenario, plan):
    """The plan's workbook, opened to be edited."""

    def opened(made=plan, business=scenario):
        write(made, business, tmp_path / "plan.xlsx")
        return Edited(tmp_path / "plan.xlsx", business)

    return opened
