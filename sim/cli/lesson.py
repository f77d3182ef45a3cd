"""The verb lesson: hold a student's answers against the computed ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.lessons.folder import Marked


@click.group("lesson")
def lesson_command() -> None:
    """Lessons of 45 minutes: bufferstock init --lesson makes one, check marks its answers."""


@lesson_command.command("check")
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def check_command(folder: Path, as_json: bool) -> None:
    """Say which answers in FOLDER/answers.toml are right, with the computed value and why.

    The prediction counts for no mark.
    """
    from sim.lessons.folder import check

    lesson, marked = check(folder)
    scored = [one for one in marked if one.scored]
    right, open_ = sum(one.right is True for one in scored), sum(one.right is None for one in scored)
    if as_json:
        told = [
            {
                "exercise": one.name,
                "given": one.given,
                "right": one.right,
                "answer": None if one.right is None else one.exercise.answer,
                "remark": one.remark,
            }
            for one in marked
        ]
        score = {"right": right, "exercises": len(scored), "not_answered": open_}
        document = {"lesson": lesson.number, "student": lesson.student, "score": score, "answers": told}
        click.echo(json.dumps(document, indent=2))
        return
    click.echo(f"Lesson {lesson.number}: {lesson.title}, {lesson.student}")
    for one in marked:
        click.echo(f"  {one.name}: {_said(one)}")
    click.echo(f"{right} of {len(scored)} exercises right" + (f", {open_} not answered" if open_ else ""))
    left = any(one.right is None for one in marked)
    click.echo("Next: " + (f"fill in {folder / 'answers.toml'}" if left else "talk about it: the debrief of the sheet"))


def _said(one: Marked) -> str:
    """One line on one answer; what is not answered stays secret."""
    if one.right is None:
        return f"not answered: {one.remark}" if one.remark else "not answered yet"
    why = f"{one.exercise.told}: {one.exercise.why}"
    if not one.scored:
        return f"you expected {one.given.upper()}, and it is {why}"
    right = f"right ({one.remark})" if one.remark else "right"
    return (right if one.right else f"wrong, you wrote {one.given}") + f". {why}"


def write(folder: Path, number: int, student: str, instructor: bool, as_json: bool = False) -> None:
    """Write a lesson into a folder that exists and is empty, and say what to do next."""
    from sim.lessons import lesson
    from sim.lessons.folder import texts

    made = lesson(number, student)
    files = texts(made, instructor)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from error
    if as_json:
        told = {"lesson": number, "student": student, "seed": made.seed, "out": str(folder), "files": list(files)}
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"Lesson {number}: {made.title}, for {student} (seed {made.seed})")
    click.echo(f"wrote {', '.join(files)} to {folder}")
    click.echo(f"Next: print or open {folder / 'sheet.html'}, write down the prediction, then  cd {folder}")
