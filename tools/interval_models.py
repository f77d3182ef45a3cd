"""Two models with known answers, on which `interval_coverage.py` measures how often intervals hold the truth.

S19, the loss of a year: a Poisson number of events of exponential severity. Two postures live the same events: `bare`
bears each loss in full, `covered` has a buffer that takes the first `ABSORBED` of each. What is left of an exponential
severity above a level is exponential again, so `covered` is the same law with fewer events.

The engine: a warehouse reviewed every morning, Poisson demand, four base-stock levels, lived through the same futures by
the shipped `live`. Items do not influence each other, so one run with 5,000 items is 5,000 replications of a shop with one.
With a lead time of one day its stock at the evening of a day follows from the demand of two days, so the law of its
cost over four weeks can be computed exactly, and not its mean alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtr, pdtrik

from sim import reading
from sim.chance import generator
from sim.futures import draw
from sim.money import site_money
from sim.plan import Plan, PlanLine
from sim.scenario import Scenario
from sim.strata import strata_of
from sim.studies.loss_sample import Sample
from sim.theory.excess import poisson_pmf
from sim.theory.loss import AnnualLoss
from sim.validation.case import truths
from sim.validation.losses import DAYS as LOSS_DAYS
from sim.validation.losses import scenario as loss_scenario
from sim.world import Blueprint

Floats = NDArray[np.float64]
ABSORBED = 1.0
LEVEL = 0.95

#: days that are booked, units of demand a day, days of lead time, money per unit and year on hand and waiting
HORIZON, DEMAND, LEAD, HOLDING, WAITING = 28, 2.0, 1, 1.0, 10.0
LEVELS = {"lean": 4, "middle": 6, "ample": 9, "fortress": 12}
#: days lived before the first that is booked: from then on stock follows from demand alone, and is stationary
WARM_UP = LEAD + 3


# -- S19 ---------------------------------------------------------------------------------------------------------------


def loss_laws() -> dict[str, AnnualLoss]:
    """Exact law of the loss of each posture."""
    given = truths()["S19"]["parameters"]
    rate, severity = given["events_per_year"], given["mean_loss_per_event_musd"]
    return {
        "bare": AnnualLoss(rate, severity),
        "covered": AnnualLoss(rate * math.exp(-ABSORBED / severity), severity),
    }


def losses(source: np.random.Generator, counts: NDArray[np.int64]) -> dict[str, Floats]:
    """Losses of years with so many events each, (years,) for each posture."""
    severity = truths()["S19"]["parameters"]["mean_loss_per_event_musd"]
    year = np.repeat(np.arange(counts.size), counts)
    each = source.exponential(severity, year.size)
    left = np.maximum(each - ABSORBED, 0.0)
    return {
        name: np.bincount(year, weights, counts.size).astype(np.float64)
        for name, weights in (("bare", each), ("covered", left))
    }


def plain_years(seed: int, experiment: int, years: int) -> dict[str, Sample]:
    """Years as they come."""
    source = generator(seed, experiment, "coverage", "S19 plain")
    counts = source.poisson(truths()["S19"]["parameters"]["events_per_year"], years)
    places = np.zeros(years, dtype=np.intp)
    return {name: Sample(found, places, (1.0,)) for name, found in losses(source, counts).items()}


@lru_cache(maxsize=4)
def _places(years: int) -> NDArray[np.intp]:
    strata = strata_of(loss_scenario())
    return np.asarray([strata.place(number) for number in range(years)], dtype=np.intp)


@lru_cache(maxsize=1)
def _strata() -> tuple[float, Floats, Floats, tuple[float, ...]]:
    """Mean number of events in the span, probability of fewer and of no more than each stratum has, probabilities."""
    strata = strata_of(loss_scenario())
    mean = sum(each for _, each in strata.triggers)
    fewer = np.asarray([pdtr(low - 1, mean) if low else 0.0 for low, _ in strata.ranges])
    to = np.asarray([1.0 if math.isinf(high) else pdtr(high, mean) for _, high in strata.ranges])
    return mean, fewer, to, strata.probabilities


def years_by_strata(seed: int, experiment: int, years: int) -> dict[str, Sample]:
    """Years by strata of their number of events, as `bufferstock loss` draws them.

    The scenario of S19 has a day more than a year has, on which an event does nothing; strata count it.
    """
    source = generator(seed, experiment, "coverage", "S19 strata")
    mean, fewer, to, probabilities = _strata()
    places = _places(years)
    point = fewer[places] + (to - fewer)[places] * source.random(years)
    events = np.maximum(np.ceil(pdtrik(point, mean) - 1e-9), 0.0).astype(np.int64)
    counts = source.binomial(events, LOSS_DAYS / (LOSS_DAYS + 1))
    return {name: Sample(found, places, probabilities) for name, found in losses(source, counts).items()}


# -- the engine --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Law:
    """A distribution on the whole numbers from 0.

    Attributes
    ----------
    chance : (values,) probability of 0, 1, 2 …
    unit : money that one stands for.
    """

    chance: Floats
    unit: float

    @property
    def mean(self) -> float:
        """Expected value, money."""
        return float(self.chance @ np.arange(self.chance.size)) * self.unit

    @property
    def skewness(self) -> float:
        """Third central moment over the cube of the standard deviation."""
        from_mean = np.arange(self.chance.size) - self.mean / self.unit
        return float(self.chance @ from_mean**3 / (self.chance @ from_mean**2) ** 1.5)

    def conditional_value_at_risk(self, level: float) -> float:
        """Mean of the worst share 1 - level, the atom at the quantile split: Rockafellar and Uryasev (2002)."""
        values = np.arange(self.chance.size)
        at = int(np.argmax(self.chance.cumsum() >= level - 1e-12))
        return (at + float(self.chance @ np.maximum(values - at, 0)) / (1 - level)) * self.unit


@lru_cache(maxsize=16)
def cost_law(level: int, holding: int, waiting: int) -> Law:
    """Exact law of holding x stock + waiting x backorders, summed over the evenings of `HORIZON` days.

    Stock of an evening is the level less the demand of that day and of the day before (`LEAD` + 1 days, morning review).
    So demand of the last day and the sum so far are a Markov chain; its distribution is carried forward day by day.

    Parameters
    ----------
    level : base-stock level, units.
    holding, waiting : money per unit and evening, whole numbers.
    """
    assert LEAD == 1
    today = poisson_pmf(DEMAND, 30)
    count = today.size
    state = today[:, None]
    for _ in range(HORIZON):
        most = max(holding * level, waiting * (2 * count - 2 - level))
        after = np.zeros((count, state.shape[1] + most))
        for before in range(count):
            for now in range(count):
                net = level - before - now
                cost = holding * max(net, 0) + waiting * max(-net, 0)
                after[now, cost : cost + state.shape[1]] += state[before] * today[now]
        held = np.flatnonzero(after.sum(axis=0) > 1e-19)
        state = after[:, : held[-1] + 1]
    return Law(state.sum(axis=0), 1.0 / HORIZON)


def shop(replications: int) -> tuple[Scenario, tuple[Plan, ...]]:
    """A warehouse of as many items as replications, and a plan for each level."""
    names = [f"replication {number}" for number in range(replications)]
    nothing = ("capital", "handling", "insurance", "obsolescence", "shrinkage")
    scenario = reading.scenario_of(
        {
            "name": "coverage",
            "horizon": HORIZON,
            "warm_up": WARM_UP,
            "review_every": 1,
            "lost_share": 0.0,
            "start": "on hand",
            "units": "continuous",
            "costs": {
                **{f"{name}_rate": 0.0 for name in nothing},
                "storage_rate": HOLDING,
                "backorder_penalty": 0.0,
                "backorder_per_unit_day": WAITING / 365,
            },
            "items": [{"item": name, "standard_cost": 1.0, "supplier": "maker"} for name in names],
            "suppliers": [{"name": "maker"}],
            "warehouses": [{"name": "site"}],
            "lanes": [{"name": "lane", "origin": ["maker"], "destination": "site", "legs": [{"transit": LEAD}]}],
            "demand": [{"item": name, "warehouse": "site", "model": "poisson", "mean": DEMAND} for name in names],
        }
    )
    plans = tuple(
        Plan(label, tuple(PlanLine(name, "site", "maker", "base_stock", order_up_to=float(level)) for name in names))
        for label, level in LEVELS.items()
    )
    return scenario, plans


class Shop:
    """The shop with its plans made ready: an experiment is one run of the engine for each plan."""

    def __init__(self, replications: int) -> None:
        self.scenario, plans = shop(replications)
        self.blueprints = {plan.posture: Blueprint(self.scenario, plan) for plan in plans}

    def costs(self, seed: int, experiment: int) -> dict[str, tuple[Floats, Floats]]:
        """Cost of holding and waiting, and cost of waiting alone, money a year, (replications,) each, for each level."""
        future = draw(self.scenario, seed, experiment)
        found = {}
        for label, blueprint in self.blueprints.items():
            money = site_money(self.scenario, "site", blueprint.live(future).sites["site"])
            waiting = money["backorder_penalty"]
            found[label] = money["storage_cost"] + waiting, waiting
        return found
