"""Ctrl-C: the run stops with exit code 130, keeps what is finished, and shows no traceback."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.runs import staged

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
    """Numbers of the worker processes of a command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may have ended meanwhile
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == process.pid and b"popen_loky" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def kept(folder):
    """How many chunks of finished replications are on disk."""
    return len(list(folder.glob("out/*/chunk-*.npz"))) + 100 * len(list(folder.glob("out/replications/part-*")))


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


def test_a_failing_press_in_the_middle_keeps_finished_replications(bufferstock, tmp_path, monkeypatch, same_files):
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
    assert "2 of 8 replications are finished and kept in out; go on with: bufferstock resume out" in ended.err
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["replications"], manifest["finished"]) == (2, False)
    assert set(manifest["outputs"]) == {"summary.csv", "items.csv"}
    monkeypatch.setattr(montecarlo, "draw", draw)
    assert bufferstock("resume", "out", "-j", "1").code == 0
    assert bufferstock("compare", "first_strike", "-n", "8", "-j", "1", "-o", "at once").code == 0
    same_files(tmp_path / "out", tmp_path / "at once")


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


@pytest.mark.slow
@pytest.mark.parametrize("group", [True, False], ids=["as a terminal does", "to the process alone"])
def test_ctrl_c_keeps_the_finished_replications_of_worker_processes(tmp_path, group):
    """What workers have finished by then is on disk, no thread complains of the workers' end, and none outlives it."""
    command = ["compare", "meridian", "-n", "400", "-j", "2", "-o", "out", "--json"]
    err = stopped(command, tmp_path, lambda _: kept(tmp_path) >= 3, group)
    chunks = [chunk for _, chunk in staged.kept(tmp_path / "out")]
    numbers = sorted(number for chunk in chunks for number in chunk.numbers)
    assert 3 <= len(numbers) < 400
    assert len(set(numbers)) == len(numbers)
    told = f"{len(numbers)} of 400 replications are finished and kept in out; go on with: bufferstock resume out"
    assert told in err
    without_gap = next(number for number in range(401) if number not in numbers)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text()) if without_gap else {"replications": 0}
    assert manifest["replications"] == without_gap


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
        until(lambda: process.poll() is not None or kept(tmp_path) >= 1, 240)
        begun = workers(process)
        process.kill()
        until(lambda: not any(Path(f"/proc/{number}").exists() for number in begun), 60)
    finally:
        finish(process)
    assert len(begun) == 2


@processes
@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing_but_time(tmp_path, same_files):
    """The system may end a worker for want of memory: it is told, and the result is the same as without."""
    process = subprocess.Popen(
        [*START, "compare", "first_strike", "-n", "300", "-j", "2", "-o", "out"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        until(lambda: process.poll() is not None or kept(tmp_path) >= 1, 240)
        assert process.poll() is None, process.communicate()[1]
        os.kill(min(workers(process)), signal.SIGKILL)
        _, err = process.communicate(timeout=240)
    finally:
        finish(process)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    (told,) = err.strip().splitlines()
    assert told.startswith("warning: a worker process was ended from outside")
    call("compare", "first_strike", "-n", "300", "-j", "1", "-o", "at once", folder=tmp_path)
    same_files(tmp_path / "out", tmp_path / "at once")


@pytest.mark.slow
def test_a_command_that_is_killed_three_times_loses_nothing(tmp_path, same_files):
    """SIGKILL of the main process at three moments, each time taken up again: the same bytes as at once."""
    command = ["compare", "first_strike", "-n", "400", "-j", "2", "-o", "out"]
    for wanted in (1, 4, 9):
        process = subprocess.Popen(
            [*START, *command],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            until(lambda: process.poll() is not None or kept(tmp_path) >= wanted, 240)  # noqa: B023
            assert process.poll() is None, process.communicate()[1]
            process.kill()
        finally:
            finish(process)
        before = kept(tmp_path)
        assert before >= wanted
        command = ["resume", "out", "-j", "2"]
    assert "replications are there already" in call(*command, folder=tmp_path)
    call("compare", "first_strike", "-n", "400", "-j", "1", "-o", "at once", folder=tmp_path)
    same_files(tmp_path / "out", tmp_path / "at once")


def call(*arguments, folder):
    """Run a command to its end, which must be good; what it told on stderr."""
    ended = subprocess.run([*START, *arguments], cwd=folder, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stderr
    return ended.stderr
