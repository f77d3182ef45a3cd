"""The item profile: what history says of demand and lead times before day 0, stable and disrupted stretches apart."""

from __future__ import annotations

from sim.profiles.demand import DemandProfile
from sim.profiles.lead_time import LeadTimeProfile
from sim.profiles.profile import KINDS, Kind, Profile, of
from sim.profiles.stretches import Stretch

__all__ = ["KINDS", "DemandProfile", "Kind", "LeadTimeProfile", "Profile", "Stretch", "of"]
