"""Spreading over this process and over worker processes: every replication once, whatever happens to workers."""

import tempfile
import time
import warnings
from pathlib import Path

import pytest

from sim.errors import BufferstockWarning, PolicyError, UsageError
from sim.studies.montecarlo import pieces, spread, workers_of
from sim.studies.workers import end
from sim.studies.workers.pool import Losses
from sim.studies.workers.travel import own_modules, packed

ALIVE = Path("/proc/self/stat").exists()


def prepared(folder):
    return len(list(folder.glob("prepared-*")))


def test_in_this_process_an_errand_is_prepared_once_and_told_piece_by_piece(errands, tmp_path):
    told = []
    found = list(spread(errands.Squaring(str(tmp_path)), range(10, 17), chunk=3, done=told.append))
    assert [piece.numbers for piece in found] == [(10, 11, 12), (13, 14, 15), (16,)]
    assert told == [3, 3, 1]
    assert prepared(tmp_path) == 1


def test_one_piece_is_run_here_whatever_the_jobs(errands):
    import os

    (found,) = spread(errands.Squaring(), range(3), jobs=4, chunk=3)
    assert found.process == os.getpid()


@pytest.mark.parametrize(
    ("numbers", "jobs", "part"), [((), 1, "0 replications"), ((1,), 0, "0 jobs"), ((1,), -2, "-2 jobs")]
)
def test_a_call_that_is_off_is_a_usage_error(errands, numbers, jobs, part):
    with pytest.raises(UsageError, match=part):
        list(spread(errands.Squaring(), numbers, jobs))


def test_pieces_hold_every_number_once():
    assert pieces((4, 2, 9), 2) == [(4, 2), (9,)]
    assert workers_of(3) == 3
    assert workers_of(-1) >= 1


def test_worker_processes_prepare_once_each_and_leave_no_file(errands, tmp_path, monkeypatch):
    """A module that they cannot import travels by value; a second spread of the same errand prepares nothing again."""
    errand = errands.Squaring(str(tmp_path), seconds=0.02)
    (own := tmp_path / "temporary").mkdir()  # other processes of this machine keep files of the same name elsewhere
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    assert errands.squares(spread(errand, range(40), 2, 2)) == errands.right(40)
    before = prepared(tmp_path)
    assert before <= 2
    for _ in range(2):  # results of a class of the user's change it as they come back, and with it, once, the bytes
        assert errands.squares(spread(errand, range(40), 2, 2)) == errands.right(40)
    assert prepared(tmp_path) - before <= 2
    assert list(own.iterdir()) == []


def test_pieces_are_small_whatever_the_errand(errands, monkeypatch):
    """The errand goes through a file: what is sent with each piece is a few hundred bytes, here of a megabyte."""
    import cloudpickle
    from joblib.externals.loky.reusable_executor import _ReusablePoolExecutor as Pool

    sizes, submit = [], Pool.submit

    def weighed(self, *arguments):
        sizes.append(len(cloudpickle.dumps(arguments)))
        return submit(self, *arguments)

    monkeypatch.setattr(Pool, "submit", weighed)
    errand = errands.Squaring(load=bytes(1_000_000))
    assert errands.squares(spread(errand, range(100), 2, 25)) == errands.right(100)
    assert len(sizes) == 4
    assert max(sizes) < 600


def test_replications_of_a_lost_worker_are_run_again_and_told_once(errands, tmp_path):
    with pytest.warns(BufferstockWarning, match="ended from outside") as told:
        found = errands.squares(spread(errands.Squaring(str(tmp_path), 0.01, deadly=7), range(30), 2, 1))
    assert found == errands.right(30)
    assert len(told) == 1


def test_a_worker_out_of_memory_does_not_lose_the_run(errands, tmp_path):
    with pytest.warns(BufferstockWarning, match="ran out of memory") as told:
        found = errands.squares(spread(errands.Squaring(str(tmp_path), 0.01, 7, MemoryError), range(30), 2, 1))
    assert found == errands.right(30)
    assert len(told) == 1


def test_a_piece_that_ends_every_worker_is_given_up_and_the_others_are_kept(errands, tmp_path):
    kept = []
    errand = errands.Squaring(str(tmp_path), 0.01, deadly=25, always=True)
    running = spread(errand, range(30), 2, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BufferstockWarning)
        with pytest.raises(UsageError, match="while replication 25 was next"):
            kept.extend(running)
    assert {number for piece in kept for number in piece.numbers} >= set(range(24))


def test_an_early_close_harms_no_later_spread(errands):
    running = spread(errands.Squaring(seconds=0.2), range(200), 2, 1)
    next(running)
    begun = time.monotonic()
    running.close()
    assert time.monotonic() - begun < 10  # two workers would have been at it for 20 s
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert errands.squares(spread(errands.Squaring(), range(20), 3, 1)) == errands.right(20)


def test_what_a_user_is_told_about_arrives_after_what_is_finished(errands, tmp_path):
    found = []
    running = spread(errands.Squaring(str(tmp_path), 0.05, 12, PolicyError), range(14), 2, 1)
    with pytest.raises(PolicyError, match="enough"):
        found.extend(running)
    assert {number for piece in found for number in piece.numbers} >= set(range(6))


@pytest.mark.skipif(not ALIVE, reason="processes are looked up in /proc")
def test_end_leaves_no_worker(errands):
    processes = {piece.process for piece in spread(errands.Squaring(seconds=0.02), range(20), 2, 1)}
    assert all(Path(f"/proc/{process}").exists() for process in processes)
    end()
    assert not any(Path(f"/proc/{process}").exists() for process in processes)
    end()


@pytest.mark.parametrize(
    ("lost", "workers"),
    [("l", 8), ("ll", 4), ("lfl", 8), ("lflfl", 8), ("lflflfl", 4), ("llll", 2), ("llllll", 1)],
)
def test_half_as_many_workers_go_on_where_they_are_lost_again_and_again(lost, workers):
    """l: workers lost, f: a piece finished."""
    losses = Losses(8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BufferstockWarning)
        for event in lost:
            losses.finished() if event == "f" else losses.lost([(3,)], memory=False)
    assert losses.workers == workers


def test_a_lone_worker_that_is_lost_twice_in_a_row_is_the_end():
    losses = Losses(1)
    with pytest.warns(BufferstockWarning, match="1 unfinished replications are run again by 1 worker process"):
        losses.lost([(3,)], memory=False)
    with pytest.raises(UsageError, match="2 times in a row while replication 3 was next"):
        losses.lost([(3,), (9,)], memory=False)


def test_what_cannot_be_packed_is_a_usage_error(errands):
    import threading

    with pytest.raises(UsageError, match="cannot be sent to workers: TypeError: cannot pickle"):
        packed(errands.Squaring(load=threading.Lock()))


def test_only_modules_that_workers_would_not_find_go_by_value(errands):
    import numpy

    import sim.errors

    found = own_modules()
    assert errands in found
    assert not {pytest, numpy, warnings, sim.errors} & set(found)
