"""Cells: text that cannot run as a formula, and values as spreadsheet programs give them back."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any

#: a cell of CSV that begins with one of these may be taken for a formula (OWASP, CSV injection); the last four are the
#: full-width forms that some spreadsheet programs take for the plain ones
RUNNING = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
GUARD = "'"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NUMBERS = re.compile(r"\d+")
#: most characters of one cell of a workbook
MOST = 32_767


class CellError(ValueError):
    """A cell does not hold what its column needs; the message says what is allowed."""


def shown(text: str) -> str:
    """Text as a spreadsheet can keep it: line ends as one sign, control characters as a blank."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def runs(text: str) -> bool:
    """Whether a spreadsheet program might take a text for a formula."""
    return text.startswith(RUNNING)


def guarded(text: str) -> str:
    """Text for a cell of CSV: what might run as a formula gets an apostrophe in front, and so does an apostrophe."""
    return GUARD + text if runs(text) or text.startswith(GUARD) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith(GUARD) else text


def text_of(value: Any) -> str:
    """A cell as text: a whole number without a point, a date as ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def same_text(found: str, wanted: str) -> bool:
    """Whether a cell still holds this text, whatever saving may have done to line ends, blanks and rare letters."""
    found, wanted = shown(found).strip(), shown(wanted).strip()
    if found == wanted:
        return True
    if wanted.isascii() or len(found) != len(wanted):
        return False
    return all(a == b or ord(b) > 126 for a, b in zip(found, wanted, strict=True))


def same_name(found: str, wanted: str) -> bool:
    """Whether a cell still names this item: a spreadsheet program makes 1 of 0001."""
    if same_text(found, wanted):
        return True
    try:
        return float(found) == float(wanted)
    except ValueError:
        return False


def number_of(value: Any) -> float:
    """A cell as a number.

    Raises
    ------
    CellError : it is none.
    """
    if isinstance(value, bool | datetime.date | datetime.time):
        raise CellError(f"{text_of(value)} is not a number")
    if isinstance(value, int | float):
        found = float(value)
    else:
        text = str(value).strip()
        try:
            found = float(text)
        except ValueError as error:
            comma = "; write a point for decimals and nothing between thousands" if re.search(r"\d,\d", text) else ""
            raise CellError(f"{text!r} is not a number{comma}") from error
    if not math.isfinite(found):
        raise CellError(f"{value} is not a number")
    return found


def same_number(found: float, wanted: float) -> bool:
    """Whether a cell still holds this number, for all that saving it may have cut off.

    A workbook keeps 15 to 17 digits. A CSV file saved by a spreadsheet program keeps what a cell of ordinary width
    shows: 10 digits, or 9 decimals, or 6 digits of a very small number.
    """
    if found == wanted:
        return True
    if not math.isfinite(wanted):
        return False
    cut = {float(f"{wanted:.{digits}g}") for digits in range(10, 18)} | {round(wanted, 9)}
    if abs(wanted) < 1e-3:
        cut.add(float(f"{wanted:.6g}"))
    return found in cut


def date_of(value: Any) -> str:
    """A cell as an ISO date; a number is a date whose format was lost, days from 1900 as a workbook counts them.

    Raises
    ------
    CellError : it is none.
    """
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 2_958_466:
        from openpyxl.utils.datetime import from_excel

        return date_of(from_excel(int(value)))
    text = text_of(value).strip()
    try:
        return datetime.date.fromisoformat(
            text[:10] if re.fullmatch(r".{10}[ T]00:00(:00)?", text) else text
        ).isoformat()
    except ValueError as error:
        raise CellError(f"{text!r} is not a date such as 2025-12-31") from error


def same_date(found: Any, wanted: str) -> bool:
    """Whether a cell still holds this date, in whatever order a spreadsheet program wrote its day, month and year."""
    if same_text(text_of(found), wanted):
        return True
    try:
        return date_of(found) == date_of(wanted)
    except CellError:
        pass
    parts, there = _NUMBERS.findall(wanted), _NUMBERS.findall(str(found))
    if len(parts) != 3 or len(there) != 3:
        return False
    year, month, day = map(int, parts)
    return sorted(map(int, there)) in (sorted((year, month, day)), sorted((year % 100, month, day)))
