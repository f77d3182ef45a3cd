"""What a run was asked to do, on disk before anything is computed: enough to finish it, extend it, or repeat it."""

from __future__ import annotations

import dataclasses
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from sim import __version__
from sim.errors import UsageError
from sim.runs.folder import write_atomic
from sim.runs.manifest import LIBRARIES
from sim.studies.workers.versions import code

NAME = "study.json"


@dataclass(frozen=True)
class Aim:
    """How precise a study shall be.

    Attributes
    ----------
    target : relative half-width.
    measure : of what.
    between : two postures whose difference is meant, relative to the second's mean; each posture's mean where left out.
    least, look_ahead, most : replications before the first look, steadiness in replications, and the cap.
    """

    target: float
    measure: str = "total_cost"
    between: tuple[str, str] | None = None
    least: int = 50
    look_ahead: int = 5
    most: int = 10_000


@dataclass(frozen=True)
class Recipe:
    """What a comparison was asked to do.

    Attributes
    ----------
    scenario, postures, weathers, settings : as given; all weathers where None.
    replications : how many are wanted; with an aim, how many were needed so far.
    """

    scenario: str
    postures: tuple[str, ...]
    weathers: tuple[str, ...] | None
    settings: tuple[str, ...]
    seed: int
    trust: bool
    replications: int
    keep: tuple[str, ...] = ()
    aim: Aim | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Recipe:
        """From plain data, as `dataclasses.asdict` gives it."""
        content: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in dict(told).items()
        }
        aim = content.pop("aim", None)
        if aim is not None:
            between = aim.get("between")
            aim = Aim(**{**aim, "between": tuple(between) if between else None})
        return cls(**content, aim=aim)


@dataclass(frozen=True)
class Begun:
    """A run as its folder tells of it.

    Attributes
    ----------
    recipe : what it was asked to do.
    study : hash of everything that decides its numbers.
    inputs : files it was read from, with their hashes.
    version, libraries, python, processor : what it was begun with.
    working : the folder that names of files are relative to.
    labels : weathers, postures and lines as plain data (see `sim.runs.columns.Labels`); None in older runs.
    code : digits that stand for bufferstock's own code.
    """

    recipe: Recipe
    study: str
    inputs: Mapping[str, str]
    version: str
    libraries: Mapping[str, str]
    python: str
    processor: str
    working: str
    labels: Mapping[str, Any] | None = None
    code: str = ""


def libraries() -> dict[str, str]:
    """Versions of the libraries that may change numbers or files."""
    return {name: metadata.version(name) for name in LIBRARIES}


def begin(
    folder: Path,
    recipe: Recipe,
    study: str,
    inputs: Mapping[str, str],
    labels: Mapping[str, Any] | None = None,
    then: Begun | None = None,
) -> None:
    """Write what is about to be run; with labels, what is finished can be read before the run is.

    Parameters
    ----------
    then : the run as it was begun, where it is taken up: its versions and its working folder stay, for names of
        files are relative to that folder, and a later start must see what the first replications were made with.

    Raises
    ------
    UsageError : the disk refuses.
    """
    told = {
        "tool": "bufferstock",
        "version": then.version if then else __version__,
        "libraries": dict(then.libraries) if then else libraries(),
        "python": then.python if then else platform.python_version(),
        "code": then.code if then else code(),
        "study": study,
        "recipe": dataclasses.asdict(recipe),
        "inputs": dict(inputs),
        "labels": labels,
        "volatile": {
            "processor": then.processor if then else platform.machine(),
            "working": then.working if then else str(Path.cwd()),
        },
    }
    write_atomic(folder / NAME, json.dumps(told, indent=2, allow_nan=False) + "\n")


def begun(folder: Path) -> Begun:
    """What a run was asked to do.

    Raises
    ------
    UsageError : the folder holds no run that can be taken up.
    """
    path = folder / NAME
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; name the folder of a run (its --out)")
    if not path.is_file():
        hint = (
            "; it holds a run of another verb, or of an older version" if (folder / "manifest.json").is_file() else ""
        )
        raise UsageError(f"{folder}: holds no {NAME}, so there is no comparison to take up here{hint}")
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        volatile = told["volatile"]
        return Begun(
            Recipe.of(told["recipe"]),
            told["study"],
            told["inputs"],
            told["version"],
            told["libraries"],
            told["python"],
            volatile["processor"],
            volatile["working"],
            told.get("labels"),
            told.get("code", ""),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path}: is damaged ({type(error).__name__}: {error})") from error


def otherwise(then: Begun) -> list[str]:
    """In which versions a run differs from what is installed now, each in words."""
    found = [] if then.version == __version__ else [f"bufferstock {then.version}, now {__version__}"]
    now = libraries()
    found += [
        f"{name} {version}, now {now.get(name, 'absent')}"
        for name, version in then.libraries.items()
        if now.get(name) != version
    ]
    if not found and then.code != code():
        found.append("another state of bufferstock's own code")
    if then.python != platform.python_version():
        found.append(f"Python {then.python}, now {platform.python_version()}")
    if then.processor != platform.machine():
        found.append(f"processor {then.processor}, now {platform.machine()}")
    return found
