"""What can go wrong: one module for each family of disruption, and the incident that a disruption becomes in a Future."""

from __future__ import annotations

from sim.disruptions.incident import Disruption, Incident
from sim.disruptions.random_outage import RandomOutage
from sim.disruptions.scheduled import ContainerShortage, LaneDisruption, PortStoppage, SupplierOutage

AnyDisruption = PortStoppage | SupplierOutage | LaneDisruption | ContainerShortage | RandomOutage

__all__ = [
    "AnyDisruption",
    "ContainerShortage",
    "Disruption",
    "Incident",
    "LaneDisruption",
    "PortStoppage",
    "RandomOutage",
    "SupplierOutage",
]
