"""Numbers as people and programs write them: decimal commas, trailing minus, thousands, currency signs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f'’"), " ")
SIGNS = re.compile(r"^(?:[$€£¥]|USD|EUR|GBP|CHF|JPY|CNY)\s*|\s*(?:[$€£¥]|USD|EUR|GBP|CHF|JPY|CNY)$")
BLANK = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nan", "nil"})
#: a number whose decimal mark can only be a point, or only a comma
POINT = re.compile(
    r"\d{1,3}(,\d{3})+\.\d+|\d*\.(\d{1,2}|\d{4,})(e[+-]?\d+)?|(0|\d{4,})\.\d{3}|\d{1,3}(,\d{3}){2,}", re.I
)
COMMA = re.compile(
    r"\d{1,3}(\.\d{3})+,\d+|\d*,(\d{1,2}|\d{4,})(e[+-]?\d+)?|(0|\d{4,}),\d{3}|\d{1,3}(\.\d{3}){2,}", re.I
)
#: a number that may be a thousand or a thousandth
EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
#: larger numbers are slips
LARGEST = 1e12
PLAIN = re.compile(r"(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.I)


def blank(value: Any) -> bool:
    """Whether a cell says that there is no value."""
    return value is None or (isinstance(value, str) and value.strip().casefold() in BLANK)


def _bare(text: str) -> tuple[str, bool]:
    """Digits and marks alone, and whether the number is below zero."""
    text = SIGNS.sub("", text.translate(SPACES).strip()).strip()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    for place in (0, -1):
        if text and text[place] in "+-−":
            negative ^= text[place] in "-−"
            text = (text[1:] if place == 0 else text[:-1]).strip()
    text = SIGNS.sub("", text).strip()
    if re.fullmatch(r"\d{1,3}( \d{3})+([.,]\d+)?", text):
        text = text.replace(" ", "")
    return text, negative


def decimal_marks(values: Iterable[Any]) -> tuple[dict[str, str], str]:
    """Which decimal marks the texts prove, each with the first text that proves it; and one that proves neither."""
    proof: dict[str, str] = {}
    either = ""
    for value in values:
        if not isinstance(value, str):
            continue
        bare, _ = _bare(value)
        if POINT.fullmatch(bare):
            proof.setdefault(".", value)
        elif COMMA.fullmatch(bare):
            proof.setdefault(",", value)
        elif not either and EITHER.fullmatch(bare):
            either = value
    return proof, either


def number(value: Any, decimal: str = ".") -> float | None:
    """A number from a cell; None where the cell is blank.

    Parameters
    ----------
    decimal : the decimal mark, "." or ",".

    Raises
    ------
    ValueError : the cell holds something else.
    """
    if isinstance(value, bool):
        raise ValueError("is not a number")
    if isinstance(value, int | float | Decimal):
        return _bounded(float(value))
    if blank(value):
        return None
    if not isinstance(value, str):
        raise ValueError("is not a number")
    text, negative = _bare(value)
    if decimal == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    whole, _, rest = text.partition(".")
    if "," in whole and re.fullmatch(r"\d{1,3}(,\d{3})+", whole):
        text = whole.replace(",", "") + (f".{rest}" if rest else "")
    if PLAIN.fullmatch(text) is None:
        raise ValueError("is not a number")
    made = _bounded(float(text))
    return -made if negative else made


def _bounded(value: float) -> float:
    if not abs(value) <= LARGEST:
        raise ValueError("is not a number that can be meant")
    return value
