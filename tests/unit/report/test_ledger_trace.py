"""The ledger's worked calculations: on the page, in the workbook, held against the run, and traced to files."""

import io
import json
import math
import shutil
import sys

import openpyxl
import pytest

from sim.library import load, locate
from sim.report.page import page as pages
from sim.report.page.source import sources
from sim.report.page.trace import retraced


def called(*words):
    """Call the command line within this process."""
    from sim.cli.main import main

    before, sys.argv = sys.argv, ["bufferstock", *words]
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = before
    return ended.value.code


SMALL = ("-n", "2", "-j", "1", "--no-figures", "--no-progress", "--json")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A small comparison on disk."""
    home = tmp_path_factory.mktemp("trace") / "run"
    assert called("compare", "first_strike", "--postures", "jit,jic,hybrid", *SMALL, "-o", str(home)) == 0
    return home


@pytest.fixture(scope="module")
def made(run):
    return pages.report(sources([run]), lambda: load("first_strike"))


def changed(run, tmp_path, change):
    """A copy of the run with its manifest changed."""
    home = tmp_path / "copy"
    shutil.copytree(run, home)
    told = json.loads((home / "manifest.json").read_text(encoding="utf-8"))
    change(told)
    (home / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    return home


def sheet(made, name):
    """Rows of a sheet of the workbook, by heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(made.xlsx))[name].iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_the_page_says_how_many_lines_come_out_the_same(made):
    for name in ("jit", "jic", "hybrid"):
        told = f"1 of 1 line of {name} comes out the same, calculated again, step by step, from scenario and posture."
        assert told in made.html
        assert made.told["ledger"][name] == {"lines": 1, "same": 1, "told": told}
    assert made.loud == ()
    assert made.html.count("Worked calculation (comes out as stored)") == 3
    assert 'class="loud"' not in made.html


def test_the_legend_stands_once_above_the_ledger(made):
    before, after = made.html.split('<details class="book">', 1)
    assert before.count("Symbols of the ledger") == 2  # caption and label of one table
    assert "Symbols of the ledger" not in after
    for text in (
        "sd_d",
        "Silver, Pyke and Thomas (2017)",
        "Hadley and Whitin (1963), chapter 5",
        "Rules of a posture are tried",
    ):
        assert text in before


def test_a_line_is_followed_from_its_rule_to_its_level(made):
    text = made.html.split('<details class="book"><summary>hybrid')[1].split("</table>")[0]
    for part in (
        "d = 9.8137 units a day", "d (L + R) = 9.8137 x 54.6", "sqrt(54.6 x 5.09426^2 + 9.8137^2 x 5.90642^2)",
        "535.828 + 2.33 x 69.1141 + 441.616", "S - base = 1139 - 535.828", "rule 1 of 9 (high impact): safety factor 2.33",
        "production at Shenzhen 21 d (sd 5.25)", "criticality 70.0 of 70.0", "over 730 days",
    ):  # fmt: skip
        assert part in text, part


def test_the_workbook_holds_what_recomputing_needs(made):
    rows = {row["Posture"]: row for row in sheet(made, "Worked")}
    assert set(rows) == {"jit", "jic", "hybrid"}
    for name in ("jit", "hybrid"):
        row = rows[name]
        sigma = math.sqrt(
            row["Interval (days)"] * row["sd_d (units)"] ** 2 + (row["d (units a day)"] * row["sd_L (days)"]) ** 2
        )
        level = row["d (units a day)"] * row["Interval (days)"] + row["z or k"] * sigma + row["Cover (units)"]
        assert row["S (units)"] == math.ceil(level)
        assert row["Safety stock (units)"] == pytest.approx(row["S (units)"] - row["Base (units)"])
        assert row["Comes out as stored"] == "yes"
    row = rows["jic"]
    d, days = row["d (units a day)"], row["Order to receipt (days of demand)"]
    sigma = math.sqrt(
        days * row["sd_d (units)"] ** 2 + (d * row["sd_L (days)"]) ** 2 + row["Overshoot, variance (units^2)"]
    )
    level = d * days + row["Overshoot, mean (units)"] + row["z or k"] * sigma + row["Cover (units)"]
    assert row["r (units)"] == math.ceil(level)
    assert row["S (units)"] == row["r (units)"] + row["Q (units)"]
    assert sheet(made, "Legend")[0]["Symbol"] == "d"


def test_a_line_that_was_tampered_with_is_named_loudly(run, tmp_path):
    def change(told):
        told["plans"]["hybrid"][0]["order_up_to"] += 1

    home = changed(run, tmp_path, change)
    made = pages.report(sources([home]), lambda: load("first_strike"))
    (loud,) = made.loud
    assert loud == (
        "0 of 1 line of hybrid comes out the same, calculated again, step by step, from scenario and posture; NOT the same: "
        "pump at Ontario (order up to 1140 is stored, 1139 comes out)."
    )
    assert f'<strong class="loud">{loud}</strong>' in made.html
    assert "Does not come out as it is stored." in made.html
    assert {row["Posture"]: row["Comes out as stored"] for row in sheet(made, "Worked")}["hybrid"] == "no"


