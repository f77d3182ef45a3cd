"""The verb compare: its document, its files, its options."""

import csv
import hashlib
import json
import math
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from sim.measures import MEASURES

QUICK = ("compare", "first_strike", "-n", "3", "-j", "1", "--no-figures")
PROMISED = {
    "fill_rate", "unit_fill_rate", "ready_rate", "stockout_days", "lost_units", "backorder_unit_days", "carrying_cost",
    "stockout_cost", "total_cost", "average_inventory_value", "turns",
}  # fmt: skip


def strict(text):
    """One JSON document by the letter: no NaN, no Infinity, nothing after it."""

    def never(name):
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=never)


@pytest.fixture
def document(bufferstock):
    ended = bufferstock(*QUICK, "-o", "out", "--json")
    assert (ended.code, ended.err) == (0, "")
    return strict(ended.out)


def test_json_is_one_document_with_what_is_promised(document):
    assert {"scenario", "seed", "replications", "postures", "pairs", "out"} <= set(document)
    assert (document["scenario"], document["seed"], document["replications"]) == ("first_strike", 1, 3)
    assert document["out"] == "out"
    assert list(document["postures"]) == ["jit", "jic", "hybrid"]
    for measures in document["postures"].values():
        assert set(measures) >= PROMISED
        for name in PROMISED:
            told = measures[name]
            assert set(told) >= {"mean", "low", "high"}
            assert told["low"] <= told["mean"] <= told["high"]


def test_json_pairs_every_two_postures_on_every_measure(document):
    pairs = {(pair["a"], pair["b"], pair["measure"]): pair for pair in document["pairs"]}
    names = {measure.name for measure in MEASURES}
    assert set(pairs) == {
        (a, b, name) for a, b in [("jit", "jic"), ("jit", "hybrid"), ("jic", "hybrid")] for name in names
    }
    assert len(pairs) == len(document["pairs"])
    for name in PROMISED:
        pair = pairs["jit", "jic", name]
        assert {"mean", "low", "high", "p_a_better"} <= set(pair)
        assert 0 <= pair["p_a_better"] <= 1
        difference = document["postures"]["jit"][name]["mean"] - document["postures"]["jic"][name]["mean"]
        assert pair["mean"] == pytest.approx(difference, rel=1e-9, abs=1e-9)


def test_a_single_replication_has_no_interval_and_is_json_all_the_same(bufferstock):
    ended = bufferstock("compare", "first_strike", "-n", "1", "-j", "1", "--no-figures", "-o", "out", "--json")
    assert ended.code == 0
    told = strict(ended.out)["postures"]["jit"]["total_cost"]
    assert told["mean"] > 0
    assert told["low"] is None


def test_the_folder_holds_manifest_summary_and_replications(document, tmp_path):
    out = tmp_path / "out"
    manifest = strict((out / "manifest.json").read_text())
    assert manifest["outputs"]
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert manifest["postures"] == ["jit", "jic", "hybrid"]
    kept = pq.read_table(out / "replications" / "part-00000.parquet")
    assert kept.num_rows == 3 * 2 * 3
    rows = list(csv.DictReader((out / "summary.csv").read_text().splitlines()))
    (row,) = [
        row for row in rows
        if (row["weather"], row["kind"], row["a"], row["measure"]) == ("strike", "posture", "jit", "total_cost")
    ]  # fmt: skip
    assert float(row["mean"]) == document["postures"]["jit"]["total_cost"]["mean"]
    costs = [
        value for value, weather, name in zip(
            kept["total_cost"].to_pylist(), kept["weather"].to_pylist(), kept["posture"].to_pylist(), strict=True
        ) if (weather, name) == ("strike", "jit")
    ]  # fmt: skip
    assert math.fsum(costs) / 3 == pytest.approx(float(row["mean"]))


def test_the_terminal_shows_each_posture_under_each_weather_and_what_may_follow(bufferstock):
    ended = bufferstock(*QUICK, "-o", "out")
    assert ended.code == 0
    for part in ("Strike: ", "Calm: ", "jit", "jic", "hybrid", "Note: Invented teaching example", "out/summary.csv"):
        assert part in ended.out
    assert "Figures:" not in ended.out
    assert max(len(line) for line in ended.out.splitlines() if "Next:" not in line) <= 120


def test_figures_are_drawn_unless_they_are_left_out(bufferstock, tmp_path):
    ended = bufferstock("compare", "first_strike", "-n", "3", "-j", "1", "-o", "out")
    assert ended.code == 0
    drawn = sorted((tmp_path / "out" / "figures").glob("*.png"))
    assert drawn
    for path in drawn:
        assert f"out/figures/{path.name}" in ended.out


def test_a_seed_gives_the_same_numbers_again_and_another_seed_others(bufferstock):
    first, again, other = (
        strict(bufferstock(*QUICK, "--seed", seed, "-o", f"out{n}", "--json").out)["postures"]
        for n, seed in enumerate((5, 5, 6))
    )
    assert first == again
    assert first != other


