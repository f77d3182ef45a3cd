"""Which of several postures is best, with as few replications as the answer allows: Kim and Nelson's selection.

After a first stage in which all postures live, a posture is dropped as soon as another one is ahead of it by more than
chance allows, and the rest go on. Exact under common random numbers: Kim and Nelson (2001), A fully sequential procedure
for indifference-zone selection in simulation, ACM Transactions on Modeling and Computer Simulation 11, 251-273 (c = 1).

The promise: where the best mean is better than every other by at least the indifference, it is selected with at least the
confidence asked for. Where others come nearer than that, any of them is good enough; that one of them is selected as
surely is what tests of this procedure find, but it is not proved (Eckman and Henderson 2021, INFORMS Journal on Computing
33). Paired differences are taken to be near enough to normal, and replications to be independent.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.statistics.interval import Floats

#: share by which a stage lets the replications grow
GROWTH = 0.2
#: replications looked through at a time
BLOCK = 512


@dataclass(frozen=True)
class Elimination:
    """A posture that was dropped.

    Attributes
    ----------
    name, by : the posture, and the one farthest ahead of it then.
    at : replications by then.
    behind : by how much its mean was worse, positive.
    """

    name: str
    by: str
    at: int
    behind: float


@dataclass(frozen=True)
class Standing:
    """Where a selection stands.

    Attributes
    ----------
    at : replications that it rests on.
    remaining : postures still in, in the order given.
    eliminated : those dropped, in order of time.
    best : the one selected; the best mean so far where the selection is not over.
    done : the selection is over, with its promise kept.
    capped : the most replications are used up before it was; `best` is then no more than the best so far.
    next : replications that the remaining postures should have before the next look; none where it ends.
    needed : replications by which it ends for certain; 0 before the first stage.
    """

    at: int
    remaining: tuple[str, ...]
    eliminated: tuple[Elimination, ...]
    best: str
    done: bool
    capped: bool
    next: int | None
    needed: int


@dataclass(frozen=True)
class Selection:
    """The rules of a selection, which holds no values itself.

    Attributes
    ----------
    names : postures, at least two.
    indifference : the smallest difference of means that matters, in the unit of the measure.
    confidence : of the promise.
    first : replications of the first stage, from which spreads are estimated.
    most : replications at most.
    higher : whether higher values are better.

    Raises
    ------
    UsageError : one of them makes no sense.
    """

    names: tuple[str, ...]
    indifference: float
    confidence: float = 0.95
    first: int = 20
    most: int = 5000
    higher: bool = False

    def __post_init__(self) -> None:
        count = len(self.names)
        if count < 2:
            raise UsageError(f"{count} posture: a selection needs two or more")
        if not 0 < self.indifference < math.inf:
            raise UsageError(f"indifference {self.indifference:g}: above 0 is needed, in the unit of the measure")
        if not 1 / count < self.confidence < 1:
            raise UsageError(f"confidence {self.confidence:g}: above 1/{count} (a blind guess) and below 1 is needed")
        if self.first < 2:
            raise UsageError(f"first stage of {self.first}: 2 or more are needed, 20 is usual")
        if self.most < self.first:
            raise UsageError(f"at most {self.most} replications: the first stage alone has {self.first}")

    @property
    def promise(self) -> str:
        """What the selection guarantees, in words."""
        return (
            f"if the best is better than each of the others by {self.indifference:,.6g} or more, "
            f"it is selected with a probability of at least {100 * self.confidence:g} %"
        )

    @property
    def eta(self) -> float:
        """Kim and Nelson's η for any dependence between postures: ((2α / (k - 1))^(-2 / (n₀ - 1)) - 1) / 2."""
        error = 2 * (1 - self.confidence) / (len(self.names) - 1)
        return float(max((error ** (-2 / (self.first - 1)) - 1) / 2, 0.0))

    @cached_property
    def square(self) -> float:
        """Kim and Nelson's h²: 2 η (n₀ - 1)."""
        return 2 * self.eta * (self.first - 1)

    def judge(self, values: Mapping[str, Floats]) -> Standing:
        """Where the selection stands, by the values there are.

        It steps through replication after replication, so that how many were added at a time changes nothing: values that
        came after a posture was dropped, or after the end, are not used.

        Parameters
        ----------
        values : for each posture (n,) of replications 0 … n - 1 of the same Futures; those dropped may have fewer.

        Raises
        ------
        UsageError : a value that is needed is null or infinite.
        """
        sign = 1.0 if self.higher else -1.0
        have = min(values[name].size for name in self.names)
        if have < self.first:
            return Standing(0, self.names, (), self.names[0], False, False, min(self.first, self.most), 0)
        start = np.array([self._finite(name, values[name], self.first) for name in self.names]) * sign
        spread = start[:, None, :] - start[None, :, :]
        # what is left of equal numbers after rounding is no spread
        bound = (1e-12 * np.abs(start).max()) ** 2
        variance = spread.var(axis=2, ddof=1)
        with np.errstate(over="ignore"):  # divided twice: the square of a tiny indifference would be 0
            length = self.square * np.where(variance > bound, variance, 0.0) / self.indifference / self.indifference

        inside, dropped = list(range(len(self.names))), list[Elimination]()
        at = self.first
        while True:
            sums = self._sums(values, inside, sign)
            found = self._first_out(sums, length[np.ix_(inside, inside)], at)
            end = sums.shape[1]
            if found is None:
                at = end
                break
            at, out, ahead = found
            for place in out:
                behind = float(sums[ahead[place], at - 1] - sums[place, at - 1]) / at
                one = Elimination(self.names[inside[place]], self.names[inside[ahead[place]]], at, behind)
                dropped.append(one)
            inside = [one for place, one in enumerate(inside) if place not in out]
            if len(inside) == 1:
                break
        return self._standing(values, inside, dropped, at, length, sign)

    def _standing(
        self,
        values: Mapping[str, Floats],
        inside: list[int],
        dropped: list[Elimination],
        at: int,
        length: Floats,
        sign: float,
    ) -> Standing:
        """What it comes to when replications 0 … at - 1 have been seen."""
        # once r passes the length of every pair left, only postures that are equal throughout are left: any will do
        needed = max(math.floor(min(float(length[np.ix_(inside, inside)].max()), 1e15)) + 1, self.first)
        done = len(inside) == 1 or at >= needed
        at = at if len(inside) == 1 else min(at, needed)
        means = [sign * float(values[self.names[one]][:at].mean()) for one in inside]
        best = self.names[inside[int(np.argmax(means))]]
        capped = not done and at >= self.most
        following = None
        if not done and not capped:
            following = min(at + max(round(GROWTH * at), self.first // 2, 1), needed, self.most)
        left = tuple(self.names[one] for one in inside)
        return Standing(at, left, tuple(dropped), best, done, capped, following, needed)

    def _sums(self, values: Mapping[str, Floats], inside: list[int], sign: float) -> Floats:
        """(postures left, n) running sums, as far as all of them have values."""
        n = min(min(values[self.names[one]].size for one in inside), self.most)
        return np.cumsum([sign * self._finite(self.names[one], values[self.names[one]], n) for one in inside], axis=1)

    def _first_out(self, sums: Floats, length: Floats, start: int) -> tuple[int, list[int], NDArray[np.intp]] | None:
        """The first replication, from `start` on, at which some postures drop out; who, and who is ahead of each."""
        for begin in range(start, sums.shape[1] + 1, BLOCK):
            here = sums[:, begin - 1 : begin - 1 + BLOCK]
            r = begin + np.arange(here.shape[1])
            slack = self.indifference / 2 * np.maximum(length[:, :, None] - r, 0.0)
            gap = here[None, :, :] - here[:, None, :]
            out: NDArray[np.bool_] = np.any(gap > slack, axis=1)
            when = np.flatnonzero(out.any(axis=0))
            if when.size:
                place = int(when[0])
                ahead: NDArray[np.intp] = np.argmax(gap[:, :, place], axis=1)
                return begin + place, [int(one) for one in np.flatnonzero(out[:, place])], ahead
        return None

    def _finite(self, name: str, values: Floats, n: int) -> Floats:
        kept = values[:n]
        bad = np.flatnonzero(~np.isfinite(kept))
        if bad.size:
            raise UsageError(
                f"{name}: replication {int(bad[0])} has no value: choose a measure that every replication has, "
                "for example total_cost"
            )
        return kept
