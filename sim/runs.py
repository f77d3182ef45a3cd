"""A study on disk: a folder with manifest, parts and summary, each file complete or absent."""

from __future__ import annotations

import csv
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
from sim.measures import MEASURES
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.compare import Comparison
from sim.studies.montecarlo import Chunk

#: replications in one part file, whatever the size of chunks
PART = 100
LIBRARIES = ("simpy", "numpy", "scipy", "pandas", "matplotlib", "joblib", "pydantic", "click", "rich", "pyarrow")


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
        for site in sorted(scenario.record.units):
            made.update(np.ascontiguousarray(scenario.record.units[site]).tobytes())
    if scenario.delivered is not None:
        for column in ("ordered", "promised", "delivered", "quantity"):
            made.update(getattr(scenario.delivered, column).tobytes())
        for column in ("item", "supplier", "warehouse", "mode"):
            names, positions = getattr(scenario.delivered, column)
            made.update(json.dumps(names).encode() + positions.tobytes())
    return made.hexdigest()


def open_folder(wanted: Path, force: bool, replications: bool = True) -> Path:
    """Make the folder of a run, with a folder for replications where they are kept.

    Raises
    ------
    UsageError : it holds something already and `force` is not given, or it cannot be written.
    """
    try:
        if wanted.is_dir() and any(not path.is_dir() for path in wanted.rglob("*")):
            if not force:
                raise UsageError(f"{wanted}: is not empty; choose another --out, or overwrite with --force")
            if not (wanted / "manifest.json").is_file() and not (wanted / "replications").is_dir():
                raise UsageError(f"{wanted}: holds something that is not a run; --force overwrites runs only")
            for old in (wanted / "replications").glob("*.parquet"):
                old.unlink()
    except OSError as error:
        raise UsageError(f"{wanted}: cannot be written: {error.strerror}") from error
    if replications:
        make_folder(wanted / "replications")
    return make_folder(wanted)


def make_folder(wanted: Path) -> Path:
    """Make a folder and see that it can be written, before anything is computed.

    Raises
    ------
    UsageError : it cannot.
    """
    file = next((place for place in (wanted, *wanted.parents) if place.is_file()), None)
    if file is not None:
        raise UsageError(f"{file}: is a file; --out names a folder")
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        probe = wanted / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise UsageError(f"{wanted}: cannot be written: {error.strerror}") from error
    return wanted


def write_atomic(path: Path, text: str | bytes) -> None:
    """Write a file whole: under another name first, then renamed.

    Raises
    ------
    UsageError : the disk refuses.
    """
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        scratch.write_bytes(text.encode() if isinstance(text, str) else text)
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    except KeyboardInterrupt:
        scratch.unlink(missing_ok=True)
        raise


def table(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write rows as CSV, numbers in full, empty where there is none; text that a spreadsheet would take for a formula gets
    an apostrophe in front.
    """
    from io import StringIO

    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    write_atomic(path, text.getvalue())


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return str(value)


class Parts:
    """Writes finished replications as part files of fixed blocks, whatever the order in which chunks come."""

    def __init__(self, folder: Path, weathers: Sequence[str], postures: Sequence[str], count: int) -> None:
        self.folder, self.weathers, self.postures, self.count = folder, tuple(weathers), tuple(postures), count
        self._rows: dict[int, np.ndarray[Any, Any]] = {}

    def add(self, chunk: Chunk) -> None:
        """Take in a chunk; write each block that is now whole."""
        for row, number in enumerate(chunk.numbers):
            self._rows[number] = chunk.measures[row]
        for block in sorted({number // PART for number in chunk.numbers}):
            wanted = range(block * PART, min((block + 1) * PART, self.count))
            if all(number in self._rows for number in wanted):
                self._write(f"part-{block:05d}.parquet", list(wanted))
                for number in wanted:
                    del self._rows[number]

    def leave(self) -> int:
        """After an interruption: write what is finished of unfinished blocks; how many replications that is."""
        left = sorted(self._rows)
        if left:
            self._write("unfinished.parquet", left)
        return len(left)

    def _write(self, name: str, numbers: list[int]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        cells = np.stack([self._rows[number] for number in numbers])
        count, weathers, postures, _ = cells.shape
        columns: dict[str, Any] = {
            "replication": pa.array(np.repeat(numbers, weathers * postures), pa.int64()),
            "weather": pa.array(np.tile(np.repeat(self.weathers, postures), count).tolist(), pa.string()),
            "posture": pa.array(np.tile(self.postures, count * weathers).tolist(), pa.string()),
        }
        for place, measure in enumerate(MEASURES):
            values = cells[..., place].ravel()
            columns[measure.name] = pa.array(values, pa.float64(), mask=np.isnan(values))
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(columns), sink, compression="zstd")
        write_atomic(self.folder / "replications" / name, sink.getvalue().to_pybytes())


def summary(comparison: Comparison, path: Path) -> None:
    """Mean and interval of every measure of every posture and pair, one row each, as CSV."""
    from io import StringIO

    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        [
            "weather",
            "kind",
            "a",
            "b",
            "measure",
            "unit",
            "mean",
            "low",
            "high",
            "n",
            "p_a_better",
            "correlation",
            "variance_reduction",
            "in_sample",
        ]
    )
    sample = "; ".join(comparison.scenario.judged_in_sample)
    units = {measure.name: measure.unit.format(currency=comparison.scenario.currency) for measure in MEASURES}

    def cell(value: float | int | None) -> str:
        return "" if value is None else repr(value)

    for weather in comparison.weathers:
        document = comparison.document(weather)
        for name, measures in document["postures"].items():
            for measure, told in measures.items():
                numbers = [cell(told[key]) for key in ("mean", "low", "high", "n")]
                writer.writerow([weather, "posture", name, "", measure, units[measure], *numbers, "", "", "", sample])
        for pair in document["pairs"]:
            numbers = [
                cell(pair[key])
                for key in ("mean", "low", "high", "n", "p_a_better", "correlation", "variance_reduction")
            ]
            names = [weather, "pair", pair["a"], pair["b"], pair["measure"], units[pair["measure"]]]
            writer.writerow([*names, *numbers, sample])
    write_atomic(path, text.getvalue())


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
        "plans": {plan.posture: plan.table() for plan in study.plans},
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
            "commit": _commit(),
        },
    }


def _commit() -> str | None:
    """The commit of the clone this runs from, marked when it has changes; None for an installed package."""
    here = Path(__file__).parent.parent
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
