"""Works: the live side of a supplier. Capacity released in the morning, first come first served; then production."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future
from sim.network import Supplier
from sim.world.capacity import Capacity
from sim.world.clock import INCIDENT, RELEASE, Clock
from sim.world.motion import Losses, Prices, here, upon
from sim.world.parcel import Parcel
from sim.world.route import Route
from sim.world.surge import Surge

Floats = NDArray[np.float64]
TINY = 1e-9


class Works:
    """One supplier in one Future.

    A stopped supplier finishes late, it does not forget: orders wait, work in process resumes where it stopped.
    """

    def __init__(
        self, supplier: Supplier, clock: Clock, future: Future, crossing: bool, luck: str | None = None
    ) -> None:
        self.supplier, self.clock, self.crossing = supplier, clock, crossing
        #: whose production times it has: its own name, or that of its reserved slots
        self.luck = luck or supplier.name
        self.incidents = incidents = here(future, "supplier", supplier.name)
        self.capacity = Capacity(incidents, future.first, future.end)
        self.prices = Prices(incidents, supplier.price_factor)
        self._restarts = sorted({one.begins for one in incidents if one.work == "restarts"})
        self._losses = Losses(one.begins for one in incidents if "lost" in (one.work, one.open_orders))
        self._cancels = [one.begins for one in incidents if one.open_orders == "lost"]
        self._void = [one for one in incidents if one.orders == "lost"]
        #: whether an order may be lost before it is made
        self.lossy = bool(self._losses or self._void)
        #: whether orders are made in their production time, whatever happens
        self.undisturbed = self.capacity.calm and not (self._restarts or self.lossy or self.prices)
        self.limited = supplier.capacity is not None
        self._first = future.first
        self._production = future.production[self.luck]
        self._queue: deque[tuple[Parcel, Route]] = deque()
        self._morning = -math.inf
        self._left = self._begun = 0.0
        self._set: float | None = None
        self._last = -math.inf
        #: by stock, until when each item's waiting orders are made in a surge (see `Surge`); empty: none ever
        self.surge = Surge(supplier.surge_capacity) if supplier.surge_capacity else None
        if self.limited:
            for moment in self._cancels:
                if moment >= clock.now:
                    clock.at(moment, INCIDENT, self._cancel)

    def ready(self, times: Floats) -> Floats:
        """When goods ordered at these times leave the factory (capacity not limited), in order of ordering."""
        day = np.clip(np.floor(times).astype(int) - self._first, 0, self._production.size - 1)
        lasting = self._production[day]
        ready = self.capacity.finished(times, lasting)[1]
        for moment in self._restarts:
            again = (times < moment) & (ready > moment)
            if again.any():
                anew = self.capacity.finished(np.full(times.shape, moment), lasting)[1]
                ready = np.where(again, anew, ready)
        return ready if self.crossing else np.maximum.accumulate(ready)

    def ready_at(self, time: float) -> float:
        """The same for one time."""
        day = min(max(math.floor(time) - self._first, 0), self._production.size - 1)
        lasting = float(self._production[day])
        if self.capacity.calm and not self._restarts:
            return time + lasting
        ready = self.capacity.finished_at(time, lasting)
        for moment in self._restarts:
            if time < moment < ready:
                ready = self.capacity.finished_at(moment, lasting)
        return ready

    def lost_at(self, ordered: float, since: float, ready: float) -> float:
        """When an order is known to be lost that is made from `since` to `ready`; infinite where it is not."""
        moment = self._losses.between(since, ready)
        found = moment if moment < ready else math.inf
        for one in self._void:
            if one.on(ordered):
                found = min(found, one.ends)
        return found

    def drop(self, parcel: Parcel, moment: float) -> None:
        """Let an order be lost at a moment: until then the buyer counts on it."""
        parcel.ready, parcel.fate, parcel.credited = math.inf, "cancelled", True
        for lot in parcel.lots:
            lot.passed("production" if lot.steps or not self.limited else "capacity", self.supplier.name, moment)
        self.clock.at(moment, INCIDENT, parcel.stock.lose, parcel)

    def _cancel(self, _: Any) -> None:
        """All that waits for capacity is cancelled."""
        queue, self._queue = self._queue, deque()
        for parcel, _route in queue:
            self.drop(parcel, self.clock.now)

    def order(self, parcel: Parcel, route: Route) -> None:
        """Take an order; goods go on to the route when they are made."""
        if not self.limited:
            self.hand_over(parcel, route, self.ready_at(parcel.ordered))
            return
        self._queue.append((parcel, route))
        self._wake()

    def _wake(self) -> None:
        morning = math.ceil(self.clock.now - TINY)
        if morning == self._morning and self._left <= TINY:
            morning += 1
        if self._set is None or self._set > morning:
            self._set = float(morning)
            self.clock.at(self._set, RELEASE, self._release)

    def _release(self, _: Any) -> None:
        """One morning's capacity, to the queue in order of arrival; what is not used is lost."""
        now = self.clock.now
        if self._set is None or now != self._set:
            return
        self._set = None
        if now != self._morning:
            self._morning = now
            self._left = float(self.supplier.capacity or 0.0) * self.capacity.speed(now) + self._begun
            self._begun = 0.0
            if self.surge is not None:
                self.surge.morning(self.capacity.speed(now))
        while self._queue and self._left > TINY:
            parcel, route = self._queue[0]
            wanted = np.atleast_1d(np.asarray(parcel.quantity, dtype=float))
            total = float(wanted.sum())
            done = self.ready_at(now)
            if total <= self._left + TINY:
                self._queue.popleft()
                self._left -= total
                self.hand_over(parcel, route, done)
                continue
            given = np.clip(self._left - (np.cumsum(wanted) - wanted), 0.0, wanted)
            if parcel.stock.whole_units:
                given = np.floor(given + TINY)
                # what is done of a unit is not lost while somebody waits for it
                self._begun = max(self._left - float(given.sum()), 0.0) % 1.0
            self._left = 0.0
            piece = self._divided(parcel, given)
            if piece is not None:
                self.hand_over(piece, route, done)
        if self._queue and self.surge is not None and self.surge.asked(now):
            self._hasten(self.surge, now)
        if self._queue:
            self._set = now + 1.0
            self.clock.at(self._set, RELEASE, self._release)

    def _divided(self, parcel: Parcel, given: Floats) -> Parcel | None:
        """Take (n,) units out of a parcel that waits; the part that goes on, None where it is nothing."""
        part: Any = float(given[0]) if isinstance(parcel.index, int) else given
        piece = None
        if np.any(given > 0):
            piece = Parcel(parcel.stock, parcel.index, part, parcel.ordered, math.inf)
            piece.origins, piece.kin, piece.quoted = parcel.origins, parcel.kin, parcel.quoted
            if piece.kin is not None:
                piece.kin.append(piece)
            for lot in parcel.lots:
                goes, stays = lot.split(np.atleast_1d(part), parcel.stock.log)
                piece.lots = [goes] if goes is not None else []
                parcel.lots = [stays] if stays is not None else []
        parcel.quantity = parcel.quantity - part
        return piece

    def _hasten(self, surge: Surge, now: float) -> None:
        """Make more this morning of what waits and was asked for in a surge, in order of arrival, at the premium."""
        queue, self._queue = self._queue, deque()
        done = self.ready_at(now)
        for parcel, route in queue:
            given = surge.given(parcel, now)
            if given is None:
                self._queue.append((parcel, route))
                continue
            piece = self._divided(parcel, given)
            if np.any(parcel.quantity > TINY):
                self._queue.append((parcel, route))
            if piece is not None:
                self.hand_over(piece, route, done, self.supplier.surge_premium)

    def hand_over(self, parcel: Parcel, route: Route, ready: float, premium: float = 0.0) -> None:
        """Goods are, or will be, made at `ready`: the route takes over, unless they are lost before."""
        if self.lossy:
            moment = self.lost_at(parcel.ordered, self.clock.now, ready)
            if math.isfinite(moment):
                self.drop(parcel, moment)
                return
        if not self.crossing:
            ready = self._last = max(ready, self._last)
        parcel.ready = ready
        if self.prices or premium:
            parcel.dear = (1.0 + self.prices.at(ready)) * (1.0 + premium) - 1.0 if premium else self.prices.at(ready)
        if parcel.stock.buying is not None:
            parcel.dear = upon(parcel.dear, parcel.stock.buying.parcel_share(self.supplier.name, parcel, ready))
        self.tell(parcel, ready)
        route.send(parcel)

    def tell(self, parcel: Parcel, ready: float) -> None:
        """Note that goods are made from now until they are ready, where the run is traced."""
        for lot in parcel.lots:
            lot.passed("capacity", self.supplier.name, self.clock.now)
            lot.passed("production", self.supplier.name, ready)

    def queued(self) -> list[Parcel]:
        """Orders that have not been released into production."""
        return [parcel for parcel, _ in self._queue]
