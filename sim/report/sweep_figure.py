"""The figure of a sweep: a line with its band for each posture over one parameter, or a map with numbers over two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from sim.measures import BY_NAME
from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.style import GREY, INK, LIGHT, Money, capital, counted, looks
from sim.report.sweep_table import findings, writer
from sim.studies.sweep import Axis, Sweep

NAME = "sweep"
#: cells of a map that have room for a number
MOST_CELLS = 15


def figures(found: Sweep, folder: Path) -> list[Path]:
    """Draw the sweep as SVG and PNG; nothing for more than two parameters.

    Parameters
    ----------
    found : the sweep.
    folder : where to write; made where it is not there.
    """
    if len(found.grid.axes) > 2:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        return _line(found, folder) if len(found.grid.axes) == 1 else _map(found, folder)


def _scale(found: Sweep) -> tuple[float, str]:
    """What values are divided by, and the label of the axis."""
    measure = BY_NAME[found.measure]
    _, unit = writer(found)
    if "{currency}" in measure.unit:
        return Money.of(found.scenario.currency, found.means.ravel().tolist()).divisor, f"{measure.label}, {unit}"
    return (0.01 if measure.share else 1.0), f"{measure.label}, {unit}"


def _line(found: Sweep, folder: Path) -> list[Path]:
    axis, (divisor, label) = found.grid.axes[0], _scale(found)
    figure, (axes,) = grid(1, 1, 4.2)
    places, styles = _places(axis), looks(found.postures)
    for column, name in enumerate(found.postures):
        look = styles[name]
        mean = found.means[:, column] / divisor
        ends = [found.interval(point, name) for point in range(len(places))]
        axes.fill_between(
            places,
            [one.low / divisor for one in ends],
            [one.high / divisor for one in ends],
            color=look.colour,
            alpha=0.18,
            linewidth=0,
        )
        axes.plot(places, mean, color=look.colour, marker=look.marker, linestyle=look.line, markersize=5, label=name)
        if found.moves(name):
            best = found.best(name)
            axes.plot(
                places[best], mean[best], marker="o", markersize=13, markerfacecolor="none", color=INK, linewidth=0
            )
    if axis.numbers is None:
        axes.set_xticks(places, axis.values)
    axes.set_xlabel(axis.name if axis.operator == "=" else f"{axis.key}, changed by {axis.operator[0]}")
    axes.set_ylabel(label)
    axes.grid(axis="y", color=LIGHT, linewidth=0.5)
    axes.margins(x=0.06)
    _label_ends(axes, found, places, divisor, styles)
    note = (
        f"{capital(found.weather)}; {counted(len(found.numbers))}, the same at every point; bands: 95 % intervals of the "
        "means.\nPoints differ more surely than the bands look: sweep.csv. Ring: the best of a posture that changes."
    )
    return _told(figure, found, note, folder)


def _places(axis: Axis) -> np.ndarray[Any, Any]:
    return np.arange(len(axis.values)) if axis.numbers is None else np.asarray(axis.numbers)


def _label_ends(axes: Axes, found: Sweep, places: Any, divisor: float, styles: Any) -> None:
    """Names of the postures at the right end of their lines, kept apart."""
    low, high = axes.get_ylim()
    least = 0.06 * (high - low)
    last = places.argmax() if hasattr(places, "argmax") else -1
    ends = sorted((found.means[last, column] / divisor, name) for column, name in enumerate(found.postures))
    at = -np.inf
    for value, name in ends:
        at = max(value, at + least)
        axes.annotate(
            name,
            (places[last], at),
            xytext=(9, 0),
            textcoords="offset points",
            color=styles[name].colour,
            va="center",
            fontweight="bold",
            annotation_clip=False,
        )


def _map(found: Sweep, folder: Path) -> list[Path]:
    down, across = found.grid.axes
    divisor, label = _scale(found)
    write, _ = writer(found)
    moving = [name for name in found.postures if found.moves(name)] or list(found.postures[:1])
    shape = (len(down.values), len(across.values))
    figure, panels = grid(1, len(moving), max(2.6, 0.42 * shape[0] + 1.4), sharey=True)
    values = {name: found.means[:, found.postures.index(name)].reshape(shape) / divisor for name in moving}
    together = np.stack(list(values.values()))
    norm = Normalize(float(np.nanmin(together)), float(np.nanmax(together)))
    spans: Any = norm
    shades = {name: np.asarray(spans(values[name])) for name in moving}
    image: Any = None
    for axes, name in zip(panels, moving, strict=True):
        image = axes.imshow(values[name], cmap="cividis", norm=norm, aspect="auto", origin="lower")
        axes.set_title(name)
        axes.set_xticks(range(shape[1]), across.values, rotation=0 if shape[1] <= 8 else 90)
        axes.set_xlabel(across.name)
        axes.tick_params(length=0)
        best = np.unravel_index(found.best(name), shape)
        if max(shape[0], shape[1] * len(moving)) <= MOST_CELLS:
            for row, column in np.ndindex(*shape):
                dark = float(shades[name][row, column]) < 0.55
                told = write(values[name].item(row, column) * divisor, False)
                weight = "bold" if (row, column) == best else "normal"
                colour = "white" if dark else INK
                axes.text(column, row, told, ha="center", va="center", color=colour, fontsize=8, fontweight=weight)
        axes.plot(best[1], best[0], marker="s", markersize=22, markerfacecolor="none", color="white", linewidth=0)
        axes.plot(best[1], best[0], marker="s", markersize=20, markerfacecolor="none", color=INK, linewidth=0)
    panels[0].set_yticks(range(shape[0]), down.values)
    panels[0].set_ylabel(down.name)
    bar = figure.colorbar(image, ax=panels, shrink=0.9)
    bar.set_label(label, color=INK)
    bar.outline.set_edgecolor(GREY)
    note = (
        f"{capital(found.weather)}; {counted(len(found.numbers))}, the same at every point; means. "
        "Framed: the best point of the posture. Intervals and differences: sweep.csv."
    )
    return _told(figure, found, note, folder)


def _told(figure: Any, found: Sweep, note: str, folder: Path) -> list[Path]:
    told = findings(found, short=True)
    still = [place for place, name in enumerate(found.postures) if not found.moves(name)]
    if len(still) < len(found.postures):  # what does not change is no finding where something does
        told = [line for place, line in enumerate(told) if place not in still]
    title = "\n".join(told[:4])
    headed(figure, title, note)
    settle(figure)
    return save(figure, title, folder, NAME)
