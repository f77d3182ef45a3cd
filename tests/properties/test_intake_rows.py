"""Rows in = rows used + rows reported, on random tables of sound and broken cells."""

import csv
import datetime
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.intake import importing
from sim.intake.importing import Given
from sim.intake.options import Options
from sim.intake.tally import NOT_USED, Tally

TODAY = datetime.date(2025, 6, 30)
KNOWN = ("A1", "007", "B-2")
ITEM = st.sampled_from([*KNOWN, *KNOWN, "7", "X9", "", " A1 "])
GOOD_DAYS = tuple(f"2025-0{month}-{day:02d}" for month in (1, 2, 3) for day in (1, 9, 17))
DAY = st.sampled_from([*GOOD_DAYS, "20250105", "5-Mar-25", "2031-01-01", "1950-01-01", "soon", "", "2025-02-30"])
FAULTY = {"2031-01-01", "1950-01-01", "soon", "", "2025-02-30"}
UNITS = st.sampled_from(["1", "2.5", "0", "-1", "3-", "x", "", "1,200.0", "(2)"])
NUMBER = {"1": 1.0, "2.5": 2.5, "0": 0.0, "1,200.0": 1200.0, "-1": -1.0, "3-": -3.0, "(2)": -2.0}
DEMAND = st.lists(st.tuples(ITEM, DAY, UNITS), min_size=1, max_size=25)
DELIVERIES = st.lists(st.tuples(ITEM, st.sampled_from(["V1", "V2", ""]), DAY, DAY, UNITS), max_size=15)
MASTER = st.lists(
    st.tuples(
        st.sampled_from([*KNOWN, "Z", ""]),
        st.sampled_from(["5", "2.5", "0", "", "x", "-1"]),
        st.sampled_from(["10", "", "-3", "y"]),
    ),
    max_size=8,
)


def text(header, rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def lines(rows):
    """Rows that a reader can see: those with something in them."""
    return sum(any(cell.strip() for cell in row) for row in rows)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(DEMAND, DELIVERIES, MASTER)
def test_no_row_is_lost(tmp_path_factory, demand, deliveries, master):
    folder = tmp_path_factory.mktemp("rows")
    sound = [(item, "5", "10") for item in KNOWN]
    tables = {
        "items.csv": (("item", "cost", "lead time"), [*sound, *master]),
        "demand.csv": (("item", "date", "units"), demand),
        "deliveries.csv": (("item", "supplier", "ordered", "delivered", "quantity"), deliveries),
    }
    for name, (header, rows) in tables.items():
        (folder / name).write_text(text(header, rows), encoding="utf-8")
    tally = Tally()
    options = Options(today=TODAY, dates="dmy", decimal=".", every="day")
    roles = {"items.csv": "items", "demand.csv": "demand", "deliveries.csv": "deliveries"}
    sources = importing.read([Given(folder / name, role) for name, role in roles.items()], options, (), tally)
    try:
        made = importing.join(sources, options, tally)
    except ScenarioError:
        made = None
    tally.write(folder / "report.csv")
    with (folder / "report.csv").open(encoding="utf-8", newline="") as file:
        report = list(csv.DictReader(file))
    for account in tally.accounts:
        _, rows = tables[account.source]
        assert account.rows_in == lines(rows)
        assert account.rows_in == account.rows_used + account.rows_reported
        mine = [line for line in report if line["file"] == account.source and line["row"]]
        listed = {int(line["row"]) for line in mine if line["row used"] == "no"}
        assert len(listed) == account.rows_reported
        assert all(line["reason"] and line["what was done"] for line in mine)
    if made is None:
        return
    # an account of demand of our own: what has a known item, a day and units of 0 or more is used; the rest is not
    (account,) = (one for one in tally.accounts if one.role == "demand")
    used = {int(number) for number, fate in zip(account.numbers, account.fate, strict=True) if fate < NOT_USED}
    total = 0.0
    for number, (item, day, units) in enumerate(demand, start=2):
        fits = item.strip() in KNOWN and day not in FAULTY and units in NUMBER
        if not fits:
            assert number not in used
        elif NUMBER[units] >= 0:
            assert number in used
            total += NUMBER[units]
    back = sum(
        -NUMBER[units]
        for item, day, units in demand
        if item.strip() in KNOWN and day not in FAULTY and NUMBER.get(units, 0.0) < 0
    )
    assert total - back - 1e-9 <= made.sales.units.sum() <= total + 1e-9
    assert made.records.size == sum(one.rows_used for one in tally.accounts if one.role == "deliveries")
