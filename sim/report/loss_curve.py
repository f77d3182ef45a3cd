"""How bad can it get? The loss-exceedance curve of each posture, with its band and the 1-in-20 line."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from sim.report import loss_error
from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.findings import in_sample_of
from sim.report.loss_findings import drawn, money_of, period, periods
from sim.report.style import GREY, INK, LIGHT, Look, Money, capital, clipped, looks, percent
from sim.studies.loss import Losses

NAME = "loss_exceedance"
#: return periods on the axis
PERIODS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
#: the axis goes down to a chance of this at least, or to two in all years drawn
FLOOR = 0.02
#: postures told in the title
MOST_TOLD = 3
#: from this ratio of 1-in-20 losses on, a linear axis would hide the smallest
APART = 25.0


def figures(found: Losses, folder: Path) -> list[Path]:
    """Write the figures as SVG and PNG, where any year loses something, and say where they are."""
    if not (found.losses > 0).any():
        return []
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, make in ((NAME, draw), (loss_error.NAME, loss_error.draw)):
        with drawing(name):
            figure, title = make(found)
            paths += save(figure, title, folder, name)
    return paths


def draw(found: Losses) -> tuple[Figure, str]:
    """The figure and its title."""
    money = money_of(found)
    ranked = found.ranking[::-1]
    told = [f"{money.text(found.sample(name).value_at_risk(0.95).value)} ({clipped(name)})" for name in ranked]
    title = f"{capital(found.weather)}: one {period(found)} in 20 loses more than {', '.join(told[:MOST_TOLD])}"
    figure, (axes,) = grid(1, 1, 4.2)
    note = (
        f"Loss: cost of a future less that of the same future without its incidents. {capital(drawn(found))}.\n"
        "Bands: 95 %, for each loss by itself (Wilson, joined over strata). Points: loss of one "
        f"{period(found)} in 20, with its interval."
    )
    headed(figure, title, note + in_sample_of(found.scenario))
    floor = min(max(2 / len(found.numbers), 1e-4), FLOOR)
    edge = max(_edge(found, name, floor) for name in found.postures)
    styles = looks(found.postures)
    for name in ranked:
        _curve(axes, found, name, styles[name], money, edge)
    _axes(axes, found, money, floor, edge)
    settle(figure)
    return figure, title


def _edge(found: Losses, name: str, floor: float) -> float:
    """Where a curve leaves the figure below."""
    curve = found.sample(name).curve
    gone = np.flatnonzero(curve.chance < floor)
    return float(curve.losses[gone[0]] if gone.size else curve.losses[-1])


def _curve(axes: Axes, found: Losses, name: str, look: Look, money: Money, edge: float) -> None:
    sample = found.sample(name)
    curve = sample.curve
    kept = curve.losses >= 0
    x = np.append(curve.losses[kept], max(edge, float(curve.losses[-1])) * 1.05) / money.divisor
    chance, low, high = (np.append(part[kept], part[-1]) for part in (curve.chance, curve.low, curve.high))
    tiny = 1e-9
    axes.fill_between(
        x, np.maximum(low, tiny), np.maximum(high, tiny), step="post", color=look.colour, alpha=0.13, linewidth=0
    )
    share, bad = sample.without_loss.value, sample.value_at_risk(0.95)
    label = f"{clipped(name)}: no loss in {percent(share)} of {periods(found)}"
    shown = np.where(chance > 0, chance, np.nan)
    axes.step(x, shown, where="post", color=look.colour, linestyle=look.line, linewidth=1.9, label=label, zorder=3)
    if bad.value > 0:
        right = bad.high if math.isfinite(bad.high) else max(edge * 1.05, bad.value)
        axes.errorbar(
            bad.value / money.divisor,
            0.05,
            xerr=[[(bad.value - bad.low) / money.divisor], [(right - bad.value) / money.divisor]],
            fmt=look.marker,
            color=look.colour,
            markeredgecolor=INK,
            markeredgewidth=0.7,
            markersize=7,
            elinewidth=1.6,
            capsize=3,
            zorder=5,
        )


def _axes(axes: Axes, found: Losses, money: Money, floor: float, edge: float) -> None:
    axes.axhline(0.05, color=GREY, linewidth=1.0, linestyle=(0, (5, 3)), zorder=1)
    axes.set_yscale("log")
    ticks = [1 / years for years in PERIODS if 1 / years >= floor * 0.999]
    axes.set_yticks(ticks, [_odds(tick) for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_ylim(floor, 1.0)
    bad = [found.sample(name).value_at_risk(0.95).value for name in found.postures]
    positive = [one for one in bad if one > 0]
    if positive and max(positive) / min(positive) > APART:
        axes.set_xscale("symlog", linthresh=min(positive) / money.divisor)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.4g}"))
    axes.set_xlim(0, edge * 1.03 / money.divisor)
    axes.grid(color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(f"Loss of a {period(found)} from disruptions, {money.unit}")
    axes.set_ylabel(f"Chance that a {period(found)} loses more")
    axes.legend(loc="upper right", frameon=True, framealpha=0.9, edgecolor="none", fontsize=9.5)


def _odds(chance: float) -> str:
    """A chance as a share and as one year in so many."""
    years = round(1 / chance)
    return "100 %" if years == 1 else f"{chance * 100:.3g} %, 1 in {years:,}"
