"""Replications on disk: the same bytes whatever the order, and nothing lost, whatever is cut off or damaged."""

import dataclasses

import numpy as np
import pytest

import sim
from sim.errors import UsageError
from sim.runs import alone, columns, staged
from sim.runs.parts import Parts
from sim.runs.recipe import Aim, Recipe
from sim.studies.compare import plans_of
from sim.studies.montecarlo import AFTER, AROUND, BEFORE, PART, SERIES, Chunk, Job
from sim.studies.per_item import FIGURES, lines
from sim.studies.reduction import folded

COUNT = 300


@pytest.fixture(scope="module")
def job():
    scenario = sim.load("first_strike")
    return Job(scenario, ("calm",), plans_of(scenario, ["jit", "jic"]), 1, ("items", "trace"))


@pytest.fixture(scope="module")
def chunk(job):
    """Makes a chunk of any replications, of numbers that are always the same for a replication."""
    rng = np.random.default_rng(5)
    shape = (COUNT, 1, 2)
    measures = rng.random((*shape, len(sim.MEASURES)))
    measures[7, 0, 1, 3] = np.nan
    items = rng.random((*shape, len(lines(job.scenario)), len(FIGURES)))
    around = rng.random((*shape, len(SERIES), BEFORE + AFTER)).astype(np.float32)
    trace = rng.random((*shape, len(SERIES), job.scenario.horizon)).astype(np.float32)

    def make(numbers):
        rows = list(numbers)
        pieces = tuple(folded(rows, items[rows], PART))
        return Chunk(
            tuple(rows), measures[rows], around[[n for n in rows if n < AROUND]], pieces, items[rows], trace[rows]
        )

    make.measures, make.items = measures, items
    return make


