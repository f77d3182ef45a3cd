"""How far two tables are apart, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """One table that differs, of a run that has no replications to read.

    Attributes
    ----------
    name : of the file.
    rows : rows in the first and the second run.
    columns : column -> largest relative difference, infinite where words or blanks differ; empty where rows or columns
        do not match.
    """

    name: str
    rows: tuple[int, int]
    columns: Mapping[str, float]


def relative_difference(a: Floats, b: Floats) -> Floats:
    """|a - b| / max(|a|, |b|); 0 where both are the same or null, infinite where one of them is null."""
    with np.errstate(invalid="ignore", divide="ignore"):
        made = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
    made = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, made)
    return np.where(np.isnan(made), np.inf, made)


def table_apart(name: str, one: Path, other: Path) -> Table | None:
    """How two tables differ; None where their content is the same."""
    import pandas as pd

    def frame(path: Path) -> Any:
        try:
            return pd.read_csv(path, dtype=str, keep_default_na=False)
        except pd.errors.EmptyDataError:
            return pd.DataFrame()
        except (OSError, ValueError) as error:
            raise UsageError(f"{path}: cannot be read: {error}") from error

    a, b = frame(one), frame(other)
    if len(a) != len(b) or list(a.columns) != list(b.columns):
        return Table(name, (len(a), len(b)), {})
    found = {column: largest for column in a.columns if (largest := _column(a[column], b[column])) > 0}
    return Table(name, (len(a), len(b)), found) if found else None


def _column(a: Any, b: Any) -> float:
    """Largest relative difference of two columns of text; infinite where one of two different cells is no number."""
    import pandas as pd

    other = (a != b).to_numpy()
    if not other.any():
        return 0.0
    one, two = (pd.to_numeric(values[other], errors="coerce").to_numpy(dtype=np.float64) for values in (a, b))
    if np.isnan(one).any() or np.isnan(two).any():
        return math.inf
    return float(relative_difference(one, two).max())
