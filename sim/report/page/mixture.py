"""How often the headline weather has to come for one posture to cost less than another, a quiet one coming otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.studies.statistics import interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.studies.compare import Comparison

#: chances that are tried
STEPS = 1001


@dataclass(frozen=True)
class Even:
    """The chance of the headline weather at which two postures cost the same, and the chances that cannot be told from it.

    Attributes
    ----------
    quiet : the weather that comes otherwise.
    chance, low, high : shares of futures.
    """

    quiet: str
    chance: float
    low: float
    high: float


def even(comparison: Comparison, weather: str, quiet: str, a: str, b: str) -> Even | None:
    """Where the cheaper of two postures turns, from the weather to the quiet one; None where it does not.

    Each future is lived under both weathers. With chance p of the one, the difference in total cost of a future is expected
    to be p of what it is there and 1 - p of what it is in the quiet one; those p are told apart from an even cost at which
    the interval of its mean that holds for all pairs of postures at once excludes zero (Fieller 1954, Journal of the Royal
    Statistical Society B 16(2), 175-185).
    """
    here, there = (_difference(comparison, name, a, b) for name in (weather, quiet))
    if not here.mean() * there.mean() < 0:
        return None
    chance = float(there.mean() / (there.mean() - here.mean()))
    open_at = []
    for p in np.linspace(0.0, 1.0, STEPS).tolist():
        one = interval(p * here + (1 - p) * there, comparison.level_of_all_pairs)
        if one.low <= 0 <= one.high:
            open_at.append(p)
    return Even(quiet, chance, min([chance, *open_at]), max([chance, *open_at]))


def _difference(comparison: Comparison, weather: str, a: str, b: str) -> NDArray[np.float64]:
    """(futures,) total cost of the first less that of the second."""
    return comparison.values(weather, a, "total_cost") - comparison.values(weather, b, "total_cost")
