"""A plan written and read back is the same plan, to the last bit and the last sign."""

import csv
import dataclasses
import datetime
import io
import math
import random

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_plans import business, line

import sim
from sim.plan import Change, Plan
from sim.planbook import plan_of, read, write
from sim.planbook.cells import RUNNING, guarded, same_number, shown, unguarded
from sim.planbook.columns import COLUMNS
from sim.policies import base_stock
from sim.postures import hybrid

BOTH = pytest.mark.parametrize("ending", ["xlsx", "csv"])


def again(plan, scenario, folder, ending, **how):
    path = folder / f"plan.{ending}"
    write(plan, scenario, path)
    return plan_of(path, scenario, **how)


@BOTH
def test_a_plan_comes_back_the_same(tmp_path, scenario, plan, ending):
    assert again(plan, scenario, tmp_path, ending) == plan


@BOTH
@pytest.mark.parametrize("name", ["meridian", "starter"])
def test_the_plan_of_a_posture_comes_back_the_same(tmp_path, ending, name):
    scenario = sim.load(name)
    made = hybrid().plan(scenario)
    assert again(made, scenario, tmp_path, ending) == made


@BOTH
def test_the_same_plan_gives_the_same_bytes(tmp_path, scenario, plan, ending, monkeypatch):
    paths = [tmp_path / f"{name}.{ending}" for name in "ab"]
    write(plan, scenario, paths[0])
    late = datetime.datetime(2031, 5, 6, 7, 8, 9)
    monkeypatch.setattr("time.localtime", lambda *_: late.timetuple())
    write(plan, scenario, paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_document_carries_the_plans_date_and_no_other(tmp_path, scenario, plan):
    write(plan, scenario, tmp_path / "plan.xlsx")
    properties = openpyxl.load_workbook(tmp_path / "plan.xlsx").properties
    assert properties.created == properties.modified == datetime.datetime(2025, 1, 6)


@BOTH
def test_infinite_numbers_and_texts_of_other_alphabets_come_back(tmp_path, scenario, plan, ending):
    odd = line("A", reorder_point=-math.inf, reason="Ångström\r\n\tzwölf 日本 \x07 \r end _x000D_", owner="O'Neil")
    made = dataclasses.replace(plan, lines=(odd, *plan.lines[1:]))
    assert again(made, scenario, tmp_path, ending) == made


@settings(max_examples=25, deadline=None)
@given(
    numbers=st.lists(st.floats(-1e300, 1e300), min_size=7, max_size=7),
    text=st.text(st.characters(codec="utf-8"), max_size=40),
    ending=st.sampled_from(["xlsx", "csv"]),
)
def test_any_numbers_and_texts_come_back(tmp_path_factory, numbers, text, ending):
    """Up to what a spreadsheet can hold: its greatest number is just below the greatest there is."""
    scenario = business(("A",))
    fields = ("safety_stock", "reorder_point", "order_up_to", "order_quantity", "minimum", "forecast", "lead_time")
    made = line("A", reason=text, owner=text, formula=text, **dict(zip(fields, numbers, strict=True)))
    made = dataclasses.replace(made, changes=(Change("safety_stock", numbers[0], numbers[1], text, "", text),))
    found = again(Plan(text, (made,), (text,)), scenario, tmp_path_factory.mktemp("plan"), ending)
    assert found == Plan(text, (made,), (text,))
    for field, number in zip(fields, numbers, strict=True):
        assert math.copysign(1, getattr(found.lines[0], field)) == math.copysign(1, number)


@BOTH
def test_a_policy_of_the_users_own_comes_back_when_it_is_trusted(tmp_path, scenario, plan, ending):
    own = line("A", base_stock)
    made = dataclasses.replace(plan, lines=(own, *plan.lines[1:]))
    assert again(made, scenario, tmp_path, ending, trust=True).lines[0].policy is base_stock
    with pytest.raises(sim.UsageError, match="imported only with --trust"):
        plan_of(tmp_path / f"plan.{ending}", scenario)


def test_a_policy_without_a_name_cannot_be_written(tmp_path, scenario, plan):
    made = dataclasses.replace(plan, lines=(line("A", lambda view: view.zero), *plan.lines[1:]))
    with pytest.raises(sim.UsageError, match=r"item 'A' at 'Main': its policy .* cannot be written down"):
        write(made, scenario, tmp_path / "plan.csv")


# --- text never runs -------------------------------------------------------------------------------------------------

NASTY = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    "'=1",
    "＝1",
    '=HYPERLINK("x")',
    "#N/A",
)


