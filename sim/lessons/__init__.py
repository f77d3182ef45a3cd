"""Four lessons of 45 minutes: a scenario for each student, and exercises whose answers are computed."""

from __future__ import annotations

import importlib

from sim.errors import UsageError
from sim.lessons.lesson import Exercise, Lesson, Step

#: number -> module and title
LESSONS = {
    1: ("survive", "Time to survive = cover"),
    2: ("threshold", "When just-in-time is optimal"),
    3: ("formula", "Where the safety-stock formula fails"),
    4: ("mix", "One posture for all?"),
}


def lesson(number: int, student: str) -> Lesson:
    """A lesson with a student's own numbers.

    Parameters
    ----------
    number : which lesson, from 1.
    student : name or number of a student; the same name makes the same lesson everywhere.

    Raises
    ------
    UsageError : no such lesson, or a name that cannot be used.
    """
    if number not in LESSONS:
        there = "; ".join(f"{one}: {title}" for one, (_, title) in LESSONS.items())
        raise UsageError(f"--lesson {number}: there is no such lesson (there are {there})")
    made: Lesson = importlib.import_module(f"sim.lessons.{LESSONS[number][0]}").lesson(student)
    return made


__all__ = ["LESSONS", "Exercise", "Lesson", "Step", "lesson"]
