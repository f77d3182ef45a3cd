"""A sweep on the terminal: one row a point, and what was found in sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from rich.table import Table

from sim.measures import BY_NAME
from sim.report.style import Money, capital, counted, listed, number, percent
from sim.report.tables import FRAME
from sim.statistics.interval import Interval
from sim.studies.sweep import Sweep

#: rows shown on the terminal
MOST = 40
#: points named in a sentence
NAMED = 3


def writer(found: Sweep) -> tuple[Callable[[float, bool], str], str]:
    """How values of the measure are written (value, with a plus sign), and their unit."""
    measure = BY_NAME[found.measure]
    if "{currency}" in measure.unit:
        money = Money.of(found.scenario.currency, found.means.ravel().tolist())
        money = replace(money, decimals=money.decimals + (money.divisor > 1))  # points lie closer than postures do
        return (lambda value, plus: money.number(value, plus)), measure.unit.replace("{currency}", money.unit)
    if measure.share:
        return (lambda value, plus: number(100 * value, 2, plus)), "%"
    largest = max((abs(value) for value in found.means.ravel().tolist() if value == value), default=0.0)
    decimals = 0 if largest >= 1000 else 1 if largest >= 10 else 2
    return (lambda value, plus: number(value, decimals, plus)), measure.unit


def amount(found: Sweep, value: float) -> str:
    """A value of the measure with its unit, for a sentence."""
    measure = BY_NAME[found.measure]
    if "{currency}" in measure.unit:
        money = Money.of(found.scenario.currency, found.means.ravel().tolist())
        return money.text(value) + measure.unit.replace("{currency}", "")
    write, unit = writer(found)
    return f"{write(value, False)} {unit}"


def table(found: Sweep) -> Table:
    """One row for each point, the base on top."""
    write, _ = writer(found)
    shown = Table(**FRAME)
    for axis in found.grid.axes:
        shown.add_column(axis.name, justify="right", overflow="fold")
    moving = [name for name in found.postures if found.moves(name)]
    for name in found.postures:
        shown.add_column(name, justify="right", no_wrap=True)
        if name in moving:
            shown.add_column(f"{name}\nless base", justify="right", no_wrap=True)
    marks = {name: (found.best(name), set(found.as_good(name))) for name in moving}
    count = len(found.grid.points)
    for point in range(-1, min(count, MOST)):
        cells = ["base" if place == 0 else "" for place in range(len(found.grid.axes))]
        if point >= 0:
            places = found.grid.places[point]
            cells = [axis.values[place] for axis, place in zip(found.grid.axes, places, strict=True)]
        for name in found.postures:
            mark = "  "
            if name in moving and point >= 0:
                best, close = marks[name]
                mark = " *" if point == best else " ~" if point in close else "  "
            cells.append(_with_half(found.interval(point, name), write) + mark)
            if name in moving:
                apart = "" if point < 0 else _with_half(found.pair(point, -1, name).difference, write, plus=True)
                cells.append(apart)
        shown.add_row(*cells, style="dim" if point < 0 else "")
    return shown


def heading(found: Sweep) -> str:
    """What the table shows."""
    _, unit = writer(found)
    return f"{BY_NAME[found.measure].label}, {unit}; mean ± 95 % half-width over {counted(len(found.numbers))}"


def legend(found: Sweep) -> str:
    """What its marks mean, and what is left out."""
    best = "* best of its column; ~ cannot be told from it, over all points at once (95 %). "
    more = len(found.grid.points) - MOST
    return (
        (best if any(found.moves(name) for name in found.postures) else "")
        + (f"{more} points more are in sweep.csv. " if more > 0 else "")
        + "Base: nothing swept is changed. Differences: on the same futures."
    )


def _with_half(one: Interval, write: Callable[[float, bool], str], plus: bool = False) -> str:
    told = write(one.mean, plus)
    return f"{told} ± {write(one.half_width, False)}" if one.n > 1 else told


def findings(found: Sweep, short: bool = False) -> list[str]:
    """What was found, one sentence a posture, then which posture is best where.

    Parameters
    ----------
    short : without the points that are as good, as for a title.
    """
    told = [_best(found, name, short) if found.moves(name) else _still(found, name) for name in found.postures]
    if len(found.postures) > 1 and BY_NAME[found.measure].better != "neither":
        told.append(_leaders(found))
    return told


def _still(found: Sweep, name: str) -> str:
    """That nothing changes for a posture, and why that may be."""
    why = ""
    if any(axis.key == f"{name}.cover" for axis in found.grid.axes):
        why = f": rules decide its cover for every item here; try {name}.rules.cover[impact=high]"
    elif any(axis.key.startswith(f"{name}.") for axis in found.grid.axes):
        why = ": no item here goes by it"
    return f"{capital(name)} does not change with {listed([axis.name for axis in found.grid.axes])}{why}."


def _best(found: Sweep, name: str, short: bool) -> str:
    """Where a posture is best."""
    word = "highest" if BY_NAME[found.measure].better == "higher" else "lowest"
    best, points = found.best(name), found.grid.points
    value = amount(found, found.interval(best, name).mean)
    sentence = f"{BY_NAME[found.measure].label} of {name} is {word} at {points[best].label}: {value}"
    others = [points[point].label for point in found.as_good(name) if point != best]
    if short:
        return f"{sentence}."
    if len(others) == len(points) - 1:
        return f"{sentence}; no point can be told from it."
    if not others:
        return f"{sentence}, clear of all other points."
    if len(others) <= NAMED:
        return f"{sentence}; as good as far as can be told: {listed(others)}."
    return f"{sentence}; {len(others)} points are as good as far as can be told (marked ~)."


def _leaders(found: Sweep) -> str:
    """Which posture has the best mean at how many points."""
    sign = -1.0 if BY_NAME[found.measure].better == "higher" else 1.0
    counts: dict[str, int] = {}
    for row in np.nan_to_num(sign * found.means, nan=np.inf):
        leader = found.postures[int(row.argmin())]
        counts[leader] = counts.get(leader, 0) + 1
    count = len(found.grid.points)
    if len(counts) == 1:
        return f"{capital(next(iter(counts)))} has the best mean of the postures at every point."
    parts = [f"{name} at {number_of} ({percent(number_of / count)})" for name, number_of in counts.items()]
    return f"Best mean of the postures, of {count} points: {', '.join(parts)}."
