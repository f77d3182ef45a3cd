"""The parameter that flips a verdict, and its value there: found on the same Futures, with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.assumptions import Assumption
from sim.studies.sensitivity.break_even import Curve, solved

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Flip:
    """What flips the verdict.

    Attributes
    ----------
    parameter, unit : which.
    base : its value in the experiment, as text.
    value : where the verdict flips; NaN where it does not within what was looked at.
    low, high : 95 % interval of the value, or bracket; infinite where it has no end within what was looked at.
    how : how it was found, range included.
    meaning : what lies on either side, in words.
    """

    parameter: str
    unit: str
    base: str
    value: float
    low: float
    high: float
    how: str
    meaning: str

    @property
    def found(self) -> bool:
        """Whether it flips within what was looked at."""
        return math.isfinite(self.value)


def flip_of(
    parameter: str,
    unit: str,
    base: float,
    at: Sequence[float] | Floats,
    differences: Floats,
    how: str,
    meaning: str,
    straight: bool = False,
) -> Flip:
    """Where a paired difference crosses zero as one parameter varies: on straight lines between the values lived.

    The interval holds all values around the crossing at which zero lies in the 95 % interval of the mean difference (that
    of Fieller 1954 on a straight line; see `sim.studies.sensitivity.break_even`). Of several crossings the one nearest to
    the base is told.

    Parameters
    ----------
    base : value in the experiment.
    at : (values,) ascending.
    differences : (replications, values) of the same Futures.
    straight : the difference is a straight line in the parameter, so that a crossing beyond the range is told.
    """
    where = np.asarray(at, dtype=float)
    assumption = Assumption(
        label=parameter, key=("x",), low=f"{where[0]:.12g}", high=f"{where[-1]:.12g}", base=f"{base:.12g}", unit=unit
    )
    found = solved(Curve(assumption, where, np.asarray(differences, dtype=float), straight))
    return Flip(parameter, unit, f"{base:g}", found.value, found.low, found.high, how, meaning)


def never(parameter: str, unit: str, base: str, how: str, meaning: str) -> Flip:
    """The parameter that was tried and does not flip the verdict within the range told in `how`."""
    return Flip(parameter, unit, base, math.nan, math.nan, math.nan, how, meaning)
