"""Assumptions: figures that nobody knows for sure, with the range they may lie in and where that range comes from."""

from __future__ import annotations

import math
import re

from sim import keys

#: stands for the value, and for 1 less the value, inside a key
VALUE, REST = "<value>", "<1-value>"
BRACKETS = re.compile(r"\[[^]]*\]")


@keys.spec
class Assumption:
    """One figure of the scenario or of a posture that may be otherwise.

    The keys are those of ``--set``: ``costs.goodwill_halts`` is set to the value, ``suppliers.production_time[*]*=`` is
    multiplied by it, and where ``<value>`` stands in a key, it is put there.
    """

    label: str = keys.key(about="what it is, for tables and figures", min_length=1)
    key: tuple[str, ...] = keys.key(
        about="override or overrides without their value; several divided by ';'", min_length=1
    )
    low: str = keys.key(about="low end of what it may be: a number, or a word")
    high: str = keys.key(about="high end of what it may be")
    base: str | None = keys.key(default=None, about="what it is now; found in the scenario when left out")
    unit: str = keys.key(default="", about="unit, for people")
    source: str = keys.key(default="assumed", about="where the range comes from")

    def __post_init__(self) -> None:
        if self.low == self.high:
            raise ValueError(f"low and high are both {self.low}")
        for one in self.key:
            if VALUE not in one and "=" in BRACKETS.sub("", one).strip()[:-1]:
                raise ValueError(f"key {one!r}: give it without its value, for example 'costs.capital_rate'")
        if self.numeric and self.number(self.low) > self.number(self.high):
            raise ValueError(f"low ({self.low}) is above high ({self.high})")

    @property
    def numeric(self) -> bool:
        """Whether anything between low and high makes sense."""
        return all(_number(text) is not None for text in (self.low, self.high))

    @property
    def scales(self) -> bool:
        """Whether it multiplies what is there."""
        return all(one.rstrip().endswith(("*=", "/=")) for one in self.key)

    @property
    def chance(self) -> bool:
        """Whether it mixes two cases by their probability."""
        return any(REST in one for one in self.key) and (self.low, self.high) == ("0", "1")

    @staticmethod
    def number(text: str) -> float:
        """A value as a number."""
        return float(text)

    def settings(self, value: str) -> tuple[str, ...]:
        """The overrides that set it to a value."""
        made = []
        for one in self.key:
            if VALUE in one:
                number = _number(value)
                rest = value if number is None else f"{1 - number:.12g}"
                made.append(one.replace(REST, rest).replace(VALUE, value))
            else:
                made.append(f"{one.strip()}{'' if one.rstrip().endswith('=') else '='}{value}")
        return tuple(made)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
