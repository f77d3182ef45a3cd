"""The figure of a re-enactment: incidents above stock, waiting customers and port queues, day by day on one axis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.reenact_gantt import MOST, gantt
from sim.report.reenact_lines import HELPER, rows_of
from sim.report.reenact_told import finding
from sim.report.style import GREY, INK, LIGHT, Look, Money, clipped, looks
from sim.studies.reenact import Reenactment
from sim.studies.reenact_setting import WITH, WITHOUT

Floats = NDArray[np.float64]
NAME = "reenactment"
#: days of the moving average of what is not served
SMOOTH = 7
#: height of a row of the Gantt and of the panels, inches
ROW, PANEL, LOW = 0.34, 1.75, 1.25
#: line styles of ports after the first, all in ink: a port belongs to no posture
PORT_LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
#: ports shown
MOST_PORTS = 4


def figures(found: Reenactment, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG, and say where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(found)
        return save(figure, title, folder, NAME)


def draw(found: Reenactment) -> tuple[Figure, str]:
    """The figure and its title."""
    rows = rows_of(found.incidents, found.window, own=True) + rows_of(found.others, found.window, own=False)
    lines = min(len(rows), MOST + 1)
    heights = [ROW * lines + 0.25, PANEL, LOW] + ([LOW] if found.ports else [])
    figure, panels = grid(
        len(heights), 1, sum(heights) + 0.5, sharex="all", gridspec_kw={"height_ratios": heights, "hspace": 0.03}
    )
    title = finding(found)
    headed(figure, title, _note(found, any(not row.own for row in rows)))
    first, last = (day - found.zero for day in found.window)
    gantt(panels[0], rows, found.zero, found.window)
    _stock(panels[1], found)
    _short(panels[2], found)
    if found.ports:
        _queue(panels[3], found)
    begins, ends = _span(found)
    for place, axes in enumerate(panels):
        axes.axvspan(begins, min(ends, last), facecolor="#f1f1f1", linewidth=0, zorder=0)
        axes.axvline(begins, color=GREY, linewidth=0.8, zorder=1)
        axes.set_xlim(first, last)
        axes.set_axisbelow(True)
        if place:
            axes.grid(axis="y", color=LIGHT, linewidth=0.5)
            axes.set_ylim(bottom=0)
    panels[-1].set_xlabel(f"Days from the start (day {found.zero} of the scenario)")
    figure.align_ylabels(panels[1:])
    settle(figure)
    return figure, title


def _span(found: Reenactment) -> tuple[float, float]:
    """From the first to the last day of the event, from its start; what never ends ends with the window."""
    ends = [min(one.ends, float(found.window[1])) for one in found.incidents if one.kind != HELPER]
    return 0.0, max(ends) - found.zero


def _days(found: Reenactment) -> Floats:
    first, last = found.window
    days: Floats = np.arange(first, last, dtype=float) - found.zero
    return days


def _cut(found: Reenactment, values: Floats) -> Floats:
    first, last = found.window
    return values[..., first:last]


def _lines(axes: Axes, found: Reenactment, series: str, divisor: float, smooth: bool) -> None:
    """With the event (thick), without it (thin), and the band over futures, posture by posture."""
    days = _days(found)
    for turn, (name, look) in enumerate(looks(found.postures).items()):
        place = found.postures.index(name)
        values = found.lived[place].series[series]
        if smooth:
            values = np.stack([_smooth(row) for row in values])
        shown = _cut(found, values) / divisor
        if found.many is not None and not smooth:
            band = found.many.band(place, series) / divisor
            axes.fill_between(days, band[0], band[2], color=look.colour, alpha=0.13, linewidth=0, zorder=1)
            axes.plot(days, band[1], color=look.colour, linewidth=0.9, linestyle=(0, (1, 1)), zorder=2)
        else:
            axes.plot(days, shown[WITHOUT], color=look.colour, linewidth=0.8, alpha=0.75, zorder=2)
        _line(axes, days, shown[WITH], look, turn)


def _line(axes: Axes, days: Floats, values: Floats, look: Look, turn: int) -> None:
    every = max(len(days) // 6, 1)
    axes.plot(
        days,
        values,
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markevery=(every // 2 + turn * every // 4, every),
        markersize=5,
        markeredgecolor=INK,
        markeredgewidth=0.5,
        zorder=3,
    )


def _smooth(values: Floats) -> Floats:
    """Centred moving average; at the ends, of the days that are there."""
    kernel = np.ones(SMOOTH)
    sums: Floats = np.convolve(values, kernel, "same") / np.convolve(np.ones(values.size), kernel, "same")
    return sums


def _money(found: Reenactment, series: str) -> Money:
    """Unit of an axis; the band counts too."""
    values = [float(_cut(found, one.series[series]).max()) for one in found.lived]
    return Money.of(found.scenario.currency, values)


def _stock(axes: Axes, found: Reenactment) -> None:
    money = _money(found, "on_hand")
    _lines(axes, found, "on_hand", money.divisor, smooth=False)
    axes.set_ylabel(f"Stock on hand,\n{money.unit}")
    handles = [
        axes.plot([], [], color=look.colour, linestyle=look.line, marker=look.marker, label=clipped(name))[0]
        for name, look in looks(found.postures).items()
    ]
    if found.many is None:
        handles.append(Line2D([], [], color=GREY, linewidth=0.8, label="thin: without the event"))
    else:
        handles.append(Line2D([], [], color=GREY, linewidth=5, alpha=0.25, label="band: 90 % of futures"))
        handles.append(Line2D([], [], color=GREY, linewidth=0.9, linestyle=(0, (1, 1)), label="dotted: median"))
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=len(handles), frameon=False, fontsize=8.5
    )


def _waits(found: Reenactment) -> bool:
    """Whether customers wait at all; where all unmet demand is lost, what is not served is shown instead."""
    return any(float(one.series["waiting"].max()) > 0 for one in found.lived)


def _short(axes: Axes, found: Reenactment) -> None:
    series = "waiting" if _waits(found) else "short"
    money = _money(found, series)
    _lines(axes, found, series, money.divisor, smooth=series == "short")
    axes.set_ylabel(f"Backorders,\n{money.unit}" if series == "waiting" else f"Not served,\n{money.unit} a day")


def _queue(axes: Axes, found: Reenactment) -> None:
    """Days that a ship waits that arrives on a day; the longest of all postures where own ships count."""
    days = _days(found)
    for port, line in zip(found.ports[:MOST_PORTS], PORT_LINES, strict=False):
        values = _cut(found, np.max([one.waits[port][WITH] for one in found.lived], axis=0))
        calm = _cut(found, np.max([one.waits[port][WITHOUT] for one in found.lived], axis=0))
        axes.plot(days, values, color=INK, linestyle=line, linewidth=1.6, zorder=3)
        axes.plot(days, calm, color=GREY, linestyle=line, linewidth=0.7, zorder=2)
        peak = int(values.argmax())
        side = "right" if peak > 0.75 * days.size else "left"
        words = f"{port}: up to {values[peak]:.0f} days"
        axes.annotate(
            words, (days[peak], values[peak]), (0, 3), textcoords="offset points", fontsize=8.5, ha=side, va="bottom"
        )
    axes.set_ylabel("Wait at port,\ndays")
    axes.margins(y=0.25)


def _note(found: Reenactment, around: bool) -> str:
    """What the reader must know."""
    series = "Backorders at standard cost" if _waits(found) else f"Not served at sales price, {SMOOTH}-day average"
    told = f"Future {found.replication} of seed {found.seed}. Stock and waiting customers of all warehouses. {series}."
    told += (
        "\nBars: solid: shut; hatched: a part is left; grey: no capacity is lost; arrow: it goes on. Shaded: the event."
    )
    if around:
        told += " Pale bars are there without the event too."
    if found.many is not None:
        told += f"\nMedian and band: {len(found.many.numbers)} futures with the event."
    if found.scenario.judged_in_sample:
        told += f"\nIn-sample: {'; '.join(found.scenario.judged_in_sample)}."
    return told
