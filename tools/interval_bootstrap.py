"""Intervals by resampling and by order statistics on the models of `interval_models.py`, where Student's is in trouble.

As many experiments as elsewhere, but none of 5,000 replications: each interval takes a thousand resamples.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from interval_models import LEVEL, LEVELS, WAITING, Shop, cost_law, loss_laws, plain_years
from numpy.typing import NDArray

from sim.statistics.interval import Interval, interval
from sim.statistics.quantiles import bootstrap_mean, bootstrap_tail_mean, quantile
from sim.studies.loss_sample import Sample

Floats = NDArray[np.float64]
EXPERIMENTS, SIZES, RESAMPLES = 1_000, (30, 200, 1_000), 1_000


@dataclass(frozen=True)
class Way:
    """A number with a known value, and a way to its interval.

    Attributes
    ----------
    name, method : where it stands in the table.
    of : which sample.
    truth : exact value.
    read : interval from the values and a seed.
    """

    name: str
    method: str
    of: str
    truth: float
    read: Callable[[Floats, int], Interval]


def _student_tail(values: Floats, _: int) -> Interval:
    found = Sample(values, np.zeros(values.size, dtype=np.intp), (1.0,)).conditional_value_at_risk(LEVEL)
    return Interval(found.value, found.low, found.high, values.size)


@lru_cache(maxsize=1)
def ways() -> tuple[Way, ...]:
    """Student's intervals and what stands beside them."""
    loss = loss_laws()["bare"]
    rare = {name: cost_law(LEVELS[name], 0, int(WAITING)).mean for name in ("ample", "fortress")}
    tail = cost_law(LEVELS["middle"], 1, int(WAITING)).conditional_value_at_risk(LEVEL)
    found = []
    for name, of, truth in (
        ("mean (S19)", "S19", loss.mean),
        *((f"mean backorder cost, {name}", f"{name} waiting", truth) for name, truth in rare.items()),
    ):
        found.append(Way(name, "Student", of, truth, lambda values, _: interval(values)))
        found.append(
            Way(name, "studentised bootstrap", of, truth, lambda x, seed: bootstrap_mean(x, 0.95, seed, RESAMPLES))
        )
    for name, of, truth in (
        ("CVaR 95 (S19)", "S19", loss.conditional_value_at_risk(LEVEL)),
        ("CVaR 95, middle", "middle", tail),
    ):
        found.append(Way(name, "Student of the tail", of, truth, _student_tail))
        found.append(
            Way(name, "BCa bootstrap", of, truth, lambda x, seed: bootstrap_tail_mean(x, LEVEL, 0.95, seed, RESAMPLES))
        )
    found.append(
        Way("VaR 95 (S19)", "order statistics", "S19", loss.value_at_risk(LEVEL), lambda x, _: quantile(x, LEVEL))
    )
    return tuple(found)


@dataclass(frozen=True)
class Resampled:
    """Intervals of some experiments: (experiments, sizes, ways, 2) low and high."""

    numbers: tuple[int, ...]
    found: Floats


@dataclass(frozen=True)
class Resampling:
    """Experiments to run: an errand."""

    seed: int
    sizes: tuple[int, ...] = SIZES

    def prepare(self) -> ResamplingRunner:
        """The shop made ready."""
        return ResamplingRunner(self)


class ResamplingRunner:
    """A worker's shop."""

    def __init__(self, job: Resampling) -> None:
        self.job = job
        self.shop = Shop(max(job.sizes))

    def run(self, numbers: Sequence[int]) -> Resampled:
        """Intervals of some experiments; the seed of the resampling is the number of the experiment."""
        most, seed = max(self.job.sizes), self.job.seed
        found = np.empty((len(numbers), len(self.job.sizes), len(ways()), 2))
        for row, number in enumerate(numbers):
            data: dict[str, Floats] = {"S19": plain_years(seed, number, most)["bare"].losses}
            for label, (cost, waiting) in self.shop.costs(seed, number).items():
                data |= {label: cost, f"{label} waiting": waiting}
            for column, size in enumerate(self.job.sizes):
                for place, way in enumerate(ways()):
                    one = way.read(data[way.of][:size], number)
                    found[row, column, place] = one.low, one.high
        return Resampled(tuple(numbers), found)


def resampled_rows(found: Floats, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """The table.

    Parameters
    ----------
    found : (experiments, sizes, ways, 2).
    """
    table = []
    for place, way in enumerate(ways()):
        for column, size in enumerate(sizes):
            low, high = found[:, column, place].T
            given = ~np.isnan(low)
            count = int(given.sum())
            held = int(((low <= way.truth) & (way.truth <= high) & given).sum())
            share = held / count if count else math.nan
            width = (high - low)[given & np.isfinite(high)]
            table.append(
                {
                    "quantity": way.name,
                    "method": way.method,
                    "n": size,
                    "truth": round(way.truth, 9),
                    "experiments": found.shape[0],
                    "without_interval": found.shape[0] - count,
                    "held": held,
                    "coverage": round(share, 4),
                    "standard_error": round(math.sqrt(share * (1 - share) / count), 4) if count else math.nan,
                    "truth_above": int((high[given] < way.truth).sum()),
                    "truth_below": int((low[given] > way.truth).sum()),
                    "median_half_width": float(f"{np.median(width) / 2:.4g}") if width.size else math.nan,
                }
            )
    return table
