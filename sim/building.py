"""Specs from plain values, from the inside out: a wrong value is left out, and those around it are checked all the same.

The only module that imports pydantic, but for the schemas.
"""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

from sim.errors import listing, near_miss

#: lists of a scenario that may be the name of a table file
TABLES = ("items", "suppliers", "ports", "pools", "warehouses", "bom", "demand")
#: keys that no file gives
HIDDEN = frozenset({"record", "delivered", "parameters", "weather"})

Place = tuple[str | int, ...]
Trouble = tuple[Place, str]
Bounds = tuple[tuple[str, float], ...]

BROKEN: Any = object()


@dataclasses.dataclass(frozen=True)
class Unsound:
    """A row (or rows) whose keys are sound one by one, and do not go together."""

    row: Any


def bare(value: Any) -> Any:
    return value.row if isinstance(value, Unsound) else value


@cache
def hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool, Bounds], ...]:
    fields = dataclasses.fields(kind)
    return tuple((field.name, needed(field), bounds_of(field)) for field in fields if field.name not in HIDDEN)


def needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def bounds_of(field: dataclasses.Field[Any]) -> Bounds:
    return tuple((name, bound) for name, bound in field.metadata.items() if name != "description")


def is_spec(hint: Any) -> bool:
    return isinstance(hint, type) and dataclasses.is_dataclass(hint)


def specs_in(hint: Any) -> list[Any]:
    if is_spec(hint):
        return [hint]
    return [found for argument in typing.get_args(hint) for found in specs_in(argument)]


def keys(kinds: Iterable[Any]) -> dict[str, list[Any]]:
    """Keys that these specs have, each with the specs that its value is or holds."""
    found: dict[str, list[Any]] = {}
    for kind in kinds:
        for name, hint in hints(kind).items():
            if name not in HIDDEN:
                found.setdefault(name, []).extend(specs_in(hint))
    return found


def value_of(hint: Any, value: Any, place: Place, bounds: Bounds = ()) -> tuple[Any, list[Trouble]]:
    """A value of this type, or BROKEN, and what is wrong with it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in arguments if member is not types.NoneType]
        if value is None and len(members) < len(arguments):
            return None, []
        if len(members) == 1:
            return value_of(members[0], value, place, bounds)
        return _one_of(members, value, place)
    if origin is Literal:
        if value in arguments:
            return value, []
        near = near_miss(str(value), arguments)
        rest = "" if "allowed: " in near else f"; allowed: {', '.join(arguments)}"
        return BROKEN, [(place, f"{value!r} is not allowed{near}{rest}")]
    if origin is tuple and arguments[-1] is Ellipsis:
        if not specs_in(hint):
            value = listed(value)
        if not isinstance(value, list | tuple):
            wanted = f"a list of tables, [[{place[-1]}]]" if specs_in(hint) and place else "a list in brackets"
            wanted += " or the name of a table file" if place in {(section,) for section in TABLES} else ""
            return BROKEN, [(place, f"{_shown(value)}must be {wanted}")]
        made, troubles = members_of(hint, value, place, bounds)
        if not troubles:
            return tuple(made), []
        return (BROKEN if any(one is BROKEN for one in made) else Unsound(tuple(map(bare, made)))), troubles
    if origin is dict:
        if not isinstance(value, Mapping):
            return BROKEN, [(place, f"{_shown(value)}must be a table of keys")]
        each = {name: value_of(arguments[1], one, (*place, name)) for name, one in value.items()}
        troubles = [trouble for _, wrong in each.values() for trouble in wrong]
        return (BROKEN if troubles else {name: one for name, (one, _) in each.items()}), troubles
    if is_spec(hint):
        return spec_of(hint, value, place)
    return _plain(hint, value, place, bounds)


def listed(value: Any) -> Any:
    """A list that a cell of a table holds, its members divided by semicolons; anything else as it is."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


def members_of(hint: Any, value: Sequence[Any], place: Place, bounds: Bounds) -> tuple[list[Any], list[Trouble]]:
    """Members of a list, BROKEN where something is wrong."""
    made, troubles = [], []
    for number, one in enumerate(value):
        member, wrong = value_of(typing.get_args(hint)[0], one, (*place, number))
        made.append(member if not wrong or isinstance(member, Unsound) else BROKEN)
        troubles += wrong
    least = dict(bounds).get("min_length", 0)
    if len(made) < least:
        troubles.append((place, f"is empty: at least {least} is needed"))
    return made, troubles


def spec_of(kind: Any, value: Any, place: Place) -> tuple[Any, list[Trouble]]:
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
    given = hints(kind)
    known = {name for name, _, _ in _fields(kind)}
    troubles = unknown(value, known, place)
    made: dict[str, Any] = {}
    inner: list[Trouble] = []
    for name, needed, bounds in _fields(kind):
        if name in value:
            found, wrong = value_of(given[name], value[name], (*place, name), bounds)
            made[name] = bare(found)
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


def unknown(value: Mapping[str, Any], known: Iterable[str], place: Place) -> list[Trouble]:
    allowed = sorted(known)
    return [((*place, str(key)), f"unknown key{near_miss(str(key), allowed)}") for key in value if key not in allowed]


def _one_of(members: Sequence[Any], value: Any, place: Place) -> tuple[Any, list[Trouble]]:
    """One of several specs, told apart by the key ``law`` or ``kind``; a bare number is a fixed law."""
    if isinstance(value, tuple(members)):
        return value, []
    tag = "law" if "law" in hints(members[0]) else "kind"
    named = {name: member for member in members for name in typing.get_args(hints(member)[tag])}
    if tag == "law" and isinstance(value, int | float | str) and not isinstance(value, bool):
        fixed = named["fixed"]
        try:
            float(value)
        except ValueError:
            example = "{law = 'gamma', mean = 5, cv = 0.5}"
            return BROKEN, [(place, f"{value!r} is neither a number nor a law such as {example}")]
        bounds = next(bounds for name, _, bounds in _fields(fixed) if name == "value")
        number, wrong = value_of(float, value, place, bounds)
        return (BROKEN, wrong) if wrong else (fixed(value=number), [])
    if not isinstance(value, Mapping):
        number = " or a number" if tag == "law" else ""
        return BROKEN, [(place, f"{_shown(value)}must be a table with the key {tag!r}{number}")]
    name = value.get(tag)
    if name is None:
        return BROKEN, [((*place, tag), f"is missing (allowed: {listing(list(named))})")]
    if not isinstance(name, str) or name not in named:
        return BROKEN, [((*place, tag), f"{name!r} is not a known {tag}{near_miss(str(name), named)}")]
    return spec_of(named[name], value, place)


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
