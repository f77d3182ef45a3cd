"""The efficient frontier between carrying cost and stockouts: postures scaled, and buffers chosen item by item."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError
from sim.plan import Plan
from sim.postures import Posture
from sim.scenario import Scenario
from sim.statistics.interval import Interval, interval, paired
from sim.studies.compare import plans_of, weathers_of
from sim.studies.frontier.choice import Limit, Rows, walk
from sim.studies.frontier.climb import CARRYING, INVENTORY, SERVED, STOCKOUT, VALUE, climbed, totals
from sim.studies.frontier.ladder import ladder
from sim.studies.frontier.optimise import LEAST, lived_ladder, standing
from sim.studies.frontier.search import Watch
from sim.studies.removal import changed
from sim.studies.sharing import sharing

Floats = NDArray[np.float64]
Family = Literal["posture", "item by item", "target"]
#: what a posture's safety stocks are multiplied with
FACTORS = (0.0, 0.5, 1.0, 1.5, 2.0)
#: what a money unit of carrying counts beside one of other cost, along the frontier; 1 is least total cost
PRICES = (8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.1)


@dataclass(frozen=True)
class Point:
    """One plan of the frontier.

    Attributes
    ----------
    label : name of the posture and its factor, or what the choice is.
    family : scaled posture, chosen item by item, or chosen for a service target.
    posture : name of the posture it scales; "" where it scales none.
    factor : of the posture's safety stocks; or the price of carrying along the frontier.
    """

    label: str
    family: Family
    posture: str
    factor: float


@dataclass(frozen=True)
class Frontier:
    """What `frontier` found.

    Attributes
    ----------
    scenario, weather, seed : what was run; the scenario is under that weather.
    points, plans : what was lived.
    searched, fresh : numbers of the replications that choices rest on, and of those that all figures come from.
    before : (searched, points, 7) the same totals on the futures of the search: what is picked, is picked on these, so that
        the figures told of it do not flatter it.
    figures : (fresh, points, 7) totals: `sim.studies.frontier.climb.KEPT` and total cost.
    target : service target, a fill rate; None without.
    """

    scenario: Scenario
    weather: str
    seed: int
    points: tuple[Point, ...]
    plans: tuple[Plan, ...]
    searched: tuple[int, ...]
    fresh: tuple[int, ...]
    before: Floats
    figures: Floats
    target: float | None

    def values(self, point: int, column: int) -> Floats:
        """(fresh,) one total of one point."""
        found: Floats = self.figures[:, point, column]
        return found

    def of(self, point: int, column: int) -> Interval:
        """Its mean and interval."""
        return interval(self.values(point, column))

    def fill(self, point: int) -> Interval:
        """Fill rate by sales value."""
        return interval(self.values(point, SERVED) / self.values(point, VALUE), share=True)

    @cached_property
    def means(self) -> Floats:
        """(points, 2) mean carrying and stockout cost."""
        return np.stack([self.figures[..., CARRYING].mean(axis=0), self.figures[..., STOCKOUT].mean(axis=0)], axis=1)

    def covariance(self, point: int) -> Floats:
        """(2, 2) covariance of the two means."""
        values = self.figures[:, point][:, [CARRYING, STOCKOUT]]
        found: Floats = np.cov(values, rowvar=False) / values.shape[0]
        return found

    @cached_property
    def dominated(self) -> tuple[int | None, ...]:
        """For each point, another that carries for less and runs out for less, both surely; None where there is none.

        Surely: paired on the same futures, one-sided, at 5 % for all pairs of points and both costs together.
        """
        count = len(self.points)
        level = 1 - 0.1 / max(2 * count * (count - 1), 1)
        found: list[int | None] = []
        for point in range(count):
            by = None
            for other in range(count):
                if not beats(self.means[other], self.means[point]):
                    continue
                apart = [
                    paired(self.values(other, column), self.values(point, column), "lower", level).difference
                    for column in (CARRYING, STOCKOUT)
                ]
                if all(one.high <= 0 for one in apart) and any(one.high < 0 for one in apart):
                    by = other
                    break
            found.append(by)
        return tuple(found)

    @property
    def efficient(self) -> tuple[int, ...]:
        """Points that no other beats in both costs by their means, the least carrying first."""
        kept = [
            point
            for point in range(len(self.points))
            if not any(beats(self.means[other], self.means[point]) for other in range(len(self.points)))
        ]
        return tuple(sorted(kept, key=lambda point: (self.means[point, 0], self.means[point, 1])))

    @property
    def cheapest(self) -> int:
        """The point of least total cost, picked on the futures of the search: beyond it the next money unit of buffer does
        not pay."""
        return int(np.argmin(self.before[..., -1].mean(axis=0)))

    @property
    def meets(self) -> int | None:
        """The point of least total cost among those whose mean fill rate reaches the target; None where none does.

        Picked on the futures of the search; whether it holds on fresh ones, `fill` tells.
        """
        if self.target is None:
            return None
        rates = (self.before[..., SERVED] / self.before[..., VALUE]).mean(axis=0)
        cost = self.before[..., -1].mean(axis=0)
        fits = [point for point in range(len(self.points)) if rates[point] >= self.target]
        return min(fits, key=lambda point: float(cost[point]), default=None)


def beats(one: Floats, other: Floats) -> bool:
    """Whether one point costs no more than another in both ways, and less in one."""
    return bool((one <= other).all() and (one < other).any())


def scaled(plan: Plan, factor: float, whole: bool) -> Plan:
    """A plan with its safety stocks multiplied, and the levels that rest on them moved with them."""
    lines = []
    for line in plan.lines:
        units = (factor - 1.0) * line.safety_stock
        lines.append(changed(line, float(np.rint(units)) if whole else units))
    return dataclasses.replace(plan, posture=f"{plan.posture} x {factor:g}", lines=tuple(lines))


def frontier(
    scenario: Scenario,
    postures: Sequence[str | Path | Posture | Plan] = ("jit", "jic", "hybrid"),
    target: float | None = None,
    lean: str | Path | Posture | Plan = "jit",
    factors: Sequence[float] = FACTORS,
    prices: Sequence[float] = PRICES,
    replications: int = 40,
    fresh: int = 60,
    seed: int = 1,
    jobs: int = 1,
    weather: str | None = None,
    trust: bool = False,
    watch: Watch | None = None,
) -> Frontier:
    """Live scaled postures, and buffers chosen item by item, through the same futures.

    Parameters
    ----------
    scenario : the business.
    postures : to be scaled: names, files, `Posture` or `Plan` objects.
    target : fill rate that should be met; None: none.
    lean : the plan that the choice item by item stands on.
    factors : what safety stocks are multiplied with; 1 is among them whatever is given.
    prices : what a money unit of carrying counts beside one of other cost; 1 is among them whatever is given.
    replications, fresh : futures that choices rest on, and futures that all figures come from.
    seed, jobs, weather, trust, watch : as in `optimise`.

    Raises
    ------
    UsageError : too few futures, a factor below 0, a price of 0 or less, a target outside 0 to 1.
    """
    for name, value in (("replications", replications), ("fresh", fresh)):
        if value < LEAST:
            raise UsageError(f"{name} {value}: {LEAST} or more is needed")
    if any(not 0 <= one < math.inf for one in factors):
        raise UsageError(f"factors {', '.join(f'{one:g}' for one in factors)}: 0 or more is needed")
    if any(not 0 < one < math.inf for one in prices):
        raise UsageError(f"prices {', '.join(f'{one:g}' for one in prices)}: more than 0 is needed")
    if target is not None and not 0 < target < 1:
        raise UsageError(f"target {target:g}: between 0 and 1 is needed")
    under = scenario.under(weathers_of(scenario, None if weather is None else [weather])[0])
    told = weather if weather is not None else scenario.weather_names[0]
    plans = [standing(under, plan) for plan in plans_of(scenario, postures, trust)]
    base = standing(under, plans_of(scenario, [lean], trust)[0])
    whole = under.units == "integer"
    steps = ladder(under, base)
    numbers = tuple(range(replications))
    rows = Rows(lived_ladder(under, steps, numbers, seed, jobs, watch), sharing(under, base).chain)
    points: list[Point] = []
    made: list[Plan] = []
    for plan in plans:
        for factor in sorted({1.0, *factors}):
            label = plan.posture if factor == 1 else f"{plan.posture} x {factor:g}"
            points.append(Point(label, "posture", plan.posture, factor))
            made.append(plan if factor == 1 else scaled(plan, factor, whole))
    for price, rungs in zip(along := sorted({1.0, *prices}, reverse=True), walk(rows, along), strict=True):
        label = "least total cost" if price == 1 else f"carrying counts {price:g} times"
        points.append(Point(label, "item by item", "", price))
        made.append(steps.at(rungs, f"chosen at {price:g}"))
    if target is not None:
        rungs, price = rows.chosen(Limit("fill_rate", target))
        points.append(Point(f"fill rate {target:g}", "target", "", price))
        made.append(steps.at(rungs, f"fill rate {target:g}"))
    others = tuple(range(replications, replications + fresh))
    done = None if watch is None else watch("fresh futures", fresh)
    figures = totals(climbed(under, made, others, seed, jobs, done))
    done = None if watch is None else watch("plans on the futures of the search", replications)
    before = totals(climbed(under, made, numbers, seed, jobs, done))
    return Frontier(under, told, seed, tuple(points), tuple(made), numbers, others, before, figures, target)


__all__ = ["INVENTORY", "Family", "Frontier", "Point", "frontier", "scaled"]
