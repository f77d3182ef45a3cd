"""Replications of a study on disk: staged as they come, then in part files of fixed blocks, the same whatever the order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures import MEASURES
from sim.runs import columns, staged
from sim.runs.columns import Labels
from sim.runs.folder import make_folder
from sim.runs.stored import Stored, measures_of
from sim.studies.montecarlo import AROUND, PART, Chunk, Job
from sim.studies.reduction import Folding, Piece, total

Array = NDArray[Any]
#: folder of each kind of part file
KINDS = ("replications", "around", "items", "item_rows", "trace")


@dataclasses.dataclass(frozen=True)
class Row:
    """What is kept of one replication until its block is whole, over (weathers, postures, …)."""

    measures: Array
    around: Any = None
    items: Any = None
    trace: Any = None


class Parts:
    """Finished replications of one study.

    Each chunk is written as it comes. When all replications of a block of `PART` are there, the block's part files are
    written and its chunks removed. What is not whole at the end is one smaller part file, taken up again by an extension.

    Parameters
    ----------
    folder : of the run.
    job : the study.
    study : hash that all its files carry.
    told : called with a sentence for each file that had to be left out.
    """

    def __init__(self, folder: Path, job: Job, study: str, told: Callable[[str], None] = lambda _: None) -> None:
        self.folder, self.study, self.told = folder, study, told
        self.labels = Labels.of(job)
        keeps = {"items": "item_rows", "trace": "trace"}
        # the items last: once they are there, all files of a block are
        self._kinds = ("replications", "around", *(keeps[one] for one in job.keep), "items")
        self._rows: dict[int, Row] = {}
        self._pieces: dict[int, Folding] = {}
        self._whole = Folding()
        self._blocks: set[int] = set()
        self._chunks: dict[Path, frozenset[int]] = {}
        for kind in (*self._kinds, staged.FOLDER):
            make_folder(folder / kind)

    @property
    def finished(self) -> set[int]:
        """Numbers of all replications that are on disk."""
        whole = {number for block in self._blocks for number in range(block * PART, (block + 1) * PART)}
        return whole | set(self._rows)

    @property
    def prefix(self) -> int:
        """How many replications are finished from 0 on without gap."""
        block = 0
        while block in self._blocks:
            block += 1
        count = block * PART
        while count in self._rows:
            count += 1
        return count

    def take_up(self) -> None:
        """Read what an earlier start of the same study left; what is damaged is told, left out, and run again."""
        numbered = {path.stem.rpartition("-")[2] for kind in self._kinds for path in self._files(kind)}
        for name in sorted(numbered):
            if name.isdigit():
                self._take_block(int(name))
        for path, chunk in staged.kept(self.folder):
            if chunk is None:
                self.told(f"{path.name} is damaged: its replications are run again")
                path.unlink(missing_ok=True)
            elif (fresh := self._fresh(chunk)) is not None:
                self._add(fresh)
                self._chunks[path] = frozenset(chunk.numbers)
            else:
                path.unlink(missing_ok=True)
        self._write_whole()

    def _fresh(self, chunk: Chunk) -> Chunk | None:
        """What is new in a chunk that may reach over two blocks, one of them written already."""

        def new(number: int) -> bool:
            return number // PART not in self._blocks and number not in self._rows

        rows = [row for row, number in enumerate(chunk.numbers) if new(number)]
        if len(rows) == len(chunk.numbers):
            return chunk
        return (
            Chunk(
                tuple(chunk.numbers[row] for row in rows),
                chunk.measures[rows],
                chunk.around[[row for row in rows if chunk.numbers[row] < AROUND]],
                tuple(piece for piece in chunk.pieces if new(piece.first)),
                chunk.items[rows] if chunk.items is not None else None,
                chunk.trace[rows] if chunk.trace is not None else None,
            )
            if rows
            else None
        )

    def _files(self, kind: str) -> list[Path]:
        return sorted((self.folder / kind).glob("part-*.parquet"))

    def _path(self, kind: str, block: int) -> Path:
        return self.folder / kind / f"part-{block:05d}.parquet"

    def _kinds_of(self, block: int) -> tuple[str, ...]:
        return tuple(kind for kind in self._kinds if kind != "around" or block * PART < AROUND)

    def _take_block(self, block: int) -> None:
        tables = {}
        for kind in self._kinds_of(block):
            path = self._path(kind, block)
            try:
                table = columns.read(path, self.study)
            except ValueError as error:
                self.told(f"{kind}/{path.name} {error}: replications {block * PART} on are run again")
                return
            if table is None:
                return  # the last one of its block to be written: the chunks are still there
            tables[kind] = table
        labels = self.labels
        cells = len(labels.weathers) * len(labels.postures)
        numbers = tables["replications"].column("replication").to_numpy()[::cells].tolist()
        pieces = labels.pieces_of(tables["items"])
        known = sum(piece.count for piece in pieces)
        if len(numbers) == known == PART:
            self._blocks.add(block)
            for piece in pieces:
                self._whole.add(piece)
            return
        # an extension was cut off while it replaced a smaller part: what all kinds of files hold counts
        count = min(len(numbers), known, *(self._count(kind, table) for kind, table in tables.items()))
        pieces = [piece for piece in pieces if piece.end <= block * PART + count]
        shape = (len(numbers), len(labels.weathers), len(labels.postures))
        measures = measures_of(tables["replications"]).reshape(*shape, len(MEASURES))
        days = {
            kind: _values(tables[kind]).reshape(-1, *shape[1:], *_tail(tables[kind], kind))
            for kind in tables
            if kind in ("around", "trace")
        }
        rows = _item_rows(tables["item_rows"], labels) if "item_rows" in tables else None
        if sum(piece.count for piece in pieces) != count:
            return  # the last file of the block was damaged otherwise than by its hash: run again
        folding = self._pieces.setdefault(block, Folding(PART))
        for piece in pieces:
            folding.add(piece)
        for place in range(count):
            self._rows[block * PART + place] = Row(
                measures[place],
                days["around"][place] if "around" in days else None,
                rows[place] if rows is not None else None,
                days["trace"][place] if "trace" in days else None,
            )

    def _count(self, kind: str, table: Any) -> int:
        """Replications that a table of a block holds."""
        if kind == "items":
            return sum(piece.count for piece in self.labels.pieces_of(table))
        return len(np.unique(table.column("replication").to_numpy()))

    def add(self, chunk: Chunk) -> None:
        """Take in a chunk of new replications: it is on disk when this returns.

        Raises
        ------
        UsageError : the disk refuses.
        """
        self._chunks[staged.keep(self.folder, chunk)] = frozenset(chunk.numbers)
        self._add(chunk)
        self._write_whole()

    def _add(self, chunk: Chunk) -> None:
        for row, number in enumerate(chunk.numbers):
            self._rows[number] = Row(
                chunk.measures[row],
                chunk.around[row] if number < AROUND else None,
                chunk.items[row] if chunk.items is not None else None,
                chunk.trace[row] if chunk.trace is not None else None,
            )
        for piece in chunk.pieces:
            self._pieces.setdefault(piece.first // PART, Folding(PART)).add(piece)

    def _write_whole(self) -> None:
        """Write the blocks that are whole."""
        for block in sorted({number // PART for number in self._rows}):
            wanted = range(block * PART, (block + 1) * PART)
            if all(number in self._rows for number in wanted):
                self._write(block, list(wanted))
                for piece in self._pieces.pop(block).pieces:
                    self._whole.add(piece)
                for number in wanted:
                    del self._rows[number]
                self._blocks.add(block)
        for path, numbers in list(self._chunks.items()):
            if all(number // PART in self._blocks for number in numbers):
                path.unlink(missing_ok=True)
                del self._chunks[path]

    def close(self) -> None:
        """The study is finished: its last block, which may be smaller, is written, and no chunk is left.

        Raises
        ------
        ValueError : a replication is missing.
        """
        left = sorted(self._rows)
        if left:
            block = left[0] // PART
            if left != list(range(block * PART, block * PART + len(left))) or len(self._blocks) != block:
                raise ValueError("replications are missing")
            self._write(block, left)
        staged.clear(self.folder)
        self._chunks.clear()

    def _write(self, block: int, numbers: list[int]) -> None:
        rows, labels = [self._rows[number] for number in numbers], self.labels
        tables = {
            "replications": lambda: labels.replications(numbers, np.stack([row.measures for row in rows])),
            "around": lambda: labels.days(numbers, np.stack([row.around for row in rows])),
            "item_rows": lambda: labels.items(numbers, np.stack([row.items for row in rows])),
            "trace": lambda: labels.days(numbers, np.stack([row.trace for row in rows])),
            "items": lambda: labels.pieces(self._pieces[block].pieces),
        }
        for kind in self._kinds_of(block):
            columns.write(self._path(kind, block), tables[kind](), self.study)

    @property
    def pieces(self) -> tuple[int, Array, Array]:
        """Replications, mean and squared deviations of (weathers, postures, lines, figures) over the prefix.

        Raises
        ------
        ValueError : no replication is finished.
        """
        end = self.prefix
        there: list[Piece] = [*self._whole.pieces, *(one for fold in self._pieces.values() for one in fold.pieces)]
        return total(sorted((one for one in there if one.end <= end), key=lambda one: one.first))

    @property
    def files(self) -> list[Path]:
        """All part files."""
        return [path for kind in self._kinds for path in self._files(kind)]

    def measures(self) -> Stored:
        """Measures of the prefix, read from disk where they stand there."""
        count = self.prefix
        whole = [self._path("replications", block) for block in range(count // PART) if block in self._blocks]
        tail = [self._rows[number].measures for number in range(len(whole) * PART, count)]
        shape = (len(self.labels.weathers), len(self.labels.postures), len(MEASURES))
        return Stored(whole, np.stack(tail) if tail else np.empty((0, *shape)))

    def around(self) -> Array:
        """(replications of the prefix below `AROUND`, weathers, postures, 3, days)."""
        count = min(self.prefix, AROUND)
        shape = (-1, len(self.labels.weathers), len(self.labels.postures))
        found = []
        for block in range(count // PART):  # blocks beyond a gap may be whole too
            table = columns.read(self._path("around", block), self.study)
            found.append(_values(table).reshape(*shape, *_tail(table, "around")))
        tail = [self._rows[number].around for number in range(len(found) * PART, count)]
        found += [np.stack(tail)] if tail else []
        return np.concatenate(found)


def _values(table: Any) -> Array:
    """All values of a table of days, one after the other."""
    return np.asarray(table.column("value").combine_chunks().flatten().to_numpy())


def _tail(table: Any, kind: str) -> tuple[int, int]:
    """(series, days) of a table of days."""
    return len(set(table.column("series").to_pylist())), table.column("value").type.list_size


def _item_rows(table: Any, labels: Labels) -> Array:
    from sim.studies.per_item import FIGURES

    values = np.stack([table.column(name).to_numpy() for name, *_ in FIGURES], axis=1)
    return values.reshape(-1, len(labels.weathers), len(labels.postures), len(labels.lines), len(FIGURES))
