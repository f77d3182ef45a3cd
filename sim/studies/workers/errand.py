"""Errands: work over replications as a value that is sent to a worker once, and made ready there once."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar


class Numbered(Protocol):
    """Results that know which replications they are of."""

    @property
    def numbers(self) -> tuple[int, ...]: ...


Result = TypeVar("Result", bound=Numbered)
Made = TypeVar("Made", bound=Numbered, covariant=True)


class Runner(Protocol[Made]):
    """What a worker keeps between pieces of work: it lives some replications."""

    def run(self, numbers: Sequence[int]) -> Made: ...


class Errand(Protocol[Made]):
    """Work over replications: a value that can be sent to a worker and made ready there, once."""

    def prepare(self) -> Runner[Made]: ...


@lru_cache(maxsize=2)
def prepared(packed: bytes) -> Runner[Any]:
    """The errand of these bytes, made ready; kept until two others have come."""
    errand: Errand[Any] = pickle.loads(packed)
    return errand.prepare()


@lru_cache(maxsize=2)
def _opened(file: str, digest: str) -> Runner[Any]:
    return prepared(Path(file).read_bytes())


def run_file(file: str, digest: str, numbers: tuple[int, ...]) -> Any:
    """Run a piece of the errand that is packed in a file; it is read again only where its content has another digest."""
    return _opened(file, digest).run(numbers)


#: a runner is made for one piece at a time; a worker of a cluster may have several threads
_ONE_AT_A_TIME = threading.Lock()


def run_bytes(packed: bytes, numbers: tuple[int, ...]) -> Any:
    """Run a piece of a packed errand, one at a time in this process."""
    with _ONE_AT_A_TIME:
        return prepared(packed).run(numbers)
