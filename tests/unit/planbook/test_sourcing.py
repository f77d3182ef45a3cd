"""Second suppliers, backups, slots and surge in a plan's spreadsheet: there and back, edited, and from older files."""

import csv
import json

import pytest
from small_plans import business, line

import sim
from sim.plan import Plan
from sim.planbook import plan_of, write

SUPPLIERS = [
    {"name": "S", "production_time": 10, "capacity": 50, "surge_capacity": 5, "reserved_time": 3},
    {"name": "T", "production_time": 2},
]
LANES = [
    {"name": "truck", "origin": ["S", "T"], "destination": "Main", "mode": "truck", "legs": [{"transit": 4}]},
]
TERMS = {"backup_origin": "T", "backup_after": 7.0, "backup_ramp": 3.5, "backup_qualifies": 60.0, "backup_below": 0.2}


@pytest.fixture
def scenario():
    return business(suppliers=SUPPLIERS, lanes=LANES)


@pytest.fixture
def plan():
    lines = (
        line("A", second_origin="T", second_share=0.3, **TERMS),
        line("B", surge_below=2.5),
        line("0003", reserved=1.0),
    )
    return Plan("levers", lines)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_there_and_back(tmp_path, scenario, plan, ending):
    path = tmp_path / f"plan.{ending}"
    write(plan, scenario, path)
    assert plan_of(path, scenario) == plan


def test_a_planner_types_a_second_supplier_and_a_backup(workbook, scenario, plan):
    book = workbook(plan, scenario)
    book.put(3, "Second supplier", "T").put(3, "Second share", 0.25).put(3, "Why", "strike ahead")
    book.put(2, "Backup after", 3)
    a, b, _ = book.read().lines
    assert (b.second_origin, b.second_share, a.backup_after) == ("T", 0.25, 3.0)
    assert [(one.field, one.old, one.new, one.why) for one in b.changes] == [
        ("second_origin", "", "T", "strike ahead"),
        ("second_share", 0.0, 0.25, "strike ahead"),
    ]
    assert a.unexplained == ("backup_after",)


@pytest.mark.parametrize(
    ("row", "cells", "told"),
    [
        (2, {"Backup": "S"}, "row 2 (A): Backup: 'S' is the primary itself"),
        (2, {"Backup": "U"}, "row 2 (A): Backup: 'U' is not a supplier of this scenario"),
        (2, {"Second share": 1.2}, "row 2 (A): Second share (share): 1.2: a share above 0 and below 1 is allowed"),
        (2, {"Backup after": -3}, "row 2 (A): Backup after (days): -3 (was 7) is not allowed"),
        (3, {"Backup ramp": 3}, "row 3 (B): Backup ramp (days): 3, but no backup_origin says who steps in"),
    ],
)
def test_what_cannot_be_is_told_by_row(workbook, scenario, plan, row, cells, told):
    book = workbook(plan, scenario)
    for name, value in cells.items():
        book.put(row, name, value)
    with pytest.raises(sim.ScenarioError) as caught:
        book.read()
    assert told in str(caught.value)


def test_a_file_of_an_earlier_version_reads_as_before(tmp_path, scenario):
    """Without the columns, in the table and in the hidden cells: nobody but the first supplier delivers."""
    plain = Plan("old", (line("A"), line("B"), line("0003")))
    path = tmp_path / "plan.csv"
    write(plain, scenario, path)
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    gone = ("second_", "backup_", "reserved", "surge_below")
    for row in rows:
        for name in [name for name in row if name.startswith(gone)]:
            del row[name]
        hidden = json.loads(row["as_written"])
        hidden["line"] = {name: value for name, value in hidden["line"].items() if not name.startswith(gone)}
        row["as_written"] = json.dumps(hidden)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert plan_of(path, scenario) == plain
