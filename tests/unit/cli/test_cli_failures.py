"""Failures that a user can cause: one clear message on stderr, nothing on stdout, the right exit code, no traceback."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import ModelError, PolicyError, ScenarioError, UsageError
from sim.library import locate

SCENARIOS = Path(__file__).parent.parent.parent / "scenarios"
QUICK = ("-n", "2", "-j", "1", "--no-figures")


def refused(ended, code, *parts):
    assert ended.code == code, ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    for part in parts:
        assert part in ended.err


def test_exit_codes_of_errors_are_these():
    codes = {UsageError: 2, ScenarioError: 3, PolicyError: 3, ModelError: 4}
    assert {kind: kind.exit_code for kind in codes} == codes


USAGE = [
    (("comparee",), ("No such command 'comparee' (did you mean 'compare'?)",)),
    (("compare",), ("Missing argument 'SCENARIO'",)),
    (("compare", "first_strike", "--postur", "jit"), ("No such option", "--postures")),
    (("compare", "first_strike", "-n", "many"), ("'many' is not a valid integer",)),
    (("compare", "first_strike", "-n", "0"), ("--replications 0: at least 1 is needed",)),
    (("compare", "first_strike", "-n", "-4"), ("--replications -4: at least 1 is needed",)),
    (("compare", "first_strike", "-n", "100000000"), ("--replications 100000000", "at most 10,000,000")),
    (("compare", "first_strike", "--seed", "-1"), ("--seed -1: 0 or more is needed",)),
    (("compare", "first_strike", "-j", "0"), ("--jobs 0: 1 or more, or -1 for all processors",)),
    (("compare", "first_strike", "-j", "-2"), ("--jobs -2",)),
    (("compare", "first_strike", "--postures", "jit,hybird"), ("'hybird'", "(did you mean 'hybrid'?)")),
    (("compare", "first_strike", "--postures", "jit,jit"), ("two postures are called 'jit'",)),
    (("compare", "first_strike", "--postures", ","), ("--postures: name at least one",)),
    (("compare", "first_strike", "--postures", "gone.toml"), ("gone.toml: there is no such posture file",)),
    (("compare", "first_strike", "--weathers", "strik"), ("has no weather 'strik' (did you mean 'strike'?)",)),
    (("compare", "first_strik"), ("'first_strik'", "(did you mean 'first_strike'?)")),
    (("compare", "."), ("this folder holds no scenario.toml",)),
    (("compare", "x" * 300), ("File name too long",)),
    (("compare", "first_strike", "--set", "cost.capital_rate=1"), ("'cost' is no posture", "(did you mean 'costs'?)")),
    (("compare", "first_strike", "--set", "costs.capital_rat=1"), ("(did you mean 'capital_rate'?)",)),
    (("compare", "first_strike", "--set", "jit.cove=1"), ("'cove' (did you mean 'cover'?)",)),
    (
        ("compare", "first_strike", "--postures", "jit,jic", "--set", "hybrid.cover=1"),
        ("'hybrid' is no posture of this run",),
    ),
    (("compare", "first_strike", "--set", "horizon"), ("--set 'horizon': write key=value",)),
    (("check", "first_strike", "--set", "scenario.items.pum.price=1"), ("items has no 'pum' (did you mean 'pump'?)",)),
    (("run", "first_strike", "--item", "pmp"), ("--item: 'pmp'", "(did you mean 'pump'?)")),
    (("run", "first_strike", "--weather", "strik"), ("(did you mean 'strike'?)",)),
    (("run", "first_strike", "--replication", "-1"), ("--replication -1",)),
    (("run", "first_strike", "--most", "-1"), ("--most -1: 0 or more is needed",)),
    (("run", "first_strike", "--posture", "jut"), ("'jut' is neither a posture nor a posture file",)),
    (("validate", "--cases", "S99"), ("--cases: 'S99' is not a case",)),
    (("validate", "--seeds", "one"), ("--seeds 'one': write whole numbers",)),
    (("validate", "--cases", "S01", "--seeds=-1", "-j", "1"), ("seed (-1)",)),
    (("validate", "-j", "0"), ("--jobs 0",)),
]


@pytest.mark.parametrize(("arguments", "parts"), USAGE, ids=[" ".join(case[0])[:60] for case in USAGE])
def test_a_call_that_is_off_is_a_usage_error_and_writes_nothing(bufferstock, tmp_path, arguments, parts):
    refused(bufferstock(*arguments), 2, *parts)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ["check", "compare", "run"])
def test_every_verb_tells_all_problems_of_a_scenario_and_exits_3(bufferstock, tmp_path, verb):
    ended = bufferstock(verb, SCENARIOS / "invalid" / "five_problems.toml")
    refused(ended, 3, "bufferstock: 5 problems:", "titel", "standard_cost", "origin", "'Los Angelos'", "weathers.calm")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", sorted((SCENARIOS / "invalid").iterdir()), ids=lambda path: path.name)
def test_check_refuses_every_invalid_scenario(bufferstock, path):
    refused(bufferstock("check", path), 3, "problem")


def test_a_setting_with_a_wrong_value_is_a_problem_of_the_scenario(bufferstock):
    refused(
        bufferstock("compare", "first_strike", *QUICK, "--set", "horizon=-3"), 3, "horizon: -3: must be greater than 0"
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("base = 'jit'\ncove = 3\n", ("mine.toml: cove: unknown key (did you mean 'cover'?)",)),
        ("base = 'hybird'\n", ("mine.toml: base: 'hybird'", "(did you mean 'hybrid'?)")),
        ("z = = 3\n", ("mine.toml: is not valid TOML", "line 1")),
        ("policy = 'base_stok'\n", ("policy: 'base_stok'", "(did you mean 'base_stock'?)")),
    ],
)
def test_a_posture_file_that_makes_no_sense_exits_3_before_anything_is_written(bufferstock, tmp_path, text, parts):
    (tmp_path / "mine.toml").write_text(text)
    refused(bufferstock("compare", "first_strike", *QUICK, "--postures", "jit,mine.toml", "-o", "out"), 3, *parts)
    assert not (tmp_path / "out").exists()


# --- output that cannot be written -----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["taken", "taken/below", "taken/deep/below"])
@pytest.mark.parametrize("verb", [("compare", "first_strike", *QUICK), ("run", "first_strike")], ids=["compare", "run"])
def test_a_file_in_the_way_of_the_output_is_told_before_anything_is_computed(
    bufferstock, tmp_path, monkeypatch, verb, where
):
    (tmp_path / "taken").write_text("precious")
    for module in ("sim.studies.montecarlo", "sim.studies.story"):
        monkeypatch.setattr(f"{module}.draw", None)
    refused(bufferstock(*verb, "--out", where), 2, "taken: is a file; --out names a folder")
    assert (tmp_path / "taken").read_text() == "precious"


def test_results_stay_where_a_file_is_called_results(bufferstock, tmp_path):
    (tmp_path / "results").write_text("precious")
    refused(bufferstock("compare", "first_strike", *QUICK), 2, "results: is a file")


def test_a_folder_that_the_system_refuses_is_told(bufferstock):
    refused(bufferstock("run", "first_strike", "--out", "/proc/here"), 2, "/proc/here: cannot be written: No such file")


@pytest.mark.parametrize("where", ["taken", "taken/below"])
def test_init_does_not_write_over_a_file(bufferstock, tmp_path, where):
    (tmp_path / "taken").write_text("precious")
    refused(bufferstock("init", where), 2, "taken")
    assert (tmp_path / "taken").read_text() == "precious"


def test_a_folder_with_results_is_overwritten_only_by_force(bufferstock, tmp_path):
    assert bufferstock("compare", "first_strike", *QUICK, "-o", "out").code == 0
    before = (tmp_path / "out" / "summary.csv").read_bytes()
    refused(bufferstock("compare", "first_strike", *QUICK, "-o", "out"), 2, "out: is not empty", "--force")
    assert (tmp_path / "out" / "summary.csv").read_bytes() == before
    assert bufferstock("compare", "first_strike", *QUICK, "-o", "out", "--force", "--seed", "2").code == 0
    assert (tmp_path / "out" / "summary.csv").read_bytes() != before


def test_force_does_not_overwrite_what_is_no_run(bufferstock, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "me.png").write_text("precious")
    refused(
        bufferstock("compare", "first_strike", *QUICK, "-o", "photos", "--force"),
        2,
        "holds something that is not a run",
    )
    assert (tmp_path / "photos" / "me.png").read_text() == "precious"


def test_a_run_that_failed_at_once_leaves_nothing_that_needs_force(bufferstock, tmp_path):
    (tmp_path / "fails_at_once.py").write_text("def policy(view):\n    raise ValueError('no')\n")
    (tmp_path / "mine.toml").write_text("policy = 'fails_at_once:policy'\n")
    command = ("compare", "first_strike", *QUICK, "-o", "out")
    refused(bufferstock(*command, "--postures", "mine.toml", "--trust"), 3, "raised ValueError: no")
    assert bufferstock(*command).code == 0


def test_a_full_disk_is_told(bufferstock, monkeypatch):
    """Whatever the operating system refuses, wherever it happens, is a message and not a traceback."""

    def full(*_):
        raise OSError(28, "No space left on device", "out/summary.csv")

    monkeypatch.setattr("sim.runs.summary", full)
    ended = bufferstock("compare", "first_strike", *QUICK, "-o", "out")
    assert (ended.code, ended.err) == (2, "bufferstock: out/summary.csv: No space left on device\n")


def test_too_little_memory_is_told(bufferstock, monkeypatch):
    def greedy(*_, **__):
        raise MemoryError("Unable to allocate 7 TiB")

    monkeypatch.setattr("sim.studies.montecarlo.draw", greedy)
    ended = bufferstock("compare", "first_strike", *QUICK, "-o", "out")
    refused(ended, 3, "not enough memory", "Unable to allocate 7 TiB")


# --- failures on the way ---------------------------------------------------------------------------------------------


def test_a_failure_on_the_way_keeps_what_is_finished(bufferstock, tmp_path):
    """Replications finished before the failing one are on disk, summed up, and reported."""
    (tmp_path / "fails_later.py").write_text(
        "import numpy as np\n\nseen = []\n\n\ndef policy(view):\n    seen.append(view.day)\n"
        "    if seen.count(view.day) > 4:\n        raise ValueError('enough')\n"
        "    return np.maximum(view.order_up_to - view.position, 0.0)\n"
    )
    (tmp_path / "mine.toml").write_text("policy = 'fails_later:policy'\n")
    ended = bufferstock(
        "compare", "first_strike", "-n", "8", "-j", "1", "--postures", "jit,mine.toml", "--trust", "-o", "out"
    )
    refused(
        ended,
        3,
        "policy 'policy' raised ValueError: enough (replication 2",
        "2 of 8 replications are finished and kept in",
    )
    assert [path.name[:16] for path in (tmp_path / "out" / "staged").iterdir()] == ["chunk-00000000-2"]
    assert (tmp_path / "out" / "summary.csv").is_file()
    assert (tmp_path / "out" / "manifest.json").is_file()


def test_books_that_do_not_add_up_exit_4(bufferstock, monkeypatch):
    def wrong(*_, **__):
        raise ModelError("goods do not add up in replication 0")

    monkeypatch.setattr("sim.studies.montecarlo.made", wrong)
    refused(
        bufferstock("compare", "first_strike", *QUICK, "-o", "out"),
        4,
        "bufferstock: goods do not add up in replication 0",
    )


def test_a_value_that_misses_its_exact_result_exits_4(bufferstock, monkeypatch):
    from sim.validation.run import Finding

    missed = Finding("S01", "fill_rate", 1, 0.9, 0.5, 0.01, 0.02, 0.01, "fail", "too far off")
    monkeypatch.setattr("sim.validation.run.validate", lambda *_: iter([missed]))
    ended = bufferstock("validate", "--cases", "S01", "-j", "1")
    assert ended.code == 4
    assert "FAIL S01 fill_rate (seed 1): expected 0.9, simulated 0.5: too far off" in ended.out
    assert "1 of 1 values do not meet their exact result" in ended.err


def test_names_in_brackets_are_names_and_no_markup(bufferstock, tmp_path):
    """What a user writes between brackets is printed as it stands, in tables, notes and reasons."""
    text = locate("first_strike").read_text(encoding="utf-8")
    changed = text.replace("One infusion pump, one port, one strike", "Pump [/x] [bold]").replace('"pump"', '"pu[/m]p"')
    (tmp_path / "odd.toml").write_text(changed, encoding="utf-8")
    (tmp_path / "mine.toml").write_text("name = 'lean [/x]'\nnotes = ['see [/here]']\n")
    ended = bufferstock("compare", "odd.toml", *QUICK, "--postures", "jit,mine.toml", "-o", "out")
    assert ended.code == 0
    for name in ("Pump [/x] [bold]", "lean [/x]", "see [/here]"):
        assert name in ended.out
    ended = bufferstock("run", "odd.toml", "-o", "told", "--replication", "1")
    assert ended.code == 0
    assert "pu[/m]p" in ended.out


def test_a_terminal_that_knows_few_signs_gets_the_results_all_the_same(tmp_path):
    """What cannot be shown is replaced; the numbers are not lost to it."""
    ended = subprocess.run(
        [sys.executable, "-c", "from sim.cli.main import main; main()", "compare", "first_strike", *QUICK],
        cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, timeout=60,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"mean ? 95 %" in ended.stdout


def test_a_scenario_in_a_folder_of_ones_own_is_found(bufferstock, tmp_path):
    shutil.copytree(locate("starter").parent, tmp_path / "company")
    ended = bufferstock("check", "company")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("company: sound. 4 items, 2 suppliers")
