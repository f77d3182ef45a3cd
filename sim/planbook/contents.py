"""What a plan's file says: the cells of its lines, and the hashes by which it is known."""

from __future__ import annotations

import hashlib
import math
from typing import Any

from sim import __version__
from sim.plan import Plan, PlanLine
from sim.planbook.cells import shown
from sim.planbook.columns import COLUMNS
from sim.planbook.written import Head, packed, policy_name
from sim.scenario import Scenario


def head_of(plan: Plan, scenario: Scenario) -> Head:
    """What a file says of the plan as a whole."""
    return Head(plan.posture, plan.notes, scenario.name, scenario_hash(scenario), __version__)


def scenario_hash(scenario: Scenario) -> str:
    """Hash of the scenario, its tables and its history under this version of the program."""
    from sim.runs import digest

    return digest(scenario, (), 0)[:16]


def plan_hash(plan: Plan, scenario: Scenario) -> str:
    """Hash of all that a plan says."""
    made = hashlib.sha256()
    for place, line in enumerate(plan.lines):
        made.update(packed(head_of(plan, scenario) if place == 0 else _NOBODY, place, line).encode())
    return made.hexdigest()[:16]


_NOBODY = Head("", (), "", "", "")


def values(line: PlanLine) -> dict[str, Any]:
    """Cells of a line by field: numbers, text a spreadsheet can keep, None for a blank one."""
    found: dict[str, Any] = {}
    for column in COLUMNS:
        value: Any = getattr(line, column.field, "")
        if column.field == "policy":
            value = policy_name(line)
        elif column.field == "to_explain":
            value = ", ".join(line.unexplained)
        if column.kind == "number":
            found[column.field] = float(value) if math.isfinite(value) else None
        else:
            found[column.field] = shown(str(value)) or None
    return found
