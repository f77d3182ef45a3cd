"""Many futures with an event and without it, for a median and a band."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.money import YEAR
from sim.outcome import made
from sim.studies.montecarlo import spread, without_record, wordless
from sim.studies.reenact_setting import SERIES, WITH, Setting, daily
from sim.world import Blueprint

Floats = NDArray[np.float64]
#: quantiles of the band over futures
BAND = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Many:
    """Several futures, days counted from the start of the event.

    Attributes
    ----------
    numbers : futures in which something happened, of `drawn`.
    costs : (futures, postures) money, cost of the event over the booked days.
    outs : (futures, postures, 2) item-site-days out of stock over the booked days, with the event and without it.
    series : (futures, postures, 2, 3, days) money, as of `SERIES`; not a number outside the horizon.
    """

    numbers: tuple[int, ...]
    drawn: int
    costs: Floats
    outs: Floats
    series: NDArray[np.float32]

    def band(self, posture: int, series: str, case: int = WITH) -> Floats:
        """(3, days) low, median and high over the futures."""
        values = self.series[:, posture, case, SERIES.index(series)].astype(float)
        found = np.full((3, values.shape[1]), np.nan)
        there = np.isfinite(values).sum(axis=0) >= max(len(self.numbers) / 2, 1)
        found[:, there] = np.nanquantile(values[:, there], BAND, axis=0)
        return found


@dataclass(frozen=True)
class _Piece:
    """Results of some futures; `happened` says in which of them anything did."""

    numbers: tuple[int, ...]
    happened: tuple[bool, ...]
    costs: Floats
    outs: Floats
    series: NDArray[np.float32]


@dataclass(frozen=True)
class _Errand:
    """The work of many futures, as a worker gets it."""

    setting: Setting
    before: int
    after: int

    def prepare(self) -> _Errand:
        """Nothing is kept between pieces that is dear to make."""
        return self

    def run(self, numbers: Sequence[int]) -> _Piece:
        """Live some futures with the event and without it."""
        setting, scenario = self.setting, self.setting.scenario
        shape = (len(numbers), len(setting.plans))
        costs, outs = np.zeros(shape), np.zeros((*shape, 2))
        series = np.full((*shape, 2, len(SERIES), self.after - self.before), np.nan, dtype=np.float32)
        happened = []
        blueprints = [Blueprint(scenario, plan) for plan in setting.plans]
        for row, number in enumerate(numbers):
            pair = setting.pair(number)
            mine = setting.mine(pair[0].incidents)
            happened.append(bool(mine))
            if not mine:
                continue
            zero = max(math.ceil(min(one.begins for one in mine)), 0)
            for column, blueprint in enumerate(blueprints):
                for case, future in enumerate(pair):
                    ledger = blueprint.live(future, series=True)
                    found = made(scenario, blueprint.plan.posture, ledger).measures
                    share = future.end / YEAR
                    costs[row, column] += (1 - 2 * case) * found["total_cost"] * share
                    outs[row, column, case] = found["stockout_days"] * share
                    first, last = max(zero + self.before, 0), min(zero + self.after, future.end)
                    place = first - zero - self.before
                    series[row, column, case, :, place : place + last - first] = daily(ledger, future)[:, first:last]
        return _Piece(tuple(numbers), tuple(happened), costs, outs, series)


def many(setting: Setting, before: int, after: int, futures: int, jobs: int) -> Many:
    """Futures 0 on, in their order whatever the order in which they finish."""
    plans = tuple(wordless(plan) for plan in setting.plans)
    lean = dataclasses.replace(setting, scenario=without_record(setting.scenario), plans=plans)
    found = sorted(spread(_Errand(lean, before, after), range(futures), jobs), key=lambda piece: piece.numbers)
    numbers = [number for piece in found for number in piece.numbers]
    kept = np.flatnonzero([one for piece in found for one in piece.happened])
    return Many(
        tuple(numbers[place] for place in kept.tolist()),
        futures,
        np.concatenate([piece.costs for piece in found])[kept],
        np.concatenate([piece.outs for piece in found])[kept],
        np.concatenate([piece.series for piece in found])[kept],
    )
