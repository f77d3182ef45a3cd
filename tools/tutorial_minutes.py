"""How many minutes the tutorial takes, by rule: no person was timed.

Runs the commands of docs/tutorial.md in an empty folder and adds up, step by step: words of the page at 200 a minute (all
but the Python block, which is pasted), 20 s for each command typed and each block pasted, what a command prints at 400
words a minute but 60 s at most, the wait for it, and 60 s for each file that the page has one open. A wait is counted as
its processor seconds, as if one processor did all of it and nothing else. Run it by hand::

    python tools/tutorial_minutes.py
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```([a-z]*)\n(.*?)^```$", re.S | re.M)
NAMED = re.compile(r"\b(as|end of) `([\w./-]+\.[a-z]+)`")
#: words a minute on the page and on the screen; seconds for a command or a paste, most for a screen, for an opened file
READ, SKIM, TYPE, MOST, OPEN = 200, 400, 20, 60, 60
#: the heading from which on nothing is needed for the page for the board
OPTIONAL = "With ten minutes more"


@dataclass
class Step:
    """A section of the page: seconds for each kind of work, and the words behind them."""

    title: str
    words: int = 0
    acts: int = 0
    opened: int = 0
    screens: float = 0.0
    printed: int = 0
    waits: float = 0.0

    @property
    def seconds(self) -> float:
        """All of them."""
        return self.words * 60 / READ + self.acts * TYPE + self.screens + self.waits + self.opened * OPEN


def steps(folder: Path) -> list[Step]:
    """Every section of the page, its commands run in a folder."""
    made = []
    for number, section in enumerate(re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)):
        step = Step(section.splitlines()[0].removeprefix("# ") if number else "Introduction")
        prose = BLOCK.sub(lambda match: "" if match[1] == "python" else match[2], section)
        step.words = len(re.sub(r"\]\([^)]*\)|[|*`#\[\]]|-{3,}:?", " ", prose).split())
        step.opened = len(re.findall(r"\bOpen `", section))
        for block in BLOCK.finditer(section):
            before = section[: block.start()].rstrip().rsplit("\n\n", 1)[-1]
            if block[1] == "bash":
                for line in block[2].splitlines():
                    run(shlex.split(line), folder, step)
            else:
                how, name = NAMED.findall(before)[-1]
                with (folder / name).open("w" if how == "as" else "a", encoding="utf-8") as file:
                    file.write(block[2])
                step.acts += 1
        made.append(step)
    return made


def run(words: list[str], folder: Path, step: Step) -> None:
    """A command of the page, timed."""
    start = [sys.executable, *words[1:]] if words[0] == "python" else [sys.executable, "-m", "sim", *words[1:]]
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    begun = processor()
    ended = subprocess.run(start, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths})
    step.waits += processor() - begun
    if ended.returncode:
        sys.exit(f"{shlex.join(words)}: exit code {ended.returncode}\n{ended.stderr}")
    printed = sum(any(map(str.isalnum, word)) for word in (ended.stdout + ended.stderr).split())
    step.acts += 1
    step.printed += printed
    step.screens += min(printed * 60 / SKIM, MOST)
    print(f"$ {shlex.join(words)}\n{ended.stdout}", flush=True)


def processor() -> float:
    """Processor seconds of all commands so far, those of their worker processes too."""
    used = os.times()
    return used.children_user + used.children_system


def main() -> None:
    """Print what the commands print, then the count."""
    with tempfile.TemporaryDirectory() as name:
        found = steps(Path(name))
    print("| step | words | acts | opened | words on screen | processor s | minutes |")
    print(f"| ---{' | ---:' * 6} |")
    needed: list[Step] = []
    rest: list[Step] = []
    for step in found:
        (rest if rest or step.title == OPTIONAL else needed).append(step)
    for title, several in (("to the page for the board", needed), ("the rest", rest)):
        whole = Step(title)
        for step in several:
            print(row(step))
            for name in ("words", "acts", "opened", "screens", "printed", "waits"):
                setattr(whole, name, getattr(whole, name) + getattr(step, name))
        print(row(whole))


def row(step: Step) -> str:
    """A line of the table."""
    return (
        f"| {step.title} | {step.words} | {step.acts} | {step.opened} | {step.printed} | {step.waits:.0f} "
        f"| {step.seconds / 60:.1f} |"
    )


if __name__ == "__main__":
    main()
