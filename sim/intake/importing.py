"""From files to what a scenario needs: each file in its role, joined by item, warehouse and supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.errors import ScenarioError, UsageError, listing, near_miss
from sim.intake import binding, deliveries, heading, masters, opening, selling, supply
from sim.intake.aliases import ALIASES, ROLES, plain
from sim.intake.bound import Source
from sim.intake.deliveries import Deliveries
from sim.intake.mapping import Entry
from sim.intake.master import Master
from sim.intake.options import Options
from sim.intake.selling import Sales
from sim.intake.supply import Supply
from sim.intake.table import Grid, shown
from sim.intake.tally import IN_PART, NOT_USED, Aside, Tally

#: name of the only warehouse where no file names one
MAIN = "Main"
#: days that are resampled together
WEEK = 7


@dataclass
class Imported:
    """What the files say, joined.

    Attributes
    ----------
    masters : items that are used, by identifier.
    records : delivery records of the scenario's warehouses.
    stock : (item, warehouse) -> units on hand.
    warehouses : names, those with demand.
    """

    options: Options
    tally: Tally
    sources: list[Source]
    masters: dict[str, Master]
    sales: Sales
    supply: Supply
    records: Deliveries
    stock: dict[tuple[str, str], float]
    warehouses: list[str]
    currency: str
    notes: list[str] = field(default_factory=list)

    def of(self, role: str) -> list[Source]:
        """Sources of a role."""
        return [source for source in self.sources if source.role == role]


@dataclass(frozen=True)
class Given:
    """A file as named on the command line (``book.xlsx#Sheet`` names a sheet), and the role it is given, if any."""

    path: Path
    role: str | None = None

    @property
    def sheet(self) -> str:
        return self.path.name.partition("#")[2]

    @property
    def file(self) -> Path:
        return self.path.with_name(self.path.name.partition("#")[0])


def read(files: Sequence[Given], options: Options, entries: Sequence[Entry], tally: Tally) -> list[Source]:
    """Every table of the files in its role.

    Raises
    ------
    ScenarioError : a file cannot be read, or holds no table that is known, with all such files.
    UsageError : something can be read in two ways.
    """
    found: list[Source] = []
    problems: list[str] = []
    for given in files:
        try:
            found += _read(given, options, entries, tally)
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    _named(found, options)
    wanted = {"items": "item master (costs, suppliers, lead times)", "demand": "demand history (what was sold or used)"}
    for role, what in wanted.items():
        if not any(source.role == role for source in found):
            problems.append(f"no {what} among the files; name it with --{role} FILE")
    if problems:
        raise ScenarioError(problems)
    return found


def _named(found: Sequence[Source], options: Options) -> None:
    """Check that every column that an option names is there.

    Raises
    ------
    UsageError : one is in no file.
    """
    heads = {role: [column.name for one in found if one.role == role for column in one.table.columns] for role in ROLES}
    every = [name for names in heads.values() for name in names if name]
    asked = [("--where", "", name) for name in options.where]
    asked += [("--column", role, name) for role, name, _ in options.columns]
    asked += [("--pad", "", name) for name in options.pad if not any(name in fields for fields in ALIASES.values())]
    for option, role, name in asked:
        there = heads[role] if role else every
        if plain(name) not in {plain(one) for one in there}:
            which = f"no {role} file" if role else "no file"
            raise UsageError(f"{option} {name}: {which} has such a column{near_miss(name, dict.fromkeys(there))}")


def _read(given: Given, options: Options, entries: Sequence[Entry], tally: Tally) -> list[Source]:
    """The tables of one file; sheets that hold none are said."""
    grids = opening.grids(given.file, given.sheet)
    ways: dict[str, list[Grid]] = {}
    for grid in grids:
        ways.setdefault(grid.source, []).append(grid)
    found: list[Source] = []
    troubles: dict[str, str] = {}
    for source, ways_ in ways.items():
        said: list[Entry | None] = [one for one in entries if one.meets(source) and given.role in (None, one.role)]
        for entry in said or [None]:
            made = _sheet(source, ways_, given.role, entry, options, tally)
            if isinstance(made, str):
                troubles[source] = made
            else:
                found.append(made)
    if not found:
        raise ScenarioError(troubles.values())
    for source, why in troubles.items():
        _unread(source, ways[source][0], why, tally)
    return found


def _sheet(
    source: str,
    ways: Sequence[Grid],
    role: str | None,
    entry: Entry | None,
    options: Options,
    tally: Tally,
) -> Source | str:
    """One table in its role, or why it is none."""
    if not any(shown(cell) for grid in ways for row in grid.preview() for cell in row):
        return f"{source}: is empty"
    names: dict[str, dict[str, str]] = {}
    for one, name, field_ in options.columns:
        names.setdefault(one, {})[plain(name)] = field_
    if entry is not None:
        role = entry.role
        names[""] = {**names.get("", {}), **{plain(name): field_ for name, field_ in entry.columns.items()}}
    headed = heading.best(ways, role, names)
    if headed is None and source.endswith("#Agenda"):
        return f"{source}: instructions, nothing to import"
    if headed is None:
        return heading.unreadable(source, role, ways)
    if entry is not None:
        heading.must_have(headed, entry.columns, source)
    heading.twice(headed)
    table, units = heading.loaded(headed)
    made = binding.bind(tally, headed, table, units, options)
    binding.chosen(made, options.where)
    return made


def _unread(source: str, grid: Grid, why: str, tally: Tally) -> None:
    """Account for the rows of a sheet that is no table of ours."""
    cells = getattr(grid, "cells", grid.preview())
    filled = [number for number, row in enumerate(cells, start=1) if any(shown(cell) for cell in row)]
    aside: tuple[Aside, ...] = ()
    if filled:
        aside = (Aside(filled[0], filled[-1], len(filled), "", "the sheet is none of the tables that are read"),)
    tally.opens(source, "not read", np.zeros(0, dtype=np.int64), aside)
    tally.tell(source, "", why.removeprefix(f"{source}: "), "sheet not read")


def join(sources: list[Source], options: Options, tally: Tally) -> Imported:
    """Join the tables; every row is used or said.

    Raises
    ------
    ScenarioError : nothing is left that a scenario could be made of.
    """
    by_role: dict[str, list[Source]] = {}
    for source in sources:
        by_role.setdefault(source.role, []).append(source)
    items = masters.read(tally, by_role.get("items", []), options)
    if not items:
        raise ScenarioError([f"{_files(by_role['items'])}: holds no item with a cost: see import-report.csv"])
    found = deliveries.read(by_role.get("deliveries", []), items, options)
    all_items = set(items)
    lines = supply.connect(items, found, options)
    if not items:
        raise ScenarioError(["no item has a lead time: give delivery records, a lead-time column, or --lead-time DAYS"])
    found = _dropped(found, by_role.get("deliveries", []), all_items - set(items))
    ways = zip(found.items, found.suppliers, found.modes, strict=True)
    known = np.asarray([lines.line_of(*way) is not None for way in ways], dtype=bool)
    found = deliveries.lined(found, by_role.get("deliveries", []), known)
    default, notes = _default_site(by_role, items, options)
    sales = selling.read(by_role["demand"], items, default, options)
    if not sales.units.size:
        raise ScenarioError([f"{_files(by_role['demand'])}: no row of demand can be used: see import-report.csv"])
    if options.as_of is None and sales.last - sales.first + 1 < WEEK:
        days = sales.last - sales.first + 1
        raise ScenarioError(
            [f"{_files(by_role['demand'])}: covers {days} days; at least {WEEK} are needed to resample weeks"]
        )
    pairs = dict.fromkeys(zip(sales.item_of.tolist(), sales.site_of.tolist(), strict=True))
    warehouses = sorted({sales.sites[site] for _, site in pairs})
    _without_history(items, {sales.items[item] for item, _ in pairs})
    records = deliveries.placed(found, by_role.get("deliveries", []), warehouses)
    supply.foreseen(lines, records, [(sales.items[item], sales.sites[site]) for item, site in pairs], options)
    stock = _stock(by_role.get("stock", []), items, warehouses, options)
    _close(tally, by_role, items, found, sales)
    notes += sales.notes
    currency = options.currency or next((one.currency for one in sources if one.currency), "")
    return Imported(options, tally, sources, items, sales, lines, records, stock, warehouses, currency, notes)


def _close(
    tally: Tally,
    by_role: Mapping[str, Sequence[Source]],
    items: Mapping[str, Master],
    found: Deliveries,
    sales: Sales,
) -> None:
    """Check that every row of items, demand and deliveries went into the scenario or was said not to."""
    for source in by_role.get("items", []):
        used = np.zeros(source.rows, dtype=bool)
        used[[row for master in items.values() for one, row in master.rows if one is source]] = True
        tally.close(source.account, used)
    for number, source in enumerate(by_role.get("deliveries", [])):
        used = np.zeros(source.rows, dtype=bool)
        used[found.row[found.source == number]] = True
        tally.close(source.account, used)
    for source, used in zip(by_role["demand"], sales.used, strict=True):
        tally.close(source.account, used)


def _files(sources: Sequence[Source]) -> str:
    return listing([source.source for source in sources], most=3)


def _dropped(found: Deliveries, sources: Sequence[Source], gone: set[str]) -> Deliveries:
    """Records of the items that are left; the others are said."""
    lost = np.asarray([item in gone for item in found.items], dtype=bool)
    for number, source in enumerate(sources):
        rows = found.row[lost & (found.source == number)]
        source.say(rows, "item", "is not an item that is used (no lead time)")
    return found.taken(np.flatnonzero(~lost))


def _default_site(
    by_role: Mapping[str, Sequence[Source]], items: Mapping[str, Master], options: Options
) -> tuple[str | None, list[str]]:
    """The warehouse of demand rows that name none.

    Raises
    ------
    UsageError : it is open which.
    """
    if options.one_warehouse or options.warehouse:
        return options.one_warehouse or options.warehouse, []
    demand = by_role["demand"]
    lacking = [source.source for source in demand if not any(source.keys("warehouse")[0])]
    if not lacking:
        return None, []
    plants = sorted({site for master in items.values() for site in master.sites if site})
    named = selling.site_names(demand, options)
    if len({*plants, *named}) > 1:
        raise UsageError(
            f"{lacking[0]}: names no warehouse, and there are several ({listing(sorted({*plants, *named}), most=4)}): say "
            "--warehouse NAME for these rows, or --one-warehouse NAME to take all as one"
        )
    site = next(iter({*plants, *named}), MAIN)
    told = [] if plants or named else [f"No file names a warehouse: one, called {MAIN} (assumed)."]
    return site, told


def _without_history(items: Mapping[str, Master], sold: set[str]) -> None:
    """Say of items that never had demand."""
    for master in items.values():
        if master.item not in sold:
            master.say(
                "item", "has no demand history", "kept in items.csv without a demand stream: not stocked", IN_PART
            )


def _stock(
    sources: Sequence[Source], items: Mapping[str, Master], warehouses: Sequence[str], options: Options
) -> dict[tuple[str, str], float]:
    """Units on hand by item and warehouse: of stock tables, or else of the item master; bins are added up."""
    made: dict[tuple[str, str], float] = {}
    sole = warehouses[0] if len(warehouses) == 1 else options.warehouse or ""
    for source in sources:
        keys, item_of = source.keys("item")
        sites, site_of = source.keys("warehouse")
        units = source.numbers("on_hand", "row not used", NOT_USED)
        for row in np.flatnonzero(source.account.fate < NOT_USED).tolist():
            item = keys[item_of[row]]
            site = options.one_warehouse or sites[site_of[row]] or sole
            if item not in items:
                source.say(row, "item", "is not an item that is used" if item else "the item is blank")
            elif site not in warehouses:
                told = "has no demand that is used" if site else "the warehouse is blank"
                source.say(row, "warehouse", told)
            elif not units[row] >= 0:
                source.say(row, "on_hand", "is below 0" if units[row] < 0 else "the stock is blank")
            else:
                made[item, site] = made.get((item, site), 0.0) + float(units[row])
    if sources:
        return made
    for master in items.values():
        for place, values in master.sites.items():
            site, found = place or sole, values.get("on_hand")
            if isinstance(found, float) and site in warehouses:
                made[master.item, site] = found
    return made
