"""Dates, weeks and months as exports write them; a date that can be read in two ways is asked for, not guessed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.intake.numerals import blank

Order = Literal["dmy", "mdy"]
Every = Literal["day", "week", "month"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy")
#: earlier dates are taken for slips, not for records
EARLIEST = datetime.date(1980, 1, 1)
MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar marz april mai juni juli august september oktober november dezember",
        "january february march april may june july august september october november december",
        "jan feb mrz apr mai jun jul aug sept okt nov dez",
    )
    for number, name in enumerate(names.split(), start=1)
}
EMPTY = frozenset({"00000000", "0000-00-00", "00.00.0000", "00/00/0000"})
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})([ T]\d{1,2}:.*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SLASHED = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})( \d{1,2}:.*)?")
NAMED = re.compile(r"(\d{1,2})[-./ ]+([^\W\d]{3,9})\.?[-./, ]+(\d{4}|\d{2})")
NAMED_FIRST = re.compile(r"([^\W\d]{3,9})\.? +(\d{1,2}),? +(\d{4})")
WEEK = re.compile(r"(\d{4})[-/ ]?(?:W|KW|WK|CW)[-. ]?(\d{1,2})", re.I)
WEEK_FIRST = re.compile(r"(?:W|KW|WK|CW|week)[-. ]?(\d{1,2})[-/. ]+(\d{4})", re.I)
MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
MONTH_FIRST = re.compile(r"(\d{1,2})[-/.](\d{4})")
MONTH_NAMED = re.compile(r"([^\W\d]{3,9})\.?[-/. ']+(\d{4}|\d{2})")
SIX = re.compile(r"(\d{4})(\d{2})")
SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?")


@dataclass(frozen=True)
class Period:
    """A day, a week or a month, by its first day."""

    start: datetime.date
    every: Every

    @property
    def days(self) -> int:
        """Days in it."""
        if self.every == "day":
            return 1
        if self.every == "week":
            return 7
        after = (self.start.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        return (after - self.start).days


def period(value: Any, order: Order | None = None, every: Every | None = None) -> Period | None:
    """The period that a cell names; None where it is blank.

    Parameters
    ----------
    order : how 01/02/2025 is meant; not needed for other ways of writing.
    every : what six digits (202507) and 07.2025 are, a week or a month.

    Raises
    ------
    ValueError : it is no date, or one that can be read in two ways.
    """
    if isinstance(value, datetime.datetime):
        return Period(value.date(), every or "day")
    if isinstance(value, datetime.date):
        return Period(value, every or "day")
    if blank(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.0f}" if float(value).is_integer() else f"{value}"
    if not isinstance(value, str):
        raise ValueError("is not a date")
    text = value.strip()
    if text in EMPTY:
        return None
    found = _week_or_month(text, every) or _day(text, order)
    return Period(found.start, every) if every and found.every == "day" else found


def _day(text: str, order: Order | None) -> Period:
    parts: tuple[int, int, int] | None = None
    if (m := ISO.fullmatch(text)) or (m := COMPACT.fullmatch(text)):
        parts = int(m[1]), int(m[2]), int(m[3])
    elif m := SLASHED.fullmatch(text):
        one, two = int(m[1]), int(m[3])
        if m[2] == "." or order == "dmy" or (order is None and one == two):
            parts = _year(m[4]), two, one
        elif order == "mdy":
            parts = _year(m[4]), one, two
        else:
            raise ValueError("can be read as day/month or month/day")
    elif (m := NAMED.fullmatch(text)) and (month := _month(m[2])):
        parts = _year(m[3]), month, int(m[1])
    elif (m := NAMED_FIRST.fullmatch(text)) and (month := _month(m[1])):
        parts = int(m[3]), month, int(m[2])
    elif SERIAL.fullmatch(text):
        return Period(datetime.date(1899, 12, 30) + datetime.timedelta(days=int(float(text))), "day")
    if parts is None:
        raise ValueError("is not a date")
    try:
        return Period(datetime.date(*parts), "day")
    except ValueError as error:
        raise ValueError("is not a day of the calendar") from error


def _week_or_month(text: str, every: Every | None) -> Period | None:
    if m := WEEK.fullmatch(text):
        return _iso_week(int(m[1]), int(m[2]))
    if m := WEEK_FIRST.fullmatch(text):
        return _iso_week(int(m[2]), int(m[1]))
    if (m := SIX.fullmatch(text)) or (m := MONTH.fullmatch(text)):
        year, part = int(m[1]), int(m[2])
    elif m := MONTH_FIRST.fullmatch(text):
        year, part = int(m[2]), int(m[1])
    elif (m := MONTH_NAMED.fullmatch(text)) and (month := _month(m[1])):
        return Period(datetime.date(_year(m[2]), month, 1), "month")
    else:
        return None
    if every == "week":
        return _iso_week(year, part)
    if every is None and SIX.fullmatch(text):
        raise ValueError("can be read as a week or as a month")
    if not 1 <= part <= 12:
        raise ValueError("is not a month")
    return Period(datetime.date(year, part, 1), "month")


def _iso_week(year: int, week: int) -> Period:
    try:
        return Period(datetime.date.fromisocalendar(year, week, 1), "week")
    except ValueError as error:
        raise ValueError("is not a week of the calendar") from error


def _month(name: str) -> int | None:
    return MONTHS.get(name.casefold().replace("ä", "a"))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def order_of(values: Sequence[Any]) -> tuple[Order | None, str, str]:
    """How day and month stand in a column: the order, and texts that prove dmy and mdy ("" where none does).

    None where no text proves either, or where texts prove both.
    """
    dmy = mdy = ""
    for value in values:
        m = SLASHED.fullmatch(value.strip()) if isinstance(value, str) else None
        if m is None or m[2] == ".":
            continue
        one, two = int(m[1]), int(m[3])
        if one > 12 >= two:
            dmy = dmy or value
        elif two > 12 >= one:
            mdy = mdy or value
    if bool(dmy) == bool(mdy):
        return None, dmy, mdy
    return ("dmy" if dmy else "mdy"), dmy, mdy


def two_ways(values: Sequence[Any]) -> str:
    """A text of a column that is a date in two ways; "" where there is none."""
    for value in values:
        m = SLASHED.fullmatch(value.strip()) if isinstance(value, str) else None
        if m is not None and m[2] != "." and int(m[1]) != int(m[3]):
            return str(value)
    return ""
