"""Thresholds: what a posture must hold, given in a scenario, so that a run can fail where it does not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.errors import near_miss
from sim.measures import BY_NAME

if TYPE_CHECKING:
    from sim.studies.compare import Comparison

BOUND = re.compile(r"\s*(<=|>=|<|>)\s*([-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*")
FORM = "a comparison with a number, for example '>= 0.97'"


@dataclass(frozen=True)
class Threshold:
    """One bound on the mean of one measure.

    Attributes
    ----------
    key, bound : as written.
    weather, posture : what it is restricted to; None: every one that is compared.
    measure : of which measure.
    sense, value : ``<``, ``<=``, ``>`` or ``>=``, and the number.
    """

    key: str
    bound: str
    weather: str | None
    posture: str | None
    measure: str
    sense: str
    value: float

    def holds(self, value: float) -> bool:
        """Whether a value is on the right side; one that is not a number is not."""
        if not math.isfinite(value):
            return False
        return {
            "<": value < self.value,
            "<=": value <= self.value,
            ">": value > self.value,
            ">=": value >= self.value,
        }[self.sense]


@dataclass(frozen=True)
class Verdict:
    """A threshold held against one posture in one weather.

    Attributes
    ----------
    threshold : which.
    weather, posture : against what.
    mean, low, high : of the measure, with its interval.
    holds : whether the mean does.
    sure : whether the whole interval lies on the same side.
    """

    threshold: Threshold
    weather: str
    posture: str
    mean: float
    low: float
    high: float
    holds: bool
    sure: bool

    def told(self) -> dict[str, Any]:
        """As plain data."""
        numbers = {name: _number(getattr(self, name)) for name in ("mean", "low", "high")}
        return {
            "threshold": self.threshold.key,
            "bound": self.threshold.bound,
            "measure": self.threshold.measure,
            "weather": self.weather,
            "posture": self.posture,
            **numbers,
            "holds": self.holds,
            "sure": self.sure,
        }

    def __str__(self) -> str:
        unit = BY_NAME[self.threshold.measure]
        figures = f"{self.mean:,.4g} ({self.low:,.4g} to {self.high:,.4g})"
        doubt = "" if self.sure else "; the interval holds the bound: more futures may tell otherwise"
        word = "holds" if self.holds else "is broken"
        return (
            f"threshold {self.threshold.key} {self.threshold.bound} {word} by {self.posture} in {self.weather}: "
            f"{unit.label.lower()} {figures}{doubt}"
        )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def parsed(key: str, bound: str) -> Threshold:
    """One threshold from its key and bound.

    Parameters
    ----------
    key : ``measure``, ``posture.measure``, and before either ``weather/``.
    bound : a comparison with a number.

    Raises
    ------
    ValueError : no measure of that name, or no such comparison.
    """
    weather, slash, rest = key.rpartition("/")
    posture, dot, measure = rest.rpartition(".")
    if measure not in BY_NAME:
        raise ValueError(f"{measure!r} is not a measure{near_miss(measure, BY_NAME)}")
    if (slash and not weather) or (dot and not posture):
        raise ValueError("a weather is written 'weather/measure', a posture 'posture.measure'")
    found = BOUND.fullmatch(bound)
    if found is None:
        raise ValueError(f"{bound!r} is not {FORM}")
    return Threshold(key, bound, weather or None, posture or None, measure, found[1], float(found[2].replace("_", "")))


def problems(given: Mapping[str, str], weathers: Iterable[str] | None) -> list[tuple[str, str]]:
    """What is wrong with thresholds: key and what.

    Parameters
    ----------
    given : as written.
    weathers : names of the scenario's weathers; None where they cannot be known.
    """
    found = []
    for key, bound in given.items():
        try:
            one = parsed(key, bound)
        except ValueError as error:
            found.append((key, str(error)))
            continue
        if one.weather is not None and weathers is not None and one.weather not in (known := sorted(weathers)):
            found.append((key, f"{one.weather!r} is not a weather{near_miss(one.weather, known)}"))
    return found


def judge(comparison: Comparison) -> tuple[list[Verdict], list[str]]:
    """Every threshold of the scenario against every posture and weather it speaks of; and those that speak of none.

    A threshold is held against the mean; whether the interval is clear of the bound is told beside it.
    """
    made, idle = [], []
    for key, bound in comparison.scenario.thresholds.items():
        one = parsed(key, bound)
        weathers = [name for name in comparison.weathers if one.weather in (None, name)]
        postures = [name for name in comparison.postures if one.posture in (None, name)]
        for weather in weathers:
            for posture in postures:
                of = comparison.interval(weather, posture, one.measure)
                holds = one.holds(of.mean)
                sure = holds == one.holds(of.low) == one.holds(of.high)
                made.append(Verdict(one, weather, posture, of.mean, of.low, of.high, holds, sure))
        if not (weathers and postures):
            idle.append(f"threshold {key}: nothing compared here is called so: it guards nothing in this run")
    return made, idle
