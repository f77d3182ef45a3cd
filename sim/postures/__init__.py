"""Postures: what you decide, turned into a plan."""

from __future__ import annotations

from sim.postures.builtin import POSTURES, hybrid, jic, jit
from sim.postures.decision import Posture
from sim.postures.files import posture
from sim.postures.rule import Rule

__all__ = ["POSTURES", "Posture", "Rule", "hybrid", "jic", "jit", "posture"]
