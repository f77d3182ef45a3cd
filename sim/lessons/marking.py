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

#: decimals that an exercise needs -> in words
COUNT = {1: "one decimal is", 2: "two decimals are", 3: "three decimals are"}

NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)")
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?")
DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?")
ONE_DOT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")

#: units of which a student may have a thousand and more, and write a dot behind the thousands
LARGE = ("units", "EUR a year")


@dataclass(frozen=True)
class Verdict:
    """What is said of one answer.

    Attributes
    ----------
    right : whether it is right; none where it cannot be marked.
    remark : why it cannot be marked, without a word on the right answer, or how a right one was read; else empty.
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
    plain = text.strip("().:;! ").casefold()
    if plain in {one.casefold() for one in allowed}:
        return Verdict(plain == answer.casefold())
    return Verdict(None, f"{text!r}: only {', '.join(allowed[:-1])} or {allowed[-1]}")


def _number(text: str, exercise: Exercise, answer: float) -> Verdict:
    unit = exercise.unit
    values, behind, written = _read(text)
    if not values:
        return Verdict(None, f"{text!r} is not a number")
    if unit == "EUR a year" and _among(behind, THOUSANDS):
        return Verdict(None, f"{text!r}: EUR a year are asked for, not thousands")
    if behind and not _among(behind, (unit, *WRITTEN[unit])):
        return Verdict(None, f"{text!r}: a number is asked for, in {unit}")
    if unit == "%" and not behind and answer >= 1 and all(0 < value < 1 for value in values):
        return Verdict(None, f"{text!r}: a percentage is asked for: a half is 50, not 0.5")
    if _right(exercise, answer, values):
        return Verdict(True)
    if unit in LARGE and ONE_DOT.fullmatch(written):
        whole = written.replace(".", "")
        if _right(exercise, answer, (float(whole),)):
            return Verdict(True, f"{text!r} is read as {whole}")
        return Verdict(None, f"{text!r} may be {whole} or {float(written):g}: write no dot between thousands")
    if unit == "EUR a year" and answer >= 1000 and all(0 < value < 1000 for value in values):
        return Verdict(None, f"{text!r}: EUR a year are asked for, not thousands")
    digits = len(re.split("[.,]", written)[-1]) if re.search("[.,]", written) else 0
    if digits < exercise.decimals and any(values):
        return Verdict(None, f"{text!r}: {COUNT[exercise.decimals]} asked for")
    return Verdict(False)


def _right(exercise: Exercise, answer: float, values: Collection[float]) -> bool:
    """Whether any of the values is near the answer, or near what another way to it gives."""

    def near(aim: float, tolerance: float) -> bool:
        return any(abs(value - aim) <= tolerance + 1e-9 for value in values)

    other = exercise.other
    if near(answer, exercise.tolerance):
        return True
    return other is not None and any(near(one, other.tolerance) for one in other.values())


def _among(text: str, allowed: Collection[str]) -> bool:
    return text.casefold() in {one.casefold() for one in allowed}


def _read(text: str) -> tuple[tuple[float, ...], str, str]:
    """What a number may mean, the words around it, and how it is written.

    ``1,440`` may be a thousand and more, or one and a half; ``1.440,00`` and ``1.440.000`` have one meaning. Holds no
    value for what is no finite number.
    """
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text.replace("−", "-"))
    text = re.sub(r"^[~≈=] ?", "", text)
    found = NUMBER.search(text)
    if found is None or (found.start() and text[: found.start()].strip() not in ("€", "EUR")):
        return (), "", ""
    written = found.group().rstrip(".,")
    behind = (text[: found.start()] + text[found.end() :]).strip(" .")
    meant = {written.replace(",", ".")}
    if GROUPED.fullmatch(written):
        meant.add(written.replace(",", ""))
    if DOTTED.fullmatch(written) and (written.count(".") > 1 or "," in written):
        meant.add(written.replace(".", "").replace(",", "."))
    values = []
    for one in sorted(meant):
        try:
            values.append(float(one))
        except ValueError:
            continue
    return tuple(value for value in values if math.isfinite(value)), behind, written
