"""From files to checked objects: the only module that imports pydantic.

Every problem of a file is collected and told at once, as ``file: key: what is wrong and what is allowed``.
"""

from __future__ import annotations

import dataclasses
import tomllib
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim import distributions
from sim.errors import ScenarioError, UsageError, listing, near_miss
from sim.scenario import Scenario, problems
from sim.tables import rows

TABLES = ("items", "suppliers", "ports", "pools", "warehouses", "demand")
NAMED = {"items": "item"}
HIDDEN = frozenset({"record", "weather"})
LAWS = {
    member.__name__: member for member in typing.get_args(distributions.Law)
}


def toml(path: Path) -> dict[str, Any]:
    """Content of a TOML file.

    Raises
    ------
    ScenarioError : it is not TOML; the message names line and column.
    UsageError : it cannot be opened.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([f"{path.name}: is not valid TOML: {error}"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{path.name}: is not UTF-8 text: {error}"]) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error


def scenario(content: Mapping[str, Any], folder: Path | None = None, file: str = "scenario") -> Scenario:
    """A checked scenario from nested dictionaries, as a TOML file holds them.

    Parameters
    ----------
    content : keys of the scenario; tables may be file names relative to `folder`, or lists of rows.
    folder : where tables are looked for; the working directory when left out.
    file : name used in messages.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    here = Path.cwd() if folder is None else folder
    content = dict(content)
    found: list[str] = []
    labels: dict[str, str] = {}
    for section in TABLES:
        reference = content.get(section)
        if isinstance(reference, str):
            try:
                content[section] = rows(reference, here)
                labels[section] = reference
            except ScenarioError as error:
                found += [f"{file}: {section}: {problem}" for problem in error.problems]
                content.pop(section)
                labels[section] = ""
    for number, disruption in enumerate(content.get("disruptions", ()) if isinstance(content.get("disruptions"), list) else ()):
        if isinstance(disruption, dict) and not disruption.get("name"):
            disruption["name"] = f"{disruption.get('kind', 'disruption')}_{number + 1}"
    parts, troubles = _parts(content, found_missing=set(labels))
    found += [_told(file, labels, *trouble) for trouble in troubles]
    names = {
        section: {
            str(row.get(NAMED.get(section, "name")))
            for row in (content.get(section) or ())
            if isinstance(row, Mapping)
        }
        for section in ("items", "suppliers", "ports", "pools", "warehouses", "lanes", "factors", "disruptions")
    }
    if not any(labels.get(section) == "" for section in TABLES):
        found += [f"{file}: {problem}" for problem in problems(parts, names)]
    if not any(key in parts for key in ("demand",)) or found:
        raise ScenarioError(found or [f"{file}: demand: is missing"])
    made = Scenario(**parts)
    if made.history is not None:
        from sim.history import read

        made = dataclasses.replace(made, record=read(made, here, file))
    elif any(stream.model in ("replay", "bootstrap") for stream in made.demand):
        raise ScenarioError([f"{file}: history: demand models 'replay' and 'bootstrap' need a history table"])
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


Trouble = tuple[tuple[str | int, ...], str]


def spec(kind: type[Any], content: Mapping[str, Any], file: str) -> Any:
    """One checked spec of a given class from a dictionary; used for posture files."""
    prepared, troubles = _prepare(kind, dict(content), ())
    made = None
    if not troubles:
        made, troubles = _validated(kind, prepared, ())
    if troubles:
        raise ScenarioError([_told(file, {}, *trouble) for trouble in troubles])
    return made


def _parts(content: Mapping[str, Any], found_missing: set[str]) -> tuple[dict[str, Any], list[Trouble]]:
    """Each top-level key validated for itself, so that one broken section hides no other."""
    hints = _hints(Scenario)
    fields = {field.name: field for field in dataclasses.fields(Scenario) if field.name not in HIDDEN}
    parts: dict[str, Any] = {}
    troubles: list[Trouble] = []
    for name in content:
        if name not in fields:
            troubles.append(((name,), f"unknown key{near_miss(name, sorted(fields))}"))
    for name, field in fields.items():
        if name not in content:
            needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            if needed and name not in found_missing:
                troubles.append(((name,), "is missing"))
            continue
        value, before = _prepare(hints[name], content[name], (name,))
        troubles += before
        made, after = _field(field, hints[name], value, (name,))
        broken = {trouble[0] for trouble in before}
        troubles += [trouble for trouble in after if trouble[0] not in broken]
        if not before and not after:
            parts[name] = made
        elif isinstance(value, list):
            member = typing.get_args(hints[name])[0]
            whole = [_validated(member, row, ()) for row in value]
            parts[name] = tuple(one for one, wrong in whole if not wrong)
    return parts, troubles


