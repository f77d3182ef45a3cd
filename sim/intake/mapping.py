"""The mapping file: what each file was taken for, written by an import and taken by the next one."""

from __future__ import annotations

import dataclasses
import datetime
import fnmatch
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError, near_miss
from sim.intake.aliases import ALIASES, ROLES
from sim.intake.bound import Source
from sim.intake.dates import ORDERS
from sim.intake.options import Options

#: options a mapping file keeps, with the type each must have
KEPT: dict[str, tuple[type, ...]] = {
    "warehouse": (str,),
    "one_warehouse": (str,),
    "currency": (str,),
    "dates": (str,),
    "every": (str,),
    "decimal": (str,),
    "working_days": (bool,),
    "drop_same_day": (bool,),
    "cost_share": (float, int),
    "lead_time": (float, int),
    "lead_time_cv": (float, int),
    "return_days": (int,),
    "horizon": (int,),
    "name": (str,),
    "pad": (dict,),
    "where": (dict,),
    "criticality": (dict,),
}
ALLOWED = {"dates": ORDERS, "every": ("day", "week", "month"), "decimal": (".", ",")}
FILE_KEYS = ("file", "role", "columns")


@dataclasses.dataclass(frozen=True)
class Entry:
    """What a mapping says of one file (``*`` in its name stands for anything; ``#`` divides the sheet)."""

    file: str
    role: str
    columns: dict[str, str]

    def meets(self, source: str) -> bool:
        """Whether it speaks of this file or sheet."""
        return fnmatch.fnmatchcase(source, self.file)


def read(path: Path) -> tuple[dict[str, Any], list[Entry]]:
    """Options and files of a mapping file.

    Raises
    ------
    ScenarioError : with every problem found.
    """
    from sim.reading import toml

    content, name, found = toml(path), path.name, []
    for key in content:
        if key not in ("options", "files"):
            found.append(f"{name}: {key}: unknown key{near_miss(key, ('options', 'files'))}")
    options = content.get("options", {})
    if not isinstance(options, dict):
        found.append(f"{name}: options: must be a table of keys")
        options = {}
    found += [f"{name}: options.{problem}" for problem in _odd(options)]
    entries = []
    files = content.get("files", [])
    if not isinstance(files, list):
        found.append(f"{name}: files: must be a list of tables, [[files]]")
        files = []
    for number, one in enumerate(files, start=1):
        where = f"{name}: files[{number}]"
        if not isinstance(one, dict) or not isinstance(one.get("file"), str):
            found.append(f"{where}: needs the key 'file', the name of a file")
            continue
        found += [f"{where}.{key}: unknown key{near_miss(key, FILE_KEYS)}" for key in one if key not in FILE_KEYS]
        role, columns = one.get("role"), one.get("columns", {})
        if role not in ROLES:
            found.append(f"{where}.role: {role!r} is not a role{near_miss(str(role), ROLES)}")
            continue
        if not isinstance(columns, dict):
            found.append(f"{where}.columns: must be a table of heading = field")
            continue
        for heading, field in columns.items():
            if field not in ALIASES[role]:
                found.append(
                    f"{where}.columns.{heading}: {field!r} is not a field{near_miss(str(field), ALIASES[role])}"
                )
        entries.append(Entry(one["file"], role, {str(heading): str(field) for heading, field in columns.items()}))
    if found:
        raise ScenarioError(found)
    made = {key: tuple_values(value) if key == "where" else value for key, value in options.items()}
    return made, entries


def _odd(options: Mapping[str, Any]) -> list[str]:
    """What is wrong with the options."""
    found = []
    for key, value in options.items():
        if key not in KEPT:
            found.append(f"{key}: unknown key{near_miss(key, KEPT)}")
        elif not isinstance(value, KEPT[key]) or (isinstance(value, bool) and bool not in KEPT[key]):
            found.append(f"{key}: {value!r} must be {' or '.join(kind.__name__ for kind in KEPT[key])}")
        elif key in ALLOWED and value not in ALLOWED[key]:
            found.append(f"{key}: {value!r} is not allowed{near_miss(str(value), ALLOWED[key])}")
    return found


def tuple_values(where: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Values to keep by heading, each a text or a list of them."""
    return {key: tuple(map(str, value)) if isinstance(value, list) else (str(value),) for key, value in where.items()}


def write(path: Path, sources: Sequence[Source], options: Options) -> None:
    """Write what was done, so that `read` gives it back."""
    lines = [
        "# How these files were read. The next import of files of the same names takes it with --map.",
        "# [options] are the options of `bufferstock import`; a file's name may hold * for anything.",
        "",
        "[options]",
    ]
    for name in KEPT:
        value = getattr(options, name)
        if value in (None, "", {}) or value is False:
            continue
        lines.append(f"{name} = {literal(value)}")
    for source in sources:
        lines += ["", "[[files]]", f"file = {literal(source.source)}", f"role = {literal(source.role)}"]
        pairs = {bound.column.name: bound.field for bound in source.bound.values()}
        lines.append(f"columns = {literal(pairs)}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def literal(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return f"{value!r}"
    if isinstance(value, datetime.date):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{literal(str(key))} = {literal(one)}" for key, one in value.items()) + " }"
            if value
            else "{}"
        )
    return "[" + ", ".join(literal(one) for one in value) + "]"
