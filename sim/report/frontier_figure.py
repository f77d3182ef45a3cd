"""The efficient frontier: carrying cost against stockout cost, with 95 % ellipses and the points that answer questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from numpy.typing import NDArray

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.findings import in_sample_of
from sim.report.frontier_words import headline, money
from sim.report.style import GREEN, GREY, INK, LIGHT, capital, looks
from sim.studies.frontier import Frontier
from sim.studies.frontier.climb import CARRYING, STOCKOUT

Floats = NDArray[np.float64]
NAME = "frontier"
#: 95 % quantile of chi-square with two degrees of freedom
CHI = 5.991


def figures(found: Frontier, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(found)
        return save(figure, title, folder, NAME)


def draw(found: Frontier) -> tuple[Figure, str]:
    """The figure and its title."""
    unit = money(found)
    points = found.means / unit.divisor
    postures = list(dict.fromkeys(point.posture for point in found.points if point.posture))
    styles = looks(postures)
    title = f"{capital(found.weather)}: {headline(found)}"
    figure, (axes,) = grid(1, 1, 4.6)
    chosen = [place for place, point in enumerate(found.points) if point.family == "item by item"]
    order = sorted(chosen, key=lambda place: points[place, 0])
    axes.plot(points[order, 0], points[order, 1], "-", color=GREEN, lw=2.2, zorder=3, label="chosen item by item")
    for name in postures:
        rows = [place for place, point in enumerate(found.points) if point.posture == name]
        axes.plot(points[rows, 0], points[rows, 1], color=styles[name].colour, ls=styles[name].line, lw=1.1, alpha=0.8)
    for place, point in enumerate(found.points):
        beaten = found.dominated[place] is not None
        own = point.family == "posture"
        colour = styles[point.posture].colour if own else GREEN
        marker = styles[point.posture].marker if own else "o"
        size = 9 if own and point.factor == 1 else 5
        axes.plot(
            *points[place],
            marker,
            ms=size,
            color="white" if beaten else colour,
            markeredgecolor=GREY if beaten else colour,
            zorder=4,
        )
        _ellipse(axes, points[place], found.covariance(place) / unit.divisor**2, LIGHT if beaten else colour)
    _named(axes, found, points)
    axes.set(xlim=(0, None))
    axes.set_xlabel(f"Carrying cost, {unit.unit} a year", loc="left")
    axes.set_ylabel(f"Stockout cost, {unit.unit} a year", loc="top")
    low = float(points[:, 1].min())
    axes.set_ylim(min(0.0, low), min(float(points[:, 1].max()), 4 * float(np.median(points[:, 1])) + 1e-9) * 1.08)
    axes.legend(frameon=False, loc="upper right")
    note = (
        f"{len(found.fresh)} futures that no choice rests on; ellipses hold 95 % of the uncertainty of both means. Dotted "
        "lines: the posture's safety stocks x 0 to 2.\nHollow: surely beaten in both costs by another point. "
        "Lower left is better."
    )
    headed(figure, title, note + in_sample_of(found.scenario))
    settle(figure)
    return figure, title


def _ellipse(axes: Axes, centre: Floats, covariance: Floats, colour: str) -> None:
    """The 95 % region of two means, as far as it can be seen."""
    values, vectors = np.linalg.eigh(covariance)
    width, height = 2 * np.sqrt(CHI * np.maximum(values, 0.0))
    angle = float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))
    axes.add_patch(
        Ellipse(
            (float(centre[0]), float(centre[1])), width, height, angle=angle, fill=False, ec=colour, lw=0.9, zorder=2
        )
    )


def _named(axes: Axes, found: Frontier, points: Floats) -> None:
    """Names of the postures as they are, of the cheapest point and of the one that meets the target."""
    names = {
        place: point.label
        for place, point in enumerate(found.points)
        if point.family == "posture" and point.factor == 1
    }
    told = dict(names)
    cheapest = found.cheapest
    told[cheapest] = f"least total cost ({names[cheapest]})" if cheapest in names else "least total cost"
    if found.meets is not None:
        words = f"fill rate {found.target:g}"
        told[found.meets] = f"{told[found.meets]}, {words}" if found.meets in told else words
    for turn, place in enumerate(sorted(told, key=lambda one: points[one, 0])):
        axes.annotate(
            told[place],
            (float(points[place, 0]), float(points[place, 1])),
            xytext=(8, 12 if turn % 2 else 26),
            textcoords="offset points",
            fontsize=9,
            color=INK,
            arrowprops={"arrowstyle": "-", "color": GREY, "lw": 0.6},
            zorder=6,
        )


__all__ = ["CARRYING", "NAME", "STOCKOUT", "draw", "figures"]
