"""Postures: what you decide, turned into a plan."""

from __future__ import annotations

from sim.postures.current import current_plan
from sim.postures.decision import POSTURES, Posture, Rule, hybrid, jic, jit
from sim.postures.files import posture
from sim.postures.named import PLAN_FILES, plan_named

__all__ = ["PLAN_FILES", "POSTURES", "Posture", "Rule", "current_plan", "hybrid", "jic", "jit", "plan_named", "posture"]
