"""What an edit means for the other numbers of its line, and what is written down about it."""

import dataclasses
import datetime

import pytest
from small_plans import business, line, with_line

import sim
from sim.plan import Change, Plan
from sim.planbook import plan_of, write
from sim.planbook.edits import EditError, Note, edited
from sim.policies import base_stock

NOTE = Note("Ann", "2025-02-03", "supplier on strike")
LEVELS = ("safety_stock", "reorder_point", "order_up_to")
BASE = line("A")  # 20, 99, 100
MIN_MAX = line("A", "s_S", reorder_point=90.0, order_up_to=140.0)
LOTS = line("A", "r_nQ", reorder_point=90.0, order_up_to=125.0)


def levels(made):
    return tuple(getattr(made, field) for field in LEVELS)


@pytest.mark.parametrize(
    ("before", "cells", "after"),
    [
        # safety stock alone moves both levels by as much
        (BASE, {"safety_stock": 30.0}, (30, 109, 110)),
        (MIN_MAX, {"safety_stock": 30.0}, (30, 100, 150)),
        (LOTS, {"safety_stock": 15.0}, (15, 85, 120)),
        # the level alone is as written, the safety stock follows
        (BASE, {"order_up_to": 90.0}, (10, 89, 90)),
        (MIN_MAX, {"reorder_point": 95.0}, (25, 95, 140)),
        (LOTS, {"reorder_point": 60.0}, (-10, 60, 95)),
        # a maximum stands for itself
        (MIN_MAX, {"order_up_to": 200.0}, (20, 90, 200)),
        (MIN_MAX, {"safety_stock": 30.0, "order_up_to": 200.0}, (30, 100, 200)),
        # under r_nQ the order-up-to level is reorder point + order quantity
        (LOTS, {"order_quantity": 50.0}, (20, 90, 140)),
        (LOTS, {"order_quantity": 50.0, "safety_stock": 30.0}, (30, 100, 150)),
        (LOTS, {"order_quantity": 50.0, "order_up_to": 140.0}, (20, 90, 140)),
        # both, and they agree
        (BASE, {"safety_stock": 30.0, "order_up_to": 110.0}, (30, 109, 110)),
        (LOTS, {"safety_stock": 30.0, "reorder_point": 100.0, "order_up_to": 135.0}, (30, 100, 135)),
        # another policy keeps the safety stock
        (BASE, {"policy": "r_nQ"}, (20, 100, 135)),
        (LOTS, {"policy": "base_stock"}, (20, 89, 90)),
        (BASE, {"policy": "s_S", "order_up_to": 160.0}, (20, 100, 160)),
        (MIN_MAX, {"policy": "base_stock", "safety_stock": 25.0}, (25, 94, 95)),
        (BASE, {"policy": "push"}, (20, 99, 100)),
        # numbers beside the levels
        (BASE, {"minimum": 12.0, "review_every": 14.0}, (20, 99, 100)),
    ],
)
def test_an_edit_moves_what_hangs_on_it(before, cells, after):
    made = edited(before, cells, NOTE)
    assert levels(made) == after
    for field, value in cells.items():
        assert getattr(made, field) == value


@pytest.mark.parametrize(
    ("before", "cells", "field", "message"),
    [
        (BASE, {"safety_stock": 30.0, "order_up_to": 120.0}, "order_up_to",
         r"120 \(was 100\) does not fit safety_stock 30 \(was 20\): with that safety stock it would be 110; edit one"),
        (LOTS, {"safety_stock": 30.0, "reorder_point": 90.5}, "reorder_point", "does not fit safety_stock 30"),
        (BASE, {"reorder_point": 50.0}, "reorder_point", "under base_stock, reorder_point follows .* would be 99; edit"),
        (BASE, {"order_quantity": 70.0}, "order_quantity", r"70 \(was 35\): base_stock makes no use of order_quantity"),
        (MIN_MAX, {"order_quantity": 70.0}, "order_quantity", "s_S makes no use of order_quantity; .* choose r_nQ"),
        (LOTS, {"order_up_to": 200.0}, "order_up_to", "follows from the other numbers and would be 125; edit reorder_point"),
        (MIN_MAX, {"reorder_point": 140.0}, "reorder_point", "s_S needs an order_up_to above the reorder_point"),
        (BASE, {"policy": "s_S"}, "policy", "they would be 100 and 100"),
        (BASE, {"policy": "push", "safety_stock": 3.0}, "safety_stock", "push makes no use of safety_stock"),
    ],
)  # fmt: skip
def test_edits_that_contradict_each_other_or_do_nothing_are_refused(before, cells, field, message):
    with pytest.raises(EditError, match=message) as caught:
        edited(before, cells, NOTE)
    assert caught.value.field == field


