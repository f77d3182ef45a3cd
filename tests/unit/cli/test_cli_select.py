"""The verb select: its files, its document, its words, its failures."""

import csv
import hashlib
import json

import pytest

QUICK = ("select", "first_strike", "--indifference", "20000", "-j", "1")


def test_the_folder_holds_all_that_the_manifest_says(bufferstock, tmp_path):
    ended = bufferstock(*QUICK, "-o", "out")
    assert (ended.code, ended.err) == (0, "")
    out = tmp_path / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    assert sorted(manifest["outputs"]) == [
        "figures/selection.png",
        "figures/selection.svg",
        "selection.csv",
        "selection.json",
    ]
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    told = json.loads((out / "selection.json").read_text())
    assert manifest["selection"] == told
    assert (told["selected"], told["decided"], told["measure"]) == ("hybrid", True, "total_cost")
    rows = list(csv.DictReader((out / "selection.csv").read_text().splitlines()))
    assert [row["posture"] for row in rows] == [row["posture"] for row in told["postures"]]
    lines = ended.out.splitlines()
    assert lines[-1].startswith("Next: bufferstock compare first_strike --postures hybrid,")
    assert lines[-2] == f"Found: hybrid has the lowest total cost, after {told['replications']} futures."
    assert lines[-3] == "Written: out/selection.json, selection.csv, manifest.json"
    assert "The promise: if the best is better than each of the others by $20.0 k or more" in ended.out
    assert max(len(line) for line in lines if "Next:" not in line) <= 100


def test_json_is_one_document_and_two_jobs_give_the_same(bufferstock, tmp_path):
    quick = ("select", "first_strike", "--indifference", "60000", "-j", "1")
    ended = bufferstock(*quick, "-o", "one", "--json", "--no-figures")
    assert (ended.code, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert told.pop("out") == "one"
    assert told == json.loads((tmp_path / "one" / "selection.json").read_text())
    assert bufferstock(*quick[:-1], "2", "-o", "two", "--no-figures").code == 0
    for name in ("selection.json", "selection.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_what_is_not_decided_is_said_and_promises_nothing(bufferstock):
    ended = bufferstock("select", "first_strike", "--indifference", "100", "--most", "30", "-j", "1", "-o", "out")
    assert ended.code == 0
    assert "Found: Not decided after 30 futures, the most allowed: " in ended.out
    assert "nothing is promised" in ended.out
    assert "Next: the same with --most 60 or a larger --indifference" in ended.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("select", "first_strike"), "--indifference"),
        ((*QUICK, "--measure", "totl_cost"), "did you mean 'total_cost'"),
        ((*QUICK, "--measure", "purchase_outlay"), "nothing can be selected"),
        ((*QUICK, "--postures", "jit"), "a selection needs two"),
        ((*QUICK, "--confidence", "0.2"), "confidence 0.2"),
        ((*QUICK, "--first", "1"), "first stage of 1"),
        ((*QUICK, "--weather", "strik"), "did you mean 'strike'"),
        ((*QUICK[:3], "0", "-j", "1"), "indifference 0"),
        ((*QUICK, "--seed", "-1"), "--seed -1"),
        ((*QUICK[:-1], "0"), "0 jobs"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_written(bufferstock, tmp_path, arguments, told):
    ended = bufferstock(*arguments)
    assert ended.code == 2
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert not list(tmp_path.iterdir())
