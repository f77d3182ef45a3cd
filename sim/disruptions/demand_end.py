"""Demand that ends: an item is no longer asked for, or hardly, from a day on that planners do not know before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.disruptions.goods import Grouped
from sim.disruptions.incident import Incident
from sim.disruptions.timing import Occurrence
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np


@spec
class DemandEnd(Grouped):
    """Demand of a group of items falls to a share of what it was, for good unless a length is given.

    Not modelled: demand that moves to a successor item (give a `demand_shock` for that one); last orders before the end.
    """

    kind: Literal["demand_end"] = key(about="kind of disruption")
    factor: float = key(default=0.0, ge=0, lt=1, about="share of demand that is left")
    each: bool = key(
        default=False, about="with rate: every item of the group ends on its own, at that rate; else all at one time"
    )

    endless = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.each and self.rate is None:
            raise ValueError("each needs a rate: times a year, for every item")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each warehouse."""
        return self.at(occurrence, demand_factor=self.factor)

    def expected(self, first: float, last: float) -> float:
        """Mean number of ends between two days."""
        return super().expected(first, last) * (len(self.items) if self.each else 1)

    def incidents(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Incident]:
        """Incidents from `first` to `last`; where every item ends on its own, each has draws of its own, by name."""
        from sim.chance import generator as made

        if not self.each or not self.items:
            return super().incidents(generator, first, last, count)
        seed = int(generator.integers(2**62))
        shares: list[int | None] = [None] * len(self.items)
        if count is not None:
            shares = [int(n) for n in generator.multinomial(count, [1 / len(self.items)] * len(self.items))]
        found: list[Incident] = []
        for item, number in zip(self.items, shares, strict=True):
            own = replace(self, items=(item,), each=False)
            ends: Sequence[Occurrence] = own.occurrences(made(seed, 0, "end", item), first, last, number)
            found += own.struck([replace(one, number=len(found) + n) for n, one in enumerate(ends)])
        return found
