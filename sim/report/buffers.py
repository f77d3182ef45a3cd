"""Tables of a buffer ledger for the terminal: which buffers bring most, which least, and what groups of them do."""

from __future__ import annotations

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
    heading = f"{capital(found.weather)}: {counted(count)}, a year, mean ± 95 %"
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
    table.add_column("Item", no_wrap=True)
    table.add_column("Warehouse", no_wrap=True)
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
    telling = len({found.verdicts[place] for place in places.tolist()} - {WOULD_PAY}) > 0
    if telling:
        table.add_column("Verdict", no_wrap=True)
    for place in places.tolist():
        line = found.lines[place]
        days = abs(float(found.units[place])) / line.forecast if line.forecast > 0 else float("nan")
        cost = found.carrying.mean[place] + found.other.mean[place]
        half = float(found.net.high[place] - found.net.low[place]) / 2
        table.add_row(
            Text(clipped(line.item, 12) + (" !" if line.unexplained else "")),
            Text(clipped(line.warehouse, 13)),
            f"{days:.0f}" if days == days else "n/a",
            money.number(float(cost)),
            money.number(float(found.avoided[0].mean[place])),
            f"{found.avoided[1].mean[place]:.1f}",
            money.number(float(found.avoided_tail[0].mean[place])),
            Text(_spread(money, float(found.net.mean[place]), half)),
            f"{int(found.uses[place])}",
            *([Text(found.verdicts[place])] if telling else []),
        )
    return table


def _groups(found: Justification) -> Table:
    """What removing several buffers at once costs, beside the sum of the single removals."""
    totals = [interval(group.total) for group in found.groups]
    money = Money.of(found.scenario.currency, [one.mean for one in totals])
    title = f"Removed together: rise in cost, {money.unit} a year, ± 95 %"
    table = Table(title=Text(title, style="bold"), title_justify="left", **FRAME)
    table.add_column("Group", no_wrap=True)
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
        *(f"In-sample: {why}: read the figures as the best case." for why in found.scenario.judged_in_sample),
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
