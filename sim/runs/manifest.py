"""The manifest of a study: what was run, with what, and what came out."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sim import __version__
from sim.errors import UsageError
from sim.plan import Plan
from sim.scenario import Scenario

#: libraries whose versions may change numbers or files
LIBRARIES = ("simpy", "numpy", "scipy", "pandas", "matplotlib", "joblib", "pydantic", "click", "rich", "pyarrow")


#: parts of a manifest that are tables, where they are there; each after the one that it is in
PARTS = ("libraries", "resolved_scenario", "plans", "inputs", "recipe", "volatile", "volatile.arguments")


class Study(Protocol):
    """What a manifest says of any study."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def plans(self) -> tuple[Plan, ...]: ...
    @property
    def seed(self) -> int: ...
    @property
    def numbers(self) -> tuple[int, ...]: ...
    @property
    def weathers(self) -> tuple[str, ...]: ...
    @property
    def postures(self) -> tuple[str, ...]: ...


def plain(value: Any) -> Any:
    """Nested specs as plain data for JSON; tables of items and streams included, recorded history left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name not in ("record", "delivered")
        }
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if callable(value):
        return getattr(value, "__name__", repr(type(value)))
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def digest(scenario: Scenario, plans: Sequence[Plan], seed: int, more: Sequence[Any] = ()) -> str:
    """Hash of everything that decides the numbers: resolved scenario, history, plans, seed, version, and what else does."""
    content = {
        "scenario": plain(scenario),
        "plans": [plain(plan) for plan in plans],
        "seed": seed,
        "version": __version__,
        **({"more": list(more)} if more else {}),
    }
    made = hashlib.sha256(json.dumps(content, sort_keys=True).encode())
    if scenario.record is not None:
        # the days the units fell on decide as much as the units
        made.update(f"{scenario.record.first};{scenario.record.day_zero}".encode())
        for site in sorted(scenario.record.units):
            made.update(np.ascontiguousarray(scenario.record.units[site]).tobytes())
    if scenario.delivered is not None:
        made.update(f"{scenario.delivered.seen!r}".encode())
        for column in ("ordered", "promised", "delivered", "quantity"):
            made.update(getattr(scenario.delivered, column).tobytes())
        for column in ("item", "supplier", "warehouse", "mode"):
            names, positions = getattr(scenario.delivered, column)
            made.update(json.dumps(names).encode() + positions.tobytes())
    return made.hexdigest()


def manifest(
    study: Study,
    arguments: Mapping[str, Any],
    started: datetime,
    outputs: Sequence[Path],
    folder: Path,
) -> dict[str, Any]:
    """What was run, with what, and what came out; all that differs between two equal runs is under ``volatile``."""
    finished = datetime.now(UTC)
    seconds = (finished - started).total_seconds()
    return {
        "tool": "bufferstock",
        "version": __version__,
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "scenario": study.scenario.name,
        "scenario_hash": digest(study.scenario, study.plans, study.seed),
        "seed": study.seed,
        "bit_generator": "PCG64 of SeedSequence(seed, spawn_key=(replication, BLAKE2b-128 of the stream's name))",
        "replications": len(study.numbers),
        "weathers": list(study.weathers),
        "postures": list(study.postures),
        "in_sample": list(study.scenario.judged_in_sample),
        "notes": [*study.scenario.notes, *(note for plan in study.plans for note in plan.notes)],
        "resolved_scenario": plain(study.scenario),
        "plans": {plan.posture: plain(plan.table()) for plan in study.plans},
        "outputs": {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(outputs)
        },
        "volatile": {
            "arguments": dict(arguments),
            "started": started.isoformat(),
            "finished": finished.isoformat(),
            "seconds": seconds,
            "replications_per_second": len(study.numbers) / seconds if seconds > 0 else None,
            "platform": platform.platform(),
            "processors": os.cpu_count(),
            "commit": commit(),
        },
    }


def commit() -> str | None:
    """The commit of the clone this runs from, marked when it has changes; None for an installed package."""
    here = Path(__file__).parent.parent.parent
    if not (here / ".git").exists():
        return None
    try:
        told = subprocess.run(
            ["git", "-C", str(here), "describe", "--always", "--dirty", "--exclude", "*"],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None


def manifest_of(path: Path) -> dict[str, Any]:
    """A manifest from disk.

    Raises
    ------
    UsageError : it is not there, or is none.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}; name a run's folder or manifest.json") from error
    except ValueError as error:
        raise UsageError(f"{path}: is not JSON: {error}") from error
    if not isinstance(told, dict) or not isinstance(told.get("outputs"), dict):
        raise UsageError(f"{path}: is not the manifest of a run")
    for part in PARTS:
        there: Any = told
        for key in part.split("."):
            there = there.get(key, {})
        if not isinstance(there, dict):
            raise UsageError(f"{path}: is damaged: {part} is no table but {there!r}"[:300])
    return told


def unlike(folder: Path, told: dict[str, Any]) -> list[str]:
    """Files of a run that are missing or not what its manifest says."""
    found = []
    for name, mark in told["outputs"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != mark:
            found.append(name)
    return found
