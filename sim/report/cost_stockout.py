"""The first figure: carrying cost of each posture against its stockout cost, one panel for each weather."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from sim.report.canvas import grid, headed, settle
from sim.report.findings import in_sample, money_of, verdicts
from sim.report.style import GREY, INK, LIGHT, Money, capital, clipped, counted, looks
from sim.studies.compare import Comparison

NAME = "cost_against_stockouts"
X, Y = "carrying_cost", "stockout_cost"
#: most panels in a row
COLUMNS = 3
#: distances of labels from markers to try, points
GAPS = (7, 13, 22, 34, 48)
#: what it costs a label to be nearer to the marker of another posture, pixels²
ASTRAY = 150.0


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
    for axes, weather in zip(panels, comparison.weathers, strict=True):
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        axes.set_title(capital(weather))
        _points(axes, comparison, weather, money)
    note = (
        f"Mean and 95 % interval over {counted(len(comparison.numbers))}. "
        "Grey lines: equal sum of carrying and stockout cost; nearer the lower left corner is better.\n"
        "Total cost adds ordering and freight. Titles allow for several comparisons at once."
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


def _spans(comparison: Comparison, measure: str, money: Money) -> tuple[float, float]:
    """Smallest and largest end of any interval."""
    ends = []
    for weather, name in product(comparison.weathers, comparison.postures):
        one = comparison.interval(weather, name, measure)
        ends += [end / money.divisor for end in (one.low, one.mean, one.high) if math.isfinite(end)]
    return min(ends, default=0.0), max(ends, default=1.0)


def _limits(comparison: Comparison, money: Money) -> tuple[tuple[float, float], tuple[float, float]]:
    """Lower left and upper right corner of all panels, zero included."""
    spans = [_spans(comparison, measure, money) for measure in (X, Y)]
    spans = [(min(low, 0.0), max(high, 0.0)) for low, high in spans]
    widest = max(high - low for low, high in spans) or 1.0
    corners = []
    for low, high in spans:
        size = max(high - low, 0.1 * widest)
        corners.append((low - 0.06 * size, low + 1.12 * size))
    return (corners[0][0], corners[1][0]), (corners[0][1], corners[1][1])


def _points(axes: Axes, comparison: Comparison, weather: str, money: Money) -> None:
    for name, look in looks(comparison.postures).items():
        x, y = (comparison.interval(weather, name, measure) for measure in (X, Y))
        axes.errorbar(
            x.mean / money.divisor,
            y.mean / money.divisor,
            xerr=_half(x.half_width, money),
            yerr=_half(y.half_width, money),
            fmt=look.marker,
            color=look.colour,
            markersize=8,
            markeredgecolor=INK,
            markeredgewidth=0.7,
            elinewidth=1.6,
            capsize=3,
            zorder=3,
            clip_on=False,
        )


def _half(width: float, money: Money) -> float | None:
    return width / money.divisor if math.isfinite(width) else None


def _labels(axes: Axes, comparison: Comparison, weather: str, money: Money) -> None:
    """Names beside the markers, then lines of equal cost with their labels where nothing is in the way."""
    parts = product(comparison.postures, ("point", X, Y))
    taken = [_box(axes, comparison, weather, name, money, part) for name, part in parts]
    centres = {name: _box(axes, comparison, weather, name, money, "point") for name in comparison.postures}
    for name in comparison.postures:
        x, y = (comparison.interval(weather, name, measure).mean / money.divisor for measure in (X, Y))
        text = axes.annotate(
            clipped(name),
            (x, y),
            xytext=(0, 0),
            textcoords="offset points",
            fontsize=10,
            fontweight="bold",
            color=INK,
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


def _box(axes: Axes, comparison: Comparison, weather: str, name: str, money: Money, bar: str) -> Bbox:
    """Where a marker or one of its bars is, pixels."""
    centre = [comparison.interval(weather, name, measure) for measure in (X, Y)]
    ends = [
        (one.low, one.high) if bar == measure and math.isfinite(one.low) else (one.mean, one.mean)
        for one, measure in zip(centre, (X, Y), strict=True)
    ]
    pad = 7 if bar == "point" else 3
    corners: Any = axes.transData.transform([[end / money.divisor for end in side] for side in zip(*ends, strict=True)])
    return Bbox(corners).padded(pad)


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
