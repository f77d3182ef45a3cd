"""Worker processes of this machine, by loky: begun again when they are lost, ended for good when the work stops."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.errors import BufferstockWarning, UsageError
from sim.studies.workers.errand import run_file
from sim.studies.workers.quiet import deaf, end_with_parent, kill

Part = tuple[int, ...]
#: pieces under way, a worker: one in its hands, one at its door
AHEAD = 2
#: seconds after which a worker without work ends
IDLE = 300
#: losses without a finished piece between them, after which half as many workers go on; and a lone worker gives up
IN_A_ROW = 2
#: losses after which half as many workers go on, whatever is finished between them
IN_ALL = 4
#: each worker calculates on one processor
ONE_THREAD = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR", "VECLIB_MAXIMUM")
}


def pooled(packed: bytes, parts: Sequence[Part], workers: int) -> Iterator[Any]:
    """Results of pieces in any order, by worker processes; those of a worker that was lost are run again.

    Parameters
    ----------
    packed : the errand; written to a file once, from which each worker reads it once.
    parts : replication numbers, piece by piece.
    workers : processes, at most.

    Raises
    ------
    UsageError : a lone worker is lost `IN_A_ROW` times without a finished piece.
    """
    waiting, losses = deque(parts), Losses(workers)
    with _file(packed) as (file, digest):
        try:
            while waiting:
                yield from _until_lost(file, digest, waiting, losses)
        except BaseException:
            end()
            raise


class Losses:
    """What is made of lost workers: with how many to go on, and when to give up.

    Parameters
    ----------
    workers : how many there are to begin with.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.row = self.all = 0

    def finished(self) -> None:
        """A piece is finished."""
        self.row = 0

    def lost(self, suspects: Sequence[Part], memory: bool) -> None:
        """Workers were lost while these pieces were under way, those begun first in front.

        Raises
        ------
        UsageError : there is no use in going on.
        """
        self.row, self.all = self.row + 1, self.all + 1
        told = "a worker process ran out of memory" if memory else "a worker process was ended from outside"
        why = "" if memory else ", perhaps for want of memory"
        if self.workers == 1 and self.row >= IN_A_ROW:
            raise UsageError(
                f"{told}{why}, {self.row} times in a row while replication {suspects[0][0]} was next: "
                "free some memory, take fewer weathers and postures at a time, or see with --jobs 1 whether code of your "
                "own ends it"
            )
        if self.workers > 1 and (self.row >= IN_A_ROW or self.all >= IN_ALL):
            self.workers, self.row, self.all = self.workers // 2, 0, 0
        many = f"{self.workers} worker process" + ("es" if self.workers > 1 else "")
        warnings.warn(
            f"{told}{why}; {sum(map(len, suspects))} unfinished replications are run again by {many}",
            BufferstockWarning,
            stacklevel=2,
        )


def _until_lost(file: str, digest: str, waiting: deque[Part], losses: Losses) -> Iterator[Any]:
    """Results until nothing is left, or workers are lost; then what was under way waits again."""
    from joblib.externals.loky import get_reusable_executor

    _no_gaps_in_deafness()
    with deaf():
        pool = get_reusable_executor(losses.workers, timeout=IDLE, env=ONE_THREAD, kill_workers=True)
    flying: dict[Future[Any], Part] = {}
    lost: list[Part] = []
    broken = memory = False
    failed: BaseException | None = None
    while (waiting or flying) and not lost:
        with deaf():
            while waiting and len(flying) < AHEAD * losses.workers and not broken:
                try:
                    flying[pool.submit(_piece, file, digest, waiting[0])] = waiting[0]
                    waiting.popleft()
                except BrokenExecutor:
                    broken = True
        if broken and not flying:  # they were lost between two pieces
            lost.append(waiting.popleft())
        for future in wait(flying, return_when=FIRST_COMPLETED).done if flying else ():
            part = flying.pop(future)
            error = future.exception()
            if isinstance(error, BrokenExecutor | MemoryError):
                lost.append(part)
                memory = isinstance(error, MemoryError)
            elif error is not None:
                failed = error
            else:
                losses.finished()
                yield future.result()
        if failed is not None:  # after what is finished has been handed over
            raise failed
    if lost:
        lost += flying.values()
        end()
        lost.sort()
        waiting.extendleft(reversed(lost))
        losses.lost(lost, memory)


def _piece(file: str, digest: str, numbers: Part) -> Any:
    """What a worker does; the first time, it makes sure that it does not outlive the command."""
    import threading

    if all(thread.name != "end with parent" for thread in threading.enumerate()):
        end_with_parent()
    return run_file(file, digest, numbers)


@contextmanager
def _file(packed: bytes) -> Iterator[tuple[str, str]]:
    """The errand in a file, so that pieces are small, and its digest; removed at the end, come what may."""
    from joblib.externals.loky.backend import resource_tracker

    _no_gaps_in_deafness()
    with deaf(), tempfile.NamedTemporaryFile(prefix="bufferstock-", delete=False) as file:
        resource_tracker.register(file.name, "file")  # another process removes it where this one is killed
        file.write(packed)
    try:
        yield file.name, hashlib.sha256(packed).hexdigest()
    finally:
        with deaf():
            with suppress(OSError):
                Path(file.name).unlink()
            resource_tracker.unregister(file.name, "file")


def _no_gaps_in_deafness() -> None:
    """Start loky's and Python's trackers of resources now: they let Ctrl-C through again where they are first started."""
    from multiprocessing import resource_tracker as pythons

    from joblib.externals.loky.backend import resource_tracker

    if hasattr(pythons, "ensure_running"):
        pythons.ensure_running()
    resource_tracker.ensure_running()


def end() -> None:
    """End the worker processes there are, whatever they are doing; nothing where there are none."""
    loky = sys.modules.get("joblib.externals.loky.reusable_executor")
    pool = getattr(loky, "_executor", None)
    if pool is None:
        return
    with deaf():
        manager = pool._executor_manager_thread
        numbers = [process.pid for process in list((pool._processes or {}).values()) if process.pid]
        pool.shutdown(wait=False, kill_workers=True)
        kill(numbers)
        if manager is not None:
            manager.join(timeout=5)
