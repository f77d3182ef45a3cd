"""The Gantt of a re-enactment: nodes as rows, incidents as bars, what is known of them and when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.disruptions import Incident
from sim.report.reenact_lines import Row, misjudged, told
from sim.report.style import GREY, INK, LIGHT

#: most rows; what does not fit is counted
MOST = 7
DARK, PALE, EDGE = "#4d4d4d", "#d4d4d4", "#9a9a9a"
BARS: dict[str, dict[str, Any]] = {
    "shut": {"facecolor": DARK, "edgecolor": DARK},
    "part": {"facecolor": "white", "edgecolor": DARK, "hatch": "////"},
    "open": {"facecolor": PALE, "edgecolor": EDGE},
}


def gantt(axes: Axes, rows: Sequence[Row], zero: int, window: tuple[int, int]) -> None:
    """Draw the lines.

    Parameters
    ----------
    zero : day from which days are counted.
    window : first day shown, and the day after the last.
    """
    shown, more = rows[:MOST], len(rows) - MOST
    span = window[0] - zero, window[1] - zero
    for place, row in enumerate(shown):
        for one in row.incidents:
            _bar(axes, place, one, zero, span, row.own)
        _label(axes, place, row, zero, span)
    labels = [row.label for row in shown]
    if more > 0:
        labels.append(f"and {more} more")
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="both", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.75)
    axes.spines["left"].set_visible(False)


def _bar(axes: Axes, place: int, one: Incident, zero: int, span: tuple[int, int], own: bool) -> None:
    """One incident: solid where all is shut, hatched where a part is, grey where it takes no capacity."""
    first, last = span
    start, end = one.begins - zero, min(one.ends - zero, float(last))
    days = np.arange(math.floor(max(start, first)), math.ceil(end))
    left = [one.fraction(max(float(day + zero), one.start)) for day in days.tolist()]
    takes = any(share < 1 for share in left)
    for begin, stop, kind in _runs(left):
        if takes and kind == "open":
            continue
        a, b = max(float(days[begin]), start, float(first)), min(float(days[stop - 1]) + 1.0, end)
        axes.barh(place, b - a, left=a, height=0.55, linewidth=0.8, zorder=2, alpha=1.0 if own else 0.4, **BARS[kind])
    if one.ends - zero > last:
        axes.plot(last, place, marker=">", color=INK, markersize=8, clip_on=False, zorder=7)
    if one.notice:
        known = max(start - one.notice, float(first))
        axes.plot([known, start], [place, place], color=INK, linestyle=":", linewidth=1.4, zorder=3)
        axes.plot(known, place, marker="|" if start - one.notice >= first else "<", color=INK, markersize=8, zorder=3)
        words = f"known {one.notice:.0f} days before"
        axes.text(known + 0.5, place - 0.2, words, fontsize=8, color=GREY, ha="left", va="bottom")
    if misjudged(one) and one.start - zero + one.estimate < last:
        axes.plot(one.start - zero + one.estimate, place, marker="D", color="white", markeredgecolor=INK, zorder=5)


def _runs(left: Sequence[float]) -> list[tuple[int, int, str]]:
    """Runs of days with all, a part or none of the capacity: first day, day after the last, which."""
    found: list[tuple[int, int, str]] = []
    for day, share in enumerate(left):
        kind = "shut" if share <= 0 else "open" if share >= 1 else "part"
        if found and found[-1][2] == kind:
            found[-1] = (found[-1][0], day + 1, kind)
        else:
            found.append((day, day + 1, kind))
    return found


def _label(axes: Axes, place: int, row: Row, zero: int, span: tuple[int, int]) -> None:
    """What it does, beside the bar where there is room, or on it."""
    first, last = span
    words = told(row.incidents)
    believed = [one for one in row.incidents if misjudged(one)]
    if len(believed) == 1:
        words += f"; ◇ first believed to last {believed[0].estimate:.0f} days"
    start = max(row.incidents[0].begins - zero, float(first))
    end = min(row.incidents[-1].ends - zero, float(last))
    width = (last - first) * (0.02 + 0.0085 * len(words))
    style: dict[str, Any] = {"fontsize": 8.5, "color": INK, "va": "center", "zorder": 6}
    if last - end > width:
        axes.text(end + (last - first) * 0.01, place, words, ha="left", **style)
    elif start - first > width and not row.incidents[0].notice:
        axes.text(start - (last - first) * 0.01, place, words, ha="right", **style)
    else:
        box = {"facecolor": "white", "edgecolor": LIGHT, "linewidth": 0.5, "alpha": 0.92, "pad": 1.2}
        middle = min(max((start + end) / 2, first + width / 2), last - width / 2)
        axes.text(middle, place, words, ha="center", bbox=box, **style)
