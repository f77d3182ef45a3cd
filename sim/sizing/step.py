"""A step of a calculation: its number, what it is, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes
    ----------
    key : name of the step, the same for every line.
    symbol : as the formulas have it; "" for none.
    what : in words.
    value : its number.
    unit : of the number; "" for none.
    how : with which numbers it was made; "" for what was given.
    """

    key: str
    symbol: str
    what: str
    value: float
    unit: str
    how: str = ""


def value(steps: Sequence[Step], key: str) -> float:
    """The number of a step; NaN where there is no such step."""
    return next((step.value for step in steps if step.key == key), math.nan)


def number(found: float) -> str:
    """A number with the digits that recomputing asks for."""
    return f"{found:.6g}" if abs(found) < 1e5 else f"{found:.1f}"
