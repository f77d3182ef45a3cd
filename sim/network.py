"""Where goods come from and what they pass: suppliers, ports, container pools, lanes and warehouses."""

from __future__ import annotations

import math
from typing import Literal

from sim.distributions import Law, fixed
from sim.keys import key, spec

#: surge throughput over normal arrivals where nothing is known (calibration: triangular 1.15, 1.3, 1.7)
SURGE = 1.3


@spec
class Supplier:
    """A maker of items: a daily capacity, then a production time that does not grow with the quantity.

    Not modelled: set-up times, batches, the supplier's own materials; a surge that has to be ordered days ahead.
    """

    name: str = key(about="name", min_length=1)
    place: str = key(default="", about="where it is")
    region: str = key(default="", about="country or region whose troubles it shares; empty: not known")
    grade: str = key(default="", about="credit grade: AAA, AA, A, BBB, BB, B, CCC or D; empty: not known")
    exposure: float | None = key(
        default=None,
        ge=0,
        le=1,
        about="political exposure (tariffs, sanctions, unrest), 0 none to 1 full; empty: not known",
    )
    production_time: Law = key(default=fixed(0.0), about="order released to goods ready, days")
    capacity: float | None = key(default=None, gt=0, about="units a day over all its items; empty: not limited")
    defect_rate: float = key(
        default=0.0, ge=0, le=1, about="share of the units made that are defective, drawn by item and production day"
    )
    inspection: float = key(
        default=0.0, ge=0, le=1, about="share of defective units that inspection at receipt finds; 0: no inspection"
    )
    inspection_days: float = key(default=0.0, ge=0, about="days that inspection at receipt takes")
    inspection_cost: float = key(default=0.0, ge=0, about="cost of inspection, money per unit received")
    surge_capacity: float = key(
        default=0.0,
        ge=0,
        about="units a day above capacity that it makes when they are ordered deliberately (surge_below)",
    )
    surge_premium: float = key(
        default=0.0, ge=0, about="what units made in a surge cost more, as a share of their price"
    )
    reserved_time: Law | None = key(
        default=None, about="production time of orders in a reserved slot, days; empty: it sells no slots"
    )
    reserved_capacity: float | None = key(
        default=None, gt=0, about="units a day over all its reserved slots, besides capacity; empty: not limited"
    )
    reservation: float = key(default=0.0, ge=0, about="fee for one item's reserved slot at one warehouse, money a year")
    price_factor: float = key(
        default=1.0, gt=0, le=1000, about="its price over the item's purchase price, for what is bought here"
    )
    qualification: float = key(
        default=0.0, ge=0, about="fee for qualifying it for one item at one warehouse (backup_qualifies), money, once"
    )
    correlation_time: float = key(
        default=80.0, ge=0, about="days over which production luck stays alike (assumed; 0: independent days)"
    )

    def __post_init__(self) -> None:
        if self.surge_capacity and self.capacity is None:
            raise ValueError("surge_capacity is units a day above capacity: give capacity")
        if self.surge_premium and not self.surge_capacity:
            raise ValueError("surge_premium is paid for units made in a surge: give surge_capacity")
        if self.reserved_time is None and (self.reservation or self.reserved_capacity is not None):
            raise ValueError("reservation and reserved_capacity are of a reserved slot: give reserved_time")


@spec
class Port:
    """A passage (port, canal or border): parallel first-come berths and the background traffic of other shippers.

    Not modelled: yard space, tides, priority berthing.
    """

    name: str = key(about="name", min_length=1)
    berths: int = key(default=1, ge=1, about="parallel berths")
    service_time: Law = key(default=fixed(0.0), about="time at the berth per ship, days")
    dwell: Law = key(default=fixed(0.0), about="time from berth to gate, days")
    surge: float | None = key(
        default=None,
        gt=1,
        about="surge throughput over normal arrivals; sets background arrivals when `background` is left out; left out: "
        "1.3, and an event of the library brings its own while its queue lasts",
    )
    background: float | None = key(
        default=None, ge=0, about="other shippers' ships a day; left out: berths / (mean service time x surge)"
    )
    background_arrivals: Literal["poisson", "regular"] = key(default="poisson", about="how the background arrives")
    stoppages: float | None = key(
        default=None, ge=0, about="stoppages a year (labour and weather) that scoring counts on; empty: not known"
    )
    own_share: Literal["negligible", "counts"] = key(
        default="negligible",
        about="'negligible': own shipments wait behind the background and do not add to the queue; 'counts': they queue",
    )

    @property
    def arrivals_per_day(self) -> float:
        """Background ships a day."""
        if self.background is not None:
            return self.background
        mean = self.service_time.mean
        return self.berths / (mean * (self.surge or SURGE)) if mean > 0 else 0.0

    @property
    def slack(self) -> float:
        """Factor k that rules here: full throughput over normal arrivals; infinite where no other ships come."""
        mean, rate = self.service_time.mean, self.arrivals_per_day
        return self.berths / (mean * rate) if mean * rate > 0 else math.inf


