"""Choosing a rung for each line: least cost, or least cost under a limit, by a price put on what is limited.

Where lines do not touch each other, the sum over lines of (cost + price x what is limited) is least when each line is by
itself, and the price at which the limit is just kept gives the least cost under it, up to one line's step (generalized
Lagrange multipliers: Everett 1963, Operations Research 11(3), 399-417, theorem 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.studies.frontier.climb import CARRYING, INVENTORY, OTHER, SERVED, STOCKOUT, VALUE, Step

Floats = NDArray[np.float64]
Rungs = NDArray[np.intp]
Kind = Literal["none", "fill_rate", "carrying", "cash", "cvar"]
#: the worst share of futures that the limit on CVaR looks at
WORST = 0.05
#: price steps of the search, and its largest price
STEPS, MOST = 60, 1e6
WORDS = {
    "none": "least total cost",
    "fill_rate": "fill rate of at least {:.4g}",
    "carrying": "carrying cost of at most {:,.0f} a year",
    "cash": "average inventory value of at most {:,.0f}",
    "cvar": "total cost in the worst 5 % of futures of at most {:,.0f} a year",
}


@dataclass(frozen=True)
class Limit:
    """What the choice has to keep.

    Attributes
    ----------
    kind, value : which, and its bound; ``none`` has no bound.
    """

    kind: Kind = "none"
    value: float = math.nan

    def __post_init__(self) -> None:
        if self.kind == "fill_rate" and not 0 < self.value < 1:
            raise UsageError(f"fill_rate={self.value:g}: above 0 and below 1 is needed")
        if self.kind in ("carrying", "cash", "cvar") and not 0 < self.value < math.inf:
            raise UsageError(f"{self.kind} of at most {self.value:g}: more than 0 is needed")

    def __str__(self) -> str:
        return WORDS[self.kind].format(self.value)

    def kept(self, figures: Floats) -> bool:
        """Whether totals (replications, 7) of one plan keep it, by their means."""
        return self.reached(figures) <= self.bound + 1e-12 * abs(self.bound)

    @property
    def bound(self) -> float:
        """What `reached` may be at most."""
        if self.kind == "none":
            return math.inf
        return -self.value if self.kind == "fill_rate" else self.value

    def reached(self, figures: Floats) -> float:
        """What is limited, of totals (replications, 7) of one plan; smaller keeps it."""
        mean = figures.mean(axis=0)
        if self.kind == "fill_rate":
            return float(-mean[SERVED] / mean[VALUE]) if mean[VALUE] > 0 else -1.0
        if self.kind == "carrying":
            return float(mean[CARRYING])
        if self.kind == "cash":
            return float(mean[INVENTORY])
        if self.kind == "cvar":
            return worst(figures[:, -1])
        return 0.0


def worst(values: Floats, share: float = WORST) -> float:
    """Mean of the largest share of values, the value at the edge counted in part (Rockafellar and Uryasev 2002)."""
    order = np.sort(values)[::-1]
    count = share * order.size
    whole = int(count)
    edge = order[whole] * (count - whole) if whole < order.size else 0.0
    return float((order[:whole].sum() + edge) / count)


def tail(values: Floats, share: float = WORST) -> Floats:
    """(replications,) weights of the largest share of values: their weighted sum is `worst`."""
    order = np.argsort(-values, kind="stable")
    count = share * values.size
    weights = np.clip(count - np.arange(values.size), 0.0, 1.0) / count
    found = np.zeros(values.size)
    found[order] = weights
    return found


class Rows:
    """Means over replications of what each line costs on each rung, and what a choice of rungs adds up to.

    Parameters
    ----------
    step : the ladder, lived: (replications, rungs, lines, 6).
    chain : (lines,) the same number for lines of an item that feed each other (`sim.studies.sharing.Sharing.chain`): they
        stand on one rung, because a feeding line's shortage costs at the lines below it, and only there. Each line by
        itself when left out.
    """

    def __init__(self, step: Step, chain: Rungs | None = None) -> None:
        self.step = step
        self._chain = None if chain is None or np.unique(chain).size == chain.size else chain
        mean = step.lines.mean(axis=0, dtype=np.float64)
        self.cost: Floats = mean[..., CARRYING] + mean[..., STOCKOUT] + mean[..., OTHER]
        self.mean = mean
        self._each = step.lines[..., [CARRYING, STOCKOUT, OTHER]].sum(axis=3, dtype=np.float64)
        self._shared = step.shared.mean(axis=1)

    def totals(self, rungs: Rungs) -> Floats:
        """(replications, 7) of a choice, if lines do not touch each other: `climb.KEPT` and total cost."""
        lines = np.arange(rungs.size)
        sums = self.step.lines[:, rungs, lines].sum(axis=1, dtype=np.float64)
        total = self._each[:, rungs, lines].sum(axis=1) + self._shared
        return np.concatenate([sums, total[:, None]], axis=1)

    def best(self, price: float, kind: Kind, weights: Floats | None = None) -> Rungs:
        """(lines,) the rung of least cost + price x what is limited, the lowest where several are."""
        if kind == "none" or price == 0:
            score = self.cost
        elif kind == "cvar":
            assert weights is not None
            score = self.cost + price * np.tensordot(weights, self._each, axes=(0, 0))
        else:
            limited = {
                "fill_rate": -self.mean[..., SERVED],
                "carrying": self.mean[..., CARRYING],
                "cash": self.mean[..., INVENTORY],
            }[kind]
            score = self.cost + price * limited
        found: Rungs = np.argmin(self._together(score), axis=0)
        return found

    def _together(self, score: Floats) -> Floats:
        """(rungs, lines) with the sum over its chain at each line."""
        if self._chain is None:
            return score
        sums = np.zeros((int(self._chain.max()) + 1, score.shape[0]))
        np.add.at(sums, self._chain, score.T)
        found: Floats = sums[self._chain].T
        return found

    def chosen(self, limit: Limit) -> tuple[Rungs, float]:
        """The rung of each line under a limit, and the price that keeps it.

        Raises
        ------
        UsageError : no choice on this ladder keeps it.
        """
        free = self._settled(0.0, limit)
        if limit.kind == "none" or limit.kept(self.totals(free)):
            return free, 0.0
        high = 1e-6
        while high <= MOST and not limit.kept(self.totals(self._settled(high, limit))):
            high *= 8.0
        if high > MOST:
            nearest = limit.reached(self.totals(self._settled(MOST, limit)))
            told = -nearest if limit.kind == "fill_rate" else nearest
            raise UsageError(f"no choice of buffers keeps the limit ({limit}): the nearest reaches {told:,.6g}")
        low = high / 8.0
        for _ in range(STEPS):
            middle = math.sqrt(low * high)
            if limit.kept(self.totals(self._settled(middle, limit))):
                high = middle
            else:
                low = middle
        return self._settled(high, limit), high

    def _settled(self, price: float, limit: Limit) -> Rungs:
        """The choice at a price; with CVaR the worst futures are those of the choice itself, found in a few rounds."""
        if limit.kind != "cvar" or price == 0:
            return self.best(price, limit.kind)
        rungs = self.best(0.0, "none")
        seen: list[Rungs] = []
        for _ in range(20):
            weights = tail(self.totals(rungs)[:, -1])
            rungs = self.best(price, "cvar", weights)
            if any(np.array_equal(rungs, one) for one in seen):
                break
            seen.append(rungs)
        return min(seen, key=lambda one: self._with_tail(one, price))

    def _with_tail(self, rungs: Rungs, price: float) -> float:
        values = self.totals(rungs)[:, -1]
        return float(values.mean() + price * worst(values))


def walk(rows: Rows, prices: Sequence[float]) -> list[Rungs]:
    """Choices along the frontier between carrying cost and all other cost.

    Parameters
    ----------
    rows : the ladder, lived.
    prices : what a money unit of carrying cost counts beside one of other cost; 1 is least total cost.
    """
    return [rows.best(price - 1.0, "carrying") for price in prices]
