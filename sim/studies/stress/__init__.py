"""The stress test: everything that can fail does, in turn; how long service lasts, when it is back, what it costs."""

from __future__ import annotations

from sim.studies.stress.calm import without_chance
from sim.studies.stress.nodes import Node
from sim.studies.stress.study import Chance, Stress, stress

__all__ = ["Chance", "Node", "Stress", "stress", "without_chance"]
