"""The two-state random outage: up for a drawn time, down for a drawn time, and so on (an alternating renewal process)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sim.disruptions.incident import Incident, Target, drawn
from sim.disruptions.timing import Occurrence, standing
from sim.distributions import Law
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np


@spec
class RandomOutage:
    """Outages of one supplier, port or lane with given laws of up and down times.

    With exponential laws (any clock) or geometric laws (whole days) it is the two-state Markov supplier of Tomlin (2006)
    and Snyder and Shen (2nd ed., section 9.2). It starts up, at the beginning of the warm-up.
    """

    kind: Literal["random_outage"] = key(about="kind of disruption")
    name: str = key(default="", about="unique name; made from kind and place in the list when left out")
    supplier: str | None = key(default=None, about="supplier hit")
    port: str | None = key(default=None, about="port hit")
    lane: str | None = key(default=None, about="lane hit")
    up: Law = key(about="days from the end of an outage to the start of the next")
    down: Law = key(about="days of an outage")
    remaining: float = key(default=0.0, ge=0, le=1, about="capacity left meanwhile, as a fraction")
    clock: Literal["whole_days", "continuous"] = key(
        default="whole_days", about="'whole_days': the state at a morning rules the day; 'continuous': exact times"
    )

    def __post_init__(self) -> None:
        if sum(place is not None for place in (self.supplier, self.port, self.lane)) != 1:
            raise ValueError("a random outage hits exactly one supplier, port or lane")
        if self.up.mean <= 0:
            raise ValueError(f"the mean up time is {self.up.mean:g}: it must be above 0")

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        if self.supplier is not None:
            return [("supplier", self.supplier)]
        return [("port", self.port)] if self.port is not None else [("lane", str(self.lane))]

    def incidents(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Incident]:
        """Outages from `first` on, until they pass `last`; `count` as of `Timed.occurrences`."""
        if count is not None:
            lived = standing(
                generator, first, last, count, lambda time, _: Occurrence(time, drawn(self.down, generator))
            )
            return [self._outage(one.start, one.start + one.length) for one in lived]
        found, now = [], first
        while now < last:
            start = now + drawn(self.up, generator)
            now = start + drawn(self.down, generator)
            found.append(self._outage(start, now))
        return found

    def _outage(self, start: float, end: float) -> Incident:
        ((target, where),) = self.targets()
        return Incident(
            name=self.name,
            kind=self.kind,
            target=target,
            where=where,
            start=start,
            end=end,
            remaining=self.remaining,
            whole_days=self.clock == "whole_days",
        )
