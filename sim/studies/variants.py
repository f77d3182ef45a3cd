"""Many variants of one business, some keys changed in each, on the same Futures.

What chance decides is drawn once for all variants that draw it from the same ingredients; only what a change touches is
drawn anew, from the same streams. Variants that differ in money alone share one life: what happens in a warehouse does not
hang on rates, so the same ledger is priced several times.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.costs import Costs
from sim.futures import Future, draw, ingredients
from sim.history import History
from sim.measures import MEASURES
from sim.outcome import made
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.montecarlo import spread, without_record, wordless

Floats = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True)
class Variant:
    """One business as it might be.

    Attributes
    ----------
    label : what is changed, for messages and tables.
    scenario : under one weather.
    plans : one for each posture.
    """

    label: str
    scenario: Scenario
    plans: tuple[Plan, ...]


@dataclass(frozen=True)
class Life:
    """A scenario without its prices, and a plan: what a ledger hangs on.

    Attributes
    ----------
    scenario : position in `Variants.worlds`.
    plan : position in `Variants.plans`.
    """

    scenario: int
    plan: int


@dataclass(frozen=True)
class Variants:
    """The errand: live all variants through some Futures.

    Attributes
    ----------
    worlds, plans : those that differ; worlds are without prices.
    parts : for each world, for each part of its Future, a number; equal numbers are drawn once.
    lives : those that differ.
    priced : (variants) scenarios with their prices.
    life : (variants, postures) position in `lives`.
    names : names of the postures.
    seed : of the study.
    """

    worlds: tuple[Scenario, ...]
    plans: tuple[Plan, ...]
    parts: tuple[dict[str, int], ...]
    lives: tuple[Life, ...]
    priced: tuple[Scenario, ...]
    life: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]
    seed: int

    @classmethod
    def of(cls, variants: Sequence[Variant], seed: int) -> Variants:
        """The errand for some variants, all with the same postures."""
        pools: dict[str, list[Any]] = {}
        worlds: list[Scenario] = []
        plans: list[Plan] = []
        lives: list[Life] = []
        priced, life = [], []
        for variant in variants:
            scenario = _shared(without_record(variant.scenario), pools)
            world = _place(_shared(unpriced(scenario), pools), worlds)
            row = []
            for plan in variant.plans:
                one = Life(world, _place(_lines_shared(wordless(plan), plans), plans))
                row.append(_place(one, lives))
            priced.append(scenario)
            life.append(tuple(row))
        drawn: dict[str, list[Any]] = {}
        parts = tuple(
            {name: _place(one, drawn.setdefault(name, [])) for name, one in ingredients(world).items()}
            for world in worlds
        )
        names = tuple(plan.posture for plan in variants[0].plans)
        return cls(tuple(worlds), tuple(plans), parts, tuple(lives), tuple(priced), tuple(life), names, seed)

    def prepare(self) -> Prepared:
        """Blueprints of all lives."""
        return Prepared(self)


@dataclass(frozen=True)
class Lived:
    """Results of some replications.

    Attributes
    ----------
    numbers : replication numbers.
    measures : (replications, variants, postures, measures), measures in the order of `sim.measures.MEASURES`.
    """

    numbers: tuple[int, ...]
    measures: Floats


class Prepared:
    """The errand with its blueprints, kept by a worker between pieces of work."""

    def __init__(self, errand: Variants) -> None:
        from sim.world import Blueprint

        self.errand = errand
        self.blueprints = [Blueprint(errand.worlds[one.scenario], errand.plans[one.plan]) for one in errand.lives]
        self.columns: list[list[tuple[int, int]]] = [[] for _ in errand.lives]
        for variant, row in enumerate(errand.life):
            for posture, number in enumerate(row):
                self.columns[number].append((variant, posture))

    def run(self, numbers: Sequence[int]) -> Lived:
        """Live some replications."""
        errand = self.errand
        measures = np.full((len(numbers), len(errand.priced), len(errand.names), len(MEASURES)), np.nan)
        for row, number in enumerate(numbers):
            futures: dict[int, Future] = {}
            drawn: dict[tuple[str, int], Any] = {}
            for one, blueprint, columns in zip(errand.lives, self.blueprints, self.columns, strict=True):
                if one.scenario not in futures:
                    futures[one.scenario] = self._future(one.scenario, number, drawn)
                ledger = blueprint.live(futures[one.scenario])
                for variant, posture in columns:
                    outcome = made(errand.priced[variant], errand.names[posture], ledger)
                    measures[row, variant, posture] = [outcome.measures[measure.name] for measure in MEASURES]
        return Lived(tuple(numbers), measures)

    def _future(self, world: int, number: int, drawn: dict[tuple[str, int], Any]) -> Future:
        """The Future of one world, with the parts that other worlds have drawn already."""
        marks = self.errand.parts[world].items()
        known = {name: drawn[name, mark] for name, mark in marks if (name, mark) in drawn}
        future = draw(self.errand.worlds[world], self.errand.seed, number, known)
        drawn.update({(name, mark): known[name] for name, mark in marks})
        return future


def unpriced(scenario: Scenario) -> Scenario:
    """The scenario without what only turns quantities into money: variants that share it share their ledgers.

    Where prices move, or contracts set fees, what is bought and what is booked hang on money: then all of it is kept.
    """
    if scenario.prices or scenario.quotes or scenario.contracts:
        return scenario
    bare: dict[str, Any] = {"price": None, "purchase_price": None, "goodwill": None, "backorder_penalty": None}
    items = tuple(dataclasses.replace(item, standard_cost=1.0, **bare) for item in scenario.items)
    warehouses = tuple(dataclasses.replace(one, overflow_cost=0.0, storage_per_m3=None) for one in scenario.warehouses)
    plain: dict[str, Any] = {"title": "", "about": "", "notes": (), "in_sample": (), "name": "scenario"}
    return dataclasses.replace(scenario, costs=Costs(), items=items, warehouses=warehouses, **plain)


def _shared(scenario: Scenario, pools: dict[str, list[Any]]) -> Scenario:
    """The scenario, its parts replaced by equal ones that other variants have: little is sent to workers then."""
    parts = {}
    for field in dataclasses.fields(scenario):
        pool = pools.setdefault(field.name, [])
        parts[field.name] = pool[_place(getattr(scenario, field.name), pool)]
    return dataclasses.replace(scenario, **parts)


def _lines_shared(plan: Plan, plans: Sequence[Plan]) -> Plan:
    """The plan, its lines replaced by equal ones of another plan of that posture."""
    for other in plans:
        if other.posture == plan.posture and len(other.lines) == len(plan.lines):
            pairs = zip(plan.lines, other.lines, strict=True)
            return dataclasses.replace(plan, lines=tuple(theirs if mine == theirs else mine for mine, theirs in pairs))
    return plan


def _place(one: T, pool: list[T]) -> int:
    """Position of an equal one in a pool, put in where there is none."""
    for place, other in enumerate(pool):
        if alike(one, other):
            return place
    pool.append(one)
    return len(pool) - 1


def alike(a: Any, b: Any) -> bool:
    """Whether two values are the same; records of history by their content."""
    if a is b:
        return True
    if isinstance(a, History) and isinstance(b, History):
        same = (a.first, a.day_zero, tuple(a.units)) == (b.first, b.day_zero, tuple(b.units))
        return same and all(np.array_equal(a.units[site], b.units[site]) for site in a.units)
    if type(a) is not type(b):
        return False
    if isinstance(a, Plan) and (a.reviser is not None or b.reviser is not None):
        return False  # what revises a plan holds a scenario of its own
    if isinstance(a, tuple) and any(isinstance(one, History) for one in (*a, *b)):
        return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Scenario):
        return all(alike(getattr(a, field.name), getattr(b, field.name)) for field in dataclasses.fields(a))
    return bool(a == b)


def lived(
    errand: Variants,
    numbers: Sequence[int],
    jobs: int = 1,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
) -> Lived:
    """Results of an errand for these replications, in order of their numbers.

    Parameters
    ----------
    errand : what to run.
    numbers : replication numbers.
    jobs, chunk, done : see `sim.studies.montecarlo.replicate`.
    """
    found = list(spread(errand, numbers, jobs, chunk, done))
    order = np.argsort(np.concatenate([np.asarray(piece.numbers) for piece in found]), kind="stable")
    return Lived(
        numbers=tuple(np.concatenate([np.asarray(piece.numbers) for piece in found])[order].tolist()),
        measures=np.concatenate([piece.measures for piece in found])[order],
    )
