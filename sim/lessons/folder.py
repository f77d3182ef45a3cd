"""A lesson as a folder: what `bufferstock init --lesson` writes, and what `bufferstock lesson check` reads."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import UsageError, near_miss
from sim.lessons import lesson as lesson_of
from sim.lessons.lesson import Exercise, Lesson
from sim.lessons.notebook import notebook
from sim.lessons.sheet import html, markdown

ANSWERS = "answers.toml"


def texts(lesson: Lesson, instructor: bool = False) -> dict[str, str]:
    """Names and texts of a lesson's files; with `instructor` the answers of this student too."""
    found = {
        **lesson.files,
        "sheet.md": markdown(lesson),
        "sheet.html": html(lesson),
        "lesson.ipynb": notebook(lesson),
        ANSWERS: _answers(lesson),
    }
    if instructor:
        found |= {"notes.md": markdown(lesson, answers=True), "notes.html": html(lesson, answers=True)}
    return found


def _answers(lesson: Lesson) -> str:
    """The file that a student fills in."""
    lines = [
        "# Write your answers between the quotes (a number without its unit, yes or no, or a letter), then type",
        "#   bufferstock lesson check .",
        f"lesson = {lesson.number}",
        f"student = {json.dumps(lesson.student, ensure_ascii=False)}",
        "",
        "[answers]",
        'prediction = ""   # A, B or C, before you run anything',
    ]
    lines += [f'{n} = ""   # {one.unit}' for n, one in enumerate(lesson.exercises, 1)]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Marked:
    """One answer that was looked at.

    Attributes
    ----------
    name : number of the exercise, or "prediction".
    exercise : what was asked.
    given : what the student wrote; empty when left out.
    right : whether it is right; none when left out.
    """

    name: str
    exercise: Exercise
    given: str
    right: bool | None


def check(folder: Path) -> tuple[Lesson, tuple[Marked, ...]]:
    """Hold the answers of a folder against the computed ones.

    Raises
    ------
    UsageError : no answers, or a file that cannot be read or was made for no lesson.
    """
    path = folder / ANSWERS
    try:
        read: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such file; make a lesson: bufferstock init --lesson 1 FOLDER") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    number, student, answers = read.get("lesson"), read.get("student"), read.get("answers")
    if type(number) is not int or not isinstance(student, str) or not isinstance(answers, dict):
        raise UsageError(f"{path}: lesson (a whole number), student (a text) and a table [answers] are needed")
    lesson = lesson_of(number, student)
    asked = {"prediction": lesson.prediction} | {str(n): one for n, one in enumerate(lesson.exercises, 1)}
    for name in answers:
        if name not in asked:
            raise UsageError(f"{path}: answers: there is no exercise {name!r}{near_miss(name, asked)}")
    marked = []
    for name, one in asked.items():
        given = str(answers.get(name, "")).strip()
        marked.append(Marked(name, one, given, one.right(given) if given else None))
    return lesson, tuple(marked)
