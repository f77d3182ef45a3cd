"""Tables for the terminal: what each posture costs under each weather, readable in ten seconds."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.report.findings import clear, closing, money_of, rivals, sentence
from sim.report.style import Money, capital, counted, number, percent
from sim.studies.compare import Comparison
from sim.studies.statistics import Interval, interval

#: longer names of postures are broken into lines
NAME_WIDTH = 16
FRAME: dict[str, Any] = {"box": box.SIMPLE_HEAD, "show_edge": False, "pad_edge": False, "padding": (0, 1, 0, 0)}
MOVES = ("freight_cost", "ordering_cost", "purchase_price_variance")


def table(comparison: Comparison) -> RenderableType:
    """One table and one sentence for each weather; 100 columns are enough."""
    money = money_of(comparison, ("total_cost",))
    parts: list[RenderableType] = []
    for weather in comparison.weathers:
        told = sentence(comparison, weather, money)
        parts += [_one(comparison, weather, money), *([Text(told)] if told else []), Text("")]
    return Group(*parts[:-1])


def _one(comparison: Comparison, weather: str, money: Money) -> Table:
    """Postures of one weather, the cheapest first."""
    best = rivals(comparison, weather)
    count = len(comparison.numbers)
    priced = any(comparison.values(weather, name, MOVES[2]).any() for name in comparison.postures)
    money = money.near([comparison.interval(weather, name, "total_cost").mean for name in comparison.postures])
    told = f"mean ± 95 % over {counted(count)}" if count > 1 else "one future, no intervals"
    heading = f"{capital(weather)}: {money.unit} a year, {told}"
    found = Table(title=Text(heading, style="bold"), title_justify="left", **FRAME)
    found.add_column("Posture", max_width=NAME_WIDTH, overflow="fold")
    moves = "Freight, orders\nand price" if priced else "Freight\nand orders"
    for heading in ("Carrying", "Stockouts", moves, "Total"):
        found.add_column(heading, justify="right", no_wrap=True)
    stock = Money.of(
        comparison.scenario.currency,
        [comparison.interval(weather, name, "average_inventory_value").mean for name in comparison.postures],
    )
    for heading in ("Fill\nrate %", "Days out\na year", f"Inventory\n{stock.short}", "Turns\na year"):
        found.add_column(heading, justify="right", no_wrap=True)
    ranked = comparison.ranking(weather)
    columns = [[_cost(comparison, weather, name, part) for name in ranked] for part in range(4)]
    for row, name in enumerate(ranked):
        marked = name in best and len(ranked) > 1
        costs = [_plus_minus(column[row], column, money) for column in columns]
        costs[3] += (" *" if len(best) == 1 else " ?") if marked else "  "
        cells = [Text(name), *(Text(cost) for cost in costs)]
        cells += [Text(told) for told in _service(comparison, weather, name, stock)]
        if marked and len(best) == 1:
            for cell in (cells[0], cells[4]):
                cell.stylize("bold")
        found.add_row(*cells)
    if len(ranked) > 1:
        note = "* clearly least in total" if len(best) == 1 else "? least in total is one of these: not clear which"
        found.caption, found.caption_justify = Text(note, style="dim"), "left"
    return found


def _cost(comparison: Comparison, weather: str, name: str, part: int) -> Interval:
    """Carrying, stockouts, freight with ordering (and price), total."""
    if part == 2:
        freight, ordering, price = (comparison.values(weather, name, move) for move in MOVES)
        return interval(freight + ordering + price)
    return comparison.interval(weather, name, ("carrying_cost", "stockout_cost", "", "total_cost")[part])


def _plus_minus(one: Interval, column: list[Interval], money: Money) -> str:
    """Mean ± half-width, the half-widths of a column under each other."""
    if one.n < 2:
        return money.number(one.mean)
    width = max(len(money.number(other.half_width)) for other in column)
    return f"{money.number(one.mean)} ± {money.number(one.half_width):>{width}}"


def _service(comparison: Comparison, weather: str, name: str, stock: Money) -> list[str]:
    """Fill rate, days out of stock, stock and turns."""
    fill, days, value, turns = (
        comparison.interval(weather, name, measure).mean
        for measure in ("fill_rate", "stockout_days", "average_inventory_value", "turns")
    )
    shown = number(days, 0 if days >= 100 else 1)
    return [percent(fill, 1).removesuffix(" %"), shown, stock.number(value), number(turns, 1)]


def pairs_table(comparison: Comparison) -> RenderableType:
    """Each pair of postures under each weather: difference in total cost, and how sure it is."""
    money = money_of(comparison, ("total_cost",))
    found = Table(
        title=Text(f"Paired differences in total cost, {money.unit} a year", style="bold"),
        title_justify="left",
        **FRAME,
    )  # fmt: skip
    found.add_column("Weather", max_width=NAME_WIDTH, overflow="fold")
    found.add_column("First − second", max_width=2 * NAME_WIDTH, overflow="fold")
    for heading in ("Difference", "95 % interval", "First\ncheaper in", "Correlation", "Futures", "Clear"):
        found.add_column(heading, justify="right", no_wrap=True)
    for weather in comparison.weathers:
        for a, b in combinations(comparison.postures, 2):
            pair = comparison.pair(weather, a, b, "total_cost")
            difference = pair.difference
            found.add_row(
                Text(weather), Text(f"{a} − {b}"), money.number(difference.mean, plus=True),
                f"{money.number(difference.low, plus=True)} to {money.number(difference.high, plus=True)}",
                percent(pair.p_a_better), number(pair.correlation, 2), str(difference.n),
                "yes" if clear(comparison, weather, a, b) else "no",
            )  # fmt: skip
    return found


__all__ = ["closing", "pairs_table", "table"]
