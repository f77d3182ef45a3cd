"""Text that a spreadsheet program would run as a formula, and what is written instead."""

from __future__ import annotations

import re
from typing import Any

#: a cell that begins with one of these is run, not shown (OWASP, CSV injection)
STARTERS = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*([eE][+-]?\d+)?-?")


def runs(text: str) -> bool:
    """Whether a spreadsheet program would run this text; a plain number is shown."""
    return text.startswith(STARTERS) and NUMBER.fullmatch(text) is None


def escaped(text: str) -> str:
    """The same text, with an apostrophe before it where it would be run."""
    return f"'{text}" if runs(text) else text


def cell(value: Any) -> Any:
    """A value to be written into a table."""
    return escaped(value) if isinstance(value, str) else value


def unescaped(text: str) -> str:
    """Text as it was before `escaped`."""
    return text[1:] if text.startswith("'") and runs(text[1:]) else text
