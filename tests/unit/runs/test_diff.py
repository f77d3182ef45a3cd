"""Two runs held against each other: what differs, by how much, and what is said to have made it differ."""

import json
import math
import shutil

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli.main import commands
from sim.library import locate
from sim.runs.diff import diff
from sim.runs.diff.change import changes
from sim.runs.diff.diff import files_apart
from sim.runs.diff.numbers import _apart
from sim.runs.diff.tables import relative_difference, table_apart
from sim.runs.diff.verdict import value


def edited(folder, name, change):
    """A JSON file of a run with something changed in it."""
    told = json.loads((folder / name).read_text(encoding="utf-8"))
    change(told)
    (folder / name).write_text(json.dumps(told), encoding="utf-8")


@pytest.fixture(scope="session")
def dearer(tmp_path_factory, compared):
    return compared(tmp_path_factory.mktemp("dearer") / "run", "--set", "items.pump.price=1700", count=5)


def test_nested_data_is_told_key_by_key():
    before = {"a": 1, "b": {"c": [1, 2], "d": 3.0}, "items": [{"item": "x", "price": 1}, {"item": "y", "price": 2}]}
    after = {"a": 1, "b": {"c": [1, 3], "e": 4}, "items": [{"item": "y", "price": 5}, {"item": "z", "price": 2}]}

    def told(one):
        return str(one) if isinstance(one, list) else one

    found = {(one.where, one.column, told(one.before), told(one.after), one.only) for one in changes(before, after)}
    assert found == {
        ("b.c", "b.c", "[1, 2]", "[1, 3]", "both"),
        ("b.d", "b.d", 3.0, None, "a"),
        ("b.e", "b.e", None, 4, "b"),
        ("items.x", "items.*", "…", None, "a"),
        ("items.y.price", "items.*.price", 2, 5, "both"),
        ("items.z", "items.*", None, "…", "b"),
    }
    assert changes(before, before) == ()


def test_members_are_matched_by_item_and_warehouse_or_by_place():
    before = {"jit": [{"item": "x", "warehouse": "N", "q": 1, "reason": "r"}, {"item": "x", "warehouse": "S", "q": 1}]}
    after = {"jit": [{"item": "x", "warehouse": "S", "q": 2}, {"item": "x", "warehouse": "N", "q": 1, "reason": "s"}]}
    found = {one.where: one.decides for one in changes(before, after)}
    assert found == {"jit.x at N.reason": False, "jit.x at S.q": True}
    twice = changes(
        {"l": [{"name": "n", "v": 1}, {"name": "n", "v": 2}]}, {"l": [{"name": "n", "v": 1}, {"name": "n", "v": 3}]}
    )
    assert [one.where for one in twice] == ["l.n[1].v"]
    assert [one.where for one in changes({"l": [{"v": 1}]}, {"l": [{"v": 2}]})] == ["l.0.v"]


def test_files_are_matched_by_path_and_then_by_name():
    before = {"a/s.toml": "1" * 20, "a/items.csv": "2" * 20, "a/gone.csv": "3", "a/moved.csv": "4"}
    after = {"a/s.toml": "9" * 20, "a/items.csv": "2" * 20, "b/new.csv": "3", "b/moved.csv": "4"}
    found = [(one.where, one.before, one.after, one.only) for one in files_apart(before, after)]
    assert found == [
        ("a/s.toml", "1" * 12, "9" * 12, "both"),
        ("a/gone.csv", "3", None, "a"),
        ("b/new.csv", None, "3", "b"),
    ]


def test_relative_differences_hold_nulls_and_zeros():
    a = np.array([1.0, 0.0, np.nan, np.nan, 2.0, -1.0])
    b = np.array([2.0, 0.0, np.nan, 1.0, 0.0, 1.0])
    np.testing.assert_array_equal(relative_difference(a, b), [0.5, 0, 0, np.inf, 1, 2])


