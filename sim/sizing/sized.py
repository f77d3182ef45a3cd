"""A size: the numbers of a buffer, the formula that made them, and where that formula is known to fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sized:
    """The numbers of one item's buffer, units.

    Attributes
    ----------
    safety_stock : expected stock just before a receipt: the level less mean demand over the interval it protects.
    reorder_point : at or below this inventory position an order is placed.
    order_up_to : base-stock level; for (r, nQ) the highest position after ordering, r + Q.
    order_quantity : Q for (r, nQ); for base-stock the multiple, or 1.
    method : the method used, never "auto".
    formula : the formula, in words and symbols.
    inputs : the figures that went into it.
    warning : where the method is known to fail for such an item; "" where nothing is known against it.
    """

    safety_stock: float
    reorder_point: float
    order_up_to: float
    order_quantity: float
    method: str
    formula: str
    inputs: str
    warning: str = ""
