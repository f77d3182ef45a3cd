"""Scheduled disruptions: a start and a length, given or drawn, and what is left of the capacity meanwhile.

What stops, and what happens to the goods: a port stops discharging, ships wait and work in service resumes; a supplier
stops producing, work in process waits; a lane stops departures, goods on their way go on; a container pool loses boxes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sim.disruptions.incident import Incident, Target, check_curve, drawn
from sim.distributions import Law
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np


@spec
class _Scheduled:
    name: str = key(default="", about="unique name; made from kind and place in the list when left out")
    start: Law = key(about="first day, a day number or a law to draw it from")
    length: Law = key(about="days from start to end")
    remaining: float = key(default=0.0, ge=0, le=1, about="capacity left meanwhile, as a fraction")
    curve: tuple[tuple[float, float], ...] = key(
        default=(), about="capacity left as [day from start, fraction] points, linear between; replaces remaining"
    )
    clock: Literal["whole_days", "continuous"] = key(
        default="whole_days", about="'whole_days': the state at a morning rules the day; 'continuous': exact times"
    )

    def __post_init__(self) -> None:
        check_curve(self.curve)
        if str(getattr(self, "kind", "")).endswith("slowdown") and not self.remaining and not self.curve:
            raise ValueError(
                "a slow-down leaves some capacity: give remaining above 0 (1 where only times or prices change)"
            )
        if self.curve and self.clock == "continuous":
            raise ValueError("a curve needs clock = 'whole_days'")

    def _incident(
        self,
        target: Target,
        where: str,
        when: tuple[float, float],
        transit: float = 1.0,
        cycle: float = 1.0,
        freight: float = 1.0,
    ) -> Incident:
        start, length = when
        return Incident(
            name=self.name,
            kind=getattr(self, "kind", ""),
            target=target,
            where=where,
            start=start,
            end=start + length,
            remaining=self.curve or self.remaining,
            whole_days=self.clock == "whole_days",
            transit_factor=transit,
            cycle_factor=cycle,
            freight_factor=freight,
        )

    def _when(self, generator: np.random.Generator) -> tuple[float, float]:
        return drawn(self.start, generator), drawn(self.length, generator)


@spec
class PortStoppage(_Scheduled):
    """A port, canal or border that works slower or not at all."""

    kind: Literal["port_strike", "port_closure", "port_slowdown"] = key(about="kind of disruption")
    port: str = key(about="port")

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        return [("port", self.port)]

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """The one incident, if it touches the span."""
        return [self._incident("port", self.port, self._when(generator))]


@spec
class SupplierOutage(_Scheduled):
    """A supplier that produces less or nothing."""

    kind: Literal["supplier_outage", "supplier_slowdown"] = key(about="kind of disruption")
    supplier: str = key(about="supplier")

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        return [("supplier", self.supplier)]

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """The one incident, if it touches the span."""
        return [self._incident("supplier", self.supplier, self._when(generator))]


@spec
class LaneDisruption(_Scheduled):
    """A lane without departures, or with longer transit or dearer freight (a diversion)."""

    kind: Literal["lane_closure", "lane_slowdown"] = key(about="kind of disruption")
    lane: str = key(about="lane")
    remaining: float = key(
        default=0.0, ge=0, le=1, about="0: no departures; between: transit takes 1/remaining as long"
    )
    transit_factor: float = key(default=1.0, gt=0, about="multiplies transit times of departures meanwhile")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight of departures meanwhile")

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        return [("lane", self.lane)]

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """The one incident, if it touches the span."""
        when = self._when(generator)
        return [self._incident("lane", self.lane, when, transit=self.transit_factor, freight=self.freight_factor)]


@spec
class ContainerShortage(_Scheduled):
    """Boxes gone, cycle time up, freight up: on one or several pools at once."""

    kind: Literal["container_shortage"] = key(about="kind of disruption")
    pools: tuple[str, ...] = key(about="container pools hit", min_length=1)
    remaining: float = key(default=1.0, ge=0, le=1, about="share of the boxes left")
    cycle_factor: float = key(default=1.0, gt=0, about="multiplies the cycle time of boxes loaded meanwhile")
    freight_factor: float = key(default=1.0, ge=0, about="multiplies freight on the lanes that use the pools")

    def targets(self) -> list[tuple[Target, str]]:
        """What it may hit."""
        return [("pool", pool) for pool in self.pools]

    def incidents(self, generator: np.random.Generator, first: float, last: float) -> list[Incident]:
        """One incident for each pool, all at the same time."""
        when = self._when(generator)
        return [
            self._incident("pool", pool, when, cycle=self.cycle_factor, freight=self.freight_factor)
            for pool in self.pools
        ]
