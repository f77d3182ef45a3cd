"""The page on reading results: its code runs as written, its three ways agree, and it names every column there is."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import sim
from sim.cli.main import commands

pytest.importorskip("duckdb", reason="duckdb comes with the extra dev")
PAGE = (Path(__file__).parent.parent.parent / "docs" / "results.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.S | re.M)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder in which the command of the page was called."""
    folder = tmp_path_factory.mktemp("results")
    (command,) = re.findall(r"^```\n(bufferstock .*?)\n```", PAGE, re.S | re.M)
    words = [str(folder / word) if word.startswith("results/") else word for word in shlex.split(command)[1:]]
    ended = CliRunner().invoke(commands, [*words, "-j", "1", "--no-progress", "--no-figures"])
    assert ended.exit_code == 0, ended.output
    return folder


@pytest.fixture(scope="module")
def found(home):
    """What each block of the page finds, and the names it leaves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        names, made = {}, []
        for block in BLOCKS:
            exec(compile(block, "docs/results.md", "exec"), names)
            made.append(names.get("found"))
    return made, names


def test_the_mean_by_posture_is_the_same_in_three_ways(found):
    ours, pandas_alone, duckdb = found[0][:3]
    assert list(ours.index) == ["hybrid", "jic", "jit"]
    pd.testing.assert_series_equal(ours, pandas_alone)
    pd.testing.assert_series_equal(ours, duckdb, check_dtype=False, check_index_type=False, rtol=1e-12)


def test_the_paired_difference_is_the_same_in_three_ways_and_in_the_summary(found):
    ours, pandas_alone, duckdb, _ = found[0][3:7]
    assert ours == pytest.approx(pandas_alone, rel=1e-12)
    assert ours == pytest.approx(duckdb, rel=1e-9)
    told = found[1]["told"]
    assert told["mean"] == pytest.approx(-ours[0], rel=1e-12)
    assert told["low"] < -ours[0] < told["high"]
    assert (told["high"] - told["low"]) / 2 == pytest.approx(2.0227 * ours[1], rel=1e-4)  # t of 39 degrees, 97.5 %


def test_the_worst_items_are_the_same_in_three_ways(found):
    ours, pandas_alone, duckdb = found[0][7:10]
    assert len(ours) == 3
    assert ours["item"].str.fullmatch(r"\d{4}").all()
    pd.testing.assert_frame_equal(ours, pandas_alone)
    names = ["item", "warehouse"]
    assert duckdb[names].to_numpy().tolist() == ours[names].to_numpy().tolist()
    for figure in ("stockout_cost", "stockout_days"):
        assert duckdb[figure].tolist() == pytest.approx(ours[figure].tolist(), rel=1e-9)
    assert (duckdb["one_year_in_20"] > duckdb["stockout_cost"]).all()


def test_days_of_a_trace_are_the_same_in_both_ways(found):
    ours, duckdb = found[1]["days"], found[0][10]
    assert len(BLOCKS) == 11
    assert ours["day"].tolist() == duckdb["day"].tolist() == list(range(sim.load("starter").horizon))
    assert ours["value"].tolist() == duckdb["value"].tolist()
    assert ours["value"].nunique() > 20


def named(column):
    """Whether the page names a column; of reduced figures, their endings."""
    return f"`{column}`" in PAGE or any(
        column.endswith(ending) and f"`{column.removesuffix(ending)}`" in PAGE and f"`…{ending}`" in PAGE
        for ending in ("_mean", "_squares")
    )


def test_every_file_and_column_is_documented(home):
    run = home / "results" / "starter"
    for path in run.rglob("*"):
        if path.is_file() and path.parent.name != "figures":
            name = path.relative_to(run).as_posix()
            assert f"`{re.sub(r'part-[0-9]+', 'part-*', name)}`" in PAGE, name
    for path in run.rglob("*.parquet"):
        assert [name for name in pq.read_schema(path).names if not named(name)] == []
    assert [name for name in sim.read(run).summary.columns if not named(name)] == []
    assert [name for name in sim.read(run).items.columns if not named(name.removesuffix("_sd"))] == []


def test_measures_are_told_with_their_unit_and_where_they_are_null():
    rows = {
        name: (unit.strip(), what.strip(), null.strip())
        for name, unit, what, null in re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", PAGE, re.M)
    }
    for measure in sim.MEASURES:
        unit, what, null = rows[measure.name]
        assert unit == measure.unit.replace("{currency}", "currency")
        assert what == measure.definition
        assert null
