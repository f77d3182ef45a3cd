"""The errand of the ladder: the same Futures with every line on one rung, then on the next; what each line then costs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.futures import draw
from sim.ledger import Ledger
from sim.money import rates
from sim.plan import Plan
from sim.scenario import Scenario
from sim.studies.by_line import by_line
from sim.studies.montecarlo import spread, without_record, wordless

Floats = NDArray[np.float64]
#: what is kept of a line, in this order, a year: carrying and stockout cost, other cost, sales value of demand and of
#: what was served at once; and its average inventory value
KEPT = ("carrying", "stockout", "other", "value", "served", "inventory")
CARRYING, STOCKOUT, OTHER, VALUE, SERVED, INVENTORY = range(len(KEPT))


def line_figures(scenario: Scenario, ledger: Ledger) -> Floats:
    """(lines, 6) what is `KEPT`, of one replication."""
    found = by_line(scenario, ledger)
    value, served, held = [], [], []
    for site in ledger.sites.values():
        rate, a_year = rates(scenario, site.items), 365.0 / site.days
        value.append(site.demand * rate.price * a_year)
        served.append(site.served * rate.price * a_year)
        held.append(
            rate.cost * (site.on_hand_days + site.aside_days + site.transit_days - site.consigned_days) / site.days
        )
    others = [np.concatenate(part) for part in (value, served, held)]
    return np.stack([found.carrying, found.stockout, found.other, *others], axis=1)


@dataclass(frozen=True)
class Step:
    """Results of some replications.

    Attributes
    ----------
    numbers : replication numbers.
    lines : (replications, plans, lines, 6) what is `KEPT`.
    shared : (replications, plans) cost a year that belongs to no single line.
    """

    numbers: tuple[int, ...]
    lines: NDArray[np.float32]
    shared: Floats


@dataclass(frozen=True)
class Climb:
    """The errand: live Futures under several plans and keep what each line did.

    Attributes
    ----------
    scenario : under one weather.
    plans : to be lived.
    seed : of the study.
    """

    scenario: Scenario
    plans: tuple[Plan, ...]
    seed: int

    def prepare(self) -> Prepared:
        """Blueprints of all plans."""
        return Prepared(self)


class Prepared:
    """The errand with its blueprints, kept by a worker between pieces of work."""

    def __init__(self, errand: Climb) -> None:
        from sim.world import Blueprint

        self.errand = errand
        self.blueprints = [Blueprint(errand.scenario, plan) for plan in errand.plans]

    def run(self, numbers: Sequence[int]) -> Step:
        """Live some replications."""
        errand = self.errand
        size = sum(len(items) for items in errand.scenario.sites.values())
        lines = np.zeros((len(numbers), len(self.blueprints), size, len(KEPT)), dtype=np.float32)
        shared = np.zeros((len(numbers), len(self.blueprints)))
        for row, number in enumerate(numbers):
            future = draw(errand.scenario, errand.seed, number)
            for place, blueprint in enumerate(self.blueprints):
                ledger = blueprint.live(future)
                lines[row, place] = line_figures(errand.scenario, ledger)
                shared[row, place] = by_line(errand.scenario, ledger).shared
        return Step(tuple(numbers), lines, shared)


def climbed(
    scenario: Scenario,
    plans: Sequence[Plan],
    numbers: Sequence[int],
    seed: int,
    jobs: int = 1,
    done: Callable[[int], None] | None = None,
) -> Step:
    """Results of the errand for these replications, in their order.

    Parameters
    ----------
    scenario : under one weather.
    plans : to be lived.
    numbers : replication numbers.
    seed, jobs, done : see `sim.studies.montecarlo.replicate`.
    """
    small = Climb(without_record(scenario), tuple(wordless(plan) for plan in plans), seed)
    found = list(spread(small, numbers, jobs, None, done))
    order = np.argsort(np.concatenate([np.asarray(piece.numbers) for piece in found]), kind="stable")
    lines = np.concatenate([piece.lines for piece in found])[order]
    shared = np.concatenate([piece.shared for piece in found])[order]
    return Step(tuple(np.asarray(numbers)[np.argsort(np.asarray(numbers))].tolist()), lines, shared)


def totals(step: Step) -> Floats:
    """(replications, plans, 7) sums over lines of what is `KEPT`, and total cost."""
    sums = step.lines.sum(axis=2, dtype=np.float64)
    total = sums[..., CARRYING] + sums[..., STOCKOUT] + sums[..., OTHER] + step.shared
    found: Floats = np.concatenate([sums, total[..., None]], axis=2)
    return found


def joined(parts: Sequence[Step]) -> Step:
    """Steps of the same replications with their plans one after the other."""
    return dataclasses.replace(
        parts[0],
        lines=np.concatenate([part.lines for part in parts], axis=1),
        shared=np.concatenate([part.shared for part in parts], axis=1),
    )
