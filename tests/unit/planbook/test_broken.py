"""A plan file that cannot be used says which sheet, row and column, which value, and what is allowed."""

import datetime

import pytest
from small_plans import business

import sim
from sim.planbook import plan_of, write

SHEET = "plan.xlsx: sheet Plan: "


def problems(made, **how):
    with pytest.raises(sim.ScenarioError) as caught:
        made.read(**how)
    return caught.value.problems


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Safety stock", "many", "Safety stock (units): 'many' is not a number (was 20)"),
        ("Safety stock", None, "Safety stock (units): is blank (was 20): a number of 0 or more is needed"),
        ("Safety stock", -3, "Safety stock (units): -3 (was 20) is not allowed: a number of 0 or more is needed"),
        ("Safety stock", 20.5, "Safety stock (units): 20.5 (was 20) is not allowed: this scenario counts whole units"),
        ("Safety stock", True, "Safety stock (units): True is not a number (was 20)"),
        ("Safety stock", datetime.datetime(2025, 3, 4), "Safety stock (units): 2025-03-04 is not a number (was 20)"),
        ("Safety stock", "1,5", "Safety stock (units): '1,5' is not a number; write a point for decimals and nothing "
         "between thousands (was 20)"),
        ("Order-up-to", "nan", "Order-up-to level (units): nan is not a number (was 100)"),
        ("Review every", 0, "Review every (days): 0 (was 7) is not allowed: a number above 0 is needed"),
        ("Policy", "base_stok", "Policy: 'base_stok' is not a policy (did you mean 'base_stock'?)"),
        ("Policy", None, "Policy: is blank (was base_stock): every line has a policy"),
        ("Forecast", 9, "Forecast (units a day): 9 (was 5.004109589): this column is not to be edited; notes of your "
         "own go under Why"),
        ("Reason", None, "Reason: is blank (was because): this column is not to be edited; notes of your own go under Why"),
        ("From", "T", "From: T (was S): this column is not to be edited; notes of your own go under Why"),
        ("Next review", "soon", "Next review (date): 'soon' is not a date such as 2025-12-31 (was 2025-04-07)"),
        ("Changed on", "3/2/25", "Changed on (date): '3/2/25' is not a date such as 2025-12-31"),
        ("Why", "=1+", "Why: '=1+' is a formula that no spreadsheet program has worked out and saved: write its value"),
        ("Safety stock", "=E3", "Safety stock (units): '=E3' is a formula that no spreadsheet program has worked out and "
         "saved: write its value"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(workbook, column, value, message):
    made = workbook()
    made.put(2, column, value)
    assert problems(made) == (f"{SHEET}row 2 (A): {message}",)


def test_edits_that_do_not_fit_are_named(workbook):
    made = workbook()
    made.put(2, "Safety stock", 30).put(2, "Order-up-to", 120)
    (told,) = problems(made)
    assert told.startswith(f"{SHEET}row 2 (A): Order-up-to level (units): 120 (was 100) does not fit safety_stock 30")


def test_all_problems_are_told_at_once(workbook):
    made = workbook()
    made.put(2, "Safety stock", "many").put(3, "Policy", "x").put(4, "Reorder point", "y")
    assert len(problems(made)) == 3


def test_a_deleted_row_is_named(workbook):
    made = workbook()
    made.sheet.delete_rows(3)
    assert problems(made) == (f"{SHEET}1 item has no row: B at Main",)


def test_a_duplicate_row_is_named(workbook):
    made = workbook()
    made.fill([*made.values(), made.values()[0]])
    assert problems(made) == (f"{SHEET}row 5: Item: 'A' at 'Main' is in row 2 too: a plan has one row for each",)


def test_an_added_row_of_an_unknown_item_is_named(workbook):
    made = workbook()
    made.put(5, "Item", "AC").put(5, "Warehouse", "Main").put(6, "Item", "A").put(6, "Warehouse", "Man")
    assert problems(made) == (
        f"{SHEET}row 5: Item: 'AC' is not an item of this scenario (did you mean 'A'?)",
        f"{SHEET}row 6 (A): Warehouse: 'Man' is not a warehouse of this scenario (did you mean 'Main'?)",
    )


def test_an_added_row_needs_a_policy_and_its_numbers(workbook):
    made = workbook()
    made.scenario = business(("A", "B", "0003", "C", "D"))
    made.put(5, "Item", "C").put(5, "Warehouse", "Main")
    made.put(6, "Item", "D").put(6, "Warehouse", "Main").put(6, "Policy", "r_nQ").put(6, "Order-up-to", 5)
    assert problems(made) == (
        f"{SHEET}row 5 (C): Policy: is blank: a new row needs it",
        f"{SHEET}row 5 (C): Order-up-to level (units): is blank: a new row needs it",
        f"{SHEET}row 6 (D): Reorder point (units): is blank: r_nQ needs it",
        f"{SHEET}row 6 (D): Order quantity (units): is blank: r_nQ needs it",
    )


def test_a_row_that_lost_its_item_or_was_sorted_apart_is_named(workbook):
    made = workbook()
    made.put(2, "Item", None).put(3, "Item", "C")
    assert problems(made) == (
        f"{SHEET}row 2: Item: is blank: this row was written for 'A'; were the columns sorted apart? to add a line, fill a "
        "new row",
        f"{SHEET}row 3: Item: C: this row was written for 'B'; were the columns sorted apart? to add a line, fill a new row",
    )


def test_a_plan_of_another_scenario_is_refused(workbook):
    made = workbook()
    made.scenario = business(("A", "Z"))
    told = problems(made)
    assert told[:2] == (
        f"{SHEET}row 3: Item: 'B' is not an item of this scenario (allowed: A, Z)",
        f"{SHEET}row 4: Item: '0003' is not an item of this scenario (allowed: A, Z)",
    )
    assert told[2] == f"{SHEET}1 item has no row: Z at Main"


def test_a_way_that_is_gone_is_named(workbook):
    made = workbook()
    lane = {"name": "t", "origin": ["T"], "destination": "Main", "legs": [{"transit": 4}]}
    items = [{"item": name, "standard_cost": 1.0, "supplier": "T"} for name in ("A", "B", "0003")]
    made.scenario = business(suppliers=[{"name": "T", "production_time": 1}], lanes=[lane], items=items)
    assert problems(made)[0] == f"{SHEET}row 2 (A): From: 'S': this scenario has no lane from there to 'Main'"


def test_an_order_quantity_comes_in_the_items_multiples(workbook):
    items = [{"item": name, "standard_cost": 1.0, "supplier": "S", "multiple": 5} for name in ("A", "B", "0003")]
    made = workbook(business=business(items=items))
    made.put(4, "Order quantity", 42)
    (told,) = problems(made)
    assert (
        told
        == f"{SHEET}row 4 (0003): Order quantity (units): 42 (was 35) is not allowed: the item comes in multiples of 5"
    )


def test_rows_of_two_plans_do_not_mix(workbook, plan, tmp_path):
    import dataclasses

    other = workbook(dataclasses.replace(plan, posture="jic")).values()
    made = workbook()
    made.fill([made.values()[0], *other[1:]])
    assert problems(made)[0] == (
        f"{SHEET}row 3 comes from another plan (posture 'jic' of 'small') than row 2 (posture 'hybrid' of 'small')"
    )


def test_columns_that_are_gone_or_strange_are_named(workbook):
    made = workbook()
    made.cell(1, "Why").value = "Wy"
    reason = made.cell(1, "Reason")
    reason.value = "Item"
    with pytest.raises(sim.ScenarioError, match="column 'Item' is there twice"):
        made.read()
    reason.value = "Reason"
    made.cell(1, "Inputs").value = "My own"
    told = problems(made)
    assert told == (
        "plan.xlsx: sheet Plan: column 'Wy' is no column of a plan (did you mean 'Why'?); notes of your own go under Why",
        told[1],
        "plan.xlsx: sheet Plan: column 'Why' is missing",
        "plan.xlsx: sheet Plan: column 'Inputs' is missing",
    )
    assert told[1].startswith("plan.xlsx: sheet Plan: column 'My own' is no column of a plan")


def test_a_damaged_hidden_cell_is_named(workbook):
    made = workbook()
    made.put(2, "as_written", '{"format":')
    told = problems(made)
    assert told[0].startswith(f"{SHEET}row 2 (A): as_written: this hidden cell is damaged (")


def test_a_file_without_the_hidden_column_is_refused(workbook):
    made = workbook()
    made.sheet.delete_cols(made.column("as_written"))
    assert problems(made) == ("plan.xlsx: sheet Plan: column 'as_written (hidden)' is missing",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda made, log: made.put(2, "New", 21, log),
            "row 2 (0003): New: 21 (was 20.0): the log keeps what was changed",
        ),
        (lambda made, log: made.put(2, "When", "soon", log), "row 2 (0003): When (date): 'soon' is not a date such as"),
        (
            lambda made, log: log.delete_rows(3),
            "change 2 of '0003' at 'Main' (minimum) is gone: a log keeps all its rows",
        ),
        (
            lambda made, log: made.put(4, "Item", "B", log),
            "row 4: B: is no change that was written here; edit the sheet",
        ),
        (lambda made, log: log.delete_cols(9), "column 'Why' is missing"),
    ],
)
def test_the_log_of_changes_cannot_be_rewritten(workbook, change, message):
    made = workbook()
    change(made, made.book["Changes"])
    (told,) = problems(made)
    assert told.startswith(f"plan.xlsx: sheet Changes: {message}")


