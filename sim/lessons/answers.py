"""The file that a student fills in, answers.toml: written empty, and read as students save it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, UsageError
from sim.lessons.lesson import Lesson
from sim.tables import decoded

NAME = "answers.toml"
CURLY = "“”„‟‘’‚«»"
LINE = re.compile(r"\s*(?P<key>\w+)\s*=\s*(?P<value>.*?)\s*(?:#.*)?")


def blank(lesson: Lesson) -> str:
    """The file with nothing answered yet."""
    lines = [
        "# Write your answers between the quotes (a number, yes or no, or a letter), save the file, then type",
        "#   bufferstock lesson check .",
        f"lesson = {lesson.number}",
        f"student = {json.dumps(lesson.student, ensure_ascii=False)}",
        "",
        "[answers]",
        'prediction = ""   # A, B or C, before you run anything',
    ]
    lines += [f'{n} = ""   # {one.unit}' for n, one in enumerate(lesson.exercises, 1)]
    return "\n".join(lines) + "\n"


def in_lesson(scenario: str) -> bool:
    """Whether a scenario, named by its file or folder, lies in the folder of a lesson."""
    place = Path(scenario)
    return ((place if place.is_dir() else place.parent) / NAME).is_file()


def read(path: Path) -> tuple[int, str, dict[str, Any]]:
    """Number of the lesson, student, and what stands under [answers].

    Raises
    ------
    UsageError : there is no such file, or it cannot be opened.
    ScenarioError : it is not UTF-8 text, or lines of it are not TOML; every such line with an example of a right one.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(f"{path}: there is no such file; make a lesson: bufferstock init --lesson 1 FOLDER") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content:
        raise ScenarioError([f"{path}: is saved as UTF-16; save it as UTF-8 (Notepad: File, Save as, Encoding: UTF-8)"])
    try:
        text = decoded(content)
    except UnicodeError as error:
        raise ScenarioError([f"{path}: {error} (Notepad: File, Save as, Encoding: UTF-8)"]) from error
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"{path}: {one}" for one in _wrong(text, error)]) from error
    number, student, answers = found.get("lesson"), found.get("student"), found.get("answers")
    if type(number) is not int or not isinstance(student, str) or not isinstance(answers, dict):
        raise UsageError(f"{path}: lesson (a whole number), student (a text) and a table [answers] are needed")
    return number, student, answers


def _wrong(text: str, error: tomllib.TOMLDecodeError) -> list[str]:
    """What is wrong with each line that cannot be read."""
    found, keys = [], dict[str, int]()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            made = tomllib.loads(line)
        except tomllib.TOMLDecodeError:
            found.append(f"line {number}: {line.split('#')[0].strip()}: {_why(line)}")
            continue
        for key in made:
            if key in keys:
                found.append(f"line {number}: {line.strip()}: {key} stands in line {keys[key]} too; leave one of them")
            keys[key] = number
    return found or [str(error)]


def _why(line: str) -> str:
    """What is wrong with one line, and how it is right."""
    parts = LINE.fullmatch(line)
    if parts is None:
        return 'a name, "=" and an answer between quotes are needed, for example  1 = "12"'
    key, value = parts["key"], parts["value"]
    bare = "".join(one for one in value if one not in f"\"'\\{CURLY}").strip()
    right = f'for example  {key} = "{bare}"'
    if any(one in value for one in CURLY):
        return f"the quotes are curly and must be straight, {right}"
    if value.count('"') == 1 or value.count("'") == 1:
        return f"a quote is missing, {right}"
    if not value:
        return f'there is nothing behind "="; without an answer it is  {key} = ""'
    if '"' not in value:
        return f"the answer must stand between quotes, {right}"
    return f"one answer between two quotes is needed, {right}"
