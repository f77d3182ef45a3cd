"""Stock and waiting customers from the very start, with the day from which the start is no longer seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.style import INK, LIGHT, VERMILION, Money, counted, looks
from sim.report.warming_findings import title
from sim.studies.warming import SERIES, Settled

NAME = "warm_up"
LABELS = {"on_hand": "Stock on hand", "waiting": "Orders waiting"}


def figures(found: Settled, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, told = draw(found)
        return save(figure, told, folder, NAME)


def draw(found: Settled) -> tuple[Figure, str]:
    """The figure and its title."""
    told = title(found)
    shown = [name for name in SERIES if name == "on_hand" or found.mean(name).any()]
    figure, panels = grid(len(shown), 1, 2.5 * len(shown), sharex=True)
    for axes, name in zip(panels, shown, strict=True):
        _panel(axes, found, name)
    panels[-1].set_xlabel("Day; day 0 is the first one booked")
    nobody = "" if len(shown) == len(SERIES) else " No customer ever waits."
    note = (
        f"{found.postures[0]} without incidents: mean of {counted(len(found.numbers), 'replication')}, band: 95 % for each "
        f"day by itself. Values at standard cost.{nobody}\nGrey: the scenario's warm-up, not booked. Cut: days before it are"
        " best left out (MSER-5; the latest of mean stock, waiting orders, spread of stock)."
    )
    headed(figure, told, note)
    settle(figure)
    return figure, told


def _panel(axes: Axes, found: Settled, name: str) -> None:
    look = looks(found.postures)[found.postures[0]]
    day = np.arange(found.days) - found.warm_up
    mean, half = found.mean(name), found.half_width(name)
    money = Money.of(found.scenario.currency, [float(mean.max())])
    if found.warm_up:
        axes.axvspan(-found.warm_up, 0, color=LIGHT, alpha=0.35, linewidth=0)
    if np.isfinite(half).all():
        axes.fill_between(
            day,
            np.maximum(mean - half, 0) / money.divisor,
            (mean + half) / money.divisor,
            color=look.colour,
            alpha=0.25,
            lw=0,
        )
    axes.plot(day, mean / money.divisor, color=look.colour, linewidth=1.4)
    axes.axvline(found.cut - found.warm_up, color=VERMILION, linewidth=1.6)
    half = np.nan_to_num(half)
    low, high = (float(edge) / money.divisor for edge in ((mean - half).min(), (mean + half).max()))
    low = 0.0 if low < 0.5 * high else low  # else what settles would be too small to see
    size = high - low or 1.0
    axes.set(ylim=(max(low - 0.06 * size, 0.0), high + 0.18 * size), xlim=(day[0], day[-1] + 1))
    axes.set_ylabel(f"{LABELS[name]}, {money.unit}")
    axes.annotate(
        f"cut: {found.cut} days in",
        (found.cut - found.warm_up, high + 0.16 * size),
        xytext=(5, 0),
        textcoords="offset points",
        va="top",
        fontsize=9,
        color=INK,
    )