def test_a_policy_of_the_users_own_takes_every_number_as_written():
    own = dataclasses.replace(BASE, policy=base_stock)
    made = edited(own, {"safety_stock": 30.0, "reorder_point": 5.0}, NOTE)
    assert levels(made) == (30, 5, 100)


def test_what_was_edited_and_what_follows_are_written_down():
    made = edited(MIN_MAX, {"safety_stock": 30.0}, NOTE)
    assert made.changes == (
        Change("safety_stock", 20.0, 30.0, "Ann", "2025-02-03", "supplier on strike"),
        Change("reorder_point", 90.0, 100.0, "Ann", "2025-02-03", "follows safety_stock"),
        Change("order_up_to", 140.0, 150.0, "Ann", "2025-02-03", "follows safety_stock"),
    )
    assert made.unexplained == ()
    assert edited(MIN_MAX, {"safety_stock": 30.0}, Note()).unexplained == ("safety_stock",)
    assert edited(MIN_MAX, {}, NOTE) is MIN_MAX


def test_levels_stay_whole_where_the_safety_stock_as_sized_is_not():
    """A whole level less a mean is no whole number: 20.4 units edited to 30 raise a level of 100 by 10, not by 9.6."""
    sized = dataclasses.replace(BASE, safety_stock=20.4)
    assert levels(edited(sized, {"safety_stock": 30.0}, NOTE, whole=True)) == (30, 109, 110)
    assert levels(edited(sized, {"safety_stock": 15.0}, NOTE, whole=True)) == (15, 94, 95)
    assert levels(edited(sized, {"safety_stock": 30.0}, NOTE)) == pytest.approx((30, 108.6, 109.6))


# --- in a workbook ---------------------------------------------------------------------------------------------------


def test_an_edited_workbook_is_the_same_plan_but_for_the_edits(workbook, plan):
    made = workbook()
    made.put(2, "Safety stock", 25).put(2, "Changed by", "Bo").put(2, "Changed on", datetime.datetime(2025, 2, 3))
    made.put(2, "Why", "port strike announced").put(3, "Order-up-to level", 160.0)
    first = (
        Change("safety_stock", 20.0, 25.0, "Bo", "2025-02-03", "port strike announced"),
        Change("order_up_to", 100.0, 105.0, "Bo", "2025-02-03", "follows safety_stock"),
        Change("reorder_point", 99.0, 104.0, "Bo", "2025-02-03", "follows safety_stock"),
    )
    wanted = with_line(plan, 0, safety_stock=25.0, order_up_to=105.0, reorder_point=104.0, changes=first)
    wanted = with_line(wanted, 1, order_up_to=160.0, changes=(Change("order_up_to", 140.0, 160.0),))
    found = made.read()
    assert found == wanted
    assert found.lines[1].unexplained == ("order_up_to",)
    assert plan_of(made.path, made.scenario) == wanted


def test_edits_are_found_in_a_sorted_workbook(workbook, plan):
    made = workbook()
    made.fill(made.values()[::-1])
    made.put(4, "Safety stock", 25).put(4, "Why", "because")
    found = made.read()
    assert [line.item for line in found.lines] == ["A", "B", "0003"]
    assert found.lines[0].safety_stock == 25
    assert found.lines[1:] == plan.lines[1:]


def test_edits_are_found_in_csv(tmp_path, scenario, plan):
    path = tmp_path / "plan.csv"
    write(plan, scenario, path)
    text = path.read_text(encoding="utf-8-sig").splitlines()
    assert text[1].startswith('"A","Main","S","base_stock",20,')
    text[1] = text[1].replace('"A","Main","S","base_stock",20,', "A,Main,S,base_stock,25.0,")
    path.write_text("\n".join(text), encoding="utf-8")
    found = plan_of(path, scenario)
    assert levels(found.lines[0]) == (25, 104, 105)
    assert found.lines[0].unexplained == ("safety_stock",)


def test_people_and_dates_of_review_are_filled_in_without_a_reason(workbook, plan):
    made = workbook()
    made.put(3, "Owner", "Cy").put(3, "Approver", "Di").put(3, "Next review", datetime.datetime(2025, 6, 1))
    made.put(2, "Next review", None)
    wanted = with_line(plan, 1, owner="Cy", approver="Di", next_review="2025-06-01")
    assert made.read() == with_line(wanted, 0, next_review="")


def test_a_date_that_lost_its_format_is_still_a_date(workbook, plan):
    made = workbook()
    made.put(3, "Next review", 45809).cell(3, "Next review").number_format = "General"
    assert made.read().lines[1].next_review == "2025-06-01"


