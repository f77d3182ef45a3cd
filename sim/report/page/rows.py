"""Tables of a report: the same rows for the page and for the workbook."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.measures import BY_NAME, MEASURES
from sim.report.findings import clear
from sim.report.page.source import Compared
from sim.report.style import Money, number, percent
from sim.runs.tables import GUARD
from sim.studies.statistics import Interval

#: measures in the posture table
SHOWN = (
    "total_cost",
    "carrying_cost",
    "stockout_cost",
    "fill_rate",
    "halt_stockout",
    "stockout_days",
    "average_inventory_value",
)
#: columns of names, which may be written in digits
NAMES = frozenset(
    (
        "item",
        "warehouse",
        "origin",
        "supplier",
        "lane",
        "port",
        "node",
        "name",
        "posture",
        "weather",
        "group",
        "line",
        "where",
    )
)
#: digits with a nought in front: a code and no number
CODE = re.compile(r"0\d+")
#: letters of a cell from which on its column is wide
LONG = 30
#: rows of a table of another run that the page shows
MOST = 40


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    name : of its sheet.
    caption : what it shows.
    columns : headings, units in them.
    rows : cells; the first of each row is its heading.
    most : rows that the page shows; all are in the workbook.
    """

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    most: int = 10_000

    @property
    def shown(self) -> list[list[str]]:
        """Rows of the page, as text."""
        return [[cell_text(cell) for cell in row] for row in self.rows[: self.most]]

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers alone, for the side that they are set on."""
        return [
            any(isinstance(row[place], int | float) for row in self.rows)
            and all(isinstance(row[place], int | float) or row[place] in ("", None) for row in self.rows)
            for place in range(len(self.columns))
        ]

    @property
    def classes(self) -> list[str]:
        """How each column is set: numbers on the right, long text wide."""
        shown = self.rows[: self.most]
        return [
            "n" if number else "long" if any(len(str(row[place])) > LONG for row in shown) else ""
            for place, number in enumerate(self.numeric)
        ]

    @property
    def cut(self) -> str:
        """What the page leaves out, in words."""
        left = len(self.rows) - self.most
        return (
            ""
            if left <= 0
            else f"{self.most} of {len(self.rows):,} rows; all are on sheet {self.name} of the workbook."
        )


def cell_text(value: Any) -> str:
    """A cell for people: numbers with as many digits as help."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return number(value, 0)
    if isinstance(value, float):
        if not math.isfinite(value):
            return "n/a"
        size = abs(value)
        decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 1 else 3 if size >= 0.01 else 5
        return number(value, 0 if value == int(value) and size < 1e15 else decimals)
    return str(value)


def unit_of(measure: str, currency: str) -> str:
    """Label and unit of a measure."""
    found = BY_NAME[measure]
    return f"{found.label} ({'%' if found.share else found.unit.replace('{currency}', currency)})"


def told(one: Interval, measure: str, money: Money | None = None) -> str:
    """A mean with its interval."""
    found = BY_NAME[measure]
    if money is not None:
        words = [money.number(value) for value in (one.mean, one.low, one.high)]
    elif found.share:
        words = [percent(value, 1) for value in (one.mean, one.low, one.high)]
    else:
        words = [number(value, 0 if abs(one.mean) >= 100 else 1) for value in (one.mean, one.low, one.high)]
    if one.n < 2 or not math.isfinite(one.low):
        return words[0]
    return f"{words[0]} ({words[1]} to {words[2]})"


def posture_table(source: Compared, weather: str) -> Table:
    """Postures of one weather, the cheapest first."""
    comparison, currency = source.comparison, source.business.currency
    ranked = comparison.ranking(weather)
    units: dict[str, Money] = {}
    for measure in SHOWN:
        if BY_NAME[measure].unit.startswith("{currency}"):
            units[measure] = Money.of(currency, [comparison.interval(weather, name, measure).mean for name in ranked])
    rows = [
        (name, *(told(comparison.interval(weather, name, measure), measure, units.get(measure)) for measure in SHOWN))
        for name in ranked
    ]
    columns = (
        "Posture",
        *(unit_of(measure, units[measure].unit if measure in units else currency) for measure in SHOWN),
    )
    return Table("Postures", f"Postures in {weather}: mean and 95 % interval", columns, tuple(rows))


