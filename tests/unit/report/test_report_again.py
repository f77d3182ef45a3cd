"""Do it again, number by number: the state of the code, the costliest futures, the file behind each part."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from sim.measures import MEASURES
from sim.report.page.again import code, costliest, files
from sim.report.page.source import Beside, Business, Named
from sim.studies.compare import Comparison
from sim.studies.workers import versions

NAMES = [measure.name for measure in MEASURES]


def source(totals, commit="782a3ae", digits="007abf", given=(), settings=(), trust=False):
    """A comparison with these total costs of each posture, by future; a tenth of each is stockout cost."""
    values = np.zeros((len(next(iter(totals.values()))), 1, len(totals), len(NAMES)))
    for place, costs in enumerate(totals.values()):
        values[:, 0, place, NAMES.index("total_cost")] = costs
        values[:, 0, place, NAMES.index("stockout_cost")] = np.array(costs) / 10
    business = Business("b", "B", "", "USD", (), ())
    none = np.zeros((0, 0, 0, 0, 0), dtype=np.float32)
    plans = tuple(Named(name) for name in totals)
    recipe = SimpleNamespace(
        scenario="my firm", postures=tuple(given or totals), settings=tuple(settings), trust=trust, seed=3
    )
    begun = SimpleNamespace(code=digits, inputs={"my firm/scenario.toml": ""})
    return SimpleNamespace(
        comparison=Comparison(business, ("dry",), plans, 3, tuple(range(len(values))), values, none),
        business=business,
        headline="dry",
        folder=Path("run"),
        manifest={"volatile": {"commit": commit} if commit is not None else {}},
        run=SimpleNamespace(recipe=recipe, begun=begun),
    )


@pytest.mark.parametrize(
    ("commit", "told"),
    [
        ("782a3ae", "Code: commit 782a3ae (digits of the code itself: 007abf)."),
        (
            "782a3ae-dirty",
            "Code: commit 782a3ae, with changes that were not committed (digits of the code itself: 007abf).",
        ),
        (
            None,
            "The code was not run from a clone, so no commit is known (digits of the code itself: 007abf).",
        ),
    ],
)
def test_the_state_of_the_code_is_told(commit, told):
    assert code(source({"jit": [1.0]}, commit)).startswith(told)


def test_whether_the_page_is_of_the_same_code_is_told(monkeypatch):
    monkeypatch.setattr(versions, "code", lambda: "007abf")
    assert code(source({"jit": [1.0]}, "782a3ae")).endswith(": 007abf). This page was made by the same code.")
    monkeypatch.setattr(versions, "code", lambda: "f00d")
    assert " This page was made by other code (digits f00d)" in code(source({"jit": [1.0]}, "782a3ae"))


def test_a_manifest_without_anything_on_the_code_is_no_failure():
    assert code(source({"jit": [1.0]}, None, "")) == "The code was not run from a clone, so no commit is known."


def test_the_three_costliest_futures_of_each_posture_are_told_the_cheaper_posture_first():
    table = costliest(source({"jit": [10.0, 40.0, 20.0, 40.0, 30.0], "jic": [5.0, 6.0, 1.0, 2.0, 3.0]}))
    assert [row[:4] for row in table.rows] == [
        ("jic", 1, 6.0, 0.6), ("jic", 0, 5.0, 0.5), ("jic", 4, 3.0, 0.3),
        ("jit", 1, 40.0, 4.0), ("jit", 3, 40.0, 4.0), ("jit", 4, 30.0, 3.0),
    ]  # fmt: skip
    assert table.rows[0][4] == "bufferstock run 'my firm' --posture jic --replication 1 --seed 3 --weather dry"


def test_commands_name_files_and_overrides_as_they_were_given():
    settings = ("jit.cover=3", "mine.cover=4", "horizon=90")
    table = costliest(
        source({"jit": [1.0], "mine": [2.0]}, given=("jit", "of/mine.toml"), settings=settings, trust=True)
    )
    assert [row[4] for row in table.rows] == [
        "bufferstock run 'my firm' --posture jit --replication 0 --seed 3 --weather dry --set jit.cover=3 "
        "--set horizon=90 --trust",
        "bufferstock run 'my firm' --posture of/mine.toml --replication 0 --seed 3 --weather dry --set mine.cover=4 "
        "--set horizon=90 --trust",
    ]


def test_runs_beside_the_comparison_are_among_the_files():
    beside = Beside(Path("results") / "assumptions", "sensitivity", {})
    table = files(SimpleNamespace(main=source({"jit": [1.0]}), beside=(beside,)))
    told = dict(table.rows)
    assert told["bufferstock sensitivity"] == "assumptions: manifest.json, *.csv, figures/*.svg; code: commit not known"
    assert told["Assumptions"] == "read again, from my firm/scenario.toml"
    assert told["From quantities and rates to costs"].startswith("replications/*.parquet, items.csv")
