"""A stress test on disk: tables, figures' place and manifest; every file is complete or absent."""

from __future__ import annotations

import csv
import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from io import StringIO
from pathlib import Path
from typing import Any

from sim import __version__, runs
from sim.errors import UsageError
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.stress.study import Stress
from sim.studies.stress.told import cells, chances, ranks
from sim.studies.stress.words import assumed


def name_of(scenario: Scenario, plans: Sequence[Plan], seed: int, asked: Mapping[str, Any]) -> str:
    """Name of the folder of a run: the same for the same scenario, plans, seed and question."""
    made = hashlib.sha256(runs.digest(scenario, plans, seed).encode())
    made.update(repr(sorted(asked.items())).encode())
    return f"{scenario.name}-stress-{made.hexdigest()[:10]}"


def open_folder(wanted: Path, force: bool) -> Path:
    """Make the folder of a stress test, before anything is computed.

    Raises
    ------
    UsageError : it holds something and `force` is not given, holds something that is no run, or cannot be written.
    """
    try:
        if wanted.is_dir() and any(not path.is_dir() for path in wanted.rglob("*")):
            if not force:
                raise UsageError(f"{wanted}: is not empty; choose another --out, or overwrite with --force")
            if not (wanted / "manifest.json").is_file():
                raise UsageError(f"{wanted}: holds something that is not a run; --force overwrites runs only")
    except OSError as error:
        raise UsageError(f"{wanted}: cannot be written: {error.strerror}") from error
    return runs.make_folder(wanted)


def write_tables(found: Stress, folder: Path) -> list[Path]:
    """stress.csv, ranking.csv and, under futures, stress_futures.csv."""
    tables = {"stress.csv": cells(found), "ranking.csv": ranks(found)}
    if found.chance is not None:
        tables["stress_futures.csv"] = chances(found)
    else:
        (folder / "stress_futures.csv").unlink(missing_ok=True)
    for name, rows in tables.items():
        text = StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        runs.write_atomic(folder / name, text.getvalue())
    return [folder / name for name in tables]


def manifest(
    found: Stress, arguments: Mapping[str, Any], started: datetime, outputs: Sequence[Path], folder: Path
) -> dict[str, Any]:
    """What was run, with what, and what came out; all that differs between two equal runs is under ``volatile``."""
    finished = datetime.now(UTC)
    rules, chance = found.rules, found.chance
    return {
        "tool": "bufferstock",
        "study": "stress",
        "version": __version__,
        "libraries": {name: metadata.version(name) for name in runs.LIBRARIES},
        "python": platform.python_version(),
        "scenario": found.scenario.name,
        "scenario_hash": runs.digest(found.scenario, found.plans, found.seed),
        "seed": found.seed,
        "futures": 0 if chance is None else chance.count,
        "weather": None if chance is None else (chance.weather or "none"),
        "postures": list(found.postures),
        "nodes": [f"{node.kind}:{node.name}" for node in found.nodes],
        "lengths": list(found.lengths),
        "start": rules.start,
        "failure": rules.failure,
        "recovery": rules.recovery,
        "hold": rules.hold,
        "left_out": list(found.left_out),
        "assumed": assumed(found),
        "in_sample": list(found.scenario.judged_in_sample),
        "notes": [*found.scenario.notes, *(note for plan in found.plans for note in plan.notes)],
        "resolved_scenario": runs.plain(found.scenario),
        "plans": {plan.posture: runs.plain(plan.table()) for plan in found.plans},
        "outputs": {
            str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(outputs)
        },
        "volatile": {
            "arguments": dict(arguments),
            "started": started.isoformat(),
            "finished": finished.isoformat(),
            "seconds": (finished - started).total_seconds(),
            "platform": platform.platform(),
            "processors": os.cpu_count(),
            "commit": runs.commit(),
        },
    }