def test_the_mean_is_more_than_noise_only_where_it_is():
    """Standard normal differences of 200 replications, one cell moved by 0.5, seven standard errors; seed 3."""
    rng = np.random.default_rng(3)
    a = rng.random((200, 2, 2, 43)) + 1
    b = a.copy()
    b[..., 0] += rng.standard_normal((200, 2, 2))
    b[..., 1] = a[..., 1] * (1 + 1e-14)
    b[:, 1, 0, 2] += rng.standard_normal(200) + 0.5
    found = {one.measure: one for one in _apart(a, b, ("calm", "strike"), ("jit", "jic"))}
    names = list(found)
    assert len(names) == 3
    noise, moved, rounded = (found[name] for name in ("fill_rate", "fill_rate_halts", "unit_fill_rate"))
    assert not noise.beyond_noise
    assert noise.differing == noise.of == 800
    assert moved.beyond_noise
    assert (moved.mean_weather, moved.mean_posture, moved.differing) == ("strike", "jit", 200)
    assert moved.low < 0.5 < moved.high
    assert rounded.rounding
    assert not rounded.beyond_noise
    assert names[-1] == "unit_fill_rate"
    assert _apart(a, a, ("calm", "strike"), ("jit", "jic")) == ()


def test_one_replication_tells_no_noise():
    a, b = np.ones((1, 1, 1, 43)), np.full((1, 1, 1, 43), 2.0)
    (first, *_) = _apart(a, b, ("calm",), ("jit",))
    assert math.isnan(first.low)
    assert not first.beyond_noise


def test_tables_are_compared_cell_by_cell(tmp_path):
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_text("name,x,y\na,1.0,2\nb,4.0,\n")
    other.write_text("name,x,y\na,1.0,2\nb,5.0,7\n")
    assert table_apart("t", one, other).columns == {"x": 0.2, "y": math.inf}
    other.write_text("name,x,y\na,1.00,2\nb,4,\n")
    assert table_apart("t", one, other) is None
    other.write_text("name,x,y\na,1.0,2\n")
    assert table_apart("t", one, other).rows == (2, 1)
    other.write_text("")
    assert not table_apart("t", one, other).columns


def test_a_run_does_not_differ_from_itself_moved(made, copied):
    found = diff(made, copied)
    assert found.same
    assert found.verdict == "The two runs do not differ: the same in all 6 replications in common."
    assert found.numbers.common == 6


def test_an_override_is_named_as_the_cause(made, dearer):
    found = diff(made, dearer)
    assert not found.same
    assert [one.where for one in found.scenario] == ["items.pump.price"]
    assert not any(one.decides for one in found.plans)
    assert (found.numbers.common, found.numbers.counts) == (5, (6, 5))
    assert {one.measure for one in found.numbers.apart} <= {
        "lost_margin", "lost_value", "stockout_cost", "backorder_penalty", "total_cost",
    }  # fmt: skip
    margin = next(one for one in found.numbers.apart if one.measure == "lost_margin")
    assert margin.largest == pytest.approx(1 / 8)  # 700 of margin a unit, then 800
    assert "probably because of the scenario: items.pump.price 1600 → 1700 (by --set)." in found.verdict
    assert found.document()["scenario"][0]["after"] == 1700
    json.dumps(found.document(), allow_nan=False)


def test_another_seed_is_named_as_the_cause(made, compared, tmp_path):
    other = compared(tmp_path / "run", "--seed", "2")
    found = diff(made, other)
    assert len(found.numbers.apart) > 30
    assert found.verdict.endswith("probably because of the seed (1 and 2).")


