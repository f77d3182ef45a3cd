"""Postures: what you decide, turned into a plan."""

from __future__ import annotations

from sim.postures.builtin import POSTURES, adaptive, hybrid, jic, jit
from sim.postures.current import current_plan
from sim.postures.decision import Posture
from sim.postures.files import posture
from sim.postures.named import PLAN_FILES, plan_named
from sim.postures.rule import Rule

__all__ = [
    "PLAN_FILES",
    "POSTURES",
    "Posture",
    "Rule",
    "adaptive",
    "current_plan",
    "hybrid",
    "jic",
    "jit",
    "plan_named",
    "posture",
]
