"""Emergency ways of one group of items: before the ordinary review, goods are taken from elsewhere or ordered by air."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.disruptions import Incident
from sim.plan import PlanLine
from sim.world.desk import Desk
from sim.world.lot import Lot
from sim.world.parcel import Parcel
from sim.world.projection import Projection
from sim.world.stock import Stock

Floats = NDArray[np.float64]
TINY = 1e-9


class Trigger:
    """Items of one lane: when projected cover is at or below `below` days, what lifts it to `below` plus a review period.

    Parameters
    ----------
    desk : where the goods arrive.
    projection, rows : what is counted on, and the places of these items in it.
    within : days that the lane takes, as published.
    role : "expedite" or "transship".
    """

    def __init__(
        self,
        desk: Desk,
        projection: Projection,
        rows: NDArray[np.intp],
        lines: Sequence[PlanLine],
        within: float,
        every: float,
    ) -> None:
        self.desk, self.projection, self.rows, self.within, self.every = desk, projection, rows, within, every
        self.places = projection.places[rows]
        self.role = desk.lane.role
        self.multiple = np.array([line.multiple for line in lines], dtype=float)
        self.items = tuple(line.item for line in lines)
        self.revise(lines)

    def revise(self, lines: Sequence[PlanLine]) -> None:
        """Take the numbers of new lines."""
        self.below = np.array([getattr(line, f"{self.role}_below") for line in lines], dtype=float)
        self.most = np.array([line.expedite_most if self.role == "expedite" else np.inf for line in lines], dtype=float)

    def wanted(self, now: float) -> tuple[Floats, Floats] | None:
        """Units wanted and days of projected cover, (n,) each; None where nothing is."""
        forecast = self.projection.forecast[self.rows]
        units = self.projection.units(now, self.within)[self.rows]
        low = (forecast > 0) & (units <= self.below * forecast + TINY)
        if not low.any():
            return None
        quantity = np.where(low, (self.below + self.every) * forecast - units, 0.0)
        with np.errstate(invalid="ignore"):
            most = np.where(forecast > 0, self.most * forecast, 0.0)
        quantity = np.minimum(quantity, most)
        if self.desk.stock.whole_units:
            quantity = np.ceil(quantity - TINY)
        lots = np.divide(quantity, self.multiple, out=quantity.copy(), where=self.multiple > 0)
        quantity = np.where(self.multiple > 0, np.ceil(lots - TINY) * self.multiple, quantity)
        cover = np.divide(units, forecast, out=np.full(units.size, np.inf), where=forecast > 0)
        return quantity, cover

    def parcel(self, places: NDArray[np.intp], quantity: Floats, origin: str, ready: float) -> Parcel:
        """Goods of an emergency order, traced where the run is."""
        stock = self.desk.stock
        made = Parcel(self.desk, places, quantity, stock.clock.now, ready)
        if stock.log is not None:
            made.lots = [Lot(stock, places, quantity, stock.clock.now, origin)]
            stock.log += made.lots
        return made


class Expedite(Trigger):
    """Emergency orders of some items from one origin by one lane.

    Parameters
    ----------
    send : takes the parcel's positions and quantity on their way.
    refusals : incidents during which the supplier refuses or rations orders: it accepts no emergency order then.
    """

    send: Callable[[Expedite, NDArray[np.intp], Floats], None]
    refusals: Sequence[Incident] = ()

    def look(self, now: float) -> None:
        """Order where cover is too low."""
        found = self.wanted(now)
        if found is None:
            return
        quantity, cover = found
        for one in self.refusals:
            if one.on(now):
                quantity = np.where([not one.items or item in one.items for item in self.items], 0.0, quantity)
        quantity = self.desk.fitted(now, self.every, quantity, self.places, cover)
        some = np.flatnonzero(quantity > TINY)
        if some.size:
            places, units = self.places[some], quantity[some]
            self.desk.order(places, units)
            self.send(self, places, units)


class Transship(Trigger):
    """Goods taken from another warehouse: of what it has on hand above what it keeps.

    Parameters
    ----------
    giver : the other stock; `above` positions of the items there; `kept` units it keeps of them.
    route : the way.
    """

    giver: Stock
    above: NDArray[np.intp]
    kept: Floats
    route: Any

    def look(self, now: float) -> None:
        """Take goods where cover is too low and the other has some to spare."""
        found = self.wanted(now)
        if found is None:
            return
        quantity, cover = found
        giver = self.giver
        if giver.inbound and giver.inbound[0][0] <= now:
            giver.collect(now)
        spare = np.maximum(giver.net[self.above] - self.kept, 0.0)
        if giver.whole_units:
            spare = np.floor(spare + TINY)
        quantity = self.desk.fitted(now, self.every, np.minimum(quantity, spare), self.places, cover)
        some = np.flatnonzero(quantity > TINY)
        if not some.size:
            return
        places, units = self.places[some], quantity[some]
        taken = np.zeros(giver.size)
        taken[self.above[some]] = units
        giver.withdraw(taken)
        if now >= 0:
            giver.besides.setdefault("transshipped", np.zeros(giver.size))[:] += taken
        self.desk.order(places, units)
        self.route.send(self.parcel(places, units, giver.name, now))


class Urgent:
    """All emergency ways of one review: those from within first, then those by which goods are bought."""

    def __init__(self, projection: Projection, index: NDArray[np.intp], items: Sequence[str]) -> None:
        self.projection = projection
        self._index, self._items = index, items
        self.ways: list[Any] = []

    def look(self, now: float) -> None:
        """Before the ordinary review."""
        for way in self.ways:
            way.look(now)

    def placed(self, quantity: Floats) -> None:
        """After it: what the group ordered."""
        self.projection.placed(quantity[self._index])

    def revise(self, lines: Mapping[str, Mapping[str, PlanLine]]) -> None:
        """Take the numbers of a new plan; by which lane goods come stays as it was."""
        here = lines[self.projection.stock.name]
        self.projection.revise([here[item] for item in self._items])
        for way in self.ways:
            way.revise([here[item] for item in way.items])
            if isinstance(way, Transship):
                there = lines[way.giver.name]
                way.kept = np.array([kept(there[item]) for item in way.items])


def kept(line: PlanLine) -> float:
    """Units that a warehouse does not give away: its safety stock, or more where its line says so."""
    return max(line.safety_stock, line.transship_keep * line.forecast, 0.0)
