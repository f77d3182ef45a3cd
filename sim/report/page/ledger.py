"""The buffer ledger: for each line of each plan how much, why, by which formula, from which figures, at what cost a year."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sim.report import worked
from sim.report.page.rows import Table
from sim.report.page.source import Compared
from sim.report.page.trace import Retraced
from sim.report.style import counted, number, percent

#: lines of a plan that the page shows: those that cost most to carry
MOST = 120
COLUMNS = (
    *("Posture", "Item", "Warehouse", "From", "Policy", "Buffer (units)", "Buffer (days)", "Reorder point (units)"),
    *("Order-up-to level (units)", "Segment", "Target", "Reason", "Formula", "Inputs", "Warning"),
)


@dataclass(frozen=True)
class Entry:
    """One line as the page shows it.

    Attributes
    ----------
    told : its worked calculation; None where there is none.
    source : the file, row and edits that it is from; "" where a posture made it.
    agrees : whether it came out as it is stored, where it was made anew.
    """

    item: str
    warehouse: str
    origin: str
    buffer: str
    days: str
    levels: str
    carrying: str
    reason: str
    target: str
    formula: str
    inputs: str
    warning: str
    told: worked.Told | None = field(default=None, kw_only=True)
    source: str = field(default="", kw_only=True)
    agrees: bool = field(default=True, kw_only=True)


@dataclass(frozen=True)
class Group:
    """Lines of one segment.

    Attributes
    ----------
    segment : its name.
    count : lines in the plan, shown or not.
    carrying : what all of them cost to carry, money a year.
    entries : those that are shown.
    """

    segment: str
    count: int
    carrying: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Book:
    """Lines of one posture by segment, how many are left out, and how all came out when they were made anew."""

    posture: str
    groups: tuple[Group, ...]
    left_out: int
    told: str = ""
    differs: bool = False


def ledger(source: Compared, made: Mapping[str, Retraced] | None = None) -> list[Book]:
    """Plans of all postures, dearest lines first.

    Parameters
    ----------
    source : the comparison.
    made : its plans made anew, by posture; none where left out.
    """
    books = []
    costs = _costs(source)
    for posture in source.comparison.ranking(source.headline):
        again = (made or {}).get(posture)
        lines = [(costs.get((posture, line["item"], line["warehouse"]), (math.nan, math.nan)), line) for line in
                 source.manifest["plans"][posture]]  # fmt: skip
        lines.sort(key=lambda pair: (-pair[0][0] if math.isfinite(pair[0][0]) else math.inf, pair[1]["item"]))
        chosen = {id(line) for _, line in lines[:MOST]}
        groups = []
        for segment in dict.fromkeys(str(line.get("segment") or "no segment") for _, line in lines):
            here = [(cost, line) for cost, line in lines if str(line.get("segment") or "no segment") == segment]
            total = sum(cost[0] for cost, _ in here if math.isfinite(cost[0]))
            entries = tuple(_entry(line, cost[0], again) for cost, line in here if id(line) in chosen)
            groups.append(Group(segment, len(here), number(total, 0), entries))
        told, differs = (again.told, again.differs) if again else ("", False)
        books.append(Book(posture, tuple(groups), max(len(lines) - MOST, 0), told, differs))
    return books


def ledger_table(source: Compared) -> Table:
    """All lines of all plans, for the workbook."""
    costs = _costs(source)
    rows = []
    for posture in source.comparison.postures:
        for line in source.manifest["plans"][posture]:
            carrying, lost = costs.get((posture, line["item"], line["warehouse"]), (math.nan, math.nan))
            rows.append(
                (
                    *(posture, line["item"], line["warehouse"], line["origin"], line["policy"], line["safety_stock"]),
                    *(_days(line), line["reorder_point"], line["order_up_to"], line.get("segment", "")),
                    *(line.get(key, "") for key in ("target", "reason", "formula", "inputs", "warning")),
                    *(carrying, lost),
                )
            )
    money = f"{source.business.currency} a year, {source.headline}"
    return Table("Ledger", "Every line of every plan", (*COLUMNS, f"Carrying cost ({money})", f"Stockout cost ({money})"),
                 tuple(rows))  # fmt: skip


def worked_table(source: Compared, made: Mapping[str, Retraced]) -> Table:
    """The worked calculation of every line, each number in a cell of its own, for the workbook."""
    rows: list[tuple[Any, ...]] = []
    blank = ("",) * len(worked.columns())
    for posture in source.comparison.postures:
        again = made[posture]
        for line in source.manifest["plans"][posture]:
            key = (line["item"], line["warehouse"])
            same = "yes" if key in again.same else "no" if again.calculated else "not calculated again"
            trace = again.traces.get(key)
            cells = worked.row(trace) if trace else blank
            rows.append((posture, *key, same, *cells, again.origins.get(key, "")))
    columns = ("Posture", "Item", "Warehouse", "Comes out as stored", *worked.columns(), "From a file")
    return Table("Worked", "Worked calculation of every line", columns, tuple(rows))


def warned_lines(source: Compared, posture: str) -> list[str]:
    """How many lines of a plan were sized by a formula that is known to fail for such items; none where none was."""
    lines, costs = source.manifest["plans"][posture], _costs(source)
    paid = [costs.get((posture, line["item"], line["warehouse"]), (math.nan, math.nan))[0] for line in lines]
    warned = [cost for line, cost in zip(lines, paid, strict=True) if line.get("warning")]
    if not warned:
        return []
    total, theirs = (math.fsum(cost for cost in some if math.isfinite(cost)) for some in (paid, warned))
    share = f" ({percent(theirs / total)} of its carrying cost)" if total > 0 else ""
    return [
        f"{len(warned)} of {counted(len(lines), 'line')} of {posture}{share} carry a warning on the formula that sized "
        "them: see the buffer ledger."
    ]


def _costs(source: Compared) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Carrying and stockout cost a year of each line under the headline weather."""
    frame = source.run.items
    frame = frame[frame["weather"].astype(str) == source.headline]
    keys = zip(frame["posture"].astype(str), frame["item"].astype(str), frame["warehouse"].astype(str), strict=True)
    values = zip(frame["carrying_cost"].astype(float), frame["stockout_cost"].astype(float), strict=True)
    return dict(zip(keys, values, strict=True))


