"""How long can I survive? Bars of days until service fails, ticks where it is back, one panel for each posture."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report.canvas import grid, headed, settle
from sim.report.style import BLUE, GREY, INK, LIGHT, VERMILION, capital, clipped, counted, listed
from sim.studies.stress.odds import odds
from sim.studies.stress.study import Stress
from sim.studies.stress.words import days, reference

NAME = "stress_survival"
#: nodes shown
MOST = 16
#: most panels; postures beyond are left out
COLUMNS = 3
PALE = "#f3c9a5"
#: a bar shorter than this share of the axis has no room for its number
ROOM = 0.06
#: height of the line that says what bars and ticks mean, inches
KEY = 0.3


def draw(found: Stress) -> tuple[Figure, str]:
    """The figure and its title."""
    step = reference(found)
    length = found.lengths[step]
    nodes = shown(found, step)
    count = min(len(found.postures), COLUMNS)
    figure, panels = grid(1, count, 0.9 + 0.27 * len(nodes), sharey=True, sharex=True)
    title = _title(found, step)
    note = (
        f"Service holds while {found.rules.failure:.0%} of the day's demand is served that would be served without the "
        f"outage; it is back at {found.rules.recovery:.0%}. Numbers: days.\n"
        f"Without chance; outage from day {found.rules.start}. "
        + (f"Thin line: 10 to 90 % of {counted(found.chance.count)}. " if found.chance is not None else "")
        + _kept(found, nodes)
    )
    _headed(figure, title, note, _key(found, length))
    edge = 1.12 * max(_reach(found, nodes, step), found.longest)
    for place in range(count):
        axes = panels[place]
        axes.set_title(found.postures[place])
        axes.set_xlim(0, edge)
        axes.set_ylim(len(nodes) - 0.4, -0.6)
        axes.axvline(length, color=GREY, linestyle=":", linewidth=1.2, zorder=1)
        axes.grid(axis="x", color=LIGHT, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.tick_params(axis="y", length=0)
        if place == count // 2:
            axes.set_xlabel("Days from the start of the outage")
        for row, node in enumerate(nodes):
            _row(axes, found, node, place, row, step, edge)
    panels[0].set_yticks(range(len(nodes)), [capital(clipped(found.nodes[node].label, 34)) for node in nodes])
    settle(figure)
    return figure, title


def _headed(figure: Figure, title: str, note: str, key: list[Any]) -> None:
    """Write title and note, and what bars and ticks mean in a line of its own between title and panels."""
    above, below = headed(figure, title, note)
    width, height = figure.get_size_inches()
    taller = height + KEY
    figure.set_size_inches(width, taller)
    above, below = above * height / taller, below * height / taller
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0.005, below, 0.99, 1 - above - below - KEY / taller))
    figure.legend(
        handles=key,
        loc="upper left",
        bbox_to_anchor=(0.003, 1 - above),
        ncols=len(key),
        fontsize=8.5,
        frameon=False,
        columnspacing=1.6,
    ).set_in_layout(False)


def _key(found: Stress, length: int) -> list[Any]:
    """What bars and ticks mean."""
    return [
        Patch(color=BLUE, label=f"survives {length} days; bar: time to survive"),
        Patch(color=VERMILION, label="service holds, then fails"),
        Patch(
            facecolor=PALE, hatch="////", edgecolor=VERMILION, linewidth=0, label=f"short, if it lasts {length} days"
        ),
        Line2D(
            [],
            [],
            color=INK,
            linewidth=2.2,
            marker="|",
            linestyle="",
            markersize=11,
            markeredgewidth=2.2,
            label="service is back",
        ),
    ]


def gap(found: Stress, node: int, place: int, step: int) -> float:
    """Days from the first failure to recovery in an outage of one length; 0 where service holds."""
    first, back = _ends(found, node, place, step)
    return back - first if math.isfinite(first) else 0.0


def _ends(found: Stress, node: int, place: int, step: int) -> tuple[float, float]:
    """Days from the start to the first failure and to the first lasting good day, cut at the horizon."""
    first = float(found.values("first_failure")[node, step, place])
    recover = float(found.values("time_to_recover")[node, step, place])
    most = found.seen_after(found.lengths[step])
    return first, found.lengths[step] + (min(recover, most) - 1 if recover > 0 else 0.0)


def shown(found: Stress, step: int) -> list[int]:
    """Nodes to show: those with the largest stockout cost, sorted by the longest gap under any posture."""
    cost = np.nan_to_num(found.values("stockout_cost")[:, -1]).max(axis=1)
    dearest = np.argsort(-cost, kind="stable")[:MOST].tolist()

    def badness(node: int) -> tuple[float, float]:
        gaps = [gap(found, node, place, step) for place in range(len(found.postures))]
        lasting = [day for day in found.survival[node].tolist() if not math.isnan(day)]
        return -max((one for one in gaps if not math.isnan(one)), default=0.0), min(lasting, default=math.inf)

    return sorted(dearest, key=badness)


def _reach(found: Stress, nodes: list[int], step: int) -> float:
    places = range(min(len(found.postures), COLUMNS))
    ends = [_ends(found, node, place, step) for node in nodes for place in places]
    return max((back for first, back in ends if math.isfinite(first)), default=0.0)


def _row(axes: Axes, found: Stress, node: int, place: int, row: int, step: int, edge: float) -> None:
    """One node under one posture."""
    lasts = float(found.survival[node, place])
    if math.isnan(lasts):
        axes.text(0.012 * edge, row, "nothing passes", fontsize=8, color=GREY, va="center")
        return
    first, back = _ends(found, node, place, step)
    if math.isfinite(first):
        _failed(axes, row, first, back, edge)
    else:
        _held(axes, row, lasts, found.longest, edge)
    seen = odds(found, node, place)
    if seen is not None:
        low, high = (min(one.value, found.longest) for one in (seen.survive[0], seen.survive[-1]))
        axes.plot([low, high], [row + 0.38, row + 0.38], color=INK, linewidth=1.2, zorder=4)


def _failed(axes: Axes, row: int, first: float, back: float, edge: float) -> None:
    """A node at which service fails: how long it holds, how long customers go short, when it is back."""
    axes.barh(row, first, height=0.62, color=VERMILION, zorder=2)
    style: dict[str, Any] = {"color": PALE, "hatch": "////", "edgecolor": VERMILION, "linewidth": 0}
    axes.barh(row, max(back - first, 0.0), left=first, height=0.62, zorder=2, **style)
    axes.plot([back, back], [row - 0.4, row + 0.4], color=INK, linewidth=2.2, zorder=4)
    told: dict[str, Any] = {"fontsize": 8.5, "va": "center", "zorder": 5}
    axes.text(back + 0.012 * edge, row, f"{back - first:.0f}", fontweight="bold", **told)
    if first > ROOM * edge:
        axes.text(0.012 * edge, row, f"{first:.0f}", color="white", **told)


def _held(axes: Axes, row: int, lasts: float, longest: int, edge: float) -> None:
    """A node that survives the outage: how long it would hold."""
    bar = min(lasts, longest)
    axes.barh(row, bar, height=0.62, color=BLUE, zorder=2)
    if math.isinf(lasts):
        arrow: dict[str, Any] = {"arrowstyle": "-|>", "color": BLUE, "linewidth": 1.5}
        axes.annotate("", (bar + 0.06 * edge, row), (bar, row), arrowprops=arrow, zorder=4)
    if bar > ROOM * edge:
        told = days(lasts, longest)
        axes.text(0.012 * edge, row, told, fontsize=8.5, color="white", va="center", zorder=5)


def _title(found: Stress, step: int) -> str:
    """At how many nodes customers go short."""
    length, first = found.lengths[step], found.values("first_failure")[:, step]
    told, counts = [], set()
    for place, name in enumerate(found.postures):
        there = ~np.isnan(first[:, place])
        told.append((name, int((first[there, place] < math.inf).sum()), int(there.sum())))
        counts.add(int(there.sum()))
    head = f"If a node stops {length} days, customers go short at"
    if len(counts) == 1:
        return f"{head} {listed([f'{short} ({name})' for name, short, _ in told])} of {counts.pop()} nodes"
    return f"{head} {listed([f'{short} of {count} nodes ({name})' for name, short, count in told])}"


def _kept(found: Stress, nodes: list[int]) -> str:
    told = (
        ""
        if len(nodes) == len(found.nodes)
        else f"The {len(nodes)} of {len(found.nodes)} nodes with the largest cost, sorted by the longest gap. "
    )
    return told + ("" if len(found.postures) <= COLUMNS else f"The first {COLUMNS} of {len(found.postures)} postures.")
