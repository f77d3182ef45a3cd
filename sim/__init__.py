"""bufferstock: how much buffer does each item deserve? A discrete-event supply-chain simulator with paired evidence.

The way through: `load` a `Scenario`, `draw` a `Future`, let a `Posture` make a `Plan`, `live` through it, `compare`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_PLACES = {
    "BufferstockError": "sim.errors",
    "Catalogue": "sim.catalogue",
    "Comparison": "sim.studies.compare",
    "Future": "sim.futures",
    "Incident": "sim.disruptions",
    "Justification": "sim.studies.buffers",
    "Losses": "sim.studies.loss",
    "MEASURES": "sim.measures",
    "Outcome": "sim.outcome",
    "Plan": "sim.plan",
    "PlanLine": "sim.plan",
    "Policy": "sim.policies",
    "Posture": "sim.postures",
    "Rule": "sim.postures",
    "Run": "sim.runs.run",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.errors",
    "Stress": "sim.studies.stress",
    "UsageError": "sim.errors",
    "View": "sim.policies",
    "adaptive": "sim.postures",
    "bundled": "sim.library",
    "compare": "sim.studies.compare",
    "draw": "sim.futures",
    "hybrid": "sim.postures",
    "jic": "sim.postures",
    "jit": "sim.postures",
    "justify": "sim.studies.justify",
    "live": "sim.outcome",
    "load": "sim.library",
    "loss": "sim.studies.loss",
    "plan_of": "sim.planbook",
    "posture": "sim.postures",
    "read": "sim.runs.run",
    "scenario_of": "sim.reading",
    "select": "sim.studies.selecting",
    "stress": "sim.studies.stress",
}

__all__ = [*sorted(_PLACES), "__version__"]

if TYPE_CHECKING:
    from sim.catalogue import Catalogue as Catalogue
    from sim.disruptions import Incident as Incident
    from sim.errors import BufferstockError as BufferstockError
    from sim.errors import ScenarioError as ScenarioError
    from sim.errors import UsageError as UsageError
    from sim.futures import Future as Future
    from sim.futures import draw as draw
    from sim.library import bundled as bundled
    from sim.library import load as load
    from sim.measures import MEASURES as MEASURES
    from sim.outcome import Outcome as Outcome
    from sim.outcome import live as live
    from sim.plan import Plan as Plan
    from sim.plan import PlanLine as PlanLine
    from sim.planbook import plan_of as plan_of
    from sim.policies import Policy as Policy
    from sim.policies import View as View
    from sim.postures import Posture as Posture
    from sim.postures import Rule as Rule
    from sim.postures import adaptive as adaptive
    from sim.postures import hybrid as hybrid
    from sim.postures import jic as jic
    from sim.postures import jit as jit
    from sim.postures import posture as posture
    from sim.reading import scenario_of as scenario_of
    from sim.runs.run import Run as Run
    from sim.runs.run import read as read
    from sim.scenario import Scenario as Scenario
    from sim.studies.buffers import Justification as Justification
    from sim.studies.compare import Comparison as Comparison
    from sim.studies.compare import compare as compare
    from sim.studies.justify import justify as justify
    from sim.studies.loss import Losses as Losses
    from sim.studies.loss import loss as loss
    from sim.studies.selecting import select as select
    from sim.studies.stress import Stress as Stress
    from sim.studies.stress import stress as stress


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
