"""A lesson as a folder: what `bufferstock init --lesson` writes, and what `bufferstock lesson check` reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sim.errors import UsageError, near_miss
from sim.lessons import answers
from sim.lessons import lesson as lesson_of
from sim.lessons.lesson import Exercise, Lesson
from sim.lessons.marking import verdict
from sim.lessons.notebook import notebook
from sim.lessons.sheet import html, made_for, markdown

PREDICTION = "prediction"
SHEET = "sheet.md"


def texts(lesson: Lesson, instructor: bool = False) -> dict[str, str]:
    """Names and texts of a lesson's files; with `instructor` the answers of this student too."""
    found = {
        **lesson.files,
        SHEET: markdown(lesson),
        "sheet.html": html(lesson),
        "lesson.ipynb": notebook(lesson),
        answers.NAME: answers.blank(lesson),
    }
    if instructor:
        found |= {"notes.md": markdown(lesson, answers=True), "notes.html": html(lesson, answers=True)}
    return found


@dataclass(frozen=True)
class Marked:
    """One answer that was looked at.

    Attributes
    ----------
    name : number of the exercise, or "prediction".
    exercise : what was asked.
    given : what the student wrote; empty when left out.
    right : whether it is right; none when left out or when it cannot be marked.
    remark : why it cannot be marked, or how a right one was read; else empty.
    """

    name: str
    exercise: Exercise
    given: str
    right: bool | None
    remark: str = ""

    @property
    def scored(self) -> bool:
        """Whether it counts: an honest prediction costs nothing."""
        return self.name != PREDICTION


def check(folder: Path) -> tuple[Lesson, tuple[Marked, ...]]:
    """Hold the answers of a folder against the computed ones.

    Raises
    ------
    UsageError : no answers, a file that was made for no lesson, or a folder that was made for another student.
    ScenarioError : a file of answers that cannot be read, with every line that is wrong.
    """
    path = folder / answers.NAME
    number, student, written = answers.read(path)
    lesson = lesson_of(number, student)
    _own(folder, lesson)
    asked = {PREDICTION: lesson.prediction} | {str(n): one for n, one in enumerate(lesson.exercises, 1)}
    for name in written:
        if name not in asked:
            raise UsageError(f"{path}: answers: there is no exercise {name!r}{near_miss(name, asked)}")
    marked = []
    for name, one in asked.items():
        given = str(written.get(name, "")).strip()
        said = verdict(one, given)
        marked.append(Marked(name, one, given, said.right, said.remark))
    return lesson, tuple(marked)


def _own(folder: Path, lesson: Lesson) -> None:
    """Refuse a folder whose sheet has the numbers of another student; answers alone, without a sheet, are fine.

    Raises
    ------
    UsageError : the sheet is another student's, or another lesson's.
    """
    try:
        sheet = (folder / SHEET).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return
    made = made_for(sheet)
    if made is None:
        return
    number, student, seed = made
    if (number, seed) == (lesson.number, lesson.seed):
        return
    raise UsageError(
        f"{folder / answers.NAME}: says lesson {lesson.number} and student {lesson.student!r}, but the folder is "
        f"lesson {number} of {student!r} (see {SHEET}), with other numbers; write lesson = {number} and that student "
        f"into {answers.NAME}, "
        f"or make a folder of your own: bufferstock init --lesson {lesson.number} --student NAME FOLDER"
    )
