"""The same Futures with some buffers changed: what each changed line, and each group of lines, then costs and delivers.

One errand lives each Future under the plan as it is and under a few changed plans. Of each changed plan it keeps what the
lines changed in it saw, and nothing of the others but sums, so that memory stays small.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError
from sim.futures import draw
from sim.outcome import made
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.studies.by_line import ByLine, by_line
from sim.studies.montecarlo import spread, without_record, wordless
from sim.studies.sharing import Places, Sharing

Floats = NDArray[np.float64]
#: what is kept of a change, in this order: stockout cost, days out and lost units as planned and as changed, then the
#: difference changed - planned of carrying cost and of other cost; all a year
KEPT = ("stockout", "days", "lost", "stockout_changed", "days_changed", "lost_changed", "carrying", "other")
TINY = 1e-9


@dataclass(frozen=True)
class Change:
    """A plan with other buffers.

    Attributes
    ----------
    places : positions of the changed lines.
    units : (places,) what is added to the safety stock and to the levels that rest on it; negative: taken away.
    groups : sets of changed lines whose sums are wanted, one or more; sets that share a run cannot touch each other.
    """

    places: Places
    units: Floats
    groups: tuple[Places, ...] = ()

    @classmethod
    def of(cls, places: Places, units: Floats) -> Change:
        """All these lines as one group; `units` is over all lines of the plan."""
        return cls(places, units[places], (places,))


def changed(line: PlanLine, units: float) -> PlanLine:
    """The line with a larger or smaller safety stock, and the levels that rest on it moved with it."""
    return dataclasses.replace(
        line,
        safety_stock=line.safety_stock + units,
        reorder_point=line.reorder_point + units,
        order_up_to=line.order_up_to + units,
    )


def with_change(plan: Plan, lines: Sequence[PlanLine], change: Change) -> Plan:
    """The plan with these changes."""
    new = list(lines)
    for place, units in zip(change.places.tolist(), change.units.tolist(), strict=True):
        new[place] = changed(new[place], units)
    return dataclasses.replace(plan, lines=tuple(new))


@dataclass(frozen=True)
class Piece:
    """Results of some replications.

    Attributes
    ----------
    numbers : replication numbers.
    lines : (replications, asked lines, 8) what is `KEPT`, of each asked line and the lines it feeds.
    used : (replications, asked lines) whether customers saw a difference.
    groups : (replications, groups, 2, 8) the same sums over each group and all it feeds, and over all other lines that the
        group can touch.
    shared : (replications, changes) difference in cost that belongs to no single line, changed - planned.
    leak : (replications, changes) largest difference in total cost of any line that the change cannot touch: 0.
    base : (replications, 2) total cost a year as planned, and the part of it that belongs to no single line.
    """

    numbers: tuple[int, ...]
    lines: Floats
    used: NDArray[np.bool_]
    groups: Floats
    shared: Floats
    leak: Floats
    base: Floats


@dataclass(frozen=True)
class Removal:
    """The errand: live Futures under a plan and under changes of it.

    Attributes
    ----------
    scenario : under one weather.
    plan : as it is, one line for each of `sharing.lines`, in that order.
    sharing : what its lines share.
    changes : the changed plans.
    asked : (asked,) positions of the lines whose own results are kept, and `source` : (asked,) the change they come from.
    seed : of the study.
    """

    scenario: Scenario
    plan: Plan
    sharing: Sharing
    changes: tuple[Change, ...]
    asked: Places
    source: Places
    seed: int

    def prepare(self) -> Prepared:
        """Blueprints of the plan and of its changes."""
        return Prepared(self)


class Prepared:
    """The errand with its blueprints, kept by a worker between pieces of work."""

    def __init__(self, errand: Removal) -> None:
        from sim.world import Blueprint

        self.errand = errand
        scenario, lines, shared = errand.scenario, errand.plan.lines, errand.sharing
        self.base = Blueprint(scenario, errand.plan)
        self.blueprints = [Blueprint(scenario, with_change(errand.plan, lines, one)) for one in errand.changes]
        self.asked = [np.flatnonzero(errand.source == number) for number in range(len(errand.changes))]
        everything = np.arange(len(lines))
        self.untouched = [np.setdiff1d(everything, shared.touched(one.places)) for one in errand.changes]
        self.groups = [
            (number, own, np.setdiff1d(shared.touched(group), own))
            for number, one in enumerate(errand.changes)
            for group in one.groups
            for own in (shared.reach(group),)
        ]

    def run(self, numbers: Sequence[int]) -> Piece:
        """Live some replications."""
        errand, count, runs = self.errand, len(numbers), len(self.errand.changes)
        piece = Piece(
            numbers=tuple(numbers),
            lines=np.zeros((count, errand.asked.size, len(KEPT))),
            used=np.zeros((count, errand.asked.size), dtype=bool),
            groups=np.zeros((count, len(self.groups), 2, len(KEPT))),
            shared=np.zeros((count, runs)),
            leak=np.zeros((count, runs)),
            base=np.zeros((count, 2)),
        )
        for row, number in enumerate(numbers):
            future = draw(errand.scenario, errand.seed, number)
            planned = self._live(self.base, future)
            piece.base[row] = planned.total, planned.shared
            for run, blueprint in enumerate(self.blueprints):
                self._book(piece, row, run, planned, self._live(blueprint, future))
        return piece

    def _live(self, blueprint: object, future: object) -> ByLine:
        """One replication by line; conservation is checked by the world, and its money here."""
        scenario, plan = self.errand.scenario, self.errand.plan
        ledger = blueprint.live(future)  # type: ignore[attr-defined]
        found, total = by_line(scenario, ledger), made(scenario, plan.posture, ledger).measures["total_cost"]
        if abs(found.total - total) > 1e-6 * max(abs(total), 1.0):
            raise ModelError(
                f"costs by line do not add up in replication {ledger.replication}: {found.total:.9g} in all, the total "
                f"cost is {total:.9g}"
            )
        return found

    def _book(self, piece: Piece, row: int, run: int, planned: ByLine, new: ByLine) -> None:
        """Keep what is wanted of one changed plan in one Future."""
        values = np.stack(
            [
                *(planned.stockout, planned.days, planned.lost),
                *(new.stockout, new.days, new.lost),
                new.carrying - planned.carrying,
                new.other - planned.other,
            ],
            axis=1,
        )
        differs = (np.abs(new.served - planned.served) > TINY).any(axis=0).astype(float)
        errand, mine = self.errand, self.asked[run]
        if mine.size:
            places = errand.asked[mine]
            piece.lines[row, mine] = errand.sharing.served_by(values)[places]
            piece.used[row, mine] = errand.sharing.served_by(differs)[places] > 0
        for number, (of, own, others) in enumerate(self.groups):
            if of == run:
                piece.groups[row, number, 0] = values[own].sum(axis=0)
                piece.groups[row, number, 1] = values[others].sum(axis=0)
        piece.shared[row, run] = new.shared - planned.shared
        still = self.untouched[run]
        if still.size:
            cost = values[still, 3] - values[still, 0] + values[still, 6] + values[still, 7]
            piece.leak[row, run] = np.abs(cost).max()


def lived(
    errand: Removal,
    numbers: Sequence[int],
    jobs: int = 1,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Piece:
    """Results of an errand for these replications, in their order.

    Parameters
    ----------
    errand : what to run.
    numbers : replication numbers.
    jobs, chunk, done : see `sim.studies.montecarlo.replicate`.
    """
    small = dataclasses.replace(
        errand,
        scenario=without_record(errand.scenario),
        plan=wordless(errand.plan),
        sharing=dataclasses.replace(errand.sharing, lines=(), resources=()),
    )
    found = list(spread(small, numbers, jobs, chunk, done))
    order = np.argsort(np.concatenate([np.asarray(piece.numbers) for piece in found]), kind="stable")

    def joined(name: str) -> NDArray[np.float64]:
        values: NDArray[np.float64] = np.concatenate([getattr(piece, name) for piece in found])[order]
        return values

    parts = {name: joined(name) for name in ("lines", "used", "groups", "shared", "leak", "base")}
    return Piece(numbers=tuple(joined("numbers").tolist()), **parts)  # type: ignore[arg-type]
