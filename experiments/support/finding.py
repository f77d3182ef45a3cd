"""What an experiment found: estimates with their errors, tables, a verdict, what flips it, what can be said against it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.support.figure import Figure
from experiments.support.flip import Flip
from experiments.support.verdict import Verdict
from sim.plan import Plan
from sim.runs.manifest import digest
from sim.scenario import Scenario
from sim.statistics.interval import interval, t_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """One number that was measured.

    Attributes
    ----------
    name : what, unique within the finding.
    mean, error, low, high, n : mean, its standard error, its interval, replications; error 0 where it is no estimate.
    unit : 'share' is shown in per cent.
    searched : it hangs on a choice that each run searches for itself (a best buffer, stock made equal), so that a quick run
        is not held to it.
    """

    name: str
    mean: float
    error: float
    low: float
    high: float
    n: int
    unit: str = ""
    searched: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the page.

    Attributes
    ----------
    caption : what it shows.
    head, rows : cells as text; the first column is words, the others are numbers.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Attack:
    """The assumption most likely to be attacked.

    Attributes
    ----------
    assumption : what is assumed, and why one may doubt it.
    change : what was changed to see.
    result : what came out then, made from computed numbers.
    """

    assumption: str
    change: str
    result: str


@dataclass(frozen=True)
class Finding:
    """What an experiment found.

    Attributes
    ----------
    verdict : by rule (`experiments.support.verdict.judge`).
    headline : one or two sentences for a planner, with the key number and its interval, made from computed numbers.
    key : name of the estimate shown in the summary table.
    estimates : all numbers that a re-run is held against.
    tables, figure : what the page shows.
    flip : the parameter that flips the verdict.
    attack : the assumption most likely to be attacked.
    limits : sentences on what was not looked at.
    notes : sentences below the tables.
    hashes : (label, digest) of scenarios and plans, see `hashed`.
    replications : how many Futures, for the page.
    """

    verdict: Verdict
    headline: str
    key: str
    estimates: tuple[Estimate, ...]
    tables: tuple[Table, ...]
    figure: Figure
    flip: Flip
    attack: Attack
    replications: int
    limits: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        names = [one.name for one in self.estimates]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two estimates are called {twice[0]!r}")
        if self.key not in names:
            raise ValueError(f"the key number {self.key!r} is none of the estimates")


def estimate(name: str, values: Floats, unit: str = "", level: float = 0.95, share: bool = False) -> Estimate:
    """Mean of values Future by Future with its Student interval.

    Parameters
    ----------
    values : (replications,), NaN where null (left out).
    share : it lies between 0 and 1, and so does the interval.
    """
    kept = np.asarray(values, dtype=float)
    kept = kept[~np.isnan(kept)]
    found = interval(kept, level, share)
    error = float(kept.std(ddof=1)) / math.sqrt(kept.size) if kept.size > 1 else math.nan
    return Estimate(name, found.mean, error, found.low, found.high, found.n, unit)


def named(estimates: Sequence[Estimate], name: str) -> Estimate:
    """The estimate of a name."""
    return next(one for one in estimates if one.name == name)


def plain_value(name: str, value: float, unit: str = "") -> Estimate:
    """A number that is no estimate (a formula, a setting): it has no error."""
    return Estimate(name, value, 0.0, value, value, 1, unit)


def ratio(name: str, above: Floats, below: Floats, unit: str = "share", level: float = 0.95) -> Estimate:
    """Ratio of two means over the same Futures with the interval of Fieller (1954).

    The standard error is that of the delta method. Where the mean below cannot be told from 0 the interval has no end.

    Parameters
    ----------
    above, below : (replications,) of the same Futures; those where either is null are left out.
    """
    there = ~(np.isnan(above) | np.isnan(below))
    x, y = np.asarray(above, dtype=float)[there], np.asarray(below, dtype=float)[there]
    n = int(x.size)
    if n < 2 or y.mean() == 0:
        return Estimate(name, math.nan, math.nan, math.nan, math.nan, n, unit)
    a, b = float(x.mean()), float(y.mean())
    va, vb = float(x.var(ddof=1)) / n, float(y.var(ddof=1)) / n
    cab = float(((x - a) * (y - b)).sum()) / (n - 1) / n
    r = a / b
    error = math.sqrt(max(va - 2 * r * cab + r * r * vb, 0.0)) / abs(b)
    t = t_quantile((1 + level) / 2, n - 1)
    g = t * t * vb / (b * b)
    if g >= 1:
        return Estimate(name, r, error, -math.inf, math.inf, n, unit)
    centre = r - g * cab / vb if vb > 0 else r
    inner = va - 2 * r * cab + r * r * vb - g * (va - cab * cab / vb if vb > 0 else va)
    half = t / abs(b) * math.sqrt(max(inner, 0.0))
    return Estimate(name, r, error, (centre - half) / (1 - g), (centre + half) / (1 - g), n, unit)


def hashed(label: str, scenario: Scenario, plans: Sequence[Plan], seed: int) -> tuple[str, str]:
    """A label and the digest of all that decides the numbers of a study, for `Finding.hashes`."""
    return label, digest(scenario, plans, seed)
