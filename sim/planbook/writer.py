"""Writing a plan to a spreadsheet, as a workbook or as CSV; the same plan gives the same bytes."""

from __future__ import annotations

import csv
import math
from io import StringIO
from pathlib import Path
from typing import Any

from sim.errors import UsageError
from sim.plan import Plan
from sim.planbook.cells import guarded
from sim.planbook.columns import AS_WRITTEN, COLUMNS
from sim.planbook.contents import head_of, values
from sim.planbook.written import Head, packed
from sim.scenario import Scenario

FORMATS = (".xlsx", ".csv")


def write(plan: Plan, scenario: Scenario, path: str | Path, date: str = "") -> None:
    """Write a plan as .xlsx or .csv, as the path ends.

    Parameters
    ----------
    plan : what to write.
    scenario : the business it is for.
    path : of the file; overwritten.
    date : ISO date of the document; the latest on which a line was decided when left out.

    Raises
    ------
    UsageError : another ending, a policy that cannot be written down, a text too long for a cell, or a disk that refuses.
    """
    from sim.runs import write_atomic

    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path}: a plan is written as one of {', '.join(FORMATS)}")
    date = date or max((line.decided for line in plan.lines), default="")
    head = head_of(plan, scenario)
    if path.suffix.lower() == ".csv":
        write_atomic(path, _csv(plan, head).encode("utf-8-sig"))
        return
    from sim.planbook.workbook import workbook

    write_atomic(path, workbook(plan, scenario, head, date))


def _csv(plan: Plan, head: Head) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([column.field for column in COLUMNS] + [AS_WRITTEN])
    for place, line in enumerate(plan.lines):
        cells = values(line)
        writer.writerow([*(_field(cells[column.field]) for column in COLUMNS), packed(head, place, line)])
    return text.getvalue()


def _field(value: Any) -> Any:
    """A cell of CSV: whole numbers without a point, text that cannot run."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    return int(value) if value.is_integer() and abs(value) < 2**53 and math.copysign(1, value) > 0 else value
