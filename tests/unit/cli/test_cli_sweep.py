"""The verbs sweep and sensitivity as users call them: files, words, exit codes."""

import csv
import json

import pytest

QUICK = ("--postures", "jit,hybrid", "-n", "6", "-j", "1", "-o", "run")


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_sweep_writes_table_manifest_and_figure_and_says_what_next(bufferstock, tmp_path):
    ended = bufferstock("sweep", "first_strike", "--set", "jit.cover=0:40:20", *QUICK)
    assert ended.code == 0, ended.err
    assert "Total cost of jit is lowest at jit.cover=" in ended.out
    assert "Hybrid does not change with jit.cover." in ended.out
    assert "Next: bufferstock compare first_strike --postures jit,hybrid --set jit.cover=" in ended.out
    assert "3 points and the base x 2 postures, 6 futures: 30 lives" in ended.err
    rows = table(tmp_path / "run" / "sweep.csv")
    assert {row["jit.cover"] for row in rows} == {"as it stands", "0", "20", "40"}
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["sweep"]["axes"] == {"jit.cover": ["0", "20", "40"]}
    assert set(manifest["outputs"]) == {"sweep.csv", "figures/sweep.png", "figures/sweep.svg"}


def test_two_parameters_make_a_map_and_three_no_figure(bufferstock, tmp_path):
    two = ("--set", "jit.cover=0,20", "--set", "costs.goodwill_halts=1,2")
    ended = bufferstock("sweep", "first_strike", *two, *QUICK)
    assert ended.code == 0, ended.err
    assert (tmp_path / "run" / "figures" / "sweep.png").is_file()
    ended = bufferstock("sweep", "first_strike", *two, "--set", "lost_share=0,1", *QUICK[:-1], "other")
    assert ended.code == 0, ended.err
    assert "No figure: more than two parameters were swept." in ended.out
    assert not (tmp_path / "other" / "figures").exists()


def test_json_is_one_document(bufferstock):
    ended = bufferstock("sweep", "first_strike", "--set", "crossing=none,independent", *QUICK, "--json", "--no-figures")
    document = json.loads(ended.out)
    assert document["axes"] == {"crossing": ["none", "independent"]}
    assert len(document["rows"]) % 6 == 0
    ended = bufferstock("sensitivity", "first_strike", "--only", "goodwill", *QUICK[:-1], "b", "--json", "--no-figures")
    document = json.loads(ended.out)
    assert [row["assumption"] for row in document["break_even"]] == ["goodwill of a critical item"]


def test_a_dry_run_runs_nothing(bufferstock, tmp_path):
    for verb in (("sweep", "--set", "jit.cover=0:40:20"), ("sensitivity",)):
        ended = bufferstock(verb[0], "first_strike", *verb[1:], *QUICK, "--dry-run")
        assert ended.code == 0, ended.err
        assert "lives" in ended.out
        assert "Nothing was run." in ended.out
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--set", "jit.cover=0:60:-5"), 2, "the step must be above 0"),
        (
            ("--set", "jit.covr=0:60:5"),
            2,
            "at jit.covr=0: --set 'covr=0': there is no key 'covr' (did you mean 'cover'?)",
        ),
        (
            ("--set", "jti.cover=0:60:5"),
            2,
            "'jti' is no posture of this run and no key of scenarios (did you mean 'jit'?)",
        ),
        (("--set", "jit.cover=0:10:0.000001"), 2, "the grid has 10,000,001 points"),
        (("--set", "lost_share=0:2:0.5"), 3, "at lost_share=1.5: first_strike.toml: lost_share: 1.5: must be less"),
        (("--set", "jit.cover=0,1", "--measure", "totalcost"), 2, "(did you mean 'total_cost'?)"),
        (("--set", "jit.cover=0,1", "--weather", "storm"), 2, "has no weather 'storm'"),
        (("--set", "jit.cover=0,1", "-n", "0"), 2, "--replications 0: at least 1"),
        ((), 2, "nothing to sweep"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_and_leaves_nothing(bufferstock, tmp_path, arguments, code, message):
    ended = bufferstock("sweep", "first_strike", *QUICK, *arguments)
    assert ended.code == code
    assert message in ended.err
    assert not (tmp_path / "run").exists()


def test_sensitivity_writes_tables_and_figures_and_says_what_next(bufferstock, tmp_path):
    words = "goodwill,lost,capital"
    ended = bufferstock("sensitivity", "first_strike", "--only", words, "--between", "hybrid,jit", *QUICK)
    assert ended.code == 0, ended.err
    assert "As things stand" in ended.out
    assert "Next: bufferstock" in ended.out
    assert [row["assumption"] for row in table(tmp_path / "run" / "assumptions.csv")] == [
        "goodwill of a critical item",
        "share of lost sales",
        "cost of capital",
    ]
    rows = table(tmp_path / "run" / "tornado.csv")
    assert len(rows) == 7
    assert {row["source"] for row in rows if row["end"]} == {
        "assumed",
        "assumed; 15 to 35 % of value a year in all is usual",
    }
    assert (tmp_path / "run" / "figures" / "tornado.png").is_file()
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["sensitivity"]["between"] == ["hybrid", "jit"]
    assert len(table(tmp_path / "run" / "break_even.csv")) == 3


@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_all_at_once(bufferstock, tmp_path, method):
    size = ("--trajectories", "2") if method == "morris" else ("--points", "4")
    ended = bufferstock("sensitivity", "first_strike", "--method", method, *size, "--only", "capital,per_line", *QUICK)
    assert ended.code == 0, ended.err
    assert "hangs most on" in ended.out
    assert f"{method}:" in ended.err  # the budget, told before
    assert len(table(tmp_path / "run" / f"{method}.csv")) == 2
    assert (tmp_path / "run" / "figures" / f"{method}.png").is_file()


def test_the_register_can_be_read_without_running(bufferstock, tmp_path):
    ended = bufferstock("sensitivity", "meridian", "--list")
    assert ended.code == 0
    assert "correlation time" in ended.out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--only", "freigt"), "no assumption is called so (did you mean 'freight'?)"),
        (("--between", "jit"), "name two postures"),
        (("--between", "jit,jic"), "'jic' is no posture of this run"),
        (("--measure", "purchase_outlay"), "ranks no postures"),
        (("--method", "sobol", "--points", "12", "--only", "goodwill"), "a power of 2 is needed"),
        (("--method", "morris", "--trajectories", "1"), "2 or more are needed"),
    ],
)
def test_a_sensitivity_that_cannot_be_is_refused(bufferstock, tmp_path, arguments, message):
    ended = bufferstock("sensitivity", "first_strike", *QUICK, *arguments)
    assert ended.code == 2
    assert message in ended.err
    assert not (tmp_path / "run").exists()
