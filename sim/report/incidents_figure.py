"""Figure: when did what fail? A Gantt of the incidents of the Future that the network map shows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from sim.disruptions import Incident
from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.reenact_gantt import BARS, MOST, gantt
from sim.report.reenact_lines import does, rows_of, told
from sim.report.style import GREY, LIGHT, capital, counted
from sim.studies.flows import Flows

NAME = "incidents"
#: height of a line, inches
ROW = 0.42
COLUMNS = ("What", "Kind", "Where", "Begins (day)", "Ends (day)", "Does")


def figures(found: Flows, folder: Path, png: bool = True) -> list[Path]:
    """Write the figure as SVG and, where wanted, PNG, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(found)
        return save(figure, title, folder, NAME, png)


def draw(found: Flows) -> tuple[Figure, str]:
    """The figure and its title."""
    window = (0, found.horizon)
    lines = rows_of(found.incidents, window, own=True)
    figure, (axes,) = grid(1, 1, 0.75 + ROW * min(len(lines), MOST + 1))
    first = lines[0]
    title = f"{capital(first.label)}: {told(first.incidents)}"
    if len(lines) > 1:
        title = f"{counted(len(lines), 'incident')} in {counted(found.horizon, 'day')}; first {first.label}: " + told(
            first.incidents
        )
    note = (
        f"Future {found.replication} (seed {found.seed}) in {found.weather}, the one of the network map. Solid: shut; "
        "hatched: a part of the capacity is left; grey: something else\nchanges (price, demand, time on the way)."
    )
    headed(figure, title, note)
    gantt(axes, lines, 0, window)
    axes.set_xlim(0, found.horizon)
    axes.set_xlabel("Day")
    axes.tick_params(axis="x", length=3)
    axes.grid(axis="x", color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)
    for edge in ("top", "right"):
        axes.spines[edge].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    key: list[Any] = [Patch(label=word, **BARS[kind]) for kind, word in KEY.items()]
    axes.legend(handles=key, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, frameon=False, fontsize=8.5)
    settle(figure)
    return figure, title


KEY = {"shut": "shut", "part": "in part", "open": "changed"}


def rows(found: Flows) -> list[tuple[Any, ...]]:
    """The table under the figure: one row an incident."""
    return [(one.name, one.kind, _where(one), one.begins, _ends(one), does(one)) for one in found.incidents]


def _where(one: Incident) -> str:
    return "the firm" if one.target == "firm" else f"{one.target} {one.where}"


def _ends(one: Incident) -> float | str:
    return one.ends if math.isfinite(one.ends) else "never"
