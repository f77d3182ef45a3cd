"""Runs read back: the frames, runs that are not finished, and folders that are damaged or hold something else."""

import json
import shutil
import warnings
from dataclasses import asdict, replace

import numpy as np
import pytest

import sim
from sim.errors import BufferstockWarning, UsageError
from sim.runs.columns import Labels
from sim.runs.parts import Parts
from sim.runs.recipe import Recipe, begin
from sim.studies.compare import compare, plans_of
from sim.studies.montecarlo import AFTER, BEFORE, PART, Job
from sim.studies.per_item import FIGURES
from sim.studies.reduction import Piece

COUNT = 6


@pytest.fixture(scope="module")
def truth():
    """The same comparison, in memory."""
    return compare(sim.load("first_strike"), ["jit", "jic"], COUNT)


def test_replications_are_those_of_the_study(made, truth):
    run = sim.read(made)
    assert (run.count, run.unfinished, run.recipe.replications) == (COUNT, "", COUNT)
    assert run.manifest["postures"] == ["jit", "jic"]
    frame = run.replications
    assert len(frame) == COUNT * 2 * 2
    assert list(frame.columns) == ["replication", "weather", "posture", *(measure.name for measure in sim.MEASURES)]
    for (weather, posture), rows in frame.groupby(["weather", "posture"]):
        for measure in sim.MEASURES:
            np.testing.assert_array_equal(rows[measure.name], truth.values(weather, posture, measure.name))


def test_the_summary_is_that_of_the_study(made, truth):
    found = sim.read(made).summary.set_index(["weather", "kind", "a", "b", "measure"])
    cost = found.loc["calm", "posture", "jic", "", "total_cost"]
    assert cost["unit"] == "USD a year"
    one = truth.interval("calm", "jic", "total_cost")
    assert (cost["mean"], cost["low"], cost["high"], cost["n"]) == (one.mean, one.low, one.high, COUNT)
    pair = truth.pair("strike", "jit", "jic", "total_cost")
    told = found.loc["strike", "pair", "jit", "jic", "total_cost"]
    assert (told["mean"], told["p_a_better"]) == (pair.difference.mean, pair.p_a_better)
    assert np.isnan(found.loc["calm", "posture", "jic", "", "fill_rate_breaches"]["mean"])


def test_items_are_means_of_their_rows(made):
    run = sim.read(made)
    rows, items = run.item_rows, run.items
    assert len(rows) == COUNT * 4
    assert len(items) == 4
    assert set(items["currency"]) == {"USD"}
    grouped = rows.groupby(["weather", "posture", "item", "warehouse"])
    keyed = items.set_index(["weather", "posture", "item", "warehouse"])
    for name, *_ in FIGURES:
        np.testing.assert_allclose(grouped[name].mean(), keyed[name].sort_index(), rtol=1e-12)
        np.testing.assert_allclose(grouped[name].std(), keyed[f"{name}_sd"].sort_index(), rtol=1e-9)


def test_days_are_long_and_start_where_they_are_told_to(made):
    run = sim.read(made)
    assert list(run.trace.columns) == list(run.around.columns)
    assert list(run.trace.columns) == ["replication", "weather", "posture", "series", "day", "value"]
    assert len(run.trace) == COUNT * 2 * 2 * 3 * 365
    assert (run.around["day"].min(), run.around["day"].max()) == (-BEFORE, AFTER - 1)
    key = "replication == 2 and weather == 'strike' and posture == 'jit' and series == 'on_hand'"
    shown, whole = (frame.query(key).set_index("day")["value"] for frame in (run.around.dropna(), run.trace))
    begins = [day for day in range(60, 181) if np.array_equal(whole.loc[day - 30 : day + 149], shown)]
    assert len(begins) == 1  # the strike starts on one of these days, and the window is cut out of the trace there
    assert run.around.query("weather == 'calm'")["value"].isna().all()


def test_a_run_is_named_by_its_manifest_too(made):
    assert sim.read(str(made / "manifest.json")).folder == made


