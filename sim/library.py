"""Finding scenarios: a path, or the name of one that is bundled (from an installed wheel and from a clone alike)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim import reading
from sim.errors import UsageError, near_miss
from sim.scenario import Scenario
from sim.settings import Setting, override


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
    path, known = Path(name), bundled()
    if (path / "scenario.toml").is_file():
        return path / "scenario.toml"
    if path.is_file():
        return path
    if str(name) in known:
        return known[str(name)]
    if path.is_dir():
        raise UsageError(
            f"{name}: this folder holds no scenario.toml; name the file in it, or make one: bufferstock init"
        )
    raise UsageError(f"{str(name)!r} is neither a scenario file nor a bundled scenario{near_miss(str(name), known)}")


def load(name: str | Path, settings: Iterable[str] = (), trust: bool = False) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    name : path of a TOML file or its folder, or the name of a bundled scenario.
    settings : overrides as ``key=value``, the key dotted (``costs.capital_rate=0.12``; a member of a list by its name:
        ``suppliers.S06.capacity=40``; a column as in `sim.settings`); values as in TOML, plain text allowed.
    trust : import kinds of disruption that are the user's own code.

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

        touched = [Setting.of(setting).path for setting in settings]
        for section in {parts[0] for parts in touched if len(parts) > 1} & set(reading.TABLES):
            if isinstance(content.get(section), str):
                content[section] = rows(content[section], path.parent)
    for setting in settings:
        override(content, setting, Scenario)
    made = reading.scenario_of(content, path.parent, path.name, trust)
    named = path.parent.name if path.name == "scenario.toml" else path.stem
    return dataclasses.replace(made, name=made.name if "name" in content else named)
