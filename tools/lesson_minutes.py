"""Counts the minutes of each lesson by a rule; nobody is timed. Waits are those of the machine it runs on.

python tools/lesson_minutes.py [NUMBER …]   a table in Markdown, all lessons when left out

The rule stands in docs/lessons/index.md, which holds the table.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from sim.lessons import LESSONS, lesson  # noqa: E402
from sim.lessons.folder import texts  # noqa: E402
from sim.lessons.lesson import Lesson  # noqa: E402
from sim.lessons.sheet import MINUTES  # noqa: E402

STUDENT = "Ada"
SHEET = 200  #: words of the sheet a minute
SCREEN = 400  #: words on the screen a minute
LOOK = 60  #: seconds at most with what one command writes
TYPE = 20  #: seconds for a command, or for a file that is edited
THINK = 2  #: minutes for each exercise and for the prediction
TRIES = 4  #: times that a step of trial is run

#: lesson -> steps that are tried, steps that follow the edit of a file (numbers from 1)
TRIED = {1: {3}, 3: {3}}
EDITED = {2: {2}, 3: {3}, 4: {2}}


@dataclass
class Count:
    """What one lesson takes.

    Attributes
    ----------
    words, screen : words of the sheet; words that the commands write.
    reading, waiting : seconds with the screen, each command at most `LOOK`; seconds until commands end.
    typed : commands and edited files.
    thought : exercises and the prediction.
    """

    words: int
    thought: int
    screen: int = 0
    reading: float = 0.0
    waiting: float = 0.0
    typed: int = 0

    @property
    def minutes(self) -> float:
        """Prediction, run and exercises together."""
        return self.words / SHEET + self.thought * THINK + (self.reading + self.waiting + self.typed * TYPE) / 60

    def run(self, command: str, folder: Path) -> None:
        """Run one command in a folder, and count it.

        Raises
        ------
        SystemExit : it failed.
        """
        called = [sys.executable, "-m", "sim", *shlex.split(command)[1:]]
        started = time.perf_counter()
        ended = subprocess.run(
            called, cwd=folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.waiting += time.perf_counter() - started
        if ended.returncode:
            raise SystemExit(f"{command}: {ended.stdout}")
        words = len(ended.stdout.split())
        self.screen += words
        self.reading += min(60 * words / SCREEN, LOOK)
        self.typed += 1


def _environment() -> dict[str, str]:

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def count(number: int) -> Count:
    """Do a lesson from init to check, every exercise answered."""
    made = lesson(number, STUDENT)
    found = Count(len(texts(made)["sheet.md"].split()), len(made.exercises) + 1)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "mine"
        found.run(f"bufferstock init --lesson {number} --student {STUDENT} mine", Path(home))
        for place, step in enumerate(made.steps, 1):
            for attempt in range(TRIES if place in TRIED.get(number, ()) else 1):
                found.typed += place in EDITED.get(number, ())
                again = " --force" if attempt and " -o " in step.command and "--force" not in step.command else ""
                found.run(step.command + again, folder)
        _answer(folder / "answers.toml", made)
        found.run("bufferstock lesson check .", folder)
    return found


def _answer(path: Path, made: Lesson) -> None:
    """Fill in every answer."""
    text = path.read_text(encoding="utf-8").replace('prediction = ""', f'prediction = "{made.prediction.answer}"')
    for number, one in enumerate(made.exercises, 1):
        text = text.replace(f'\n{number} = ""', f'\n{number} = "{one.answer}"')
    path.write_text(text, encoding="utf-8")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="lessons to count")
    debrief = dict(MINUTES)["Debrief"]
    print(
        "| lesson | sheet, words | screen, words | commands and edits | waits, s | to think of | minutes | with debrief |"
    )
    print("| --- |" + " ---: |" * 7)
    for number in parser.parse_args().numbers or LESSONS:
        one = count(number)
        print(
            f"| {number} | {one.words} | {one.screen:,} | {one.typed} | {one.waiting:.0f} | {one.thought} "
            f"| {one.minutes:.1f} | {one.minutes + debrief:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
