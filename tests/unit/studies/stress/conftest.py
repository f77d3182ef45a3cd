"""A stress test to take apart, and the way to the small worlds beside it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import sim
from sim.studies.stress import Stress, stress

PASSED = ("suppliers", "lanes", "ports")

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def strike() -> Stress:
    """The first scenario, what its goods pass, under three futures."""
    return stress(sim.load("first_strike"), nodes=PASSED, lengths=(7, 30, 60), futures=3)
