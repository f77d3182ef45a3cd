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
        self.role = desk.lane.role
        self.multiple = np.array([line.multiple for line in lines], dtype=float)
        self.items = tuple(line.item for line in lines)
        self.revise(lines)

    def revise(self, lines: Sequence[PlanLine]) -> None:
        """Take the numbers of new lines."""
        self.below = np.array([getattr(line, f"{self.role}_below") for line in lines], dtype=float)
        self.most = np.array([line.expedite_most if self.role == "expedite" else np.inf for line in lines], dtype=float)

    def wanted(self, some: NDArray[np.intp], units: Floats) -> tuple[Floats, Floats]:
        """Units wanted and days of projected cover, (n,) each.

        Parameters
        ----------
        some, units : which of these items are low, and what is projected of them.
        """
        forecast = self.projection.forecast[self.rows[some]]
        quantity = np.minimum((self.below[some] + self.every) * forecast - units, self.most[some] * forecast)
        if self.desk.stock.whole_units:
            quantity = np.ceil(quantity - TINY)
        multiple = self.multiple[some]
        lots = np.divide(quantity, multiple, out=quantity.copy(), where=multiple > 0)
        return np.where(multiple > 0, np.ceil(lots - TINY) * multiple, quantity), units / forecast

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

    def look(self, now: float, some: NDArray[np.intp], units: Floats) -> None:
        """Order where cover is too low."""
        quantity, cover = self.wanted(some, units)
        for one in self.refusals:
            if one.on(now):
                hit = [not one.items or self.items[place] in one.items for place in some.tolist()]
                quantity = np.where(hit, 0.0, quantity)
        places = self.projection.places[self.rows[some]]
        quantity = self.desk.fitted(now, self.every, quantity, places, cover)
        given = quantity > TINY
        if given.any():
            self.desk.order(places[given], quantity[given])
            self.send(self, places[given], quantity[given])


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

    def look(self, now: float, some: NDArray[np.intp], units: Floats) -> None:
        """Take goods where cover is too low and the other has some to spare."""
        quantity, cover = self.wanted(some, units)
        giver = self.giver
        if giver.inbound and giver.inbound[0][0] <= now:
            giver.collect(now)
        above = self.above[some]
        spare = np.maximum(giver.net[above] - self.kept[some], 0.0)
        if giver.whole_units:
            spare = np.floor(spare + TINY)
        places = self.projection.places[self.rows[some]]
        quantity = self.desk.fitted(now, self.every, np.minimum(quantity, spare), places, cover)
        given = quantity > TINY
        if not given.any():
            return
        places, units = places[given], quantity[given]
        taken = np.zeros(giver.size)
        taken[above[given]] = units
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
        self._passes: list[tuple[Floats, Floats, list[Any]]] = []

    def begin(self) -> None:
        """Gather, for goods from within and for those that are bought, how far each item looks and what is too little."""
        forecast, size = self.projection.forecast, self.projection.places.size
        self._passes = []
        for role in ("transship", "expedite"):
            ways = [way for way in self.ways if way.role == role]
            if not ways:
                continue
            within, least = np.zeros(size), np.full(size, -np.inf)
            for way in ways:
                within[way.rows] = way.within
                least[way.rows] = np.where(forecast[way.rows] > 0, way.below * forecast[way.rows] + TINY, -np.inf)
            self._passes.append((within, least, ways))

    def look(self, now: float) -> None:
        """Before the ordinary review."""
        projection = self.projection
        projection.begin()
        for within, least, ways in self._passes:
            # what is due only adds to what is on hand
            rows = (projection.net(now)[projection.places] <= least).nonzero()[0]
            if not rows.size:
                continue
            units = projection.units(now, within[rows], rows)
            short = units <= least[rows]
            if not short.any():
                continue
            known = np.full(least.size, np.nan)
            known[rows[short]] = units[short]
            for way in ways:
                here = known[way.rows]
                some = (~np.isnan(here)).nonzero()[0]
                if some.size:
                    way.look(now, some, here[some])

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
        self.begin()


def kept(line: PlanLine) -> float:
    """Units that a warehouse does not give away: its safety stock, or more where its line says so."""
    return max(line.safety_stock, line.transship_keep * line.forecast, 0.0)
