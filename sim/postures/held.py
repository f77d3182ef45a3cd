"""A line that was made anew, held against the one that is stored: every field."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sim.plan import Plan, PlanLine
from sim.sizing.step import number

#: texts too long to be told twice
LONG = ("reason", "segment", "target", "formula", "inputs", "warning")
FIELDS = tuple(field.name for field in fields(PlanLine))
CLOSE = 1e-9


def alike(one: float, other: float) -> bool:
    """Whether two numbers are the same but for rounding of the machine."""
    return one == other or math.isclose(one, other, rel_tol=CLOSE, abs_tol=1e-6)


def differing(line: PlanLine, stored: Mapping[str, Any]) -> tuple[str, ...]:
    """In what a line that was made anew differs from one that is stored, in words.

    Parameters
    ----------
    line : made anew.
    stored : as a manifest has it: what is no finite number is None there, and a callable its name.
    """
    now = Plan("", (line,)).table()[0]
    wrong = [name for name in FIELDS if name not in stored or not _same(stored[name], now[name])]
    found = [_told(name, stored, now[name]) for name in wrong if name not in LONG]
    words = [name for name in LONG if name in wrong]
    unknown = sorted(str(name) for name in stored if name not in FIELDS)
    return (
        *found,
        *([f"other words under {', '.join(words)}"] if words else []),
        *([f"no field of a plan: {', '.join(unknown)}"] if unknown else []),
    )


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _same(was: Any, now: Any) -> bool:
    """Whether a stored value is what comes out."""
    if _numeric(now):
        if not math.isfinite(now):
            return was is None
        return _numeric(was) and alike(float(was), float(now))
    if isinstance(now, list):  # changes by hand
        return isinstance(was, list) and len(was) == len(now) and all(map(_same, was, now))
    if isinstance(now, Mapping):
        return isinstance(was, Mapping) and was.keys() == now.keys() and all(_same(was[key], now[key]) for key in now)
    return bool(was == now)


def _told(name: str, stored: Mapping[str, Any], now: Any) -> str:
    """A field that differs, before and after."""
    title = name.replace("_", " ")
    if name == "changes":
        return "other changes by hand"
    before = _word(stored[name]) if name in stored else "nothing"
    return f"{title} {before} is stored, {_word(now)} comes out"


def _word(value: Any) -> str:
    if _numeric(value):
        return number(float(value)) if math.isfinite(value) else "no finite number"
    return "no finite number" if value is None else str(value)[:80] or "none"
