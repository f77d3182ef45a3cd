"""Ports, canals and borders: strikes, closures, slow-downs, blockages, restrictions, congestion.

A canal is a port on a lane. What a stoppage leaves behind, the queue, is not given: it follows from the background traffic
and from the surge capacity of the port.
"""

from __future__ import annotations

from typing import Literal

from sim.disruptions.incident import Incident
from sim.disruptions.timing import Occurrence, Weakened
from sim.keys import key, spec


@spec
class PortStoppage(Weakened):
    """A port, canal or border that works slower or not at all, or that other shippers crowd.

    Not modelled: ships that turn away to another port; priority of some cargo.
    """

    kind: Literal[
        "port_strike", "port_closure", "port_slowdown", "port_congestion", "canal_blockage", "canal_restriction"
    ] = key(about="kind of disruption")
    port: str = key(about="port, canal or border")
    traffic_factor: float = key(default=1.0, ge=0, le=100, about="multiplies other shippers' arrivals meanwhile")
    dwell_factor: float = key(default=1.0, ge=0, about="multiplies the time from berth to gate meanwhile")
    dwell_add: float = key(default=0.0, ge=0, about="days added to the time from berth to gate meanwhile")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind == "port_congestion" and self.traffic_factor == self.dwell_factor == 1 and not self.dwell_add:
            raise ValueError("a congestion needs a traffic_factor, dwell_factor or dwell_add")

    @property
    def usual(self) -> float:
        """A congestion takes no capacity away."""
        return float(self.kind == "port_congestion")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """The port's one incident."""
        return [
            Incident(
                name="",
                kind="",
                target="port",
                where=self.port,
                start=0.0,
                end=occurrence.length,
                remaining=self.left,
                traffic_factor=self.traffic_factor,
                dwell_factor=self.dwell_factor,
                dwell_add=self.dwell_add,
            )
        ]
