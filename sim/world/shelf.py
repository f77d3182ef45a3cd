"""A shelf: what lies in one warehouse batch by batch, where ages or quality count. Arrays over the items concerned."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.catalogue import Item
from sim.futures import Future
from sim.network import Supplier
from sim.quality import Quality
from sim.quantiles import binomial
from sim.world.alarm import Alarm
from sim.world.clock import RECEIPT, Clock
from sim.world.layers import Batch, Layers
from sim.world.parcel import Parcel

if TYPE_CHECKING:
    from sim.world.stock import Stock

Floats = NDArray[np.float64]
TINY = 1e-9
#: in the morning, after incidents and receipts of that instant, before demand and reviews
EXPIRY = 20


class Shelf:
    """Batches of the items of one warehouse that age, or whose suppliers may make defects; arrays are (n_items,) of these.

    The stock says how much is on hand; the shelf says which. What the stock has less of is what left first.

    Attributes
    ----------
    rows : positions of its items at the stock.
    hand : what is on hand.
    aside, counted : units in quarantine or at inspection, (n_stock,), and those of them in the inventory position.
    fees : money paid for inspection.
    wary : whether defective units lie here, so that it matters on which day they are used. Else what has left is taken
        when something else happens: it comes to the same, because nothing has come in between.

    Not modelled: goods that lose value before they expire; customers who choose the freshest.
    """

    def __init__(
        self,
        stock: Stock,
        clock: Clock,
        future: Future,
        items: Sequence[Item],
        rows: NDArray[np.intp],
        origins: Sequence[str],
        suppliers: Mapping[str, Supplier],
        ageing: bool,
        fefo: bool,
        quality: Quality,
        alarms: Sequence[Alarm],
    ) -> None:
        self.stock, self.clock, self.future, self.rows, self.quality = stock, clock, future, rows, quality
        self.names = [item.item for item in items]
        self.suppliers, self.origins = suppliers, origins
        self.ageing, self.fefo, self.alarms, self.items = ageing, fefo, alarms, items
        life = [item.shelf_life if ageing and item.shelf_life is not None else math.inf for item in items]
        self._life, self._least = np.array(life, dtype=float), np.array([item.least_life for item in items])
        self._made = np.array([item.life_from == "production" for item in items])
        self._laws = [
            (place, item.life_at_receipt)
            for place, item in enumerate(items)
            if math.isfinite(life[place]) and item.life_from == "receipt"
        ]
        self._even = all(law.sd == 0 for _, law in self._laws)
        self._share = np.ones(len(items))
        for place, law in self._laws:
            self._share[place] = law.mean
        self.hand, self._away = Layers(rows.size), Layers(rows.size)
        self.aside, self.counted = np.zeros(stock.size), np.zeros(stock.size)
        self.fees, self.wary = 0.0, False
        self._diverted: Floats | None = None
        self._last, self._wake = 0.0, math.inf
        for alarm in alarms:
            alarm.listeners.append(self._quarantine)

    # -- what the stock tells --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """What is on hand at the start is as fresh as if it had just come."""
        self._fill()
        self._set()

    def receive(self, parcel: Parcel) -> None:
        """Goods have been received: they become a batch; then who waited has taken some."""
        units = np.zeros(self.stock.size)
        units[slice(None) if parcel.index is None else parcel.index] = parcel.quantity
        units = units[self.rows]
        if self._diverted is not None:
            # what an incident keeps back was never on the shelf, but keeps its dates
            away, self._diverted = np.minimum(self._diverted, units), None
            self._away.add(self._batch(away, parcel))
            units = units - away
        if not units.any():
            return
        batch = self._batch(units, parcel)
        if self.suppliers:
            self._inspect(batch, parcel)
        self._add(batch)
        self.used()
        self._set()

    def used(self) -> None:
        """Take what has left since: it was served to customers."""
        over = self.hand.total - np.maximum(self.stock.net[self.rows], 0.0)
        if over.max(initial=0.0) > TINY:
            taken = self.hand.take(np.maximum(over, 0.0))
            if self.wary:
                if taken.bad.any():
                    self._found(taken)
                self.wary = bool(self.hand.bad.any())
        if over.min(initial=0.0) < -TINY:
            self._fill()

    def divert(self, quantity: Floats) -> None:
        """Of what arrives now, an incident keeps (n_stock,) units back."""
        self._diverted = quantity[self.rows]

    def withdraw(self, quantity: Floats) -> None:
        """An incident takes (n_stock,) units away; what leaves first goes first."""
        self._away.add(self.hand.take(quantity[self.rows]))

    def restore(self, quantity: Floats) -> None:
        """Units come back from an incident, those first that would leave first."""
        batch = self._away.take(quantity[self.rows])
        for known in self._known(batch):
            self.stock.turn_away(self._wide(known.total))
            self._sort(known)
        self._add(batch)
        self.used()
        self._set()

    # -- dates -----------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        missing = np.maximum(self.stock.net[self.rows], 0.0) - self.hand.total
        missing = np.where(missing > TINY, missing, 0.0)
        self.hand.add(self._batch(missing, Parcel(self.stock, None, 0.0, self.clock.now, self.future.first)))

    def _batch(self, units: Floats, parcel: Parcel) -> Batch:
        """Goods received now as a batch, their defects not yet known."""
        now, size = self.clock.now, units.size
        expires = np.full(size, np.inf)
        if self.ageing:
            share = self._share if self._even else self._shares(now)
            since = np.where(self._made, parcel.ready, now + self._life * (share - 1))
            expires = np.ceil(since + self._life - self._least - TINY)
        key = expires.copy() if self.fefo else np.full(size, now)
        return Batch(units, np.zeros(size), expires, key, np.full(size, -1.0))

    def _shares(self, now: float) -> Floats:
        """Share of life left at receipt on this day, by item."""
        found, day = self._share.copy(), math.floor(now) - self.future.first
        for place, law in self._laws:
            if law.sd > 0:
                score = self._counter("life at receipt", self.names[place]).score(day)
                found[place] = np.clip(law.from_score(np.asarray([score]))[0], 0.0, 1.0)
        return found

    def _counter(self, *names: str) -> Any:
        """Draws by day; made once for each Future."""
        key = ("counter", *names)
        if key not in self.future.cache:
            self.future.cache[key] = self.future.counter(*names)
        return self.future.cache[key]

    def _set(self) -> None:
        """Come back on the morning on which something expires next."""
        morning = self.hand.first_expiry() if self.ageing else math.inf
        morning = max(morning, self.clock.now)
        if morning < self._wake and morning < self.future.end:
            self._wake = morning
            self.clock.at(morning, EXPIRY, self._expire)

    def _add(self, batch: Batch) -> None:
        self.hand.add(batch)
        self.wary = self.wary or bool(batch.bad.any())

    def _expire(self, _: Any) -> None:
        now = self.clock.now
        self.used()
        if now >= self._wake:
            self._wake = math.inf
        gone = self.hand.pick((self.hand.expires <= now) & (self.hand.units > TINY)).total
        if gone.any():
            self._book("expired", gone)
            self.stock.take_out(self._wide(gone))
        self._set()

    # -- defects ---------------------------------------------------------------------------------------------------

    def _inspect(self, batch: Batch, parcel: Parcel) -> None:
        """Which units are defective, and which of the batch do not go on the shelf at once; written in place.

        Goods of a known spell are set aside, those under inspection wait, and what inspection finds is scrapped.
        """
        made, found, days = parcel.ready, np.zeros(batch.units.size), np.zeros(batch.units.size)
        if made < self.future.first or not math.isfinite(made):
            return
        groups: dict[str, list[int]] = {}
        for place in np.flatnonzero(batch.units > TINY).tolist():
            groups.setdefault(self._maker(parcel, place), []).append(place)
        for name, places in groups.items():
            if name in self.suppliers:
                self._examine(batch, self.suppliers[name], np.array(places), made, found, days)
        for known in self._known(batch):
            self.stock.turn_away(self._wide(known.total))
            self._sort(known)
        found = np.minimum(found, batch.units)
        for wait in np.unique(days[batch.units > TINY]).tolist():
            here = (days == wait) & (batch.units > TINY)
            if wait > 0:
                held = self._part(batch, here)
                self.stock.turn_away(self._wide(held.units))
                self._hold(held.units, held.units)
                self.clock.at(self.clock.now + wait, RECEIPT, self._passed, (held, np.where(here, found, 0.0)))
            elif found[here].any():
                rejects = np.where(here, found, 0.0)
                self.stock.turn_away(self._wide(rejects))
                self._scrap(batch, rejects)
            for number in np.unique(batch.spell[here & (found > TINY)]).astype(int).tolist():
                if number >= 0:
                    self.alarms[number].report(self.clock.now + wait)

    def _known(self, batch: Batch) -> list[Batch]:
        """Goods of spells that are known by now, taken out of a batch."""
        known = [alarm.number for alarm in self.alarms if alarm.known]
        there = [number for number in known if bool(((batch.spell == number) & (batch.units > TINY)).any())]
        return [self._part(batch, (batch.spell == number) & (batch.units > TINY)) for number in there]

    def _part(self, batch: Batch, chosen: NDArray[np.bool_]) -> Batch:
        """Take the goods at some places out of a batch."""
        made = Batch(
            np.where(chosen, batch.units, 0.0),
            np.where(chosen, batch.bad, 0.0),
            batch.expires.copy(),
            batch.key.copy(),
            batch.spell.copy(),
        )
        batch.units[chosen], batch.bad[chosen] = 0.0, 0.0
        return made

    def _scrap(self, batch: Batch, rejects: Floats) -> None:
        """Scrap units that inspection has found."""
        batch.units -= rejects
        batch.bad[:] = np.maximum(batch.bad - rejects, 0.0)
        self._book("quarantined", rejects)
        self._book("scrapped", rejects)

    def _maker(self, parcel: Parcel, place: int) -> str:
        return parcel.origins[0] if len(parcel.origins) == 1 else self.origins[place]

    def _examine(
        self, batch: Batch, maker: Supplier, places: NDArray[np.intp], made: float, found: Floats, days: Floats
    ) -> None:
        """Defects of what one supplier made on one day, and what inspection finds of them; written in place."""
        share = np.full(places.size, maker.defect_rate)
        for alarm in self.alarms:
            if alarm.cause.where == maker.name:
                hit = np.array([alarm.covers(made, self.names[place]) for place in places.tolist()])
                share = np.where(hit, 1 - (1 - share) * (1 - alarm.cause.defects), share)
                fresh = hit & (batch.spell[places] < 0)
                batch.spell[places[fresh]] = alarm.number
        days[places] = maker.inspection_days if maker.inspection else 0.0
        units = batch.units[places]
        if maker.inspection and 0 <= self.clock.now < self.future.end:
            self.fees += maker.inspection_cost * float(units.sum())
        if not share.any():
            return
        batch.bad[places] = bad = self._count("defects", maker.name, places, units, share, made)
        self._book("defective", self._some(places, bad))
        if maker.inspection:
            level = np.full(places.size, maker.inspection)
            found[places] = self._count("inspection", maker.name, places, bad, level, made)
            if self.stock.whole_units:
                found[places] = np.floor(found[places] + 0.5)

    def _count(
        self, what: str, maker: str, places: NDArray[np.intp], units: Floats, share: Floats, made: float
    ) -> Floats:
        """How many of some units are hit: a binomial number by supplier, item and production day, or the mean."""
        if self.quality.defects == "expected" or not self.stock.whole_units:
            return units * share
        day = math.floor(made) - self.future.first
        scores = [self._counter(what, maker, self.names[place]).score(day) for place in places.tolist()]
        from scipy.special import ndtr

        return binomial(ndtr(np.array(scores)), np.round(units), share)

    def _passed(self, event: Any) -> None:
        """Inspection is over: what it has found is scrapped, the rest goes on the shelf."""
        batch, rejects = event._value
        self._free(batch.units, batch.units)
        self._scrap(batch, rejects)
        self._back(batch)

    def _found(self, taken: Batch) -> None:
        """Defective units were used."""
        self._book("returned", self.quality.detection * taken.bad.sum(axis=0))
        for alarm in self.alarms:
            if not alarm.known:
                mine = float(taken.bad[taken.spell == alarm.number].sum())
                if mine > 0:
                    alarm.used(mine)

    def _quarantine(self, number: int) -> None:
        """A spell has been discovered: what is on the shelf of it is set aside."""
        self.used()
        found = self.hand.pick((self.hand.spell == number) & (self.hand.units > TINY))
        if found.units.size:
            self.stock.take_out(self._wide(found.total))
            self._sort(found)

    def _sort(self, batch: Batch) -> None:
        """Set goods of a known spell aside, to be sorted."""
        total = batch.total
        bad = total if self.quality.whole_batches else batch.bad.sum(axis=0) if batch.bad.ndim == 2 else batch.bad
        bad = np.minimum(self._rounded(bad), total)
        scrapped = self._rounded(bad * self.quality.scrap)
        self._book("quarantined", total)
        self._hold(total, total - scrapped)
        moment = self.clock.now + self.quality.sort_days
        self.clock.at(moment, RECEIPT, self._sorted, (batch, scrapped, bad - scrapped))

    def _sorted(self, event: Any) -> None:
        """Defective units are scrapped or reworked, what is good goes back on the shelf."""
        batch, scrapped, reworked = event._value
        total = batch.total
        self._free(total, total - scrapped)
        self._book("scrapped", scrapped)
        self._book("released", total - scrapped)
        self._book("reworked", reworked)
        left = Layers(self.rows.size)
        left.add(batch)
        left.take(scrapped)
        left.bad[:], left.spell[:] = 0.0, -1.0
        self._back(left.take(left.total))

    def _back(self, batch: Batch) -> None:
        """Units become available again, those of a known spell after sorting; who waits takes them first."""
        for known in self._known(batch):
            self._sort(known)
        total = self._wide(batch.total)
        if total.any():
            self.used()
            self.stock.put_back(total)
            self._add(batch)
            self.used()
            self._set()

    # -- books -----------------------------------------------------------------------------------------------------

    def _wide(self, units: Floats) -> Floats:
        made = np.zeros(self.stock.size)
        made[self.rows] = units
        return made

    def _some(self, places: NDArray[np.intp], units: Floats) -> Floats:
        made = np.zeros(self.rows.size)
        made[places] = units
        return made

    def _rounded(self, units: Floats) -> Floats:
        return np.floor(units + 0.5) if self.stock.whole_units else units

    def _book(self, name: str, units: Floats) -> None:
        if self.clock.now >= 0 and units.any():
            self.stock.besides.setdefault(name, np.zeros(self.stock.size))[self.rows] += units

    def _hold(self, units: Floats, counted: Floats) -> None:
        self._touch()
        self.aside[self.rows] += units
        self.counted[self.rows] += counted
        self.stock.count(self._wide(counted))

    def _free(self, units: Floats, counted: Floats) -> None:
        self._touch()
        self.aside[self.rows] -= units
        self.counted[self.rows] -= counted
        self.stock.count(self._wide(-counted))
        for column in (self.aside, self.counted):
            column[np.abs(column) < TINY] = 0.0

    def _touch(self, now: float | None = None) -> None:
        """Book the time that goods have spent aside."""
        now = max(self.clock.now if now is None else now, 0.0)
        if now > self._last:
            if self.aside.any():
                days = self.stock.besides.setdefault("aside_days", np.zeros(self.stock.size))
                days += self.aside * (now - self._last)
            self._last = now

    def finish(self) -> None:
        """Book the time up to the end of the horizon."""
        self.used()
        self._touch(float(self.future.end))
