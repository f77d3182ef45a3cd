"""Windows of history that a user declares as disrupted or stable, and how dates become days counted from day 0."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Literal

from sim.keys import key, spec

Kind = Literal["disrupted", "stable"]
Covers = Literal["all", "demand", "lead times"]
KINDS: tuple[Kind, ...] = ("disrupted", "stable")
#: what is missing where dates cannot be turned into days
NO_DAY_ZERO = "give as_of, the date of day 0"


@spec
class Window:
    """Days of the past that the user calls disrupted or stable; `sim.profiles` reports them apart.

    Not modelled: windows of one item or one supplier alone.
    """

    name: str = key(about="short name, for example 'strike 2024'", min_length=1)
    start: str = key(about="first day: a date, or a day number counted from day 0 (negative: before it)")
    end: str = key(about="first day after it: a date or a day number")
    kind: Kind = key(about="'disrupted' or 'stable'")
    covers: Covers = key(default="all", about="what it tells apart: demand, lead times (by order date), or all")

    def days(self, day_zero: str | None) -> tuple[float, float]:
        """First day and first day after, counted from day 0.

        Parameters
        ----------
        day_zero : ISO date of day 0, or None where the scenario has no calendar.

        Raises
        ------
        ValueError : a text is neither a date nor a number, a date has no day 0 to count from, or the end is not after
            the start.
        """
        start, end = (day_of(text, day_zero) for text in (self.start, self.end))
        if not start < end:
            raise ValueError(f"ends on {self.end}, not after its start on {self.start}")
        return start, end


def day_of(text: str, day_zero: str | None) -> float:
    """A day counted from day 0, from a date or a number given as text.

    Raises
    ------
    ValueError : it is neither, or it is a date and there is no date of day 0.
    """
    try:
        number = float(text)
    except ValueError:
        pass
    else:
        if not math.isfinite(number):
            raise ValueError(f"{text!r} is not a day")
        return number
    try:
        date = datetime.date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f"{text!r} is neither a date such as 2025-12-31 nor a number of days from day 0") from None
    if day_zero is None:
        raise ValueError(f"{text!r} is a date: {NO_DAY_ZERO}, or a number of days from day 0")
    return float((date - datetime.date.fromisoformat(day_zero)).days)


def problems(windows: Sequence[Window], day_zero: str | None) -> list[str]:
    """What is wrong with declared windows: no days, or days that are disrupted and stable at once."""
    found: list[str] = []
    sound: list[tuple[Window, float, float]] = []
    for number, window in enumerate(windows):
        try:
            sound.append((window, *window.days(day_zero)))
        except ValueError as error:
            found.append(f"[{number}] ({window.name}): {error}")
    for place, (one, start, end) in enumerate(sound):
        for other, begins, ends in sound[:place]:
            meet = max(start, begins) < min(end, ends)
            if meet and one.kind != other.kind and ("all" in (one.covers, other.covers) or one.covers == other.covers):
                found.append(f": {other.name!r} and {one.name!r} overlap: days are disrupted or stable, not both")
    return found
