"""Forecasts of mean demand a day, made from the days seen so far and nothing else. They keep no state between calls.

Each is a small frozen dataclass: `window` days of demand go in, (n_items,) units a day come out. Recursive forecasts are
written as weighted sums, so that the same days always give the same forecast, whatever was asked before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: weight of what lies before the window of a recursive forecast
FORGOTTEN = 1e-6
#: an item is intermittent from this mean interval between days with demand (Syntetos, Boylan and Croston 2005)
INTERVAL = 1.32


class Forecast(Protocol):
    """A forecast of mean demand a day."""

    @property
    def window(self) -> int:
        """Days of demand it looks at."""
        ...

    def __call__(self, past: Floats, first: Floats) -> Floats:
        """The forecast.

        Parameters
        ----------
        past : (days, n_items) units, oldest first; at most `window` days.
        first : (n_items,) the plan's own forecast, for what the days seen do not tell yet.
        """
        ...


def checked(alpha: float) -> None:
    """Raise ValueError for a smoothing constant outside (0, 1]."""
    if not 0 < alpha <= 1:
        raise ValueError(f"alpha = {alpha:g}: a smoothing constant is above 0 and at most 1")


@dataclass(frozen=True)
class MovingAverage:
    """Mean of the last days; the plan's forecast until there are that many."""

    periods: float = 28

    def __post_init__(self) -> None:
        if self.periods < 1 or self.periods != int(self.periods):
            raise ValueError(f"periods = {self.periods:g}: a whole number of days, 1 or more")

    @property
    def window(self) -> int:
        """The days averaged."""
        return int(self.periods)

    def __call__(self, past: Floats, first: Floats) -> Floats:
        """The forecast."""
        if past.shape[0] < self.periods:
            return first
        found: Floats = past.mean(axis=0)
        return found


@dataclass(frozen=True)
class Smoothing:
    """Simple exponential smoothing: f = alpha x demand + (1 - alpha) x f, begun at the plan's forecast (Brown 1956)."""

    alpha: float = 0.1

    def __post_init__(self) -> None:
        checked(self.alpha)

    @property
    def window(self) -> int:
        """Days that together hold all but a millionth of the weight."""
        return 1 if self.alpha == 1 else math.ceil(math.log(FORGOTTEN) / math.log(1 - self.alpha))

    def __call__(self, past: Floats, first: Floats) -> Floats:
        """The forecast."""
        weights = self.alpha * (1 - self.alpha) ** np.arange(past.shape[0] - 1, -1, -1.0)
        found: Floats = weights @ past + (1 - self.alpha) ** past.shape[0] * first
        return found


@dataclass(frozen=True)
class Croston:
    """Croston (1972): size and interval of demand smoothed apart, on days with demand only; forecast = size / interval.

    It is begun at the plan's forecast with the mean interval seen. `factor` is Syntetos and Boylan's (2005)
    1 - alpha / 2, which takes out most of the bias; `days` are looked at.
    """

    alpha: float = 0.1
    days: float = 365
    unbiased: bool = False

    def __post_init__(self) -> None:
        checked(self.alpha)
        if self.days < 2:
            raise ValueError(f"days = {self.days:g}: 2 or more")

    @property
    def window(self) -> int:
        """The days looked at."""
        return int(self.days)

    @property
    def factor(self) -> float:
        """What size / interval is multiplied by."""
        return 1 - self.alpha / 2 if self.unbiased else 1.0

    def __call__(self, past: Floats, first: Floats) -> Floats:
        """The forecast; the plan's, where no day had demand."""
        days = past.shape[0]
        asked = past > 0
        counts = asked.sum(axis=0)
        # how many days with demand come after each such day
        later = counts - np.cumsum(asked, axis=0)
        weights = np.where(asked, self.alpha * (1 - self.alpha) ** later, 0.0)
        place = np.arange(1.0, days + 1)[:, None]
        last = np.maximum.accumulate(np.where(asked, place, 0.0), axis=0)
        before = np.vstack([np.zeros((1, past.shape[1])), last[:-1]]) if days else last
        mean = days / np.maximum(counts, 1)
        # the first interval of the window is cut off at its beginning: the mean stands for it
        interval = np.where(before > 0, place - before, mean)
        left = (1 - self.alpha) ** counts
        size = (weights * past).sum(axis=0) + left * first * mean
        apart = (weights * interval).sum(axis=0) + left * mean
        found: Floats = np.where(counts > 0, self.factor * size / np.maximum(apart, 1.0), first)
        return found


@dataclass(frozen=True)
class ByClass:
    """Exponential smoothing for items asked for on most days, Syntetos and Boylan's forecast for intermittent ones.

    The class is found anew from the days seen: the border is a mean interval of 1.32 days (Syntetos, Boylan and Croston
    2005); within it, the variation of sizes does not change the choice made here.
    """

    alpha: float = 0.1
    days: float = 365

    def __post_init__(self) -> None:
        Croston(self.alpha, self.days)

    @property
    def window(self) -> int:
        """The days looked at."""
        return max(int(self.days), Smoothing(self.alpha).window)

    def __call__(self, past: Floats, first: Floats) -> Floats:
        """The forecast."""
        smooth, sparse = Smoothing(self.alpha), Croston(self.alpha, self.days, unbiased=True)
        looked = past[-sparse.window :]
        often = (looked > 0).sum(axis=0) * INTERVAL >= looked.shape[0]
        found: Floats = np.where(often, smooth(past[-smooth.window :], first), sparse(looked, first))
        return found
