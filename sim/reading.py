"""From files to checked objects: the only module that imports pydantic.

Every problem of a file is collected and told at once, as ``file: key: what is wrong and what is allowed``. Specs are
built from the inside out: a value that is wrong is left out, and the values around it are checked all the same.
"""

from __future__ import annotations

import dataclasses
import datetime
import tomllib
import types
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from sim import inputs, parameters
from sim.errors import ScenarioError, UsageError, listing, near_miss
from sim.scenario import Scenario, problems
from sim.tables import Rows, decoded, rows
from sim.visibility import Visibility
from sim.windows import NO_DAY_ZERO
from sim.windows import problems as window_problems

TABLES = ("items", "suppliers", "ports", "pools", "warehouses", "bom", "demand")
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
#: keys that no file gives
HIDDEN = frozenset({"record", "delivered", "parameters", "weather"})

Place = tuple[str | int, ...]
Trouble = tuple[Place, str]
Bounds = tuple[tuple[str, float], ...]


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


def posture_schema() -> dict[str, Any]:
    """JSON Schema of what a posture file may hold beside its base (draft 2020-12)."""
    from pydantic import TypeAdapter

    from sim.postures.decision import Posture

    made = TypeAdapter(Posture).json_schema(mode="validation")
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "bufferstock posture"
    return made


def schema() -> dict[str, Any]:
    """JSON Schema of a scenario file (draft 2020-12)."""
    from pydantic import TypeAdapter

    made = TypeAdapter(Scenario).json_schema(mode="validation")
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["title"] = "bufferstock scenario"
    for hidden in HIDDEN:
        made["properties"].pop(hidden, None)
    for section in TABLES:
        inside = made["properties"][section]
        about = inside.pop("description", "")
        file = {"type": "string", "pattern": r"\.(csv|parquet|xlsx)(#.*)?$"}
        made["properties"][section] = {"description": about, "anyOf": [inside, file]}
    for end in ("start", "end"):
        inside = made["$defs"]["Window"]["properties"][end]
        inside["anyOf"] = [{"type": inside.pop("type")}, {"type": "number"}]
    made["properties"]["visibility"]["anyOf"].append({"enum": sorted(Visibility.named())})
    own = {
        "description": "A kind of your own, imported with --trust; its keys are the fields of the class.",
        "type": "object",
        "properties": {"kind": {"type": "string", "pattern": "^.+:.+$"}, "name": {"type": "string"}},
        "required": ["kind"],
    }
    made["$defs"].pop("OwnDisruption")
    kinds = made["properties"]["disruptions"]["items"]["anyOf"]
    kinds[:] = [own if str(kind.get("$ref", "")).endswith("/OwnDisruption") else kind for kind in kinds]
    _shorthand(made)
    return made


def _shorthand(node: Any) -> None:
    """Allow a bare number wherever a law is allowed."""
    if isinstance(node, dict):
        for union in ("oneOf", "anyOf"):
            members = node.get(union)
            if isinstance(members, list) and any(
                isinstance(member, dict) and str(member.get("$ref", "")).endswith("/Lognormal") for member in members
            ):
                members.append({"type": "number", "minimum": 0})
                if union == "oneOf":
                    node["anyOf"] = node.pop("oneOf")
                    node.pop("discriminator", None)
        for inside in list(node.values()):
            _shorthand(inside)
    elif isinstance(node, list):
        for inside in node:
            _shorthand(inside)


