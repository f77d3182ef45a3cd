"""Makes the images of docs/img again, each from the command that its page names; bytes are the same every time.

python tools/doc_figures.py                 all of them, into docs/img (long: see --list)
python tools/doc_figures.py tornado sweep   these alone, and what the same run draws beside them
python tools/doc_figures.py --short         those whose run takes less than 90 s of one processor
python tools/doc_figures.py --check …       write nothing; exit code 1 where a file is not what would be written
python tools/doc_figures.py --list          image, page, command, processor time

Figures of claims are not among them: `make experiments` makes those. The bytes hold for one version of matplotlib.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sim.cli.main import commands  # noqa: E402

IMAGES = ROOT / "docs" / "img"
#: processor seconds from which a run is long
LONG = 90


@dataclass(frozen=True)
class Run:
    """One command of the documentation and the images taken from it.

    Parameters
    ----------
    command : as the page has it, word for word.
    page : the page that shows the images, below docs/.
    images : names without ending.
    seconds : processor time, measured; of one core.
    """

    command: str
    page: str
    images: tuple[str, ...]
    seconds: int

    @property
    def long(self) -> bool:
        """Whether it takes a minute or more."""
        return self.seconds >= LONG


RUNS = (
    Run("bufferstock compare first_strike -n 40", "start.md", ("cost_against_stockouts",), 17),
    Run("bufferstock sensitivity first_strike -n 30", "sensitivity.md", ("tornado", "break_even"), 62),
    Run(
        "bufferstock sweep first_strike --set jit.cover=0:60:5 --postures jit,hybrid -n 30",
        "sensitivity.md",
        ("sweep",),
        12,
    ),
    Run("bufferstock score meridian", "score.md", ("score_map",), 6),
    Run("bufferstock replay meridian --weather strike", "replay.md", ("reenactment",), 19),
    Run("bufferstock stress meridian", "stress.md", ("stress_survival",), 128),
    Run(
        "bufferstock loss ordinary_year --postures jit,jic,hybrid -n 1000",
        "loss.md",
        ("loss_exceedance", "loss_risk_or_error"),
        50,
    ),
    Run("bufferstock justify meridian -n 200", "justify.md", ("what_this_buffer_buys",), 1567),
)


def chosen(names: Sequence[str], short: bool) -> list[Run]:
    """The runs that make these images; all where none is named.

    Raises
    ------
    ValueError : a name is no image of the documentation.
    """
    known = {image: run for run in RUNS for image in run.images}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ValueError(f"no image of docs/img: {', '.join(unknown)}; there are {', '.join(known)}")
    asked = [run for run in RUNS if not names or set(names) & set(run.images)]
    return [run for run in asked if not (short and run.long)]


def drawn(run: Run, into: Path, jobs: int) -> dict[str, Path]:
    """Call the command in an empty folder; the new image of each name.

    Raises
    ------
    RuntimeError : the command failed, or did not draw what is asked of it.
    """
    _, verb, *rest = shlex.split(run.command)
    command = commands.get_command(click.Context(commands), verb)
    options = {name for one in command.params for name in one.opts} if command else set()
    words = [sys.executable, "-m", "sim", verb, *rest, "--out", str(into / "run")]
    words += ["--jobs", str(jobs)] if "--jobs" in options else []
    words += ["--no-progress"] if "--no-progress" in options else []
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    ended = subprocess.run(words, cwd=into, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    if ended.returncode:
        raise RuntimeError(f"{run.command}: exit code {ended.returncode}\n{ended.stderr}")
    found = {path.stem: path for path in sorted((into / "run").rglob("*.png"))}
    missing = [name for name in run.images if name not in found]
    if missing:
        raise RuntimeError(f"{run.command}: drew no {', '.join(missing)}")
    return {name: found[name] for name in run.images}


def placed(new: Path, place: Path, check: bool) -> bool:
    """Put a new image in its place, unless it is only checked; whether the place had other bytes, or none."""
    differs = not place.is_file() or place.read_bytes() != new.read_bytes()
    if differs and not check:
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(new, place)
    return differs


def listed() -> str:
    """The table of runs."""
    rows = [
        f"{', '.join(run.images):<38} {run.page:<15} {run.seconds:>4} s{' (long)' if run.long else '':<7} {run.command}"
        for run in RUNS
    ]
    return "\n".join(rows)


def main(words: Sequence[str] | None = None) -> int:
    """Make images, or check them; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="image, without its ending; all when left out")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where one differs")
    parser.add_argument("--short", action="store_true", help=f"leave out runs of {LONG} processor seconds and more")
    parser.add_argument("--list", action="store_true", help="show images, pages, commands and times; run nothing")
    parser.add_argument("--jobs", type=int, default=1, help="worker processes; -1: all processors")
    asked = parser.parse_args(words)
    if asked.list:
        print(listed())
        return 0
    try:
        runs = chosen(asked.names, asked.short)
    except ValueError as told:
        parser.error(str(told))
    changed = 0
    for run in runs:
        print(f"{run.command}  (about {run.seconds} s of one processor)", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            for name, new in drawn(run, Path(folder), asked.jobs).items():
                place = IMAGES / f"{name}.png"
                differs = placed(new, place, asked.check)
                changed += differs
                what = ("differs" if asked.check else "written") if differs else "the same"
                print(f"  {place.relative_to(ROOT).as_posix()}: {what}", flush=True)
    left = [run for run in RUNS if asked.short and run.long]
    if left and not asked.names:
        print(f"left out, as long: {', '.join(image for run in left for image in run.images)}")
    return 1 if asked.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
