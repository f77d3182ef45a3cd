"""How far the numbers of two runs are apart: replication by replication, or cell by cell of their tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.measures import MEASURES
from sim.runs.diff.tables import Table, relative_difference, table_apart
from sim.runs.run import Run
from sim.statistics.multiplicity import together

if TYPE_CHECKING:
    from sim.runs.diff.side import Side

Floats = NDArray[np.float64]
#: relative differences up to this are the rounding of another library or processor
ROUNDING = 1e-9


@dataclass(frozen=True)
class Apart:
    """One measure that differs.

    Attributes
    ----------
    measure : its name.
    largest : largest |a - b| / max(|a|, |b|) over replications, weathers and postures; infinite where one is null.
    weather, posture, replication : where that is.
    differing, of : replications × weathers × postures that differ, and all.
    mean_weather, mean_posture : where the mean is furthest from the same, in standard errors.
    mean, low, high : mean of b - a there, with an interval that holds for all differing measures, weathers and postures
        together at 95 % (Bonferroni); NaN with fewer than two replications.
    """

    measure: str
    largest: float
    weather: str
    posture: str
    replication: int
    differing: int
    of: int
    mean_weather: str
    mean_posture: str
    mean: float
    low: float
    high: float

    @property
    def rounding(self) -> bool:
        """Whether it is no more than the last digits."""
        return self.largest <= ROUNDING

    @property
    def beyond_noise(self) -> bool:
        """Whether the mean differs by more than chance makes it, in some weather and posture."""
        return not self.rounding and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class Numbers:
    """How far two runs are apart.

    Attributes
    ----------
    common : replications that both have; 0 where there are none to read.
    counts : replications of each.
    weathers, postures : that both have.
    apart : measures that differ, the furthest first.
    tables : tables that differ, of runs without replications.
    files : files with other bytes, or in one run only.
    """

    common: int
    counts: tuple[int, int]
    weathers: tuple[str, ...]
    postures: tuple[str, ...]
    apart: tuple[Apart, ...]
    tables: tuple[Table, ...]
    files: tuple[str, ...]

    @property
    def compared(self) -> bool:
        """Whether replications of the same weathers and postures were held against each other."""
        return bool(self.common and self.weathers and self.postures)

    @property
    def differ(self) -> bool:
        """Whether any number that was held against another differs."""
        return bool(self.apart or self.tables)


def numbers(a: Side, b: Side) -> Numbers:
    """Hold the numbers of two runs against each other.

    Raises
    ------
    UsageError : a file is damaged.
    """
    files = _files(a, b)
    if a.run is None or b.run is None:
        names = [
            name for name in files if name.endswith(".csv") and name in a.told("outputs") and name in b.told("outputs")
        ]
        tables = [made for name in names if (made := table_apart(name, a.folder / name, b.folder / name)) is not None]
        return Numbers(0, (0, 0), (), (), (), tuple(tables), files)
    one, other = _Cube.of(a.run), _Cube.of(b.run)
    common = min(a.run.count, b.run.count)
    weathers = tuple(name for name in one.weathers if name in other.weathers)
    postures = tuple(name for name in one.postures if name in other.postures)
    apart: tuple[Apart, ...] = ()
    if weathers and postures:
        apart = _apart(
            one.values(common, weathers, postures), other.values(common, weathers, postures), weathers, postures
        )
    return Numbers(common, (a.run.count, b.run.count), weathers, postures, apart, (), files)


@dataclass(frozen=True)
class _Cube:
    """Measures of a run: (replications, weathers, postures, measures)."""

    weathers: tuple[str, ...]
    postures: tuple[str, ...]
    cube: Floats

    @classmethod
    def of(cls, run: Run) -> _Cube:
        frame = run.replications
        weathers, postures = (tuple(frame[name].unique().tolist()) for name in ("weather", "posture"))
        lacking = [measure.name for measure in MEASURES if measure.name not in frame]
        if lacking:
            raise UsageError(f"{run.folder}: has no measure {lacking[0]}; it was written by another version")
        values = frame[[measure.name for measure in MEASURES]].to_numpy(dtype=np.float64)
        return cls(weathers, postures, values.reshape(run.count, len(weathers), len(postures), len(MEASURES)))

    def values(self, count: int, weathers: tuple[str, ...], postures: tuple[str, ...]) -> Floats:
        rows = [self.weathers.index(name) for name in weathers]
        columns = [self.postures.index(name) for name in postures]
        return self.cube[:count][:, rows][:, :, columns]


def _apart(a: Floats, b: Floats, weathers: tuple[str, ...], postures: tuple[str, ...]) -> tuple[Apart, ...]:
    differs = (a != b) & ~(np.isnan(a) & np.isnan(b))
    cells = [(int(i), int(j), int(k)) for i, j, k in np.argwhere(differs.any(axis=0))]
    if not cells:
        return ()
    within = together((b - a)[:, differs.any(axis=0)])
    means = dict(zip(cells, within, strict=True))
    found = []
    for place, measure in enumerate(MEASURES):
        here = [cell for cell in cells if cell[2] == place]
        if not here:
            continue
        relative = relative_difference(a[..., place], b[..., place])
        at = np.unravel_index(int(np.argmax(relative)), relative.shape)
        furthest = max(here, key=lambda cell: _errors(means[cell].mean, means[cell].half_width))
        told = means[furthest]
        found.append(
            Apart(
                measure.name,
                float(relative[at]),
                weathers[at[1]],
                postures[at[2]],
                int(at[0]),
                int(differs[..., place].sum()),
                differs[..., place].size,
                weathers[furthest[0]],
                postures[furthest[1]],
                told.mean,
                told.low,
                told.high,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.largest))


def _errors(mean: float, half: float) -> float:
    """How far a mean is from 0 in half-widths."""
    if not math.isfinite(mean):
        return -1.0
    return abs(mean) / half if half > 0 else math.inf if mean else 0.0


def _files(a: Side, b: Side) -> tuple[str, ...]:
    one, other = a.told("outputs") or {}, b.told("outputs") or {}
    altered = {*a.altered, *b.altered}
    if not one or not other:
        return tuple(sorted(altered))
    names = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    drawn = [any(name.startswith("figures/") for name in side) for side in (one, other)]
    if drawn[0] != drawn[1]:  # one of the two was run without figures
        names = {name for name in names if not name.startswith("figures/")}
    return tuple(sorted(names | altered))
