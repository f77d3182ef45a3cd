"""Risk or error? How far years differ, and how little the years drawn leave unsure (after Nelson 2008, the MORE plot)."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from sim.report.canvas import grid, headed, settle
from sim.report.loss_findings import drawn, money_of, period, periods, spanned
from sim.report.style import GREY, INK, LIGHT, Look, Money, capital, clipped, looks, percent
from sim.studies.loss import Losses
from sim.studies.loss_sample import Estimate

NAME = "loss_risk_or_error"
BINS = 40
#: most panels; postures beyond are left out
ROWS = 4


def draw(found: Losses) -> tuple[Figure, str]:
    """The figure and its title."""
    money = money_of(found)
    shown = found.ranking[::-1][:ROWS]
    worst = found.sample(shown[0]).value_at_risk(0.95)
    title = (
        f"Risk or error? {periods(found, len(found.numbers))} put the 1-in-20 loss of {clipped(shown[0])} at "
        f"{money.text(worst.value)} ({spanned(worst, money)})"
    )
    figure, panels = grid(len(shown), 1, 0.55 + 1.45 * len(shown), sharex=True, sharey=True)
    note = (
        f"Bars: {periods(found)} by their loss (risk; it stays). Shades: 95 % intervals of the mean, the 1-in-20 and the "
        f"1-in-100 loss (error; more {periods(found)} narrow them).\n{capital(drawn(found))}."
    )
    headed(figure, title, note)
    edge = 1.12 * max(_reach(found, name) for name in shown)
    styles = looks(found.postures)
    for axes, name in zip(panels, shown, strict=True):
        _panel(axes, found, name, styles[name], money, edge)
    panels[-1].set_xlabel(f"Loss of a {period(found)} from disruptions, {money.unit}")
    figure.supylabel(f"Share of {periods(found)}", fontsize=9.5)
    settle(figure)
    return figure, title


def _reach(found: Losses, name: str) -> float:
    """How far to the right a posture needs room: its 1-in-100 loss, with its interval where that is bounded."""
    rare = found.sample(name).value_at_risk(0.99)
    return rare.high if math.isfinite(rare.high) else rare.value * 1.25


def _panel(axes: Axes, found: Losses, name: str, look: Look, money: Money, edge: float) -> None:
    sample = found.sample(name)
    lost = sample.losses > 0
    axes.hist(
        np.minimum(sample.losses[lost], edge) / money.divisor,
        bins=np.linspace(0, edge / money.divisor, BINS + 1).tolist(),
        weights=sample.weights[lost],
        color=look.colour,
        alpha=0.55,
        edgecolor="white",
        linewidth=0.4,
        zorder=2,
    )
    axes.set_xlim(0, edge / money.divisor)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="y", color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_title(f"{clipped(name)}: no loss in {percent(sample.without_loss.value)} of {periods(found)}")
    marks = (("mean", sample.mean), ("1 in 20", sample.value_at_risk(0.95)), ("1 in 100", sample.value_at_risk(0.99)))
    for step, (label, one) in enumerate(marks):
        _mark(axes, label, one, money, edge, 0.97 - 0.17 * step)


def _mark(axes: Axes, label: str, one: Estimate, money: Money, edge: float, height: float) -> None:
    """A line at an estimate, a shade over its interval, and a label at a height of its own."""
    if one.value <= 0 or one.value > edge:
        return
    if math.isfinite(one.low):
        right = min(one.high, edge)
        axes.axvspan(
            max(one.low, 0) / money.divisor, right / money.divisor, color=GREY, alpha=0.22, linewidth=0, zorder=1
        )
    axes.axvline(one.value / money.divisor, color=INK, linewidth=1.4, zorder=3)
    axes.text(
        one.value / money.divisor,
        height,
        f" {label}: {money.text(one.value)}{' (open above)' if math.isinf(one.high) else ''}",
        transform=axes.get_xaxis_transform(),
        va="top",
        fontsize=8.5,
        zorder=4,
    )
