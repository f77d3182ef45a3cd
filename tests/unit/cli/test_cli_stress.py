"""The verb stress: its document, its files, its words, its refusals."""

import csv
import hashlib
import json

import pytest

QUICK = ("stress", "first_strike", "--lengths", "14,45", "-j", "1", "--nodes", "suppliers,lanes,ports")


def strict(text):
    """One JSON document by the letter: no NaN, no Infinity, nothing after it."""

    def never(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=never)


def test_json_is_one_document_and_the_files_hold_the_same(bufferstock, tmp_path):
    ended = bufferstock(*QUICK, "--futures", "2", "-o", "out", "--json")
    assert (ended.code, ended.err) == (0, "")
    told = strict(ended.out)
    assert (told["scenario"], told["lengths"], told["start"], told["futures"]) == ("first_strike", [14, 45], 91, 2)
    manifest = strict((tmp_path / "out" / "manifest.json").read_text())
    assert set(manifest["outputs"]) == {
        "stress.csv",
        "ranking.csv",
        "stress_futures.csv",
        *(f"figures/stress_{name}.{kind}" for name in ("survival", "impact") for kind in ("png", "svg")),
    }
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    rows = list(csv.DictReader((tmp_path / "out" / "stress.csv").read_text().splitlines()))
    assert len(rows) == 3 * 2 * 3
    for row in rows:
        node = next(one for one in told["nodes"] if (one["kind"], one["node"]) == (row["kind"], row["node"]))
        cell = node["postures"][row["posture"]]
        length = next(one for one in cell["lengths"] if one["length"] == int(row["length"]))
        survive = cell["time_to_survive"]
        shown = f"> {survive['more_than']}" if survive["days"] is None else f"{survive['days']:g}"
        assert row["time_to_survive"] == shown
        assert float(row["stockout_cost"]) == pytest.approx(length["stockout_cost"], abs=1e-5)
        assert (row["fails"] == "yes") == length["fails"]
    ranking = list(csv.DictReader((tmp_path / "out" / "ranking.csv").read_text().splitlines()))
    worst = next(row for row in ranking if row["posture"] == "jit")
    assert told["ranking"]["jit"][0] == f"{worst['kind']} {worst['node']}"


def test_the_terminal_tells_nodes_board_assumptions_and_what_next(bufferstock):
    ended = bufferstock(*QUICK, "--no-figures")
    assert ended.code == 0
    text = " ".join(ended.out.split())
    assert "3 nodes in turn out for 14, 45 days" in text
    for name in ("jit", "jic", "hybrid"):
        assert f"{name}: 3 nodes, stockout cost in $" in text
    assert "If one node stops for 14 days, customers go short at" in text
    assert "equal to the simulated time to survive in 9 of them" in text
    assert "No probability is used" in text
    assert "Assumed: A port that is out works no ship" in text
    assert "Next: bufferstock stress first_strike --futures 20 --worst 3" in text
    assert max(len(line) for line in ended.out.splitlines() if "results/" not in line) <= 100


def test_the_same_question_has_the_same_folder_and_another_has_its_own(bufferstock, tmp_path):
    for arguments in ((), (), ("--failure", "0.9")):
        assert bufferstock(*QUICK, "--no-figures", "--nodes", "lanes", *arguments).code == 0
    folders = sorted((tmp_path / "results").iterdir())
    assert len(folders) == 2
    assert all(folder.name.startswith("first_strike-stress-") for folder in folders)


def test_two_runs_write_the_same_bytes(bufferstock, tmp_path):
    for name in ("one", "two"):
        assert bufferstock(*QUICK, "-o", name).code == 0
    manifests = [strict((tmp_path / name / "manifest.json").read_text()) for name in ("one", "two")]
    assert manifests[0].pop("volatile") != manifests[1].pop("volatile")
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--nodes", "Los Angels"), "did you mean 'Los Angeles'"),
        (("--nodes", ","), "--nodes: name at least one"),
        (("--lengths", ""), "--lengths: name at least one"),
        (("--lengths", "7,a week"), "write whole days divided by commas"),
        (("--lengths", "-7"), "--lengths -7: an outage lasts 1 day or more"),
        (("--failure", "1.5"), "--failure 1.5"),
        (("--failure", "0.9", "--recovery", "0.5"), "--recovery 0.5 is below --failure 0.9"),
        (("--start", "364"), "does not end before the horizon"),
        (("--postures", "jot"), "jot"),
        (("--set", "horizn=9"), "horizn"),
        (("-j", "0"), "--jobs 0"),
    ],
)
def test_what_makes_no_sense_is_refused_with_one_message(bufferstock, tmp_path, arguments, told):
    ended = bufferstock("stress", "first_strike", *arguments)
    assert ended.code == 2
    assert told in ended.err
    assert not (tmp_path / "results").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(bufferstock, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    for arguments, told in (((), "is not empty"), (("--force",), "is not a run")):
        ended = bufferstock(*QUICK, "-o", "mine", *arguments)
        assert ended.code == 2
        assert told in ended.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_futures_left_over_from_an_earlier_run_are_cleared(bufferstock, tmp_path):
    small = (*QUICK, "--nodes", "lanes", "--no-figures", "-o", "out", "--force")
    assert bufferstock(*small, "--futures", "1").code == 0
    assert (tmp_path / "out" / "stress_futures.csv").is_file()
    assert bufferstock(*small).code == 0
    assert not (tmp_path / "out" / "stress_futures.csv").exists()
