"""Figure: what should I do first? Buffers in the order to buy them, what each costs and avoids, and sums so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.style import BLUE, GREY, INK, LIGHT, ORANGE, UNIT, Money, clipped, counted, number, percent

NAME = "action_list"
#: purchases drawn; all are in the table
MOST, ROW = 15, 0.3

Row = Mapping[str, Any]


def figures(rows: Sequence[Row], fresh: int, folder: Path, png: bool = True) -> list[Path]:
    """Write the figure as SVG and, where wanted, PNG, and say where they are.

    Parameters
    ----------
    rows : purchases as `optimise` writes them, the first to buy first.
    fresh : futures that the figures come from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(rows, fresh)
        return save(figure, title, folder, NAME, png)


def bought(rows: Sequence[Row]) -> list[Row]:
    """Buffers that are raised."""
    return [row for row in rows if float(row["units"]) > 0]


def draw(rows: Sequence[Row], fresh: int) -> tuple[Figure, str]:
    """The figure and its title."""
    every = bought(rows)
    shown = every[:MOST]
    money = Money.of(str(shown[0]["currency"]), [float(row["loss_avoided"]) for row in shown])
    figure, (axes, sums) = grid(1, 2, 1.1 + ROW * max(len(shown), 4), gridspec_kw={"width_ratios": [1.7, 1]})
    title = _title(every)
    cut = "" if len(every) == len(shown) else f" The first {len(shown)} of {len(every)}; all are in the table."
    note = (
        f"Means of {counted(fresh, 'future')} that neither choice nor order rests on, all other buffers there; whiskers: "
        f"95 % interval.\n×: loss avoided over carrying cost; ?: not clear whether it pays. Helps in: share of futures.{cut}"
    )
    headed(figure, UNIT.sub("\u00a0", title), note)
    unit = money.divisor
    for place, row in enumerate(shown):
        mean, low, high = (float(row[key]) for key in ("loss_avoided", "loss_avoided_low", "loss_avoided_high"))
        axes.barh(place - 0.17, mean / unit, height=0.34, color=BLUE, zorder=2)
        whisker = [[max(mean - low, 0.0) / unit], [max(high - mean, 0.0) / unit]]
        axes.errorbar(mean / unit, place - 0.17, xerr=whisker, color=INK, elinewidth=1.0, capsize=2, zorder=3)
        axes.barh(
            place + 0.2, float(row["carrying_cost"]) / unit, height=0.3, facecolor="white", edgecolor=ORANGE,
            hatch="////", linewidth=1.0, zorder=2,
        )  # fmt: skip
        sure = "" if row.get("clear", True) else " ?"
        told = f"{number(float(row['return']), 1)} ×{sure}, helps in {percent(float(row['p_helps']))}"
        axes.text(max(mean, high, 0.0) / unit, place - 0.17, f"   {told}", fontsize=8, va="center", color=INK, zorder=4)
    labels = [
        f"{place}. {clipped(str(row['item']), 18)}, {clipped(str(row['warehouse']), 12)}, "
        f"{number(float(row['days']), 0, True)} d"
        for place, row in enumerate(shown, start=1)
    ]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(max(len(labels), 4) - 0.4, -0.6)
    edge = max(max(float(row["loss_avoided_high"]), float(row["loss_avoided"])) for row in shown) / unit
    axes.set_xlim(min(0.0, *(float(row["loss_avoided_low"]) / unit for row in shown)), 1.75 * edge)
    axes.set_xlabel(f"{money.unit} a year")
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.legend(handles=_key(), loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=8.5)
    _sums(sums, every)
    settle(figure)
    return figure, title


def _key() -> list[Any]:
    from matplotlib.patches import Patch

    hatched = Patch(facecolor="white", edgecolor=ORANGE, hatch="////", label="costs to carry")
    return [Patch(color=BLUE, label="loss avoided"), hatched]


def _sums(axes: Any, every: Sequence[Row]) -> None:
    """Loss avoided so far against carrying cost so far, with the line at which both are equal."""
    cost = [0.0, *(float(row["carrying_so_far"]) for row in every)]
    saved = [0.0, *(float(row["loss_avoided_so_far"]) for row in every)]
    money = Money.of(str(every[0]["currency"]), [*cost, *saved])
    x, y = ([one / money.divisor for one in line] for line in (cost, saved))
    axes.plot(x, y, color=BLUE, marker="o", markersize=4, zorder=3)
    far = min(max(x), max(y))
    axes.plot([0, far], [0, far], color=GREY, linestyle="--", linewidth=1.1)
    axes.text(far, 0, "dashed: pays for itself", ha="right", va="bottom", fontsize=8.5, color=GREY)
    axes.set_title(f"Avoided so far, {money.short} a year", fontsize=9.5)
    axes.set_xlabel(f"Carrying so far, {money.short} a year")
    axes.grid(color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)


def _title(every: Sequence[Row]) -> str:
    first = every[0]
    money = Money.of(str(first["currency"]), [float(first["loss_avoided"]), float(first["carrying_cost"])])
    return (
        f"Buy first: {number(float(first['days']), 0)} days of {clipped(str(first['item']), 24)} at {first['warehouse']}, "
        f"which costs {money.text(float(first['carrying_cost']))} a year to carry and avoids "
        f"{money.text(float(first['loss_avoided']))}"
    )
