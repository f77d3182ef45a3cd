"""From files to checked objects.

Every problem of a file is collected and told at once, as ``file: key: what is wrong and what is allowed``.
"""

from __future__ import annotations

import dataclasses
import datetime
import tomllib
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim import inputs, parameters
from sim.building import (
    BROKEN,
    HIDDEN,
    TABLES,
    Place,
    Trouble,
    Unsound,
    bare,
    bounds_of,
    hints,
    is_spec,
    members_of,
    needed,
    spec_of,
    specs_in,
    text_of,
    unknown,
    value_of,
)
from sim.errors import ScenarioError, UsageError, listing, near_miss
from sim.scenario import Scenario
from sim.scenario_checks import problems
from sim.tables import Rows, decoded, rows
from sim.windows import NO_DAY_ZERO
from sim.windows import problems as window_problems

#: lists whose rows have a name of their own, with the key that holds it
NAMED = {
    "items": "item",
    **dict.fromkeys(
        ("suppliers", "ports", "pools", "warehouses", "lanes", "factories", "factors", "prices", "disruptions"), "name"
    ),
    "stretches": "name",
    "contracts": "supplier",
    "assumptions": "label",
}


def toml(path: Path) -> dict[str, Any]:
    """Content of a TOML file.

    Raises
    ------
    ScenarioError : it is not TOML; the message names line and column.
    UsageError : it cannot be opened.
    """
    inputs.note(path)
    try:
        return tomllib.loads(decoded(path.read_bytes()))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"{path.name}: is not valid TOML: {error}"]) from error
    except UnicodeError as error:
        raise ScenarioError([f"{path.name}: {error}"]) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error


def scenario_of(
    content: Mapping[str, Any], folder: Path | None = None, file: str = "scenario", trust: bool = False
) -> Scenario:
    """A checked scenario from nested dictionaries, as a TOML file holds them.

    Parameters
    ----------
    content : keys of the scenario; tables may be file names relative to `folder`, or lists of rows.
    folder : where tables are looked for; the working directory when left out.
    file : name used in messages.
    trust : import kinds of disruption that are the user's own code (``module:Class``).

    Raises
    ------
    ScenarioError : with every problem found.
    UsageError : code of the user's own that is not trusted, or not there.
    """
    here = Path.cwd() if folder is None else folder
    content = dict(content)
    found: list[str] = []
    troubles: list[Trouble] = []
    tables: dict[str, Rows] = {}
    unread: set[str] = set()
    for section in TABLES:
        if isinstance(content.get(section), str):
            try:
                content[section] = rows(content[section], here)
            except ScenarioError as error:
                found += [f"{file}: {section}: {problem}" for problem in error.problems]
                unread.add(section)
                del content[section]
        if isinstance(content.get(section), Rows):
            tables[section] = content[section]
            content[section], wrong = _known_columns(section, tables[section])
            troubles += wrong
    if isinstance(content.get("disruptions"), list | tuple):
        content["disruptions"] = [_with_name(one, number) for number, one in enumerate(content["disruptions"], start=1)]
        content["disruptions"], wrong = _own_kinds(content["disruptions"], trust)
        troubles += wrong
    parts, members, wrong = _parts(content, unread)
    troubles += wrong
    broken = unread | {str(place[0]) for place, _ in wrong}
    names = {section: _names(content, section, section in broken) for section in (*NAMED, "weathers")}
    plants = names["factories"]
    if plants or plants is None:  # a factory is a supplier to those who buy from it
        names["suppliers"] = None if plants is None or names["suppliers"] is None else plants | names["suppliers"]
    troubles += problems(parts, members, names, broken)
    found += _lines(file, content, tables, troubles)
    if found:
        found += _unreadable(content, here, file)
        if isinstance(content.get("current"), str):
            found += parameters.unreadable(content["current"], here, file)
        raise ScenarioError(found)
    return _with_records(Scenario(**parts), here, file)


