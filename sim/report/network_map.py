"""Figure: what moves where, and what stops? Suppliers to warehouses, flows as widths, with and without a stop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch
from matplotlib.path import Path as Curve

from sim.disruptions import Incident
from sim.report.canvas import drawing, grid, headed, save, settle
from sim.report.reenact_lines import does
from sim.report.style import BLUE, GREY, INK, UNIT, VERMILION, Money, capital, clipped, counted, listed
from sim.studies.flows import Flows, Place, Segment

NAME = "network_map"
#: most places in a column; what moves least is put together
MOST = 18
#: widest flow, points; height of a line, inches
WIDEST, ROW = 17.0, 0.46
#: width and height of a place's box, in columns and lines
BOX, TALL = 0.5, 0.68
USUAL, PALE = "#c9c9c9", "#f8d9c2"
KINDS = {"supplier": "supplier", "factory": "factory", "port": "port", "warehouse": "warehouse"}
HEADS = {"supplier": "Suppliers", "factory": "Factories", "port": "Ports", "warehouse": "Warehouses"}
REST = "other suppliers"


@dataclass(frozen=True)
class Layout:
    """Where places are drawn: column and line of each, how many columns and lines, and segments with small ones together."""

    at: dict[Place, tuple[float, float]]
    columns: int
    lines: int
    segments: tuple[Segment, ...]


def figures(found: Flows, folder: Path, png: bool = True) -> list[Path]:
    """Write the figure as SVG and, where wanted, PNG, and say where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    with drawing(NAME):
        figure, title = draw(found)
        return save(figure, title, folder, NAME, png)


def draw(found: Flows) -> tuple[Figure, str]:
    """The figure and its title."""
    layout = laid_out(found)
    money = Money.of(found.currency, [one for place in layout.at for one in through(found, layout, place)])
    figure, (axes,) = grid(1, 1, 0.75 + ROW * layout.lines)
    title = finding(found)
    headed(figure, UNIT.sub("\u00a0", title), note(found))
    most = max((max(one.usual, one.then) for one in layout.segments), default=0.0) or 1.0
    for one in layout.segments:
        _flow(axes, found, layout, one, most)
    for place in layout.at:
        _place(axes, found, layout, place, money)
    _frame(axes, layout, bool(found.stopped))
    settle(figure)
    return figure, title


def finding(found: Flows) -> str:
    """What stops, and what still moves."""
    usual, then = found.arriving
    money = Money.of(found.currency, [usual, then])
    if not found.stopped:
        return f"Nothing stops in this future: goods worth {money.text(usual)} a day reach the warehouses"
    hit = [place for place in found.places if place[0] in KINDS]
    what = capital(stopped_words(found))
    spans = {_days(one, found.horizon) for one in found.stopped}
    told = f"{what}, {spans.pop()}" if len(spans) == 1 else what
    # of several places the same goods may pass more than one
    passing = list(found.through(hit[0])) if len(hit) == 1 else []
    if passing and passing[0] > 0:
        near = Money.of(found.currency, passing)
        told += f": {_worth(passing[1], near)} a day pass it instead of {near.text(passing[0])}"
    if money.text(then) == money.text(usual):
        return f"{told}. {money.text(usual)} a day reach the warehouses, as usual"
    return f"{told}. {capital(_worth(then, money))} instead of {money.text(usual)} a day reach the warehouses"


def _worth(value: float, money: Money) -> str:
    return f"goods worth {money.text(value)}" if value > 0 else "no goods"


def stopped_words(found: Flows) -> str:
    """What befalls which places, in few words."""
    by: dict[tuple[str, str, str], list[str]] = {}
    apart = len({_days(one, found.horizon) for one in found.stopped}) > 1
    for one in found.stopped:
        by.setdefault((one.target, does(one), _days(one, found.horizon) if apart else ""), []).append(one.where)
    told = []
    for (target, words, days), names in by.items():
        names = list(dict.fromkeys(names))
        kind = {"pool": "container pool"}.get(target, target)
        many = f"{len(names)} {kind}s" if len(names) > 2 else f"{kind} {listed([clipped(name, 22) for name in names])}"
        joint = " " if words.startswith("shut") else ": "
        told.append(f"{'the firm' if target == 'firm' else many}{joint}{words}{f', {days}' if days else ''}")
    return "; ".join(told[:2]) + (f"; and {len(told) - 2} more" if len(told) > 2 else "")


def _days(one: Incident, horizon: int) -> str:
    """The booked days of an incident."""
    return f"days {max(one.begins, 0):.0f} to {min(one.ends, horizon):.0f}"


