"""A scenario: the business and what may befall it. The posture is not part of it: the same world meets every posture."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Literal

from sim import factory_checks, keeping, market, ways
from sim.assumptions import Assumption
from sim.catalogue import Catalogue, Item
from sim.contracts import Contract
from sim.costs import Costs
from sim.dead_stock import WriteDown
from sim.demand import DemandStream, Factor
from sim.disruptions import AnyDisruption, OwnDisruption, check
from sim.errors import UsageError, near_miss
from sim.factory import BillLine, Bills, Factory, bills, components, with_plants
from sim.keys import key, spec
from sim.network import ContainerPool, Lane, Port, Supplier, Warehouse
from sim.parameters import Parameters
from sim.prices import DAY_OF_PRICE, PricePath, Quote
from sim.quality import Quality
from sim.visibility import Visibility, told
from sim.windows import Window

Review = Literal["morning", "evening", "continuous"]
#: most days of a horizon, a warm-up or a drawn history
MOST_DAYS = 10_000_000
#: a horizon below this many days is likely not meant where results are told by the year
SHORT = 28


@spec
class Scenario:
    """Everything that is given before chance decides. Times in days from day 0, money in `currency`, volume in m3."""

    name: str = key(default="scenario", about="short name")
    title: str = key(default="", about="one line for headings")
    about: str = key(default="", about="what it is for")
    notes: tuple[str, ...] = key(default=(), about="assumptions and invented parts, printed with every result")
    currency: str = key(default="USD", about="currency of all money")
    horizon: int = key(gt=0, le=MOST_DAYS, about="days that are booked, from day 0")
    warm_up: int | None = key(
        default=None,
        ge=0,
        le=MOST_DAYS,
        about="days before day 0; twice the longest lead time plus the review period when left out",
    )
    units: Literal["continuous", "integer"] = key(default="integer", about="whether items come in whole units")
    review: Review = key(
        default="morning", about="when stock is reviewed: before or after the day's demand, or at each order"
    )
    review_every: int = key(default=7, ge=1, about="days between reviews")
    lost_share: float = key(
        default=0.5, ge=0, le=1, about="share of unmet demand that is lost; the rest is backordered"
    )
    complete_orders: bool = key(default=False, about="single orders are delivered whole or wait (no partial delivery)")
    allocation: Literal["fifo", "proportional", "critical"] = key(
        default="fifo", about="who is served when several claims meet at one instant at one warehouse"
    )
    crossing: Literal["none", "independent"] = key(
        default="none", about="'none': shipments do not overtake; 'independent': each order draws its own lead time"
    )
    draws: Literal["sampled", "quantile"] = key(
        default="sampled",
        about="how demand is drawn: 'sampled' is fast; 'quantile' takes the same uniforms whatever the means, so that runs "
        "with changed demand stay in step (sweep and sensitivity see to it themselves)",
    )
    ageing: bool = key(default=False, about="whether items with a shelf life expire; otherwise it only caps buffers")
    quality: Quality = key(default=Quality(), about="how defective units are found, and what becomes of them")
    write_down: WriteDown | None = key(
        default=None, about="rule by which stock that no longer sells loses its value; left out: it does not"
    )
    demand_level: float = key(
        default=1.0,
        ge=0,
        le=1000,
        about="multiplies mean demand from the warm-up on and not the history that plans are made on: demand turns out "
        "higher or lower than planned for; not for replayed or resampled demand, nor for single orders",
    )
    start: Literal["pipeline", "on hand"] = key(
        default="pipeline", about="a replication starts with mean demand staged in the pipeline, or all stock on hand"
    )
    costs: Costs = key(default=Costs(), about="cost rates")
    items: tuple[Item, ...] = key(about="items, or the table that holds them", min_length=1)
    suppliers: tuple[Supplier, ...] = key(about="suppliers, or the table that holds them", min_length=1)
    ports: tuple[Port, ...] = key(default=(), about="ports, or the table that holds them")
    pools: tuple[ContainerPool, ...] = key(default=(), about="container pools, or the table that holds them")
    prices: tuple[PricePath, ...] = key(
        default=(), about="what moves purchase prices from day to day; several multiply"
    )
    price_on: DAY_OF_PRICE = key(
        default="shipment",
        about="which day's price is paid where price paths move it: of the order, or of the day goods leave the factory",
    )
    quotes: tuple[Quote, ...] = key(default=(), about="prices by item and supplier, with discounts for large orders")
    contracts: tuple[Contract, ...] = key(default=(), about="fixed costs and minimum volumes, one a supplier")
    warehouses: tuple[Warehouse, ...] = key(about="warehouses, or the table that holds them", min_length=1)
    lanes: tuple[Lane, ...] = key(about="lanes", min_length=1)
    factories: tuple[Factory, ...] = key(default=(), about="factories: what they make, and from which store")
    bom: tuple[BillLine, ...] = key(default=(), about="bills of materials, or the table that holds them")
    factors: tuple[Factor, ...] = key(default=(), about="common factors of demand")
    demand: tuple[DemandStream, ...] = key(about="demand streams, or the table that holds them", min_length=1)
    disruptions: tuple[AnyDisruption | OwnDisruption, ...] = key(default=(), about="what may go wrong")
    weathers: dict[str, tuple[str, ...]] = key(
        default_factory=dict, about="named selections of disruptions; those in no weather belong to all"
    )
    headline: str | None = key(default=None, about="weather shown first; the first one when left out")
    weather: str | None = key(default=None, about="weather that is on; all disruptions when left out")
    thresholds: dict[str, str] = key(
        default_factory=dict,
        about="what must hold, else a comparison ends with exit code 5: measure, posture.measure or weather/posture.measure "
        'to a bound, for example "hybrid.fill_rate" = ">= 0.97"',
    )
    assumptions: tuple[Assumption, ...] = key(
        default=(),
        about="figures that may be otherwise, for `bufferstock sensitivity`: added to those it knows by itself",
    )
    history: str | None = key(default=None, about="table of demand history: item, warehouse, date or day, units")
    history_period: int = key(
        default=1,
        ge=1,
        le=366,
        about="days of one period of the history: 7 where it was recorded by week and spread evenly over its days",
    )
    as_of: str | None = key(default=None, about="date of day 0 in the history; its last day when left out")
    history_days: int = key(default=730, ge=2, le=MOST_DAYS, about="days of history to draw where no history is given")
    in_sample: tuple[str, ...] = key(
        default=(), about="what was made of the same records that plans are made on; told with every result"
    )
    plan_on: Literal["history", "truth"] = key(
        default="history",
        about="what plans see: history up to day 0; 'truth' (model parameters) is for validation alone",
    )
    deliveries: str | None = key(
        default=None,
        about="table of delivery records: item, supplier, warehouse, mode, ordered, promised, delivered, quantity",
    )
    visibility: Visibility | None = key(
        default=None,
        about="which signals are seen of supply, and how true the stock record is, for postures that say nothing of it: a "
        "table, 'none', 'real time' or 'delayed'; left out: nothing is seen, and stock is known",
    )
    stretches: tuple[Window, ...] = key(default=(), about="windows of history that were disrupted or stable")
    current: str | None = key(
        default=None,
        about="table of the parameters an ERP system holds today: item, warehouse, safety_stock, reorder_point, "
        "order_up_to, order_quantity, review_every, multiple, minimum; it becomes the posture 'current'",
    )
    record: Any = key(default=None, about="the `History` once read; never given in a file")
    delivered: Any = key(default=None, about="the `Deliveries` once read; never given in a file")
    parameters: tuple[Parameters, ...] = key(default=(), about="rows of `current` once read; never given in a file")

    def __post_init__(self) -> None:
        if not self.factories:
            return
        # a factory is a supplier to those who buy from it, and what stops a line halts production
        stops = {component for component, _ in components(self.factories, self.bom)}
        items = tuple(
            dataclasses.replace(one, criticality="halts production") if one.item in stops else one for one in self.items
        )
        object.__setattr__(self, "suppliers", with_plants(self.suppliers, self.factories))
        object.__setattr__(self, "items", items)

    @cached_property
    def bills(self) -> dict[str, Bills]:
        """Bills of materials: units of each component in one unit of a product, by factory and product."""
        return bills(self.factories, self.bom)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Items as columns."""
        return Catalogue.of(self.items)

    @property
    def judged_in_sample(self) -> tuple[str, ...]:
        """Why a plan is judged here on what it was sized on, one sentence each; empty: it is not."""
        found = list(self.in_sample)
        if self.plan_on == "history" and any(stream.model == "bootstrap" for stream in self.demand):
            found.append("demand is resampled from the same days that plans are made on")
        if self.plan_on == "truth":
            found.append("plans know the demand model itself (validation)")
        return tuple(dict.fromkeys(found))

    @cached_property
    def sites(self) -> dict[str, tuple[str, ...]]:
        """For each warehouse, the items it stocks: with a demand stream there or at a warehouse it feeds, or components."""
        stocked: dict[str, dict[str, None]] = {warehouse.name: {} for warehouse in self.warehouses}
        feeder = {warehouse.name: warehouse.fed_by for warehouse in self.warehouses}
        needed = [(stream.item, stream.warehouse) for stream in self.demand]
        for name, where in [*needed, *components(self.factories, self.bom)]:
            place: str | None = where
            while place is not None:
                stocked[place][name] = None
                place = feeder[place]
        order = {item.item: number for number, item in enumerate(self.items)}
        return {name: tuple(sorted(items, key=order.__getitem__)) for name, items in stocked.items()}

    @property
    def day_zero(self) -> str | None:
        """Date of day 0 (ISO), or None where the scenario has no calendar."""
        return (self.record.day_zero if self.record is not None else None) or self.as_of

    @cached_property
    def standard_lanes(self) -> dict[tuple[str, str], Lane]:
        """The lane of ordinary orders by (warehouse, origin)."""
        return {
            (lane.destination, origin): lane for lane in self.lanes if lane.role == "standard" for origin in lane.origin
        }

    def lane_to(self, warehouse: str, origin: str) -> Lane:
        """The lane of ordinary orders from an origin to a warehouse."""
        try:
            return self.standard_lanes[warehouse, origin]
        except KeyError:
            raise UsageError(f"no lane from {origin!r} to {warehouse!r}") from None

    def origin_of(self, warehouse: str, item: str) -> str:
        """Who supplies an item at a warehouse: the warehouse that feeds it, or else the item's first supplier."""
        feeder = self.warehouse(warehouse).fed_by
        return feeder if feeder is not None else self.items[self.catalogue.index[item]].suppliers[0]

    def warehouse(self, name: str) -> Warehouse:
        """A warehouse by name."""
        found: Warehouse = named(self.warehouses, name)
        return found

    @cached_property
    def bound_disruptions(self) -> tuple[Any, ...]:
        """Disruptions with the groups they name turned into the items, lanes and suppliers of this scenario."""
        return tuple(one.bound(self) if hasattr(one, "bound") else one for one in self.disruptions)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What is likely not meant: disruptions that can touch nothing, sales without margin, a short horizon."""
        found = [*check.warnings(self), *factory_checks.warnings(self), *market.warnings(self), *ways.warnings(self)]
        if self.visibility is not None:
            found += told(self.visibility, self)
        if not any((item.price or 0.0) > item.standard_cost for item in self.items):
            found.append(
                "no item has a price above its cost: a lost sale loses no margin, so that whoever holds least may look "
                "cheapest; give prices"
            )
        found += keeping.warnings(self)
        if self.horizon < SHORT:
            found.append(f"{self.horizon} days are booked: money a year is that little scaled up")
        return tuple(found)

    @property
    def weather_names(self) -> tuple[str, ...]:
        """Names of the weathers, headline first; one unnamed ('as written') where none is defined."""
        names = list(self.weathers)
        if self.headline in names:
            names.remove(self.headline)
            names.insert(0, self.headline)
        return tuple(names) or ("as written",)

    def under(self, weather: str | None) -> Scenario:
        """The same scenario with only the disruptions of one weather; their draws stay what they were."""
        if weather is None or (weather == "as written" and not self.weathers):
            return self
        if weather not in self.weathers:
            raise UsageError(f"scenario {self.name!r} has no weather {weather!r}{near_miss(weather, self.weathers)}")
        selected = {name for names in self.weathers.values() for name in names} - set(self.weathers[weather])
        kept = tuple(disruption for disruption in self.disruptions if disruption.name not in selected)
        return dataclasses.replace(self, disruptions=kept, weathers={}, headline=None, weather=weather)

    def lead_time(self, lane: Lane, origin: str) -> float:
        """Mean days from order to use, as published: production, mean wait for a departure, legs, dwell, inspection."""
        total = sum(supplier.production_time.mean for supplier in self.suppliers if supplier.name == origin)
        if lane.departures is not None:
            total += self.departure_wait(lane, total)
        ports = {port.name: port for port in self.ports}
        for leg in lane.legs:
            if leg.transit is not None:
                total += leg.transit.mean
            elif leg.port is not None:
                total += ports[leg.port].dwell.mean + ports[leg.port].service_time.mean
        return total + sum(supplier.inspection_days for supplier in self.suppliers if supplier.name == origin)

    def departure_wait(self, lane: Lane, ready: float) -> float:
        """Mean wait for a departure: half the interval when ready times vary, exact when they do not."""
        if lane.departures is None:
            return 0.0
        random = any(s.production_time.sd > 0 for s in self.suppliers if s.name in lane.origin)
        every = lane.departures.every
        return every / 2 if random or self.review_every % every else (-ready) % every

    @cached_property
    def span(self) -> tuple[int, int]:
        """First day of the warm-up (negative or 0) and the first day after the horizon."""
        if self.warm_up is not None:
            return -self.warm_up, self.horizon
        longest = max(self.lead_time(lane, origin) for (_, origin), lane in self.standard_lanes.items())
        return -int(2 * longest + self.review_every + 1), self.horizon


def named(specs: Iterable[Any], name: str) -> Any:
    """The spec of this name."""
    for one in specs:
        if one.name == name:
            return one
    raise UsageError(f"nothing is named {name!r}{near_miss(name, [one.name for one in specs])}")