def test_an_edited_file_is_named_as_the_cause(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = locate("first_strike").read_text(encoding="utf-8")
    runs = []
    for name, days in (("one", "21"), ("two", "30")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.toml").write_text(text.replace("length = 21", f"length = {days}"), encoding="utf-8")
        words = ["compare", f"{name}/mine.toml", "--postures", "jit", "-n", "2", "-j", "1", "--no-figures"]
        ended = CliRunner().invoke(commands, [*words, "--no-progress", "-o", f"run-{name}"], catch_exceptions=False)
        assert ended.exit_code == 0
        runs.append(tmp_path / f"run-{name}")
    found = diff(*runs)
    assert [one.where for one in found.inputs] == ["one/mine.toml"]
    assert [one.where for one in found.scenario if one.decides] == ["disruptions.strike.length.value"]
    assert "the scenario: disruptions.strike.length.value 21 → 30 (by one/mine.toml)" in found.verdict


def versions(told):
    told["libraries"]["numpy"] = "1.0"


def test_versions_alone_are_told_with_numbers_that_are_the_same(made, copied):
    edited(copied, "study.json", versions)
    found = diff(made, copied)
    assert [(one.where, one.after) for one in found.versions] == [("numpy", "1.0")]
    assert found.verdict.startswith(
        "The numbers are the same in all 6 replications in common; what differs: versions (numpy "
    )


def test_versions_are_the_cause_where_nothing_else_differs(made, dearer, tmp_path):
    """A run that tells of itself what the other does, but has other numbers."""
    other = shutil.copytree(dearer, tmp_path / "run")
    for name in ("study.json", "manifest.json"):
        mine = json.loads((made / name).read_text(encoding="utf-8"))
        told = {key: mine[key] for key in ("recipe", "resolved_scenario", "plans", "scenario_hash") if key in mine}
        told["recipe"] |= {"replications": 5}
        edited(other, name, lambda content, told=told: content.update(told))
    same = shutil.copytree(made, tmp_path / "same")
    edited(same, "study.json", lambda content: content["recipe"].update(replications=5))
    assert "nothing that is recorded explains it" in diff(same, other).verdict
    edited(other, "study.json", versions)
    assert "probably because of versions: numpy " in diff(same, other).verdict


def test_records_that_stand_in_no_key_are_told_by_their_hash(made, copied):
    edited(copied, "manifest.json", lambda told: told.update(scenario_hash="0"))
    found = diff(made, copied)
    assert found.records
    assert not found.same
    assert "records of demand or deliveries" in found.verdict


def test_files_changed_after_the_run_are_told(made, copied):
    (copied / "summary.csv").write_text("mine,now\n")
    found = diff(made, copied)
    assert found.numbers.files == ("summary.csv",)
    assert not found.same
    assert found.b.remark == "differs from its manifest: summary.csv is not what was written"
    assert found.verdict.endswith("what differs: bytes of summary.csv, because files of B were changed after the run.")


def test_a_run_without_manifest_is_compared_as_far_as_it_goes(made, copied):
    (copied / "manifest.json").unlink()
    found = diff(made, copied)
    assert "not finished: the first 6 of 6" in found.b.remark
    assert found.not_compared == ("scenario: B has none yet", "plans: B has none yet")
    assert found.numbers.common == 6
    assert not found.numbers.differ
    shutil.rmtree(copied / "replications")
    assert "numbers: B has none that can be read" in diff(made, copied).not_compared


def test_runs_without_a_common_posture_are_not_compared_in_numbers(made, compared, tmp_path):
    found = diff(made, compared(tmp_path / "run", "--postures", "hybrid", count=2))
    assert "numbers: no weather, or no posture, is in both" in found.not_compared
    assert {one.where for one in found.plans} == {"jit", "jic", "hybrid"}
    assert not found.numbers.differ
    json.dumps(found.document(), allow_nan=False)


def test_values_are_told_in_one_line():
    assert value(["a", 1.5]) == "a, 1.5"
    assert value([]) == value(None) == "none"
    assert value({"target": 0.02, "between": None}) == "target=0.02"
    assert value("x" * 99).endswith("…")


def test_the_rules_of_scoring_are_noted_however_often_a_process_reads_them(made, dearer):
    """A second comparison of one process names the same files as the first."""
    assert "sim/segments/scoring.toml" in {"/".join(name.split("/")[-3:]) for name in diff(made, dearer).a.inputs}
    assert not diff(made, dearer).inputs
