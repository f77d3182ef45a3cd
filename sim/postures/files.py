"""Postures by name or from a file: ``base = "hybrid"`` and the parameters that differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim import reading
from sim.errors import ScenarioError, UsageError, near_miss
from sim.postures.builtin import POSTURES
from sim.postures.decision import TARGETS, Posture
from sim.segments.scoring import scoring_of
from sim.setting import Setting
from sim.settings import override


def posture(name: str | Path, settings: Iterable[str] = ()) -> Posture:
    """A posture by name (``jit``, ``jic``, ``hybrid``) or from a TOML file.

    Parameters
    ----------
    name : name, or path of a file that ends in ``.toml``.
    settings : overrides as ``key=value`` without the posture's name.

    Raises
    ------
    UsageError : no such posture or file.
    ScenarioError : the file does not make sense.
    """
    path = Path(name)
    content: dict[str, Any] = {}
    if path.suffix == ".toml":
        if not path.is_file():
            raise UsageError(f"{path}: there is no such posture file")
        content = reading.toml(path)
        base, label = content.pop("base", None), path.stem
    elif str(name) in POSTURES:
        base, label = str(name), str(name)
    else:
        near = near_miss(str(name), [*POSTURES, "current", "my.toml", "plan.xlsx"])
        raise UsageError(f"{str(name)!r} is neither a posture nor a posture file{near}")
    for setting in settings:
        if base in POSTURES:
            _own(content, Setting.of(setting), POSTURES[str(base)]())
        override(content, setting, Posture)
    content["name"] = content.get("name") or label
    if isinstance(content.get("scoring"), str):
        content["scoring"] = scoring_of(path.parent / content["scoring"])
    known = base is None or (isinstance(base, str) and base in POSTURES)
    wrong = [] if known else [f"{path.name}: base: {base!r} is not a posture{near_miss(str(base), POSTURES)}"]
    try:
        read = reading.spec(Posture, content, path.name)
    except ScenarioError as error:
        raise ScenarioError([*wrong, *error.problems]) from error
    if wrong:
        raise ScenarioError(wrong)
    start = Posture() if base is None else POSTURES[base]()
    changed = {key: getattr(read, key) for key in content}
    if any(changed.get(target) is not None for target in TARGETS):
        changed = {**dict.fromkeys(TARGETS), **changed}  # another target takes the place of the base's
    return dataclasses.replace(start, **changed)


def _own(content: dict[str, Any], setting: Setting, start: Posture) -> None:
    """Put in what the base has of its own, where a setting scales it or reaches into its rules."""
    name = setting.path[0]
    if name in content or not (setting.operator != "=" or (name == "rules" and setting.where is not None)):
        return
    if name == "rules":
        content["rules"] = [
            {
                field.name: value
                for field in dataclasses.fields(rule)
                if (value := getattr(rule, field.name)) != field.default
            }
            for rule in start.rules
        ]
    elif hasattr(start, name):
        content[name] = getattr(start, name)
