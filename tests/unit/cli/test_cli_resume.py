"""Runs that are finished, extended, repeated and estimated from the command line."""

import json
import shutil

import pytest

from sim.library import locate
from sim.runs import alone

QUICK = ("-j", "1", "--no-figures")


def study(bufferstock, *arguments):
    ended = bufferstock("compare", "first_strike", *QUICK, *arguments)
    assert ended.code == 0, ended.err
    return ended


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_a_longer_run_is_the_same_as_one_that_was_long_from_the_beginning(
    bufferstock, tmp_path, same_files, monkeypatch
):
    study(bufferstock, "-n", "8", "-o", "short")
    lived = []
    monkeypatch.setattr("sim.cli.carried.Bar.__enter__", lambda _: lambda count: lived.append(count))
    ended = bufferstock("resume", "short", "-n", "20", *QUICK)
    assert ended.code == 0
    assert sum(lived) == 20  # 8 that are told to be there already, and 12 that are run
    assert "8 replications are there already" in ended.err
    study(bufferstock, "-n", "20", "-o", "long")
    same_files(tmp_path / "short", tmp_path / "long")
    assert manifest(tmp_path / "short")["replications"] == 20


def test_a_finished_run_is_left_as_it_is(bufferstock, tmp_path, monkeypatch):
    study(bufferstock, "-n", "6", "-o", "run")
    before = (tmp_path / "run" / "summary.csv").read_bytes()
    monkeypatch.setattr("sim.studies.montecarlo.draw", lambda *_: pytest.fail("nothing is to be drawn"))
    assert bufferstock("resume", "run", *QUICK).code == 0
    assert (tmp_path / "run" / "summary.csv").read_bytes() == before


def test_the_same_study_without_out_takes_up_what_is_there(bufferstock, monkeypatch):
    first = study(bufferstock, "-n", "6", "--json")
    monkeypatch.setattr("sim.studies.montecarlo.draw", lambda *_: pytest.fail("nothing is to be drawn"))
    again = study(bufferstock, "-n", "6", "--json")
    assert again.out == first.out
    assert "6 replications are there already" in again.err


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("resume", "nowhere"), ("nowhere: there is no such folder",)),
        (("resume", "empty"), ("empty: holds no study.json",)),
        (("resume", "run", "-n", "3"), ("--replications 3", "a study of 6", "not cut")),
        (("resume", "run", "-j", "0", "-n", "9"), ("--jobs 0",)),
        (("resume", "run", "-j", "0"), ("--jobs 0",)),
        (("rerun", "run", "-j", "0"), ("--jobs 0",)),
        (("rerun", "nowhere"), ("nowhere: cannot be opened",)),
        (("rerun", "empty"), ("empty/manifest.json: cannot be opened",)),
        (("rerun", "run", "-o", "run"), ("run: is not empty",)),
        (("compare", "first_strike", "-n", "9", "--precision", "0.1"), ("--replications and --precision",)),
        (("compare", "first_strike", "--precision", "0"), ("precision 0",)),
        (("compare", "first_strike", "--precision", "0.1", "--measure", "total_cots"), ("did you mean 'total_cost'",)),
        (("compare", "first_strike", "--precision", "0.1", "--between", "jit,hybird"), ("did you mean 'hybrid'",)),
        (("compare", "first_strike", "--precision", "0.1", "--between", "jit"), ("name two postures",)),
        (("compare", "first_strike", "--precision", "0.1", "--least", "90", "--most", "80"), ("at most 80",)),
        (("compare", "first_strike", "--measure", "fill_rate"), ("--measure: goes with --precision",)),
        (("compare", "first_strike", "--look-ahead", "5"), ("--look-ahead: goes with --precision",)),
        (("compare", "first_strike", "--keep", "rows"), ("--keep 'rows'", "items")),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) and one[0] in ("resume", "rerun", "compare") else "",
)
def test_calls_that_are_off(arguments, parts, bufferstock, tmp_path):
    (tmp_path / "empty").mkdir()
    study(bufferstock, "-n", "6", "-o", "run")
    ended = bufferstock(*arguments)
    assert (ended.code, ended.out) == (2, "")
    for part in parts:
        assert part in ended.err.replace("\n", " ")


def test_a_scenario_that_changed_cannot_be_continued(bufferstock, tmp_path):
    shutil.copy(locate("first_strike"), tmp_path / "mine.toml")
    assert bufferstock("compare", "mine.toml", "-n", "6", *QUICK, "-o", "run").code == 0
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace("horizon = ", "horizon = 1"), encoding="utf-8")
    ended = bufferstock("resume", "run", "-n", "9", *QUICK)
    assert ended.code == 2
    assert "run: cannot be continued: mine.toml changed since it was begun" in ended.err.replace("\n", " ")


