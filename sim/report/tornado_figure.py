"""The tornado: bars from the base to each end of each assumption, sorted; the ones that turn the ranking are marked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from sim.assumptions import Assumption
from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.sensitivity_words import Writer, base_sentence, turning, value_text, writer_of
from sim.report.style import GREY, INK, LIGHT, capital, clipped, counted, listed, looks
from sim.statistics.interval import Interval, interval
from sim.studies.sensitivity import Tornado
from sim.studies.sensitivity.tornado import Swing

#: assumptions shown; the others move less
MOST = 16
ROW = 0.3
HEIGHT = 0.62


def figures(found: Tornado, folder: Path) -> list[Path]:
    """Draw the tornado of the difference and that of each posture, as SVG and PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing("tornado"):
        drawn = _difference(found, folder)
    with drawing("tornado of costs"):
        return [*drawn, *_costs(found, folder)]


def _difference(found: Tornado, folder: Path) -> list[Path]:
    shown, styles = found.order[:MOST], looks(found.postures)
    a, b = found.between
    write = writer_of(found)
    figure, (axes,) = grid(1, 1, ROW * len(shown) + 1.1)
    base = found.difference.mean / write.divisor
    for row, one in enumerate(shown):
        for side, swing in found.ends(one).items():
            there = interval(found.apart(swing.values))
            winner = a if not found.turned(swing) else b
            _bar(axes, row, base, there, write, styles[winner].colour, side == "high")
    low, high = axes.get_xlim()
    room = 0.13 * (high - low)
    axes.set_xlim(low - room, high + room)
    for row, one in enumerate(shown):
        _values(found, axes, row, one, base, write, room)
    axes.axvline(base, color=GREY, linewidth=1.0, zorder=1)
    axes.axvline(0, color=INK, linewidth=1.6, zorder=4)
    _rows(axes, shown)
    better = found.measure == "total_cost"
    sides = (f"← {a} costs less", f"{b} costs less →") if better else (f"← {a} less", f"{a} more →")
    axes.set_xlabel(f"{sides[0]}   {a} − {b}, {write.unit}   {sides[1]}")
    handles = [
        Patch(facecolor=styles[a].colour, label=f"{a} ahead"),
        Patch(facecolor=styles[b].colour, label=f"{b} ahead: turned round"),
        Patch(facecolor="white", edgecolor=INK, label="low end"),
        Patch(facecolor="white", edgecolor=INK, hatch="////", label="high end"),
    ]
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False, fontsize=8.5, ncols=4)
    second = _turned(found)
    title = f"{base_sentence(found)}\n{second}"
    more = len(found.order) - len(shown)
    note = (
        f"{capital(found.weather)}; {counted(len(found.numbers))}, the same for every bar; whiskers: 95 % interval of the "
        f"difference at that end. Grey line: as things stand.\nNumbers: value at the end (×: times as now). "
        + (f"{more} assumptions that move it less: tornado.csv. " if more > 0 else "")
        + "Sources of ranges: assumptions.csv."
    )
    headed(figure, title, note)
    settle(figure)
    return save(figure, title, folder, "tornado")


def _turned(found: Tornado) -> str:
    """What turns the two round, for the title: those that do so clearly by name."""
    swings = turning(found)
    clear = list(dict.fromkeys(swing.assumption.label for swing in swings if found.clearly(swing)))
    other = len({swing.assumption.label for swing in swings} - set(clear))
    if not swings:
        return "No assumption turns it round."
    if not clear:
        return f"{other} of {len(found.assumptions)} assumptions may turn it round, none of them clearly."
    told = clear if len(clear) <= 6 else [*clear[:5], f"{len(clear) - 5} more"]
    return f"It turns round with {listed(told)}" + (f"; with {other} more perhaps." if other else ".")


def _bar(axes: Axes, row: int, base: float, there: Interval, write: Writer, colour: str, high: bool) -> None:
    """One end of one assumption."""
    mean = there.mean / write.divisor
    place = row + (0.16 if high else -0.16)
    axes.barh(
        place,
        mean - base,
        left=base,
        height=HEIGHT / 2,
        facecolor=colour,
        edgecolor="white" if high else colour,
        hatch="////" if high else None,
        linewidth=0.5,
        zorder=2,
    )
    if there.n > 1:
        ends = [there.low / write.divisor, there.high / write.divisor]
        axes.plot(ends, [place, place], color=INK, linewidth=0.9, zorder=3)


def _values(found: Tornado, axes: Axes, row: int, one: Assumption, base: float, write: Writer, room: float) -> None:
    """What each end is set to, beside its bar."""
    for side, swing in found.ends(one).items():
        there = interval(found.apart(swing.values))
        right = there.mean / write.divisor >= base
        edge = [there.mean, there.low, there.high] if there.n > 1 else [there.mean]
        at = (max(edge) if right else min(edge)) / write.divisor
        axes.text(
            at + (0.08 if right else -0.08) * room,
            row + (0.16 if side == "high" else -0.16),
            value_text(one, swing.value),
            ha="left" if right else "right",
            va="center_baseline",
            fontsize=7,
            color=INK,
        )


def _rows(axes: Axes, shown: tuple[Assumption, ...]) -> None:
    axes.set_yticks(range(len(shown)), [clipped(one.label, 42) for one in shown])
    axes.set_ylim(len(shown) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=LIGHT, linewidth=0.5)
    axes.set_axisbelow(True)


def _costs(found: Tornado, folder: Path) -> list[Path]:
    """The change of each posture's own figure, in the order of the first figure."""
    shown, styles = found.order[:MOST], looks(found.postures)
    changes = [
        float(interval(swing.values[:, place] - found.base[:, place]).mean)
        for swing in found.swings
        for place in range(len(found.postures))
    ]
    write = Writer(found.measure, found.scenario.currency, changes)
    figure, panels = grid(1, len(found.postures), ROW * len(shown) + 1.0, sharey=True, sharex=True)
    for place, (axes, name) in enumerate(zip(panels, found.postures, strict=True)):
        for row, one in enumerate(shown):
            for side, swing in found.ends(one).items():
                change = interval(swing.values[:, place] - found.base[:, place])
                _bar(axes, row, 0.0, change, write, styles[name].colour, side == "high")
        _rows(axes, shown)
        axes.axvline(0, color=INK, linewidth=1.0)
        mean = float(found.base[:, place].mean())
        axes.set_title(f"{name}: {Writer(found.measure, found.scenario.currency, [mean]).text(mean)}")
        axes.set_xlabel(f"change, {write.unit}")
    largest = _largest(found)
    title = "What moves each posture: " + "; ".join(f"{name} most by {label}" for name, label in largest.items()) + "."
    note = (
        f"{capital(found.weather)}; {counted(len(found.numbers))}; change from the base on the same futures, 95 % intervals."
        " Hatched: high end. Order as in tornado.png."
    )
    headed(figure, title, note)
    settle(figure)
    return save(figure, title, folder, "tornado_costs")


def _largest(found: Tornado) -> dict[str, str]:
    """For each posture the assumption that moves it most."""

    def moved(place: int) -> Callable[[Swing], float]:
        return lambda swing: abs(float((swing.values[:, place] - found.base[:, place]).mean()))

    return {name: max(found.swings, key=moved(place)).assumption.label for place, name in enumerate(found.postures)}
