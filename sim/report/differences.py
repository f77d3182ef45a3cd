"""The second figure: paired differences between postures on the same Futures, with intervals (a forest plot)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.measures import BY_NAME
from sim.report.canvas import grid, headed, settle
from sim.report.findings import first_two, in_sample
from sim.report.style import GREY, INK, LIGHT, Look, Money, capital, clipped, looks, percent
from sim.studies.compare import Comparison
from sim.studies.statistics import Pair

NAME = "paired_differences"
GROUPS = ("total_cost", "carrying_cost", "stockout_cost")
#: with more pairs than this, each posture is only held against the cheapest
MOST_PAIRS = 6
#: with more postures than this, no key is drawn (the rows name them)
MOST_KEYS = 4
#: weathers told in the title
MOST_TOLD = 4
#: height of a line; room for the headings of the columns above the first panel; for the axis below each panel; inches
ROW, ABOVE, BELOW = 0.225, 0.4, 0.56
#: where the columns of text begin or end, and the right edge of the panel, in widths of the figure
COST, PAIR, RIGHT, VALUE, WINS, COUNT = 0.02, 0.125, 0.665, 0.865, 0.945, 0.99
#: width of a letter, in widths of the figure
LETTER = 0.0088


@dataclass(frozen=True)
class Row:
    """One pair of postures in one measure, and whether it is the first of that measure."""

    measure: str
    a: str
    b: str
    pair: Pair
    first: bool


@dataclass(frozen=True)
class Panel:
    """Axes of one weather with what its lines need: left edge in widths of the figure, unit, looks."""

    axes: Axes
    left: float
    money: Money
    styles: dict[str, Look]


def pairs(comparison: Comparison) -> list[tuple[str, str]]:
    """Pairs to show: all, or each posture against the one that is cheapest under the headline weather."""
    found = list(combinations(comparison.postures, 2))
    if len(found) <= MOST_PAIRS:
        return found
    best = comparison.ranking(comparison.weathers[0])[0]
    return [(best, name) for name in comparison.postures if name != best]


def rows_of(comparison: Comparison, weather: str) -> list[Row]:
    """Lines of one weather from top to bottom."""
    return [
        Row(measure, a, b, comparison.pair(weather, a, b, measure), first=place == 0)
        for measure in GROUPS
        for place, (a, b) in enumerate(pairs(comparison))
    ]


def draw(comparison: Comparison) -> tuple[Figure, str]:
    """The figure and its title."""
    rows = {weather: rows_of(comparison, weather) for weather in comparison.weathers}
    money = Money.of(comparison.scenario.currency, [end for these in rows.values() for end in _ends(these)])
    title = "\n".join(
        f"{capital(weather)}: {first_two(comparison, weather, money)}" for weather in comparison.weathers[:MOST_TOLD]
    )
    heights = [ROW * (len(these) + 1) for these in rows.values()]
    figure, panels = grid(len(rows), 1, sum(heights) + BELOW * len(rows) + ABOVE)
    note = (
        "Difference: first posture less second, future by future; mean and 95 % interval; a scale for each weather. "
        "Marker and colour: the posture\nthat costs less; hollow: the interval includes zero. "
        "First cheaper: share of futures, ties half. The title allows for several comparisons at once."
    )
    above, _ = headed(figure, title, note + in_sample(comparison))
    settle(figure)
    full, styles = figure.get_size_inches()[1], looks(comparison.postures)
    longest = max(len(_words(row)) for these in rows.values() for row in these)
    left, top = max(0.27, PAIR + LETTER * longest + 0.01), 1 - above - ABOVE / full
    for axes, height, (weather, these) in zip(panels, heights, rows.items(), strict=True):
        axes.set_position((left, top - height / full, RIGHT - left, height / full))
        top -= (height + BELOW) / full
        panel = Panel(axes, left, money.near(_ends(these)), styles)
        _frame(panel, weather, len(these))
        for place, row in enumerate(these):
            _line(panel, place, row)
    _heading(Panel(panels[0], left, money, styles))
    return figure, title


def _ends(rows: list[Row]) -> list[float]:
    shown = [row.pair.difference for row in rows]
    return [end for one in shown for end in (one.mean, one.low, one.high)]


def _words(row: Row) -> str:
    return f"{clipped(row.a, 14)} \u2212 {clipped(row.b, 14)}"


def _heading(panel: Panel) -> None:
    """What the columns hold, and which marker is which posture, above the first panel."""
    for x, words, side in (
        (PAIR, "First \u2212 second", "left"),
        (VALUE, "Difference (95 % interval)", "right"),
        (WINS, "First\ncheaper", "right"),
        (COUNT, "n", "right"),
    ):
        _write(panel, x, -1.75, words, side, va="bottom", color=GREY, fontsize=8.5)
    if len(panel.styles) > MOST_KEYS:
        return
    entries = [(clipped(name), look.marker, look.colour, INK) for name, look in panel.styles.items()]
    entries.append(("not clear", "o", "white", GREY))
    handles = [
        Line2D([], [], linestyle="", label=name, marker=marker, color=colour, markeredgecolor=edge)
        for name, marker, colour, edge in entries
    ]
    panel.axes.legend(
        handles=handles,
        title="Costs less:",
        title_fontsize=8.5,
        fontsize=8.5,
        ncols=len(handles),
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        frameon=False,
        handletextpad=0.1,
        columnspacing=0.9,
        borderaxespad=0.0,
    )


def _frame(panel: Panel, weather: str, count: int) -> None:
    """Name of the weather, axis and zero line."""
    axes = panel.axes
    axes.set_ylim(count - 0.4, -1.4)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", left=False, labelleft=False)
    axes.axvline(0, color=INK, linewidth=1.0, zorder=1)
    axes.set_xlabel(f"\u2190 first costs less\u2003 {panel.money.unit} a year \u2003second costs less \u2192")
    _write(panel, COST, -1, capital(weather), "left", fontweight="bold", fontsize=10.5)


def _write(panel: Panel, x: float, y: float, words: str, side: str, **style: Any) -> None:
    """Text at a fraction of the figure's width and at a line of the panel."""
    panel.axes.text(
        (x - panel.left) / (RIGHT - panel.left),
        y,
        words,
        transform=panel.axes.get_yaxis_transform(),
        clip_on=False,
        **{"ha": side, "va": "center_baseline", "color": INK, "fontsize": 9, **style},
    )


