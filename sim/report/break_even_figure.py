"""Break-even curves: the difference between two postures over each assumption that turns it round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.sensitivity_words import Writer, value_text, writer_of
from sim.report.style import GREY, INK, LIGHT, Look, capital, counted, looks
from sim.studies.sensitivity import BreakEven, Tornado

MOST, COLUMNS = 6, 3


def figures(found: Tornado, evens: Sequence[BreakEven], folder: Path) -> list[Path]:
    """Draw up to six curves that cross zero; nothing where none does."""
    shown = [one for one in evens if one.kind == "crosses"][:MOST]
    if not shown:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    styles, write = looks(found.postures), writer_of(found)
    a, b = found.between
    with drawing("break even"):
        columns = min(COLUMNS, len(shown))
        lines = math.ceil(len(shown) / columns)
        figure, panels = grid(lines, columns, 2.5 * lines + 0.3)
        for axes, one in zip(panels, shown, strict=False):
            _curve(axes, one, write, styles[a], styles[b])
        for axes in panels[len(shown) :]:
            axes.set_visible(False)
        for axes in panels[::columns]:
            axes.set_ylabel(f"{a} − {b}, {write.unit}")
        one = shown[0]
        of = one.curve.assumption
        title = f"{capital(a)} and {b} break even at {of.label} = {value_text(of, one.value)}"
        title += f", and at one value of each of {len(shown) - 1} other assumptions" if len(shown) > 1 else ""
        note = (
            f"{capital(found.weather)}; {counted(len(found.numbers))}, the same at every value; bands: 95 % interval of the "
            f"difference. Below zero {a} is ahead, above it {b}.\nDiamond: break-even; thick bar on the zero line: its 95 % "
            "interval; dotted: as things stand."
        )
        headed(figure, title, note)
        settle(figure)
        return save(figure, title, folder, "break_even")


def _curve(axes: Axes, one: BreakEven, write: Writer, ours: Look, theirs: Look) -> None:
    """One assumption."""
    curve, of = one.curve, one.curve.assumption
    x = np.unique(np.concatenate([np.linspace(curve.at[0], curve.at[-1], 101), [one.value]]))
    mean, low, high = (values / write.divisor for values in curve.band(x))
    axes.axhline(0, color=INK, linewidth=1.0)
    axes.fill_between(x, low, high, where=mean <= 0, color=ours.colour, alpha=0.2, linewidth=0)
    axes.fill_between(x, low, high, where=mean >= 0, color=theirs.colour, alpha=0.2, linewidth=0)
    axes.plot(x, np.where(mean <= 0, mean, np.nan), color=ours.colour)
    axes.plot(x, np.where(mean >= 0, mean, np.nan), color=theirs.colour)
    axes.plot(curve.at, curve.between(curve.at).mean(axis=0) / write.divisor, ".", color=INK, markersize=4)
    ends = curve.at[0] if math.isinf(one.low) else one.low, curve.at[-1] if math.isinf(one.high) else one.high
    axes.plot(ends, [0, 0], color=INK, linewidth=4, alpha=0.55, solid_capstyle="butt")
    axes.plot(one.value, 0, "D", color=INK, markersize=6)
    axes.annotate(
        value_text(of, one.value), (one.value, 0), xytext=(4, 7), textcoords="offset points", fontweight="bold"
    )
    if of.base is not None:
        axes.axvline(float(of.base), color=GREY, linewidth=1.0, linestyle=":")
    axes.grid(axis="y", color=LIGHT, linewidth=0.5)
    axes.margins(x=0.02)
    unit = "times as now" if of.scales else of.unit
    axes.set_title(fill(capital(of.label), 30), fontsize=9.5)
    axes.set_xlabel(unit)
