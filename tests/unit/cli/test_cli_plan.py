"""The verb plan, and plan files and current wherever a posture is named."""

import json
import shutil

import openpyxl
import pytest

import sim
from sim.library import locate
from sim.planbook import plan_of

QUICK = ("-n", "2", "-j", "1", "--no-figures", "--force", "-o", "out")


def edit(path, cells):
    """Change cells of the sheet Plan, by row and name of the column."""
    book = openpyxl.load_workbook(path)
    sheet = book["Plan"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for (row, name), value in cells.items():
        sheet.cell(row, next(place for title, place in columns.items() if title.startswith(name))).value = value
    book.save(path)


@pytest.fixture
def planned(bufferstock, tmp_path):
    """A plan of the starter scenario on disk."""
    ended = bufferstock("plan", "starter", "--out", "plan.xlsx", "--date", "2025-01-06", "--owner", "Ann")
    assert (ended.code, ended.err) == (0, "")
    return tmp_path / "plan.xlsx"


def test_plan_writes_what_the_posture_makes_with_dates_and_owner(bufferstock, planned):
    scenario = sim.load("starter")
    made, found = sim.hybrid().plan(scenario), plan_of(planned, scenario)
    assert [line.order_up_to for line in found.lines] == [line.order_up_to for line in made.lines]
    assert {(line.decided, line.next_review, line.owner) for line in found.lines} == {
        ("2025-01-06", "2025-04-07", "Ann")
    }


def test_plan_tells_lines_values_and_what_may_follow(bufferstock):
    ended = bufferstock("plan", "starter", "--posture", "jit", "--out", "plan.csv")
    assert ended.code == 0
    for part in ("plan jit", "base_stock", "buffers at standard cost", "no date: give --date", "Plan: plan.csv",
                 "bufferstock compare starter --postures jit,plan.csv"):  # fmt: skip
        assert part in ended.out


def test_json_is_one_document(bufferstock):
    ended = bufferstock("plan", "starter", "--posture", "jic", "--json")
    told = json.loads(ended.out)
    assert (told["scenario"], told["posture"], told["out"]) == ("starter", "jic", "results/starter-jic.xlsx")
    assert len(told["lines"]) == told["total"]["lines"] == 4
    assert told["unexplained"] == []
    assert told["total"]["buffer_value"] == pytest.approx(sum(part["buffer_value"] for part in told["parts"]))


def test_settings_reach_scenario_and_posture(bufferstock):
    def value(*settings):
        options = [part for setting in settings for part in ("--set", setting)]
        return json.loads(bufferstock("plan", "starter", "--json", "--force", "-o", "p.csv", *options).out)["total"]

    assert value("hybrid.z=0", "review_every=14")["buffer_value"] != value()["buffer_value"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "plan.ods"), "--out plan.ods: a plan is written as .xlsx or .csv"),
        (("--date", "6.1.2025"), "--date: '6.1.2025' is not a date such as 2025-12-31"),
        (("--posture", "hybird"), "(did you mean 'hybrid'?)"),
        (("--posture", "gone.xlsx"), "gone.xlsx: there is no such plan file"),
    ],
)
def test_what_cannot_be_is_refused(bufferstock, arguments, message):
    ended = bufferstock("plan", "starter", *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_a_file_that_may_hold_edits_is_not_overwritten(bufferstock, planned):
    before = planned.read_bytes()
    ended = bufferstock("plan", "starter", "--out", "plan.xlsx")
    assert ended.code == 2
    assert "plan.xlsx: is there already and may hold edits" in ended.err
    assert planned.read_bytes() == before
    assert bufferstock("plan", "starter", "--out", "plan.xlsx", "--force").code == 0
    assert planned.read_bytes() != before


def test_an_edited_plan_takes_part_and_its_flag_shows(bufferstock, planned):
    edit(planned, {(2, "Safety stock"): 900, (3, "Order-up-to"): 6000, (3, "Why"): "strike"})
    ended = bufferstock("compare", "starter", "--postures", "hybrid,plan.xlsx", *QUICK)
    assert ended.code == 0, ended.err
    assert "plan: read from plan.xlsx, made as posture 'hybrid'; 2 lines are changed by hand" in ended.out
    assert "changed without a reason written down: 0001 at Main (safety_stock)" in " ".join(ended.out.split())
    told = json.loads(bufferstock("compare", "starter", "--postures", "hybrid,plan.xlsx", *QUICK, "--json").out)
    assert list(told["postures"]) == ["hybrid", "plan"]
    assert told["postures"]["plan"]["carrying_cost"]["mean"] > told["postures"]["hybrid"]["carrying_cost"]["mean"]
    assert any("0001 at Main (safety_stock)" in note for note in told["notes"])


def test_an_unedited_plan_does_as_its_posture(bufferstock, planned):
    told = json.loads(bufferstock("compare", "starter", "--postures", "hybrid,plan.xlsx", *QUICK, "--json").out)
    assert told["postures"]["plan"] == told["postures"]["hybrid"]


def test_an_edited_plan_is_written_again_with_its_flag(bufferstock, planned):
    edit(planned, {(2, "Safety stock"): 900})
    ended = bufferstock("plan", "starter", "--posture", "plan.xlsx", "--out", "again.xlsx", "--json")
    told = json.loads(ended.out)
    assert told["posture"] == "hybrid"
    assert "changed without a reason written down: 0001 at Main (safety_stock)" in told["notes"]
    assert told["unexplained"] == [{"item": "0001", "warehouse": "Main", "fields": ["safety_stock"]}]
    sheet = openpyxl.load_workbook("again.xlsx")["Plan"]
    (explain,) = [cell.column for cell in sheet[1] if cell.value == "To explain"]
    assert [sheet.cell(row, explain).value for row in (2, 3)] == ["safety_stock", None]


def test_plans_of_one_name_are_told_apart(bufferstock, planned, tmp_path):
    (tmp_path / "old").mkdir()
    shutil.copy(planned, tmp_path / "old" / "plan.xlsx")
    shutil.copy(planned, tmp_path / "hybrid.xlsx")
    names = "hybrid,hybrid.xlsx,plan.xlsx,old/plan.xlsx"
    told = json.loads(bufferstock("compare", "starter", "--postures", names, *QUICK, "--json").out)
    assert list(told["postures"]) == ["hybrid", "hybrid.xlsx", "plan.xlsx", "old/plan.xlsx"]


def test_run_lives_a_plan_file_through(bufferstock, planned):
    ended = bufferstock("run", "starter", "--posture", "plan.xlsx", "-o", "out")
    assert ended.code == 0, ended.err
    assert "plan in future 0 of seed 1" in ended.out


def test_a_plan_has_no_keys_to_set(bufferstock, planned):
    ended = bufferstock("compare", "starter", "--postures", "jit,plan.xlsx", *QUICK, "--set", "plan.z=2")
    assert ended.code == 2
    assert "--set 'plan.z=2': plan.xlsx is a plan: edit its rows" in ended.err


def test_a_plan_made_for_another_state_of_the_scenario_says_so(bufferstock, planned):
    ended = bufferstock("compare", "starter", "--postures", "plan.xlsx", *QUICK, "--set", "horizon=90")
    assert ended.code == 0
    assert "made for 'starter' in another state than this one" in " ".join(ended.out.split())


def test_a_broken_plan_ends_with_one_message(bufferstock, planned):
    edit(planned, {(2, "Safety stock"): "many"})
    ended = bufferstock("compare", "starter", "--postures", "jit,plan.xlsx", *QUICK)
    assert ended.code == 3
    assert "plan.xlsx: sheet Plan: row 2 (0001): Safety stock (units): 'many' is not a number (was " in ended.err


def test_current_jit_jic_hybrid_and_a_plan_compare(bufferstock, tmp_path):
    shutil.copytree(locate("starter").parent, tmp_path / "mine")
    path = tmp_path / "mine" / "scenario.toml"
    path.write_text('current = "current.csv"\n' + path.read_text())
    table = "item,reorder_point,order_quantity\n" + "".join(f"000{n},{900 * n},200\n" for n in range(1, 5))
    (tmp_path / "mine" / "current.csv").write_text(table)
    assert bufferstock("check", "mine").code == 0
    assert bufferstock("plan", "mine", "--posture", "current", "--out", "plan.csv").code == 0
    ended = bufferstock("compare", "mine", "--postures", "current,jit,jic,hybrid,plan.csv", *QUICK, "--json")
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)["postures"]
    assert list(told) == ["current", "jit", "jic", "hybrid", "plan"]
    assert told["plan"] == told["current"]
    (tmp_path / "mine" / "current.csv").write_text("item,reorder_point\n0001,3\n")
    ended = bufferstock("check", "mine")
    assert ended.code == 3
    assert "3 of 4 items and warehouses have no row: 0002 at Main" in ended.err


