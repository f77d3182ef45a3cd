"""Finding scenarios: a path, or the name of one that is bundled (from an installed wheel and from a clone alike)."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import building, reading
from sim.errors import UsageError, near_miss
from sim.scenario import Scenario
from sim.setting import Setting
from sim.settings import override

if TYPE_CHECKING:
    from sim.tables import Rows


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
    return opened(name).scenario(settings, trust)


@dataclass(frozen=True)
class Opened:
    """A scenario file that is read once and may be checked many times, with other overrides each time.

    Attributes
    ----------
    path : of the file.
    content : its keys.
    tables : rows of the tables asked for so far.
    """

    path: Path
    content: dict[str, Any]
    tables: dict[str, Rows] = field(default_factory=dict, repr=False, compare=False)

    def scenario(self, settings: Iterable[str] = (), trust: bool = False) -> Scenario:
        """The scenario with these overrides; raises as `load` does."""
        from sim.tables import rows

        content, settings = copy.deepcopy(self.content), list(settings)
        touched = [Setting.of(setting).path for setting in settings]
        for section in {parts[0] for parts in touched if len(parts) > 1} & set(building.TABLES):
            reference = content.get(section)
            if isinstance(reference, str):
                if section not in self.tables:
                    self.tables[section] = rows(reference, self.path.parent)
                content[section] = copy.deepcopy(self.tables[section])
        for setting in settings:
            override(content, setting, Scenario)
        made = reading.scenario_of(content, self.path.parent, self.path.name, trust)
        named = self.path.parent.name if self.path.name == "scenario.toml" else self.path.stem
        return dataclasses.replace(made, name=made.name if "name" in content else named)


def opened(name: str | Path) -> Opened:
    """A scenario file, read as TOML and not yet checked; raises as `load` does."""
    path = locate(name)
    return Opened(path, reading.toml(path))
