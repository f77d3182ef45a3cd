"""Morris and Sobol studies: a table, a sentence and a bar chart each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.table import Table

from sim.report.sensitivity_words import Writer
from sim.report.style import capital, clipped, counted, listed, number
from sim.report.tables import FRAME
from sim.studies.sensitivity.morris import Morris
from sim.studies.sensitivity.sobol import Sobol

MOST = 16


def order_of(found: Morris | Sobol) -> list[int]:
    """Positions of the assumptions, the one that matters most first."""
    key = found.size if isinstance(found, Morris) else found.total
    return [int(place) for place in np.argsort(-key, kind="stable")]


def writer_of(found: Morris) -> Writer:
    """The writer for effects."""
    return Writer(found.lived.measure, found.lived.scenario.currency, found.size.tolist())


def table(found: Morris | Sobol) -> Table:
    """One row for each assumption."""
    shown = Table(**FRAME)
    shown.add_column("Assumption", overflow="fold", min_width=24)
    write = writer_of(found) if isinstance(found, Morris) else None
    titles = ("mean effect", "size (mu*)", "95 %", "spread (sigma)") if write else ("alone", "95 %", "in all", "95 %")
    for title in titles:
        shown.add_column(title, justify="right", no_wrap=True)
    for place in order_of(found):
        label = found.lived.assumptions[place].label
        if isinstance(found, Morris) and write is not None:
            span = f"{write.number(found.low[place])} to {write.number(found.high[place])}"
            cells = [write.number(found.mean[place], True), write.number(found.size[place]), span]
            cells.append(write.number(found.spread[place]))
        elif isinstance(found, Sobol):
            cells = [
                number(found.first[place], 2),
                f"{number(found.first_low[place], 2)} to {number(found.first_high[place], 2)}",
                number(found.total[place], 2),
                f"{number(found.total_low[place], 2)} to {number(found.total_high[place], 2)}",
            ]
        shown.add_row(label, *cells)
    return shown


def heading(found: Morris | Sobol) -> str:
    """What the table shows."""
    a, b = found.lived.between
    futures = counted(len(found.lived.numbers))
    if isinstance(found, Morris):
        count = found.effects.shape[0]
        what = f"Elementary effects on {a} − {b} over the whole range of each assumption, {writer_of(found).unit}"
        return f"{what}; {count} trajectories, {futures}"
    return f"Share of the variance of the mean of {a} − {b}, assumptions uniform over their ranges; {futures}"


def findings(found: Morris | Sobol) -> list[str]:
    """What was found."""
    places = order_of(found)
    labels = [found.lived.assumptions[place].label for place in places]
    a, b = found.lived.between
    weight = found.size if isinstance(found, Morris) else found.total
    most = [label for place, label in zip(places, labels, strict=True) if weight[place] > 0.05 * weight[places[0]]][:3]
    told = [f"{a} − {b} hangs most on {listed(most)}." if most else f"Nothing moves {a} − {b}."]
    if isinstance(found, Morris):
        mixed = [
            found.lived.assumptions[place].label for place in places[:8] if found.spread[place] > found.size[place] / 2
        ]
        if mixed:
            told.append(f"How much it moves hangs on the others (spread above half of the size): {listed(mixed)}.")
        return told
    together = [
        found.lived.assumptions[place].label
        for place in places
        if found.total[place] - found.first[place] > 0.1 and found.total_low[place] > found.first[place]
    ]
    if together:
        told.append(f"Clearly more in all than alone, so acting together with others: {listed(together)}.")
    alone = float(np.clip(found.first, 0, None).sum())
    told.append(f"Effects of single assumptions make up about {100 * min(alone, 1.0):.0f} % of the variance.")
    return told


def figures(found: Morris | Sobol, folder: Path) -> list[Path]:
    """Draw bars with intervals as SVG and PNG."""
    from sim.report.canvas import drawing, grid, headed, save, settle
    from sim.report.style import BLUE, INK, LIGHT, ORANGE

    folder.mkdir(parents=True, exist_ok=True)
    name = "morris" if isinstance(found, Morris) else "sobol"
    places = order_of(found)[:MOST]
    rows = np.arange(len(places))
    with drawing(name):
        figure, (axes,) = grid(1, 1, 0.3 * len(places) + 1.0)
        if isinstance(found, Morris):
            write = writer_of(found)
            size, spread = found.size[places] / write.divisor, found.spread[places] / write.divisor
            ends = np.stack([size - found.low[places] / write.divisor, found.high[places] / write.divisor - size])
            axes.barh(rows - 0.16, size, 0.32, color=BLUE, label="size of the effect (mu*)")
            axes.errorbar(size, rows - 0.16, xerr=np.abs(ends), fmt="none", ecolor=INK, elinewidth=1.0, capsize=2)
            axes.barh(
                rows + 0.16,
                spread,
                0.32,
                color=ORANGE,
                hatch="////",
                edgecolor="white",
                label="spread (sigma): hangs on others",
            )
            axes.set_xlabel(f"change over the whole range, {write.unit}")
        else:
            for shift, mean, low, high, colour, hatch, label in (
                (-0.16, found.first, found.first_low, found.first_high, BLUE, None, "alone (first order)"),
                (0.16, found.total, found.total_low, found.total_high, ORANGE, "////", "in all (total)"),
            ):
                ends = np.abs(np.stack([mean[places] - low[places], high[places] - mean[places]]))
                axes.barh(rows + shift, mean[places], 0.32, color=colour, hatch=hatch, edgecolor="white", label=label)
                axes.errorbar(mean[places], rows + shift, xerr=ends, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2)
            axes.set_xlabel("share of the variance")
        axes.set_yticks(rows, [clipped(found.lived.assumptions[place].label, 42) for place in places])
        axes.set_ylim(len(places) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=LIGHT, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.legend(frameon=False, loc="lower right", fontsize=8.5)
        title = capital(findings(found)[0])
        note = f"{capital(found.lived.weather)}; {heading(found)}. Intervals: 95 %, by resampling."
        headed(
            figure, title, note.replace("; assumptions", ";\nassumptions").replace(" trajectories,", "\ntrajectories,")
        )
        settle(figure)
        return save(figure, title, folder, name)
