"""Finding scenarios: a path, or the name of one that is bundled (from an installed wheel and from a clone alike)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim import reading
from sim.errors import UsageError, near_miss
from sim.scenario import Scenario


def folder() -> Path:
    """The folder of the bundled scenarios."""
    inside = Path(__file__).parent / "_scenarios"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "scenarios"


def bundled() -> dict[str, Path]:
    """Bundled scenarios by name."""
    found = {path.stem: path for path in folder().glob("*.toml")}
    found |= {path.parent.name: path for path in folder().glob("*/scenario.toml")}
    return dict(sorted(found.items()))


def locate(name: str | Path) -> Path:
    """Path of a scenario file, given as a path, as its folder, or as the name of a bundled one.

    Raises
    ------
    UsageError : nothing of that name.
    """
    path = Path(name)
    if path.is_dir() and (path / "scenario.toml").is_file():
        return path / "scenario.toml"
    if path.is_file():
        return path
    if str(name) in bundled():
        return bundled()[str(name)]
    raise UsageError(f"{str(name)!r} is neither a scenario file nor a bundled scenario{near_miss(str(name), bundled())}")


def load(name: str | Path, settings: Iterable[str] = ()) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    name : path of a TOML file or its folder, or the name of a bundled scenario.
    settings : overrides as ``key=value``, the key dotted (``costs.capital_rate=0.12``; a member of a list by its name:
        ``suppliers.S06.capacity=40``); values as in TOML, plain text allowed.

    Raises
    ------
    ScenarioError : with every problem of the file and its tables.
    UsageError : no such file, or a setting that names nothing.
    """
    path = locate(name)
    content = reading.toml(path)
    settings = list(settings)
    if settings:
        from sim.tables import rows

        touched = {setting.split("=")[0].split(".")[0] for setting in settings}
        for section in touched & set(reading.TABLES):
            if isinstance(content.get(section), str):
                content[section] = rows(content[section], path.parent)
    for setting in settings:
        override(content, setting)
    made = reading.scenario(content, path.parent, path.name)
    named = path.parent.name if path.name == "scenario.toml" else path.stem
    return dataclasses.replace(made, name=made.name if "name" in content else named)


def override(content: dict[str, Any], setting: str) -> None:
    """Set one dotted key of nested dictionaries to a value given as text.

    Raises
    ------
    UsageError : the setting is not ``key=value``, or its path leads through something that is not there.
    """
    import tomllib

    dotted, equals, text = setting.partition("=")
    if not equals or not dotted.strip():
        raise UsageError(f"--set {setting!r}: write key=value, for example costs.capital_rate=0.12")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *parents, last = dotted.strip().split(".")
    place: Any = content
    for number, parent in enumerate(parents):
        if isinstance(place, dict):
            place = place.setdefault(parent, {})
        elif isinstance(place, list):
            members = {str(row.get("name", row.get("item"))): row for row in place if isinstance(row, dict)}
            if parent not in members:
                raise UsageError(f"--set {setting!r}: {'.'.join(parents[:number])} has no {parent!r}{near_miss(parent, members)}")
            place = members[parent]
        else:
            raise UsageError(f"--set {setting!r}: {'.'.join(parents[:number])} is a single value")
    if not isinstance(place, dict):
        raise UsageError(f"--set {setting!r}: {'.'.join(parents)} is not a group of keys")
    place[last] = value