def all_means(source: Compared) -> Table:
    """Mean and interval of every measure, posture and weather."""
    comparison = source.comparison
    rows = []
    for weather in comparison.weathers:
        for name in comparison.ranking(weather):
            for measure in MEASURES:
                one = comparison.interval(weather, name, measure.name)
                unit = measure.unit.replace("{currency}", source.business.currency)
                rows.append((weather, name, measure.label, unit, one.mean, one.low, one.high, one.n))
    columns = ("Weather", "Posture", "Measure", "Unit", "Mean", "Low, 95 %", "High, 95 %", "Futures")
    return Table("Postures", "Mean and 95 % interval of every measure", columns, tuple(rows))


def pair_table(source: Compared) -> Table:
    """Differences in total, carrying and stockout cost, future by future."""
    comparison, rows = source.comparison, []
    for weather in comparison.weathers:
        for a, b in combinations(comparison.postures, 2):
            for measure in ("total_cost", "carrying_cost", "stockout_cost"):
                pair = comparison.pair(weather, a, b, measure)
                one = pair.difference
                sure = clear(comparison, weather, a, b, measure)
                words = ("yes" if sure else "no") if one.n > 1 else "one future"
                label = BY_NAME[measure].label
                rows.append((f"{a} − {b}", weather, label, one.mean, one.low, one.high, percent(pair.p_ahead), words))
    columns = (
        *("Pair", "Weather", "Measure", f"Difference ({source.business.currency} a year)"),
        *("Low, 95 %", "High, 95 %", "Futures in which the first is lower", "Clear over all pairs"),
    )
    return Table("Differences", "Differences between postures on the same futures", columns, tuple(rows))


def part_table(source: Compared) -> Table:
    """Which part of the cost makes the difference between two postures."""
    from sim.report.cost_waterfall import columns, rows

    caption = "Parts of total cost: second posture less first, on the same futures"
    return Table("Cost parts", caption, columns(source.business.currency), tuple(rows(source.comparison)))


def around_table(source: Compared, step: int = 15) -> Table | None:
    """Value of stock by day around the first incident; None where nothing happens."""
    frame = source.run.around
    frame = frame[(frame["series"].astype(str) == "on_hand") & (frame["day"] % step == 0)].dropna(subset=["value"])
    if frame.empty:
        return None
    means = frame.groupby(["weather", "posture", "day"], observed=True)["value"].mean().unstack("day")
    rows = tuple((str(who), str(weather), *(float(x) for x in line)) for (weather, who), line in zip(
        means.index, means.to_numpy(), strict=True))  # fmt: skip
    columns = ("Posture", "Weather", *(f"day {int(day)}" for day in means.columns))
    caption = f"Mean value of stock on hand ({source.business.currency}) by days from the start of the first incident"
    return Table("Around", caption, columns, rows)


def measure_table(source: Compared) -> Table:
    """Every measure with its definition."""
    currency = source.business.currency
    rows = tuple((one.label, one.unit.replace("{currency}", currency), one.definition) for one in MEASURES)
    return Table("Measures", "Measures and what exactly is counted", ("Measure", "Unit", "Definition"), rows)


def file_table(path: Path, name: str, caption: str) -> Table:
    """A table that a run wrote.

    Raises
    ------
    UsageError : it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    if not lines:
        raise UsageError(f"{path}: is empty")
    width = len(lines[0])
    names = [heading.strip().lower() in NAMES for heading in lines[0]]
    body = [
        tuple(
            GUARD.sub("", cell) if name else _value(cell)
            for name, cell in zip(names, (*line, *[""] * width), strict=False)
        )
        for line in lines[1:]
    ]
    return Table(name, caption, tuple(word.replace("_", " ") for word in lines[0]), tuple(body), MOST)


def _value(text: str) -> Any:
    if CODE.fullmatch(text):
        return text
    try:
        found = float(text)
    except ValueError:
        return GUARD.sub("", text)
    if not math.isfinite(found):
        return text
    return (
        int(found)
        if found.is_integer() and abs(found) < 2**53 and "." not in text and "e" not in text.lower()
        else found
    )


def texts(value: Any) -> Sequence[str]:
    """Sentences of a manifest's part: a text or a list of them."""
    if isinstance(value, str):
        return [value] if value else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
