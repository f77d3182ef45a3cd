"""Reading a plan back from a spreadsheet: the same plan but for the edits, each of which is found and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim import __version__, sourcing, ways
from sim.errors import ScenarioError, UsageError, listing, near_miss
from sim.plan import Plan, PlanLine, callable_named
from sim.planbook.cells import CellError, same_name, text_of, unguarded
from sim.planbook.columns import AS_WRITTEN, COLUMNS, field_of
from sim.planbook.formulas import unsaved
from sim.planbook.log import overlaid
from sim.planbook.rows import Row, added, kept
from sim.planbook.written import Head, Written, unpacked
from sim.policies import NAMES, POLICIES
from sim.scenario import Scenario
from sim.tables import Rows, rows

SHEET = "Plan"
FORMATS = (".xlsx", ".csv")
#: most problems told at once
MOST = 30


@dataclass(frozen=True)
class Book:
    """A plan file.

    Attributes
    ----------
    path : where it is.
    plan : the plan in it, edits included.
    head : what it says of the plan as a whole, as it was written.
    """

    path: Path
    plan: Plan
    head: Head


def plan_of(path: str | Path, scenario: Scenario, trust: bool = False) -> Plan:
    """The plan in a spreadsheet; see `read`."""
    return read(path, scenario, trust).plan


def notes_on(book: Book, scenario: Scenario) -> list[str]:
    """What is to be said of a plan that comes from a file, one sentence each."""
    from sim.planbook.contents import scenario_hash
    from sim.planbook.summary import total, unexplained

    whole, open_changes = total(book.plan, scenario), unexplained(book.plan)
    changed = {0: "no line is", 1: "1 line is"}.get(whole.changed, f"{whole.changed} lines are")
    notes = [
        *ways.plan_notes(scenario, book.plan),
        f"read from {book.path.name}, made as posture {book.plan.posture!r}; {changed} changed by hand",
    ]
    if open_changes:
        notes.append(f"changed without a reason written down: {listing(open_changes)}")
    notes += [f"sourcing: {told}" for told in sourcing.warnings(scenario, book.plan.lines)]
    if book.head.version == __version__ and book.head.scenario_hash != scenario_hash(scenario):
        notes.append(
            f"made for {book.head.scenario!r} in another state than this one: forecasts and levels may be stale"
        )
    return notes


def read(path: str | Path, scenario: Scenario, trust: bool = False) -> Book:
    """A plan file (.xlsx or .csv) that `write` made, whatever was edited, sorted, filtered or added in it.

    Parameters
    ----------
    path : of the file.
    scenario : the business the plan is for; every item it stocks needs a row.
    trust : import policies of the user's own (``module:name``).

    Raises
    ------
    UsageError : no such file, or a policy of the user's own without `trust`.
    ScenarioError : with every row that cannot be used: sheet, row, column, value, and what is allowed.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"{path}: is no plan file: a plan is one of {', '.join(FORMATS)}")
    if not path.is_file():
        raise UsageError(f"{path}: there is no such plan file")
    book = path.suffix.lower() == ".xlsx"
    table = rows(f"{path.name}#{SHEET}" if book else path.name, path.parent)
    where = f"{path.name}: sheet {SHEET}" if book else path.name
    fields = _fields(table, where)
    found = [
        Row(number, {fields[name]: _cell(value, book) for name, value in row.items() if fields[name]})
        for number, row in zip(table.numbers, table, strict=True)
    ]
    reading = _Reading(scenario, trust, where, book)
    written = reading.matched(found)
    head = reading.head(written, path)
    if book:
        formulas = unsaved(path, SHEET)
        reading.refuse(formulas, fields, found)
    lines = [reading.line(row, written.get(row.number)) for row in found]
    reading.cover()
    if book:
        lines = reading.with_log(lines, found, written, path)
    if reading.problems:
        more = len(reading.problems) - MOST
        raise ScenarioError([*reading.problems[:MOST], *([f"{where}: and {more} more problems"] if more > 0 else [])])
    last = len(found) + max((one.place for one in written.values()), default=0)
    place = {row.number: written[row.number].place if row.number in written else last + row.number for row in found}
    order = sorted(range(len(found)), key=lambda n: place[found[n].number])
    made = tuple(line for n in order if (line := lines[n]) is not None)
    return Book(path, Plan(head.posture, made, head.notes), head)


def _cell(value: Any, book: bool) -> Any:
    """A cell of CSV without the apostrophe that keeps it from running."""
    return value if book or not isinstance(value, str) else unguarded(value)


