"""What of a scenario a random background can hit: nodes that goods pass through, and the groups they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import Scenario

Names = tuple[str, ...]


@dataclass(frozen=True)
class Nodes:
    """Nodes in use and their groups.

    Attributes
    ----------
    suppliers : suppliers of items in demand.
    stoppages : for each port on a lane in use, the stoppages a year that the scenario gives; None where it gives none.
    lanes, sea : lanes in use; those by sea.
    pools : container pools in use.
    regions : for each region, its suppliers; a supplier without one stands for itself.
    inbound : for each region, lanes from its suppliers.
    families : for each family, its items; items without one together.
    made : for each supplier, the items it is first source of.
    stocked : for each warehouse, the items it stocks.
    """

    suppliers: Names
    stoppages: dict[str, float | None]
    lanes: Names
    sea: Names
    pools: Names
    regions: dict[str, Names]
    inbound: dict[str, Names]
    families: dict[str, Names]
    made: dict[str, Names]
    stocked: dict[str, Names]

    @classmethod
    def of(cls, scenario: Scenario) -> Nodes:
        """Those of a scenario."""
        known = {one.name: one for one in scenario.suppliers}
        made: dict[str, dict[str, None]] = {}
        lanes: dict[str, None] = {}
        families: dict[str, dict[str, None]] = {}
        family = {item.item: item.family for item in scenario.items}
        for site, items in scenario.sites.items():
            for item in items:
                families.setdefault(family[item], {})[item] = None
                origin = scenario.origin_of(site, item)
                lanes[scenario.lane_to(site, origin).name] = None
                if origin in known:
                    made.setdefault(origin, {})[item] = None
        used = [lane for lane in scenario.lanes if lane.name in lanes]
        passed = {leg.port for lane in used for leg in lane.legs if leg.port is not None}
        suppliers = tuple(name for name in known if name in made)
        regions: dict[str, list[str]] = {}
        for name in suppliers:
            regions.setdefault(known[name].region or name, []).append(name)
        inbound = {
            region: tuple(lane.name for lane in used if set(lane.origin) & set(members))
            for region, members in regions.items()
        }
        return cls(
            suppliers=suppliers,
            stoppages={port.name: port.stoppages for port in scenario.ports if port.name in passed},
            lanes=tuple(lane.name for lane in used),
            sea=tuple(lane.name for lane in used if lane.mode == "sea"),
            pools=tuple(pool.name for pool in scenario.pools if pool.name in {lane.containers for lane in used}),
            regions={region: tuple(members) for region, members in regions.items()},
            inbound=inbound,
            families={name: tuple(items) for name, items in families.items()},
            made={name: tuple(made[name]) for name in suppliers},
            stocked={site: items for site, items in scenario.sites.items() if items},
        )

    def targets(self) -> list[tuple[str, str]]:
        """All nodes, with their kinds."""
        found = [("supplier", one) for one in self.suppliers] + [("port", one) for one in self.stoppages]
        found += [("lane", one) for one in self.lanes] + [("pool", one) for one in self.pools]
        return found + [("warehouse", one) for one in self.stocked] + [("firm", "firm")]
