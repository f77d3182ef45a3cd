"""Container shortages: boxes gone, boxes that come back late, or both."""

from __future__ import annotations

from typing import Literal

from sim.disruptions.incident import Incident
from sim.disruptions.timing import Occurrence, Weakened
from sim.keys import key, spec


@spec
class ContainerShortage(Weakened):
    """Boxes gone, cycle time up, freight up: on one or several pools at once.

    Not modelled: boxes of another size; what a spot box costs.
    """

    kind: Literal["container_shortage"] = key(about="kind of disruption")
    pools: tuple[str, ...] = key(about="container pools hit", min_length=1)
    remaining: float | None = key(default=None, ge=0, le=1, about="share of the boxes left; left out: all")
    cycle_factor: float = key(default=1.0, gt=0, about="multiplies the cycle time of boxes loaded meanwhile")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight on the lanes that use the pools")

    @property
    def usual(self) -> float:
        """All boxes."""
        return 1.0

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each pool, all at the same time."""
        return [
            Incident(
                name="",
                kind="",
                target="pool",
                where=pool,
                start=0.0,
                end=occurrence.length,
                remaining=self.left,
                cycle_factor=self.cycle_factor,
                freight_factor=self.freight_factor,
            )
            for pool in self.pools
        ]
