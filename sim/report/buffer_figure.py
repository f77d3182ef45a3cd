"""The figure of a buffer ledger: what each buffer costs, what it buys, and which of them are shown to pay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator
from numpy.typing import NDArray

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.findings import in_sample
from sim.report.style import BLUE, GREY, INK, LIGHT, VERMILION, Money, capital, clipped, counted, number
from sim.studies.buffers import COSTS, DOUBTFUL, PAYS, Justification
from sim.studies.sharing import Places

NAME = "what_this_buffer_buys"
#: lines shown at each end of the ranking
SHOWN = 9
#: colour and marker of a verdict, and whether the marker is filled
MARKS = {PAYS: (BLUE, "o", True), DOUBTFUL: (GREY, "s", False), COSTS: (VERMILION, "v", True)}
#: from where costs are drawn on a logarithmic scale, as a share of the largest
LEAST = 1e-4


def figures(found: Justification, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG, where there is a buffer at all, and say where it is."""
    if not found.buffered.any():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(found)
        return save(figure, title, folder, NAME)


def draw(found: Justification) -> tuple[Figure, str]:
    """The figure and its title."""
    count, buffers = len(found.numbers), int(found.buffered.sum())
    title = (
        f"{capital(found.weather)}, {found.plan.posture}: of {counted(buffers, 'buffer')} {found.count(PAYS)} pay, "
        f"{found.count(DOUBTFUL)} are doubtful, {found.count(COSTS)} do not pay"
    )
    figure, (left, right) = grid(1, 2, 4.9, width_ratios=(1.0, 1.05))
    _all(left, found)
    _ranked(right, found)
    note = (
        f"{counted(count)}, each lived with and without the buffer. Left: every buffer, mean a year; above the line it "
        "avoids more than it\ncosts. Right: those that bring most and least, mean and 95 % interval of each by itself; the "
        "best were chosen for looking best.\n"
        "Doubtful: not clear over so many lines at a false discovery rate of 5 %, or used in fewer than 30 futures."
    )
    headed(figure, title, note + in_sample(found))
    settle(figure)
    return figure, title


def _all(axes: Axes, found: Justification) -> None:
    """Cost of each buffer against the stockout cost it avoids, both logarithmic, with a floor for none."""
    places = np.flatnonzero(found.buffered)
    cost = found.carrying.mean[places] + found.other.mean[places]
    gain = found.avoided[0].mean[places]
    top = max(float(cost.max()), float(gain.max()), 1e-9)
    floor = max(min(_smallest(cost), _smallest(gain)), top * LEAST)
    money = Money.of(found.scenario.currency, [top])
    limits = (floor / 2, top * 2)
    axes.set(xscale="log", yscale="log", xlim=limits, ylim=limits)
    axes.plot(limits, limits, color=LIGHT, linewidth=1.2, zorder=1)
    verdicts = np.array([found.verdicts[place] for place in places.tolist()])
    for verdict, (colour, marker, filled) in MARKS.items():
        chosen = verdicts == verdict
        axes.plot(
            np.maximum(cost[chosen], floor),
            np.maximum(gain[chosen], floor),
            linestyle="",
            marker=marker,
            markersize=5,
            color=colour,
            markerfacecolor=colour if filled else "white",
            markeredgecolor=INK if filled else colour,
            markeredgewidth=0.5 if filled else 0.9,
            alpha=0.85,
            label=f"{verdict} ({int(chosen.sum())})",
            zorder=3 if filled else 2,
        )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: _short(value, money)))
    axes.set_xlabel("Cost of the buffer a year")
    axes.set_ylabel("Stockout cost it avoids a year")
    axes.legend(loc="lower right", frameon=False, fontsize=8.5, handletextpad=0.2)
    if (gain < floor).any() or (cost < floor).any():
        axes.set_title(f"at the edge: {_short(floor, money)} or less", fontsize=8.5, fontweight="normal", color=GREY)


def _smallest(values: NDArray[np.float64]) -> float:
    positive = values[values > 0]
    return float(positive.min()) if positive.size else np.inf


def _short(value: float, money: Money) -> str:
    """An amount for an axis that spans powers of ten."""
    return Money.of(money.currency, [value]).near([value]).text(value).replace(".00", "").replace(".0 ", " ")


def _ranked(axes: Axes, found: Justification) -> None:
    """Net benefit of those that bring most and least."""
    ranked = found.ranked()
    places: Places = ranked
    gap = ranked.size > 2 * SHOWN
    if gap:
        places = np.concatenate([ranked[:SHOWN], ranked[-SHOWN:]])
    rows = [row + (1 if gap and row >= SHOWN else 0) for row in range(places.size)]
    net = found.net
    money = Money.of(found.scenario.currency, [*net.low[places], *net.high[places], *net.mean[places]])
    axes.axvline(0, color=INK, linewidth=1.0, zorder=1)
    for row, place in zip(rows, places.tolist(), strict=True):
        colour, marker, filled = MARKS[found.verdicts[place]]
        mean, low, high = (float(one[place]) / money.divisor for one in (net.mean, net.low, net.high))
        style: dict[str, Any] = {"xerr": [[mean - low], [high - mean]]} if len(found.numbers) > 1 else {}
        axes.errorbar(
            mean,
            row,
            fmt=marker,
            color=colour,
            markersize=5.5,
            markerfacecolor=colour if filled else "white",
            markeredgecolor=INK if filled else colour,
            markeredgewidth=0.6,
            elinewidth=1.4,
            capsize=2.5,
            zorder=3,
            **style,
        )
    names = [f"{clipped(found.lines[p].item, 12)}, {clipped(found.lines[p].warehouse, 13)}" for p in places.tolist()]
    axes.set_yticks(rows, names)
    if gap:
        between_style: dict[str, Any] = {"ha": "center", "va": "center", "color": GREY, "fontsize": 8.5}
        between_style["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        between = f"… {number(ranked.size - 2 * SHOWN, 0)} more …"
        axes.text(0.5, SHOWN, between, transform=axes.get_yaxis_transform(), **between_style)
    axes.set_ylim(rows[-1] + 0.7, -0.7)
    axes.tick_params(axis="y", length=0, labelsize=8)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"Avoided less cost, {money.unit} a year")
