"""Common causes: one hazard that hits some of a group, and one regime that moves a whole group together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

from sim.disruptions.bad_spell import BadSpell
from sim.disruptions.containers import ContainerShortage
from sim.disruptions.demand_end import DemandEnd
from sim.disruptions.event import LibraryEvent
from sim.disruptions.goods import DemandShock, PriceShock, QualityHold
from sim.disruptions.incident import Incident, Target, drawn
from sim.disruptions.lanes import CarrierFailure, CustomsDelay, FreightShock, LaneDisruption
from sim.disruptions.ports import PortStoppage
from sim.disruptions.sites import CyberOutage, RegionalShutdown, WarehouseLoss
from sim.disruptions.suppliers import Insolvency, SupplierOutage
from sim.disruptions.timing import TRIGGERS, Occurrence, Timed
from sim.distributions import Law, fixed
from sim.keys import key, spec

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario import Scenario

Kind = (
    PortStoppage
    | SupplierOutage
    | Insolvency
    | LaneDisruption
    | CarrierFailure
    | FreightShock
    | CustomsDelay
    | ContainerShortage
    | QualityHold
    | BadSpell
    | DemandShock
    | DemandEnd
    | PriceShock
    | WarehouseLoss
    | RegionalShutdown
    | CyberOutage
    | LibraryEvent
)


@spec
class CommonCause(Timed):
    """One cause with several effects: a hazard (storm, quake, pandemic) or a regime (as in 2020 to 2022).

    A hazard hits each member with the member's own `probability`, at a severity drawn for each. A regime hits all its
    members, at one strength that is drawn once for all. Members have no start of their own; `lag` is theirs, in days after
    the start of the cause, and `length` too where it differs from that of the cause.
    """

    kind: Literal["hazard", "regime"] = key(about="kind of disruption")
    members: tuple[Kind, ...] = key(about="what it does: kinds without a start", min_length=1)
    strength: Law = key(default=fixed(1.0), about="regime: one strength that scales every member")

    endless = True

    def __post_init__(self) -> None:
        super().__post_init__()
        for number, member in enumerate(self.members):
            given = [name for name in TRIGGERS if getattr(member, name) is not None]
            if given:
                raise ValueError(f"members[{number}] has {given[0]}: a member starts with its {self.kind}")
            if self.kind == "regime" and member.probability < 1:
                raise ValueError(f"members[{number}] has a probability: a regime hits all its members")
            if member.length is None and self.length is None and self.down is None and not member.endless:
                raise ValueError(f"members[{number}] has no length, and neither has the {self.kind}")
        if self.kind == "hazard" and self.strength != fixed(1.0):
            raise ValueError("strength is for a regime; members of a hazard have a severity each")

    def laws(self) -> tuple[Law, ...]:
        """The one strength."""
        return (self.strength,)

    def bound(self, scenario: Scenario) -> Self:
        """The same with members of this scenario."""
        members: list[Any] = [one.bound(scenario) if hasattr(one, "bound") else one for one in self.members]
        return replace(self, members=tuple(members))

    def targets(self) -> list[tuple[Target, str]]:
        """All that its members may hit."""
        return list(dict.fromkeys(target for member in self.members for target in member.targets()))

    def incidents(
        self, generator: np.random.Generator, first: float, last: float, count: int | None = None
    ) -> list[Incident]:
        """Incidents of the members that are hit; `count` as of `occurrences`."""
        return self._spread(self.occurrences(generator, first, last, count), generator)

    def follows(self, incidents: Sequence[Incident], generator: np.random.Generator) -> list[Incident]:
        """The same after another disruption."""
        return self._spread(self.following(incidents, generator), generator)

    def _spread(self, occurrences: Sequence[Occurrence], generator: np.random.Generator) -> list[Incident]:
        """What the members do; each member's draws come after those of the members before it."""
        found = []
        for member in self.members:
            for one in occurrences:
                hit = generator.random() < member.probability
                start = one.start + drawn(member.lag, generator)
                own = member._drawn(generator, start, one.number, one.cause)
                if member.length is None and math.isfinite(one.length):
                    own = replace(own, length=one.length, estimate=one.estimate)
                if hit:
                    struck = replace(own, severity=own.severity * one.severity * one.extra[0])
                    found += [
                        replace(incident, name=self.name, notice=max(self.notice, member.notice))
                        for incident in member.struck([struck])
                    ]
        return found
