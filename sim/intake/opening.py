"""What kind of file it is, by its content and not by its name: exports called .xls are often text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import ScenarioError, UsageError, near_miss
from sim.intake import text, workbook
from sim.intake.table import Column, Grid, Table, swept


@dataclass(frozen=True)
class ParquetGrid:
    """A Parquet file; its columns have names, so that row 2 is the first row, as in a sheet."""

    source: str
    table: Any
    how: str = "Parquet"

    def preview(self) -> list[list[Any]]:
        """The names, and the first rows."""
        head = self.table.slice(0, 5)
        return [list(self.table.column_names), *(list(row.values()) for row in head.to_pylist())]

    def load(self, first: int, heads: Sequence[Any], header: int) -> Table:
        """The whole table."""
        columns = tuple(_column(head, self.table.column(place)) for place, head in enumerate(heads))
        numbers = np.arange(2, 2 + self.table.num_rows, dtype=np.int64)
        return swept(Table(self.source, self.how, header, columns, numbers))


def _column(head: Any, cells: Any) -> Column:
    import pyarrow as pa

    if pa.types.is_nested(cells.type):
        cells = pa.chunked_array([[None if value is None else str(value) for value in cells.to_pylist()]], pa.string())
    if pa.types.is_timestamp(cells.type):
        cells = cells.cast(pa.date32(), safe=False)
    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    whole = cells.unify_dictionaries().combine_chunks() if cells.num_chunks != 1 else cells.chunk(0)
    if hasattr(whole, "chunks"):
        whole = whole.chunk(0)
    values = whole.dictionary.to_pylist()
    place: dict[Any, int] = {}
    for value in values:
        stripped = (value.strip() or None) if isinstance(value, str) else value
        place.setdefault(stripped if stripped == stripped else None, len(place))
    blank = place.setdefault(None, len(place))
    moved = [place[(v.strip() or None) if isinstance(v, str) else (v if v == v else None)] for v in values]
    codes = whole.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)
    return Column(head, list(place), np.asarray([*moved, blank], dtype=np.int32)[codes])


def grids(path: Path, sheet: str = "") -> list[Grid]:
    """The tables that a file may hold.

    Parameters
    ----------
    sheet : name of the sheet wanted; all of them when left out.

    Raises
    ------
    UsageError : the file cannot be opened.
    ScenarioError : it is nothing that can be read as a table.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name the files in it")
    if not path.is_file():
        there = sorted(one.name for one in path.parent.iterdir()) if path.parent.is_dir() else []
        raise UsageError(f"{path}: there is no such file{near_miss(path.name, there) if there else ''}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened: {error.strerror}") from error
    name = path.name
    if not content.strip():
        raise ScenarioError([f"{name}: is empty"])
    if content.startswith(b"PK\x03\x04"):
        return list(workbook.grids(name, content, sheet))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise ScenarioError([f"{name}: is protected by a password: save it without one, then import it again"])
        raise ScenarioError([f"{name}: is a workbook of Excel 97-2003: save it as .xlsx or CSV, then import it again"])
    if sheet:
        raise UsageError(f"{name}#{sheet}: only a workbook has sheets")
    if content.startswith(b"PAR1"):
        return [_parquet(name, path)]
    return list(text.grids(name, content))


def _parquet(name: str, path: Path) -> ParquetGrid:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return ParquetGrid(name, pq.read_table(path))
    except (pa.ArrowException, OSError) as error:
        raise ScenarioError([f"{name}: is not a Parquet file: {error}"]) from error