def test_what_was_not_kept_is_said(copied):
    shutil.rmtree(copied / "trace")
    shutil.rmtree(copied / "item_rows")
    run = sim.read(copied)
    with pytest.raises(UsageError, match="use --trace"):
        _ = run.trace
    with pytest.raises(UsageError, match="use --keep items"):
        _ = run.item_rows


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Makes a run of which only some replications are finished, as SIGKILL leaves it."""
    scenario = sim.load("first_strike")
    job = Job(scenario, ("strike",), plans_of(scenario, ["jit", "jic"]), 1, ("items", "trace"))
    prepared = job.prepare()
    lived = {number: prepared.run((number,)) for number in range(5)}

    def make(numbers, wanted=9):
        folder = tmp_path_factory.mktemp("begun") / "run"
        folder.mkdir()
        recipe = Recipe("first_strike", ("jit", "jic"), ("strike",), (), 1, False, wanted, ("items", "trace"))
        begin(folder, recipe, "study", {}, asdict(Labels.of(job)))
        parts = Parts(folder, job, "study")
        for number in numbers:
            parts.add(lived[number])
        return folder, parts

    make.job, make.lived = job, lived
    return make


def test_of_an_unfinished_run_the_prefix_is_read_and_it_says_so(begun, made):
    folder, _ = begun([1, 0, 2, 4])
    before = sorted(path for path in folder.rglob("*"))
    with pytest.warns(BufferstockWarning, match=r"not finished: the first 3 of 9 replications are read; go on with"):
        run = sim.read(folder)
    assert run.count == 3
    assert run.unfinished
    whole = sim.read(made)
    for name in ("replications", "item_rows", "trace", "around"):
        wanted = getattr(whole, name).query("weather == 'strike' and replication < 3").reset_index(drop=True)
        found = getattr(run, name)
        assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == (
            wanted.astype(object).where(wanted.notna(), None).to_numpy().tolist()
        )
    means = run.item_rows.groupby(["weather", "posture", "item", "warehouse"])["carrying_cost"].mean()
    items = run.items.set_index(["weather", "posture", "item", "warehouse"]).sort_index()
    np.testing.assert_allclose(items["carrying_cost"], means, rtol=1e-12)
    assert set(items["n"]) == {3}
    with pytest.raises(UsageError, match="has no summary yet, not finished"):
        _ = run.summary
    with pytest.warns(BufferstockWarning), pytest.raises(UsageError, match="has no manifest to be held against yet"):
        sim.read(folder, verify=True)
    assert sorted(path for path in folder.rglob("*")) == before


def test_a_run_that_is_being_extended_is_read_from_parts_and_chunks(begun):
    folder, parts = begun([0, 1, 2])
    parts.close()
    longer = Parts(folder, begun.job, "study")
    longer.take_up()
    longer.add(begun.lived[3])
    assert list((folder / "replications").glob("*.parquet"))
    assert list((folder / "staged").iterdir())
    with pytest.warns(BufferstockWarning):
        run = sim.read(folder)
    assert run.count == 4
    assert run.replications["replication"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert set(run.items["n"]) == {4}
    means = run.item_rows.groupby("posture")["carrying_cost"].mean()
    np.testing.assert_allclose(run.items.set_index("posture")["carrying_cost"].sort_index(), means, rtol=1e-12)


def test_a_damaged_chunk_ends_the_prefix(begun):
    folder, _ = begun([0, 1, 2])
    path = sorted((folder / "staged").glob("*.npz"))[1]
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.warns(BufferstockWarning, match="the first 1 of 9"):
        assert sim.read(folder).count == 1


def test_nothing_finished_is_said(begun):
    folder, _ = begun([3])
    with pytest.raises(UsageError, match=r"no replication is finished; go on with: bufferstock resume"):
        sim.read(folder)


def test_a_run_stopped_early_has_the_summary_of_what_is_finished(copied):
    """Ctrl-C writes a manifest of the prefix; then more is asked for."""
    told = json.loads((copied / "study.json").read_text())
    told["recipe"]["replications"] = 20
    (copied / "study.json").write_text(json.dumps(told))
    with pytest.warns(BufferstockWarning, match="the first 6 of 20"):
        run = sim.read(copied)
    assert set(run.summary["n"]) <= {0, COUNT}
    assert len(run.items) == 4


@pytest.mark.parametrize("kind", ["replications", "around", "item_rows", "trace"])
def test_a_damaged_part_is_named(copied, kind):
    path = copied / kind / "part-00000.parquet"
    path.write_bytes(path.read_bytes()[:200] + b"rubbish" + path.read_bytes()[207:])
    run = sim.read(copied)
    with pytest.raises(UsageError, match=rf"{kind}/part-00000.parquet: is damaged; .* bufferstock resume"):
        getattr(run, kind)


def test_a_part_that_was_written_anew_with_other_numbers_is_damaged(copied):
    """Valid Parquet, other content: its own hash tells."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = copied / "replications" / "part-00000.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("total_cost")
    cheaper = pa.array(table.column("total_cost").to_numpy() * 0.5)
    pq.write_table(table.set_column(place, "total_cost", cheaper), path)
    with pytest.raises(UsageError, match="is damaged"):
        _ = sim.read(copied).replications


def test_a_missing_part_is_named(copied):
    (copied / "replications" / "part-00000.parquet").unlink()
    with pytest.raises(UsageError, match=r"replications/part-00000.parquet: is missing; .* bufferstock resume"):
        sim.read(copied)


def test_a_part_of_another_study_is_named(copied, begun):
    folder, parts = begun([0, 1, 2])
    parts.close()
    shutil.copy(folder / "replications" / "part-00000.parquet", copied / "replications" / "part-00000.parquet")
    with pytest.raises(UsageError, match="belongs to another study"):
        _ = sim.read(copied).replications


