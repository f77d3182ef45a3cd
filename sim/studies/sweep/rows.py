"""A sweep as rows of plain data: one for each point, posture and measure."""

from __future__ import annotations

import math
from typing import Any

from sim.measures import BY_NAME, HEADLINE
from sim.statistics.interval import Interval
from sim.studies.sweep.study import BASE, Sweep

Row = dict[str, Any]


def rows(found: Sweep) -> list[Row]:
    """The base first, then the points; differences are point - base, on the same Futures."""
    made = []
    measures = tuple(dict.fromkeys((found.measure, *HEADLINE)))
    for measure in measures:
        unit = BY_NAME[measure].unit.format(currency=found.scenario.currency)
        for point in range(-1, len(found.grid.points)):
            for posture in found.postures:
                one = found.interval(point, posture, measure)
                apart = found.pair(point, -1, posture, measure)
                made.append(
                    {
                        "point": point + 1,
                        **_values(found, point),
                        "posture": posture,
                        "measure": measure,
                        "unit": unit,
                        **_spread("", one),
                        **_spread("change_from_base_", apart.difference),
                        "n": one.n,
                    }
                )
    return made


def _values(found: Sweep, point: int) -> Row:
    """The value on each axis."""
    if point < 0:
        return {axis.name: BASE for axis in found.grid.axes}
    places = found.grid.places[point]
    return {axis.name: axis.values[place] for axis, place in zip(found.grid.axes, places, strict=True)}


def _spread(before: str, one: Interval) -> Row:
    return {f"{before}mean": one.mean, f"{before}low": one.low, f"{before}high": one.high}


def finite(value: Any) -> Any:
    """The value, or nothing where it is no number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
