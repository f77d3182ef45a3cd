"""Laws of a day's demand on a lattice, as transforms: sums over days are products, and whole formulas one inversion.

A lattice has steps of `step` units; a law is put on it so that its mean is kept (local moment matching: Gerber 1982,
Insurance: Mathematics and Economics 1:13-18). With step 1 the Poisson and negative binomial laws are exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, pdtr

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]


@dataclass(frozen=True)
class Lattice:
    """Multiples of `step` from `low` on, `points` of them: a window that holds all but a negligible part of a sum."""

    step: float
    low: int
    points: int

    @property
    def values(self) -> Floats:
        """(points,), units."""
        return np.asarray((self.low + np.arange(self.points)) * self.step, dtype=np.float64)

    def transform(self, pmf: Floats) -> Complexes:
        """Transform of probabilities of 0, 1, 2, … steps, folded onto the window's length."""
        if pmf.size > self.points:
            pmf = np.pad(pmf, (0, -pmf.size % self.points)).reshape(-1, self.points).sum(axis=0)
        found: Complexes = np.fft.rfft(pmf, self.points)
        return found

    def invert(self, transform: Complexes) -> Floats:
        """(points,), probability of each value of the window."""
        found: Floats = np.roll(np.fft.irfft(transform, self.points), -(self.low % self.points))
        return found


@lru_cache(maxsize=16)
def circle(points: int) -> Complexes:
    """exp(-iθ) at the frequencies of a real transform."""
    found: Complexes = np.exp(-2j * np.pi * np.arange(points // 2 + 1) / points)
    found.setflags(write=False)
    return found


@dataclass(frozen=True)
class DayLaw:
    """Law of a day's demand with independent days.

    Attributes
    ----------
    kind : "poisson", "negative_binomial", "gamma" or "fixed".
    mean, sd : units a day.
    """

    kind: str
    mean: float
    sd: float

    @property
    def _size(self) -> tuple[float, float]:
        """Shape and success probability of the negative binomial."""
        beyond = self.sd**2 - self.mean
        return self.mean**2 / beyond, self.mean / self.sd**2

    @property
    def none(self) -> float:
        """Probability of a day without demand."""
        if self.kind == "poisson":
            return math.exp(-self.mean)
        if self.kind == "negative_binomial":
            shape, success = self._size
            return float(success**shape)
        return 0.0

    def limited(self, levels: Floats, days: float) -> Floats:
        """E min(demand over `days`, level), units."""
        mean = self.mean * days
        if self.kind == "fixed":
            return np.minimum(levels, mean)
        whole: Any = np.floor(levels)
        if self.kind == "poisson":
            within, part = pdtr(whole, mean), np.where(whole >= 1, pdtr(np.maximum(whole - 1, 0), mean), 0.0)
        elif self.kind == "negative_binomial":
            shape, success = self._size
            shape *= days
            within = betainc(shape, whole + 1, success)
            part = np.where(whole >= 1, betainc(shape + 1, np.maximum(whole, 1.0), success), 0.0)
        else:
            shape = (self.mean / self.sd) ** 2 * days
            scale = self.sd**2 / self.mean
            within, part = gammainc(shape, levels / scale), gammainc(shape + 1, levels / scale)
        found: Floats = mean * part + levels * (1 - within)
        return found

    def on_lattice(self, step: float, days: float = 1.0) -> Floats:
        """Probability of 0, 1, 2, … steps demanded over `days`."""
        mean, variance = self.mean * days, self.sd**2 * days
        reach = mean + 6 * math.sqrt(variance) + (25 * variance / mean if mean else 0.0)
        count = min(math.ceil(reach / step) + 3, 200_000)
        limited = self.limited(np.arange(count + 1, dtype=np.float64) * step, days)
        pmf = np.empty(count)
        pmf[0] = 1 - limited[1] / step
        pmf[1:] = (2 * limited[1:-1] - limited[:-2] - limited[2:]) / step
        np.maximum(pmf, 0.0, out=pmf)
        found: Floats = pmf / pmf.sum()
        return found

    def transform(self, lattice: Lattice, days: float = 1.0) -> Complexes:
        """Transform of the demand over `days` days, whole or a part of one."""
        if lattice.step == 1:
            turn = circle(lattice.points)
            if self.kind == "poisson":
                return np.asarray(np.exp(self.mean * days * (turn - 1)))
            if self.kind == "negative_binomial":
                shape, success = self._size
                return np.asarray((success / (1 - (1 - success) * turn)) ** (shape * days))
        if days == 1:
            return lattice.transform(_day(self, lattice.step))
        return lattice.transform(self.on_lattice(lattice.step, days))

    def order(self, lattice: Lattice) -> tuple[Complexes, float]:
        """Transform and mean of one customer order in continuous time.

        Single units for Poisson demand; logarithmic sizes for negative binomial demand, which is Poisson orders of such
        sizes (Quenouille 1949, Biometrics 5:162-164); the least amount on the lattice otherwise.
        """
        turn = circle(lattice.points)
        if lattice.step == 1 and self.kind == "negative_binomial":
            failure = 1 - self._size[1]
            mean = -failure / ((1 - failure) * math.log(1 - failure))
            return np.asarray(np.log(1 - failure * turn) / math.log(1 - failure)), mean
        return turn, lattice.step


@lru_cache(maxsize=256)
def _day(law: DayLaw, step: float) -> Floats:
    found = law.on_lattice(step)
    found.setflags(write=False)
    return found


def day_law(method: str, mean: float, sd: float) -> DayLaw:
    """The law that a method takes a day's demand to have; negative binomial falls back on Poisson without overdispersion."""
    if method == "poisson" or (method == "negative_binomial" and sd**2 <= mean * (1 + 1e-9)):
        return DayLaw("poisson", mean, math.sqrt(mean))
    if sd == 0:
        return DayLaw("fixed", mean, 0.0)
    return DayLaw(method, mean, sd)


__all__ = ["DayLaw", "Lattice", "circle", "day_law"]
