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
    """

    __slots__ = (
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


class Policy(Protocol):
    """How much to order: any callable from a view to (n_items,) units, before minimum orders and multiples."""

    def __call__(self, view: View) -> Floats: ...
