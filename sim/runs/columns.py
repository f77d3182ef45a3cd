"""The tables of a run as they stand in Parquet: columns and content, from arrays and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.measures import MEASURES
from sim.runs.folder import write_atomic
from sim.studies.montecarlo import SERIES, Job
from sim.studies.per_item import FIGURES
from sim.studies.per_item import lines as lines_of
from sim.studies.reduction import Piece

Array = NDArray[Any]


@dataclass(frozen=True)
class Labels:
    """What the axes of arrays are called.

    Attributes
    ----------
    lines : item and warehouse of each line.
    """

    weathers: tuple[str, ...]
    postures: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, job: Job) -> Labels:
        """What the axes of a study's results are called."""
        return cls(tuple(job.weathers), tuple(plan.posture for plan in job.plans), tuple(lines_of(job.scenario)))

    @classmethod
    def told(cls, told: Mapping[str, Any]) -> Labels:
        """From plain data, as `dataclasses.asdict` gives it."""
        return cls(
            tuple(told["weathers"]), tuple(told["postures"]), tuple((item, site) for item, site in told["lines"])
        )

    def cells(self, numbers: Sequence[int], each: int = 1) -> dict[str, Any]:
        """Columns replication, weather and posture of rows that run over all cells, `each` rows a cell."""
        count, weathers, postures = len(numbers), len(self.weathers), len(self.postures)
        return {
            "replication": pa.array(np.repeat(np.asarray(numbers, dtype=np.int64), weathers * postures * each)),
            **self._where(count, each),
        }

    def _where(self, count: int, each: int) -> dict[str, Any]:
        weathers, postures = len(self.weathers), len(self.postures)
        return {
            "weather": _words(self.weathers, np.tile(np.repeat(np.arange(weathers), postures * each), count)),
            "posture": _words(self.postures, np.tile(np.repeat(np.arange(postures), each), count * weathers)),
        }

    def _items(self, count: int) -> dict[str, Any]:
        """Columns item and warehouse of rows in which all lines follow each other `count` times."""
        names, sites = ([line[part] for line in self.lines] for part in (0, 1))
        places = np.tile(np.arange(len(self.lines)), count)
        return {"item": _words(names, places), "warehouse": _words(sites, places)}

    def replications(self, numbers: Sequence[int], measures: Array) -> pa.Table:
        """One row for each replication, weather and posture, one column for each measure; null where 0/0."""
        columns = self.cells(numbers)
        for place, measure in enumerate(MEASURES):
            values = measures[..., place].ravel()
            columns[measure.name] = pa.array(values, pa.float64(), mask=np.isnan(values))
        return pa.table(columns)

    def days(self, numbers: Sequence[int], values: Array) -> pa.Table:
        """One row for each replication, weather, posture and series, the days as one list; NaN where there is none."""
        columns = self.cells(numbers, len(SERIES))
        count = len(columns["replication"]) // len(SERIES)
        columns["series"] = _words(SERIES, np.tile(np.arange(len(SERIES)), count))
        flat = pa.array(np.ascontiguousarray(values, dtype=np.float32).ravel())
        columns["value"] = pa.FixedSizeListArray.from_arrays(flat, values.shape[-1])
        return pa.table(columns)

    def items(self, numbers: Sequence[int], values: Array) -> pa.Table:
        """One row for each replication, weather, posture and line."""
        each = len(self.lines)
        cells = len(numbers) * len(self.weathers) * len(self.postures)
        columns = self.cells(numbers, each) | self._items(cells)
        flat = values.reshape(-1, len(FIGURES))
        return pa.table(columns | {name: pa.array(flat[:, n]) for n, (name, *_) in enumerate(FIGURES)})

    def pieces(self, pieces: Sequence[Piece]) -> pa.Table:
        """One row for each piece, weather, posture and line: mean and squared deviations of each figure."""
        each = len(self.lines)
        cells = len(self.weathers) * len(self.postures)
        columns: dict[str, Any] = {
            "first": pa.array(np.repeat([piece.first for piece in pieces], cells * each).astype(np.int64)),
            "count": pa.array(np.repeat([piece.count for piece in pieces], cells * each).astype(np.int64)),
            **self._where(len(pieces), each),
            **self._items(len(pieces) * cells),
        }
        for kind in ("mean", "squares"):
            flat = np.concatenate([getattr(piece, kind).reshape(-1, len(FIGURES)) for piece in pieces])
            columns |= {f"{name}_{kind}": pa.array(flat[:, n]) for n, (name, *_) in enumerate(FIGURES)}
        return pa.table(columns)

    def pieces_of(self, table: pa.Table) -> list[Piece]:
        """The pieces that a table was made of."""
        shape = (len(self.weathers), len(self.postures), len(self.lines), len(FIGURES))
        size = int(np.prod(shape[:3]))
        first, count = (table.column(name).to_numpy()[::size] for name in ("first", "count"))
        mean, squares = (
            np.stack([table.column(f"{name}_{kind}").to_numpy() for name, *_ in FIGURES], axis=1).reshape(-1, *shape)
            for kind in ("mean", "squares")
        )
        return [Piece(int(first[n]), int(count[n]), mean[n], squares[n]) for n in range(len(first))]


def _words(words: Sequence[str], places: Array) -> Any:
    """A column of words, each given by its place in a list."""
    return pa.array(words, pa.string()).take(pa.array(places))


def write(path: Path, table: pa.Table, study: str) -> None:
    """Write a table as Parquet, whole, with the hash of its content and the study it belongs to.

    Raises
    ------
    UsageError : the disk refuses.
    """
    told = json.dumps({"study": study, "content": content_hash(table)}).encode()
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({b"bufferstock": told}), sink, compression="zstd")
    write_atomic(path, sink.getvalue().to_pybytes())


def read(path: Path, study: str | None = None) -> pa.Table | None:
    """A table as it was written; None where there is none.

    Parameters
    ----------
    path : of the Parquet file.
    study : the study it must belong to.

    Raises
    ------
    ValueError : it is damaged, or of another study.
    """
    if not path.is_file():
        return None
    try:
        table = pq.read_table(path)
        told = json.loads((table.schema.metadata or {})[b"bufferstock"])
        whole = told["content"] == content_hash(table)
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        raise ValueError("is damaged") from error
    if not whole:
        raise ValueError("is damaged")
    if study is not None and told["study"] != study:
        raise ValueError("belongs to another study")
    return table


def content_hash(table: pa.Table) -> str:
    """SHA-256 of names and values of all columns, in hexadecimal."""
    made = hashlib.sha256()
    for name in table.column_names:
        column = table.column(name).combine_chunks()
        made.update(f"{name}:{len(column)};".encode())
        if pa.types.is_string(column.type):
            column = column.dictionary_encode()
            if isinstance(column, pa.ChunkedArray):
                column = column.combine_chunks()
            made.update("\x1f".join(column.dictionary.to_pylist()).encode())
            column = column.indices
        elif pa.types.is_fixed_size_list(column.type):
            column = column.flatten()
        made.update(np.ascontiguousarray(column.to_numpy(zero_copy_only=False)).tobytes())
    return made.hexdigest()
