"""What a size is made from: demand, lead time, and the interval that stock has to protect. Numbers only."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import UsageError

Floats = NDArray[np.float64]


def _none() -> Floats:
    return np.empty(0)


def required(name: str, value: float, least: float, allowed: str) -> None:
    """Refuse what is not a number of at least `least`.

    Raises
    ------
    UsageError : it is not.
    """
    if not (math.isfinite(value) and value >= least):
        raise UsageError(f"size: {name}: {value!r} is not allowed ({allowed})")


def as_numbers(given: Any, *names: str) -> None:
    """Make plain numbers of what may come from arrays."""
    for name in names:
        object.__setattr__(given, name, float(getattr(given, name)))


@dataclass(frozen=True)
class Demand:
    """Demand of one item by day.

    Attributes
    ----------
    mean, sd : of a day's demand, units.
    past : (days,) units, the history that the empirical method resamples; empty where there is none.
    klass : "smooth", "erratic", "intermittent", "lumpy", "none", or "" where it is not known.

    Raises
    ------
    UsageError : a number is negative or not finite.
    """

    mean: float
    sd: float
    past: Floats = field(default_factory=_none)
    klass: str = ""

    def __post_init__(self) -> None:
        required("mean demand", self.mean, 0.0, "0 or more is")
        required("standard deviation of demand", self.sd, 0.0, "0 or more is")
        as_numbers(self, "mean", "sd")
        object.__setattr__(self, "past", np.asarray(self.past, dtype=np.float64))
        if self.past.ndim != 1 or not np.isfinite(self.past).all() or (self.past < 0).any():
            raise UsageError(
                "size: demand history: a day is negative or missing (one number of at least 0 a day is allowed)"
            )


@dataclass(frozen=True)
class LeadTime:
    """Time from ordering to receipt.

    Attributes
    ----------
    mean, sd : days.
    values, weights : (records,) lead times seen and their weights, days; empty where only the mean and sd are known.
        Weights may add up to anything above 0; empty weights make all records alike.
    records : how many lead times were seen, where values stand for several; left out: as many as there are values.

    Raises
    ------
    UsageError : a number is negative or not finite, or values and weights do not match.
    """

    mean: float
    sd: float = 0.0
    values: Floats = field(default_factory=_none)
    weights: Floats = field(default_factory=_none)
    records: int = 0

    def __post_init__(self) -> None:
        required("mean lead time", self.mean, 0.0, "0 or more is")
        required("standard deviation of the lead time", self.sd, 0.0, "0 or more is")
        as_numbers(self, "mean", "sd")
        values, weights = np.asarray(self.values, dtype=np.float64), np.asarray(self.weights, dtype=np.float64)
        if values.size and not weights.size:
            weights = np.ones(values.size)
        if values.shape != weights.shape or values.ndim != 1:
            raise UsageError(f"size: lead times: {values.size} values with {weights.size} weights")
        if values.size and not (
            np.isfinite(values).all() and values.min() >= 0 and weights.min() >= 0 and 0 < weights.sum() < math.inf
        ):
            raise UsageError("size: lead times: a value or weight is negative or missing, or all weights are 0")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "weights", weights / weights.sum() if weights.size else weights)
        object.__setattr__(self, "records", self.records or values.size)


@dataclass(frozen=True)
class Protection:
    """Demand, lead time, and the rules by which orders are placed: what stock has to protect against.

    Attributes
    ----------
    demand, lead_time : see there.
    review_every : days between reviews, whole; without meaning where review is continuous.
    evening : whether reviews come after the day's demand.
    lot : order quantity Q of (r, nQ), units.
    multiple : orders come in multiples of this, units; 0: any quantity.
    whole : whether units are whole.
    crossing : whether orders draw their lead times independently and may overtake each other.
    continuous : whether every customer order is followed by a review.

    Raises
    ------
    UsageError : a number is not allowed.
    """

    demand: Demand
    lead_time: LeadTime
    review_every: float = 1.0
    evening: bool = False
    lot: float = 0.0
    multiple: float = 0.0
    whole: bool = True
    crossing: bool = False
    continuous: bool = False

    def __post_init__(self) -> None:
        as_numbers(self, "review_every", "lot", "multiple")
        required("lot", self.lot, 0.0, "0 or more is")
        required("multiple", self.multiple, 0.0, "0 or more is")
        required("review_every", self.review_every, 1.0, "a whole number of days, 1 or more, is")
        if self.review_every != round(self.review_every):
            raise UsageError(f"size: review_every: {self.review_every!r} is not allowed (a whole number of days is)")

    @property
    def exposed(self) -> float:
        """Mean lead time as days of demand between an order and its receipt: L in the morning, L - 1 in the evening."""
        return max(self.lead_time.mean - (self.evening and not self.continuous), 0.0)

    @property
    def days(self) -> float:
        """Mean protection interval, days of demand: lead time + review period, less a day for an evening review."""
        return self.exposed + (0.0 if self.continuous else self.review_every)
