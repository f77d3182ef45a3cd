"""The folder of a run: made, guarded against a second writer, and written so that each file is complete or absent."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.errors import UsageError

LOCK = ".writing"


#: what a run may have written, by name: nothing else is ever removed
WRITTEN = ("manifest.json", "study.json", "summary.csv", "items.csv")
KEPT = ("replications", "around", "items", "item_rows", "trace", "staged")


def open_folder(wanted: Path, force: bool, replications: bool = True) -> Path:
    """Make the folder of a run; what an earlier one left is removed where `force` is given.

    Raises
    ------
    UsageError : it holds something already and `force` is not given, another command is writing there, or it cannot be
        written.
    """
    if force and wanted.is_dir():
        with alone(wanted):  # or else the files of a run that is under way would be gone
            return _opened(wanted, force, replications)
    return _opened(wanted, force, replications)


def _opened(wanted: Path, force: bool, replications: bool) -> Path:
    try:
        if wanted.is_dir() and any(not path.is_dir() and path.name != LOCK for path in wanted.rglob("*")):
            if not force:
                raise UsageError(f"{wanted}: is not empty; choose another --out, or overwrite with --force")
            if not any((wanted / name).exists() for name in ("manifest.json", "study.json", "replications")):
                raise UsageError(f"{wanted}: holds something that is not a run; --force overwrites runs only")
            for old in (path for kind in KEPT for path in (wanted / kind).glob("*.*")):
                if old.suffix in (".parquet", ".npz") or old.name.startswith("."):
                    old.unlink()
            without_figures(wanted)
            for name in WRITTEN:
                (wanted / name).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{wanted}: cannot be written: {error.strerror}") from error
    if replications:
        make_folder(wanted / "replications")
    return make_folder(wanted)


def without_figures(folder: Path) -> None:
    """Remove figures that an earlier run left, which would stand beside numbers they are not drawn from."""
    for path in (folder / "figures").glob("*.*"):
        if path.suffix in (".png", ".svg"):
            path.unlink()


def empty(folder: Path) -> None:
    """Remove what a run that has nothing to keep left in its folder, and the folder where nothing else is in it."""
    for name in WRITTEN:
        (folder / name).unlink(missing_ok=True)
    for kind in KEPT:
        if (folder / kind).is_dir() and not any((folder / kind).iterdir()):
            (folder / kind).rmdir()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second command from writing into the folder of a run; the system lets go of it however this one ends.

    Raises
    ------
    UsageError : another command is writing there.
    """
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        yield
        return
    path = folder / LOCK
    make_folder(folder)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # the one before may have removed the file between our opening and our locking it: then a third has a new one
            if os.fstat(file.fileno()).st_ino != path.stat().st_ino:
                raise OSError("another file")
        except OSError as error:
            raise UsageError(f"{folder}: another command is writing into this folder; choose another --out") from error
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def make_folder(wanted: Path) -> Path:
    """Make a folder and see that it can be written, before anything is computed.

    Raises
    ------
    UsageError : it cannot.
    """
    file = next((place for place in (wanted, *wanted.parents) if place.is_file()), None)
    if file is not None:
        raise UsageError(f"{file}: is a file; --out names a folder")
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        probe = wanted / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{wanted}: cannot be written: {error.strerror}") from error
    return wanted


def write_atomic(path: Path, text: str | bytes) -> None:
    """Write a file whole: under another name first, then renamed.

    Raises
    ------
    UsageError : the disk refuses.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(text.encode() if isinstance(text, str) else text)
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    except KeyboardInterrupt:
        scratch.unlink(missing_ok=True)
        raise
