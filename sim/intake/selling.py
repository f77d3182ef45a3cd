"""Demand history: long or wide, by day, week or month, with returns, made into units a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.intake.bound import Floats, Source
from sim.intake.dates import Period
from sim.intake.options import Options
from sim.intake.periods import Lines, Whole, added, drop, one_kind, span, spread, spread_told, weekly
from sim.intake.returns import netted
from sim.intake.tally import IN_PART, NOT_USED

DATED = ("date", "week", "month")


@dataclass
class Sales:
    """Demand by day, sorted by item, warehouse and day.

    Attributes
    ----------
    items, sites : names.
    item_of, site_of : (n,) positions among them.
    day : (n,) day numbers (`date.toordinal`).
    units : (n,) above 0.
    first, last : first and last day that the record covers.
    notes : what was made of it, for the scenario's notes.
    used : for each table, (rows,) whether something of the row is in it.
    period : days of the longest period in the record: 1, 7 where a table is of weeks, 30 of months.
    """

    items: list[str]
    sites: list[str]
    item_of: Whole
    site_of: Whole
    day: Whole
    units: Floats
    first: int
    last: int
    notes: list[str]
    used: list[NDArray[np.bool_]]
    period: int = 1

    @property
    def whole(self) -> bool:
        """Whether all units are whole."""
        return bool((self.units == np.round(self.units)).all())

    def mean(self, before: int) -> dict[tuple[str, str], float]:
        """Units a day of each item and warehouse that sold anything before a day."""
        known = self.day < before
        key = self.item_of[known] * len(self.sites) + self.site_of[known]
        total = np.bincount(key, self.units[known], minlength=len(self.items) * len(self.sites))
        days = max(before - self.first, 1)
        return {
            (self.items[place // len(self.sites)], self.sites[place % len(self.sites)]): float(total[place] / days)
            for place in np.flatnonzero(total)
        }


def site_names(sources: Sequence[Source], options: Options) -> list[str]:
    """Warehouses that demand tables name, in order of their names."""
    if options.one_warehouse:
        return [options.one_warehouse]
    found = {name for source in sources for name in source.keys("warehouse")[0] if name}
    return sorted(found)


def read(sources: Sequence[Source], known: Mapping[str, object], default: str | None, options: Options) -> Sales:
    """Demand of all tables; what is wrong with rows is said.

    Parameters
    ----------
    known : items that may have demand.
    default : warehouse of tables that name none.

    Raises
    ------
    UsageError : it is open what a row covers, or the plan's day lies outside the record.
    """
    items: dict[str, int] = {}
    sites: dict[str, int] = {}
    notes: list[str] = []
    read_: list[tuple[Source, Lines]] = []
    for source in sources:
        lines = _wide(source, known, items, sites, default, options) if source.wide else None
        read_.append((source, lines or _long(source, known, items, sites, default, options)))
    notes += spread_told(read_)
    longest = max((int(lines.length.max()) for _, lines in read_ if lines.units.size), default=1)
    period = longest if longest <= 7 else 30
    found = [lines for _, lines in read_ if lines.units.size]
    first = min((int(lines.start.min()) for lines in found), default=0)
    last = max((int((lines.start + lines.length).max()) - 1 for lines in found), default=-1)
    span(first, last, options)
    parts = [spread(lines.taken(lines.units > 0)) for _, lines in read_]
    key = np.concatenate([part[0] * max(len(sites), 1) + part[1] for part in parts] or [np.zeros(0, dtype=np.int64)])
    day = np.concatenate([part[2] for part in parts] or [np.zeros(0, dtype=np.int64)])
    units = np.concatenate([part[3] for part in parts] or [np.zeros(0)])
    key, day, units = added(key, day, units, first, last)
    used = []
    for source, lines in read_:
        back, there = lines.taken(lines.units < 0), np.zeros(source.rows, dtype=bool)
        there[lines.row[lines.units >= 0]] = True
        if back.units.size:
            told, taken_back = netted(source, back, key, day, units, len(sites), first, last, options)
            notes.append(told)
            there[back.row if source.wide else taken_back] = True
        used.append(there)
    kept = units > 0
    key, day, units = key[kept], day[kept], units[kept]
    width = max(len(sites), 1)
    return Sales(list(items), list(sites), key // width, key % width, day, units, first, last, notes, used, period)


def _coded(names: list[str], place: dict[str, int], wanted: Mapping[str, object] | None) -> Whole:
    """Positions of names in a growing list; -1 for those not wanted."""
    return np.asarray(
        [place.setdefault(name, len(place)) if wanted is None or name in wanted else -1 for name in names],
        dtype=np.int64,
    )


def _where(
    source: Source,
    known: Mapping[str, object],
    items: dict[str, int],
    sites: dict[str, int],
    default: str | None,
    options: Options,
) -> tuple[Whole, Whole]:
    """Item and warehouse of each row, -1 where there is none, which is said."""
    names, item_of = source.keys("item")
    places, site_of = source.keys("warehouse")
    blank = np.asarray([not name for name in names], dtype=bool)[item_of]
    source.say(np.flatnonzero(blank & (source.account.fate < NOT_USED)), "item", "the item is blank")
    lost = np.asarray([bool(name) and name not in known for name in names], dtype=bool)[item_of]
    source.say(np.flatnonzero(lost & (source.account.fate < NOT_USED)), "item", _unknown(names, known))
    lent = options.warehouse or ("" if any(places) else default) or ""
    places = [options.one_warehouse or name or lent for name in places]
    nowhere = np.asarray([not name for name in places], dtype=bool)[site_of]
    source.say(np.flatnonzero(nowhere & (source.account.fate < NOT_USED)), "warehouse", "the warehouse is blank")
    fit = {name: None for name in names if name in known}
    item = _coded(names, items, fit)[item_of]
    site = _coded(places, sites, {name: None for name in places if name})[site_of]
    return item, site


def _unknown(names: list[str], known: Mapping[str, object]) -> str:
    """Why items are not known, with a hint where zeros are missing."""
    bare = {name.lstrip("0") for name in known}
    lost = next((name for name in names if name and name not in known and name.lstrip("0") in bare), None)
    if lost is None:
        return "is not an item that is used (no master, no cost or no lead time)"
    digits = max(len(name) for name in known if name.lstrip("0") == lost.lstrip("0"))
    digits = max(digits, len(lost))
    return f"is not an item that is used; with leading zeros it would be one: import with --pad item={digits}"


def _long(
    source: Source,
    known: Mapping[str, object],
    items: dict[str, int],
    sites: dict[str, int],
    default: str | None,
    options: Options,
) -> Lines:
    dated = next(name for name in DATED if source.has(name))
    day, _, periods = source.days(dated)
    units = source.numbers("units", "row not used", NOT_USED)
    if dated == "week" and "ending" in source.bound["week"].column.name.casefold():
        day = day - 6
    item, site = _where(source, known, items, sites, default, options)
    drop(source, np.isnan(day), dated, "the date is blank")
    drop(source, np.isnan(units), "units", "the units are blank")
    every = one_kind(source, dated, periods)
    drop(source, day > options.today.toordinal(), dated, f"lies after {options.today}")
    lengths = np.asarray([0 if one is None else one.days for one in periods] or [0], dtype=np.int64)
    length = lengths[source.bound[dated].column.codes]
    kept = np.flatnonzero(source.account.fate < NOT_USED)
    if every == "day":
        weekly(source, dated, np.unique(day[kept]).astype(np.int64), options)
    return Lines(item[kept], site[kept], day[kept].astype(np.int64), length[kept], units[kept], kept.astype(np.int64))


def _wide(
    source: Source,
    known: Mapping[str, object],
    items: dict[str, int],
    sites: dict[str, int],
    default: str | None,
    options: Options,
) -> Lines:
    """Cells of a table whose columns are headed by dates; columns seven days apart are weeks."""
    item, site = _where(source, known, items, sites, default, options)
    starts = sorted(one.start for _, one in source.wide)
    apart = {(later - earlier).days for earlier, later in zip(starts[:-1], starts[1:], strict=True)}
    weekly = all(one.every == "day" for _, one in source.wide) and apart == {7}
    monthly = all(one.every == "day" for _, one in source.wide) and apart <= {28, 29, 30, 31}
    parts: list[Lines] = []
    there = np.zeros(source.rows, dtype=bool)
    live = source.account.fate < NOT_USED
    for column, one in source.wide:
        if one.start > options.today:
            cells = np.flatnonzero(live & (column.codes != _blank(column.values)))
            source.tally.say(
                source.account, cells, column.name, "", f"lies after {options.today}", "cell not used", IN_PART
            )
            continue
        if weekly or monthly:
            one = Period(one.start, "week" if weekly else "month")
        values = source.cells(column, 1.0, "cell not used", IN_PART)
        rows = np.flatnonzero(live & ~np.isnan(values))
        there[rows] = True
        full = np.full(rows.size, one.start.toordinal(), dtype=np.int64)
        length = np.full(rows.size, one.days, dtype=np.int64)
        parts.append(Lines(item[rows], site[rows], full, length, values[rows], rows.astype(np.int64)))
    source.say(np.flatnonzero(live & ~there), "units", "no column holds a number")
    none = np.zeros(0, dtype=np.int64)
    if not parts:
        return Lines(none, none, none, none, np.zeros(0), none)
    return Lines(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def _blank(values: list[object]) -> int:
    return values.index(None) if None in values else -1
