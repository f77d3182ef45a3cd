"""From a choice by lines to a plan that holds as a whole: interactions are lived, limits mended, neighbours tried."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.scenario import Scenario
from sim.studies.frontier.choice import Limit, Rows, Rungs, tail
from sim.studies.frontier.climb import CARRYING, INVENTORY, OTHER, SERVED, STOCKOUT, Step, climbed, totals
from sim.studies.frontier.ladder import Ladder
from sim.studies.sharing import Sharing, batches

Floats = NDArray[np.float64]
#: rounds in which the limit is mended, and in which neighbours are tried
MENDED, TRIED = 3, 8
#: a line moves where its objective falls by more than this many standard errors
CLEAR = 1.0
#: runs over which lines that touch each other are dealt, for each way they may move
RUNS = 2
#: told of each stage: a name and how many replications, returning what is told of progress
Watch = Callable[[str, int], Callable[[int], None]]


@dataclass(frozen=True)
class Round:
    """One round of the search.

    Attributes
    ----------
    what : "by lines", "mended" or "neighbours".
    moved : lines that changed their rung.
    expected, lived : mean total cost a year as the sum over lines said, and as the plan was lived; equal where lines do not
        touch each other.
    reached : what is limited, as lived (a fill rate with its sign turned).
    kept : whether the round's plan was taken.
    """

    what: str
    moved: int
    expected: float
    lived: float
    reached: float
    kept: bool


@dataclass(frozen=True)
class Found:
    """Where the search ended.

    Attributes
    ----------
    rungs : (lines,) of each line.
    price : on what is limited.
    figures : (replications, 7) totals of the plan on the futures of the search.
    rounds : how it went.
    """

    rungs: Rungs
    price: float
    figures: Floats
    rounds: tuple[Round, ...]


@dataclass(frozen=True)
class Move:
    """What is tried in one run.

    Attributes
    ----------
    by : (lines,) rungs up or down.
    places : lines that are told apart in the run.
    exchange : the lines below each of them go the other way.
    """

    by: Rungs
    places: Rungs
    exchange: bool = False


class Search:
    """The search for one limit.

    Parameters
    ----------
    scenario, ladder, shared : the business, what may be chosen, and which lines touch each other.
    rows : the ladder, lived on `numbers`.
    limit : to be kept.
    numbers, seed, jobs : which futures, and how they are run.
    least : price on what is limited that a coarser ladder found: a fine one may end where the limit does.
    watch : told of each stage.
    """

    def __init__(
        self,
        scenario: Scenario,
        ladder: Ladder,
        shared: Sharing,
        rows: Rows,
        limit: Limit,
        numbers: Sequence[int],
        seed: int,
        jobs: int,
        least: float = 0.0,
        watch: Watch | None = None,
    ) -> None:
        self.scenario, self.ladder, self.shared, self.rows, self.limit = scenario, ladder, shared, rows, limit
        self.numbers, self.seed, self.jobs, self.least, self.watch = numbers, seed, jobs, least, watch
        self.rounds: list[Round] = []

    def run(self) -> Found:
        """Choose by lines, live the plan, mend the limit, try neighbours."""
        rungs, price = self.rows.chosen(self.limit)
        price = price or self.least
        figures = self._noted("by lines", rungs, rungs.size)
        rungs, price, figures = self._mended(rungs, price, figures)
        for _ in range(TRIED):
            moved = self._neighbour(rungs, price)
            if moved is None:
                break
            better = self._noted("neighbours", moved, int((moved != rungs).sum()), keep=False)
            fits = self.limit.kept(better) or not self.limit.kept(figures)
            taken = fits and self._score(better, price) < self._score(figures, price)
            self.rounds[-1] = dataclasses.replace(self.rounds[-1], kept=taken)
            if not taken:
                break
            rungs, figures = moved, better
        return Found(rungs, price, figures, tuple(self.rounds))

    def _lived(self, stage: str, choices: Sequence[Rungs]) -> Step:
        done = None if self.watch is None else self.watch(stage, len(self.numbers))
        plans = [self.ladder.at(rungs, f"choice {place}") for place, rungs in enumerate(choices)]
        return climbed(self.scenario, plans, self.numbers, self.seed, self.jobs, done)

    def _noted(self, what: str, rungs: Rungs, moved: int, keep: bool = True) -> Floats:
        """Live a choice and note the round."""
        figures = totals(self._lived(what, [rungs]))[:, 0]
        expected = float(self.rows.totals(rungs)[:, -1].mean())
        lived = float(figures[:, -1].mean())
        self.rounds.append(Round(what, moved, expected, lived, self.limit.reached(figures), keep))
        return figures

    def _mended(self, rungs: Rungs, price: float, figures: Floats) -> tuple[Rungs, float, Floats]:
        """Where lines that touch each other break the limit, aim as far beyond it as it was missed."""
        aim = self.limit
        for _ in range(MENDED):
            if self.limit.kind == "none" or self.limit.kept(figures):
                break
            missed = self.limit.reached(figures) - self.limit.reached(self.rows.totals(rungs))
            sign = -1.0 if self.limit.kind == "fill_rate" else 1.0
            value = sign * (self.limit.bound - max(missed, 0.0) * 1.05 - 1e-9 * abs(self.limit.bound))
            if value <= 0 or (self.limit.kind == "fill_rate" and value >= 1):
                break
            aim = dataclasses.replace(aim, value=value)
            try:
                again, price = self.rows.chosen(aim)
            except UsageError:
                break
            moved = int((again != rungs).sum())
            if not moved:
                break
            rungs = again
            figures = self._noted("mended", rungs, moved)
        return rungs, price, figures

    def _score(self, figures: Floats, price: float) -> float:
        """The objective of totals (replications, 7)."""
        cost = float(figures[:, -1].mean())
        if self.limit.kind == "none" or price == 0:
            return cost
        if self.limit.kind == "fill_rate":
            return cost - price * float(figures[:, SERVED].mean())
        return cost + price * self.limit.reached(figures)

    def _neighbour(self, rungs: Rungs, price: float) -> Rungs | None:
        """The choice with each line one rung up or down where that is clearly better; None where none moves."""
        moves = [*self._steps(rungs), *self._exchanges(rungs)]
        if not moves:
            return None
        step = self._lived("neighbours of the choice", [rungs, *(rungs + move.by for move in moves)])
        base = self._objective(step, 0, price)
        best, gain = np.zeros(rungs.size, dtype=np.intp), np.zeros(rungs.size)
        exchanged = np.zeros(rungs.size)
        for row, move in enumerate(moves, start=1):
            change = (self._objective(step, row, price) - base).T  # (lines, replications)
            change = self.shared.served_by(change)[move.places]
            mean = change.mean(axis=1)
            error = change.std(axis=1, ddof=1) / np.sqrt(change.shape[1]) if change.shape[1] > 1 else np.abs(mean)
            clear = mean < -CLEAR * error
            if not move.exchange:
                better = clear & (mean < gain[move.places])
                best[move.places[better]], gain[move.places[better]] = move.by[move.places[better]], mean[better]
                continue
            for place, one in zip(move.places[clear].tolist(), mean[clear].tolist(), strict=True):
                chain = np.flatnonzero(self.shared.chain == self.shared.chain[place])
                if one < min(gain[chain].sum(), exchanged[chain].min()):
                    inside = self.shared.reach(np.array([place]))
                    best[chain], exchanged[chain] = 0, one
                    best[inside] = move.by[inside]
        return rungs + best if best.any() else None

    def _steps(self, rungs: Rungs) -> list[Move]:
        """Each line one rung up, and one down, dealt over as few runs as may be."""
        found = []
        for way in (1, -1):
            able = self._able(rungs, way)
            if able.size:
                for places in batches(self.shared, able, RUNS)[0]:
                    by = np.zeros(rungs.size, dtype=np.intp)
                    by[places] = way
                    found.append(Move(by, places))
        return found

    def _exchanges(self, rungs: Rungs) -> list[Move]:
        """A feeding line one rung up and all below it one down, and the other way: stock moved along the chain.

        Where both lines cost nearly the same, neither pays to move alone.
        """
        found = []
        feeding = np.unique(self.shared.below[0])
        for way in (1, -1):
            up, down = self._able(rungs, way), self._able(rungs, -way)
            fed = {place: np.setdiff1d(self.shared.reach(np.array([place])), [place]) for place in feeding.tolist()}
            able = [place for place in feeding.tolist() if place in up and np.isin(fed[place], down).all()]
            if able:
                for places in batches(self.shared, np.array(able, dtype=np.intp), RUNS)[0]:
                    by = np.zeros(rungs.size, dtype=np.intp)
                    for place in places.tolist():
                        by[fed[place]] = -way
                    by[places] = way
                    found.append(Move(by, places, True))
        return found

    def _able(self, rungs: Rungs, way: int) -> Rungs:
        """Positions of lines that have another rung that way."""
        found = np.flatnonzero((rungs + way >= 0) & (rungs + way <= self.ladder.height - 1))
        apart = self.ladder.units[rungs[found] + way, found] != self.ladder.units[rungs[found], found]
        able: Rungs = found[apart]
        return able

    def _objective(self, step: Step, plan: int, price: float) -> Floats:
        """(replications, lines) cost + price x what is limited, so that means over replications are compared."""
        lines = step.lines[:, plan].astype(np.float64)
        cost = lines[..., CARRYING] + lines[..., STOCKOUT] + lines[..., OTHER]
        kind = self.limit.kind
        if kind == "none" or price == 0:
            return cost
        if kind == "cvar":
            weights = tail(totals(step)[:, plan, -1]) * cost.shape[0]
            found: Floats = cost * (1.0 + price * weights[:, None])
            return found
        limited = {"fill_rate": -lines[..., SERVED], "carrying": lines[..., CARRYING], "cash": lines[..., INVENTORY]}
        return cost + price * limited[kind]
