"""A lesson as a Jupyter notebook (nbformat 4.5), the same bytes for the same student."""

from __future__ import annotations

import json
from typing import Any

from sim.lessons.lesson import Lesson
from sim.lessons.sheet import plain_math, table_lines

#: said above the cells
HOW = (
    "The notebook must lie in the folder of the lesson. Run the cells in turn. Jupyter is not installed with bufferstock: "
    "`pip install jupyter` in the same environment, then `jupyter notebook lesson.ipynb`. "
    "The numbers are those of the sheet's commands."
)


def notebook(lesson: Lesson) -> str:
    """The notebook's JSON: story, prediction, code that runs as it is, and exercises without answers."""
    choices = "\n".join(f"- {letter}: {text}" for letter, text in zip("ABCDEF", lesson.choices, strict=False))
    cells = [
        _text(f"# Lesson {lesson.number}: {lesson.title}\n\n{lesson.story}\n\n" + "\n".join(table_lines(lesson.table))),
        _text(f"## Prediction\n\nRun nothing yet.\n\n{lesson.prediction.question}\n\n{choices}"),
        _text(f"## Run\n\n{HOW}"),
    ]
    for what, code in lesson.code:
        cells += [_text(what), _code(code)]
    questions = "\n".join(f"{n}. {one.question} ({one.unit})" for n, one in enumerate(lesson.exercises, 1))
    formulas = "\n".join(f"- {plain_math(one)}" for one in lesson.formulas)
    cells.append(_text(f"## Exercises\n\n{formulas}\n\n{questions}\n\nWrite your answers into `answers.toml`, then"))
    cells.append(_text("`bufferstock lesson check .`"))
    for number, cell in enumerate(cells):
        cell["id"] = f"lesson{lesson.number}-{number}"
    document = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _text(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }
