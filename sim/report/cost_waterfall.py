"""Figure: which costs make the difference? From one posture's total cost to another's, part by part (a waterfall)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.measures import BY_NAME
from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.findings import in_sample
from sim.report.style import BLUE, GREY, INK, LIGHT, VERMILION, Money, capital, clipped, counted
from sim.studies.compare import Comparison
from sim.studies.statistics import Interval

NAME = "cost_waterfall"
#: most parts that a title names
MOST_NAMED = 4
#: parts that add up to the total cost
PARTS = (
    *("carrying_cost", "stockout_cost", "ordering_cost", "freight_cost", "expediting_cost", "sourcing_cost"),
    "purchase_price_variance",
)
#: most panels
COLUMNS = 3
#: height of a line, inches; what is less, as a share of the larger total, is not shown
ROW, LEAST = 0.34, 0.001
HEADINGS = ("Weather", "Part", "From", "To")


@dataclass(frozen=True)
class Fall:
    """One waterfall: totals of two postures, and what each part adds or takes.

    Attributes
    ----------
    weather, a, b : from `a` to `b`.
    parts : by measure, `b` less `a` with its interval; money a year.
    before, after : mean total costs.
    """

    weather: str
    a: str
    b: str
    parts: dict[str, Interval]
    before: float
    after: float


def ends(comparison: Comparison) -> tuple[str, str]:
    """From which posture to which: from jit to the cheapest under the headline, or from the cheapest to the next."""
    best, *rest = comparison.ranking(comparison.weathers[0])
    if "jit" in rest:
        return "jit", best
    return best, rest[0]


def falls(comparison: Comparison) -> list[Fall]:
    """A waterfall for each weather, the headline's first."""
    a, b = ends(comparison)
    made = []
    for weather in comparison.weathers:
        parts = {name: comparison.pair(weather, b, a, name).difference for name in PARTS}
        totals = [comparison.interval(weather, name, "total_cost").mean for name in (a, b)]
        made.append(Fall(weather, a, b, parts, *totals))
    return made


def figures(comparison: Comparison, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(comparison)
        return save(figure, title, folder, NAME)


def draw(comparison: Comparison) -> tuple[Figure, str]:
    """The figure and its title."""
    told = falls(comparison)[:COLUMNS]
    money = Money.of(comparison.scenario.currency, [one for each in told for one in (each.before, each.after)])
    most = max(max(abs(each.before), abs(each.after)) for each in told)
    shown = [
        name
        for name in PARTS
        if any(
            abs(each.parts[name].mean) >= LEAST * most or each.parts[name].half_width > LEAST * most for each in told
        )
    ]
    figure, panels = grid(1, len(told), 0.75 + ROW * (len(shown) + 2), sharey=True, sharex=True)
    title = _title(told[0], money)
    note = (
        f"Means of {counted(len(comparison.numbers))}, the same for both. Hatched: costs less; solid: costs more. Whiskers: "
        f"95 % interval of the difference in that part,\nfuture by future. Purchases are not in total cost."
    )
    headed(figure, title, note + in_sample(comparison))
    edge = 1.35 * max(_reach(each, shown) for each in told) / money.divisor
    for axes, each in zip(panels, told, strict=True):
        _panel(axes, each, shown, money, edge)
    labels = [f"{clipped(told[0].a)}, total", *(BY_NAME[name].label for name in shown), f"{clipped(told[0].b)}, total"]
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].set_ylim(len(labels) - 0.45, -0.55)
    settle(figure)
    return figure, title


def _title(one: Fall, money: Money) -> str:
    """The parts that change most, as many as it takes to see where the total comes from, clear of zero each."""
    sure = {name: part for name, part in one.parts.items() if part.n > 1 and (part.low > 0 or part.high < 0)}
    whole = one.after - one.before
    named: list[str] = []
    for name in sorted(sure, key=lambda name: -abs(sure[name].mean)):
        left = whole - sum(sure[each].mean for each in named)
        if len(named) >= MOST_NAMED or (len(named) > 1 and abs(left) < abs(whole) / 2):
            break
        named.append(name)
    near = money.near([sure[name].mean for name in named]) if named else money
    words = [f"{BY_NAME[name].label.lower()} {near.text(sure[name].mean, plus=True)}" for name in named]
    head = f"{capital(one.weather)}, from {one.a} to {one.b}"
    return f"{head}: {', '.join(words)} a year" if words else f"{head}: no part of the cost clearly changes"


def _reach(one: Fall, shown: list[str]) -> float:
    """How far to the right a waterfall goes, whiskers included."""
    now, far = one.before, max(one.before, one.after)
    for name in shown:
        part = one.parts[name]
        now += part.mean
        far = max(far, now, now + part.high - part.mean if part.n > 1 else now)
    return far


def _panel(axes: Axes, one: Fall, shown: list[str], money: Money, edge: float) -> None:
    """Totals as bars from 0, parts as steps between them."""
    unit = money.divisor
    style: dict[str, Any] = {"height": 0.62, "zorder": 2}
    axes.set_title(capital(one.weather))
    axes.barh(0, one.before / unit, color=GREY, **style)
    axes.barh(len(shown) + 1, one.after / unit, color=GREY, **style)
    now = one.before
    for row, name in enumerate(shown, start=1):
        part = one.parts[name]
        look: dict[str, Any] = {"color": VERMILION}
        if part.mean < 0:
            look = {"facecolor": "white", "edgecolor": BLUE, "hatch": "////", "linewidth": 1.2}
        axes.barh(row, part.mean / unit, left=now / unit, **look, **style)
        axes.plot([now / unit] * 2, [row - 1.31 + 0.62, row + 0.31], color=GREY, linewidth=0.7, zorder=1)
        now += part.mean
        if part.n > 1:
            whisker = [[(part.mean - part.low) / unit], [(part.high - part.mean) / unit]]
            axes.errorbar(now / unit, row, xerr=whisker, color=INK, elinewidth=1.2, capsize=2.5, zorder=4)
        right = max(now, now - part.mean, now + (part.high - part.mean if part.n > 1 else 0.0)) / unit
        _write(axes, right, row, money.near([part.mean]).text(part.mean, plus=True), edge)
    axes.plot([now / unit] * 2, [len(shown) + 0.31, len(shown) + 1.31], color=GREY, linewidth=0.7, zorder=1)
    for row, total in ((0, one.before), (len(shown) + 1, one.after)):
        _write(axes, total / unit, row, money.text(total), edge, fontweight="bold")
    low = min(0.0, one.before, one.after) / unit
    axes.set_xlim(low, edge)
    axes.set_xlabel(f"{money.unit} a year")
    axes.grid(axis="x", color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _write(axes: Axes, x: float, row: int, words: str, edge: float, **more: Any) -> None:
    axes.text(x + 0.015 * edge, row, words, fontsize=8.5, va="center", color=INK, zorder=5, **more)


def columns(currency: str) -> tuple[str, ...]:
    """Headings of the table under the figure."""
    return (*HEADINGS, f"Difference ({currency} a year)", "Low, 95 %", "High, 95 %")


def rows(comparison: Comparison) -> list[tuple[Any, ...]]:
    """The table under the figure."""
    made: list[tuple[Any, ...]] = []
    for one in falls(comparison):
        for name in PARTS:
            part = one.parts[name]
            made.append((one.weather, BY_NAME[name].label, one.a, one.b, part.mean, part.low, part.high))
    return made