def note(found: Flows) -> str:
    """What the reader must know."""
    first, last = found.span
    days = f"days {first} to {last}" if found.stopped else f"the {counted(last - first, 'booked day')}"
    with_it = "Under each name: what passes."
    if found.stopped:
        with_it = "Usual: the same days and luck without incidents. Under each name: usual, then with the stop."
    return (
        f"Standard cost of goods that leave a place a day, {days} of future {found.replication} (seed {found.seed}) in "
        f"{found.weather} under {found.posture}.\n{with_it} One future shows how, not how often."
    )


def laid_out(found: Flows) -> Layout:
    """Columns by the longest way from a supplier, lines so that flows cross little."""
    segments = _together(found)
    places = list(dict.fromkeys(place for one in segments for place in (one.start, one.end)))
    places += [place for place in found.places if place[0] in KINDS and place not in places]
    tier = dict.fromkeys(places, 0)
    for _ in places:
        for one in segments:
            if not one.across and tier[one.end] <= tier[one.start] < len(places):
                tier[one.end] = tier[one.start] + 1
    # a warehouse that others draw on stands before them; all that nothing leaves stand in the last column
    last = max(tier.values(), default=0)
    leaving = {one.start for one in segments if not one.across}
    for place in places:
        if place[0] == "warehouse" and place not in leaving:
            tier[place] = last
    used = sorted(set(tier.values()))
    tier = {place: used.index(column) for place, column in tier.items()}
    columns = [[place for place in places if tier[place] == column] for column in range(len(used))]
    lines = max(3, *(len(column) for column in columns))
    at: dict[Place, tuple[float, float]] = {}
    for number, column in enumerate(columns):
        _spread(at, number, sorted(column, key=lambda place: (place[0], place[1])), lines)
    for turn in range(8):
        order = range(len(columns)) if turn % 2 else range(len(columns) - 1, -1, -1)
        for number in order:
            _spread(at, number, sorted(columns[number], key=lambda place: (_middle(at, segments, place), place)), lines)
    return Layout(at, len(columns), lines, segments)


def _spread(at: dict[Place, tuple[float, float]], number: int, column: Sequence[Place], lines: int) -> None:
    step = lines / max(len(column), 1)
    for place, one in enumerate(column):
        at[one] = float(number), (place + 0.5) * step - 0.5


def _middle(at: dict[Place, tuple[float, float]], segments: Sequence[Segment], place: Place) -> float:
    """Mean line of the neighbours of a place, by flow."""
    weight = total = 0.0
    for one in segments:
        other = one.end if one.start == place else one.start if one.end == place else None
        if other is not None and not one.across:
            size = max(one.usual, one.then)
            weight, total = weight + size, total + size * at[other][1]
    return round(total / weight, 6) if weight else at[place][1]


def _together(found: Flows) -> tuple[Segment, ...]:
    """Segments, those of the suppliers that ship least put together where there are too many."""
    makers: dict[Place, float] = {}
    for one in found.segments:
        if one.start[0] == "supplier":
            makers[one.start] = makers.get(one.start, 0.0) + one.usual + one.then
    ranked = sorted(makers, key=lambda place: (place not in found.places, -makers[place], place))
    rest = set(ranked[MOST - 1 :]) if len(ranked) > MOST else set()
    joined: dict[tuple[Place, Place], Segment] = {}
    for one in found.segments:
        start = ("supplier", f"{len(rest)} {REST}") if one.start in rest else one.start
        before = joined.get((start, one.end))
        if before is None:
            joined[start, one.end] = Segment(start, one.end, one.lanes, one.across, one.usual, one.then)
        else:
            names = tuple(dict.fromkeys((*before.lanes, *one.lanes)))
            joined[start, one.end] = Segment(
                start, one.end, names, one.across, before.usual + one.usual, before.then + one.then
            )
    return tuple(joined.values())


def through(found: Flows, layout: Layout, place: Place) -> tuple[float, float]:
    """Goods that leave a place as drawn, money a day, usual and then."""
    if place[0] == "supplier" and place[1].endswith(REST):
        out = [one for one in layout.segments if one.start == place]
        return sum(one.usual for one in out), sum(one.then for one in out)
    return found.through(place)


def _name(found: Flows, place: Place) -> str:
    """A place by its name, and where it is where the name does not say so."""
    where = found.where.get(place, "").partition(",")[0]
    return place[1] if not where or where in place[1] else f"{place[1]} {where}"


