"""Buying ahead: what a group of items orders on top, at the last review before an announced price rise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.carrying import carrying_per_unit
from sim.plan import PlanLine
from sim.policies import View
from sim.theory.forward_buying import days_ahead, orders_ahead
from sim.world.pricing import Pricing

Floats = NDArray[np.float64]
TINY = 1e-9


class Market:
    """What planners see of the prices of some items: today's, past ones, and what has been announced.

    Parameters
    ----------
    origins : (n_items,) names: who sells each item to this warehouse; nothing is seen of prices between warehouses.
    """

    def __init__(self, pricing: Pricing, items: tuple[str, ...], origins: Sequence[str]) -> None:
        self._pricing, self._first = pricing, pricing.future.first
        self._levels: list[tuple[int, Any]] = []
        self._changes: list[list[tuple[float, float, float]]] = []
        for row, (item, origin) in enumerate(zip(items, origins, strict=True)):
            bought = origin in pricing.suppliers
            found = pricing.levels(origin, (item,)) if bought else None
            if found is not None:
                self._levels.append((row, found[:, 0]))
            self._changes.append(announced(pricing, origin, item) if bought else [])
        self._size = len(items)

    def past(self, day: float, days: int) -> Floats:
        """Prices of the last `days` days up to that day, relative to the base, oldest first: (up to days, n_items)."""
        last = self._pricing.row(day) + 1
        first = max(last - days, 0)
        found = np.ones((last - first, self._size))
        for row, level in self._levels:
            found[:, row] = level[first:last]
        return found

    def changes(self, row: int, day: float) -> list[tuple[float, float]]:
        """Days and factors of the changes of one item's price that are known by that day and begin after it."""
        return [(when, factor) for known, when, factor in self._changes[row] if known <= day and when > math.floor(day)]

    def next_change(self, day: float) -> tuple[Floats, Floats]:
        """Days until the next announced change of each item's price, and its factor; infinite and 1 where none is known."""
        wait, factor = np.full(self._size, np.inf), np.ones(self._size)
        for row in range(self._size):
            for when, by in self.changes(row, day):
                if when - day < wait[row]:
                    wait[row], factor[row] = when - day, by
                elif when - day == wait[row]:
                    factor[row] *= by
        return wait, factor


def announced(pricing: Pricing, origin: str, item: str) -> list[tuple[float, float, float]]:
    """Changes of one item's price that are announced: day known, day of the change, factor; in order of their day."""
    found = []
    for path in pricing.paths(origin, item):
        if path.announced is not None and path.step:
            found.append((path.announced, path.start, 1.0 + path.step))
            if path.until is not None:
                found.append((path.announced, path.until, 1.0 / (1.0 + path.step)))
    return sorted(found, key=lambda one: one[1])


class Ahead:
    """Orders on top of a policy's, for lines that may buy ahead.

    At the last review whose order is booked at the old price (by the published production time, where the price of the day
    of shipment counts), later orders are placed at once, as many as save more than they cost to carry
    (`sim.theory.forward_buying`). What is paid today is seen; what it will cost to carry is counted at standard cost.

    Not modelled: room for what is bought ahead; chance in when the goods will be shipped.
    """

    def __init__(self, pricing: Pricing, market: Market, lines: Sequence[PlanLine], every: float) -> None:
        self.market, self.every = market, every
        scenario, catalogue = pricing.scenario, pricing.scenario.catalogue
        items = [line.item for line in lines]
        self._carrying = carrying_per_unit(scenario, lines[0].warehouse, items)
        self._paid = catalogue.purchase_price[[catalogue.index[item] for item in items]]
        self._most = np.array([line.buy_ahead for line in lines])
        self._makes = [0.0 if pricing.on_order else pricing.suppliers.get(line.origin, 0.0) for line in lines]
        self._policy = [line.policy for line in lines]
        self._rows = [row for row, line in enumerate(lines) if line.buy_ahead > 0 and market._changes[row]]

    def __bool__(self) -> bool:
        return bool(self._rows)

    def extra(self, view: View, quantity: Floats) -> Floats:
        """Units to order on top of what the policy asks for, (n_items,)."""
        found = np.zeros(quantity.size)
        now = view.day
        for row in self._rows:
            this, then = math.floor(now + self._makes[row]), math.floor(now + self.every + self._makes[row])
            factor = 1.0
            for when, by in self.market.changes(row, now):
                if this < when <= then:
                    factor *= by
            mean = float(view.forecast[row])
            if factor <= 1.0 or mean <= 0:
                continue
            today = float(self.market.past(now, 1)[-1, row]) * float(self._paid[row])
            days = min(days_ahead((factor - 1.0) * today, float(self._carrying[row])), float(self._most[row]))
            first, lot = self._rhythm(view, row, float(quantity[row]))
            found[row] = orders_ahead(days, first / mean, lot / mean) * lot
        return found

    def _rhythm(self, view: View, row: int, quantity: float) -> tuple[float, float]:
        """Units that will be asked for before the next order, and units in each of the orders that follow."""
        mean = float(view.forecast[row])
        review, lot = mean * self.every, 0.0
        if self._policy[row] == "r_nQ":
            lot = float(view.order_quantity[row])
        elif self._policy[row] == "s_S":
            lot = float(view.order_up_to[row] - view.reorder_point[row])
        if lot <= review:
            return review, review
        return max(float(view.position[row]) + quantity - float(view.reorder_point[row]), review), lot