def test_many_problems_are_cut(tmp_path):
    from small_plans import line

    from sim.plan import Plan

    names = tuple(f"I{number:03}" for number in range(50))
    scenario = business(names)
    path = tmp_path / "plan.csv"
    write(Plan("p", tuple(line(name) for name in names)), scenario, path)
    path.write_text(
        path.read_text(encoding="utf-8-sig").replace('"base_stock",20,', '"base_stock",x,'), encoding="utf-8"
    )
    with pytest.raises(sim.ScenarioError) as caught:
        plan_of(path, scenario)
    assert len(caught.value.problems) == 31
    assert caught.value.problems[0] == "plan.csv: row 2 (I000): safety_stock: 'x' is not a number (was 20)"
    assert caught.value.problems[-1] == "plan.csv: and 20 more problems"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plan.xlsx", b"rubbish", "plan.xlsx: is not an Excel workbook that can be opened"),
        ("plan.csv", b"", "plan.csv: is empty: the first row must name the columns"),
        ("plan.csv", b"item;warehouse\nA;Main\n", "divided by semicolons: a CSV table uses commas"),
        (
            "plan.csv",
            b"item,warehouse\n\xe4,Main\n",
            "plan.csv: is not UTF-8 text: byte 0xe4 in line 2; save it as UTF-8",
        ),
    ],
)
def test_rubbish_is_refused(tmp_path, scenario, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(sim.ScenarioError, match=message):
        plan_of(tmp_path / name, scenario)


def test_a_workbook_without_the_sheet_and_a_missing_file_are_told(workbook, tmp_path, scenario):
    made = workbook()
    made.sheet.title = "Pla"
    assert problems(made) == ("plan.xlsx: has no sheet 'Plan' (did you mean 'Pla'?)",)
    with pytest.raises(sim.UsageError, match=r"gone.xlsx: there is no such plan file"):
        plan_of(tmp_path / "gone.xlsx", scenario)
