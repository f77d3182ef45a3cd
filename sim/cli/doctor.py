"""The verb doctor: whether this machine has what the program needs, and what to do where it has not."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

import click

from sim import __version__

State = Literal["ok", "note", "wrong"]
#: free disk below which a large study may not fit, bytes
ROOM = 500_000_000
#: memory below which --jobs should be chosen by hand, bytes for each processor
MEMORY = 500_000_000
MARKS = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes
    ----------
    what, state, told : which, how it is, and in words.
    remedy : what to do; "" where nothing is to be done.
    """

    what: str
    state: State
    told: str
    remedy: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def doctor_command(as_json: bool) -> None:
    """Look whether this machine has what bufferstock needs: versions, processors, memory, disk, fonts, terminal.

    Exit code 1 where something is wrong.
    """
    found = list(_looked())
    wrong = [one for one in found if one.state == "wrong"]
    if as_json:
        told = {"version": __version__, "sound": not wrong, "findings": [asdict(one) for one in found]}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(f"bufferstock {__version__}")
        for one in found:
            click.echo(f"{MARKS[one.state]} {one.what}: {one.told}")
            if one.remedy:
                click.echo(f"      {one.remedy}")
        click.echo(f"\n{len(wrong)} wrong." if wrong else "\nSound: everything that is needed is there.")
        click.echo(
            "Next: bufferstock compare first_strike" if not wrong else "Next: mend what is wrong, then ask again"
        )
    if wrong:
        raise click.exceptions.Exit(1)


def _looked() -> Iterator[Finding]:
    yield Finding("Python", "ok", f"{platform.python_version()} at {sys.prefix}")
    yield from _libraries()
    yield from _machine()
    yield _disk(Path.cwd())
    yield _figures()
    yield _terminal()


def _libraries() -> Iterator[Finding]:
    """Required libraries with the least version that is declared, and optional ones."""
    try:
        required = metadata.requires("bufferstock") or []
    except metadata.PackageNotFoundError:
        yield Finding("bufferstock", "wrong", "is not installed, only on the path", "Install it: pip install .")
        return
    for line in required:
        wanted, _, marker = line.partition(";")
        parts = re.fullmatch(r"\s*([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?:>=\s*([0-9.]+))?\s*", wanted)
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        if parts is None or (extra is not None and extra[1] == "dev"):
            continue
        yield _library(parts[1], parts[2] or "0", extra[1] if extra else "")


def _library(name: str, least: str, extra: str) -> Finding:
    try:
        have = metadata.version(name)
    except metadata.PackageNotFoundError:
        if extra:
            return Finding(name, "note", f"not installed; only for the extra {extra!r}", f"pip install '.[{extra}]'")
        return Finding(name, "wrong", "is not installed", "Install the package again: pip install .")
    if _numbers(have) < _numbers(least):
        return Finding(name, "wrong", f"{have} is older than {least}", f"pip install --upgrade '{name}>={least}'")
    return Finding(name, "ok", f"{have} ({least} or newer is needed)")


def _numbers(version: str) -> tuple[int, ...]:
    """Leading numbers of a version."""
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0].split("rc")[0])[:3])


def _machine() -> Iterator[Finding]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield Finding("Processors", "ok", f"{usable} usable: that many worker processes with --jobs -1")
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        yield Finding("Memory", "note", "cannot be read on this system")
        return
    each = memory / usable
    told = f"{memory / 1e9:.1f} GB free, {each / 1e9:.1f} GB for each processor"
    little = each < MEMORY
    yield Finding("Memory", "note" if little else "ok", told, "Large studies: choose fewer --jobs" if little else "")


def _disk(folder: Path) -> Finding:
    """Whether results can be written below the working folder."""
    free = shutil.disk_usage(folder).free
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            "Working folder", "wrong", f"{folder} cannot be written: {error.strerror}", "Use --out elsewhere"
        )
    told = f"{folder} can be written, {free / 1e9:.1f} GB free"
    if free < ROOM:
        return Finding("Working folder", "note", told, "A comparison of 1,000 futures of 200 items takes some 10 MB")
    return Finding("Working folder", "ok", told)


def _figures() -> Finding:
    """Whether figures can be drawn in the font they are laid out in."""
    from sim.report.fonts import FONT, drawing

    try:
        version, font = drawing()
    except ImportError as error:
        return Finding(
            "Figures", "wrong", f"matplotlib cannot be imported: {error}", "pip install --upgrade matplotlib"
        )
    if font is None:
        return Finding("Figures", "note", f"the font {FONT} is not found: figures look otherwise, numbers do not")
    return Finding("Figures", "ok", f"matplotlib {version}, font {font}")


def _terminal() -> Finding:
    kinds = [name for name in ("NO_COLOR", "FORCE_COLOR") if os.environ.get(name)]
    where = "a terminal" if sys.stdout.isatty() else "no terminal: no progress bar, no colour, 100 columns"
    return Finding("Output", "ok", where + (f"; {', '.join(kinds)} is set" if kinds else ""))
