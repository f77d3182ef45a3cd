"""The figure of a page: one question, its answer in the title, a text alternative, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.support.finding import Estimate


@dataclass(frozen=True)
class Figure:
    """A figure, not yet drawn.

    Attributes
    ----------
    title : the answer in words, made from computed numbers.
    draw : draws it on the axes it is given (a list of axes where there are several panels), by `sim.report.style`.
    alt : what it shows, for those who do not see it.
    note : what the reader must know, below the figure; lines of at most 120 letters.
    height : inches.
    panels : how many beside each other.
    """

    title: str
    draw: Callable[[Any], None]
    alt: str
    note: str = ""
    height: float = 3.2
    panels: int = 1


def mark(
    axes: Any, one: Estimate, place: float, colour: str, marker: str = "o", times: float = 1.0, label: str | None = None
) -> None:
    """A mean with its interval, lying, at a place on the vertical axis; values are drawn as so many times what they are."""
    axes.errorbar(
        times * one.mean,
        place,
        xerr=[[times * (one.mean - one.low)], [times * (one.high - one.mean)]],
        fmt=marker,
        color=colour,
        capsize=3,
        label=label,
    )


def save(figure: Figure, path: Path) -> None:
    """Draw a figure and write it as SVG."""
    from sim.report.canvas import drawing, grid, headed, settle

    with drawing(path.stem):
        made, panels = grid(1, figure.panels, figure.height)
        figure.draw(panels if figure.panels > 1 else panels[0])
        headed(made, figure.title, figure.note)
        settle(made)
        made.savefig(path, format="svg", metadata={"Date": None, "Creator": None, "Title": figure.title})
