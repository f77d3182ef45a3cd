"""Sizing: safety stock and reorder points from numbers alone. It knows no scenario and no profile."""

from sim.sizing.caps import capped
from sim.sizing.given import Demand, LeadTime, Protection
from sim.sizing.size import METHODS, lasting, size
from sim.sizing.sized import Sized
from sim.sizing.target import Cover, CycleService, Factor, FillRate, Target, WithCover

__all__ = [
    "Cover",
    "CycleService",
    "Demand",
    "Factor",
    "FillRate",
    "LeadTime",
    "METHODS",
    "Protection",
    "Sized",
    "Target",
    "WithCover",
    "capped",
    "lasting",
    "size",
]
