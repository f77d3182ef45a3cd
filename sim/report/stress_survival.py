"""How long can I survive? Bars of days until service fails, ticks where it is back, one panel for each posture."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.report.canvas import grid, headed, settle
from sim.report.style import BLUE, GREY, INK, LIGHT, VERMILION, capital, clipped
from sim.studies.stress.odds import odds
from sim.studies.stress.study import Stress
from sim.studies.stress.words import days, reference

NAME = "stress_survival"
#: nodes shown
MOST = 16
#: most panels; postures beyond are left out
COLUMNS = 3
PALE = "#f3c9a5"


def draw(found: Stress) -> tuple[Figure, str]:
    """The figure and its title."""
    step = reference(found)
    length = found.lengths[step]
    nodes = shown(found, step)
    count = min(len(found.postures), COLUMNS)
    figure, panels = grid(1, count, 0.9 + 0.27 * len(nodes), sharey=True, sharex=True)
    title = _title(found, step)
    note = (
        f"Bar: days that service stays at {found.rules.failure:.0%} or more while the node is out "
        f"(arrow: longer than {found.longest} days, the longest tried). Pale: customers go short,\n"
        f"up to the tick where service is back at {found.rules.recovery:.0%}, if the outage lasts {length} days "
        f"(dotted line). Number: days from the first failure to recovery.\n"
        f"Without chance; outage from day {found.rules.start}. "
        + (f"Whisker: 10 to 90 % of {found.chance.count} futures. " if found.chance is not None else "")
        + _kept(found, nodes)
    )
    headed(figure, title, note)
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
        axes.set_xlabel("Days from the start of the outage")
        for row, node in enumerate(nodes):
            _row(axes, found, node, place, row, step, edge)
    panels[0].set_yticks(range(len(nodes)), [capital(clipped(found.nodes[node].label, 34)) for node in nodes])
    settle(figure)
    return figure, title


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
    """Nodes to show: the worst by longest gap under any posture, then by shortest survival; in that order."""

    def badness(node: int) -> tuple[float, float]:
        gaps = [gap(found, node, place, step) for place in range(len(found.postures))]
        lasting = [day for day in found.survival[node].tolist() if not math.isnan(day)]
        return -max((one for one in gaps if not math.isnan(one)), default=0.0), min(lasting, default=math.inf)

    there = [
        node for node in range(len(found.nodes)) if any(math.isfinite(day) or day > 0 for day in found.survival[node])
    ]
    return sorted(there, key=badness)[:MOST]


def _reach(found: Stress, nodes: list[int], step: int) -> float:
    places = range(min(len(found.postures), COLUMNS))
    ends = [_ends(found, node, place, step) for node in nodes for place in places]
    return max((back for first, back in ends if math.isfinite(first)), default=0.0)


def _row(axes: Axes, found: Stress, node: int, place: int, row: int, step: int, edge: float) -> None:
    """One node under one posture."""
    lasts = float(found.survival[node, place])
    if math.isnan(lasts):
        axes.text(1, row, "nothing passes", fontsize=8, color=GREY, va="center")
        return
    first, back = _ends(found, node, place, step)
    fails = math.isfinite(first)
    bar = first if fails else min(lasts, found.longest)
    axes.barh(row, bar, height=0.62, color=VERMILION if fails else BLUE, zorder=2)
    if fails:
        axes.barh(
            row,
            max(back - first, 0.0),
            left=first,
            height=0.62,
            color=PALE,
            hatch="////",
            edgecolor=VERMILION,
            linewidth=0,
            zorder=2,
        )
        axes.plot([back, back], [row - 0.4, row + 0.4], color=INK, linewidth=2.2, zorder=4)
        axes.text(
            back + 0.01 * edge, row, f"{back - first:.0f}", fontsize=8.5, fontweight="bold", va="center", zorder=5
        )
    elif math.isinf(lasts):
        axes.annotate(
            "", (bar + 0.05 * edge, row), (bar, row), arrowprops={"arrowstyle": "->", "color": BLUE}, zorder=4
        )
    label = f"{first:.0f}" if fails else days(lasts, found.longest)
    axes.text(
        0.012 * edge, row, label, fontsize=8.5, color="white" if bar > 0.1 * edge else INK, va="center", zorder=5
    ) if bar > 0.06 * edge else None
    seen = odds(found, node, place)
    if seen is not None:
        low, high = (min(one.value, found.longest) for one in (seen.survive[0], seen.survive[-1]))
        axes.plot([low, high], [row + 0.2, row + 0.2], color=INK, linewidth=1, zorder=4)


def _title(found: Stress, step: int) -> str:
    """At how many nodes customers go short."""
    length, first = found.lengths[step], found.values("first_failure")[:, step]
    told = []
    for place, name in enumerate(found.postures):
        there = ~np.isnan(first[:, place])
        told.append(f"{name} {int((first[there, place] < math.inf).sum())} of {int(there.sum())}")
    return f"If one node stops for {length} days, customers go short at: {', '.join(told)} nodes"


def _kept(found: Stress, nodes: list[int]) -> str:
    told = (
        ""
        if len(nodes) == len(found.nodes)
        else f"The {len(nodes)} of {len(found.nodes)} nodes with the longest gaps. "
    )
    return told + ("" if len(found.postures) <= COLUMNS else f"The first {COLUMNS} of {len(found.postures)} postures.")