def spec(kind: Any, content: Mapping[str, Any], file: str) -> Any:
    """One checked spec of a given class from a dictionary; used for posture files.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    made, troubles = _spec(kind, content, ())
    if troubles:
        raise ScenarioError(_lines(file, content, {}, troubles))
    return made


def keys(kinds: Iterable[Any]) -> dict[str, list[Any]]:
    """Keys that these specs have, each with the specs that its value is or holds."""
    found: dict[str, list[Any]] = {}
    for kind in kinds:
        for name, hint in _hints(kind).items():
            if name not in HIDDEN:
                found.setdefault(name, []).extend(_specs_in(hint))
    return found


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
        if not _is_spec(found) or not all(hasattr(found, name) for name in ("targets", "incidents")):
            raise UsageError(f"{kind!r} must be a dataclass with the methods targets and incidents (docs/extending.md)")
        given = {key: value for key, value in one.items() if key != "kind" or "kind" in _hints(found)}
        disruption, wrong = _spec(found, given, ("disruptions", number))
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
    troubles = _unknown(content, fields, ())
    for name, field in fields.items():
        if name not in content:
            if _needed(field) and name not in unread:
                troubles.append(((name,), "is missing"))
            continue
        hint, value = _hints(Scenario)[name], content[name]
        if typing.get_origin(hint) is tuple and isinstance(value, list | tuple) and _specs_in(hint):
            found, wrong = _members(hint, value, (name,), _bounds(field))
            members[name] = _kept(found, unsound=name == "disruptions")
            made = tuple(found)
        else:
            made, wrong = _value(hint, value, (name,), _bounds(field))
        troubles += wrong
        if not wrong:
            parts[name] = made
    return parts, members, troubles


def _kept(rows: Sequence[Any], unsound: bool) -> dict[int, Any]:
    """Sound rows by their position, and those that are sound but for their own check where that is wanted."""
    kept = {place: one for place, one in enumerate(rows) if one is not BROKEN}
    return {place: _bare(one) for place, one in kept.items() if unsound or not isinstance(one, Unsound)}


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


# --- building --------------------------------------------------------------------------------------------------------

BROKEN: Any = object()


@dataclasses.dataclass(frozen=True)
class Unsound:
    """A row (or rows) whose keys are sound one by one, and do not go together."""

    row: Any


def _bare(value: Any) -> Any:
    return value.row if isinstance(value, Unsound) else value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool, Bounds], ...]:
    fields = dataclasses.fields(kind)
    return tuple((field.name, _needed(field), _bounds(field)) for field in fields if field.name not in HIDDEN)


def _needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _bounds(field: dataclasses.Field[Any]) -> Bounds:
    return tuple((name, bound) for name, bound in field.metadata.items() if name != "description")


def _is_spec(hint: Any) -> bool:
    return isinstance(hint, type) and dataclasses.is_dataclass(hint)


def _specs_in(hint: Any) -> list[Any]:
    if _is_spec(hint):
        return [hint]
    return [found for argument in typing.get_args(hint) for found in _specs_in(argument)]


def _value(hint: Any, value: Any, place: Place, bounds: Bounds = ()) -> tuple[Any, list[Trouble]]:
    """A value of this type, or BROKEN, and what is wrong with it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in arguments if member is not types.NoneType]
        if value is None and len(members) < len(arguments):
            return None, []
        if len(members) == 1:
            return _value(members[0], value, place, bounds)
        return _one_of(members, value, place)
    if origin is Literal:
        if value in arguments:
            return value, []
        near = near_miss(str(value), arguments)
        rest = "" if "allowed: " in near else f"; allowed: {', '.join(arguments)}"
        return BROKEN, [(place, f"{value!r} is not allowed{near}{rest}")]
    if origin is tuple and arguments[-1] is Ellipsis:
        if isinstance(value, str) and not _specs_in(hint):
            value = [part.strip() for part in value.split(";") if part.strip()]
        if not isinstance(value, list | tuple):
            wanted = f"a list of tables, [[{place[-1]}]]" if _specs_in(hint) and place else "a list in brackets"
            wanted += " or the name of a table file" if place in {(section,) for section in TABLES} else ""
            return BROKEN, [(place, f"{_shown(value)}must be {wanted}")]
        made, troubles = _members(hint, value, place, bounds)
        if not troubles:
            return tuple(made), []
        return (BROKEN if any(one is BROKEN for one in made) else Unsound(tuple(map(_bare, made)))), troubles
    if origin is dict:
        if not isinstance(value, Mapping):
            return BROKEN, [(place, f"{_shown(value)}must be a table of keys")]
        each = {name: _value(arguments[1], one, (*place, name)) for name, one in value.items()}
        troubles = [trouble for _, wrong in each.values() for trouble in wrong]
        return (BROKEN if troubles else {name: one for name, (one, _) in each.items()}), troubles
    if _is_spec(hint):
        return _spec(hint, value, place)
    return _plain(hint, value, place, bounds)


def _members(hint: Any, value: Sequence[Any], place: Place, bounds: Bounds) -> tuple[list[Any], list[Trouble]]:
    """Members of a list, BROKEN where something is wrong."""
    made, troubles = [], []
    for number, one in enumerate(value):
        member, wrong = _value(typing.get_args(hint)[0], one, (*place, number))
        made.append(member if not wrong or isinstance(member, Unsound) else BROKEN)
        troubles += wrong
    least = dict(bounds).get("min_length", 0)
    if len(made) < least:
        troubles.append((place, f"is empty: at least {least} is needed"))
    return made, troubles


