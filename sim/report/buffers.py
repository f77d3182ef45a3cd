"""Tables of a buffer ledger for the terminal: which buffers bring most, which least, and what groups of them do."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from rich.console import Group as Together
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sim.report import buffer_findings as say
from sim.report.said_once import best_case
from sim.report.style import Money, capital, clipped, counted
from sim.report.tables import FRAME, Fitted
from sim.studies.buffers import WOULD_PAY, Justification
from sim.studies.sharing import Places
from sim.studies.statistics import interval

Floats = NDArray[np.float64]
#: lines shown at each end of the ranking
SHOWN = 8
#: columns that a narrow terminal can do without, the least needed first; the verdict is what the table is for
SPARE = ("Worst 5 %", "Used", "Days out", "Warehouse")
#: columns of words
WORDS = ("Item", "Warehouse", "Verdict")


def ledger_table(found: Justification) -> RenderableType:
    """Best and worst buffers, lean lines that want one, groups."""
    parts: list[RenderableType] = []
    ranked = found.ranked()
    count = len(found.numbers)
    heading = f"{capital(found.weather)}: {counted(count)}, a year, mean ± 95 %"
    if ranked.size > 2 * SHOWN:
        parts.append(_fitted(found, ranked[:SHOWN], f"Buffers that bring most. {heading}"))
        parts.append(_fitted(found, ranked[-SHOWN:][::-1], "Buffers that bring least"))
    elif ranked.size:
        parts.append(_fitted(found, ranked, f"Buffers. {heading}"))
    would = found.having(WOULD_PAY)
    if would.size:
        would = would[(-found.net.mean[would]).argsort(kind="stable")][:SHOWN]
        parts.append(_fitted(found, would, f"Lean lines that would pay for {found.trial_days:g} days more"))
    if found.groups:
        parts.append(_groups(found))
    spaced: list[RenderableType] = []
    for part in parts:
        spaced += [part, Text("")]
    return Together(*spaced[:-1])


def _fitted(found: Justification, places: Places, title: str) -> Fitted:
    return Fitted(partial(_lines, found, places, title), SPARE)


def _lines(found: Justification, places: Places, title: str, dropped: int) -> Table:
    """Buffers, one a row, without the first so many columns of `SPARE`."""
    money = Money.of(found.scenario.currency, [*found.net.mean[places], *found.avoided[0].mean[places]])
    table = Table(title=Text(title, style="bold"), title_justify="left", **FRAME)
    columns = _columns(found, places, money)
    for name in SPARE[:dropped]:
        del columns[name]
    for name, (heading, _) in columns.items():
        table.add_column(heading, justify="left" if name in WORDS else "right", no_wrap=True)
    for row in zip(*(cells for _, cells in columns.values()), strict=True):
        table.add_row(*(Text(cell) for cell in row))
    return table


def _columns(found: Justification, places: Places, money: Money) -> dict[str, tuple[str, list[str]]]:
    """Heading and cells of each column."""
    chosen = [(place, found.lines[place]) for place in places.tolist()]
    amounts = [abs(float(found.units[place])) for place, _ in chosen]
    days = [
        f"{units / line.forecast:.0f}" if line.forecast > 0 else "n/a"
        for units, (_, line) in zip(amounts, chosen, strict=True)
    ]
    half = (found.net.high - found.net.low) / 2

    def priced(values: Floats) -> list[str]:
        return [money.number(float(one)) for one in values[places]]

    made = {
        "Item": ("Item", [clipped(line.item, 12) + (" !" if line.unexplained else "") for _, line in chosen]),
        "Warehouse": ("Warehouse", [clipped(line.warehouse, 13) for _, line in chosen]),
        "Days": ("Days", days),
        "Costs": (f"Costs\n{money.short}", priced(found.carrying.mean + found.other.mean)),
        "Avoids": (f"Avoids\n{money.short}", priced(found.avoided[0].mean)),
        "Days out": ("Days\nout", [f"{one:.1f}" for one in found.avoided[1].mean[places]]),
        "Worst 5 %": (f"Worst 5 %\n{money.short}", priced(found.avoided_tail[0].mean)),
        "Net": (
            f"Net\n{money.short}",
            [_spread(money, float(found.net.mean[place]), float(half[place])) for place, _ in chosen],
        ),
        "Used": ("Used", [f"{int(found.uses[place])}" for place, _ in chosen]),
    }
    verdicts = [found.verdicts[place] for place, _ in chosen]
    if set(verdicts) - {WOULD_PAY}:
        made["Verdict"] = ("Verdict", verdicts)
    return made


def _groups(found: Justification) -> Table:
    """What removing several buffers at once costs, beside the sum of the single removals."""
    totals = [interval(group.total) for group in found.groups]
    money = Money.of(found.scenario.currency, [one.mean for one in totals])
    title = f"Removed together: rise in cost, {money.unit} a year, ± 95 %"
    table = Table(title=Text(title, style="bold"), title_justify="left", **FRAME)
    table.add_column("Group", min_width=12)
    for word in ("Buffers", "At once", "Sum of single\nremovals", "At once\nless sum"):
        table.add_column(word, justify="right", no_wrap=True)
    for group, total in zip(found.groups, totals, strict=True):
        singles = group.singles if group.singles is not None else group.total * float("nan")
        apart = interval(group.total - singles)
        name = group.name if group.by in ("all", "criticality", "segment") else f"{group.by} {group.name}"
        table.add_row(
            Text(clipped(name, 36)),
            f"{group.places.size}",
            _spread(money, total.mean, total.half_width),
            money.number(float(singles.mean())),
            _spread(money, apart.mean, apart.half_width),
        )
    return table


def _spread(money: Money, mean: float, half: float) -> str:
    return money.number(mean) + ("" if half != half else f" ± {money.number(half)}")


def closing(found: Justification) -> list[str]:
    """Last lines: verdicts, what they assume, what following them brings."""
    lines = [
        *best_case(found.scenario.judged_in_sample),
        *say.counts(found),
        say.additivity(found),
        say.unattributed(found),
        *say.assumption(found),
        say.luck(found),
        *say.edited(found),
    ]
    told = say.advice(found)
    if told:
        lines.append(f"Following the verdicts on {counted(len(found.numbers))} that had no part in them:")
        lines += [f"  {line}" for line in told]
    return [line for line in lines if line]


__all__ = ["closing", "ledger_table"]
