"""Plans of postures by name: the built-in ones, posture files, and ``current``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.errors import UsageError
from sim.plan import Plan
from sim.postures.current import NAME, current_plan
from sim.postures.files import posture
from sim.scenario import Scenario

#: how the names of plan files end
PLAN_FILES = (".xlsx", ".csv")


def plan_named(name: str | Path, scenario: Scenario, settings: Iterable[str] = (), trust: bool = False) -> Plan:
    """The plan that a posture makes of a scenario.

    Parameters
    ----------
    name : ``jit``, ``jic``, ``hybrid``, ``current``, or a posture file.
    scenario : the business.
    settings : overrides of the posture's keys, ``key=value``.
    trust : allow a policy that is the user's own code.

    Raises
    ------
    UsageError : no such posture or file, or settings for what has none.
    ScenarioError : the file does not make sense, or the scenario holds no current parameters.
    """
    if str(name) == NAME:
        for setting in settings:
            raise UsageError(f"--set {NAME}.{setting}: the posture 'current' has no keys: it is as the table says")
        return current_plan(scenario)
    if Path(name).suffix.lower() in PLAN_FILES:
        raise UsageError(f"{name}: is a plan file: read it first, sim.planbook.plan_of({str(name)!r}, scenario)")
    return posture(name, settings).plan(scenario, trust=trust)