@BOTH
@pytest.mark.parametrize("text", NASTY)
def test_text_cannot_run_as_a_formula_and_comes_back(tmp_path, ending, text):
    scenario = business((text.strip() or "A", "B"))
    lines = (
        line(text.strip(), reason=text, owner=text, changes=(Change("minimum", text, text, text, text, text),)),
        line("B"),
    )
    made = Plan(text, lines, (text,))
    assert again(made, scenario, tmp_path, ending) == made
    if ending == "xlsx":
        for sheet in openpyxl.load_workbook(tmp_path / "plan.xlsx"):
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert kinds <= {"s", "n", "d"}, f"{sheet.title} holds a formula or an error"
    else:
        content = (tmp_path / "plan.csv").read_text(encoding="utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row]
        assert not [cell for cell in cells if cell.startswith(RUNNING)]


def test_a_cell_whose_text_might_run_is_marked_as_text(tmp_path, scenario, plan):
    """So that it stays text when somebody opens the cell and leaves it."""
    made = dataclasses.replace(plan, lines=(line("A", owner="=1"), *plan.lines[1:]))
    write(made, scenario, tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["Plan"]
    owner = [column.field for column in COLUMNS].index("owner") + 1
    assert sheet.cell(2, owner).quotePrefix
    assert not sheet.cell(3, owner).quotePrefix


@given(st.text())
def test_the_guard_of_csv_is_undone(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(RUNNING)


# --- as spreadsheet programs save it ---------------------------------------------------------------------------------


def test_a_sorted_filtered_and_moved_workbook_is_the_same_plan(workbook, plan):
    made = workbook()
    rows = made.values()
    random.Random(1).shuffle(rows)
    made.fill(rows[::-1])
    made.sheet.auto_filter.add_filter_column(3, ["r_nQ"])
    made.sheet.row_dimensions[3].hidden = True
    assert made.read() == plan


def test_columns_may_stand_in_any_order(workbook, plan):
    made = workbook()
    table = [[cell.value for cell in made.sheet[1]], *made.values()]
    for number, row in enumerate(table, start=1):
        for place, value in enumerate(reversed(row), start=1):
            cell = made.sheet.cell(number, place)
            cell.value, cell.number_format = value, "General"
            if isinstance(value, str):
                cell.data_type = "s"
    assert made.read() == plan


def test_numbers_as_text_and_names_as_numbers_are_the_same_plan(workbook, plan):
    """A spreadsheet program makes 3 of 0003 when it opens CSV, and keeps numbers as text where it was told so."""
    made = workbook()
    made.put(4, "Item", 3).put(2, "Safety stock", "20").put(2, "Next review", "2025-04-07")
    assert made.read() == plan


def test_csv_as_a_spreadsheet_program_saves_it_is_the_same_plan(tmp_path, scenario, plan):
    """Ten digits, dates as the country writes them, line ends of its own, letters it has no sign for."""
    write(plan, scenario, tmp_path / "plan.csv")
    text = (tmp_path / "plan.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert repr(5.004109589041096) in rows[1]
    for row in rows[1:]:
        row[0] = row[0].lstrip("0")
        for place, cell in enumerate(row[:-1]):
            if cell == repr(5.004109589041096):
                row[place] = "5.004109589"
            row[place] = (
                row[place].replace("√", "?").replace("2025-04-07", "07/04/2025").replace("2025-01-06", "1/6/25")
            )
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    (tmp_path / "plan.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    assert plan_of(tmp_path / "plan.csv", scenario) == plan


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (3.1416438356164383, 3.141643836, True),
        (3.1416438356164383, 3.1416, False),
        (1234567.125, 1234567.0, False),
        (1000000.0, 1000001.0, False),
        (0.00012345678912345, 0.000123457, True),
        (-math.inf, 0.0, False),
        (7.0, 7.0, True),
    ],
)
def test_only_what_saving_cuts_off_is_no_edit(wanted, found, same):
    assert same_number(found, wanted) is same


def test_the_head_says_for_what_the_plan_was_made(tmp_path, scenario, plan):
    write(plan, scenario, tmp_path / "plan.xlsx")
    head = read(tmp_path / "plan.xlsx", scenario).head
    assert (head.posture, head.notes, head.scenario, head.version) == ("hybrid", plan.notes, "small", sim.__version__)
    assert len(head.scenario_hash) == 16


def test_shown_keeps_lines_and_drops_what_no_cell_can_hold():
    assert shown("a\r\nb\rc\x00\x1fd\te") == "a\nb\nc  d\te"


# --- the workbook ----------------------------------------------------------------------------------------------------


def test_the_workbook_has_four_sheets_and_a_frozen_filtered_header(workbook):
    made = workbook()
    assert made.book.sheetnames == ["README", "Plan", "Changes", "Summary"]
    assert made.sheet.freeze_panes == "C2"
    assert made.sheet.auto_filter.ref == made.sheet.dimensions  # what is outside is not moved when a filter sorts
    hidden = {
        place for one in made.sheet.column_dimensions.values() if one.hidden for place in range(one.min, one.max + 1)
    }
    assert hidden == set(range(len(COLUMNS) + 1, made.column("as_written") + 1))
    assert made.cell(2, "Safety stock (units)").fill.fgColor.rgb != made.cell(2, "Reason").fill.fgColor.rgb
    assert made.cell(2, "Safety stock (units)").number_format == "#,##0"
    lists = [check for check in made.sheet.data_validations.dataValidation if check.type == "list"]
    assert "base_stock,s_S,r_nQ" in lists[0].formula1


def test_the_readme_names_scenario_plan_and_hashes_and_the_changes_are_logged(workbook):
    made = workbook()
    told = "\n".join(str(cell.value) for row in made.book["README"].iter_rows() for cell in row)
    for part in (
        "small, hash ",
        "posture hybrid, hash ",
        "2025-01-06",
        "0003 at Main (safety_stock)",
        "does not depend on a",
    ):
        assert part in told
    log = [list(row) for row in made.book["Changes"].iter_rows(min_row=2, values_only=True)]
    assert log == [
        ["0003", "Main", 1, "safety_stock", 10, 20, "Ann", datetime.datetime(2025, 1, 2), None],
        ["0003", "Main", 2, "minimum", 0, 5, "Bo", None, "pallet"],
    ]


def test_the_summary_values_buffers_at_standard_cost(workbook):
    rows = list(workbook().book["Summary"].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["base_stock", "r_nQ", "s_S", None]
    assert rows[-1][3:] == (3, 600, 1, 1)


def test_what_is_to_be_explained_stands_beside_the_line(workbook):
    made = workbook()
    assert made.cell(4, "To explain").value == "safety_stock"
    assert made.cell(2, "To explain").value is None


def test_a_text_too_long_for_a_cell_is_told(tmp_path, scenario, plan):
    made = dataclasses.replace(plan, lines=(line("A", reason="x" * 40_000), *plan.lines[1:]))
    with pytest.raises(
        sim.UsageError, match=r"item 'A' at 'Main': Reason: 40,000 characters: .* write the plan as .csv"
    ):
        write(made, scenario, tmp_path / "plan.xlsx")
    assert again(made, scenario, tmp_path, "csv") == made


@pytest.mark.parametrize("name", ["plan.ods", "plan"])
def test_other_endings_are_refused(tmp_path, scenario, plan, name):
    with pytest.raises(sim.UsageError, match=r"\.xlsx, \.csv"):
        write(plan, scenario, tmp_path / name)
    with pytest.raises(sim.UsageError, match="is no plan file"):
        plan_of(tmp_path / name, scenario)
