"""What a planner knows, under the name by which postures know it; see `sim.knowledge`."""

from __future__ import annotations

from sim.knowledge import Known, LeadTime, known_demand, lead_time

__all__ = ["Known", "LeadTime", "known_demand", "lead_time"]
