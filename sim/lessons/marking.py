"""What an answer says: right, wrong, or not yet an answer that can be marked."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from sim.lessons.lesson import Exercise

#: unit of an exercise -> answers in words
WORDS = {"yes or no": ("yes", "no"), "letter": ("A", "B", "C")}

#: unit of an exercise -> how students write it, apart from the unit itself
WRITTEN = {
    "days": ("day", "d"),
    "units": ("unit", "u", "valve", "valves", "pieces", "pcs"),
    "%": ("percent", "per cent", "pct"),
    "EUR": ("€", "euro", "euros"),
    "EUR a year": (
        "€",
        "euro",
        "euros",
        "EUR",
        "EUR/year",
        "EUR per year",
        "€ a year",
        "€/year",
        "€ per year",
        "a year",
    ),
}
THOUSANDS = ("k", "thousand", "thousand EUR", "k EUR", "k€", "kEUR", "thousand EUR a year", "k EUR a year")

NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)")
GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


@dataclass(frozen=True)
class Verdict:
    """What is said of one answer.

    Attributes
    ----------
    right : whether it is right; none where it cannot be marked.
    remark : why it cannot be marked, without a word on the right answer; else empty.
    """

    right: bool | None
    remark: str = ""


def verdict(exercise: Exercise, given: str) -> Verdict:
    """Mark one answer as a student wrote it; an empty one is not answered yet."""
    text = " ".join(given.split())
    if not text:
        return Verdict(None)
    if isinstance(exercise.answer, str):
        return _word(text, exercise.answer, WORDS[exercise.unit])
    return _number(text, exercise, exercise.answer)


def _word(text: str, answer: str, allowed: tuple[str, ...]) -> Verdict:
    if text.casefold() in {one.casefold() for one in allowed}:
        return Verdict(text.casefold() == answer.casefold())
    return Verdict(None, f"{text!r}: only {', '.join(allowed[:-1])} or {allowed[-1]}")


def _number(text: str, exercise: Exercise, answer: float) -> Verdict:
    unit = exercise.unit
    values, behind = _read(text)
    if not values:
        return Verdict(None, f"{text!r} is not a number")
    if unit == "EUR a year" and _among(behind, THOUSANDS):
        return Verdict(None, f"{text!r}: EUR a year are asked for, not thousands")
    if behind and not _among(behind, (unit, *WRITTEN[unit])):
        return Verdict(None, f"{text!r}: a number is asked for, in {unit}")

    def near(value: float) -> bool:
        return abs(value - answer) <= exercise.tolerance + 1e-9

    if any(near(value) for value in values):
        return Verdict(True)
    share = unit == "%" and not behind and all(0 < value < 1 for value in values)
    if share and (answer >= 1 or any(near(100 * value) for value in values)):
        return Verdict(None, f"{text!r}: a percentage is asked for: a half is 50, not 0.5")
    if unit == "EUR a year" and answer >= 1000 and all(0 < value < 1000 for value in values):
        return Verdict(None, f"{text!r}: EUR a year are asked for, not thousands")
    return Verdict(False)


def _among(text: str, allowed: Collection[str]) -> bool:
    return text.casefold() in {one.casefold() for one in allowed}


def _read(text: str) -> tuple[tuple[float, ...], str]:
    """What a number may mean, and the words around it; ``1,440`` may be a thousand and more, or one and a half.

    Returns nothing for what is no finite number.
    """
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text.replace("−", "-"))
    text = re.sub(r"^[~≈=] ?", "", text)
    found = NUMBER.search(text)
    if found is None or (found.start() and text[: found.start()].strip() not in ("€", "EUR")):
        return (), ""
    written = found.group().rstrip(".,")
    behind = (text[: found.start()] + text[found.end() :]).strip(" .")
    meant = {written.replace(",", ".")}
    if GROUPED.fullmatch(written):
        meant.add(written.replace(",", ""))
    values = []
    for one in sorted(meant):
        try:
            values.append(float(one))
        except ValueError:
            continue
    return tuple(value for value in values if math.isfinite(value)), behind
