"""An incident: a disruption that did happen in one Future, with its days and what it does to its target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np

Target = Literal["port", "supplier", "lane", "pool"]


@dataclass(frozen=True)
class Incident:
    """What one incident does, from `start` (included) to `end` (excluded), in days from day 0.

    Attributes
    ----------
    name : the disruption it comes from.
    kind : kind of that disruption.
    target, where : what it hits: a port, supplier, lane or container pool, by name.
    start, end : days; may be negative (warm-up) or pass the horizon.
    remaining : capacity left, as (days from start, fraction) points, linear between, or one constant.
    whole_days : the state at a morning rules the whole day; otherwise the exact times rule.
    transit_factor : multiplies transit times of lanes.
    cycle_factor : multiplies the cycle time of containers.
    freight_factor : multiplies freight on the lanes it touches.
    """

    name: str
    kind: str
    target: Target
    where: str
    start: float
    end: float
    remaining: tuple[tuple[float, float], ...] | float = 0.0
    whole_days: bool = True
    transit_factor: float = 1.0
    cycle_factor: float = 1.0
    freight_factor: float = 1.0

    def covers(self, day: float) -> bool:
        """Whether it is on at this time."""
        return self.start <= day < self.end

    def fraction(self, day: float) -> float:
        """Capacity left at this time, 1 outside the incident."""
        if not self.covers(day):
            return 1.0
        if isinstance(self.remaining, float | int):
            return float(self.remaining)
        since = day - self.start
        points = self.remaining
        if since <= points[0][0]:
            return points[0][1]
        for (before, low), (after, high) in zip(points, points[1:], strict=False):
            if since <= after:
                return low + (high - low) * (since - before) / (after - before) if after > before else high
        return points[-1][1]


class Disruption(Protocol):
    """Anything that can say which incidents befall a Future; a frozen dataclass is enough.

    Attributes
    ----------
    name : unique name; it keys the disruption's own random stream.
    """

    @property
    def name(self) -> str: ...

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        ...

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """Incidents that touch the days from `first` to `last`, drawn from its own generator."""
        ...


def check_curve(points: tuple[tuple[float, float], ...]) -> None:
    """Raise ValueError when a capacity curve goes back in time or leaves 0 … 1."""
    days = [day for day, _ in points]
    if any(b < a for a, b in zip(days, days[1:], strict=False)) or (days and days[0] < 0):
        raise ValueError(f"the curve {[list(point) for point in points]} goes back in time")
    if any(not 0 <= fraction <= 1 for _, fraction in points):
        raise ValueError(f"the curve {[list(point) for point in points]} leaves the fractions 0 to 1")


def drawn(law: Any, generator: np.random.Generator) -> float:
    """One value of a law from a generator: exactly one normal score is used."""
    import numpy as np

    return float(law.from_score(np.asarray([generator.standard_normal()]))[0])