def test_files_are_found_from_another_folder(bufferstock, tmp_path, monkeypatch):
    shutil.copy(locate("first_strike"), tmp_path / "mine.toml")
    (tmp_path / "lean.toml").write_text("base = 'jit'\n")
    assert bufferstock("compare", "mine.toml", "--postures", "jit,lean.toml", "-n", "4", *QUICK, "-o", "run").code == 0
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert bufferstock("resume", tmp_path / "run", "-n", "6", *QUICK).code == 0


def test_a_run_is_repeated_to_the_last_byte(bufferstock, tmp_path, same_files):
    ended = bufferstock("compare", "first_strike", "-j", "1", "-n", "6", "-o", "run")
    assert ended.code == 0
    ended = bufferstock("rerun", "run/manifest.json", "-j", "1", "-o", "again")
    assert (ended.code, ended.err) == (0, "")
    assert "The same bytes:" in ended.out
    same_files(tmp_path / "run", tmp_path / "again")


def test_a_run_that_is_repeated_is_told_as_a_document(bufferstock):
    study(bufferstock, "-n", "6", "-o", "run")
    assert json.loads(bufferstock("rerun", "run", "-j", "1", "--json").out)["same"] is True


def test_a_run_that_comes_out_otherwise_names_what_differs(bufferstock, tmp_path):
    study(bufferstock, "-n", "6", "-o", "run")
    path = tmp_path / "run" / "manifest.json"
    told = manifest(tmp_path / "run")
    told["outputs"]["summary.csv"] = "0" * 64
    path.write_text(json.dumps(told))
    begun = json.loads((tmp_path / "run" / "study.json").read_text())
    begun["libraries"]["numpy"] = "1.0"
    (tmp_path / "run" / "study.json").write_text(json.dumps(begun))
    ended = bufferstock("rerun", "run", "-j", "1")
    assert ended.code == 4
    assert "run-again differs from run in summary.csv: numpy 1.0, now" in ended.err.replace("\n", " ")


def test_damaged_parts_are_run_again_and_said_so(bufferstock, tmp_path, same_files):
    study(bufferstock, "-n", "6", "-o", "run")
    study(bufferstock, "-n", "6", "-o", "whole")
    part = tmp_path / "run" / "replications" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-200])
    ended = bufferstock("resume", "run", *QUICK)
    assert ended.code == 0
    assert "warning: replications/part-00000.parquet is damaged: replications 0 on are run again" in ended.err
    same_files(tmp_path / "run", tmp_path / "whole")


def test_a_full_disk_keeps_what_is_finished(bufferstock, tmp_path, same_files, monkeypatch):
    """The third chunk finds no room: the first two are there, and the run can be finished when there is room again."""
    from sim.errors import UsageError
    from sim.runs import staged

    keep, written = staged.keep, []

    def full(folder, chunk):
        if len(written) == 2:
            raise UsageError(f"{folder}/staged/chunk: cannot be written: No space left on device")
        written.append(chunk)
        return keep(folder, chunk)

    monkeypatch.setattr(staged, "keep", full)
    ended = bufferstock("compare", "first_strike", "-n", "30", *QUICK, "-o", "run")
    assert ended.code == 2
    assert "14 of 30 replications are finished and kept in run; go on with: bufferstock resume run" in ended.err
    assert "No space left on device" in ended.err
    monkeypatch.setattr(staged, "keep", keep)
    assert bufferstock("resume", "run", *QUICK).code == 0
    study(bufferstock, "-n", "30", "-o", "at once")
    same_files(tmp_path / "run", tmp_path / "at once")


def test_a_precision_decides_how_many_are_run(bufferstock, tmp_path, same_files):
    wanted = ("--precision", "0.4", "--between", "hybrid,jit", "--least", "10", "--most", "200")
    ended = study(bufferstock, *wanted, "-o", "run", "--json")
    document = json.loads(ended.out)
    (told,) = document["precision"]
    assert told["what"] == "hybrid - jit"
    assert told["replications"] == document["replications"] == manifest(tmp_path / "run")["replications"]
    assert told["relative_half_width"] <= 0.4
    assert told["low"] <= told["mean"] <= told["high"]
    study(bufferstock, *wanted, "-j", "2", "-o", "two jobs")
    same_files(tmp_path / "run", tmp_path / "two jobs")


