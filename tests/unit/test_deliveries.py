"""Delivery records: read as meant from every kind of table, cut off on any morning, all problems at once."""

import datetime
import math

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim import reading
from sim.errors import ScenarioError
from sim.windows import Window, day_of

BASE = {
    "horizon": 9,
    "as_of": "2024-03-01",
    "deliveries": "past.csv",
    "items": [{"item": "pump", "standard_cost": 1, "supplier": "V14 air"}],
    "suppliers": [{"name": "V14 air"}, {"name": "V14 sea"}],
    "warehouses": [{"name": "hub"}],
    "lanes": [
        {"name": "a", "origin": ["V14 air"], "destination": "hub", "mode": "air"},
        {"name": "s", "origin": ["V14 sea"], "destination": "hub", "mode": "sea"},
    ],
    "demand": [{"item": "pump", "warehouse": "hub", "model": "poisson", "mean": 1}],
}
HEAD = "item,supplier,warehouse,mode,ordered,promised,delivered,quantity"


def read(folder, *lines, head=HEAD, **keys):
    (folder / "past.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return reading.scenario_of({**BASE, **keys}, folder, "mine.toml").delivered


def told(folder, *lines, head=HEAD, **keys):
    with pytest.raises(ScenarioError) as caught:
        read(folder, *lines, head=head, **keys)
    return [
        problem.removeprefix("mine.toml: ").removeprefix("deliveries: past.csv: ") for problem in caught.value.problems
    ]


def test_dates_become_days_from_day_0_and_blanks_are_open(tmp_path):
    found = read(
        tmp_path,
        "pump,V14 air,hub,AIR,2024-01-01,2024-02-01,2024-02-11,5",
        "pump,V14 sea,,,2024-02-20,,,",
    )
    assert found.ordered.tolist() == [-60, -10]
    assert found.lead_times[0] == 41
    assert found.lateness[0] == 10
    assert math.isnan(found.lead_times[1])
    assert math.isnan(found.quantity[1])
    assert math.isnan(found.waited[1])
    assert found.before(0).waited[1] == 10
    assert found.lines == [("hub", "V14 air"), ("hub", "V14 sea")]
    assert len(found.of_line("V14 sea", "hub")) == 1
    assert len(found.of_line("V99", "hub")) == 0


def test_numbers_are_days_from_day_0_and_need_no_calendar(tmp_path):
    found = read(
        tmp_path, "pump,V14 air,-30,-5", "pump,V14 air,-7,", head="item,supplier,ordered,delivered", as_of=None
    )
    assert found.ordered.tolist() == [-30, -7]
    assert found.lead_times[0] == 25


def test_every_kind_of_table_says_the_same(tmp_path):
    columns = {
        "item": ["pump", "pump"],
        "supplier": ["V14 air", "V14 sea"],
        "ordered": [datetime.date(2024, 1, 1), datetime.date(2024, 2, 20)],
        "delivered": [datetime.date(2024, 2, 11), None],
        "quantity": [5.0, 2.0],
    }
    pq.write_table(pa.table(columns), tmp_path / "past.parquet")
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Past")
    sheet.append(list(columns))
    for row in zip(*columns.values(), strict=True):
        sheet.append(list(row))
    book.save(tmp_path / "past.xlsx")
    lines = ["pump,V14 air,2024-01-01,2024-02-11,5", "pump,V14 sea,2024-02-20,,2"]
    found = [read(tmp_path, *lines, head="item,supplier,ordered,delivered,quantity")]
    for name in ("past.parquet", "past.xlsx#Past"):
        found.append(reading.scenario_of({**BASE, "deliveries": name}, tmp_path).delivered)
    for other in found[1:]:
        for column in ("ordered", "promised", "delivered", "quantity"):
            assert np.array_equal(getattr(found[0], column), getattr(other, column), equal_nan=True)
        assert other.supplier[0] == found[0].supplier[0]


def test_before_a_day_nothing_of_that_day_or_later_is_known(tmp_path):
    lines = ["pump,V14 air,-30,-10", "pump,V14 air,-20,0", "pump,V14 air,-5,", "pump,V14 air,0,4"]
    found = read(tmp_path, *lines, head="item,supplier,ordered,delivered").before(0)
    assert found.ordered.tolist() == [-30, -20, -5]
    assert np.isnan(found.delivered).tolist() == [False, True, True]
    assert np.isnan(found.waited[0])
    assert found.waited[1:].tolist() == [20, 5]
    earlier = found.before(-10)
    assert earlier.ordered.tolist() == [-30, -20]
    assert earlier.waited.tolist() == [20, 10]
    assert found.before(50).seen == 0


def test_all_problems_are_told_at_once(tmp_path):
    problems = told(
        tmp_path,
        "pmp,V14 air,hub,air,2024-01-01,,2024-02-01,1",
        "pump,V14,hub,,2024-01-01,,2024-02-01,1",
        "pump,V14 air,Hub,,2024-01-41,,2024-02-01,1",
        "pump,V14 air,hub,sea,2024-01-05,tomorrow,2024-01-01,-1",
        ",V14 air,hub,,2024-01-05,,,",
    )
    assert problems == [
        "row 4: ordered: '2024-01-41' is not a date such as 2025-12-31",
        "row 5: promised: 'tomorrow' is not a date such as 2025-12-31",
        "row 5: delivered: lies before ordered",
        "item: is missing in 1 rows",
        "row 5: quantity: is below 0",
        "item 'pmp' is not an item of this scenario (did you mean 'pump'?)",
        "supplier 'V14' is not a supplier of this scenario (did you mean 'V14 sea'?)",
        "warehouse 'Hub' is not a warehouse of this scenario (did you mean 'hub'?)",
        "row 5: mode 'sea': the lane from 'V14 air' to 'hub' goes by 'air': a supplier that ships by several modes is one "
        "supplier and lane for each",
    ]


@pytest.mark.parametrize(
    ("lines", "keys", "problem"),
    [
        (["pump,V14 air,hub,,2024-01-01,,,"], {"as_of": None}, "ordered: holds dates: give as_of, the date of day 0"),
        (
            ["pump,V14 air,hub,,2024-01-01,,-3,"],
            {},
            "ordered: dates and numbers of days are mixed; write all times alike",
        ),
        (["pump,V14 air,hub,,,,2024-01-01,"], {}, "row 2: ordered: is missing"),
        (["pump,V14 air,hub,,-3.5,,,"], {}, "row 2: ordered: is not a whole number of days from day 0"),
        (["pump,V14 air,hub,,1700-01-01,,,"], {}, "row 2: ordered: '1700-01-01' is not a date such as 2025-12-31"),
        (["pump,V14 air,hub,,2024-01-01,,,many"], {}, "row 2: quantity: 'many' is not a number"),
        ([], {}, "holds no rows"),
    ],
)
def test_one_problem_is_told_as_it_is(tmp_path, lines, keys, problem):
    found = told(tmp_path, *lines, **keys)
    assert [one.removeprefix("past.csv: ") for one in found] == [problem]


def test_many_problems_of_one_kind_are_counted(tmp_path):
    found = told(tmp_path, *["pump,V14 air,hub,,2024-01-05,,2024-01-01,"] * 9)
    assert len(found) == 6
    assert found[-1] == "delivered: lies before ordered in 4 more rows"


def test_columns_are_checked(tmp_path):
    found = told(tmp_path, "pump,1", head="item,deliverd")
    assert found[0].startswith("column 'deliverd': unknown key (did you mean 'delivered'?)")
    assert found[1] == "needs the columns item, supplier, ordered, delivered; it has item, deliverd"


def test_a_supplier_without_a_lane_and_a_warehouse_that_is_not_said(tmp_path):
    keys = {"warehouses": [{"name": "hub"}, {"name": "depot"}]}
    assert told(tmp_path, "pump,V14 air,depot,,2024-01-05,,,", **keys) == ["supplier 'V14 air' has no lane to 'depot'"]
    assert told(tmp_path, "pump,V14 air,2024-01-05,", head="item,supplier,ordered,delivered", **keys) == [
        "needs a column warehouse: there are 2 of them"
    ]


def test_problems_of_history_windows_and_deliveries_come_together(tmp_path):
    (tmp_path / "sales.csv").write_text("item,date,units\npump,2024-01-01,-4\n")
    windows = [
        {"name": "strike", "start": "2024-01-10", "end": "2024-01-05", "kind": "disrupted"},
        {"name": "odd", "start": "someday", "end": 4, "kind": "stable"},
    ]
    found = told(tmp_path, "pmp,V14 air,hub,,2024-01-01,,,", history="sales.csv", as_of="2024-01-02", stretches=windows)
    assert found == [
        "history: sales.csv: row 2: units of 'pump': -4 is not a number of 0 or more",
        "stretches[0] (strike): ends on 2024-01-05, not after its start on 2024-01-10",
        "stretches[1] (odd): 'someday' is neither a date such as 2025-12-31 nor a number of days from day 0",
        "item 'pmp' is not an item of this scenario (did you mean 'pump'?)",
    ]


def test_as_of_is_a_date_wherever_it_is_needed(tmp_path):
    assert told(tmp_path, "pump,V14 air,hub,,2024-01-05,,,", as_of="March") == [
        "as_of: 'March' is not a date such as 2025-12-31"
    ]


def test_windows_are_disrupted_or_stable_and_have_names_of_their_own():
    def window(name, start, end, kind, **more):
        return {"name": name, "start": start, "end": end, "kind": kind, **more}

    base = {key: value for key, value in BASE.items() if key != "deliveries"}
    sound = [
        window("a", -9, -5, "disrupted"),
        window("b", -5, -1, "stable"),
        window("c", datetime.date(2024, 1, 1), -20, "disrupted"),
    ]
    made = reading.scenario_of({**base, "stretches": sound})
    assert [one.days(made.day_zero) for one in made.stretches] == [(-9, -5), (-5, -1), (-60, -20)]
    apart = [window("a", -9, -5, "disrupted", covers="demand"), window("b", -9, -5, "stable", covers="lead times")]
    assert len(reading.scenario_of({**base, "stretches": apart}).stretches) == 2
    for wrong, problem in (
        ([window("a", -9, -5, "disrupted"), window("b", -6, -1, "stable")], "stretches: 'a' and 'b' overlap"),
        ([window("a", -9, -5, "disrupted"), window("a", -4, -1, "disrupted")], "stretches: 'a' is there 2 times"),
        ([window("a", -9, -5, "calm")], "stretches[0] (a).kind: 'calm' is not allowed"),
        ([window("a", "2024-01-01", -5, "stable") | {"until": 3}], "stretches[0] (a).until: unknown key"),
    ):
        with pytest.raises(ScenarioError) as caught:
            reading.scenario_of({**base, "stretches": wrong})
        assert len(caught.value.problems) == 1
        assert problem in caught.value.problems[0]


def test_a_date_without_a_calendar_says_what_is_missing():
    with pytest.raises(ValueError, match="give as_of, the date of day 0"):
        day_of("2024-01-01", None)
    with pytest.raises(ValueError, match="is not a day"):
        day_of("inf", None)
    assert Window(name="w", start="-3", end="0", kind="stable").days(None) == (-3.0, 0.0)
