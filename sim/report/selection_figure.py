"""Who was dropped when: for each posture a bar of the futures it lived, and who was ahead of it at the end of it."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.findings import in_sample_of
from sim.report.selection_findings import told, verdict
from sim.report.style import GREY, INK, LIGHT, capital, clipped, looks
from sim.studies.selecting import Selected

NAME = "selection"


def figures(found: Selected, folder: Path) -> list[Path]:
    """Write the figure as SVG and PNG, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(found)
        return save(figure, title, folder, NAME)


def draw(found: Selected) -> tuple[Figure, str]:
    """The figure and its title."""
    rows, styles = found.rows, looks(found.postures)
    title = f"{capital(found.weather)}: {verdict(found)}"
    figure, (axes,) = grid(1, 1, 0.7 + 0.34 * len(rows))
    most = max(row["replications"] for row in rows)
    for place, row in enumerate(rows):
        out = row["outcome"] == "eliminated"
        name = row["posture"]
        length = row["eliminated_at"] if out else row["replications"]
        axes.barh(
            place,
            length,
            height=0.55,
            color=LIGHT if out else styles[name].colour,
            edgecolor=GREY if out else INK,
            lw=0.7,
        )
        axes.plot(
            length,
            place,
            "X" if out else "D",
            color=GREY if out else styles[name].colour,
            markeredgecolor="white",
            ms=8,
        )
        if out:
            words = f"dropped at {length:,}: {told(found, row['behind_by'])} behind {clipped(row['eliminated_by'])}"
        elif row["outcome"] == "still in":
            words = f"still in: {told(found, abs(row['difference_to_best']))} from the best"
        else:
            words = f"{row['outcome']}: {told(found, row['mean'])} on average"
        axes.annotate(
            words,
            (length, place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            annotation_clip=False,
        )
    axes.set_yticks(range(len(rows)), [clipped(row["posture"]) for row in rows])
    axes.set(ylim=(len(rows) - 0.4, -0.6), xlim=(0, 1.62 * most))
    axes.set_xlabel("Futures lived", loc="left")
    ticks = [tick for tick in axes.get_xticks() if tick <= most]
    axes.set_xticks(ticks)
    axes.spines["bottom"].set_bounds(0, most)
    note = (
        f"A posture is dropped once another one is ahead by more than chance allows; differences below "
        f"{told(found, found.rules.indifference)} do not matter.\nAll live through the same futures. "
        f"Kim and Nelson (2001), {100 * found.rules.confidence:g} %, first stage of {found.rules.first}."
    )
    headed(figure, title, note + in_sample_of(found.scenario))
    settle(figure)
    return figure, title
