"""What is learned of the buffers of a plan: for each line and each group of lines, costs, benefits and verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.studies.columns import Estimates, means, tails
from sim.studies.false_discovery import ENOUGH, RATE, adjusted, directions
from sim.studies.sharing import Places, Sharing

Floats = NDArray[np.float64]
PAYS, DOUBTFUL, COSTS = "pays", "doubtful", "does not pay"
WOULD_PAY, NOT_SHOWN, LEAN = "would pay for a buffer", "not shown", "confirmed lean"
VERDICTS = (PAYS, DOUBTFUL, COSTS, LEAN, NOT_SHOWN, WOULD_PAY)
#: places in `sim.studies.removal.KEPT`
STOCKOUT, DAYS, LOST = 0, 1, 2


def rise(values: Floats) -> Floats:
    """Change in total cost, changed - planned, of values with `sim.studies.removal.KEPT` last."""
    found: Floats = values[..., 3] - values[..., 0] + values[..., 6] + values[..., 7]
    return found


@dataclass(frozen=True)
class Group:
    """Several lines changed at once.

    Attributes
    ----------
    by, name : what makes it a group, for example 'supplier' and 'S07'.
    places : positions of its lines.
    own, others : (replications, 8) `KEPT` of its lines and those they feed, and of all other lines it can touch.
    shared : (replications,) change in cost that belongs to no single line; None where other groups share the run.
    singles : (replications,) sum over its lines of what each of them changes when it is removed by itself.
    """

    by: str
    name: str
    places: Places
    own: Floats
    others: Floats
    shared: Floats | None
    singles: Floats | None = None

    @property
    def total(self) -> Floats:
        """(replications,) change in total cost, as far as it can be told apart."""
        found = rise(self.own) + rise(self.others)
        return found if self.shared is None else found + self.shared


@dataclass(frozen=True)
class Checked:
    """One line changed by itself, against what the shared run said of it.

    Attributes
    ----------
    place : position of the line.
    why : how it was chosen.
    alone, together : (replications,) its net benefit by itself, and from the run it shared.
    others : (replications,) change in cost of the lines it can touch, when changed by itself.
    """

    place: int
    why: str
    alone: Floats
    together: Floats
    others: Floats


@dataclass(frozen=True)
class Justification:
    """Each line of a plan, held against the same Futures without its buffer, or with a trial buffer.

    Attributes
    ----------
    scenario, weather, plan, lean, seed : what was run; the scenario is under that weather.
    numbers : replication numbers.
    trial_days : days of forecast that a trial buffer holds.
    sharing : what the lines share; arrays over lines are in the order of its lines.
    lean_lines : the lean plan's lines, in that order.
    units : (lines,) units taken away (negative) or added on trial (positive); 0 where there was nothing to try.
    buffered : (lines,) whether the line holds a buffer.
    values : (replications, lines, 8) with the buffer: stockout cost, days out, lost units; without it: the same; what the
        buffer costs in carrying, and in orders, freight and price. A trial buffer counts as the buffer. All a year.
    used : (replications, lines) whether customers were served otherwise.
    alone : (lines,) whether no other line that it can touch was changed in the same run.
    groups : removal of several buffers at once.
    advice : following the verdicts, on other Futures than those they rest on.
    checks : lines changed by themselves.
    shared : (replications, runs) change in cost that belongs to no single line, for each run of the ledger.
    spill : (replications, runs) change in cost of lines that were not changed but can be touched, for each such run.
    leak : largest change of a line that shares nothing with what was changed, over all runs; 0 if what is assumed holds.
    base : (replications, 2) total cost of the plan, and the part of it that belongs to no single line.
    """

    scenario: Scenario
    weather: str
    plan: Plan
    lean: Plan
    seed: int
    numbers: tuple[int, ...]
    trial_days: float
    sharing: Sharing
    lean_lines: tuple[PlanLine, ...]
    units: Floats
    buffered: NDArray[np.bool_]
    values: Floats
    used: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    groups: tuple[Group, ...]
    advice: tuple[Group, ...]
    checks: tuple[Checked, ...]
    shared: Floats
    spill: Floats
    leak: float
    base: Floats

    @property
    def lines(self) -> tuple[PlanLine, ...]:
        """The plan's lines."""
        return self.sharing.lines

    @property
    def plans(self) -> tuple[Plan, Plan]:
        """The plan and the lean plan."""
        return self.plan, self.lean

    @property
    def weathers(self) -> tuple[str, ...]:
        """The one weather."""
        return (self.weather,)

    @property
    def postures(self) -> tuple[str, ...]:
        """Names of the plan and of the lean plan."""
        return tuple(dict.fromkeys((self.plan.posture, self.lean.posture)))

    @cached_property
    def benefits(self) -> Floats:
        """(replications, lines) net benefit of each buffer: stockout cost avoided less what it costs, money a year."""
        return rise_without(self.values)

    @cached_property
    def net(self) -> Estimates:
        """Net benefit."""
        return means(self.benefits)

    @cached_property
    def carrying(self) -> Estimates:
        """What the buffer costs in carrying."""
        return means(self.values[..., 6])

    @cached_property
    def other(self) -> Estimates:
        """What the buffer costs in order lines, freight and price."""
        return means(self.values[..., 7])

    @cached_property
    def avoided(self) -> tuple[Estimates, Estimates, Estimates]:
        """Stockout cost, days out and lost units avoided, expected."""
        stockout, days, lost = (means(self.values[..., 3 + row] - self.values[..., row]) for row in range(3))
        return stockout, days, lost

    @cached_property
    def avoided_tail(self) -> tuple[Estimates, Estimates, Estimates]:
        """The same in the worst 5 % of futures, each figure over its own worst futures without and with the buffer."""
        stockout, days, lost = (tails(self.values[..., 3 + row], self.values[..., row]) for row in range(3))
        return stockout, days, lost

    @cached_property
    def uses(self) -> Places:
        """(lines,) futures in which customers were served otherwise."""
        found: Places = self.used.sum(axis=0)
        return found

    @cached_property
    def _shown(self) -> tuple[Places, Floats, Floats]:
        return directions(self.benefits, (self.uses >= ENOUGH) & (self.units != 0))

    @property
    def p(self) -> Floats:
        """(lines,) p-values, 1 where the buffer was used too seldom."""
        return self._shown[1]

    @property
    def p_adjusted(self) -> Floats:
        """(lines,) p-values adjusted for the number of lines (Benjamini-Hochberg)."""
        return self._shown[2]

    @cached_property
    def p_any(self) -> Floats:
        """(lines,) p-values adjusted whatever the dependence between lines (Benjamini-Yekutieli)."""
        return adjusted(self.p, "by")

    @cached_property
    def verdicts(self) -> tuple[str, ...]:
        """The verdict on each line."""
        words = {True: {1: PAYS, 0: DOUBTFUL, -1: COSTS}, False: {1: WOULD_PAY, 0: NOT_SHOWN, -1: LEAN}}
        return tuple(
            words[bool(buffered)][int(shown)] for buffered, shown in zip(self.buffered, self._shown[0], strict=True)
        )

    def having(self, *verdicts: str) -> Places:
        """Positions of the lines with one of these verdicts."""
        return np.array([place for place, told in enumerate(self.verdicts) if told in verdicts], dtype=np.intp)

    def count(self, verdict: str) -> int:
        """How many lines have this verdict."""
        return self.verdicts.count(verdict)

    @property
    def firm(self) -> tuple[int, int]:
        """Verdicts with a direction, and how many of them hold whatever the dependence between lines."""
        shown = self._shown[0] != 0
        return int(shown.sum()), int((shown & (self.p_any <= RATE)).sum())

    def ranked(self) -> Places:
        """Positions of the buffered lines, largest net benefit first."""
        places = np.flatnonzero(self.buffered)
        return places[np.argsort(-self.net.mean[places], kind="stable")]

    def luck(self, most: int = 10) -> tuple[float, float]:
        """How much of the best lines' benefit is the luck of being chosen.

        The best lines are chosen on the futures with even numbers. Returned: their net benefit on those futures, and on
        the odd ones, which had no part in the choice; NaN with fewer than two futures.
        """
        even = np.array([number % 2 == 0 for number in range(len(self.numbers))])
        places = np.flatnonzero(self.buffered)
        if even.all() or not places.size:
            return float("nan"), float("nan")
        chosen, told = (self.benefits[half][:, places].mean(axis=0) for half in (even, ~even))
        best = np.argsort(-chosen, kind="stable")[:most]
        return float(chosen[best].sum()), float(told[best].sum())


def rise_without(values: Floats) -> Floats:
    """Net benefit of a buffer from values in the order of `Justification.values`."""
    found: Floats = values[..., 3] - values[..., 0] - values[..., 6] - values[..., 7]
    return found
