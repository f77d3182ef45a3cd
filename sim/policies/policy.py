"""What a policy may see, and what it must be: a callable from a view of some items at one warehouse to quantities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


#: numbers of a plan's line that a policy may see
VIEW_COLUMNS = (
    "order_up_to",
    "reorder_point",
    "order_quantity",
    "safety_stock",
    "forecast",
    "lead_time",
    "review_every",
)


class View:
    """What the books show about some items of one warehouse at a review; all arrays are (n_items,).

    Attributes
    ----------
    day : time of the review, days from day 0.
    items, warehouse : which items, and where.
    position : inventory position, on hand + on order - backorders, units.
    on_hand, on_order, backorders : units.
    order_up_to, reorder_point, order_quantity, safety_stock : the plan's numbers, units.
    forecast : the plan's mean demand, units a day.
    lead_time, review_every : days.
    prices : purchase price today relative to the base price of day 0 (1 where none moves).
    """

    __slots__ = (
        "_market",
        "_past",
        "day",
        "forecast",
        "items",
        "lead_time",
        "net",
        "order_quantity",
        "order_up_to",
        "position",
        "reorder_point",
        "review_every",
        "safety_stock",
        "warehouse",
        "zero",
    )

    def __init__(self, warehouse: str, items: tuple[str, ...], columns: dict[str, Floats]) -> None:
        self.warehouse, self.items, self.day = warehouse, items, 0.0
        self.order_up_to = columns["order_up_to"]
        self.reorder_point = columns["reorder_point"]
        self.order_quantity = columns["order_quantity"]
        self.safety_stock = columns["safety_stock"]
        self.forecast = columns["forecast"]
        self.lead_time = columns["lead_time"]
        self.review_every = columns["review_every"]
        self.zero = np.zeros(len(items))
        self.net: Any = None
        self.position: Any = None
        self._past: Callable[[int], Floats] | None = None
        self._market: Market | None = None

    @property
    def on_order(self) -> Floats:
        """Units ordered and not received."""
        return self.position - self.net  # type: ignore[no-any-return]

    @property
    def on_hand(self) -> Floats:
        """Stock on hand."""
        found: Floats = np.maximum(self.net, 0.0)
        return found

    @property
    def backorders(self) -> Floats:
        """Units that wait."""
        found: Floats = np.maximum(-self.net, 0.0)
        return found

    def demand(self, days: int) -> Floats:
        """The last `days` days of customer demand before this review, oldest first: (up to days, n_items) units."""
        return self._past(days) if self._past is not None else np.empty((0, len(self.items)))

    @property
    def prices(self) -> Floats:
        """Purchase price today, relative to the base price."""
        found: Floats = np.ones(len(self.items)) if self._market is None else self._market.past(self.day, 1)[-1]
        return found

    def past_prices(self, days: int) -> Floats:
        """Prices of the last `days` days up to today, oldest first: (up to days, n_items), relative to the base price."""
        if self._market is None:
            return np.ones((days, len(self.items)))
        return self._market.past(self.day, days)

    @property
    def announced(self) -> tuple[Floats, Floats]:
        """Days until the next announced change of each price, and its factor; infinite and 1 where none is known."""
        if self._market is None:
            return np.full(len(self.items), np.inf), np.ones(len(self.items))
        return self._market.next_change(self.day)


class Market(Protocol):
    """What is seen of prices; the world's own."""

    def past(self, day: float, days: int) -> Floats: ...

    def next_change(self, day: float) -> tuple[Floats, Floats]: ...


class Policy(Protocol):
    """How much to order: any callable from a view to (n_items,) units, before minimum orders and multiples."""

    def __call__(self, view: View) -> Floats: ...