def _flow(axes: Axes, found: Flows, layout: Layout, one: Segment, most: float) -> None:
    """Usual as a grey band; what moves in the stop on it; dashed where the lane itself is struck."""
    (x0, y0), (x1, y1) = layout.at[one.start], layout.at[one.end]
    if x0 == x1:
        points = [(x0 + BOX / 2, y0), (x0 + 0.62, y0), (x1 + 0.62, y1), (x1 + BOX / 2, y1)]
    else:
        a, b = x0 + BOX / 2, x1 - BOX / 2
        points = [(a, y0), ((a + b) / 2, y0), ((a + b) / 2, y1), (b, y1)]
    curve = Curve(points, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4])
    style: dict[str, Any] = {"facecolor": "none", "capstyle": "butt"}
    struck = found.shut(one) < 1
    if found.stopped:
        axes.add_patch(PathPatch(curve, edgecolor=USUAL, linewidth=_width(one.usual, most), zorder=1, **style))
    if one.then > 0:
        style["linestyle"] = (0, (2.2, 0.8)) if struck else "-"
        axes.add_patch(
            PathPatch(curve, edgecolor=BLUE, linewidth=_width(one.then, most), zorder=2, alpha=0.85, **style)
        )
    elif one.usual > 0:
        axes.add_patch(PathPatch(curve, edgecolor=VERMILION, linewidth=1.2, zorder=2, linestyle=(0, (4, 3)), **style))


def _width(value: float, most: float) -> float:
    return max(WIDEST * value / most, 0.7) if value > 0 else 0.0


def _place(axes: Axes, found: Flows, layout: Layout, place: Place, money: Money) -> None:
    """A box with name and flow; what is stopped hatched, with a cross."""
    x, y = layout.at[place]
    share = found.places.get(place, 1.0)
    shut, part = share <= 0, 0 < share < 1
    axes.add_patch(
        FancyBboxPatch(
            (x - BOX / 2, y - TALL / 2),
            BOX,
            TALL,
            boxstyle="round,pad=0,rounding_size=0.05",
            mutation_aspect=3.0,
            facecolor=PALE if shut or part else "white",
            edgecolor=VERMILION if shut or part else GREY,
            linewidth=2.2 if shut or part else 0.9,
            linestyle="--" if part else "-",
            zorder=3,
        )
    )
    mark = "✕ " if shut else "◐ " if part else ""
    usual, then = through(found, layout, place)
    flow, after = money.text(usual), money.text(then)
    if found.stopped and flow != after:
        flow = f"{flow} → {after}"
    told: dict[str, Any] = {"ha": "center", "color": INK, "zorder": 4}
    axes.text(
        x, y - 0.03, mark + clipped(_name(found, place), 17), va="bottom", fontsize=8.2, fontweight="bold", **told
    )
    axes.text(x, y + 0.03, flow if usual or then else "idle", va="top", fontsize=8, **told)


def _frame(axes: Axes, layout: Layout, stopped: bool) -> None:
    """Headings of columns and the key."""
    axes.set_xlim(-BOX / 2 - 0.03, max(layout.columns - 1, 1) + BOX / 2 + 0.03)
    axes.set_ylim(layout.lines + 0.2, -1.05)
    axes.axis("off")
    for column in range(layout.columns):
        kinds = dict.fromkeys(place[0] for place, (x, _) in layout.at.items() if x == column)
        heading = " and ".join(HEADS[kind] if place == 0 else HEADS[kind].lower() for place, kind in enumerate(kinds))
        axes.text(column, -0.78, heading, ha="center", va="center", fontsize=9.5, fontweight="bold", color=GREY)
    key: list[Any] = [Line2D([], [], color=BLUE, linewidth=6, alpha=0.85, label="moves")]
    if stopped:
        key = [
            Line2D([], [], color=USUAL, linewidth=9, label="usual, without the stop"),
            Line2D([], [], color=BLUE, linewidth=5, alpha=0.85, label="moves in these days"),
            Line2D(
                [], [], color=BLUE, linewidth=5, alpha=0.85, linestyle=(0, (2.2, 0.8)), label="lane or boxes struck"
            ),
            Line2D([], [], color=VERMILION, linewidth=1.2, linestyle=(0, (4, 3)), label="nothing moves"),
            Patch(facecolor=PALE, edgecolor=VERMILION, linewidth=2, label="✕ shut, ◐ in part"),
        ]
    axes.legend(
        handles=key,
        loc="lower center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=len(key),
        frameon=False,
        fontsize=8.5,
        handlelength=2.6,
        columnspacing=1.6,
    ).set_in_layout(False)


def rows(found: Flows) -> list[tuple[Any, ...]]:
    """The table under the figure: one row a segment."""
    made = []
    for one in found.segments:
        struck = min(found.places.get(one.start, 1.0), found.places.get(one.end, 1.0), found.shut(one))
        state = "" if struck >= 1 else "shut" if struck <= 0 else "in part"
        change = (one.then - one.usual) / one.usual if one.usual > 0 else math.nan
        made.append(
            (
                _name(found, one.start),
                _name(found, one.end),
                one.usual,
                one.then,
                change * 100,
                state,
                ", ".join(one.lanes),
            )
        )
    return made


COLUMNS = ("From", "To", "Usual", "With the stop", "Change (%)", "Struck", "Lanes")

__all__ = ["COLUMNS", "NAME", "draw", "figures", "finding", "laid_out", "rows"]
