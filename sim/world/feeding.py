"""A stocking point that also feeds other warehouses: one queue for customers and warehouses, first come first served."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.clock import REVIEW, WAITING
from sim.world.lot import Lot
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.stock import Stock

Floats = NDArray[np.float64]


class Claim:
    """What one claimant waits for since one instant; `quantity` is (n_items,) at the feeding warehouse."""

    __slots__ = ("quantity", "rank", "route", "since", "stock")

    def __init__(self, since: float, quantity: Floats, stock: Stock | None, route: Route | None, rank: int) -> None:
        self.since, self.quantity, self.stock, self.route, self.rank = since, quantity, stock, route, rank


class FeedingStock(Stock):
    """Stock that serves customers and other warehouses.

    Attributes
    ----------
    net : on hand less waiting customers and warehouses.
    owed : units that fed warehouses wait for.
    """

    def __init__(self, *arguments: Any, allocation: str, tier: int, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.allocation, self.tier = allocation, tier
        self.net = np.zeros(self.size)
        self.owed = np.zeros(self.size)
        self.claims = np.zeros(self.size)
        self.claims_served = np.zeros(self.size)
        self.queue: list[Claim] = []
        self._fresh: list[Claim] = []
        #: what arrived at this instant and has not been handed out
        self._arrived: Floats | None = None
        self.columns: dict[str, NDArray[np.intp]] = {}
        self._waiting = np.zeros(self.size)

    def _close(self) -> None:
        net = self.net
        super()._close()
        self.net = net

    def _open_books(self) -> None:
        super()._open_books()
        self.opening["waiting"] = self._waiting.copy()
        self.opening["owed"] = self.owed.copy()

    @property
    def customers(self) -> Floats:
        """On hand less waiting customers: what the journal follows."""
        found: Floats = self.net + self.owed
        return found

    def serve(self, _: Any) -> None:
        """One instant of customer demand; what is on hand is nobody else's, because waiting comes first."""
        row, demand = self.row, self._demand[self._instant]
        journal = self.journal
        journal.before[row] = self.customers
        on_hand = np.maximum(self.net, 0.0)
        short = demand - np.minimum(on_hand, demand)
        self.net -= demand
        self.position -= demand
        if short.any():
            lost = self._lost(short, row)
            self.net += lost
            self.position += lost
            waits = short - lost
            if waits.any():
                self._waiting += waits
                self.queue.append(Claim(self.clock.now, waits, None, None, -1))
        journal.owed[row] = self.owed
        self._turn()

    def _lost(self, short: Floats, row: int) -> Floats:
        if not self._losing:
            return np.zeros(self.size)
        lost = short * self._share
        if self.whole_units:
            lost += self._remainder
            whole = np.minimum(np.floor(lost + 1e-9), short)
            self._remainder = lost - whole
            lost = whole
        self.journal.lost[row] = lost
        self.journal.lost_any = True
        return lost

    def claim(self, stock: Stock, index: Any, quantity: Floats, route: Route, rank: int) -> None:
        """A fed warehouse orders; claims that meet at one instant are divided by the rule of allocation."""
        wanted = np.zeros(self.size)
        columns = self.columns[stock.name]
        wanted[columns if index is None else columns[index]] = quantity
        if self.clock.now >= 0:
            self.claims += wanted
        if not self._fresh:
            self.clock.at(self.clock.now, REVIEW + self.tier - 1, self._allocate)
        self._fresh.append(Claim(self.clock.now, wanted, stock, route, rank))

    def _allocate(self, _: Any) -> None:
        claims, self._fresh = self._fresh, []
        on_hand = np.maximum(self.net, 0.0)
        wanted = np.zeros(self.size)
        for claim in claims:
            wanted += claim.quantity
            self.owed += claim.quantity
        given = self._serve(claims, on_hand)
        if self.clock.now >= 0:
            self.claims_served += given
        self.net -= wanted
        self.position -= wanted
        self.queue += [claim for claim in claims if claim.quantity.any()]

    def _serve(self, claims: list[Claim], available: Floats) -> Floats:
        """Give `available` (changed in place) to claims of one instant; returns all that was given."""
        total = np.zeros(self.size)
        if self.allocation == "critical":
            claims = sorted(claims, key=lambda claim: claim.rank)
        share = None
        if self.allocation == "proportional" and len(claims) > 1:
            wanted = np.sum([claim.quantity for claim in claims], axis=0)
            share = np.divide(np.minimum(available, wanted), wanted, out=np.zeros(self.size), where=wanted > 0)
        rounds = (share, None) if share is not None else (None,)
        for part in rounds:
            for claim in claims:
                given = np.minimum(available, claim.quantity)
                if part is not None:
                    given = claim.quantity * part
                    if self.whole_units:
                        given = np.floor(given + 1e-9)
                    given = np.minimum(given, available)
                if not given.any():
                    continue
                available -= given
                claim.quantity = claim.quantity - given
                total += given
                self._give(claim, given)
        return total

    def _give(self, claim: Claim, given: Floats) -> None:
        if claim.stock is None or claim.route is None:
            self._waiting -= given
            self.journal.late[self.row] += given
            return
        self.owed -= given
        self.journal.shipped[self.row] += given
        columns = self.columns[claim.stock.name]
        quantity = given[columns]
        places = np.flatnonzero(quantity)
        parcel = Parcel(claim.stock, places, quantity[places], claim.since, self.clock.now)
        if claim.stock.seen is not None:
            parcel.origins = (self.name,)
        if claim.stock.log is not None:
            lot = Lot(claim.stock, places, parcel.quantity, claim.since, self.name)
            lot.passed("stock", self.name, self.clock.now)
            parcel.lots = [lot]
            claim.stock.log.append(lot)
        claim.route.send(parcel)

    def receive(self, event: Any) -> None:
        """Goods arrive; when all of this instant are there, who has waited longest is served first."""
        parcel: Parcel = event._value
        for lot in parcel.lots:
            lot.received = self.clock.now
        self.note(parcel)
        index = slice(None) if parcel.index is None else parcel.index
        arrived = np.zeros(self.size)
        arrived[index] = parcel.quantity
        self.journal.received[self.row] += arrived
        held = None if self.ward is None else self.ward.admit(parcel.index, parcel.quantity)
        if held is not None:
            self.position -= held
            arrived = arrived - held
        self.net += arrived
        if self._arrived is not None:
            self._arrived = self._arrived + arrived
        elif self.queue:
            self._arrived = arrived
            self.clock.at(self.clock.now, WAITING, self._all_arrived)

    def _all_arrived(self, _: Any) -> None:
        # one shipment to each claimant, however many deliveries it is made from: shipments queue and load one by one
        arrived, self._arrived = self._arrived, None
        assert arrived is not None
        self._hand_out(arrived)

    def restore(self, quantity: Floats) -> None:
        """Put units back into the stock; who has waited longest is served first."""
        super().restore(quantity)
        self._hand_out(quantity)

    def _hand_out(self, arrived: Floats) -> None:
        if not self.queue:
            return
        # what may be given is what arrived, as far as somebody waits for that item
        available = np.minimum(arrived, self._waiting + self.owed)
        at = 0
        while at < len(self.queue) and available.any():
            upto = at + 1
            while upto < len(self.queue) and self.queue[upto].since == self.queue[at].since:
                upto += 1
            self._serve(self.queue[at:upto], available)
            at = upto
        self.queue = [claim for claim in self.queue if claim.quantity.any()]

    def finish(self) -> None:
        """Close the books at the end of the horizon."""
        shipped = self.journal.shipped[self.row].copy()
        super().finish()
        self.journal.shipped_sum += shipped

    def _late(self, row: int) -> Floats:
        found: Floats = self.journal.late[row].copy()
        return found


class Fed:
    """Supply of a warehouse from another warehouse."""

    def __init__(self, stock: Stock, feeder: FeedingStock, route: Route, rank: int) -> None:
        self.stock, self.feeder, self.route, self.rank = stock, feeder, route, rank

    def count(self, quantity: Floats) -> None:
        """Count the order that these quantities make."""
        self.stock.count_order(self.feeder.name)

    def order(self, moment: int, index: Any, quantity: Floats) -> None:
        """Claim goods from the feeding warehouse."""
        self.feeder.claim(self.stock, index, quantity, self.route, self.rank)


def tiers(feeder: dict[str, str | None]) -> dict[str, int]:
    """How far upstream each warehouse is: 0 faces customers only, others lie above all they feed."""
    found = dict.fromkeys(feeder, 0)
    for _ in feeder:
        for name, above in feeder.items():
            if above is not None:
                found[above] = max(found[above], found[name] + 2)
    return found