def _with_records(made: Scenario, folder: Path, file: str) -> Scenario:
    """A sound scenario with its history and its delivery records read.

    Raises
    ------
    ScenarioError : with every problem of these tables and of the windows of history.
    """
    found: list[str] = []
    if made.history is not None:
        from sim.history import read

        try:
            made = dataclasses.replace(made, record=read(made, folder, file))
        except ScenarioError as error:
            found += error.problems
    elif any(stream.model in ("replay", "bootstrap") for stream in made.demand):
        found.append(f"{file}: history: demand models 'replay' and 'bootstrap' need a history table")
    if made.day_zero is not None and (trouble := _no_date(made.day_zero)):
        told = any(": as_of: " in problem for problem in found)
        raise ScenarioError(found if told else [*found, f"{file}: as_of: {trouble}"])
    lost = bool(found) and made.day_zero is None  # the history would have said which date day 0 is
    wrong = [f"{file}: stretches{problem}" for problem in window_problems(made.stretches, made.day_zero)]
    if made.deliveries is not None:
        from sim.deliveries import read as read_deliveries

        try:
            made = dataclasses.replace(made, delivered=read_deliveries(made, folder, file))
        except ScenarioError as error:
            wrong += error.problems
    if made.current is not None:
        try:
            made = dataclasses.replace(made, parameters=parameters.read(made, folder, file))
        except ScenarioError as error:
            wrong += error.problems
    found += [problem for problem in wrong if not (lost and NO_DAY_ZERO in problem)]
    if found:
        raise ScenarioError(found)
    return made


def _no_date(text: str) -> str:
    """What is wrong with a date; "" for a sound one."""
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return f"{text!r} is not a date such as 2025-12-31"
    return ""


def spec(kind: Any, content: Mapping[str, Any], file: str) -> Any:
    """One checked spec of a given class from a dictionary; used for posture files.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    made, troubles = spec_of(kind, content, ())
    if troubles:
        raise ScenarioError(_lines(file, content, {}, troubles))
    return made


def _with_name(disruption: Any, number: int) -> Any:
    """A disruption that has no name of its own is named after its kind and its place in the list."""
    if not isinstance(disruption, Mapping) or disruption.get("name"):
        return disruption
    return {**disruption, "name": f"{disruption.get('kind', 'disruption')}_{number}"}


def _own_kinds(disruptions: Sequence[Any], trust: bool) -> tuple[list[Any], list[Trouble]]:
    """Disruptions with those of the user's own kinds made; and what is wrong with the keys of these."""
    from sim.disruptions import OwnDisruption
    from sim.plan import callable_named

    made, troubles = [], []
    for number, one in enumerate(disruptions):
        kind = one.get("kind") if isinstance(one, Mapping) else None
        if not isinstance(kind, str) or ":" not in kind:
            made.append(one)
            continue
        found: Any = callable_named(kind, trust)
        if not is_spec(found) or not all(hasattr(found, name) for name in ("targets", "incidents")):
            raise UsageError(f"{kind!r} must be a dataclass with the methods targets and incidents (docs/extending.md)")
        given = {key: value for key, value in one.items() if key != "kind" or "kind" in hints(found)}
        disruption, wrong = spec_of(found, given, ("disruptions", number))
        troubles += wrong
        made.append(OwnDisruption(kind, text_of(one["name"]), None if wrong else disruption))
    return made, troubles


def _parts(
    content: Mapping[str, Any], unread: Collection[str]
) -> tuple[dict[str, Any], dict[str, dict[int, Any]], list[Trouble]]:
    """The sound keys of a scenario, the sound rows of its lists by position, and what is wrong with the others."""
    fields = {field.name: field for field in dataclasses.fields(Scenario) if field.name not in HIDDEN}
    parts: dict[str, Any] = {}
    members: dict[str, dict[int, Any]] = {}
    troubles = unknown(content, fields, ())
    for name, field in fields.items():
        if name not in content:
            if needed(field) and name not in unread:
                troubles.append(((name,), "is missing"))
            continue
        hint, value = hints(Scenario)[name], content[name]
        if typing.get_origin(hint) is tuple and isinstance(value, list | tuple) and specs_in(hint):
            found, wrong = members_of(hint, value, (name,), bounds_of(field))
            members[name] = _kept(found, unsound=name == "disruptions")
            made = tuple(found)
        else:
            made, wrong = value_of(hint, value, (name,), bounds_of(field))
        troubles += wrong
        if not wrong:
            parts[name] = made
    return parts, members, troubles


