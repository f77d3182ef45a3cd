"""The tornado on the terminal: one row an assumption."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from sim.assumptions import Assumption
from sim.measures import BY_NAME
from sim.report.sensitivity_words import ends_text, interval_at, side_of, value_text, writer_of
from sim.report.style import counted
from sim.report.tables import FRAME
from sim.studies.sensitivity import BreakEven, Tornado
from sim.studies.sensitivity.tornado import Swing


def heading(found: Tornado) -> str:
    """What the table shows."""
    a, b = found.between
    what = f"{BY_NAME[found.measure].label}, {a} − {b}, {writer_of(found).unit}"
    return f"{what}; mean ± 95 % half-width over {counted(len(found.numbers))}; sorted by how far it moves"


def table(found: Tornado) -> Table:
    """One row for each assumption, what moves the difference most on top."""
    shown = Table(**FRAME)
    a, b = found.between
    shown.add_column("Assumption", overflow="fold", min_width=24)
    for title in ("now", "low", f"{a} − {b}", "high", f"{a} − {b}"):
        shown.add_column(title, justify="right", no_wrap=True)
    for one in found.order:
        ends = found.ends(one)
        now = "" if one.base is None else value_text(one, one.base)
        cells = [now]
        cells += [*_end(found, one, ends.get("low")), *_end(found, one, ends.get("high"))]
        shown.add_row(one.label, *cells)
    return shown


def _end(found: Tornado, one: Assumption, swing: Swing | None) -> list[str]:
    """Value of an end and the difference there."""
    if swing is None:
        return ["as now", ""]
    write, there = writer_of(found), interval_at(found, swing)
    half = f" ± {write.number(there.half_width)}" if there.n > 1 else ""
    mark = " !" if found.clearly(swing) else " ?" if found.turned(swing) else "  "
    return [value_text(one, swing.value), f"{write.number(there.mean, True)}{half}{mark}"]


LEGEND = (
    "! the ranking of the two is turned round, clear of zero; ? turned round in the mean, not clear. × times as now. "
    "Each end is lived on the same futures as the base, all else as it stands."
)


def break_even_table(found: Tornado, evens: Sequence[BreakEven]) -> Table:
    """One row for each assumption at which the two break even."""
    shown = Table(**FRAME)
    a, _ = found.between
    shown.add_column("Assumption", overflow="fold", min_width=20)
    for title in (f"{a} ahead", "break-even", "95 % interval", "now"):
        shown.add_column(title, justify="right", no_wrap=True)
    for one in evens:
        if one.kind == "crosses":
            of = one.curve.assumption
            now = "" if of.base is None else value_text(of, of.base)
            told = f"{of.label}, {of.unit}" if of.unit and not of.scales else of.label
            shown.add_row(told, side_of(found, one), value_text(of, one.value), ends_text(one), now)
    return shown
