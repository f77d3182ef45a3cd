"""Tables for the terminal: what each posture costs under each weather, readable in ten seconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from sim.report.findings import clear, closing, money_of, rivals, sentence
from sim.report.style import Money, capital, counted, number, percent
from sim.studies.compare import Comparison
from sim.studies.statistics import Interval, interval

#: longer names of postures are broken into lines
NAME_WIDTH = 16
FRAME: dict[str, Any] = {"box": box.SIMPLE_HEAD, "show_edge": False, "pad_edge": False, "padding": (0, 1, 0, 0)}
#: columns that a narrow terminal can do without, the least needed first
SPARE = ("Turns", "Freight", "Inventory", "Days out")
#: more columns than any table takes
AMPLE = 1000
MOVES = ("freight_cost", "ordering_cost", "expediting_cost", "sourcing_cost", "purchase_price_variance")


class Fitted:
    """A table that leaves out its least needed columns where the terminal is too narrow, and says so.

    Attributes
    ----------
    make : the table without the first so many of its spare columns.
    spare : their names, the least needed first.
    """

    def __init__(self, make: Callable[[int], Table], spare: Sequence[str] = SPARE) -> None:
        self.make, self.spare = make, spare

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The fullest table that fits."""
        for dropped in range(len(self.spare) + 1):
            found = self.make(dropped)
            if console.measure(found, options=options.update(width=AMPLE)).maximum <= options.max_width:
                break
        yield found
        if dropped:
            left_out = f"too narrow for: {', '.join(self.spare[:dropped]).lower()}"
            yield Text(left_out, style="dim")


def table(comparison: Comparison) -> RenderableType:
    """One table and one sentence for each weather; 100 columns are enough."""
    money = money_of(comparison, ("total_cost",))
    parts: list[RenderableType] = []
    for weather in comparison.weathers:
        told = sentence(comparison, weather, money)
        parts += [Fitted(partial(_one, comparison, weather, money)), *([Text(told)] if told else []), Text("")]
    return Group(*parts[:-1])


def _one(comparison: Comparison, weather: str, money: Money, dropped: int) -> Table:
    """Postures of one weather, the cheapest first."""
    best, ranked, count = rivals(comparison, weather), comparison.ranking(weather), len(comparison.numbers)
    money = money.near([comparison.interval(weather, name, "total_cost").mean for name in ranked])
    told = f"mean ± 95 % over {counted(count)}" if count > 1 else "one future, no intervals"
    sample = " (in-sample)" if comparison.scenario.judged_in_sample else ""
    title = Text(f"{capital(weather)}{sample}: {money.unit} a year, {told}", style="bold")
    found = Table(title=title, title_justify="left", **FRAME)
    shortest = min(max(len(name) for name in ranked), NAME_WIDTH)
    found.add_column("Posture", min_width=min(shortest, 9), max_width=NAME_WIDTH, overflow="fold")
    columns = _columns(comparison, weather, ranked, money)
    for column in SPARE[:dropped]:
        del columns[column]
    marks = {name: (" *" if len(best) == 1 else " ?") if name in best and len(ranked) > 1 else "  " for name in ranked}
    for heading, _ in columns.values():
        found.add_column(heading, justify="right", no_wrap=True)
    for row, name in enumerate(ranked):
        style = "bold" if marks[name] == " *" else ""
        cells = {key: Text(told[row]) for key, (_, told) in columns.items()}
        cells["Total"].append(marks[name])
        cells["Total"].stylize(style)
        found.add_row(Text(name, style=style), *cells.values())
    if len(ranked) > 1:
        note = "* clearly least in total" if len(best) == 1 else "? least in total is one of these: not clear which"
        found.caption, found.caption_justify = Text(note, style="dim"), "left"
    return found


def _columns(comparison: Comparison, weather: str, ranked: list[str], money: Money) -> dict[str, tuple[str, list[str]]]:
    """Heading and cells of each column after the first."""

    def means(measure: str) -> list[float]:
        return [comparison.interval(weather, name, measure).mean for name in ranked]

    more = {
        word: any(comparison.values(weather, name, move).any() for name in ranked)
        for word, move in zip(("air", "sourcing", "price"), MOVES[2:], strict=True)
    }
    stock = Money.of(comparison.scenario.currency, means("average_inventory_value"))
    costs = [_plus_minus([_cost(comparison, weather, name, part) for name in ranked], money) for part in range(4)]
    return {
        "Carrying": ("Carrying", costs[0]),
        "Stockouts": ("Stockouts", costs[1]),
        "Freight": (_heading([word for word, there in more.items() if there]), costs[2]),
        "Total": ("Total  ", costs[3]),
        "Fill rate": ("Fill\nrate %", [percent(fill, 1).removesuffix(" %") for fill in means("fill_rate")]),
        "Days out": ("Days out\na year", [number(day, 0 if day >= 100 else 1) for day in means("stockout_days")]),
        "Inventory": (f"Inventory\n{stock.short}", [stock.number(one) for one in means("average_inventory_value")]),
        "Turns": ("Turns\na year", [number(one, 1) for one in means("turns")]),
    }


def _heading(more: list[str]) -> str:
    """Heading of the column of freight and orders and of what else is in it."""
    if not more:
        return "Freight\nand orders"
    *first, last = more
    comma = "," if first else ""
    listed = f"{', '.join(first)} " if first else ""
    return f"Freight, orders{comma}\n{listed}and {last}"


def _cost(comparison: Comparison, weather: str, name: str, part: int) -> Interval:
    """Carrying, stockouts, freight with ordering and what else moves goods, total."""
    if part == 2:
        moves = [comparison.values(weather, name, move) for move in MOVES]
        return interval(np.sum(moves, axis=0), comparison.level)
    return comparison.interval(weather, name, ("carrying_cost", "stockout_cost", "", "total_cost")[part])


def _plus_minus(column: list[Interval], money: Money) -> list[str]:
    """Mean ± half-width, the half-widths under each other."""
    halves = [money.number(one.half_width) for one in column]
    width = max(len(half) for half in halves)
    return [
        money.number(one.mean) + (f" ± {half:>{width}}" if one.n > 1 else "")
        for one, half in zip(column, halves, strict=True)
    ]


def pairs_table(comparison: Comparison) -> RenderableType:
    """Each pair of postures under each weather: difference in total cost, and how sure it is."""
    money = money_of(comparison, ("total_cost",))
    found = Table(
        title=Text(f"Paired differences in total cost, {money.unit} a year", style="bold"),
        title_justify="left",
        **FRAME,
    )
    found.add_column("Weather", max_width=NAME_WIDTH, overflow="fold")
    found.add_column("First − second", max_width=2 * NAME_WIDTH, overflow="fold")
    for heading in ("Difference", "95 % interval", "First\ncheaper in", "Correlation", "Futures", "Clear"):
        found.add_column(heading, justify="right", no_wrap=True)
    for weather in comparison.weathers:
        for a, b in combinations(comparison.postures, 2):
            pair = comparison.pair(weather, a, b, "total_cost")
            difference = pair.difference
            found.add_row(
                Text(weather),
                Text(f"{a} − {b}"),
                money.number(difference.mean, plus=True),
                f"{money.number(difference.low, plus=True)} to {money.number(difference.high, plus=True)}",
                percent(pair.p_ahead),
                number(pair.correlation, 2),
                str(difference.n),
                "yes" if clear(comparison, weather, a, b) else "no",
            )
    return found


__all__ = ["closing", "pairs_table", "table"]
