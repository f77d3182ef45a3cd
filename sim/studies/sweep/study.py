"""A sweep: what a measure of each posture is at every point of a grid, all on the same Futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError, near_miss
from sim.measures import BY_NAME, MEASURES
from sim.plan import Plan
from sim.scenario import Scenario
from sim.statistics.interval import Interval, Pair, interval, paired
from sim.studies.source import Point, Source, family
from sim.studies.sweep.axes import Grid, grid_of
from sim.studies.variants import Variant, Variants, lived

Floats = NDArray[np.float64]
BASE = "as it stands"


@dataclass(frozen=True)
class Sweep:
    """Points × postures × replications, and what they say.

    Attributes
    ----------
    grid : axes and points.
    variants : the base (nothing changed) first, then the points.
    weather, seed, numbers : what was run.
    measure : the one that is shown and judged by.
    measures : (replications, 1 + points, postures, measures), measures in the order of `sim.measures.MEASURES`.
    notes : what was done to keep the points in step.
    lives : how many different lives each Future was lived.
    """

    grid: Grid
    variants: tuple[Variant, ...]
    weather: str
    seed: int
    numbers: tuple[int, ...]
    measure: str
    measures: Floats
    notes: tuple[str, ...]
    lives: int

    @property
    def scenario(self) -> Scenario:
        """The base scenario under its weather."""
        return self.variants[0].scenario

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Plans of the base."""
        return self.variants[0].plans

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the postures."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        """The one weather."""
        return (self.weather,)

    def values(self, point: int, posture: str, measure: str | None = None) -> Floats:
        """(replications,) values at a point; point -1 is the base."""
        place = [one.name for one in MEASURES].index(measure or self.measure)
        return self.measures[:, point + 1, self.postures.index(posture), place]

    def interval(self, point: int, posture: str, measure: str | None = None) -> Interval:
        """Mean and 95 % interval at a point."""
        found = BY_NAME[measure or self.measure]
        return interval(self.values(point, posture, found.name), share=found.share, yes_no=found.yes_no)

    def pair(self, point: int, other: int, posture: str, measure: str | None = None, level: float = 0.95) -> Pair:
        """A point against another, Future by Future."""
        found = BY_NAME[measure or self.measure]
        a, b = (self.values(place, posture, found.name) for place in (point, other))
        return paired(a, b, found.better, level)

    def moves(self, posture: str) -> bool:
        """Whether anything changes with the grid for a posture."""
        column = self.measures[:, :, self.postures.index(posture)]
        return not np.array_equal(column, np.broadcast_to(column[:, :1], column.shape), equal_nan=True)

    @cached_property
    def means(self) -> Floats:
        """(points, postures) means of the measure."""
        count = len(self.grid.points)
        return np.array([[self.interval(point, name).mean for name in self.postures] for point in range(count)])

    def best(self, posture: str) -> int:
        """The point with the best mean for a posture; the first of equals."""
        column = self.means[:, self.postures.index(posture)]
        if not np.isfinite(column).any():
            return 0
        return int(np.nanargmax(column) if BY_NAME[self.measure].better == "higher" else np.nanargmin(column))

    def as_good(self, posture: str) -> list[int]:
        """Points that cannot be told from the best at 95 % over all of them together (Bonferroni)."""
        best, count = self.best(posture), len(self.grid.points)
        level = 1 - 0.05 / max(count - 1, 1)
        found = []
        for point in range(count):
            one = self.pair(point, best, posture, level=level).difference
            if point == best or not (one.low > 0 or one.high < 0):
                found.append(point)
        return found


def sweep(
    scenario: str | Source,
    parameters: Mapping[str, Sequence[Any] | str] | Sequence[str],
    postures: Sequence[str] = ("jit", "jic", "hybrid"),
    replications: int = 100,
    seed: int = 1,
    jobs: int = 1,
    measure: str = "total_cost",
    weather: str | None = None,
    trust: bool = False,
    done: Callable[[int], None] | None = None,
    told: Callable[[Variants], None] | None = None,
) -> Sweep:
    """Try all combinations of some parameters' values on the same Futures.

    Parameters
    ----------
    scenario : a path, a folder or a bundled name.
    parameters : values by key, ``{"hybrid.cover": (0, 20, 40)}`` or ``{"hybrid.cover": "0:60:5"}``, or settings as on the
        command line.
    postures : names or posture files.
    replications, seed, jobs : as of `sim.compare`.
    measure : the one that is shown.
    weather : one of the scenario's; its headline when left out.
    trust : import code of the user's own.
    done : called with the number of replications finished since the last call.
    told : called with what is to be lived, before it starts.

    Raises
    ------
    UsageError, ScenarioError : a parameter or a value is refused; the message names the point.
    """
    if measure not in BY_NAME:
        raise UsageError(f"{measure!r} is not a measure{near_miss(measure, BY_NAME)}")
    if seed < 0:
        raise UsageError(f"seed {seed}: 0 or more is needed")
    grid = grid_of(_settings(parameters))
    named = (tuple(postures), grid.fixed, weather, trust)
    source = scenario if isinstance(scenario, Source) else Source(scenario, *named)
    made = family(source, (Point("", ()), *grid.points))
    errand = Variants.of(made.variants, seed)
    if told is not None:
        told(errand)
    found = lived(errand, range(replications), jobs, done=done)
    under = made.variants[0].scenario.weather or made.variants[0].scenario.weather_names[0]
    return Sweep(
        grid, made.variants, under, seed, found.numbers, measure, found.measures, made.notes, len(errand.lives)
    )


def _settings(parameters: Mapping[str, Sequence[Any] | str] | Sequence[str]) -> list[str]:
    if isinstance(parameters, Mapping):
        return [
            f"{key}={values if isinstance(values, str) else ','.join(str(value) for value in values)}"
            for key, values in parameters.items()
        ]
    return list(parameters)
