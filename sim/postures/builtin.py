"""The postures of the debate: just-in-time, just-in-case, a choice item by item, and buffers that follow signals."""

from __future__ import annotations

from typing import Any

from sim.postures.adaptation import Adaptation
from sim.postures.decision import Posture
from sim.postures.rule import Rule
from sim.segments.scoring import Level

FRAGILE: tuple[Level, ...] = ("medium", "high")


def jit(**changes: Any) -> Posture:
    """Just-in-time: z 1.65, two days of extra cover, weekly lots; goods by sea are flown only when out.

    The numbers are those of calibration section 7; a week of demand at most is flown at one review.
    """
    rules = (Rule(mode="sea", expedite_below=0.0, expedite_most=7.0),)
    own = {"name": "jit", "called": "JIT", "cover": 2.0, "lot": 7.0, "rules": rules}
    return Posture(**{**own, **_own_target(changes, 1.65)})


def jic(**changes: Any) -> Posture:
    """Just-in-case: z 2.33, 45 days of extra cover on everything, lots of four weeks (calibration section 7)."""
    return Posture(**{"name": "jic", "called": "JIC", "cover": 45.0, "lot": 28.0, **_own_target(changes, 2.33)})


def hybrid(**changes: Any) -> Posture:
    """Hybrid: buffers where a stockout hurts and supply is fragile, or stock is cheap; lean on the rest.

    The numbers are those of calibration section 7, its classes A, B, C read as high, medium and low impact, and "by sea"
    as medium or high fragility. Goods by sea whose stockout hurts most are flown when cover falls to ten days, two weeks of
    demand at most at one review. Those with one supplier have a second source as a qualified backup, where one is named: a
    stop is noticed after a week, and it is at full rate a month later (both assumed).
    """
    rules = (
        Rule(impact=("high",), z=2.33),
        Rule(impact=("medium",), z=1.88),
        Rule(impact=("high",), fragility=FRAGILE, cover=45.0, called="JIC"),
        Rule(impact=("high",), cover=25.0, called="JIC"),
        Rule(cheaper_than=15.0, fragility=FRAGILE, cover=30.0, called="cheap buffer"),
        Rule(impact=("medium",), fragility=FRAGILE, cover=12.0, called="light buffer"),
        Rule(cheaper_than=15.0, lot=28.0),
        Rule(impact=("high",), mode="sea", expedite_below=10.0, expedite_most=14.0),
        Rule(impact=("high",), single_source=True, backup=True, backup_after=7.0, backup_ramp=30.0),
    )
    own = {"name": "hybrid", "called": "JIT", "cover": 2.0, "lot": 7.0, "rules": rules}
    return Posture(**{**own, **_own_target(changes, 1.65)})


def adaptive(**changes: Any) -> Posture:
    """Adaptive ("lean supply"): JIT's numbers, raised towards JIC's where signals warn, looked at every week.

    What it sees is its own `visibility`, else the scenario's, else everything in real time.
    """
    own = {"name": "adaptive", "called": "lean", "cover": 2.0, "lot": 7.0, "adapts": Adaptation(), "reassess_every": 7}
    return Posture(**{**own, **_own_target(changes, 1.65)})


def _own_target(changes: dict[str, Any], z: float) -> dict[str, Any]:
    """The changes, with the posture's own safety factor where they name no other target."""
    named = any(changes.get(target) is not None for target in ("z", "cycle_service", "fill_rate"))
    return changes if named else {"z": z, **changes}


POSTURES = {"jit": jit, "jic": jic, "hybrid": hybrid, "adaptive": adaptive}