def _kept(rows: Sequence[Any], unsound: bool) -> dict[int, Any]:
    """Sound rows by their position, and those that are sound but for their own check where that is wanted."""
    kept = {place: one for place, one in enumerate(rows) if one is not BROKEN}
    return {place: bare(one) for place, one in kept.items() if unsound or not isinstance(one, Unsound)}


def _names(content: Mapping[str, Any], section: str, broken: bool) -> set[str] | None:
    """All names that a list holds, malformed rows included; None where they cannot be known: nothing is amiss then."""
    given = content.get(section)
    if section == "weathers":
        return set(given) if isinstance(given, Mapping) else None if broken else set()
    members = given if isinstance(given, list | tuple) else ()
    names = [row.get(NAMED[section]) if isinstance(row, Mapping) else None for row in members]
    if broken and (not names or None in names):
        return None
    return {text_of(name) for name in names}


def _unreadable(content: Mapping[str, Any], folder: Path, file: str) -> list[str]:
    """What is wrong with the tables of records themselves; what they say is checked once the scenario is sound."""
    from sim.history import columns

    found: list[str] = []
    for table in ("history", "deliveries"):
        if isinstance(content.get(table), str):
            try:
                columns(content[table], folder)
            except ScenarioError as error:
                found += [f"{file}: {table}: {problem}" for problem in error.problems]
    return found


def _known_columns(section: str, table: Rows) -> tuple[list[dict[str, Any]], list[Trouble]]:
    """Rows of a table without its unknown columns, each of which is told once, however many rows it has."""
    known = hints(*specs_in(hints(Scenario)[section]))
    unknown = [column for column in table.columns if column.split(".")[0] not in known]
    troubles: list[Trouble] = [
        ((section,), f"column {column!r}: unknown key{near_miss(column, sorted(known))}") for column in unknown
    ]
    heads = {column.split(".")[0] for column in unknown}
    return [{name: value for name, value in row.items() if name not in heads} for row in table], troubles


def _lines(file: str, content: Mapping[str, Any], tables: Mapping[str, Rows], troubles: Iterable[Trouble]) -> list[str]:
    """Troubles as lines; rows of a table are counted as a spreadsheet does, and told together where they share one."""
    shared: dict[tuple[Any, ...], list[Place]] = {}
    for place, message in troubles:
        row = len(place) > 1 and place[0] in tables and isinstance(place[1], int)
        shared.setdefault((place[0], *place[2:], message) if row else (place, message), []).append(place)
    lines = []
    for key, places in shared.items():
        place, message = places[0], key[-1]
        section = place[0] if place else ""
        if section not in tables:
            lines.append(": ".join(filter(None, (file, _dotted(content, place), message))))
            continue
        table, where = tables[str(section)], ""
        if len(places) > 1:
            where = f"rows {listing([str(table.numbers[int(one[1])]) for one in places])}"
        elif len(place) > 1:
            where = f"row {table.numbers[int(place[1])]}{_called(content, place[:2])}"
        lines.append(": ".join(filter(None, (table.source, where, _dotted(content, place[2:]), message))))
    return lines


def _dotted(content: Mapping[str, Any], place: Place) -> str:
    """``lanes[0] (by sea).legs[1].port``."""
    text = ""
    for depth, part in enumerate(place, start=1):
        text += f"[{part}]{_called(content, place[:depth])}" if isinstance(part, int) else f".{part}" if text else part
    return text


def _called(content: Mapping[str, Any], place: Place) -> str:
    """The name of a row of a list, in parentheses."""
    if len(place) != 2 or not isinstance(place[1], int):
        return ""
    members = content.get(str(place[0]))
    row = members[place[1]] if isinstance(members, list | tuple) else None
    name = row.get(NAMED.get(str(place[0]), "item")) if isinstance(row, Mapping) else getattr(row, "name", None)
    return "" if name is None else f" ({text_of(name)})"
