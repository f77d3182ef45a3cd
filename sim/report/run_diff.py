"""Two runs held against each other, as text for the terminal."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.errors import listing
from sim.runs.diff.verdict import share, text, value

if TYPE_CHECKING:
    from rich.table import Table

    from sim.runs.diff import Apart, Change, Diff

#: differences of a section, members of a column, and measures that are shown
MOST, MOST_MEMBERS, MOST_MEASURES = 12, 3, 12
TITLES = {"inputs": "Inputs", "settings": "Asked for", "scenario": "Scenario", "plans": "Plans", "versions": "Versions"}


def heading(found: Diff) -> Iterator[str]:
    """Which two runs, and what is odd about them."""
    for name, side in (("A", found.a), ("B", found.b)):
        many = f", {side.run.count} replications" if side.run is not None else ""
        yield f"{name}: {side.folder} ({side.verb} {side.told('scenario') or ''}{many})".replace(" )", ")")
        if side.remark:
            yield f"   {side.remark}"


def sections(found: Diff) -> Iterator[str]:
    """What differs in what the runs were given."""
    for name, title in TITLES.items():
        lacking = next((why for why in found.not_compared if why.startswith(f"{name}: ")), "")
        there: Sequence[Change] = getattr(found, name)
        if lacking:
            yield f"{title}: not compared, {lacking.partition(': ')[2]}"
        elif not there:
            yield f"{title}: the same"
        else:
            yield f"{title}: {len(there)} {'difference' if len(there) == 1 else 'differences'}, A → B"
            lines = [
                *grouped([one for one in there if one.decides]),
                *_words([one for one in there if not one.decides]),
            ]
            yield from (f"  {line}" for line in lines[:MOST])
            if len(lines) > MOST:
                yield f"  and {len(lines) - MOST} more; --json tells all"
    if found.records:
        yield "Records: demand or deliveries on record differ, by their hash"


def grouped(changed: Sequence[Change]) -> Iterator[str]:
    """One line for each difference; a column in which many members differ has one line."""
    columns = {change.column: [one for one in changed if one.column == change.column] for change in changed}
    for column, there in columns.items():
        if len(there) <= MOST_MEMBERS:
            yield from (text(change) for change in there)
        else:
            shown = "; ".join(_member(change) for change in there[:MOST_MEMBERS])
            yield f"{column}: {len(there)} differ ({shown}; …)"


def _words(changed: Sequence[Change]) -> Iterator[str]:
    """Words that are said to people, together: they change no number."""
    columns = list(dict.fromkeys(change.column for change in changed))
    if columns:
        yield f"words only: {listing(columns, 6)}"


def _member(change: Change) -> str:
    """A difference within a column, by the name of its member."""
    names, columns = change.where.split("."), change.column.split(".")
    spare = len(names) - len(columns)  # a name may hold dots itself
    at = columns.index("*") if "*" in columns else 0
    member = ".".join(names[at : at + 1 + max(spare, 0)])
    return f"{member} {value(change.before, 24)} → {value(change.after, 24)}"


def numbers(found: Diff) -> Iterator[str]:
    """What was compared of the numbers, in a line or two."""
    came = found.numbers
    lacking = next((why for why in found.not_compared if why.startswith("numbers: ")), "")
    if lacking:
        yield f"Numbers: not compared, {lacking.partition(': ')[2]}"
    elif came.compared:
        cells = f"{len(came.weathers)} weathers × {len(came.postures)} postures".replace("1 weathers", "1 weather")
        many = "" if came.counts[0] == came.counts[1] else f" (A has {came.counts[0]}, B {came.counts[1]})"
        how = f"{len(came.apart)} measures differ" if came.apart else "all measures are identical"
        yield f"Numbers: {came.common} replications in common{many}, {cells}: {how}"
    else:
        yield "Numbers: the tables differ" if came.tables else "Numbers: the tables are the same"
    for table in came.tables:
        if not table.columns:
            yield f"  {table.name}: other rows or columns (A has {table.rows[0]} rows, B {table.rows[1]})"
        else:
            shown = [f"{name} {_apart(far)}" for name, far in list(table.columns.items())[:6]]
            more = f"; and {len(table.columns) - 6} more columns" if len(table.columns) > 6 else ""
            yield f"  {table.name}: {'; '.join(shown)}{more}"
    if came.files:
        kinds = Counter(name.split("/")[0] if "/" in name else name for name in came.files)
        listed = ", ".join(f"{kind} ({count} files)" if count > 1 else kind for kind, count in kinds.items())
        yield f"Files with other bytes, or in one run only: {listed}"


def _apart(far: float) -> str:
    return f"by up to {share(far)}" if math.isfinite(far) else "in words or blanks"


def rest(apart: Sequence[Apart]) -> Iterator[str]:
    """How many measures the table leaves out."""
    if len(apart) > MOST_MEASURES:
        yield f"and {len(apart) - MOST_MEASURES} more measures; --json tells all"


def table(apart: Sequence[Apart]) -> Table:
    """Measures that differ, the furthest first."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("measure")
    for name in ("furthest", "at", "mean B − A, 95 % together", "at", "noise?"):
        made.add_column(name, justify="left" if name == "at" else "right")
    for one in apart[:MOST_MEASURES]:
        interval = f" [{_figure(one.low)}, {_figure(one.high)}]" if math.isfinite(one.low) else ""
        noise = "rounding" if one.rounding else "more" if one.beyond_noise else "within" if interval else "not known"
        furthest, there = (f"{one.weather} {one.posture} {one.replication}", f"{one.mean_weather} {one.mean_posture}")
        made.add_row(one.measure, share(one.largest), furthest, f"{_figure(one.mean)}{interval}", there, noise)
    return made


def _figure(one: float) -> str:
    return f"{one:,.0f}" if abs(one) >= 1000 else f"{one:.3g}"
