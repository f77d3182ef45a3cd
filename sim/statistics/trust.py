"""When an interval should not be believed, and how many replications would be needed to believe it.

An interval of a mean leans on the normal law of means. It fails where few values count, where values are skewed, where a
few of them carry the spread, and where what matters happened seldom. Each caution is one sentence for a planner.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import Literal

import numpy as np

from sim.statistics.interval import Floats
from sim.statistics.skew import FEW, counted, needed, skewness
from sim.statistics.spending import LOOKS

#: values that must differ from the commonest one, and occasions that a share must rest on
EVENTS, OCCASIONS = 30, 5
#: share of the squared deviations that the largest one may make up
CARRIED = 1 / 3
#: values that must lie beyond a quantile; with 10, intervals of CVaR 95 hold 87 to 96 times in 100 (docs/coverage.md)
BEYOND = 50


@dataclass(frozen=True)
class Doubt:
    """A reason why the interval of a mean should not be believed.

    Attributes
    ----------
    kind : 'few' values count, all are 'alike', what varies is 'rare', they are 'skewed', or have a heavy 'tail'.
    why : in words.
    wanted : replications that would be needed; none where that cannot be said.
    """

    kind: Literal["few", "alike", "rare", "skewed", "tail"]
    why: str
    wanted: int | None

    @property
    def told(self) -> str:
        """The reason and what to do about it."""
        return f"{self.why}; run at least {self.wanted:,} replications" if self.wanted else self.why


def doubts(values: Floats, yes_no: bool = False) -> tuple[Doubt, ...]:
    """Reasons why the interval of a mean should not be believed; none where nothing speaks against it.

    Parameters
    ----------
    values : (n,) of replications 0 … n - 1, NaN where null; for a pair, the differences.
    yes_no : each value is 0 or 1, and the interval is that of a proportion.
    """
    kept = counted(values)
    n, total = int(kept.size), int(values.size)
    scale = total / n if n else 1.0
    if n < FEW:
        missing = f" ({total - n} of {total} are null)" if n < total else ""
        return (Doubt("few", f"only {n} values count{missing}", _look(FEW * scale)),)
    if yes_no:
        return _seldom(kept, scale)
    common, there = _commonest(kept)
    if there == n:
        return (Doubt("alike", f"all {n} values are alike; {_unseen(n)}", None),)
    found = []
    rare = n - there
    if rare < EVENTS and there > rare:
        few = f"only {rare} of {n} values differ from {common:.6g}, and all that varies rests on them"
        found.append(Doubt("rare", few, _look(total * EVENTS / rare)))
    wanted = needed(kept)
    if n < wanted:
        skew = f"{n} values as skewed as these (skewness {skewness(kept):.1f}) are too few"
        found.append(Doubt("skewed", skew, _look(wanted * scale)))
    squares = np.sort((kept - kept.mean()) ** 2)
    carried = float(squares[-1] / squares.sum())
    if carried > CARRIED:
        tail = f"a single replication makes up {100 * carried:.0f} % of the spread, so worse ones may be still to come"
        found.append(Doubt("tail", tail, _look(total * carried / CARRIED * 2)))
    return tuple(found)


def cautions(values: Floats, level: float, what: str, yes_no: bool = False) -> tuple[str, ...]:
    """Why the interval of a mean should not be believed: a sentence for each reason, none where nothing speaks against it.

    Parameters
    ----------
    values, yes_no : see `doubts`.
    level : confidence of the interval.
    what : whose it is, for example "jit's stockout cost" or "hybrid - jit in total cost".
    """
    head = f"the {100 * level:g} % interval of {what} should not be believed"
    return tuple(f"{head}: {one.told}" for one in doubts(values, yes_no))


def tail_cautions(values: Floats, probability: float, level: float, what: str) -> tuple[str, ...]:
    """Why the interval of a quantile, or of the mean beyond it, should not be believed.

    Parameters
    ----------
    values : (n,), NaN where null.
    probability : of the quantile.
    level : confidence of the interval.
    what : whose it is, for example "the CVaR 95 of jit's stockout cost".
    """
    kept = values[~np.isnan(values)]
    n = int(kept.size)
    head = f"the {100 * level:g} % interval of {what} should not be believed"
    expected = n * min(probability, 1 - probability)
    scale = values.size / n if n else 1.0
    if n < FEW or expected < BEYOND * (1 - 1e-9):
        wanted = max(BEYOND / min(probability, 1 - probability), FEW)
        side = "above" if probability >= 0.5 else "below"
        return (f"{head}: of {n} values about {expected:.3g} lie {side} the quantile; {_run(wanted * scale)}",)
    common, there = _commonest(kept)
    if there == n:
        return (f"{head}: all {n} values are alike; {_unseen(n)}",)
    place = float(np.sort(kept)[math.ceil(n * probability) - 1])
    if place == common and there > n / 2:
        return (f"{head}: {there} of {n} values are {common:.6g}, the quantile too; what is rarer is not seen by it",)
    return ()


def _seldom(kept: Floats, scale: float) -> tuple[Doubt, ...]:
    """For what happens or not: too few occasions of the rarer of the two."""
    n, yes = int(kept.size), int(kept.sum())
    rarer = min(yes, n - yes)
    if rarer >= OCCASIONS:
        return ()
    happened = "happened" if yes <= n - yes else "failed to happen"
    if rarer == 0:
        return (Doubt("alike", f"it never {happened.replace('failed', 'fails')} in {n}; {_unseen(n)}", None),)
    return (Doubt("rare", f"it {happened} in {rarer} of {n} only", _look(n * OCCASIONS / rarer * scale)),)


def _commonest(kept: Floats) -> tuple[float, int]:
    """The value that occurs most often, and how often."""
    found, counts = np.unique(kept, return_counts=True)
    place = int(counts.argmax())
    return float(found[place]), int(counts[place])


def _unseen(n: int) -> str:
    """What may still happen: the rule of three (Hanley and Lippman-Hand 1983, JAMA 249, 1743-1745)."""
    return f"what happens in up to {100 * min(3 / n, 1):.2g} % of replications may not have been seen"


def _look(wanted: float) -> int:
    """How many to run: the first look that is enough."""
    place = bisect_left(LOOKS, math.ceil(wanted - 1e-9))
    return LOOKS[min(place, len(LOOKS) - 1)]


def _run(wanted: float) -> str:
    return f"run at least {_look(wanted):,} replications"
