"""A verdict by rule: what the cells of an experiment say together, with Holm's correction for how many there are.

A cell is one statement that the claim makes: "the mean difference is below 0", "the delivered service is above what was
promised". A claim holds when all its cells do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.statistics.interval import t_quantile
from sim.statistics.multiplicity import holm

Floats = NDArray[np.float64]
Kind = Literal["holds", "holds when", "does not hold", "undecided"]
Wanted = Literal["less", "more"]
Side = Literal["for", "against", "open"]
RISK = 0.05
RULE = (
    "Each cell is tested with Student's t on differences Future by Future, two-sided, Holm-corrected over all cells at 5 %. "
    "All cells for the claim: holds. Some for it: holds when (those cells). None for it and at least one against it: does "
    "not hold. Otherwise: undecided. Intervals shown hold for all cells together (Bonferroni, 95 %); Holm's test is a "
    "little sharper, so that a cell may be decided whose interval just touches its limit."
)


@dataclass(frozen=True)
class Cell:
    """One statement of the claim, and what was measured.

    Attributes
    ----------
    label : what it is about, as it can stand after "holds when" ("calm", "the strike lasts 30 days").
    mean, error, n : of what was measured: mean, standard error, replications.
    wanted : the claim says that the mean is 'less' or 'more' than `than`.
    than : the limit.
    unit : unit of the mean, for people.
    group : cells of one group hold together or not at all ("in calm": several cells); empty: the cell stands alone.
    """

    label: str
    mean: float
    error: float
    n: int
    wanted: Wanted = "less"
    than: float = 0.0
    unit: str = ""
    group: str = ""

    @property
    def p(self) -> float:
        """Two-sided p-value of "the mean is the limit"; 1 where nothing can be said."""
        apart = self.mean - self.than
        if not math.isfinite(apart) or self.n < 2:
            return 1.0
        if self.error <= 0 or not math.isfinite(self.error):
            return 1.0 if apart == 0 or not math.isfinite(self.error) else 0.0
        from scipy.special import stdtr

        return float(2 * stdtr(self.n - 1, -abs(apart) / self.error))

    @property
    def right_way(self) -> bool:
        """Whether the mean lies on the claim's side of the limit."""
        return self.mean < self.than if self.wanted == "less" else self.mean > self.than

    def interval(self, level: float) -> tuple[float, float]:
        """Student interval of the mean."""
        if self.n < 2:
            return math.nan, math.nan
        half = t_quantile((1 + level) / 2, self.n - 1) * self.error
        return self.mean - half, self.mean + half


@dataclass(frozen=True)
class Judged:
    """A cell with its verdict.

    Attributes
    ----------
    cell : which.
    low, high : interval that holds for all cells together.
    p : Holm-adjusted.
    side : whether it speaks for the claim, against it, or leaves it open.
    """

    cell: Cell
    low: float
    high: float
    p: float
    side: Side


@dataclass(frozen=True)
class Verdict:
    """What came out.

    Attributes
    ----------
    kind : 'holds', 'holds when', 'does not hold' or 'undecided'.
    condition : what follows "holds when", made from what was computed; empty otherwise.
    rule : how the verdict was found, in words.
    cells : what it rests on.
    """

    kind: Kind
    condition: str = ""
    rule: str = RULE
    cells: tuple[Judged, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind == "holds when") != bool(self.condition):
            raise ValueError(f"verdict {self.kind!r} with condition {self.condition!r}")

    @property
    def words(self) -> str:
        """The verdict as people read it."""
        return f"holds when {self.condition}" if self.kind == "holds when" else self.kind

    def side(self, label: str) -> Side:
        """What a cell says."""
        return next(one.side for one in self.cells if one.cell.label == label)

    @property
    def groups(self) -> dict[str, Side]:
        """What each group of cells says."""
        return groups(self.cells)


def cell(
    label: str, values: Floats, wanted: Wanted = "less", than: float = 0.0, unit: str = "", group: str = ""
) -> Cell:
    """A cell of values Future by Future (differences a − b for a paired comparison).

    Parameters
    ----------
    values : (replications,), NaN where null (left out).
    """
    kept = np.asarray(values, dtype=float)
    kept = kept[~np.isnan(kept)]
    n = int(kept.size)
    mean = float(kept.sum() / n) if n else math.nan
    error = float(kept.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    if n > 1 and np.ptp(kept) == 0:
        error = 0.0
    return Cell(label, mean, error, n, wanted, than, unit, group)


def groups(cells: Sequence[Judged]) -> dict[str, Side]:
    """What each group of cells says; a cell without a group stands for itself."""
    sides: dict[str, list[Side]] = {}
    for one in cells:
        sides.setdefault(one.cell.group or one.cell.label, []).append(one.side)
    return {
        label: "for" if all(side == "for" for side in there) else "against" if "against" in there else "open"
        for label, there in sides.items()
    }


def judge(
    cells: Sequence[Cell],
    condition: str | Callable[[list[str]], str] | None = None,
    rule: str = "",
    risk: float = RISK,
) -> Verdict:
    """The verdict of a claim from its cells.

    Parameters
    ----------
    cells : what the claim states, at least one. Where they come in groups, groups take the place of cells: a group is for
        the claim when all its cells are, against it when one of them is, and else open.
    condition : what follows "holds when" if some cells are for the claim and some are not, or a function that makes it from
        the labels of those cells (or groups) that are for it; these labels themselves when left out.
    rule : words put before the general rule, for what is special here.
    risk : chance of any false verdict on a cell.
    """
    if not cells:
        raise ValueError("a verdict needs at least one cell")
    adjusted = holm(np.array([one.p for one in cells]))
    level = 1 - risk / len(cells)
    judged = []
    for one, p in zip(cells, adjusted, strict=True):
        side: Side = "open" if not p <= risk else "for" if one.right_way else "against"
        judged.append(Judged(one, *one.interval(level), float(p), side))
    grouped = groups(judged)
    sides = list(grouped.values())
    kind: Kind
    if all(side == "for" for side in sides):
        kind = "holds"
    elif "for" in sides:
        kind = "holds when"
    else:
        kind = "does not hold" if "against" in sides else "undecided"
    told = ""
    if kind == "holds when":
        there = [label for label, side in grouped.items() if side == "for"]
        told = condition(there) if callable(condition) else condition or "; ".join(there)
    return Verdict(kind, told, f"{rule} {RULE}".strip(), tuple(judged))
