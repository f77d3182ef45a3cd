"""Figures without a display and without global settings: making, heading, settling and saving them byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.report.style import GREY, INK, SETTINGS, WIDTH

DPI = 150
#: letters in a line of the title
TITLE_WIDTH = 93
#: intervals and amounts that no line break may divide
TOGETHER = re.compile(r"\([^()]{1,24}\)|(?:[A-Z]{3} )?\S+(?: [a-z]+)? ± \S+")


@contextmanager
def drawing(name: str) -> Iterator[None]:
    """Settings of this project while drawing, whatever the user's own are, and the user's own again afterwards."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        settings: Any = {**SETTINGS, "svg.hashsalt": f"bufferstock {name}"}
        matplotlib.rcParams.update(settings)
        yield


def grid(rows: int, columns: int, height: float, **more: Any) -> tuple[Figure, list[Axes]]:
    """A figure of the usual width and its panels, row by row.

    Parameters
    ----------
    rows, columns : how many panels.
    height : inches.
    more : passed on to `Figure.subplots`.
    """
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, squeeze=False, **more)
    return figure, list(panels.ravel())


def headed(figure: Figure, title: str, note: str) -> tuple[float, float]:
    """Write the finding above and what the reader must know below, and add room for both.

    Returns
    -------
    What was added above and below, as fractions of the new height.
    """
    width, height = figure.get_size_inches()
    title = TOGETHER.sub(lambda found: found[0].replace(" ", "\u00a0"), title)
    title = "\n".join(fill(line, TITLE_WIDTH, subsequent_indent="\u2003") for line in title.split("\n"))
    above, below = 0.12 + 0.22 * (title.count("\n") + 1), 0.06 + 0.155 * (note.count("\n") + 1)
    figure.set_size_inches(width, height + above + below)
    height += above + below
    told = [
        figure.text(0.01, 1 - 0.07 / height, title, fontsize=11.5, fontweight="bold", color=INK, va="top"),
        figure.text(0.01, 0.05 / height, note, fontsize=8.5, color=GREY, va="bottom"),
    ]
    for text in told:
        text.set_in_layout(False)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.005, below / height, 0.99, 1 - (above + below) / height))
    return above / height, below / height


def settle(figure: Figure) -> None:
    """Lay the figure out now and keep the layout, so that labels can be placed and all formats look the same.

    The solver of the layout may differ in the last digits from run to run; they are rounded away, so that files do not.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        x, y, width, height = (round(edge, 5) for edge in axes.get_position().bounds)
        axes.set_position((x, y, width, height))


def save(figure: Figure, title: str, folder: Path, name: str, png: bool = True) -> list[Path]:
    """Write a figure as SVG and, where wanted, PNG, without dates or versions in them."""
    heading = title.replace("\n", ". ")
    paths = [folder / f"{name}.svg", folder / f"{name}.png"]
    figure.savefig(paths[0], format="svg", metadata={"Date": None, "Creator": None, "Title": heading})
    if not png:
        return paths[:1]
    figure.savefig(paths[1], format="png", dpi=DPI, metadata={"Software": None, "Title": heading})
    return paths
