"""The first figure: carrying cost of each posture against its stockout cost, one panel for each weather.

Ellipses hold the pair of means with 95 % confidence; a posture that is worse than another in both costs is drawn hollow.
"""

from __future__ import annotations

import math
from itertools import product
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from sim.report.canvas import grid, headed, settle
from sim.report.dominated import X, Y, dominated, told
from sim.report.findings import in_sample, money_of, verdicts
from sim.report.style import GREY, INK, LIGHT, Money, capital, clipped, counted, looks
from sim.statistics.dominance import Region, region
from sim.studies.compare import Comparison

NAME = "cost_against_stockouts"
#: most panels in a row
COLUMNS = 3
#: distances of labels from markers to try, points
GAPS = (7, 13, 22, 34, 48)
#: what it costs a label to be nearer to the marker of another posture, pixels²
ASTRAY = 150.0
#: letters in a line that says who is dominated, by panels in a row; points that a line of it takes
LETTERS, LINE = {1: 120, 2: 62, 3: 42}, 11


def draw(comparison: Comparison) -> tuple[Figure, str]:
    """The figure and its title."""
    title = verdicts(comparison)
    money = money_of(comparison, (X, Y))
    count = len(comparison.weathers)
    columns = 2 if count == 4 else min(count, COLUMNS)
    rows = math.ceil(count / columns)
    height = (3.9 if count > 1 else 4.4) * rows
    figure, panels = grid(rows, columns, height, sharex=True, sharey=True)
    for spare in panels[count:]:
        spare.remove()
    panels = panels[:count]
    low, high = _limits(comparison, money)
    words = [fill(told(comparison, weather), LETTERS[columns]) for weather in comparison.weathers]
    lines = max(text.count("\n") + 1 if text else 0 for text in words)
    for axes, weather, text in zip(panels, comparison.weathers, words, strict=True):
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        axes.set_title(capital(weather), pad=6 + LINE * lines)
        axes.annotate(
            text, (0, 1), xytext=(0, 4), xycoords="axes fraction", textcoords="offset points", fontsize=8.5, color=GREY
        )
        _points(axes, comparison, weather, money)
    hollow = "Hollow: dominated, another posture is no worse in either cost and better in one.\n" if any(words) else ""
    note = (
        f"Mean and 95 % region over {counted(len(comparison.numbers))}. "
        f"Grey lines: equal sum of carrying and stockout cost; nearer the lower left corner is better.\n{hollow}"
        "Total cost adds ordering and freight. Titles and claims of dominance allow for several comparisons at once."
    )
    headed(figure, title, note + in_sample(comparison))
    for place, axes in enumerate(panels):
        if place + columns >= count:
            axes.set_xlabel(f"Carrying cost, {money.unit} a year")
            axes.tick_params(labelbottom=True)
        if place % columns == 0:
            axes.set_ylabel(f"Stockout cost, {money.unit} a year")
    settle(figure)
    for axes, weather in zip(panels, comparison.weathers, strict=True):
        _labels(axes, comparison, weather, money)
    return figure, title


def _region(comparison: Comparison, weather: str, name: str, money: Money) -> Region:
    """Mean and 95 % region of both costs, in the unit shown."""
    x, y = (comparison.values(weather, name, measure) / money.divisor for measure in (X, Y))
    return region(x, y)


def _spans(comparison: Comparison, side: int, money: Money) -> tuple[float, float]:
    """Smallest and largest end of any region."""
    ends = []
    for weather, name in product(comparison.weathers, comparison.postures):
        outline = _region(comparison, weather, name, money).outline()[:, side]
        ends += [float(end) for end in (outline.min(), outline.max()) if math.isfinite(end)]
    return min(ends, default=0.0), max(ends, default=1.0)


