"""Policies that forecast inside the replication from the demand they saw, and policies on a forecast that is biased."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.policies.forecasts import Forecast
from sim.policies.policy import View

Floats = NDArray[np.float64]


def checked(bias: float) -> None:
    """Raise ValueError for a bias that is not above 0."""
    if not bias > 0:
        raise ValueError(f"bias = {bias:g}: a factor above 0; 1 is no bias")


def shifted(view: View, forecast: Floats) -> Floats:
    """The plan's base-stock level, moved by what a forecast differs from the plan's over the protection interval.

    S + (L + R) x (forecast - the plan's): lead time L and review period R of the plan; its safety stock stays as it is.
    """
    found: Floats = view.order_up_to + (view.lead_time + view.review_every) * (forecast - view.forecast)
    return found


@dataclass(frozen=True)
class OrderUpTo:
    """Order up to a level that follows a forecast made at every review (Chen et al. 2000, at constant safety stock).

    Customer demand counts, so it is for warehouses that face customers. Shared by all replications, it keeps no state.

    Not modelled: returns; an order that would be negative is none.

    Attributes
    ----------
    forecast : how mean demand is forecast.
    bias : multiplies the forecast; 1 is none.
    """

    forecast: Forecast
    bias: float = 1.0

    def __post_init__(self) -> None:
        checked(self.bias)

    def __call__(self, view: View) -> Floats:
        """Units to order."""
        believed = self.bias * self.forecast(view.demand(self.forecast.window), view.forecast)
        found: Floats = np.maximum(shifted(view, believed) - view.position, 0.0)
        return found


@dataclass(frozen=True)
class BiasedBaseStock:
    """Pull on a biased forecast: the plan's base-stock level, had it been made on bias x its forecast."""

    bias: float = 1.0

    def __post_init__(self) -> None:
        checked(self.bias)

    def __call__(self, view: View) -> Floats:
        """Units to order: demand is followed, whatever the forecast; only the level is off."""
        found: Floats = np.maximum(shifted(view, self.bias * view.forecast) - view.position, 0.0)
        return found


@dataclass(frozen=True)
class Push:
    """Push: order bias x the forecast of one review period, whatever the stock, until the plan is corrected.

    Attributes
    ----------
    bias : multiplies the plan's forecast; 1 is none.
    correct_every : every so many days, from day 0, the order brings the position to the level instead, as a planning run
        that nets stock does; 0: never.
    """

    bias: float = 1.0
    correct_every: float = 0.0

    def __post_init__(self) -> None:
        checked(self.bias)
        if self.correct_every < 0:
            raise ValueError(f"correct_every = {self.correct_every:g}: days, 0 (never) or more")

    def __call__(self, view: View) -> Floats:
        """Units to order."""
        wanted: Floats = self.bias * view.forecast * view.review_every
        if not self.correct_every:
            return wanted
        every = np.maximum(view.review_every, 1.0)
        due = (view.day % self.correct_every) < every
        level = shifted(view, self.bias * view.forecast)
        found: Floats = np.where(due, np.maximum(level - view.position, 0.0), wanted)
        return found
