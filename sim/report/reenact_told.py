"""A re-enactment in words: the finding, and what the terminal shows."""

from __future__ import annotations

from shlex import quote

from rich.table import Table
from rich.text import Text

from sim.events import event
from sim.report.reenact_lines import known, rows_of, told
from sim.report.reenact_rows import PARTS
from sim.report.style import Money, capital, counted, listed, number
from sim.report.tables import FRAME, NAME_WIDTH
from sim.studies.reenact import Reenactment
from sim.studies.reenact_many import BAND
from sim.studies.reenact_setting import WITH, WITHOUT

#: a space at which no line is broken
GLUE = "\u00a0"
#: lines of incidents told
MOST = 6


def name_of(found: Reenactment) -> str:
    """What is re-enacted, in words."""
    return event(found.label).name if found.aim is not None else f"weather {found.label!r}"


def finding(found: Reenactment) -> str:
    """What the event costs each posture, and how much longer items are out; no ranking is claimed."""
    outs = [
        f"{name} {number(lived.whole('stockout_days', WITH) - lived.whole('stockout_days', WITHOUT), 0, plus=True)}"
        for name, lived in zip(found.postures, found.lived, strict=True)
    ]
    days = f"over {found.scenario.horizon} days"
    if found.many is not None:
        costs = f"It costs {_medians(found)} {days}, median and 90 % of {counted(len(found.many.numbers))}"
        out = f"Item-days out of stock because of it, future {found.replication}: {listed(outs)}"
    else:
        amounts = {name: lived.cost() for name, lived in zip(found.postures, found.lived, strict=True)}
        money = Money.of(found.scenario.currency, amounts.values())
        told = [f"{name} {money.text(cost)}".replace(" ", GLUE) for name, cost in amounts.items()]
        costs, out = f"It costs {listed(told)} {days}", f"Item-days out of stock because of it: {listed(outs)}"
    return f"{capital(name_of(found))}, from day {found.zero}\n{costs}\n{out}"


def _medians(found: Reenactment) -> str:
    """Cost of the event for each posture: median and band of many futures."""
    import numpy as np

    assert found.many is not None
    quantiles = np.quantile(found.many.costs, BAND, axis=0)
    money = Money.of(found.scenario.currency, quantiles.ravel().tolist())
    told = [
        f"{posture} {money.text(median)} ({money.number(low)} to {money.number(high)})".replace(" ", GLUE)
        for posture, (low, median, high) in zip(found.postures, quantiles.T.tolist(), strict=True)
    ]
    return listed(told)


def heading(found: Reenactment) -> list[str]:
    """What is shown: scenario, event, nodes, incidents, future."""
    scenario = found.scenario
    rows = rows_of(found.incidents, (0, scenario.horizon), own=True)
    lines = [f"{scenario.title or scenario.name}"]
    if found.setting.event is not None:
        lines.append(f"{name_of(found)} ({found.label}), from day {found.zero}, {_luck(found)}")
        lines += [f"  aimed at {why}" for why in (found.aim.why if found.aim is not None else ())]
        around = "the scenario's own disruptions are off" if found.weather is None else f"weather {found.weather}"
        lines.append(f"  around it: {around}")
    else:
        lines.append(f"Weather {found.label}, {_luck(found)}; without: the same luck, and nothing goes wrong")
    lines += [f"  {row.label}: {told(row.incidents)}{known(row.incidents)}" for row in rows[:MOST]]
    if len(rows) > MOST:
        lines.append(f"  and {len(rows) - MOST} more lines of incidents (events.csv)")
    return lines


def _luck(found: Reenactment) -> str:
    return f"future {found.replication} of seed {found.seed}"


def table(found: Reenactment) -> Table:
    """One line for each posture."""
    costs = [lived.cost(part) for lived in found.lived for part in ("total_cost", *PARTS)]
    money = Money.of(found.scenario.currency, costs)
    made = Table(**FRAME)
    made.add_column("Posture", max_width=NAME_WIDTH, overflow="fold")
    headings = (
        "Days out",
        "without",
        "Units short",
        "without",
        f"It costs, {money.short}",
        "stockouts",
        "stock",
        "other",
    )
    for column in headings:
        made.add_column(column, justify="right")
    for posture, lived in zip(found.postures, found.lived, strict=True):
        made.add_row(
            Text(posture),
            *(f"{lived.whole('stockout_days', case):,.0f}" for case in (WITH, WITHOUT)),
            *(f"{lived.missed(case):,.0f}" for case in (WITH, WITHOUT)),
            *(money.number(lived.cost(part), plus=True) for part in ("total_cost", "stockout_cost", "carrying_cost")),
            money.number(sum(lived.cost(part) for part in PARTS[2:]), plus=True),
        )
    return made


def legend(found: Reenactment) -> str:
    """What the columns hold."""
    return (
        f"Over {found.scenario.horizon} days. Days out: item-site-days with demand not served from stock. Units short: "
        "demand not served when it came. It costs: the same future with it less without it; of that stockouts, stock "
        "(carrying cost: goods that come late cost less to hold), and orders, freight and prices."
    )


def stockouts(found: Reenactment) -> list[str]:
    """For each posture, how many stockouts the event is behind, and the first of them."""
    lines = []
    for posture, lived in zip(found.postures, found.lived, strict=True):
        mine = found.blamed(lived)
        if not mine:
            lines.append(f"{posture}: no stockout because of it")
            continue
        lines.append(f"{posture}: {counted(len(mine), 'stockout')} because of it; the first: {mine[0].sentence}")
    return lines


def futures(found: Reenactment) -> list[str]:
    """Cost of the event over many futures."""
    many = found.many
    if many is None:
        return []
    some = "" if len(many.numbers) == many.drawn else f" (nothing happens in {many.drawn - len(many.numbers)} more)"
    told = _medians(found).replace(GLUE, " ")
    return [f"Cost of it over {counted(len(many.numbers))}{some}, median and 90 %: {told}"]


def following(found: Reenactment, scenario: str, postures: str, targets: tuple[str, ...], trust: bool) -> str:
    """The command that may follow."""
    more = f" --postures {quote(postures)}" + (" --trust" if trust else "")
    seed = f" --seed {found.seed}" if found.seed != 1 else ""
    weather = f" --weather {quote(found.weather)}" if found.weather else ""
    if found.setting.event is None:
        again = f"bufferstock replay {quote(scenario)}{weather}{seed}{more}"
    else:
        aims = "".join(f" --target {quote(target)}" for target in targets)
        again = f"bufferstock replay {quote(scenario)} --event {found.label}{aims}{weather}{seed}{more}"
    if found.many is None:
        return f"{again} --futures 50  (is it only this future?)"
    if found.setting.event is not None:
        return f"bufferstock events show {found.label}  (what its figures rest on)"
    return f"{again} --replication {found.replication + 1}  (another future)"
