"""Tables of a buffer ledger for the terminal: which buffers bring most, which least, and what groups of them do."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group as Together
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from sim.report import buffer_findings as say
from sim.report.style import Money, capital, clipped, counted
from sim.report.tables import FRAME
from sim.studies.buffers import WOULD_PAY, Justification
from sim.studies.sharing import Places
from sim.studies.statistics import interval

#: lines shown at each end of the ranking
SHOWN = 8


def ledger_table(found: Justification) -> RenderableType:
    """Best and worst buffers, lean lines that want one, groups."""
    parts: list[RenderableType] = []
    ranked = found.ranked()
    count = len(found.numbers)
    heading = f"{capital(found.weather)}: {counted(count)}, a year, mean and 95 % interval"
    if ranked.size > 2 * SHOWN:
        parts.append(_lines(found, ranked[:SHOWN], f"Buffers that bring most. {heading}"))
        parts.append(_lines(found, ranked[-SHOWN:][::-1], "Buffers that bring least"))
    elif ranked.size:
        parts.append(_lines(found, ranked, f"Buffers. {heading}"))
    would = found.having(WOULD_PAY)
    if would.size:
        would = would[(-found.net.mean[would]).argsort(kind="stable")][:SHOWN]
        parts.append(_lines(found, would, f"Lean lines that would pay for {found.trial_days:g} days more"))
    if found.groups:
        parts.append(_groups(found))
    spaced: list[RenderableType] = []
    for part in parts:
        spaced += [part, Text("")]
    return Together(*spaced[:-1])


def _lines(found: Justification, places: Places, title: str) -> Table:
    money = Money.of(found.scenario.currency, [*found.net.mean[places], *found.avoided[0].mean[places]])
    table = Table(title=Text(title, style="bold"), title_justify="left", **FRAME)
    table.add_column("Item", overflow="fold", max_width=14)
    table.add_column("Warehouse", overflow="fold", max_width=14)
    for word in (
        "Days",
        f"Costs\n{money.short}",
        f"Avoids\n{money.short}",
        "Days\nout",
        f"Worst 5 %\n{money.short}",
        f"Net\n{money.short}",
        "Used",
    ):
        table.add_column(word, justify="right", no_wrap=True)
    table.add_column("Verdict", no_wrap=True)
    for place in places.tolist():
        line = found.lines[place]
        days = abs(float(found.units[place])) / line.forecast if line.forecast > 0 else float("nan")
        cost = found.carrying.mean[place] + found.other.mean[place]
        net = found.net
        ends = f" ({money.number(net.low[place])} to {money.number(net.high[place])})" if len(found.numbers) > 1 else ""
        table.add_row(
            Text(clipped(line.item, 14)),
            Text(clipped(line.warehouse, 14)),
            f"{days:.0f}" if days == days else "n/a",
            money.number(float(cost)),
            money.number(float(found.avoided[0].mean[place])),
            f"{found.avoided[1].mean[place]:.1f}",
            money.number(float(found.avoided_tail[0].mean[place])),
            Text(money.number(float(net.mean[place])) + ends),
            f"{int(found.uses[place])}",
            Text(found.verdicts[place] + (" !" if line.unexplained else "")),
        )
    return table


def _groups(found: Justification) -> Table:
    """What removing several buffers at once costs, beside the sum of the single removals."""
    money = say.money_of(found)
    table = Table(title=Text(f"Removed together: what the year then costs more, {money.unit}", style="bold"), **FRAME)
    table.title_justify = "left"
    table.add_column("By", no_wrap=True)
    table.add_column("Group", overflow="fold", max_width=30)
    for word in ("Buffers", "At once (95 %)", "Sum of single\nremovals", "At once less sum"):
        table.add_column(word, justify="right", no_wrap=True)
    for group in found.groups:
        total = interval(group.total)
        singles = group.singles if group.singles is not None else group.total * float("nan")
        apart = interval(group.total - singles)
        table.add_row(
            group.by,
            Text(group.name),
            f"{group.places.size}",
            Text(_spread(money, (total.mean, total.low, total.high))),
            money.number(float(singles.mean())),
            Text(_spread(money, (apart.mean, apart.low, apart.high))),
        )
    return table


def _spread(money: Money, one: Sequence[float]) -> str:
    told = money.number(one[0])
    return told if one[1] != one[1] else f"{told} ({money.number(one[1])} to {money.number(one[2])})"


def closing(found: Justification) -> list[str]:
    """Last lines: verdicts, what they assume, what following them brings."""
    lines = [
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
