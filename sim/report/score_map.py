"""Figure: which items deserve a buffer? Impact of a stockout against fragility of supply, with the items in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.style import GREY, INK, LIGHT, Money, clipped, counted
from sim.segments.map import Cell, Map
from sim.segments.scoring import LEVELS

#: items named in a cell
NAMED = 6
#: light enough for black letters everywhere
SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#a9c8e4"])


def score_map(found: Map, folder: Path, all_in: str = "score.csv", png: bool = True) -> list[Path]:
    """Draw the map as SVG and, where wanted, PNG.

    Parameters
    ----------
    found : scores sorted into nine cells.
    folder : where to write.
    all_in : where all items stand.
    png : whether a PNG is wanted too.

    Returns
    -------
    The files written.
    """
    with drawing("score map"):
        figure, (axes,) = grid(1, 1, 5.6)
        money = Money.of(found.currency, [cell.margin for cell in found.cells])
        most = max((cell.margin for cell in found.cells), default=0.0) or 1.0
        for cell in found.cells:
            _cell(axes, cell, money, most)
        axes.set(xlim=(0, 3), ylim=(0, 3), xticks=[0.5, 1.5, 2.5], yticks=[0.5, 1.5, 2.5])
        axes.set_xticklabels(LEVELS)
        axes.set_yticklabels(LEVELS, rotation=90, va="center")
        axes.set_xlabel("Fragility of supply: lead time, its spread, sources, region, supplier, ports on the way")
        axes.set_ylabel("Impact of a stockout: what it stops, margin at stake")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        title = found.finding
        note = (
            f"{counted(found.count, 'item-site')}; shade: margin at stake a year ({money.unit}). Items are named from the\n"
            f"most margin down. Decision: what {found.posture} decides most often in the cell. All items: {all_in}."
        )
        headed(figure, title, note)
        settle(figure)
        return save(figure, title, folder, "score_map", png)


def _cell(axes: Axes, cell: Cell, money: Money, most: float) -> None:
    """One of the nine cells."""
    left, bottom = LEVELS.index(cell.fragility), LEVELS.index(cell.impact)
    axes.add_patch(_box(left, bottom, SHADES(cell.margin / most), hatch="" if cell.count else "//"))
    if not cell.count:
        axes.text(left + 0.5, bottom + 0.5, "no item", ha="center", va="center", color=GREY)
        return
    axes.text(left + 0.05, bottom + 0.94, cell.decision, va="top", fontweight="bold", color=INK, fontsize=10)
    told = counted(cell.count, "item-site") + (f", {money.text(cell.margin)} a year" if cell.margin else "")
    axes.text(left + 0.05, bottom + 0.80, told, va="top", color=INK, fontsize=8.5)
    axes.text(left + 0.05, bottom + 0.67, _names(cell.items), va="top", color=INK, fontsize=8, linespacing=1.25)


def _box(left: float, bottom: float, colour: Any, hatch: str) -> Rectangle:
    return Rectangle((left + 0.01, bottom + 0.01), 0.98, 0.98, facecolor=colour, edgecolor=LIGHT, hatch=hatch)


def _names(items: Sequence[str]) -> str:
    """The first items, one a line, and how many more there are."""
    told = [clipped(item, 26) for item in items[:NAMED]]
    if len(items) > NAMED:
        told.append(f"and {len(items) - NAMED:,} more")
    return "\n".join(told)
