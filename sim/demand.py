"""Demand streams: what customers of one item ask for at one warehouse.

A stream is a flat row, so that it can stand in a table; which columns a row needs follows from its `model`.
"""

from __future__ import annotations

import math
from typing import Literal

from sim.distributions import Law
from sim.keys import key, spec

Model = Literal[
    "deterministic",
    "fixed_interval",
    "poisson",
    "negative_binomial",
    "normal",
    "compound",
    "intermittent",
    "bootstrap",
    "replay",
    "orders",
    "none",
]

#: columns each model must have, and those it may have
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "deterministic": (("mean",), ()),
    "fixed_interval": (("size", "interval"), ()),
    "poisson": (("mean",), ()),
    "negative_binomial": (("mean", "cv"), ()),
    "normal": (("mean", "sd"), ()),
    "compound": (("rate", "size"), ("size_cv",)),
    "intermittent": (("interval", "size"), ("size_cv",)),
    "bootstrap": ((), ("block",)),
    "replay": ((), ()),
    "orders": ((), ("rate", "between", "size", "size_cv", "patience")),
    "none": ((), ()),
}
PLAIN = frozenset({"item", "warehouse", "model"})
SHAPES = frozenset({"amplitude", "peak", "period", "trend", "factor", "loading"})
SHAPED = frozenset({"deterministic", "poisson", "negative_binomial", "normal", "compound", "intermittent"})


@spec
class Factor:
    """A common factor: one drawn series that multiplies the demand of every stream that names it."""

    name: str = key(about="name", min_length=1)
    sd: float = key(ge=0, about="standard deviation of its logarithm; the factor has mean 1")
    correlation_time: float = key(default=30.0, ge=0, about="days over which it stays alike (0: independent days)")


@spec
class DemandStream:
    """Customer demand for one item at one warehouse.

    Not modelled: demand that reacts to service, beyond lost goodwill.
    """

    item: str = key(about="item")
    warehouse: str = key(about="warehouse")
    model: Model = key(about="demand model")
    mean: float | None = key(default=None, ge=0, le=1e9, about="mean, units a day")
    sd: float | None = key(
        default=None, ge=0, about="standard deviation of a day's demand before the cut at zero, units"
    )
    cv: float | None = key(default=None, gt=0, about="coefficient of variation of a day's demand")
    rate: float | None = key(default=None, ge=0, about="customer orders a day")
    interval: float | None = key(default=None, gt=0, about="days between demands (mean for intermittent)")
    size: float | None = key(default=None, gt=0, about="mean units per customer order or demand day")
    size_cv: float | None = key(default=None, ge=0, about="coefficient of variation of that size; 0: always the same")
    between: Law | None = key(default=None, about="days between customer orders, a renewal process")
    patience: Law | None = key(default=None, about="days a waiting customer stays; left out: for ever")
    block: int | None = key(
        default=None, ge=1, about="days resampled together, over all items at once (7: whole weeks)"
    )
    amplitude: float | None = key(default=None, ge=0, le=1, about="seasonal swing as a share of the mean")
    peak: float | None = key(default=None, about="day number of the seasonal peak")
    period: float | None = key(default=None, gt=0, about="length of the season, days; 365 when left out")
    trend: float | None = key(default=None, about="growth a year as a share of the mean, from day 0")
    factor: str | None = key(default=None, about="common factor that multiplies the mean")
    loading: float | None = key(default=None, about="power to which the factor acts; 1 when left out")

    def __post_init__(self) -> None:
        needed, optional = COLUMNS[self.model]
        given = {name for name in self.__dataclass_fields__ if getattr(self, name) is not None} - PLAIN
        missing = [name for name in needed if name not in given]
        if missing:
            raise ValueError(f"demand model {self.model!r} needs {', '.join(missing)}")
        allowed = {*needed, *optional} | (SHAPES if self.model in SHAPED else frozenset())
        extra = sorted(given - allowed)
        if extra:
            raise ValueError(f"demand model {self.model!r} does not use {', '.join(extra)}")
        if self.model == "orders" and (self.rate is None) == (self.between is None):
            raise ValueError(
                "demand model 'orders' needs either a rate (Poisson) or the law of the days between orders"
            )
        if self.model == "negative_binomial" and self.mean and self.cv and self.cv**2 * self.mean <= 1:
            least = 1 / math.sqrt(self.mean)
            raise ValueError(f"negative binomial with mean {self.mean:g} needs a cv above the Poisson one, {least:.3g}")
        if self.model in ("compound", "intermittent", "orders") and self.size is not None and self.size < 1:
            raise ValueError(f"size {self.size:g} is below 1 unit")
        if self.model == "intermittent" and self.interval is not None and self.interval < 1:
            raise ValueError(f"interval {self.interval:g} is below 1 day")

    @property
    def mean_per_day(self) -> float | None:
        """Long-run mean in units a day at day 0, or None where only history knows it."""
        size = 1.0 if self.size is None else self.size
        if self.model in ("bootstrap", "replay"):
            return None
        if self.model in ("compound", "orders"):
            rate = self.rate if self.rate is not None else 1 / self.between.mean if self.between else 0.0
            return rate * size
        if self.model in ("intermittent", "fixed_interval"):
            return size / self.interval if self.interval else 0.0
        return self.mean if self.mean is not None else 0.0

    @property
    def variance_per_day(self) -> float | None:
        """Variance of a day's demand without season, trend and factors, units squared; None where unknown."""
        mean, size = self.mean_per_day, 1.0 if self.size is None else self.size
        if mean is None or self.model in ("deterministic", "fixed_interval", "none"):
            return None if mean is None else 0.0
        if self.model == "poisson":
            return mean
        if self.model == "negative_binomial":
            return (mean * (self.cv or 0.0)) ** 2
        if self.model == "normal":
            return (self.sd or 0.0) ** 2
        cv = self.size_cv
        if cv is None:  # sizes of compound demand are geometric unless told otherwise
            cv = math.sqrt(1 - 1 / size) if self.model == "compound" else 0.0
        second = size**2 * (1 + cv**2)
        if self.model == "intermittent":
            return second / (self.interval or 1.0) - mean**2
        if self.rate is not None:
            return self.rate * second
        return None
