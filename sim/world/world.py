"""One replication: the network is put together, lived through, and taken apart into a ledger."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import ModelError
from sim.factory import Plant
from sim.futures import Future
from sim.ledger import Ledger, Withheld
from sim.money import YEAR
from sim.plan import Seen
from sim.policies import View
from sim.purchases import fees
from sim.world.ahead import Ahead, Market
from sim.world.blueprint import Blueprint, Group, Site
from sim.world.buying import buyings, purchases
from sim.world.capacity import Capacity
from sim.world.clock import REVIEW, Clock
from sim.world.closing import pipeline_of, site_ledger
from sim.world.conservation import conservation
from sim.world.consignment import book
from sim.world.detour import attach
from sim.world.emergency import prepare
from sim.world.feeding import Fed, FeedingStock
from sim.world.gates import Darkness, Gate, guarded, narrow, reopenings
from sim.world.journal import TOLERANCE, Journal
from sim.world.line import Line, misused, schedules
from sim.world.motion import here
from sim.world.ordering import fed, orderer, supplied
from sim.world.orderstock import OrderStock
from sim.world.quay import Quay
from sim.world.record import Record, kept
from sim.world.reviewing import Review
from sim.world.route import Route
from sim.world.senses import Senses
from sim.world.shelving import shelve, sound_alarms, tell
from sim.world.sourcing import equip
from sim.world.starting import fill
from sim.world.stock import Stock
from sim.world.supplying import Direct, Made
from sim.world.ward import Ward, concerns
from sim.world.works import Works
from sim.world.writing_down import WritingDown
from sim.world.yard import Yard

Floats = NDArray[np.float64]


class World:
    """One replication, built, run once and dropped."""

    def __init__(
        self, blueprint: Blueprint, future: Future, series: bool, by_item: bool, log: list[Any] | None
    ) -> None:
        scenario = blueprint.scenario
        self.blueprint, self.future, self.log = blueprint, future, log
        self.series, self.by_item = series, by_item
        self.whole = scenario.units == "integer"
        self.crossing = scenario.crossing == "independent"
        self.clock = clock = Clock(initial_time=future.first)
        cache = future.cache
        self.quays: dict[str, Quay] = {}
        for port in scenario.ports:
            key = ("quay", port.name)
            if port.own_share == "counts" or key not in cache:
                cache[key] = Quay(port, future)
            self.quays[port.name] = cache[key]
        self.yards = {pool.name: Yard(pool, future) for pool in scenario.pools}
        self.works: dict[str, Works] = {
            s.name: Line(s, scenario.bills[s.name], clock, future)
            if isinstance(s, Plant)
            else Works(s, clock, future, self.crossing)
            for s in scenario.suppliers
        }
        self.lines = [works for works in self.works.values() if isinstance(works, Line)]
        #: reserved slots of suppliers, where a line uses them
        self.slots: dict[str, Works] = {}
        #: money over the booked days that goes by no unit
        self.fees: dict[str, float] = {}
        self.doors = self._closed()
        self.routes = {
            lane.name: Route(
                lane, clock, future, self.quays, self.yards, self.crossing, self.doors.get(lane.destination)
            )
            for lane in scenario.lanes
        }
        attach(scenario.lanes, self.routes, future)
        self.revisions: list[tuple[int, int]] = []
        self.withheld: list[Withheld] = []
        self.buying = buyings(blueprint, future, clock)
        self.feeds = {above for above in blueprint.feeder.values() if above is not None}
        self.alarms = sound_alarms(self)
        self.writing: list[WritingDown] = []
        self.stocks: dict[str, Any] = {}
        build = self._order_stock if blueprint.single else self._array_stock
        for site in blueprint.sites.values():
            stock: Any = build(site)
            self.stocks[site.name] = stock
            stock.log = log
            stock.buying = self.buying.get(site.name)
            troubles = concerns(future.incidents, site.name, site.items)
            if troubles:
                stock.ward = Ward(stock, clock, troubles, site.items, self.whole, float(future.end))
                stock.ward.log = None if log is None else self.withheld
                if isinstance(stock, Stock):
                    stock.journal.warded()
            if isinstance(stock, Stock) and (blueprint.keeps or self.alarms):
                stock.shelf = shelve(self, site, stock)
                if stock.shelf is not None and stock.ward is None:
                    stock.journal.warded()
            if scenario.write_down is not None:
                self.writing.append(WritingDown(stock, clock, scenario.write_down, float(future.end)))
            if blueprint.plan.reviser is not None:
                self.stocks[site.name].seen = {}
        for line in self.lines:
            line.stand(self.stocks[line.factory.store], {name: site.items for name, site in blueprint.sites.items()})
        self.schedules = schedules(self)
        seeing = blueprint.visibility
        self.senses = Senses(self, seeing) if seeing is not None and blueprint.asks else None
        self.memory: dict[str, Any] = {}
        self._plan = blueprint.plan
        supply = self._order_supply if blueprint.single else self._array_supply
        self.reviews: list[Review] = []
        for site in blueprint.sites.values():
            supply(site)
            fill(self, site)
        #: emergency ways and shared demand, where the plan or the scenario has any
        self.emergency = prepare(self)

    def _closed(self) -> dict[str, Capacity]:
        """Opening times of the warehouses that are closed at some time."""
        found = {}
        for site in self.blueprint.sites:
            closures = here(self.future, "warehouse", site)
            doors = Capacity(closures, self.future.first, self.future.end)
            if not doors.calm:
                found[site] = doors
        return found

    # -- stocking points -------------------------------------------------------------------------------------------

    def _array_stock(self, site: Site) -> Stock:
        future, feeds = self.future, site.name in self.feeds
        instants = future.instants[site.name]
        step = float(instants[1] - instants[0]) if instants.size > 1 else 1.0
        journal = Journal(
            future.demand[site.name],
            int(np.searchsorted(instants, 0.0)),
            step,
            (site.cost, site.price),
            site.volume,
            site.floor,
            feeds,
            self.series,
            self.by_item,
        )
        common = (site.name, self.clock, journal, instants.tolist(), site.rank, site.volume, site.lost_share)
        if not feeds:
            return Stock(*common, whole_units=self.whole, end=float(future.end))
        scenario = self.blueprint.scenario
        stock = FeedingStock(
            *common, whole_units=self.whole, end=float(future.end), allocation=scenario.allocation, tier=site.tier
        )
        place = {item: n for n, item in enumerate(site.items)}
        for other in self.blueprint.sites.values():
            if other.feeder == site.name:
                stock.columns[other.name] = np.array([place[item] for item in other.items], dtype=np.intp)
        return stock

    def _order_stock(self, site: Site) -> OrderStock:
        return OrderStock(
            site.name,
            self.clock,
            self.future.orders[site.name],
            site.rank,
            site.volume,
            site.lost_share,
            self.whole,
            self.blueprint.scenario.complete_orders,
            site.name in self.feeds,
            float(self.future.end),
        )

    def _moments(self, site: Site, group: Group) -> Floats:
        """Review times at which the warehouse can order: mornings, evenings or after every instant of demand."""
        found = self._all_moments(site, group)
        dark = Darkness(self.future.incidents, site.name)
        return found if not dark else found[[not dark.at(time) for time in found.tolist()]]

    def _all_moments(self, site: Site, group: Group) -> Floats:
        instants, review = self.future.instants[site.name], self.blueprint.scenario.review
        if review == "continuous":
            return instants
        # the day on which each moment offset, offset + every, … falls
        days = np.arange(self.future.first, self.future.end, dtype=float)
        chosen = days[(days - math.floor(group.offset)) % group.every < min(group.every, 1.0)]
        found: Floats = chosen if review == "morning" else chosen + 0.5
        return found

    def _array_supply(self, site: Site) -> None:
        stock: Stock = self.stocks[site.name]
        seeing, record = self.blueprint.visibility, None
        if seeing is not None and seeing.drifts:
            record = Record(site, self.future, seeing, self.whole)
        for group in site.groups:
            moments = self._moments(site, group)
            review = Review(
                stock,
                group.index,
                group.policy,
                group.name,
                View(site.name, group.items, group.columns),
                moments,
                group.multiple,
                group.minimum,
                site.tier,
                self.future.replication,
                group.every,
            )
            self._market(review, site, group)
            direct: list[tuple[Works, Route]] = []
            which = np.full(len(group.items), -1, dtype=np.intp)
            for origin, rows in group.parts:
                route = self.routes[self.blueprint.lanes[(site.name, origin)].name]
                part = None if group.one_source else rows
                made_by = self.works.get(origin)
                narrows = narrow(made_by.incidents) if made_by is not None else []
                if narrows:
                    place = rows if group.index is None else group.index[rows]
                    items = [group.items[row] for row in rows.tolist()]
                    review.guard(rows, Gate(narrows, items, site.mean[place], self.whole))
                if origin in self.schedules:
                    review.guard(rows, self.schedules[origin])
                if site.feeder is not None:
                    review.flows.append((part, Fed(stock, self.stocks[origin], route, site.order)))
                elif self._followed(self.works[origin], route) or stock.seen is not None or stock.shelf:
                    made = Made(stock, self.works[origin], route, moments, self.future.cache, self.log)
                    review.flows.append((part, made))
                else:
                    which[rows] = len(direct)
                    direct.append((self.works[origin], route))
            if direct:
                rows = np.flatnonzero(which >= 0)
                whole = rows.size == which.size
                flow = Direct(stock, direct, which[rows], moments, self.future.cache)
                flow.alone = len(site.groups) == 1 and not group.sourced.size
                review.flows.append((None if whole else rows, flow))
                if flow.alone and not isinstance(stock, FeedingStock):
                    flow.collected()
            if record is not None:
                kept(review, record)
            review.alone = len(site.groups) == len(group.parts) == 1
            if group.sourced.size:
                equip(self, review, site, group, moments)
            review.alone = len(site.groups) == 1 and group.one_source
            self.reviews.append(review)

    def _market(self, review: Review, site: Site, group: Group) -> None:
        """Show a group the prices of what it buys, and let it buy ahead, where prices move."""
        buying = self.buying.get(site.name)
        if buying is None or buying.pricing is None:
            return
        lines = site.lines if group.index is None else [site.lines[row] for row in group.index.tolist()]
        market = Market(buying.pricing, group.items, [line.origin for line in lines])
        review.view._market = market
        if any(line.buy_ahead > 0 for line in lines):
            review.ahead = Ahead(buying.pricing, market, lines, self._between(site, group))

    def _between(self, site: Site, group: Group) -> float:
        """Days between reviews of a group, as they are planned."""
        instants = self.future.instants[site.name]
        if self.blueprint.scenario.review != "continuous" or instants.size < 2:
            return group.every
        return float(instants[1] - instants[0])

    def _followed(self, works: Works, route: Route) -> bool:
        """Whether each order is a parcel of its own: it competes with others, may be lost, or is traced."""
        return works.limited or route.contended or works.lossy or route.lossy or self.log is not None

    def _order_supply(self, site: Site) -> None:
        stock: OrderStock = self.stocks[site.name]
        scenario = self.blueprint.scenario
        suppliers = {supplier.name: supplier for supplier in scenario.suppliers}
        dark = Darkness(self.future.incidents, site.name)
        for number, line in enumerate(site.lines):
            order = orderer(line, stock, number, self.clock, self.future.replication)
            made_by = self.works.get(line.origin)
            narrows = narrow(made_by.incidents) if made_by is not None else []
            if dark or narrows:
                rate = np.array([line.forecast])
                gate = Gate(narrows, [line.item], rate, self.whole) if narrows else None
                order = guarded(order, lambda: self.clock.now, dark, gate)
                for moment in reopenings(dark, narrows, self.clock.now, float(self.future.end)):
                    self.clock.at(moment, REVIEW, stock.ask, (number,))
            stock.orderers.append(order)
            lane = self.blueprint.lanes[(site.name, line.origin)]
            route = self.routes[lane.name]
            if site.feeder is not None:
                above = self.blueprint.sites[site.feeder].items
                columns = [above.index(item) for item in site.items]
                stock.suppliers.append(fed(stock, self.stocks[site.feeder], columns, route))
                continue
            counters = None
            if self.crossing:
                laws = [("production", line.origin, suppliers[line.origin].production_time)]
                laws += [
                    (f"leg {n}", lane.name, leg.transit) for n, leg in enumerate(lane.legs) if leg.transit is not None
                ]
                counters = [(law, self.future.counter(what, whose, site.name, line.item)) for what, whose, law in laws]
            stock.suppliers.append(supplied(stock, self.works[line.origin], route, counters))

    # -- the run ---------------------------------------------------------------------------------------------------

    def run(self) -> Ledger:
        """Let time pass, then add up and check."""
        for stock in self.stocks.values():
            stock.begin()
            if stock.ward is not None:
                stock.ward.begin()
            if getattr(stock, "shelf", None) is not None:
                stock.shelf.begin()
        for writing in self.writing:
            writing.begin()
        for review in self.reviews:
            review.begin()
        for schedule in self.schedules.values():
            schedule.begin()
        plan = self.blueprint.plan
        if plan.reviser is not None:
            dark = Darkness(self.future.incidents, "")
            days = range(plan.reassess_every, self.future.end, plan.reassess_every)
            if self.senses is not None:
                self.senses.begin(list(days))
            for day in days:
                if dark.at(day):
                    continue
                self.clock.at(float(day), REVIEW - 1, self._reassess, day)
        self.clock.run_to(float(self.future.end))
        for stock in self.stocks.values():
            stock.finish()
            if stock.ward is not None:
                stock.ward.finish()
            if getattr(stock, "shelf", None) is not None:
                stock.shelf.finish()
        for writing in self.writing:
            writing.finish()
        pipeline = pipeline_of(self)
        ledger = Ledger(replication=self.future.replication, sites={}, revisions=self.revisions, withheld=self.withheld)
        ledger.fees.update(self.fees)
        for site in self.blueprint.sites.values():
            ledger.sites[site.name] = site_ledger(self, site, pipeline[site.name])
        tell(self, ledger)
        if self.buying:
            self._settle(ledger)
        if self.blueprint.consigned:
            costs = {name: site.cost for name, site in self.blueprint.sites.items()}
            kits = {name: getattr(stock, "kit_days", 0.0) for name, stock in self.stocks.items()}
            book(ledger, self.blueprint.scenario, self.blueprint.consigned, costs, kits)
        for name, quay in self.quays.items():
            if quay.counts:
                ledger.ports[name] = np.array([row for row in quay.waits if row[0] >= 0]).reshape(-1, 3)
        for line in self.lines:
            line.tally(ledger)
        if self.blueprint.visibility is not None and self.blueprint.visibility.cost:
            ledger.fees["signals"] = self.blueprint.visibility.cost * self.future.end / YEAR
        self._check(ledger)
        return ledger

    def _settle(self, ledger: Ledger) -> None:
        """Put purchases, and the fees that follow from them, on the ledger."""
        ledger.purchases = bought = purchases(self.blueprint, self.buying, self.future)
        items = {name: site.items for name, site in self.blueprint.sites.items()}
        for name, money in fees(self.blueprint.scenario, bought, float(self.future.end), items).items():
            if money:
                ledger.fees[name] = ledger.fees.get(name, 0.0) + money

    def _reassess(self, event: Any) -> None:
        """Show the planner what can be known by now, and take the numbers of the plan that comes back."""
        day, reviser = event.value, self.blueprint.plan.reviser
        assert reviser is not None
        demand: dict[str, Floats] = {}
        lead_times: dict[tuple[str, str], Floats] = {}
        if getattr(reviser, "wants_records", True):
            for name, stock in self.stocks.items():
                demand[name] = stock.past(day)
                for origin, receipts in stock.seen.items():
                    lead_times[name, origin] = np.array([row for row in receipts if row[1] >= 0]).reshape(-1, 2)
        signals = None if self.senses is None else self.senses.signals(day)
        plan = reviser(Seen(day, demand, lead_times, signals, self.memory))
        if plan is self._plan:
            self.revisions.append((day, 0))
            return
        self._plan = plan
        changed = sum(review.revise(plan.by_site[review.stock.name]) for review in self.reviews)
        for one in self.emergency:
            one.revise(plan.by_site)
        self.revisions.append((day, changed))

    def _check(self, ledger: Ledger) -> None:
        """Conservation of goods, demand, orders and containers, for every item; a violation stops the run."""
        wrong = [*conservation(ledger), *misused(self.lines, ledger)]
        for name, yard in self.yards.items():
            if yard.imbalance(self.clock.now) > TOLERANCE * max(yard.pool.containers, 1.0):
                wrong.append(f"container pool {name!r}: boxes at the pool, out and removed do not add up to the total")
        if wrong:
            ledger.imbalances = wrong
            raise ModelError(
                f"conservation is violated in replication {self.future.replication} (seed {self.future.seed}, posture "
                f"{self.blueprint.plan.posture!r}): " + "; ".join(wrong[:5])
            )
