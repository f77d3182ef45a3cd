"""Laws of a single quantity (a lead time, a service time, an outage): given by name, drawn through the quantile.

Every law is non-negative. Drawing goes through `from_score`, so that a stored standard normal score can be turned into
any law, and a changed parameter moves each draw without shifting the next.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from sim.keys import key, spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]


def _uniform(score: Floats) -> Floats:
    from scipy.special import ndtr

    return ndtr(score)


@spec
class Fixed:
    """Always the same value."""

    law: Literal["fixed"] = key(default="fixed", about="name of the law")
    value: float = key(ge=0, about="the value")

    @property
    def mean(self) -> float:
        return self.value

    @property
    def sd(self) -> float:
        return 0.0

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        return score * 0.0 + self.value


@spec
class Normal:
    """Normal, cut at zero (the mean and sd given are those before the cut)."""

    law: Literal["normal"] = key(about="name of the law")
    mean: float = key(ge=0, about="mean before the cut at zero")
    sd: float = key(ge=0, about="standard deviation before the cut at zero")

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        import numpy as np

        return np.maximum(self.mean + self.sd * score, 0.0)


@spec
class Lognormal:
    """Lognormal, by its mean and coefficient of variation."""

    law: Literal["lognormal"] = key(about="name of the law")
    mean: float = key(gt=0, about="mean")
    cv: float = key(ge=0, about="coefficient of variation")

    @property
    def sd(self) -> float:
        return self.mean * self.cv

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        import numpy as np

        variance = math.log1p(self.cv**2)
        return np.exp(math.log(self.mean) - variance / 2 + math.sqrt(variance) * score)


@spec
class Gamma:
    """Gamma, by its mean and coefficient of variation."""

    law: Literal["gamma"] = key(about="name of the law")
    mean: float = key(gt=0, about="mean")
    cv: float = key(gt=0, about="coefficient of variation")

    @property
    def sd(self) -> float:
        return self.mean * self.cv

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        from scipy.special import gammaincinv

        return gammaincinv(self.cv**-2, _uniform(score)) * self.mean * self.cv**2


@spec
class Exponential:
    """Exponential, by its mean."""

    law: Literal["exponential"] = key(about="name of the law")
    mean: float = key(gt=0, about="mean")

    @property
    def sd(self) -> float:
        return self.mean

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        from scipy.special import log_ndtr

        return -self.mean * log_ndtr(-score)


@spec
class Geometric:
    """Geometric on 1, 2, 3 …, by its mean: the length in whole periods of a state left with a fixed probability."""

    law: Literal["geometric"] = key(about="name of the law")
    mean: float = key(ge=1, about="mean, at least 1")

    @property
    def sd(self) -> float:
        return math.sqrt(self.mean * (self.mean - 1))

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        import numpy as np
        from scipy.special import log_ndtr

        if self.mean == 1:
            return score * 0.0 + 1.0
        return np.maximum(np.ceil(log_ndtr(-score) / math.log1p(-1 / self.mean)), 1.0)


@spec
class Weibull:
    """Weibull, by its mean and shape (shape below 1: many short, a few very long)."""

    law: Literal["weibull"] = key(about="name of the law")
    mean: float = key(gt=0, about="mean")
    shape: float = key(ge=0.1, about="shape, at least 0.1")

    @property
    def _scale(self) -> float:
        return self.mean / math.gamma(1 + 1 / self.shape)

    @property
    def sd(self) -> float:
        return self._scale * math.sqrt(math.gamma(1 + 2 / self.shape) - math.gamma(1 + 1 / self.shape) ** 2)

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        from scipy.special import log_ndtr

        return self._scale * (-log_ndtr(-score)) ** (1 / self.shape)


@spec
class Uniform:
    """Uniform between two bounds."""

    law: Literal["uniform"] = key(about="name of the law")
    low: float = key(ge=0, about="lower bound")
    high: float = key(ge=0, about="upper bound")

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError(f"high ({self.high:g}) is below low ({self.low:g})")

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        return (self.high - self.low) / math.sqrt(12)

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        return self.low + (self.high - self.low) * _uniform(score)


@spec
class Triangular:
    """Triangular between two bounds with a most likely value."""

    law: Literal["triangular"] = key(about="name of the law")
    low: float = key(ge=0, about="lower bound")
    mode: float = key(ge=0, about="most likely value")
    high: float = key(ge=0, about="upper bound")

    def __post_init__(self) -> None:
        if not self.low <= self.mode <= self.high or self.low == self.high:
            raise ValueError(f"low ({self.low:g}) <= mode ({self.mode:g}) <= high ({self.high:g}) does not hold")

    @property
    def mean(self) -> float:
        return (self.low + self.mode + self.high) / 3

    @property
    def sd(self) -> float:
        a, b, c = self.low, self.mode, self.high
        return math.sqrt((a * a + b * b + c * c - a * b - a * c - b * c) / 18)

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        import numpy as np

        share, span, uniform = (self.mode - self.low) / (self.high - self.low), self.high - self.low, _uniform(score)
        rising = self.low + np.sqrt(uniform * span * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - uniform) * span * (self.high - self.mode))
        return np.where(uniform < share, rising, falling)


@spec
class Discrete:
    """A list of values with their probabilities; without probabilities, all equally likely (an empirical law)."""

    law: Literal["discrete"] = key(about="name of the law")
    values: tuple[float, ...] = key(about="the values, none negative", min_length=1)
    probabilities: tuple[float, ...] | None = key(default=None, about="their probabilities, adding up to 1")

    def __post_init__(self) -> None:
        if any(value < 0 or value != value for value in self.values):
            raise ValueError(f"values {self.values} hold a negative number")
        if self.probabilities is None:
            return
        if len(self.probabilities) != len(self.values):
            raise ValueError(f"{len(self.probabilities)} probabilities for {len(self.values)} values")
        if any(p < 0 for p in self.probabilities) or abs(sum(self.probabilities) - 1) > 1e-9:
            raise ValueError(
                f"probabilities {self.probabilities} are not a law: they add up to {sum(self.probabilities):g}"
            )

    @property
    def _law(self) -> tuple[Floats, Floats]:
        import numpy as np

        values = np.asarray(self.values, dtype=float)
        weights = (
            np.full(values.size, 1 / values.size) if self.probabilities is None else np.asarray(self.probabilities)
        )
        order = np.argsort(values, kind="stable")
        return values[order], weights[order]

    @property
    def mean(self) -> float:
        values, weights = self._law
        return float((values * weights).sum())

    @property
    def sd(self) -> float:
        values, weights = self._law
        return math.sqrt(float((values**2 * weights).sum()) - self.mean**2)

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        import numpy as np

        values, weights = self._law
        place = np.searchsorted(np.cumsum(weights), _uniform(score), side="right")
        return values[np.minimum(place, values.size - 1)]


@spec
class OnTimeOrLate:
    """A plan that is kept with some probability and otherwise missed by a gamma delay (calibration section 5)."""

    law: Literal["on_time_or_late"] = key(about="name of the law")
    plan: float = key(ge=0, about="value when all goes to plan")
    on_time: float = key(ge=0, le=1, about="probability that the plan is kept")
    late_mean: float = key(gt=0, about="mean delay of the late ones")
    late_cv: float = key(default=0.8, gt=0, about="coefficient of variation of that delay")

    @property
    def mean(self) -> float:
        return self.plan + (1 - self.on_time) * self.late_mean

    @property
    def sd(self) -> float:
        late = 1 - self.on_time
        return self.late_mean * math.sqrt(late * (1 + self.late_cv**2) - late**2)

    def from_score(self, score: Floats) -> Floats:
        """Values for standard normal scores, same shape."""
        import numpy as np
        from scipy.special import gammaincinv

        beyond = np.clip((_uniform(score) - self.on_time) / max(1 - self.on_time, 1e-300), 0.0, 1 - 1e-16)
        return self.plan + gammaincinv(self.late_cv**-2, beyond) * self.late_mean * self.late_cv**2


Law = (
    Fixed
    | Normal
    | Lognormal
    | Gamma
    | Exponential
    | Geometric
    | Weibull
    | Uniform
    | Triangular
    | Discrete
    | OnTimeOrLate
)


def fixed(value: float) -> Fixed:
    """The law of a quantity that never varies."""
    return Fixed(value=value)
