"""How long a replication takes to settle, and whether the warm-up before day 0 is long enough.

Stock and waiting customers, day by day from the very start, without incidents, averaged over replications; where the start
is no longer seen in them is found by MSER-5 (`sim.theory.output_analysis.mser`). The same is asked of the spread of stock
over replications: all begin with the same goods on the same ways, and the mean looks settled long before chance has had
its turn.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.errors import UsageError
from sim.futures import draw
from sim.plan import Plan
from sim.scenario import Scenario
from sim.statistics.interval import Floats, t_quantile
from sim.studies.blame import Place, blamed
from sim.studies.montecarlo import spread, without_record, wordless
from sim.theory.output_analysis import mser

SERIES = ("on_hand", "waiting")
#: replications a task
CHUNK = 5
#: share of the days seen at which a cut is too late to be believed: the rule never goes beyond a half
LATE = 0.4
#: replications with which a spread is worth looking at
ENOUGH = 10
#: share of average stock that hardly matters
LITTLE = 0.005


@dataclass(frozen=True)
class Warming:
    """A posture from the first day of its warm-up on, all days booked."""

    scenario: Scenario
    plan: Plan
    seed: int

    def prepare(self) -> Runner:
        """The blueprint of the plan."""
        return Runner(self)


@dataclass(frozen=True)
class Daily:
    """Days of some replications.

    Attributes
    ----------
    numbers : replication numbers.
    values : (replications, 2, days) value on hand and of waiting customers' orders, all warehouses.
    """

    numbers: tuple[int, ...]
    values: Floats


class Runner:
    """An errand with its blueprint, kept by a worker between tasks."""

    def __init__(self, errand: Warming) -> None:
        from sim.world import Blueprint

        self.errand, self.blueprint = errand, Blueprint(errand.scenario, errand.plan)

    def run(self, numbers: Sequence[int]) -> Daily:
        """Live some replications."""
        scenario, seed = self.errand.scenario, self.errand.seed
        values = np.zeros((len(numbers), len(SERIES), scenario.horizon))
        with blamed(place := Place()):
            for row, number in enumerate(numbers):
                place.at(scenario.name, "as written", seed, number, self.errand.plan.posture)
                ledger = self.blueprint.live(draw(scenario, seed, number), series=True)
                for site in ledger.sites.values():
                    for column, name in enumerate(SERIES):
                        values[row, column] += site.series[name]
        return Daily(tuple(numbers), values)


def from_the_start(scenario: Scenario) -> Scenario:
    """The scenario with its warm-up as the first days of its horizon, and without incidents.

    Not modelled: seasons begin where the scenario's day 0 has them, so with a warm-up they come that much later.

    Raises
    ------
    UsageError : its demand is a record that cannot be moved to other days, or comes as single orders.
    """
    if any(stream.model == "replay" for stream in scenario.demand):
        raise UsageError(
            f"{scenario.name!r} replays its record day by day, which cannot be moved: give demand a model, or import it "
            "for resampling, to look at its warm-up"
        )
    if scenario.review == "continuous":
        raise UsageError(f"{scenario.name!r} has single orders at any time, and no series by day to look at")
    first, end = scenario.span
    return dataclasses.replace(
        scenario, horizon=end - first, warm_up=0, disruptions=(), weathers={}, headline=None, weather=None
    )


@dataclass(frozen=True)
class Settled:
    """When a replication settles.

    Attributes
    ----------
    scenario, plans, seed, numbers : what was run; the scenario as it was given.
    values : (replications, 2, days) from the first day of the warm-up on.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    seed: int
    numbers: tuple[int, ...]
    values: Floats

    @property
    def postures(self) -> tuple[str, ...]:
        """The posture, as of any study."""
        return tuple(plan.posture for plan in self.plans)

    @property
    def weathers(self) -> tuple[str, ...]:
        """No incidents: the weather is calm."""
        return ("without incidents",)

    @property
    def warm_up(self) -> int:
        """Days of warm-up that the scenario has."""
        return -self.scenario.span[0]

    @property
    def days(self) -> int:
        """Days seen."""
        return int(self.values.shape[2])

    def mean(self, name: str) -> Floats:
        """(days,) mean over replications of one of `SERIES`."""
        found: Floats = self.values[:, SERIES.index(name)].mean(axis=0)
        return found

    def half_width(self, name: str, level: float = 0.95) -> Floats:
        """(days,) half-width of Student's interval of each day by itself; NaN with one replication."""
        n = len(self.numbers)
        if n < 2:
            return np.full(self.days, np.nan)
        spread = self.values[:, SERIES.index(name)].std(axis=0, ddof=1)
        found: Floats = t_quantile((1 + level) / 2, n - 1) * spread / np.sqrt(n)
        return found

    @cached_property
    def cuts(self) -> dict[str, int]:
        """Days to leave out from the start by MSER-5, for each by itself: stock, waiting customers, spread of stock."""
        found = {"stock": self.mean("on_hand"), "waiting customers": self.mean("waiting")}
        if len(self.numbers) >= ENOUGH:
            found["spread of stock"] = self.values[:, 0].std(axis=0, ddof=1)
        return {name: mser(series).observations for name, series in found.items()}

    @property
    def cut(self) -> int:
        """Days to leave out: the latest of the cuts."""
        return max(self.cuts.values())

    @property
    def unsettled(self) -> bool:
        """The cut is so late that the days seen are too few to tell."""
        return self.cut >= LATE * self.days

    @property
    def enough(self) -> bool:
        """The scenario's warm-up reaches the cut."""
        return not self.unsettled and self.warm_up >= self.cut

    @property
    def shift(self) -> float:
        """By what share average stock of the days booked changes when those before the cut are left out."""
        stock = self.mean("on_hand")
        booked = float(stock[self.warm_up :].mean())
        return float(stock[max(self.cut, self.warm_up) :].mean()) / booked - 1 if booked > 0 else 0.0

    @property
    def matters(self) -> bool:
        """Leaving out the days before the cut moves average stock by enough to matter."""
        return abs(self.shift) >= LITTLE

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each day, counted from day 0 of the scenario."""
        columns = {
            "stock_value": self.mean("on_hand"),
            "stock_value_half_width": self.half_width("on_hand"),
            "waiting_value": self.mean("waiting"),
            "waiting_value_half_width": self.half_width("waiting"),
        }
        return [
            {"day": day - self.warm_up, "left_out": int(day < self.cut)}
            | {name: float(column[day]) for name, column in columns.items()}
            for day in range(self.days)
        ]


def warming(
    scenario: Scenario,
    plan: Plan,
    replications: int = 20,
    seed: int = 1,
    jobs: int = 1,
    done: Callable[[int], None] | None = None,
) -> Settled:
    """When replications of a posture settle.

    Parameters
    ----------
    scenario : the business, with the warm-up that is to be judged.
    plan : of the posture.
    replications : how many, at least 1.
    seed : of the study.
    jobs, done : see `sim.studies.montecarlo.spread`.

    Raises
    ------
    UsageError : see `from_the_start`; too few days; no replications, or no jobs.
    """
    if seed < 0:
        raise UsageError(f"seed {seed}: 0 or more is needed")
    whole = without_record(from_the_start(scenario))
    if whole.horizon < 100:
        raise UsageError(f"{whole.horizon} days from start to end are too few to tell when things settle: 100 at least")
    errand = Warming(whole, wordless(plan), seed)
    found = sorted(spread(errand, range(replications), jobs, CHUNK, done), key=lambda piece: piece.numbers)
    numbers = tuple(number for piece in found for number in piece.numbers)
    return Settled(scenario, (plan,), seed, numbers, np.concatenate([piece.values for piece in found]))
