"""The verb diff: what it prints, its document, its exit codes, and what it says of folders that are no runs."""

import json

import pytest

QUICK = ("--postures", "jit,jic", "-j", "1", "--no-figures", "--no-progress")


@pytest.fixture
def three(bufferstock):
    """Two equal runs, and one of another price, below the working folder."""
    for name, *more in (("a",), ("b",), ("c", "--set", "items.pump.price=1700")):
        assert bufferstock("compare", "first_strike", "-n", "3", *QUICK, "-o", name, *more).code == 0
    return bufferstock


def test_equal_runs_and_other_ones(three, tmp_path):
    ended = three("diff", "a", "b", "--check")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert lines[0] == "A: a (compare first_strike, 3 replications)"
    assert "Scenario: the same" in lines
    assert "Numbers: 3 replications in common, 2 weathers × 2 postures: all measures are identical" in lines
    assert lines[-2] == "The two runs do not differ: the same in all 3 replications in common."

    ended = three("diff", "a", "c")
    assert ended.code == 0
    assert "  items.pump.price 1600 → 1700" in ended.out
    assert "words only: jit.*.reason, jic.*.reason" in ended.out
    assert max(map(len, ended.out.splitlines()[:-3])) <= 100
    assert ended.out.splitlines()[-2].endswith(
        "probably because of the scenario: items.pump.price 1600 → 1700 (by --set)."
    )
    assert three("diff", "a", "c", "--check").code == 4

    ended = three("diff", "a/manifest.json", "c", "--json", "--check")
    assert ended.code == 4
    told = json.loads(ended.out, parse_constant=pytest.fail)
    assert told["same"] is False
    assert told["numbers"]["replications"] == {"common": 3, "a": 3, "b": 3}
    assert {one["measure"] for one in told["numbers"]["measures"]} >= {"total_cost", "lost_margin"}
    assert told["settings"][0]["where"] == "set"

    assert three("compare", "first_strike", "-n", "5", *QUICK, "-o", "d").code == 0
    ended = three("diff", "a", "d")
    assert "The numbers are the same in all 3 replications in common (A has 3, B 5)" in ended.out


def test_many_changes_of_a_column_are_one_line(bufferstock):
    for name, *more in (("a",), ("b", "--set", "items.price[*]*=1.1")):
        words = ("compare", "starter", "-n", "2", *QUICK, "--weathers", "calm", "-o", name, *more)
        assert bufferstock(*words).code == 0
    ended = bufferstock("diff", "a", "b")
    (line,) = [line for line in ended.out.splitlines() if "items.*.price" in line and "4 differ" in line]
    assert "0001 " in line
    assert line.count("→") == 3


def test_runs_of_other_verbs_are_compared_by_their_tables(bufferstock):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        words = ("loss", "first_strike", "-n", "20", "-j", "1", "--no-figures", "--seed", seed, "-o", name)
        assert bufferstock(*words, "--no-progress").code == 0
    ended = bufferstock("diff", "a", "b", "--check")
    assert ended.code == 0
    assert "Numbers: the tables are the same" in ended.out
    assert "Inputs: not compared, A and B have no files that were read" in ended.out
    ended = bufferstock("diff", "a", "c", "--check")
    assert ended.code == 4
    assert "  seed 1 → 2" in ended.out
    assert "  loss.csv: value by up to" in ended.out
    last = ended.out.splitlines()[-2]
    assert last.startswith("The numbers differ in curve.csv, loss.csv")
    assert "probably because of the seed (1 and 2)" in last
    assert bufferstock("compare", "first_strike", "-n", "2", *QUICK, "-o", "d").code == 0
    ended = bufferstock("diff", "a", "d")
    assert ended.out.splitlines()[-2].startswith("A is a run of loss, B of compare")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (None, None, "there is no such folder"),
        ("other.txt", "x", "holds neither manifest.json nor study.json"),
        ("manifest.json", "{", "manifest.json: is not JSON"),
        ("manifest.json", "[]", "is not the manifest of a run"),
        ("study.json", "{}", "study.json: is damaged"),
    ],
)
def test_what_is_no_run_is_one_message(bufferstock, tmp_path, name, content, told):
    if name is not None:
        (tmp_path / "x").mkdir()
        (tmp_path / "x" / name).write_text(content)
    ended = bufferstock("diff", "x", "x")
    assert ended.code == 2
    assert told in ended.err
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("spoilt", [{"volatile": 3}, {"plans": 5}, {"libraries": [1]}, {"volatile": {"arguments": []}}])
def test_a_manifest_of_odd_content_is_one_message(bufferstock, tmp_path, spoilt):
    for name, more in (("x", {}), ("y", spoilt)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps({"outputs": {}} | more))
    ended = bufferstock("diff", "x", "y")
    assert ended.code == 2
    assert f"manifest.json: is damaged: {next(iter(spoilt))}" in ended.err
    assert bufferstock("diff", "x", "x").code == 0


def test_a_damaged_part_is_named(three, tmp_path):
    path = tmp_path / "b" / "replications" / "part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-300])
    ended = three("diff", "a", "b")
    assert ended.code == 2
    assert "b/replications/part-00000.parquet: is damaged" in ended.err
