"""Targets: what a buffer is to achieve."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import UsageError
from sim.sizing.given import required


def _share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise UsageError(f"size: {name}: {value!r} is not allowed (a share above 0 and below 1 is, for example 0.95)")


@dataclass(frozen=True)
class CycleService:
    """Share `p` of replenishment cycles, receipt to receipt, without demand unserved from stock."""

    p: float

    def __post_init__(self) -> None:
        _share("cycle service", self.p)

    def __str__(self) -> str:
        return f"{self.p:.4g} of replenishment cycles without a stockout"


@dataclass(frozen=True)
class FillRate:
    """Share `beta` of demand, in units, served from stock when it comes."""

    beta: float

    def __post_init__(self) -> None:
        _share("fill rate", self.beta)

    def __str__(self) -> str:
        return f"{self.beta:.4g} of demand served from stock when it comes"


@dataclass(frozen=True)
class Factor:
    """Safety factor `z` on the standard deviation of demand over the protection interval."""

    z: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.z):
            raise UsageError(f"size: safety factor: {self.z!r} is not allowed (a number is)")

    def __str__(self) -> str:
        return f"safety factor {self.z:g}"


@dataclass(frozen=True)
class Cover:
    """Mean demand of `days`, on top of the protection interval: to live through an outage that lasts as long.

    Attributes
    ----------
    days : days without supply to be survived.
    against : the outage, by name.
    """

    days: float
    against: str = ""

    def __post_init__(self) -> None:
        required("cover", self.days, 0.0, "0 days or more is")

    def __str__(self) -> str:
        return f"{self.days:g} days of cover" + (f" against {self.against}" if self.against else "")


@dataclass(frozen=True)
class WithCover:
    """A target for everyday chance, and cover against a named outage on top of it."""

    target: CycleService | FillRate | Factor
    cover: Cover

    def __str__(self) -> str:
        return f"{self.target}, plus {self.cover}"


Everyday = CycleService | FillRate | Factor
Target = Everyday | Cover | WithCover
