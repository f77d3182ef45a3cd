"""The axes of a grid: ``hybrid.cover=0:60:5`` and ``scenario.crossing=none,independent``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product

from sim.errors import UsageError
from sim.setting import Setting
from sim.studies.source import Point

#: most points of a grid
MOST = 1_000
#: sizes that the numbers of a range may have
SMALLEST, LARGEST = 1e-300, 1e300
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Axis:
    """One parameter and its values.

    Attributes
    ----------
    key : as given, for example 'hybrid.cover'.
    operator : what stands between key and value, ``=`` or ``*=`` for example.
    values : as text.
    """

    key: str
    operator: str
    values: tuple[str, ...]

    @property
    def name(self) -> str:
        """The key with its operator where that is not plain."""
        return self.key if self.operator == "=" else f"{self.key} {self.operator[0]}"

    @cached_property
    def numbers(self) -> tuple[float, ...] | None:
        """The values as numbers; None where one of them is none."""
        if all(NUMBER.fullmatch(value) for value in self.values):
            return tuple(float(value) for value in self.values)
        return None

    def setting(self, place: int) -> str:
        """The override of one value."""
        return f"{self.key}{self.operator}{self.values[place]}"


@dataclass(frozen=True)
class Grid:
    """All combinations of the values of some axes.

    Attributes
    ----------
    axes : at least one.
    fixed : overrides that hold at every point.
    """

    axes: tuple[Axis, ...]
    fixed: tuple[str, ...]

    @cached_property
    def places(self) -> tuple[tuple[int, ...], ...]:
        """For each point the position of its value on each axis; the last axis runs fastest."""
        return tuple(product(*(range(len(axis.values)) for axis in self.axes)))

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """All points."""
        found = []
        for places in self.places:
            settings = tuple(axis.setting(place) for axis, place in zip(self.axes, places, strict=True))
            found.append(Point(", ".join(settings), settings))
        return tuple(found)


def grid_of(settings: Sequence[str]) -> Grid:
    """The grid that some settings ask for; those of a single value hold everywhere.

    Parameters
    ----------
    settings : ``key=start:stop:step`` (the stop is a value where a step falls on it), ``key=a,b,c``, or ``key=value``.

    Raises
    ------
    UsageError : no setting has several values, a range is not one, or the grid is too large.
    """
    axes: list[Axis] = []
    fixed: list[str] = []
    size = 1.0
    for text in settings:
        one = Setting.of(text)
        values, count = _values(one)
        if values is None and count == 0:
            fixed.append(text)
            continue
        size *= count
        if size > MOST:
            continue
        assert values is not None
        if one.key in {axis.key for axis in axes}:
            raise UsageError(f"--set {text!r}: {one.key} is swept twice")
        axes.append(Axis(one.key, one.operator, values))
    if size > MOST:
        raise UsageError(
            f"the grid has {size:,.0f} points, and at most {MOST:,} are possible: take larger steps or fewer parameters"
        )
    if not axes:
        raise UsageError(
            "nothing to sweep: give one parameter several values, for example --set hybrid.cover=0:60:5 "
            "or --set scenario.lost_share=0.2,0.5,0.8"
        )
    return Grid(tuple(axes), tuple(fixed))


def _values(one: Setting) -> tuple[tuple[str, ...] | None, float]:
    """Values of a range or a list and their number; nothing and 0 where there is one value, nothing where too many."""
    text = one.value
    parts = [part.strip() for part in text.split(":")]
    if len(parts) > 1 and NUMBER.fullmatch(parts[0]):
        if len(parts) != 3 or not all(NUMBER.fullmatch(part) for part in parts):
            raise UsageError(f"--set {one.text!r}: write a range as start:stop:step, for example {one.key}=0:60:5")
        return _range(one, *(Decimal(part) for part in parts))
    if "," in text and text[:1] not in ("[", "{", '"', "'"):
        members = tuple(part.strip() for part in text.split(","))
        if "" in members:
            raise UsageError(f"--set {one.text!r}: a value is missing between commas")
        twice = [member for member in members if members.count(member) > 1]
        if twice:
            raise UsageError(f"--set {one.text!r}: {twice[0]} is there twice")
        return members, len(members)
    return None, 0


def _range(one: Setting, start: Decimal, stop: Decimal, step: Decimal) -> tuple[tuple[str, ...] | None, float]:
    if any(part and not SMALLEST < abs(float(part)) < LARGEST for part in (start, stop, step)):
        raise UsageError(f"--set {one.text!r}: numbers from {SMALLEST:g} to {LARGEST:g} are possible")
    if step == 0:
        raise UsageError(f"--set {one.text!r}: the step is 0")
    if (stop - start) * step < 0:
        sign = "above" if stop > start else "below"
        raise UsageError(f"--set {one.text!r}: from {start} to {stop} the step must be {sign} 0, not {step}")
    exact = (stop - start) / step
    if exact >= MOST:
        return None, float(min(exact, Decimal(10) ** 15)) + 1
    count = math.floor(exact) + 1
    return tuple(_text(start + step * place) for place in range(count)), count


def _text(value: Decimal) -> str:
    shown = f"{value.normalize():f}"
    return "0" if shown in ("-0", "0") else shown
