"""What a lesson is: a scenario, a prediction, exercises with computed answers, and what to say afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from sim.chance import generator
from sim.errors import UsageError


@dataclass(frozen=True)
class Other:
    """Another way to an answer, right as well.

    Attributes
    ----------
    told : in words what the way is.
    tolerance : largest difference that is still right, in the unit of the exercise.
    values : computes its answers when they are needed.
    """

    told: str
    tolerance: float
    values: Callable[[], tuple[float, ...]]


@dataclass(frozen=True)
class Exercise:
    """One question and its answer.

    Attributes
    ----------
    question : what is asked.
    unit : of the answer; "yes or no" or "letter" where it is not a number.
    answer : a number in `unit`, or a word.
    tolerance : largest difference that is still right, in `unit`.
    why : how the answer comes about, with the student's own numbers.
    decimals : fewest digits behind the point that an answer needs to be told from a wrong one.
    other : another way to it, such as the runs of the sheet; none where there is one way alone.
    """

    question: str
    unit: str
    answer: float | str
    tolerance: float
    why: str
    decimals: int = 0
    other: Other | None = field(default=None, compare=False)

    @property
    def told(self) -> str:
        """The answer in words, with its unit."""
        if isinstance(self.answer, str):
            return self.answer
        return f"{shown(self.answer)} {self.unit}"


@dataclass(frozen=True)
class Step:
    """One thing to do at the keyboard.

    Attributes
    ----------
    text : what it is for.
    command : what to type.
    look : where the result stands.
    """

    text: str
    command: str
    look: str


@dataclass(frozen=True)
class Lesson:
    """A lesson as one student gets it.

    Attributes
    ----------
    number, title, student, seed : which lesson, whose, and the seed of the student's futures.
    goals : what the student can do afterwards.
    story : the business, with the student's own numbers and units.
    table : the business in figures, a heading and rows; empty where the story says all.
    formulas : what the exercises need; the sheet shows them after the run.
    prediction : the question to answer before anything is run; its answer is a letter.
    choices : what the letters A, B, C stand for.
    steps : commands of the run.
    exercises : questions with their answers, numbered from 1.
    debrief : statements to end with.
    limits : what the lesson leaves out.
    files : texts of the scenario and the posture files, by name.
    code : cells of the notebook, each one with what it is for.
    """

    number: int
    title: str
    student: str
    seed: int
    goals: tuple[str, ...]
    story: str
    prediction: Exercise
    choices: tuple[str, ...]
    steps: tuple[Step, ...]
    exercises: tuple[Exercise, ...]
    debrief: tuple[str, ...]
    limits: tuple[str, ...]
    files: dict[str, str]
    code: tuple[tuple[str, str], ...]
    formulas: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


def shown(number: float) -> str:
    """A number as the sheets print it: whole where it is whole, else four significant digits."""
    if abs(number - round(number)) < 1e-9:
        return f"{round(number):,}".replace(",", " ")
    return f"{number:.4g}" if abs(number) < 1000 else f"{number:,.0f}".replace(",", " ")


def apart(most: float, answer: float, *mistakes: float) -> float:
    """A tolerance of at most `most` that leaves out every mistake, even one that is rounded towards the answer."""
    return min(most, *(0.45 * abs(one - answer) for one in mistakes))


def luck(number: int, student: str) -> np.random.Generator:
    """The generator of a student's own numbers: a keyed hash of the lesson and the name (see `sim.chance`).

    Capitals and blanks around or between the parts of a name do not matter.

    Raises
    ------
    UsageError : a name that is empty, longer than 80 characters, or holds characters that cannot be printed.
    """
    name = " ".join(student.split()).casefold()
    if not name or len(student) > 80 or not student.isprintable():
        raise UsageError(f"--student {student!r}: 1 to 80 printable characters are needed, a name or a number")
    return generator(0, 0, "lesson", str(number), name)


def one_of(source: np.random.Generator, *values: float) -> float:
    """One of some values, each equally likely."""
    return values[int(source.integers(len(values)))]


Maker = Callable[[str], Lesson]
