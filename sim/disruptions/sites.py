"""Places and systems: warehouses lost or closed, regions shut down, computers that are down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from sim.disruptions.incident import FIRM, Incident, Target
from sim.disruptions.timing import Occurrence, Recovering, Timed, Weakened
from sim.keys import key, spec

if TYPE_CHECKING:
    from sim.scenario import Scenario


def _incident(target: Target, where: str, end: float, remaining: Any, **effects: Any) -> Incident:
    return Incident(name="", kind="", target=target, where=where, start=0.0, end=end, remaining=remaining, **effects)


@spec
class WarehouseLoss(Timed):
    """A warehouse that is closed for a while, and may lose stock: nothing is served, receipts wait at the door.

    Not modelled: a makeshift warehouse; insurance money.
    """

    kind: Literal["warehouse_loss", "warehouse_closure"] = key(about="kind of disruption")
    warehouse: str = key(about="warehouse")
    share: float = key(default=1.0, ge=0, le=1, about="warehouse_loss: share of the stock on hand that is destroyed")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """The warehouse's one incident."""
        lost = self.kind == "warehouse_loss"
        return [
            _incident(
                "warehouse",
                self.warehouse,
                occurrence.length,
                0.0,
                stock="destroyed" if lost else "untouched",
                stock_share=self.share if lost else 1.0,
            )
        ]


@spec
class RegionalShutdown(Recovering):
    """Suppliers, ports, lanes and warehouses of a region that stop, or slow down, together."""

    kind: Literal["regional_shutdown"] = key(about="kind of disruption")
    region: str | None = key(default=None, about="hits all suppliers of this region")
    suppliers: tuple[str, ...] = key(default=(), about="suppliers hit")
    ports: tuple[str, ...] = key(default=(), about="ports hit")
    lanes: tuple[str, ...] = key(default=(), about="lanes hit")
    warehouses: tuple[str, ...] = key(default=(), about="warehouses hit: closed, whatever remains elsewhere")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.region or self.suppliers or self.ports or self.lanes or self.warehouses):
            raise ValueError("a regional shutdown needs members: region, suppliers, ports, lanes or warehouses")

    def bound(self, scenario: Scenario) -> RegionalShutdown:
        """The same with the suppliers of the region."""
        more = tuple(one.name for one in scenario.suppliers if self.region is not None and one.region == self.region)
        return replace(self, suppliers=tuple(dict.fromkeys((*self.suppliers, *more))), region=None)

    def adrift(self, rows: Mapping[str, Mapping[int, Any]]) -> list[tuple[str, str, list[str]]]:
        """A region without suppliers: key, name and what there is."""
        regions = sorted({one.region for one in rows.get("suppliers", {}).values() if one.region})
        return [] if self.region is None or self.region in regions else [("region", self.region, regions)]

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """One incident for each member; ports, lanes and warehouses open when the outage itself is over."""
        end, left = self.course(occurrence)
        found = [_incident("supplier", one, end, left) for one in self.suppliers]
        short = occurrence.length, self.left
        found += [_incident("port", one, *short) for one in self.ports]
        found += [_incident("lane", one, *short) for one in self.lanes]
        return found + [_incident("warehouse", one, occurrence.length, 0.0) for one in self.warehouses]


@spec
class CyberOutage(Weakened):
    """Computers down: at a supplier, a port, a carrier (its lanes), a warehouse, or at the firm itself.

    At the firm no orders are placed and no plan is reassessed; goods move on. At a warehouse no orders are placed either,
    nothing is served and receipts wait. A supplier neither makes anything nor takes orders.
    """

    kind: Literal["cyber_outage"] = key(about="kind of disruption")
    supplier: str | None = key(default=None, about="supplier hit")
    port: str | None = key(default=None, about="port hit")
    lanes: tuple[str, ...] = key(default=(), about="lanes of the carrier hit")
    warehouse: str | None = key(default=None, about="warehouse hit")
    firm: bool = key(default=False, about="true: the firm itself is hit")

    def __post_init__(self) -> None:
        super().__post_init__()
        places = (self.supplier, self.port, self.lanes or None, self.warehouse, self.firm or None)
        if sum(place is not None for place in places) != 1:
            raise ValueError("a cyber outage hits exactly one supplier, port, warehouse, carrier (lanes) or the firm")
        if (self.warehouse or self.firm) and (self.remaining or self.curve):
            raise ValueError("a warehouse or the firm is down or not: remaining and curve do not apply")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """The incident, one for each lane of a carrier."""
        end = occurrence.length
        if self.supplier is not None:
            return [_incident("supplier", self.supplier, end, self.left, orders="refused")]
        if self.port is not None:
            return [_incident("port", self.port, end, self.left)]
        if self.warehouse is not None:
            return [_incident("warehouse", self.warehouse, end, 0.0, orders="refused")]
        if self.firm:
            return [_incident("firm", FIRM, end, 0.0)]
        return [_incident("lane", lane, end, self.left) for lane in self.lanes]
