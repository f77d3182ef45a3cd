"""Suppliers: outages and slow-downs, fires, floods and quakes, shortages with allocation, and insolvency."""

from __future__ import annotations

import math
from typing import Literal

from sim.disruptions.incident import Incident
from sim.disruptions.timing import Occurrence, Recovering, Timed
from sim.distributions import Law
from sim.keys import key, spec

Work = Literal["resumes", "restarts", "lost"]
#: what befalls goods in production where the file does not say
WORK: dict[str, Work] = {"factory_fire": "lost", "factory_flood": "lost", "factory_quake": "restarts"}


@spec
class SupplierOutage(Recovering):
    """A supplier that makes less or nothing for a while.

    Not modelled: overtime that catches up (capacity comes back to normal, not above); a supplier's own stock.
    """

    kind: Literal[
        "supplier_outage", "supplier_slowdown", "factory_fire", "factory_flood", "factory_quake", "component_shortage"
    ] = key(about="kind of disruption")
    supplier: str = key(about="supplier")
    work: Work | None = key(
        default=None,
        about="goods in production when it starts: they wait and resume, start anew, or are lost; left out: lost by fire "
        "and flood, started anew after a quake, resumed otherwise",
    )
    orders: Literal["queue", "refused", "lost"] = key(
        default="queue", about="orders placed meanwhile: they wait, are not accepted, or are accepted and never come"
    )
    open_orders: Literal["kept", "lost"] = key(default="kept", about="orders not yet made when it starts")
    allocation: float | None = key(
        default=None,
        ge=0,
        le=1,
        about="rationing: share of each item's historic demand that is accepted at a review; left out: none",
    )
    items: tuple[str, ...] = key(default=(), about="items that are rationed; empty: all of this supplier")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind == "component_shortage" and self.left == 1.0 and self.allocation is None:
            raise ValueError("a component shortage needs an allocation, or remaining below 1")
        if self.items and self.allocation is None:
            raise ValueError("items says which items are rationed: it needs an allocation")

    @property
    def usual(self) -> float:
        """A shortage takes no capacity away, unless the file says so."""
        return float(self.kind == "component_shortage")

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """The supplier's one incident: the outage and its recovery."""
        end, left = self.course(occurrence)
        return [
            Incident(
                name="",
                kind="",
                target="supplier",
                where=self.supplier,
                start=0.0,
                end=end,
                remaining=left,
                work=self.work or WORK.get(self.kind, "resumes"),
                orders=self.orders,
                open_orders=self.open_orders,
                allocation=self.allocation,
                items=self.items,
            )
        ]


@spec
class Insolvency(Timed):
    """A supplier that goes out of business: what is open is cancelled, nothing is accepted until it is replaced.

    Its `length` is the time until another one makes the items; left out: it never is. Then prices may be higher.

    Not modelled: money paid in advance and lost.
    """

    kind: Literal["supplier_insolvency"] = key(about="kind of disruption")
    supplier: str = key(about="supplier")
    price_factor: float = key(default=1.0, ge=0, about="multiplies purchase prices of the new source")
    price_days: Law | None = key(default=None, about="days for which that lasts; left out: for good")

    endless = True

    def laws(self) -> tuple[Law, ...]:
        """How long the new price lasts."""
        return () if self.price_days is None else (self.price_days,)

    def effects(self, occurrence: Occurrence) -> list[Incident]:
        """The end of the old source, and the price of the new one."""
        gone = Incident(
            name="",
            kind="",
            target="supplier",
            where=self.supplier,
            start=0.0,
            end=occurrence.length,
            work="lost",
            orders="refused",
            open_orders="lost",
        )
        if self.price_factor == 1.0 or not 0 < occurrence.length < math.inf:
            return [gone]
        lasting = occurrence.extra[0] if occurrence.extra else math.inf
        dearer = Incident(
            name="",
            kind="new_source_price",
            target="supplier",
            where=self.supplier,
            start=occurrence.length,
            end=occurrence.length + lasting,
            remaining=1.0,
            price_factor=self.price_factor,
        )
        return [gone, dearer]
