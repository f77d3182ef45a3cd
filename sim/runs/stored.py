"""Measures of a study as they stand in its part files, read a few at a time: a large study need not fit into memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures import MEASURES
from sim.studies.montecarlo import PART

Array = NDArray[Any]


class Stored:
    """(replications, weathers, postures, measures) that stand on disk; read as ``[:, weather, posture, measure]``.

    As many measures are read at once, and kept, as fit into `MOST` bytes.
    """

    MOST = 24_000_000

    def __init__(self, parts: list[Path], tail: Array) -> None:
        self.parts, self.tail = parts, tail
        self.shape = (len(parts) * PART + len(tail), *tail.shape[1:])
        size = 8 * max(self.shape[0], 1) * self.shape[1] * self.shape[2]
        self._group = max(1, min(self.shape[3], self.MOST // size))
        self._kept: tuple[int, Array] | None = None

    def __getitem__(self, place: tuple[slice, int, int, int]) -> Array:
        rows, weather, posture, measure = place
        group, column = divmod(measure, self._group)
        if self._kept is None or self._kept[0] != group:
            self._kept = None  # before the next is read
            self._kept = group, self._read(group)
        found: Array = self._kept[1][rows, weather, posture, column]
        return found

    def _read(self, group: int) -> Array:
        import pyarrow.parquet as pq

        first = group * self._group
        names = [measure.name for measure in MEASURES[first : first + self._group]]
        made = np.empty((*self.shape[:3], len(names)))
        for place, path in enumerate(self.parts):
            table = pq.read_table(path, columns=names)
            made[place * PART : (place + 1) * PART] = measures_of(table).reshape(PART, *self.shape[1:3], len(names))
        made[len(self.parts) * PART :] = self.tail[..., first : first + self._group]
        return made

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        groups = range(-(-self.shape[3] // self._group))
        return np.concatenate([self._read(group) for group in groups], axis=3).astype(dtype or float, copy=False)


def measures_of(table: Any) -> Array:
    """(rows, measures) of a table of replications, NaN where null."""
    known = {measure.name for measure in MEASURES}
    return np.stack([table.column(name).to_numpy() for name in table.column_names if name in known], axis=1)
