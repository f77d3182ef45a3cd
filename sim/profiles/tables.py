"""A profile as rows of plain values, for files: one table of items, one of supply lines, one of stretches."""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Sequence
from io import StringIO
from typing import Any

import numpy as np

from sim.profiles.lead_time import LeadTimeProfile
from sim.profiles.profile import Profile

Row = dict[str, Any]
ITEM = ("item", "warehouse", "stretch")
LINE = ("supplier", "warehouse", "stretch")
#: columns of an item's figures, in the order of the file; `klass` is called class there
DEMAND = (
    *("klass", "mean", "mean_low", "mean_high", "sd", "days", "weeks", "demand_days", "adi", "cv2"),
    *("trend", "trend_low", "trend_high", "season", "peak", "autocorrelation"),
    *("first", "late", "mean_since", "sd_since", "thin", "thin_why"),
)
LEAD = (
    *("mode", "basis", "n", "open", "mean", "mean_low", "mean_high", "sd", "p10", "p50", "p90"),
    *("on_time", "late_p50", "late_p90", "crossed", "thin", "thin_why"),
)
NAMES = {"klass": "class", "late": "new", "n": "delivered", "thin_why": "why_thin"}


def table(profile: Profile) -> list[Row]:
    """Items: one row for each item, warehouse and kind of stretch; stable and disrupted where the item has both."""
    made: list[Row] = []
    for site, kinds in profile.demand.items():
        apart = np.flatnonzero(kinds["disrupted"].days) if "disrupted" in kinds else np.zeros(0, dtype=np.intp)
        for kind, found in kinds.items():
            columns = {name: _plain(getattr(found, name)) for name in DEMAND}
            whole = range(len(profile.items[site])) if kind == "all" else apart.tolist()
            for place in whole:
                row: Row = {"item": profile.items[site][place], "warehouse": site, "stretch": kind}
                made.append(row | {NAMES.get(name, name): values[place] for name, values in columns.items()})
    order = {site: {item: place for place, item in enumerate(items)} for site, items in profile.items.items()}
    sites = list(profile.items)
    return sorted(made, key=lambda row: (sites.index(row["warehouse"]), order[row["warehouse"]][row["item"]]))


def lead_rows(profile: Profile) -> list[Row]:
    """Supply lines: one row for each line and kind of stretch; stable and disrupted where the line has both."""
    made: list[Row] = []
    for (site, origin), kinds in profile.lead.items():
        for kind, found in kinds.items():
            if kind == "all" or "disrupted" in kinds:
                made.append({"supplier": origin, "warehouse": site, "stretch": kind} | _line(found))
    return made


def stretch_rows(profile: Profile) -> list[Row]:
    """Stretches: what was told apart, when and why."""
    return [
        {
            "name": one.name,
            "kind": one.kind,
            "basis": one.basis,
            "of": one.of,
            "item": one.item,
            "warehouse": one.site,
            "supplier": one.origin,
            "start": dated(one.start, profile.as_of),
            "end": dated(one.end, profile.as_of),
            "why": one.why,
        }
        for one in profile.stretches
    ]


STRETCH = ("name", "kind", "basis", "of", "item", "warehouse", "supplier", "start", "end", "why")


def columns_of(which: str) -> list[str]:
    """Column names of the table of ``items``, ``lead times`` or ``stretches``."""
    if which == "stretches":
        return list(STRETCH)
    head, rest = (ITEM, DEMAND) if which == "items" else (LINE, LEAD)
    return [*head, *(NAMES.get(name, name) for name in rest)]


def text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Rows as CSV text; numbers to six digits, nothing where there is no number."""
    found = StringIO()
    writer = csv.writer(found, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return found.getvalue()


def clean(row: Row) -> Row:
    """A row for JSON: no number is null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }


def dated(day: float, as_of: str) -> str:
    """A day counted from day 0 as a date, or as a number where the scenario has no calendar."""
    if not as_of:
        return f"{day:g}"
    try:
        return str(datetime.date.fromisoformat(as_of) + datetime.timedelta(days=day))
    except OverflowError:
        return f"{day:g}"


def _line(found: LeadTimeProfile) -> Row:
    return {NAMES.get(name, name): getattr(found, name) for name in LEAD}


def _plain(values: Any) -> list[Any]:
    made: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    return made


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) else ""
    return value