@spec
class ContainerPool:
    """The carrier's allocation of boxes to this shipper at one origin; boxes come back after a cycle time."""

    name: str = key(about="name", min_length=1)
    containers: float = key(gt=0, about="boxes in the pool")
    capacity: float = key(default=55.0, gt=0, about="m3 in one box (calibration: 55 for a 40 foot box)")
    cycle_time: Law = key(default=fixed(60.0), about="loaded at the origin to back at the origin, days")
    whole: bool = key(
        default=False, about="true: boxes are taken whole; false: part loads are consolidated by the forwarder"
    )


@spec
class Leg:
    """One part of a lane: a transit time, or a passage through a port."""

    transit: Law | None = key(default=None, about="transit time, days")
    port: str | None = key(default=None, about="port to pass through")

    def __post_init__(self) -> None:
        if (self.transit is None) == (self.port is None):
            raise ValueError("a leg has either a transit time or a port")


@spec
class Departures:
    """A schedule: every so many days, from an offset."""

    every: float = key(gt=0, about="days between departures (7: weekly sailing)")
    offset: float = key(default=0.0, ge=0, about="first departure at or after day 0, as a day number")


@spec
class Lane:
    """The way from suppliers, or from a warehouse, to a warehouse.

    Of standard lanes there is one from each origin to each warehouse; lanes of the other roles are taken only when a plan
    line, or a closed passage, asks for them (see docs/ways.md).

    Not modelled: vehicle sizes.
    """

    name: str = key(about="name", min_length=1)
    origin: tuple[str, ...] = key(about="suppliers that ship on it, or one warehouse", min_length=1)
    destination: str = key(about="warehouse", min_length=1)
    role: Literal["standard", "expedite", "transship", "detour"] = key(
        default="standard",
        about="'standard': ordinary orders; 'expedite': emergency orders; 'transship': from a warehouse that does not feed "
        "the other; 'detour': in place of a lane while a passage of it is closed",
    )
    mode: str = key(default="truck", about="sea, truck, air, rail …; 'sea' is what sea cover refers to")
    legs: tuple[Leg, ...] = key(default=(), about="transit times and ports, in order")
    departures: Departures | None = key(default=None, about="schedule; left out: goods leave when they are ready")
    containers: str | None = key(default=None, about="container pool its boxes come from; left out: not limited")
    freight: float = key(default=0.0, ge=0, about="freight, money per m3")
    per_delivery: float = key(
        default=0.0,
        ge=0,
        about="unloading and inspection, money per delivery: all that arrives on the lane at one moment",
    )
    capacity: float | None = key(
        default=None,
        ge=0,
        about="expedite, transship: most m3 a day; what is not used is lost; left out: not limited",
    )
    from_stock: bool = key(
        default=True,
        about="expedite: the supplier ships from goods at its dock at once; false: they are made first",
    )
    instead_of: str | None = key(default=None, about="detour: the lane in whose place it is taken")
    at_or_below: float = key(
        default=0.0, ge=0, lt=1, about="detour: taken while a passage has this share of its capacity or less"
    )
    after: float = key(default=0.0, ge=0, about="detour: days a passage must have been that low before it is taken")
    correlation_time: float = key(
        default=30.0, ge=0, about="days over which transit luck stays alike (assumed; 0: independent days)"
    )


@spec
class Warehouse:
    """A stocking point."""

    name: str = key(about="name", min_length=1)
    place: str = key(default="", about="where it is")
    floor_space: float | None = key(default=None, gt=0, about="m3 of storage; empty: not limited")
    overflow_cost: float = key(default=0.0, ge=0, about="premium for each m3-day above the floor space, money")
    storage_per_m3: float | None = key(
        default=None,
        ge=0,
        about="storage here, money per m3-day on hand, in place of the scenario's; needs costs.storage_rate = 0",
    )
    fed_by: str | None = key(default=None, about="warehouse that feeds it; left out: fed by suppliers")
    picking: Literal["fifo", "fefo"] = key(
        default="fifo", about="what leaves first, where ages or quality count: first in, or first expired"
    )
    owner: Literal["own", "supplier"] = key(
        default="own",
        about="'supplier': stock here, and on its way here, is the supplier's until it leaves: no capital cost",
    )
    holding_fee: float = key(
        default=0.0, ge=0, le=2, about="paid to the owner of stock here that is not ours: share of its value a year"
    )
    orders_on: Literal["orders", "demand"] = key(
        default="orders",
        about="a warehouse that feeds others orders on what they order, or on what their customers take (echelon stock)",
    )
    rank: int = key(default=0, ge=0, about="who is served first when allocation is 'critical'; 0 is first")