def test_a_policy_of_ones_own_is_looked_for_beside_the_files(bufferstock, tmp_path):
    (tmp_path / "mine_of_test.py").write_text(
        "def lean(view):\n    return (view.order_up_to - view.position).clip(0)\n"
    )
    (tmp_path / "own.toml").write_text('policy = "mine_of_test:lean"\n')
    assert bufferstock("plan", "starter", "--posture", "own.toml", "--trust", "--out", "plan.csv").code == 0
    ended = bufferstock("compare", "starter", "--postures", "plan.csv", *QUICK)
    assert ended.code == 2
    assert "'mine_of_test:lean' is code of yours: it is imported only with --trust" in ended.err
    assert bufferstock("compare", "starter", "--postures", "plan.csv", *QUICK, "--trust").code == 0


def test_the_day_that_is_given_counts_where_the_history_has_dates_too(bufferstock, tmp_path):
    """Posture and record agree on day 0; whoever decides later says so, and the next review moves along."""
    for extra, expected in (
        ((), ("2024-05-01", "2024-07-31")),
        (("--date", "2025-01-06"), ("2025-01-06", "2025-04-07")),
    ):
        ended = bufferstock("plan", "starter", "--set", "as_of=2024-05-01", "--json", "--force", *extra)
        assert ended.code == 0, ended.err
        assert {(line["decided"], line["next_review"]) for line in json.loads(ended.out)["lines"]} == {expected}