def test_the_edited_plan_written_again_keeps_its_changes_and_its_flags(workbook, tmp_path, scenario):
    made = workbook()
    made.put(3, "Order-up-to level", 160.0)
    found = made.read()
    for ending in ("xlsx", "csv"):
        write(found, scenario, tmp_path / f"again.{ending}")
        assert plan_of(tmp_path / f"again.{ending}", scenario) == found


def test_a_reason_left_out_may_be_written_under_why(workbook, plan):
    made = workbook()
    made.put(4, "Why", "agreed with the supplier").put(4, "Changed by", "Cy")
    line = made.read().lines[2]
    assert line.changes[0] == Change("safety_stock", 10.0, 20.0, "Ann", "2025-01-02", "agreed with the supplier")
    assert line.changes[1:] == plan.lines[2].changes[1:]
    assert line.unexplained == ()


def test_a_reason_left_out_may_be_written_on_the_sheet_of_changes(workbook, plan):
    made = workbook()
    log = made.book["Changes"]
    made.put(2, "Why", "agreed with the supplier", log).put(3, "When", datetime.datetime(2025, 1, 3), log)
    changes = made.read().lines[2].changes
    assert changes[0].why == "agreed with the supplier"
    assert changes[1] == dataclasses.replace(plan.lines[2].changes[1], when="2025-01-03")


def test_a_reason_without_an_edit_is_kept_as_a_note(workbook, plan):
    made = workbook()
    made.put(2, "Why", "looked at, stays").put(2, "Changed by", "Bo")
    assert made.read() == with_line(plan, 0, changes=(Change("note", "", "", "Bo", "", "looked at, stays"),))


def test_a_saved_formula_is_as_good_as_its_value(workbook):
    """As a spreadsheet program saves it: the formula, and the value beside it."""
    import zipfile

    made = workbook()
    made.put(2, "Safety stock", "=5*5").put(2, "Why", "five days of five")
    made.book.save(made.path)
    with zipfile.ZipFile(made.path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet2.xml"
    assert b"<f>5*5</f><v />" in parts[sheet] or b"<f>5*5</f><v/>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<f>5*5</f><v />", b"<f>5*5</f><v>25</v>")
    parts[sheet] = parts[sheet].replace(b"<f>5*5</f><v/>", b"<f>5*5</f><v>25</v>")
    with zipfile.ZipFile(made.path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    assert levels(plan_of(made.path, made.scenario).lines[0]) == (25, 104, 105)


# --- added rows ------------------------------------------------------------------------------------------------------


def larger(*names):
    return business(("A", "B", "0003", *names))


def test_a_row_may_be_added_for_an_item_that_is_new_to_the_scenario(workbook, plan):
    made = workbook()
    made.scenario = larger("C")
    for name, value in {
        "Item": "C",
        "Warehouse": "Main",
        "Policy": "s_S",
        "Reorder point": 7,
        "Order-up-to": 30,
    }.items():
        made.put(6, name, value)
    found = made.read()
    assert found.lines[:3] == plan.lines
    new = found.lines[3]
    assert (new.item, new.origin, new.policy, new.reorder_point, new.order_up_to) == ("C", "S", "s_S", 7.0, 30.0)
    assert (new.review_every, new.lead_time, new.reason) == (7.0, 14.0, "added in the spreadsheet")
    assert new.changes == (Change("line", "", "added"),)
    assert new.unexplained == ("line",)


def test_a_row_may_be_added_by_copying_another(workbook, plan):
    made = workbook()
    made.scenario = larger("C")
    rows = made.values()
    made.fill([*rows, ["C", *rows[1][1:]]])
    made.put(5, "Why", "as B")
    found = made.read()
    assert found.lines[:3] == plan.lines
    assert levels(found.lines[3]) == levels(plan.lines[1])
    assert found.lines[3].unexplained == ()


def test_a_row_of_an_item_that_the_scenario_dropped_may_be_deleted(workbook, plan):
    made = workbook()
    made.scenario = business(("A", "0003"))
    made.sheet.delete_rows(3)
    assert made.read().lines == (plan.lines[0], plan.lines[2])


def test_an_edited_plan_can_be_lived_through(workbook):
    made = workbook()
    made.put(2, "Safety stock", 90).put(3, "Policy", "base_stock").put(4, "Order quantity", 70)
    found = made.read()
    assert isinstance(found, Plan)
    cost = sim.compare(made.scenario, [found], replications=2).interval("as written", "hybrid", "total_cost")
    assert cost.mean > 0
