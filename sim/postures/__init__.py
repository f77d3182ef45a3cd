"""Postures: what you decide, turned into a plan."""

from __future__ import annotations

from sim.postures.decision import POSTURES, Posture, Rule, hybrid, jic, jit
from sim.postures.files import posture

__all__ = ["POSTURES", "Posture", "Rule", "hybrid", "jic", "jit", "posture"]