def test_a_plan_that_is_made_anew_says_that_its_file_is_not(bufferstock):
    ended = bufferstock("plan", "starter", "--posture", "jit", "--set", "jit.reassess_every=91", "--json")
    assert any("not made anew" in note for note in json.loads(ended.out)["notes"])


def test_scores_of_a_posture_with_a_policy_of_ones_own(bufferstock, tmp_path):
    (tmp_path / "mine_of_score.py").write_text(
        "def lean(view):\n    return (view.order_up_to - view.position).clip(0)\n"
    )
    (tmp_path / "own.toml").write_text('policy = "mine_of_score:lean"\n')
    refused = bufferstock("score", "starter", "--posture", "own.toml", "--no-figures")
    assert refused.code == 2
    assert "is imported only with --trust" in refused.err
    ended = bufferstock("score", "starter", "--posture", "own.toml", "--no-figures", "--trust")
    assert ended.code == 0, ended.err
    assert "Next: bufferstock plan starter --posture own.toml --out plan.xlsx --trust" in ended.out


def test_a_posture_says_when_to_look_again_also_where_the_scenario_has_no_calendar(bufferstock, tmp_path):
    (tmp_path / "soon.toml").write_text('base = "hybrid"\nreview_after = 30\n')
    common = ("plan", "first_strike", "--posture", "soon.toml", "--json")
    dated = json.loads(bufferstock(*common, "--date", "2026-03-01", "--out", "a.csv").out)
    assert {(line["decided"], line["next_review"]) for line in dated["lines"]} == {("2026-03-01", "2026-03-31")}
    assert not any("no calendar" in note for note in dated["notes"])
    bare = json.loads(bufferstock(*common, "--out", "b.csv").out)
    assert {(line["decided"], line["next_review"]) for line in bare["lines"]} == {("", "")}
    assert any(
        "no calendar" in note and "looked at again 30 days after it is decided" in note for note in bare["notes"]
    )


def test_a_line_is_worked_out_on_the_terminal(bufferstock, tmp_path):
    ended = bufferstock("plan", "first_strike", "--posture", "hybrid", "--line", "pump")
    assert (ended.code, ended.err) == (0, "")
    for part in ("pump at Ontario, from Shenzhen: plan hybrid", "d (L + R) = 9.8137 x 54.6", "S - base = 1139 - 535.828",
                 "rule 1 of 9 (high impact): safety factor 2.33", "production at Shenzhen 21 d (sd 5.25)"):  # fmt: skip
        assert part in ended.out
    assert ended.out.splitlines()[-1].startswith("Next: bufferstock plan first_strike --posture hybrid")
    assert not (tmp_path / "results").exists()


def test_a_line_of_one_warehouse_as_json(bufferstock):
    both = json.loads(bufferstock("plan", "meridian", "--line", "DEV-001", "--json").out)
    assert [one["line"]["warehouse"] for one in both["lines"]] == ["Ontario CA", "Allentown PA"]
    one = json.loads(bufferstock("plan", "meridian", "--line", "DEV-001@Allentown PA", "--json").out)
    assert one["lines"] == both["lines"][1:]
    (told,) = one["lines"]
    step = {each["key"]: each["value"] for each in told["steps"]}
    assert told["adds_up"]
    assert step["level"] == told["line"]["order_up_to"]
    assert step["base"] == pytest.approx(step["d"] * step["days"])
    assert "Rules" in told["facts"]


def test_settings_reach_the_line_that_is_worked_out(bufferstock):
    told = json.loads(bufferstock("plan", "starter", "--line", "0001", "--set", "hybrid.cover=99", "--json").out)
    plan = json.loads(bufferstock("plan", "starter", "--set", "hybrid.cover=99", "--json", "-o", "p.csv").out)
    assert told["lines"][0]["line"]["order_up_to"] == plan["lines"][0]["order_up_to"]


def test_an_edited_line_is_traced_to_its_file(bufferstock, planned):
    edit(planned, {(2, "Safety stock"): 900, (2, "Why"): "strike"})
    ended = bufferstock("plan", "starter", "--posture", "plan.xlsx", "--line", "0001")
    assert ended.code == 0, ended.err
    assert "From  plan.xlsx, changed by hand: safety_stock from " in ended.out
    assert "strike" in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--line", "pomp"), "--line pomp: 'first_strike' stocks no item 'pomp' (did you mean 'pump'?)"),
        (("--line", "pump@Ontaria"), "'pump' is not stocked at 'Ontaria' (did you mean 'Ontario'?)"),
        (("--line", "pump", "--out", "plan.csv"), "prints and writes nothing; leave out --out plan.csv"),
        (("--line", "pump", "--posture", "hybird"), "(did you mean 'hybrid'?)"),
    ],
)
def test_a_line_that_cannot_be_worked_out_is_refused(bufferstock, arguments, message):
    ended = bufferstock("plan", "first_strike", *arguments)
    assert ended.code == 2
    assert message in ended.err
