"""Ctrl-C: it waits while modules are imported, since a module that is half imported answers with whatever it likes."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

#: seconds until an interruption that came during an import is tried again
SOON = 0.02


def press(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, now or when modules are imported.

    Raises
    ------
    KeyboardInterrupt : now.
    """
    if hasattr(signal, "setitimer") and importing(frame):
        signal.setitimer(signal.ITIMER_REAL, SOON)
        return
    raise KeyboardInterrupt


def importing(frame: FrameType | None) -> bool:
    """Whether an import is under way in this frame or those that called it."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


class Patient:
    """Within it, Ctrl-C waits for imports; where the system was told to ignore it (nohup), it stays ignored."""

    def __enter__(self) -> None:
        main = threading.current_thread() is threading.main_thread()
        self.before: dict[int, Any] = {}
        if (
            main
            and hasattr(signal, "setitimer")
            and signal.getsignal(signal.SIGINT) in (signal.default_int_handler, press)
        ):
            self.before[signal.SIGALRM] = signal.signal(signal.SIGALRM, _again)
            self.before[signal.SIGINT] = signal.signal(signal.SIGINT, press)

    def __exit__(self, *_: object) -> None:
        for number, handler in reversed(self.before.items()):
            signal.signal(number, handler)


def _again(number: int, frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGINT)
