"""Ctrl-C and worker processes: who hears it, and who ends whom."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

#: seconds between two looks at whether the command still lives
LOOK = 1.0


@contextmanager
def deaf() -> Iterator[None]:
    """Ctrl-C waits until this is over, and worker processes begun meanwhile do not hear it at all.

    A terminal sends it to the whole group; a worker that is still loading its modules would answer with a traceback.
    The process that began them ends them.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def kill(numbers: list[int], seconds: float = 5.0) -> None:
    """End processes for good, and wait until they are gone, at most so many seconds."""
    left = [number for number in numbers if _killed(number)]
    end = time.monotonic() + seconds
    while left and time.monotonic() < end:
        left = [number for number in left if _there(number)]
        if left:
            time.sleep(0.01)


def _killed(number: int) -> bool:
    try:
        os.kill(number, getattr(signal, "SIGKILL", signal.SIGTERM))
    except OSError:
        return False
    return True


def _there(number: int) -> bool:
    """Whether a process of ours is there; one that has ended is taken off the system's list."""
    try:
        return os.waitpid(number, os.WNOHANG)[0] == 0
    except ChildProcessError:  # someone else has waited for it
        return False


def end_with_parent() -> None:
    """Let this worker process end when the one that began it is gone, killed or not."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end with parent").start()
