"""The accounts of a run as tables: parts of each posture's cost, the sums they make, whether both fit what was booked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sim.measures import BY_NAME
from sim.report.page.account import EXACT, WRONG
from sim.report.page.rows import Table
from sim.report.page.terms import OTHER, accounts

if TYPE_CHECKING:
    from sim.report.page.source import Compared

CARRYING = (
    *("capital_cost", "storage_cost", "insurance_cost", "handling_cost"),
    *("obsolescence_cost", "spoilage_cost"),
)
STOCKOUT = ("lost_margin", "goodwill_cost", "backorder_penalty", "line_down_cost")
COLUMNS = ("Part", "Quantity (mean)", "Unit", "Rate (on values: a year)", "Key", "Money a year (mean)", "How")
NOTE = (
    "Recomputed: the mean quantity × the rate is the money that was booked, to a millionth; a constant × a mean is the mean "
    "of the products. Booked: the simulator books it in quantities that the run does not keep; where it says checked, the "
    "simulator itself held it against quantity × rate in every future. Parts that are zero in every future are left out."
)


def _lines(source: Compared, weather: str, posture: str) -> list[tuple[Any, ...]]:
    """Rows of one posture: its parts, and the sums that they make."""
    booked = {one.measure: one for one in accounts(source, weather, posture)}
    made: list[tuple[Any, ...]] = []
    sums: dict[str, float] = {}
    for names, total in ((CARRYING, "carrying_cost"), (STOCKOUT, "stockout_cost"), (OTHER, "total_cost")):
        rows = [row for name in names if name in booked for row in booked[name].rows]
        parts = [row[5] for row in rows] + (list(sums.values()) if names is OTHER else [])
        sums[total] = source.comparison.interval(weather, posture, total).mean
        fits = abs(sum(parts) - sums[total]) <= EXACT * max(abs(sums[total]), *map(abs, parts), 1.0)
        told = "sum of the above" if fits else f"{WRONG}: the parts above sum to {sum(parts):,.6g}"
        made += [*rows, (BY_NAME[total].label, "", "", "", "", sums[total], told)]
    return made


def account_tables(source: Compared, weather: str) -> list[Table]:
    """A table for each posture, the cheapest first, for the page."""
    return [
        Table("Accounts", f"{posture} in {weather}, {source.business.currency}", COLUMNS,
              tuple(_lines(source, weather, posture)))
        for posture in source.comparison.ranking(weather)
    ]  # fmt: skip


def account_table(source: Compared) -> Table:
    """All weathers and postures in one, for the workbook."""
    comparison = source.comparison
    rows = [
        (weather, posture, *line)
        for weather in comparison.weathers
        for posture in comparison.ranking(weather)
        for line in _lines(source, weather, posture)
    ]
    money = f"Money a year (mean, {source.business.currency})"
    columns = ("Weather", "Posture", *(money if name.startswith("Money") else name for name in COLUMNS))
    return Table("Accounts", "From quantities and rates to costs", columns, tuple(rows))


def unfit(tables: Iterable[Table]) -> list[str]:
    """What does not fit, in words; empty where all does."""
    return [f"{row[0]} of {table.caption}: {row[-1]}" for table in tables for row in table.rows if WRONG in row[-1]]
