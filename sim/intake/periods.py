"""Days, weeks and months of demand: told apart, spread over their days, added up by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.intake.bound import Floats, Source, ordinal
from sim.intake.dates import Every, Period
from sim.intake.options import Options
from sim.intake.tally import NOT_USED

Whole = NDArray[np.int64]
#: dates from which on a record that names one weekday alone is held for a weekly one
ENOUGH = 8


@dataclass
class Lines:
    """Cells of demand of one table: (n,) arrays; `row` is the position of the cell's row in its table."""

    item: Whole
    site: Whole
    start: Whole
    length: Whole
    units: Floats
    row: Whole

    def taken(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Lines:
        """Some of the cells."""
        return Lines(**{name: values[which] for name, values in vars(self).items()})


def one_kind(source: Source, dated: str, periods: Sequence[Period | None]) -> Every:
    """Days, weeks or months: rows of another kind than most distinct ones are not used."""
    kinds = [one.every for one in periods if one is not None]
    if not kinds:
        return "day"
    every: tuple[Every, ...] = ("day", "week", "month")
    most = max(every, key=lambda kind: kinds.count(kind))
    codes = source.bound[dated].column.codes
    odd = np.asarray([one is not None and one.every != most for one in periods], dtype=bool)[codes]
    drop(source, odd, dated, f"is no {most}, as the others are")
    return most


def weekly(source: Source, dated: str, days: Whole, options: Options) -> None:
    """Ask whether a record in which every date is the same day of the week, or the first of a month, is daily."""
    if options.every is not None or days.size < ENOUGH:
        return
    dates = [ordinal(day) for day in days]
    column = source.bound[dated].column.name
    if len({date.weekday() for date in dates}) == 1:
        told, every = f"every date is a {dates[0]:%A}", "week"
    elif len({date.day for date in dates}) == 1:
        told, every = f"every date is day {dates[0].day} of a month", "month"
    else:
        return
    raise UsageError(
        f"{source.source}: {column}: {told}: is a row the demand of a day or of a {every}? say --every day or "
        f"--every {every}"
    )


def drop(source: Source, which: NDArray[np.bool_], name: str, reason: str) -> None:
    """Say why rows are not used, once for each row."""
    source.say(np.flatnonzero(which & (source.account.fate < NOT_USED)), name, reason)


def spread(lines: Lines) -> tuple[Whole, Whole, Whole, Floats]:
    """Units of each day of the periods, evenly, whole units kept whole: item, site, day, units."""
    if (lines.length == 1).all():
        return lines.item, lines.site, lines.start, lines.units
    place = np.repeat(np.arange(lines.units.size), lines.length)
    within = np.arange(place.size) - np.repeat(np.cumsum(lines.length) - lines.length, lines.length)
    total, length = lines.units[place], lines.length[place]
    whole = total == np.round(total)
    upper, lower = (np.floor((within + more) * total / length + 0.5) for more in (1, 0))
    units = np.where(whole, upper - lower, total / length)
    return lines.item[place], lines.site[place], lines.start[place] + within, units


def spread_told(read_: Sequence[tuple[Source, Lines]]) -> list[str]:
    """Notes on tables that are coarser than days."""
    told = []
    for source, lines in read_:
        if lines.units.size and int(lines.length.max()) > 1:
            kind = "weeks" if int(lines.length.max()) == 7 else "months"
            told.append(
                f"{source.source} records {kind}: units are spread evenly over their days (assumed). How demand varies from "
                f"day to day within one is not in it; a day's deviation is worked out from that of whole {kind} "
                "(history_period)."
            )
            source.notes.append(told[-1])
    return told


def span(first: int, last: int, options: Options) -> None:
    """Check the plan's day against the record."""
    if last < first or options.as_of is None:
        return
    if not first < options.as_of.toordinal() <= last:
        until = ordinal(last)
        raise UsageError(
            f"--as-of {options.as_of}: the record of demand runs from {ordinal(first)} to {until}: choose a day after "
            "its first and up to its last"
        )


def added(key: Whole, day: Whole, units: Floats, first: int, last: int) -> tuple[Whole, Whole, Floats]:
    """Units of one item, warehouse and day added up, sorted."""
    span = last - first + 1
    if not key.size:
        return key, day, units
    both = key * span + (day - first)
    if (np.diff(both) > 0).all():
        return key, day, units
    found, place = np.unique(both, return_inverse=True)
    total = np.bincount(place, units).astype(np.float64)
    return (found // span).astype(np.int64), (found % span + first).astype(np.int64), total