def _limits(comparison: Comparison, money: Money) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lower left and upper right corner of all panels, zero included."""
    spans = [_spans(comparison, side, money) for side in (0, 1)]
    spans = [(min(low, 0.0), max(high, 0.0)) for low, high in spans]
    widest = max(high - low for low, high in spans) or 1.0
    corners = []
    for low, high in spans:
        size = max(high - low, 0.1 * widest)
        corners.append((low - 0.06 * size, low + 1.12 * size))
    return (corners[0][0], corners[1][0]), (corners[0][1], corners[1][1])


def _points(axes: Axes, comparison: Comparison, weather: str, money: Money) -> None:
    worse = dominated(comparison, weather)
    for name, look in looks(comparison.postures).items():
        found = _region(comparison, weather, name, money)
        colour = GREY if name in worse else look.colour
        if found.axes is not None:
            outline = found.outline().T
            axes.fill(
                *outline, color=colour, alpha=0.0 if name in worse else 0.18, linewidth=0, zorder=2, clip_on=False
            )
            axes.plot(
                *np.append(outline, outline[:, :1], axis=1),
                color=colour,
                linewidth=1.2,
                linestyle=(0, (3, 2)) if name in worse else "-",
                zorder=2.5,
                clip_on=False,
            )
        axes.plot(
            found.x,
            found.y,
            look.marker,
            color="white" if name in worse else look.colour,
            markersize=8,
            markeredgecolor=GREY if name in worse else INK,
            markeredgewidth=1.4 if name in worse else 0.7,
            zorder=3,
            clip_on=False,
        )


def _labels(axes: Axes, comparison: Comparison, weather: str, money: Money) -> None:
    """Names beside the markers, then lines of equal cost with their labels where nothing is in the way."""
    worse = dominated(comparison, weather)
    regions = {name: _region(comparison, weather, name, money) for name in comparison.postures}
    centres = {name: _box(axes, one, whole=False) for name, one in regions.items()}
    taken = [*centres.values(), *(_box(axes, one, whole=True) for one in regions.values())]
    for name in comparison.postures:
        text = axes.annotate(
            clipped(name),
            (regions[name].x, regions[name].y),
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=10,
            fontweight="bold",
            color=GREY if name in worse else INK,
            zorder=5,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "shrinkA": 1, "shrinkB": 5},
        )
        text.set_in_layout(False)
        others = [box for other, box in centres.items() if other != name]
        taken.append(_put(axes, text, centres[name], others, taken).padded(5))
    _equal(axes, money, taken)


def _put(axes: Axes, text: Annotation, own: Bbox, others: list[Bbox], taken: list[Bbox]) -> Bbox:
    """Move a label to the place with the least in its way; one that ends up far away keeps its leading line."""
    best: tuple[float, float, float] | None = None
    for gap in GAPS:
        for dx, dy in ((gap, 0.7 * gap), (-gap, 0.7 * gap), (gap, -0.7 * gap), (-gap, -0.7 * gap), (0, gap), (0, -gap)):
            box = _placed(text, dx, dy)
            cost = _cover(box, taken) + 3 * _outside(box, axes)
            if any(_apart(box, other) < _apart(box, own) for other in others):
                cost += ASTRAY
            if best is None or cost < best[0] - 1e-6:
                best = cost, dx, dy
    assert best is not None
    assert text.arrow_patch is not None
    text.arrow_patch.set_visible(max(abs(best[1]), abs(best[2])) > GAPS[1])
    return _placed(text, *best[1:])


def _apart(box: Bbox, other: Bbox) -> float:
    """Distance from a box to the centre of another, pixels."""
    x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    return math.hypot(max(box.x0 - x, x - box.x1, 0.0), max(box.y0 - y, y - box.y1, 0.0))


def _placed(text: Annotation, dx: float, dy: float) -> Bbox:
    text.set_position((dx, dy))
    text.set_horizontalalignment("left" if dx > 0 else "right" if dx < 0 else "center")
    text.set_verticalalignment("bottom" if dy > 0 else "top")
    text.get_window_extent()  # with the leading line; brings the text to its place
    return Text.get_window_extent(text)


def _cover(box: Bbox, taken: list[Bbox]) -> float:
    """Area of a box that is taken already, pixels²."""
    parts = (Bbox.intersection(box, other) for other in taken)
    return sum(float(part.width * part.height) for part in parts if part is not None)


def _outside(box: Bbox, axes: Axes) -> float:
    inside = Bbox.intersection(box, axes.get_window_extent())
    return float(box.width * box.height) - (0.0 if inside is None else float(inside.width * inside.height))


def _box(axes: Axes, found: Region, whole: bool) -> Bbox:
    """Where a marker is, or all of its region, pixels."""
    points = found.outline() if whole else np.array([[found.x, found.y]])
    corners: Any = axes.transData.transform([points.min(axis=0), points.max(axis=0)])
    return Bbox(corners).padded(3 if whole else 7)


def _equal(axes: Axes, money: Money, taken: list[Bbox]) -> None:
    """Light lines of equal carrying + stockout cost, labelled."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    for level in MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]).tick_values(max(left, 0) + max(bottom, 0), right + top):
        start, end = max(left, level - top), min(right, level - bottom)
        if level <= 0 or end - start < 0.08 * (right - left):
            continue
        axes.plot([start, end], [level - start, level - end], color=LIGHT, linewidth=0.8, zorder=1)
        text = axes.annotate(
            f"{money.sign}{level:,.10g} {money.letter}".rstrip(),
            (0, 0),
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=8,
            color=GREY,
            ha="center",
            va="center",
            zorder=2,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )
        text.set_in_layout(False)
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            x = start + share * (end - start)
            text.xy = (x, level - x)
            box = text.get_window_extent().padded(5)
            if _cover(box, taken) <= 0 and _outside(box, axes) <= 0:
                taken.append(box)
                break
        else:
            text.remove()