def _fields(table: Rows, where: str) -> dict[str, str]:
    """The field each column holds, "" for those that only mark edits.

    Raises
    ------
    ScenarioError : a column is unknown, missing, or there twice.
    """
    found = {name: field_of(name) for name in table.columns}
    known = [column.label for column in COLUMNS]
    problems = [
        f"{where}: column {name!r} is no column of a plan{near_miss(name, known)}; notes of your own go under Why"
        for name, field in found.items()
        if field is None
    ]
    held = [field for field in found.values() if field]
    labels = {
        **{column.field: column.label for column in COLUMNS if column.kind != "derived"},
        AS_WRITTEN: f"{AS_WRITTEN} (hidden)",
    }
    later = {column.field for column in COLUMNS if column.later}
    problems += [
        f"{where}: column {label!r} is missing"
        for field, label in labels.items()
        if field not in held and field not in later
    ]
    problems += [f"{where}: column {labels[field]!r} is there twice" for field in labels if held.count(field) > 1]
    if problems:
        raise ScenarioError(problems)
    return {name: field or "" for name, field in found.items()}


class _Reading:
    """Reads one file; problems are collected and told together."""

    def __init__(self, scenario: Scenario, trust: bool, where: str, book: bool) -> None:
        self.scenario, self.trust, self.where, self.book = scenario, trust, where, book
        self.problems: list[str] = []
        self.places: dict[tuple[str, str], int] = {}
        self.spoiled: set[int] = set()
        self.policies: dict[str, Any] = {name: name for name in POLICIES}
        self.stocked = {site: dict.fromkeys(items) for site, items in scenario.sites.items()}

    def tell(self, row: Row, field: str, message: str) -> None:
        """Note a problem of a cell."""
        column = next((one for one in COLUMNS if one.field == field), None)
        name = field if column is None else column.label if self.book else column.field
        called = f" ({text_of(row.cells['item'])})" if row.cells.get("item") is not None and field != "item" else ""
        self.problems.append(f"{self.where}: row {row.number}{called}: {name}: {message}")

    def matched(self, found: list[Row]) -> dict[int, Written]:
        """For each row the line it was written as; a row that was added, or copied for another item, has none."""
        made: dict[int, Written] = {}
        owner: dict[tuple[str, str], int] = {}
        strange: list[tuple[Row, Written]] = []
        for row in found:
            text = row.cells.get(AS_WRITTEN)
            if text is None:
                continue
            try:
                written = unpacked(str(text))
            except ValueError as error:
                self.tell(row, AS_WRITTEN, f"this hidden cell is damaged ({error}): write the plan again")
                self.spoiled.add(row.number)
                continue
            key = (str(written.line["item"]), str(written.line["warehouse"]))
            names = text_of(row.cells.get("item")), text_of(row.cells.get("warehouse"))
            if same_name(names[0], key[0]) and same_name(names[1], key[1]):
                owner.setdefault(key, row.number)
                made[row.number] = written
                row.cells["item"], row.cells["warehouse"] = key
            else:
                strange.append((row, written))
        for row, written in strange:
            key = (str(written.line["item"]), str(written.line["warehouse"]))
            if key in owner and row.cells.get("item") is not None:
                continue  # a copy of another row, made into a new one
            field = "item" if not same_name(text_of(row.cells.get("item")), key[0]) else "warehouse"
            value = text_of(row.cells.get(field)) or "is blank"
            was = key[0] if field == "item" else key[1]
            why = "were the columns sorted apart? to add a line, fill a new row"
            self.tell(row, field, f"{value}: this row was written for {was!r}; {why}")
            self.spoiled.add(row.number)
            made[row.number] = written
        return made

    def head(self, written: Mapping[int, Written], path: Path) -> Head:
        """What the rows say of the plan as a whole; they must agree."""
        heads = {number: one.head for number, one in written.items()}
        if not heads:
            return Head(path.stem, (), self.scenario.name, "", "")
        first = next(iter(heads))
        for number, head in heads.items():
            if head != heads[first]:
                self.problems.append(
                    f"{self.where}: row {number} comes from another plan (posture {head.posture!r} of {head.scenario!r}) "
                    f"than row {first} (posture {heads[first].posture!r} of {heads[first].scenario!r})"
                )
        return heads[first]

    def named(self, name: str) -> Any:
        """The policy that a name means."""
        if name not in self.policies:
            if name in POLICIES:
                self._sound(name)
                self.policies[name] = name
                return name
            if ":" not in name:
                raise CellError(f"{name!r} is not a policy{near_miss(name, [*NAMES, 'module:name'])}")
            self.policies[name] = callable_named(name, self.trust)
        return self.policies[name]

    @staticmethod
    def _sound(name: str) -> None:
        """See that the parameters in a policy's name are sound."""
        try:
            POLICIES[name]
        except ScenarioError as error:
            raise CellError("; ".join(error.problems)) from error

    def line(self, row: Row, written: Written | None) -> PlanLine | None:
        """The line of a row, or None where something is wrong with it."""
        before = len(self.problems)
        if row.number in self.spoiled:
            if written is not None:
                self.places.setdefault((str(written.line["item"]), str(written.line["warehouse"])), row.number)
            return None
        item, warehouse = text_of(row.cells.get("item")), text_of(row.cells.get("warehouse"))
        if not self._stocked(row, item, warehouse):
            return None
        item = str(self._exact(item, self.stocked[warehouse]))
        earlier = self.places.setdefault((item, warehouse), row.number)
        if earlier != row.number:
            self.tell(row, "item", f"{item!r} at {warehouse!r} is in row {earlier} too: a plan has one row for each")
            return None
        tell: Callable[[str, str], None] = lambda field, message: self.tell(row, field, message)  # noqa: E731
        spec = self.scenario.items[self.scenario.catalogue.index[item]]
        whole = self.scenario.units == "integer"
        if written is None:
            made = added(row, self.scenario, item, warehouse, whole, self.named, tell)
        else:
            made = kept(row, written, spec, whole, self.named, tell)
        if made is not None and not self._reached(made.origin, warehouse):
            tell("origin", f"{made.origin!r}: this scenario has no lane from there to {warehouse!r}")
        elif made is not None:
            for field, told in sourcing.problems(self.scenario, made):
                tell(field, told)
        return made if len(self.problems) == before else None

    def _stocked(self, row: Row, item: str, warehouse: str) -> bool:
        """Whether the scenario stocks what the row names; told where not."""
        index, sites = self.scenario.catalogue.index, self.scenario.sites
        if not item:
            self.tell(row, "item", "is blank: every row names an item")
        elif self._exact(item, index) is None:
            self.tell(row, "item", f"{item!r} is not an item of this scenario{near_miss(item, index)}")
        elif not warehouse:
            self.tell(row, "warehouse", f"is blank: every row names a warehouse (allowed: {listing(list(sites))})")
        elif warehouse not in sites:
            near = near_miss(warehouse, sites)
            self.tell(row, "warehouse", f"{warehouse!r} is not a warehouse of this scenario{near}")
        elif self._exact(item, self.stocked[warehouse]) is None:
            self.tell(row, "item", f"{item!r} is not stocked at {warehouse!r} in this scenario")
        else:
            return True
        return False

    @staticmethod
    def _exact(item: str, names: Mapping[str, Any]) -> str | None:
        """The item's own name, 0001 where a spreadsheet program made 1 of it; None for an unknown one."""
        return item if item in names else next((name for name in names if same_name(item, name)), None)

    def _reached(self, origin: str, warehouse: str) -> bool:
        return (warehouse, origin) in self.scenario.standard_lanes

    def refuse(self, formulas: list[tuple[int, str, str]], fields: Mapping[str, str], found: list[Row]) -> None:
        """Tell of formulas that have no value in the file."""
        rows_by_number = {row.number: row for row in found}
        for number, name, formula in formulas:
            if fields.get(name):
                self.spoiled.add(number)
                told = f"{formula!r} is a formula that no spreadsheet program has worked out and saved: write its value"
                self.tell(rows_by_number.get(number, Row(number, {})), fields[name], told)

    def cover(self) -> None:
        """Name items that the scenario stocks and no row is there for."""
        wanted = [(item, site) for site, items in self.scenario.sites.items() for item in items]
        missing = [f"{item} at {site}" for item, site in wanted if (item, site) not in self.places]
        if missing:
            count = "1 item has" if len(missing) == 1 else f"{len(missing)} items have"
            self.problems.append(f"{self.where}: {count} no row: {listing(missing)}")

    def with_log(
        self, lines: list[PlanLine | None], found: list[Row], written: Mapping[int, Written], path: Path
    ) -> list[PlanLine | None]:
        """Lines with what was filled in on the sheet of changes."""
        logged = {(one.line["item"], one.line["warehouse"]): one.changes for one in written.values() if one.changes}
        corrected, problems = overlaid(path, logged)
        self.problems += problems
        made: list[PlanLine | None] = []
        for line, row in zip(lines, found, strict=True):
            changes = corrected.get((line.item, line.warehouse)) if line is not None and row.number in written else None
            if line is not None and changes is not None:
                # what the row's own Why has answered stays answered
                answered = [
                    replace(now, who=now.who or row_now.who, when=now.when or row_now.when, why=now.why or row_now.why)
                    for now, row_now in zip(changes, line.changes, strict=False)
                ]
                line = replace(line, changes=(*answered, *line.changes[len(answered) :]))
            made.append(line)
        return made
