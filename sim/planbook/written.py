"""A line as it was written: kept in a hidden column, exact to the last bit, so that edits can be found."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.errors import UsageError
from sim.plan import Change, PlanLine
from sim.sourcing import FIELDS

FORMAT = 1
TEXTS = {field.name for field in dataclasses.fields(PlanLine)} - {"changes"}
#: fields that lines of earlier versions lack, as they are where nothing is said
LATER = {one.name: one.default for one in dataclasses.fields(PlanLine) if one.name in FIELDS}


@dataclass(frozen=True)
class Head:
    """What a file says of its plan as a whole.

    Attributes
    ----------
    posture, notes : of the plan.
    scenario, scenario_hash : for which business it was made, and in which state.
    version : of the program that wrote it.
    """

    posture: str
    notes: tuple[str, ...]
    scenario: str
    scenario_hash: str
    version: str


@dataclass(frozen=True)
class Written:
    """One line as it was written; `policy` is a name here, and `place` its number in the plan."""

    head: Head
    place: int
    line: Mapping[str, Any]
    changes: tuple[Change, ...]

    def made(self, policy: Any) -> PlanLine:
        """The line, with the policy that its name means."""
        return PlanLine(**{**self.line, "policy": policy}, changes=self.changes)


def packed(head: Head, place: int, line: PlanLine) -> str:
    """A line as ASCII text; numbers as `repr` writes them, which reads back to the same bits."""
    held = {field.name: getattr(line, field.name) for field in dataclasses.fields(line) if field.name in TEXTS}
    held["policy"] = policy_name(line)
    changes = [list(dataclasses.astuple(change)) for change in line.changes]
    content = {
        "format": FORMAT, **dataclasses.asdict(head), "place": place, "line": held, "changes": changes,
    }  # fmt: skip
    return json.dumps(content, separators=(",", ":"))


def unpacked(text: str) -> Written:
    """The line that `packed` was given.

    Raises
    ------
    ValueError : the text is damaged, or of another format.
    """
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']} is not known")
        names = {field.name for field in dataclasses.fields(Head)}
        head = Head(**{name: content[name] for name in names - {"notes"}}, notes=tuple(content["notes"]))
        content["line"] = {**LATER, **content["line"]}
        if set(content["line"]) != TEXTS:
            raise ValueError("fields are missing")
        changes = tuple(Change(*change) for change in content["changes"])
        return Written(head, int(content["place"]), content["line"], changes)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def policy_name(line: PlanLine) -> str:
    """Name of a line's policy; a callable is ``module:name``.

    Raises
    ------
    UsageError : it is a callable that no name of a module leads to.
    """
    policy = line.policy
    if isinstance(policy, str):
        return policy
    for module in (getattr(policy, "__module__", None), type(policy).__module__):
        for name, found in vars(sys.modules.get(str(module), object())).items() if module in sys.modules else ():
            if found is policy:
                return f"{module}:{name}"
    raise UsageError(
        f"item {line.item!r} at {line.warehouse!r}: its policy {policy!r} cannot be written down: it must be a name of a "
        "module, module:name"
    )
