"""Errands to try the spreading of work with."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Squares:
    """Results of some replications, and the process they come from."""

    numbers: tuple[int, ...]
    values: tuple[int, ...]
    process: int


@dataclass(frozen=True)
class Squaring:
    """Squares of replication numbers; each preparation leaves a file in `log`, each piece takes `seconds`.

    The first piece that holds `deadly` raises `why`, or ends its worker where there is none; with `always`, each does.
    """

    log: str = ""
    seconds: float = 0.0
    deadly: int = -1
    why: type[BaseException] | None = None
    always: bool = False
    load: bytes = b""

    def prepare(self):
        if self.log:
            (Path(self.log) / f"prepared-{os.getpid()}-{time.monotonic_ns()}").touch()
        return self

    def run(self, numbers):
        time.sleep(self.seconds)
        if self.deadly in numbers:
            mark = Path(self.log) / "dead"
            if self.always or not mark.exists():
                mark.touch()
                if self.why is None:
                    os._exit(9)
                raise self.why("enough")
        return Squares(tuple(numbers), tuple((np.array(numbers) ** 2).tolist()), os.getpid())


def squares(found):
    """Squares by number, each number once."""
    pairs = [pair for piece in found for pair in zip(piece.numbers, piece.values, strict=True)]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def right(count):
    """What a study of so many replications must find."""
    return {number: number * number for number in range(count)}
