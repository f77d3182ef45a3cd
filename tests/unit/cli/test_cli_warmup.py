"""The verb warmup: its files, its words, its failures."""

import csv
import hashlib
import json

import pytest

QUICK = ("warmup", "first_strike", "-n", "10", "-j", "1")


def test_the_folder_holds_all_that_the_manifest_says(bufferstock, tmp_path):
    ended = bufferstock(*QUICK, "-o", "out")
    assert (ended.code, ended.err) == (0, "")
    out = tmp_path / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    assert sorted(manifest["outputs"]) == ["figures/warm_up.png", "figures/warm_up.svg", "warmup.csv"]
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    rows = list(csv.DictReader((out / "warmup.csv").read_text().splitlines()))
    assert (rows[0]["day"], rows[-1]["day"], len(rows)) == ("-180", "364", 545)
    lines = ended.out.splitlines()
    assert lines[-3] == "Written: out/warmup.csv, manifest.json"
    assert lines[-2].startswith("Found: Hybrid settles after ")
    assert lines[-2].endswith(" days; the warm-up of 180 days is long enough.")
    assert lines[-1] == "Next: bufferstock compare first_strike"
    assert "a terminating study" in ended.out


def test_json_is_one_document_and_two_jobs_give_the_same(bufferstock, tmp_path):
    ended = bufferstock(*QUICK, "-o", "one", "--json", "--no-figures")
    assert (ended.code, ended.err) == (0, "")
    told = json.loads(ended.out)
    assert (told["warm_up"], told["days"], told["replications"]) == (180, 545, 10)
    assert told["enough"] is True
    assert set(told["cuts"]) == {"stock", "waiting customers", "spread of stock"}
    assert bufferstock(*QUICK[:-1], "2", "-o", "two", "--no-figures").code == 0
    assert (tmp_path / "one" / "warmup.csv").read_bytes() == (tmp_path / "two" / "warmup.csv").read_bytes()


def test_one_replication_is_drawn_without_a_band(bufferstock, tmp_path):
    ended = bufferstock("warmup", "first_strike", "-n", "1", "-j", "1", "-o", "out")
    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "out" / "figures" / "warm_up.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("warmup", "first_strike", "-n", "0"), "--replications 0"),
        (("warmup", "first_strike", "--seed", "-2"), "--seed -2"),
        (("warmup", "first_strike", "-j", "0"), "0 jobs"),
        (("warmup", "first_strike", "--posture", "jot"), "did you mean 'jit'"),
        (
            ("warmup", "first_strike", "--set", "scenario.horizon=80", "--set", "scenario.warm_up=0", "-j", "1"),
            "too few",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(bufferstock, arguments, told):
    ended = bufferstock(*arguments)
    assert ended.code == 2
    assert told in ended.err
    assert "Traceback" not in ended.err