def test_a_part_that_is_shorter_than_the_manifest_says_is_told(copied, made):
    from sim.runs import columns

    path = copied / "replications" / "part-00000.parquet"
    table = columns.read(path)
    columns.write(path, table.slice(0, 20), json.loads((made / "study.json").read_text())["study"])
    with pytest.raises(UsageError, match="replications: lacks replication 5"):
        _ = sim.read(copied).replications


def test_verifying_names_every_file_that_changed(copied):
    assert sim.read(copied, verify=True).count == COUNT
    (copied / "summary.csv").write_text("rubbish")
    (copied / "items.csv").unlink()
    assert sim.read(copied).count == COUNT
    with pytest.raises(UsageError, match=r"items.csv is missing; summary.csv is not what was written") as caught:
        sim.read(copied, verify=True)
    assert "part-" not in str(caught.value)


def test_a_table_that_is_not_csv_is_told(copied):
    (copied / "summary.csv").write_bytes(b"\xff\xfe\x00" * 9)
    with pytest.raises(UsageError, match=r"summary.csv: cannot be read"):
        _ = sim.read(copied).summary


BROKEN = {
    "manifest.json": [
        ("no json", "manifest.json: is not JSON"),
        ("[]", "is not the manifest of a run"),
        ('{"outputs": {}, "study": "other"}', "tell of different studies"),
    ],
    "study.json": [
        ("{}", "study.json: is damaged"),
        ("\x00", "study.json: is damaged"),
        ("[1]", "study.json: is damaged"),
    ],
}


@pytest.mark.parametrize(("name", "text", "told"), [(name, *one) for name, all_ in BROKEN.items() for one in all_])
def test_a_broken_file_is_one_message(copied, name, text, told):
    (copied / name).write_text(text)
    with pytest.raises(UsageError, match=told):
        sim.read(copied)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [("labels", {"weathers": 3}, "study.json: is damaged: labels"), ("labels", {"lines": [1]}, "is damaged: labels")],
)
def test_broken_labels_are_one_message(copied, key, value, told):
    content = json.loads((copied / "study.json").read_text())
    (copied / "study.json").write_text(json.dumps(content | {key: value}))
    with pytest.raises(UsageError, match=told):
        sim.read(copied)


def test_a_count_that_is_none_is_told(copied):
    content = json.loads((copied / "manifest.json").read_text())
    (copied / "manifest.json").write_text(json.dumps(content | {"replications": "six"}))
    with pytest.raises(UsageError, match="is damaged: replications: 'six'"):
        sim.read(copied)


def test_folders_that_hold_no_comparison_say_what_they_hold(tmp_path, made):
    with pytest.raises(UsageError, match="there is no such folder"):
        sim.read(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"holds neither manifest.json nor study.json"):
        sim.read(tmp_path)
    with pytest.raises(UsageError, match="is a file; name the folder of a run"):
        sim.read(made / "summary.csv")
    told = {"outputs": {"loss.csv": "", "curve.csv": ""}, "volatile": {"arguments": {"argv": ["loss", "meridian"]}}}
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(UsageError, match=r"holds a run of loss, not a comparison; .*: curve.csv, loss.csv"):
        sim.read(tmp_path)


def test_names_survive_csv(copied):
    """Identifiers with leading zeros, names that pandas takes for a blank, and text that looks like a formula."""
    path = copied / "items.csv"
    text = path.read_text().replace(",pump,", ",007,", 1).replace(",pump,", ",NA,", 1).replace(",pump,", ",'=A1,", 1)
    path.write_text(text)
    assert sim.read(copied).items["item"].tolist() == ["007", "NA", "=A1", "pump"]


def test_reading_a_finished_run_warns_of_nothing(made):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.read(made, verify=True)


def test_parts_beyond_the_first_block_are_read_in_order(tmp_path, begun):
    """Two blocks whole and one chunk, of numbers that are told apart by their replication."""
    scenario = sim.load("first_strike")
    job = Job(scenario, ("strike",), plans_of(scenario, ["jit"]), 1)
    one = job.prepare().run((0,))
    begin(tmp_path, Recipe("first_strike", ("jit",), ("strike",), (), 1, False, 999), "s", {}, asdict(Labels.of(job)))
    parts = Parts(tmp_path, job, "s")
    for number in [*range(130), 200]:
        piece = Piece(number, 1, one.pieces[0].mean + number, one.pieces[0].squares)
        parts.add(replace(one, numbers=(number,), measures=one.measures * 0 + number, pieces=(piece,)))
    with pytest.warns(BufferstockWarning, match="the first 130 of 999"):
        run = sim.read(tmp_path)
    assert len(list((tmp_path / "replications").iterdir())) == 1
    assert PART < 130
    assert run.replications["replication"].tolist() == list(range(130))
    assert run.replications["total_cost"].tolist() == [float(number) for number in range(130)]
    first = float(one.pieces[0].mean[0, 0, 0, 0])
    assert run.items["demand_units"].tolist() == [pytest.approx(first + 129 / 2)]
