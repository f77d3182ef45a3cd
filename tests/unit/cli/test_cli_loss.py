"""The verb loss: its files, its document, its words, its failures."""

import csv
import hashlib
import json

QUICK = ("loss", "ordinary_year", "-n", "16", "-j", "1", "--postures", "jit,hybrid")


def strict(text):
    def never(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=never)


def test_the_folder_holds_all_that_the_manifest_says(bufferstock, tmp_path):
    ended = bufferstock(*QUICK, "-o", "out")
    assert (ended.code, ended.err) == (0, "")
    out = tmp_path / "out"
    manifest = strict((out / "manifest.json").read_text())
    assert sorted(manifest["outputs"]) == [
        "curve.csv",
        "figures/loss_exceedance.png",
        "figures/loss_exceedance.svg",
        "figures/loss_risk_or_error.png",
        "figures/loss_risk_or_error.svg",
        "loss.csv",
        "strata.csv",
        "years.csv",
    ]
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert (manifest["weathers"], manifest["postures"]) == (["ordinary"], ["jit", "hybrid"])
    assert not manifest["loss"]["plain"]
    rows = list(csv.DictReader((out / "years.csv").read_text().splitlines()))
    assert [int(row["replication"]) for row in rows] == list(range(16))
    for part in ("For the board: ", "Years without loss", "VaR 95 %", "Next: bufferstock compare ordinary_year"):
        assert part in ended.out
    assert max(len(line) for line in ended.out.splitlines() if "Next:" not in line) <= 100


def test_json_is_one_document(bufferstock):
    ended = bufferstock(*QUICK, "-o", "out", "--json", "--no-figures")
    assert (ended.code, ended.err) == (0, "")
    told = strict(ended.out)
    assert (told["scenario"], told["weather"], told["replications"], told["days"]) == (
        "ordinary_year",
        "ordinary",
        16,
        365,
    )
    assert {row["measure"] for row in told["rows"]} >= {"expected_annual_loss", "VaR_95", "CVaR_99"}
    assert told["strata"][0]["years"] == 0


def test_more_jobs_give_the_same_bytes(bufferstock, tmp_path):
    for jobs in ("1", "2"):
        assert bufferstock(*QUICK[:4], "--postures", "jit", "-j", jobs, "-o", f"out{jobs}").code == 0
    for name in ("loss.csv", "curve.csv", "strata.csv", "years.csv", "figures/loss_exceedance.svg"):
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes()


def test_plain_sampling_needs_no_strata(bufferstock):
    ended = bufferstock(*QUICK, "--plain", "-o", "out", "--json", "--no-figures", "--set", "horizon=400")
    told = strict(ended.out)
    assert told["plain"]
    assert told["strata"][0] | {"mean loss jit": 0, "mean loss hybrid": 0} == {
        "events": "all",
        "probability": 1.0,
        "years": 16,
        "mean loss jit": 0,
        "mean loss hybrid": 0,
    }
    assert any("horizon of 400 days is cut" in remark for remark in told["remarks"])


def test_failures_are_one_line(bufferstock):
    for arguments, part in (
        (("-n", "0"), "at least 1 is needed"),
        (("-n", "4"), "4 replications: 12 are needed"),
        (("--weather", "calm"), "nothing can go wrong in weather 'calm'"),
        (("--weather", "ordinry"), "did you mean 'ordinary'?"),
        (("--seed", "-1"), "--seed -1"),
        (("-j", "0"), "--jobs 0"),
        (("--postures", "jti"), "did you mean 'jit'?"),
    ):
        ended = bufferstock("loss", "ordinary_year", "--no-figures", "-o", "out", *arguments)
        assert ended.code == 2, arguments
        assert part in ended.err
        assert "Traceback" not in ended.err
        assert not (ended.out)


def test_an_earlier_run_is_not_overwritten(bufferstock):
    quick = (*QUICK, "--no-figures", "-o", "out")
    assert bufferstock(*quick).code == 0
    again = bufferstock(*quick)
    assert again.code == 2
    assert "--force" in again.err
    assert bufferstock(*quick, "--force").code == 0