def _days(line: dict[str, Any]) -> float:
    """Buffer in days of the forecast; NaN without one."""
    return float(line["safety_stock"] / line["forecast"]) if line.get("forecast") else math.nan


def _number(value: Any, decimals: int = 0) -> str:
    return number(float(value), decimals) if isinstance(value, int | float) else "none"


def _entry(line: dict[str, Any], carrying: float, again: Retraced | None) -> Entry:
    key = (line["item"], line["warehouse"])
    trace = again.traces.get(key) if again else None
    small = abs(float(line["safety_stock"])) < 10
    reorder = line.get("reorder_point")
    levels = f"{line['policy']}: up to {_number(line['order_up_to'])}"
    if line["policy"] in ("s_S", "r_nQ") and reorder is not None:
        levels = f"{line['policy']}: at {_number(reorder)}, up to {_number(line['order_up_to'])}"
    entry = Entry(
        str(line["item"]),
        str(line["warehouse"]),
        str(line["origin"]),
        _number(line["safety_stock"], 1 if small else 0),
        number(_days(line), 1),
        levels,
        number(carrying, 0),
        *(str(line.get(name) or "") for name in ("reason", "target", "formula", "inputs", "warning")),
    )
    if again is None:
        return entry
    return replace(
        entry,
        told=worked.told(trace) if trace else None,
        source=again.origins.get(key, ""),
        agrees=not again.calculated or key in again.same,
    )
