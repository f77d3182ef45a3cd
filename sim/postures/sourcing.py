"""What a posture decides about sourcing, made into fields of a line, with words, and the lead time it is sized on."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.catalogue import Item
from sim.errors import listing
from sim.sizing import LeadTime
from sim.sourcing import unsupported

if TYPE_CHECKING:
    from sim.network import Supplier
    from sim.plan import PlanLine
    from sim.scenario import Scenario


@dataclass(frozen=True)
class Levers:
    """What is decided for one item, with the names of the keys of a posture; see there."""

    source: int = 1
    second_source: float = 0.0
    backup: bool = False
    backup_after: float = 7.0
    backup_ramp: float = 0.0
    backup_qualifies: float = 0.0
    reserved: bool = False
    flex_below: float = 0.0


LEVERS = tuple(one.name for one in dataclasses.fields(Levers))


@dataclass(frozen=True)
class Sourced:
    """Levers made into fields of a line.

    Attributes
    ----------
    origin : the main supplier.
    fields : fields of the line.
    reasons, inputs : words for the line.
    """

    origin: str
    fields: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


class Buyer:
    """Chooses suppliers for the lines of one plan, and keeps note of what could not be done."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._suppliers = {one.name: one for one in scenario.suppliers}
        self._lacking: dict[str, list[str]] = {}

    def chosen(self, levers: Levers, item: Item, site: str, origin: str) -> Sourced:
        """The sourcing of an item at a warehouse.

        Parameters
        ----------
        levers : what is decided.
        item, site : what, and where.
        origin : the item's first supplier, or the warehouse that feeds it.
        """
        if levers == PLAIN:
            return Sourced(origin)
        if why := unsupported(self.scenario, site):
            if levers.source > 1 or levers.second_source or levers.backup or levers.reserved or levers.flex_below:
                self._lacking.setdefault(why, []).append(item.item)
            return Sourced(origin)
        reached = [name for name in (*item.suppliers, item.candidate) if self._reached(site, name)]
        if levers.source > 1:
            if len(item.suppliers) >= levers.source and item.suppliers[levers.source - 1] in reached:
                origin = item.suppliers[levers.source - 1]
            else:
                told = f"no supplier number {levers.source} with a lane: the first stays the main one"
                self._lacking.setdefault(told, []).append(item.item)
        made: dict[str, Any] = {}
        reasons: list[str] = []
        inputs: list[str] = []
        if origin != item.suppliers[0]:
            reasons.append(f"bought from {origin} in place of {item.suppliers[0]}")
            inputs.append(self._terms(origin))
        other = next((name for name in reached if name != origin), None)
        if levers.second_source or levers.backup:
            if other is None:
                self._lacking.setdefault("no second supplier with a lane: single source stays", []).append(item.item)
            else:
                made, words = _others(levers, other)
                reasons += words
                inputs.append(self._terms(other))
        main = self._suppliers[origin]
        if levers.reserved:
            if main.reserved_time is None:
                self._lacking.setdefault(f"{origin} sells no reserved slots", []).append(item.item)
            else:
                made["reserved"] = 1.0
                reasons.append(
                    f"slot reserved at {origin}: {main.reserved_time.mean:g} days instead of "
                    f"{main.production_time.mean:g}"
                )
                if main.reservation:
                    inputs.append(f"reservation {main.reservation:g} {self.scenario.currency} a year")
        if levers.flex_below and not made.get("reserved"):
            if not main.surge_capacity:
                self._lacking.setdefault(f"{origin} has no surge capacity", []).append(item.item)
            else:
                made["surge_below"] = levers.flex_below
                reasons.append(f"surge at {origin} below {levers.flex_below:g} days of stock")
                inputs.append(f"surge of {main.surge_capacity:g} units a day at a premium of {main.surge_premium:.0%}")
        return Sourced(origin, made, tuple(reasons), tuple(inputs))

    def _reached(self, site: str, name: str) -> bool:
        return name in self._suppliers and (site, name) in self.scenario.standard_lanes

    def _terms(self, name: str) -> str:
        """Price of another supplier, for the inputs of a line."""
        return f"{name} at {self._suppliers[name].price_factor:g} x the purchase price"

    def lead(self, sourced: Sourced, lead_of: Callable[[str], LeadTime]) -> LeadTime:
        """The lead time to size on: of the main supplier, its slot, or a standing split.

        Under base stock with deterministic lead times L1 and L2 and a share p that goes to the second, the position of t
        covers demand from t on, and what is still to come at t is p of the orders of L2 days and 1 - p of those of L1 days:
        so the mean of what to protect against is exactly that of the mean lead time, (1 - p) L1 + p L2. Its variance is
        taken as that of two independent supply lines; the variance of demand is then somewhat too high, on the safe side.
        """
        main = lead_of(sourced.origin)
        if sourced.fields.get("reserved"):
            main = _slotted(main, self._suppliers[sourced.origin])
        share = float(sourced.fields.get("second_share", 0.0))
        if not share:
            return main
        other = lead_of(str(sourced.fields["second_origin"]))
        sd = math.hypot((1 - share) * main.sd, share * other.sd)
        return LeadTime((1 - share) * main.mean + share * other.mean, sd)

    def notes(self, lines: Sequence[PlanLine]) -> tuple[str, ...]:
        """What could not be done, and triggers that can never fire, one sentence each."""
        from sim.sourcing import warnings

        found = [
            f"sourcing: {told} ({listing(list(dict.fromkeys(items)), 5)})" for told, items in self._lacking.items()
        ]
        return (*found, *(f"sourcing: {told}" for told in warnings(self.scenario, lines)))


PLAIN = Levers()


def _others(levers: Levers, other: str) -> tuple[dict[str, Any], list[str]]:
    """Fields and words of a second supplier and a backup."""
    made: dict[str, Any] = {}
    words = []
    if levers.second_source:
        made |= {"second_origin": other, "second_share": levers.second_source}
        words.append(f"second source {other} takes {levers.second_source:.0%}")
    if levers.backup:
        made |= {
            "backup_origin": other,
            "backup_after": levers.backup_after,
            "backup_ramp": levers.backup_ramp,
            "backup_qualifies": levers.backup_qualifies,
        }
        terms = [f"after {levers.backup_after:g} days"]
        if levers.backup_qualifies:
            terms.append(f"{levers.backup_qualifies:g} more to qualify it")
        if levers.backup_ramp:
            terms.append(f"ramp of {levers.backup_ramp:g} days")
        words.append(f"backup {other} {', '.join(terms)}")
    return made, words


def _slotted(lead: LeadTime, supplier: Supplier) -> LeadTime:
    """A lead time with the production time of a reserved slot in place of the normal one."""
    law = supplier.reserved_time
    assert law is not None
    gained = supplier.production_time.mean - law.mean
    variance = max(lead.sd**2 - supplier.production_time.sd**2, 0.0) + law.sd**2
    return LeadTime(max(lead.mean - gained, 0.0), math.sqrt(variance))
