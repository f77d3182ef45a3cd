"""Ctrl-C: the run stops with exit code 130, keeps what is finished, and shows no traceback."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

START = [sys.executable, "-c", "from sim.__main__ import main; main()"]
processes = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")


def until(done, seconds):
    """Wait for something, at most so many seconds.

    Raises
    ------
    AssertionError : it did not come.
    """
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited {seconds} seconds in vain"
        time.sleep(0.05)


def workers(process):
    """Worker processes of a command: their numbers, each with the processor seconds it has used so far."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may have ended meanwhile
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[1]) == process.pid and b"popen_loky" in (folder / "cmdline").read_bytes():
                used = int(after_name[11]) + int(after_name[12])
                found[int(folder.name)] = used / os.sysconf("SC_CLK_TCK")
    return found


def at_work(process):
    """Whether both workers have used ten processor seconds: some replications are finished, however slow the machine."""
    used = workers(process).values()
    return len(used) == 2 and min(used) > 10


def finish(process):
    """End a command with its workers, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def stopped(command, folder, ready, group):
    """Start a command, press Ctrl-C once it is `ready`, and see it end as it should."""
    process = subprocess.Popen(
        [*START, *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: process.poll() is not None or ready(process), 240)
        if group:
            os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to worker processes too
        else:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=240)
    finally:
        finish(process)
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert err.rstrip().endswith("stopped")
    return err


def test_a_failing_press_in_the_middle_keeps_finished_replications(bufferstock, tmp_path, monkeypatch):
    """The same within one process: the third replication is interrupted, the first two are kept and summed up."""
    import sim.studies.montecarlo as montecarlo

    draw = montecarlo.draw

    def pressed(scenario, seed, replication):
        if replication == 2:
            raise KeyboardInterrupt
        return draw(scenario, seed, replication)

    monkeypatch.setattr(montecarlo, "draw", pressed)
    ended = bufferstock("compare", "first_strike", "-n", "8", "-j", "1", "-o", "out", "--json")
    assert ended.code == 130
    assert ended.out == ""
    assert "2 of 8 replications are finished and kept in out/replications" in ended.err.replace("\n", " ")
    kept = pq.read_table(tmp_path / "out" / "replications" / "unfinished.parquet")
    assert sorted(set(kept["replication"].to_pylist())) == [0, 1]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["replications"] == 2
    assert set(manifest["outputs"]) == {"summary.csv", "replications/unfinished.parquet"}


def test_ctrl_c_before_anything_is_finished_says_so(bufferstock, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.studies.montecarlo.draw", pressed)
    ended = bufferstock("compare", "first_strike", "-n", "8", "-j", "1", "-o", "out")
    assert ended.code == 130
    assert "no replication is finished yet" in ended.err


def test_ctrl_c_while_a_short_verb_runs_is_quiet(bufferstock, monkeypatch):
    def pressed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.library.load", pressed)
    ended = bufferstock("check", "first_strike")
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.strip() == "stopped"


@processes
@pytest.mark.slow
@pytest.mark.parametrize("group", [True, False], ids=["as a terminal does", "to the process alone"])
def test_ctrl_c_keeps_the_finished_replications_of_worker_processes(tmp_path, group):
    """What workers have finished by then is on disk, and no thread complains of the workers' end."""
    command = ["compare", "meridian", "-n", "400", "-j", "2", "-o", "out", "--json"]
    err = stopped(command, tmp_path, at_work, group)
    kept = pq.read_table(tmp_path / "out" / "replications" / "unfinished.parquet")
    numbers = sorted(set(kept["replication"].to_pylist()))
    assert 0 < len(numbers) < 400
    assert kept.num_rows == len(numbers) * 3 * 3
    assert f"{len(numbers)} of 400 replications are finished and kept in out/replications" in err
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["replications"] == len(numbers)


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.0, 3.0, 4.0])
def test_ctrl_c_at_any_moment_ends_quietly(tmp_path, seconds):
    """While modules load, while the scenario is read, while workers start: never a traceback."""
    started = time.monotonic()
    command = ["compare", "meridian", "-n", "400", "-j", "2", "-o", "out"]
    stopped(command, tmp_path, lambda _: time.monotonic() - started > seconds, group=True)


@processes
@pytest.mark.slow
def test_no_worker_outlives_a_command_that_is_killed(tmp_path):
    """Kill -9 of the command itself: its workers notice and end."""
    process = subprocess.Popen(
        [*START, "compare", "meridian", "-n", "400", "-j", "2", "-o", "out"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: process.poll() is not None or at_work(process), 240)
        begun = list(workers(process))
        process.kill()
        until(lambda: not any(Path(f"/proc/{number}").exists() for number in begun), 30)
    finally:
        finish(process)
    assert len(begun) == 2


@processes
@pytest.mark.slow
def test_a_worker_that_is_killed_is_told_once_and_changes_no_byte(tmp_path):
    """The system may end a worker for want of memory: a warning, and the same results as without."""
    ended = {}
    for jobs in ("1", "2"):
        command = ["compare", "first_strike", "-n", "1500", "-j", jobs, "-o", jobs, "--no-figures"]
        process = subprocess.Popen(
            [*START, *command],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            if jobs == "2":
                end = time.monotonic() + 240
                while process.poll() is None and not at_work(process):
                    assert time.monotonic() < end
                    time.sleep(0.05)
                assert process.poll() is None, process.communicate()[1]
                os.kill(min(workers(process)), signal.SIGKILL)
            ended[jobs] = process.communicate(timeout=240)
        finally:
            finish(process)
        assert process.returncode == 0, ended[jobs]
    assert ended["1"][1] == ""
    (told,) = ended["2"][1].strip().splitlines()
    assert told.startswith("warning: a worker process was ended from outside")
    for path in sorted((tmp_path / "1").rglob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "2" / path.relative_to(tmp_path / "1")).read_bytes()
    assert (tmp_path / "1" / "summary.csv").read_bytes() == (tmp_path / "2" / "summary.csv").read_bytes()