def test_how_a_line_orders_is_held_too(run, tmp_path):
    """What the six numbers of a line do not show: policy, review, lots, second supplier, levers."""
    wrong = {"policy": "s_S", "review_every": 1.0, "multiple": 50.0, "minimum": 300.0, "second_origin": "Ontario",
             "second_share": 0.4, "buy_ahead": 60.0, "expedite_below": 30.0}  # fmt: skip

    def change(told):
        told["plans"]["jit"][0].update(wrong)

    found = retraced(sources([changed(run, tmp_path, change)]).main, load("first_strike"), "")["jit"]
    assert found.told.startswith("0 of 1 line of jit comes out the same")
    assert "policy s_S is stored, base_stock comes out" in found.told
    for name in wrong:
        assert name.replace("_", " ") in found.told
    assert found.differs


def test_a_posture_file_that_was_edited_since_is_found_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = 'name = "mine"\nz = 1.0\ncover = 2.0\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    assert called("compare", "first_strike", "--postures", "jit,mine.toml", *SMALL, "-o", "run") == 0
    main = sources([tmp_path / "run"]).main
    assert not retraced(main, load("first_strike"), "")["mine"].differs
    for added, told in (("buy_ahead = 40", "buy ahead 0 is stored, 40 comes out"),
                        ('policy = "s_S"', "policy base_stock is stored, s_S comes out")):  # fmt: skip
        (tmp_path / "mine.toml").write_text(f"{text}{added}\n", encoding="utf-8")
        found = retraced(main, load("first_strike"), "")["mine"]
        assert found.differs
        assert told in found.told


def test_steps_that_do_not_add_up_are_named(run, monkeypatch):
    from sim.sizing.size import Task

    right = Task.sigma
    monkeypatch.setattr(Task, "sigma", lambda task, method: 2 * right(task, method))
    found = retraced(sources([run]).main, load("first_strike"), "")["hybrid"]
    assert "its steps do not add up: sigma" in found.told


def test_a_line_too_many_or_too_few_is_named(run, tmp_path):
    def change(told):
        told["plans"]["jit"][0]["item"] = "pomp"

    found = retraced(sources([changed(run, tmp_path, change)]).main, load("first_strike"), "")["jit"]
    assert found.differs
    assert "pomp at Ontario (has no line now)" in found.told
    assert "pump at Ontario (is not stored)" in found.told


def test_a_line_that_is_stored_twice_is_named(run, tmp_path):
    def change(told):
        told["plans"]["jit"].insert(0, {**told["plans"]["jit"][0], "safety_stock": 1.0})

    found = retraced(sources([changed(run, tmp_path, change)]).main, load("first_strike"), "")["jit"]
    assert found.differs
    assert "pump at Ontario (is stored more than once)" in found.told


def test_a_scenario_that_changed_shows_no_calculation_and_says_why(run):
    made = pages.report(sources([run]), lambda: load("first_strike", ("horizon=400",)))
    assert "Lines of jit are not calculated again. The scenario has changed since the run" in made.html
    assert "Worked calculation (" not in made.html
    assert made.loud == ()
    assert {row["Comes out as stored"] for row in sheet(made, "Worked")} == {"not calculated again"}


def test_files_and_edits_are_where_other_lines_come_from(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(locate("starter").parent, tmp_path / "mine")
    path = tmp_path / "mine" / "scenario.toml"
    path.write_text('current = "current.csv"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    rows = ("item,reorder_point,order_quantity", "0001,500,100", "0002,3000,400", "0003,500,900", "0004,300,100")
    (tmp_path / "mine" / "current.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert called("plan", "mine", "--posture", "jit", "-o", "plan.xlsx", "--json") == 0
    book = openpyxl.load_workbook("plan.xlsx")
    plan = book["Plan"]
    columns = {str(cell.value): cell.column for cell in plan[1]}
    for name, cell in (("Safety stock", 900), ("Why", "strike")):
        plan.cell(2, next(place for title, place in columns.items() if title.startswith(name))).value = cell
    book.save("plan.xlsx")
    assert called("compare", "mine", "--postures", "current,plan.xlsx", *SMALL, "-o", "run") == 0
    found = retraced(sources([tmp_path / "run"]).main, load("mine"), "")
    assert found["current"].told == "4 of 4 lines of current come out the same, made again from current.csv."
    assert found["current"].origins["0001", "Main"] == (
        "current.csv, row of 0001 at Main: reorder_point 500, order_quantity 100"
    )
    assert found["plan"].told == "4 of 4 lines of plan come out the same, read again from plan.xlsx."
    edited = found["plan"].origins["0001", "Main"]
    assert edited.startswith("plan.xlsx, changed by hand: safety_stock from ")
    assert " to 900 (nobody named: strike)" in edited
    assert found["plan"].origins["0002", "Main"].startswith("plan.xlsx: no number was changed by hand")
    made = pages.report(sources([tmp_path / "run"]), lambda: load("mine"))
    assert "<b>From</b> current.csv, row of 0001 at Main: reorder_point 500, order_quantity 100." in made.html
    # a file that is edited again after the run is found out
    plan.cell(3, next(place for title, place in columns.items() if title.startswith("Safety stock"))).value = 7
    book.save("plan.xlsx")
    again = retraced(sources([tmp_path / "run"]).main, load("mine"), "")["plan"]
    assert again.differs
    assert "0002 at Main" in again.told
    (tmp_path / "plan.xlsx").unlink()
    gone = retraced(sources([tmp_path / "run"]).main, load("mine"), "")["plan"]
    assert gone.told.startswith("Lines of plan could not be calculated again: ")
    assert not gone.differs
