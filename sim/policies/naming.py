"""Policies by name, with parameters where they have any: ``moving_average(periods=28)``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sim.errors import ScenarioError, near_miss
from sim.policies.forecasting import BiasedBaseStock, OrderUpTo, Push
from sim.policies.forecasts import ByClass, Croston, MovingAverage, Smoothing
from sim.policies.policy import Policy

WRITTEN = re.compile(r"^\s*(\w+)\s*(?:\(([^()]*)\))?\s*$")


def _moving_average(periods: float = 28, bias: float = 1.0) -> OrderUpTo:
    return OrderUpTo(MovingAverage(periods), bias)


def _smoothing(alpha: float = 0.1, bias: float = 1.0) -> OrderUpTo:
    return OrderUpTo(Smoothing(alpha), bias)


def _croston(alpha: float = 0.1, days: float = 365, bias: float = 1.0) -> OrderUpTo:
    return OrderUpTo(Croston(alpha, days), bias)


def _sba(alpha: float = 0.1, days: float = 365, bias: float = 1.0) -> OrderUpTo:
    return OrderUpTo(Croston(alpha, days, unbiased=True), bias)


def _by_class(alpha: float = 0.1, days: float = 365, bias: float = 1.0) -> OrderUpTo:
    return OrderUpTo(ByClass(alpha, days), bias)


#: policies with parameters: what makes them, and the parameters with their defaults in order
MAKERS: dict[str, tuple[Callable[..., Policy], tuple[str, ...]]] = {
    "moving_average": (_moving_average, ("periods", "bias")),
    "exponential_smoothing": (_smoothing, ("alpha", "bias")),
    "croston": (_croston, ("alpha", "days", "bias")),
    "sba": (_sba, ("alpha", "days", "bias")),
    "by_class": (_by_class, ("alpha", "days", "bias")),
    "base_stock": (BiasedBaseStock, ("bias",)),
    "push": (Push, ("bias", "correct_every")),
}


class Policies(dict[str, Policy]):
    """Policies by name; those with parameters, given in parentheses or left out, are made when they are asked for."""

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and _parts(name) is not None)

    def __missing__(self, name: str) -> Policy:
        parts = _parts(name)
        if parts is None:
            raise KeyError(name)
        return _made(name, *parts)


def _parts(name: str) -> tuple[str, str] | None:
    """Name and parameters as written; None where the name is of no policy with parameters."""
    found = WRITTEN.match(name)
    return (found[1], found[2] or "") if found is not None and found[1] in MAKERS else None


def _made(written: str, name: str, inside: str) -> Policy:
    """The policy of a name with parameters.

    Raises
    ------
    ScenarioError : an unknown parameter, or a value that is not allowed; all of them at once.
    """
    make, allowed = MAKERS[name]
    given: dict[str, Any] = {}
    wrong = []
    for place, part in enumerate(part.strip() for part in inside.split(",") if part.strip()):
        key, equals, value = part.rpartition("=")
        key = key.strip() if equals else allowed[place] if place < len(allowed) else "one more"
        if key not in allowed:
            near = near_miss(key, allowed) if equals else f" (allowed: {', '.join(allowed)})"
            wrong.append(f"policy {written!r}: {key!r} is not a parameter of {name}{near}")
            continue
        try:
            given[key] = float(value)
        except ValueError:
            wrong.append(f"policy {written!r}: {key}: {value.strip()!r} is not a number")
    if not wrong:
        try:
            return make(**given)
        except ValueError as error:
            wrong = [f"policy {written!r}: {error}"]
    raise ScenarioError(wrong)
