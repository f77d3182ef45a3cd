"""One override, taken apart: its key, what its brackets choose, its operator and its value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.errors import UsageError

#: how a value given changes the one that is there
OPERATORS: dict[str, Callable[[float, float], float]] = {
    "*=": lambda old, new: old * new,
    "/=": lambda old, new: old / new,
    "+=": lambda old, new: old + new,
    "-=": lambda old, new: old - new,
}
WRITE = "write key=value, for example costs.capital_rate=0.12"


@dataclass(frozen=True)
class Setting:
    """One override, taken apart.

    Attributes
    ----------
    text : as given.
    path : parts of the dotted key.
    where : what the brackets hold; None without brackets.
    operator : ``=``, ``*=``, ``/=``, ``+=`` or ``-=``.
    value : the value, as text.
    """

    text: str
    path: tuple[str, ...]
    where: str | None
    operator: str
    value: str

    @classmethod
    def of(cls, text: str) -> Setting:
        """Take an override apart.

        Raises
        ------
        UsageError : it is not ``key=value``.
        """
        cut = _equals(text)
        if cut < 0:
            raise UsageError(f"--set {text!r}: {WRITE}")
        key, value, operator = text[:cut], text[cut + 1 :], "="
        if key and f"{key[-1]}=" in OPERATORS:
            key, operator = key[:-1], f"{key[-1]}="
        key, where = key.strip(), None
        if key.endswith("]") and "[" in key:
            key, _, where = key[:-1].partition("[")
        if not key.strip():
            raise UsageError(f"--set {text!r}: {WRITE}")
        return cls(text, tuple(part.strip() for part in key.split(".")), where, operator, value.strip())

    @property
    def key(self) -> str:
        """Key with its brackets, without the value."""
        return self.text[: _equals(self.text)].rstrip("*/+- ")

    @property
    def given(self) -> Any:
        """The value as TOML reads it; text that is no TOML stands for itself."""
        import tomllib

        try:
            return tomllib.loads(f"value = {self.value}")["value"]
        except tomllib.TOMLDecodeError:
            return self.value

    @property
    def number(self) -> float:
        """The value as a number.

        Raises
        ------
        UsageError : it is none, or divides by zero.
        """
        value = self.given
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise UsageError(f"--set {self.text!r}: {self.operator} needs a number, not {self.value!r}")
        if self.operator == "/=" and value == 0:
            raise UsageError(f"--set {self.text!r}: nothing can be divided by 0")
        return float(value)


def _equals(text: str) -> int:
    """Place of the first equals sign outside brackets; of the first one at all where brackets do not close."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "[") - (letter == "]")
        if letter == "=" and depth <= 0:
            return place
    return text.find("=")