def test_a_precision_out_of_reach_is_said_so(bufferstock):
    ended = study(bufferstock, "--precision", "0.0001", "--least", "5", "--most", "12", "-o", "run")
    assert "Precision of jit:" in ended.out
    assert "the most allowed, 12, are used up" in ended.out.replace("\n", " ")


def test_a_dry_run_tells_what_it_takes_and_writes_nothing(bufferstock, tmp_path):
    ended = study(bufferstock, "-n", "1000", "--dry-run", "--json")
    found = json.loads(ended.out)
    assert (found["cells"], found["replications"]) == (6, 1000)
    assert found["minutes"] > 0
    assert not list(tmp_path.iterdir())
    study(bufferstock, "-n", "100", "-o", "run")
    size = sum(path.stat().st_size for path in (tmp_path / "run").rglob("*.parquet")) / 1e6
    told = json.loads(study(bufferstock, "-n", "100", "--dry-run", "--json").out)
    assert told["megabytes"] == pytest.approx(size, rel=0.5)


def test_items_and_days_are_kept_where_asked_for(bufferstock, tmp_path):
    import pyarrow.parquet as pq

    study(bufferstock, "-n", "6", "-o", "run", "--keep", "items", "--trace")
    rows = pq.read_table(tmp_path / "run" / "item_rows" / "part-00000.parquet").to_pandas()
    assert len(rows) == 6 * 2 * 3
    days = pq.read_table(tmp_path / "run" / "trace" / "part-00000.parquet")
    assert days.num_rows == 6 * 2 * 3 * 3
    assert not {"item_rows", "trace"} & {path.name for path in (tmp_path / "run").iterdir() if path.is_file()}
    mean = rows.groupby(["weather", "posture"])["stockout_cost"].mean()
    import pandas as pd

    items = pd.read_csv(tmp_path / "run" / "items.csv").set_index(["weather", "posture"])["stockout_cost"]
    for place, value in mean.items():
        assert items[place] == pytest.approx(value, rel=1e-12)


def test_force_leaves_a_run_alone_that_another_command_is_writing(bufferstock, tmp_path):
    study(bufferstock, "-n", "6", "-o", "run")
    before = {path: path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file()}
    with alone(tmp_path / "run"):
        ended = bufferstock("compare", "first_strike", *QUICK, "-n", "8", "-o", "run", "--force")
    assert ended.code == 2
    assert "another command is writing" in ended.err
    assert {path: path.read_bytes() for path in (tmp_path / "run").rglob("*") if path.is_file()} == before


def test_a_run_is_found_again_from_anywhere_as_often_as_it_is_taken_up(bufferstock, tmp_path, monkeypatch):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
    shutil.copy(locate("first_strike"), tmp_path / "here" / "mine.toml")
    monkeypatch.chdir(tmp_path / "here")
    assert bufferstock("compare", "mine.toml", *QUICK, "-n", "4", "-o", "run").code == 0
    monkeypatch.chdir(tmp_path / "there")
    (tmp_path / "there" / "mine.toml").write_text("another file of that name")
    for count in ("5", "6"):
        ended = bufferstock("resume", tmp_path / "here" / "run", *QUICK, "-n", count)
        assert ended.code == 0, ended.err
    assert manifest(tmp_path / "here" / "run")["replications"] == 6


def test_what_a_run_was_begun_with_stays_written_when_it_is_taken_up(bufferstock, tmp_path):
    study(bufferstock, "-n", "4", "-o", "run")
    path = tmp_path / "run" / "study.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["libraries"]["numpy"] = "1.0"
    path.write_text(json.dumps(told), encoding="utf-8")
    for count in ("5", "6"):  # the second time as loudly as the first
        assert "numpy 1.0, now" in bufferstock("resume", "run", *QUICK, "-n", count).err


def test_more_than_is_wanted_is_no_study_of_that_many(bufferstock, tmp_path):
    first = json.loads(study(bufferstock, "-n", "6", "--json").out)
    assert bufferstock("resume", first["out"], *QUICK, "-n", "9").code == 0
    ended = bufferstock("compare", "first_strike", *QUICK, "-n", "6", "--json")
    assert (ended.code, ended.out) == (2, "")
    assert "6 replications are wanted, and it holds some up to 9" in ended.err.replace("\n", " ")
    assert manifest(tmp_path / first["out"])["replications"] == 9


def test_aims_that_differ_have_folders_of_their_own(bufferstock):
    aim = ("--precision", "0.5", "--least", "4", "--most", "8", "--json")
    folders = {
        json.loads(study(bufferstock, *aim, "--measure", measure).out)["out"] for measure in ("total_cost", "fill_rate")
    }
    assert len(folders) == 2