def _line(panel: Panel, place: int, row: Row) -> None:
    """One pair in one measure."""
    axes, money, one = panel.axes, panel.money, row.pair.difference
    if row.first:
        _write(panel, COST, place, BY_NAME[row.measure].label, "left")
        ends = [(x - panel.left) / (RIGHT - panel.left) for x in (COST, COUNT)]
        style: dict[str, Any] = {"color": LIGHT, "linewidth": 0.6, "clip_on": False, "zorder": 0}
        axes.plot(ends, [place - 0.5] * 2, transform=axes.get_yaxis_transform(), **style)
    known = one.low > 0 or one.high < 0
    look = panel.styles[row.a if one.mean < 0 else row.b]
    axes.errorbar(
        one.mean / money.divisor,
        place,
        xerr=one.half_width / money.divisor if one.n > 1 else None,
        fmt=look.marker if known else "o",
        color=look.colour if known else GREY,
        markerfacecolor=look.colour if known else "white",
        markeredgecolor=INK if known else GREY,
        markersize=6.5,
        markeredgewidth=0.7 if known else 1.2,
        elinewidth=1.5,
        capsize=2.5,
        zorder=3,
    )
    _write(panel, PAIR, place, _words(row), "left")
    span = f" ({money.number(one.low, plus=True)} to {money.number(one.high, plus=True)})" if one.n > 1 else ""
    _write(panel, VALUE, place, money.number(one.mean, plus=True) + span, "right")
    _write(panel, WINS, place, percent(row.pair.p_a_better), "right")
    _write(panel, COUNT, place, f"{one.n:,}", "right")
