"""Prices of one replication: what a unit costs when it is bought on a day, relative to the item's base purchase price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.futures import Future
from sim.prices import PricePath, Quote
from sim.scenario import Scenario

Floats = NDArray[np.float64]


class Tiers:
    """Unit prices of some items at one supplier by the size of the order line, relative to the base price.

    Parameters
    ----------
    quotes : one for each item, None where the supplier quotes none.
    base : (n_items,) purchase prices.
    """

    def __init__(self, quotes: Sequence[Quote | None], base: Floats) -> None:
        most = max((len(quote.breaks) for quote in quotes if quote is not None), default=0) + 1
        size = len(quotes)
        self._from = np.full((size, most), np.inf)
        self._from[:, 0] = 0.0
        self._price = np.ones((size, most))
        self._before = np.zeros((size, most))
        self._adds = np.zeros(size, dtype=bool)
        for row, quote in enumerate(quotes):
            if quote is None:
                continue
            steps = [(0.0, quote.price), *((one.quantity, one.price) for one in quote.breaks)]
            for place, (quantity, price) in enumerate(steps):
                self._from[row, place], self._price[row, place] = quantity, price / base[row]
                if place:
                    last = quantity - steps[place - 1][0]
                    self._before[row, place] = self._before[row, place - 1] + last * self._price[row, place - 1]
            self._adds[row] = quote.scheme == "incremental"
        self.lowest, self.highest = self._price.min(axis=1), self._price.max(axis=1)
        for row, quote in enumerate(quotes):
            used = self._price[row, : 1 if quote is None else len(quote.breaks) + 1]
            self.lowest[row], self.highest[row] = used.min(), used.max()

    def of(self, places: NDArray[np.intp], quantity: Floats) -> Floats:
        """Unit price of order lines, relative to the base price; (n,) for items at `places`."""
        step = (quantity[:, None] >= self._from[places]).sum(axis=1) - 1
        price = self._price[places, step]
        adds = self._adds[places] & (quantity > 0)
        if adds.any():
            reach = self._from[places, step]
            whole = self._before[places, step] + (quantity - reach) * price
            price = np.where(adds, np.divide(whole, quantity, out=price.copy(), where=quantity > 0), price)
        return np.asarray(price)


class Pricing:
    """Prices of one replication, for what is bought from suppliers.

    The price of a day rules all of it. A unit costs base price x quote for its order line x product of the paths that
    concern its item and supplier; what the supplier, a surge and a duty on the lane add multiplies that.
    """

    def __init__(self, scenario: Scenario, future: Future) -> None:
        self.scenario, self.future = scenario, future
        self.on_order = scenario.price_on == "order"
        self._paths = [path for path in scenario.prices if path.moves]
        self._quotes = {(quote.supplier, quote.item): quote for quote in scenario.quotes}
        # what a factory of one's own makes has no purchase price that moves
        own = {factory.name for factory in scenario.factories}
        self.suppliers = {
            supplier.name: supplier.production_time.mean for supplier in scenario.suppliers if supplier.name not in own
        }

    def paths(self, origin: str, item: str) -> list[PricePath]:
        """Those that move the price of an item at a supplier."""
        return [path for path in self._paths if path.concerns(origin, item)]

    def levels(self, origin: str, items: tuple[str, ...]) -> Floats | None:
        """Price by day relative to day 0's base, (days, n_items); None where no path concerns any of them."""
        key = ("price levels", origin, items)
        cache = self.future.cache
        if key not in cache:
            level: Floats | None = None
            for path in self._paths if origin in self.suppliers else ():
                concerned = np.array([path.concerns(origin, item) for item in items])
                if concerned.any():
                    if level is None:
                        level = np.ones((self.future.end - self.future.first, len(items)))
                    level[:, concerned] *= self.future.prices[path.name][:, None]
            cache[key] = level
        return cache[key]  # type: ignore[no-any-return]

    def tiers(self, origin: str, items: tuple[str, ...]) -> Tiers | None:
        """Quotes of a supplier for these items; None where it gives none."""
        key = ("price tiers", origin, items)
        cache = self.future.cache
        if key not in cache:
            quotes = [self._quotes.get((origin, item)) for item in items]
            catalogue = self.scenario.catalogue
            base = catalogue.purchase_price[[catalogue.index[item] for item in items]]
            cache[key] = Tiers(quotes, base) if any(quote is not None for quote in quotes) else None
        return cache[key]  # type: ignore[no-any-return]

    def row(self, time: float) -> int:
        """Row of the day of a time in arrays by day; the first or last one beyond them."""
        return min(max(math.floor(time) - self.future.first, 0), self.future.end - self.future.first - 1)

    def quoted(self, origin: str, items: tuple[str, ...], places: Any, quantity: Floats) -> Floats | None:
        """Unit price of order lines by their size, relative to the base price; None where the supplier quotes none."""
        tiers = self.tiers(origin, items)
        return None if tiers is None else tiers.of(np.asarray(places), quantity)

    def share(
        self, origin: str, items: tuple[str, ...], places: Any, quoted: Floats | None, ordered: float, ready: float
    ) -> Floats | float:
        """Share of the base price that quote and paths add (or take off) where goods are bought, one number or (n,)."""
        levels = self.levels(origin, items)
        price: Floats | float = 1.0 if quoted is None else quoted
        if levels is not None:
            price = price * levels[self.row(ordered if self.on_order else ready), places]
        return price - 1.0

    def bounds(self, origins: Sequence[str], items: tuple[str, ...]) -> tuple[Floats, Floats]:
        """Least and greatest price of any day and order line at these suppliers, relative to the base price, (n_items,)."""
        low, high = np.ones(len(items)), np.ones(len(items))
        for origin in origins:
            levels, tiers = self.levels(origin, items), self.tiers(origin, items)
            least = 1.0 if levels is None else levels.min(axis=0)
            most = 1.0 if levels is None else levels.max(axis=0)
            low = np.minimum(low, least * (1.0 if tiers is None else tiers.lowest))
            high = np.maximum(high, most * (1.0 if tiers is None else tiers.highest))
        return low, high
