"""What a run has on disk, finished or not: its part files, and chunks that are not part of one yet. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.runs import columns, staged
from sim.runs.columns import Labels
from sim.studies.montecarlo import AROUND, PART, Chunk
from sim.studies.reduction import Piece, total

Array = NDArray[Any]
#: chunk -> table of its rows, for each kind of file that has a row for each replication
ROWS: dict[str, Callable[[Labels, Chunk], pa.Table | None]] = {
    "replications": lambda labels, chunk: labels.replications(chunk.numbers, chunk.measures),
    "around": lambda labels, chunk: _days(labels, [n for n in chunk.numbers if n < AROUND], chunk.around),
    "trace": lambda labels, chunk: _days(labels, list(chunk.numbers), chunk.trace),
    "item_rows": lambda labels, chunk: labels.items(chunk.numbers, chunk.items) if chunk.items is not None else None,
}


def _days(labels: Labels, numbers: list[int], values: Array | None) -> pa.Table | None:
    return labels.days(numbers, values) if values is not None and numbers else None


@dataclass(frozen=True)
class Gathered:
    """Replications 0 … count - 1 of a run.

    Attributes
    ----------
    folder : of the run.
    study : hash that all its files must carry.
    chunks : finished replications that are in no part file yet.
    labels : of the chunks.
    count : replications finished from 0 on without gap.
    """

    folder: Path
    study: str
    chunks: tuple[Chunk, ...] = ()
    labels: Labels | None = None
    count: int = 0

    def table(self, kind: str) -> pa.Table | None:
        """Rows of one kind in order of replication; None where that kind was not kept.

        Parameters
        ----------
        kind : 'replications', 'around', 'item_rows' or 'trace'.

        Raises
        ------
        UsageError : a part file is damaged, missing, or of another study.
        """
        parts = [self._read(path) for path in _parts(self.folder, kind)]
        known = set[int]().union(*(part.column("replication").to_pylist() for part in parts))
        made = [ROWS[kind](self.labels, chunk) for chunk in self.chunks] if self.labels is not None else []
        fresh = [table for table in made if table is not None]
        if not parts and not fresh:
            return None
        table = pa.concat_tables([*parts, *(_without(table, known) for table in fresh)])
        numbers = table.column("replication").to_numpy()
        wanted = min(self.count, AROUND) if kind == "around" else self.count
        missing = np.setdiff1d(np.arange(wanted), numbers)
        if missing.size:
            raise UsageError(self._again(f"{self.folder / kind}: lacks replication {missing[0]}"))
        order = np.argsort(numbers, kind="stable")
        return table.take(pa.array(order[numbers[order] < wanted]))

    def pieces(self) -> tuple[int, Array, Array]:
        """Replications, mean and squared deviations of (weathers, postures, lines, figures).

        Raises
        ------
        UsageError : as `table`; nothing is finished; or names of the lines are not known.
        """
        if self.labels is None:
            raise UsageError(self._again(f"{self.folder}: was begun by an older version, which tells no lines"))
        there: list[Piece] = []
        for path in _parts(self.folder, "items"):
            there += self.labels.pieces_of(self._read(path))
        known = list(there)
        for chunk in self.chunks:
            there += [one for one in chunk.pieces if not any(part.first <= one.first < part.end for part in known)]
        try:
            return total(sorted((one for one in there if one.end <= self.count), key=lambda one: one.first))
        except ValueError as error:
            raise UsageError(self._again(f"{self.folder / 'items'}: lacks some replications")) from error

    def _read(self, path: Path) -> pa.Table:
        try:
            table = columns.read(path, self.study)
        except ValueError as error:
            raise UsageError(self._again(f"{path}: {error}")) from error
        assert table is not None
        return table

    def _again(self, what: str) -> str:
        return f"{what}; what is lacking is run again by: bufferstock resume {self.folder}"


def gathered(folder: Path, study: str, labels: Labels | None) -> Gathered:
    """What a run that may not be finished, or may be running now, has on disk."""
    # chunks first: each stays until its part file is there, so that whatever is written meanwhile is found in one of them
    chunks = tuple(chunk for _, chunk in staged.kept(folder) if chunk is not None) if labels is not None else ()
    there = {number for chunk in chunks for number in chunk.numbers}
    for path in _parts(folder, "replications"):
        there |= set(_numbers(path))
    count = 0
    while count in there:
        count += 1
    return Gathered(folder, study, chunks, labels, count)


def finished(folder: Path, study: str, count: int, labels: Labels | None) -> Gathered:
    """All of a run that is finished.

    Raises
    ------
    UsageError : not all part files of replications are there.
    """
    made = Gathered(folder, study, (), labels, count)
    wanted = [f"part-{block:05d}.parquet" for block in range(-(-count // PART))]
    absent = [name for name in wanted if not (folder / "replications" / name).is_file()]
    if absent:
        raise UsageError(made._again(f"{folder / 'replications' / absent[0]}: is missing"))
    return made


def altered(folder: Path, names: Sequence[str]) -> str:
    """Files of a run that are not what its manifest says, in words; empty where all are."""
    gone = [name for name in names if not (folder / name).is_file()]
    told = [f"{name} is missing" if name in gone else f"{name} is not what was written" for name in names]
    return "; ".join(told[:4]) + (f"; and {len(told) - 4} more files" if len(told) > 4 else "")


def _parts(folder: Path, kind: str) -> list[Path]:
    return sorted((folder / kind).glob("part-*.parquet"))


def _numbers(path: Path) -> list[int]:
    """Replications that a part file holds; none where it is damaged, which is told when it is read."""
    try:
        return list(set(pq.read_table(path, columns=["replication"]).column("replication").to_pylist()))
    except (pa.ArrowException, OSError, KeyError, ValueError):
        return []


def _without(table: pa.Table, known: set[int]) -> pa.Table:
    numbers = table.column("replication").to_numpy()
    return table.filter(pa.array(~np.isin(numbers, list(known))))
