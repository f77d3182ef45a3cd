"""The ladder of a plan: for each line, safety stocks from none to plenty, with the levels that rest on them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.studies.removal import changed

Floats = NDArray[np.float64]
Rungs = NDArray[np.intp]
#: shares of the lean plan's own safety stock below it
BELOW = (0.0, 0.5)
#: days of forecast above it
ABOVE = (2.0, 4.0, 7.0, 11.0, 16.0, 23.0, 32.0, 45.0, 60.0, 90.0)
#: shares of the way to the next rung, where a ladder is made finer
BETWEEN = (0.25, 0.5, 0.75)
EPSILON = 1e-9


@dataclass(frozen=True)
class Ladder:
    """Safety stocks to choose from.

    Attributes
    ----------
    plan : the lean plan, its lines in the order of all arrays over lines.
    units : (rungs, lines) what each rung adds to the line's safety stock and levels, rising; units of the item.
    """

    plan: Plan
    units: Floats

    @property
    def height(self) -> int:
        """How many rungs there are."""
        return int(self.units.shape[0])

    def at(self, rungs: Rungs, name: str, reasons: Sequence[str] | None = None) -> Plan:
        """The plan with each line on a rung.

        Parameters
        ----------
        rungs : (lines,) positions.
        name : of the plan.
        reasons : put before the reason of each line, where they are not empty.
        """
        lines = []
        for place, line in enumerate(self.plan.lines):
            made = changed(line, float(self.units[rungs[place], place]))
            if reasons is not None and reasons[place]:
                made = dataclasses.replace(made, reason=f"{reasons[place]}; {line.reason}")
            lines.append(made)
        return dataclasses.replace(self.plan, posture=name, lines=tuple(lines))

    def flat(self, rung: int) -> Rungs:
        """(lines,) all on one rung."""
        return np.full(self.units.shape[1], rung, dtype=np.intp)


def ladder(scenario: Scenario, plan: Plan, above: Sequence[float] = ABOVE) -> Ladder:
    """The ladder that stands on a lean plan.

    Rungs below it hold a share of its safety stock, rungs above it days of forecast more, cut at the shelf life. Where two
    rungs of a line are the same in whole units, they are the same on the ladder too.

    Parameters
    ----------
    scenario : the business.
    plan : the lean plan, its lines in the order of `sim.studies.sharing.lines_of`.
    above : days of forecast of the rungs above it, rising.
    """
    forecast = np.array([line.forecast for line in plan.lines])
    stock = np.array([max(line.safety_stock, 0.0) for line in plan.lines])
    most = np.array([_room(scenario, line) for line in plan.lines])
    down = [-(1.0 - share) * stock for share in BELOW]
    up = [np.minimum(days * forecast, most) for days in above]
    units = np.array([*down, np.zeros(len(plan.lines)), *up])
    if scenario.units == "integer":
        units = np.where(units < 0, -np.floor(-units + EPSILON), np.ceil(units - EPSILON))
        units[len(down) + 1 :] = np.minimum(units[len(down) + 1 :], np.floor(most))
    return Ladder(plan, np.maximum.accumulate(units, axis=0))


def finer(steps: Ladder, rungs: Rungs, whole: bool) -> Ladder:
    """A ladder between the rungs on either side of a choice, the choice itself in its middle.

    Parameters
    ----------
    steps, rungs : the ladder, and (lines,) the choice on it.
    whole : items come in whole units.
    """
    lines = np.arange(rungs.size)
    here = steps.units[rungs, lines]
    # the next rungs that differ: a line may have several that are the same
    under = np.where(steps.units < here, steps.units, -np.inf).max(axis=0)
    over = np.where(steps.units > here, steps.units, np.inf).min(axis=0)
    under, over = np.where(np.isfinite(under), under, here), np.where(np.isfinite(over), over, here)
    parts = [here + share * (under - here) for share in BETWEEN[::-1]]
    parts += [here] + [here + share * (over - here) for share in BETWEEN]
    units = np.array(parts)
    if whole:
        units = np.rint(units)
    return Ladder(steps.plan, np.maximum.accumulate(units, axis=0))


def _room(scenario: Scenario, line: PlanLine) -> float:
    """Units that may be added before goods would outlive their shelf life; infinite where they do not age."""
    item = scenario.items[scenario.catalogue.index[line.item]]
    if item.shelf_life is None or line.forecast <= 0:
        return math.inf
    return max(item.shelf_life * line.forecast - line.order_up_to, 0.0)
