"""Which files a study was read from: noted while they are read, with the hash of their content."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_noted: ContextVar[dict[str, str] | None] = ContextVar("files read", default=None)


def note(path: Path) -> None:
    """Take down a file that is about to be read, where somebody wants to know; missing files are left out."""
    noted = _noted.get()
    if noted is not None and path.is_file():
        noted[str(path)] = hash_of(path)


def hash_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def noting() -> Iterator[dict[str, str]]:
    """Within this, files read are noted: path as opened, and SHA-256."""
    found: dict[str, str] = {}
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)