def test_more_jobs_give_the_same_bytes(bufferstock, tmp_path):
    for jobs in ("1", "2"):
        assert bufferstock(*QUICK[:2], "-n", "4", "-j", jobs, "--no-figures", "-o", f"out{jobs}").code == 0
    for name in ("summary.csv", "replications/part-00000.parquet"):
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes()


def test_weathers_are_chosen_in_order_and_each_once(bufferstock):
    told = strict(bufferstock(*QUICK, "--weathers", "calm, calm", "-o", "out", "--json").out)
    assert told["weather"] == "calm"
    assert list(told["weathers"]) == ["calm"]


def test_settings_reach_the_scenario_and_the_posture_that_they_name(bufferstock):
    def costs(*settings):
        options = [part for setting in settings for part in ("--set", setting)]
        ended = bufferstock(*QUICK, "--postures", "jit,jic", *options, "--json", "--force", "-o", "out")
        assert ended.code == 0, ended.err
        return {name: told["carrying_cost"]["mean"] for name, told in strict(ended.out)["postures"].items()}

    plain = costs()
    assert costs("scenario.costs.capital_rate=0.2") == costs("costs.capital_rate=0.2")
    assert costs("costs.capital_rate=0.2")["jit"] > plain["jit"]
    safer = costs("jit.cover=20")
    assert safer["jit"] > plain["jit"]
    assert safer["jic"] == plain["jic"]


def test_a_posture_file_on_a_base_takes_part(bufferstock, tmp_path):
    """A file that changes nothing does as its base; one that adds cover carries more."""
    (tmp_path / "same.toml").write_text('base = "hybrid"\n')
    (tmp_path / "more.toml").write_text('base = "hybrid"\nname = "more cover"\nz = 4\n\n[[rules]]\ncover = 60\n')
    ended = bufferstock(*QUICK, "--postures", "hybrid,same.toml,more.toml", "-o", "out", "--json")
    assert ended.code == 0
    told = strict(ended.out)["postures"]
    assert list(told) == ["hybrid", "same", "more cover"]
    assert told["same"] == told["hybrid"]
    assert told["more cover"]["carrying_cost"]["mean"] > told["hybrid"]["carrying_cost"]["mean"]


def test_without_out_the_folder_is_named_after_what_was_run(bufferstock, tmp_path):
    for _ in range(2):  # the same run again overwrites itself without being forced
        assert bufferstock(*QUICK).code == 0
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("first_strike-")
    assert folder.name.endswith("-3")


# --- a policy of one's own -------------------------------------------------------------------------------------------

OWN = """
import numpy as np

def my_policy(view):
    return np.maximum(view.order_up_to - view.position, 0.0)
"""


def test_a_policy_of_ones_own_is_found_here_and_beside_the_posture_file(bufferstock, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "policy_found_here.py").write_text(OWN)
    (tmp_path / "mine" / "policy_found_beside.py").write_text(OWN)
    for module in ("policy_found_here", "policy_found_beside"):
        (tmp_path / "mine" / f"{module}.toml").write_text(f'policy = "{module}:my_policy"\n')
        command = (*QUICK, "--postures", f"jit,mine/{module}.toml", "-o", module, "--json")
        refused = bufferstock(*command)
        assert refused.code == 2
        assert f"'{module}:my_policy' is code of yours: it is imported only with --trust" in refused.err
        ended = bufferstock(*command, "--trust")
        assert ended.code == 0, ended.err
        told = strict(ended.out)["postures"]
        assert told[module] == told["jit"]


def test_a_policy_of_ones_own_works_in_worker_processes(tmp_path):
    """In a new process, as users start it; what it suggests next names the posture file and the trust it needs."""
    (tmp_path / "policy_for_workers.py").write_text(OWN)
    (tmp_path / "mine.toml").write_text('policy = "policy_for_workers:my_policy"\n')
    ended = subprocess.run(
        [
            *(sys.executable, "-c", "from sim.cli.main import main; main()"),
            *("compare", "first_strike", "-n", "8", "-j", "2", "--no-figures", "-o", "out"),
            *("--postures", "mine.toml", "--trust"),
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "Next: bufferstock run first_strike --posture mine.toml --trust  (why did items run out?)" in ended.stdout


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("np.zeros(3)", ("returned shape (3,) for 1 items",)),
        ("view.position * np.nan", ("of item 'pump'", "0 or more is allowed")),
        ("1 / 0", ("raised ZeroDivisionError: division by zero",)),
    ],
)
def test_a_policy_that_fails_exits_3_and_is_blamed(bufferstock, tmp_path, body, parts):
    module = f"policy_that_fails_{abs(hash(body))}"
    (tmp_path / f"{module}.py").write_text(f"import numpy as np\n\ndef my_policy(view):\n    return {body}\n")
    (tmp_path / "mine.toml").write_text(f'base = "hybrid"\npolicy = "{module}:my_policy"\n')
    ended = bufferstock(*QUICK, "--postures", "mine.toml", "--trust", "-o", "out")
    assert ended.code == 3
    for part in ("policy 'my_policy'", "replication 0", "warehouse 'Ontario'", "day -175", *parts):
        assert part in ended.err
