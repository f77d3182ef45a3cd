"""What can go wrong: one module for each family of disruption, and the incident that a disruption becomes in a Future."""

from __future__ import annotations

from sim.disruptions.background import Background
from sim.disruptions.bad_spell import BadSpell
from sim.disruptions.common import CommonCause, Kind
from sim.disruptions.containers import ContainerShortage
from sim.disruptions.demand_end import DemandEnd
from sim.disruptions.event import LibraryEvent
from sim.disruptions.goods import DemandShock, PriceShock, QualityHold
from sim.disruptions.incident import Chained, Disruption, Incident
from sim.disruptions.lanes import CarrierFailure, CustomsDelay, FreightShock, LaneDisruption
from sim.disruptions.own import OwnDisruption
from sim.disruptions.ports import PortStoppage
from sim.disruptions.random_outage import RandomOutage
from sim.disruptions.sites import CyberOutage, RegionalShutdown, WarehouseLoss
from sim.disruptions.suppliers import Insolvency, SupplierOutage
from sim.disruptions.timing import Occurrence, Season, Timed

AnyDisruption = Kind | RandomOutage | CommonCause | Background

__all__ = [
    "AnyDisruption",
    "Background",
    "BadSpell",
    "CarrierFailure",
    "Chained",
    "CommonCause",
    "ContainerShortage",
    "CustomsDelay",
    "CyberOutage",
    "DemandEnd",
    "DemandShock",
    "Disruption",
    "FreightShock",
    "Incident",
    "Insolvency",
    "Kind",
    "LaneDisruption",
    "LibraryEvent",
    "Occurrence",
    "OwnDisruption",
    "PortStoppage",
    "PriceShock",
    "QualityHold",
    "RandomOutage",
    "RegionalShutdown",
    "Season",
    "SupplierOutage",
    "Timed",
    "WarehouseLoss",
]