def written(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.fixture(scope="module")
def at_once(job, chunk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("once")
    parts = Parts(folder, job, "study")
    parts.add(chunk(range(COUNT)))
    parts.close()
    return folder


ORDERS = {
    "turned round": [range(200, 300), range(90), range(150, 200), range(90, 150)],
    "one by one": [range(k, k + 1) for k in np.random.default_rng(2).permutation(COUNT)],
    "over the edge of blocks": [range(120, 140), range(250, 300), range(120), range(140, 250)],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_files_do_not_depend_on_the_order_of_chunks(order, job, chunk, at_once, tmp_path):
    parts = Parts(tmp_path, job, "study")
    for numbers in order:
        parts.add(chunk([int(k) for k in numbers]))
    parts.close()
    assert len(written(tmp_path)) == 5 * 3
    assert written(tmp_path) == written(at_once)
    assert not list(tmp_path.rglob("*.npz"))


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_whatever_is_cut_off_is_taken_up_again(order, job, chunk, at_once, tmp_path):
    """A new object after each chunk, as after SIGKILL: only what is on disk is known."""
    for numbers in order[:40]:
        parts = Parts(tmp_path, job, "study", pytest.fail)
        parts.take_up()
        parts.add(chunk([int(k) for k in numbers]))
    there = Parts(tmp_path, job, "study", pytest.fail)
    there.take_up()
    asked = {int(k) for numbers in order[:40] for k in numbers}
    assert there.finished == asked
    if left := sorted(set(range(COUNT)) - asked):
        there.add(chunk(left))
    there.close()
    assert written(tmp_path) == written(at_once)


@pytest.mark.parametrize("first", [1, 100, PART, PART + 1, 200])
def test_a_longer_study_is_the_same_as_one_that_was_long_from_the_beginning(first, job, chunk, at_once, tmp_path):
    parts = Parts(tmp_path, job, "study")
    parts.add(chunk(range(first)))
    parts.close()
    longer = Parts(tmp_path, job, "study", pytest.fail)
    longer.take_up()
    assert longer.finished == set(range(first))
    assert longer.prefix == first
    longer.add(chunk(range(first, COUNT)))
    longer.close()
    assert written(tmp_path) == written(at_once)


@pytest.mark.parametrize("until", range(1, 6))
def test_cut_off_while_a_small_part_is_replaced(until, job, chunk, at_once, tmp_path, monkeypatch):
    """The files of a block are replaced one after the other; cut off between any two of them, nothing is lost."""
    parts = Parts(tmp_path, job, "study")
    parts.add(chunk(range(100)))
    parts.close()
    longer = Parts(tmp_path, job, "study")
    longer.take_up()
    calls, write = [], columns.write

    def cut(*given):
        calls.append(given)
        if len(calls) > until:
            raise KeyboardInterrupt
        write(*given)

    monkeypatch.setattr(columns, "write", cut)
    try:
        longer.add(chunk(range(100, 140)))
    except KeyboardInterrupt:
        assert until < 5
    monkeypatch.setattr(columns, "write", write)
    again = Parts(tmp_path, job, "study", pytest.fail)
    again.take_up()
    assert again.finished == set(range(140))
    again.add(chunk(range(140, COUNT)))
    again.close()
    assert written(tmp_path) == written(at_once)


@pytest.mark.parametrize("kind", ["replications", "around", "items", "item_rows", "trace"])
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_damaged_part_is_told_and_its_replications_are_missing(kind, place, job, at_once, tmp_path):
    import shutil

    folder = tmp_path / "run"
    shutil.copytree(at_once, folder)
    path = folder / kind / "part-00001.parquet"
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 0x40
    path.write_bytes(bytes(content))
    told = []
    parts = Parts(folder, job, "study", told.append)
    parts.take_up()
    if told:
        assert told == [f"{kind}/part-00001.parquet is damaged: replications 128 on are run again"]
        assert parts.finished == set(range(COUNT)) - set(range(PART, 2 * PART))
        assert parts.prefix == PART
    else:  # a byte that carries nothing, such as padding or a statistic: every value is the same
        assert columns.read(path) == columns.read(at_once / kind / "part-00001.parquet")


def test_a_damaged_chunk_is_told_and_its_replications_are_missing(job, chunk, tmp_path):
    parts = Parts(tmp_path, job, "study")
    parts.add(chunk(range(10)))
    parts.add(chunk(range(10, 25)))
    (first, _), _ = staged.kept(tmp_path)
    first.write_bytes(first.read_bytes()[:-1] + b"?")
    told = []
    again = Parts(tmp_path, job, "study", told.append)
    again.take_up()
    assert told == [f"{first.name} is damaged: its replications are run again"]
    assert again.finished == set(range(10, 25))
    assert again.prefix == 0


def test_files_of_another_study_are_not_taken(job, at_once, tmp_path):
    import shutil

    shutil.copytree(at_once, tmp_path / "run")
    told = []
    parts = Parts(tmp_path / "run", job, "another", told.append)
    parts.take_up()
    assert not parts.finished
    assert "belongs to another study" in told[0]


def test_measures_read_from_disk_are_those_that_were_put_there(job, chunk, at_once):
    parts = Parts(at_once, job, "study")
    parts.take_up()
    found = parts.measures()
    assert found.shape == (COUNT, 1, 2, len(sim.MEASURES))
    np.testing.assert_array_equal(np.asarray(found), chunk.measures)
    found._group = 5  # as a study that is too large to be held at once is read
    for place in (0, 3, 17, len(sim.MEASURES) - 1):
        np.testing.assert_array_equal(found[:, 0, 1, place], chunk.measures[:, 0, 1, place])
    assert parts.around().shape == (COUNT, 1, 2, len(SERIES), BEFORE + AFTER)


def test_items_are_reduced_to_their_mean_and_spread(job, chunk, at_once):
    parts = Parts(at_once, job, "study")
    parts.take_up()
    count, mean, squares = parts.pieces
    assert count == COUNT
    np.testing.assert_allclose(mean, chunk.items.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(squares / (COUNT - 1), chunk.items.var(axis=0, ddof=1), rtol=1e-12)


def test_a_study_with_a_hole_is_not_finished(job, chunk, tmp_path):
    parts = Parts(tmp_path, job, "study")
    parts.add(chunk(range(5)))
    parts.add(chunk(range(6, 9)))
    assert (parts.prefix, len(parts.finished)) == (5, 8)
    with pytest.raises(ValueError, match="missing"):
        parts.close()


def test_days_are_read_up_to_a_gap_where_a_later_block_is_whole(job, chunk, tmp_path):
    parts = Parts(tmp_path, job, "study")
    parts.add(chunk([*range(PART), *range(PART, PART + 5), *range(2 * PART, COUNT)]))
    parts.add(chunk(range(PART + 6, PART + 9)))
    assert parts.prefix == PART + 5
    assert parts.around().shape[0] == PART + 5
    whole = Parts(tmp_path / "two", job, "study")
    whole._blocks = {0, 2}  # as after a damaged file
    whole.add(chunk(range(PART, PART + 5)))
    columns.write(whole._path("around", 0), whole.labels.days(range(PART), chunk(range(PART)).around), "study")
    np.testing.assert_array_equal(whole.around(), chunk(range(PART + 5)).around)


def test_two_commands_do_not_write_into_one_folder(tmp_path):
    with (
        alone(tmp_path / "run"),
        pytest.raises(UsageError, match="another command is writing"),
        alone(tmp_path / "run"),
    ):
        pass
    with alone(tmp_path / "run"):
        pass
    assert not list((tmp_path / "run").iterdir())


def test_a_recipe_survives_the_disk():
    import json

    aim = Aim(0.02, between=("a", "b"))
    recipe = Recipe("s.toml", ("jit", "mine.toml"), ("calm",), ("horizon=9",), 3, True, 100, ("items",), aim)
    assert Recipe.of(json.loads(json.dumps(dataclasses.asdict(recipe)))) == recipe
    plain = dataclasses.replace(recipe, weathers=None, aim=None)
    assert Recipe.of(json.loads(json.dumps(dataclasses.asdict(plain)))) == plain