def _field(field: Any, hint: Any, value: Any, path: tuple[str | int, ...]) -> tuple[Any, list[Trouble]]:
    from pydantic import Field

    bounds = {name: bound for name, bound in field.metadata.items() if name != "description"}
    return _validated(typing.Annotated[hint, Field(**bounds)] if bounds else hint, value, path)


def _validated(hint: Any, value: Any, path: tuple[str | int, ...]) -> tuple[Any, list[Trouble]]:
    from pydantic import ValidationError

    try:
        return _adapter(hint).validate_python(value), []
    except ValidationError as error:
        return None, [_trouble(path, one) for one in error.errors()]



@lru_cache(maxsize=128)
def _adapter(hint: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(hint)


@lru_cache(maxsize=128)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _trouble(path: tuple[str | int, ...], error: Any) -> Trouble:
    """One pydantic error in our words; names of laws and kinds that pydantic puts in its path are left out."""
    place = tuple(part for part in error["loc"] if not (isinstance(part, str) and (part in LAWS or part in _KINDS)))
    message, value, kind = error["msg"], error["input"], error["type"]
    shown = f" {value!r}" if isinstance(value, str | int | float | bool) else ""
    if kind == "value_error":
        return path + place, str(error["ctx"]["error"])
    if kind == "missing":
        return path + place, "is missing"
    if kind == "literal_error":
        allowed = error["ctx"]["expected"].replace(" or ", ", ").replace("'", "").split(", ")
        return path + place, f"{value!r} is not allowed{near_miss(str(value), allowed)}; allowed: {', '.join(allowed)}"
    words = message[0].lower() + message[1:]
    return path + place, f"{shown.strip()}: {words}" if shown else words


_KINDS = frozenset({"PortStoppage", "SupplierOutage", "LaneDisruption", "ContainerShortage", "RandomOutage"})


def _prepare(hint: Any, value: Any, path: tuple[str | int, ...]) -> tuple[Any, list[Trouble]]:
    """Unknown keys told with their near miss; bare numbers made laws; unions of specs resolved by their tag."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in arguments if dataclasses.is_dataclass(member)]
        if not members:
            return value, []
        if "law" in {field.name for field in dataclasses.fields(members[0])}:
            if isinstance(value, int | float) and not isinstance(value, bool):
                return {"law": "fixed", "value": value}, []
            if isinstance(value, str):
                try:
                    return {"law": "fixed", "value": float(value)}, []
                except ValueError:
                    return value, [(path, f"{value!r} is neither a number nor a law such as {{law = 'gamma', mean = 5, cv = 0.5}}")]
            return _tagged("law", members, value, path)
        if "kind" in {field.name for field in dataclasses.fields(members[0])}:
            return _tagged("kind", members, value, path)
        return value, []
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        if isinstance(value, str) and arguments[0] is str:
            return [part.strip() for part in value.split(";") if part.strip()], []
        if not isinstance(value, list):
            return value, []
        made, troubles = [], []
        for number, one in enumerate(value):
            prepared, wrong = _prepare(arguments[0], one, (*path, number))
            made.append(prepared)
            troubles += wrong
        return made, troubles
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        hints = _hints(hint)
        made_row: dict[str, Any] = {}
        troubles = []
        for name, inside in value.items():
            if name not in hints:
                troubles.append(((*path, name), f"unknown key{near_miss(name, sorted(hints))}"))
                continue
            made_row[name], wrong = _prepare(hints[name], inside, (*path, name))
            troubles += wrong
            if hints[name] is str and isinstance(inside, int | float) and not isinstance(inside, bool):
                made_row[name] = f"{inside:g}" if isinstance(inside, float) else str(inside)
        return made_row, troubles
    return value, []


def _tagged(tag: str, members: list[Any], value: Any, path: tuple[str | int, ...]) -> tuple[Any, list[Trouble]]:
    allowed: dict[str, Any] = {}
    for member in members:
        for name in typing.get_args(_hints(member)[tag]):
            allowed[name] = member
    if not isinstance(value, Mapping):
        return value, [(path, f"{value!r} is not a table with the key {tag!r}")]
    name = value.get(tag)
    if name is None:
        return value, [((*path, tag), f"is missing (allowed: {listing(list(allowed))})")]
    if name not in allowed:
        return value, [((*path, tag), f"{name!r} is not a known {tag}{near_miss(str(name), allowed)}")]
    return _prepare(allowed[name], value, path)


def _told(file: str, labels: Mapping[str, str], path: tuple[str | int, ...], message: str) -> str:
    """A trouble as one line; rows of a table are counted as a spreadsheet shows them."""
    section = path[0] if path else ""
    if isinstance(section, str) and labels.get(section) and len(path) > 1 and isinstance(path[1], int):
        rest = ".".join(str(part) for part in path[2:])
        return f"{labels[section]}: row {path[1] + 2}: {rest + ': ' if rest else ''}{message}"
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
    return f"{file}: {text}: {message}" if text else f"{file}: {message}"
