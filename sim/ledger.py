"""The ledger: what was counted in one replication, before anything is made of it. Raw quantities, no money but freight."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.disruptions import Incident
    from sim.purchases import Purchases

Floats = NDArray[np.float64]

#: per-item counts of one warehouse, all (n_items,), over the booked days
COLUMNS = (
    "demand",
    "served",
    "late",
    "lost",
    "on_hand_days",
    "before_days",
    "ready_days",
    "backorder_days",
    "clear_days",
    "short_days",
    "episodes",
    "cycles",
    "failed_cycles",
    "received",
    "ordered",
    "lines",
    "transit_days",
    "freight",
    "backordered",
    "cancelled",
    "lost_in_transit",
    "quarantined",
    "released",
    "scrapped",
    "destroyed",
    "aside_days",
    "surcharge",
    "expired",
    "written_down",
    "defective",
    "reworked",
    "returned",
    "consumed",
    "transshipped",
    "from_within",
    "expedited",
    "expedite",
    "consigned_days",
)


@dataclass
class SiteLedger:
    """Counts of one warehouse over the booked days.

    Attributes
    ----------
    items : identifiers, in the order of all arrays.
    days : booked days.
    step : days between two instants of demand (1 for daily demand, 0 for single orders).
    demand, served, late, lost : units asked for by customers, served from stock when they came, served later, lost.
    on_hand_days, before_days : unit-days on hand after and just before each day's demand (time average for single orders).
    ready_days : days with stock on hand just before demand (share of time for single orders).
    backorder_days : unit-days of waiting customers, taken at the books; clear_days : days without any.
    short_days : days with demand not served from stock; episodes : how many spells of such days began.
    cycles, failed_cycles : replenishment cycles begun, and those in which some demand was not served from stock.
    received, ordered, lines, orders : units received, units ordered, order lines, orders.
    transit_days : unit-days in transit from title transfer; freight : money x m3 per unit, charged at departure.
    backordered : units that had to wait.
    cancelled, lost_in_transit : units on order that were lost before they were made, and on their way.
    quarantined, released, scrapped, destroyed : units of stock; what is quarantined is released or scrapped later.
    aside_days : unit-days in quarantine or behind closed doors; they take room and capital as stock on hand does.
    surcharge : units received x share of the purchase price that incidents, dearer sources and price paths added to it
        (negative where it was cheaper).
    expired : units of stock scrapped because of their age.
    written_down : units x share of their standard cost that was written down while they lay in stock.
    defective, reworked : defective units bought; quarantined units that were made good at a cost.
    returned : defective units found in use and reported: they are paid for (`Costs.defect_cost`), not served again.
    consumed : units of stock used in kits by a factory.
    transshipped, from_within : units given to, and received from, other warehouses that this one neither feeds nor is fed
        by; what comes from within is part of `received`, and is not bought.
    expedited, expedite : units received, or under way, by an expediting lane, and their freight: money x m3 per unit,
        charged at departure.
    consigned_days : unit-days of stock on hand, set aside or on its way that still belongs to the supplier.
    claims, claims_served, claims_days : of the warehouses it feeds: units, served at once, unit-days waiting.
    shipped : units given to the warehouses it feeds.
    opening, closing : at day 0 and at the end, units on hand, set aside, awaited by customers and warehouses, and on order.
    pipeline : units found in the pipeline at the end by looking at every parcel (in production, in transit).
    volume_days, peak_volume, overflow_days : m3-days on hand, most m3 on hand, m3-days above the floor space.
    series : by instant, for figures: value on hand, value of waiting customers, sales value not served from stock.
    """

    items: tuple[str, ...]
    days: float
    step: float
    columns: dict[str, Floats]
    claims: Floats
    claims_served: Floats
    claims_days: Floats
    shipped: Floats
    opening: dict[str, Floats]
    closing: dict[str, Floats]
    pipeline: dict[str, Floats]
    orders: int = 0
    volume_days: float = 0.0
    peak_volume: float = 0.0
    overflow_days: float = 0.0
    series: dict[str, Floats] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Floats:
        columns = self.__dict__.get("columns", {})
        if name in columns:
            return columns[name]  # type: ignore[no-any-return]
        raise AttributeError(f"a ledger has no {name!r}")


class Withheld(NamedTuple):
    """Stock that an incident set aside, gave back or took away, of one item at one moment of a traced run.

    Attributes
    ----------
    day, what : when, and whether it was quarantined, released, scrapped or destroyed.
    item, warehouse, units : of what, where, and how much.
    cause : the incident.
    """

    day: float
    what: str
    item: str
    warehouse: str
    units: float
    cause: Incident


@dataclass
class Ledger:
    """Counts of one replication.

    Attributes
    ----------
    sites : by warehouse.
    ports : for each port where own ships count, (ships, 3): arrival, wait and time in port, days.
    revisions : day of each reassessment of the plan, and how many lines it changed.
    withheld : in a traced run, what incidents did to stock, in order of time.
    fees : money over the booked days that goes by no unit, by name (see `sim.money.FEES`).
    told : counts that belong to no item, by name: days, or units (see `sim.outcome`).
    purchases : what was ordered from whom, and deliveries, where a contract, a lane or moving prices ask for it.
    imbalances : what conservation found wrong, in words; empty when the books are right.
    """

    replication: int
    sites: dict[str, SiteLedger]
    ports: dict[str, Floats] = field(default_factory=dict)
    revisions: list[tuple[int, int]] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    fees: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    purchases: Purchases | None = None
    imbalances: list[str] = field(default_factory=list)
