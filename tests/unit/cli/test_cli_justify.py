"""The verb justify: its files, its document, its words, its failures."""

import csv
import hashlib
import json

import pytest

QUICK = ("justify", "first_strike", "-n", "4", "-j", "1", "--no-figures")


def strict(text):
    def never(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=never)


def test_the_folder_holds_the_ledger_and_all_that_was_written_is_in_the_manifest(bufferstock, tmp_path):
    ended = bufferstock("justify", "first_strike", "-n", "4", "-j", "1", "-o", "out")
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    out = tmp_path / "out"
    manifest = strict((out / "manifest.json").read_text())
    assert sorted(manifest["outputs"]) == [
        "check.csv",
        "figures/what_this_buffer_buys.png",
        "figures/what_this_buffer_buys.svg",
        "groups.csv",
        "ledger.csv",
    ]
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert (manifest["postures"], manifest["weathers"]) == (["hybrid", "jit"], ["strike"])
    assert manifest["justify"]["trial_days"] == 14
    (row,) = csv.DictReader((out / "ledger.csv").read_text().splitlines())
    assert (row["item"], row["kind"], row["verdict"]) == ("pump", "buffered", "doubtful")
    assert float(row["net_benefit_low"]) <= float(row["net_benefit"]) <= float(row["net_benefit_high"])
    assert row["reason"].startswith("JIC: a stockout halts production")
    assert not (out / "replications").exists()
    for part in ("For the board: ", "Fewer than 30 futures", "out/ledger.csv", "Next: bufferstock justify", "doubtful"):
        assert part in ended.out
    assert max(len(line) for line in ended.out.splitlines() if "Next:" not in line) <= 100


def test_json_is_one_document_with_every_line(bufferstock):
    ended = bufferstock(*QUICK, "-o", "out", "--json")
    assert (ended.code, "Traceback" in ended.err) == (0, False)
    told = strict(ended.out)
    assert sum(told["verdicts"].values()) == len(told["lines"]) == 1
    assert (told["posture"], told["lean"], told["weather"], told["replications"]) == ("hybrid", "jit", "strike", 4)
    expected = {"high impact, medium fragility", "Shenzhen", "all buffers at once"}
    assert {group["group"] for group in told["groups"]} >= expected
    assert told["checks"][0]["chosen"].startswith("largest effect of all")


def test_more_jobs_give_the_same_bytes(bufferstock, tmp_path):
    for jobs in ("1", "2"):
        assert bufferstock(*QUICK[:4], "-j", jobs, "-o", f"out{jobs}").code == 0
    for name in ("ledger.csv", "groups.csv", "check.csv", "figures/what_this_buffer_buys.svg"):
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes()


def test_settings_weather_and_trial_reach_what_they_name(bufferstock):
    lean = strict(bufferstock(*QUICK, "-o", "a", "--posture", "jit", "--trial-days", "5", "--json").out)
    assert lean["lines"][0]["kind"] == "lean"
    assert lean["lines"][0]["trial_units"] == pytest.approx(5 * 10, abs=5)
    calm = strict(bufferstock(*QUICK, "-o", "b", "--weather", "calm", "--set", "hybrid.cover=90", "--json").out)
    plain = strict(bufferstock(*QUICK, "-o", "c", "--weather", "calm", "--json").out)
    assert calm["weather"] == "calm"
    # in hybrid this item has a rule of its own, so that the posture's cover does not reach it; its z does
    more = strict(bufferstock(*QUICK, "-o", "d", "--set", "jit.cover=0", "--json").out)
    assert more["lines"][0]["buffer_units"] > plain["lines"][0]["buffer_units"] == calm["lines"][0]["buffer_units"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("-n", "0"), 2, "--replications 0"),
        (("--seed", "-1"), 2, "--seed -1"),
        (("-j", "0"), 2, "--jobs 0"),
        (("--trial-days", "0"), 2, "--trial-days 0"),
        (("--trial-days", "nan"), 2, "--trial-days nan"),
        (("--batches", "0"), 2, "--batches 0"),
        (("--checks", "-1"), 2, "--checks -1"),
        (("--groups", "suplier"), 2, "did you mean 'supplier'"),
        (("--weather", "strik"), 2, "did you mean 'strike'"),
        (("--posture", "hybrd"), 2, "did you mean 'hybrid'"),
        (("--lean", "nothing.toml"), 2, "no such posture file"),
        (("--set", "jti.z=1"), 2, "did you mean 'jit'"),
    ],
)
def test_what_cannot_be_is_one_clear_message(bufferstock, tmp_path, arguments, code, told):
    ended = bufferstock("justify", "first_strike", "-j", "1", "-n", "2", *arguments, "-o", "out")
    assert ended.code == code
    assert told in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out" / "ledger.csv").exists()


def test_an_earlier_run_is_not_overwritten_unasked(bufferstock):
    assert bufferstock(*QUICK, "-o", "out").code == 0
    again = bufferstock(*QUICK, "-o", "out")
    assert again.code == 2
    assert "is not empty" in again.err
    assert bufferstock(*QUICK, "-o", "out", "--force").code == 0


def test_cells_that_look_like_formulas_stay_text(tmp_path):
    from sim.runs import table

    table([{"item": "=1+1", "why": "-5 degrees", "net": -5.0, "low": float("nan"), "n": 3}], tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "item,why,net,low,n\n'=1+1,'-5 degrees,-5.0,,3\n"
    table([], tmp_path / "none.csv")
    assert (tmp_path / "none.csv").read_text() == ""


def test_what_is_judged_in_sample_says_so_wherever_it_shows(bufferstock):
    """Plans that know the demand model itself: in the document and on the terminal, of justify, run and plan."""
    known = ("--set", "plan_on=truth")
    run = ("run", "first_strike")
    for arguments in (QUICK, run, ("plan", "first_strike", "--force")):
        told = json.loads(bufferstock(*arguments, *known, "--json").out)
        assert told["in_sample"] == ["plans know the demand model itself (validation)"], arguments
        shown = bufferstock(*arguments, *known, *(["--force"] if arguments is QUICK else []))
        assert "n-sample: plans know the demand model itself" in " ".join(shown.out.replace("is in-", "In-").split())
        assert "n-sample" not in bufferstock(*arguments).out
