"""Each trap of ERP exports is a small file: it is read right, or said, or asked for; nothing is dropped or guessed."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError, UsageError

TRAPS = Path(__file__).parent.parent.parent / "intake"


def test_sap_item_master(bring):
    """Price unit, goods receipt, own production, decimal comma, trailing minus, critical flag, zeros for 'not set'."""
    made = bring("sap_items.csv", "sap_demand.csv")
    pump, valve, housing = (made.items[f"0000004{n}"] for n in (2, 3, 4))
    assert float(pump["standard_cost"]) == pytest.approx(1234.5 / 100)  # VPRSV S: STPRS, per 100
    assert float(valve["standard_cost"]) == pytest.approx(80.5 / 10)  # V: VERPR, per 10
    assert float(housing["standard_cost"]) == 7.25
    assert (pump["criticality"], valve["criticality"]) == ("halts production", "inconveniences")
    lead = {name: float(row["production_time.mean"]) for name, row in made.suppliers.items()}
    assert lead == {"V1 37 d": 30 + 5 * 1.4, "V1 20 d": 20, "own production": (10 + 5) * 1.4}
    assert housing["supplier"] == "own production"
    current = {row["item"]: row for row in made.table("current.csv")}
    assert current["00000042"] == {
        "item": "00000042",
        "warehouse": "1000",
        "safety_stock": "12",
        "reorder_point": "40",
        "multiple": "5",
        "minimum": "10",
    }
    assert current["00000043"]["reorder_point"] == ""  # 0 and no reorder-point planning: not set
    assert made.sales["00000042", "1000", "2025-01-03"] == 1250
    assert made.sales["00000043", "1000", "2025-01-04"] == 4  # 20250104
    assert "is below 0" in made.said("sap_items.csv", 2)  # 302,35-
    assert {row["item"] for row in made.table("stock.csv")} == {"00000043", "00000044"}
    assert "costs nothing" in made.said("sap_items.csv", 5)
    assert "goods_receipt_time <- WEBAZ x 1.4 (working days)" in made.told
    assert "decimal comma" in made.told


def test_sap_list_with_pipes_titles_rules_and_totals(bring):
    made = bring("sap_list.txt", "demand.csv")
    assert made.items.keys() == {"0001", "0002", "0004"}
    assert made.items["0001"]["description"] == 'Hose 6" long'
    assert made.not_used("sap_list.txt", "items") == {1, 2, 4, 5, 7, 10, 11, 12, 13, 15, 16}
    assert made.said("sap_list.txt", 13) == ["has 8 cells for 7 columns"]
    assert made.said("sap_list.txt", 15) == ["a total, not a row"]
    assert made.said("sap_list.txt", 11) == ["the headings again"]


def test_utf16_tabs_called_xls(bring):
    made = bring("--items", "sap_utf16.xls", "--demand", "demand.csv")
    assert made.items["0001"]["supplier"] == "Müller 10 d"
    assert float(made.items["0001"]["standard_cost"]) == 12.5
    assert "UTF-16 text, tabs; decimal comma" in made.told


def test_columns_that_nobody_filled_in_are_flagged(bring, tmp_path):
    demand = tmp_path / "sold.csv"
    demand.write_text("sku,date,units\nA1,2025-01-01,8\nA5,2025-03-01,6\n", encoding="utf-8")
    made = bring("netsuite_items.csv", demand)
    flagged = {
        line["column"]: line["reason"] for line in made.table("import-report.csv") if "every row" in line["reason"]
    }
    assert flagged.keys() == {"Purchase Lead Time", "Safety Stock Days"}
    assert all("default of NetSuite" in reason for reason in flagged.values())
    notes = " ".join(made.scenario.notes)
    assert "Purchase Lead Time is 14 in every row" in notes
    current = {row["item"]: float(row["safety_stock"]) for row in made.table("current.csv")}
    assert current["A1"] == pytest.approx(7 * 8 / 60)  # days times units a day


def test_zeros_that_a_number_cell_has_lost(bring):
    with pytest.raises(ScenarioError, match="no row of demand can be used"):
        bring("lost_zeros.xlsx", "demand.csv")
    made = bring("lost_zeros.xlsx", "demand.csv", "--pad", "item=4")
    assert made.items.keys() == {"0001", "0002", "0003"}
    assert made.counts()["demand.csv", "demand"] == (5, 5, 0)


def test_zeros_that_text_keeps(bring):
    assert set(bring("items.csv", "demand.csv").items) == {"0001", "0002", "0003", "0004"}


def test_lost_zeros_are_told_with_the_way_out(bring, tmp_path):
    demand = tmp_path / "sold.csv"
    demand.write_text("sku,date,units\n1,2025-01-01,8\n2,2025-02-01,8\n0002,2025-03-01,6\n", encoding="utf-8")
    made = bring("lost_zeros.xlsx", demand)
    assert any("import with --pad item=4" in told for told in [made.told])
    assert "import with --pad item=4" in made.said("sold.csv", 4)[0]


def test_two_rows_of_headings_the_second_with_units(bring):
    made = bring("two_headings.xlsx", "demand.csv")
    assert {row["production_time.mean"] for row in made.suppliers.values()} == {"14", "21", "7"}
    assert made.said("two_headings.xlsx#Items", 1) == ["above the headings"]
    assert made.said("two_headings.xlsx#Items", 4) == ["a second row of headings, with units"]
    assert made.scenario.currency == "EUR"


def test_headings_over_two_rows_and_merged_cells(bring):
    made = bring("merged.xlsx", "demand.csv")
    assert made.items["0002"]["supplier"] == "Acme"
    assert made.said("merged.xlsx#Items", 4) == ["is part of a merged cell"]
    assert made.counts()["merged.xlsx#Items", "items"] == (3, 3, 0)


def test_a_workbook_with_a_readme_and_an_empty_sheet(bring):
    made = bring("with_empty_sheet.xlsx", "demand.csv")
    assert made.counts()["with_empty_sheet.xlsx#README", "not read"] == (2, 0, 2)
    assert "is empty" in made.said("with_empty_sheet.xlsx#Empty")
    assert made.sales["0003", "Main", "2025-01-02"] == 2
    assert made.said("with_empty_sheet.xlsx#Sales", 3) == ["is not a number"]  # #N/A


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("empty_sheet.xlsx", r"empty_sheet.xlsx#Items: is empty"),
        ("empty.csv", r"empty.csv: is empty"),
        ("password.xlsx", r"password.xlsx: is protected by a password"),
        ("rubbish.csv", r"rubbish.csv: no row among the first 60 names columns that are known.*sit amet"),
        ("rubbish.xlsx", r"rubbish.xlsx: is neither a text table nor a workbook nor Parquet"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(bring, file, told):
    with pytest.raises(ScenarioError, match=told):
        bring("--items", file, "demand.csv")


def test_all_unreadable_files_are_told_at_once(bring):
    with pytest.raises(ScenarioError) as error:
        bring("rubbish.csv", "password.xlsx", "empty.csv")
    assert len(error.value.problems) == 3


def test_an_old_workbook_and_a_cut_one(bring, tmp_path):
    old, cut, parquet = (tmp_path / name for name in ("old.xls", "cut.xlsx", "cut.parquet"))
    old.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    cut.write_bytes((TRAPS / "merged.xlsx").read_bytes()[:2000])
    parquet.write_bytes(b"PAR1 and nothing more")
    for file, told in ((old, "Excel 97-2003"), (cut, "cannot|not an Excel workbook"), (parquet, "not a Parquet file")):
        with pytest.raises(ScenarioError, match=told):
            bring("--items", file, "demand.csv")


def test_a_date_in_the_future_or_long_ago_or_nowhere(bring):
    made = bring("items.csv", "demand_future.csv")
    assert made.counts()["demand_future.csv", "demand"] == (6, 2, 4)
    assert made.said("demand_future.csv", 3) == ["lies after 2025-06-30"]
    assert "before 1980" in made.said("demand_future.csv", 4)[0]
    assert made.said("demand_future.csv", 6) == ["is not a day of the calendar"]
    assert made.scenario.as_of == "2025-03-31"


def test_returns_take_back_the_latest_sales_or_are_reported(bring):
    made = bring("items.csv", "demand_returns.csv")
    assert made.sales == {("0001", "Main", "2025-01-01"): 3, ("0003", "Main", "2025-03-30"): 5}
    assert made.said("demand_returns.csv", 8) == ["is below 0: a return without a sale in the 30 days before"]
    assert made.counts()["demand_returns.csv", "demand"] == (8, 7, 1)
    rows = {line["row"]: line for line in made.table("import-report.csv") if line["file"] == "demand_returns.csv"}
    assert rows["6"]["row used"] == "in part"
    assert "1 not used" in rows["6"]["what was done"]
    short = bring("items.csv", "demand_returns.csv", "--return-days", "1")
    assert short.sales["0001", "Main", "2025-01-10"] == 2  # two days before the return


def test_a_return_after_the_plan_day_takes_nothing_from_before_it(bring):
    made = bring("items.csv", "demand_returns.csv", "--as-of", "2025-01-11")
    assert made.sales["0001", "Main", "2025-01-10"] == 2
    assert made.sales["0001", "Main", "2025-01-01"] == 4


def test_an_item_without_history_is_kept_and_told(bring):
    made = bring("items.csv", "demand.csv")
    assert made.said("items.csv", 5) == ["has no demand history"]
    assert "0004" in made.items
    assert "0004" not in {row["item"] for row in made.table("demand.csv")}


def test_a_date_that_can_be_read_in_two_ways_is_asked_for(bring):
    with pytest.raises(UsageError, match="'01/02/2025' can be read in two ways: say --dates dmy or --dates mdy"):
        bring("items.csv", "demand_slashes.csv")
    by_day = bring("items.csv", "demand_slashes.csv", "--dates", "dmy")
    assert ("0001", "Main", "2025-02-01") in by_day.sales
    by_month = bring("items.csv", "demand_slashes.csv", "--dates", "mdy")
    assert ("0001", "Main", "2025-01-02") in by_month.sales


def test_one_date_that_proves_the_order_serves_its_file(bring):
    made = bring("items.csv", "demand_one_way.csv")
    assert "day/month/year" in made.told
    assert ("0001", "Main", "2025-02-01") in made.sales
    with pytest.raises(UsageError, match="'23/02/2025' is day/month and '02/23/2025' month/day"):
        bring("items.csv", "demand_both_ways.csv")
    forced = bring("items.csv", "demand_both_ways.csv", "--dates", "dmy")
    assert forced.said("demand_both_ways.csv", 4) == ["is not a day of the calendar"]


def test_a_number_that_can_be_read_in_two_ways_is_asked_for(bring):
    with pytest.raises(UsageError, match="'1,234' can be read as a thousand or as a thousandth"):
        bring("thousands.csv", "demand.csv")
    assert bring("thousands.csv", "demand.csv", "--decimal", "point").items["0001"]["standard_cost"] == "1234"
    assert bring("thousands.csv", "demand.csv", "--decimal", "comma").items["0001"]["standard_cost"] == "1.234"


def test_working_days_by_heading_or_by_option(bring):
    made = bring("working_days.csv", "demand.csv")
    lead = {item: made.suppliers[row["supplier"]]["production_time.mean"] for item, row in made.items.items()}
    assert lead == {"0001": "16", "0002": "7", "0003": "7"}  # 10 x 1.4 + 2, 5 x 1.4, 5 x 1.4
    all_ = bring("working_days.csv", "demand.csv", "--working-days")
    assert all_.suppliers[all_.items["0001"]["supplier"]]["production_time.mean"] == "16.8"
    assert "(working days, as said)" in all_.told


def test_one_item_at_two_plants_and_twice_at_one(bring):
    made = bring("two_plants.csv", "two_plants_demand.csv")
    current = {(row["item"], row["warehouse"]): row["safety_stock"] for row in made.table("current.csv")}
    assert current == {("0001", "1000"): "5", ("0001", "2000"): "8", ("0002", "1000"): "1", ("0002", "2000"): "2"}
    assert made.said("two_plants.csv", 4) == ["says what row 3 says"]
    assert "differs from 4" in made.said("two_plants.csv", 6)[0]
    assert "stands in row 5 already, with another safety_stock" in made.said("two_plants.csv", 7)[0]
    assert made.said("two_plants_demand.csv", 5) == ["the warehouse is blank"]
    assert made.scenario.sites.keys() == {"1000", "2000"}
    with pytest.raises(UsageError, match=r"several \(1000, 2000\): say --warehouse NAME"):
        bring("two_plants.csv", "demand.csv")
    assert bring("two_plants.csv", "demand.csv", "--warehouse", "2000").scenario.sites.keys() == {"2000"}


def test_text_that_would_run_as_a_formula_is_written_so_that_it_does_not(bring):
    made = bring("formulas.csv", "formulas_demand.csv")
    assert made.items["'=1+2"]["description"].startswith("'=HYPERLINK")
    assert made.items["'=1+2"]["supplier"] == "'@Acme"
    assert made.items["0002"]["description"] == "'-3 dB pad"
    for name in ("items.csv", "suppliers.csv", "demand.csv", "import-report.csv"):
        with (made.folder / name).open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@")) and not cell[1:2].isdigit()]
    assert set(made.scenario.sites["Main"]) == {"'=1+2", "0002"}


def test_numbers_shortened_by_a_spreadsheet_are_told(bring):
    made = bring("scientific.csv", "demand.csv")
    assert "shortened by a spreadsheet" in made.said("scientific.csv", 2)[0]


def test_wide_weeks_are_spread_evenly_and_whole(bring):
    made = bring("items.csv", "demand_wide.csv")
    days = [made.sales.get(("0001", "Main", f"2025-01-{day:02d}"), 0) for day in range(1, 27)]
    assert days == [1] * 5 + [2] * 7 + [0] * 7 + days[19:]
    assert sum(days[19:]) == 3
    assert max(days[19:]) == 1
    assert made.sales["0001", "Main", "2024-12-30"] == 1  # week 1 of 2025 begins on a Monday of 2024
    assert "records weeks: units are spread evenly" in " ".join(made.scenario.notes)
    assert made.counts()["demand_wide.csv", "demand"] == (4, 2, 2)


def test_a_column_of_weeks(bring):
    made = bring("items.csv", "demand_weekly.csv")
    assert sum(units for (item, *_), units in made.sales.items() if item == "0001") == pytest.approx(18.5)
    assert made.scenario.units == "continuous"
    assert "each cell covers a week" in made.told


def test_dates_that_are_all_mondays_are_asked_about(bring):
    with pytest.raises(UsageError, match=r"every date is a Monday.*--every day or --every week"):
        bring("items.csv", "demand_mondays.csv")
    assert len(bring("items.csv", "demand_mondays.csv", "--every", "day").sales) == 8
    weeks = bring("items.csv", "demand_mondays.csv", "--every", "week").sales
    assert sum(weeks.values()) == 53
    assert len(weeks) > 40


def test_deliveries_and_stock(bring):
    made = bring("items.csv", "demand.csv", "deliveries.csv", "stock.csv")
    assert made.counts()["deliveries.csv", "deliveries"] == (11, 6, 5)
    assert made.not_used("deliveries.csv", "deliveries") == {7, 8, 9, 10, 11}
    rows = made.table("deliveries.csv")
    assert [row["supplier"] for row in rows].count("Acme sea") == 4
    assert {row["mode"] for row in rows} == {"sea", "air", "rail"}
    assert sum(row["delivered"] == "" for row in rows) == 2
    assert made.items["0001"]["supplier"] == "Acme sea;Acme air"
    assert made.table("stock.csv")[0] == {
        "item": "0001", "warehouse": "Main", "on_hand": "15", "value": "150.00", "days_of_cover": "121.4"
    }  # fmt: skip
    assert len(made.scenario.delivered) == 6
    assert np.isnan(made.scenario.delivered.delivered).sum() == 2


def test_no_history_to_resample_is_refused(bring, tmp_path):
    demand = tmp_path / "sold.csv"
    demand.write_text("sku,date,units\n0001,2025-01-01,8\n0001,2025-01-03,6\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="covers 3 days; at least 7"):
        bring("items.csv", demand)


def test_options_that_name_nothing_are_refused(bring):
    for option, value, told in (
        ("--pad", "itm=8", "--pad itm: no file has such a column"),
        ("--pad", "item=x", "number of digits"),
        ("--where", "plant=1", "--where plant: no file"),
        ("--where", "plant", "write it as"),
        ("--column", "stk=units", "--column stk"),
        ("--column", "sku=unit_s", "did you mean 'units'"),
        ("--as-of", "1.1.2025", "2025-12-31"),
        ("--as-of", "2020-01-01", "runs from 2025-01-01 to 2025-03-30"),
        ("--return-days", "-1", "0 or more"),
    ):
        with pytest.raises(UsageError, match=told):
            bring("items.csv", "demand.csv", option, value)


def test_every_role_needs_a_file(bring):
    with pytest.raises(ScenarioError, match="no demand history"):
        bring("items.csv")
    with pytest.raises(ScenarioError, match="no item master"):
        bring("demand.csv")
    with pytest.raises(UsageError, match=r"no such file \(did you mean 'stock.csv'"):
        bring(TRAPS / "stok.csv", "items.csv")


def test_rows_left_out_by_choice_are_reported(bring):
    made = bring("items.csv", "demand.csv", "--where", "sku=0001", "--where", "sku=0003")
    assert made.items.keys() == {"0001", "0003"}
    assert made.said("demand.csv", 4) == ["left out by --where"]
    assert tomllib.loads((made.folder / "mapping.toml").read_text())["options"]["where"] == {"sku": ["0001", "0003"]}


def test_a_sheet_that_is_a_chart_and_columns_of_lists(bring, tmp_path):
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq
    from openpyxl.chart import BarChart, Reference

    book = openpyxl.Workbook()
    book.active.append(["sku", "cost", "lead time"])
    book.active.append(["0001", 3, 10])
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    book.create_chartsheet("Chart").add_chart(chart)
    book.save(tmp_path / "chart.xlsx")
    table = pa.table(
        {"sku": ["0001", "0001"], "date": ["2025-01-01", "2025-02-01"], "units": [2, 3], "tags": [["a"], []]}
    )
    pq.write_table(table, tmp_path / "lists.parquet")
    made = bring(tmp_path / "chart.xlsx", tmp_path / "lists.parquet")
    assert sum(made.sales.values()) == 5
    assert "not used: tags" in made.told


def test_lines_of_another_length_are_reported_even_if_nothing_is_left(bring, tmp_path):
    demand = tmp_path / "short.csv"
    demand.write_text('sku,date,units\n0001,2025-01-01\n0002,2025-01-20,2,,\n"0001,2025-01-23,4\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="no row of demand can be used"):
        bring("items.csv", "--demand", demand)
    report = (tmp_path / "made0" / "import-report.csv").read_text(encoding="utf-8")
    assert "short.csv,demand,,,,3 rows in = 0 used + 3 reported" in report
    assert report.count("cells for 3 columns") == 3


def test_some_rows_that_are_not_used_are_shown_one_a_line(bring, tmp_path):
    """The first row of each reason, with its file, row number and value; what could move the cursor is written out."""
    (tmp_path / "items.csv").write_text("item,standard_cost,price,supplier,lead_time\nA,1,2,S,9\nB,2,3,S,9\n")
    rows = [f"A,2025-01-{day:02d},3" for day in range(1, 29)]
    rows[3], rows[7], rows[9] = "B,2025-01-04,many\x1b[2J", "B,2025-01-08,also many", "B,no date,4"
    (tmp_path / "demand.csv").write_text("\n".join(["item,date,units", *rows]) + "\n")
    made = bring(tmp_path / "items.csv", tmp_path / "demand.csv")
    shown = made.told.split("Rows not used, for example:\n")[1].split("\n\n")[0].splitlines()
    assert shown[0].startswith("  demand.csv row 5, units 'many\\x1b[2J': ")
    assert any(line.startswith("  demand.csv row 11, date 'no date': ") for line in shown)
    assert len(shown) <= 5
    assert "\x1b" not in made.told
    (tmp_path / "demand.csv").write_text("item,date,units\nA,2025-01-01,3\nB,2025-01-09,4\n")
    assert "Rows not used" not in bring(tmp_path / "items.csv", tmp_path / "demand.csv").told