def _spec(kind: Any, value: Any, place: Place) -> tuple[Any, list[Trouble]]:
    """A spec from a table of keys: unknown, missing and wrong keys are all told."""
    if isinstance(value, kind):
        return value, []
    if isinstance(value, str) and hasattr(kind, "named"):
        known_names = kind.named()
        if value in known_names:
            return known_names[value], []
        return BROKEN, [(place, f"{value!r} is not a known name{near_miss(value, known_names)}, nor a table of keys")]
    if not isinstance(value, Mapping):
        return BROKEN, [(place, f"{_shown(value)}must be a table of keys")]
    hints = _hints(kind)
    known = {name for name, _, _ in _fields(kind)}
    troubles = _unknown(value, known, place)
    made: dict[str, Any] = {}
    inner: list[Trouble] = []
    for name, needed, bounds in _fields(kind):
        if name in value:
            found, wrong = _value(hints[name], value[name], (*place, name), bounds)
            made[name] = _bare(found)
            rows = isinstance(found, Unsound) and isinstance(found.row, tuple)
            (inner if rows else troubles).extend(wrong)
        elif needed:
            troubles.append(((*place, name), "is missing"))
    if troubles:
        return BROKEN, [*troubles, *inner]
    row = object.__new__(kind)
    try:
        row.__init__(**made)
    except ValueError as error:
        # the keys are sound, and set before a spec checks how they go together: what they refer to can still be checked
        inner.append((place, str(error)))
    return (Unsound(row) if inner else row), inner


def _unknown(value: Mapping[str, Any], known: Iterable[str], place: Place) -> list[Trouble]:
    allowed = sorted(known)
    return [((*place, str(key)), f"unknown key{near_miss(str(key), allowed)}") for key in value if key not in allowed]


def _one_of(members: Sequence[Any], value: Any, place: Place) -> tuple[Any, list[Trouble]]:
    """One of several specs, told apart by the key ``law`` or ``kind``; a bare number is a fixed law."""
    if isinstance(value, tuple(members)):
        return value, []
    tag = "law" if "law" in _hints(members[0]) else "kind"
    named = {name: member for member in members for name in typing.get_args(_hints(member)[tag])}
    if tag == "law" and isinstance(value, int | float | str) and not isinstance(value, bool):
        fixed = named["fixed"]
        try:
            float(value)
        except ValueError:
            example = "{law = 'gamma', mean = 5, cv = 0.5}"
            return BROKEN, [(place, f"{value!r} is neither a number nor a law such as {example}")]
        bounds = next(bounds for name, _, bounds in _fields(fixed) if name == "value")
        number, wrong = _value(float, value, place, bounds)
        return (BROKEN, wrong) if wrong else (fixed(value=number), [])
    if not isinstance(value, Mapping):
        number = " or a number" if tag == "law" else ""
        return BROKEN, [(place, f"{_shown(value)}must be a table with the key {tag!r}{number}")]
    name = value.get(tag)
    if name is None:
        return BROKEN, [((*place, tag), f"is missing (allowed: {listing(list(named))})")]
    if not isinstance(name, str) or name not in named:
        return BROKEN, [((*place, tag), f"{name!r} is not a known {tag}{near_miss(str(name), named)}")]
    return _spec(named[name], value, place)


def _plain(hint: Any, value: Any, place: Place, bounds: Bounds) -> tuple[Any, list[Trouble]]:
    """A number, a text or a yes or no; text that holds a number counts as the number, so that tables can be text."""
    from pydantic import ValidationError

    if hint is str and isinstance(value, int | float | datetime.date) and not isinstance(value, bool):
        value = text_of(value)
    elif isinstance(value, bool) and hint in (int, float):
        return BROKEN, [(place, f"{_shown(value)}must be a number")]
    try:
        return _adapter(hint, bounds).validate_python(value), []
    except ValidationError as error:
        return BROKEN, [((*place, *one["loc"]), _words(one)) for one in error.errors()]


def _words(error: Any) -> str:
    """What the checking library says, in our words."""
    if error["type"] == "missing":
        return "is missing"
    message = str(error["msg"]).replace("Input should be", "must be").replace("valid string", "text")
    return _shown(error["input"]) + message[0].lower() + message[1:]


@cache
def _adapter(hint: Any, bounds: Bounds) -> Any:
    from pydantic import ConfigDict, Field, TypeAdapter

    limits: dict[str, Any] = dict(bounds)
    return TypeAdapter(
        typing.Annotated[hint, Field(**limits)] if limits else hint, config=ConfigDict(allow_inf_nan=False)
    )


def text_of(value: Any) -> str:
    """A name as text; a whole number that a spreadsheet keeps as 7.0 is 7."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _shown(value: Any) -> str:
    """A wrong value at the head of its message, cut where it is long."""
    shown = repr(value) if isinstance(value, str) else str(value)
    return f"{shown if len(shown) <= 60 else shown[:57] + '...'}: "


# --- telling ---------------------------------------------------------------------------------------------------------


def _known_columns(section: str, table: Rows) -> tuple[list[dict[str, Any]], list[Trouble]]:
    """Rows of a table without its unknown columns, each of which is told once, however many rows it has."""
    known = _hints(*_specs_in(_hints(Scenario)[section]))
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
