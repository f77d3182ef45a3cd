"""The profile of a whole scenario: demand by item and site, lead time by supply line, and the stretches of its past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.profiles.demand import DemandProfile, Floats
from sim.profiles.lead_time import LeadTimeProfile
from sim.profiles.stretches import Stretch


@dataclass(frozen=True)
class Profile:
    """What is known on the morning of day 0.

    Attributes
    ----------
    as_of : date of day 0 (ISO), "" where the scenario has no calendar.
    items : for each site, the items in the order of the arrays.
    demand : for each site and kind (``all``, ``stable``, ``disrupted``), the demand profile of its items.
    lead : for each (site, origin) and kind, the lead-time profile.
    stretches : what was told apart, and why.
    past : for each site, (days, items) units before day 0, the demand of warehouses it feeds added.
    basis : where demand comes from, in words.
    """

    as_of: str
    items: Mapping[str, tuple[str, ...]]
    demand: Mapping[str, Mapping[str, DemandProfile]]
    lead: Mapping[tuple[str, str], Mapping[str, LeadTimeProfile]]
    stretches: tuple[Stretch, ...]
    past: Mapping[str, Floats]
    basis: str
