"""What does each outage cost? A heat map of node and length for each posture, stockout cost in the cells."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.colors import Colormap, PowerNorm
from matplotlib.figure import Figure

from sim.report.canvas import grid, headed, settle
from sim.report.stress_table import money_of
from sim.report.style import INK, Money, capital, clipped
from sim.studies.stress.study import Stress

NAME = "stress_impact"
#: nodes shown
MOST = 20
#: most panels; postures beyond are left out
COLUMNS = 3
#: what is less, in the unit of money shown, counts as nothing
LEAST = 0.005


def draw(found: Stress) -> tuple[Figure, str]:
    """The figure and its title."""
    import matplotlib

    cost, money = np.maximum(found.values("stockout_cost"), 0.0), money_of(found)
    worst = np.nan_to_num(cost[:, -1]).max(axis=1)
    nodes = [node for node in np.argsort(-worst, kind="stable").tolist() if worst[node] > 0][:MOST] or [0]
    count = min(len(found.postures), COLUMNS)
    figure, panels = grid(1, count, 0.9 + 0.27 * len(nodes), sharey=True)
    title = _title(found, money)
    note = (
        f"Stockout cost of the outage in {money.unit}, against the same run without it: lost margin, goodwill, backorder "
        f"penalties. Dot: nothing to speak of.\nFull outage from day {found.rules.start}, without chance. "
        + (
            ""
            if len(nodes) == len(found.nodes)
            else f"The {len(nodes)} of {len(found.nodes)} nodes with the largest cost. "
        )
        + "No odds are used: how likely an outage is, is not in here."
    )
    headed(figure, title, note)
    colours: Colormap = matplotlib.colormaps["cividis_r"]
    shown = LEAST * money.divisor
    norm = PowerNorm(0.4, 0.0, max(float(np.nanmax(cost[nodes])), 1.0))
    for place in range(count):
        axes, values = panels[place], cost[nodes, :, place]
        axes.imshow(np.where(values < shown, np.nan, values), cmap=colours, norm=norm, aspect="auto")
        axes.set_facecolor("#f3f3f3")
        axes.set_title(found.postures[place])
        axes.set_xticks(range(len(found.lengths)), [str(length) for length in found.lengths])
        axes.set_xlabel("Days of outage")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xticks(np.arange(len(found.lengths) - 1) + 0.5, minor=True)
        axes.set_yticks(np.arange(len(nodes) - 1) + 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=1.2)
        axes.tick_params(which="minor", length=0)
        for row in range(len(nodes)):
            for column in range(len(found.lengths)):
                _cell(axes, values[row, column], row, column, money, norm)
    panels[0].set_yticks(range(len(nodes)), [capital(clipped(found.nodes[node].label, 34)) for node in nodes])
    settle(figure)
    return figure, title


def _cell(axes: object, value: float, row: int, column: int, money: Money, norm: PowerNorm) -> None:
    """One amount, dark on light and light on dark."""
    told = "n/a" if math.isnan(value) else "·" if value < LEAST * money.divisor else _short(value / money.divisor)
    dark = not math.isnan(value) and float(norm(value)) > 0.5
    axes.text(column, row, told, ha="center", va="center", fontsize=8, color="white" if dark else INK)  # type: ignore[attr-defined]


def _short(value: float) -> str:
    """Two digits that count."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}".lstrip("0")


def _title(found: Stress, money: Money) -> str:
    """The dearest outage of each posture."""
    cost = np.nan_to_num(found.values("stockout_cost")[:, -1], nan=-math.inf)
    told = []
    for place, name in enumerate(found.postures):
        worst = int(cost[:, place].argmax())
        told.append(f"{name} {money.text(max(float(cost[worst, place]), 0.0))} ({found.nodes[worst].label})")
    return f"The worst {found.longest}-day outage costs, in stockouts: {', '.join(told)}"
